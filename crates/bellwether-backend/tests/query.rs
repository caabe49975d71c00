//! Questions to a store that real OTLP requests have filled.
#![allow(clippy::unwrap_used, clippy::cast_sign_loss, clippy::too_many_lines)]

mod support;

use std::time::Duration;

use bellwether_backend::query::{
    Aggregation, Kind, Limits, LogQuery, MetricQuery, RedLabel, RedQuery, TraceQuery, list_metrics,
    logs, metrics, red, span_lines, stats, trace_logs, traces,
};
use bellwether_backend::{Store, StoreError, StoreOptions};
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

/// The newest by their own time, in whatever order they came, and of several partitions whose times overlap.
#[tokio::test(flavor = "multi_thread")]
async fn words_find_the_newest_whatever_the_order_of_arrival() {
    let options = StoreOptions {
        partition_rows: 18_000,
        ..StoreOptions::default()
    };
    let server = Server::start_with(|builder| builder.store(options)).await;
    let mut state = 7_u64;
    let mut times = Vec::new();
    for batch in 0..40_i64 {
        let records: Vec<Value> = (0..1_000)
            .map(|at| {
                state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                // Mostly in order; thousands in a row come hours late, some records long before their time.
                let late = match (batch, state >> 60) {
                    (9..17, _) => -50_000,
                    (_, 0) => 15_000,
                    _ => 0,
                };
                let time = batch * 1_000 + at + late;
                let is_marked = (state >> 40).is_multiple_of(4);
                if is_marked {
                    times.push(time);
                }
                let body = format!("common {}", if is_marked { "marked" } else { "plain" });
                json!({"timeUnixNano": self::at(time), "severityNumber": 9, "body": {"stringValue": body}})
            })
            .collect();
        post(
            &server,
            "/v1/logs",
            json!({"resourceLogs": [{"scopeLogs": [{"logRecords": records}]}]}),
        )
        .await;
    }
    assert!(server.running.store().partitions().unwrap().len() >= 3);
    times.sort_unstable_by(|a, b| b.cmp(a));
    for (range, rows) in [
        (i64::MIN..i64::MAX, 100),
        (i64::MIN..i64::MAX, 3),
        (BASE - 20_000 * SECOND..BASE + 2_500 * SECOND, 50),
        (BASE..BASE + 10 * SECOND, 1_000),
    ] {
        let query = LogQuery {
            text: Some("common marked".to_owned()),
            range: range.clone(),
            limits: Limits {
                rows,
                ..Limits::default()
            },
            ..LogQuery::default()
        };
        let answer = logs(server.running.store(), &query).unwrap();
        let found: Vec<i64> = answer
            .rows
            .iter()
            .map(|line| (line.time - BASE) / SECOND)
            .collect();
        let all: Vec<i64> = times
            .iter()
            .copied()
            .filter(|time| range.contains(&(BASE + time * SECOND)))
            .collect();
        assert_eq!(found, all[..rows.min(all.len())], "{range:?}");
        assert_eq!(answer.is_cut, all.len() > rows);
    }
    server.stop().await;
}

/// Spans of two services over an hour and a half: what the aggregates say is what the spans are.
#[tokio::test(flavor = "multi_thread")]
async fn rate_errors_and_duration_are_those_of_the_spans() {
    let server = Server::start().await;
    // A whole hour, not long ago: aggregates of ten seconds are kept for days.
    let now = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap()
        .as_secs()
        .cast_signed();
    let hour = now / 3_600 * 3_600 - 7_200;
    let mut spans: Vec<(i64, &str, &str, i64, bool)> = Vec::new();
    for at in 0..1_000_i64 {
        let service = if at % 3 == 0 { "queue" } else { "fleet" };
        let name = if at % 2 == 0 {
            "tool.call"
        } else {
            "tool.wait"
        };
        spans.push((
            hour + at * 5 + at % 2,
            service,
            name,
            1 + at % 97,
            at % 10 == 0,
        ));
    }
    for service in ["fleet", "queue"] {
        let of: Vec<Value> = spans
            .iter()
            .filter(|span| span.1 == service)
            .map(|(start, _, name, millis, failed)| {
                json!({"traceId": TRACE, "spanId": format!("{:016x}", start), "name": name, "kind": 3, "status": {"code": if *failed { 2 } else { 0 }},
                    "startTimeUnixNano": (start * SECOND).to_string(), "endTimeUnixNano": (start * SECOND + millis * 1_000_000).to_string()})
            })
            .collect();
        post(&server, "/v1/traces", json!({"resourceSpans": [{"resource": resource(service), "scopeSpans": [{"spans": of}]}]})).await;
    }
    for (range, interval, service, name) in [
        (0..7_000, None, None, None),
        (0..7_000, Some(3_600), None, None),
        (600..4_210, Some(60), Some("fleet"), Some("tool.c*")),
        (10..130, Some(10), Some("queue"), None),
        (1_230..5_000, None, None, Some("tool.wait")),
    ] {
        let query = RedQuery {
            service: service.map(str::to_owned),
            name: name.map(str::to_owned),
            range: (hour + range.start) * SECOND..(hour + range.end) * SECOND,
            interval: interval.map(|seconds| Duration::from_secs(seconds as u64)),
            by: vec![RedLabel::Service],
            ..RedQuery::default()
        };
        let answer = red(server.running.store(), &query).unwrap();
        let mut count = 0;
        for series in &answer.series {
            for sample in &series.samples {
                let length = interval.unwrap_or(i64::MAX / SECOND / 4);
                let begins = if interval.is_some() {
                    sample.time / SECOND
                } else {
                    0
                };
                let mut inside: Vec<f64> = Vec::new();
                let mut errors = 0;
                for (start, of, called, millis, failed) in &spans {
                    let is_in_range = (hour + range.start..hour + range.end).contains(start)
                        && *start >= begins
                        && start - begins < length;
                    let is_asked =
                        name.is_none_or(|name| called.starts_with(name.trim_end_matches('*')));
                    if is_in_range && is_asked && series.labels["service"] == **of {
                        inside.push(*millis as f64 / 1e3);
                        errors += u64::from(*failed);
                    }
                }
                inside.sort_by(f64::total_cmp);
                assert_eq!(
                    (sample.count, sample.errors),
                    (inside.len() as u64, errors),
                    "{query:?} {sample:?}"
                );
                assert!(
                    (sample.avg - inside.iter().sum::<f64>() / inside.len() as f64).abs() < 1e-9
                );
                assert!(
                    (sample.min - inside[0]).abs() < 1e-12
                        && (sample.max - inside[inside.len() - 1]).abs() < 1e-12
                );
                for (found, q) in [(sample.p50, 0.5), (sample.p95, 0.95), (sample.p99, 0.99)] {
                    let exact = inside[(q * (inside.len() - 1) as f64) as usize];
                    assert!((found / exact - 1.0).abs() < 0.0222, "{found} for {exact}");
                }
                if let Some(interval) = interval {
                    assert!((sample.rate - inside.len() as f64 / interval as f64).abs() < 1e-12);
                }
                count += sample.count;
            }
        }
        let expected = spans.iter().filter(|(start, of, called, ..)| {
            (hour + range.start..hour + range.end).contains(start)
                && service.is_none_or(|service| service == *of)
                && name.is_none_or(|name| called.starts_with(name.trim_end_matches('*')))
        });
        assert_eq!(count, expected.count() as u64, "{query:?}");
        if interval == Some(3_600) {
            assert!(
                answer.read < 400,
                "hours and minutes are read, not {} aggregates",
                answer.read
            );
        }
    }
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
