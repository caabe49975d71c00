//! The options of the collector, their defaults and bounds.

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use super::batch::Batch;
use super::core::{Clock, Core};
use super::families::Families;
use super::flusher::Flusher;
use super::history::History;
use super::metrics_collector::MetricsCollector;
use crate::Error;
use crate::config::ConfigError;
use crate::metrics::Metrics;
use crate::metrics::buffers::Buffer;
use crate::metrics::series::stripe_count;

const INTERVALS: std::ops::RangeInclusive<Duration> =
    Duration::from_millis(10)..=Duration::from_secs(3_600);
const SIZES: std::ops::RangeInclusive<usize> = 1..=100_000;
const HOUR: u64 = 3_600;
const MOST_HOURS: u64 = 7 * 24;

/// Options of a [`MetricsCollector`]; from [`MetricsCollector::builder`].
///
/// ```
/// use std::time::Duration;
/// use bellwether::metrics::MetricsCollector;
///
/// // The defaults, written out.
/// let collector = MetricsCollector::builder()
///     .enable_batching(true)
///     .batch_flush_interval(Duration::from_secs(5))
///     .max_batch_size(100)
///     .history(Duration::from_secs(24 * 3_600))
///     .debug(false)
///     .build()?;
/// # let _ = collector;
/// # Ok::<(), bellwether::Error>(())
/// ```
#[derive(Clone)]
#[must_use = "it makes no collector until it is built"]
pub struct MetricsCollectorBuilder {
    enable_batching: bool,
    batch_flush_interval: Duration,
    max_batch_size: usize,
    history: Duration,
    debug: bool,
    clock: Clock,
}

impl fmt::Debug for MetricsCollectorBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MetricsCollectorBuilder")
            .field("enable_batching", &self.enable_batching)
            .field("batch_flush_interval", &self.batch_flush_interval)
            .field("max_batch_size", &self.max_batch_size)
            .field("history", &self.history)
            .field("debug", &self.debug)
            .finish_non_exhaustive()
    }
}

impl MetricsCollectorBuilder {
    pub(super) fn new() -> Self {
        Self {
            enable_batching: true,
            batch_flush_interval: Duration::from_secs(5),
            max_batch_size: 100,
            history: Duration::from_secs(24 * HOUR),
            debug: false,
            clock: Arc::new(SystemTime::now),
        }
    }

    /// Whether counts and latencies are merged before they reach their series; `true` by default. Exports are the same
    /// either way.
    ///
    /// ```
    /// let straight = bellwether::metrics::MetricsCollector::builder().enable_batching(false).build()?;
    /// # let _ = straight;
    /// # Ok::<(), bellwether::Error>(())
    /// ```
    pub fn enable_batching(mut self, enable: bool) -> Self {
        self.enable_batching = enable;
        self
    }

    /// The longest that an update waits in the buffer where nothing else flushes it: 10 ms to 1 h, 5 s by default. What
    /// waits is lost with a process that is killed.
    ///
    /// ```
    /// use std::time::Duration;
    /// use bellwether::metrics::MetricsCollector;
    /// let error = MetricsCollector::builder().batch_flush_interval(Duration::ZERO).build().unwrap_err();
    /// assert_eq!(error.to_string(), r#"batch_flush_interval is "0ns": expected 10 ms to 1 h"#);
    /// ```
    pub fn batch_flush_interval(mut self, interval: Duration) -> Self {
        self.batch_flush_interval = interval;
        self
    }

    /// Updates after which a thread's buffer is full, and everything is flushed: 1 to 100,000, 100 by default. Threads
    /// share up to eight buffers, so at most eight times as many wait, and one more a thread.
    ///
    /// ```
    /// use bellwether::metrics::MetricsCollector;
    /// let error = MetricsCollector::builder().max_batch_size(0).build().unwrap_err();
    /// assert_eq!(error.to_string(), r#"max_batch_size is "0": expected 1 to 100000 updates"#);
    /// ```
    pub fn max_batch_size(mut self, updates: usize) -> Self {
        self.max_batch_size = updates;
        self
    }

