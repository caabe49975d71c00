//! Limits, the queue, the filter and the counts.

use std::future::Future;
use std::sync::{Arc, Condvar, Mutex};
use std::time::{Duration, Instant};

use opentelemetry::trace::{
    Link, Span, SpanContext, Status, TraceContextExt, Tracer, TracerProvider,
};
use opentelemetry::{Context, KeyValue, Value};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::{OTelSdkError, OTelSdkResult};
use opentelemetry_sdk::trace::{
    BatchSpanProcessor, InMemorySpanExporter, SamplingDecision, SamplingResult, SdkTracerProvider,
    ShouldSample, SpanData, SpanExporter,
};
use tracing::{debug_span, error, info, info_span};

use super::fixture::{Pipeline, settings};
use crate::config::{BatchSettings, Setting};
use crate::logs::ParentSpans;
use crate::trace::finished::FinishedTraces;
use crate::trace::limits::AttributeLimits;
use crate::trace::processor::FrontProcessor;
use crate::trace::registry::Registry;
use crate::trace::{SpanStatistics, provider};

fn key_values(attributes: &[KeyValue]) -> Vec<(&str, String)> {
    attributes
        .iter()
        .map(|kv| (kv.key.as_str(), kv.value.to_string()))
        .collect()
}

#[test]
fn an_attribute_set_again_is_replaced_even_beyond_the_count_limit() {
    let mut settings = settings();
    settings.limits.attributes = Setting::default_value(2);
    let pipeline = Pipeline::new(&settings);
    let mut span = pipeline.provider.tracer("test").start("span");
    span.set_attribute(KeyValue::new("state", "new"));
    for percent in 0..500 {
        span.set_attribute(KeyValue::new("percent", percent));
    }
    span.set_attribute(KeyValue::new("third", 3));
    span.set_attribute(KeyValue::new("state", "done"));
    span.end();

    let span = pipeline.span("span");
    assert_eq!(
        key_values(&span.attributes),
        [("state", "done".into()), ("percent", "499".into())]
    );
    assert_eq!(span.dropped_attributes_count, 1);
    assert_eq!(pipeline.statistics.counts().attributes_dropped, 1);
}

#[test]
fn values_are_cut_on_spans_events_and_links() {
    let mut settings = settings();
    settings.limits.value_length = Setting::default_value(Some(4));
    settings.limits.attributes_per_event = Setting::default_value(1);
    settings.limits.attributes_per_link = Setting::default_value(1);
    let pipeline = Pipeline::new(&settings);
    let long = || vec![KeyValue::new("k", "fünfzig"), KeyValue::new("l", "other")];
    let linked = pipeline
        .provider
        .tracer("test")
        .start("linked")
        .span_context()
        .clone();
    let builder = pipeline
        .provider
        .tracer("test")
        .span_builder("span")
        .with_attributes(long())
        .with_links(vec![Link::new(linked, long(), 0)]);
    let mut span = pipeline.provider.tracer("test").build(builder);
    span.add_event("event", long());
    span.end();

    let span = pipeline.span("span");
    assert_eq!(
        key_values(&span.attributes),
        [("k", "fünf".into()), ("l", "othe".into())]
    );
    assert_eq!(
        key_values(&span.events[0].attributes),
        [("k", "fünf".into())]
    );
    assert_eq!(span.events[0].dropped_attributes_count, 1);
    assert_eq!(
        key_values(&span.links[0].attributes),
        [("k", "fünf".into())]
    );
    assert_eq!(span.links[0].dropped_attributes_count, 1);
    let counts = pipeline.statistics.counts();
    assert_eq!((counts.values_truncated, counts.attributes_dropped), (4, 2));
}

#[test]
fn events_and_links_are_bounded() {
    let mut settings = settings();
    settings.limits.events = Setting::default_value(3);
    settings.limits.links = Setting::default_value(2);
    let pipeline = Pipeline::new(&settings);
    let tracer = pipeline.provider.tracer("test");
    let linked = tracer.start("linked").span_context().clone();
    let mut span = tracer.start("span");
    for _ in 0..5 {
        span.add_event("event", Vec::new());
        span.add_link(linked.clone(), Vec::new());
    }
    span.end();
    let span = pipeline.span("span");
    assert_eq!((span.events.len(), span.events.dropped_count), (3, 2));
    assert_eq!((span.links.len(), span.links.dropped_count), (2, 3));
    let counts = pipeline.statistics.counts();
    assert_eq!((counts.events_dropped, counts.links_dropped), (2, 3));
}

