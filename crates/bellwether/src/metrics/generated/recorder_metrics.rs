//! Families of series, a struct a recorder: what one call feeds.
// Generated from the metrics registry. Change the registry and generate again.
#![allow(clippy::type_complexity, reason = "the labels of a metric are its type")]

use super::labels;
use crate::metrics::{Counter, Gauge, Histogram, Metrics, RecorderMetrics, UpDownCounter};

/// Series of the recorder `agent_execution`.
#[derive(Debug, Clone)]
pub struct AgentExecutionMetrics {
    /// Agent executions.
    ///
    /// `agent_execution_total`, counter in `{execution}`.
    pub agent_execution_total: Counter<(labels::AgentType, labels::Phase, labels::ExecutionStatus), u64>,
    /// Duration of an agent execution.
    ///
    /// `agent_execution_duration_seconds`, histogram in `s`.
    pub agent_execution_duration_seconds: Histogram<(labels::AgentType, labels::Phase), f64>,
    /// Duration of an agent invocation.
    ///
    /// `gen_ai.invoke_agent.duration`, histogram in `s`.
    pub gen_ai_invoke_agent_duration: Histogram<(Option<labels::GenAiAgentName>, Option<labels::Model>, Option<labels::ErrorType>), f64>,
}

impl RecorderMetrics for AgentExecutionMetrics {
    fn new(metrics: &Metrics) -> Self {
        Self {
            agent_execution_total: metrics.generated_counter(&super::agent::AGENT_EXECUTION_TOTAL),
            agent_execution_duration_seconds: metrics.generated_histogram(&super::agent::AGENT_EXECUTION_DURATION_SECONDS),
            gen_ai_invoke_agent_duration: metrics.generated_histogram(&super::gen_ai::GEN_AI_INVOKE_AGENT_DURATION),
        }
    }
}

/// Series of the recorder `agent_lifecycle`.
#[derive(Debug, Clone)]
pub struct AgentLifecycleMetrics {
    /// Agents started.
    ///
    /// `wundr_agent_spawned_total`, counter in `{agent}`.
    pub wundr_agent_spawned_total: Counter<(labels::OrchestratorId, labels::SessionType), u64>,
    /// Agents that run now.
    ///
    /// `wundr_agent_running`, updowncounter in `{agent}`.
    pub wundr_agent_running: UpDownCounter<(labels::OrchestratorId, labels::SessionType), i64>,
    /// Agents that ended without failing.
    ///
    /// `wundr_agent_completed_total`, counter in `{agent}`.
    pub wundr_agent_completed_total: Counter<(labels::OrchestratorId, labels::SessionType, labels::ExitReason), u64>,
    /// Agents that failed.
    ///
    /// `wundr_agent_failed_total`, counter in `{agent}`.
    pub wundr_agent_failed_total: Counter<(labels::OrchestratorId, labels::SessionType, labels::ErrorType), u64>,
    /// Lifetime of an agent.
    ///
    /// `wundr_agent_duration_seconds`, histogram in `s`.
    pub wundr_agent_duration_seconds: Histogram<(labels::OrchestratorId, labels::SessionType), f64>,
}

impl RecorderMetrics for AgentLifecycleMetrics {
    fn new(metrics: &Metrics) -> Self {
        Self {
            wundr_agent_spawned_total: metrics.generated_counter(&super::wundr_agent::WUNDR_AGENT_SPAWNED_TOTAL),
            wundr_agent_running: metrics.generated_up_down_counter(&super::wundr_agent::WUNDR_AGENT_RUNNING),
            wundr_agent_completed_total: metrics.generated_counter(&super::wundr_agent::WUNDR_AGENT_COMPLETED_TOTAL),
            wundr_agent_failed_total: metrics.generated_counter(&super::wundr_agent::WUNDR_AGENT_FAILED_TOTAL),
            wundr_agent_duration_seconds: metrics.generated_histogram(&super::wundr_agent::WUNDR_AGENT_DURATION_SECONDS),
        }
    }
}

/// Series of the recorder `budget`.
#[derive(Debug, Clone)]
pub struct BudgetMetrics {
    /// Share of the budget that is spent, 0 to 100.
    ///
    /// `orchestrator_budget_utilization_percent`, gauge in `%`.
    pub orchestrator_budget_utilization_percent: Gauge<(labels::OrchestratorId, labels::BudgetPeriod), f64>,
}

impl RecorderMetrics for BudgetMetrics {
    fn new(metrics: &Metrics) -> Self {
        Self {
            orchestrator_budget_utilization_percent: metrics.generated_gauge(&super::orchestrator::ORCHESTRATOR_BUDGET_UTILIZATION_PERCENT),
        }
    }
}

/// Series of the recorder `context_window`.
#[derive(Debug, Clone)]
pub struct ContextWindowMetrics {
    /// Share of the context window in use, by kind of agent.
    ///
    /// `agent_context_window_utilization_percent`, histogram in `%`.
    pub agent_context_window_utilization_percent: Histogram<labels::AgentType, f64>,
}

impl RecorderMetrics for ContextWindowMetrics {
    fn new(metrics: &Metrics) -> Self {
        Self {
            agent_context_window_utilization_percent: metrics.generated_histogram(&super::agent::AGENT_CONTEXT_WINDOW_UTILIZATION_PERCENT),
        }
    }
}

impl ContextWindowMetrics {
    /// Share of the context window in use, 0 to 100.
    ///
    /// `context_window_utilization`, gauge in `{percent}`, for these ids, as long as what is given lives.
    pub fn context_window_utilization(metrics: &Metrics, agent_id: &str, session_id: &str) -> Gauge<(), f64> {
        metrics.generated_live_gauge(&super::agent::CONTEXT_WINDOW_UTILIZATION, &[("agent_id", agent_id), ("session_id", session_id)])
    }
    /// Size of the context window.
    ///
    /// `context_window_size_tokens`, gauge in `{token}`, for these ids, as long as what is given lives.
    pub fn context_window_size_tokens(metrics: &Metrics, agent_id: &str) -> Gauge<(), i64> {
        metrics.generated_live_gauge(&super::agent::CONTEXT_WINDOW_SIZE_TOKENS, &[("agent_id", agent_id)])
    }
    /// Tokens of the context window in use.
    ///
    /// `context_window_used_tokens`, gauge in `{token}`, for these ids, as long as what is given lives.
    pub fn context_window_used_tokens(metrics: &Metrics, agent_id: &str) -> Gauge<(), i64> {
        metrics.generated_live_gauge(&super::agent::CONTEXT_WINDOW_USED_TOKENS, &[("agent_id", agent_id)])
    }
}

/// Series of the recorder `delegation`.
#[derive(Debug, Clone)]
pub struct DelegationMetrics {
    /// Delegations from one orchestrator to another.
    ///
    /// `orchestrator_federation_delegations_total`, counter in `{delegation}`.
    pub orchestrator_federation_delegations_total: Counter<(labels::FromOrchestrator, labels::ToOrchestrator, labels::DelegationStatus), u64>,
}

impl RecorderMetrics for DelegationMetrics {
    fn new(metrics: &Metrics) -> Self {
        Self {
            orchestrator_federation_delegations_total: metrics.generated_counter(&super::orchestrator::ORCHESTRATOR_FEDERATION_DELEGATIONS_TOTAL),
        }
    }
}

/// Series of the recorder `disk`.
#[derive(Debug, Clone)]
pub struct DiskMetrics {
    /// Space on the disk that holds the path.
    ///
    /// `disk_usage_bytes`, gauge in `By`.
    pub disk_usage_bytes: Gauge<(labels::Path, labels::DiskUsageType), i64>,
}

