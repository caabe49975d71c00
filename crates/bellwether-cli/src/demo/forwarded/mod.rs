//! What the Collector wrote out, read back. Nothing in here knows what was sent.

mod otlp_json;

pub(super) use otlp_json::{Forwarded, LogRecord, Point, Span};
