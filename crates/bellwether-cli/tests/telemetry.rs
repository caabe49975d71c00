//! `bellwether serve` and `bellwether telemetry`: a real server is fed over OTLP/HTTP, and every command's output is pinned.
#![allow(clippy::unwrap_used)]

#[path = "telemetry/server.rs"]
mod server;
mod support;

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use server::{BASE, Server, TRACE, command, document, fill, output, says};
use support::{bellwether, stderr, stdout};

#[tokio::test]
#[allow(clippy::too_many_lines)]
async fn metrics_are_listed_asked_and_summed_up() {
    let server = Server::start();
    fill(&server).await;
    let file = server.file();
    assert_eq!(
        says(&file, &["metrics"]),
        "\
METRIC                            KIND       UNIT  SERIES  NEWEST
agent_execution_duration_seconds  histogram  s          1  2026-01-01T00:06:40.000Z
agent_execution_total             counter               2  2026-01-01T00:06:40.000Z
task_queue_size                   gauge                 1  2026-01-01T00:00:11.000Z
"
    );
    assert_eq!(
        says(
            &file,
            &[
                "query",
                "agent_execution_total",
                "--labels",
                "agent_type=coder"
            ]
        ),
        "\
TIME                      VALUE  LABELS
2026-01-01T00:00:10.000Z      5  agent_type=coder, service=fleet
2026-01-01T00:06:40.000Z      9  agent_type=coder, service=fleet
"
    );
    assert_eq!(
        says(
            &file,
            &[
                "query",
                "agent_execution_duration_seconds",
                "--labels",
                "agent_type=coder",
                "--since",
                "2026-01-01T00:00:00Z",
                "--until",
                "2026-01-01T01:00:00Z",
                "--aggregation",
                "avg",
                "--interval",
                "5m",
            ]
        ),
        "\
TIME                      VALUE  LABELS
2026-01-01T00:00:00.000Z    0.5
2026-01-01T00:05:00.000Z      3
"
    );
    assert_eq!(
        says(
            &file,
            &[
                "stats",
                "agent_execution_duration_seconds",
                "--since",
                "2026-01-01T00:00:00Z"
            ]
        ),
        "\
COUNT  MIN  MAX   AVG  P50  P95   P99
   20    0    5  1.75    1  4.6  4.92

mean  ▁                                       █  2026-01-01T00:00:10.000Z to 2026-01-01T00:06:40.000Z
"
    );
    let anomalies = document(&file, &["query", "task_queue_size", "--anomalies"]);
    assert_eq!(
        anomalies["series"][0]["samples"],
        json!([{"time": (BASE + 7) * 1_000_000_000, "value": 90.0}])
    );
    let averages = document(
        &file,
        &["query", "task_queue_size", "--moving-average", "2"],
    );
    assert_eq!(averages["series"][0]["samples"][7]["value"], 46.0);
    let sums = document(
        &file,
        &[
            "query",
            "agent_execution_total",
            "-a",
            "sum",
            "--by",
            "agent_type",
            "--since",
            "2026-01-01T00:00:00Z",
        ],
    );
    let of = |at: usize| {
        (
            &sums["series"][at]["labels"]["agent_type"],
            &sums["series"][at]["samples"][0]["value"],
        )
    };
    assert_eq!(
        (of(0), of(1)),
        (
            (&json!("coder"), &json!(9.0)),
            (&json!("tester"), &json!(1.0))
        )
    );
    let few = output(&file, &["query", "task_queue_size", "--limit", "3"]);
    assert_eq!(stdout(&few).lines().count(), 4);
    assert!(stderr(&few).contains("more than these 3"));
    assert!(says(&file, &["query", "nothing_total"]).contains("no metric nothing_total is stored"));
    assert!(
        says(&file, &["query", "task_queue_size", "--labels", "a=b"])
            .contains("no value of it matches")
    );
    assert!(says(&file, &["stats", "nothing_total"]).contains("no metric nothing_total is stored"));
    server.stop();
}

