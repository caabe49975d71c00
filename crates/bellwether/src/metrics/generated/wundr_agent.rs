//! Metrics of the family `wundr_agent`.
// Generated from the metrics registry. Change the registry and generate again.

use super::labels;
use crate::metrics::{Instrument, Interval, LabelDefinition, LabelValues, MetricDefinition, ValueType};

/// Agents started.
///
/// `wundr_agent_spawned_total`, counter in `{agent}`.
pub static WUNDR_AGENT_SPAWNED_TOTAL: MetricDefinition = MetricDefinition {
    name: "wundr_agent_spawned_total",
    instrument: Instrument::Counter,
    value: ValueType::Int,
    observable: false,
    unit: "{agent}",
    description: "Agents started.",
    buckets: &[],
    labels: &[
        LabelDefinition { key: "orchestrator_id", prometheus_key: "orchestrator_id", input: "orchestrator_id", required: true, values: LabelValues::Bounded(100) },
        LabelDefinition { key: "session_type", prometheus_key: "session_type", input: "session_type", required: true, values: LabelValues::Closed(labels::SessionType::VALUES) },
    ],
    prometheus_name: "wundr_agent_spawned_total",
    prometheus_suffixed_name: "wundr_agent_spawned_total",
    interval: Interval::Fast,
    origin: "wundr",
    switch: None,
    recorder: Some("agent_lifecycle"),
};

/// Agents that run now.
///
/// `wundr_agent_running`, updowncounter in `{agent}`.
pub static WUNDR_AGENT_RUNNING: MetricDefinition = MetricDefinition {
    name: "wundr_agent_running",
    instrument: Instrument::UpDownCounter,
    value: ValueType::Int,
    observable: false,
    unit: "{agent}",
    description: "Agents that run now.",
    buckets: &[],
    labels: &[
        LabelDefinition { key: "orchestrator_id", prometheus_key: "orchestrator_id", input: "orchestrator_id", required: true, values: LabelValues::Bounded(100) },
        LabelDefinition { key: "session_type", prometheus_key: "session_type", input: "session_type", required: true, values: LabelValues::Closed(labels::SessionType::VALUES) },
    ],
    prometheus_name: "wundr_agent_running",
    prometheus_suffixed_name: "wundr_agent_running",
    interval: Interval::Fast,
    origin: "wundr",
    switch: None,
    recorder: Some("agent_lifecycle"),
};

/// Agents that ended without failing.
///
/// `wundr_agent_completed_total`, counter in `{agent}`.
pub static WUNDR_AGENT_COMPLETED_TOTAL: MetricDefinition = MetricDefinition {
    name: "wundr_agent_completed_total",
    instrument: Instrument::Counter,
    value: ValueType::Int,
    observable: false,
    unit: "{agent}",
    description: "Agents that ended without failing.",
    buckets: &[],
    labels: &[
        LabelDefinition { key: "orchestrator_id", prometheus_key: "orchestrator_id", input: "orchestrator_id", required: true, values: LabelValues::Bounded(100) },
        LabelDefinition { key: "session_type", prometheus_key: "session_type", input: "session_type", required: true, values: LabelValues::Closed(labels::SessionType::VALUES) },
        LabelDefinition { key: "exit_reason", prometheus_key: "exit_reason", input: "exit_reason", required: true, values: LabelValues::Closed(labels::ExitReason::VALUES) },
    ],
    prometheus_name: "wundr_agent_completed_total",
    prometheus_suffixed_name: "wundr_agent_completed_total",
    interval: Interval::Fast,
    origin: "wundr",
    switch: None,
    recorder: Some("agent_lifecycle"),
};

/// Agents that failed.
///
/// `wundr_agent_failed_total`, counter in `{agent}`.
pub static WUNDR_AGENT_FAILED_TOTAL: MetricDefinition = MetricDefinition {
    name: "wundr_agent_failed_total",
    instrument: Instrument::Counter,
    value: ValueType::Int,
    observable: false,
    unit: "{agent}",
    description: "Agents that failed.",
    buckets: &[],
    labels: &[
        LabelDefinition { key: "orchestrator_id", prometheus_key: "orchestrator_id", input: "orchestrator_id", required: true, values: LabelValues::Bounded(100) },
        LabelDefinition { key: "session_type", prometheus_key: "session_type", input: "session_type", required: true, values: LabelValues::Closed(labels::SessionType::VALUES) },
        LabelDefinition { key: "error_type", prometheus_key: "error_type", input: "error_type", required: true, values: LabelValues::Bounded(64) },
    ],
    prometheus_name: "wundr_agent_failed_total",
    prometheus_suffixed_name: "wundr_agent_failed_total",
    interval: Interval::Fast,
    origin: "wundr",
    switch: None,
    recorder: Some("agent_lifecycle"),
};

/// Lifetime of an agent.
///
/// `wundr_agent_duration_seconds`, histogram in `s`.
pub static WUNDR_AGENT_DURATION_SECONDS: MetricDefinition = MetricDefinition {
    name: "wundr_agent_duration_seconds",
    instrument: Instrument::Histogram,
    value: ValueType::Double,
    observable: false,
    unit: "s",
    description: "Lifetime of an agent.",
    buckets: &[0.1, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1_800.0, 3_600.0],
    labels: &[
        LabelDefinition { key: "orchestrator_id", prometheus_key: "orchestrator_id", input: "orchestrator_id", required: true, values: LabelValues::Bounded(100) },
        LabelDefinition { key: "session_type", prometheus_key: "session_type", input: "session_type", required: true, values: LabelValues::Closed(labels::SessionType::VALUES) },
    ],
    prometheus_name: "wundr_agent_duration_seconds",
    prometheus_suffixed_name: "wundr_agent_duration_seconds",
    interval: Interval::Fast,
    origin: "wundr",
    switch: None,
    recorder: Some("agent_lifecycle"),
};

