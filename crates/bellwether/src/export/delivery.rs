//! What was handed over, signal by signal, and what came of it.
//!
//! Exporters of spans and logs are wrapped in [`Counted`]; those of metrics count themselves, and know the causes. The counts are what an operator compares with the Collector's own
//! (`otelcol_receiver_accepted_*`): equal numbers mean that nothing was lost on the way.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::logs::{LogBatch, LogExporter};
use opentelemetry_sdk::trace::{SpanData, SpanExporter};

use crate::metrics::generated::labels::LossCause;

/// Counts of one signal since the start: spans, metric points or log records.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct SignalDelivery {
    /// Acknowledged by the endpoint.
    pub sent: u64,
    /// Given up: refused for good, or still refused when the deadline of the request passed.
    pub failed: u64,
    /// Never handed to the exporter, because its queue was full or telemetry had ended.
    pub dropped: u64,
    /// Recorded and neither of the above yet: in the queue, or in a request under way. What is left here after a shutdown
    /// was lost with it. Always 0 for metrics, which are collected when they are sent.
    pub waiting: u64,
    /// Requests that were acknowledged.
    pub requests: u64,
}

/// What became of everything recorded so far. From [`Telemetry::delivery`](crate::Telemetry::delivery).
///
/// ```
/// let report = bellwether::DeliveryReport::default();
/// assert!(report.is_complete());
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct DeliveryReport {
    /// Spans.
    pub traces: SignalDelivery,
    /// Metric data points.
    pub metrics: SignalDelivery,
    /// Log records.
    pub logs: SignalDelivery,
    /// Log lines that the stream did not take in time.
    pub log_lines_dropped: u64,
}

impl DeliveryReport {
    /// Whether nothing was given up or dropped on the way to the endpoint. What waits is neither.
    pub fn is_complete(&self) -> bool {
        [self.traces, self.metrics, self.logs]
            .iter()
            .all(|signal| signal.failed == 0 && signal.dropped == 0)
    }
}

#[derive(Debug, Default)]
struct Counts {
    sent: AtomicU64,
    failed: AtomicU64,
    requests: AtomicU64,
    /// Parts of what failed, by cause.
    causes: [AtomicU64; LossCause::COUNT],
}

/// Shared counts of one signal.
#[derive(Debug, Clone, Default)]
pub(crate) struct Delivery(Arc<Counts>);

impl Delivery {
    fn settle(&self, items: u64, result: &OTelSdkResult) {
        match result {
            Ok(()) => self.acknowledged(items, 0),
            // The SDK's exporters say it in words only.
            Err(_) => self.given_up(items, LossCause::Other),
        }
    }

    /// A request was answered: so many were taken, and so many refused.
    pub(crate) fn acknowledged(&self, taken: u64, refused: u64) {
        self.0.sent.fetch_add(taken, Ordering::Relaxed);
        self.0.requests.fetch_add(1, Ordering::Relaxed);
        if refused > 0 {
            self.given_up(refused, LossCause::Rejected);
        }
    }

    /// A request, or this part of it, will not be sent again.
    pub(crate) fn given_up(&self, items: u64, cause: LossCause) {
        self.0.failed.fetch_add(items, Ordering::Relaxed);
        self.0.causes[cause.index()].fetch_add(items, Ordering::Relaxed);
    }

    /// What was given up, by each cause there was.
    pub(crate) fn causes(&self) -> impl Iterator<Item = (LossCause, u64)> {
        LossCause::ALL.into_iter().filter_map(|cause| {
            let items = self.0.causes[cause.index()].load(Ordering::Relaxed);
            (items > 0).then_some((cause, items))
        })
    }

    /// The counts now. `recorded` is what was meant for the endpoint, `dropped` what the queue had no place for; both are
    /// to be read before this, or what settles meanwhile would be missing.
    pub(crate) fn read(&self, recorded: u64, dropped: u64) -> SignalDelivery {
        let sent = self.0.sent.load(Ordering::Relaxed);
        let failed = self.0.failed.load(Ordering::Relaxed);
        SignalDelivery {
            sent,
            failed,
            dropped,
            waiting: recorded.saturating_sub(sent + failed + dropped),
            requests: self.0.requests.load(Ordering::Relaxed),
        }
    }
}

/// Metric files that were written, and those that were not.
#[derive(Debug, Clone, Default)]
pub(crate) struct FileCounts(Arc<(AtomicU64, AtomicU64)>);

impl FileCounts {
    pub(crate) fn written(&self) {
        self.0.0.fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn failed(&self) {
        self.0.1.fetch_add(1, Ordering::Relaxed);
    }

    /// Written, failed.
    pub(crate) fn read(&self) -> (u64, u64) {
        (
            self.0.0.load(Ordering::Relaxed),
            self.0.1.load(Ordering::Relaxed),
        )
    }
}

/// An exporter whose results are counted.
#[derive(Debug)]
pub(crate) struct Counted<E> {
    exporter: E,
    delivery: Delivery,
}

impl<E> Counted<E> {
    pub(crate) fn new(exporter: E, delivery: &Delivery) -> Self {
        Self {
            exporter,
            delivery: delivery.clone(),
        }
    }
}

impl<E: SpanExporter> SpanExporter for Counted<E> {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        let items = batch.len() as u64;
        let result = self.exporter.export(batch).await;
        self.delivery.settle(items, &result);
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

impl<E: LogExporter> LogExporter for Counted<E> {
    async fn export(&self, batch: LogBatch<'_>) -> OTelSdkResult {
        let items = batch.iter().count() as u64;
        let result = self.exporter.export(batch).await;
        self.delivery.settle(items, &result);
        result
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.exporter.shutdown_with_timeout(timeout)
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.exporter.set_resource(resource);
    }
}
