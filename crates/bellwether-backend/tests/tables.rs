//! The tables and views by name, read by another process with SQL while the server runs.
//!
//! `docs/backend.md` says which columns there are; the test takes them from there. The other process is this test binary again, which
//! knows of the file nothing but its path, and Python's `sqlite3` where there is a Python.
#![allow(clippy::unwrap_used)]

mod support;

use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

use bellwether_backend::rusqlite::{Connection, OpenFlags};
use serde_json::{Value, json};
use support::Server;

/// Names the file to the other process.
const FILE: &str = "BELLWETHER_TEST_TABLES_FILE";

/// Columns by table or view, as the page for users has them.
fn documented() -> BTreeMap<String, Vec<String>> {
    let page = include_str!("../../../docs/backend.md");
    let tables: BTreeMap<String, Vec<String>> = page
        .lines()
        .filter_map(|line| {
            let cells: Vec<&str> = line.split('|').map(str::trim).collect();
            let [_, name, _, columns, _] = cells.as_slice() else {
                return None;
            };
            let name = name.trim_matches('`');
            if !name.starts_with("telemetry_") && !name.starts_with("v_") {
                return None;
            }
            // What is in parentheses explains a column.
            let mut plain = String::new();
            let mut depth = 0;
            for c in columns.chars() {
                match c {
                    '(' => depth += 1,
                    ')' => depth -= 1,
                    _ if depth == 0 => plain.push(c),
                    _ => {}
                }
            }
            let columns = plain.split(',').map(|c| c.trim().to_owned()).collect();
            Some((name.to_owned(), columns))
        })
        .collect();
    assert_eq!(tables.len(), 12, "{tables:?}");
    tables
}

async fn filled() -> Server {
    let server = Server::start().await;
    let attributes = |pairs: &[(&str, &str)]| -> Value {
        pairs
            .iter()
            .map(|(key, value)| json!({"key": key, "value": {"stringValue": value}}))
            .collect()
    };
    let resource = json!({"attributes": attributes(&[("service.name", "fleet")])});
    let now = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap()
        .as_nanos();
    let at = |seconds: u128| (now - 60_000_000_000 + seconds * 1_000_000_000).to_string();
    let counter = |name: &str, labels: &[(&str, &str)], value: f64| {
        json!({"name": name, "sum": {"aggregationTemporality": 2, "isMonotonic": true, "dataPoints": [
            {"attributes": attributes(labels), "startTimeUnixNano": at(0), "timeUnixNano": at(10), "asDouble": value}]}})
    };
    let histogram = |name: &str, labels: &[(&str, &str)]| {
        json!({"name": name, "unit": "s", "histogram": {"aggregationTemporality": 2, "dataPoints": [{"attributes": attributes(labels),
            "startTimeUnixNano": at(0), "timeUnixNano": at(10), "sum": 15.0, "count": "10", "explicitBounds": [1.0], "bucketCounts": ["5", "5"]}]}})
    };
    let metrics = json!([
        counter("agent_execution_total", &[("agent_type", "coder"), ("status", "success")], 9.0),
        counter("agent_execution_total", &[("agent_type", "coder"), ("status", "error")], 1.0),
        histogram("agent_execution_duration_seconds", &[("agent_type", "coder")]),
        counter("agent_tokens_used", &[("agent_type", "coder"), ("model", "m")], 1_500.0),
        counter("tool_calls_total", &[("tool", "Read"), ("status", "success")], 7.0),
        counter("tool_call_success_total", &[("tool", "Read")], 7.0),
        histogram("tool_call_duration_seconds", &[("tool", "Read")]),
        counter("error_total", &[("component", "agent"), ("error_type", "timeout"), ("severity", "error")], 2.0),
        {"name": "context_window_utilization", "gauge": {"dataPoints": [
            {"attributes": attributes(&[("agent_id", "a"), ("session_id", "s")]), "timeUnixNano": at(10), "asDouble": 37.5}]}},
    ]);
    let bodies = [
        (
            "/v1/metrics",
            json!({"resourceMetrics": [{"resource": resource, "scopeMetrics": [{"metrics": metrics}]}]}),
        ),
        (
            "/v1/traces",
            json!({"resourceSpans": [{"resource": resource, "scopeSpans": [{"spans": [
                {"traceId": "0102030405060708090a0b0c0d0e0f10", "spanId": "0000000000000001", "name": "tool call", "startTimeUnixNano": at(1),
                 "endTimeUnixNano": at(3), "events": [{"timeUnixNano": at(2), "name": "retry"}]}]}]}]}),
        ),
        (
            "/v1/logs",
            json!({"resourceLogs": [{"resource": resource, "scopeLogs": [{"logRecords": [
                {"timeUnixNano": at(1), "severityNumber": 17, "body": {"stringValue": "timed out"}}]}]}]}),
        ),
    ];
    for (path, body) in bodies {
        let answer = server
            .post(path, "application/json", body.to_string())
            .await;
        assert_eq!(answer.status(), 200);
    }
    let export = "INSERT INTO telemetry_exports(exporter, destination, format, signal, started_at, status) VALUES ('cli', '-', 'json', 'logs', 1, 'ok')";
    server
        .running
        .write(move |conn| conn.execute(export, []).map(|_| 0))
        .await
        .unwrap();
    server
}

