use bellwether::propagation::queue::{self, Queue, Relation};
use bellwether::propagation::{self};
use opentelemetry::baggage::BaggageExt;
use opentelemetry::trace::SpanKind;
use serde_json::{Map, Value, json};

use crate::capture::{
    Capture, PARENT, TRACE, assert_child, assert_root, install, remote, span_of, text,
};

fn object(value: &Value) -> Map<String, Value> {
    value.as_object().unwrap().clone()
}

#[tokio::test]
async fn a_single_job_is_a_child_where_that_is_asked_for() {
    let capture = Capture::start();
    let queue = Queue::new("redis", "thumbnails");
    let mut payload = object(&json!({ "file": "a.png" }));
    queue
        .send_span()
        .in_scope(|| queue::inject(&propagation::current(), &mut payload));
    // Through the text that a queue stores.
    let stored = serde_json::to_string(&payload).unwrap();
    let payload: Map<String, Value> = serde_json::from_str(&stored).unwrap();
    queue
        .process_span(&queue::extract(&payload), Relation::Parent)
        .in_scope(|| tracing::info_span!("resize").in_scope(|| ()));
    let (send, process) = (
        capture.span("send thumbnails").await,
        capture.span("process thumbnails").await,
    );
    assert_root(&send);
    assert_child(&process, &send);
    assert_child(&capture.span("resize").await, &process);
    assert_eq!(
        (&send.span_kind, &process.span_kind),
        (&SpanKind::Producer, &SpanKind::Consumer)
    );
    for (span, operation) in [(&process, "process"), (&send, "send")] {
        assert_eq!(text(span, "messaging.system"), "redis");
        assert_eq!(text(span, "messaging.destination.name"), "thumbnails");
        assert_eq!(text(span, "messaging.operation.name"), operation);
        assert_eq!(text(span, "messaging.operation.type"), operation);
    }
}

#[tokio::test]
async fn a_linked_job_starts_a_trace_of_its_own_and_keeps_its_baggage() {
    let capture = Capture::start();
    let queue = Queue::new("in_memory", "jobs");
    let span = queue.process_span(&remote(), Relation::default());
    span.record("messaging.message.id", "7");
    let baggage = span.in_scope(|| {
        propagation::current()
            .baggage()
            .get("session.id")
            .map(ToString::to_string)
    });
    drop(span);
    let process = capture.span("process jobs").await;
    assert_root(&process);
    assert_ne!(process.span_context.trace_id().to_string(), TRACE);
    assert_eq!(process.links.links.len(), 1);
    assert_eq!(process.links.links[0].span_context, span_of(&remote()));
    assert_eq!(baggage.as_deref(), Some("42"));
    assert_eq!(text(&process, "messaging.message.id"), "7");
}

#[tokio::test]
async fn a_linked_job_stays_under_the_span_of_its_worker() {
    let capture = Capture::start();
    tracing::info_span!("worker")
        .in_scope(|| drop(Queue::new("in_memory", "jobs").process_span(&remote(), Relation::Link)));
    assert_child(
        &capture.span("process jobs").await,
        &capture.span("worker").await,
    );
}

#[tokio::test]
async fn a_batch_links_to_each_job_that_brings_a_context() {
    let capture = Capture::start();
    let jobs = [remote(), opentelemetry::Context::new(), remote()];
    drop(Queue::new("in_memory", "jobs").process_batch_span(&jobs));
    let process = capture.span("process jobs").await;
    assert_root(&process);
    assert_eq!(process.links.links.len(), 2);
    assert_eq!(text(&process, "messaging.batch.message_count"), "3");
}

#[test]
fn context_stands_in_one_member_and_other_members_are_left_alone() {
    let mut payload =
        object(&json!({ "file": "a.png", "_telemetry": { "tracestate": "old=1", "x": 1 } }));
    queue::inject(&remote(), &mut payload);
    let expected =
        json!({ "traceparent": PARENT, "tracestate": "rojo=1", "baggage": "session.id=42" });
    assert_eq!(payload["_telemetry"], expected);
    assert_eq!(payload["file"], "a.png");
    let mut payload = object(&json!({ "file": "a.png" }));
    queue::inject(&opentelemetry::Context::new(), &mut payload);
    assert_eq!(payload.len(), 1);
}

#[test]
fn context_in_the_payload_itself_is_read_and_nonsense_is_not() {
    install();
    let trace = |payload: Value| {
        span_of(&queue::extract(&object(&payload)))
            .trace_id()
            .to_string()
    };
    assert_eq!(trace(json!({ "traceparent": PARENT })), TRACE);
    let none = "0".repeat(32);
    for payload in [
        json!({}),
        json!({ "traceparent": 7 }),
        json!({ "_telemetry": { "traceparent": [PARENT] } }),
        json!({ "_telemetry": {}, "traceparent": PARENT }),
    ] {
        assert_eq!(trace(payload.clone()), none, "{payload}");
    }
    assert_eq!(
        trace(json!({ "_telemetry": 3, "traceparent": PARENT })),
        TRACE
    );
}
