//! Labels, metrics and recorders, generated from the metrics registry.
// Generated from the metrics registry. Change the registry and generate again.

#[rustfmt::skip]
pub mod agent;
#[rustfmt::skip]
pub mod bellwether;
#[rustfmt::skip]
pub mod bellwether_alerts;
#[rustfmt::skip]
pub mod bellwether_resources;
#[rustfmt::skip]
pub mod business;
#[rustfmt::skip]
pub mod business_activity;
#[rustfmt::skip]
pub mod gen_ai;
#[rustfmt::skip]
pub mod hardware;
#[rustfmt::skip]
pub mod http;
#[rustfmt::skip]
pub mod jobs;
#[rustfmt::skip]
pub mod mcp;
#[rustfmt::skip]
pub mod operations;
#[rustfmt::skip]
pub mod orchestrator;
#[rustfmt::skip]
pub mod otel_sdk;
#[rustfmt::skip]
pub mod process;
#[rustfmt::skip]
pub mod resources;
#[rustfmt::skip]
pub mod wundr_agent;
#[rustfmt::skip]
pub mod wundr_memory;
#[rustfmt::skip]
pub mod wundr_model;
#[rustfmt::skip]
pub mod wundr_process;
#[rustfmt::skip]
pub mod wundr_queue;
#[rustfmt::skip]
pub mod wundr_tool;
#[rustfmt::skip]
pub mod wundr_ws;
#[rustfmt::skip]
pub mod labels;
#[rustfmt::skip]
pub mod recorders;
#[rustfmt::skip]
pub mod recorder_metrics;

use crate::metrics::MetricDefinition;

