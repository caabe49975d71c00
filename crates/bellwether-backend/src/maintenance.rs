//! What is done to a store from outside a server: clearing it, and keeping account of exports.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use rusqlite::{Connection, OpenFlags};

use crate::store::StoreWriter;
use crate::{Signal, StoreError, StoreOptions};

/// Drops everything that is stored of `signals`. Needs a Tokio runtime or any other executor, and the file for itself: while a server has
/// it, [`StoreError::InUse`] (use `Running::clear` there).
///
/// ```
/// # tokio::runtime::Runtime::new().unwrap().block_on(async {
/// use bellwether_backend::{Signal, maintenance};
/// let folder = std::env::temp_dir().join("bellwether-doc-clear");
/// maintenance::clear(&folder.join("telemetry.db"), &[Signal::Logs]).await.unwrap();
/// # std::fs::remove_dir_all(folder).ok();
/// # });
/// ```
pub async fn clear(path: &Path, signals: &[Signal]) -> Result<(), Arc<StoreError>> {
    let (writer, _) = StoreWriter::open(path, &StoreOptions::default()).map_err(Arc::new)?;
    let mut result = Ok(());
    for signal in signals {
        result = result.and(writer.clear(*signal).await.map(drop));
    }
    writer.stop();
    result
}

/// A row of `telemetry_exports`.
///
/// ```
/// let export = bellwether_backend::maintenance::Export {
///     exporter: "cli", destination: "-", format: "json", signal: "metrics", started_at: 1, finished_at: 2, items: 3, bytes: 4, error: None,
/// };
/// assert!(export.error.is_none());
/// ```
#[derive(Debug, Clone, Copy)]
pub struct Export<'a> {
    /// Who made it.
    pub exporter: &'a str,
    /// Where to: a file, or `-`.
    pub destination: &'a str,
    /// json, csv, prometheus or otlp.
    pub format: &'a str,
    /// metrics, traces or logs.
    pub signal: &'a str,
    /// Nanoseconds since 1970.
    pub started_at: i64,
    /// Nanoseconds since 1970.
    pub finished_at: i64,
    /// How many points, spans or records.
    pub items: u64,
    /// How many bytes.
    pub bytes: u64,
    /// Why it failed, if it did.
    pub error: Option<&'a str>,
}

/// Enters an export in `telemetry_exports`, also while a server has the file.
///
/// ```no_run
/// # use bellwether_backend::maintenance::{Export, record_export};
/// # fn enter(export: &Export<'_>) -> Result<(), bellwether_backend::StoreError> {
/// record_export("telemetry.db".as_ref(), export)
/// # }
/// ```
pub fn record_export(path: &Path, export: &Export<'_>) -> Result<(), StoreError> {
    let known = |error| StoreError::from_database(path, error);
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = Connection::open_with_flags(path, flags).map_err(known)?;
    conn.busy_timeout(Duration::from_secs(5)).map_err(known)?;
    conn.execute(
        "INSERT INTO telemetry_exports(exporter, destination, format, signal, started_at, finished_at, status, items, bytes, error)
         VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
        (
            export.exporter,
            export.destination,
            export.format,
            export.signal,
            export.started_at,
            export.finished_at,
            if export.error.is_some() { "failed" } else { "done" },
            export.items as i64,
            export.bytes as i64,
            export.error,
        ),
    )
    .map(drop)
    .map_err(known)
}
