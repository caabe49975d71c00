//! What time it is.

use std::time::{Instant, SystemTime};

/// A clock that never runs backwards.
///
/// ```
/// use bellwether::alerts::{Clock, MonotonicClock};
/// let clock = MonotonicClock::default();
/// assert!(clock.now() <= clock.now());
/// ```
pub trait Clock: Send + Sync {
    /// The time.
    fn now(&self) -> SystemTime;
}

/// The system's time when it was made, and from then on what a monotonic clock adds: setting the system's clock neither
/// fires an alert nor delays one. A process that starts again starts anew: what was pending is pending anew.
#[derive(Debug, Clone, Copy)]
pub struct MonotonicClock {
    wall: SystemTime,
    since: Instant,
}

impl Default for MonotonicClock {
    fn default() -> Self {
        Self {
            wall: SystemTime::now(),
            since: Instant::now(),
        }
    }
}

impl Clock for MonotonicClock {
    fn now(&self) -> SystemTime {
        self.wall + self.since.elapsed()
    }
}