impl RecorderMetrics for DiskMetrics {
    fn new(metrics: &Metrics) -> Self {
        Self {
            disk_usage_bytes: metrics.generated_gauge(&super::resources::DISK_USAGE_BYTES),
        }
    }
}

/// Series of the recorder `error`.
#[derive(Debug, Clone)]
pub struct ErrorMetrics {
    /// Errors per second.
    ///
    /// `error_rate`, gauge in `{error_per_second}`.
    pub error_rate: Gauge<(labels::Component, labels::ErrorType), f64>,
    /// Errors.
    ///
    /// `error_total`, counter in `{error}`.
    pub error_total: Counter<(labels::Component, labels::ErrorType, labels::ErrorSeverity), u64>,
    /// Errors.
    ///
    /// `orchestrator_errors_total`, counter in `{error}`.
    pub orchestrator_errors_total: Counter<(labels::OrchestratorId, labels::ErrorType), u64>,
}

impl RecorderMetrics for ErrorMetrics {
    fn new(metrics: &Metrics) -> Self {
        Self {
            error_rate: metrics.generated_gauge(&super::agent::ERROR_RATE),
            error_total: metrics.generated_counter(&super::agent::ERROR_TOTAL),
            orchestrator_errors_total: metrics.generated_counter(&super::orchestrator::ORCHESTRATOR_ERRORS_TOTAL),
        }
    }
}

/// Series of the recorder `gpu`.
#[derive(Debug, Clone)]
pub struct GpuMetrics {
    /// 1 for each reason that holds the GPU's clocks down now, 0 for the others.
    ///
    /// `bellwether_gpu_throttled`, gauge in `{reason}`.
    pub bellwether_gpu_throttled: Gauge<(labels::GpuIndex, labels::GpuThrottleReason), i64>,
    /// Bytes the GPU received and sent.
    ///
    /// `hw.gpu.io`, counter in `By`.
    pub hw_gpu_io: Counter<(labels::HwId, labels::IoDirection), u64>,
    /// Memory of the GPU.
    ///
    /// `hw.gpu.memory.limit`, updowncounter in `By`.
    pub hw_gpu_memory_limit: UpDownCounter<labels::HwId, i64>,
    /// GPU memory in use.
    ///
    /// `hw.gpu.memory.usage`, updowncounter in `By`.
    pub hw_gpu_memory_usage: UpDownCounter<labels::HwId, i64>,
    /// Fraction of GPU memory in use: used by total, not the controller load that NVML names alike.
    ///
    /// `hw.gpu.memory.utilization`, gauge in `1`.
    pub hw_gpu_memory_utilization: Gauge<labels::HwId, f64>,
    /// Fraction of time the GPU was busy.
    ///
    /// `hw.gpu.utilization`, gauge in `1`.
    pub hw_gpu_utilization: Gauge<(labels::HwId, Option<labels::GpuTask>), f64>,
    /// Power drawn.
    ///
    /// `hw.power`, gauge in `W`.
    pub hw_power: Gauge<(labels::HwId, labels::HardwareType), f64>,
    /// Energy consumed.
    ///
    /// `hw.energy`, counter in `J`.
    pub hw_energy: Counter<(labels::HwId, labels::HardwareType), f64>,
    /// Temperature.
    ///
    /// `hw.temperature`, gauge in `Cel`.
    pub hw_temperature: Gauge<labels::HwId, f64>,
    /// 1 for the state the device is in, 0 for the others.
    ///
    /// `hw.status`, updowncounter in `1`.
    pub hw_status: UpDownCounter<(labels::HwId, labels::HardwareType, labels::HardwareState), i64>,
    /// Share of time the GPU was busy, 0 to 100.
    ///
    /// `gpu_utilization_percent`, gauge in `%`.
    pub gpu_utilization_percent: Gauge<labels::GpuIndex, f64>,
    /// GPU memory in use.
    ///
    /// `gpu_memory_used_bytes`, gauge in `By`.
    pub gpu_memory_used_bytes: Gauge<labels::GpuIndex, i64>,
}

impl RecorderMetrics for GpuMetrics {
    fn new(metrics: &Metrics) -> Self {
        Self {
            bellwether_gpu_throttled: metrics.generated_gauge(&super::bellwether_resources::BELLWETHER_GPU_THROTTLED),
            hw_gpu_io: metrics.generated_counter(&super::hardware::HW_GPU_IO),
            hw_gpu_memory_limit: metrics.generated_up_down_counter(&super::hardware::HW_GPU_MEMORY_LIMIT),
            hw_gpu_memory_usage: metrics.generated_up_down_counter(&super::hardware::HW_GPU_MEMORY_USAGE),
            hw_gpu_memory_utilization: metrics.generated_gauge(&super::hardware::HW_GPU_MEMORY_UTILIZATION),
            hw_gpu_utilization: metrics.generated_gauge(&super::hardware::HW_GPU_UTILIZATION),
            hw_power: metrics.generated_gauge(&super::hardware::HW_POWER),
            hw_energy: metrics.generated_counter(&super::hardware::HW_ENERGY),
            hw_temperature: metrics.generated_gauge(&super::hardware::HW_TEMPERATURE),
            hw_status: metrics.generated_up_down_counter(&super::hardware::HW_STATUS),
            gpu_utilization_percent: metrics.generated_gauge(&super::resources::GPU_UTILIZATION_PERCENT),
            gpu_memory_used_bytes: metrics.generated_gauge(&super::resources::GPU_MEMORY_USED_BYTES),
        }
    }
}

/// Series of the recorder `gpu_process`.
#[derive(Debug, Clone)]
pub struct GpuProcessMetrics {
}

impl RecorderMetrics for GpuProcessMetrics {
    fn new(_: &Metrics) -> Self {
        Self {
        }
    }
}

impl GpuProcessMetrics {
    /// GPU memory that a process holds.
    ///
    /// `bellwether_gpu_process_memory_bytes`, gauge in `By`, for these ids, as long as what is given lives.
    pub fn bellwether_gpu_process_memory_bytes(metrics: &Metrics, pid: &str) -> Gauge<(labels::GpuIndex, labels::Process), i64> {
        metrics.generated_live_gauge(&super::bellwether_resources::BELLWETHER_GPU_PROCESS_MEMORY_BYTES, &[("pid", pid)])
    }
}

/// Series of the recorder `http_request`.
#[derive(Debug, Clone)]
pub struct HttpRequestMetrics {
    /// HTTP requests answered.
    ///
    /// `http_requests_total`, counter in `{request}`.
    pub http_requests_total: Counter<(labels::HttpMethod, labels::Route, labels::StatusCode), u64>,
    /// Time to answer one HTTP request.
    ///
    /// `http_request_duration_seconds`, histogram in `s`.
    pub http_request_duration_seconds: Histogram<(labels::HttpMethod, labels::Route, labels::StatusCode), f64>,
}

impl RecorderMetrics for HttpRequestMetrics {
    fn new(metrics: &Metrics) -> Self {
        Self {
            http_requests_total: metrics.generated_counter(&super::http::HTTP_REQUESTS_TOTAL),
            http_request_duration_seconds: metrics.generated_histogram(&super::http::HTTP_REQUEST_DURATION_SECONDS),
        }
    }
}

