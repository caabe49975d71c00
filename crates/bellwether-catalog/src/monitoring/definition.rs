//! The definitions as data.

use super::rule::{PrometheusGroup, PrometheusRule};
use crate::error::{Error, Location};
use crate::model::Registry;

/// Everything that a Prometheus server is to evaluate, beside the alerts of the registry.
///
/// ```
/// use bellwether_catalog::{Monitoring, builtin};
/// let monitoring = Monitoring::builtin(&builtin()?)?;
/// assert!(monitoring.slo("agent-executions").is_some());
/// # Ok::<(), bellwether_catalog::Error>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct Monitoring {
    /// Recorded series.
    pub recordings: Vec<RecordingGroup>,
    /// Objectives.
    pub slos: Vec<Slo>,
    /// Alerts, and notes on those of the registry.
    pub alerts: Vec<AlertGroup>,
}

impl Monitoring {
    /// The definitions that are compiled in, checked against a registry.
    ///
    /// # Errors
    /// [`Error::Invalid`] with every problem, such as a metric or label that the registry does not know.
    ///
    /// ```
    /// use bellwether_catalog::{Monitoring, Registry, builtin};
    /// assert!(Monitoring::builtin(&builtin()?).is_ok());
    /// assert!(Monitoring::builtin(&Registry::default()).is_err());
    /// # Ok::<(), bellwether_catalog::Error>(())
    /// ```
    pub fn builtin(registry: &Registry) -> Result<Self, Error> {
        Self::load_sources(super::files::FILES, registry)
    }

    /// Definitions from files in memory: a path such as `slos/jobs.yaml`, and text. The folder says what a file holds.
    ///
    /// # Errors
    /// [`Error::Invalid`] with every problem.
    ///
    /// ```
    /// use bellwether_catalog::{Monitoring, Registry};
    /// let error = Monitoring::load_sources(&[("slos/a.yaml", "format: x")], &Registry::default()).unwrap_err();
    /// assert!(error.to_string().starts_with("slos/a.yaml:1: shape:"));
    /// ```
    pub fn load_sources(files: &[(&str, &str)], registry: &Registry) -> Result<Self, Error> {
        let (monitoring, mut problems) = super::read::read(files);
        problems.extend(super::check::check(&monitoring, registry));
        if problems.is_empty() {
            return Ok(monitoring);
        }
        problems.sort();
        Err(Error::Invalid(problems))
    }

    /// The objective with this id.
    ///
    /// ```
    /// assert!(bellwether_catalog::Monitoring::default().slo("jobs").is_none());
    /// ```
    pub fn slo(&self, id: &str) -> Option<&Slo> {
        self.slos.iter().find(|slo| slo.id == id)
    }

    /// Every alert that is written here with its expression, in the order of the files.
    ///
    /// ```
    /// assert_eq!(bellwether_catalog::Monitoring::default().server_alerts().count(), 0);
    /// ```
    pub fn server_alerts(&self) -> impl Iterator<Item = (&AlertDefinition, &ServerAlert)> {
        let all = self.alerts.iter().flat_map(|group| &group.alerts);
        all.filter_map(|alert| Some((alert, alert.server.as_ref()?)))
    }

    /// What is noted about an alert of the registry or of this file.
    ///
    /// ```
    /// assert!(bellwether_catalog::Monitoring::default().notes("QueueBacklog").is_none());
    /// ```
    pub fn notes(&self, alert: &str) -> Option<&Notes> {
        let mut all = self.alerts.iter().flat_map(|group| &group.alerts);
        let of_alert = all
            .find(|known| known.name == alert)
            .map(|known| &known.notes);
        of_alert.or_else(|| {
            let mut slos = self.slos.iter();
            slos.find(|slo| slo.alert == alert).map(|slo| &slo.notes)
        })
    }
}

/// Recorded series that a server evaluates together.
#[derive(Debug, Clone, PartialEq)]
pub struct RecordingGroup {
    /// The group, its rules in the order in which they build upon each other.
    pub group: PrometheusGroup,
    /// What it is for.
    pub brief: String,
}

/// Alerts of one subject: one page of runbooks.
#[derive(Debug, Clone, PartialEq)]
pub struct AlertGroup {
    /// Name of the group in Prometheus, and with its prefix off the name of the page.
    pub name: String,
    /// Title of the page.
    pub title: String,
    /// Seconds between evaluations; the server's own where there is none.
    pub interval: Option<u32>,
    /// Its alerts.
    pub alerts: Vec<AlertDefinition>,
    /// Where it is defined.
    pub location: Location,
}

