//! Further questions of `bellwether telemetry`, each with its output pinned: the map of services, what agents did, what Prometheus
//! reads, dropping what a running server has, and completion.
#![allow(clippy::unwrap_used)]

#[path = "telemetry/server.rs"]
mod server;
mod support;

use std::process::{Command, Stdio};

use serde_json::{Value, json};
use server::{Server, at, attributes, command, document, fill, output, says};
use support::{bellwether, stderr, stdout};

fn service(name: &str) -> Value {
    json!({"attributes": attributes(&[("service.name", name)])})
}

/// A call over HTTP with a failure, and a message through a queue to another trace.
async fn fill_services(server: &Server) {
    let span = |ids: (&str, &str, &str),
                kind: i64,
                times: (i64, i64),
                status: i64,
                links: Value| {
        json!({"traceId": ids.0, "spanId": ids.1, "parentSpanId": ids.2, "name": "work", "kind": kind, "startTimeUnixNano": at(times.0),
            "endTimeUnixNano": at(times.1), "status": {"code": status}, "links": links})
    };
    let (one, two) = (
        "0102030405060708090a0b0c0d0e0f10",
        "ff02030405060708090a0b0c0d0e0f10",
    );
    let sender = json!([{"traceId": one, "spanId": "000000000000000d"}]);
    let of = |name: &str, spans: Vec<Value>| json!({"resource": service(name), "scopeSpans": [{"spans": spans}]});
    server
        .post(
            "/v1/traces",
            json!({"resourceSpans": [
                of("planner", vec![
                    span((one, "000000000000000a", ""), 1, (0, 9), 0, json!([])),
                    span((one, "000000000000000b", "000000000000000a"), 3, (1, 4), 0, json!([])),
                    span((one, "000000000000000c", "000000000000000a"), 3, (4, 9), 2, json!([])),
                    span((one, "000000000000000d", "000000000000000a"), 4, (2, 3), 0, json!([])),
                ]),
                of("coder", vec![
                    span((one, "000000000000001b", "000000000000000b"), 2, (1, 3), 0, json!([])),
                    span((one, "000000000000001c", "000000000000000c"), 2, (4, 8), 2, json!([])),
                    // Sent again, because an answer was lost.
                    span((one, "000000000000001c", "000000000000000c"), 2, (4, 8), 2, json!([])),
                ]),
                of("worker", vec![span((two, "000000000000002d", ""), 5, (5, 6), 0, sender)]),
            ]}),
        )
        .await;
}

#[tokio::test]
async fn the_map_shows_who_calls_whom() {
    let server = Server::start();
    let file = server.file();
    assert!(says(&file, &["map"]).contains("no spans are stored in that time"));
    fill_services(&server).await;
    assert_eq!(
        says(&file, &["map"]),
        "\
SERVICE  SPANS  ERRORS
coder        2       1
planner      4       1
worker       1       0

CALLER             CALLEE  CALLS  ERRORS     P50     P95
planner  calls     coder       2       1  2.00 s  4.00 s
planner  sends to  worker      1       0  1.00 s  1.00 s
"
    );
    // What the caller did began before the range; it is found all the same.
    let later = document(&file, &["map", "--since", "2026-01-01T00:00:05Z"]);
    assert_eq!(
        later["edges"],
        json!([{"caller": "planner", "callee": "worker", "contact": "message", "calls": 1, "errors": 0, "p50": 1.0, "p95": 1.0}])
    );
    let few = output(&file, &["map", "--limit", "2"]);
    assert!(
        stderr(&few).contains("drawn from the newest 2 spans"),
        "{}",
        stderr(&few)
    );
    server.stop();
}