/// Series of the recorder `job`.
#[derive(Debug, Clone)]
pub struct JobMetrics {
    /// Attempts after the first.
    ///
    /// `job_retries_total`, counter in `{retry}`.
    pub job_retries_total: Counter<labels::Service, u64>,
    /// Time a job waits before it is processed.
    ///
    /// `job_queue_wait_seconds`, histogram in `s`.
    pub job_queue_wait_seconds: Histogram<(labels::Service, labels::Priority), f64>,
}

impl RecorderMetrics for JobMetrics {
    fn new(metrics: &Metrics) -> Self {
        Self {
            job_retries_total: metrics.generated_counter(&super::business_activity::JOB_RETRIES_TOTAL),
            job_queue_wait_seconds: metrics.generated_histogram(&super::jobs::JOB_QUEUE_WAIT_SECONDS),
        }
    }
}

impl JobMetrics {
    /// Jobs started, completed, failed and abandoned.
    ///
    /// `jobs_processed_total`, counter in `{job}`, for these ids, as long as what is given lives.
    pub fn jobs_processed_total(metrics: &Metrics, worker_id: &str) -> Counter<(labels::Service, labels::Priority, labels::JobStatus), u64> {
        metrics.generated_live_counter(&super::jobs::JOBS_PROCESSED_TOTAL, &[("worker_id", worker_id)])
    }
    /// Jobs that are being processed.
    ///
    /// `jobs_active`, updowncounter in `{job}`, for these ids, as long as what is given lives.
    pub fn jobs_active(metrics: &Metrics, worker_id: &str) -> UpDownCounter<(labels::Service, labels::Priority), i64> {
        metrics.generated_live_up_down_counter(&super::jobs::JOBS_ACTIVE, &[("worker_id", worker_id)])
    }
    /// Time to process one job.
    ///
    /// `job_duration_seconds`, histogram in `s`, for these ids, as long as what is given lives.
    pub fn job_duration_seconds(metrics: &Metrics, worker_id: &str) -> Histogram<(labels::Service, labels::Priority, labels::JobStatus), f64> {
        metrics.generated_live_histogram(&super::jobs::JOB_DURATION_SECONDS, &[("worker_id", worker_id)])
    }
    /// Size of what a job produced.
    ///
    /// `job_output_size_bytes`, histogram in `By`, for these ids, as long as what is given lives.
    pub fn job_output_size_bytes(metrics: &Metrics, worker_id: &str) -> Histogram<(labels::Service, labels::Priority), u64> {
        metrics.generated_live_histogram(&super::jobs::JOB_OUTPUT_SIZE_BYTES, &[("worker_id", worker_id)])
    }
    /// Errors of jobs, classified.
    ///
    /// `errors_total`, counter in `{error}`, for these ids, as long as what is given lives.
    pub fn errors_total(metrics: &Metrics, worker_id: &str) -> Counter<(labels::Service, labels::Priority, labels::JobErrorType, labels::ErrorName), u64> {
        metrics.generated_live_counter(&super::jobs::ERRORS_TOTAL, &[("worker_id", worker_id)])
    }
}

/// Series of the recorder `kpi`.
#[derive(Debug, Clone)]
pub struct KpiMetrics {
    /// Items processed.
    ///
    /// `business_items_processed_total`, counter in `{item}`.
    pub business_items_processed_total: Counter<labels::Operation, u64>,
    /// Items processed per second since the last reading.
    ///
    /// `business_throughput_items_per_second`, gauge in `{item_per_second}`.
    pub business_throughput_items_per_second: Gauge<labels::Operation, f64>,
    /// A KPI that is set.
    ///
    /// `business_kpi_value`, gauge in `{value}`.
    pub business_kpi_value: Gauge<labels::Kpi, f64>,
    /// A KPI that is counted up.
    ///
    /// `business_kpi_total`, counter in `{value}`.
    pub business_kpi_total: Counter<labels::Kpi, f64>,
    /// Users active now; how many, never who.
    ///
    /// `business_active_users`, gauge in `{user}`.
    pub business_active_users: Gauge<(), i64>,
    /// Operations that can be billed.
    ///
    /// `business_billable_operations_total`, counter in `{operation}`.
    pub business_billable_operations_total: Counter<labels::Operation, u64>,
    /// Cost of one job.
    ///
    /// `business_job_cost_dollars`, histogram in `{USD}`.
    pub business_job_cost_dollars: Histogram<labels::Service, f64>,
    /// Share of the machine time that went into completed jobs.
    ///
    /// `business_resource_efficiency_percent`, gauge in `%`.
    pub business_resource_efficiency_percent: Gauge<labels::Service, f64>,
    /// Models downloaded.
    ///
    /// `model_downloads_total`, counter in `{download}`.
    pub model_downloads_total: Counter<labels::Model, u64>,
    /// Models found in the local cache.
    ///
    /// `model_cache_hits_total`, counter in `{hit}`.
    pub model_cache_hits_total: Counter<labels::Model, u64>,
    /// Models not found in the local cache.
    ///
    /// `model_cache_misses_total`, counter in `{miss}`.
    pub model_cache_misses_total: Counter<labels::Model, u64>,
}

impl RecorderMetrics for KpiMetrics {
    fn new(metrics: &Metrics) -> Self {
        Self {
            business_items_processed_total: metrics.generated_counter(&super::business::BUSINESS_ITEMS_PROCESSED_TOTAL),
            business_throughput_items_per_second: metrics.generated_gauge(&super::business::BUSINESS_THROUGHPUT_ITEMS_PER_SECOND),
            business_kpi_value: metrics.generated_gauge(&super::business::BUSINESS_KPI_VALUE),
            business_kpi_total: metrics.generated_counter(&super::business::BUSINESS_KPI_TOTAL),
            business_active_users: metrics.generated_gauge(&super::business_activity::BUSINESS_ACTIVE_USERS),
            business_billable_operations_total: metrics.generated_counter(&super::business_activity::BUSINESS_BILLABLE_OPERATIONS_TOTAL),
            business_job_cost_dollars: metrics.generated_histogram(&super::business_activity::BUSINESS_JOB_COST_DOLLARS),
            business_resource_efficiency_percent: metrics.generated_gauge(&super::business_activity::BUSINESS_RESOURCE_EFFICIENCY_PERCENT),
            model_downloads_total: metrics.generated_counter(&super::business_activity::MODEL_DOWNLOADS_TOTAL),
            model_cache_hits_total: metrics.generated_counter(&super::business_activity::MODEL_CACHE_HITS_TOTAL),
            model_cache_misses_total: metrics.generated_counter(&super::business_activity::MODEL_CACHE_MISSES_TOTAL),
        }
    }
}

/// Series of the recorder `mcp_client`.
#[derive(Debug, Clone)]
pub struct McpClientMetrics {
    /// Duration of a request, as its sender sees it.
    ///
    /// `mcp.client.operation.duration`, histogram in `s`.
    pub mcp_client_operation_duration: Histogram<(labels::McpMethodName, Option<labels::McpProtocolVersion>, Option<labels::GenAiOperation>, Option<labels::Tool>, Option<labels::GenAiPromptName>, Option<labels::McpTransport>, Option<labels::RpcResponseStatusCode>, Option<labels::ErrorType>), f64>,
    /// Duration of a session, as the client sees it.
    ///
    /// `mcp.client.session.duration`, histogram in `s`.
    pub mcp_client_session_duration: Histogram<(Option<labels::McpProtocolVersion>, Option<labels::McpTransport>, Option<labels::ErrorType>), f64>,
}

