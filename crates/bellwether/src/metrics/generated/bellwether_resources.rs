//! Metrics of the family `bellwether_resources`.
// Generated from the metrics registry. Change the registry and generate again.

use super::labels;
use crate::metrics::{Instrument, Interval, LabelDefinition, LabelValues, MetricDefinition, ValueType};

/// Whether a read of the source does not return: 1 while it is stuck, and its metrics are not reported.
///
/// `bellwether_resource_stuck`, gauge in `{source}`.
pub static BELLWETHER_RESOURCE_STUCK: MetricDefinition = MetricDefinition {
    name: "bellwether_resource_stuck",
    instrument: Instrument::Gauge,
    value: ValueType::Int,
    observable: true,
    unit: "{source}",
    description: "Whether a read of the source does not return: 1 while it is stuck, and its metrics are not reported.",
    buckets: &[],
    labels: &[
        LabelDefinition { key: "source", prometheus_key: "source", input: "source", required: true, values: LabelValues::Closed(labels::ResourceSource::VALUES) },
    ],
    prometheus_name: "bellwether_resource_stuck",
    prometheus_suffixed_name: "bellwether_resource_stuck",
    interval: Interval::Medium,
    origin: "bellwether",
    switch: None,
    recorder: None,
};

/// Reads of a source that failed, other than those a device does not support.
///
/// `bellwether_resource_failures_total`, counter in `{failure}`.
pub static BELLWETHER_RESOURCE_FAILURES_TOTAL: MetricDefinition = MetricDefinition {
    name: "bellwether_resource_failures_total",
    instrument: Instrument::Counter,
    value: ValueType::Int,
    observable: true,
    unit: "{failure}",
    description: "Reads of a source that failed, other than those a device does not support.",
    buckets: &[],
    labels: &[
        LabelDefinition { key: "source", prometheus_key: "source", input: "source", required: true, values: LabelValues::Closed(labels::ResourceSource::VALUES) },
    ],
    prometheus_name: "bellwether_resource_failures_total",
    prometheus_suffixed_name: "bellwether_resource_failures_total",
    interval: Interval::Medium,
    origin: "bellwether",
    switch: None,
    recorder: None,
};

/// Worker threads of the runtime.
///
/// `bellwether_runtime_workers`, gauge in `{thread}`.
pub static BELLWETHER_RUNTIME_WORKERS: MetricDefinition = MetricDefinition {
    name: "bellwether_runtime_workers",
    instrument: Instrument::Gauge,
    value: ValueType::Int,
    observable: true,
    unit: "{thread}",
    description: "Worker threads of the runtime.",
    buckets: &[],
    labels: &[
        LabelDefinition { key: "runtime", prometheus_key: "runtime", input: "runtime", required: true, values: LabelValues::Bounded(16) },
    ],
    prometheus_name: "bellwether_runtime_workers",
    prometheus_suffixed_name: "bellwether_runtime_workers",
    interval: Interval::Medium,
    origin: "bellwether",
    switch: None,
    recorder: Some("runtime"),
};

/// Tasks of the runtime that have not ended.
///
/// `bellwether_runtime_alive_tasks`, gauge in `{task}`.
pub static BELLWETHER_RUNTIME_ALIVE_TASKS: MetricDefinition = MetricDefinition {
    name: "bellwether_runtime_alive_tasks",
    instrument: Instrument::Gauge,
    value: ValueType::Int,
    observable: true,
    unit: "{task}",
    description: "Tasks of the runtime that have not ended.",
    buckets: &[],
    labels: &[
        LabelDefinition { key: "runtime", prometheus_key: "runtime", input: "runtime", required: true, values: LabelValues::Bounded(16) },
    ],
    prometheus_name: "bellwether_runtime_alive_tasks",
    prometheus_suffixed_name: "bellwether_runtime_alive_tasks",
    interval: Interval::Medium,
    origin: "bellwether",
    switch: None,
    recorder: Some("runtime"),
};

