//! One thing that is wrong with a board.

use std::fmt;

use crate::boards::model::{Board, Panel, Query};
use crate::error::Location;

macro_rules! checks {
    ($($(#[doc = $doc:literal])+ $variant:ident => $name:literal,)+) => {
        /// What boards are held against.
        ///
        /// ```
        /// assert_eq!(bellwether_catalog::boards::Check::PanelUnits.name(), "panel-units");
        /// ```
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Check { $($(#[doc = $doc])+ $variant,)+ }

        impl Check {
            /// Every rule.
            ///
            /// ```
            /// assert!(bellwether_catalog::boards::Check::ALL.len() > 30);
            /// ```
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The name findings use.
            ///
            /// ```
            /// assert_eq!(bellwether_catalog::boards::Check::TargetPromql.name(), "target-promql");
            /// ```
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }
        }
    };
}

checks! {
    /// The JSON is read back by the structures of the classic schema with nothing left over.
    StrictShape => "strict-shape",
    /// The board cannot be edited in Grafana, where a change would be lost.
    UneditableDashboard => "uneditable-dashboard",
    /// There is a data source variable of each kind that is asked, and one of Prometheus exactly.
    TemplateDatasource => "template-datasource",
    /// Services are picked by `job`, several at once or all.
    TemplateJob => "template-job",
    /// A variable of labels asks a metric and a label that exist.
    TemplateLabelPromql => "template-label-promql",
    /// Variables of labels are read anew when the time range changes.
    TemplateOnTimeChangeReload => "template-on-time-change-reload",
    /// Panels ask the data source variables and no data source of their own.
    PanelDatasource => "panel-datasource",
    /// A panel has a title of its own, and a description of 40 characters or more.
    PanelTitleDescription => "panel-title-description",
    /// What a panel shows has a unit, and each column of a table.
    PanelUnits => "panel-units",
    /// A panel asks something.
    PanelNoTargets => "panel-no-targets",
    /// An expression is PromQL.
    TargetPromql => "target-promql",
    /// A LogQL or TraceQL query is whole: its braces and quotes close, and TraceQL asks for attributes that exist.
    TargetSearch => "target-search",
    /// A rate over time has the window `$__rate_interval`.
    TargetRateInterval => "target-rate-interval",
    /// A selector of a service's metric carries the matchers of `$scope`.
    TargetJob => "target-job",
    /// A counter is under `rate`, `irate` or `increase`.
    TargetCounterAgg => "target-counter-agg",
    /// A metric exists.
    MetricExists => "metric-exists",
    /// A label that is matched, grouped by or joined on is one of the series.
    LabelExists => "label-exists",
    /// A value that a closed label is matched with is one that it can have.
    LabelValue => "label-value",
    /// The unit of a panel is that of its metrics after the functions applied.
    UnitMatches => "unit-matches",
    /// What is added or compared is of one unit.
    UnitsAgree => "units-agree",
    /// A quantile of a histogram is of buckets, with their label `le` kept.
    QuantileBuckets => "quantile-buckets",
    /// Quantiles are not averaged or added.
    QuantileAverage => "quantile-average",
    /// A ratio of nothing is nothing, not 0.
    RatioZero => "ratio-zero",
    /// Ids are grouped by only where what is alive bounds them.
    IdLabel => "id-label",
    /// A label in a legend or a link is there after the aggregation.
    LegendLabel => "legend-label",
    /// Latency over time asks for exemplars.
    Exemplars => "exemplars",
    /// Panels of one number, tables and graphs ask for the end of the range alone.
    Instant => "instant",
    /// A table names its columns, each once, and is sorted by one of them.
    TableColumns => "table-columns",
    /// A node graph has nodes and edges with the labels that tie them.
    NodeGraph => "node-graph",
    /// A state timeline says what its values mean, and in which colour; no other panel does, and none has a threshold too.
    States => "states",
    /// A colour is of a series that there can be.
    ColourNames => "colour-names",
    /// A threshold is of an alert or objective about a metric of the panel.
    ThresholdMetric => "threshold-metric",
    /// A link leads to a board that exists, and sets variables it has.
    LinkTarget => "link-target",
    /// A row of a table or of the first ten leads somewhere.
    LinkPresent => "link-present",
    /// A variable that is referred to exists.
    VariableExists => "variable-exists",
    /// A variable that exists is referred to.
    VariableUsed => "variable-used",
    /// Ids of boards and panels are unique.
    UniqueId => "unique-id",
    /// Panels do not overlap, and none is wider than the grid.
    Grid => "grid",
    /// At most 24 panels are open: about twenty, and a row of large numbers.
    OpenPanels => "open-panels",
    /// A panel says what it means when it is empty.
    NoData => "no-data",
}

impl fmt::Display for Check {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// One thing that is wrong, and where.
///
/// ```
/// use bellwether_catalog::boards::Boards;
/// let text = "uid: bellwether-x\ntitle: X\ndescription: Whether x is well.\ntags: [x]\nvariables:\n  - {name: by, label: By, choices: [a]}\nrows: []\n";
/// let findings = Boards::read(&[("x.yaml", text)])?.check(&Default::default(), &Default::default(), &Default::default());
/// assert_eq!(findings[0].to_string(), "x.yaml:6: variable-used: variable `by` is not referred to; expected a `$by` in a query, a link or a row");
/// # Ok::<(), bellwether_catalog::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// Line of the definition.
    pub location: Location,
    /// Rule.
    pub check: Check,
    /// Panel and query, what is wrong, and what was expected.
    pub message: String,
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}: {}", self.location, self.check, self.message)
    }
}

/// Where findings are put.
pub(super) type Findings = Vec<Finding>;

pub(super) fn on_board(board: &Board, check: Check, message: String) -> Finding {
    Finding {
        location: board.location.clone(),
        check,
        message,
    }
}

pub(super) fn on_panel(panel: &Panel, check: Check, message: &str) -> Finding {
    Finding {
        location: panel.location.clone(),
        check,
        message: format!("panel `{}` {message}", panel.title),
    }
}

pub(super) fn on_query(panel: &Panel, query: &Query, check: Check, message: &str) -> Finding {
    Finding {
        location: query.location.clone(),
        check,
        message: format!(
            "panel `{}`, query {}: {message}",
            panel.title, query.reference
        ),
    }
}
