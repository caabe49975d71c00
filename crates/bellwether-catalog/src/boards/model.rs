//! A board as data, before it is printed for anyone.

use std::path::Path;

use crate::error::{Error, Location};
use crate::generate::Output;
use crate::model::Registry;
use crate::monitoring::Monitoring;

use super::{grafana, perses, read};

/// All boards of a directory, in the order of their files. They are read together because they link to each other.
///
/// ```
/// let text = "uid: bellwether-x\ntitle: X\ndescription: Whether x is well.\ntags: [x]\nrows: []\n";
/// let boards = bellwether_catalog::boards::Boards::read(&[("x.yaml", text)])?;
/// assert_eq!(boards.boards[0].title, "X");
/// # Ok::<(), bellwether_catalog::Error>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct Boards {
    /// The boards.
    pub boards: Vec<Board>,
}

impl Boards {
    /// Reads the `.yaml` files of a directory.
    ///
    /// # Errors
    /// [`Error::Io`] where a file cannot be read, [`Error::Empty`] where there is none, and [`Error::Invalid`] with every
    /// problem of shape.
    ///
    /// ```
    /// let boards = bellwether_catalog::boards::Boards::load(concat!(env!("CARGO_MANIFEST_DIR"), "/boards"))?;
    /// assert!(boards.board("bellwether-tools").is_some());
    /// # Ok::<(), bellwether_catalog::Error>(())
    /// ```
    pub fn load(directory: impl AsRef<Path>) -> Result<Self, Error> {
        let sources = crate::read::sources(directory.as_ref())?;
        let borrowed: Vec<(&str, &str)> = sources
            .iter()
            .map(|(name, text)| (name.as_str(), text.as_str()))
            .collect();
        Self::read(&borrowed)
    }

    /// Reads boards given as pairs of file name and text.
    ///
    /// # Errors
    /// [`Error::Invalid`] with every problem of shape.
    ///
    /// ```
    /// let error = bellwether_catalog::boards::Boards::read(&[("x.yaml", "uid: bellwether-y\n")]).unwrap_err();
    /// assert!(error.to_string().contains("x.yaml:1: shape: `uid` is `bellwether-y`; expected `bellwether-x`"));
    /// ```
    pub fn read(sources: &[(&str, &str)]) -> Result<Self, Error> {
        read::boards(sources)
    }

    /// The board of this uid.
    ///
    /// ```
    /// assert!(bellwether_catalog::boards::Boards::default().board("bellwether-x").is_none());
    /// ```
    pub fn board(&self, uid: &str) -> Option<&Board> {
        self.boards.iter().find(|board| board.uid == uid)
    }

    /// The files of every board, in every form.
    ///
    /// # Errors
    /// [`Error::Invalid`] where a threshold names what the registry does not have, or an expression is no PromQL.
    ///
    /// ```
    /// let boards = bellwether_catalog::boards::Boards::default();
    /// let registry = bellwether_catalog::builtin()?;
    /// let monitoring = bellwether_catalog::Monitoring::builtin(&registry)?;
    /// assert!(boards.render(&registry, &monitoring)?.is_empty());
    /// # Ok::<(), bellwether_catalog::Error>(())
    /// ```
    pub fn render(
        &self,
        registry: &Registry,
        monitoring: &Monitoring,
    ) -> Result<Vec<Output>, Error> {
        let mut outputs = Vec::new();
        let mut problems = Vec::new();
        for board in &self.boards {
            let name = board.name();
            let printed = [
                (
                    format!("grafana/{name}.json"),
                    grafana::render(board, registry, monitoring),
                ),
                (
                    format!("dash0/dashboards/{name}.yaml"),
                    perses::render(board, registry, monitoring),
                ),
            ];
            for (path, text) in printed {
                match text {
                    Ok(text) => outputs.push(Output { path, text }),
                    Err(mut found) => problems.append(&mut found),
                }
            }
        }
        problems.sort();
        problems.dedup();
        if problems.is_empty() {
            return Ok(outputs);
        }
        Err(Error::Invalid(problems))
    }
}

