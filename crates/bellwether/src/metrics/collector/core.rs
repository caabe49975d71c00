//! Where updates go: into the batch buffer or straight through, to the series and to the history.

use std::sync::Arc;
use std::time::SystemTime;

use super::batch::{Batch, Merged};
use super::families::Families;
use super::history::{History, Minute, minute};
use super::update::{Pending, Update, What};
use crate::metrics::buffers::Buffer;
use crate::metrics::series::thread_number;

/// The time; another one in tests.
pub(super) type Clock = Arc<dyn Fn() -> SystemTime + Send + Sync>;

pub(super) struct Core {
    pub(super) families: Families,
    pub(super) history: Option<History>,
    pub(super) batch: Option<Batch<Pending>>,
    pub(super) clock: Clock,
}

impl Core {
    #[inline]
    pub(super) fn record(&self, what: What) {
        // Only the history asks for the time.
        let minute = self.history.as_ref().map_or(0, |_| self.now());
        let update = Update { minute, what };
        let Some(batch) = &self.batch else {
            self.straight(update);
            return;
        };
        if let What::Latency(orchestrator, seconds) = what {
            self.families.latency_seen(orchestrator, seconds);
        }
        let pushed = batch.push(thread_number(), update, |taken| self.apply(taken));
        if let Err(update) = pushed {
            self.straight(update);
        }
    }

    pub(super) fn now(&self) -> Minute {
        minute((self.clock)())
    }

    #[inline]
    fn straight(&self, update: Update) {
        match update.what {
            What::Counted(counted, by) => self.families.count(counted, by),
            What::Latency(orchestrator, seconds) => self.families.latency(orchestrator, seconds),
        }
        if let Some(history) = &self.history {
            history.add(update.minute, update.what);
        }
    }

    fn apply(&self, taken: &[Pending]) {
        self.families.merged(taken);
        self.families
            .flushed(taken.iter().map(Merged::updates).sum());
        let Some(history) = &self.history else {
            return;
        };
        for pending in taken {
            for ((minute, counted), by) in &pending.counts {
                history.add(*minute, What::Counted(*counted, *by));
            }
            for (minute, orchestrator, seconds) in &pending.latencies {
                history.add(*minute, What::Latency(*orchestrator, *seconds));
            }
        }
    }

    /// Flushes for the last time.
    pub(super) fn close(&self) {
        if let Some(batch) = &self.batch {
            batch.close(|taken| self.apply(taken));
        }
    }
}

impl Buffer for Core {
    fn flush(&self) {
        if let Some(batch) = &self.batch {
            batch.flush(|taken| self.apply(taken));
        }
    }
}
