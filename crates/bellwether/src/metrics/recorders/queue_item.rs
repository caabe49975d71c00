//! The recorder of items in queues: put in, taken out, dropped, processed, and how many wait.
//!
//! An item that waits is a guard that travels with it. An item that leaves the process, or cannot carry a guard, is
//! [detached](QueuedItem::detach): it waits until [`QueueRecorder::dequeue`] or [`QueueRecorder::dropped`] says otherwise.
//! The depth is kept twice: in `wundr_queue_depth`, and by queue for the gauge `queue_size` of the job-queue contract, which
//! is told at collection. A queue that knows its size, as one outside the process does, is asked for it instead.

use std::fmt;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, OnceLock};

use opentelemetry::KeyValue;

use super::held::{Held, Known};
use super::observation::Observation;
use super::stopwatch::Stopwatch;
use crate::metrics::generated::jobs::QUEUE_SIZE;
use crate::metrics::generated::labels::{DropReason, QueueName};
use crate::metrics::generated::recorder_metrics::QueueItemMetrics;
use crate::metrics::{Holder, IntoLabel, Label, Metrics, Observed, RecorderMetrics};

/// The process's recorder of items in queues.
///
/// Feeds `wundr_queue_depth`, `wundr_queue_enqueued_total`, `wundr_queue_dequeued_total`,
/// `wundr_queue_processing_duration_seconds`, all by `queue_name`, `wundr_queue_dropped_total{queue_name,reason}` and
/// `queue_size{queue_name}`. At most 32 queues have series of their own.
///
/// ```
/// use bellwether::metrics;
///
/// let queue = metrics::queue_item().queue("mail");
/// let waiting = queue.enqueue();
/// let processing = waiting.dequeue();
/// processing.done();
/// ```
pub fn queue_item() -> QueueItems {
    static KNOWN: Known<Families> = Known::new();
    QueueItems {
        metrics: Metrics::global().clone(),
        families: KNOWN.held(),
    }
}

impl Metrics {
    /// The recorder [`queue_item`] on these metrics.
    ///
    /// ```
    /// let queue = bellwether::metrics::Metrics::global().queue_item().queue("mail");
    /// # let _ = queue;
    /// ```
    pub fn queue_item(&self) -> QueueItems {
        QueueItems {
            metrics: self.clone(),
            families: Held::Shared(self.recorder()),
        }
    }
}

struct Families {
    series: QueueItemMetrics,
    depths: Arc<Depths>,
    _told: Option<Arc<Holder>>,
}

impl RecorderMetrics for Families {
    fn new(metrics: &Metrics) -> Self {
        let depths = Arc::new(Depths(std::array::from_fn(|_| OnceLock::new())));
        Self {
            series: QueueItemMetrics::new(metrics),
            _told: metrics.observed_gauge(&QUEUE_SIZE, Arc::clone(&depths) as _),
            depths,
        }
    }
}

impl fmt::Debug for Families {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.series.fmt(f)
    }
}

/// Items that wait, by queue.
struct Depths([OnceLock<(KeyValue, AtomicI64)>; QueueName::COUNT]);

impl Depths {
    fn add(&self, difference: i64, queue: QueueName) {
        let Some(place) = self.0.get(Label::index(queue)) else {
            return;
        };
        let label = || KeyValue::new(QueueName::KEY, Label::as_str(queue));
        let (_, depth) = place.get_or_init(|| (label(), AtomicI64::new(0)));
        depth.fetch_add(difference, Ordering::Relaxed);
    }
}

impl Observed<i64> for Depths {
    fn each(&self, see: &mut dyn FnMut(&[KeyValue], i64)) {
        for (label, depth) in self.0.iter().filter_map(OnceLock::get) {
            see(std::slice::from_ref(label), depth.load(Ordering::Relaxed));
        }
    }
}

/// The recorder of items in queues, from [`queue_item`].
///
/// ```
/// let queue = bellwether::metrics::queue_item().queue("mail");
/// # let _ = queue;
/// ```
#[derive(Debug, Clone)]
pub struct QueueItems {
    metrics: Metrics,
    families: Held<Families>,
}

impl QueueItems {
    /// A queue by its name. Keep it: the name is looked up once.
    ///
    /// ```
    /// let queue = bellwether::metrics::queue_item().queue("mail");
    /// queue.enqueue().dequeue().done();
    /// ```
    pub fn queue(&self, name: impl IntoLabel<QueueName>) -> QueueRecorder {
        QueueRecorder {
            families: self.families.clone(),
            name: name.into_label(),
        }
    }

    /// Asks at each collection how many items wait in a queue, for `queue_size`, in place of what is counted here. The
    /// answer should be at hand: a collection waits for it.
    ///
    /// ```
    /// bellwether::metrics::queue_item().observe_size("mail", || 12).keep();
    /// ```
    pub fn observe_size(
        &self,
        name: impl IntoLabel<QueueName>,
        ask: impl Fn() -> i64 + Send + Sync + 'static,
    ) -> Observation {
        let name: QueueName = name.into_label();
        let label = KeyValue::new(QueueName::KEY, Label::as_str(name));
        Observation::new(&self.metrics, &QUEUE_SIZE, Some(label), ask)
    }
}

