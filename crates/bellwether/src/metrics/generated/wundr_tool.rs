//! Metrics of the family `wundr_tool`.
// Generated from the metrics registry. Change the registry and generate again.

use super::labels;
use crate::metrics::{Instrument, Interval, LabelDefinition, LabelValues, MetricDefinition, ValueType};

/// Duration of a tool execution.
///
/// `wundr_tool_execution_duration_seconds`, histogram in `s`.
pub static WUNDR_TOOL_EXECUTION_DURATION_SECONDS: MetricDefinition = MetricDefinition {
    name: "wundr_tool_execution_duration_seconds",
    instrument: Instrument::Histogram,
    value: ValueType::Double,
    observable: false,
    unit: "s",
    description: "Duration of a tool execution.",
    buckets: &[0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0],
    labels: &[
        LabelDefinition { key: "tool_name", prometheus_key: "tool_name", input: "tool", required: true, values: LabelValues::Bounded(128) },
        LabelDefinition { key: "status", prometheus_key: "status", input: "status", required: true, values: LabelValues::Closed(labels::ToolStatus::VALUES) },
    ],
    prometheus_name: "wundr_tool_execution_duration_seconds",
    prometheus_suffixed_name: "wundr_tool_execution_duration_seconds",
    interval: Interval::Fast,
    origin: "wundr",
    switch: None,
    recorder: Some("tool_call"),
};

/// Tool executions.
///
/// `wundr_tool_execution_total`, counter in `{execution}`.
pub static WUNDR_TOOL_EXECUTION_TOTAL: MetricDefinition = MetricDefinition {
    name: "wundr_tool_execution_total",
    instrument: Instrument::Counter,
    value: ValueType::Int,
    observable: false,
    unit: "{execution}",
    description: "Tool executions.",
    buckets: &[],
    labels: &[
        LabelDefinition { key: "tool_name", prometheus_key: "tool_name", input: "tool", required: true, values: LabelValues::Bounded(128) },
        LabelDefinition { key: "status", prometheus_key: "status", input: "status", required: true, values: LabelValues::Closed(labels::ToolStatus::VALUES) },
    ],
    prometheus_name: "wundr_tool_execution_total",
    prometheus_suffixed_name: "wundr_tool_execution_total",
    interval: Interval::Fast,
    origin: "wundr",
    switch: None,
    recorder: Some("tool_call"),
};

/// Tool executions that failed.
///
/// `wundr_tool_errors_total`, counter in `{error}`.
pub static WUNDR_TOOL_ERRORS_TOTAL: MetricDefinition = MetricDefinition {
    name: "wundr_tool_errors_total",
    instrument: Instrument::Counter,
    value: ValueType::Int,
    observable: false,
    unit: "{error}",
    description: "Tool executions that failed.",
    buckets: &[],
    labels: &[
        LabelDefinition { key: "tool_name", prometheus_key: "tool_name", input: "tool", required: true, values: LabelValues::Bounded(128) },
        LabelDefinition { key: "error_type", prometheus_key: "error_type", input: "error_type", required: true, values: LabelValues::Bounded(64) },
    ],
    prometheus_name: "wundr_tool_errors_total",
    prometheus_suffixed_name: "wundr_tool_errors_total",
    interval: Interval::Fast,
    origin: "wundr",
    switch: None,
    recorder: Some("tool_call"),
};

/// Tool calls that wait.
///
/// `wundr_tool_queue_depth`, updowncounter in `{call}`.
pub static WUNDR_TOOL_QUEUE_DEPTH: MetricDefinition = MetricDefinition {
    name: "wundr_tool_queue_depth",
    instrument: Instrument::UpDownCounter,
    value: ValueType::Int,
    observable: false,
    unit: "{call}",
    description: "Tool calls that wait.",
    buckets: &[],
    labels: &[],
    prometheus_name: "wundr_tool_queue_depth",
    prometheus_suffixed_name: "wundr_tool_queue_depth",
    interval: Interval::Fast,
    origin: "wundr",
    switch: None,
    recorder: Some("tool_call"),
};