/// Duration of a session.
///
/// `wundr_session_duration_seconds`, histogram in `s`.
pub static WUNDR_SESSION_DURATION_SECONDS: MetricDefinition = MetricDefinition {
    name: "wundr_session_duration_seconds",
    instrument: Instrument::Histogram,
    value: ValueType::Double,
    observable: false,
    unit: "s",
    description: "Duration of a session.",
    buckets: &[1.0, 5.0, 10.0, 30.0, 60.0, 120.0, 180.0, 240.0, 300.0, 450.0, 600.0, 1_800.0, 3_600.0, 7_200.0],
    labels: &[
        LabelDefinition { key: "orchestrator_id", prometheus_key: "orchestrator_id", input: "orchestrator_id", required: true, values: LabelValues::Bounded(100) },
        LabelDefinition { key: "session_type", prometheus_key: "session_type", input: "session_type", required: true, values: LabelValues::Closed(labels::SessionType::VALUES) },
    ],
    prometheus_name: "wundr_session_duration_seconds",
    prometheus_suffixed_name: "wundr_session_duration_seconds",
    interval: Interval::Fast,
    origin: "wundr",
    switch: None,
    recorder: Some("session"),
};

/// Prompt tokens.
///
/// `wundr_session_tokens_prompt_total`, counter in `{token}`.
pub static WUNDR_SESSION_TOKENS_PROMPT_TOTAL: MetricDefinition = MetricDefinition {
    name: "wundr_session_tokens_prompt_total",
    instrument: Instrument::Counter,
    value: ValueType::Int,
    observable: false,
    unit: "{token}",
    description: "Prompt tokens.",
    buckets: &[],
    labels: &[
        LabelDefinition { key: "orchestrator_id", prometheus_key: "orchestrator_id", input: "orchestrator_id", required: true, values: LabelValues::Bounded(100) },
        LabelDefinition { key: "model", prometheus_key: "model", input: "model", required: true, values: LabelValues::Bounded(64) },
    ],
    prometheus_name: "wundr_session_tokens_prompt_total",
    prometheus_suffixed_name: "wundr_session_tokens_prompt_total",
    interval: Interval::Fast,
    origin: "wundr",
    switch: None,
    recorder: Some("model_request"),
};

/// Completion tokens.
///
/// `wundr_session_tokens_completion_total`, counter in `{token}`.
pub static WUNDR_SESSION_TOKENS_COMPLETION_TOTAL: MetricDefinition = MetricDefinition {
    name: "wundr_session_tokens_completion_total",
    instrument: Instrument::Counter,
    value: ValueType::Int,
    observable: false,
    unit: "{token}",
    description: "Completion tokens.",
    buckets: &[],
    labels: &[
        LabelDefinition { key: "orchestrator_id", prometheus_key: "orchestrator_id", input: "orchestrator_id", required: true, values: LabelValues::Bounded(100) },
        LabelDefinition { key: "model", prometheus_key: "model", input: "model", required: true, values: LabelValues::Bounded(64) },
    ],
    prometheus_name: "wundr_session_tokens_completion_total",
    prometheus_suffixed_name: "wundr_session_tokens_completion_total",
    interval: Interval::Fast,
    origin: "wundr",
    switch: None,
    recorder: Some("model_request"),
};

/// Money spent on models. The unit is an annotation: unit USD would append _USD.
///
/// `wundr_session_cost_dollars_total`, counter in `{USD}`.
pub static WUNDR_SESSION_COST_DOLLARS_TOTAL: MetricDefinition = MetricDefinition {
    name: "wundr_session_cost_dollars_total",
    instrument: Instrument::Counter,
    value: ValueType::Double,
    observable: false,
    unit: "{USD}",
    description: "Money spent on models.",
    buckets: &[],
    labels: &[
        LabelDefinition { key: "orchestrator_id", prometheus_key: "orchestrator_id", input: "orchestrator_id", required: true, values: LabelValues::Bounded(100) },
        LabelDefinition { key: "model", prometheus_key: "model", input: "model", required: true, values: LabelValues::Bounded(64) },
        LabelDefinition { key: "provider", prometheus_key: "provider", input: "provider", required: true, values: LabelValues::Bounded(16) },
    ],
    prometheus_name: "wundr_session_cost_dollars_total",
    prometheus_suffixed_name: "wundr_session_cost_dollars_total",
    interval: Interval::Fast,
    origin: "wundr",
    switch: None,
    recorder: Some("model_request"),
};

/// Iterations of the agent loop.
///
/// `wundr_session_iterations_total`, counter in `{iteration}`.
pub static WUNDR_SESSION_ITERATIONS_TOTAL: MetricDefinition = MetricDefinition {
    name: "wundr_session_iterations_total",
    instrument: Instrument::Counter,
    value: ValueType::Int,
    observable: false,
    unit: "{iteration}",
    description: "Iterations of the agent loop.",
    buckets: &[],
    labels: &[
        LabelDefinition { key: "orchestrator_id", prometheus_key: "orchestrator_id", input: "orchestrator_id", required: true, values: LabelValues::Bounded(100) },
    ],
    prometheus_name: "wundr_session_iterations_total",
    prometheus_suffixed_name: "wundr_session_iterations_total",
    interval: Interval::Fast,
    origin: "wundr",
    switch: None,
    recorder: Some("session"),
};