/// How many rows each has, and its columns, as a client finds them that knows the file alone.
fn look(file: &Path) -> BTreeMap<String, (i64, Vec<String>)> {
    let conn = Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_ONLY).unwrap();
    documented()
        .into_keys()
        .map(|name| {
            let rows = conn
                .query_row(&format!("SELECT count(*) FROM {name}"), [], |row| {
                    row.get(0)
                })
                .unwrap();
            let statement = conn.prepare(&format!("SELECT * FROM {name}")).unwrap();
            let columns = statement.column_names().map(str::to_owned);
            let columns = columns.collect();
            (name, (rows, columns))
        })
        .collect()
}

/// The other process; nothing to do in the first.
#[test]
fn in_another_process() {
    let Some(file) = std::env::var_os(FILE) else {
        return;
    };
    let found = look(Path::new(&file));
    println!("found:{}", serde_json::to_string(&found).unwrap());
}

#[tokio::test(flavor = "multi_thread")]
async fn every_table_has_its_documented_columns_and_is_read_beside_the_server() {
    let server = filled().await;
    let other = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", "in_another_process", "--nocapture"])
        .env(FILE, server.path())
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&other.stdout);
    assert!(other.status.success(), "{said}");
    let line = said
        .lines()
        .find_map(|line| Some(line.split_once("found:")?.1))
        .unwrap_or_else(|| panic!("{said}"));
    let found: BTreeMap<String, (i64, Vec<String>)> = serde_json::from_str(line).unwrap();
    for (name, columns) in documented() {
        let (rows, there) = &found[&name];
        assert_eq!(*there, columns, "{name}");
        assert!(*rows > 0, "{name} is empty");
    }
    assert_eq!(found["telemetry_metrics"].0, 9);
    assert_eq!(found["telemetry_spans"].0, 1);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn python_reads_the_summaries() {
    let server = filled().await;
    let script = "
import json, sqlite3, sys
conn = sqlite3.connect(f'file:{sys.argv[1]}?mode=ro', uri=True)
rows = lambda sql: [list(row) for row in conn.execute(sql)]
print(json.dumps([
    rows('SELECT agent_type, executions, failed, success_rate, avg_duration_seconds, tokens FROM v_agent_performance'),
    rows('SELECT tool, calls, succeeded, avg_duration_seconds FROM v_tool_usage'),
    rows('SELECT component, error_type, severity, errors FROM v_error_rate'),
    rows('SELECT agent_id, session_id, highest FROM v_context_utilization'),
    rows('SELECT root, spans, duration_ms FROM v_trace_summary'),
]))";
    let Ok(python) = Command::new("python3")
        .args(["-c", script])
        .arg(server.path())
        .output()
    else {
        // No Python on this machine: the other test has read the same with another client.
        return;
    };
    assert!(
        python.status.success(),
        "{}",
        String::from_utf8_lossy(&python.stderr)
    );
    let found: Value = serde_json::from_slice(&python.stdout).unwrap();
    assert_eq!(
        found,
        json!([
            [["coder", 10.0, 1.0, 0.9, 1.5, 1500.0]],
            [["Read", 7.0, 7.0, 1.5]],
            [["agent", "timeout", "error", 2.0]],
            [["a", "s", 37.5]],
            [["tool call", 1, 2000.0]],
        ])
    );
    server.stop().await;
}
