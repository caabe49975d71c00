//! What is tracked and how often it is published.

use std::collections::HashSet;
use std::time::Duration;

/// Settings of a node's metrics, by the names of the ONEX contract.
///
/// ```
/// use bellwether::metrics::node::MetricsConfiguration;
///
/// let configuration = MetricsConfiguration {
///     operations: vec!["orchestration".to_owned(), "validation".to_owned()],
///     service_name: "my_orchestrator_v1".to_owned(),
///     ..MetricsConfiguration::default()
/// };
/// assert_eq!((configuration.publish_interval_ops, configuration.publish_interval_seconds), (100, 60));
/// assert!(configuration.check().is_ok());
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MetricsConfiguration {
    /// Operations to track, 1 to 128 different ones: the names that `#[track_metrics]` gives.
    pub operations: Vec<String>,
    /// Name of the service in the envelope. `node_service`.
    pub service_name: String,
    /// Executions, of all operations together, after which a snapshot is published. 100.
    pub publish_interval_ops: u32,
    /// Seconds after which a snapshot is published in any case. 60.
    pub publish_interval_seconds: u32,
    /// Most executions that percentiles are of: they cover the latest of an operation, at least half as many as this and
    /// never more. 1,000; at most 131,070. It bounds no memory, which is the same at each value.
    pub max_duration_samples: u32,
    /// Whether memory, CPU, connections and queue depth are in a snapshot.
    pub enable_resource_metrics: bool,
    /// Whether counters and KPIs are in a snapshot.
    pub enable_business_metrics: bool,
    /// Percentiles of durations, 1 to 100. 50, 95 and 99.
    pub percentiles: Vec<u8>,
}

impl Default for MetricsConfiguration {
    fn default() -> Self {
        Self {
            operations: Vec::new(),
            service_name: "node_service".to_owned(),
            publish_interval_ops: 100,
            publish_interval_seconds: 60,
            max_duration_samples: 1_000,
            enable_resource_metrics: true,
            enable_business_metrics: true,
            percentiles: vec![50, 95, 99],
        }
    }
}

/// A field that holds something that is not allowed.
///
/// ```
/// use bellwether::metrics::node::MetricsConfiguration;
///
/// let error = MetricsConfiguration { publish_interval_ops: 0, ..Default::default() }.check().unwrap_err();
/// assert_eq!(error.to_string(), "operations: is [], expected 1 to 128 names");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{field}: is {value}, expected {expected}")]
pub struct MetricsConfigurationError {
    /// Field of [`MetricsConfiguration`].
    pub field: &'static str,
    /// What it holds.
    pub value: String,
    /// What it may hold.
    pub expected: &'static str,
}

/// The bound of the label `operation`.
const MAX_OPERATIONS: usize = 128;

/// Longer names are `_other` as a label.
const MAX_NAME: usize = 256;

/// Halves of a window stay below what a counter of a sketch holds.
const MAX_SAMPLES: u32 = 131_070;

const DAY: u32 = 86_400;

impl MetricsConfiguration {
    /// Whether each field holds what it may; a start asks the same.
    ///
    /// # Errors
    /// The first field that does not.
    pub fn check(&self) -> Result<(), MetricsConfigurationError> {
        let operations = &self.operations;
        ensure(
            (1..=MAX_OPERATIONS).contains(&operations.len()),
            "operations",
            operations,
            "1 to 128 names",
        )?;
        let mut seen = HashSet::new();
        for operation in operations {
            ensure(
                is_name(operation),
                "operations",
                operation,
                "names of 1 to 256 bytes",
            )?;
            ensure(
                seen.insert(operation),
                "operations",
                operation,
                "each name once",
            )?;
        }
        let name = &self.service_name;
        ensure(is_name(name), "service_name", name, "1 to 256 bytes")?;
        let executions = self.publish_interval_ops;
        ensure(
            executions > 0,
            "publish_interval_ops",
            &executions,
            "1 or more",
        )?;
        let seconds = self.publish_interval_seconds;
        ensure(
            (1..=DAY).contains(&seconds),
            "publish_interval_seconds",
            &seconds,
            "1 to 86400",
        )?;
        let samples = self.max_duration_samples;
        ensure(
            (2..=MAX_SAMPLES).contains(&samples),
            "max_duration_samples",
            &samples,
            "2 to 131070",
        )?;
        self.check_percentiles()
    }

    fn check_percentiles(&self) -> Result<(), MetricsConfigurationError> {
        let percentiles = &self.percentiles;
        let rising = percentiles.windows(2).all(|pair| pair[0] < pair[1]);
        let in_range = percentiles
            .iter()
            .all(|percentile| (1..=100).contains(percentile));
        ensure(
            !percentiles.is_empty() && rising && in_range,
            "percentiles",
            percentiles,
            "one or more whole numbers from 1 to 100, rising",
        )
    }

    pub(super) fn publish_interval(&self) -> Duration {
        Duration::from_secs(u64::from(self.publish_interval_seconds))
    }
}

fn is_name(name: &str) -> bool {
    (1..=MAX_NAME).contains(&name.len())
}

fn ensure(
    holds: bool,
    field: &'static str,
    value: &dyn std::fmt::Debug,
    expected: &'static str,
) -> Result<(), MetricsConfigurationError> {
    if holds {
        return Ok(());
    }
    let value = format!("{value:?}");
    Err(MetricsConfigurationError {
        field,
        value,
        expected,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn valid() -> MetricsConfiguration {
        MetricsConfiguration {
            operations: vec!["plan".to_owned()],
            ..MetricsConfiguration::default()
        }
    }

    #[test]
    fn each_field_that_is_wrong_is_named_with_what_it_may_be() {
        type Change = fn(&mut MetricsConfiguration);
        let cases: [(Change, &str); 11] = [
            (
                |c| c.operations.clear(),
                "operations: is [], expected 1 to 128 names",
            ),
            (
                |c| c.operations.push(String::new()),
                "operations: is \"\", expected names of 1 to 256 bytes",
            ),
            (
                |c| c.operations.push("plan".to_owned()),
                "operations: is \"plan\", expected each name once",
            ),
            (
                |c| c.service_name.clear(),
                "service_name: is \"\", expected 1 to 256 bytes",
            ),
            (
                |c| c.publish_interval_ops = 0,
                "publish_interval_ops: is 0, expected 1 or more",
            ),
            (
                |c| c.publish_interval_seconds = 0,
                "publish_interval_seconds: is 0, expected 1 to 86400",
            ),
            (
                |c| c.publish_interval_seconds = DAY + 1,
                "publish_interval_seconds: is 86401, expected 1 to 86400",
            ),
            (
                |c| c.max_duration_samples = 1,
                "max_duration_samples: is 1, expected 2 to 131070",
            ),
            (
                |c| c.percentiles.clear(),
                "percentiles: is [], expected one or more whole numbers from 1 to 100, rising",
            ),
            (
                |c| c.percentiles = vec![99, 50],
                "percentiles: is [99, 50], expected one or more whole numbers from 1 to 100, rising",
            ),
            (
                |c| c.percentiles = vec![0],
                "percentiles: is [0], expected one or more whole numbers from 1 to 100, rising",
            ),
        ];
        assert_eq!(valid().check(), Ok(()));
        for (change, expected) in cases {
            let mut configuration = valid();
            change(&mut configuration);
            assert_eq!(
                configuration.check().map_err(|error| error.to_string()),
                Err(expected.to_owned())
            );
        }
    }
}
