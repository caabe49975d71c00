//! The tracer provider, put together from the settings.

use std::time::Duration;

use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::{
    BatchConfigBuilder, BatchSpanProcessor, SdkTracerProvider, SpanExporter, SpanProcessor,
};

use super::limits::{AttributeLimits, sdk_limits};
use super::processor::{CountingExporter, FrontProcessor};
use super::sampling::sampler;
use super::statistics::SpanStatistics;
use crate::config::{BatchSettings, TraceSettings};

/// Builds the provider; `observer` sees spans start and end beside the exporter. Without an exporter, spans are still made, limited and kept for JSON export.
///
/// Starts the batch thread when there is an exporter. Nothing global is touched.
pub(crate) fn provider(
    settings: &TraceSettings,
    resource: Resource,
    exporter: Option<impl SpanExporter + 'static>,
    observer: Option<impl SpanProcessor + 'static>,
) -> (SdkTracerProvider, SpanStatistics) {
    let statistics = SpanStatistics::default();
    let front = FrontProcessor {
        limits: AttributeLimits::new(&settings.limits),
        statistics: statistics.clone(),
        max_queue_size: queue_size(&settings.batch) as u64,
        batch: exporter.map(|exporter| batch_processor(&settings.batch, exporter, &statistics)),
    };
    let mut provider = SdkTracerProvider::builder()
        .with_sampler(sampler(*settings.sampler))
        .with_span_limits(sdk_limits(&settings.limits))
        .with_resource(resource);
    if let Some(observer) = observer {
        provider = provider.with_span_processor(observer);
    }
    (provider.with_span_processor(front).build(), statistics)
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
