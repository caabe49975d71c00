//! What happens to a span between its end and the exporter.
//!
//! ```text
//! span ends ─► FrontProcessor ─► BatchSpanProcessor (SDK, own thread) ─► CountingExporter ─► exporter
//!               sampled? limits, keep a copy                              what became of the batch
//!               for JSON, room in the queue?
//! ```
//!
//! The SDK's batch processor exports what it is handed, sampled or not, and tells only at shutdown how many spans it
//! dropped. Both are decided here instead: the front processor counts the spans that are handed over and not yet taken,
//! and drops (the newest, as the SDK would) when the queue is full. The SDK's own queue has the same size and therefore
//! never overflows, so the count is exact.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use opentelemetry::Context;
use opentelemetry::trace::Span as _;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{BatchSpanProcessor, Span, SpanData, SpanExporter, SpanProcessor};

use super::finished::FinishedTraces;
use super::limits::AttributeLimits;
use super::registry::Registry;
use super::statistics::{SpanStatistics, count};
use crate::logs::ParentSpans;

/// First and only processor of the provider.
#[derive(Debug)]
pub(super) struct FrontProcessor {
    pub(super) limits: AttributeLimits,
    pub(super) statistics: SpanStatistics,
    pub(super) finished: Arc<FinishedTraces>,
    pub(super) registry: Arc<Registry>,
    /// Told of each span here, since a second processor would make the SDK copy every span at its end.
    pub(super) parents: Option<ParentSpans>,
    pub(super) max_queue_size: u64,
    /// Absent when traces are not exported; spans are then still limited, counted and kept for JSON.
    pub(super) batch: Option<BatchSpanProcessor>,
}

impl SpanProcessor for FrontProcessor {
    fn on_start(&self, span: &mut Span, cx: &Context) {
        if let Some(parents) = &self.parents {
            parents.started(span.span_context().span_id(), cx);
        }
        if let Some(batch) = &self.batch {
            batch.on_start(span, cx);
        }
    }

    fn on_end(&self, mut span: SpanData) {
        if let Some(parents) = &self.parents {
            parents.ended(span.span_context.span_id());
        }
        let counters = self.statistics.counters();
        count(&counters.ended, 1);
        if !span.span_context.is_sampled() {
            count(&counters.not_sampled, 1);
            return;
        }

        let removed = self.limits.apply(&mut span);
        count(&counters.attributes_dropped, removed.attributes);
        count(&counters.events_dropped, removed.events);
        count(&counters.links_dropped, removed.links);
        count(&counters.values_truncated, removed.truncated);

        self.finished.keep(&span);
        let Some(batch) = &self.batch else {
            count(&counters.unexported, 1);
            return;
        };
        let waiting_before = counters.waiting.fetch_add(1, Ordering::Relaxed);
        if waiting_before >= self.max_queue_size {
            counters.waiting.fetch_sub(1, Ordering::Relaxed);
            count(&counters.queue_full, 1);
            return;
        }
        batch.on_end(span);
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.batch
            .as_ref()
            .map_or(Ok(()), SpanProcessor::force_flush)
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.registry.stop();
        self.batch
            .as_ref()
            .map_or(Ok(()), |batch| batch.shutdown_with_timeout(timeout))
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.finished.set_resource(resource);
        if let Some(batch) = &mut self.batch {
            batch.set_resource(resource);
        }
    }
}

/// Counts what became of each batch.
#[derive(Debug)]
pub(super) struct CountingExporter<E> {
    pub(super) exporter: E,
    pub(super) statistics: SpanStatistics,
}

impl<E: SpanExporter> SpanExporter for CountingExporter<E> {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        let counters = self.statistics.counters();
        let spans = batch.len() as u64;
        // The batch has left the SDK's queue: its places are free while it is being sent.
        counters.waiting.fetch_sub(spans, Ordering::Relaxed);
        let result = self.exporter.export(batch).await;
        let outcome = if result.is_ok() {
            &counters.exported
        } else {
            &counters.export_failed
        };
        count(outcome, spans);
        result
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.exporter.shutdown_with_timeout(timeout)
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.exporter.force_flush()
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.exporter.set_resource(resource);
    }
}
