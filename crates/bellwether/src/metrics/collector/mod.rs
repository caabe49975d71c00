//! The collector of an orchestrator daemon: one handle with a call for each thing that is recorded.
//!
//! ```text
//! record_*() ─┬► batch buffer: equal updates merge ─┐ full, interval, flush(), close(), before a collection
//!             │                                     ▼
//!             └► (without batching) ──────────► series of the recorders ──► collection ──► exporters
//!                                           └─► history, minute by minute ──► get_aggregated_stats()
//! ```
//!
//! What batching is worth here: a count ends in up to four series, each a look-up and an atomic, and merged it is one
//! look-up in memory that the thread has nearly to itself; so it saves a part of that, and more where threads meet at the
//! history, which is a lock. A latency gains nothing from being merged, since each value is kept. The page
//! `docs/collector-api.md` has figures.

mod batch;
mod builder;
mod core;
mod families;
mod flusher;
mod history;
mod metrics_collector;
mod stats;
#[cfg(test)]
mod tests;
mod update;
mod with_metrics;

pub use builder::MetricsCollectorBuilder;
pub use metrics_collector::MetricsCollector;
pub use stats::AggregatedStats;
pub use with_metrics::WithMetrics;
