//! Traces by hand, from the first span to the JSON.

use std::error::Error;
use std::fmt;

use opentelemetry::Context;
use opentelemetry::trace::{FutureExt, SpanId, TraceContextExt, Tracer, TracerProvider};
use tracing::info_span;
use tracing::instrument::WithSubscriber;

use super::fixture::{Pipeline, assert_chain, settings};
use crate::config::{SamplerChoice, Setting};
use crate::trace::{KeyValue, SpanKind, Status, TraceContext, current_trace_id, record_error};

#[derive(Debug)]
struct PlanError(std::num::ParseIntError);

impl fmt::Display for PlanError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("no plan")
    }
}

impl Error for PlanError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        Some(&self.0)
    }
}

fn plan_error() -> PlanError {
    PlanError("x".parse::<u8>().unwrap_err())
}

fn attribute<'a>(attributes: &'a [KeyValue], key: &str) -> Option<&'a opentelemetry::Value> {
    attributes
        .iter()
        .find(|kv| kv.key.as_str() == key)
        .map(|kv| &kv.value)
}

#[test]
fn a_trace_is_begun_nested_failed_ended_and_exported() {
    let pipeline = Pipeline::new(&settings());
    let traces = &pipeline.traces;
    let root = traces.start_trace("orchestration-session", SpanKind::Server);
    traces.set_attributes(
        &root,
        [
            KeyValue::new("sessionId", "old"),
            KeyValue::new("sessionId", "session-123"),
        ],
    );
    let child = traces.start_span(&root, "coder-execution", SpanKind::Internal);
    traces.add_event(
        &child,
        "code_generation_started",
        [KeyValue::new("files", 3)],
    );
    traces.record_error(&child, &plan_error());
    let trace_id = root.trace_id();
    assert_eq!(
        traces.export_spans(trace_id).span_count(),
        0,
        "nothing has ended"
    );
    traces.end_span(child, Status::Unset);
    traces.end_span(root, Status::Ok);

    assert_chain(&pipeline, &["orchestration-session", "coder-execution"]);
    let root = pipeline.span("orchestration-session");
    assert_eq!(
        (root.span_kind.clone(), root.status.clone()),
        (SpanKind::Server, Status::Ok)
    );
    assert_eq!(root.parent_span_id, SpanId::INVALID);
    assert_eq!(root.attributes, [KeyValue::new("sessionId", "session-123")]);
    let child = pipeline.span("coder-execution");
    assert_eq!(child.status, Status::error("no plan"));
    let [started, exception] = &child.events.events[..] else {
        panic!("two events")
    };
    assert_eq!(started.name, "code_generation_started");
    assert_eq!(exception.name, "exception");
    let text = |key| attribute(&exception.attributes, key).unwrap().to_string();
    assert_eq!(text("exception.message"), "no plan");
    assert!(text("exception.type").ends_with("::PlanError"));
    assert_eq!(
        text("exception.stacktrace"),
        "no plan\ncaused by: invalid digit found in string"
    );

    let json = traces.export_spans(trace_id);
    assert_eq!(json.span_count(), 2);
    let spans = &json.value()["resourceSpans"][0]["scopeSpans"][0]["spans"];
    assert_eq!(spans[0]["name"], "orchestration-session");
    assert_eq!(spans[1]["parentSpanId"], spans[0]["spanId"]);
    assert_eq!(spans[1]["traceId"], format!("{trace_id:032x}"));
    assert_eq!(spans[1]["status"]["code"], 2);
    let service = &json.value()["resourceSpans"][0]["resource"]["attributes"][0];
    assert_eq!(service["value"]["stringValue"], "test");
}

#[test]
fn an_error_behind_dyn_has_no_type() {
    let pipeline = Pipeline::new(&settings());
    let span = pipeline.traces.start_trace("span", SpanKind::Internal);
    let error: Box<dyn Error + Send + Sync> = Box::new(plan_error());
    span.record_error(error.as_ref());
    span.end();
    let events = pipeline.span("span").events.events;
    assert_eq!(attribute(&events[0].attributes, "exception.type"), None);
}

