//! Recorders: one call feeds every metric of a recorder that is switched on.
// Generated from the metrics registry. Change the registry and generate again.

use super::labels;
use crate::metrics::{LabelValues, RecorderDefinition, RecorderInput};

/// Metrics that one call of the recorder `agent_execution` feeds.
pub static AGENT_EXECUTION: RecorderDefinition = RecorderDefinition {
    name: "agent_execution",
    inputs: &[
        RecorderInput { name: "agent_type", values: LabelValues::Closed(labels::AgentType::VALUES) },
        RecorderInput { name: "phase", values: LabelValues::Closed(labels::Phase::VALUES) },
        RecorderInput { name: "status", values: LabelValues::Closed(labels::ExecutionStatus::VALUES) },
        RecorderInput { name: "gen_ai_agent_name", values: LabelValues::Bounded(64) },
        RecorderInput { name: "model", values: LabelValues::Bounded(64) },
        RecorderInput { name: "error_type", values: LabelValues::Bounded(64) },
    ],
    metrics: &[
        &super::agent::AGENT_EXECUTION_TOTAL,
        &super::agent::AGENT_EXECUTION_DURATION_SECONDS,
        &super::gen_ai::GEN_AI_INVOKE_AGENT_DURATION,
    ],
};

/// Metrics that one call of the recorder `agent_lifecycle` feeds.
pub static AGENT_LIFECYCLE: RecorderDefinition = RecorderDefinition {
    name: "agent_lifecycle",
    inputs: &[
        RecorderInput { name: "orchestrator_id", values: LabelValues::Bounded(100) },
        RecorderInput { name: "session_type", values: LabelValues::Closed(labels::SessionType::VALUES) },
        RecorderInput { name: "exit_reason", values: LabelValues::Closed(labels::ExitReason::VALUES) },
        RecorderInput { name: "error_type", values: LabelValues::Bounded(64) },
    ],
    metrics: &[
        &super::wundr_agent::WUNDR_AGENT_SPAWNED_TOTAL,
        &super::wundr_agent::WUNDR_AGENT_RUNNING,
        &super::wundr_agent::WUNDR_AGENT_COMPLETED_TOTAL,
        &super::wundr_agent::WUNDR_AGENT_FAILED_TOTAL,
        &super::wundr_agent::WUNDR_AGENT_DURATION_SECONDS,
    ],
};

/// Metrics that one call of the recorder `budget` feeds.
pub static BUDGET: RecorderDefinition = RecorderDefinition {
    name: "budget",
    inputs: &[
        RecorderInput { name: "orchestrator_id", values: LabelValues::Bounded(100) },
        RecorderInput { name: "period", values: LabelValues::Closed(labels::BudgetPeriod::VALUES) },
    ],
    metrics: &[
        &super::orchestrator::ORCHESTRATOR_BUDGET_UTILIZATION_PERCENT,
    ],
};

/// Metrics that one call of the recorder `context_window` feeds.
pub static CONTEXT_WINDOW: RecorderDefinition = RecorderDefinition {
    name: "context_window",
    inputs: &[
        RecorderInput { name: "agent_id", values: LabelValues::Live },
        RecorderInput { name: "session_id", values: LabelValues::Live },
        RecorderInput { name: "agent_type", values: LabelValues::Closed(labels::AgentType::VALUES) },
    ],
    metrics: &[
        &super::agent::CONTEXT_WINDOW_UTILIZATION,
        &super::agent::CONTEXT_WINDOW_SIZE_TOKENS,
        &super::agent::CONTEXT_WINDOW_USED_TOKENS,
        &super::agent::AGENT_CONTEXT_WINDOW_UTILIZATION_PERCENT,
    ],
};

/// Metrics that one call of the recorder `delegation` feeds.
pub static DELEGATION: RecorderDefinition = RecorderDefinition {
    name: "delegation",
    inputs: &[
        RecorderInput { name: "from_orchestrator", values: LabelValues::Bounded(100) },
        RecorderInput { name: "to_orchestrator", values: LabelValues::Bounded(100) },
        RecorderInput { name: "status", values: LabelValues::Closed(labels::DelegationStatus::VALUES) },
    ],
    metrics: &[
        &super::orchestrator::ORCHESTRATOR_FEDERATION_DELEGATIONS_TOTAL,
    ],
};

