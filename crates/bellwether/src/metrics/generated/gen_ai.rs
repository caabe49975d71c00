//! Metrics of the family `gen_ai`.
// Generated from the metrics registry. Change the registry and generate again.

use super::labels;
use crate::metrics::{Instrument, Interval, LabelDefinition, LabelValues, MetricDefinition, ValueType};

/// Tokens of one operation.
///
/// `gen_ai.client.token.usage`, histogram in `{token}`.
pub static GEN_AI_CLIENT_TOKEN_USAGE: MetricDefinition = MetricDefinition {
    name: "gen_ai.client.token.usage",
    instrument: Instrument::Histogram,
    value: ValueType::Int,
    observable: false,
    unit: "{token}",
    description: "Tokens of one operation.",
    buckets: &[1.0, 4.0, 16.0, 64.0, 256.0, 1_024.0, 4_096.0, 16_384.0, 65_536.0, 262_144.0, 1_048_576.0, 4_194_304.0, 16_777_216.0, 67_108_864.0],
    labels: &[
        LabelDefinition { key: "gen_ai.operation.name", prometheus_key: "gen_ai_operation_name", input: "gen_ai_operation_name", required: true, values: LabelValues::Closed(labels::GenAiOperation::VALUES) },
        LabelDefinition { key: "gen_ai.provider.name", prometheus_key: "gen_ai_provider_name", input: "provider", required: true, values: LabelValues::Bounded(16) },
        LabelDefinition { key: "gen_ai.token.type", prometheus_key: "gen_ai_token_type", input: "gen_ai_token_type", required: true, values: LabelValues::Closed(labels::GenAiTokenType::VALUES) },
        LabelDefinition { key: "gen_ai.request.model", prometheus_key: "gen_ai_request_model", input: "model", required: false, values: LabelValues::Bounded(64) },
        LabelDefinition { key: "gen_ai.response.model", prometheus_key: "gen_ai_response_model", input: "gen_ai_response_model", required: false, values: LabelValues::Bounded(64) },
        LabelDefinition { key: "server.address", prometheus_key: "server_address", input: "server_address", required: false, values: LabelValues::Bounded(32) },
        LabelDefinition { key: "server.port", prometheus_key: "server_port", input: "server_port", required: false, values: LabelValues::Bounded(32) },
    ],
    prometheus_name: "gen_ai_client_token_usage",
    prometheus_suffixed_name: "gen_ai_client_token_usage",
    interval: Interval::Fast,
    origin: "gen_ai convention",
    switch: Some("genai"),
    recorder: Some("model_request"),
};

/// Duration of an operation, as the client sees it.
///
/// `gen_ai.client.operation.duration`, histogram in `s`.
pub static GEN_AI_CLIENT_OPERATION_DURATION: MetricDefinition = MetricDefinition {
    name: "gen_ai.client.operation.duration",
    instrument: Instrument::Histogram,
    value: ValueType::Double,
    observable: false,
    unit: "s",
    description: "Duration of an operation, as the client sees it.",
    buckets: &[0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92],
    labels: &[
        LabelDefinition { key: "gen_ai.operation.name", prometheus_key: "gen_ai_operation_name", input: "gen_ai_operation_name", required: true, values: LabelValues::Closed(labels::GenAiOperation::VALUES) },
        LabelDefinition { key: "gen_ai.provider.name", prometheus_key: "gen_ai_provider_name", input: "provider", required: true, values: LabelValues::Bounded(16) },
        LabelDefinition { key: "gen_ai.request.model", prometheus_key: "gen_ai_request_model", input: "model", required: false, values: LabelValues::Bounded(64) },
        LabelDefinition { key: "gen_ai.response.model", prometheus_key: "gen_ai_response_model", input: "gen_ai_response_model", required: false, values: LabelValues::Bounded(64) },
        LabelDefinition { key: "server.address", prometheus_key: "server_address", input: "server_address", required: false, values: LabelValues::Bounded(32) },
        LabelDefinition { key: "server.port", prometheus_key: "server_port", input: "server_port", required: false, values: LabelValues::Bounded(32) },
        LabelDefinition { key: "error.type", prometheus_key: "error_type", input: "error_type", required: false, values: LabelValues::Bounded(64) },
    ],
    prometheus_name: "gen_ai_client_operation_duration",
    prometheus_suffixed_name: "gen_ai_client_operation_duration_seconds",
    interval: Interval::Fast,
    origin: "gen_ai convention",
    switch: Some("genai"),
    recorder: Some("model_request"),
};

