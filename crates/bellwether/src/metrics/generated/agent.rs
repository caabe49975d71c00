//! Metrics of the family `agent`.
// Generated from the metrics registry. Change the registry and generate again.

use super::labels;
use crate::metrics::{Instrument, Interval, LabelDefinition, LabelValues, MetricDefinition, ValueType};

/// Agent executions.
///
/// `agent_execution_total`, counter in `{execution}`.
pub static AGENT_EXECUTION_TOTAL: MetricDefinition = MetricDefinition {
    name: "agent_execution_total",
    instrument: Instrument::Counter,
    value: ValueType::Int,
    observable: false,
    unit: "{execution}",
    description: "Agent executions.",
    buckets: &[],
    labels: &[
        LabelDefinition { key: "agent_type", prometheus_key: "agent_type", input: "agent_type", required: true, values: LabelValues::Closed(labels::AgentType::VALUES) },
        LabelDefinition { key: "phase", prometheus_key: "phase", input: "phase", required: true, values: LabelValues::Closed(labels::Phase::VALUES) },
        LabelDefinition { key: "status", prometheus_key: "status", input: "status", required: true, values: LabelValues::Closed(labels::ExecutionStatus::VALUES) },
    ],
    prometheus_name: "agent_execution_total",
    prometheus_suffixed_name: "agent_execution_total",
    interval: Interval::Fast,
    origin: "agent",
    switch: None,
    recorder: Some("agent_execution"),
};

/// Duration of an agent execution.
///
/// `agent_execution_duration_seconds`, histogram in `s`.
pub static AGENT_EXECUTION_DURATION_SECONDS: MetricDefinition = MetricDefinition {
    name: "agent_execution_duration_seconds",
    instrument: Instrument::Histogram,
    value: ValueType::Double,
    observable: false,
    unit: "s",
    description: "Duration of an agent execution.",
    buckets: &[0.1, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1_800.0, 3_600.0],
    labels: &[
        LabelDefinition { key: "agent_type", prometheus_key: "agent_type", input: "agent_type", required: true, values: LabelValues::Closed(labels::AgentType::VALUES) },
        LabelDefinition { key: "phase", prometheus_key: "phase", input: "phase", required: true, values: LabelValues::Closed(labels::Phase::VALUES) },
    ],
    prometheus_name: "agent_execution_duration_seconds",
    prometheus_suffixed_name: "agent_execution_duration_seconds",
    interval: Interval::Fast,
    origin: "agent",
    switch: None,
    recorder: Some("agent_execution"),
};

/// Tokens consumed by agents. The one name that suffix translation changes: ask for {__name__=~"agent_tokens_used(_total)?"} where both roads are in use.
///
/// `agent_tokens_used`, counter in `{token}`.
pub static AGENT_TOKENS_USED: MetricDefinition = MetricDefinition {
    name: "agent_tokens_used",
    instrument: Instrument::Counter,
    value: ValueType::Int,
    observable: false,
    unit: "{token}",
    description: "Tokens consumed by agents.",
    buckets: &[],
    labels: &[
        LabelDefinition { key: "agent_type", prometheus_key: "agent_type", input: "agent_type", required: true, values: LabelValues::Closed(labels::AgentType::VALUES) },
        LabelDefinition { key: "model", prometheus_key: "model", input: "model", required: true, values: LabelValues::Bounded(64) },
    ],
    prometheus_name: "agent_tokens_used",
    prometheus_suffixed_name: "agent_tokens_used_total",
    interval: Interval::Fast,
    origin: "agent",
    switch: None,
    recorder: Some("model_request"),
};

