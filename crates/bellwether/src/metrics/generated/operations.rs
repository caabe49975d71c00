//! Metrics of the family `operations`.
// Generated from the metrics registry. Change the registry and generate again.

use super::labels;
use crate::metrics::{Instrument, Interval, LabelDefinition, LabelValues, MetricDefinition, ValueType};

/// Executions of an operation.
///
/// `operation_executions_total`, counter in `{execution}`.
pub static OPERATION_EXECUTIONS_TOTAL: MetricDefinition = MetricDefinition {
    name: "operation_executions_total",
    instrument: Instrument::Counter,
    value: ValueType::Int,
    observable: false,
    unit: "{execution}",
    description: "Executions of an operation.",
    buckets: &[],
    labels: &[
        LabelDefinition { key: "operation", prometheus_key: "operation", input: "operation", required: true, values: LabelValues::Bounded(128) },
        LabelDefinition { key: "status", prometheus_key: "status", input: "status", required: true, values: LabelValues::Closed(labels::OperationStatus::VALUES) },
    ],
    prometheus_name: "operation_executions_total",
    prometheus_suffixed_name: "operation_executions_total",
    interval: Interval::Fast,
    origin: "operation",
    switch: None,
    recorder: Some("operation"),
};

/// Duration of an operation.
///
/// `operation_duration_seconds`, histogram in `s`.
pub static OPERATION_DURATION_SECONDS: MetricDefinition = MetricDefinition {
    name: "operation_duration_seconds",
    instrument: Instrument::Histogram,
    value: ValueType::Double,
    observable: false,
    unit: "s",
    description: "Duration of an operation.",
    buckets: &[0.000_1, 0.000_5, 0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0],
    labels: &[
        LabelDefinition { key: "operation", prometheus_key: "operation", input: "operation", required: true, values: LabelValues::Bounded(128) },
        LabelDefinition { key: "status", prometheus_key: "status", input: "status", required: true, values: LabelValues::Closed(labels::OperationStatus::VALUES) },
    ],
    prometheus_name: "operation_duration_seconds",
    prometheus_suffixed_name: "operation_duration_seconds",
    interval: Interval::Fast,
    origin: "operation",
    switch: None,
    recorder: Some("operation"),
};

/// Executions that failed, by class of error.
///
/// `operation_errors_total`, counter in `{error}`.
pub static OPERATION_ERRORS_TOTAL: MetricDefinition = MetricDefinition {
    name: "operation_errors_total",
    instrument: Instrument::Counter,
    value: ValueType::Int,
    observable: false,
    unit: "{error}",
    description: "Executions that failed, by class of error.",
    buckets: &[],
    labels: &[
        LabelDefinition { key: "operation", prometheus_key: "operation", input: "operation", required: true, values: LabelValues::Bounded(128) },
        LabelDefinition { key: "error_type", prometheus_key: "error_type", input: "error_type", required: true, values: LabelValues::Bounded(64) },
    ],
    prometheus_name: "operation_errors_total",
    prometheus_suffixed_name: "operation_errors_total",
    interval: Interval::Fast,
    origin: "operation",
    switch: None,
    recorder: Some("operation"),
};

/// Executions that have not ended.
///
/// `operations_in_flight`, updowncounter in `{execution}`.
pub static OPERATIONS_IN_FLIGHT: MetricDefinition = MetricDefinition {
    name: "operations_in_flight",
    instrument: Instrument::UpDownCounter,
    value: ValueType::Int,
    observable: false,
    unit: "{execution}",
    description: "Executions that have not ended.",
    buckets: &[],
    labels: &[
        LabelDefinition { key: "operation", prometheus_key: "operation", input: "operation", required: true, values: LabelValues::Bounded(128) },
    ],
    prometheus_name: "operations_in_flight",
    prometheus_suffixed_name: "operations_in_flight",
    interval: Interval::Fast,
    origin: "operation",
    switch: None,
    recorder: Some("operation"),
};

/// Processor time used, 100 for one core.
///
/// `process_cpu_usage_percent`, gauge in `%`.
pub static PROCESS_CPU_USAGE_PERCENT: MetricDefinition = MetricDefinition {
    name: "process_cpu_usage_percent",
    instrument: Instrument::Gauge,
    value: ValueType::Double,
    observable: true,
    unit: "%",
    description: "Processor time used, 100 for one core.",
    buckets: &[],
    labels: &[],
    prometheus_name: "process_cpu_usage_percent",
    prometheus_suffixed_name: "process_cpu_usage_percent",
    interval: Interval::Medium,
    origin: "operation",
    switch: None,
    recorder: Some("process"),
};

/// Connections that are open, of all kinds.
///
/// `connections_active`, gauge in `{connection}`.
pub static CONNECTIONS_ACTIVE: MetricDefinition = MetricDefinition {
    name: "connections_active",
    instrument: Instrument::Gauge,
    value: ValueType::Int,
    observable: false,
    unit: "{connection}",
    description: "Connections that are open, of all kinds.",
    buckets: &[],
    labels: &[],
    prometheus_name: "connections_active",
    prometheus_suffixed_name: "connections_active",
    interval: Interval::Medium,
    origin: "operation",
    switch: None,
    recorder: Some("process"),
};
