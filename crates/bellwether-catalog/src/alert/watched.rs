//! A metric as alerts see it, whether the catalog defines it or a rule file declares it.

use std::collections::BTreeMap;

use crate::model::{Instrument, Metric, Registry, ValueType, Values};

/// The metrics of the engine itself. No alert watches one: it would change what it watches.
pub const ALERT_METRIC_PREFIX: &str = "bellwether_alert";

/// A metric that an alert can watch.
///
/// ```
/// use bellwether_catalog::Watched;
/// let metrics = Watched::of_registry(&bellwether_catalog::builtin()?);
/// let labels: Vec<&str> = metrics["wundr_tool_errors_total"].labels.keys().map(String::as_str).collect();
/// assert_eq!(labels, ["error_type", "tool_name"]);
/// # Ok::<(), bellwether_catalog::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Watched {
    /// Name of the instrument.
    pub name: String,
    /// Instrument.
    pub instrument: Instrument,
    /// Number type.
    pub value: ValueType,
    /// UCUM unit.
    pub unit: String,
    /// Upper bounds of histogram buckets.
    pub buckets: Vec<f64>,
    /// Labels, with their values where these are a closed set.
    pub labels: BTreeMap<String, Option<Vec<String>>>,
    /// Name in Prometheus with suffix translation.
    pub prometheus: String,
    /// Name in Prometheus without suffix translation.
    pub prometheus_without_suffixes: String,
}

impl Watched {
    /// Every metric of a registry, by name.
    ///
    /// ```
    /// # use bellwether_catalog::{Registry, Watched};
    /// assert!(Watched::of_registry(&Registry::default()).is_empty());
    /// ```
    pub fn of_registry(registry: &Registry) -> BTreeMap<String, Self> {
        let watched = |metric: &Metric| (metric.name.clone(), Self::of_metric(registry, metric));
        registry.metrics.iter().map(watched).collect()
    }

    fn of_metric(registry: &Registry, metric: &Metric) -> Self {
        let labels = metric.attributes.iter().map(|reference| {
            let values = match registry.values(reference) {
                Some(Values::Closed(set)) => Some(set.members),
                _ => None,
            };
            (reference.key.clone(), values)
        });
        Self {
            name: metric.name.clone(),
            instrument: metric.instrument,
            value: metric.value,
            unit: metric.unit.clone(),
            buckets: metric.buckets.clone(),
            labels: labels.collect(),
            prometheus: metric.prometheus.clone(),
            prometheus_without_suffixes: metric.prometheus_without_suffixes.clone(),
        }
    }

    /// Its names in Prometheus: one, or two where suffix translation makes a difference.
    ///
    /// ```
    /// # use bellwether_catalog::Watched;
    /// let metrics = Watched::of_registry(&bellwether_catalog::builtin()?);
    /// assert_eq!(metrics["agent_tokens_used"].prometheus_names(), ["agent_tokens_used_total", "agent_tokens_used"]);
    /// assert_eq!(metrics["wundr_queue_depth"].prometheus_names(), ["wundr_queue_depth"]);
    /// # Ok::<(), bellwether_catalog::Error>(())
    /// ```
    pub fn prometheus_names(&self) -> Vec<&str> {
        let mut names = vec![
            self.prometheus.as_str(),
            self.prometheus_without_suffixes.as_str(),
        ];
        names.dedup();
        names
    }
}