/// Metrics that one call of the recorder `disk` feeds.
pub static DISK: RecorderDefinition = RecorderDefinition {
    name: "disk",
    inputs: &[
        RecorderInput { name: "path", values: LabelValues::Bounded(32) },
        RecorderInput { name: "type", values: LabelValues::Closed(labels::DiskUsageType::VALUES) },
    ],
    metrics: &[
        &super::resources::DISK_USAGE_BYTES,
    ],
};

/// Metrics that one call of the recorder `error` feeds.
pub static ERROR: RecorderDefinition = RecorderDefinition {
    name: "error",
    inputs: &[
        RecorderInput { name: "component", values: LabelValues::Bounded(64) },
        RecorderInput { name: "error_type", values: LabelValues::Bounded(64) },
        RecorderInput { name: "severity", values: LabelValues::Closed(labels::ErrorSeverity::VALUES) },
        RecorderInput { name: "orchestrator_id", values: LabelValues::Bounded(100) },
    ],
    metrics: &[
        &super::agent::ERROR_RATE,
        &super::agent::ERROR_TOTAL,
        &super::orchestrator::ORCHESTRATOR_ERRORS_TOTAL,
    ],
};

/// Metrics that one call of the recorder `gpu` feeds.
pub static GPU: RecorderDefinition = RecorderDefinition {
    name: "gpu",
    inputs: &[
        RecorderInput { name: "gpu_index", values: LabelValues::Bounded(64) },
        RecorderInput { name: "throttle_reason", values: LabelValues::Closed(labels::GpuThrottleReason::VALUES) },
        RecorderInput { name: "hw_id", values: LabelValues::Bounded(64) },
        RecorderInput { name: "network_io_direction", values: LabelValues::Closed(labels::IoDirection::VALUES) },
        RecorderInput { name: "hw_gpu_task", values: LabelValues::Closed(labels::GpuTask::VALUES) },
        RecorderInput { name: "hw_type", values: LabelValues::Closed(labels::HardwareType::VALUES) },
        RecorderInput { name: "hw_state", values: LabelValues::Closed(labels::HardwareState::VALUES) },
    ],
    metrics: &[
        &super::bellwether_resources::BELLWETHER_GPU_THROTTLED,
        &super::hardware::HW_GPU_IO,
        &super::hardware::HW_GPU_MEMORY_LIMIT,
        &super::hardware::HW_GPU_MEMORY_USAGE,
        &super::hardware::HW_GPU_MEMORY_UTILIZATION,
        &super::hardware::HW_GPU_UTILIZATION,
        &super::hardware::HW_POWER,
        &super::hardware::HW_ENERGY,
        &super::hardware::HW_TEMPERATURE,
        &super::hardware::HW_STATUS,
        &super::resources::GPU_UTILIZATION_PERCENT,
        &super::resources::GPU_MEMORY_USED_BYTES,
    ],
};

/// Metrics that one call of the recorder `gpu_process` feeds.
pub static GPU_PROCESS: RecorderDefinition = RecorderDefinition {
    name: "gpu_process",
    inputs: &[
        RecorderInput { name: "gpu_index", values: LabelValues::Bounded(64) },
        RecorderInput { name: "pid", values: LabelValues::Live },
        RecorderInput { name: "process", values: LabelValues::Bounded(64) },
    ],
    metrics: &[
        &super::bellwether_resources::BELLWETHER_GPU_PROCESS_MEMORY_BYTES,
    ],
};

/// Metrics that one call of the recorder `http_request` feeds.
pub static HTTP_REQUEST: RecorderDefinition = RecorderDefinition {
    name: "http_request",
    inputs: &[
        RecorderInput { name: "method", values: LabelValues::Closed(labels::HttpMethod::VALUES) },
        RecorderInput { name: "route", values: LabelValues::Bounded(100) },
        RecorderInput { name: "status_code", values: LabelValues::Bounded(64) },
    ],
    metrics: &[
        &super::http::HTTP_REQUESTS_TOTAL,
        &super::http::HTTP_REQUEST_DURATION_SECONDS,
    ],
};

