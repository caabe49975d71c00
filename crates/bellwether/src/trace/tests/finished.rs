use std::borrow::Cow;
use std::time::UNIX_EPOCH;

use opentelemetry::InstrumentationScope;
use opentelemetry::trace::{SpanContext, SpanId, SpanKind, Status, TraceFlags, TraceState};
use opentelemetry_sdk::trace::{SpanEvents, SpanLinks};

use super::*;

fn span(trace: u128, text: usize) -> SpanData {
    SpanData {
        span_context: SpanContext::new(
            TraceId::from(trace),
            SpanId::from(1),
            TraceFlags::SAMPLED,
            false,
            TraceState::NONE,
        ),
        parent_span_id: SpanId::INVALID,
        parent_span_is_remote: false,
        span_kind: SpanKind::Internal,
        name: Cow::Borrowed("span"),
        start_time: UNIX_EPOCH,
        end_time: UNIX_EPOCH,
        attributes: vec![KeyValue::new("text", "x".repeat(text))],
        dropped_attributes_count: 0,
        events: SpanEvents::default(),
        links: SpanLinks::default(),
        status: Status::Unset,
        instrumentation_scope: InstrumentationScope::default(),
    }
}

fn kept(traces: &FinishedTraces, trace: u128) -> usize {
    traces
        .lock()
        .traces
        .get(&TraceId::from(trace))
        .map_or(0, |trace| trace.spans.len())
}

#[test]
fn the_oldest_trace_leaves_first_when_there_are_too_many() {
    let statistics = SpanStatistics::default();
    let traces = FinishedTraces::new(2, usize::MAX, statistics.clone());
    for trace in 1..=3 {
        traces.watch(TraceId::from(trace));
        traces.keep(&span(trace, 1));
    }
    assert_eq!(
        [kept(&traces, 1), kept(&traces, 2), kept(&traces, 3)],
        [0, 1, 1]
    );
    assert_eq!(statistics.counts().kept_dropped, 1);
}

#[test]
fn spans_of_traces_nobody_watches_are_not_kept() {
    let traces = FinishedTraces::new(2, usize::MAX, SpanStatistics::default());
    traces.watch(TraceId::from(1));
    traces.keep(&span(2, 1));
    assert_eq!(kept(&traces, 2), 0);
}

#[test]
fn bytes_are_bounded_across_traces_and_within_one() {
    let statistics = SpanStatistics::default();
    let bound = 3 * size(&span(1, 1000)) + 10;
    let traces = FinishedTraces::new(10, bound, statistics.clone());
    traces.watch(TraceId::from(1));
    traces.watch(TraceId::from(2));
    traces.keep(&span(1, 1000));
    for _ in 0..10 {
        traces.keep(&span(2, 1000));
    }
    assert_eq!([kept(&traces, 1), kept(&traces, 2)], [0, 3]);
    assert_eq!(statistics.counts().kept_dropped, 1 + 7);
    assert!(traces.lock().bytes <= bound);
    traces.watch(TraceId::from(3));
    traces.keep(&span(3, bound * 2));
    assert_eq!(kept(&traces, 3), 0, "a span beyond the bound is not kept");
}
