//! A thread that reads a source every so often, and the memory it reads into.
//!
//! Readers never wait for the thread: the lock is held to exchange a pointer, never during a read. Whether the
//! thread is stuck is seen by the readers themselves, from the time at which its read began.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::observer::{Part, SourceState};

/// Shortest time between two reads, whatever is asked for: a slip of the unit must not burn a core.
const SHORTEST_INTERVAL: Duration = Duration::from_millis(100);

/// Why there is no sample.
#[derive(Debug)]
pub(crate) enum ReadError {
    /// There is no such resource on this machine, and that is nothing unusual.
    #[cfg_attr(
        all(target_os = "linux", not(feature = "gpu")),
        allow(
            dead_code,
            reason = "Linux has processes and disks; only a GPU may be missing"
        )
    )]
    Absent(String),
    /// It should be there and cannot be read.
    Failed(String),
}

/// What is read.
pub(crate) trait Source: Send + 'static {
    /// What one read brings.
    type Sample: Send + Sync + 'static;

    /// Reads. May hang; runs on the source's own thread.
    fn read(&mut self) -> Result<Self::Sample, ReadError>;

    /// Parts of a sample that could not be read.
    fn failures_in(_sample: &Self::Sample) -> u64 {
        0
    }
}

/// How often a source is read, and when a read is late.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Pace {
    pub(crate) interval: Duration,
    pub(crate) deadline: Duration,
    /// When to look again for what is absent; `None`: never, and the thread ends.
    pub(crate) retry_absent: Option<Duration>,
}

/// The memory between the thread and its readers.
pub(crate) struct Cell<T> {
    latest: Mutex<Option<Arc<T>>>,
    origin: Instant,
    /// Nanoseconds from `origin` to the start of the read under way, plus one; 0 between reads.
    reading_since: AtomicU64,
    deadline: Duration,
    failures: AtomicU64,
    absent: AtomicBool,
    stopped: Mutex<bool>,
    wake: Condvar,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl<T> Cell<T> {
    fn new(deadline: Duration) -> Self {
        Self {
            latest: Mutex::new(None),
            origin: Instant::now(),
            reading_since: AtomicU64::new(0),
            deadline,
            failures: AtomicU64::new(0),
            absent: AtomicBool::new(false),
            stopped: Mutex::new(false),
            wake: Condvar::new(),
        }
    }

    /// The latest sample, unless a read is stuck or has failed since.
    pub(crate) fn latest(&self) -> Option<Arc<T>> {
        if self.is_stuck() || self.is_stopped() {
            return None;
        }
        lock(&self.latest).clone()
    }

    fn is_stopped(&self) -> bool {
        *lock(&self.stopped)
    }

    fn is_stuck(&self) -> bool {
        let since = self.reading_since.load(Ordering::Acquire);
        if since == 0 {
            return false;
        }
        let began = Duration::from_nanos(since - 1);
        self.origin.elapsed().saturating_sub(began) > self.deadline
    }

    fn begin(&self) {
        let since = u64::try_from(self.origin.elapsed().as_nanos()).unwrap_or(u64::MAX - 1);
        self.reading_since.store(since + 1, Ordering::Release);
    }

    fn end(&self, sample: Option<T>, failures: u64, absent: bool) {
        *lock(&self.latest) = sample.map(Arc::new);
        self.failures.fetch_add(failures, Ordering::Relaxed);
        self.absent.store(absent, Ordering::Release);
        self.reading_since.store(0, Ordering::Release);
    }

    /// Waits; false once it was told to stop.
    fn wait(&self, time: Duration) -> bool {
        let until = Instant::now() + time;
        let mut stopped = lock(&self.stopped);
        while !*stopped {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return true;
            }
            stopped = self
                .wake
                .wait_timeout(stopped, left)
                .unwrap_or_else(PoisonError::into_inner)
                .0;
        }
        false
    }
}

impl<T: Send + Sync> Part for Cell<T> {
    fn state(&self) -> SourceState {
        // A thread that hangs holds the cell beyond its observer.
        if self.is_stopped() {
            return SourceState::Absent;
        }
        if self.is_stuck() {
            return SourceState::Stuck;
        }
        if self.absent.load(Ordering::Acquire) {
            return SourceState::Absent;
        }
        if lock(&self.latest).is_some() {
            return SourceState::Reporting;
        }
        if self.failures.load(Ordering::Relaxed) > 0 {
            return SourceState::Failing;
        }
        SourceState::Starting
    }

    fn failures(&self) -> u64 {
        self.failures.load(Ordering::Relaxed)
    }

    fn stop(&self) {
        *lock(&self.stopped) = true;
        self.wake.notify_all();
    }
}

/// Starts the thread, with the usual stack: what a driver needs is not known, and only pages in use cost memory. The first
/// read is at once.
pub(crate) fn start<S: Source>(
    name: &'static str,
    mut source: S,
    pace: Pace,
) -> Arc<Cell<S::Sample>> {
    let cell = Arc::new(Cell::new(pace.deadline));
    let shared = Arc::clone(&cell);
    let started = std::thread::Builder::new()
        .name(name.to_owned())
        .spawn(move || run(name, &mut source, &shared, pace));
    if let Err(error) = started {
        tracing::warn!(source = name, %error, "no thread for resource metrics");
        cell.failures.store(1, Ordering::Relaxed);
    }
    cell
}

