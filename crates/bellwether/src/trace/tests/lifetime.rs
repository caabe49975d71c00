//! Live spans that nobody ends.

use std::sync::{Arc, Barrier};
use std::time::{Duration, Instant};

use opentelemetry::Value;
use opentelemetry::trace::Status;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::{InMemorySpanExporter, SpanData};

use super::fixture::{Pipeline, settings};
use crate::config::Setting;
use crate::trace::registry::Registry;
use crate::trace::{SpanKind, SpanStatistics, provider};

const HOUR: Duration = Duration::from_secs(3600);

fn ended_by(span: &SpanData) -> Option<Value> {
    let key = "bellwether.span.ended_by";
    span.attributes
        .iter()
        .find(|kv| kv.key.as_str() == key)
        .map(|kv| kv.value.clone())
}

#[test]
fn a_span_open_too_long_is_ended_for_its_owner_when_the_next_one_starts() {
    let pipeline = Pipeline::new(&settings());
    let forgotten = pipeline.traces.start_trace("forgotten", SpanKind::Internal);
    pipeline.pass(HOUR / 2);
    let young = pipeline.traces.start_trace("young", SpanKind::Internal);
    pipeline.pass((HOUR / 2).saturating_sub(Duration::from_nanos(1)));
    drop(
        pipeline
            .traces
            .start_trace("just before", SpanKind::Internal),
    );
    assert_eq!(pipeline.statistics.counts().live_expired, 0);
    pipeline.pass(Duration::from_nanos(1));
    drop(
        pipeline
            .traces
            .start_trace("at its time", SpanKind::Internal),
    );

    assert_eq!(pipeline.statistics.counts().live_expired, 1);
    let span = pipeline.span("forgotten");
    assert!(
        matches!(&span.status, Status::Error { description } if description.contains("expired"))
    );
    assert_eq!(ended_by(&span), Some("expired".into()));
    forgotten.end_with(Status::Ok);
    drop(forgotten);
    assert!(pipeline.exported().iter().all(|span| span.name != "young"));
    drop(young);
    assert_eq!(ended_by(&pipeline.span("young")), None);
    assert_eq!(pipeline.statistics.counts().ended, 4);
}

#[test]
fn beyond_the_bound_the_oldest_is_ended() {
    let pipeline = Pipeline::with_max_live(&settings(), 2);
    let spans = ["first", "second", "third"]
        .map(|name| pipeline.traces.start_trace(name, SpanKind::Internal));
    let exported = pipeline.exported();
    assert_eq!(exported.len(), 1);
    assert_eq!(
        (exported[0].name.as_ref(), ended_by(&exported[0])),
        ("first", Some("evicted".into()))
    );
    assert_eq!(pipeline.statistics.counts().live_evicted, 1);
    drop(spans);
    assert_eq!(pipeline.statistics.counts().ended, 3);
}

#[test]
fn a_lifetime_of_zero_never_ends_a_span() {
    let mut settings = settings();
    settings.live_span_ttl = Setting::default_value(Duration::ZERO);
    let pipeline = Pipeline::new(&settings);
    let span = pipeline.traces.start_trace("span", SpanKind::Internal);
    pipeline.pass(HOUR * 1000);
    drop(pipeline.traces.start_trace("other", SpanKind::Internal));
    assert_eq!(pipeline.statistics.counts().live_expired, 0);
    drop(span);
}

#[test]
fn open_spans_are_ended_before_a_shutdown_takes_the_last_batch() {
    let pipeline = Pipeline::new(&settings());
    let span = pipeline.traces.start_trace("open", SpanKind::Internal);
    pipeline.traces.end_live_spans();
    let exported = pipeline.span("open");
    assert_eq!(
        (ended_by(&exported), exported.status),
        (Some("shutdown".into()), Status::Unset)
    );
    drop(span);
    assert_eq!(pipeline.statistics.counts().ended, 1);
}

#[test]
fn the_timer_ends_a_leaked_span_in_a_service_that_has_gone_quiet() {
    let mut settings = settings();
    settings.live_span_ttl = Setting::default_value(Duration::from_millis(20));
    let exporter = InMemorySpanExporter::default();
    let resource = Resource::builder_empty().build();
    let (provider, statistics, traces) =
        provider(&settings, resource, Some(exporter.clone()), None);
    std::mem::forget(traces.start_trace("leaked", SpanKind::Internal));
    let deadline = Instant::now() + Duration::from_secs(10);
    while statistics.counts().live_expired == 0 {
        assert!(Instant::now() < deadline, "the timer did not end the span");
        std::thread::yield_now();
    }
    provider.force_flush().unwrap();
    let spans = exporter.get_finished_spans().unwrap();
    assert_eq!(ended_by(&spans[0]), Some("expired".into()));
}

#[test]
fn the_registry_forgets_what_has_ended_and_keeps_nothing_alive() {
    let clock = Arc::new(Instant::now);
    let registry = Arc::new(Registry::new(HOUR, 10, clock, SpanStatistics::default()));
    let kept = registry.enter(opentelemetry::Context::new());
    let ended = registry.enter(opentelemetry::Context::new());
    assert_eq!(registry.len(), 2);
    ended.end(Status::Unset);
    assert_eq!(registry.len(), 1);
    assert_eq!(Arc::strong_count(&kept), 1, "the registry refers weakly");
}

#[test]
fn eight_threads_start_end_and_expire_and_every_span_ends_once() {
    const THREADS: usize = 8;
    const SPANS: usize = 500;
    const HELD: usize = 100;
    const TOTAL: usize = THREADS * (SPANS * 2 + HELD);
    let mut larger_queue = settings();
    larger_queue.batch.max_queue_size = Setting::default_value(TOTAL);
    // Once time stands still nothing expires any more, and one thread alone holds more than the bound.
    let time_stands_still = Barrier::new(THREADS);
    let pipeline = Pipeline::with_max_live(&larger_queue, 64);
    std::thread::scope(|scope| {
        for thread in 0..THREADS {
            let (pipeline, time_stands_still) = (&pipeline, &time_stands_still);
            scope.spawn(move || {
                let mut held = Vec::new();
                for number in 0..SPANS {
                    let root = pipeline.traces.start_trace("root", SpanKind::Internal);
                    let child = pipeline
                        .traces
                        .start_span(&root, "child", SpanKind::Internal);
                    match (thread + number) % 4 {
                        0 => held.push(root),
                        1 => root.end_with(Status::Ok),
                        2 => pipeline.pass(HOUR / 50),
                        _ => drop(root),
                    }
                    child.end();
                }
                time_stands_still.wait();
                held.extend(
                    (0..HELD).map(|_| pipeline.traces.start_trace("held", SpanKind::Internal)),
                );
            });
        }
    });
    let counts = pipeline.statistics.counts();
    assert_eq!(counts.ended, TOTAL as u64);
    assert!(
        counts.live_expired > 0 && counts.live_evicted > 0,
        "{counts:?}"
    );
    assert_eq!(counts.queue_full, 0);
    let exported = pipeline.exported();
    assert_eq!(exported.len(), TOTAL);
    let mut ids: Vec<_> = exported
        .iter()
        .map(|span| span.span_context.span_id())
        .collect();
    ids.sort_by_key(|id| id.to_bytes());
    ids.dedup();
    assert_eq!(ids.len(), TOTAL, "no span is exported twice");
}