/// Records every span and samples none.
#[derive(Debug, Clone)]
struct RecordOnly;

impl ShouldSample for RecordOnly {
    fn should_sample(
        &self,
        _: Option<&Context>,
        _: opentelemetry::trace::TraceId,
        _: &str,
        _: &opentelemetry::trace::SpanKind,
        _: &[KeyValue],
        _: &[Link],
    ) -> SamplingResult {
        SamplingResult {
            decision: SamplingDecision::RecordOnly,
            attributes: Vec::new(),
            trace_state: opentelemetry::trace::TraceState::NONE,
        }
    }
}

#[test]
fn a_span_recorded_but_not_sampled_is_not_exported() {
    let exporter = InMemorySpanExporter::default();
    let statistics = SpanStatistics::default();
    let front = FrontProcessor {
        limits: AttributeLimits::new(&settings().limits),
        statistics: statistics.clone(),
        finished: Arc::new(FinishedTraces::new(1, 1, statistics.clone())),
        registry: Arc::new(Registry::new(
            Duration::ZERO,
            1,
            Arc::new(Instant::now),
            statistics.clone(),
        )),
        parents: None,
        max_queue_size: 10,
        batch: Some(BatchSpanProcessor::builder(exporter.clone()).build()),
    };
    let provider = SdkTracerProvider::builder()
        .with_sampler(RecordOnly)
        .with_span_processor(front)
        .build();
    let mut span = provider.tracer("test").start("span");
    assert!(span.is_recording());
    span.end();
    provider.force_flush().unwrap();
    assert!(exporter.get_finished_spans().unwrap().is_empty());
    let counts = statistics.counts();
    assert_eq!(
        (counts.ended, counts.not_sampled, counts.waiting),
        (1, 1, 0)
    );
}

/// Holds every export until told to go on; fails if told so.
#[derive(Debug, Clone, Default)]
struct Gate(Arc<(Mutex<GateState>, Condvar)>);

#[derive(Debug, Default)]
struct GateState {
    inside: bool,
    open: bool,
}

impl Gate {
    fn wait_until_inside(&self) {
        let (state, changed) = &*self.0;
        let guard = state.lock().unwrap();
        drop(changed.wait_while(guard, |state| !state.inside).unwrap());
    }

    fn open(&self) {
        let (state, changed) = &*self.0;
        state.lock().unwrap().open = true;
        changed.notify_all();
    }
}

impl SpanExporter for Gate {
    fn export(&self, batch: Vec<SpanData>) -> impl Future<Output = OTelSdkResult> + Send {
        let (state, changed) = &*self.0;
        let mut guard = state.lock().unwrap();
        guard.inside = true;
        changed.notify_all();
        drop(changed.wait_while(guard, |state| !state.open).unwrap());
        let refused = batch.iter().any(|span| span.name == "refused");
        std::future::ready(if refused {
            Err(OTelSdkError::InternalFailure("refused".into()))
        } else {
            Ok(())
        })
    }
}

#[test]
fn a_full_queue_drops_the_newest_and_counts_each() {
    let gate = Gate::default();
    let mut settings = settings();
    settings.batch = BatchSettings {
        max_queue_size: Setting::default_value(10),
        max_export_batch_size: Setting::default_value(4),
        ..settings.batch
    };
    let (provider, statistics, ..) = provider(
        &settings,
        Resource::builder_empty().build(),
        Some(gate.clone()),
        None,
    );
    let tracer = provider.tracer("test");
    let end = |name: &'static str, spans: usize| {
        for _ in 0..spans {
            tracer.start(name).end();
        }
    };
    end("refused", 4);
    gate.wait_until_inside();
    assert_eq!(
        statistics.counts().waiting,
        0,
        "the batch of four has been taken"
    );
    end("queued", 10);
    end("too many", 7);
    let counts = statistics.counts();
    assert_eq!(
        (counts.ended, counts.waiting, counts.queue_full),
        (21, 10, 7)
    );

    gate.open();
    provider.shutdown().unwrap();
    let counts = statistics.counts();
    assert_eq!(
        (counts.exported, counts.export_failed, counts.waiting),
        (10, 4, 0)
    );
    assert_eq!(counts.lost(), 11);
    assert_eq!(
        counts.ended,
        counts.exported + counts.export_failed + counts.queue_full
    );
}

