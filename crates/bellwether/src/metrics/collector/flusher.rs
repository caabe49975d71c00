//! The thread that flushes in an interval, and ends when it is told to.

use std::io;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

pub(super) struct Flusher {
    ending: Arc<Ending>,
    thread: JoinHandle<()>,
}

#[derive(Default)]
struct Ending {
    ended: Mutex<bool>,
    told: Condvar,
}

impl Flusher {
    /// Calls `flush` once an interval.
    ///
    /// # Errors
    /// The system has no thread to give.
    pub(super) fn start(interval: Duration, flush: impl Fn() + Send + 'static) -> io::Result<Self> {
        let ending = Arc::new(Ending::default());
        let told = Arc::clone(&ending);
        let thread = thread::Builder::new()
            .name("bellwether-batch".to_owned())
            .spawn(move || {
                while !told.within(interval) {
                    flush();
                }
            })?;
        Ok(Self { ending, thread })
    }

    /// Returns when the thread has ended: at once, or after the flush it is in.
    pub(super) fn stop(self) {
        *lock(&self.ending.ended) = true;
        self.ending.told.notify_all();
        let _ = self.thread.join();
    }
}

impl Ending {
    /// Waits for the end, for so long. Whether it came.
    fn within(&self, time: Duration) -> bool {
        let until = Instant::now() + time;
        let mut ended = lock(&self.ended);
        while !*ended {
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return false;
            }
            let waited = self.told.wait_timeout(ended, left);
            ended = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
        true
    }
}

fn lock(mutex: &Mutex<bool>) -> MutexGuard<'_, bool> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