/// A board.
#[derive(Debug, Clone)]
pub struct Board {
    /// Stable id, `bellwether-` and the name of the file.
    pub uid: String,
    /// Title.
    pub title: String,
    /// The questions it answers, in a sentence.
    pub description: String,
    /// Tags beside `bellwether`.
    pub tags: Vec<String>,
    /// Metric whose `job` label lists the services to pick from; of the metrics of the panels where not said.
    pub services_from: Option<String>,
    /// Variables beside the standard ones.
    pub variables: Vec<Variable>,
    /// Rows, from top to bottom.
    pub rows: Vec<Row>,
    /// Where it is defined.
    pub location: Location,
}

impl Board {
    /// Name of its files: the uid without the prefix.
    ///
    /// ```
    /// let text = "uid: bellwether-x\ntitle: X\ndescription: Whether x is well.\ntags: [x]\nrows: []\n";
    /// let boards = bellwether_catalog::boards::Boards::read(&[("x.yaml", text)])?;
    /// assert_eq!(boards.boards[0].name(), "x");
    /// # Ok::<(), bellwether_catalog::Error>(())
    /// ```
    pub fn name(&self) -> &str {
        self.uid.strip_prefix("bellwether-").unwrap_or(&self.uid)
    }

    /// Its panels, row by row.
    ///
    /// ```
    /// let boards = bellwether_catalog::boards::Boards::load(concat!(env!("CARGO_MANIFEST_DIR"), "/boards"))?;
    /// assert!(boards.board("bellwether-tools").unwrap().panels().count() >= 3);
    /// # Ok::<(), bellwether_catalog::Error>(())
    /// ```
    pub fn panels(&self) -> impl Iterator<Item = &Panel> {
        self.rows.iter().flat_map(|row| &row.panels)
    }
}

/// Something a person picks above the panels.
#[derive(Debug, Clone)]
pub struct Variable {
    /// Name, as in `$name`.
    pub name: String,
    /// What the picker is called.
    pub label: String,
    /// Where its values come from.
    pub kind: VariableKind,
    /// Where it is defined.
    pub location: Location,
}

/// Where the values of a variable come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VariableKind {
    /// Values of a label of a metric; several at once, or all.
    Label {
        /// Name in Prometheus.
        metric: String,
        /// Name of the label in Prometheus.
        label: String,
        /// Matchers that narrow the series, with `$scope` already in place.
        matchers: String,
    },
    /// One of these.
    Choices(Vec<String>),
}

/// A row of panels under a title.
#[derive(Debug, Clone)]
pub struct Row {
    /// Title, best a question.
    pub title: String,
    /// Whether it is closed until a person opens it.
    pub collapsed: bool,
    /// Variable, for each value of which the row is repeated.
    pub repeat: Option<String>,
    /// Panels.
    pub panels: Vec<Panel>,
    /// Where it is defined.
    pub location: Location,
}

/// A panel.
#[derive(Debug, Clone)]
pub struct Panel {
    /// Title.
    pub title: String,
    /// How it is drawn.
    pub kind: Kind,
    /// Columns of 24.
    pub width: u32,
    /// Grid rows, of 30 pixels each.
    pub height: u32,
    /// What it shows, how that is computed, and what to do when it is bad.
    pub description: String,
    /// Unit, by Grafana's id; of a table each column may have its own.
    pub unit: Option<String>,
    /// Lower end of the axis.
    pub min: Option<f64>,
    /// Upper end of the axis.
    pub max: Option<f64>,
    /// Whether series are put on top of each other.
    pub stack: bool,
    /// Queries, in order.
    pub queries: Vec<Query>,
    /// Labels that the table leaves out.
    pub hide_labels: Vec<String>,
    /// Column that a table is sorted by, from the highest down.
    pub sort: Option<String>,
    /// What the threshold comes from.
    pub threshold: Option<LimitOf>,
    /// Colours by the name of a series.
    pub colours: Vec<(String, Colour)>,
    /// What the values of a state timeline mean, from the lowest up.
    pub states: Vec<State>,
    /// Where to go from a value.
    pub links: Vec<Link>,
    /// What it says where there is nothing to show; empty for texts.
    pub no_data: String,
    /// Markdown of a text panel.
    pub text: String,
    /// Where it is defined.
    pub location: Location,
}

