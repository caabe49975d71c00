//! Metrics of the family `mcp`.
// Generated from the metrics registry. Change the registry and generate again.

use super::labels;
use crate::metrics::{Instrument, Interval, LabelDefinition, LabelValues, MetricDefinition, ValueType};

/// Duration of a request, as its sender sees it.
///
/// `mcp.client.operation.duration`, histogram in `s`.
pub static MCP_CLIENT_OPERATION_DURATION: MetricDefinition = MetricDefinition {
    name: "mcp.client.operation.duration",
    instrument: Instrument::Histogram,
    value: ValueType::Double,
    observable: false,
    unit: "s",
    description: "Duration of a request, as its sender sees it.",
    buckets: &[0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0],
    labels: &[
        LabelDefinition { key: "mcp.method.name", prometheus_key: "mcp_method_name", input: "mcp_method_name", required: true, values: LabelValues::Bounded(32) },
        LabelDefinition { key: "mcp.protocol.version", prometheus_key: "mcp_protocol_version", input: "mcp_protocol_version", required: false, values: LabelValues::Bounded(8) },
        LabelDefinition { key: "gen_ai.operation.name", prometheus_key: "gen_ai_operation_name", input: "gen_ai_operation_name", required: false, values: LabelValues::Closed(labels::GenAiOperation::VALUES) },
        LabelDefinition { key: "gen_ai.tool.name", prometheus_key: "gen_ai_tool_name", input: "tool", required: false, values: LabelValues::Bounded(128) },
        LabelDefinition { key: "gen_ai.prompt.name", prometheus_key: "gen_ai_prompt_name", input: "gen_ai_prompt_name", required: false, values: LabelValues::Bounded(64) },
        LabelDefinition { key: "network.transport", prometheus_key: "network_transport", input: "network_transport", required: false, values: LabelValues::Closed(labels::McpTransport::VALUES) },
        LabelDefinition { key: "rpc.response.status_code", prometheus_key: "rpc_response_status_code", input: "rpc_response_status_code", required: false, values: LabelValues::Bounded(32) },
        LabelDefinition { key: "error.type", prometheus_key: "error_type", input: "error_type", required: false, values: LabelValues::Bounded(64) },
    ],
    prometheus_name: "mcp_client_operation_duration",
    prometheus_suffixed_name: "mcp_client_operation_duration_seconds",
    interval: Interval::Fast,
    origin: "mcp convention",
    switch: Some("genai"),
    recorder: Some("mcp_client"),
};

/// Duration of a request, as its receiver sees it.
///
/// `mcp.server.operation.duration`, histogram in `s`.
pub static MCP_SERVER_OPERATION_DURATION: MetricDefinition = MetricDefinition {
    name: "mcp.server.operation.duration",
    instrument: Instrument::Histogram,
    value: ValueType::Double,
    observable: false,
    unit: "s",
    description: "Duration of a request, as its receiver sees it.",
    buckets: &[0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0],
    labels: &[
        LabelDefinition { key: "mcp.method.name", prometheus_key: "mcp_method_name", input: "mcp_method_name", required: true, values: LabelValues::Bounded(32) },
        LabelDefinition { key: "mcp.protocol.version", prometheus_key: "mcp_protocol_version", input: "mcp_protocol_version", required: false, values: LabelValues::Bounded(8) },
        LabelDefinition { key: "gen_ai.operation.name", prometheus_key: "gen_ai_operation_name", input: "gen_ai_operation_name", required: false, values: LabelValues::Closed(labels::GenAiOperation::VALUES) },
        LabelDefinition { key: "gen_ai.tool.name", prometheus_key: "gen_ai_tool_name", input: "tool", required: false, values: LabelValues::Bounded(128) },
        LabelDefinition { key: "gen_ai.prompt.name", prometheus_key: "gen_ai_prompt_name", input: "gen_ai_prompt_name", required: false, values: LabelValues::Bounded(64) },
        LabelDefinition { key: "network.transport", prometheus_key: "network_transport", input: "network_transport", required: false, values: LabelValues::Closed(labels::McpTransport::VALUES) },
        LabelDefinition { key: "rpc.response.status_code", prometheus_key: "rpc_response_status_code", input: "rpc_response_status_code", required: false, values: LabelValues::Bounded(32) },
        LabelDefinition { key: "error.type", prometheus_key: "error_type", input: "error_type", required: false, values: LabelValues::Bounded(64) },
    ],
    prometheus_name: "mcp_server_operation_duration",
    prometheus_suffixed_name: "mcp_server_operation_duration_seconds",
    interval: Interval::Fast,
    origin: "mcp convention",
    switch: Some("genai"),
    recorder: Some("mcp_server"),
};

/// Duration of a session, as the client sees it.
///
/// `mcp.client.session.duration`, histogram in `s`.
pub static MCP_CLIENT_SESSION_DURATION: MetricDefinition = MetricDefinition {
    name: "mcp.client.session.duration",
    instrument: Instrument::Histogram,
    value: ValueType::Double,
    observable: false,
    unit: "s",
    description: "Duration of a session, as the client sees it.",
    buckets: &[0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0],
    labels: &[
        LabelDefinition { key: "mcp.protocol.version", prometheus_key: "mcp_protocol_version", input: "mcp_protocol_version", required: false, values: LabelValues::Bounded(8) },
        LabelDefinition { key: "network.transport", prometheus_key: "network_transport", input: "network_transport", required: false, values: LabelValues::Closed(labels::McpTransport::VALUES) },
        LabelDefinition { key: "error.type", prometheus_key: "error_type", input: "error_type", required: false, values: LabelValues::Bounded(64) },
    ],
    prometheus_name: "mcp_client_session_duration",
    prometheus_suffixed_name: "mcp_client_session_duration_seconds",
    interval: Interval::Fast,
    origin: "mcp convention",
    switch: Some("genai"),
    recorder: Some("mcp_client"),
};

/// Duration of a session, as the server sees it.
///
/// `mcp.server.session.duration`, histogram in `s`.
pub static MCP_SERVER_SESSION_DURATION: MetricDefinition = MetricDefinition {
    name: "mcp.server.session.duration",
    instrument: Instrument::Histogram,
    value: ValueType::Double,
    observable: false,
    unit: "s",
    description: "Duration of a session, as the server sees it.",
    buckets: &[0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0],
    labels: &[
        LabelDefinition { key: "mcp.protocol.version", prometheus_key: "mcp_protocol_version", input: "mcp_protocol_version", required: false, values: LabelValues::Bounded(8) },
        LabelDefinition { key: "network.transport", prometheus_key: "network_transport", input: "network_transport", required: false, values: LabelValues::Closed(labels::McpTransport::VALUES) },
        LabelDefinition { key: "error.type", prometheus_key: "error_type", input: "error_type", required: false, values: LabelValues::Bounded(64) },
    ],
    prometheus_name: "mcp_server_session_duration",
    prometheus_suffixed_name: "mcp_server_session_duration_seconds",
    interval: Interval::Fast,
    origin: "mcp convention",
    switch: Some("genai"),
    recorder: Some("mcp_server"),
};
