//! Questions to a store that real OTLP requests have filled.
#![allow(clippy::unwrap_used)]

mod support;

use std::time::Duration;

use bellwether_backend::query::{
    Aggregation, Kind, Limits, LogQuery, MetricQuery, TraceQuery, list_metrics, logs, metrics,
    span_lines, stats, trace_logs, traces,
};
use bellwether_backend::{Store, StoreError};
use serde_json::{Value, json};
use support::Server;

const SECOND: i64 = 1_000_000_000;
const BASE: i64 = 1_760_000_000 * SECOND;
const TRACE: &str = "0102030405060708090a0b0c0d0e0f10";

async fn post(server: &Server, path: &str, body: Value) {
    let answer = server
        .post(path, "application/json", body.to_string())
        .await;
    assert_eq!(answer.status(), 200, "{}", answer.text().await.unwrap());
}

fn attributes(pairs: &[(&str, &str)]) -> Value {
    pairs
        .iter()
        .map(|(key, value)| json!({"key": key, "value": {"stringValue": value}}))
        .collect()
}

fn resource(service: &str) -> Value {
    json!({"attributes": attributes(&[("service.name", service)])})
}

fn at(seconds: i64) -> String {
    (BASE + seconds * SECOND).to_string()
}

/// Two counters (one of them with a reset), a histogram in two readings, a gauge.
fn points() -> Value {
    let counted = |agent: &str, values: &[(i64, i64, i64)]| -> Vec<Value> {
        values
            .iter()
            .map(|(start, time, value)| {
                json!({"attributes": attributes(&[("agent_type", agent)]), "startTimeUnixNano": at(*start), "timeUnixNano": at(*time), "asInt": value.to_string()})
            })
            .collect()
    };
    let observed = |time: i64, counts: [u64; 4], sum: f64| {
        json!({"attributes": attributes(&[("agent_type", "coder")]), "startTimeUnixNano": at(0), "timeUnixNano": at(time), "sum": sum,
            "count": counts.iter().sum::<u64>().to_string(), "explicitBounds": [1.0, 5.0, 10.0], "bucketCounts": counts.map(|c| c.to_string())})
    };
    let mut executions = counted("coder", &[(0, 10, 5), (0, 70, 15), (75, 80, 2)]);
    executions.extend(counted("tester", &[(0, 10, 1), (0, 70, 4)]));
    let queue: Vec<Value> = [(10, 3.0), (20, 5.0)]
        .iter()
        .map(|(time, value)| json!({"timeUnixNano": at(*time), "asDouble": value}))
        .collect();
    json!({"resourceMetrics": [{"resource": resource("fleet"), "scopeMetrics": [{"metrics": [
        {"name": "agent_execution_total", "unit": "1", "sum": {"aggregationTemporality": 2, "isMonotonic": true, "dataPoints": executions}},
        {"name": "agent_execution_duration_seconds", "unit": "s", "histogram": {"aggregationTemporality": 2,
            "dataPoints": [observed(10, [10, 0, 0, 0], 5.0), observed(70, [10, 10, 0, 0], 35.0)]}},
        {"name": "task_queue_size", "gauge": {"dataPoints": queue}},
    ]}]}]})
}

fn spans() -> Value {
    let span = |id: &str, parent: &str, name: &str, from: i64, to: i64, tool: &str, status: i64| {
        json!({"traceId": TRACE, "spanId": id, "parentSpanId": parent, "name": name, "kind": 1, "startTimeUnixNano": at(from), "endTimeUnixNano": at(to),
            "attributes": attributes(&[("tool", tool)]), "status": {"code": status}})
    };
    json!({"resourceSpans": [{"resource": resource("fleet"), "scopeSpans": [{"spans": [
        span("0000000000000003", "0000000000000001", "tool.call", 4, 9, "Bash", 2),
        span("0000000000000001", "", "session", 0, 10, "", 0),
        span("0000000000000002", "0000000000000001", "tool.call", 1, 3, "Read", 0),
    ]}]}]})
}

fn records() -> Value {
    let record = |time: i64, severity: i64, body: &str, trace: &str| json!({"timeUnixNano": at(time), "severityNumber": severity, "body": {"stringValue": body}, "traceId": trace, "attributes": attributes(&[("tool", "Bash")])});
    json!({"resourceLogs": [{"resource": resource("fleet"), "scopeLogs": [{"logRecords": [
        record(4, 9, "starting cargo test", TRACE),
        record(9, 17, "command timed-out after 5 s", TRACE),
        record(20, 9, "queue is empty", ""),
    ]}]}]})
}

async fn filled() -> Server {
    let server = Server::start().await;
    post(&server, "/v1/metrics", points()).await;
    post(&server, "/v1/traces", spans()).await;
    post(&server, "/v1/logs", records()).await;
    server
}

