//! One use of every recorder, in all the ways that feed a metric of its own.

use std::time::Duration;

use bellwether::metrics::generated::labels::{
    AgentType, AuthMethod, BudgetPeriod, CompactionStrategy, DropReason, MemoryTier, Phase,
    SessionType, TaskPriority, TokenType,
};
use bellwether::metrics::{Metrics, recorders};

/// What must stay alive for its series to be told.
#[allow(dead_code, reason = "held, not used")]
pub(crate) struct Kept {
    window: recorders::ContextWindow,
    workers: recorders::Observation,
}

/// Runs it; the same series each time.
pub(crate) fn run(metrics: &Metrics) -> Kept {
    orchestrator(metrics);
    agents(metrics);
    models(metrics);
    services(metrics);
    gen_ai(metrics);
    let window = metrics
        .context_window()
        .open("coder-1", "session-1", AgentType::Coder);
    window.set(75_000, 200_000);
    Kept {
        window,
        workers: metrics.worker().observe(|| 3),
    }
}

fn orchestrator(metrics: &Metrics) {
    let session = metrics.session().start("orch-1", SessionType::ClaudeCode);
    session.iteration();
    session.end();
    metrics.message().start("orch-1").done();
    metrics.delegation().start("orch-1", "orch-2").success();
    let errors = metrics.error().orchestrator("orch-1");
    errors.record("planner", "timeout_error");
    metrics.node_load().set("node-1", 0.65);
    metrics.budget().set("orch-1", BudgetPeriod::Daily, 75.5);
    let tools = metrics.tool_call().orchestrator("orch-1");
    tools.queue("Read").start().success();
    tools.start("Read").error("denied");
}

fn agents(metrics: &Metrics) {
    let executions = metrics.agent_execution().agent("coder").model("m");
    executions.start(AgentType::Coder, Phase::Code).success();
    let agents = metrics.agent_lifecycle();
    let spawn = || agents.spawn("orch-1", SessionType::ClaudeFlow);
    spawn().completed();
    spawn().failed("crash");
    let tasks = metrics.task();
    tasks.queue(TaskPriority::High).start("index").success();
    tasks.start("index").error("crash");
    let search = metrics
        .memory_search()
        .start(MemoryTier::Semantic, "orch-1");
    search.cache_hit();
    search.cache_miss();
    search.done();
    let memory = metrics.memory_store();
    memory.entries(MemoryTier::Semantic, "orch-1", 12);
    memory.bytes(MemoryTier::Semantic, 4_096);
    memory.compacted(MemoryTier::Semantic, CompactionStrategy::Merge);
}

fn models(metrics: &Metrics) {
    let models = metrics.model_request().orchestrator("orch-1");
    let mut request = models.start("anthropic", "m");
    request.chunk();
    request.chunk();
    request.tokens(TokenType::Prompt, 1_200);
    request.tokens(TokenType::Completion, 300);
    request.cost(0.5);
    request.success();
    models.start("anthropic", "m").rate_limited();
    let mut served = metrics.model_server().start("vllm", "m");
    served.first_token();
    served.success(280);
}

fn services(metrics: &Metrics) {
    let connection = metrics.websocket().connect(AuthMethod::Token);
    connection.received("prompt", 512);
    connection.sent("chunk", 64);
    connection.error("bad_frame");
    drop(connection.subscribe());
    connection.close();
    let queue = metrics.queue_item().queue("mail");
    queue.enqueue().dequeue().done();
    queue.enqueue().dropped(DropReason::Expired);
    metrics
        .http_request()
        .start("GET", "/jobs/{id}")
        .status(200);
    let jobs = metrics.jobs();
    let worker = jobs.worker("w-1");
    let job = worker
        .start("render", "high")
        .waited(Duration::from_secs(1));
    job.output_size(100);
    job.completed();
    let reset = std::io::Error::from(std::io::ErrorKind::ConnectionReset);
    worker.start("render", "high").failed(&reset);
    jobs.retried("render");
    let kpis = metrics.kpi();
    kpis.items("render", 24);
    kpis.set("backlog_days", 1.5);
    kpis.add("revenue_dollars", 12.0);
    kpis.active_users(310);
    kpis.billable("render", 1);
    kpis.job_cost("render", 0.1);
    kpis.efficiency("render", 82.5);
    kpis.model_downloaded("m");
    kpis.model_cache_hit("m");
    kpis.model_cache_miss("m");
    let operations = metrics.operations();
    operations.start("plan").ok();
    operations.start("plan").error(&reset);
}

fn gen_ai(metrics: &Metrics) {
    metrics.workflow().start("triage").success();
    for mcp in [metrics.mcp_client(), metrics.mcp_server()] {
        mcp.start("tools/call").tool("Read").success();
        mcp.session().end();
    }
}