/// Tool calls.
///
/// `tool_calls_total`, counter in `{call}`.
pub static TOOL_CALLS_TOTAL: MetricDefinition = MetricDefinition {
    name: "tool_calls_total",
    instrument: Instrument::Counter,
    value: ValueType::Int,
    observable: false,
    unit: "{call}",
    description: "Tool calls.",
    buckets: &[],
    labels: &[
        LabelDefinition { key: "tool", prometheus_key: "tool", input: "tool", required: true, values: LabelValues::Bounded(128) },
        LabelDefinition { key: "status", prometheus_key: "status", input: "status", required: true, values: LabelValues::Closed(labels::ToolStatus::VALUES) },
    ],
    prometheus_name: "tool_calls_total",
    prometheus_suffixed_name: "tool_calls_total",
    interval: Interval::Fast,
    origin: "agent",
    switch: None,
    recorder: Some("tool_call"),
};

/// Duration of a tool call.
///
/// `tool_call_duration_seconds`, histogram in `s`.
pub static TOOL_CALL_DURATION_SECONDS: MetricDefinition = MetricDefinition {
    name: "tool_call_duration_seconds",
    instrument: Instrument::Histogram,
    value: ValueType::Double,
    observable: false,
    unit: "s",
    description: "Duration of a tool call.",
    buckets: &[0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0],
    labels: &[
        LabelDefinition { key: "tool", prometheus_key: "tool", input: "tool", required: true, values: LabelValues::Bounded(128) },
    ],
    prometheus_name: "tool_call_duration_seconds",
    prometheus_suffixed_name: "tool_call_duration_seconds",
    interval: Interval::Fast,
    origin: "agent",
    switch: None,
    recorder: Some("tool_call"),
};

/// Tool calls that succeeded.
///
/// `tool_call_success_total`, counter in `{call}`.
pub static TOOL_CALL_SUCCESS_TOTAL: MetricDefinition = MetricDefinition {
    name: "tool_call_success_total",
    instrument: Instrument::Counter,
    value: ValueType::Int,
    observable: false,
    unit: "{call}",
    description: "Tool calls that succeeded.",
    buckets: &[],
    labels: &[
        LabelDefinition { key: "tool", prometheus_key: "tool", input: "tool", required: true, values: LabelValues::Bounded(128) },
    ],
    prometheus_name: "tool_call_success_total",
    prometheus_suffixed_name: "tool_call_success_total",
    interval: Interval::Fast,
    origin: "agent",
    switch: None,
    recorder: Some("tool_call"),
};

/// Tool calls that failed.
///
/// `tool_call_failure_total`, counter in `{call}`.
pub static TOOL_CALL_FAILURE_TOTAL: MetricDefinition = MetricDefinition {
    name: "tool_call_failure_total",
    instrument: Instrument::Counter,
    value: ValueType::Int,
    observable: false,
    unit: "{call}",
    description: "Tool calls that failed.",
    buckets: &[],
    labels: &[
        LabelDefinition { key: "tool", prometheus_key: "tool", input: "tool", required: true, values: LabelValues::Bounded(128) },
        LabelDefinition { key: "error_type", prometheus_key: "error_type", input: "error_type", required: true, values: LabelValues::Bounded(64) },
    ],
    prometheus_name: "tool_call_failure_total",
    prometheus_suffixed_name: "tool_call_failure_total",
    interval: Interval::Fast,
    origin: "agent",
    switch: None,
    recorder: Some("tool_call"),
};

/// Share of the context window in use, 0 to 100. The unit is an annotation: unit % would rename the series to context_window_utilization_percent.
///
/// `context_window_utilization`, gauge in `{percent}`.
pub static CONTEXT_WINDOW_UTILIZATION: MetricDefinition = MetricDefinition {
    name: "context_window_utilization",
    instrument: Instrument::Gauge,
    value: ValueType::Double,
    observable: false,
    unit: "{percent}",
    description: "Share of the context window in use, 0 to 100.",
    buckets: &[],
    labels: &[
        LabelDefinition { key: "agent_id", prometheus_key: "agent_id", input: "agent_id", required: true, values: LabelValues::Live },
        LabelDefinition { key: "session_id", prometheus_key: "session_id", input: "session_id", required: true, values: LabelValues::Live },
    ],
    prometheus_name: "context_window_utilization",
    prometheus_suffixed_name: "context_window_utilization",
    interval: Interval::Fast,
    origin: "agent",
    switch: None,
    recorder: Some("context_window"),
};

