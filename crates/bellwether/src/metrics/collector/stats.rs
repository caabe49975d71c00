//! The answer of the history.

use std::ops::Range;
use std::time::SystemTime;

use super::history::Totals;

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
