//! Where alerts stand, and why.

use std::fmt;

use super::rule::{Rule, full_labels};
use crate::alerts::labels::LabelSet;
use crate::alerts::notice::State;

/// Where one alert stands. Prints as an explanation.
///
/// ```
/// use bellwether::alerts::RuleStatus;
/// fn explain(rules: &[RuleStatus]) {
///     rules.iter().for_each(|rule| println!("{rule}"));
/// }
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct RuleStatus {
    /// Name.
    pub name: String,
    /// Severity.
    pub severity: String,
    /// The most serious state of its label sets.
    pub state: State,
    /// Whether it is evaluated.
    pub is_enabled: bool,
    /// Why the last evaluation failed.
    pub last_error: Option<String>,
    /// Points that were left out because there were too many series.
    pub series_overflow: u64,
    /// Label sets that are pending or firing.
    pub instances: Vec<InstanceStatus>,
}

/// Where one label set of an alert stands.
///
/// ```
/// use bellwether::alerts::{InstanceStatus, State};
/// fn is_about_to_fire(status: &InstanceStatus) -> bool {
///     status.state == State::Pending && status.fires_in < 60
/// }
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct InstanceStatus {
    /// Labels of the series and of the alert.
    pub labels: LabelSet,
    /// State.
    pub state: State,
    /// The newest number.
    pub value: f64,
    /// Seconds since which the condition has held, as of the last evaluation.
    pub active_for: u32,
    /// Seconds until it fires if the condition goes on holding.
    pub fires_in: u32,
    /// Whether its series is missing and it is kept.
    pub is_missing: bool,
}

impl RuleStatus {
    pub(super) fn of(rule: &Rule) -> Self {
        let now = rule.last_evaluation.unwrap_or(0);
        let instances = rule.instances.iter().map(|(labels, instance)| {
            let active_for =
                u32::try_from((now - instance.active_since).max(0) / 1_000).unwrap_or(u32::MAX);
            InstanceStatus {
                labels: full_labels(&rule.alert, labels),
                state: instance.state,
                value: instance.value,
                active_for,
                fires_in: match instance.state {
                    State::Pending => rule.alert.duration.saturating_sub(active_for),
                    _ => 0,
                },
                is_missing: instance.missed > 0,
            }
        });
        Self {
            name: rule.alert.name.clone(),
            severity: rule.alert.severity.clone(),
            state: rule.state(),
            is_enabled: rule.quiet.is_enabled(),
            last_error: rule.last_error.clone(),
            series_overflow: rule.measuring.overflow(),
            instances: instances.collect(),
        }
    }
}

impl fmt::Display for RuleStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "{} ({}): {}",
            self.name,
            self.severity,
            self.state.as_str()
        )?;
        if !self.is_enabled {
            f.write_str(", switched off")?;
        }
        if let Some(error) = &self.last_error {
            write!(f, ", the last evaluation failed: {error}")?;
        }
        if self.series_overflow > 0 {
            write!(
                f,
                ", {} points left out: too many series",
                self.series_overflow
            )?;
        }
        for instance in &self.instances {
            write!(
                f,
                "\n  {} {}: {}, for {} s",
                instance.state.as_str(),
                instance.labels,
                instance.value,
                instance.active_for
            )?;
            if instance.state == State::Pending {
                write!(f, ", fires in {} s", instance.fires_in)?;
            }
            if instance.is_missing {
                f.write_str(", its series is missing")?;
            }
        }
        Ok(())
    }
}