/// Metrics that one call of the recorder `job` feeds.
pub static JOB: RecorderDefinition = RecorderDefinition {
    name: "job",
    inputs: &[
        RecorderInput { name: "service", values: LabelValues::Bounded(64) },
        RecorderInput { name: "priority", values: LabelValues::Bounded(16) },
        RecorderInput { name: "worker_id", values: LabelValues::Live },
        RecorderInput { name: "status", values: LabelValues::Closed(labels::JobStatus::VALUES) },
        RecorderInput { name: "error_type", values: LabelValues::Closed(labels::JobErrorType::VALUES) },
        RecorderInput { name: "error_name", values: LabelValues::Bounded(64) },
    ],
    metrics: &[
        &super::business_activity::JOB_RETRIES_TOTAL,
        &super::jobs::JOBS_PROCESSED_TOTAL,
        &super::jobs::JOBS_ACTIVE,
        &super::jobs::JOB_DURATION_SECONDS,
        &super::jobs::JOB_QUEUE_WAIT_SECONDS,
        &super::jobs::JOB_OUTPUT_SIZE_BYTES,
        &super::jobs::ERRORS_TOTAL,
    ],
};

/// Metrics that one call of the recorder `kpi` feeds.
pub static KPI: RecorderDefinition = RecorderDefinition {
    name: "kpi",
    inputs: &[
        RecorderInput { name: "operation", values: LabelValues::Bounded(128) },
        RecorderInput { name: "kpi", values: LabelValues::Bounded(64) },
        RecorderInput { name: "service", values: LabelValues::Bounded(64) },
        RecorderInput { name: "model", values: LabelValues::Bounded(64) },
    ],
    metrics: &[
        &super::business::BUSINESS_ITEMS_PROCESSED_TOTAL,
        &super::business::BUSINESS_THROUGHPUT_ITEMS_PER_SECOND,
        &super::business::BUSINESS_KPI_VALUE,
        &super::business::BUSINESS_KPI_TOTAL,
        &super::business_activity::BUSINESS_ACTIVE_USERS,
        &super::business_activity::BUSINESS_BILLABLE_OPERATIONS_TOTAL,
        &super::business_activity::BUSINESS_JOB_COST_DOLLARS,
        &super::business_activity::BUSINESS_RESOURCE_EFFICIENCY_PERCENT,
        &super::business_activity::MODEL_DOWNLOADS_TOTAL,
        &super::business_activity::MODEL_CACHE_HITS_TOTAL,
        &super::business_activity::MODEL_CACHE_MISSES_TOTAL,
    ],
};

/// Metrics that one call of the recorder `mcp_client` feeds.
pub static MCP_CLIENT: RecorderDefinition = RecorderDefinition {
    name: "mcp_client",
    inputs: &[
        RecorderInput { name: "mcp_method_name", values: LabelValues::Bounded(32) },
        RecorderInput { name: "mcp_protocol_version", values: LabelValues::Bounded(8) },
        RecorderInput { name: "gen_ai_operation_name", values: LabelValues::Closed(labels::GenAiOperation::VALUES) },
        RecorderInput { name: "tool", values: LabelValues::Bounded(128) },
        RecorderInput { name: "gen_ai_prompt_name", values: LabelValues::Bounded(64) },
        RecorderInput { name: "network_transport", values: LabelValues::Closed(labels::McpTransport::VALUES) },
        RecorderInput { name: "rpc_response_status_code", values: LabelValues::Bounded(32) },
        RecorderInput { name: "error_type", values: LabelValues::Bounded(64) },
    ],
    metrics: &[
        &super::mcp::MCP_CLIENT_OPERATION_DURATION,
        &super::mcp::MCP_CLIENT_SESSION_DURATION,
    ],
};

/// Metrics that one call of the recorder `mcp_server` feeds.
pub static MCP_SERVER: RecorderDefinition = RecorderDefinition {
    name: "mcp_server",
    inputs: &[
        RecorderInput { name: "mcp_method_name", values: LabelValues::Bounded(32) },
        RecorderInput { name: "mcp_protocol_version", values: LabelValues::Bounded(8) },
        RecorderInput { name: "gen_ai_operation_name", values: LabelValues::Closed(labels::GenAiOperation::VALUES) },
        RecorderInput { name: "tool", values: LabelValues::Bounded(128) },
        RecorderInput { name: "gen_ai_prompt_name", values: LabelValues::Bounded(64) },
        RecorderInput { name: "network_transport", values: LabelValues::Closed(labels::McpTransport::VALUES) },
        RecorderInput { name: "rpc_response_status_code", values: LabelValues::Bounded(32) },
        RecorderInput { name: "error_type", values: LabelValues::Bounded(64) },
    ],
    metrics: &[
        &super::mcp::MCP_SERVER_OPERATION_DURATION,
        &super::mcp::MCP_SERVER_SESSION_DURATION,
    ],
};

