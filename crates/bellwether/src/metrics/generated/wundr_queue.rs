//! Metrics of the family `wundr_queue`.
// Generated from the metrics registry. Change the registry and generate again.

use super::labels;
use crate::metrics::{Instrument, Interval, LabelDefinition, LabelValues, MetricDefinition, ValueType};

/// Items in the queue.
///
/// `wundr_queue_depth`, updowncounter in `{item}`.
pub static WUNDR_QUEUE_DEPTH: MetricDefinition = MetricDefinition {
    name: "wundr_queue_depth",
    instrument: Instrument::UpDownCounter,
    value: ValueType::Int,
    observable: false,
    unit: "{item}",
    description: "Items in the queue.",
    buckets: &[],
    labels: &[
        LabelDefinition { key: "queue_name", prometheus_key: "queue_name", input: "queue_name", required: true, values: LabelValues::Bounded(32) },
    ],
    prometheus_name: "wundr_queue_depth",
    prometheus_suffixed_name: "wundr_queue_depth",
    interval: Interval::Fast,
    origin: "wundr",
    switch: None,
    recorder: Some("queue_item"),
};

/// Time to process one item.
///
/// `wundr_queue_processing_duration_seconds`, histogram in `s`.
pub static WUNDR_QUEUE_PROCESSING_DURATION_SECONDS: MetricDefinition = MetricDefinition {
    name: "wundr_queue_processing_duration_seconds",
    instrument: Instrument::Histogram,
    value: ValueType::Double,
    observable: false,
    unit: "s",
    description: "Time to process one item.",
    buckets: &[0.001, 0.01, 0.05, 0.1, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1_800.0, 3_600.0],
    labels: &[
        LabelDefinition { key: "queue_name", prometheus_key: "queue_name", input: "queue_name", required: true, values: LabelValues::Bounded(32) },
    ],
    prometheus_name: "wundr_queue_processing_duration_seconds",
    prometheus_suffixed_name: "wundr_queue_processing_duration_seconds",
    interval: Interval::Fast,
    origin: "wundr",
    switch: None,
    recorder: Some("queue_item"),
};

/// Items put in.
///
/// `wundr_queue_enqueued_total`, counter in `{item}`.
pub static WUNDR_QUEUE_ENQUEUED_TOTAL: MetricDefinition = MetricDefinition {
    name: "wundr_queue_enqueued_total",
    instrument: Instrument::Counter,
    value: ValueType::Int,
    observable: false,
    unit: "{item}",
    description: "Items put in.",
    buckets: &[],
    labels: &[
        LabelDefinition { key: "queue_name", prometheus_key: "queue_name", input: "queue_name", required: true, values: LabelValues::Bounded(32) },
    ],
    prometheus_name: "wundr_queue_enqueued_total",
    prometheus_suffixed_name: "wundr_queue_enqueued_total",
    interval: Interval::Fast,
    origin: "wundr",
    switch: None,
    recorder: Some("queue_item"),
};

/// Items taken out.
///
/// `wundr_queue_dequeued_total`, counter in `{item}`.
pub static WUNDR_QUEUE_DEQUEUED_TOTAL: MetricDefinition = MetricDefinition {
    name: "wundr_queue_dequeued_total",
    instrument: Instrument::Counter,
    value: ValueType::Int,
    observable: false,
    unit: "{item}",
    description: "Items taken out.",
    buckets: &[],
    labels: &[
        LabelDefinition { key: "queue_name", prometheus_key: "queue_name", input: "queue_name", required: true, values: LabelValues::Bounded(32) },
    ],
    prometheus_name: "wundr_queue_dequeued_total",
    prometheus_suffixed_name: "wundr_queue_dequeued_total",
    interval: Interval::Fast,
    origin: "wundr",
    switch: None,
    recorder: Some("queue_item"),
};

/// Items dropped.
///
/// `wundr_queue_dropped_total`, counter in `{item}`.
pub static WUNDR_QUEUE_DROPPED_TOTAL: MetricDefinition = MetricDefinition {
    name: "wundr_queue_dropped_total",
    instrument: Instrument::Counter,
    value: ValueType::Int,
    observable: false,
    unit: "{item}",
    description: "Items dropped.",
    buckets: &[],
    labels: &[
        LabelDefinition { key: "queue_name", prometheus_key: "queue_name", input: "queue_name", required: true, values: LabelValues::Bounded(32) },
        LabelDefinition { key: "reason", prometheus_key: "reason", input: "reason", required: true, values: LabelValues::Closed(labels::DropReason::VALUES) },
    ],
    prometheus_name: "wundr_queue_dropped_total",
    prometheus_suffixed_name: "wundr_queue_dropped_total",
    interval: Interval::Fast,
    origin: "wundr",
    switch: None,
    recorder: Some("queue_item"),
};
