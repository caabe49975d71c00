//! `bellwether demo`, run as its user runs it: the real binary, the real Collector, real files that are no pleasure to
//! read. What the Collector wrote is parsed here anew, not with the demo's own reader.

#![allow(clippy::unwrap_used, reason = "a failed test helper is a failed test")]

#[path = "demo/catalog.rs"]
mod catalog;
#[path = "demo/elsewhere.rs"]
mod elsewhere;
#[path = "demo/fixture.rs"]
mod fixture;
mod support;
#[path = "demo/written.rs"]
mod written;

use std::time::Duration;

use fixture::{Marked, nasty_directory};
use written::Written;

/// The services from the root of the trace to the program, with what their spans are about.
const CHAIN: [(&str, &str); 10] = [
    ("orchestrator", "orchestrate session"),
    ("orchestrator", "delegate "),
    ("orchestrator", "POST"),
    ("agent", "POST /delegations"),
    ("agent", "explore "),
    ("agent", "websocket inspect"),
    ("session-agent", "inspect "),
    ("session-agent", "send jobs"),
    ("worker", "process jobs"),
    ("task", "run "),
];

/// What the recorders of each process feed, beside what it tells of itself.
const METRICS: &[(&str, &[&str])] = &[
    (
        "orchestrator",
        &[
            "orchestrator_sessions_active",
            "wundr_session_duration_seconds",
            "wundr_session_iterations_total",
            "orchestrator_federation_delegations_total",
            "orchestrator_message_latency_seconds",
            "wundr_agent_spawned_total",
            "wundr_agent_completed_total",
            "queue_size",
            "wundr_queue_depth",
            "wundr_queue_enqueued_total",
            "wundr_queue_processing_duration_seconds",
            "task_queue_size",
            "task_success_total",
            "task_failure_total",
            "http_requests_total",
            "http_request_duration_seconds",
            "business_items_processed_total",
        ],
    ),
    (
        "agent",
        &[
            "agent_execution_total",
            "gen_ai.invoke_agent.duration",
            "tool_calls_total",
            "tool_call_failure_total",
            "orchestrator_tool_invocations_total",
            "wundr_tool_execution_total",
            "gen_ai.execute_tool.duration",
            "http_requests_total",
        ],
    ),
    (
        "session-agent",
        &[
            "agent_execution_total",
            "wundr_ws_connections_active",
            "wundr_ws_messages_received_total",
            "wundr_ws_message_size_bytes",
        ],
    ),
    (
        "worker",
        &[
            "jobs_active",
            "jobs_processed_total",
            "job_duration_seconds",
            "job_queue_wait_seconds",
            "job_output_size_bytes",
            "errors_total",
            "workers_available",
        ],
    ),
    ("task", &["tool_calls_total", "wundr_tool_errors_total"]),
    ("model", &["gen_ai.server.request.duration"]),
    ("toolbox", &["mcp.server.operation.duration"]),
];