/// The walk-through of `docs/backend.md`: from a slow tool call to what it wrote.
#[tokio::test]
async fn a_slow_tool_call_is_found_and_its_logs_with_it() {
    let server = Server::start();
    fill(&server).await;
    let file = server.file();
    let slow = says(&file, &["traces", "--name", "tool*", "--longer-than", "3s"]);
    assert_eq!(
        slow,
        format!(
            "\
TRACE                             BEGAN                        TOOK  SPANS  ERRORS  SERVICE  ROOT
{TRACE}  2026-01-01T00:00:00.000Z  10.00 s      3       1  fleet    session
"
        )
    );
    let id = slow
        .lines()
        .nth(1)
        .unwrap()
        .split_whitespace()
        .next()
        .unwrap();
    assert_eq!(
        says(&file, &["trace", id]),
        format!(
            "\
trace {TRACE}  2026-01-01T00:00:00.000Z  10.00 s  3 spans
session      ████████████████████████████████████████    10.00 s  fleet
  tool.call  ████████································     2.00 s  fleet
  tool.call  ····················████████████████████     5.00 s  fleet  error timed out

2026-01-01T00:00:05.000Z  info   fleet  starting cargo test  tool=Bash
2026-01-01T00:00:10.000Z  error  fleet  command timed out after 5 s  tool=Bash
"
        )
    );
    assert_eq!(
        says(
            &file,
            &["logs", "timed", "out", "--trace", id, "--severity", "warn"]
        ),
        "2026-01-01T00:00:10.000Z  error  fleet  command timed out after 5 s  tool=Bash\n"
    );
    assert!(says(&file, &["traces", "--longer-than", "11s"]).contains("no trace matches"));
    assert!(says(&file, &["logs", "nowhere"]).contains("no log record matches"));
    let failed = document(
        &file,
        &["traces", "--status", "error", "--where", "tool=Bash"],
    );
    assert_eq!(
        (&failed["rows"][0]["trace_id"], &failed["is_cut"]),
        (&json!(TRACE), &json!(false))
    );
    let trace = document(&file, &["trace", id]);
    assert_eq!(trace["spans"].as_array().unwrap().len(), 3);
    let unknown = output(&file, &["trace", "ffffffffffffffffffffffffffffffff"]);
    assert_eq!(unknown.status.code(), Some(1));
    assert!(stderr(&unknown).contains("no trace ffffffffffffffffffffffffffffffff is stored"));
    assert_eq!(output(&file, &["trace", "+1"]).status.code(), Some(2));
    server.stop();
}

#[tokio::test]
async fn what_is_stored_is_told_exported_and_dropped() {
    let server = Server::start();
    assert!(says(&server.file(), &["status"]).contains("nothing has arrived yet"));
    assert!(says(&server.file(), &["metrics"]).contains("no metrics are stored"));
    fill(&server).await;
    let file = server.file();
    let status = says(&file, &["status"]);
    assert!(
        status.contains("traces       3  2026-01-01T00:00:00.000Z  2026-01-01T00:00:05.000Z"),
        "{status}"
    );
    let csv = says(&file, &["export", "--format", "csv", "--signal", "logs"]);
    assert_eq!(csv.lines().count(), 4);
    assert!(csv.starts_with("timestamp,time,severity_number,severity,"));
    let points: Value =
        serde_json::from_str(&says(&file, &["export", "--format", "json"])).unwrap();
    assert_eq!(points.as_array().unwrap().len(), 17);
    assert!(
        points
            .as_array()
            .unwrap()
            .iter()
            .any(|point| point["labels"]["agent_type"] == "tester")
    );
    let text = says(&file, &["export", "--format", "prometheus"]);
    assert!(text.contains("# TYPE agent_execution_total counter\nagent_execution_total{agent_type=\"coder\",service=\"fleet\"} 9 1767226000000\n"), "{text}");
    assert!(text.contains("agent_execution_duration_seconds_bucket{agent_type=\"coder\",service=\"fleet\",le=\"5\"} 20 1767226000000\n"), "{text}");
    let to = server.folder.path().join("traces.json");
    let told = says(
        &file,
        &[
            "export",
            "-f",
            "otlp",
            "-s",
            "traces",
            "-o",
            to.to_str().unwrap(),
        ],
    );
    assert!(told.starts_with("3 items, "), "{told}");
    let traces: Value = serde_json::from_str(&std::fs::read_to_string(&to).unwrap()).unwrap();
    assert_eq!(
        traces["resourceSpans"][0]["scopeSpans"][0]["spans"][0]["traceId"],
        TRACE
    );
    let status = document(&file, &["status"]);
    let exports: Vec<&str> = status["exports"]
        .as_array()
        .unwrap()
        .iter()
        .map(|e| e["format"].as_str().unwrap())
        .collect();
    assert_eq!(exports, ["otlp", "prometheus", "json", "csv"]);

    let folder = server.stop();
    let file = folder.path().join("telemetry.db");
    let unasked = command(&file, &["clear", "metrics"])
        .stdin(Stdio::null())
        .output()
        .unwrap();
    assert_eq!(unasked.status.code(), Some(1));
    assert!(stderr(&unasked).contains("--yes says that it may"));
    assert!(says(&file, &["clear", "metrics", "--yes"]).starts_with("dropped 17 items of metrics"));
    assert!(says(&file, &["metrics"]).contains("no metrics are stored"));
    assert!(says(&file, &["traces"]).contains(TRACE));
    says(&file, &["clear", "all", "--yes"]);
    assert!(says(&file, &["traces"]).contains("no trace matches"));
}

