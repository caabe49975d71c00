//! Memory and CPU of the process, and what callbacks tell, at most every 30 seconds.

use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::snapshot::ResourceSnapshot;
#[cfg(feature = "resources")]
use crate::resources::ProcessReader;

/// The least time between two readings.
const THROTTLE: Duration = Duration::from_secs(30);

type Callback = Box<dyn Fn() -> u64 + Send + Sync>;

/// What only the service knows of its resources. Called by the thread that publishes, at most every 30 seconds; one that
/// panics tells nothing.
///
/// ```
/// use std::sync::{Arc, atomic::{AtomicU64, Ordering}};
/// use bellwether::metrics::node::ResourceCallbacks;
///
/// let waiting = Arc::new(AtomicU64::new(0));
/// let callbacks = ResourceCallbacks::default()
///     .active_connections(|| 3)
///     .queue_depth({
///         let waiting = Arc::clone(&waiting);
///         move || waiting.load(Ordering::Relaxed)
///     });
/// # let _ = callbacks;
/// ```
#[derive(Default)]
pub struct ResourceCallbacks {
    active_connections: Option<Callback>,
    queue_depth: Option<Callback>,
}

impl ResourceCallbacks {
    /// Connections that are open.
    pub fn active_connections(mut self, read: impl Fn() -> u64 + Send + Sync + 'static) -> Self {
        self.active_connections = Some(Box::new(read));
        self
    }

    /// What waits to be processed.
    pub fn queue_depth(mut self, read: impl Fn() -> u64 + Send + Sync + 'static) -> Self {
        self.queue_depth = Some(Box::new(read));
        self
    }
}

impl fmt::Debug for ResourceCallbacks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ResourceCallbacks").finish_non_exhaustive()
    }
}

pub(super) struct Resources {
    callbacks: ResourceCallbacks,
    latest: Mutex<Latest>,
}

struct Latest {
    process: Process,
    read: Option<(Instant, ResourceSnapshot)>,
}

impl Resources {
    pub(super) fn new(callbacks: ResourceCallbacks) -> Self {
        let mut process = Process::default();
        // CPU is a difference: the first snapshot has one too.
        let _ = process.read();
        Self {
            callbacks,
            latest: Mutex::new(Latest {
                process,
                read: None,
            }),
        }
    }

    pub(super) fn snapshot(&self) -> ResourceSnapshot {
        let mut latest = self.latest.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((at, snapshot)) = latest.read
            && at.elapsed() < THROTTLE
        {
            return snapshot;
        }
        let (memory_rss_mb, cpu_percent) = latest.process.read();
        let snapshot = ResourceSnapshot {
            memory_rss_mb,
            cpu_percent,
            active_connections: ask(self.callbacks.active_connections.as_ref()),
            queue_depth: ask(self.callbacks.queue_depth.as_ref()),
        };
        latest.read = Some((Instant::now(), snapshot));
        snapshot
    }
}

/// Memory and CPU, where the feature `resources` reads them.
#[derive(Default)]
struct Process {
    #[cfg(feature = "resources")]
    reader: ProcessReader,
}

impl Process {
    #[cfg(feature = "resources")]
    fn read(&mut self) -> (Option<f64>, Option<f64>) {
        let usage = self.reader.read();
        let memory = usage.map(|usage| usage.resident_bytes as f64 / f64::from(1 << 20));
        (memory, usage.and_then(|usage| usage.cpu_percent))
    }

    #[cfg(not(feature = "resources"))]
    #[allow(clippy::unused_self, reason = "as the one that reads")]
    fn read(&mut self) -> (Option<f64>, Option<f64>) {
        (None, None)
    }
}

fn ask(callback: Option<&Callback>) -> Option<u64> {
    let callback = callback?;
    catch_unwind(AssertUnwindSafe(callback)).ok()
}