#[test]
fn a_trace_goes_on_behind_a_traceparent() {
    let pipeline = Pipeline::new(&settings());
    let traces = &pipeline.traces;
    let root = traces.start_trace("coordination", SpanKind::Internal);
    let header = traces.propagate(&root);
    assert_eq!(header.len(), 55);
    let extracted = traces.extract(&header);
    assert!(extracted.is_remote());
    drop(traces.continue_trace(&extracted, "sub-agent-work"));
    drop(root);
    assert_chain(&pipeline, &["coordination", "sub-agent-work"]);
    assert!(pipeline.span("sub-agent-work").parent_span_is_remote);

    for malformed in [
        "",
        "garbage",
        "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
    ] {
        let fresh = traces.continue_trace(&traces.extract(malformed), "fresh");
        assert!(fresh.span_context().is_valid() && fresh.trace_id() != extracted.trace_id());
    }
}

#[test]
fn live_spans_nest_with_both_apis() {
    let pipeline = Pipeline::new(&settings());
    let tracer = pipeline.provider.tracer("test");
    tracing::dispatcher::with_default(&pipeline.dispatch(), || {
        let _outside = info_span!("outside").entered();
        let root = pipeline.traces.start_trace("root", SpanKind::Internal);
        root.in_scope(|| {
            assert_eq!(current_trace_id(), Some(root.trace_id()));
            let _inner = info_span!("inner").entered();
            let _plain = Context::current_with_span(tracer.start("plain")).attach();
            info_span!("innermost").in_scope(|| record_error(&plan_error()));
        });
        assert_ne!(current_trace_id(), Some(root.trace_id()));
    });
    assert_eq!(
        pipeline.span("root").parent_span_id,
        SpanId::INVALID,
        "a trace of its own"
    );
    assert_chain(&pipeline, &["root", "inner", "plain", "innermost"]);
    assert_eq!(pipeline.span("innermost").status, Status::error("no plan"));
    assert_eq!(pipeline.span("plain").status, Status::Unset);
    let trace_id = pipeline.span("root").span_context.trace_id();
    assert_eq!(
        pipeline.traces.export_spans(trace_id).span_count(),
        4,
        "spans of all APIs"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_live_span_is_current_in_a_future() {
    let pipeline = Pipeline::new(&settings());
    let root = pipeline.traces.start_trace("root", SpanKind::Internal);
    let work = async {
        tokio::task::yield_now().await;
        info_span!("child").in_scope(|| ());
    };
    let work = work
        .with_context(root.context())
        .with_subscriber(pipeline.dispatch());
    tokio::spawn(work).await.unwrap();
    root.end();
    assert_chain(&pipeline, &["root", "child"]);
}

#[test]
fn dropping_ends_and_ending_twice_is_harmless() {
    let pipeline = Pipeline::new(&settings());
    let dropped = pipeline.traces.start_trace("dropped", SpanKind::Internal);
    drop(dropped);
    let twice = pipeline.traces.start_trace("twice", SpanKind::Internal);
    twice.end_with(Status::Ok);
    twice.set_attributes([KeyValue::new("late", true)]);
    twice.end_with(Status::error("late"));
    drop(twice);
    assert_eq!(pipeline.span("dropped").status, Status::Unset);
    let twice = pipeline.span("twice");
    assert_eq!((twice.status, twice.attributes.len()), (Status::Ok, 0));
    assert_eq!(pipeline.statistics.counts().ended, 2);
}

#[test]
fn spans_not_sampled_hand_their_ids_on_and_are_not_kept() {
    let mut settings = settings();
    settings.sampler = Setting::default_value(SamplerChoice::ParentBasedAlwaysOff);
    let pipeline = Pipeline::new(&settings);
    let root = pipeline.traces.start_trace("root", SpanKind::Internal);
    let header = pipeline.traces.propagate(&root);
    assert!(header.ends_with("-00"), "{header}");
    let child = pipeline
        .traces
        .start_span(&root, "child", SpanKind::Internal);
    assert_eq!(child.trace_id(), root.trace_id());
    assert_eq!(
        pipeline.traces.export_spans(root.trace_id()).span_count(),
        0
    );
}

#[test]
fn without_telemetry_nothing_is_made_and_a_context_from_outside_goes_through() {
    let traces = TraceContext::default();
    let root = traces.start_trace("root", SpanKind::Internal);
    root.set_attributes([KeyValue::new("a", 1)]);
    root.record_error(&plan_error());
    assert_eq!(traces.propagate(&root), "");
    assert_eq!(
        traces.export_spans(root.trace_id()).to_string(),
        r#"{"resourceSpans":[]}"#
    );

    let line = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
    let passing = traces.continue_trace(&traces.extract(line), "work");
    assert_eq!(traces.propagate(&passing), line);
    let child = traces.start_span(&passing, "child", SpanKind::Client);
    assert_eq!(traces.propagate(&child), line);
}
