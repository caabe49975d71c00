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

mod definition;
#[rustfmt::skip]
pub mod generated;

pub use definition::{
    Instrument, Interval, LabelDefinition, LabelValues, MetricDefinition, RecorderDefinition,
    RecorderInput, ValueType,
};