// A table.
#[allow(clippy::too_many_lines)]
async fn fill_agents(server: &Server) {
    let counter = |name: &str, points: &[(&[(&str, &str)], f64)]| {
        let points: Vec<Value> = points
            .iter()
            .map(|(labels, value)| {
                json!({"attributes": attributes(labels), "startTimeUnixNano": at(0), "timeUnixNano": at(10), "asDouble": value})
            })
            .collect();
        json!({"name": name, "sum": {"aggregationTemporality": 2, "isMonotonic": true, "dataPoints": points}})
    };
    let gauge = |name: &str, labels: &[(&str, &str)], values: &[f64]| {
        let points: Vec<Value> = (1..)
            .zip(values)
            .map(|(time, value)| {
                json!({"attributes": attributes(labels), "timeUnixNano": at(time), "asDouble": value})
            })
            .collect();
        json!({"name": name, "gauge": {"dataPoints": points}})
    };
    let histogram = |name: &str, labels: &[(&str, &str)]| {
        json!({"name": name, "unit": "s", "histogram": {"aggregationTemporality": 2, "dataPoints": [{"attributes": attributes(labels),
            "startTimeUnixNano": at(0), "timeUnixNano": at(10), "sum": 15.0, "count": "10", "explicitBounds": [1.0, 2.0], "bucketCounts": ["5", "5", "0"]}]}})
    };
    let metrics = json!([
        counter(
            "agent_execution_total",
            &[
                (
                    &[
                        ("agent_type", "coder"),
                        ("phase", "code"),
                        ("status", "success")
                    ],
                    9.0
                ),
                (
                    &[
                        ("agent_type", "coder"),
                        ("phase", "code"),
                        ("status", "error")
                    ],
                    1.0
                ),
                (
                    &[
                        ("agent_type", "tester"),
                        ("phase", "test"),
                        ("status", "success")
                    ],
                    3.0
                ),
            ]
        ),
        histogram(
            "agent_execution_duration_seconds",
            &[("agent_type", "coder"), ("phase", "code")]
        ),
        counter(
            "agent_tokens_used",
            &[(
                &[("agent_type", "coder"), ("model", "claude-sonnet")],
                1_500.0
            )]
        ),
        counter(
            "tool_calls_total",
            &[
                (&[("tool", "Read"), ("status", "success")], 7.0),
                (&[("tool", "Bash"), ("status", "timeout")], 2.0),
            ]
        ),
        histogram("tool_call_duration_seconds", &[("tool", "Read")]),
        counter(
            "wundr_model_requests_total",
            &[(
                &[("provider", "anthropic"), ("model", "claude-sonnet")],
                4.0
            )]
        ),
        counter(
            "wundr_model_cost_dollars_total",
            &[(
                &[("provider", "anthropic"), ("model", "claude-sonnet")],
                0.0315
            )]
        ),
        counter(
            "wundr_model_request_tokens_total",
            &[
                (
                    &[
                        ("provider", "anthropic"),
                        ("model", "claude-sonnet"),
                        ("token_type", "prompt")
                    ],
                    1_200.0
                ),
                (
                    &[
                        ("provider", "anthropic"),
                        ("model", "claude-sonnet"),
                        ("token_type", "completion")
                    ],
                    300.0
                ),
            ]
        ),
        counter(
            "orchestrator_federation_delegations_total",
            &[
                (
                    &[
                        ("from_orchestrator", "orch-1"),
                        ("to_orchestrator", "orch-2"),
                        ("status", "success")
                    ],
                    5.0
                ),
                (
                    &[
                        ("from_orchestrator", "orch-1"),
                        ("to_orchestrator", "orch-2"),
                        ("status", "rejected")
                    ],
                    1.0
                ),
            ]
        ),
        gauge(
            "context_window_utilization",
            &[("agent_id", "coder-123"), ("session_id", "session-123")],
            &[37.5, 80.0, 60.0]
        ),
        gauge(
            "context_window_used_tokens",
            &[("agent_id", "coder-123")],
            &[75_000.0]
        ),
        gauge(
            "context_window_size_tokens",
            &[("agent_id", "coder-123")],
            &[200_000.0]
        ),
        gauge(
            "orchestrator_budget_utilization_percent",
            &[("orchestrator_id", "orch-1"), ("period", "daily")],
            &[50.0, 75.5]
        ),
    ]);
    server
        .post("/v1/metrics", json!({"resourceMetrics": [{"resource": service("fleet"), "scopeMetrics": [{"metrics": metrics}]}]}))
        .await;
}

