//! The threads that checks run on.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::runtime::{Builder, Handle, Runtime};

/// More than there are components, since one that is replaced may leave a check behind that does not return.
const MOST_THREADS: usize = 128;

enum State {
    Idle,
    Running(Runtime),
    Ended,
}

/// Started by the first check, so a service without checks has no thread of it.
pub(super) struct CheckRuntime(Mutex<State>);

impl CheckRuntime {
    pub(super) const fn new() -> Self {
        Self(Mutex::new(State::Idle))
    }

    /// `None` where no thread can be started, and after the end.
    pub(super) fn handle(&self) -> Option<Handle> {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if matches!(*state, State::Idle) {
            let runtime = Builder::new_multi_thread()
                .worker_threads(2) // a check may block one by what it spawns
                .max_blocking_threads(MOST_THREADS)
                .thread_keep_alive(Duration::from_secs(10))
                .thread_name("bellwether-health")
                .enable_all()
                .build();
            *state = State::Running(runtime.ok()?);
        }
        match &*state {
            State::Running(runtime) => Some(runtime.handle().clone()),
            State::Idle | State::Ended => None,
        }
    }

    /// Gives up what runs.
    pub(super) fn end(&self) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if let State::Running(runtime) = std::mem::replace(&mut *state, State::Ended) {
            runtime.shutdown_background();
        }
    }
}

impl Drop for CheckRuntime {
    fn drop(&mut self) {
        // Dropping a runtime the usual way panics inside another runtime.
        self.end();
    }
}
