//! What ends: guards that are dropped, work that drains, series of what is gone.

use bellwether::metrics::generated::labels::{
    AgentType, AuthMethod, DropReason, ExitReason, Phase, SessionType, TaskPriority,
};
use bellwether::metrics::{Cause, Metrics};

use crate::exported::{Exported, Series};

/// Everything that can be open at once, dropped by a panic.
fn dropped_by_a_panic(metrics: &Metrics) {
    let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        let _session = metrics.session().start("o", SessionType::ClaudeCode);
        let _agent = metrics
            .agent_lifecycle()
            .spawn("o", SessionType::ClaudeCode);
        let _execution = metrics
            .agent_execution()
            .start(AgentType::Coder, Phase::Fix);
        let _waiting = (
            metrics.tool_call().queue("Bash"),
            metrics.task().queue(TaskPriority::Low),
            metrics.queue_item().queue("mail").enqueue(),
        );
        let _task = metrics.task().start("index");
        let _delegation = metrics.delegation().start("o", "p");
        let connection = metrics.websocket().connect(AuthMethod::None);
        let _subscription = connection.subscribe();
        let _request = metrics.http_request().start("BREW", "/pot");
        let _workflow = metrics.workflow().start("triage");
        let _served = metrics.model_server().start("vllm", "m");
        let _mcp = metrics.mcp_client().start("tools/list");
        std::panic::resume_unwind(Box::new(()));
    }));
    assert!(outcome.is_err());
}

#[test]
fn what_a_panic_drops_is_abandoned_and_every_gauge_is_back_at_zero() {
    let exported = Exported::new();
    dropped_by_a_panic(&exported.metrics);
    let series = exported.series();
    let abandoned = [
        "agent_execution_total{agent_type=coder,phase=fix,status=abandoned}",
        "gen_ai.invoke_agent.duration{error.type=abandoned}",
        "wundr_agent_completed_total{exit_reason=abandoned,orchestrator_id=o,session_type=claude-code}",
        "task_failure_total{error_type=abandoned,task_type=index}",
        "task_duration_seconds{status=abandoned,task_type=index}",
        "orchestrator_federation_delegations_total{from_orchestrator=o,status=abandoned,to_orchestrator=p}",
        "http_requests_total{method=_OTHER,route=/pot,status_code=abandoned}",
        "gen_ai.workflow.duration{error.type=abandoned,gen_ai.workflow.name=triage}",
        "gen_ai.server.request.duration{error.type=abandoned,gen_ai.operation.name=chat,gen_ai.provider.name=vllm,gen_ai.request.model=m}",
        "mcp.client.operation.duration{error.type=abandoned,mcp.method.name=tools/list}",
        "wundr_queue_dropped_total{queue_name=mail,reason=other}",
    ];
    for key in abandoned {
        assert_eq!(series.get(key), Some(&1.0), "{key}: {series:#?}");
    }
    let levels = [
        "orchestrator_sessions_active{orchestrator_id=o,session_type=claude-code}",
        "wundr_agent_running{orchestrator_id=o,session_type=claude-code}",
        "wundr_tool_queue_depth{}",
        "task_queue_size{priority=low}",
        "wundr_queue_depth{queue_name=mail}",
        "queue_size{queue_name=mail}",
        "wundr_ws_connections_active{}",
        "wundr_ws_session_subscriptions{}",
    ];
    for key in levels {
        assert_eq!(series.get(key), Some(&0.0), "{key}: {series:#?}");
    }
}

#[test]
fn an_end_that_was_said_is_not_followed_by_another() {
    let exported = Exported::new();
    let metrics = &exported.metrics;
    let agents = metrics.agent_lifecycle();
    let agent = agents.spawn("o", SessionType::ClaudeCode);
    agent.exited(ExitReason::Cancelled);
    metrics.delegation().start("o", "p").error();
    metrics.http_request().start("GET", "/").status(503);
    let series = exported.series();
    assert!(
        !series.keys().any(|key| key.contains("abandoned")),
        "{series:#?}"
    );
    let http = "http_requests_total{method=GET,route=/,status_code=503}";
    assert_eq!(series[http], 1.0);
}

