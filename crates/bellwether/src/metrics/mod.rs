//! Metrics: what the catalog defines, as data that costs nothing until it is used.
//!
//! [`generated`] holds an enum a closed label, a [`MetricDefinition`] a metric and a
//! [`RecorderDefinition`] a recorder. They follow from the registry of the crate `bellwether-catalog`;
//! `cargo run -p bellwether-catalog` writes them and a test there compares them byte for byte.
//!
//! ```
//! use bellwether::metrics::generated::{self, labels::SessionType};
//!
//! assert_eq!(SessionType::ClaudeFlow.as_str(), "claude-flow");
//! assert_eq!(SessionType::ClaudeFlow.index(), 1);
//! assert!(generated::ALL.iter().any(|metric| metric.name == "wundr_queue_depth"));
//! ```
//!
//! [`Metrics`] makes what records: families of series over [`Labels`], and the [recorders] that feed them. Without the
//! feature `sdk` the recorders are there as well, and record nothing.
//!
//! ```text
//! recorder: a unit of work ──► families, one a metric that is on ──► labels ──► slot ──► atomics, bound histograms
//! ```
//!
//! A closed label is an enum, an open one a value of a bounded table ([`OpenLabel`]): beyond its bound it is `_other` and
//! counts in `bellwether_label_overflow_total{label}`. Ids that have no bound are no labels and do not compile as one.

#[cfg(feature = "sdk")]
mod buffers;
mod cause;
#[cfg(feature = "sdk")]
pub(crate) mod collect;
#[cfg(feature = "sdk")]
mod collector;
mod definition;
#[cfg(feature = "sdk")]
mod definition_check;
#[cfg(not(feature = "sdk"))]
mod disabled;
mod error_class;
#[cfg(feature = "sdk")]
mod exemplar;
#[cfg(feature = "sdk")]
mod exemplar_keepers;
#[cfg(feature = "sdk")]
pub mod exposition;
#[cfg(feature = "sdk")]
mod files;
#[rustfmt::skip]
pub mod generated;
#[cfg(feature = "sdk")]
mod handle;
mod interner;
mod label;
#[cfg(feature = "sdk")]
mod live;
#[cfg(feature = "sdk")]
mod making;
#[cfg(feature = "sdk")]
pub mod node;
mod open_label;
pub(crate) mod operation;
mod overflow;
pub mod recorders;
#[cfg(feature = "sdk")]
mod selection;
#[cfg(feature = "sdk")]
mod series;
mod sync;

pub use bellwether_macros::Label;
pub use cause::Cause;
#[cfg(feature = "sdk")]
pub use collect::{CollectError, Collection, Collector, GuardedMeters, SeriesFilter};
#[cfg(feature = "sdk")]
pub use collector::{AggregatedStats, MetricsCollector, MetricsCollectorBuilder, WithMetrics};
pub use definition::{
    Instrument, Interval, LabelDefinition, LabelValues, MetricDefinition, RecorderDefinition,
    RecorderInput, ValueType,
};
#[cfg(feature = "sdk")]
pub use definition_check::DefinitionMismatch;
#[cfg(not(feature = "sdk"))]
pub use disabled::{Counter, Gauge, Histogram, Metrics, RecorderMetrics, UpDownCounter};
#[cfg(not(feature = "sdk"))]
pub(crate) use disabled::{Holder, Observed, Rate};
#[cfg(feature = "sdk")]
pub use exemplar::{Exemplar, ExemplarSource, SeriesExemplars};
#[cfg(feature = "sdk")]
pub use files::{JsonFiles, JsonFilesBuilder, JsonFilesError};
#[cfg(feature = "sdk")]
pub use handle::{Metrics, RecorderMetrics};
pub use label::{Label, Labels};
pub use open_label::{IntoLabel, OpenLabel};
#[doc(hidden)]
pub use open_label::{OpenValue, OpenValues};
#[cfg(feature = "sdk")]
pub use operation::{OperationGuard, Operations, operations};
pub use recorders::{Job, JobWorker, Jobs};
pub use recorders::{
    agent_execution, agent_lifecycle, budget, context_window, delegation, error, http_request,
    jobs, kpi, mcp_client, mcp_server, memory_search, memory_store, message, model_request,
    model_server, node_load, queue_item, session, task, timer, tool_call, websocket, worker,
    workflow,
};
#[cfg(feature = "sdk")]
pub use selection::{MetricFamily, Selection, UnknownFamily};
#[cfg(feature = "sdk")]
pub use series::{
    Counter, CounterNumber, Gauge, GaugeNumber, Histogram, HistogramNumber, MAX_SERIES, Number,
    UpDownCounter, UpDownNumber,
};
#[cfg(feature = "sdk")]
pub(crate) use series::{Holder, Observed, Rate};

/// The page on the daemon's collector compiles.
#[cfg(all(doctest, feature = "sdk"))]
#[doc = include_str!("../../../../docs/collector-api.md")]
mod collector_page {}

/// The page on exports compiles.
#[cfg(all(doctest, feature = "sdk"))]
#[doc = include_str!("../../../../docs/metrics-export.md")]
mod page {}