/// Tasks that wait in the runtime's global queue.
///
/// `bellwether_runtime_global_queue_depth`, gauge in `{task}`.
pub static BELLWETHER_RUNTIME_GLOBAL_QUEUE_DEPTH: MetricDefinition = MetricDefinition {
    name: "bellwether_runtime_global_queue_depth",
    instrument: Instrument::Gauge,
    value: ValueType::Int,
    observable: true,
    unit: "{task}",
    description: "Tasks that wait in the runtime's global queue.",
    buckets: &[],
    labels: &[
        LabelDefinition { key: "runtime", prometheus_key: "runtime", input: "runtime", required: true, values: LabelValues::Bounded(16) },
    ],
    prometheus_name: "bellwether_runtime_global_queue_depth",
    prometheus_suffixed_name: "bellwether_runtime_global_queue_depth",
    interval: Interval::Medium,
    origin: "bellwether",
    switch: None,
    recorder: Some("runtime"),
};

/// Time that the runtime's workers were busy, all of them together.
///
/// `bellwether_runtime_busy_seconds_total`, counter in `s`.
pub static BELLWETHER_RUNTIME_BUSY_SECONDS_TOTAL: MetricDefinition = MetricDefinition {
    name: "bellwether_runtime_busy_seconds_total",
    instrument: Instrument::Counter,
    value: ValueType::Double,
    observable: true,
    unit: "s",
    description: "Time that the runtime's workers were busy, all of them together.",
    buckets: &[],
    labels: &[
        LabelDefinition { key: "runtime", prometheus_key: "runtime", input: "runtime", required: true, values: LabelValues::Bounded(16) },
    ],
    prometheus_name: "bellwether_runtime_busy_seconds_total",
    prometheus_suffixed_name: "bellwether_runtime_busy_seconds_total",
    interval: Interval::Medium,
    origin: "bellwether",
    switch: None,
    recorder: Some("runtime"),
};

/// 1 for each reason that holds the GPU's clocks down now, 0 for the others.
///
/// `bellwether_gpu_throttled`, gauge in `{reason}`.
pub static BELLWETHER_GPU_THROTTLED: MetricDefinition = MetricDefinition {
    name: "bellwether_gpu_throttled",
    instrument: Instrument::Gauge,
    value: ValueType::Int,
    observable: true,
    unit: "{reason}",
    description: "1 for each reason that holds the GPU's clocks down now, 0 for the others.",
    buckets: &[],
    labels: &[
        LabelDefinition { key: "gpu_index", prometheus_key: "gpu_index", input: "gpu_index", required: true, values: LabelValues::Bounded(64) },
        LabelDefinition { key: "throttle_reason", prometheus_key: "throttle_reason", input: "throttle_reason", required: true, values: LabelValues::Closed(labels::GpuThrottleReason::VALUES) },
    ],
    prometheus_name: "bellwether_gpu_throttled",
    prometheus_suffixed_name: "bellwether_gpu_throttled",
    interval: Interval::Medium,
    origin: "bellwether",
    switch: None,
    recorder: Some("gpu"),
};

/// GPU memory that a process holds.
///
/// `bellwether_gpu_process_memory_bytes`, gauge in `By`.
pub static BELLWETHER_GPU_PROCESS_MEMORY_BYTES: MetricDefinition = MetricDefinition {
    name: "bellwether_gpu_process_memory_bytes",
    instrument: Instrument::Gauge,
    value: ValueType::Int,
    observable: true,
    unit: "By",
    description: "GPU memory that a process holds.",
    buckets: &[],
    labels: &[
        LabelDefinition { key: "gpu_index", prometheus_key: "gpu_index", input: "gpu_index", required: true, values: LabelValues::Bounded(64) },
        LabelDefinition { key: "pid", prometheus_key: "pid", input: "pid", required: true, values: LabelValues::Live },
        LabelDefinition { key: "process", prometheus_key: "process", input: "process", required: true, values: LabelValues::Bounded(64) },
    ],
    prometheus_name: "bellwether_gpu_process_memory_bytes",
    prometheus_suffixed_name: "bellwether_gpu_process_memory_bytes",
    interval: Interval::Medium,
    origin: "bellwether",
    switch: None,
    recorder: Some("gpu_process"),
};