#[tokio::test]
async fn tail_shows_records_as_they_arrive() {
    let server = Server::start();
    fill(&server).await;
    let mut tail = command(&server.file(), &["tail", "--severity", "error"])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(tail.stdout.take().unwrap()).lines();
    let (sender, received) = std::sync::mpsc::channel();
    std::thread::spawn(move || lines.next().map(|line| sender.send(line.unwrap())));
    let deadline = Instant::now() + Duration::from_secs(30);
    // It may not be looking yet when the first ones come.
    let line = loop {
        fill(&server).await;
        match received.recv_timeout(Duration::from_millis(500)) {
            Ok(line) => break line,
            Err(_) => assert!(Instant::now() < deadline, "no line"),
        }
    };
    tail.kill().unwrap();
    tail.wait().unwrap();
    assert_eq!(
        line,
        "2026-01-01T00:00:10.000Z  error  fleet  command timed out after 5 s  tool=Bash"
    );
    server.stop();
}

#[test]
fn what_cannot_be_is_said() {
    let nowhere = output(Path::new("no/such/telemetry.db"), &["status"]);
    assert_eq!(nowhere.status.code(), Some(1));
    assert!(
        stderr(&nowhere)
            .contains("nothing is stored at no/such/telemetry.db; `bellwether up` makes that file")
    );
    for (arguments, expected) in [
        (vec!["query", "m", "--labels", "a"], "expected NAME=VALUE"),
        (
            vec!["query", "m", "--since", "yesterday"],
            "expected a length such as 1h",
        ),
        (
            vec!["query", "m", "--aggregation", "median"],
            "expected sum, avg",
        ),
        (vec!["trace", "12"], "expected 32 hexadecimal digits"),
    ] {
        let wrong = output(Path::new("x"), &arguments);
        assert_eq!(wrong.status.code(), Some(2));
        assert!(stderr(&wrong).contains(expected), "{}", stderr(&wrong));
    }
    let open = bellwether()
        .args(["serve", "--http", "0.0.0.0:4318"])
        .output()
        .unwrap();
    assert_eq!(open.status.code(), Some(2));
    assert!(stderr(&open).contains("expected an address of this machine's own"));
}

#[test]
fn up_without_a_collector_receives_by_itself() {
    let folder = tempfile::tempdir().unwrap();
    let mut up = bellwether()
        .args(["up", "--no-collector", "--free-ports"])
        .current_dir(folder.path())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut first = String::new();
    let mut out = BufReader::new(up.stdout.take().unwrap());
    out.read_line(&mut first).unwrap();
    let status = bellwether()
        .args(["telemetry", "status"])
        .current_dir(folder.path())
        .output()
        .unwrap();
    up.kill().unwrap();
    up.wait().unwrap();
    assert!(first.starts_with("OTLP/gRPC  http://127.0.0.1:"), "{first}");
    assert!(
        stdout(&status).starts_with(".bellwether/telemetry.db"),
        "{}",
        stderr(&status)
    );
}

#[tokio::test]
async fn a_damaged_store_is_set_aside_and_it_is_said() {
    let server = Server::start();
    fill(&server).await;
    let folder = server.stop();
    let file = folder.path().join("telemetry.db");
    std::fs::write(&file, [0x55; 8_192]).unwrap();
    let any = "127.0.0.1:0";
    let mut again = bellwether()
        .args(["serve", "--grpc", any, "--http", any, "--file"])
        .arg(&file)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut out = BufReader::new(again.stdout.take().unwrap());
    out.read_line(&mut String::new()).unwrap();
    again.kill().unwrap();
    let said = stderr(&again.wait_with_output().unwrap());
    assert!(
        said.contains("bellwether: error: the store was damaged") && said.contains(".damaged-"),
        "{said}"
    );
    assert!(says(&file, &["status"]).contains("nothing has arrived yet"));
}

/// The page that everybody reads first: what it says to type finds a slow tool call and what was logged during it.
#[tokio::test]
async fn who_knows_only_the_readme_finds_a_slow_tool_call_and_its_logs() {
    let readme = include_str!("../../../README.md");
    let commands: Vec<&str> = readme
        .split("## Find a slow tool call")
        .nth(1)
        .unwrap()
        .split("```")
        .nth(1)
        .unwrap()
        .lines()
        .filter_map(|line| line.strip_prefix("$ "))
        .collect();
    assert_eq!(commands.len(), 3, "{commands:?}");
    let server = Server::start();
    fill(&server).await;
    let mut shown = String::new();
    for command in commands {
        // Where the default store is, with a trace that is there.
        let typed = command
            .replacen(
                "bellwether telemetry",
                &format!(
                    "'{}' telemetry --file '{}'",
                    env!("CARGO_BIN_EXE_bellwether"),
                    server.file().display()
                ),
                1,
            )
            .replace("TRACE", TRACE);
        let found = std::process::Command::new("sh")
            .args(["-c", &typed])
            .output()
            .unwrap();
        assert!(found.status.success(), "{command}: {}", stderr(&found));
        shown.push_str(&stdout(&found));
    }
    for expected in [
        "TRACE                             BEGAN",
        "error timed out",
        "command timed out after 5 s",
    ] {
        assert!(shown.contains(expected), "{expected}: {shown}");
    }
    server.stop();
}