fn run<S: Source>(name: &'static str, source: &mut S, cell: &Cell<S::Sample>, pace: Pace) {
    let interval = pace.interval.max(SHORTEST_INTERVAL);
    let mut said = Said::Nothing;
    loop {
        let began = Instant::now();
        cell.begin();
        // A panic in here leaves the read under way for ever, and so the source stuck.
        let read = source.read();
        let took = began.elapsed();
        if took > pace.deadline {
            tracing::warn!(source = name, ?took, deadline = ?pace.deadline, "resource metrics were stuck and go on");
        }
        let pause = match read {
            Ok(sample) => {
                let failures = S::failures_in(&sample);
                cell.end(Some(sample), failures, false);
                said = Said::Nothing;
                interval
            }
            Err(ReadError::Failed(reason)) => {
                cell.end(None, 1, false);
                if said != Said::Failed {
                    tracing::warn!(source = name, %reason, "resource metrics cannot be read");
                }
                said = Said::Failed;
                interval
            }
            Err(ReadError::Absent(reason)) => {
                cell.end(None, 0, true);
                if said != Said::Absent {
                    tracing::debug!(source = name, %reason, "no such resource on this machine");
                }
                said = Said::Absent;
                match pace.retry_absent {
                    Some(pause) => pause.max(SHORTEST_INTERVAL),
                    None => return,
                }
            }
        };
        if !cell.wait(pause) {
            return;
        }
    }
}

/// What the log holds already: a state is told once.
#[derive(PartialEq, Eq)]
enum Said {
    Nothing,
    Failed,
    Absent,
}

#[cfg(test)]
mod tests {
    use std::sync::mpsc::{Receiver, Sender, channel};

    use super::*;
    use crate::resources::testing::eventually;

    /// Reads what a test sends; hangs while there is nothing.
    struct Script(Receiver<Result<u32, ReadError>>);

    impl Source for Script {
        type Sample = u32;

        fn read(&mut self) -> Result<u32, ReadError> {
            self.0
                .recv()
                .unwrap_or_else(|_| Err(ReadError::Absent("the test is over".to_owned())))
        }
    }

    fn scripted(
        retry_absent: Option<Duration>,
    ) -> (Sender<Result<u32, ReadError>>, Arc<Cell<u32>>) {
        let (sender, receiver) = channel();
        let pace = Pace {
            interval: Duration::ZERO,
            deadline: Duration::from_millis(300),
            retry_absent,
        };
        (sender, start("test", Script(receiver), pace))
    }

    #[test]
    fn a_read_that_hangs_takes_its_values_with_it_and_gives_them_back() {
        let (sender, cell) = scripted(None);
        assert_eq!(cell.state(), SourceState::Starting);
        sender.send(Ok(1)).unwrap();
        eventually("the value is there", || {
            cell.latest().is_some_and(|value| *value == 1)
        });
        // The next read hangs.
        eventually("it is stuck", || cell.state() == SourceState::Stuck);
        assert!(cell.latest().is_none(), "a stale value lingers");
        sender.send(Ok(2)).unwrap();
        eventually("it goes on", || {
            cell.latest().is_some_and(|value| *value == 2)
        });
        assert_eq!(cell.failures(), 0);
    }

    #[test]
    fn a_failure_takes_the_values_with_it_and_is_counted() {
        let (sender, cell) = scripted(None);
        sender.send(Ok(1)).unwrap();
        sender
            .send(Err(ReadError::Failed("broken".to_owned())))
            .unwrap();
        eventually("it fails", || {
            cell.state() == SourceState::Failing || cell.failures() == 1
        });
        assert!(cell.latest().is_none());
        sender.send(Ok(3)).unwrap();
        eventually("it recovers", || {
            cell.latest().is_some_and(|value| *value == 3)
        });
        assert_eq!(cell.failures(), 1);
    }

    #[test]
    fn what_is_absent_costs_no_thread() {
        let (sender, cell) = scripted(None);
        sender
            .send(Err(ReadError::Absent("no such thing".to_owned())))
            .unwrap();
        eventually("the thread ends and drops its source", || {
            sender.send(Ok(1)).is_err()
        });
        assert_eq!(cell.state(), SourceState::Absent);
        assert_eq!(cell.failures(), 0);
    }

    #[test]
    fn what_is_absent_may_be_looked_for_again() {
        let (sender, cell) = scripted(Some(Duration::ZERO));
        sender
            .send(Err(ReadError::Absent("not yet".to_owned())))
            .unwrap();
        eventually("it is absent", || cell.state() == SourceState::Absent);
        sender.send(Ok(4)).unwrap();
        eventually("it has come", || {
            cell.latest().is_some_and(|value| *value == 4)
        });
    }

    #[test]
    fn a_panic_leaves_it_stuck() {
        struct Panics;
        impl Source for Panics {
            type Sample = u32;
            fn read(&mut self) -> Result<u32, ReadError> {
                panic!("as the test wants");
            }
        }
        let pace = Pace {
            interval: Duration::ZERO,
            deadline: Duration::from_millis(50),
            retry_absent: None,
        };
        let cell = start("test", Panics, pace);
        eventually("it is stuck", || cell.state() == SourceState::Stuck);
    }

    #[test]
    fn a_stop_ends_the_thread() {
        let (sender, cell) = scripted(None);
        sender.send(Ok(1)).unwrap();
        eventually("the value is there", || cell.latest().is_some());
        cell.stop();
        sender.send(Ok(2)).unwrap();
        eventually("the thread drops its source", || {
            sender.send(Ok(3)).is_err()
        });
    }

    #[test]
    fn a_thread_that_hangs_says_nothing_once_it_is_stopped() {
        let (_sender, cell) = scripted(None);
        eventually("it is stuck", || cell.state() == SourceState::Stuck);
        cell.stop();
        assert_eq!(cell.state(), SourceState::Absent);
    }
}
