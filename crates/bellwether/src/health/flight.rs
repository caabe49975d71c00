//! A piece of work that runs once at a time, whoever asks, and whose result is kept for a moment.
//!
//! ```text
//!  Idle ──asked, and the result is older than wanted──► Running ──done, panicked, out of time──► Idle
//!                                                          └────── out of time, and its thread still runs ──► Late ──► Idle
//! ```
//!
//! Each run has a thread of its own for as long as it takes: work that blocks its thread, instead of waiting, holds up
//! nothing else. Such work cannot be ended from outside, so while it is late nothing is started beside it, and who asks is
//! told at once that it is late.

use std::any::Any;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime};

use tokio::runtime::Handle;
use tokio::sync::watch;
use tokio::time::timeout;

/// What the thread may take beyond the deadline before it counts as late: the work is told to end at the deadline itself.
const GRACE: Duration = Duration::from_millis(100);

pub(super) type Work<T> = dyn Fn() -> Pin<Box<dyn Future<Output = T> + Send>> + Send + Sync;

/// How a run ended.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Outcome<T> {
    Done(T),
    OutOfTime,
    Panicked(String),
    /// There was no thread to be had.
    NotRun,
}

#[derive(Debug, Clone)]
pub(super) struct Finished<T> {
    pub(super) outcome: Outcome<T>,
    pub(super) began: SystemTime,
    pub(super) took: Duration,
    at: Instant,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    Idle,
    Running,
    Late,
}

struct State<T> {
    phase: Phase,
    last: Option<Finished<T>>,
}

/// Told of every run, under no lock of this module.
type Told<T> = dyn Fn(&Finished<T>) + Send + Sync;

pub(super) struct Flight<T> {
    work: Arc<Work<T>>,
    told: Box<Told<T>>,
    state: Mutex<State<T>>,
    landed: watch::Sender<()>,
}

impl<T: Clone + Send + 'static> Flight<T> {
    pub(super) fn new(
        work: Arc<Work<T>>,
        told: impl Fn(&Finished<T>) + Send + Sync + 'static,
    ) -> Arc<Self> {
        Arc::new(Self {
            work,
            told: Box::new(told),
            state: Mutex::new(State {
                phase: Phase::Idle,
                last: None,
            }),
            landed: watch::Sender::new(()),
        })
    }

    /// The last result, whatever its age.
    pub(super) fn last(&self) -> Option<Finished<T>> {
        self.state().last.clone()
    }

    /// Starts a run where there is none and the last result is older than wanted. Does not wait.
    pub(super) fn start(
        self: &Arc<Self>,
        runtime: Option<&Handle>,
        limit: Duration,
        age: Duration,
    ) {
        let mut state = self.state();
        if state.phase != Phase::Idle || state.is_younger(age) {
            return;
        }
        let Some(runtime) = runtime else {
            state.last = Some(Finished {
                outcome: Outcome::NotRun,
                began: SystemTime::now(),
                took: Duration::ZERO,
                at: Instant::now(),
            });
            return;
        };
        state.phase = Phase::Running;
        drop(state);
        self.spawn(runtime, limit);
    }

    /// The result of the run under way, else the last one; none where nothing has run yet or all has ended. Works on any
    /// executor: whoever runs it keeps the time.
    pub(super) async fn landed(&self) -> Option<Finished<T>> {
        let mut landed = {
            let state = self.state();
            if state.phase != Phase::Running {
                return state.last.clone();
            }
            // Under the lock: a run that lands from here on is seen.
            self.landed.subscribe()
        };
        let _ = landed.changed().await;
        self.last()
    }

    /// Nobody waits any longer.
    pub(super) fn release(&self) {
        self.state().phase = Phase::Idle;
        self.landed.send_replace(());
    }

    fn spawn(self: &Arc<Self>, runtime: &Handle, limit: Duration) {
        let flight = Arc::clone(self);
        let (began, clock) = (SystemTime::now(), Instant::now());
        let mut thread = runtime.spawn_blocking({
            let (work, runtime) = (Arc::clone(&self.work), runtime.clone());
            move || run(&runtime, &*work, limit)
        });
        runtime.spawn(async move {
            let settle = |outcome| {
                let at = Instant::now();
                let took = at.saturating_duration_since(clock);
                Finished {
                    outcome,
                    began,
                    took,
                    at,
                }
            };
            let in_time = timeout(limit.saturating_add(GRACE), &mut thread).await;
            if let Ok(outcome) = in_time {
                flight.land(settle(outcome.unwrap_or(Outcome::NotRun)), Phase::Idle);
                return;
            }
            flight.land(settle(Outcome::OutOfTime), Phase::Late);
            let _ = thread.await;
            flight.state().phase = Phase::Idle;
        });
    }

    fn land(&self, finished: Finished<T>, phase: Phase) {
        (self.told)(&finished);
        let mut state = self.state();
        state.last = Some(finished);
        state.phase = phase;
        self.landed.send_replace(());
    }

    fn state(&self) -> MutexGuard<'_, State<T>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> State<T> {
    fn is_younger(&self, age: Duration) -> bool {
        self.last
            .as_ref()
            .is_some_and(|last| last.at.elapsed() < age)
    }
}

/// On a thread that may block.
fn run<T>(runtime: &Handle, work: &Work<T>, limit: Duration) -> Outcome<T> {
    // What is left of work that panicked is dropped, and the next run makes its future anew.
    let caught = catch_unwind(AssertUnwindSafe(|| {
        runtime.block_on(async { timeout(limit, work()).await })
    }));
    match caught {
        Ok(Ok(done)) => Outcome::Done(done),
        Ok(Err(_)) => Outcome::OutOfTime,
        Err(panic) => Outcome::Panicked(words(&*panic)),
    }
}

fn words(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().copied();
    let text = text.or_else(|| panic.downcast_ref::<String>().map(String::as_str));
    text.unwrap_or("no message").to_owned()
}
