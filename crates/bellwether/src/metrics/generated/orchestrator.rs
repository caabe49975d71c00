//! Metrics of the family `orchestrator`.
// Generated from the metrics registry. Change the registry and generate again.

use super::labels;
use crate::metrics::{Instrument, Interval, LabelDefinition, LabelValues, MetricDefinition, ValueType};

/// Sessions that are open now.
///
/// `orchestrator_sessions_active`, updowncounter in `{session}`.
pub static ORCHESTRATOR_SESSIONS_ACTIVE: MetricDefinition = MetricDefinition {
    name: "orchestrator_sessions_active",
    instrument: Instrument::UpDownCounter,
    value: ValueType::Int,
    observable: false,
    unit: "{session}",
    description: "Sessions that are open now.",
    buckets: &[],
    labels: &[
        LabelDefinition { key: "orchestrator_id", prometheus_key: "orchestrator_id", input: "orchestrator_id", required: true, values: LabelValues::Bounded(100) },
        LabelDefinition { key: "session_type", prometheus_key: "session_type", input: "session_type", required: true, values: LabelValues::Closed(labels::SessionType::VALUES) },
    ],
    prometheus_name: "orchestrator_sessions_active",
    prometheus_suffixed_name: "orchestrator_sessions_active",
    interval: Interval::Fast,
    origin: "orchestrator",
    switch: None,
    recorder: Some("session"),
};

/// Tokens consumed.
///
/// `orchestrator_tokens_used_total`, counter in `{token}`.
pub static ORCHESTRATOR_TOKENS_USED_TOTAL: MetricDefinition = MetricDefinition {
    name: "orchestrator_tokens_used_total",
    instrument: Instrument::Counter,
    value: ValueType::Int,
    observable: false,
    unit: "{token}",
    description: "Tokens consumed.",
    buckets: &[],
    labels: &[
        LabelDefinition { key: "orchestrator_id", prometheus_key: "orchestrator_id", input: "orchestrator_id", required: true, values: LabelValues::Bounded(100) },
        LabelDefinition { key: "model", prometheus_key: "model", input: "model", required: true, values: LabelValues::Bounded(64) },
    ],
    prometheus_name: "orchestrator_tokens_used_total",
    prometheus_suffixed_name: "orchestrator_tokens_used_total",
    interval: Interval::Fast,
    origin: "orchestrator",
    switch: None,
    recorder: Some("model_request"),
};

/// Time to process one message.
///
/// `orchestrator_message_latency_seconds`, histogram in `s`.
pub static ORCHESTRATOR_MESSAGE_LATENCY_SECONDS: MetricDefinition = MetricDefinition {
    name: "orchestrator_message_latency_seconds",
    instrument: Instrument::Histogram,
    value: ValueType::Double,
    observable: false,
    unit: "s",
    description: "Time to process one message.",
    buckets: &[0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0],
    labels: &[
        LabelDefinition { key: "orchestrator_id", prometheus_key: "orchestrator_id", input: "orchestrator_id", required: true, values: LabelValues::Bounded(100) },
    ],
    prometheus_name: "orchestrator_message_latency_seconds",
    prometheus_suffixed_name: "orchestrator_message_latency_seconds",
    interval: Interval::Fast,
    origin: "orchestrator",
    switch: None,
    recorder: Some("message"),
};

/// Tool invocations.
///
/// `orchestrator_tool_invocations_total`, counter in `{invocation}`.
pub static ORCHESTRATOR_TOOL_INVOCATIONS_TOTAL: MetricDefinition = MetricDefinition {
    name: "orchestrator_tool_invocations_total",
    instrument: Instrument::Counter,
    value: ValueType::Int,
    observable: false,
    unit: "{invocation}",
    description: "Tool invocations.",
    buckets: &[],
    labels: &[
        LabelDefinition { key: "orchestrator_id", prometheus_key: "orchestrator_id", input: "orchestrator_id", required: true, values: LabelValues::Bounded(100) },
        LabelDefinition { key: "tool_name", prometheus_key: "tool_name", input: "tool", required: true, values: LabelValues::Bounded(128) },
        LabelDefinition { key: "status", prometheus_key: "status", input: "status", required: true, values: LabelValues::Closed(labels::ToolStatus::VALUES) },
    ],
    prometheus_name: "orchestrator_tool_invocations_total",
    prometheus_suffixed_name: "orchestrator_tool_invocations_total",
    interval: Interval::Fast,
    origin: "orchestrator",
    switch: None,
    recorder: Some("tool_call"),
};