/// Metrics that one call of the recorder `memory_search` feeds.
pub static MEMORY_SEARCH: RecorderDefinition = RecorderDefinition {
    name: "memory_search",
    inputs: &[
        RecorderInput { name: "tier", values: LabelValues::Closed(labels::MemoryTier::VALUES) },
        RecorderInput { name: "orchestrator_id", values: LabelValues::Bounded(100) },
    ],
    metrics: &[
        &super::wundr_memory::WUNDR_MEMORY_SEARCHES_TOTAL,
        &super::wundr_memory::WUNDR_MEMORY_SEARCH_LATENCY_SECONDS,
        &super::wundr_memory::WUNDR_MEMORY_CACHE_HITS_TOTAL,
        &super::wundr_memory::WUNDR_MEMORY_CACHE_MISSES_TOTAL,
    ],
};

/// Metrics that one call of the recorder `memory_store` feeds.
pub static MEMORY_STORE: RecorderDefinition = RecorderDefinition {
    name: "memory_store",
    inputs: &[
        RecorderInput { name: "tier", values: LabelValues::Closed(labels::MemoryTier::VALUES) },
        RecorderInput { name: "orchestrator_id", values: LabelValues::Bounded(100) },
        RecorderInput { name: "strategy", values: LabelValues::Closed(labels::CompactionStrategy::VALUES) },
    ],
    metrics: &[
        &super::wundr_memory::WUNDR_MEMORY_ENTRIES_TOTAL,
        &super::wundr_memory::WUNDR_MEMORY_COMPACTION_TOTAL,
        &super::wundr_memory::WUNDR_MEMORY_BYTES,
    ],
};

/// Metrics that one call of the recorder `message` feeds.
pub static MESSAGE: RecorderDefinition = RecorderDefinition {
    name: "message",
    inputs: &[
        RecorderInput { name: "orchestrator_id", values: LabelValues::Bounded(100) },
    ],
    metrics: &[
        &super::orchestrator::ORCHESTRATOR_MESSAGE_LATENCY_SECONDS,
    ],
};

/// Metrics that one call of the recorder `model_request` feeds.
pub static MODEL_REQUEST: RecorderDefinition = RecorderDefinition {
    name: "model_request",
    inputs: &[
        RecorderInput { name: "agent_type", values: LabelValues::Closed(labels::AgentType::VALUES) },
        RecorderInput { name: "model", values: LabelValues::Bounded(64) },
        RecorderInput { name: "gen_ai_operation_name", values: LabelValues::Closed(labels::GenAiOperation::VALUES) },
        RecorderInput { name: "provider", values: LabelValues::Bounded(16) },
        RecorderInput { name: "gen_ai_token_type", values: LabelValues::Closed(labels::GenAiTokenType::VALUES) },
        RecorderInput { name: "gen_ai_response_model", values: LabelValues::Bounded(64) },
        RecorderInput { name: "server_address", values: LabelValues::Bounded(32) },
        RecorderInput { name: "server_port", values: LabelValues::Bounded(32) },
        RecorderInput { name: "error_type", values: LabelValues::Bounded(64) },
        RecorderInput { name: "orchestrator_id", values: LabelValues::Bounded(100) },
        RecorderInput { name: "token_type", values: LabelValues::Closed(labels::TokenType::VALUES) },
    ],
    metrics: &[
        &super::agent::AGENT_TOKENS_USED,
        &super::gen_ai::GEN_AI_CLIENT_TOKEN_USAGE,
        &super::gen_ai::GEN_AI_CLIENT_OPERATION_DURATION,
        &super::gen_ai::GEN_AI_CLIENT_OPERATION_TIME_TO_FIRST_CHUNK,
        &super::gen_ai::GEN_AI_CLIENT_OPERATION_TIME_PER_OUTPUT_CHUNK,
        &super::orchestrator::ORCHESTRATOR_TOKENS_USED_TOTAL,
        &super::wundr_agent::WUNDR_SESSION_TOKENS_PROMPT_TOTAL,
        &super::wundr_agent::WUNDR_SESSION_TOKENS_COMPLETION_TOTAL,
        &super::wundr_agent::WUNDR_SESSION_COST_DOLLARS_TOTAL,
        &super::wundr_model::WUNDR_MODEL_REQUESTS_TOTAL,
        &super::wundr_model::WUNDR_MODEL_REQUEST_DURATION_SECONDS,
        &super::wundr_model::WUNDR_MODEL_REQUEST_TOKENS_TOTAL,
        &super::wundr_model::WUNDR_MODEL_COST_DOLLARS_TOTAL,
        &super::wundr_model::WUNDR_MODEL_ERRORS_TOTAL,
        &super::wundr_model::WUNDR_MODEL_RATE_LIMITED_TOTAL,
    ],
};