/// Every metric, in the order of the registry.
pub static ALL: &[&MetricDefinition] = &[
    &agent::AGENT_EXECUTION_TOTAL,
    &agent::AGENT_EXECUTION_DURATION_SECONDS,
    &agent::AGENT_TOKENS_USED,
    &agent::TOOL_CALLS_TOTAL,
    &agent::TOOL_CALL_DURATION_SECONDS,
    &agent::TOOL_CALL_SUCCESS_TOTAL,
    &agent::TOOL_CALL_FAILURE_TOTAL,
    &agent::CONTEXT_WINDOW_UTILIZATION,
    &agent::CONTEXT_WINDOW_SIZE_TOKENS,
    &agent::CONTEXT_WINDOW_USED_TOKENS,
    &agent::AGENT_CONTEXT_WINDOW_UTILIZATION_PERCENT,
    &agent::ERROR_RATE,
    &agent::ERROR_TOTAL,
    &agent::TASK_QUEUE_SIZE,
    &agent::TASK_DURATION_SECONDS,
    &agent::TASK_SUCCESS_TOTAL,
    &agent::TASK_FAILURE_TOTAL,
    &bellwether::BELLWETHER_LABEL_OVERFLOW_TOTAL,
    &bellwether::BELLWETHER_DROPPED_TOTAL,
    &bellwether::BELLWETHER_EXPORT_ITEMS_TOTAL,
    &bellwether::BELLWETHER_LOG_LINES_DROPPED_TOTAL,
    &bellwether::BELLWETHER_CALLBACK_PANICS_TOTAL,
    &bellwether::BELLWETHER_EXEMPLARS_DROPPED_TOTAL,
    &bellwether::BELLWETHER_BATCH_UPDATES_TOTAL,
    &bellwether::BELLWETHER_BATCH_FLUSHES_TOTAL,
    &bellwether::BELLWETHER_PUBLISHED_TOTAL,
    &bellwether::BELLWETHER_PUBLISH_FAILED_TOTAL,
    &bellwether::BELLWETHER_PROCESS_MEMORY_LIMIT_BYTES,
    &bellwether::BELLWETHER_HEALTH_STATUS,
    &bellwether_alerts::BELLWETHER_ALERT_STATE,
    &bellwether_alerts::BELLWETHER_ALERT_INSTANCES,
    &bellwether_alerts::BELLWETHER_ALERT_TRANSITIONS_TOTAL,
    &bellwether_alerts::BELLWETHER_ALERT_EVALUATIONS_TOTAL,
    &bellwether_alerts::BELLWETHER_ALERT_EVALUATION_FAILURES_TOTAL,
    &bellwether_alerts::BELLWETHER_ALERT_EVALUATION_SECONDS_TOTAL,
    &bellwether_alerts::BELLWETHER_ALERT_LAST_EVALUATION_TIMESTAMP_SECONDS,
    &bellwether_alerts::BELLWETHER_ALERT_ACTIONS_TOTAL,
    &bellwether_alerts::BELLWETHER_ALERT_NOTICES_WAITING,
    &bellwether_alerts::BELLWETHER_ALERT_SUPPRESSED_TOTAL,
    &bellwether_alerts::BELLWETHER_ALERT_SERIES_OVERFLOW_TOTAL,
    &bellwether_resources::BELLWETHER_RESOURCE_STUCK,
    &bellwether_resources::BELLWETHER_RESOURCE_FAILURES_TOTAL,
    &bellwether_resources::BELLWETHER_RUNTIME_WORKERS,
    &bellwether_resources::BELLWETHER_RUNTIME_ALIVE_TASKS,
    &bellwether_resources::BELLWETHER_RUNTIME_GLOBAL_QUEUE_DEPTH,
    &bellwether_resources::BELLWETHER_RUNTIME_BUSY_SECONDS_TOTAL,
    &bellwether_resources::BELLWETHER_GPU_THROTTLED,
    &bellwether_resources::BELLWETHER_GPU_PROCESS_MEMORY_BYTES,
    &business::BUSINESS_ITEMS_PROCESSED_TOTAL,
    &business::BUSINESS_THROUGHPUT_ITEMS_PER_SECOND,
    &business::BUSINESS_KPI_VALUE,
    &business::BUSINESS_KPI_TOTAL,
    &business_activity::BUSINESS_ACTIVE_USERS,
    &business_activity::BUSINESS_BILLABLE_OPERATIONS_TOTAL,
    &business_activity::BUSINESS_JOB_COST_DOLLARS,
    &business_activity::BUSINESS_RESOURCE_EFFICIENCY_PERCENT,
    &business_activity::MODEL_DOWNLOADS_TOTAL,
    &business_activity::MODEL_CACHE_HITS_TOTAL,
    &business_activity::MODEL_CACHE_MISSES_TOTAL,
    &business_activity::JOB_RETRIES_TOTAL,
    &gen_ai::GEN_AI_CLIENT_TOKEN_USAGE,
    &gen_ai::GEN_AI_CLIENT_OPERATION_DURATION,
    &gen_ai::GEN_AI_CLIENT_OPERATION_TIME_TO_FIRST_CHUNK,
    &gen_ai::GEN_AI_CLIENT_OPERATION_TIME_PER_OUTPUT_CHUNK,
    &gen_ai::GEN_AI_SERVER_REQUEST_DURATION,
    &gen_ai::GEN_AI_SERVER_TIME_PER_OUTPUT_TOKEN,
    &gen_ai::GEN_AI_SERVER_TIME_TO_FIRST_TOKEN,
    &gen_ai::GEN_AI_WORKFLOW_DURATION,
    &gen_ai::GEN_AI_INVOKE_AGENT_DURATION,
    &gen_ai::GEN_AI_EXECUTE_TOOL_DURATION,
    &hardware::HW_GPU_IO,
    &hardware::HW_GPU_MEMORY_LIMIT,
    &hardware::HW_GPU_MEMORY_USAGE,
    &hardware::HW_GPU_MEMORY_UTILIZATION,
    &hardware::HW_GPU_UTILIZATION,
    &hardware::HW_POWER,
    &hardware::HW_ENERGY,
    &hardware::HW_TEMPERATURE,
    &hardware::HW_STATUS,
    &http::HTTP_REQUESTS_TOTAL,
    &http::HTTP_REQUEST_DURATION_SECONDS,
    &jobs::JOBS_PROCESSED_TOTAL,
    &jobs::JOBS_ACTIVE,
    &jobs::JOB_DURATION_SECONDS,
    &jobs::JOB_QUEUE_WAIT_SECONDS,
    &jobs::JOB_OUTPUT_SIZE_BYTES,
    &jobs::ERRORS_TOTAL,
    &jobs::QUEUE_SIZE,
    &jobs::WORKERS_AVAILABLE,
    &mcp::MCP_CLIENT_OPERATION_DURATION,
    &mcp::MCP_SERVER_OPERATION_DURATION,
    &mcp::MCP_CLIENT_SESSION_DURATION,
    &mcp::MCP_SERVER_SESSION_DURATION,
    &operations::OPERATION_EXECUTIONS_TOTAL,
    &operations::OPERATION_DURATION_SECONDS,
    &operations::OPERATION_ERRORS_TOTAL,
    &operations::OPERATIONS_IN_FLIGHT,
    &operations::PROCESS_CPU_USAGE_PERCENT,
    &operations::CONNECTIONS_ACTIVE,
    &orchestrator::ORCHESTRATOR_SESSIONS_ACTIVE,
    &orchestrator::ORCHESTRATOR_TOKENS_USED_TOTAL,
    &orchestrator::ORCHESTRATOR_MESSAGE_LATENCY_SECONDS,
    &orchestrator::ORCHESTRATOR_TOOL_INVOCATIONS_TOTAL,
    &orchestrator::ORCHESTRATOR_FEDERATION_DELEGATIONS_TOTAL,
    &orchestrator::ORCHESTRATOR_NODE_LOAD,
    &orchestrator::ORCHESTRATOR_ERRORS_TOTAL,
    &orchestrator::ORCHESTRATOR_BUDGET_UTILIZATION_PERCENT,
    &otel_sdk::OTEL_SDK_SPAN_LIVE,
    &otel_sdk::OTEL_SDK_SPAN_STARTED,
    &otel_sdk::OTEL_SDK_LOG_CREATED,
    &otel_sdk::OTEL_SDK_PROCESSOR_SPAN_QUEUE_SIZE,
    &otel_sdk::OTEL_SDK_PROCESSOR_SPAN_QUEUE_CAPACITY,
    &otel_sdk::OTEL_SDK_PROCESSOR_SPAN_PROCESSED,
    &otel_sdk::OTEL_SDK_PROCESSOR_LOG_QUEUE_SIZE,
    &otel_sdk::OTEL_SDK_PROCESSOR_LOG_QUEUE_CAPACITY,
    &otel_sdk::OTEL_SDK_PROCESSOR_LOG_PROCESSED,
    &otel_sdk::OTEL_SDK_EXPORTER_SPAN_INFLIGHT,
    &otel_sdk::OTEL_SDK_EXPORTER_SPAN_EXPORTED,
    &otel_sdk::OTEL_SDK_EXPORTER_LOG_INFLIGHT,
    &otel_sdk::OTEL_SDK_EXPORTER_LOG_EXPORTED,
    &otel_sdk::OTEL_SDK_EXPORTER_METRIC_DATA_POINT_INFLIGHT,
    &otel_sdk::OTEL_SDK_EXPORTER_METRIC_DATA_POINT_EXPORTED,
    &otel_sdk::OTEL_SDK_METRIC_READER_COLLECTION_DURATION,
    &otel_sdk::OTEL_SDK_EXPORTER_OPERATION_DURATION,
    &process::PROCESS_CPU_SECONDS_TOTAL,
    &process::PROCESS_OPEN_FDS,
    &process::PROCESS_MAX_FDS,
    &process::PROCESS_VIRTUAL_MEMORY_BYTES,
    &process::PROCESS_RESIDENT_MEMORY_BYTES,
    &process::PROCESS_HEAP_BYTES,
    &process::PROCESS_START_TIME_SECONDS,
    &process::PROCESS_THREADS,
    &resources::GPU_UTILIZATION_PERCENT,
    &resources::GPU_MEMORY_USED_BYTES,
    &resources::PROCESS_MEMORY_USAGE_BYTES,
    &resources::DISK_USAGE_BYTES,
    &wundr_agent::WUNDR_AGENT_SPAWNED_TOTAL,
    &wundr_agent::WUNDR_AGENT_RUNNING,
    &wundr_agent::WUNDR_AGENT_COMPLETED_TOTAL,
    &wundr_agent::WUNDR_AGENT_FAILED_TOTAL,
    &wundr_agent::WUNDR_AGENT_DURATION_SECONDS,
    &wundr_agent::WUNDR_SESSION_DURATION_SECONDS,
    &wundr_agent::WUNDR_SESSION_TOKENS_PROMPT_TOTAL,
    &wundr_agent::WUNDR_SESSION_TOKENS_COMPLETION_TOTAL,
    &wundr_agent::WUNDR_SESSION_COST_DOLLARS_TOTAL,
    &wundr_agent::WUNDR_SESSION_ITERATIONS_TOTAL,
    &wundr_memory::WUNDR_MEMORY_ENTRIES_TOTAL,
    &wundr_memory::WUNDR_MEMORY_SEARCHES_TOTAL,
    &wundr_memory::WUNDR_MEMORY_SEARCH_LATENCY_SECONDS,
    &wundr_memory::WUNDR_MEMORY_CACHE_HITS_TOTAL,
    &wundr_memory::WUNDR_MEMORY_CACHE_MISSES_TOTAL,
    &wundr_memory::WUNDR_MEMORY_COMPACTION_TOTAL,
    &wundr_memory::WUNDR_MEMORY_BYTES,
    &wundr_model::WUNDR_MODEL_REQUESTS_TOTAL,
    &wundr_model::WUNDR_MODEL_REQUEST_DURATION_SECONDS,
    &wundr_model::WUNDR_MODEL_REQUEST_TOKENS_TOTAL,
    &wundr_model::WUNDR_MODEL_COST_DOLLARS_TOTAL,
    &wundr_model::WUNDR_MODEL_ERRORS_TOTAL,
    &wundr_model::WUNDR_MODEL_RATE_LIMITED_TOTAL,
    &wundr_process::WUNDR_PROCESS_MEMORY_HEAP_BYTES,
    &wundr_process::WUNDR_PROCESS_MEMORY_RSS_BYTES,
    &wundr_process::WUNDR_PROCESS_MEMORY_EXTERNAL_BYTES,
    &wundr_process::WUNDR_PROCESS_CPU_USER_SECONDS_TOTAL,
    &wundr_process::WUNDR_PROCESS_CPU_SYSTEM_SECONDS_TOTAL,
    &wundr_process::WUNDR_PROCESS_OPEN_FDS,
    &wundr_process::WUNDR_PROCESS_MAX_FDS,
    &wundr_process::WUNDR_PROCESS_EVENT_LOOP_LAG_SECONDS,
    &wundr_process::WUNDR_PROCESS_UPTIME_SECONDS,
    &wundr_queue::WUNDR_QUEUE_DEPTH,
    &wundr_queue::WUNDR_QUEUE_PROCESSING_DURATION_SECONDS,
    &wundr_queue::WUNDR_QUEUE_ENQUEUED_TOTAL,
    &wundr_queue::WUNDR_QUEUE_DEQUEUED_TOTAL,
    &wundr_queue::WUNDR_QUEUE_DROPPED_TOTAL,
    &wundr_tool::WUNDR_TOOL_EXECUTION_DURATION_SECONDS,
    &wundr_tool::WUNDR_TOOL_EXECUTION_TOTAL,
    &wundr_tool::WUNDR_TOOL_ERRORS_TOTAL,
    &wundr_tool::WUNDR_TOOL_QUEUE_DEPTH,
    &wundr_ws::WUNDR_WS_CONNECTIONS_ACTIVE,
    &wundr_ws::WUNDR_WS_CONNECTIONS_TOTAL,
    &wundr_ws::WUNDR_WS_MESSAGES_RECEIVED_TOTAL,
    &wundr_ws::WUNDR_WS_MESSAGES_SENT_TOTAL,
    &wundr_ws::WUNDR_WS_MESSAGE_SIZE_BYTES,
    &wundr_ws::WUNDR_WS_ERRORS_TOTAL,
    &wundr_ws::WUNDR_WS_SESSION_SUBSCRIPTIONS,
];
