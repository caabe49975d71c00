//! Rates over labels: what was counted, per second, over the last minute, at the time it is asked for.
//!
//! Each reading takes a snapshot of all counts, and a rate is the difference to the snapshot of a minute ago, or to the
//! oldest there is. So any number of readers may ask at any time, and a rate is zero again a minute after the last count.
//! Between a snapshot and the next is at least a second, which bounds how many there are.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use opentelemetry::KeyValue;

use super::chunked::Chunked;
use super::instrument::Observed;
use super::slots::Slots;
use crate::metrics::MetricDefinition;
use crate::metrics::label::Labels;

/// Time a rate is over.
const WINDOW: Duration = Duration::from_secs(60);

/// Least time between snapshots, and least time a rate is over.
const STEP: Duration = Duration::from_secs(1);

pub(crate) struct Rate<L> {
    slots: Slots<L>,
    counts: Chunked<AtomicU64>,
    snapshots: Mutex<VecDeque<Snapshot>>,
}

/// Counts by slot. A slot beyond the end had none.
struct Snapshot {
    at: Instant,
    counts: Vec<u64>,
}

impl<L: Labels> Rate<L> {
    pub(crate) fn new(definition: &'static MetricDefinition) -> Self {
        let keys = definition.labels.iter().map(|label| label.key).collect();
        let beginning = Snapshot {
            at: Instant::now(),
            counts: Vec::new(),
        };
        Self {
            slots: Slots::new(definition.name, keys, &[]),
            counts: Chunked::new(Slots::<L>::len()),
            snapshots: Mutex::new(VecDeque::from([beginning])),
        }
    }

    #[inline]
    pub(crate) fn add(&self, count: u64, labels: L) {
        let Some((slot, labels)) = self.slots.slot(labels) else {
            return;
        };
        if let Some(counted) = self.counts.get(slot) {
            counted.fetch_add(count, Ordering::Relaxed);
            self.slots.show(slot, labels);
        }
    }

    fn read(&self, now: Instant, mut see: impl FnMut(&[KeyValue], f64)) {
        let mut snapshots = self.snapshots();
        // One that is a minute old is enough.
        while snapshots.get(1).is_some_and(|next| now - next.at >= WINDOW) {
            snapshots.pop_front();
        }
        let mut counts = Vec::new();
        self.slots.each(|slot, attributes| {
            let count = self
                .counts
                .get(slot)
                .map_or(0, |count| count.load(Ordering::Relaxed));
            if counts.len() <= slot {
                counts.resize(slot + 1, 0);
            }
            counts[slot] = count;
            let Some(before) = snapshots.front() else {
                return;
            };
            let counted = count - before.counts.get(slot).copied().unwrap_or(0);
            let over = (now - before.at).max(STEP);
            see(attributes, counted as f64 / over.as_secs_f64());
        });
        if snapshots.back().is_none_or(|last| now - last.at >= STEP) {
            snapshots.push_back(Snapshot { at: now, counts });
        }
    }

    fn snapshots(&self) -> std::sync::MutexGuard<'_, VecDeque<Snapshot>> {
        self.snapshots
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl<L: Labels> Observed<f64> for Rate<L> {
    fn each(&self, see: &mut dyn FnMut(&[KeyValue], f64)) {
        self.read(Instant::now(), see);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::OpenLabel;
    use crate::metrics::generated::agent::ERROR_RATE;
    use crate::metrics::generated::labels::{Component, ErrorType};

    fn rates(rate: &Rate<(Component, ErrorType)>, now: Instant) -> Vec<(String, f64)> {
        let mut rates = Vec::new();
        rate.read(now, |attributes, per_second| {
            rates.push((attributes[1].value.to_string(), per_second));
        });
        rates
    }

    #[test]
    fn a_rate_is_over_the_last_minute_however_often_it_is_read() {
        let rate = Rate::new(&ERROR_RATE);
        let (a, b) = (ErrorType::of("a"), ErrorType::of("b"));
        let component = Component::of("planner");
        let start = rate.snapshots()[0].at;
        let at = |seconds| start + Duration::from_secs(seconds);

        rate.add(10, (component, a));
        assert_eq!(rates(&rate, at(10)), [("a".to_owned(), 1.0)]);
        // Another reader in the same second sees the same, and is no snapshot of its own.
        assert_eq!(rates(&rate, at(10)), [("a".to_owned(), 1.0)]);
        assert_eq!(rate.snapshots().len(), 2);

        rate.add(30, (component, b));
        let both = rates(&rate, at(20));
        assert_eq!(both, [("a".to_owned(), 0.5), ("b".to_owned(), 1.5)]);

        // A minute after `a` was last counted it is zero, and `b` is not.
        let later = rates(&rate, at(75));
        assert_eq!(later[0], ("a".to_owned(), 0.0));
        assert!(later[1].1 > 0.0, "{later:?}");
        assert_eq!(rates(&rate, at(140))[1], ("b".to_owned(), 0.0));
    }

    #[test]
    fn the_first_second_is_no_burst_and_snapshots_are_bounded() {
        let rate = Rate::new(&ERROR_RATE);
        let start = Instant::now();
        rate.add(3, (Component::of("planner"), ErrorType::of("a")));
        assert_eq!(rates(&rate, start), [("a".to_owned(), 3.0)]);
        for tenth in 0..6_000 {
            let _ = rates(&rate, start + Duration::from_millis(tenth * 100));
        }
        assert!(rate.snapshots().len() <= 62, "{}", rate.snapshots().len());
    }
}