impl RecorderMetrics for McpClientMetrics {
    fn new(metrics: &Metrics) -> Self {
        Self {
            mcp_client_operation_duration: metrics.generated_histogram(&super::mcp::MCP_CLIENT_OPERATION_DURATION),
            mcp_client_session_duration: metrics.generated_histogram(&super::mcp::MCP_CLIENT_SESSION_DURATION),
        }
    }
}

/// Series of the recorder `mcp_server`.
#[derive(Debug, Clone)]
pub struct McpServerMetrics {
    /// Duration of a request, as its receiver sees it.
    ///
    /// `mcp.server.operation.duration`, histogram in `s`.
    pub mcp_server_operation_duration: Histogram<(labels::McpMethodName, Option<labels::McpProtocolVersion>, Option<labels::GenAiOperation>, Option<labels::Tool>, Option<labels::GenAiPromptName>, Option<labels::McpTransport>, Option<labels::RpcResponseStatusCode>, Option<labels::ErrorType>), f64>,
    /// Duration of a session, as the server sees it.
    ///
    /// `mcp.server.session.duration`, histogram in `s`.
    pub mcp_server_session_duration: Histogram<(Option<labels::McpProtocolVersion>, Option<labels::McpTransport>, Option<labels::ErrorType>), f64>,
}

impl RecorderMetrics for McpServerMetrics {
    fn new(metrics: &Metrics) -> Self {
        Self {
            mcp_server_operation_duration: metrics.generated_histogram(&super::mcp::MCP_SERVER_OPERATION_DURATION),
            mcp_server_session_duration: metrics.generated_histogram(&super::mcp::MCP_SERVER_SESSION_DURATION),
        }
    }
}

/// Series of the recorder `memory_search`.
#[derive(Debug, Clone)]
pub struct MemorySearchMetrics {
    /// Searches.
    ///
    /// `wundr_memory_searches_total`, counter in `{search}`.
    pub wundr_memory_searches_total: Counter<(labels::MemoryTier, labels::OrchestratorId), u64>,
    /// Time a search takes.
    ///
    /// `wundr_memory_search_latency_seconds`, histogram in `s`.
    pub wundr_memory_search_latency_seconds: Histogram<labels::MemoryTier, f64>,
    /// Searches answered by the cache.
    ///
    /// `wundr_memory_cache_hits_total`, counter in `{hit}`.
    pub wundr_memory_cache_hits_total: Counter<labels::MemoryTier, u64>,
    /// Searches the cache could not answer.
    ///
    /// `wundr_memory_cache_misses_total`, counter in `{miss}`.
    pub wundr_memory_cache_misses_total: Counter<labels::MemoryTier, u64>,
}

impl RecorderMetrics for MemorySearchMetrics {
    fn new(metrics: &Metrics) -> Self {
        Self {
            wundr_memory_searches_total: metrics.generated_counter(&super::wundr_memory::WUNDR_MEMORY_SEARCHES_TOTAL),
            wundr_memory_search_latency_seconds: metrics.generated_histogram(&super::wundr_memory::WUNDR_MEMORY_SEARCH_LATENCY_SECONDS),
            wundr_memory_cache_hits_total: metrics.generated_counter(&super::wundr_memory::WUNDR_MEMORY_CACHE_HITS_TOTAL),
            wundr_memory_cache_misses_total: metrics.generated_counter(&super::wundr_memory::WUNDR_MEMORY_CACHE_MISSES_TOTAL),
        }
    }
}

/// Series of the recorder `memory_store`.
#[derive(Debug, Clone)]
pub struct MemoryStoreMetrics {
    /// Entries held now.
    ///
    /// `wundr_memory_entries_total`, gauge in `{entry}`.
    pub wundr_memory_entries_total: Gauge<(labels::MemoryTier, labels::OrchestratorId), i64>,
    /// Compactions.
    ///
    /// `wundr_memory_compaction_total`, counter in `{compaction}`.
    pub wundr_memory_compaction_total: Counter<(labels::MemoryTier, labels::CompactionStrategy), u64>,
    /// Bytes held now.
    ///
    /// `wundr_memory_bytes`, gauge in `By`.
    pub wundr_memory_bytes: Gauge<labels::MemoryTier, i64>,
}

impl RecorderMetrics for MemoryStoreMetrics {
    fn new(metrics: &Metrics) -> Self {
        Self {
            wundr_memory_entries_total: metrics.generated_gauge(&super::wundr_memory::WUNDR_MEMORY_ENTRIES_TOTAL),
            wundr_memory_compaction_total: metrics.generated_counter(&super::wundr_memory::WUNDR_MEMORY_COMPACTION_TOTAL),
            wundr_memory_bytes: metrics.generated_gauge(&super::wundr_memory::WUNDR_MEMORY_BYTES),
        }
    }
}

/// Series of the recorder `message`.
#[derive(Debug, Clone)]
pub struct MessageMetrics {
    /// Time to process one message.
    ///
    /// `orchestrator_message_latency_seconds`, histogram in `s`.
    pub orchestrator_message_latency_seconds: Histogram<labels::OrchestratorId, f64>,
}

impl RecorderMetrics for MessageMetrics {
    fn new(metrics: &Metrics) -> Self {
        Self {
            orchestrator_message_latency_seconds: metrics.generated_histogram(&super::orchestrator::ORCHESTRATOR_MESSAGE_LATENCY_SECONDS),
        }
    }
}

/// Series of the recorder `model_request`.
#[derive(Debug, Clone)]
pub struct ModelRequestMetrics {
    /// Tokens consumed by agents.
    ///
    /// `agent_tokens_used`, counter in `{token}`.
    pub agent_tokens_used: Counter<(labels::AgentType, labels::Model), u64>,
    /// Tokens of one operation.
    ///
    /// `gen_ai.client.token.usage`, histogram in `{token}`.
    pub gen_ai_client_token_usage: Histogram<(labels::GenAiOperation, labels::Provider, labels::GenAiTokenType, Option<labels::Model>, Option<labels::GenAiResponseModel>, Option<labels::ServerAddress>, Option<labels::ServerPort>), u64>,
    /// Duration of an operation, as the client sees it.
    ///
    /// `gen_ai.client.operation.duration`, histogram in `s`.
    pub gen_ai_client_operation_duration: Histogram<(labels::GenAiOperation, labels::Provider, Option<labels::Model>, Option<labels::GenAiResponseModel>, Option<labels::ServerAddress>, Option<labels::ServerPort>, Option<labels::ErrorType>), f64>,
    /// Time to the first chunk of a streamed answer.
    ///
    /// `gen_ai.client.operation.time_to_first_chunk`, histogram in `s`.
    pub gen_ai_client_operation_time_to_first_chunk: Histogram<(labels::GenAiOperation, labels::Provider, Option<labels::Model>, Option<labels::GenAiResponseModel>, Option<labels::ServerAddress>, Option<labels::ServerPort>), f64>,
    /// Time per chunk after the first of a streamed answer.
    ///
    /// `gen_ai.client.operation.time_per_output_chunk`, histogram in `s`.
    pub gen_ai_client_operation_time_per_output_chunk: Histogram<(labels::GenAiOperation, labels::Provider, Option<labels::Model>, Option<labels::GenAiResponseModel>, Option<labels::ServerAddress>, Option<labels::ServerPort>), f64>,
    /// Tokens consumed.
    ///
    /// `orchestrator_tokens_used_total`, counter in `{token}`.
    pub orchestrator_tokens_used_total: Counter<(labels::OrchestratorId, labels::Model), u64>,
    /// Prompt tokens.
    ///
    /// `wundr_session_tokens_prompt_total`, counter in `{token}`.
    pub wundr_session_tokens_prompt_total: Counter<(labels::OrchestratorId, labels::Model), u64>,
    /// Completion tokens.
    ///
    /// `wundr_session_tokens_completion_total`, counter in `{token}`.
    pub wundr_session_tokens_completion_total: Counter<(labels::OrchestratorId, labels::Model), u64>,
    /// Money spent on models.
    ///
    /// `wundr_session_cost_dollars_total`, counter in `{USD}`.
    pub wundr_session_cost_dollars_total: Counter<(labels::OrchestratorId, labels::Model, labels::Provider), f64>,
    /// Requests to models.
    ///
    /// `wundr_model_requests_total`, counter in `{request}`.
    pub wundr_model_requests_total: Counter<(labels::Provider, labels::Model), u64>,
    /// Duration of a request to a model.
    ///
    /// `wundr_model_request_duration_seconds`, histogram in `s`.
    pub wundr_model_request_duration_seconds: Histogram<(labels::Provider, labels::Model), f64>,
    /// Tokens of requests to models.
    ///
    /// `wundr_model_request_tokens_total`, counter in `{token}`.
    pub wundr_model_request_tokens_total: Counter<(labels::Provider, labels::Model, labels::TokenType), u64>,
    /// Money spent on models.
    ///
    /// `wundr_model_cost_dollars_total`, counter in `{USD}`.
    pub wundr_model_cost_dollars_total: Counter<(labels::Provider, labels::Model), f64>,
    /// Requests that failed.
    ///
    /// `wundr_model_errors_total`, counter in `{error}`.
    pub wundr_model_errors_total: Counter<(labels::Provider, labels::Model, labels::ErrorType), u64>,
    /// Requests the provider turned away.
    ///
    /// `wundr_model_rate_limited_total`, counter in `{request}`.
    pub wundr_model_rate_limited_total: Counter<(labels::Provider, labels::Model), u64>,
}

