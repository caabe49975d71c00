//! Metrics of the family `bellwether_alerts`.
// Generated from the metrics registry. Change the registry and generate again.

use super::labels;
use crate::metrics::{Instrument, Interval, LabelDefinition, LabelValues, MetricDefinition, ValueType};

/// The most serious state of an alert: 0 inactive, 1 pending, 2 firing.
///
/// `bellwether_alert_state`, gauge in `{state}`.
pub static BELLWETHER_ALERT_STATE: MetricDefinition = MetricDefinition {
    name: "bellwether_alert_state",
    instrument: Instrument::Gauge,
    value: ValueType::Int,
    observable: true,
    unit: "{state}",
    description: "The most serious state of an alert: 0 inactive, 1 pending, 2 firing.",
    buckets: &[],
    labels: &[
        LabelDefinition { key: "rule", prometheus_key: "rule", input: "rule", required: true, values: LabelValues::Bounded(256) },
        LabelDefinition { key: "severity", prometheus_key: "severity", input: "severity", required: true, values: LabelValues::Closed(labels::AlertSeverity::VALUES) },
    ],
    prometheus_name: "bellwether_alert_state",
    prometheus_suffixed_name: "bellwether_alert_state",
    interval: Interval::Medium,
    origin: "bellwether",
    switch: None,
    recorder: None,
};

/// Label sets of an alert that are pending or firing.
///
/// `bellwether_alert_instances`, gauge in `{alert}`.
pub static BELLWETHER_ALERT_INSTANCES: MetricDefinition = MetricDefinition {
    name: "bellwether_alert_instances",
    instrument: Instrument::Gauge,
    value: ValueType::Int,
    observable: true,
    unit: "{alert}",
    description: "Label sets of an alert that are pending or firing.",
    buckets: &[],
    labels: &[
        LabelDefinition { key: "rule", prometheus_key: "rule", input: "rule", required: true, values: LabelValues::Bounded(256) },
        LabelDefinition { key: "state", prometheus_key: "state", input: "state", required: true, values: LabelValues::Closed(labels::AlertState::VALUES) },
    ],
    prometheus_name: "bellwether_alert_instances",
    prometheus_suffixed_name: "bellwether_alert_instances",
    interval: Interval::Medium,
    origin: "bellwether",
    switch: None,
    recorder: None,
};

/// Changes of state.
///
/// `bellwether_alert_transitions_total`, counter in `{transition}`.
pub static BELLWETHER_ALERT_TRANSITIONS_TOTAL: MetricDefinition = MetricDefinition {
    name: "bellwether_alert_transitions_total",
    instrument: Instrument::Counter,
    value: ValueType::Int,
    observable: true,
    unit: "{transition}",
    description: "Changes of state.",
    buckets: &[],
    labels: &[
        LabelDefinition { key: "rule", prometheus_key: "rule", input: "rule", required: true, values: LabelValues::Bounded(256) },
        LabelDefinition { key: "from", prometheus_key: "from", input: "from", required: true, values: LabelValues::Closed(labels::AlertStateFrom::VALUES) },
        LabelDefinition { key: "to", prometheus_key: "to", input: "to", required: true, values: LabelValues::Closed(labels::AlertStateTo::VALUES) },
    ],
    prometheus_name: "bellwether_alert_transitions_total",
    prometheus_suffixed_name: "bellwether_alert_transitions_total",
    interval: Interval::Medium,
    origin: "bellwether",
    switch: None,
    recorder: None,
};

/// Evaluations of all alerts.
///
/// `bellwether_alert_evaluations_total`, counter in `{evaluation}`.
pub static BELLWETHER_ALERT_EVALUATIONS_TOTAL: MetricDefinition = MetricDefinition {
    name: "bellwether_alert_evaluations_total",
    instrument: Instrument::Counter,
    value: ValueType::Int,
    observable: true,
    unit: "{evaluation}",
    description: "Evaluations of all alerts.",
    buckets: &[],
    labels: &[],
    prometheus_name: "bellwether_alert_evaluations_total",
    prometheus_suffixed_name: "bellwether_alert_evaluations_total",
    interval: Interval::Medium,
    origin: "bellwether",
    switch: None,
    recorder: None,
};

/// Evaluations that had no metrics to look at.
///
/// `bellwether_alert_evaluation_failures_total`, counter in `{evaluation}`.
pub static BELLWETHER_ALERT_EVALUATION_FAILURES_TOTAL: MetricDefinition = MetricDefinition {
    name: "bellwether_alert_evaluation_failures_total",
    instrument: Instrument::Counter,
    value: ValueType::Int,
    observable: true,
    unit: "{evaluation}",
    description: "Evaluations that had no metrics to look at.",
    buckets: &[],
    labels: &[],
    prometheus_name: "bellwether_alert_evaluation_failures_total",
    prometheus_suffixed_name: "bellwether_alert_evaluation_failures_total",
    interval: Interval::Medium,
    origin: "bellwether",
    switch: None,
    recorder: None,
};