/// Metrics that one call of the recorder `model_server` feeds.
pub static MODEL_SERVER: RecorderDefinition = RecorderDefinition {
    name: "model_server",
    inputs: &[
        RecorderInput { name: "gen_ai_operation_name", values: LabelValues::Closed(labels::GenAiOperation::VALUES) },
        RecorderInput { name: "provider", values: LabelValues::Bounded(16) },
        RecorderInput { name: "model", values: LabelValues::Bounded(64) },
        RecorderInput { name: "gen_ai_response_model", values: LabelValues::Bounded(64) },
        RecorderInput { name: "server_address", values: LabelValues::Bounded(32) },
        RecorderInput { name: "server_port", values: LabelValues::Bounded(32) },
        RecorderInput { name: "error_type", values: LabelValues::Bounded(64) },
    ],
    metrics: &[
        &super::gen_ai::GEN_AI_SERVER_REQUEST_DURATION,
        &super::gen_ai::GEN_AI_SERVER_TIME_PER_OUTPUT_TOKEN,
        &super::gen_ai::GEN_AI_SERVER_TIME_TO_FIRST_TOKEN,
    ],
};

/// Metrics that one call of the recorder `node_load` feeds.
pub static NODE_LOAD: RecorderDefinition = RecorderDefinition {
    name: "node_load",
    inputs: &[
        RecorderInput { name: "node_id", values: LabelValues::Bounded(256) },
    ],
    metrics: &[
        &super::orchestrator::ORCHESTRATOR_NODE_LOAD,
    ],
};

/// Metrics that one call of the recorder `operation` feeds.
pub static OPERATION: RecorderDefinition = RecorderDefinition {
    name: "operation",
    inputs: &[
        RecorderInput { name: "operation", values: LabelValues::Bounded(128) },
        RecorderInput { name: "status", values: LabelValues::Closed(labels::OperationStatus::VALUES) },
        RecorderInput { name: "error_type", values: LabelValues::Bounded(64) },
    ],
    metrics: &[
        &super::operations::OPERATION_EXECUTIONS_TOTAL,
        &super::operations::OPERATION_DURATION_SECONDS,
        &super::operations::OPERATION_ERRORS_TOTAL,
        &super::operations::OPERATIONS_IN_FLIGHT,
    ],
};

/// Metrics that one call of the recorder `process` feeds.
pub static PROCESS: RecorderDefinition = RecorderDefinition {
    name: "process",
    inputs: &[
        RecorderInput { name: "type", values: LabelValues::Closed(labels::ProcessMemoryType::VALUES) },
    ],
    metrics: &[
        &super::bellwether::BELLWETHER_PROCESS_MEMORY_LIMIT_BYTES,
        &super::operations::PROCESS_CPU_USAGE_PERCENT,
        &super::operations::CONNECTIONS_ACTIVE,
        &super::process::PROCESS_CPU_SECONDS_TOTAL,
        &super::process::PROCESS_OPEN_FDS,
        &super::process::PROCESS_MAX_FDS,
        &super::process::PROCESS_VIRTUAL_MEMORY_BYTES,
        &super::process::PROCESS_RESIDENT_MEMORY_BYTES,
        &super::process::PROCESS_HEAP_BYTES,
        &super::process::PROCESS_START_TIME_SECONDS,
        &super::process::PROCESS_THREADS,
        &super::resources::PROCESS_MEMORY_USAGE_BYTES,
        &super::wundr_process::WUNDR_PROCESS_MEMORY_HEAP_BYTES,
        &super::wundr_process::WUNDR_PROCESS_MEMORY_RSS_BYTES,
        &super::wundr_process::WUNDR_PROCESS_MEMORY_EXTERNAL_BYTES,
        &super::wundr_process::WUNDR_PROCESS_CPU_USER_SECONDS_TOTAL,
        &super::wundr_process::WUNDR_PROCESS_CPU_SYSTEM_SECONDS_TOTAL,
        &super::wundr_process::WUNDR_PROCESS_OPEN_FDS,
        &super::wundr_process::WUNDR_PROCESS_MAX_FDS,
        &super::wundr_process::WUNDR_PROCESS_EVENT_LOOP_LAG_SECONDS,
        &super::wundr_process::WUNDR_PROCESS_UPTIME_SECONDS,
    ],
};