impl RecorderMetrics for ModelRequestMetrics {
    fn new(metrics: &Metrics) -> Self {
        Self {
            agent_tokens_used: metrics.generated_counter(&super::agent::AGENT_TOKENS_USED),
            gen_ai_client_token_usage: metrics.generated_histogram(&super::gen_ai::GEN_AI_CLIENT_TOKEN_USAGE),
            gen_ai_client_operation_duration: metrics.generated_histogram(&super::gen_ai::GEN_AI_CLIENT_OPERATION_DURATION),
            gen_ai_client_operation_time_to_first_chunk: metrics.generated_histogram(&super::gen_ai::GEN_AI_CLIENT_OPERATION_TIME_TO_FIRST_CHUNK),
            gen_ai_client_operation_time_per_output_chunk: metrics.generated_histogram(&super::gen_ai::GEN_AI_CLIENT_OPERATION_TIME_PER_OUTPUT_CHUNK),
            orchestrator_tokens_used_total: metrics.generated_counter(&super::orchestrator::ORCHESTRATOR_TOKENS_USED_TOTAL),
            wundr_session_tokens_prompt_total: metrics.generated_counter(&super::wundr_agent::WUNDR_SESSION_TOKENS_PROMPT_TOTAL),
            wundr_session_tokens_completion_total: metrics.generated_counter(&super::wundr_agent::WUNDR_SESSION_TOKENS_COMPLETION_TOTAL),
            wundr_session_cost_dollars_total: metrics.generated_counter(&super::wundr_agent::WUNDR_SESSION_COST_DOLLARS_TOTAL),
            wundr_model_requests_total: metrics.generated_counter(&super::wundr_model::WUNDR_MODEL_REQUESTS_TOTAL),
            wundr_model_request_duration_seconds: metrics.generated_histogram(&super::wundr_model::WUNDR_MODEL_REQUEST_DURATION_SECONDS),
            wundr_model_request_tokens_total: metrics.generated_counter(&super::wundr_model::WUNDR_MODEL_REQUEST_TOKENS_TOTAL),
            wundr_model_cost_dollars_total: metrics.generated_counter(&super::wundr_model::WUNDR_MODEL_COST_DOLLARS_TOTAL),
            wundr_model_errors_total: metrics.generated_counter(&super::wundr_model::WUNDR_MODEL_ERRORS_TOTAL),
            wundr_model_rate_limited_total: metrics.generated_counter(&super::wundr_model::WUNDR_MODEL_RATE_LIMITED_TOTAL),
        }
    }
}

/// Series of the recorder `model_server`.
#[derive(Debug, Clone)]
pub struct ModelServerMetrics {
    /// Duration of a request, as the server of the model sees it.
    ///
    /// `gen_ai.server.request.duration`, histogram in `s`.
    pub gen_ai_server_request_duration: Histogram<(labels::GenAiOperation, labels::Provider, Option<labels::Model>, Option<labels::GenAiResponseModel>, Option<labels::ServerAddress>, Option<labels::ServerPort>, Option<labels::ErrorType>), f64>,
    /// Time per token after the first.
    ///
    /// `gen_ai.server.time_per_output_token`, histogram in `s`.
    pub gen_ai_server_time_per_output_token: Histogram<(labels::GenAiOperation, labels::Provider, Option<labels::Model>, Option<labels::GenAiResponseModel>, Option<labels::ServerAddress>, Option<labels::ServerPort>), f64>,
    /// Time to the first token.
    ///
    /// `gen_ai.server.time_to_first_token`, histogram in `s`.
    pub gen_ai_server_time_to_first_token: Histogram<(labels::GenAiOperation, labels::Provider, Option<labels::Model>, Option<labels::GenAiResponseModel>, Option<labels::ServerAddress>, Option<labels::ServerPort>), f64>,
}

impl RecorderMetrics for ModelServerMetrics {
    fn new(metrics: &Metrics) -> Self {
        Self {
            gen_ai_server_request_duration: metrics.generated_histogram(&super::gen_ai::GEN_AI_SERVER_REQUEST_DURATION),
            gen_ai_server_time_per_output_token: metrics.generated_histogram(&super::gen_ai::GEN_AI_SERVER_TIME_PER_OUTPUT_TOKEN),
            gen_ai_server_time_to_first_token: metrics.generated_histogram(&super::gen_ai::GEN_AI_SERVER_TIME_TO_FIRST_TOKEN),
        }
    }
}

/// Series of the recorder `node_load`.
#[derive(Debug, Clone)]
pub struct NodeLoadMetrics {
    /// Load of a node, 0 to 1.
    ///
    /// `orchestrator_node_load`, gauge in `{load}`.
    pub orchestrator_node_load: Gauge<labels::NodeId, f64>,
}

impl RecorderMetrics for NodeLoadMetrics {
    fn new(metrics: &Metrics) -> Self {
        Self {
            orchestrator_node_load: metrics.generated_gauge(&super::orchestrator::ORCHESTRATOR_NODE_LOAD),
        }
    }
}

/// Series of the recorder `operation`.
#[derive(Debug, Clone)]
pub struct OperationMetrics {
    /// Executions of an operation.
    ///
    /// `operation_executions_total`, counter in `{execution}`.
    pub operation_executions_total: Counter<(labels::Operation, labels::OperationStatus), u64>,
    /// Duration of an operation.
    ///
    /// `operation_duration_seconds`, histogram in `s`.
    pub operation_duration_seconds: Histogram<(labels::Operation, labels::OperationStatus), f64>,
    /// Executions that failed, by class of error.
    ///
    /// `operation_errors_total`, counter in `{error}`.
    pub operation_errors_total: Counter<(labels::Operation, labels::ErrorType), u64>,
    /// Executions that have not ended.
    ///
    /// `operations_in_flight`, updowncounter in `{execution}`.
    pub operations_in_flight: UpDownCounter<labels::Operation, i64>,
}

