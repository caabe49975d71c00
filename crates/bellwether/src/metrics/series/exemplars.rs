//! Exemplars of one series: the first measurement of each bucket, since exporters last asked, that was made in a
//! sampled span.
//!
//! A bucket is armed or not. A measurement looks at its bucket's bit, asks for the current span only where the bit is
//! set, and takes the lock, without waiting, only where that span is sampled. So exemplars cost a lock once a bucket and
//! interval, however many measurements there are.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::SystemTime;

use opentelemetry::trace::TraceContextExt;
use opentelemetry::{Context, trace::SpanContext};

use crate::metrics::exemplar::{Exemplar, SeriesExemplars};

/// Something with exemplars, for exporters.
pub(crate) trait KeepsExemplars: Send + Sync {
    /// Those kept, of series that have any; and arms every bucket.
    fn exemplars(&self, since: Option<SystemTime>) -> Vec<SeriesExemplars>;
}

/// Buckets beyond the 64th share the last bit.
const BITS: usize = 64;

pub(super) struct Reservoir {
    armed: AtomicU64,
    kept: Mutex<Vec<Option<Exemplar>>>,
}

impl Reservoir {
    pub(super) fn new() -> Self {
        Self {
            armed: AtomicU64::new(u64::MAX),
            kept: Mutex::new(Vec::new()),
        }
    }

    /// Offers a measurement.
    #[inline]
    pub(super) fn offer(&self, value: f64, bounds: &[f64]) {
        // Counting all of a few bounds is quicker than searching them.
        let below = bounds.iter().filter(|bound| **bound < value).count();
        let bucket = below.min(BITS - 1);
        if self.armed.load(Ordering::Relaxed) & (1 << bucket) == 0 {
            return;
        }
        Context::map_current(|context| {
            if !context.has_active_span() {
                return;
            }
            let span = context.span();
            let span = span.span_context();
            if span.is_sampled() {
                self.keep(value, bucket, span);
            }
        });
    }

    #[cold]
    fn keep(&self, value: f64, bucket: usize, span: &SpanContext) {
        let bit = 1 << bucket;
        // Another thread is at it: its exemplar is as good.
        let Ok(mut kept) = self.kept.try_lock() else {
            return;
        };
        self.armed.fetch_and(!bit, Ordering::Relaxed);
        if kept.len() <= bucket {
            kept.resize(bucket + 1, None);
        }
        if let Some(place) = kept.get_mut(bucket) {
            *place = Some(Exemplar {
                value,
                time: SystemTime::now(),
                trace_id: span.trace_id(),
                span_id: span.span_id(),
            });
        }
    }

    pub(super) fn kept(&self, since: Option<SystemTime>) -> Vec<Exemplar> {
        self.armed.store(u64::MAX, Ordering::Relaxed);
        let kept = self.kept.lock();
        let kept = kept.unwrap_or_else(std::sync::PoisonError::into_inner);
        let is_new = |exemplar: &Exemplar| since.is_none_or(|since| exemplar.time > since);
        kept.iter().flatten().copied().filter(is_new).collect()
    }
}
