//! Durations: of a guard's life, or measured elsewhere.

use std::time::{Duration, Instant};

/// Starts a timer.
///
/// ```
/// let timer = bellwether::metrics::timer();
/// let took: std::time::Duration = timer.stop();
/// # let _ = took;
/// ```
pub fn timer() -> Timer {
    Timer(Instant::now())
}

/// A running timer, from [`timer`]. Nothing happens where it is dropped.
///
/// ```
/// use bellwether::metrics;
///
/// let timer = metrics::timer();
/// let call = metrics::tool_call().start("Read");
/// call.took(timer.elapsed()).success();
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Timer(Instant);

impl Timer {
    /// Time since the start.
    pub fn elapsed(&self) -> Duration {
        self.0.elapsed()
    }

    /// Time since the start; there is nothing else to end.
    pub fn stop(self) -> Duration {
        self.elapsed()
    }
}

/// A guard's clock.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stopwatch {
    started: Instant,
    took: Option<Duration>,
}

impl Stopwatch {
    #[inline]
    pub(super) fn start() -> Self {
        Self {
            started: Instant::now(),
            took: None,
        }
    }

    /// What was measured elsewhere counts from here on.
    pub(super) fn took(&mut self, took: Duration) {
        self.took = Some(took);
    }

    #[inline]
    pub(super) fn elapsed(&self) -> Duration {
        self.took.unwrap_or_else(|| self.started.elapsed())
    }

    #[inline]
    pub(super) fn seconds(&self) -> f64 {
        self.elapsed().as_secs_f64()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_measured_elsewhere_wins() {
        let mut stopwatch = Stopwatch::start();
        assert!(stopwatch.elapsed() < Duration::from_secs(3_600));
        stopwatch.took(Duration::from_secs(7_200));
        assert_eq!(stopwatch.elapsed(), Duration::from_secs(7_200));
        assert!((stopwatch.seconds() - 7_200.0).abs() < f64::EPSILON);
    }
}