/// Metrics that one call of the recorder `queue_item` feeds.
pub static QUEUE_ITEM: RecorderDefinition = RecorderDefinition {
    name: "queue_item",
    inputs: &[
        RecorderInput { name: "queue_name", values: LabelValues::Bounded(32) },
        RecorderInput { name: "reason", values: LabelValues::Closed(labels::DropReason::VALUES) },
    ],
    metrics: &[
        &super::jobs::QUEUE_SIZE,
        &super::wundr_queue::WUNDR_QUEUE_DEPTH,
        &super::wundr_queue::WUNDR_QUEUE_PROCESSING_DURATION_SECONDS,
        &super::wundr_queue::WUNDR_QUEUE_ENQUEUED_TOTAL,
        &super::wundr_queue::WUNDR_QUEUE_DEQUEUED_TOTAL,
        &super::wundr_queue::WUNDR_QUEUE_DROPPED_TOTAL,
    ],
};

/// Metrics that one call of the recorder `runtime` feeds.
pub static RUNTIME: RecorderDefinition = RecorderDefinition {
    name: "runtime",
    inputs: &[
        RecorderInput { name: "runtime", values: LabelValues::Bounded(16) },
    ],
    metrics: &[
        &super::bellwether_resources::BELLWETHER_RUNTIME_WORKERS,
        &super::bellwether_resources::BELLWETHER_RUNTIME_ALIVE_TASKS,
        &super::bellwether_resources::BELLWETHER_RUNTIME_GLOBAL_QUEUE_DEPTH,
        &super::bellwether_resources::BELLWETHER_RUNTIME_BUSY_SECONDS_TOTAL,
    ],
};

/// Metrics that one call of the recorder `session` feeds.
pub static SESSION: RecorderDefinition = RecorderDefinition {
    name: "session",
    inputs: &[
        RecorderInput { name: "orchestrator_id", values: LabelValues::Bounded(100) },
        RecorderInput { name: "session_type", values: LabelValues::Closed(labels::SessionType::VALUES) },
    ],
    metrics: &[
        &super::orchestrator::ORCHESTRATOR_SESSIONS_ACTIVE,
        &super::wundr_agent::WUNDR_SESSION_DURATION_SECONDS,
        &super::wundr_agent::WUNDR_SESSION_ITERATIONS_TOTAL,
    ],
};

/// Metrics that one call of the recorder `task` feeds.
pub static TASK: RecorderDefinition = RecorderDefinition {
    name: "task",
    inputs: &[
        RecorderInput { name: "priority", values: LabelValues::Closed(labels::TaskPriority::VALUES) },
        RecorderInput { name: "task_type", values: LabelValues::Bounded(64) },
        RecorderInput { name: "status", values: LabelValues::Closed(labels::ExecutionStatus::VALUES) },
        RecorderInput { name: "error_type", values: LabelValues::Bounded(64) },
    ],
    metrics: &[
        &super::agent::TASK_QUEUE_SIZE,
        &super::agent::TASK_DURATION_SECONDS,
        &super::agent::TASK_SUCCESS_TOTAL,
        &super::agent::TASK_FAILURE_TOTAL,
    ],
};