/// Time to the first chunk of a streamed answer.
///
/// `gen_ai.client.operation.time_to_first_chunk`, histogram in `s`.
pub static GEN_AI_CLIENT_OPERATION_TIME_TO_FIRST_CHUNK: MetricDefinition = MetricDefinition {
    name: "gen_ai.client.operation.time_to_first_chunk",
    instrument: Instrument::Histogram,
    value: ValueType::Double,
    observable: false,
    unit: "s",
    description: "Time to the first chunk of a streamed answer.",
    buckets: &[0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92],
    labels: &[
        LabelDefinition { key: "gen_ai.operation.name", prometheus_key: "gen_ai_operation_name", input: "gen_ai_operation_name", required: true, values: LabelValues::Closed(labels::GenAiOperation::VALUES) },
        LabelDefinition { key: "gen_ai.provider.name", prometheus_key: "gen_ai_provider_name", input: "provider", required: true, values: LabelValues::Bounded(16) },
        LabelDefinition { key: "gen_ai.request.model", prometheus_key: "gen_ai_request_model", input: "model", required: false, values: LabelValues::Bounded(64) },
        LabelDefinition { key: "gen_ai.response.model", prometheus_key: "gen_ai_response_model", input: "gen_ai_response_model", required: false, values: LabelValues::Bounded(64) },
        LabelDefinition { key: "server.address", prometheus_key: "server_address", input: "server_address", required: false, values: LabelValues::Bounded(32) },
        LabelDefinition { key: "server.port", prometheus_key: "server_port", input: "server_port", required: false, values: LabelValues::Bounded(32) },
    ],
    prometheus_name: "gen_ai_client_operation_time_to_first_chunk",
    prometheus_suffixed_name: "gen_ai_client_operation_time_to_first_chunk_seconds",
    interval: Interval::Fast,
    origin: "gen_ai convention",
    switch: Some("genai"),
    recorder: Some("model_request"),
};

/// Time per chunk after the first of a streamed answer.
///
/// `gen_ai.client.operation.time_per_output_chunk`, histogram in `s`.
pub static GEN_AI_CLIENT_OPERATION_TIME_PER_OUTPUT_CHUNK: MetricDefinition = MetricDefinition {
    name: "gen_ai.client.operation.time_per_output_chunk",
    instrument: Instrument::Histogram,
    value: ValueType::Double,
    observable: false,
    unit: "s",
    description: "Time per chunk after the first of a streamed answer.",
    buckets: &[0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92],
    labels: &[
        LabelDefinition { key: "gen_ai.operation.name", prometheus_key: "gen_ai_operation_name", input: "gen_ai_operation_name", required: true, values: LabelValues::Closed(labels::GenAiOperation::VALUES) },
        LabelDefinition { key: "gen_ai.provider.name", prometheus_key: "gen_ai_provider_name", input: "provider", required: true, values: LabelValues::Bounded(16) },
        LabelDefinition { key: "gen_ai.request.model", prometheus_key: "gen_ai_request_model", input: "model", required: false, values: LabelValues::Bounded(64) },
        LabelDefinition { key: "gen_ai.response.model", prometheus_key: "gen_ai_response_model", input: "gen_ai_response_model", required: false, values: LabelValues::Bounded(64) },
        LabelDefinition { key: "server.address", prometheus_key: "server_address", input: "server_address", required: false, values: LabelValues::Bounded(32) },
        LabelDefinition { key: "server.port", prometheus_key: "server_port", input: "server_port", required: false, values: LabelValues::Bounded(32) },
    ],
    prometheus_name: "gen_ai_client_operation_time_per_output_chunk",
    prometheus_suffixed_name: "gen_ai_client_operation_time_per_output_chunk_seconds",
    interval: Interval::Fast,
    origin: "gen_ai convention",
    switch: Some("genai"),
    recorder: Some("model_request"),
};

