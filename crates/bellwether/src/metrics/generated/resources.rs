//! Metrics of the family `resources`.
// Generated from the metrics registry. Change the registry and generate again.

use super::labels;
use crate::metrics::{Instrument, Interval, LabelDefinition, LabelValues, MetricDefinition, ValueType};

/// Share of time the GPU was busy, 0 to 100.
///
/// `gpu_utilization_percent`, gauge in `%`.
pub static GPU_UTILIZATION_PERCENT: MetricDefinition = MetricDefinition {
    name: "gpu_utilization_percent",
    instrument: Instrument::Gauge,
    value: ValueType::Double,
    observable: true,
    unit: "%",
    description: "Share of time the GPU was busy, 0 to 100.",
    buckets: &[],
    labels: &[
        LabelDefinition { key: "gpu_index", prometheus_key: "gpu_index", input: "gpu_index", required: true, values: LabelValues::Bounded(64) },
    ],
    prometheus_name: "gpu_utilization_percent",
    prometheus_suffixed_name: "gpu_utilization_percent",
    interval: Interval::Medium,
    origin: "jobs",
    switch: None,
    recorder: Some("gpu"),
};

/// GPU memory in use.
///
/// `gpu_memory_used_bytes`, gauge in `By`.
pub static GPU_MEMORY_USED_BYTES: MetricDefinition = MetricDefinition {
    name: "gpu_memory_used_bytes",
    instrument: Instrument::Gauge,
    value: ValueType::Int,
    observable: true,
    unit: "By",
    description: "GPU memory in use.",
    buckets: &[],
    labels: &[
        LabelDefinition { key: "gpu_index", prometheus_key: "gpu_index", input: "gpu_index", required: true, values: LabelValues::Bounded(64) },
    ],
    prometheus_name: "gpu_memory_used_bytes",
    prometheus_suffixed_name: "gpu_memory_used_bytes",
    interval: Interval::Medium,
    origin: "jobs",
    switch: None,
    recorder: Some("gpu"),
};

/// Memory of the process.
///
/// `process_memory_usage_bytes`, gauge in `By`.
pub static PROCESS_MEMORY_USAGE_BYTES: MetricDefinition = MetricDefinition {
    name: "process_memory_usage_bytes",
    instrument: Instrument::Gauge,
    value: ValueType::Int,
    observable: true,
    unit: "By",
    description: "Memory of the process.",
    buckets: &[],
    labels: &[
        LabelDefinition { key: "type", prometheus_key: "type", input: "type", required: true, values: LabelValues::Closed(labels::ProcessMemoryType::VALUES) },
    ],
    prometheus_name: "process_memory_usage_bytes",
    prometheus_suffixed_name: "process_memory_usage_bytes",
    interval: Interval::Medium,
    origin: "jobs",
    switch: None,
    recorder: Some("process"),
};

/// Space on the disk that holds the path.
///
/// `disk_usage_bytes`, gauge in `By`.
pub static DISK_USAGE_BYTES: MetricDefinition = MetricDefinition {
    name: "disk_usage_bytes",
    instrument: Instrument::Gauge,
    value: ValueType::Int,
    observable: true,
    unit: "By",
    description: "Space on the disk that holds the path.",
    buckets: &[],
    labels: &[
        LabelDefinition { key: "path", prometheus_key: "path", input: "path", required: true, values: LabelValues::Bounded(32) },
        LabelDefinition { key: "type", prometheus_key: "type", input: "type", required: true, values: LabelValues::Closed(labels::DiskUsageType::VALUES) },
    ],
    prometheus_name: "disk_usage_bytes",
    prometheus_suffixed_name: "disk_usage_bytes",
    interval: Interval::Medium,
    origin: "jobs",
    switch: None,
    recorder: Some("disk"),
};