impl RecorderMetrics for OperationMetrics {
    fn new(metrics: &Metrics) -> Self {
        Self {
            operation_executions_total: metrics.generated_counter(&super::operations::OPERATION_EXECUTIONS_TOTAL),
            operation_duration_seconds: metrics.generated_histogram(&super::operations::OPERATION_DURATION_SECONDS),
            operation_errors_total: metrics.generated_counter(&super::operations::OPERATION_ERRORS_TOTAL),
            operations_in_flight: metrics.generated_up_down_counter(&super::operations::OPERATIONS_IN_FLIGHT),
        }
    }
}

/// Series of the recorder `process`.
#[derive(Debug, Clone)]
pub struct ProcessMetrics {
    /// Memory the process may use: the control group limit, else the memory of the machine.
    ///
    /// `bellwether_process_memory_limit_bytes`, gauge in `By`.
    pub bellwether_process_memory_limit_bytes: Gauge<(), i64>,
    /// Processor time used, 100 for one core.
    ///
    /// `process_cpu_usage_percent`, gauge in `%`.
    pub process_cpu_usage_percent: Gauge<(), f64>,
    /// Connections that are open, of all kinds.
    ///
    /// `connections_active`, gauge in `{connection}`.
    pub connections_active: Gauge<(), i64>,
    /// Processor time in user and system mode.
    ///
    /// `process_cpu_seconds_total`, counter in `s`.
    pub process_cpu_seconds_total: Counter<(), f64>,
    /// File descriptors that are open.
    ///
    /// `process_open_fds`, gauge in `{fd}`.
    pub process_open_fds: Gauge<(), i64>,
    /// File descriptors the process may open.
    ///
    /// `process_max_fds`, gauge in `{fd}`.
    pub process_max_fds: Gauge<(), i64>,
    /// Address space in use.
    ///
    /// `process_virtual_memory_bytes`, gauge in `By`.
    pub process_virtual_memory_bytes: Gauge<(), i64>,
    /// Resident memory.
    ///
    /// `process_resident_memory_bytes`, gauge in `By`.
    pub process_resident_memory_bytes: Gauge<(), i64>,
    /// Heap in use.
    ///
    /// `process_heap_bytes`, gauge in `By`.
    pub process_heap_bytes: Gauge<(), i64>,
    /// When the process started, in seconds since 1970.
    ///
    /// `process_start_time_seconds`, gauge in `s`.
    pub process_start_time_seconds: Gauge<(), f64>,
    /// Threads of the process.
    ///
    /// `process_threads`, gauge in `{thread}`.
    pub process_threads: Gauge<(), i64>,
    /// Memory of the process.
    ///
    /// `process_memory_usage_bytes`, gauge in `By`.
    pub process_memory_usage_bytes: Gauge<labels::ProcessMemoryType, i64>,
    /// Heap in use.
    ///
    /// `wundr_process_memory_heap_bytes`, gauge in `By`.
    pub wundr_process_memory_heap_bytes: Gauge<(), i64>,
    /// Resident memory.
    ///
    /// `wundr_process_memory_rss_bytes`, gauge in `By`.
    pub wundr_process_memory_rss_bytes: Gauge<(), i64>,
    /// Memory mapped outside the heap.
    ///
    /// `wundr_process_memory_external_bytes`, gauge in `By`.
    pub wundr_process_memory_external_bytes: Gauge<(), i64>,
    /// Processor time in user mode.
    ///
    /// `wundr_process_cpu_user_seconds_total`, counter in `s`.
    pub wundr_process_cpu_user_seconds_total: Counter<(), f64>,
    /// Processor time in system mode.
    ///
    /// `wundr_process_cpu_system_seconds_total`, counter in `s`.
    pub wundr_process_cpu_system_seconds_total: Counter<(), f64>,
    /// File descriptors that are open.
    ///
    /// `wundr_process_open_fds`, gauge in `{fd}`.
    pub wundr_process_open_fds: Gauge<(), i64>,
    /// File descriptors the process may open.
    ///
    /// `wundr_process_max_fds`, gauge in `{fd}`.
    pub wundr_process_max_fds: Gauge<(), i64>,
    /// How late the runtime wakes a task.
    ///
    /// `wundr_process_event_loop_lag_seconds`, histogram in `s`.
    pub wundr_process_event_loop_lag_seconds: Histogram<(), f64>,
    /// Time since the process started.
    ///
    /// `wundr_process_uptime_seconds`, gauge in `s`.
    pub wundr_process_uptime_seconds: Gauge<(), f64>,
}

impl RecorderMetrics for ProcessMetrics {
    fn new(metrics: &Metrics) -> Self {
        Self {
            bellwether_process_memory_limit_bytes: metrics.generated_gauge(&super::bellwether::BELLWETHER_PROCESS_MEMORY_LIMIT_BYTES),
            process_cpu_usage_percent: metrics.generated_gauge(&super::operations::PROCESS_CPU_USAGE_PERCENT),
            connections_active: metrics.generated_gauge(&super::operations::CONNECTIONS_ACTIVE),
            process_cpu_seconds_total: metrics.generated_counter(&super::process::PROCESS_CPU_SECONDS_TOTAL),
            process_open_fds: metrics.generated_gauge(&super::process::PROCESS_OPEN_FDS),
            process_max_fds: metrics.generated_gauge(&super::process::PROCESS_MAX_FDS),
            process_virtual_memory_bytes: metrics.generated_gauge(&super::process::PROCESS_VIRTUAL_MEMORY_BYTES),
            process_resident_memory_bytes: metrics.generated_gauge(&super::process::PROCESS_RESIDENT_MEMORY_BYTES),
            process_heap_bytes: metrics.generated_gauge(&super::process::PROCESS_HEAP_BYTES),
            process_start_time_seconds: metrics.generated_gauge(&super::process::PROCESS_START_TIME_SECONDS),
            process_threads: metrics.generated_gauge(&super::process::PROCESS_THREADS),
            process_memory_usage_bytes: metrics.generated_gauge(&super::resources::PROCESS_MEMORY_USAGE_BYTES),
            wundr_process_memory_heap_bytes: metrics.generated_gauge(&super::wundr_process::WUNDR_PROCESS_MEMORY_HEAP_BYTES),
            wundr_process_memory_rss_bytes: metrics.generated_gauge(&super::wundr_process::WUNDR_PROCESS_MEMORY_RSS_BYTES),
            wundr_process_memory_external_bytes: metrics.generated_gauge(&super::wundr_process::WUNDR_PROCESS_MEMORY_EXTERNAL_BYTES),
            wundr_process_cpu_user_seconds_total: metrics.generated_counter(&super::wundr_process::WUNDR_PROCESS_CPU_USER_SECONDS_TOTAL),
            wundr_process_cpu_system_seconds_total: metrics.generated_counter(&super::wundr_process::WUNDR_PROCESS_CPU_SYSTEM_SECONDS_TOTAL),
            wundr_process_open_fds: metrics.generated_gauge(&super::wundr_process::WUNDR_PROCESS_OPEN_FDS),
            wundr_process_max_fds: metrics.generated_gauge(&super::wundr_process::WUNDR_PROCESS_MAX_FDS),
            wundr_process_event_loop_lag_seconds: metrics.generated_histogram(&super::wundr_process::WUNDR_PROCESS_EVENT_LOOP_LAG_SECONDS),
            wundr_process_uptime_seconds: metrics.generated_gauge(&super::wundr_process::WUNDR_PROCESS_UPTIME_SECONDS),
        }
    }
}

