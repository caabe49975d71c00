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
//! What records is made of these, with the feature `sdk`:
//!
//! ```text
//! jobs() ──► open labels ──► small index ─┐
//!            (interner, leases)           ├─► cell ─► bound instrument: one atomic add
//! DenseCounter ──► closed labels ─► index ┘
//! ```
//!
//! A closed label is an enum and its series a slot of an array ([`DenseCounter`], [`DenseUpDownCounter`],
//! [`DenseHistogram`]). An open label keeps the first values up to its bound; the rest is `_other` and counted in
//! `bellwether_label_overflow_total{label}`. [`jobs`] is a recorder on both.

#[cfg(feature = "sdk")]
pub(crate) mod collect;
mod definition;
#[cfg(feature = "sdk")]
mod dense;
#[cfg(feature = "sdk")]
mod error_class;
#[cfg(feature = "sdk")]
mod exemplar;
#[rustfmt::skip]
pub mod generated;
#[cfg(feature = "sdk")]
mod instruments;
#[cfg(feature = "sdk")]
mod interner;
#[cfg(feature = "sdk")]
mod jobs;
mod label;
#[cfg(feature = "sdk")]
mod live;
#[cfg(all(test, feature = "sdk"))]
mod testing;

#[cfg(feature = "sdk")]
pub use collect::{CollectError, Collection, Collector, GuardedMeters, SeriesFilter};
pub use definition::{
    Instrument, Interval, LabelDefinition, LabelValues, MetricDefinition, RecorderDefinition,
    RecorderInput, ValueType,
};
#[cfg(feature = "sdk")]
pub use dense::{DenseCounter, DenseHistogram, DenseUpDownCounter, MAX_SERIES};
#[cfg(feature = "sdk")]
pub use exemplar::{Exemplar, ExemplarSource, SeriesExemplars};
#[cfg(feature = "sdk")]
pub use instruments::DefinitionMismatch;
#[cfg(feature = "sdk")]
pub use jobs::{Job, JobWorker, Jobs, jobs};
pub use label::{Label, Labels};
