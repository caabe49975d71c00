//! What is told about an alert.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bellwether_catalog::Alert;

use super::labels::LabelSet;

/// Where an alert stands for one label set.
///
/// ```
/// use bellwether::alerts::State;
/// assert!(State::Firing > State::Pending);
/// assert_eq!(State::Pending.as_str(), "pending");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum State {
    /// The condition does not hold.
    Inactive,
    /// It holds, but not for long enough.
    Pending,
    /// It has held for long enough.
    Firing,
}

impl State {
    /// Every state, from the least to the most serious.
    ///
    /// ```
    /// assert_eq!(bellwether::alerts::State::ALL.len(), 3);
    /// ```
    pub const ALL: [Self; 3] = [Self::Inactive, Self::Pending, Self::Firing];

    /// The word in metrics and on the command line.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Inactive => "inactive",
            Self::Pending => "pending",
            Self::Firing => "firing",
        }
    }
}

/// Why something is told.
///
/// ```
/// use bellwether::alerts::{NoticeKind, Resolution};
/// assert_eq!(NoticeKind::Resolved(Resolution::NoData).as_str(), "resolved");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum NoticeKind {
    /// It began to fire.
    Firing,
    /// It still fires.
    Repeated,
    /// It fires, and its series has been missing for two evaluations.
    NoData,
    /// It no longer fires. Told once for each time it was told to fire.
    Resolved(Resolution),
}

impl NoticeKind {
    /// The word in logs and events.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Firing => "firing",
            Self::Repeated => "repeated",
            Self::NoData => "no_data",
            Self::Resolved(_) => "resolved",
        }
    }

    /// Whether the alert fires no longer.
    ///
    /// ```
    /// assert!(!bellwether::alerts::NoticeKind::Repeated.is_resolved());
    /// ```
    pub const fn is_resolved(self) -> bool {
        matches!(self, Self::Resolved(_))
    }
}

/// Why an alert no longer fires.
///
/// ```
/// assert_eq!(bellwether::alerts::Resolution::Recovered.as_str(), "recovered");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Resolution {
    /// The condition holds no longer.
    Recovered,
    /// The series has gone.
    NoData,
    /// The evaluation failed, and the alert says that this counts as recovered.
    Error,
    /// The alert was switched off.
    Disabled,
}

impl Resolution {
    /// The word in logs, events and metrics.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Recovered => "recovered",
            Self::NoData => "no_data",
            Self::Error => "error",
            Self::Disabled => "disabled",
        }
    }
}

/// One alert of one label set has something to say.
///
/// ```
/// use bellwether::alerts::Notice;
/// fn page(notice: &Notice) {
///     println!("{} {}: {}", notice.rule.severity, notice.labels, notice.summary());
/// }
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Notice {
    /// The alert.
    pub rule: Arc<Alert>,
    /// Why it is told.
    pub kind: NoticeKind,
    /// Labels of the series and of the alert, with `alertname` and `severity`.
    pub labels: LabelSet,
    /// Annotations with their templates filled.
    pub annotations: Vec<(String, String)>,
    /// The newest number.
    pub value: f64,
    /// The number furthest beyond the threshold since it fires.
    pub peak: f64,
    /// When it began to fire.
    pub fired_at: SystemTime,
    /// When it ceased to fire.
    pub resolved_at: Option<SystemTime>,
    /// Whether it fires and ceases so often that only the end of that will be told.
    pub is_flapping: bool,
}

impl Notice {
    /// The summary, filled.
    pub fn summary(&self) -> &str {
        let summary = self.annotations.iter().find(|(name, _)| name == "summary");
        summary.map_or("", |(_, text)| text)
    }

    /// How long it has fired.
    ///
    /// ```
    /// # use bellwether::alerts::Notice;
    /// fn is_short(notice: &Notice) -> bool {
    ///     notice.duration().is_some_and(|duration| duration.as_secs() < 60)
    /// }
    /// ```
    pub fn duration(&self) -> Option<Duration> {
        self.resolved_at?.duration_since(self.fired_at).ok()
    }
}