#[test]
fn one_trace_crosses_http_websocket_queue_and_environment_and_all_that_was_sent_arrives() {
    let dir = nasty_directory();
    let mut demo = Marked::start(dir.path(), &["--rounds", "2"]);
    let (status, text) = demo.wait(Duration::from_secs(120));
    assert_eq!(status.code(), Some(0), "{text}");
    assert_eq!(
        text.matches("sent = received = stored").count(),
        3,
        "{text}"
    );
    assert!(text.contains("everything that was sent arrived"), "{text}");
    for part in [
        "system.cpu.utilization",
        "system.memory.usage",
        "system.disk.io",
        "system.network.io",
    ] {
        let line = text.lines().find(|line| line.contains(part));
        assert!(
            line.is_some_and(|line| !line.contains("not seen yet")),
            "{part}: {text}"
        );
    }

    // The commands that it names at the end, run as a person would paste them.
    for (what, expected) in [
        ("this trace", "orchestrate session"),
        ("failed", "orchestrate session"),
        ("slow tools", "TRACE"),
        ("warnings", "warn"),
        ("tool calls", "COUNT"),
        ("agents", "TOOL"),
        ("services", "CALLER"),
        ("metrics", "tool_calls_total"),
    ] {
        let line = text.lines().find_map(|line| {
            line.trim_start()
                .strip_prefix(what)?
                .trim_start()
                .strip_prefix("bellwether ")
        });
        let command = line.unwrap_or_else(|| panic!("no command for {what}: {text}"));
        let shown = run_as_typed(command);
        assert!(shown.contains(expected), "{command}: {shown}");
    }

    let written = Written::read(&demo.written_folder());
    let traces = written.trace_ids();
    assert_eq!(
        traces.len(),
        2,
        "one trace for each session, and none beside: {traces:?}"
    );
    for trace in traces {
        written.assert_parents_exist(&trace);
        let chains = written.chains_to_tasks(&trace);
        assert!(chains.len() >= 3, "{chains:?}");
        for chain in chains {
            let is_as_expected = chain.len() == CHAIN.len()
                && chain
                    .iter()
                    .zip(CHAIN)
                    .all(|((service, name), (wanted, prefix))| {
                        service == wanted && name.starts_with(prefix)
                    });
            assert!(is_as_expected, "{chain:#?}");
        }
        written.assert_logs_belong_to_spans(
            &trace,
            &[
                "orchestrator",
                "agent",
                "session-agent",
                "worker",
                "task",
                "model",
            ],
        );
    }
    for (service, expected) in METRICS {
        let sent = written.metrics_of(service);
        for metric in *expected {
            assert!(
                sent.contains(metric),
                "{service} sent no {metric}: {sent:?}"
            );
        }
    }
    let errors = written.error_types();
    for error in ["not_found", "not_utf8", "too_big", "timeout", "exit_code"] {
        assert!(errors.contains(error), "{error} did not happen: {errors:?}");
    }
    demo.assert_nothing_is_left(Duration::from_secs(5));
}

/// What a shell prints for `bellwether ARGUMENTS`.
fn run_as_typed(arguments: &str) -> String {
    let binary = env!("CARGO_BIN_EXE_bellwether");
    let output = std::process::Command::new("sh")
        .args(["-c", &format!("'{binary}' {arguments}")])
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{arguments}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn ctrl_c_ends_every_process_soon() {
    let dir = nasty_directory();
    let mut demo = Marked::start(dir.path(), &["--rounds", "1000", "--duration", "100"]);
    demo.wait_for_line("worker ", Duration::from_secs(60));
    assert!(
        demo.processes() >= 7,
        "the fleet, its Collector, the backend and the demo run"
    );
    demo.signal("INT");
    let (status, text) = demo.wait(Duration::from_secs(15));
    assert_eq!(status.code(), Some(130), "{text}");
    demo.assert_nothing_is_left(Duration::from_secs(5));
}

#[test]
fn kill_9_leaves_no_orphan() {
    let dir = nasty_directory();
    let mut demo = Marked::start(dir.path(), &["--keep"]);
    demo.wait_for_line("worker ", Duration::from_secs(60));
    assert!(
        demo.processes() >= 7,
        "the fleet, its Collector, the backend and the demo run"
    );
    demo.signal("KILL");
    let (status, _) = demo.wait(Duration::from_secs(5));
    assert_eq!(status.code(), None);
    demo.assert_nothing_is_left(Duration::from_secs(20));
}

#[test]
fn a_directory_that_is_not_there_is_an_error_that_says_so() {
    let dir = tempfile::tempdir().unwrap();
    let mut demo = Marked::start(&dir.path().join("gone"), &[]);
    let (status, text) = demo.wait(Duration::from_secs(20));
    assert_eq!(status.code(), Some(1));
    assert!(
        text.contains("--dir") && text.contains("expected a directory"),
        "{text}"
    );
}

#[test]
fn without_a_collector_it_says_so_works_on_and_ends_with_3() {
    let dir = nasty_directory();
    let mut demo = Marked::start_without_collector(dir.path(), &["--rounds", "1"]);
    let (status, text) = demo.wait(Duration::from_secs(90));
    assert_eq!(status.code(), Some(3), "{text}");
    assert!(text.contains("there is no Collector and no Go"), "{text}");
    assert!(text.contains("jobs completed"), "the work is done: {text}");
    assert!(!text.contains("sent = received"), "{text}");
    demo.assert_nothing_is_left(Duration::from_secs(5));
}