#[tokio::test]
async fn what_agents_did_stands_in_tables() {
    let server = Server::start();
    let file = server.file();
    assert!(says(&file, &["agents"]).contains("no agent, tool, model or budget is stored"));
    fill_agents(&server).await;
    assert_eq!(
        says(&file, &["agents"]),
        "\
AGENT   EXECUTIONS  FAILED     AVG     P95  TOKENS
coder           10       1  1.50 s  1.90 s    1500
tester           3       0       -       -       -

TOOL  CALLS  FAILED     AVG     P95
Read      7       0  1.50 s  1.90 s
Bash      2       2       -       -

MODEL          REQUESTS  ERRORS  AVG  P95     COST  TOKENS
claude-sonnet         4       -    -    -  $0.0315  300 completion, 1200 prompt

FROM    TO      DELEGATIONS  FAILED
orch-1  orch-2            6       1

CONTEXT OF  SESSION      IN USE  HIGHEST  TOKENS      OF
coder-123   session-123  60.0 %   80.0 %   75000  200000

BUDGET OF  PERIOD   SPENT  HIGHEST
orch-1     daily   75.5 %   75.5 %
"
    );
    let few = document(&file, &["agents", "--limit", "1"]);
    assert_eq!(
        (few["agents"].as_array().unwrap().len(), &few["is_cut"]),
        (1, &json!(true))
    );
    server.stop();
}

#[tokio::test]
async fn what_prometheus_reads_is_valid_and_has_buckets() {
    let server = Server::start();
    let file = server.file();
    fill(&server).await;
    fill_agents(&server).await;
    // A name that becomes one that is taken, a label of Prometheus's own, two processes of one service.
    let point = |instance: &str, value: f64| {
        json!({"resource": {"attributes": attributes(&[("service.name", "fleet"), ("service.instance.id", instance)])}, "scopeMetrics": [{"metrics": [
            {"name": "load.one", "gauge": {"dataPoints": [{"timeUnixNano": at(1), "asDouble": value, "attributes": attributes(&[("a.b", "x\"\\\n"), ("a_b", "y")])}]}},
            {"name": "load_one", "sum": {"aggregationTemporality": 2, "isMonotonic": true, "dataPoints": [{"timeUnixNano": at(1), "asDouble": 1.0}]}},
            {"name": "spread", "exponentialHistogram": {"aggregationTemporality": 1, "dataPoints": [
                {"timeUnixNano": at(1), "count": "3", "sum": 6.0, "scale": 1, "zeroCount": "1", "positive": {"offset": 1, "bucketCounts": ["1", "1"]}},
                {"timeUnixNano": at(2), "count": "3", "sum": 6.0, "scale": 1, "zeroCount": "1", "positive": {"offset": 1, "bucketCounts": ["1", "1"]}}]}}]}]})
    };
    server
        .post(
            "/v1/metrics",
            json!({"resourceMetrics": [point("one", 1.0), point("two", 2.0)]}),
        )
        .await;
    let written = output(&file, &["export", "--format", "prometheus"]);
    assert!(
        stderr(&written).contains("load_one is left out"),
        "{}",
        stderr(&written)
    );
    let text = stdout(&written);
    for line in [
        "# TYPE agent_execution_duration_seconds histogram",
        "agent_execution_duration_seconds_bucket{agent_type=\"coder\",service=\"fleet\",le=\"1\"} 10 1767226000000",
        "agent_execution_duration_seconds_bucket{agent_type=\"coder\",service=\"fleet\",le=\"+Inf\"} 20 1767226000000",
        "agent_execution_duration_seconds_sum{agent_type=\"coder\",service=\"fleet\"} 35 1767226000000",
        "load_one{a_b=\"x\\\"\\\\\\n;y\",instance=\"two\",service=\"fleet\"} 2 1767225601000",
        // Deltas are added up; bounds are powers of two.
        "spread_bucket{instance=\"one\",service=\"fleet\",le=\"0\"} 2 1767225602000",
        "spread_bucket{instance=\"one\",service=\"fleet\",le=\"2\"} 4 1767225602000",
        "spread_bucket{instance=\"one\",service=\"fleet\",le=\"4\"} 6 1767225602000",
        "spread_count{instance=\"one\",service=\"fleet\"} 6 1767225602000",
    ] {
        assert!(text.lines().any(|found| found == line), "{line}: {text}");
    }
    let open = says(&file, &["export", "--format", "openmetrics"]);
    assert!(open.ends_with("# EOF\n"), "{open}");
    assert!(open.contains("# TYPE agent_execution counter\n"), "{open}");
    assert!(
        open.contains(
            "agent_execution_total{agent_type=\"coder\",service=\"fleet\"} 9 1767226000\n"
        ),
        "{open}"
    );
    let Some(promtool) = std::env::var_os("BELLWETHER_PROMTOOL") else {
        return;
    };
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).unwrap();
        path
    };
    let check = Command::new(&promtool)
        .args(["check", "metrics"])
        .stdin(std::fs::File::open(at("metrics.txt", &text)).unwrap())
        .output()
        .unwrap();
    // 3: it reads well, and a linter would have called something otherwise.
    assert!(
        matches!(check.status.code(), Some(0 | 3)),
        "{}",
        stderr(&check)
    );
    assert!(
        !stderr(&check).contains("error while"),
        "{}",
        stderr(&check)
    );
    let read = Command::new(&promtool)
        .args(["tsdb", "create-blocks-from", "openmetrics"])
        .arg(at("metrics.om", &open))
        .arg(folder.path().join("tsdb"))
        .output()
        .unwrap();
    assert!(read.status.success(), "{}{}", stdout(&read), stderr(&read));
    server.stop();
}