/// Size of the context window.
///
/// `context_window_size_tokens`, gauge in `{token}`.
pub static CONTEXT_WINDOW_SIZE_TOKENS: MetricDefinition = MetricDefinition {
    name: "context_window_size_tokens",
    instrument: Instrument::Gauge,
    value: ValueType::Int,
    observable: false,
    unit: "{token}",
    description: "Size of the context window.",
    buckets: &[],
    labels: &[
        LabelDefinition { key: "agent_id", prometheus_key: "agent_id", input: "agent_id", required: true, values: LabelValues::Live },
    ],
    prometheus_name: "context_window_size_tokens",
    prometheus_suffixed_name: "context_window_size_tokens",
    interval: Interval::Fast,
    origin: "agent",
    switch: None,
    recorder: Some("context_window"),
};

/// Tokens of the context window in use.
///
/// `context_window_used_tokens`, gauge in `{token}`.
pub static CONTEXT_WINDOW_USED_TOKENS: MetricDefinition = MetricDefinition {
    name: "context_window_used_tokens",
    instrument: Instrument::Gauge,
    value: ValueType::Int,
    observable: false,
    unit: "{token}",
    description: "Tokens of the context window in use.",
    buckets: &[],
    labels: &[
        LabelDefinition { key: "agent_id", prometheus_key: "agent_id", input: "agent_id", required: true, values: LabelValues::Live },
    ],
    prometheus_name: "context_window_used_tokens",
    prometheus_suffixed_name: "context_window_used_tokens",
    interval: Interval::Fast,
    origin: "agent",
    switch: None,
    recorder: Some("context_window"),
};

/// Share of the context window in use, by kind of agent. Stands beside the gauges, whose series leave when a session ends.
///
/// `agent_context_window_utilization_percent`, histogram in `%`.
pub static AGENT_CONTEXT_WINDOW_UTILIZATION_PERCENT: MetricDefinition = MetricDefinition {
    name: "agent_context_window_utilization_percent",
    instrument: Instrument::Histogram,
    value: ValueType::Double,
    observable: false,
    unit: "%",
    description: "Share of the context window in use, by kind of agent.",
    buckets: &[10.0, 20.0, 30.0, 40.0, 50.0, 60.0, 70.0, 80.0, 90.0, 95.0, 100.0],
    labels: &[
        LabelDefinition { key: "agent_type", prometheus_key: "agent_type", input: "agent_type", required: true, values: LabelValues::Closed(labels::AgentType::VALUES) },
    ],
    prometheus_name: "agent_context_window_utilization_percent",
    prometheus_suffixed_name: "agent_context_window_utilization_percent",
    interval: Interval::Fast,
    origin: "agent",
    switch: None,
    recorder: Some("context_window"),
};

/// Errors per second. The unit is an annotation: unit {error}/s would append _per_second.
///
/// `error_rate`, gauge in `{error_per_second}`.
pub static ERROR_RATE: MetricDefinition = MetricDefinition {
    name: "error_rate",
    instrument: Instrument::Gauge,
    value: ValueType::Double,
    observable: false,
    unit: "{error_per_second}",
    description: "Errors per second.",
    buckets: &[],
    labels: &[
        LabelDefinition { key: "component", prometheus_key: "component", input: "component", required: true, values: LabelValues::Bounded(64) },
        LabelDefinition { key: "error_type", prometheus_key: "error_type", input: "error_type", required: true, values: LabelValues::Bounded(64) },
    ],
    prometheus_name: "error_rate",
    prometheus_suffixed_name: "error_rate",
    interval: Interval::Fast,
    origin: "agent",
    switch: None,
    recorder: Some("error"),
};

