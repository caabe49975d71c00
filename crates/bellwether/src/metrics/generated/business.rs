//! Metrics of the family `business`.
// Generated from the metrics registry. Change the registry and generate again.

use crate::metrics::{Instrument, Interval, LabelDefinition, LabelValues, MetricDefinition, ValueType};

/// Items processed.
///
/// `business_items_processed_total`, counter in `{item}`.
pub static BUSINESS_ITEMS_PROCESSED_TOTAL: MetricDefinition = MetricDefinition {
    name: "business_items_processed_total",
    instrument: Instrument::Counter,
    value: ValueType::Int,
    observable: false,
    unit: "{item}",
    description: "Items processed.",
    buckets: &[],
    labels: &[
        LabelDefinition { key: "operation", prometheus_key: "operation", input: "operation", required: true, values: LabelValues::Bounded(128) },
    ],
    prometheus_name: "business_items_processed_total",
    prometheus_suffixed_name: "business_items_processed_total",
    interval: Interval::Slow,
    origin: "operation",
    switch: None,
    recorder: Some("kpi"),
};

/// Items processed per second since the last reading. The unit is an annotation: unit {item}/s would append _per_second a second time.
///
/// `business_throughput_items_per_second`, gauge in `{item_per_second}`.
pub static BUSINESS_THROUGHPUT_ITEMS_PER_SECOND: MetricDefinition = MetricDefinition {
    name: "business_throughput_items_per_second",
    instrument: Instrument::Gauge,
    value: ValueType::Double,
    observable: false,
    unit: "{item_per_second}",
    description: "Items processed per second since the last reading.",
    buckets: &[],
    labels: &[
        LabelDefinition { key: "operation", prometheus_key: "operation", input: "operation", required: true, values: LabelValues::Bounded(128) },
    ],
    prometheus_name: "business_throughput_items_per_second",
    prometheus_suffixed_name: "business_throughput_items_per_second",
    interval: Interval::Slow,
    origin: "operation",
    switch: None,
    recorder: Some("kpi"),
};

/// A KPI that is set.
///
/// `business_kpi_value`, gauge in `{value}`.
pub static BUSINESS_KPI_VALUE: MetricDefinition = MetricDefinition {
    name: "business_kpi_value",
    instrument: Instrument::Gauge,
    value: ValueType::Double,
    observable: false,
    unit: "{value}",
    description: "A KPI that is set.",
    buckets: &[],
    labels: &[
        LabelDefinition { key: "kpi", prometheus_key: "kpi", input: "kpi", required: true, values: LabelValues::Bounded(64) },
    ],
    prometheus_name: "business_kpi_value",
    prometheus_suffixed_name: "business_kpi_value",
    interval: Interval::Slow,
    origin: "operation",
    switch: None,
    recorder: Some("kpi"),
};

/// A KPI that is counted up.
///
/// `business_kpi_total`, counter in `{value}`.
pub static BUSINESS_KPI_TOTAL: MetricDefinition = MetricDefinition {
    name: "business_kpi_total",
    instrument: Instrument::Counter,
    value: ValueType::Double,
    observable: false,
    unit: "{value}",
    description: "A KPI that is counted up.",
    buckets: &[],
    labels: &[
        LabelDefinition { key: "kpi", prometheus_key: "kpi", input: "kpi", required: true, values: LabelValues::Bounded(64) },
    ],
    prometheus_name: "business_kpi_total",
    prometheus_suffixed_name: "business_kpi_total",
    interval: Interval::Slow,
    origin: "operation",
    switch: None,
    recorder: Some("kpi"),
};
