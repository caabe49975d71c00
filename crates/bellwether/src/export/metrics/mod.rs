//! Collections on their way out: one thread collects, and hands each collection to every sink.
//!
//! ```text
//! bellwether-metrics ──► collector.collect_now() ──► Collection ─┬► OtlpSink ──► send ──► endpoint
//! (each interval, and at flush and shutdown)                     ├► ConsoleSink
//!                                                                └► FileSink ──► bellwether-metric-files
//! ```

mod console;
mod delta;
mod files;
mod otlp;
mod periodic;

use std::sync::Arc;
use std::time::Instant;

use crate::metrics::Collection;

pub(crate) use console::ConsoleSink;
use delta::Deltas;
pub(crate) use files::FileSink;
#[cfg(feature = "grpc")]
pub(super) use otlp::METHOD;
pub(crate) use otlp::OtlpSink;
pub(crate) use periodic::MetricExports;

/// Takes collections.
pub(crate) trait Sink: Send {
    /// Takes one. Blocks until the deadline at most; says in words what could not be delivered.
    fn export(
        &mut self,
        collection: &Arc<Collection>,
        deadline: Option<Instant>,
    ) -> Result<(), String>;

    /// Waits until what was taken is where it goes, until the deadline at most.
    fn settle(&mut self, deadline: Option<Instant>) -> Result<(), String> {
        let _ = deadline;
        Ok(())
    }
}