/// One queue, from [`QueueItems::queue`]. A clone is the same queue.
///
/// ```
/// let queue = bellwether::metrics::queue_item().queue("mail");
/// # let _ = queue.clone();
/// ```
#[derive(Debug, Clone)]
pub struct QueueRecorder {
    families: Held<Families>,
    name: QueueName,
}

impl QueueRecorder {
    /// An item is put in, and waits until its guard says otherwise. Dropped without a word it is a dropped item, for the
    /// reason `other`.
    ///
    /// ```
    /// let queue = bellwether::metrics::queue_item().queue("mail");
    /// let waiting = queue.enqueue();
    /// waiting.dequeue().done();
    /// ```
    #[must_use = "an item that is dropped at once counts as dropped: detach it where it cannot carry its guard"]
    pub fn enqueue(&self) -> QueuedItem {
        let families = &self.families.series;
        families.wundr_queue_enqueued_total.add(1, self.name);
        self.waits(1);
        QueuedItem {
            queue: self.clone(),
            waits: true,
        }
    }

    /// An item is taken out whose guard was detached, or that another process put in.
    ///
    /// ```
    /// let queue = bellwether::metrics::queue_item().queue("mail");
    /// queue.enqueue().detach();
    /// queue.dequeue().done();
    /// ```
    #[must_use = "processing ends when it is dropped"]
    pub fn dequeue(&self) -> ProcessedItem {
        let families = &self.families.series;
        families.wundr_queue_dequeued_total.add(1, self.name);
        self.waits(-1);
        ProcessedItem {
            queue: self.clone(),
            stopwatch: Stopwatch::start(),
        }
    }

    /// An item whose guard was detached is dropped.
    ///
    /// ```
    /// use bellwether::metrics::{self, generated::labels::DropReason};
    /// let queue = metrics::queue_item().queue("mail");
    /// queue.enqueue().detach();
    /// queue.dropped(DropReason::Expired);
    /// ```
    pub fn dropped(&self, reason: DropReason) {
        self.refused(reason);
        self.waits(-1);
    }

    /// An item is dropped before it is in, as when the queue is full.
    ///
    /// ```
    /// use bellwether::metrics::{self, generated::labels::DropReason};
    /// metrics::queue_item().queue("mail").refused(DropReason::Full);
    /// ```
    pub fn refused(&self, reason: DropReason) {
        let dropped = &self.families.series.wundr_queue_dropped_total;
        dropped.add(1, (self.name, reason));
    }

    fn waits(&self, difference: i64) {
        let depth = &self.families.series.wundr_queue_depth;
        depth.add(difference, self.name);
        self.families.depths.add(difference, self.name);
    }
}

/// An item that waits, from [`QueueRecorder::enqueue`].
///
/// ```
/// let waiting = bellwether::metrics::queue_item().queue("mail").enqueue();
/// drop(waiting); // wundr_queue_dropped_total{reason="other"}
/// ```
#[derive(Debug)]
pub struct QueuedItem {
    queue: QueueRecorder,
    waits: bool,
}

impl QueuedItem {
    /// It is taken out, and processing begins.
    ///
    /// ```
    /// bellwether::metrics::queue_item().queue("mail").enqueue().dequeue().done();
    /// ```
    pub fn dequeue(mut self) -> ProcessedItem {
        self.waits = false;
        self.queue.dequeue()
    }

    /// It is dropped for this reason.
    ///
    /// ```
    /// use bellwether::metrics::{self, generated::labels::DropReason};
    /// metrics::queue_item().queue("mail").enqueue().dropped(DropReason::Expired);
    /// ```
    pub fn dropped(mut self, reason: DropReason) {
        self.waits = false;
        self.queue.dropped(reason);
    }

    /// It waits without its guard, until the queue is told [`dequeue`](QueueRecorder::dequeue) or
    /// [`dropped`](QueueRecorder::dropped).
    ///
    /// ```
    /// bellwether::metrics::queue_item().queue("mail").enqueue().detach();
    /// ```
    pub fn detach(mut self) {
        self.waits = false;
    }
}

impl Drop for QueuedItem {
    fn drop(&mut self) {
        if self.waits {
            self.queue.dropped(DropReason::Other);
        }
    }
}

/// An item that is processed, until the guard is gone: `wundr_queue_processing_duration_seconds`.
///
/// ```
/// let processing = bellwether::metrics::queue_item().queue("mail").enqueue().dequeue();
/// drop(processing); // an end as any other
/// ```
#[derive(Debug)]
pub struct ProcessedItem {
    queue: QueueRecorder,
    stopwatch: Stopwatch,
}

impl ProcessedItem {
    /// It is processed, as when the guard is dropped.
    ///
    /// ```
    /// bellwether::metrics::queue_item().queue("mail").enqueue().dequeue().done();
    /// ```
    pub fn done(self) {}
}

impl Drop for ProcessedItem {
    fn drop(&mut self) {
        let families = &self.queue.families.series;
        families
            .wundr_queue_processing_duration_seconds
            .record(self.stopwatch.seconds(), self.queue.name);
    }
}