/// Time spent on evaluations, collection included.
///
/// `bellwether_alert_evaluation_seconds_total`, counter in `s`.
pub static BELLWETHER_ALERT_EVALUATION_SECONDS_TOTAL: MetricDefinition = MetricDefinition {
    name: "bellwether_alert_evaluation_seconds_total",
    instrument: Instrument::Counter,
    value: ValueType::Double,
    observable: true,
    unit: "s",
    description: "Time spent on evaluations, collection included.",
    buckets: &[],
    labels: &[],
    prometheus_name: "bellwether_alert_evaluation_seconds_total",
    prometheus_suffixed_name: "bellwether_alert_evaluation_seconds_total",
    interval: Interval::Medium,
    origin: "bellwether",
    switch: None,
    recorder: None,
};

/// When alerts were last evaluated, since 1970.
///
/// `bellwether_alert_last_evaluation_timestamp_seconds`, gauge in `s`.
pub static BELLWETHER_ALERT_LAST_EVALUATION_TIMESTAMP_SECONDS: MetricDefinition = MetricDefinition {
    name: "bellwether_alert_last_evaluation_timestamp_seconds",
    instrument: Instrument::Gauge,
    value: ValueType::Double,
    observable: true,
    unit: "s",
    description: "When alerts were last evaluated, since 1970.",
    buckets: &[],
    labels: &[],
    prometheus_name: "bellwether_alert_last_evaluation_timestamp_seconds",
    prometheus_suffixed_name: "bellwether_alert_last_evaluation_timestamp_seconds",
    interval: Interval::Medium,
    origin: "bellwether",
    switch: None,
    recorder: None,
};

/// Notices by action and what became of them.
///
/// `bellwether_alert_actions_total`, counter in `{notice}`.
pub static BELLWETHER_ALERT_ACTIONS_TOTAL: MetricDefinition = MetricDefinition {
    name: "bellwether_alert_actions_total",
    instrument: Instrument::Counter,
    value: ValueType::Int,
    observable: true,
    unit: "{notice}",
    description: "Notices by action and what became of them.",
    buckets: &[],
    labels: &[
        LabelDefinition { key: "action", prometheus_key: "action", input: "action", required: true, values: LabelValues::Closed(labels::AlertAction::VALUES) },
        LabelDefinition { key: "result", prometheus_key: "result", input: "result", required: true, values: LabelValues::Closed(labels::AlertActionResult::VALUES) },
    ],
    prometheus_name: "bellwether_alert_actions_total",
    prometheus_suffixed_name: "bellwether_alert_actions_total",
    interval: Interval::Medium,
    origin: "bellwether",
    switch: None,
    recorder: None,
};

/// Notices that wait for their actions.
///
/// `bellwether_alert_notices_waiting`, gauge in `{notice}`.
pub static BELLWETHER_ALERT_NOTICES_WAITING: MetricDefinition = MetricDefinition {
    name: "bellwether_alert_notices_waiting",
    instrument: Instrument::Gauge,
    value: ValueType::Int,
    observable: true,
    unit: "{notice}",
    description: "Notices that wait for their actions.",
    buckets: &[],
    labels: &[],
    prometheus_name: "bellwether_alert_notices_waiting",
    prometheus_suffixed_name: "bellwether_alert_notices_waiting",
    interval: Interval::Medium,
    origin: "bellwether",
    switch: None,
    recorder: None,
};

/// Notices held back because an alert fires and ceases again and again.
///
/// `bellwether_alert_suppressed_total`, counter in `{notice}`.
pub static BELLWETHER_ALERT_SUPPRESSED_TOTAL: MetricDefinition = MetricDefinition {
    name: "bellwether_alert_suppressed_total",
    instrument: Instrument::Counter,
    value: ValueType::Int,
    observable: true,
    unit: "{notice}",
    description: "Notices held back because an alert fires and ceases again and again.",
    buckets: &[],
    labels: &[],
    prometheus_name: "bellwether_alert_suppressed_total",
    prometheus_suffixed_name: "bellwether_alert_suppressed_total",
    interval: Interval::Medium,
    origin: "bellwether",
    switch: None,
    recorder: None,
};

/// Points left out because an alert watches too many series.
///
/// `bellwether_alert_series_overflow_total`, counter in `{point}`.
pub static BELLWETHER_ALERT_SERIES_OVERFLOW_TOTAL: MetricDefinition = MetricDefinition {
    name: "bellwether_alert_series_overflow_total",
    instrument: Instrument::Counter,
    value: ValueType::Int,
    observable: true,
    unit: "{point}",
    description: "Points left out because an alert watches too many series.",
    buckets: &[],
    labels: &[
        LabelDefinition { key: "rule", prometheus_key: "rule", input: "rule", required: true, values: LabelValues::Bounded(256) },
    ],
    prometheus_name: "bellwether_alert_series_overflow_total",
    prometheus_suffixed_name: "bellwether_alert_series_overflow_total",
    interval: Interval::Medium,
    origin: "bellwether",
    switch: None,
    recorder: None,
};
