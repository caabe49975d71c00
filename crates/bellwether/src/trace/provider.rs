//! The tracer provider, put together from the settings.

use std::sync::Arc;
use std::time::{Duration, Instant};

use opentelemetry::InstrumentationScope;
use opentelemetry::trace::TracerProvider;

use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::{
    BatchConfigBuilder, BatchSpanProcessor, SdkTracerProvider, SpanExporter,
};

use super::context::TraceContext;
use super::finished::{FinishedTraces, MAX_BYTES, MAX_TRACES};
use super::limits::{AttributeLimits, sdk_limits};
use super::processor::{CountingExporter, FrontProcessor};
use super::registry::{Clock, MAX_LIVE, Registry};
use super::sampling::sampler;
use super::statistics::SpanStatistics;
use crate::config::{BatchSettings, TraceSettings};
use crate::logs::ParentSpans;

/// Builds the provider, its counts, and the helpers that make spans on it. `parents` is told which spans start and end, for
/// the logs. Without an exporter, spans are still made, limited and kept for JSON export.
///
/// Starts the batch thread when there is an exporter. Nothing global is touched.
pub(crate) fn provider(
    settings: &TraceSettings,
    resource: Resource,
    exporter: Option<impl SpanExporter + 'static>,
    parents: Option<ParentSpans>,
) -> (SdkTracerProvider, SpanStatistics, TraceContext) {
    provider_by(
        Arc::new(Instant::now),
        MAX_LIVE,
        settings,
        resource,
        exporter,
        parents,
    )
}

/// [`provider`] with a clock and a bound on live spans.
pub(super) fn provider_by(
    clock: Clock,
    max_live: usize,
    settings: &TraceSettings,
    resource: Resource,
    exporter: Option<impl SpanExporter + 'static>,
    parents: Option<ParentSpans>,
) -> (SdkTracerProvider, SpanStatistics, TraceContext) {
    let statistics = SpanStatistics::default();
    let finished = Arc::new(FinishedTraces::new(
        MAX_TRACES,
        MAX_BYTES,
        statistics.clone(),
    ));
    let registry = Arc::new(Registry::new(
        *settings.live_span_ttl,
        max_live,
        clock,
        statistics.clone(),
    ));
    let front = FrontProcessor {
        limits: AttributeLimits::new(&settings.limits),
        statistics: statistics.clone(),
        finished: Arc::clone(&finished),
        registry: Arc::clone(&registry),
        parents,
        max_queue_size: queue_size(&settings.batch) as u64,
        batch: exporter.map(|exporter| batch_processor(&settings.batch, exporter, &statistics)),
    };
    let provider = SdkTracerProvider::builder()
        .with_sampler(sampler(*settings.sampler))
        .with_span_limits(sdk_limits(&settings.limits))
        .with_resource(resource)
        .with_span_processor(front)
        .build();
    let scope = InstrumentationScope::builder("bellwether")
        .with_version(env!("CARGO_PKG_VERSION"))
        .build();
    let context = TraceContext::new(provider.tracer_with_scope(scope), registry, finished);
    (provider, statistics, context)
}

fn batch_processor(
    settings: &BatchSettings,
    exporter: impl SpanExporter + 'static,
    statistics: &SpanStatistics,
) -> BatchSpanProcessor {
    // A delay of zero makes the SDK's thread spin.
    let delay = settings.schedule_delay.max(Duration::from_millis(1));
    let config = BatchConfigBuilder::default()
        .with_max_queue_size(queue_size(settings))
        .with_max_export_batch_size((*settings.max_export_batch_size).max(1))
        .with_scheduled_delay(delay)
        .build();
    let exporter = CountingExporter {
        exporter,
        statistics: statistics.clone(),
    };
    BatchSpanProcessor::builder(exporter)
        .with_batch_config(config)
        .build()
}

/// A queue of no places would drop practically every span.
fn queue_size(settings: &BatchSettings) -> usize {
    (*settings.max_queue_size).max(1)
}