    /// How far back [`get_aggregated_stats`](MetricsCollector::get_aggregated_stats) looks: whole hours up to seven
    /// days, 24 h by default; zero keeps nothing. An hour in which an orchestrator did something takes 2,880 bytes, so 24 h
    /// are at most 70 KB an orchestrator, and 7 MB for the hundred that are told apart and the rest together.
    ///
    /// ```
    /// use std::time::Duration;
    /// use bellwether::metrics::MetricsCollector;
    /// let error = MetricsCollector::builder().history(Duration::from_secs(90 * 60)).build().unwrap_err();
    /// assert_eq!(error.to_string(), r#"history is "5400s": expected whole hours from 0 to 168"#);
    /// ```
    pub fn history(mut self, time: Duration) -> Self {
        self.history = time;
        self
    }

    /// Whether each call leaves an event of level DEBUG, target `bellwether::metrics_collector`; `false` by default.
    ///
    /// ```
    /// let talking = bellwether::metrics::MetricsCollector::builder().debug(true).build()?;
    /// # let _ = talking;
    /// # Ok::<(), bellwether::Error>(())
    /// ```
    pub fn debug(mut self, debug: bool) -> Self {
        self.debug = debug;
        self
    }

    /// Another clock for the history.
    #[cfg(test)]
    pub(super) fn clock(mut self, clock: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        self.clock = Arc::new(clock);
        self
    }

    /// The collector, on the process's own [`Metrics`]. Before telemetry has started, and where it is off, it records
    /// nothing but the history: make it after the start.
    ///
    /// # Errors
    /// An option is out of its bounds, or there is no thread for the interval.
    pub fn build(self) -> Result<MetricsCollector, Error> {
        self.build_on(Metrics::global())
    }

    /// The collector on these metrics.
    ///
    /// # Errors
    /// As [`build`](Self::build).
    ///
    /// ```
    /// use bellwether::metrics::{Metrics, MetricsCollector};
    /// use bellwether::opentelemetry::global;
    /// let collector = MetricsCollector::builder().build_on(&Metrics::new(&global::meter("daemon")))?;
    /// # let _ = collector;
    /// # Ok::<(), bellwether::Error>(())
    /// ```
    pub fn build_on(self, metrics: &Metrics) -> Result<MetricsCollector, Error> {
        let hours = self.check()?;
        // Where nothing is exported there is nothing to merge for.
        let batches = self.enable_batching && metrics.is_on();
        let core = Arc::new(Core {
            families: Families::new(metrics),
            history: (hours > 0).then(|| History::new(hours)),
            batch: batches.then(|| Batch::new(stripe_count(), self.max_batch_size)),
            clock: self.clock,
        });
        let mut flusher = None;
        if batches {
            let buffer: Arc<dyn Buffer> = Arc::clone(&core) as _;
            metrics.flush_before_collection(&buffer);
            let flush = move || buffer.flush();
            flusher = Some(Flusher::start(self.batch_flush_interval, flush)?);
        }
        Ok(MetricsCollector::new(core, flusher, self.debug))
    }

    /// Hours of history.
    fn check(&self) -> Result<usize, ConfigError> {
        let interval = self.batch_flush_interval;
        if !INTERVALS.contains(&interval) {
            return Err(ConfigError::invalid(
                "batch_flush_interval",
                format!("{interval:?}"),
                "10 ms to 1 h",
            ));
        }
        if !SIZES.contains(&self.max_batch_size) {
            return Err(ConfigError::invalid(
                "max_batch_size",
                self.max_batch_size.to_string(),
                "1 to 100000 updates",
            ));
        }
        let (seconds, rest) = (self.history.as_secs(), self.history.subsec_nanos());
        let hours = seconds / HOUR;
        if seconds % HOUR != 0 || rest != 0 || hours > MOST_HOURS {
            return Err(ConfigError::invalid(
                "history",
                format!("{:?}", self.history),
                "whole hours from 0 to 168",
            ));
        }
        Ok(usize::try_from(hours).unwrap_or_default())
    }
}