macro_rules! words {
    ($(#[doc = $about:literal])+ $name:ident { $($(#[doc = $doc:literal])+ $variant:ident = $word:literal,)+ }) => {
        $(#[doc = $about])+
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum $name { $($(#[doc = $doc])+ $variant,)+ }

        impl $name {
            /// Words of the definitions, with what they mean.
            pub(crate) const WORDS: &'static [(&'static str, Self)] = &[$(($word, Self::$variant),)+];

            /// The word of the definitions.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$variant => $word,)+ }
            }
        }
    };
}

words! {
    /// How a panel is drawn.
    Kind {
        /// Lines over time.
        TimeSeries = "time_series",
        /// Large numbers.
        Stat = "stat",
        /// A bar a series, for the first ten of something.
        BarGauge = "bar_gauge",
        /// A dial.
        Gauge = "gauge",
        /// Rows that are joined by their labels.
        Table = "table",
        /// Distribution over time, from the buckets of a histogram.
        Heatmap = "heatmap",
        /// Nodes and the arrows between them.
        NodeGraph = "node_graph",
        /// State of each series over time, in bars.
        StateTimeline = "state_timeline",
        /// Alerts that fire now.
        AlertList = "alert_list",
        /// Log lines.
        Logs = "logs",
        /// Traces that a search finds.
        Traces = "traces",
        /// Markdown.
        Text = "text",
    }
}

words! {
    /// What a query asks.
    Source {
        /// PromQL.
        Prometheus = "prometheus",
        /// TraceQL.
        Tempo = "tempo",
        /// LogQL.
        Loki = "loki",
    }
}

words! {
    /// What the colour of a series means. It is the same on every board.
    Colour {
        /// Went well: green.
        Good = "good",
        /// Failed: red.
        Bad = "bad",
        /// Wants attention: orange.
        Warn = "warn",
        /// Does not matter: grey.
        Muted = "muted",
        /// Neither good nor bad: blue.
        Info = "info",
    }
}

impl Panel {
    /// Unit, plain numbers where there is none.
    pub(crate) fn unit_id(&self) -> &str {
        self.unit.as_deref().unwrap_or("none")
    }
}

/// One query of a panel.
#[allow(clippy::struct_excessive_bools)] // what a board's author may switch on, each by itself
#[derive(Debug, Clone)]
pub struct Query {
    /// The expression, with `$scope` in place of which the matchers stand already.
    pub expr: String,
    /// Whether it had `$scope`: it asks about services that a person picks.
    pub scoped: bool,
    /// Name of its series: text with `{{label}}`.
    pub legend: String,
    /// Whether exemplars are asked for.
    pub exemplars: bool,
    /// Asks for the end of the range alone.
    pub instant: bool,
    /// Whether a counter is shown as it stands, since the process began, on purpose.
    pub cumulative: bool,
    /// Name inside the panel: `A`, `B`, ….
    pub reference: String,
    /// Whom it asks.
    pub source: Source,
    /// Name of its column in a table, or of its field in a node graph.
    pub column: Option<String>,
    /// Unit where it is not the panel's.
    pub unit: Option<String>,
    /// Where it is defined.
    pub location: Location,
}

/// What a threshold comes from; never a number.
///
/// ```
/// use bellwether_catalog::boards::LimitOf;
/// assert_ne!(LimitOf::Alert("QueueBacklog".into()), LimitOf::Slo("jobs".into()));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LimitOf {
    /// Where the alert of this name fires.
    Alert(String),
    /// The objective of this name.
    Slo(String),
}

/// A value that stands for a state.
#[derive(Debug, Clone, PartialEq)]
pub struct State {
    /// The value, exactly.
    pub value: f64,
    /// What it is called.
    pub text: String,
    /// What it means.
    pub colour: Colour,
}

/// A way from a value to what stands behind it.
#[derive(Debug, Clone)]
pub struct Link {
    /// Title.
    pub title: String,
    /// Where it leads.
    pub target: LinkTarget,
    /// Where it is defined.
    pub location: Location,
}

/// Where a link leads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LinkTarget {
    /// A search for traces, in TraceQL.
    Traces(String),
    /// A search in logs, in LogQL.
    Logs(String),
    /// Another board, with these variables set.
    Board {
        /// Its uid.
        uid: String,
        /// Variable and value, which may be of the clicked series.
        variables: Vec<(String, String)>,
    },
}