#[tokio::test]
async fn a_running_server_drops_what_it_is_told_to() {
    let server = Server::start();
    fill(&server).await;
    let file = server.file();
    let unasked = command(&file, &["clear", "metrics"])
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert_eq!(unasked.status.code(), Some(1));
    assert!(stderr(&unasked).contains("--yes says that it may"));
    assert!(says(&file, &["clear", "metrics", "--yes"]).starts_with("dropped 17 items of metrics"));
    assert!(says(&file, &["metrics"]).contains("no metrics are stored"));
    assert!(says(&file, &["traces"]).contains("session"));
    fill(&server).await;
    assert!(says(&file, &["metrics"]).contains("task_queue_size"));
    server.stop();
}

#[test]
fn a_shell_learns_what_can_be_typed() {
    for (shell, syntax) in [
        ("bash", &["-n"][..]),
        ("zsh", &["-n"]),
        ("fish", &["--no-execute"]),
    ] {
        let script = bellwether().args(["completion", shell]).output().unwrap();
        assert!(script.status.success(), "{}", stderr(&script));
        let script = stdout(&script);
        for word in ["telemetry", "agents", "longer-than", "no-collector"] {
            assert!(script.contains(word), "{shell}: {word}");
        }
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("script");
        std::fs::write(&file, &script).unwrap();
        // Where the shell is not there nothing can be said of its syntax.
        if let Ok(checked) = Command::new(shell).args(syntax).arg(&file).output() {
            assert!(checked.status.success(), "{shell}: {}", stderr(&checked));
        }
    }
    // Asked of the shell itself: what follows `bellwether telemetry ag`?
    let ask = format!(
        "eval \"$('{}' completion bash)\"; COMP_WORDS=(bellwether telemetry ag); COMP_CWORD=2; _bellwether bellwether ag telemetry; echo \"${{COMPREPLY[@]}}\"",
        env!("CARGO_BIN_EXE_bellwether")
    );
    let found = Command::new("bash").args(["-c", &ask]).output().unwrap();
    assert_eq!(stdout(&found).trim(), "agents", "{}", stderr(&found));
    let unknown = bellwether().args(["completion", "tcsh"]).output().unwrap();
    assert_eq!(unknown.status.code(), Some(2));
}
