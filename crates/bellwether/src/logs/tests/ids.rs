//! The ids of a record are those of its span, whichever API made it.

use opentelemetry::Context;
use opentelemetry::trace::{
    FutureExt as _, SpanContext, SpanId, TraceContextExt as _, TraceFlags, TraceId, TraceState,
    Tracer as _, TracerProvider as _,
};
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

use super::fixture::Fixture;
use crate::logs::Logger;

fn id(line: &serde_json::Value, key: &str) -> String {
    line.get(key)
        .and_then(|id| id.as_str())
        .unwrap_or("none")
        .to_owned()
}

#[test]
fn inside_a_tracing_span_with_a_remote_parent() {
    let fixture = Fixture::new("info");
    let remote = SpanContext::new(
        TraceId::from(7_u128),
        SpanId::from(9_u64),
        TraceFlags::SAMPLED,
        true,
        TraceState::default(),
    );
    let mut span_id = String::new();
    let lines = fixture.lines(|| {
        let span = tracing::info_span!("request");
        span.set_parent(Context::new().with_remote_span_context(remote))
            .unwrap();
        let _entered = span.enter();
        span_id = span.context().span().span_context().span_id().to_string();
        tracing::info!("event");
        Logger::new("c").info("logger");
    });
    assert_eq!(lines.len(), 2);
    for line in &lines {
        assert_eq!(id(line, "traceId"), TraceId::from(7_u128).to_string());
        assert_eq!(id(line, "spanId"), span_id);
        assert_eq!(id(line, "parentSpanId"), SpanId::from(9_u64).to_string());
    }
    let records = fixture.records();
    for record in &records {
        let context = record.record.trace_context().unwrap();
        assert_eq!(context.trace_id, TraceId::from(7_u128));
        assert_eq!(context.span_id.to_string(), span_id);
        assert_eq!(context.trace_flags, Some(TraceFlags::SAMPLED));
    }
}

#[test]
fn inside_a_plain_opentelemetry_span() {
    let fixture = Fixture::new("info");
    let tracer = fixture.tracer_provider.tracer("plain");
    let (mut outer_id, mut inner_id) = (String::new(), String::new());
    let lines = fixture.lines(|| {
        tracer.in_span("outer", |context| {
            outer_id = context.span().span_context().span_id().to_string();
            tracer.in_span("inner", |context| {
                inner_id = context.span().span_context().span_id().to_string();
                tracing::info!("here");
            });
        });
        tracing::info!("outside");
    });
    assert_eq!(id(&lines[0], "spanId"), inner_id);
    assert_eq!(id(&lines[0], "parentSpanId"), outer_id);
    assert_eq!(id(&lines[1], "traceId"), "none");
}

#[tokio::test]
async fn across_an_await() {
    let fixture = Fixture::new("info");
    let tracer = fixture.tracer_provider.tracer("plain");
    let context = Context::new().with_span(tracer.start("job"));
    let span_id = context.span().span_context().span_id().to_string();
    let guard = tracing::dispatcher::set_default(&fixture.dispatch);
    async {
        tokio::task::yield_now().await;
        Logger::new("c").info("after");
    }
    .with_context(context)
    .await;
    drop(guard);
    assert_eq!(id(&fixture.lines(|| ())[0], "spanId"), span_id);
}

#[test]
fn an_explicit_parent_wins_and_none_means_none() {
    let fixture = Fixture::new("info");
    let mut named_id = String::new();
    let lines = fixture.lines(|| {
        let outer = tracing::info_span!("outer", session_id = "outer");
        let _entered = outer.enter();
        let named = tracing::info_span!(parent: None, "named");
        tracing::info!(parent: &named, "named");
        tracing::info!(parent: None, "root");
        named_id = named.context().span().span_context().span_id().to_string();
    });
    assert_eq!(id(&lines[0], "spanId"), named_id);
    assert_eq!(id(&lines[0], "sessionId"), "none");
    assert_eq!(id(&lines[1], "spanId"), "none");
    assert!(fixture.records()[1].record.trace_context().is_none());
}

#[test]
fn a_record_that_names_another_trace_takes_no_span_from_this_one() {
    let fixture = Fixture::new("info");
    let tracer = fixture.tracer_provider.tracer("plain");
    let other = "4bf92f3577b34da6a3ce929d0e0e4736";
    let lines = fixture.lines(|| {
        tracer.in_span("outer", |context| {
            let logger = Logger::new("c");
            logger.trace(other).info("other");
            let same = context.span().span_context().trace_id().to_string();
            logger.trace(same).info("same");
        });
    });
    assert_eq!(id(&lines[0], "traceId"), other);
    assert_eq!(id(&lines[0], "spanId"), "none");
    assert_ne!(id(&lines[1], "spanId"), "none");
    let context = fixture.records()[0]
        .record
        .trace_context()
        .cloned()
        .unwrap();
    assert_eq!(context.trace_id.to_string(), other);
    assert_eq!(context.span_id, SpanId::INVALID);
}

#[test]
fn ids_of_the_session_come_from_the_closest_span_and_ended_spans_leave_nothing() {
    let fixture = Fixture::new("warn");
    let lines = fixture.lines(|| {
        let outer = tracing::info_span!("outer", session_id = "outer", correlation_id = "c1");
        let _outer = outer.enter();
        let between = tracing::info_span!("between", tool = "search");
        let _between = between.enter();
        let inner = tracing::info_span!("inner", sessionId = "inner");
        let _inner = inner.enter();
        tracing::warn!("event");
        Logger::new("c").warn("logger");
        Logger::new("c").session("own").warn("own");
        tracing::warn!(parent: &between, "named");
    });
    let sessions: Vec<_> = lines.iter().map(|line| id(line, "sessionId")).collect();
    assert_eq!(sessions, ["inner", "inner", "own", "outer"]);
    assert!(lines.iter().all(|line| id(line, "correlationId") == "c1"));
    assert_eq!(id(&lines[1], "component"), "c");
    let parent: SpanId = SpanId::from_hex(&id(&lines[0], "spanId")).unwrap();
    assert_eq!(fixture.pipeline.span_processor().parent_of(parent), None);
}
