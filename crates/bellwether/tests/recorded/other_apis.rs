//! The calls that the catalog's page names for callers of older APIs: compiled, run, and held against the page.

use std::time::Duration;

use bellwether::metrics::generated::labels::{
    AgentType, AuthMethod, BudgetPeriod, MemoryTier, Phase, SessionType, TokenType,
};
use bellwether::metrics::{self, MetricsCollector};

const PAGE: &str = include_str!("../../../bellwether-catalog/docs/from-other-apis.md");
const THIS: &str = include_str!("other_apis.rs");

#[tokio::test]
async fn orchestrator_collector() {
    let collector = MetricsCollector::builder().enable_batching(true).build();
    let collector = collector.unwrap();
    let session = metrics::session().start("orch-1", SessionType::ClaudeCode);
    session.iteration();
    session.end();
    metrics::model_request().orchestrator("orch-1").tokens(
        "anthropic",
        "claude-sonnet",
        TokenType::Prompt,
        1_500,
    );
    metrics::message().latency("orch-1", Duration::from_millis(150));
    let error = "x".parse::<u8>().unwrap_err();
    let tools = || {
        metrics::tool_call()
            .orchestrator("orch-1")
            .start("file_read")
    };
    let call = tools();
    call.success();
    let call = tools();
    call.error(&error);
    let call = metrics::tool_call().start("Read");
    call.timeout();
    let delegation = metrics::delegation().start("orch-1", "orch-2");
    delegation.success();
    let delegation = metrics::delegation().start("orch-1", "orch-2");
    delegation.error();
    let delegation = metrics::delegation().start("orch-1", "orch-2");
    delegation.rejected();
    metrics::error()
        .orchestrator("orch-1")
        .record("planner", "timeout_error");
    metrics::node_load().set("node-1", 0.65);
    metrics::budget().set("orch-1", BudgetPeriod::Daily, 75.5);
    let timer = metrics::timer();
    assert!(timer.stop() < Duration::from_secs(3_600));
    let future = async { Ok::<u32, std::num::ParseIntError>(12) };
    let result = collector.with_metrics(future, "orch-1").await;
    assert_eq!(result, Ok(12));
    let stats = collector.get_aggregated_stats("orch-1", None);
    assert_eq!(stats.total_sessions, 0, "it sees its own calls");
    collector.flush();
    collector.close();
}

#[test]
fn agent_telemetry() {
    let elapsed = Duration::from_secs(5);
    let execution = metrics::agent_execution().start(AgentType::Coder, Phase::Code);
    execution.took(elapsed).success();
    let models = metrics::model_request().agent(AgentType::Coder);
    drop(models);
    metrics::tool_call().start("Read").took(elapsed).success();
    let window = metrics::context_window().open("coder-123", "session-123", AgentType::Coder);
    window.set(75_000, 200_000);
}

#[test]
fn enhanced_metrics() {
    let error = "x".parse::<u8>().unwrap_err();
    let spawn = || metrics::agent_lifecycle().spawn("orch-1", SessionType::ClaudeFlow);
    let agent = spawn();
    agent.completed();
    let agent = spawn();
    agent.failed(&error);
    let start = || metrics::model_request().start("anthropic", "claude-sonnet");
    let mut request = start();
    request.chunk();
    request.tokens(TokenType::Completion, 300);
    request.cost(0.0081);
    request.success();
    let request = start();
    request.error(&error);
    let request = start();
    request.rate_limited();
    metrics::memory_search()
        .start(MemoryTier::Semantic, "orch-1")
        .done();
    metrics::memory_store().entries(MemoryTier::Semantic, "orch-1", 1_200);
    let connection = metrics::websocket().connect(AuthMethod::Token);
    connection.received("prompt", 512);
    connection.sent("chunk", 256);
    let waiting = metrics::queue_item().queue("mail").enqueue();
    waiting.dequeue().done();
    let waiting = metrics::tool_call().queue("Bash");
    waiting.start().success();
}

#[test]
fn job_metrics() {
    let error = "x".parse::<u8>().unwrap_err();
    let start = || metrics::jobs().worker("w-1").start("render", "high");
    let job = start();
    job.output_size(4_096);
    job.completed();
    let job = start();
    job.failed(&error);
    let (size, free) = (|| 12, || 3);
    let sizes = metrics::queue_item().observe_size("mail", size);
    let workers = metrics::worker().observe(free);
    drop((sizes, workers));
    let request = metrics::http_request().start("GET", "/jobs/{id}");
    request.status(200);
    metrics::operations().start("plan").ok();
    metrics::kpi().items("render", 24);
}

#[test]
fn each_call_of_the_page_is_one_of_these() {
    // As rustfmt may break it over lines.
    let plain = |text: &str| -> String {
        let text: String = text.split_whitespace().collect();
        text.replace(",)", ")")
    };
    let compiled = plain(THIS);
    let code = PAGE.split('`').skip(1).step_by(2);
    let calls = code.filter(|code| {
        let guards = [
            "metrics::",
            "session.",
            "call.",
            "delegation.",
            "collector.",
            "execution.",
            "window.",
            "agent.",
            "request.",
            "connection.",
            "waiting.",
            "job.",
            "MetricsCollector::",
        ];
        code.ends_with(')') && guards.iter().any(|guard| code.starts_with(guard))
    });
    let calls: Vec<&str> = calls.collect();
    assert!(calls.len() > 40, "{calls:?}");
    for call in calls {
        assert!(
            compiled.contains(&plain(call)),
            "`{call}` is nowhere compiled"
        );
    }
}
