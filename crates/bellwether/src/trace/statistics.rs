//! How many spans went where.
//!
//! Every span that ends is counted once as ended and then once more by what became of it: not sampled, dropped because
//! the queue was full, waiting, exported, or refused by the exporter. The sums agree at any quiet moment:
//! `ended = not_sampled + queue_full + waiting + exported + export_failed` (plus `unexported` when no exporter is set).

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// A handle on the counts of one tracer provider. Cloning is cheap; all clones see the same counts.
#[derive(Debug, Clone, Default)]
pub struct SpanStatistics(Arc<Counters>);

/// The counts at one moment, all since the start.
///
/// ```
/// let counts = bellwether::trace::SpanStatistics::default().counts();
/// assert_eq!(counts.ended, 0);
/// assert_eq!(counts.lost(), 0);
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct SpanCounts {
    /// Recording spans that ended. Spans a sampler dropped at their start never record and are not counted.
    pub ended: u64,
    /// Spans recorded for local use only, and therefore not exported (OTel spec, "RECORD_ONLY").
    pub not_sampled: u64,
    /// Sampled spans that ended while no exporter was configured.
    pub unexported: u64,
    /// Spans dropped because as many as `OTEL_BSP_MAX_QUEUE_SIZE` were waiting.
    pub queue_full: u64,
    /// Spans handed over and not yet taken by the exporter.
    pub waiting: u64,
    /// Spans the exporter reported as delivered.
    pub exported: u64,
    /// Spans in batches the exporter gave up on.
    pub export_failed: u64,
    /// Attributes dropped by the count limits of spans, events and links.
    pub attributes_dropped: u64,
    /// Events dropped by `OTEL_SPAN_EVENT_COUNT_LIMIT`.
    pub events_dropped: u64,
    /// Links dropped by `OTEL_SPAN_LINK_COUNT_LIMIT`.
    pub links_dropped: u64,
    /// Attribute values cut at the value-length limit.
    pub values_truncated: u64,
    /// Live spans ended for their owners because they outlived their time.
    pub live_expired: u64,
    /// Live spans ended for their owners because too many were open at once.
    pub live_evicted: u64,
    /// Finished spans not kept for JSON export because of its bounds. They are exported all the same.
    pub kept_dropped: u64,
}

impl SpanCounts {
    /// Sampled spans that will not arrive: dropped at a full queue or given up by the exporter.
    pub const fn lost(&self) -> u64 {
        self.queue_full + self.export_failed
    }
}

#[derive(Debug, Default)]
pub(super) struct Counters {
    pub(super) ended: AtomicU64,
    pub(super) not_sampled: AtomicU64,
    pub(super) unexported: AtomicU64,
    pub(super) queue_full: AtomicU64,
    pub(super) waiting: AtomicU64,
    pub(super) exported: AtomicU64,
    pub(super) export_failed: AtomicU64,
    pub(super) attributes_dropped: AtomicU64,
    pub(super) events_dropped: AtomicU64,
    pub(super) links_dropped: AtomicU64,
    pub(super) values_truncated: AtomicU64,
    pub(super) live_expired: AtomicU64,
    pub(super) live_evicted: AtomicU64,
    pub(super) kept_dropped: AtomicU64,
}

/// Adds to a count. Zero is skipped, so that the usual span touches as few shared cache lines as it can.
pub(super) fn count(counter: &AtomicU64, by: u64) {
    if by > 0 {
        counter.fetch_add(by, Ordering::Relaxed);
    }
}

impl SpanStatistics {
    /// Reads all counts. Each is exact; together they may be a few spans apart while spans are ending.
    pub fn counts(&self) -> SpanCounts {
        let read = |counter: &AtomicU64| counter.load(Ordering::Relaxed);
        let Counters {
            ended,
            not_sampled,
            unexported,
            queue_full,
            waiting,
            exported,
            export_failed,
            attributes_dropped,
            events_dropped,
            links_dropped,
            values_truncated,
            live_expired,
            live_evicted,
            kept_dropped,
        } = &*self.0;
        SpanCounts {
            ended: read(ended),
            not_sampled: read(not_sampled),
            unexported: read(unexported),
            queue_full: read(queue_full),
            waiting: read(waiting),
            exported: read(exported),
            export_failed: read(export_failed),
            attributes_dropped: read(attributes_dropped),
            events_dropped: read(events_dropped),
            links_dropped: read(links_dropped),
            values_truncated: read(values_truncated),
            live_expired: read(live_expired),
            live_evicted: read(live_evicted),
            kept_dropped: read(kept_dropped),
        }
    }

    pub(super) fn counters(&self) -> &Counters {
        &self.0
    }
}
