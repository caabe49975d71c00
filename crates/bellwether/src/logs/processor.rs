//! What happens to a record between the logger and the exporter.
//!
//! The SDK's batch processor says how many records its full queue has dropped in a warning at shutdown, and nowhere else.
//! So the queue is watched from both ends here, as that of spans is: records that are handed over and not yet taken by the
//! exporter are counted, and when they are as many as the queue holds, the next is dropped and counted. The SDK's own
//! queue has the same size and therefore never overflows.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use opentelemetry::InstrumentationScope;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::logs::{
    BatchLogProcessor, LogBatch, LogExporter, LogProcessor, SdkLogRecord,
};

/// The queue as seen from outside. Clones share.
#[derive(Debug, Clone, Default)]
pub(super) struct QueueCounts(Arc<Counters>);

#[derive(Debug, Default)]
struct Counters {
    waiting: AtomicU64,
    dropped: AtomicU64,
    ended: AtomicBool,
}

impl QueueCounts {
    /// Records dropped because the queue was full, or because they came after the end.
    pub(super) fn dropped(&self) -> u64 {
        self.0.dropped.load(Ordering::Relaxed)
    }
}

/// Before the queue.
#[derive(Debug)]
pub(super) struct FrontProcessor {
    pub(super) batch: BatchLogProcessor,
    pub(super) max_queue_size: u64,
    pub(super) counts: QueueCounts,
}

impl LogProcessor for FrontProcessor {
    fn emit(&self, record: &mut SdkLogRecord, scope: &InstrumentationScope) {
        let counters = &*self.counts.0;
        if counters.ended.load(Ordering::Acquire) {
            counters.dropped.fetch_add(1, Ordering::Relaxed);
            return;
        }
        let waiting_before = counters.waiting.fetch_add(1, Ordering::Relaxed);
        if waiting_before >= self.max_queue_size {
            counters.waiting.fetch_sub(1, Ordering::Relaxed);
            counters.dropped.fetch_add(1, Ordering::Relaxed);
            return;
        }
        self.batch.emit(record, scope);
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.batch.force_flush()
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.counts.0.ended.store(true, Ordering::Release);
        self.batch.shutdown_with_timeout(timeout)
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.batch.set_resource(resource);
    }
}

/// Behind the queue.
#[derive(Debug)]
pub(super) struct TakingExporter<E> {
    pub(super) exporter: E,
    pub(super) counts: QueueCounts,
}

impl<E: LogExporter> LogExporter for TakingExporter<E> {
    async fn export(&self, batch: LogBatch<'_>) -> OTelSdkResult {
        let records = batch.iter().count() as u64;
        // The batch has left the SDK's queue: its places are free while it is being sent.
        self.counts.0.waiting.fetch_sub(records, Ordering::Relaxed);
        self.exporter.export(batch).await
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.exporter.shutdown_with_timeout(timeout)
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.exporter.set_resource(resource);
    }
}
