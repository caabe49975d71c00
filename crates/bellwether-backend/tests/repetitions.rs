//! Spans that a sender repeats, because it missed an answer, count once: in the tables and views, and in rate, errors and duration.
#![allow(clippy::unwrap_used)]

mod support;

use std::sync::OnceLock;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bellwether_backend::{Signal, Store, StoreOptions};
use serde_json::{Value, json};
use support::Server;

/// Today, at the same moment for all: what is older leaves the buckets of ten seconds.
fn at(nanos: u128) -> String {
    static NOW: OnceLock<u128> = OnceLock::new();
    let now = NOW.get_or_init(|| {
        SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap()
            .as_nanos()
    });
    (now + nanos).to_string()
}

fn span(id: u8, event: &str) -> Value {
    json!({"traceId": "0102030405060708090a0b0c0d0e0f10", "spanId": format!("{id:016x}"), "name": "tool.call", "kind": 1,
        "startTimeUnixNano": at(0), "endTimeUnixNano": at(1_000_000_000), "status": {"code": 2, "message": "timed out"},
        "attributes": [{"key": "tool", "value": {"stringValue": "Bash"}}, {"key": "bytes", "value": {"bytesValue": "AAE="}}],
        "events": [{"timeUnixNano": at(500_000_000), "name": event, "attributes": [{"key": "try", "value": {"intValue": "1"}}]}],
        "links": [{"traceId": "ff02030405060708090a0b0c0d0e0f10", "spanId": "00000000000000ff"}]})
}

async fn send(server: &Server, spans: &[Value]) {
    let service = json!([{"key": "service.name", "value": {"stringValue": "fleet"}}]);
    let body = json!({"resourceSpans": [{"resource": {"attributes": service}, "scopeSpans": [{"spans": spans}]}]});
    let answer = server
        .post("/v1/traces", "application/json", body.to_string())
        .await;
    assert_eq!(answer.status(), 200);
}

fn count(store: &Store, sql: &str) -> i64 {
    store
        .read(Duration::from_secs(10), |conn| {
            conn.query_row(sql, [], |row| row.get(0))
        })
        .unwrap()
}

/// Spans, events, spans of the trace's summary, and what the buckets of ten seconds have counted.
fn counted(store: &Store) -> [i64; 4] {
    [
        "SELECT count(*) FROM telemetry_spans",
        "SELECT count(*) FROM telemetry_span_events",
        "SELECT coalesce(sum(spans), 0) FROM v_trace_summary",
        "SELECT coalesce(sum(count), 0) FROM telemetry_aggregates WHERE source = 'span' AND interval_seconds = 10",
    ]
    .map(|sql| count(store, sql))
}

#[tokio::test]
async fn a_repeated_request_counts_once_in_every_view() {
    let server = Server::start().await;
    for _ in 0..3 {
        send(&server, &[span(1, "retry"), span(2, "retry")]).await;
    }
    // Within one request too.
    send(&server, &[span(3, "retry"), span(3, "retry")]).await;
    assert_eq!(counted(server.running.store()), [3, 3, 3, 3]);
    let counts = server.running.counts(Signal::Traces);
    assert_eq!(
        (counts.received, counts.stored, counts.duplicates),
        (8, 3, 5)
    );
    server.stop().await;
}

#[tokio::test]
async fn a_span_that_differs_in_anything_is_stored_beside_the_first() {
    let server = Server::start().await;
    let with = |field: &str, value: Value| {
        let mut other = span(1, "retry");
        other[field] = value;
        other
    };
    let differing = [
        span(1, "retry"),
        span(1, "gave up"),
        with("name", json!("tool.read")),
        with("kind", json!(2)),
        with("startTimeUnixNano", json!(at(1))),
        with("endTimeUnixNano", json!(at(1_000_000_001))),
        with("parentSpanId", json!("00000000000000aa")),
        with("status", json!({"code": 2, "message": "refused"})),
        with("status", json!({"code": 1})),
        with("attributes", json!([])),
        with("flags", json!(1)),
        with("traceState", json!("a=b")),
        with("events", json!([])),
        with("links", json!([])),
        with("droppedEventsCount", json!(1)),
    ];
    for span in &differing {
        send(&server, std::slice::from_ref(span)).await;
    }
    let all = i64::try_from(differing.len()).unwrap();
    assert_eq!(counted(server.running.store())[0], all);
    for span in &differing {
        send(&server, std::slice::from_ref(span)).await;
    }
    assert_eq!(counted(server.running.store())[0], all);
    server.stop().await;
}

#[tokio::test]
async fn a_repetition_is_known_over_the_boundary_of_a_partition_and_a_restart() {
    let options = StoreOptions {
        partition_rows: 2,
        ..StoreOptions::default()
    };
    let server = Server::start_with(|builder| builder.store(options.clone())).await;
    send(&server, &[span(1, "retry"), span(2, "retry")]).await;
    // The first partition is full: this one opens the second.
    send(&server, &[span(3, "retry")]).await;
    send(&server, &[span(1, "retry"), span(3, "retry")]).await;
    assert_eq!(
        count(server.running.store(), "SELECT count(*) FROM partition"),
        2
    );
    assert_eq!(counted(server.running.store()), [3, 3, 3, 3]);
    let path = server.path();
    let folder = server.stop().await;

    let again = support::builder(path).store(options).start().await.unwrap();
    let server = Server {
        running: again,
        folder,
    };
    send(
        &server,
        &[span(1, "retry"), span(2, "retry"), span(3, "retry")],
    )
    .await;
    assert_eq!(counted(server.running.store()), [3, 3, 3, 3]);
    server.stop().await;
}

#[tokio::test]
async fn what_was_cleared_is_no_repetition() {
    let server = Server::start().await;
    send(&server, &[span(1, "retry")]).await;
    server.running.clear(Signal::Traces).await.unwrap();
    send(&server, &[span(1, "retry")]).await;
    assert_eq!(counted(server.running.store()), [1, 1, 1, 1]);
    server.stop().await;
}
