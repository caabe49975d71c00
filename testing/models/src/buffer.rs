//! The batch buffer's three rules.

use loom::sync::Arc;
use loom::sync::atomic::{AtomicBool, AtomicI64, Ordering};
use loom::thread;

use crate::metrics::batch::{Batch, Merged};
use crate::model;

#[derive(Default)]
struct Sum {
    sum: i64,
    updates: usize,
}

impl Merged for Sum {
    type Update = i64;

    fn merge(&mut self, update: i64) {
        self.sum += update;
        self.updates += 1;
    }

    fn updates(&self) -> usize {
        self.updates
    }

    fn clear(&mut self) {
        *self = Self::default();
    }
}

/// A buffer and the series behind it.
struct Buffered {
    batch: Batch<Sum>,
    series: AtomicI64,
}

impl Buffered {
    fn new(max: usize) -> Arc<Self> {
        Arc::new(Self {
            batch: Batch::new(2, max),
            series: AtomicI64::new(0),
        })
    }

    fn push(&self, shard: usize, by: i64) {
        if let Err(by) = self.batch.push(shard, by, |taken| self.apply(taken)) {
            self.add(by);
        }
    }

    fn flush(&self) {
        self.batch.flush(|taken| self.apply(taken));
    }

    fn close(&self) {
        self.batch.close(|taken| self.apply(taken));
    }

    fn apply(&self, taken: &[Sum]) {
        for sum in taken.iter().filter(|sum| sum.updates > 0) {
            self.add(sum.sum);
        }
    }

    fn add(&self, by: i64) {
        self.series.fetch_add(by, Ordering::Relaxed);
    }

    fn total(&self) -> i64 {
        self.series.load(Ordering::Relaxed)
    }
}

fn spawn(
    buffered: &Arc<Buffered>,
    body: impl FnOnce(&Buffered) + 'static,
) -> thread::JoinHandle<()> {
    let buffered = Arc::clone(buffered);
    thread::spawn(move || body(&buffered))
}

fn join(threads: impl IntoIterator<Item = thread::JoinHandle<()>>) {
    for thread in threads {
        thread.join().expect("a thread of the model");
    }
}

/// Writers that fill their shards, beside a flush, lose and double nothing.
pub fn exact() {
    model(|| {
        let buffered = Buffered::new(2);
        let writers = [0, 1].map(|shard| {
            spawn(&buffered, move |buffered| {
                buffered.push(shard, 1);
                buffered.push(shard, 10);
            })
        });
        buffered.flush();
        join(writers);
        buffered.flush();
        assert_eq!(buffered.total(), 22);
    });
}

/// When a flush returns, what was recorded before it began is in the series, also what another flush had just taken.
pub fn visible() {
    model(|| {
        let buffered = Buffered::new(100);
        let recorded = Arc::new(AtomicBool::new(false));
        let tell = Arc::clone(&recorded);
        let writer = spawn(&buffered, move |buffered| {
            buffered.push(0, 1);
            tell.store(true, Ordering::Release);
        });
        let other = spawn(&buffered, Buffered::flush);
        let is_recorded = recorded.load(Ordering::Acquire);
        buffered.flush();
        if is_recorded {
            assert_eq!(buffered.total(), 1);
        }
        join([writer, other]);
    });
}

/// A flush that takes an end has taken its start, though they are in different shards.
pub fn cut() {
    model(|| {
        let buffered = Buffered::new(100);
        let writer = spawn(&buffered, |buffered| {
            buffered.push(0, 1);
            buffered.push(1, -1);
        });
        buffered.flush();
        let total = buffered.total();
        assert!(total >= 0, "{total}");
        join([writer]);
        buffered.flush();
        assert_eq!(buffered.total(), 0);
    });
}

/// An update beside the close is taken by it or goes straight: none stays behind.
pub fn closing() {
    model(|| {
        let buffered = Buffered::new(2);
        let writers = [0, 1].map(|shard| {
            spawn(&buffered, move |buffered| {
                buffered.push(shard, 1);
                buffered.push(shard, 10);
            })
        });
        buffered.close();
        join(writers);
        assert_eq!(buffered.total(), 22);
    });
}
