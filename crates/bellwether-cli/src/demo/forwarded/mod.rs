//! What the Collector did: its own counts, and what it wrote out.
//!
//! Nothing in here knows what was sent. [`Counts`] come from the Collector's own metrics (`:8888`, Prometheus text),
//! [`Forwarded`] is read back from its file exporter (OTLP as JSON, one request a line).

mod otlp_json;
mod own_metrics;

pub(super) use otlp_json::{Forwarded, LogRecord, Point, Span};
pub(super) use own_metrics::Counts;