#[test]
fn without_an_exporter_spans_are_made_and_counted() {
    let (provider, statistics, ..) = provider(
        &settings(),
        Resource::builder_empty().build(),
        None::<InMemorySpanExporter>,
        None,
    );
    let mut span = provider.tracer("test").start("span");
    assert!(span.is_recording());
    span.end();
    provider.force_flush().unwrap();
    provider.shutdown().unwrap();
    let counts = statistics.counts();
    assert_eq!((counts.ended, counts.unexported, counts.waiting), (1, 1, 0));
}

#[test]
fn spans_of_the_export_machinery_and_below_the_level_are_not_exported() {
    let pipeline = Pipeline::new(&settings());
    tracing::dispatcher::with_default(&pipeline.dispatch(), || {
        info_span!(target: "hyper::client", "hyper").in_scope(|| {
            info_span!("inside a filtered span").in_scope(|| ());
        });
        info_span!(target: "h2", "h2").in_scope(|| ());
        info_span!(target: "tonic::transport", "tonic").in_scope(|| ());
        info_span!(target: "tower::buffer", "tower").in_scope(|| ());
        info_span!(target: "opentelemetry-otlp", "otlp").in_scope(|| ());
        info_span!(target: "opentelemetry_sdk::trace", "sdk").in_scope(|| ());
        debug_span!("debug").in_scope(|| ());
        info_span!(target: "tower_http::trace", "service").in_scope(|| ());
        info_span!("own").in_scope(|| ());
    });
    let mut names: Vec<_> = pipeline
        .exported()
        .into_iter()
        .map(|span| span.name)
        .collect();
    names.sort();
    assert_eq!(names, ["inside a filtered span", "own", "service"]);
}

#[test]
fn an_error_event_sets_the_status_and_becomes_an_event_while_an_info_event_does_not() {
    let pipeline = Pipeline::new(&settings());
    tracing::dispatcher::with_default(&pipeline.dispatch(), || {
        info_span!("fails").in_scope(|| {
            info!("trying");
            let cause = std::io::Error::other("disk on fire");
            error!(error = &cause as &dyn std::error::Error, "giving up");
        });
        info_span!("works").in_scope(|| info!("fine"));
    });
    let failed = pipeline.span("fails");
    assert!(
        matches!(failed.status, Status::Error { .. }),
        "{:?}",
        failed.status
    );
    assert_eq!(failed.events.len(), 1);
    let message = Value::from("disk on fire");
    assert!(
        failed.events[0]
            .attributes
            .iter()
            .any(|kv| kv.value == message)
    );
    let works = pipeline.span("works");
    assert_eq!((works.status, works.events.len()), (Status::Unset, 0));
}

#[test]
fn only_useful_attributes_are_added_to_a_tracing_span() {
    let pipeline = Pipeline::new(&settings());
    tracing::dispatcher::with_default(&pipeline.dispatch(), || {
        info_span!("span", own = 1).in_scope(|| {
            assert!(Context::current().span().span_context() != &SpanContext::NONE);
        });
    });
    let span = pipeline.span("span");
    let keys: Vec<_> = span.attributes.iter().map(|kv| kv.key.as_str()).collect();
    assert_eq!(
        keys,
        [
            "code.file.path",
            "code.module.name",
            "code.line.number",
            "own"
        ]
    );
    assert_eq!(span.instrumentation_scope.name(), "tracing");
}

#[test]
fn the_logs_are_told_whose_child_a_span_is_while_it_is_open() {
    let parents = ParentSpans::default();
    let resource = Resource::builder_empty().build();
    let exporter = None::<InMemorySpanExporter>;
    let (provider, ..) = provider(&settings(), resource, exporter, Some(parents.clone()));
    let tracer = provider.tracer("test");
    let root = Context::new().with_span(tracer.start_with_context("root", &Context::new()));
    let mut child = tracer.start_with_context("child", &root);
    let id = child.span_context().span_id();
    assert_eq!(
        parents.parent_of(id),
        Some(root.span().span_context().span_id())
    );
    child.end();
    assert_eq!(parents.parent_of(id), None);
}