impl AlertGroup {
    /// The page of runbooks, without its ending.
    ///
    /// ```
    /// use bellwether_catalog::{Monitoring, builtin};
    /// let monitoring = Monitoring::builtin(&builtin()?)?;
    /// let pipeline = monitoring.alerts.iter().find(|group| group.name == "bellwether-pipeline").unwrap();
    /// assert_eq!(pipeline.page(), "pipeline");
    /// # Ok::<(), bellwether_catalog::Error>(())
    /// ```
    pub fn page(&self) -> &str {
        self.name.strip_prefix("bellwether-").unwrap_or(&self.name)
    }
}

/// An alert and what is to be known about it.
#[derive(Debug, Clone, PartialEq)]
pub struct AlertDefinition {
    /// Name.
    pub name: String,
    /// The rule, or `None` where the registry has it and this is what is noted about it.
    pub server: Option<ServerAlert>,
    /// For whoever it wakes.
    pub notes: Notes,
    /// Where it is defined.
    pub location: Location,
}

/// The rule of an alert that only a server can evaluate.
#[derive(Debug, Clone, PartialEq)]
pub struct ServerAlert {
    /// PromQL, with `$threshold` for the threshold.
    pub expr: String,
    /// The number it compares with; none where it asks whether something is there.
    pub threshold: Option<Threshold>,
    /// Seconds the expression must hold.
    pub duration: u32,
    /// Seconds it goes on firing.
    pub keep_firing_for: u32,
    /// `info`, `warning` or `critical`.
    pub severity: String,
    /// One line without a value.
    pub summary: String,
}

use super::threshold::Threshold;

impl ServerAlert {
    /// The expression with its threshold.
    ///
    /// ```
    /// use bellwether_catalog::{Monitoring, builtin};
    /// let monitoring = Monitoring::builtin(&builtin()?)?;
    /// let (_, alert) = monitoring.server_alerts().find(|(alert, _)| alert.name == "ToolFailureRatio").unwrap();
    /// assert!(alert.expr.contains("$threshold") && alert.expression().contains("> 0.2"));
    /// # Ok::<(), bellwether_catalog::Error>(())
    /// ```
    pub fn expression(&self) -> String {
        let Some(threshold) = &self.threshold else {
            return self.expr.clone();
        };
        self.expr
            .replace("$threshold", &threshold.value.to_string())
    }
}

/// What whoever is woken needs: what it means, where to look, what to do.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Notes {
    /// One or two sentences with values, a template of Prometheus.
    pub description: String,
    /// Labels of what fires, which templates and the link to the board can use.
    pub series: Vec<String>,
    /// Uid of the board to look at.
    pub board: String,
    /// Variables of the board, each with the label that fills it.
    pub variables: Vec<(String, String)>,
    /// What has happened.
    pub meaning: String,
    /// Who feels it, and how.
    pub impact: String,
    /// Where to look: queries, boards, commands.
    pub look: Vec<String>,
    /// What is behind it most often.
    pub causes: Vec<String>,
    /// What to do about it.
    pub actions: Vec<String>,
}

/// An objective: which share of events is to be good over 30 days.
#[derive(Debug, Clone, PartialEq)]
pub struct Slo {
    /// Id, such as `agent-executions`.
    pub id: String,
    /// Title.
    pub title: String,
    /// What counts as good, in words.
    pub description: String,
    /// Percent of events that are to be good.
    pub objective: f64,
    /// Which events there are and which of them are bad.
    pub kind: SloKind,
    /// Name of its two alerts.
    pub alert: String,
    /// Events that an alert's long window must hold before a ratio of them means anything; 0 for no such guard.
    pub minimum_events: u32,
    /// For whoever it wakes.
    pub notes: Notes,
    /// Where it is defined.
    pub location: Location,
}

/// Where good and bad events are counted.
#[derive(Debug, Clone, PartialEq)]
pub enum SloKind {
    /// Two counts; each a counter with matchers.
    Ratio {
        /// Selector of the bad events.
        bad: String,
        /// Selector of all events.
        total: String,
        /// Series that a good event counts up, for the tests.
        good_example: Vec<String>,
        /// Series that a bad event counts up, for the tests.
        bad_example: Vec<String>,
    },
    /// A histogram; events above a bucket's bound are bad.
    Latency {
        /// The histogram, as Prometheus names it.
        histogram: String,
        /// The bound, in seconds.
        under: f64,
    },
}

impl PrometheusGroup {
    pub(super) fn new(name: impl Into<String>, rules: Vec<PrometheusRule>) -> Self {
        Self {
            name: name.into(),
            interval: None,
            rules,
        }
    }
}
