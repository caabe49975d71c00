//! Metrics of the family `process`.
// Generated from the metrics registry. Change the registry and generate again.

use crate::metrics::{Instrument, Interval, MetricDefinition, ValueType};

/// Processor time in user and system mode.
///
/// `process_cpu_seconds_total`, counter in `s`.
pub static PROCESS_CPU_SECONDS_TOTAL: MetricDefinition = MetricDefinition {
    name: "process_cpu_seconds_total",
    instrument: Instrument::Counter,
    value: ValueType::Double,
    observable: true,
    unit: "s",
    description: "Processor time in user and system mode.",
    buckets: &[],
    labels: &[],
    prometheus_name: "process_cpu_seconds_total",
    prometheus_suffixed_name: "process_cpu_seconds_total",
    interval: Interval::Medium,
    origin: "Prometheus client libraries",
    switch: None,
    recorder: Some("process"),
};

/// File descriptors that are open.
///
/// `process_open_fds`, gauge in `{fd}`.
pub static PROCESS_OPEN_FDS: MetricDefinition = MetricDefinition {
    name: "process_open_fds",
    instrument: Instrument::Gauge,
    value: ValueType::Int,
    observable: true,
    unit: "{fd}",
    description: "File descriptors that are open.",
    buckets: &[],
    labels: &[],
    prometheus_name: "process_open_fds",
    prometheus_suffixed_name: "process_open_fds",
    interval: Interval::Medium,
    origin: "Prometheus client libraries",
    switch: None,
    recorder: Some("process"),
};

/// File descriptors the process may open.
///
/// `process_max_fds`, gauge in `{fd}`.
pub static PROCESS_MAX_FDS: MetricDefinition = MetricDefinition {
    name: "process_max_fds",
    instrument: Instrument::Gauge,
    value: ValueType::Int,
    observable: true,
    unit: "{fd}",
    description: "File descriptors the process may open.",
    buckets: &[],
    labels: &[],
    prometheus_name: "process_max_fds",
    prometheus_suffixed_name: "process_max_fds",
    interval: Interval::Medium,
    origin: "Prometheus client libraries",
    switch: None,
    recorder: Some("process"),
};

/// Address space in use.
///
/// `process_virtual_memory_bytes`, gauge in `By`.
pub static PROCESS_VIRTUAL_MEMORY_BYTES: MetricDefinition = MetricDefinition {
    name: "process_virtual_memory_bytes",
    instrument: Instrument::Gauge,
    value: ValueType::Int,
    observable: true,
    unit: "By",
    description: "Address space in use.",
    buckets: &[],
    labels: &[],
    prometheus_name: "process_virtual_memory_bytes",
    prometheus_suffixed_name: "process_virtual_memory_bytes",
    interval: Interval::Medium,
    origin: "Prometheus client libraries",
    switch: None,
    recorder: Some("process"),
};

/// Resident memory.
///
/// `process_resident_memory_bytes`, gauge in `By`.
pub static PROCESS_RESIDENT_MEMORY_BYTES: MetricDefinition = MetricDefinition {
    name: "process_resident_memory_bytes",
    instrument: Instrument::Gauge,
    value: ValueType::Int,
    observable: true,
    unit: "By",
    description: "Resident memory.",
    buckets: &[],
    labels: &[],
    prometheus_name: "process_resident_memory_bytes",
    prometheus_suffixed_name: "process_resident_memory_bytes",
    interval: Interval::Medium,
    origin: "Prometheus client libraries",
    switch: None,
    recorder: Some("process"),
};

/// Heap in use.
///
/// `process_heap_bytes`, gauge in `By`.
pub static PROCESS_HEAP_BYTES: MetricDefinition = MetricDefinition {
    name: "process_heap_bytes",
    instrument: Instrument::Gauge,
    value: ValueType::Int,
    observable: true,
    unit: "By",
    description: "Heap in use.",
    buckets: &[],
    labels: &[],
    prometheus_name: "process_heap_bytes",
    prometheus_suffixed_name: "process_heap_bytes",
    interval: Interval::Medium,
    origin: "Prometheus client libraries",
    switch: None,
    recorder: Some("process"),
};

/// When the process started, in seconds since 1970.
///
/// `process_start_time_seconds`, gauge in `s`.
pub static PROCESS_START_TIME_SECONDS: MetricDefinition = MetricDefinition {
    name: "process_start_time_seconds",
    instrument: Instrument::Gauge,
    value: ValueType::Double,
    observable: true,
    unit: "s",
    description: "When the process started, in seconds since 1970.",
    buckets: &[],
    labels: &[],
    prometheus_name: "process_start_time_seconds",
    prometheus_suffixed_name: "process_start_time_seconds",
    interval: Interval::Medium,
    origin: "Prometheus client libraries",
    switch: None,
    recorder: Some("process"),
};

/// Threads of the process.
///
/// `process_threads`, gauge in `{thread}`.
pub static PROCESS_THREADS: MetricDefinition = MetricDefinition {
    name: "process_threads",
    instrument: Instrument::Gauge,
    value: ValueType::Int,
    observable: true,
    unit: "{thread}",
    description: "Threads of the process.",
    buckets: &[],
    labels: &[],
    prometheus_name: "process_threads",
    prometheus_suffixed_name: "process_threads",
    interval: Interval::Medium,
    origin: "Prometheus client libraries",
    switch: None,
    recorder: Some("process"),
};
