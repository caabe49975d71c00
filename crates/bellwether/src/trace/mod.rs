//! Spans: made, bounded, sampled and exported.

mod layer;
mod limits;
mod processor;
mod provider;
mod sampling;
mod statistics;

pub(crate) use layer::{DEFAULT_SPAN_LEVEL, layer};
pub(crate) use provider::provider;
pub use statistics::{SpanCounts, SpanStatistics};

#[cfg(test)]
mod tests;
