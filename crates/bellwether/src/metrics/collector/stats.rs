//! The answer of the history.

use std::ops::Range;
use std::time::{Duration, SystemTime};

use super::history::{Totals, begin, minute};
use super::metrics_collector::MetricsCollector;
use crate::metrics::buffers::Buffer;

/// How far back is looked where no range is given.
const LATELY: Duration = Duration::from_secs(3_600);

/// What an orchestrator did in a range of time; from
/// [`MetricsCollector::get_aggregated_stats`](super::MetricsCollector::get_aggregated_stats).
///
/// ```
/// use bellwether::metrics::{MetricsCollector, generated::labels::ToolStatus};
///
/// let collector = MetricsCollector::builder().build()?;
/// collector.record_tool_invocation("orch-1", "Read", ToolStatus::Success);
/// collector.record_tool_invocation("orch-1", "Read", ToolStatus::Timeout);
/// collector.record_error("orch-1", "timeout");
/// let stats = collector.get_aggregated_stats("orch-1", None);
/// assert_eq!((stats.tool_invocations, stats.failed_tool_calls), (2, 1));
/// assert_eq!(format!("{:.0} %", stats.error_rate * 100.0), "50 %");
/// # Ok::<(), bellwether::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct AggregatedStats {
    /// As it was asked for.
    pub orchestrator_id: String,
    /// What the numbers cover: the whole minutes of the range that was asked for, as far as they are kept.
    pub time_range: Range<SystemTime>,
    /// Sessions that began.
    pub total_sessions: u64,
    /// Tokens used.
    pub total_tokens: u64,
    /// Mean latency of messages in milliseconds; 0 where there were none.
    pub avg_latency: f64,
    /// Errors by attempts, 0 to 1. Attempts are the messages or the tool invocations, whichever were more, since one
    /// piece of work may be both; and never fewer than the errors. 0 where there were none.
    pub error_rate: f64,
    /// Tool invocations with the status `success`.
    pub successful_tool_calls: u64,
    /// Tool invocations with another status: `error`, `timeout` or `abandoned`.
    pub failed_tool_calls: u64,
    /// Tool invocations: those that succeeded and those that failed.
    pub tool_invocations: u64,
    /// Delegations that it gave or took, whatever came of them.
    pub delegations: u64,
}

impl AggregatedStats {
    pub(super) fn new(orchestrator: &str, time_range: Range<SystemTime>, totals: &Totals) -> Self {
        let messages = f64::from(totals.messages);
        let errors = f64::from(totals.errors);
        let tools = u64::from(totals.tools_ok) + u64::from(totals.tools_failed);
        let attempts = messages.max(tools as f64).max(errors);
        Self {
            orchestrator_id: orchestrator.to_owned(),
            time_range,
            total_sessions: totals.sessions.into(),
            total_tokens: totals.tokens,
            avg_latency: share(totals.latency * 1_000.0, messages),
            error_rate: share(errors, attempts),
            successful_tool_calls: totals.tools_ok.into(),
            failed_tool_calls: totals.tools_failed.into(),
            tool_invocations: tools,
            delegations: totals.delegations.into(),
        }
    }
}

fn share(part: f64, whole: f64) -> f64 {
    if whole > 0.0 { part / whole } else { 0.0 }
}

impl MetricsCollector {
    /// What the orchestrator did in this range, or in the last hour: of this collector, not of recorders used beside it.
    /// Updates that wait in the buffer are flushed first. An id that did nothing has zeros; `_other` has what those did
    /// together for whom the label `orchestrator_id` has no place left.
    ///
    /// Minutes are counted whole: a range is widened to the minutes it touches, and cut to those that are kept
    /// ([`history`](super::MetricsCollectorBuilder::history)). Memory is bounded and stated there. Cost: a pass over the minutes
    /// that are kept, 70 KB at most by default.
    ///
    /// ```
    /// use std::time::{Duration, SystemTime};
    /// # use bellwether::metrics::MetricsCollector;
    /// # let collector = MetricsCollector::builder().build()?;
    /// let now = SystemTime::now();
    /// let stats = collector.get_aggregated_stats("orch-1", now - Duration::from_secs(3 * 3_600)..now);
    /// assert_eq!((stats.delegations, stats.avg_latency), (0, 0.0));
    /// # Ok::<(), bellwether::Error>(())
    /// ```
    pub fn get_aggregated_stats(
        &self,
        orchestrator_id: &str,
        range: impl Into<Option<Range<SystemTime>>>,
    ) -> AggregatedStats {
        let core = &self.0.core;
        core.flush();
        let now = (core.clock)();
        // What happened this instant is part of it.
        let end = now.checked_add(Duration::from_nanos(1)).unwrap_or(now);
        let lately = || end.checked_sub(LATELY).unwrap_or(now)..end;
        let range = range.into().unwrap_or_else(lately);
        let nothing = || {
            let range = range.start..range.start;
            AggregatedStats::new(orchestrator_id, range, &Totals::default())
        };
        let Some(history) = core.history.as_ref().filter(|_| range.start < range.end) else {
            return nothing();
        };
        // The end is not part of the range, nor is its minute where that begins there.
        let end = range.end.checked_sub(Duration::from_nanos(1));
        let last = minute(end.unwrap_or(range.end)).min(minute(now));
        let first = minute(range.start).max(history.oldest(minute(now)));
        if first > last {
            return nothing();
        }
        let totals = history.sum(orchestrator_id, &(first..=last));
        let covered = begin(first)..begin(last.saturating_add(1));
        AggregatedStats::new(orchestrator_id, covered, &totals)
    }
}