/// Delegations from one orchestrator to another.
///
/// `orchestrator_federation_delegations_total`, counter in `{delegation}`.
pub static ORCHESTRATOR_FEDERATION_DELEGATIONS_TOTAL: MetricDefinition = MetricDefinition {
    name: "orchestrator_federation_delegations_total",
    instrument: Instrument::Counter,
    value: ValueType::Int,
    observable: false,
    unit: "{delegation}",
    description: "Delegations from one orchestrator to another.",
    buckets: &[],
    labels: &[
        LabelDefinition { key: "from_orchestrator", prometheus_key: "from_orchestrator", input: "from_orchestrator", required: true, values: LabelValues::Bounded(100) },
        LabelDefinition { key: "to_orchestrator", prometheus_key: "to_orchestrator", input: "to_orchestrator", required: true, values: LabelValues::Bounded(100) },
        LabelDefinition { key: "status", prometheus_key: "status", input: "status", required: true, values: LabelValues::Closed(labels::DelegationStatus::VALUES) },
    ],
    prometheus_name: "orchestrator_federation_delegations_total",
    prometheus_suffixed_name: "orchestrator_federation_delegations_total",
    interval: Interval::Fast,
    origin: "orchestrator",
    switch: None,
    recorder: Some("delegation"),
};

/// Load of a node, 0 to 1. The unit is an annotation: unit 1 would rename the series to orchestrator_node_load_ratio.
///
/// `orchestrator_node_load`, gauge in `{load}`.
pub static ORCHESTRATOR_NODE_LOAD: MetricDefinition = MetricDefinition {
    name: "orchestrator_node_load",
    instrument: Instrument::Gauge,
    value: ValueType::Double,
    observable: false,
    unit: "{load}",
    description: "Load of a node, 0 to 1.",
    buckets: &[],
    labels: &[
        LabelDefinition { key: "node_id", prometheus_key: "node_id", input: "node_id", required: true, values: LabelValues::Bounded(256) },
    ],
    prometheus_name: "orchestrator_node_load",
    prometheus_suffixed_name: "orchestrator_node_load",
    interval: Interval::Medium,
    origin: "orchestrator",
    switch: None,
    recorder: Some("node_load"),
};

/// Errors.
///
/// `orchestrator_errors_total`, counter in `{error}`.
pub static ORCHESTRATOR_ERRORS_TOTAL: MetricDefinition = MetricDefinition {
    name: "orchestrator_errors_total",
    instrument: Instrument::Counter,
    value: ValueType::Int,
    observable: false,
    unit: "{error}",
    description: "Errors.",
    buckets: &[],
    labels: &[
        LabelDefinition { key: "orchestrator_id", prometheus_key: "orchestrator_id", input: "orchestrator_id", required: true, values: LabelValues::Bounded(100) },
        LabelDefinition { key: "error_type", prometheus_key: "error_type", input: "error_type", required: true, values: LabelValues::Bounded(64) },
    ],
    prometheus_name: "orchestrator_errors_total",
    prometheus_suffixed_name: "orchestrator_errors_total",
    interval: Interval::Fast,
    origin: "orchestrator",
    switch: None,
    recorder: Some("error"),
};

/// Share of the budget that is spent, 0 to 100.
///
/// `orchestrator_budget_utilization_percent`, gauge in `%`.
pub static ORCHESTRATOR_BUDGET_UTILIZATION_PERCENT: MetricDefinition = MetricDefinition {
    name: "orchestrator_budget_utilization_percent",
    instrument: Instrument::Gauge,
    value: ValueType::Double,
    observable: false,
    unit: "%",
    description: "Share of the budget that is spent, 0 to 100.",
    buckets: &[],
    labels: &[
        LabelDefinition { key: "orchestrator_id", prometheus_key: "orchestrator_id", input: "orchestrator_id", required: true, values: LabelValues::Bounded(100) },
        LabelDefinition { key: "period", prometheus_key: "period", input: "period", required: true, values: LabelValues::Closed(labels::BudgetPeriod::VALUES) },
    ],
    prometheus_name: "orchestrator_budget_utilization_percent",
    prometheus_suffixed_name: "orchestrator_budget_utilization_percent",
    interval: Interval::Medium,
    origin: "orchestrator",
    switch: None,
    recorder: Some("budget"),
};