/// Duration of a request, as the server of the model sees it.
///
/// `gen_ai.server.request.duration`, histogram in `s`.
pub static GEN_AI_SERVER_REQUEST_DURATION: MetricDefinition = MetricDefinition {
    name: "gen_ai.server.request.duration",
    instrument: Instrument::Histogram,
    value: ValueType::Double,
    observable: false,
    unit: "s",
    description: "Duration of a request, as the server of the model sees it.",
    buckets: &[0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92],
    labels: &[
        LabelDefinition { key: "gen_ai.operation.name", prometheus_key: "gen_ai_operation_name", input: "gen_ai_operation_name", required: true, values: LabelValues::Closed(labels::GenAiOperation::VALUES) },
        LabelDefinition { key: "gen_ai.provider.name", prometheus_key: "gen_ai_provider_name", input: "provider", required: true, values: LabelValues::Bounded(16) },
        LabelDefinition { key: "gen_ai.request.model", prometheus_key: "gen_ai_request_model", input: "model", required: false, values: LabelValues::Bounded(64) },
        LabelDefinition { key: "gen_ai.response.model", prometheus_key: "gen_ai_response_model", input: "gen_ai_response_model", required: false, values: LabelValues::Bounded(64) },
        LabelDefinition { key: "server.address", prometheus_key: "server_address", input: "server_address", required: false, values: LabelValues::Bounded(32) },
        LabelDefinition { key: "server.port", prometheus_key: "server_port", input: "server_port", required: false, values: LabelValues::Bounded(32) },
        LabelDefinition { key: "error.type", prometheus_key: "error_type", input: "error_type", required: false, values: LabelValues::Bounded(64) },
    ],
    prometheus_name: "gen_ai_server_request_duration",
    prometheus_suffixed_name: "gen_ai_server_request_duration_seconds",
    interval: Interval::Fast,
    origin: "gen_ai convention",
    switch: Some("genai"),
    recorder: Some("model_server"),
};

/// Time per token after the first.
///
/// `gen_ai.server.time_per_output_token`, histogram in `s`.
pub static GEN_AI_SERVER_TIME_PER_OUTPUT_TOKEN: MetricDefinition = MetricDefinition {
    name: "gen_ai.server.time_per_output_token",
    instrument: Instrument::Histogram,
    value: ValueType::Double,
    observable: false,
    unit: "s",
    description: "Time per token after the first.",
    buckets: &[0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1.0, 2.5],
    labels: &[
        LabelDefinition { key: "gen_ai.operation.name", prometheus_key: "gen_ai_operation_name", input: "gen_ai_operation_name", required: true, values: LabelValues::Closed(labels::GenAiOperation::VALUES) },
        LabelDefinition { key: "gen_ai.provider.name", prometheus_key: "gen_ai_provider_name", input: "provider", required: true, values: LabelValues::Bounded(16) },
        LabelDefinition { key: "gen_ai.request.model", prometheus_key: "gen_ai_request_model", input: "model", required: false, values: LabelValues::Bounded(64) },
        LabelDefinition { key: "gen_ai.response.model", prometheus_key: "gen_ai_response_model", input: "gen_ai_response_model", required: false, values: LabelValues::Bounded(64) },
        LabelDefinition { key: "server.address", prometheus_key: "server_address", input: "server_address", required: false, values: LabelValues::Bounded(32) },
        LabelDefinition { key: "server.port", prometheus_key: "server_port", input: "server_port", required: false, values: LabelValues::Bounded(32) },
    ],
    prometheus_name: "gen_ai_server_time_per_output_token",
    prometheus_suffixed_name: "gen_ai_server_time_per_output_token_seconds",
    interval: Interval::Fast,
    origin: "gen_ai convention",
    switch: Some("genai"),
    recorder: Some("model_server"),
};

/// Time to the first token.
///
/// `gen_ai.server.time_to_first_token`, histogram in `s`.
pub static GEN_AI_SERVER_TIME_TO_FIRST_TOKEN: MetricDefinition = MetricDefinition {
    name: "gen_ai.server.time_to_first_token",
    instrument: Instrument::Histogram,
    value: ValueType::Double,
    observable: false,
    unit: "s",
    description: "Time to the first token.",
    buckets: &[0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0],
    labels: &[
        LabelDefinition { key: "gen_ai.operation.name", prometheus_key: "gen_ai_operation_name", input: "gen_ai_operation_name", required: true, values: LabelValues::Closed(labels::GenAiOperation::VALUES) },
        LabelDefinition { key: "gen_ai.provider.name", prometheus_key: "gen_ai_provider_name", input: "provider", required: true, values: LabelValues::Bounded(16) },
        LabelDefinition { key: "gen_ai.request.model", prometheus_key: "gen_ai_request_model", input: "model", required: false, values: LabelValues::Bounded(64) },
        LabelDefinition { key: "gen_ai.response.model", prometheus_key: "gen_ai_response_model", input: "gen_ai_response_model", required: false, values: LabelValues::Bounded(64) },
        LabelDefinition { key: "server.address", prometheus_key: "server_address", input: "server_address", required: false, values: LabelValues::Bounded(32) },
        LabelDefinition { key: "server.port", prometheus_key: "server_port", input: "server_port", required: false, values: LabelValues::Bounded(32) },
    ],
    prometheus_name: "gen_ai_server_time_to_first_token",
    prometheus_suffixed_name: "gen_ai_server_time_to_first_token_seconds",
    interval: Interval::Fast,
    origin: "gen_ai convention",
    switch: Some("genai"),
    recorder: Some("model_server"),
};

