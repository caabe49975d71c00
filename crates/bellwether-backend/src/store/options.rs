//! What can be chosen about a store.

use std::time::Duration;

use super::partition::Signal;

/// What a commit waits for.
///
/// ```
/// assert_eq!(bellwether_backend::Durability::default(), bellwether_backend::Durability::Process);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Durability {
    /// Committed items outlive the process, however it ends. A power cut may take the last ones (`synchronous=NORMAL`).
    #[default]
    Process,
    /// Committed items outlive a power cut: each commit waits for the disk (`synchronous=FULL`), at about a third of the rate.
    Power,
}

/// How long things are kept, and how much.
///
/// ```
/// use std::time::Duration;
/// use bellwether_backend::StoreOptions;
/// let options = StoreOptions { max_bytes: 1 << 30, ..StoreOptions::default() };
/// assert_eq!(options.traces, Duration::from_secs(7 * 86_400));
/// ```
#[derive(Debug, Clone)]
pub struct StoreOptions {
    /// How long points are kept. 30 days.
    pub metrics: Duration,
    /// How long spans are kept. 7 days.
    pub traces: Duration,
    /// How long log records are kept. 7 days.
    pub logs: Duration,
    /// How long aggregates are kept: those of a minute and an hour. Those of ten seconds go with the traces. 90 days.
    pub aggregates: Duration,
    /// Bytes beyond which the oldest partitions are dropped before their time. 10 GiB.
    pub max_bytes: u64,
    /// What a commit waits for.
    pub durability: Durability,
    /// Spans or log records in a partition. Points: eight times as many. 500,000: a partition of 250 MB, which takes a fifth of a
    /// second to drop, in steps.
    pub partition_rows: u64,
    /// Bytes of the write-ahead log beyond which nothing is taken until the reader that keeps it from being folded into the file has gone.
    /// 2 GiB: minutes at the highest rate, days at that of a laptop.
    pub max_log_bytes: u64,
    /// Pages of 4 KiB that the file may have; a write beyond is answered like a full disk. None: as the disk allows.
    pub max_pages: Option<u32>,
}

const DAY: Duration = Duration::from_secs(86_400);

impl Default for StoreOptions {
    fn default() -> Self {
        Self {
            metrics: DAY * 30,
            traces: DAY * 7,
            logs: DAY * 7,
            aggregates: DAY * 90,
            max_bytes: 10 << 30,
            durability: Durability::default(),
            partition_rows: 500_000,
            max_log_bytes: 2 << 30,
            max_pages: None,
        }
    }
}

impl StoreOptions {
    pub(super) fn partition_rows(&self, signal: Signal) -> u64 {
        match signal {
            // A point takes a twentieth of the space of a span.
            Signal::Metrics => self.partition_rows.saturating_mul(8),
            Signal::Traces | Signal::Logs => self.partition_rows,
        }
    }

    pub(super) fn kept_days(&self, signal: Signal) -> i64 {
        let kept = match signal {
            Signal::Traces => self.traces,
            Signal::Metrics => self.metrics,
            Signal::Logs => self.logs,
        };
        days(kept)
    }
}

/// Whole days, rounded up.
pub(super) fn days(duration: Duration) -> i64 {
    i64::try_from(duration.as_secs().div_ceil(86_400)).unwrap_or(i64::MAX)
}
