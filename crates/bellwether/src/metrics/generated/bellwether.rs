//! Metrics of the family `bellwether`.
// Generated from the metrics registry. Change the registry and generate again.

use super::labels;
use crate::metrics::{Instrument, Interval, LabelDefinition, LabelValues, MetricDefinition, ValueType};

/// Values of an open label that became _other.
///
/// `bellwether_label_overflow_total`, counter in `{value}`.
pub static BELLWETHER_LABEL_OVERFLOW_TOTAL: MetricDefinition = MetricDefinition {
    name: "bellwether_label_overflow_total",
    instrument: Instrument::Counter,
    value: ValueType::Int,
    observable: false,
    unit: "{value}",
    description: "Values of an open label that became _other.",
    buckets: &[],
    labels: &[
        LabelDefinition { key: "label", prometheus_key: "label", input: "label", required: true, values: LabelValues::Bounded(128) },
    ],
    prometheus_name: "bellwether_label_overflow_total",
    prometheus_suffixed_name: "bellwether_label_overflow_total",
    interval: Interval::Medium,
    origin: "bellwether",
    switch: None,
    recorder: None,
};

/// Spans, data points and log records lost.
///
/// `bellwether_dropped_total`, counter in `{item}`.
pub static BELLWETHER_DROPPED_TOTAL: MetricDefinition = MetricDefinition {
    name: "bellwether_dropped_total",
    instrument: Instrument::Counter,
    value: ValueType::Int,
    observable: false,
    unit: "{item}",
    description: "Spans, data points and log records lost.",
    buckets: &[],
    labels: &[
        LabelDefinition { key: "signal", prometheus_key: "signal", input: "signal", required: true, values: LabelValues::Closed(labels::Signal::VALUES) },
        LabelDefinition { key: "cause", prometheus_key: "cause", input: "cause", required: true, values: LabelValues::Closed(labels::LossCause::VALUES) },
    ],
    prometheus_name: "bellwether_dropped_total",
    prometheus_suffixed_name: "bellwether_dropped_total",
    interval: Interval::Medium,
    origin: "bellwether",
    switch: None,
    recorder: None,
};

/// Spans, data points and log records by what became of them on the way to the endpoint.
///
/// `bellwether_export_items_total`, counter in `{item}`.
pub static BELLWETHER_EXPORT_ITEMS_TOTAL: MetricDefinition = MetricDefinition {
    name: "bellwether_export_items_total",
    instrument: Instrument::Counter,
    value: ValueType::Int,
    observable: true,
    unit: "{item}",
    description: "Spans, data points and log records by what became of them on the way to the endpoint.",
    buckets: &[],
    labels: &[
        LabelDefinition { key: "signal", prometheus_key: "signal", input: "signal", required: true, values: LabelValues::Closed(labels::Signal::VALUES) },
        LabelDefinition { key: "outcome", prometheus_key: "outcome", input: "outcome", required: true, values: LabelValues::Closed(labels::ExportOutcome::VALUES) },
    ],
    prometheus_name: "bellwether_export_items_total",
    prometheus_suffixed_name: "bellwether_export_items_total",
    interval: Interval::Medium,
    origin: "bellwether",
    switch: None,
    recorder: None,
};

/// Log lines that the stream did not take in time.
///
/// `bellwether_log_lines_dropped_total`, counter in `{line}`.
pub static BELLWETHER_LOG_LINES_DROPPED_TOTAL: MetricDefinition = MetricDefinition {
    name: "bellwether_log_lines_dropped_total",
    instrument: Instrument::Counter,
    value: ValueType::Int,
    observable: true,
    unit: "{line}",
    description: "Log lines that the stream did not take in time.",
    buckets: &[],
    labels: &[],
    prometheus_name: "bellwether_log_lines_dropped_total",
    prometheus_suffixed_name: "bellwether_log_lines_dropped_total",
    interval: Interval::Medium,
    origin: "bellwether",
    switch: None,
    recorder: None,
};

/// Calls of callbacks of observable instruments that ended in a panic.
///
/// `bellwether_callback_panics_total`, counter in `{panic}`.
pub static BELLWETHER_CALLBACK_PANICS_TOTAL: MetricDefinition = MetricDefinition {
    name: "bellwether_callback_panics_total",
    instrument: Instrument::Counter,
    value: ValueType::Int,
    observable: true,
    unit: "{panic}",
    description: "Calls of callbacks of observable instruments that ended in a panic.",
    buckets: &[],
    labels: &[],
    prometheus_name: "bellwether_callback_panics_total",
    prometheus_suffixed_name: "bellwether_callback_panics_total",
    interval: Interval::Medium,
    origin: "bellwether",
    switch: None,
    recorder: None,
};

/// Exemplars of ended series that found no room before they were exported.
///
/// `bellwether_exemplars_dropped_total`, counter in `{exemplar}`.
pub static BELLWETHER_EXEMPLARS_DROPPED_TOTAL: MetricDefinition = MetricDefinition {
    name: "bellwether_exemplars_dropped_total",
    instrument: Instrument::Counter,
    value: ValueType::Int,
    observable: false,
    unit: "{exemplar}",
    description: "Exemplars of ended series that found no room before they were exported.",
    buckets: &[],
    labels: &[],
    prometheus_name: "bellwether_exemplars_dropped_total",
    prometheus_suffixed_name: "bellwether_exemplars_dropped_total",
    interval: Interval::Medium,
    origin: "bellwether",
    switch: None,
    recorder: None,
};

