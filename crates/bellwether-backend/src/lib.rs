//! A local OpenTelemetry backend: an OTLP receiver, and a store in one file that any SQLite client can read.
//!
//! ```text
//! OTLP/gRPC ─┐                                           ┌─► Store: traces, points, logs exactly as sent
//! OTLP/HTTP ─┴► admission ─► decode ─► writer ─► SQLite ─┴─► views telemetry_* and v_*, for any SQLite client
//!                 by bytes               one thread, group commit, answer after the commit
//! ```
//!
//! [`Backend`] is the server, [`Store`] reads. The schema is described in `docs/backend.md`, the layout of the tables in the README of this crate.
//!
//! ```
//! # let runtime = tokio::runtime::Runtime::new().unwrap();
//! # runtime.block_on(async {
//! use std::time::Duration;
//! use bellwether_backend::{Backend, Signal};
//!
//! let folder = std::env::temp_dir().join("bellwether-doc-lib");
//! let any = ([127, 0, 0, 1], 0).into();
//! let running = Backend::builder(folder.join("telemetry.db")).grpc(any).http(any).start().await.unwrap();
//! assert_eq!(running.counts(Signal::Traces).stored, 0);
//! assert!(running.store().newest_traces(10).unwrap().is_empty());
//! assert!(running.stop(Duration::from_secs(5)).await);
//! # std::fs::remove_dir_all(folder).ok();
//! # });
//! ```

// Positions, limits and counts of rows go to SQLite, which has signed integers; none comes near their bound.
#![allow(clippy::cast_possible_wrap)]

mod announcement;
pub mod api;
mod backend;
mod counts;
pub mod json;
#[cfg(feature = "load")]
pub mod load;
pub mod maintenance;
pub mod query;
mod receive;
mod store;

#[cfg(test)]
#[path = "../tests/support/arbitrary.rs"]
mod arbitrary;

use std::fmt::Write as _;

pub use announcement::ServerAddress;
pub use backend::{Backend, Builder, Running, StartError};
pub use counts::{Counts, Refusal};
/// The database, for [`Store::read`].
pub use rusqlite;
pub(crate) use store::meeting;
pub use store::{
    Durability, Missing, Partition, Rejected, Signal, Sketch, Store, StoreError, StoreOptions,
    TraceHead,
};

/// The messages of OTLP.
///
/// ```
/// let span = bellwether_backend::otlp::trace::v1::Span { name: "plan".into(), ..Default::default() };
/// # drop(span);
/// ```
pub mod otlp {
    pub use opentelemetry_proto::tonic::{collector, common, logs, metrics, resource, trace};
}

/// Bytes as lower-case hexadecimal.
fn hex(bytes: &[u8]) -> String {
    bytes
        .iter()
        .fold(String::with_capacity(2 * bytes.len()), |mut text, byte| {
            let _ = write!(text, "{byte:02x}");
            text
        })
}
