//! Which histograms exporters ask for exemplars, and what those that ended leave behind.
//!
//! A family of a live id ends with the work it measures, mostly before the next collection. Its series are told for
//! a while after that, so its exemplars stay for as long: they are taken out when the end is noticed, and the tables
//! are freed. The room for them is bounded; what finds none is counted.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant, SystemTime};

use super::exemplar::SeriesExemplars;
use super::series::{Holder, KeepsExemplars};

/// Ended series whose exemplars are kept.
const MOST_LEFT: usize = 2_000;

pub(super) struct ExemplarKeepers {
    /// How long exemplars of an ended series are still told.
    grace: Duration,
    known: Mutex<Known>,
    dropped: Arc<AtomicU64>,
}

#[derive(Default)]
struct Known {
    histograms: Vec<Histogram>,
    /// The oldest first.
    left: VecDeque<(Instant, SeriesExemplars)>,
}

struct Histogram {
    series: Arc<dyn KeepsExemplars>,
    /// Gone with the last clone of the family.
    holder: Weak<Holder>,
}

impl ExemplarKeepers {
    pub(super) fn new(grace: Duration) -> Self {
        Self {
            grace,
            known: Mutex::default(),
            dropped: Arc::default(),
        }
    }

    /// Exemplars that found no room.
    pub(super) fn dropped(&self) -> Arc<AtomicU64> {
        Arc::clone(&self.dropped)
    }

    pub(super) fn add(&self, series: Arc<dyn KeepsExemplars>, holder: &Arc<Holder>) {
        let mut known = self.swept();
        known.histograms.push(Histogram {
            series,
            holder: Arc::downgrade(holder),
        });
    }

    /// Exemplars of those that live and of those that ended lately. Asking also lets each bucket take a new one.
    pub(super) fn exemplars(&self, since: Option<SystemTime>) -> Vec<SeriesExemplars> {
        let known = self.swept();
        let living: Vec<_> = known
            .histograms
            .iter()
            .map(|histogram| Arc::clone(&histogram.series))
            .collect();
        let left = known.left.iter();
        let mut exemplars: Vec<_> = left.filter_map(|(_, one)| made_after(since, one)).collect();
        drop(known);
        exemplars.extend(living.iter().flat_map(|series| series.exemplars(since)));
        exemplars
    }

    /// With exemplars of ended histograms taken out of them, and without those that ended too long ago.
    fn swept(&self) -> MutexGuard<'_, Known> {
        let mut guard = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        let Known { histograms, left } = &mut *guard;
        let now = Instant::now();
        left.retain(|(ended, _)| now.duration_since(*ended) < self.grace);
        histograms.retain(|histogram| {
            if histogram.holder.strong_count() > 0 {
                return true;
            }
            let exemplars = histogram.series.exemplars(None);
            left.extend(exemplars.into_iter().map(|one| (now, one)));
            false
        });
        while left.len() > MOST_LEFT {
            let oldest = left.pop_front();
            let lost = oldest.map_or(0, |(_, one)| one.exemplars.len() as u64);
            self.dropped.fetch_add(lost, Ordering::Relaxed);
        }
        guard
    }
}

fn made_after(since: Option<SystemTime>, one: &SeriesExemplars) -> Option<SeriesExemplars> {
    let is_new = |time| since.is_none_or(|since| time > since);
    let mut one = one.clone();
    one.exemplars.retain(|exemplar| is_new(exemplar.time));
    (!one.exemplars.is_empty()).then_some(one)
}

#[cfg(test)]
mod tests {
    use opentelemetry::trace::{SpanId, TraceId};

    use super::*;
    use crate::metrics::Exemplar;

    /// A series with one exemplar of this value.
    struct One(f64);

    impl KeepsExemplars for One {
        fn exemplars(&self, _: Option<SystemTime>) -> Vec<SeriesExemplars> {
            vec![SeriesExemplars {
                metric: "job_duration_seconds",
                attributes: Vec::new(),
                exemplars: vec![Exemplar {
                    value: self.0,
                    time: SystemTime::now(),
                    trace_id: TraceId::from(1),
                    span_id: SpanId::from(1),
                }],
            }]
        }
    }

    fn values(keepers: &ExemplarKeepers) -> Vec<f64> {
        let series = keepers.exemplars(None);
        series.iter().map(|one| one.exemplars[0].value).collect()
    }

    #[test]
    fn what_ended_is_told_to_each_who_asks() {
        let keepers = ExemplarKeepers::new(Duration::from_secs(3_600));
        let holder = Holder::new(Vec::new());
        keepers.add(Arc::new(One(1.0)), &holder);
        drop(holder);
        assert_eq!(values(&keepers), [1.0]);
        assert_eq!(values(&keepers), [1.0], "a second exporter");
        let later = SystemTime::now() + Duration::from_secs(1);
        assert!(keepers.exemplars(Some(later)).is_empty(), "told before");
        assert!(keepers.known.lock().unwrap().histograms.is_empty());
    }

    #[test]
    fn what_ended_a_while_ago_is_gone() {
        let keepers = ExemplarKeepers::new(Duration::ZERO);
        let holder = Holder::new(Vec::new());
        keepers.add(Arc::new(One(1.0)), &holder);
        assert_eq!(values(&keepers), [1.0], "it lives");
        drop(holder);
        drop(keepers.swept());
        assert!(values(&keepers).is_empty());
    }

    #[test]
    fn the_oldest_make_room_and_are_counted() {
        let keepers = ExemplarKeepers::new(Duration::from_secs(3_600));
        for _ in 0..MOST_LEFT + 7 {
            keepers.add(Arc::new(One(1.0)), &Holder::new(Vec::new()));
        }
        assert_eq!(values(&keepers).len(), MOST_LEFT);
        assert_eq!(keepers.dropped().load(Ordering::Relaxed), 7);
    }
}