/// Label `by` of each series, and its values.
fn ask(store: &Store, query: &MetricQuery) -> Vec<(String, Vec<f64>)> {
    let answer = metrics(store, query).unwrap();
    assert!(!answer.is_cut);
    answer
        .series
        .iter()
        .map(|series| {
            let label = series.labels.get("agent_type").and_then(Value::as_str);
            let values = series.samples.iter().map(|sample| sample.value).collect();
            (label.unwrap_or_default().to_owned(), values)
        })
        .collect()
}

fn question(metric: &str, aggregation: &str) -> MetricQuery {
    MetricQuery {
        aggregation: Some(aggregation.parse().unwrap()),
        ..MetricQuery::new(metric)
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn counters_count_by_growth_with_resets_taken_out() {
    let server = filled().await;
    let store = server.running.store();
    let inside = MetricQuery {
        range: BASE..BASE + 1_000 * SECOND,
        by: vec!["agent_type".to_owned()],
        ..question("agent_execution_total", "sum")
    };
    assert_eq!(
        ask(store, &inside),
        [("coder".into(), vec![17.0]), ("tester".into(), vec![4.0])]
    );
    let minutes = MetricQuery {
        interval: Some(Duration::from_secs(60)),
        ..inside.clone()
    };
    // BASE is 20 seconds after a full minute: readings at 30, 90 and 100 seconds.
    assert_eq!(
        ask(store, &minutes),
        [
            ("coder".into(), vec![5.0, 12.0]),
            ("tester".into(), vec![1.0, 3.0])
        ]
    );
    let rate = MetricQuery {
        aggregation: Some(Aggregation::Rate),
        ..minutes
    };
    assert_eq!(ask(store, &rate)[1].1, [1.0 / 60.0, 3.0 / 60.0]);
    let later = MetricQuery {
        range: BASE + 60 * SECOND..BASE + 1_000 * SECOND,
        ..inside
    };
    // What was counted by second 10 belongs to before, though the range begins after it.
    assert_eq!(ask(store, &later)[0].1, [12.0]);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn histograms_answer_by_what_was_observed_in_the_range() {
    let server = filled().await;
    let store = server.running.store();
    let name = "agent_execution_duration_seconds";
    let of = |aggregation: &str, from: i64| {
        let query = MetricQuery {
            range: BASE + from * SECOND..BASE + 1_000 * SECOND,
            ..question(name, aggregation)
        };
        ask(store, &query).first().map(|(_, values)| values[0])
    };
    assert_eq!(of("avg", 0), Some(1.75));
    assert_eq!(of("count", 0), Some(20.0));
    assert_eq!(of("p75", 0), Some(3.0));
    // Only the ten between one and five seconds lie after second 60.
    assert_eq!(of("avg", 60), Some(3.0));
    assert_eq!(of("p50", 60), Some(3.0));
    let all = MetricQuery {
        range: BASE..i64::MAX,
        ..MetricQuery::new(name)
    };
    let found = stats(store, &all).unwrap().unwrap();
    assert_eq!((found.is_cut, found.left_out), (false, 0));
    let summary = found.summary;
    assert_eq!((summary.count, summary.avg, summary.p50), (20, 1.75, 1.0));
    assert!(summary.p95 > 4.0 && summary.p99 <= 5.0);
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn histograms_with_other_bounds_are_left_out_and_it_is_said() {
    let server = filled().await;
    let other = json!({"attributes": attributes(&[("agent_type", "tester")]), "startTimeUnixNano": at(60), "timeUnixNano": at(65), "sum": 60.0, "count": "3",
        "explicitBounds": [20.0, 50.0], "bucketCounts": ["0", "3", "0"]});
    post(
        &server,
        "/v1/metrics",
        json!({"resourceMetrics": [{"resource": resource("fleet"), "scopeMetrics": [{"metrics": [
            {"name": "agent_execution_duration_seconds", "unit": "s", "histogram": {"aggregationTemporality": 2, "dataPoints": [other]}}]}]}]}),
    )
    .await;
    let store = server.running.store();
    let all = question("agent_execution_duration_seconds", "p95");
    let together = metrics(store, &all).unwrap();
    // Of the percentile, not of the count.
    assert_eq!((together.series.len(), together.left_out), (1, 3));
    let found = stats(store, &all).unwrap().unwrap();
    assert_eq!((found.summary.count, found.left_out), (23, 3));
    let apart = MetricQuery {
        by: vec!["agent_type".into()],
        ..all
    };
    let apart = metrics(store, &apart).unwrap();
    assert_eq!((apart.series.len(), apart.left_out), (2, 0));
    let counted = metrics(
        store,
        &question("agent_execution_duration_seconds", "count"),
    )
    .unwrap();
    assert_eq!(
        (counted.series[0].samples[0].value, counted.left_out),
        (23.0, 0)
    );
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn labels_choose_series_and_answers_that_are_cut_say_so() {
    let server = filled().await;
    let store = server.running.store();
    for (filter, expected) in [
        ("agent_type=coder", vec!["coder"]),
        ("agent_type!=coder", vec!["tester"]),
        ("agent_type=~cod|test", vec![]),
        ("agent_type=~.*er", vec!["coder", "tester"]),
        ("service=fleet", vec!["coder", "tester"]),
    ] {
        let query = MetricQuery {
            labels: vec![filter.parse().unwrap()],
            ..MetricQuery::new("agent_execution_total")
        };
        let found: Vec<String> = ask(store, &query)
            .into_iter()
            .map(|(label, _)| label)
            .collect();
        assert_eq!(found, expected, "{filter}");
    }
    let few = MetricQuery {
        limits: Limits {
            rows: 2,
            ..Limits::default()
        },
        ..MetricQuery::new("agent_execution_total")
    };
    assert!(metrics(store, &few).unwrap().is_cut);
    assert_eq!(
        metrics(store, &MetricQuery::new("none")).unwrap().kind,
        None
    );
    let gauge = question("task_queue_size", "last");
    assert_eq!(ask(store, &gauge)[0].1, [5.0]);
    let listed = list_metrics(store, Limits::default()).unwrap();
    let kinds: Vec<Kind> = listed.rows.iter().map(|metric| metric.kind).collect();
    assert_eq!(kinds, [Kind::Histogram, Kind::Counter, Kind::Gauge]);
    assert_eq!(listed.rows[1].series, 2);
    assert!(
        list_metrics(
            store,
            Limits {
                rows: 2,
                ..Limits::default()
            }
        )
        .unwrap()
        .is_cut
    );
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn traces_are_found_by_what_one_span_is_like() {
    let server = filled().await;
    let store = server.running.store();
    let found = |query: TraceQuery| traces(store, &query).unwrap().rows.len();
    let named = |name: &str| TraceQuery {
        name: Some(name.to_owned()),
        ..TraceQuery::default()
    };
    assert_eq!(found(named("tool.call")), 1);
    assert_eq!(found(named("tool*")), 1);
    assert_eq!(found(named("tool")), 0);
    let slow = |seconds| TraceQuery {
        longer_than: Some(Duration::from_secs(seconds)),
        ..named("tool.call")
    };
    assert_eq!((found(slow(5)), found(slow(6))), (1, 0));
    let of_tool = |tool: &str| TraceQuery {
        attributes: vec![format!("tool={tool}").parse().unwrap()],
        status: Some(2),
        service: Some("fleet".to_owned()),
        ..TraceQuery::default()
    };
    // The span of Read did not fail, though another of its trace did.
    assert_eq!((found(of_tool("Bash")), found(of_tool("Read"))), (1, 0));
    let trace_id: [u8; 16] = std::array::from_fn(|at| at as u8 + 1);
    let lines = span_lines(&store.trace(trace_id).unwrap());
    let tree: Vec<(usize, &str, i64)> = lines
        .iter()
        .map(|line| {
            (
                line.depth,
                line.attributes["tool"].as_str().unwrap(),
                line.duration.unwrap() / SECOND,
            )
        })
        .collect();
    assert_eq!(tree, [(0, "", 10), (1, "Read", 2), (1, "Bash", 5)]);
    assert_eq!(
        (lines[2].status, lines[2].service.as_str()),
        ("error", "fleet")
    );
    let bodies: Vec<String> = trace_logs(store, trace_id, Limits::default())
        .unwrap()
        .rows
        .into_iter()
        .map(|line| line.body)
        .collect();
    assert_eq!(
        bodies,
        ["starting cargo test", "command timed-out after 5 s"]
    );
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn log_records_are_found_by_words_severity_and_attributes() {
    let server = filled().await;
    let store = server.running.store();
    let found = |query: LogQuery| -> Vec<String> {
        let answer = logs(store, &query).unwrap();
        answer.rows.into_iter().map(|line| line.body).collect()
    };
    let text = |words: &str| LogQuery {
        text: Some(words.to_owned()),
        ..LogQuery::default()
    };
    assert_eq!(found(text("TIMED-OUT")), ["command timed-out after 5 s"]);
    assert_eq!(found(text("out comm*")), ["command timed-out after 5 s"]);
    assert!(found(text("\" OR body : *")).is_empty());
    assert!(found(text("?!")).is_empty());
    let severe = LogQuery {
        severity: Some(17),
        ..LogQuery::default()
    };
    assert_eq!(found(severe), ["command timed-out after 5 s"]);
    assert_eq!(found(LogQuery::default())[0], "queue is empty");
    let other = LogQuery {
        attributes: vec!["tool!=Bash".parse().unwrap()],
        ..LogQuery::default()
    };
    assert!(found(other).is_empty());
    let one = LogQuery {
        limits: Limits {
            rows: 1,
            ..Limits::default()
        },
        ..LogQuery::default()
    };
    let answer = logs(store, &one).unwrap();
    assert_eq!((answer.rows.len(), answer.is_cut), (1, true));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_that_takes_too_long_is_interrupted() {
    let server = filled().await;
    let error = server
        .running
        .store()
        .read(Duration::from_millis(50), |conn| {
            conn.query_row(
                "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n",
                [],
                |row| row.get::<_, i64>(0),
            )
        })
        .unwrap_err();
    assert!(matches!(error, StoreError::Interrupted), "{error}");
    server.stop().await;
}
