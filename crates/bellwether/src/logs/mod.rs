//! Logs: one record, two ways out.
//!
//! A log record is made from a `tracing` event or by a [`Logger`]. Both become the same record: time, level, message,
//! component, the ids of the current span, the ids of session, orchestrator and request, a duration, an error, and whatever
//! else was said as metadata. The record leaves twice: as a line on standard output or error (JSON or text), and as an
//! OpenTelemetry log record through the SDK's batching processor.
//!
//! ```text
//!  tracing event ──► layer ──┐            ┌──► lines: bounded queue ──► one thread ──► stdout / stderr
//!                            ├─► record ──┤
//!  Logger ───────────────────┘            └──► SDK: batching processor ──► OTLP
//! ```
//!
//! The bridge of the OpenTelemetry project, `opentelemetry-appender-tracing`, is not used. It makes an event name of
//! every source line (`event src/main.rs:12`), turns large unsigned numbers into text but keeps a key given twice, and can
//! carry neither the fields of a child logger nor those of the enclosing spans under the names of this record.
//!
//! # Rules
//!
//! - Nobody who logs ever waits. A full queue drops the newest and counts it, see [`LogCounts`].
//! - The layer makes no spans and no events, and holds no lock while code of the caller (`Debug`, `Display`) runs.
//! - No telemetry about telemetry: what the exporters and their transport say is a line at most, never an OTLP record.
//! - The level (`LOG_LEVEL`) is a filter of this layer alone. Spans never disappear because of it.
//!
//! `docs/logs.md` in the repository tells the same from the user's side.

mod level;
mod value;

pub use level::Level;
pub use value::Value;

#[cfg(not(feature = "sdk"))]
mod disabled;
#[cfg(not(feature = "sdk"))]
pub use disabled::{LogEvent, Logger};

#[cfg(feature = "sdk")]
mod entry;
#[cfg(feature = "sdk")]
mod fields;
#[cfg(feature = "sdk")]
mod ids;
#[cfg(feature = "sdk")]
mod json;
#[cfg(feature = "sdk")]
mod layer;
#[cfg(feature = "sdk")]
mod levels;
#[cfg(feature = "sdk")]
mod logger;
#[cfg(feature = "sdk")]
mod otlp;
#[cfg(feature = "sdk")]
mod parents;
#[cfg(feature = "sdk")]
mod pipeline;
#[cfg(feature = "sdk")]
mod processor;
#[cfg(feature = "sdk")]
mod text;
#[cfg(feature = "sdk")]
mod visit;
#[cfg(feature = "sdk")]
mod writer;

#[cfg(feature = "sdk")]
pub use logger::{LogEvent, Logger};
#[cfg(feature = "sdk")]
pub use writer::LogCounts;
#[cfg(feature = "sdk")]
#[allow(unused_imports, reason = "composed by the start-up code")]
pub(crate) use {
    levels::Levels,
    parents::ParentSpans,
    pipeline::{LogPipeline, pipeline},
};

/// The examples of `docs/logs.md`.
#[cfg(doctest)]
#[doc = include_str!("../../../../docs/logs.md")]
mod page {}

#[cfg(test)]
#[cfg(feature = "sdk")]
mod tests;