#[test]
fn a_queue_is_as_deep_as_what_waits_in_it() {
    let exported = Exported::new();
    let queue = exported.metrics.queue_item().queue("mail");
    let of = |series: &Series, metric: &str| series[&format!("{metric}{{queue_name=mail}}")];
    let (kept, detached) = (queue.enqueue(), queue.enqueue());
    detached.detach();
    let series = exported.series();
    assert_eq!(
        (of(&series, "wundr_queue_depth"), of(&series, "queue_size")),
        (2.0, 2.0)
    );
    let processing = queue.dequeue();
    kept.dropped(DropReason::Expired);
    queue.refused(DropReason::Full);
    let series = exported.series();
    assert_eq!(
        (of(&series, "wundr_queue_depth"), of(&series, "queue_size")),
        (0.0, 0.0)
    );
    assert_eq!(of(&series, "wundr_queue_enqueued_total"), 2.0);
    assert_eq!(of(&series, "wundr_queue_dequeued_total"), 1.0);
    processing.done();
    let series = exported.series();
    assert_eq!(of(&series, "wundr_queue_processing_duration_seconds"), 1.0);
    for reason in ["expired", "full"] {
        let dropped = format!("wundr_queue_dropped_total{{queue_name=mail,reason={reason}}}");
        assert_eq!(series[&dropped], 1.0);
    }
}

#[test]
fn a_queue_that_knows_its_size_is_asked_and_no_longer_when_that_ends() {
    let exported = Exported::new();
    let queues = exported.metrics.queue_item();
    queues.queue("mail").enqueue().detach();
    let size = || {
        exported
            .series()
            .get("queue_size{queue_name=mail}")
            .copied()
    };
    let observed = queues.observe_size("mail", || 12);
    assert_eq!(size(), Some(12.0));
    drop(observed);
    assert_eq!(size(), Some(1.0), "what was counted here");
}

#[test]
fn a_gauge_that_is_asked_leaves_with_what_asks() {
    let exported = Exported::new();
    let observed = exported.metrics.worker().observe(|| 4);
    let free = || exported.series().get("workers_available{}").copied();
    assert_eq!(free(), Some(4.0));
    drop(observed);
    assert_eq!(free(), None);
    exported.metrics.worker().available(2);
    assert_eq!(free(), Some(2.0));
}

#[test]
fn a_context_window_leaves_with_its_agent() {
    let exported = Exported::new();
    let windows = exported.metrics.context_window();
    let window = windows.open("coder-1", "session-1", AgentType::Coder);
    window.set(75_000, 200_000);
    let by_type = "agent_context_window_utilization_percent{agent_type=coder} 1".to_owned();
    assert_eq!(
        exported.lines(),
        [
            by_type.clone(),
            "context_window_size_tokens{agent_id=coder-1} 200000".to_owned(),
            "context_window_used_tokens{agent_id=coder-1} 75000".to_owned(),
            "context_window_utilization{agent_id=coder-1,session_id=session-1} 37.5".to_owned(),
        ]
    );
    drop(window);
    assert_eq!(exported.lines(), [by_type]);
}

#[test]
fn a_window_without_a_size_and_a_budget_without_a_limit_have_no_share() {
    use bellwether::metrics::generated::labels::BudgetPeriod;
    let exported = Exported::new();
    let windows = exported.metrics.context_window();
    let window = windows.open("coder-1", "session-1", AgentType::Coder);
    window.set(10, 0);
    let budgets = exported.metrics.budget();
    budgets.spent("o", BudgetPeriod::Daily, 0.0, 0.0);
    budgets.spent("o", BudgetPeriod::Weekly, 30.0, 120.0);
    exported.metrics.node_load().set("n", f64::NAN);
    assert_eq!(
        exported.lines(),
        [
            "context_window_size_tokens{agent_id=coder-1} 0",
            "context_window_used_tokens{agent_id=coder-1} 10",
            "orchestrator_budget_utilization_percent{orchestrator_id=o,period=weekly} 25",
        ]
    );
}

#[test]
fn an_error_is_counted_and_is_a_rate() {
    let exported = Exported::new();
    let errors = exported.metrics.error().orchestrator("o");
    for _ in 0..3 {
        errors.record("planner", "quota");
    }
    let series = exported.series();
    let total = "error_total{component=planner,error_type=quota,severity=error}";
    assert_eq!(series[total], 3.0);
    let of_orchestrator = "orchestrator_errors_total{error_type=quota,orchestrator_id=o}";
    assert_eq!(series[of_orchestrator], 3.0);
    let rate = series["error_rate{component=planner,error_type=quota}"];
    assert!(rate > 0.0 && rate <= 3.0, "{rate}");
}

#[test]
fn each_way_of_saying_what_failed_is_a_label() {
    fn told(cause: impl Cause) -> &'static str {
        bellwether::metrics::Label::as_str(cause.error_type())
    }
    let boxed: Box<dyn std::error::Error + Send + Sync> = "text".into();
    assert_eq!(told(&*boxed), "unknown");
    assert_eq!(told("quota"), "quota");
    assert_eq!(
        told(&std::io::Error::from(std::io::ErrorKind::BrokenPipe)),
        "connection"
    );
}
