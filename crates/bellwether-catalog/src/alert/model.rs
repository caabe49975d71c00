//! An alert as data.

use super::condition::Condition;
use super::measure::{Aggregate, Matcher, Measure};
use crate::error::Location;

/// An alert on a metric: what it measures, when it fires, for how long, and what happens then.
///
/// ```
/// let registry = bellwether_catalog::builtin()?;
/// let alert = &registry.metric("wundr_queue_depth").unwrap().alerts[0];
/// assert_eq!((alert.name.as_str(), alert.threshold), ("QueueBacklog", 100.0));
/// assert!(alert.matches(101.0) && !alert.matches(100.0));
/// # Ok::<(), bellwether_catalog::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Alert {
    /// Name of the rule, such as `QueueBacklog`.
    pub name: String,
    /// Title for people.
    pub title: String,
    /// Metric it watches, by the name of its instrument.
    pub metric: String,
    /// Which series of the metric.
    pub selector: Vec<Matcher>,
    /// What it looks at.
    pub measure: Measure,
    /// How several series become one; `None` keeps each.
    pub aggregate: Option<Aggregate>,
    /// How it compares.
    pub condition: Condition,
    /// Threshold, in the unit of the measure; of a range the lower bound.
    pub threshold: f64,
    /// Upper bound of a range.
    pub upper: Option<f64>,
    /// How far apart two numbers may be that count as equal.
    pub tolerance: Option<f64>,
    /// Threshold that an alert which fires must come back behind: hysteresis.
    pub clear: Option<f64>,
    /// Unit that the thresholds are meant in, to be held against the metric's.
    pub unit: Option<String>,
    /// Window of rates and quantiles, in seconds.
    pub window: u32,
    /// Seconds the condition must hold, at every evaluation. 0 fires at once.
    pub duration: u32,
    /// Seconds that it goes on firing after the condition has stopped to hold.
    pub keep_firing_for: u32,
    /// `info`, `warning` or `critical`.
    pub severity: String,
    /// Labels beside those of the series and `severity`.
    pub labels: Vec<(String, String)>,
    /// One line for the person who is paged.
    pub summary: String,
    /// Annotations beside the summary.
    pub annotations: Vec<(String, String)>,
    /// What happens where the series has gone.
    pub no_data: NoData,
    /// What happens where the evaluation fails.
    pub on_error: OnError,
    /// What is done when it fires and when it resolves.
    pub actions: Vec<Action>,
    /// Seconds after which a firing alert is told again; 0 never.
    pub repeat: u32,
    /// Whether it is evaluated at all.
    pub enabled: bool,
    /// Where it is defined.
    pub location: Location,
}

impl Alert {
    /// Whether a value is one that it fires on.
    ///
    /// ```
    /// # let registry = bellwether_catalog::builtin()?;
    /// let alert = &registry.metric("orchestrator_budget_utilization_percent").unwrap().alerts[0];
    /// assert!(alert.matches(90.1) && !alert.matches(f64::NAN));
    /// # Ok::<(), bellwether_catalog::Error>(())
    /// ```
    pub fn matches(&self, value: f64) -> bool {
        self.condition
            .holds(value, self.threshold, self.upper, self.tolerance)
    }

    /// Whether a value keeps an alert that fires already: the clear threshold counts, where there is one.
    ///
    /// ```
    /// # let registry = bellwether_catalog::builtin()?;
    /// let mut alert = registry.metric("wundr_queue_depth").unwrap().alerts[0].clone();
    /// alert.clear = Some(80.0);
    /// assert!(alert.still_matches(90.0) && !alert.matches(90.0));
    /// # Ok::<(), bellwether_catalog::Error>(())
    /// ```
    pub fn still_matches(&self, value: f64) -> bool {
        let cleared_at = self.clear.unwrap_or(self.threshold);
        self.condition
            .holds(value, cleared_at, self.upper, self.tolerance)
    }
}

/// What is done when an alert changes.
///
/// ```
/// # use bellwether_catalog::Action;
/// assert_eq!(Action::Webhook("pager".into()).as_str(), "webhook");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// A log record.
    Log,
    /// An event, to the listeners in the service and as an OpenTelemetry event.
    Event,
    /// The state as a metric.
    Metric,
    /// A request to every webhook there is.
    EveryWebhook,
    /// A request to the webhook of this name.
    Webhook(String),
}

impl Action {
    /// The word in rule files and in metrics.
    ///
    /// ```
    /// assert_eq!(bellwether_catalog::Action::Log.as_str(), "log");
    /// ```
    pub const fn as_str(&self) -> &'static str {
        match self {
            Self::Log => "log",
            Self::Event => "event",
            Self::Metric => "metric",
            Self::EveryWebhook | Self::Webhook(_) => "webhook",
        }
    }
}

/// What happens to an alert whose series has gone. It is never silent: a resolved notice says why.
///
/// ```
/// assert_eq!(bellwether_catalog::NoData::default(), bellwether_catalog::NoData::Resolve);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum NoData {
    /// The condition does not hold, as in Prometheus.
    #[default]
    Resolve,
    /// It stays as it is until the series is back; after two evaluations it is told that data are missing.
    Keep,
    /// The whole metric being absent counts as the condition.
    Alert,
}

impl NoData {
    /// The word in rule files.
    ///
    /// ```
    /// assert_eq!(bellwether_catalog::NoData::Keep.as_str(), "keep");
    /// ```
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Resolve => "resolve",
            Self::Keep => "keep",
            Self::Alert => "alert",
        }
    }
}

/// What happens to an alert whose evaluation fails.
///
/// ```
/// assert_eq!(bellwether_catalog::OnError::default(), bellwether_catalog::OnError::Keep);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OnError {
    /// Every state stays as it is.
    #[default]
    Keep,
    /// As if the condition did not hold.
    Resolve,
    /// The failure counts as the condition.
    Alert,
}

impl OnError {
    /// The word in rule files.
    ///
    /// ```
    /// assert_eq!(bellwether_catalog::OnError::Alert.as_str(), "alert");
    /// ```
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Keep => "keep",
            Self::Resolve => "resolve",
            Self::Alert => "alert",
        }
    }
}
