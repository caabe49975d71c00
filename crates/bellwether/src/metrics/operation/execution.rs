//! An execution that has not ended.

use std::time::Instant;

use super::super::generated::labels::OperationStatus;
use super::labels::SiteLabels;
use super::outcome::Outcome;
use super::recording::Held;

/// Counts in flight until it ends. Dropped, it is abandoned.
#[must_use = "an execution that is dropped at once is abandoned"]
pub struct Execution<L: SiteLabels> {
    running: Option<Running<L>>,
    labels: L,
}

struct Running<L: SiteLabels> {
    recording: Held<L>,
    started: Instant,
}

impl<L: SiteLabels> Execution<L> {
    /// One that nobody counts.
    #[inline]
    pub(crate) fn silent(labels: L) -> Self {
        Self {
            running: None,
            labels,
        }
    }

    #[inline]
    pub(crate) fn start(recording: Held<L>, labels: L) -> Self {
        recording.begin();
        Self {
            running: Some(Running {
                recording,
                started: Instant::now(),
            }),
            labels,
        }
    }

    /// It came to its end.
    #[inline]
    pub fn end(mut self, outcome: Outcome) {
        self.record(Some(outcome));
    }

    fn record(&mut self, outcome: Option<Outcome>) {
        let Some(running) = self.running.take() else {
            return;
        };
        let elapsed = running.started.elapsed();
        let (status, error) = match outcome {
            Some(Outcome::Success) => (OperationStatus::Success, None),
            Some(Outcome::Error(error)) => (OperationStatus::Error, Some(error)),
            None => (OperationStatus::Abandoned, None),
        };
        running.recording.end(self.labels, status, error, elapsed);
    }
}

impl<L: SiteLabels> Drop for Execution<L> {
    fn drop(&mut self) {
        self.record(None);
    }
}

impl<L: SiteLabels> std::fmt::Debug for Execution<L> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let since = self.running.as_ref().map(|running| running.started);
        f.debug_struct("Execution")
            .field("since", &since)
            .finish_non_exhaustive()
    }
}