/// Errors.
///
/// `error_total`, counter in `{error}`.
pub static ERROR_TOTAL: MetricDefinition = MetricDefinition {
    name: "error_total",
    instrument: Instrument::Counter,
    value: ValueType::Int,
    observable: false,
    unit: "{error}",
    description: "Errors.",
    buckets: &[],
    labels: &[
        LabelDefinition { key: "component", prometheus_key: "component", input: "component", required: true, values: LabelValues::Bounded(64) },
        LabelDefinition { key: "error_type", prometheus_key: "error_type", input: "error_type", required: true, values: LabelValues::Bounded(64) },
        LabelDefinition { key: "severity", prometheus_key: "severity", input: "severity", required: true, values: LabelValues::Closed(labels::ErrorSeverity::VALUES) },
    ],
    prometheus_name: "error_total",
    prometheus_suffixed_name: "error_total",
    interval: Interval::Fast,
    origin: "agent",
    switch: None,
    recorder: Some("error"),
};

/// Tasks that wait.
///
/// `task_queue_size`, updowncounter in `{task}`.
pub static TASK_QUEUE_SIZE: MetricDefinition = MetricDefinition {
    name: "task_queue_size",
    instrument: Instrument::UpDownCounter,
    value: ValueType::Int,
    observable: false,
    unit: "{task}",
    description: "Tasks that wait.",
    buckets: &[],
    labels: &[
        LabelDefinition { key: "priority", prometheus_key: "priority", input: "priority", required: true, values: LabelValues::Closed(labels::TaskPriority::VALUES) },
    ],
    prometheus_name: "task_queue_size",
    prometheus_suffixed_name: "task_queue_size",
    interval: Interval::Fast,
    origin: "agent",
    switch: None,
    recorder: Some("task"),
};

/// Duration of a task.
///
/// `task_duration_seconds`, histogram in `s`.
pub static TASK_DURATION_SECONDS: MetricDefinition = MetricDefinition {
    name: "task_duration_seconds",
    instrument: Instrument::Histogram,
    value: ValueType::Double,
    observable: false,
    unit: "s",
    description: "Duration of a task.",
    buckets: &[0.1, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1_800.0, 3_600.0],
    labels: &[
        LabelDefinition { key: "task_type", prometheus_key: "task_type", input: "task_type", required: true, values: LabelValues::Bounded(64) },
        LabelDefinition { key: "status", prometheus_key: "status", input: "status", required: true, values: LabelValues::Closed(labels::ExecutionStatus::VALUES) },
    ],
    prometheus_name: "task_duration_seconds",
    prometheus_suffixed_name: "task_duration_seconds",
    interval: Interval::Fast,
    origin: "agent",
    switch: None,
    recorder: Some("task"),
};

/// Tasks that succeeded.
///
/// `task_success_total`, counter in `{task}`.
pub static TASK_SUCCESS_TOTAL: MetricDefinition = MetricDefinition {
    name: "task_success_total",
    instrument: Instrument::Counter,
    value: ValueType::Int,
    observable: false,
    unit: "{task}",
    description: "Tasks that succeeded.",
    buckets: &[],
    labels: &[
        LabelDefinition { key: "task_type", prometheus_key: "task_type", input: "task_type", required: true, values: LabelValues::Bounded(64) },
    ],
    prometheus_name: "task_success_total",
    prometheus_suffixed_name: "task_success_total",
    interval: Interval::Fast,
    origin: "agent",
    switch: None,
    recorder: Some("task"),
};

/// Tasks that failed.
///
/// `task_failure_total`, counter in `{task}`.
pub static TASK_FAILURE_TOTAL: MetricDefinition = MetricDefinition {
    name: "task_failure_total",
    instrument: Instrument::Counter,
    value: ValueType::Int,
    observable: false,
    unit: "{task}",
    description: "Tasks that failed.",
    buckets: &[],
    labels: &[
        LabelDefinition { key: "task_type", prometheus_key: "task_type", input: "task_type", required: true, values: LabelValues::Bounded(64) },
        LabelDefinition { key: "error_type", prometheus_key: "error_type", input: "error_type", required: true, values: LabelValues::Bounded(64) },
    ],
    prometheus_name: "task_failure_total",
    prometheus_suffixed_name: "task_failure_total",
    interval: Interval::Fast,
    origin: "agent",
    switch: None,
    recorder: Some("task"),
};