/// Series of the recorder `queue_item`.
#[derive(Debug, Clone)]
pub struct QueueItemMetrics {
    /// Jobs in the queue.
    ///
    /// `queue_size`, gauge in `{job}`.
    pub queue_size: Gauge<labels::QueueName, i64>,
    /// Items in the queue.
    ///
    /// `wundr_queue_depth`, updowncounter in `{item}`.
    pub wundr_queue_depth: UpDownCounter<labels::QueueName, i64>,
    /// Time to process one item.
    ///
    /// `wundr_queue_processing_duration_seconds`, histogram in `s`.
    pub wundr_queue_processing_duration_seconds: Histogram<labels::QueueName, f64>,
    /// Items put in.
    ///
    /// `wundr_queue_enqueued_total`, counter in `{item}`.
    pub wundr_queue_enqueued_total: Counter<labels::QueueName, u64>,
    /// Items taken out.
    ///
    /// `wundr_queue_dequeued_total`, counter in `{item}`.
    pub wundr_queue_dequeued_total: Counter<labels::QueueName, u64>,
    /// Items dropped.
    ///
    /// `wundr_queue_dropped_total`, counter in `{item}`.
    pub wundr_queue_dropped_total: Counter<(labels::QueueName, labels::DropReason), u64>,
}

impl RecorderMetrics for QueueItemMetrics {
    fn new(metrics: &Metrics) -> Self {
        Self {
            queue_size: metrics.generated_gauge(&super::jobs::QUEUE_SIZE),
            wundr_queue_depth: metrics.generated_up_down_counter(&super::wundr_queue::WUNDR_QUEUE_DEPTH),
            wundr_queue_processing_duration_seconds: metrics.generated_histogram(&super::wundr_queue::WUNDR_QUEUE_PROCESSING_DURATION_SECONDS),
            wundr_queue_enqueued_total: metrics.generated_counter(&super::wundr_queue::WUNDR_QUEUE_ENQUEUED_TOTAL),
            wundr_queue_dequeued_total: metrics.generated_counter(&super::wundr_queue::WUNDR_QUEUE_DEQUEUED_TOTAL),
            wundr_queue_dropped_total: metrics.generated_counter(&super::wundr_queue::WUNDR_QUEUE_DROPPED_TOTAL),
        }
    }
}

/// Series of the recorder `runtime`.
#[derive(Debug, Clone)]
pub struct RuntimeMetrics {
    /// Worker threads of the runtime.
    ///
    /// `bellwether_runtime_workers`, gauge in `{thread}`.
    pub bellwether_runtime_workers: Gauge<labels::Runtime, i64>,
    /// Tasks of the runtime that have not ended.
    ///
    /// `bellwether_runtime_alive_tasks`, gauge in `{task}`.
    pub bellwether_runtime_alive_tasks: Gauge<labels::Runtime, i64>,
    /// Tasks that wait in the runtime's global queue.
    ///
    /// `bellwether_runtime_global_queue_depth`, gauge in `{task}`.
    pub bellwether_runtime_global_queue_depth: Gauge<labels::Runtime, i64>,
    /// Time that the runtime's workers were busy, all of them together.
    ///
    /// `bellwether_runtime_busy_seconds_total`, counter in `s`.
    pub bellwether_runtime_busy_seconds_total: Counter<labels::Runtime, f64>,
}

impl RecorderMetrics for RuntimeMetrics {
    fn new(metrics: &Metrics) -> Self {
        Self {
            bellwether_runtime_workers: metrics.generated_gauge(&super::bellwether_resources::BELLWETHER_RUNTIME_WORKERS),
            bellwether_runtime_alive_tasks: metrics.generated_gauge(&super::bellwether_resources::BELLWETHER_RUNTIME_ALIVE_TASKS),
            bellwether_runtime_global_queue_depth: metrics.generated_gauge(&super::bellwether_resources::BELLWETHER_RUNTIME_GLOBAL_QUEUE_DEPTH),
            bellwether_runtime_busy_seconds_total: metrics.generated_counter(&super::bellwether_resources::BELLWETHER_RUNTIME_BUSY_SECONDS_TOTAL),
        }
    }
}

/// Series of the recorder `session`.
#[derive(Debug, Clone)]
pub struct SessionMetrics {
    /// Sessions that are open now.
    ///
    /// `orchestrator_sessions_active`, updowncounter in `{session}`.
    pub orchestrator_sessions_active: UpDownCounter<(labels::OrchestratorId, labels::SessionType), i64>,
    /// Duration of a session.
    ///
    /// `wundr_session_duration_seconds`, histogram in `s`.
    pub wundr_session_duration_seconds: Histogram<(labels::OrchestratorId, labels::SessionType), f64>,
    /// Iterations of the agent loop.
    ///
    /// `wundr_session_iterations_total`, counter in `{iteration}`.
    pub wundr_session_iterations_total: Counter<labels::OrchestratorId, u64>,
}

impl RecorderMetrics for SessionMetrics {
    fn new(metrics: &Metrics) -> Self {
        Self {
            orchestrator_sessions_active: metrics.generated_up_down_counter(&super::orchestrator::ORCHESTRATOR_SESSIONS_ACTIVE),
            wundr_session_duration_seconds: metrics.generated_histogram(&super::wundr_agent::WUNDR_SESSION_DURATION_SECONDS),
            wundr_session_iterations_total: metrics.generated_counter(&super::wundr_agent::WUNDR_SESSION_ITERATIONS_TOTAL),
        }
    }
}

/// Series of the recorder `task`.
#[derive(Debug, Clone)]
pub struct TaskMetrics {
    /// Tasks that wait.
    ///
    /// `task_queue_size`, updowncounter in `{task}`.
    pub task_queue_size: UpDownCounter<labels::TaskPriority, i64>,
    /// Duration of a task.
    ///
    /// `task_duration_seconds`, histogram in `s`.
    pub task_duration_seconds: Histogram<(labels::TaskType, labels::ExecutionStatus), f64>,
    /// Tasks that succeeded.
    ///
    /// `task_success_total`, counter in `{task}`.
    pub task_success_total: Counter<labels::TaskType, u64>,
    /// Tasks that failed.
    ///
    /// `task_failure_total`, counter in `{task}`.
    pub task_failure_total: Counter<(labels::TaskType, labels::ErrorType), u64>,
}

impl RecorderMetrics for TaskMetrics {
    fn new(metrics: &Metrics) -> Self {
        Self {
            task_queue_size: metrics.generated_up_down_counter(&super::agent::TASK_QUEUE_SIZE),
            task_duration_seconds: metrics.generated_histogram(&super::agent::TASK_DURATION_SECONDS),
            task_success_total: metrics.generated_counter(&super::agent::TASK_SUCCESS_TOTAL),
            task_failure_total: metrics.generated_counter(&super::agent::TASK_FAILURE_TOTAL),
        }
    }
}

