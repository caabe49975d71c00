//! The guard of a source, and what can be said of it.

use std::fmt;
use std::sync::Arc;

/// How a source stands.
///
/// ```
/// use bellwether::resources::SourceState;
/// assert!(SourceState::Stuck > SourceState::Reporting, "the order is that of concern");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum SourceState {
    /// There is no such resource here; nothing is reported, and nothing runs.
    Absent,
    /// Values are reported.
    Reporting,
    /// The first read is under way.
    Starting,
    /// The last read failed: no values, `bellwether_resource_failures_total` counts.
    Failing,
    /// A read has not returned within its deadline: no values, `bellwether_resource_stuck` is 1.
    Stuck,
}

/// One thing that is read: a source, or one path of several.
pub(crate) trait Part: Send + Sync {
    fn state(&self) -> SourceState;
    fn failures(&self) -> u64;
    fn stop(&self);
}

/// Keeps a source observed. Dropped, it ends the source: no more reads, no more values. It never waits.
///
/// ```
/// use bellwether::resources::{self, ProcessOptions, SourceState};
///
/// let meter = bellwether::opentelemetry::global::meter("docs");
/// let observer = resources::process(&meter, ProcessOptions::default());
/// assert!(observer.state() <= SourceState::Starting);
/// ```
#[must_use = "a source is observed for as long as its observer is kept"]
pub struct Observer {
    parts: Vec<Arc<dyn Part>>,
}

impl Observer {
    pub(crate) fn new(parts: Vec<Arc<dyn Part>>) -> Self {
        Self { parts }
    }

    /// How the source stands; where it has several parts, the one of most concern.
    ///
    /// See [`Observer`] for an example.
    pub fn state(&self) -> SourceState {
        let states = self.parts.iter().map(|part| part.state());
        states.max().unwrap_or(SourceState::Absent)
    }

    /// Reads that have failed so far: `bellwether_resource_failures_total`.
    ///
    /// ```
    /// use bellwether::resources::{self, DiskOptions};
    /// let meter = bellwether::opentelemetry::global::meter("docs");
    /// let observer = resources::disk(&meter, DiskOptions::default().paths(["/no/such/path"]));
    /// # #[cfg(target_os = "linux")]
    /// while observer.failures() == 0 {
    ///     std::thread::yield_now();
    /// }
    /// ```
    pub fn failures(&self) -> u64 {
        self.parts.iter().map(|part| part.failures()).sum()
    }
}

impl Drop for Observer {
    fn drop(&mut self) {
        for part in &self.parts {
            part.stop();
        }
    }
}

impl fmt::Debug for Observer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Observer")
            .field("state", &self.state())
            .field("failures", &self.failures())
            .finish()
    }
}
