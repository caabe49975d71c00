//! Spans: made by either API or by hand, sampled, bounded, exported.
//!
//! ```text
//! tracing macros ──► layer ─┐                      limits, counts
//! OpenTelemetry API ────────┼─► provider ─► front processor ─► batch ─► exporter
//! TraceContext, LiveSpan ───┘   (sampler)         │
//!        ▲   └ registry: ends what is forgotten   └─► finished traces ─► OTLP/JSON
//!        └──────────────────────────────────────────────┘
//! ```
//!
//! All three ways of making spans share one notion of the current span, OpenTelemetry's context, so they nest in each other
//! in any order. Without the feature `sdk` the same calls exist and do nothing.

mod current;
mod exception;

#[cfg(feature = "sdk")]
mod context;
#[cfg(not(feature = "sdk"))]
mod disabled;
pub(crate) mod field;
#[cfg(feature = "sdk")]
mod finished;
#[cfg(feature = "sdk")]
mod json;
#[cfg(feature = "sdk")]
mod layer;
#[cfg(feature = "sdk")]
mod limits;
#[cfg(feature = "sdk")]
mod live;
#[cfg(feature = "sdk")]
pub(crate) mod operation;
#[cfg(feature = "sdk")]
mod processor;
#[cfg(feature = "sdk")]
mod provider;
#[cfg(feature = "sdk")]
mod registry;
#[cfg(feature = "sdk")]
mod sampling;
#[cfg(feature = "sdk")]
mod statistics;

#[cfg(feature = "sdk")]
pub use context::{TraceContext, TraceJson};
pub use current::{current_trace_id, record_error};
#[cfg(not(feature = "sdk"))]
pub use disabled::{Entered, LiveSpan, TraceContext, TraceJson};
#[cfg(feature = "sdk")]
pub(crate) use layer::{DEFAULT_SPAN_LEVEL, layer};
#[cfg(feature = "sdk")]
pub use live::{Entered, LiveSpan};
pub use opentelemetry::KeyValue;
pub use opentelemetry::trace::{FutureExt, SpanContext, SpanId, SpanKind, Status, TraceId};
#[cfg(feature = "sdk")]
pub(crate) use provider::provider;
#[cfg(feature = "sdk")]
pub use statistics::{SpanCounts, SpanStatistics};

/// The examples of `docs/tracing.md`.
#[cfg(doctest)]
#[doc = include_str!("../../../../docs/tracing.md")]
mod page {}

// Two attributes, since clippy knows tests only by a plain `cfg(test)`.
#[cfg(test)]
#[cfg(feature = "sdk")]
mod tests;