/// Series of the recorder `tool_call`.
#[derive(Debug, Clone)]
pub struct ToolCallMetrics {
    /// Tool calls.
    ///
    /// `tool_calls_total`, counter in `{call}`.
    pub tool_calls_total: Counter<(labels::Tool, labels::ToolStatus), u64>,
    /// Duration of a tool call.
    ///
    /// `tool_call_duration_seconds`, histogram in `s`.
    pub tool_call_duration_seconds: Histogram<labels::Tool, f64>,
    /// Tool calls that succeeded.
    ///
    /// `tool_call_success_total`, counter in `{call}`.
    pub tool_call_success_total: Counter<labels::Tool, u64>,
    /// Tool calls that failed.
    ///
    /// `tool_call_failure_total`, counter in `{call}`.
    pub tool_call_failure_total: Counter<(labels::Tool, labels::ErrorType), u64>,
    /// Duration of a tool execution.
    ///
    /// `gen_ai.execute_tool.duration`, histogram in `s`.
    pub gen_ai_execute_tool_duration: Histogram<(labels::Tool, Option<labels::GenAiToolType>, Option<labels::GenAiAgentName>, Option<labels::ErrorType>), f64>,
    /// Tool invocations.
    ///
    /// `orchestrator_tool_invocations_total`, counter in `{invocation}`.
    pub orchestrator_tool_invocations_total: Counter<(labels::OrchestratorId, labels::Tool, labels::ToolStatus), u64>,
    /// Duration of a tool execution.
    ///
    /// `wundr_tool_execution_duration_seconds`, histogram in `s`.
    pub wundr_tool_execution_duration_seconds: Histogram<(labels::Tool, labels::ToolStatus), f64>,
    /// Tool executions.
    ///
    /// `wundr_tool_execution_total`, counter in `{execution}`.
    pub wundr_tool_execution_total: Counter<(labels::Tool, labels::ToolStatus), u64>,
    /// Tool executions that failed.
    ///
    /// `wundr_tool_errors_total`, counter in `{error}`.
    pub wundr_tool_errors_total: Counter<(labels::Tool, labels::ErrorType), u64>,
    /// Tool calls that wait.
    ///
    /// `wundr_tool_queue_depth`, updowncounter in `{call}`.
    pub wundr_tool_queue_depth: UpDownCounter<(), i64>,
}

impl RecorderMetrics for ToolCallMetrics {
    fn new(metrics: &Metrics) -> Self {
        Self {
            tool_calls_total: metrics.generated_counter(&super::agent::TOOL_CALLS_TOTAL),
            tool_call_duration_seconds: metrics.generated_histogram(&super::agent::TOOL_CALL_DURATION_SECONDS),
            tool_call_success_total: metrics.generated_counter(&super::agent::TOOL_CALL_SUCCESS_TOTAL),
            tool_call_failure_total: metrics.generated_counter(&super::agent::TOOL_CALL_FAILURE_TOTAL),
            gen_ai_execute_tool_duration: metrics.generated_histogram(&super::gen_ai::GEN_AI_EXECUTE_TOOL_DURATION),
            orchestrator_tool_invocations_total: metrics.generated_counter(&super::orchestrator::ORCHESTRATOR_TOOL_INVOCATIONS_TOTAL),
            wundr_tool_execution_duration_seconds: metrics.generated_histogram(&super::wundr_tool::WUNDR_TOOL_EXECUTION_DURATION_SECONDS),
            wundr_tool_execution_total: metrics.generated_counter(&super::wundr_tool::WUNDR_TOOL_EXECUTION_TOTAL),
            wundr_tool_errors_total: metrics.generated_counter(&super::wundr_tool::WUNDR_TOOL_ERRORS_TOTAL),
            wundr_tool_queue_depth: metrics.generated_up_down_counter(&super::wundr_tool::WUNDR_TOOL_QUEUE_DEPTH),
        }
    }
}

/// Series of the recorder `websocket`.
#[derive(Debug, Clone)]
pub struct WebsocketMetrics {
    /// Connections that are open now.
    ///
    /// `wundr_ws_connections_active`, updowncounter in `{connection}`.
    pub wundr_ws_connections_active: UpDownCounter<(), i64>,
    /// Connections accepted.
    ///
    /// `wundr_ws_connections_total`, counter in `{connection}`.
    pub wundr_ws_connections_total: Counter<labels::AuthMethod, u64>,
    /// Messages received.
    ///
    /// `wundr_ws_messages_received_total`, counter in `{message}`.
    pub wundr_ws_messages_received_total: Counter<labels::MessageType, u64>,
    /// Messages sent.
    ///
    /// `wundr_ws_messages_sent_total`, counter in `{message}`.
    pub wundr_ws_messages_sent_total: Counter<labels::MessageType, u64>,
    /// Size of a message.
    ///
    /// `wundr_ws_message_size_bytes`, histogram in `By`.
    pub wundr_ws_message_size_bytes: Histogram<labels::Direction, u64>,
    /// Connection and message errors.
    ///
    /// `wundr_ws_errors_total`, counter in `{error}`.
    pub wundr_ws_errors_total: Counter<labels::ErrorType, u64>,
    /// Session subscriptions that are open now.
    ///
    /// `wundr_ws_session_subscriptions`, updowncounter in `{subscription}`.
    pub wundr_ws_session_subscriptions: UpDownCounter<(), i64>,
}

impl RecorderMetrics for WebsocketMetrics {
    fn new(metrics: &Metrics) -> Self {
        Self {
            wundr_ws_connections_active: metrics.generated_up_down_counter(&super::wundr_ws::WUNDR_WS_CONNECTIONS_ACTIVE),
            wundr_ws_connections_total: metrics.generated_counter(&super::wundr_ws::WUNDR_WS_CONNECTIONS_TOTAL),
            wundr_ws_messages_received_total: metrics.generated_counter(&super::wundr_ws::WUNDR_WS_MESSAGES_RECEIVED_TOTAL),
            wundr_ws_messages_sent_total: metrics.generated_counter(&super::wundr_ws::WUNDR_WS_MESSAGES_SENT_TOTAL),
            wundr_ws_message_size_bytes: metrics.generated_histogram(&super::wundr_ws::WUNDR_WS_MESSAGE_SIZE_BYTES),
            wundr_ws_errors_total: metrics.generated_counter(&super::wundr_ws::WUNDR_WS_ERRORS_TOTAL),
            wundr_ws_session_subscriptions: metrics.generated_up_down_counter(&super::wundr_ws::WUNDR_WS_SESSION_SUBSCRIPTIONS),
        }
    }
}

/// Series of the recorder `worker`.
#[derive(Debug, Clone)]
pub struct WorkerMetrics {
    /// Workers that are free.
    ///
    /// `workers_available`, gauge in `{worker}`.
    pub workers_available: Gauge<(), i64>,
}

impl RecorderMetrics for WorkerMetrics {
    fn new(metrics: &Metrics) -> Self {
        Self {
            workers_available: metrics.generated_gauge(&super::jobs::WORKERS_AVAILABLE),
        }
    }
}

/// Series of the recorder `workflow`.
#[derive(Debug, Clone)]
pub struct WorkflowMetrics {
    /// Duration of a workflow.
    ///
    /// `gen_ai.workflow.duration`, histogram in `s`.
    pub gen_ai_workflow_duration: Histogram<(labels::GenAiWorkflowName, Option<labels::ErrorType>), f64>,
}

impl RecorderMetrics for WorkflowMetrics {
    fn new(metrics: &Metrics) -> Self {
        Self {
            gen_ai_workflow_duration: metrics.generated_histogram(&super::gen_ai::GEN_AI_WORKFLOW_DURATION),
        }
    }
}
