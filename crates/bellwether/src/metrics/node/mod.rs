//! Operations of a node, summed up in the process and published as snapshots, after the contract of ONEX nodes.
//!
//! ```text
//! executions ─► tracker of the operation (counts, errors by type, sketch of durations) ─┐
//! process, callbacks ─► resources, at most every 30 s ──────────────────────────────────┼─► snapshot ─► envelope, JSON
//! counters, KPIs ─► business ───────────────────────────────────────────────────────────┘        │ every N executions or seconds
//!                                                             bounded queue and thread of each sink ◄┘
//! ```
//!
//! An execution adds to a few atomics and to a sketch under a short lock. Snapshots, JSON and sinks are the business of
//! threads of their own: a sink that is slow, fails or panics loses snapshots, which are counted, and holds up nobody.
//!
//! The same executions are metrics all the while (`operation_executions_total` and its like); snapshots are for readers that
//! want sums and percentiles of one process without a query.

mod business;
mod configuration;
mod envelope;
mod publisher;
mod resources;
mod running;
mod sink;
mod sketch;
mod snapshot;
mod tracker;

pub use business::Business;
pub use configuration::{MetricsConfiguration, MetricsConfigurationError};
pub use envelope::OnexEnvelopeV1;
pub use resources::ResourceCallbacks;
pub use running::{NodeMetrics, NodeMetricsBuilder, NodeMetricsError};
pub use sink::{FileSink, LogSink, SinkError, SnapshotSink};
pub use snapshot::{
    BusinessSnapshot, NodeSnapshot, OperationSnapshot, Percentile, ResourceSnapshot,
};
pub(crate) use tracker::Trackers;
