//! When a snapshot is due, and the queue and thread of each sink.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, SyncSender, TrySendError, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use super::envelope::OnexEnvelopeV1;
use super::sink::SnapshotSink;
use crate::metrics::generated::bellwether::{
    BELLWETHER_PUBLISH_FAILED_TOTAL, BELLWETHER_PUBLISHED_TOTAL,
};
use crate::metrics::generated::labels::PublishSink;
use crate::metrics::{Counter, Metrics};

/// Snapshots that wait for a sink; another one is lost.
const QUEUE: usize = 16;

/// Counts executions, and wakes the publisher when there are enough.
pub(super) struct Pace {
    executed: AtomicU64,
    every: u64,
    wake: SyncSender<()>,
}

impl Pace {
    pub(super) fn new(every: u32) -> (Arc<Self>, Receiver<()>) {
        let (wake, woken) = sync_channel(1);
        let pace = Self {
            executed: AtomicU64::new(0),
            every: u64::from(every),
            wake,
        };
        (Arc::new(pace), woken)
    }

    /// An atomic add; every so often a message that is not waited for.
    #[inline]
    pub(super) fn executed(&self) {
        // Once, and not at each execution until the publisher comes round.
        if self.executed.fetch_add(1, Ordering::Relaxed) + 1 == self.every {
            self.wake();
        }
    }

    pub(super) fn wake(&self) {
        // Full: it is about to look anyway. Gone: the node has ended.
        let _ = self.wake.try_send(());
    }

    pub(super) fn begin_anew(&self) {
        self.executed.store(0, Ordering::Relaxed);
    }
}

/// Calls `publish` when it is due by executions or time, until it says that it was the last.
pub(super) fn run(woken: &Receiver<()>, interval: Duration, mut publish: impl FnMut() -> bool) {
    loop {
        let due = Instant::now() + interval;
        match woken.recv_timeout(due.saturating_duration_since(Instant::now())) {
            Ok(()) | Err(RecvTimeoutError::Timeout) => {}
            Err(RecvTimeoutError::Disconnected) => return,
        }
        if !publish() {
            return;
        }
    }
}

/// What was published and what was lost.
#[derive(Clone)]
pub(super) struct Counts {
    published: Counter<PublishSink, u64>,
    failed: Counter<PublishSink, u64>,
}

impl Counts {
    pub(super) fn new(metrics: &Metrics) -> Self {
        Self {
            published: metrics.generated_counter(&BELLWETHER_PUBLISHED_TOTAL),
            failed: metrics.generated_counter(&BELLWETHER_PUBLISH_FAILED_TOTAL),
        }
    }
}

/// A sink behind its queue. Its thread ends when this is dropped and the queue is empty.
pub(super) struct Queue {
    sender: SyncSender<Arc<OnexEnvelopeV1>>,
    kind: PublishSink,
    counts: Counts,
}

impl Queue {
    /// `ended` is dropped with the thread.
    pub(super) fn start(
        sink: Box<dyn SnapshotSink>,
        counts: Counts,
        ended: Sender<()>,
    ) -> io::Result<Self> {
        let (sender, queue) = sync_channel(QUEUE);
        let kind = sink.kind();
        let by_thread = counts.clone();
        thread::Builder::new()
            .name("bellwether-sink".to_owned())
            .spawn(move || {
                let _ended = ended;
                drain(&queue, sink, kind, &by_thread);
            })?;
        Ok(Self {
            sender,
            kind,
            counts,
        })
    }

    pub(super) fn offer(&self, envelope: &Arc<OnexEnvelopeV1>) {
        let offered = self.sender.try_send(Arc::clone(envelope));
        if let Err(TrySendError::Full(_) | TrySendError::Disconnected(_)) = offered {
            self.counts.failed.add(1, self.kind);
        }
    }
}

fn drain(
    queue: &Receiver<Arc<OnexEnvelopeV1>>,
    mut sink: Box<dyn SnapshotSink>,
    kind: PublishSink,
    counts: &Counts,
) {
    for envelope in queue {
        let took = catch_unwind(AssertUnwindSafe(|| sink.publish(&envelope).is_ok()));
        let counter = if took.unwrap_or(false) {
            &counts.published
        } else {
            &counts.failed
        };
        counter.add(1, kind);
    }
}