/// Duration of a workflow.
///
/// `gen_ai.workflow.duration`, histogram in `s`.
pub static GEN_AI_WORKFLOW_DURATION: MetricDefinition = MetricDefinition {
    name: "gen_ai.workflow.duration",
    instrument: Instrument::Histogram,
    value: ValueType::Double,
    observable: false,
    unit: "s",
    description: "Duration of a workflow.",
    buckets: &[1.0, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1_800.0, 3_600.0, 7_200.0],
    labels: &[
        LabelDefinition { key: "gen_ai.workflow.name", prometheus_key: "gen_ai_workflow_name", input: "gen_ai_workflow_name", required: true, values: LabelValues::Bounded(64) },
        LabelDefinition { key: "error.type", prometheus_key: "error_type", input: "error_type", required: false, values: LabelValues::Bounded(64) },
    ],
    prometheus_name: "gen_ai_workflow_duration",
    prometheus_suffixed_name: "gen_ai_workflow_duration_seconds",
    interval: Interval::Fast,
    origin: "gen_ai convention",
    switch: Some("genai"),
    recorder: Some("workflow"),
};

/// Duration of an agent invocation.
///
/// `gen_ai.invoke_agent.duration`, histogram in `s`.
pub static GEN_AI_INVOKE_AGENT_DURATION: MetricDefinition = MetricDefinition {
    name: "gen_ai.invoke_agent.duration",
    instrument: Instrument::Histogram,
    value: ValueType::Double,
    observable: false,
    unit: "s",
    description: "Duration of an agent invocation.",
    buckets: &[0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 25.6, 51.2, 102.4, 204.8, 409.6],
    labels: &[
        LabelDefinition { key: "gen_ai.agent.name", prometheus_key: "gen_ai_agent_name", input: "gen_ai_agent_name", required: false, values: LabelValues::Bounded(64) },
        LabelDefinition { key: "gen_ai.request.model", prometheus_key: "gen_ai_request_model", input: "model", required: false, values: LabelValues::Bounded(64) },
        LabelDefinition { key: "error.type", prometheus_key: "error_type", input: "error_type", required: false, values: LabelValues::Bounded(64) },
    ],
    prometheus_name: "gen_ai_invoke_agent_duration",
    prometheus_suffixed_name: "gen_ai_invoke_agent_duration_seconds",
    interval: Interval::Fast,
    origin: "gen_ai convention",
    switch: Some("genai"),
    recorder: Some("agent_execution"),
};

/// Duration of a tool execution.
///
/// `gen_ai.execute_tool.duration`, histogram in `s`.
pub static GEN_AI_EXECUTE_TOOL_DURATION: MetricDefinition = MetricDefinition {
    name: "gen_ai.execute_tool.duration",
    instrument: Instrument::Histogram,
    value: ValueType::Double,
    observable: false,
    unit: "s",
    description: "Duration of a tool execution.",
    buckets: &[0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92],
    labels: &[
        LabelDefinition { key: "gen_ai.tool.name", prometheus_key: "gen_ai_tool_name", input: "tool", required: true, values: LabelValues::Bounded(128) },
        LabelDefinition { key: "gen_ai.tool.type", prometheus_key: "gen_ai_tool_type", input: "gen_ai_tool_type", required: false, values: LabelValues::Closed(labels::GenAiToolType::VALUES) },
        LabelDefinition { key: "gen_ai.agent.name", prometheus_key: "gen_ai_agent_name", input: "gen_ai_agent_name", required: false, values: LabelValues::Bounded(64) },
        LabelDefinition { key: "error.type", prometheus_key: "error_type", input: "error_type", required: false, values: LabelValues::Bounded(64) },
    ],
    prometheus_name: "gen_ai_execute_tool_duration",
    prometheus_suffixed_name: "gen_ai_execute_tool_duration_seconds",
    interval: Interval::Fast,
    origin: "gen_ai convention",
    switch: Some("genai"),
    recorder: Some("tool_call"),
};
