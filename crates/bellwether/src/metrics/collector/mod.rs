//! The collector of an orchestrator daemon: one handle with a call for each thing that is recorded.
//!
//! ```text
//! record_*() ─┬► batch buffer: equal updates merge ─┐ full, interval, flush(), close(), before a collection
//!             │                                     ▼
//!             └► (without batching) ──────────► series of the recorders ──► collection ──► exporters
//!                                           └─► history, minute by minute ──► get_aggregated_stats()
//! ```
//!
//! What batching is worth here: a series is an atomic that hardly any other thread touches, so a count costs less than
//! merging it does. It pays where many threads time messages of one orchestrator, since a histogram of the SDK is a
//! lock, and where the history is kept, which is a lock as well. The page `docs/collector-api.md` says more.

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
