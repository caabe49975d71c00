//! Metrics of the family `wundr_process`.
// Generated from the metrics registry. Change the registry and generate again.

use crate::metrics::{Instrument, Interval, MetricDefinition, ValueType};

/// Heap in use.
///
/// `wundr_process_memory_heap_bytes`, gauge in `By`.
pub static WUNDR_PROCESS_MEMORY_HEAP_BYTES: MetricDefinition = MetricDefinition {
    name: "wundr_process_memory_heap_bytes",
    instrument: Instrument::Gauge,
    value: ValueType::Int,
    observable: true,
    unit: "By",
    description: "Heap in use.",
    buckets: &[],
    labels: &[],
    prometheus_name: "wundr_process_memory_heap_bytes",
    prometheus_suffixed_name: "wundr_process_memory_heap_bytes",
    interval: Interval::Medium,
    origin: "wundr",
    switch: None,
    recorder: Some("process"),
};

/// Resident memory.
///
/// `wundr_process_memory_rss_bytes`, gauge in `By`.
pub static WUNDR_PROCESS_MEMORY_RSS_BYTES: MetricDefinition = MetricDefinition {
    name: "wundr_process_memory_rss_bytes",
    instrument: Instrument::Gauge,
    value: ValueType::Int,
    observable: true,
    unit: "By",
    description: "Resident memory.",
    buckets: &[],
    labels: &[],
    prometheus_name: "wundr_process_memory_rss_bytes",
    prometheus_suffixed_name: "wundr_process_memory_rss_bytes",
    interval: Interval::Medium,
    origin: "wundr",
    switch: None,
    recorder: Some("process"),
};

/// Memory mapped outside the heap.
///
/// `wundr_process_memory_external_bytes`, gauge in `By`.
pub static WUNDR_PROCESS_MEMORY_EXTERNAL_BYTES: MetricDefinition = MetricDefinition {
    name: "wundr_process_memory_external_bytes",
    instrument: Instrument::Gauge,
    value: ValueType::Int,
    observable: true,
    unit: "By",
    description: "Memory mapped outside the heap.",
    buckets: &[],
    labels: &[],
    prometheus_name: "wundr_process_memory_external_bytes",
    prometheus_suffixed_name: "wundr_process_memory_external_bytes",
    interval: Interval::Medium,
    origin: "wundr",
    switch: None,
    recorder: Some("process"),
};

/// Processor time in user mode.
///
/// `wundr_process_cpu_user_seconds_total`, counter in `s`.
pub static WUNDR_PROCESS_CPU_USER_SECONDS_TOTAL: MetricDefinition = MetricDefinition {
    name: "wundr_process_cpu_user_seconds_total",
    instrument: Instrument::Counter,
    value: ValueType::Double,
    observable: true,
    unit: "s",
    description: "Processor time in user mode.",
    buckets: &[],
    labels: &[],
    prometheus_name: "wundr_process_cpu_user_seconds_total",
    prometheus_suffixed_name: "wundr_process_cpu_user_seconds_total",
    interval: Interval::Medium,
    origin: "wundr",
    switch: None,
    recorder: Some("process"),
};

/// Processor time in system mode.
///
/// `wundr_process_cpu_system_seconds_total`, counter in `s`.
pub static WUNDR_PROCESS_CPU_SYSTEM_SECONDS_TOTAL: MetricDefinition = MetricDefinition {
    name: "wundr_process_cpu_system_seconds_total",
    instrument: Instrument::Counter,
    value: ValueType::Double,
    observable: true,
    unit: "s",
    description: "Processor time in system mode.",
    buckets: &[],
    labels: &[],
    prometheus_name: "wundr_process_cpu_system_seconds_total",
    prometheus_suffixed_name: "wundr_process_cpu_system_seconds_total",
    interval: Interval::Medium,
    origin: "wundr",
    switch: None,
    recorder: Some("process"),
};

/// File descriptors that are open.
///
/// `wundr_process_open_fds`, gauge in `{fd}`.
pub static WUNDR_PROCESS_OPEN_FDS: MetricDefinition = MetricDefinition {
    name: "wundr_process_open_fds",
    instrument: Instrument::Gauge,
    value: ValueType::Int,
    observable: true,
    unit: "{fd}",
    description: "File descriptors that are open.",
    buckets: &[],
    labels: &[],
    prometheus_name: "wundr_process_open_fds",
    prometheus_suffixed_name: "wundr_process_open_fds",
    interval: Interval::Medium,
    origin: "wundr",
    switch: None,
    recorder: Some("process"),
};

/// File descriptors the process may open.
///
/// `wundr_process_max_fds`, gauge in `{fd}`.
pub static WUNDR_PROCESS_MAX_FDS: MetricDefinition = MetricDefinition {
    name: "wundr_process_max_fds",
    instrument: Instrument::Gauge,
    value: ValueType::Int,
    observable: true,
    unit: "{fd}",
    description: "File descriptors the process may open.",
    buckets: &[],
    labels: &[],
    prometheus_name: "wundr_process_max_fds",
    prometheus_suffixed_name: "wundr_process_max_fds",
    interval: Interval::Medium,
    origin: "wundr",
    switch: None,
    recorder: Some("process"),
};

/// How late the runtime wakes a task.
///
/// `wundr_process_event_loop_lag_seconds`, histogram in `s`.
pub static WUNDR_PROCESS_EVENT_LOOP_LAG_SECONDS: MetricDefinition = MetricDefinition {
    name: "wundr_process_event_loop_lag_seconds",
    instrument: Instrument::Histogram,
    value: ValueType::Double,
    observable: false,
    unit: "s",
    description: "How late the runtime wakes a task.",
    buckets: &[0.000_1, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5],
    labels: &[],
    prometheus_name: "wundr_process_event_loop_lag_seconds",
    prometheus_suffixed_name: "wundr_process_event_loop_lag_seconds",
    interval: Interval::Medium,
    origin: "wundr",
    switch: None,
    recorder: Some("process"),
};

/// Time since the process started.
///
/// `wundr_process_uptime_seconds`, gauge in `s`.
pub static WUNDR_PROCESS_UPTIME_SECONDS: MetricDefinition = MetricDefinition {
    name: "wundr_process_uptime_seconds",
    instrument: Instrument::Gauge,
    value: ValueType::Double,
    observable: true,
    unit: "s",
    description: "Time since the process started.",
    buckets: &[],
    labels: &[],
    prometheus_name: "wundr_process_uptime_seconds",
    prometheus_suffixed_name: "wundr_process_uptime_seconds",
    interval: Interval::Medium,
    origin: "wundr",
    switch: None,
    recorder: Some("process"),
};
