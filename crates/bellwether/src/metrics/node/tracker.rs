//! What one operation did since the start.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;

use super::publisher::Pace;
use super::sketch::{Sketch, percentile};
use super::snapshot::{OperationSnapshot, Percentile};
use crate::metrics::generated::labels::{ErrorType, Operation, OperationStatus};
use crate::metrics::label::Label;
use crate::metrics::{Metrics, RecorderMetrics};

/// Where executions of these [`Metrics`] find their operation's tracker, if it has one. A tracker stays for as long as they do.
pub(crate) struct Trackers(Box<[OnceLock<Arc<Tracker>>]>);

impl RecorderMetrics for Trackers {
    fn new(_: &Metrics) -> Self {
        Self((0..Operation::COUNT).map(|_| OnceLock::new()).collect())
    }
}

impl Trackers {
    #[inline]
    pub(crate) fn of(&self, operation: Operation) -> Option<&Tracker> {
        self.0
            .get(Label::index(operation))?
            .get()
            .map(|tracker| &**tracker)
    }

    /// `false` where the operation has one already.
    pub(super) fn set(&self, operation: Operation, tracker: &Arc<Tracker>) -> bool {
        let place = self.0.get(Label::index(operation));
        place.is_some_and(|place| place.set(Arc::clone(tracker)).is_ok())
    }
}

/// Of a fixed size: a sketch of 13.3 kB, and 40 bytes for each type of error that may be told apart, 2.6 kB.
pub(crate) struct Tracker {
    name: String,
    statuses: [AtomicU64; OperationStatus::COUNT],
    /// By index of the label.
    errors: Box<[(AtomicU64, OnceLock<ErrorType>)]>,
    durations: Mutex<Option<Sketch>>,
    pace: Arc<Pace>,
}

impl Tracker {
    pub(super) fn new(name: &str, window: u32, pace: Arc<Pace>) -> Self {
        Self {
            name: name.to_owned(),
            statuses: Default::default(),
            errors: (0..ErrorType::COUNT).map(|_| Default::default()).collect(),
            durations: Mutex::new(Sketch::new(window)),
            pace,
        }
    }

    /// Allocates nothing; the lock is held for the time of an addition.
    pub(crate) fn record(
        &self,
        status: OperationStatus,
        error: Option<ErrorType>,
        elapsed: Duration,
    ) {
        self.statuses[status.index()].fetch_add(1, Ordering::Relaxed);
        if let Some(error) = error
            && let Some((count, known)) = self.errors.get(Label::index(error))
        {
            known.get_or_init(|| error);
            count.fetch_add(1, Ordering::Relaxed);
        }
        if let Some(durations) = &mut *self
            .durations
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
        {
            durations.record(elapsed);
        }
        self.pace.executed();
    }

    pub(super) fn snapshot(&self, percentiles: &[u8]) -> OperationSnapshot {
        let of = |status: OperationStatus| self.statuses[status.index()].load(Ordering::Relaxed);
        let (success, error, abandoned) = (
            of(OperationStatus::Success),
            of(OperationStatus::Error),
            of(OperationStatus::Abandoned),
        );
        let count = success + error + abandoned;
        let share = |part: u64| (count > 0).then(|| part as f64 / count as f64);
        let merged = self
            .durations
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .as_ref()
            .map(Sketch::merged);
        let duration_ms = percentiles.iter().filter_map(|wanted| {
            let milliseconds = percentile(merged.as_ref()?, *wanted)?;
            Some(Percentile {
                percentile: *wanted,
                milliseconds,
            })
        });
        OperationSnapshot {
            operation: self.name.clone(),
            count,
            success,
            error,
            abandoned,
            success_rate: share(success),
            failure_rate: share(error + abandoned),
            errors: self.errors(),
            duration_ms: duration_ms.collect(),
        }
    }

    fn errors(&self) -> Vec<(String, u64)> {
        let seen = self.errors.iter().filter_map(|(count, known)| {
            let name = Label::as_str(*known.get()?).to_owned();
            Some((name, count.load(Ordering::Relaxed)))
        });
        let mut errors: Vec<_> = seen.collect();
        errors.sort_unstable();
        errors
    }
}