/// Updates merged by the batch buffer.
///
/// `bellwether_batch_updates_total`, counter in `{update}`.
pub static BELLWETHER_BATCH_UPDATES_TOTAL: MetricDefinition = MetricDefinition {
    name: "bellwether_batch_updates_total",
    instrument: Instrument::Counter,
    value: ValueType::Int,
    observable: false,
    unit: "{update}",
    description: "Updates merged by the batch buffer.",
    buckets: &[],
    labels: &[],
    prometheus_name: "bellwether_batch_updates_total",
    prometheus_suffixed_name: "bellwether_batch_updates_total",
    interval: Interval::Medium,
    origin: "bellwether",
    switch: None,
    recorder: None,
};

/// Flushes of the batch buffer.
///
/// `bellwether_batch_flushes_total`, counter in `{flush}`.
pub static BELLWETHER_BATCH_FLUSHES_TOTAL: MetricDefinition = MetricDefinition {
    name: "bellwether_batch_flushes_total",
    instrument: Instrument::Counter,
    value: ValueType::Int,
    observable: false,
    unit: "{flush}",
    description: "Flushes of the batch buffer.",
    buckets: &[],
    labels: &[],
    prometheus_name: "bellwether_batch_flushes_total",
    prometheus_suffixed_name: "bellwether_batch_flushes_total",
    interval: Interval::Medium,
    origin: "bellwether",
    switch: None,
    recorder: None,
};

/// Metric snapshots published.
///
/// `bellwether_published_total`, counter in `{snapshot}`.
pub static BELLWETHER_PUBLISHED_TOTAL: MetricDefinition = MetricDefinition {
    name: "bellwether_published_total",
    instrument: Instrument::Counter,
    value: ValueType::Int,
    observable: false,
    unit: "{snapshot}",
    description: "Metric snapshots published.",
    buckets: &[],
    labels: &[
        LabelDefinition { key: "sink", prometheus_key: "sink", input: "sink", required: true, values: LabelValues::Closed(labels::PublishSink::VALUES) },
    ],
    prometheus_name: "bellwether_published_total",
    prometheus_suffixed_name: "bellwether_published_total",
    interval: Interval::Medium,
    origin: "bellwether",
    switch: None,
    recorder: None,
};

/// Metric snapshots that a sink did not take.
///
/// `bellwether_publish_failed_total`, counter in `{snapshot}`.
pub static BELLWETHER_PUBLISH_FAILED_TOTAL: MetricDefinition = MetricDefinition {
    name: "bellwether_publish_failed_total",
    instrument: Instrument::Counter,
    value: ValueType::Int,
    observable: false,
    unit: "{snapshot}",
    description: "Metric snapshots that a sink did not take.",
    buckets: &[],
    labels: &[
        LabelDefinition { key: "sink", prometheus_key: "sink", input: "sink", required: true, values: LabelValues::Closed(labels::PublishSink::VALUES) },
    ],
    prometheus_name: "bellwether_publish_failed_total",
    prometheus_suffixed_name: "bellwether_publish_failed_total",
    interval: Interval::Medium,
    origin: "bellwether",
    switch: None,
    recorder: None,
};

/// Memory the process may use: the control group limit, else the memory of the machine.
///
/// `bellwether_process_memory_limit_bytes`, gauge in `By`.
pub static BELLWETHER_PROCESS_MEMORY_LIMIT_BYTES: MetricDefinition = MetricDefinition {
    name: "bellwether_process_memory_limit_bytes",
    instrument: Instrument::Gauge,
    value: ValueType::Int,
    observable: true,
    unit: "By",
    description: "Memory the process may use: the control group limit, else the memory of the machine.",
    buckets: &[],
    labels: &[],
    prometheus_name: "bellwether_process_memory_limit_bytes",
    prometheus_suffixed_name: "bellwether_process_memory_limit_bytes",
    interval: Interval::Medium,
    origin: "bellwether",
    switch: None,
    recorder: Some("process"),
};

/// Health of a component of the service: 1 healthy, 0.5 degraded, 0 unhealthy.
///
/// `bellwether_health_status`, gauge in `{status}`.
pub static BELLWETHER_HEALTH_STATUS: MetricDefinition = MetricDefinition {
    name: "bellwether_health_status",
    instrument: Instrument::Gauge,
    value: ValueType::Double,
    observable: true,
    unit: "{status}",
    description: "Health of a component of the service: 1 healthy, 0.5 degraded, 0 unhealthy.",
    buckets: &[],
    labels: &[
        LabelDefinition { key: "component", prometheus_key: "component", input: "component", required: true, values: LabelValues::Bounded(64) },
    ],
    prometheus_name: "bellwether_health_status",
    prometheus_suffixed_name: "bellwether_health_status",
    interval: Interval::Medium,
    origin: "bellwether",
    switch: None,
    recorder: None,
};
