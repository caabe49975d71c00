//! Questions to the store.
//!
//! ```text
//! MetricQuery ─► rollups, points ─► changes of each series (resets out) ─► groups and stretches ─► MetricAnswer
//! TraceQuery  ─► spans, newest first ─► distinct traces ─► Bounded<TraceHead>
//! LogQuery    ─► full text or time ─► Bounded<LogLine>
//! MapQuery    ─► spans and their parents in other services, messages and their senders ─► ServiceMap
//! AgentQuery  ─► metrics of agents, one family of names a column ─► AgentReport
//! ```
//!
//! Every answer is bounded in rows and in time. One that is cut says so (`is_cut`); one that takes longer than its [`Limits`] is
//! interrupted inside the database ([`StoreError::Interrupted`](crate::StoreError::Interrupted)). The arithmetic is pure and stands apart
//! ([`percentile`], [`summarize`], [`moving_average`], [`detect_anomalies`], [`calculate_rate`], [`aggregate`]).
//!
//! ```no_run
//! use bellwether_backend::Store;
//! use bellwether_backend::query::{Aggregation, MetricQuery, metrics};
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let store = Store::open_read_only(".bellwether/telemetry.db")?;
//! let answer = metrics(&store, &MetricQuery {
//!     labels: vec!["agent_type=coder".parse()?],
//!     aggregation: Some(Aggregation::Quantile(0.95)),
//!     interval: Some(std::time::Duration::from_secs(300)),
//!     ..MetricQuery::new("agent_execution_duration_seconds")
//! })?;
//! # let _ = answer; Ok(()) }
//! ```

mod agents;
mod arithmetic;
mod catalog;
mod labels;
mod logs;
mod map;
mod metrics;
mod quantile;
mod readings;
mod red;
mod spans;
mod traces;

use std::ops::Range;
use std::time::Duration;

use serde::Serialize;

pub use agents::{
    AgentQuery, AgentReport, AgentRow, BudgetRow, ContextRow, DelegationRow, ModelRow, ToolRow,
    agents,
};
pub use arithmetic::{
    Anomaly, Sample, Spread, Summary, aggregate, calculate_rate, detect_anomalies, moving_average,
    percentile, summarize,
};
pub use catalog::{MetricHead, list_metrics};
pub use labels::{LabelFilter, LabelFilterError};
pub use logs::{LogCursor, LogLine, LogQuery, logs, logs_after, trace_logs};
pub use map::{Contact, MapQuery, ServiceEdge, ServiceMap, ServiceNode, service_map};
pub use metrics::{
    Aggregation, AggregationError, Kind, MetricAnswer, MetricQuery, MetricSeries, MetricStats,
    Total, metrics, stats, totals,
};
pub use readings::Reads;
pub use red::{RedAnswer, RedLabel, RedQuery, RedSample, RedSeries, red};
pub use spans::{SpanLine, SpanLink, span_lines};
pub use traces::{TraceQuery, traces};

/// How much an answer may cost.
///
/// ```
/// let limits = bellwether_backend::query::Limits { rows: 10, ..Default::default() };
/// assert_eq!(limits.time, std::time::Duration::from_secs(30));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Rows in the answer; for metrics, readings that are looked at.
    pub rows: usize,
    /// How long the database may work.
    pub time: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            rows: 100,
            time: Duration::from_secs(30),
        }
    }
}

/// Rows, and whether there were more.
///
/// ```
/// let none = bellwether_backend::query::Bounded::<u8> { rows: vec![], is_cut: false };
/// assert!(!none.is_cut);
/// ```
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Bounded<T> {
    /// What was found.
    pub rows: Vec<T>,
    /// There was more than the limit.
    pub is_cut: bool,
}

impl<T> Bounded<T> {
    /// Keeps `limit` of `rows`.
    fn cut(mut rows: Vec<T>, limit: usize) -> Self {
        let is_cut = rows.len() > limit;
        rows.truncate(limit);
        Self { rows, is_cut }
    }
}

/// All of time.
const ALWAYS: Range<i64> = i64::MIN..i64::MAX;
