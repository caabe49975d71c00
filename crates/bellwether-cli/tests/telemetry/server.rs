//! A server that has been filled over OTLP/HTTP, and commands on its file.

#![allow(dead_code, reason = "each test binary uses its own part")]

use std::io::{BufRead as _, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use serde_json::{Value, json};

use crate::support::{bellwether, stderr, stdout};

pub(crate) const TRACE: &str = "0102030405060708090a0b0c0d0e0f10";
/// 2026-01-01T00:00:00Z in seconds.
pub(crate) const BASE: i64 = 1_767_225_600;

/// A server in a process of its own.
pub(crate) struct Server {
    process: Child,
    pub(crate) grpc: String,
    pub(crate) http: String,
    pub(crate) folder: tempfile::TempDir,
    /// Held, or the server's last words would find no reader.
    _out: BufReader<std::process::ChildStdout>,
}

impl Server {
    pub(crate) fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let any = "127.0.0.1:0";
        let mut process = bellwether()
            .args(["serve", "--grpc", any, "--http", any, "--file"])
            .arg(folder.path().join("telemetry.db"))
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut out = BufReader::new(process.stdout.take().unwrap());
        let mut address_of = |protocol: &str| loop {
            let mut line = String::new();
            assert!(out.read_line(&mut line).unwrap() > 0, "the server ended");
            if let Some(address) = line.strip_prefix(protocol) {
                break address.trim().to_owned();
            }
        };
        let grpc = address_of("OTLP/gRPC");
        let http = address_of("OTLP/HTTP");
        Self {
            process,
            grpc,
            http,
            folder,
            _out: out,
        }
    }

    pub(crate) fn file(&self) -> PathBuf {
        self.folder.path().join("telemetry.db")
    }

    pub(crate) async fn post(&self, path: &str, body: Value) {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let request = client
            .post(format!("{}{path}", self.http))
            .header("content-type", "application/json")
            .body(body.to_string());
        assert_eq!(request.send().await.unwrap().status(), 200);
    }

    /// What its API answers.
    pub(crate) async fn get(&self, path: &str) -> Value {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let client = reqwest::Client::builder().no_proxy().build().unwrap();
        let answer = client.get(format!("{}{path}", self.http)).send().await;
        let answer = answer.unwrap();
        assert_eq!(answer.status(), 200, "{path}");
        answer.json().await.unwrap()
    }

    /// Ends it as Ctrl-C does.
    pub(crate) fn stop(mut self) -> tempfile::TempDir {
        let pid = nix::unistd::Pid::from_raw(i32::try_from(self.process.id()).unwrap());
        nix::sys::signal::kill(pid, nix::sys::signal::Signal::SIGINT).unwrap();
        assert!(self.process.wait().unwrap().success());
        std::mem::replace(&mut self.folder, tempfile::tempdir().unwrap())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

pub(crate) fn attributes(pairs: &[(&str, &str)]) -> Value {
    pairs
        .iter()
        .map(|(key, value)| json!({"key": key, "value": {"stringValue": value}}))
        .collect()
}

pub(crate) fn at(seconds: i64) -> String {
    format!("{}000000000", BASE + seconds)
}

pub(crate) async fn fill(server: &Server) {
    let resource = json!({"attributes": attributes(&[("service.name", "fleet")])});
    let counted = |agent: &str, time: i64, value: i64| json!({"attributes": attributes(&[("agent_type", agent)]), "startTimeUnixNano": at(0), "timeUnixNano": at(time), "asInt": value.to_string()});
    let observed = |time: i64, counts: [u64; 3], sum: f64| {
        json!({"attributes": attributes(&[("agent_type", "coder")]), "startTimeUnixNano": at(0), "timeUnixNano": at(time), "sum": sum,
            "count": counts.iter().sum::<u64>().to_string(), "explicitBounds": [1.0, 5.0], "bucketCounts": counts.map(|c| c.to_string())})
    };
    let depth: Vec<Value> = (0..12)
        .map(|at_second| json!({"timeUnixNano": at(at_second), "asDouble": if at_second == 7 { 90.0 } else { 2.0 }}))
        .collect();
    server
        .post("/v1/metrics", json!({"resourceMetrics": [{"resource": resource, "scopeMetrics": [{"metrics": [
            {"name": "agent_execution_total", "description": "executions", "sum": {"aggregationTemporality": 2, "isMonotonic": true,
                "dataPoints": [counted("coder", 10, 5), counted("coder", 400, 9), counted("tester", 10, 1)]}},
            {"name": "agent_execution_duration_seconds", "unit": "s", "histogram": {"aggregationTemporality": 2,
                "dataPoints": [observed(10, [10, 0, 0], 5.0), observed(400, [10, 10, 0], 35.0)]}},
            {"name": "task_queue_size", "gauge": {"dataPoints": depth}},
        ]}]}]}))
        .await;
    let span = |id: &str,
                parent: &str,
                name: &str,
                times: (i64, i64),
                tool: &str,
                status: Value| {
        json!({"traceId": TRACE, "spanId": id, "parentSpanId": parent, "name": name, "kind": 1, "startTimeUnixNano": at(times.0), "endTimeUnixNano": at(times.1),
            "attributes": attributes(&[("tool", tool)]), "status": status})
    };
    server
        .post("/v1/traces", json!({"resourceSpans": [{"resource": resource, "scopeSpans": [{"spans": [
            span("0000000000000001", "", "session", (0, 10), "", json!({})),
            span("0000000000000002", "0000000000000001", "tool.call", (0, 2), "Read", json!({})),
            span("0000000000000003", "0000000000000001", "tool.call", (5, 10), "Bash", json!({"code": 2, "message": "timed out"})),
        ]}]}]}))
        .await;
    let record = |time: i64, severity: i64, body: &str, trace: &str| json!({"timeUnixNano": at(time), "severityNumber": severity, "body": {"stringValue": body}, "traceId": trace, "attributes": attributes(&[("tool", "Bash")])});
    server
        .post(
            "/v1/logs",
            json!({"resourceLogs": [{"resource": resource, "scopeLogs": [{"logRecords": [
                record(5, 9, "starting cargo test", TRACE),
                record(10, 17, "command timed out after 5 s", TRACE),
                record(20, 9, "queue is empty", ""),
            ]}]}]}),
        )
        .await;
}

pub(crate) fn command(file: &Path, arguments: &[&str]) -> Command {
    let mut command = bellwether();
    command
        .arg("telemetry")
        .arg("--file")
        .arg(file)
        .args(arguments);
    command
}

pub(crate) fn output(file: &Path, arguments: &[&str]) -> Output {
    command(file, arguments).output().unwrap()
}

/// What a command prints, without the spaces that end lines.
pub(crate) fn says(file: &Path, arguments: &[&str]) -> String {
    let output = output(file, arguments);
    assert!(
        output.status.success(),
        "{arguments:?}: {}",
        stderr(&output)
    );
    stdout(&output)
}

pub(crate) fn document(file: &Path, arguments: &[&str]) -> Value {
    let mut all = vec!["--json"];
    all.extend(arguments);
    serde_json::from_str(&says(file, &all)).unwrap()
}