/// Metrics that one call of the recorder `tool_call` feeds.
pub static TOOL_CALL: RecorderDefinition = RecorderDefinition {
    name: "tool_call",
    inputs: &[
        RecorderInput { name: "tool", values: LabelValues::Bounded(128) },
        RecorderInput { name: "status", values: LabelValues::Closed(labels::ToolStatus::VALUES) },
        RecorderInput { name: "error_type", values: LabelValues::Bounded(64) },
        RecorderInput { name: "gen_ai_tool_type", values: LabelValues::Closed(labels::GenAiToolType::VALUES) },
        RecorderInput { name: "gen_ai_agent_name", values: LabelValues::Bounded(64) },
        RecorderInput { name: "orchestrator_id", values: LabelValues::Bounded(100) },
    ],
    metrics: &[
        &super::agent::TOOL_CALLS_TOTAL,
        &super::agent::TOOL_CALL_DURATION_SECONDS,
        &super::agent::TOOL_CALL_SUCCESS_TOTAL,
        &super::agent::TOOL_CALL_FAILURE_TOTAL,
        &super::gen_ai::GEN_AI_EXECUTE_TOOL_DURATION,
        &super::orchestrator::ORCHESTRATOR_TOOL_INVOCATIONS_TOTAL,
        &super::wundr_tool::WUNDR_TOOL_EXECUTION_DURATION_SECONDS,
        &super::wundr_tool::WUNDR_TOOL_EXECUTION_TOTAL,
        &super::wundr_tool::WUNDR_TOOL_ERRORS_TOTAL,
        &super::wundr_tool::WUNDR_TOOL_QUEUE_DEPTH,
    ],
};

/// Metrics that one call of the recorder `websocket` feeds.
pub static WEBSOCKET: RecorderDefinition = RecorderDefinition {
    name: "websocket",
    inputs: &[
        RecorderInput { name: "auth_method", values: LabelValues::Closed(labels::AuthMethod::VALUES) },
        RecorderInput { name: "message_type", values: LabelValues::Bounded(64) },
        RecorderInput { name: "direction", values: LabelValues::Closed(labels::Direction::VALUES) },
        RecorderInput { name: "error_type", values: LabelValues::Bounded(64) },
    ],
    metrics: &[
        &super::wundr_ws::WUNDR_WS_CONNECTIONS_ACTIVE,
        &super::wundr_ws::WUNDR_WS_CONNECTIONS_TOTAL,
        &super::wundr_ws::WUNDR_WS_MESSAGES_RECEIVED_TOTAL,
        &super::wundr_ws::WUNDR_WS_MESSAGES_SENT_TOTAL,
        &super::wundr_ws::WUNDR_WS_MESSAGE_SIZE_BYTES,
        &super::wundr_ws::WUNDR_WS_ERRORS_TOTAL,
        &super::wundr_ws::WUNDR_WS_SESSION_SUBSCRIPTIONS,
    ],
};

/// Metrics that one call of the recorder `worker` feeds.
pub static WORKER: RecorderDefinition = RecorderDefinition {
    name: "worker",
    inputs: &[],
    metrics: &[
        &super::jobs::WORKERS_AVAILABLE,
    ],
};

/// Metrics that one call of the recorder `workflow` feeds.
pub static WORKFLOW: RecorderDefinition = RecorderDefinition {
    name: "workflow",
    inputs: &[
        RecorderInput { name: "gen_ai_workflow_name", values: LabelValues::Bounded(64) },
        RecorderInput { name: "error_type", values: LabelValues::Bounded(64) },
    ],
    metrics: &[
        &super::gen_ai::GEN_AI_WORKFLOW_DURATION,
    ],
};

/// Every recorder, by name.
pub static ALL: &[&RecorderDefinition] = &[&AGENT_EXECUTION, &AGENT_LIFECYCLE, &BUDGET, &CONTEXT_WINDOW, &DELEGATION, &DISK, &ERROR, &GPU, &GPU_PROCESS, &HTTP_REQUEST, &JOB, &KPI, &MCP_CLIENT, &MCP_SERVER, &MEMORY_SEARCH, &MEMORY_STORE, &MESSAGE, &MODEL_REQUEST, &MODEL_SERVER, &NODE_LOAD, &OPERATION, &PROCESS, &QUEUE_ITEM, &RUNTIME, &SESSION, &TASK, &TOOL_CALL, &WEBSOCKET, &WORKER, &WORKFLOW];
