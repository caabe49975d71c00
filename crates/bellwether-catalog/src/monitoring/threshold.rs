//! Thresholds by name, for whoever draws them.

use super::definition::{Monitoring, SloKind};
use crate::alert::{Alert, Condition, Measure};
use crate::model::Registry;

/// A number that an alert or an objective compares with.
///
/// ```
/// use bellwether_catalog::{Monitoring, builtin};
/// let registry = builtin()?;
/// let monitoring = Monitoring::builtin(&registry)?;
/// let backlog = monitoring.threshold(&registry, "QueueBacklog").unwrap();
/// assert_eq!((backlog.value, backlog.unit.as_str(), backlog.is_upper), (100.0, "{item}", true));
/// # Ok::<(), bellwether_catalog::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Threshold {
    /// The number.
    pub value: f64,
    /// Its unit in UCUM: `s`, `%`, `1` for a ratio from 0 to 1, `{item}/min`.
    pub unit: String,
    /// Whether values above it are bad; else those below it.
    pub is_upper: bool,
}

impl Monitoring {
    /// The threshold of an alert, of the registry or of a server. `None` for one that is not there, or compares with no
    /// number.
    ///
    /// ```
    /// # use bellwether_catalog::{Monitoring, builtin};
    /// # let registry = builtin()?;
    /// # let monitoring = Monitoring::builtin(&registry)?;
    /// let failing = monitoring.threshold(&registry, "ToolFailureRatio").unwrap();
    /// assert_eq!((failing.value, failing.unit.as_str()), (0.2, "1"));
    /// # Ok::<(), bellwether_catalog::Error>(())
    /// ```
    pub fn threshold(&self, registry: &Registry, alert: &str) -> Option<Threshold> {
        let mut of_server = self.server_alerts();
        if let Some((_, server)) = of_server.find(|(known, _)| known.name == alert) {
            return server.threshold.clone();
        }
        let metrics = registry.metrics.iter();
        let (metric, alert) = metrics
            .flat_map(|metric| metric.alerts.iter().map(move |alert| (metric, alert)))
            .find(|(_, known)| known.name == alert)?;
        of_registry(alert, &metric.unit)
    }

    /// The numbers of an objective: the share of good events that is wanted, in unit `1`, and where good means fast the
    /// time within which an event is good, in `s`. Empty for an objective that is not there.
    ///
    /// ```
    /// # use bellwether_catalog::{Monitoring, builtin};
    /// # let monitoring = Monitoring::builtin(&builtin()?)?;
    /// let numbers = monitoring.thresholds_of_slo("message-latency");
    /// let drawn: Vec<(f64, &str)> = numbers.iter().map(|it| (it.value, it.unit.as_str())).collect();
    /// assert_eq!(drawn, [(0.99, "1"), (5.0, "s")]);
    /// # Ok::<(), bellwether_catalog::Error>(())
    /// ```
    pub fn thresholds_of_slo(&self, id: &str) -> Vec<Threshold> {
        let Some(slo) = self.slo(id) else {
            return Vec::new();
        };
        let mut numbers = vec![Threshold {
            value: slo.objective / 100.0,
            unit: "1".to_owned(),
            is_upper: false,
        }];
        if let SloKind::Latency { under, .. } = slo.kind {
            numbers.push(Threshold {
                value: under,
                unit: "s".to_owned(),
                is_upper: true,
            });
        }
        numbers
    }
}

fn of_registry(alert: &Alert, unit_of_metric: &str) -> Option<Threshold> {
    let unit = match alert.measure {
        Measure::Absent => return None,
        Measure::RatePerSecond => format!("{unit_of_metric}/s"),
        Measure::RatePerMinute => format!("{unit_of_metric}/min"),
        Measure::RateRatio(_) | Measure::Fraction(_) => "1".to_owned(),
        _ => unit_of_metric.to_owned(),
    };
    Some(Threshold {
        value: alert.threshold,
        unit,
        is_upper: !matches!(alert.condition, Condition::Lt | Condition::Lte),
    })
}
