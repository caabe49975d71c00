//! The embedded store.
//!
//! One SQLite file in write-ahead mode. One thread writes ([`writer`]), in groups, and answers after the commit; any number of
//! connections read at the same time, in this process ([`Store`]) or in another, with any SQLite client. Items lie in partitions
//! ([`partition`]) by signal and day of arrival; what repeats is in dictionaries ([`dictionary`]); what the columns do not say of an
//! item is beside it in its protobuf form, so that [`Store::trace`] and the like give back exactly what was sent.

mod attributes;
mod batch;
mod dictionary;
mod error;
mod file;
mod growth;
mod latest;
mod logs;
mod newest;
mod options;
mod origin;
mod partition;
mod points;
mod pool;
mod read;
mod red;
mod retention;
mod rollup;
mod schema;
mod sketch;
mod span_row;
mod spans;
mod tally;
mod views;
mod wal;
mod witness;
mod writer;

use std::ops::Range;
use std::path::{Path, PathBuf};
use std::sync::atomic::AtomicBool;
use std::sync::mpsc::{Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::JoinHandle;
use std::time::Duration;

use rusqlite::Connection;
use tokio::sync::oneshot;

pub use batch::Rejected;
pub use error::StoreError;
pub use newest::TraceHead;
pub use options::{Durability, StoreOptions};
pub use partition::{Partition, Signal};
pub use sketch::Sketch;
pub use witness::Missing;

pub(crate) use growth::{Change, Reading, grown, growth, is_cumulative, plain};
pub(crate) use logs::{Horizon, LogBatch};
pub(crate) use newest::head as trace_head;
pub(crate) use partition::meeting;
pub(crate) use points::PointBatch;
pub(crate) use rollup::cover::{Segment, Source, cover};
pub(crate) use rollup::distribution::Distribution;
pub(crate) use rollup::edges::{Edges, Values};
pub(crate) use spans::SpanBatch;
pub(crate) use tally::Tally;
pub(crate) use writer::{Batch, Stored};

use crate::otlp::logs::v1::LogsData;
use crate::otlp::metrics::v1::MetricsData;
use crate::otlp::trace::v1::TracesData;
use rollup::Roller;
use writer::{Command, Reply, Writer};

/// How long a read of the helpers below may take.
const READ_LIMIT: Duration = Duration::from_secs(30);

/// The reading side of a store. Cloning is cheap; clones share a small pool of connections.
///
/// Reads block the thread they run on: in asynchronous code use `tokio::task::spawn_blocking`. They never wait for the writer, and see
/// what was committed when they began.
///
/// ```no_run
/// # use std::time::Duration;
/// # fn main() -> Result<(), bellwether_backend::StoreError> {
/// let store = bellwether_backend::Store::open_read_only("telemetry.db")?;
/// let spans: i64 = store.read(Duration::from_secs(5), |conn| {
///     conn.query_row("SELECT count(*) FROM telemetry_spans", [], |row| row.get(0))
/// })?;
/// # let _ = spans; Ok(()) }
/// ```
#[derive(Clone)]
pub struct Store {
    path: PathBuf,
    pool: Arc<pool::Pool>,
    cancelled: Option<Arc<AtomicBool>>,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store")
            .field("path", &self.path)
            .finish_non_exhaustive()
    }
}

impl Store {
    /// Opens a store for reading, whether or not a server has it open.
    ///
    /// ```
    /// assert!(bellwether_backend::Store::open_read_only("no/such/file").is_err());
    /// ```
    pub fn open_read_only(path: impl AsRef<Path>) -> Result<Self, StoreError> {
        let path = path.as_ref();
        let store = Self {
            path: path.to_owned(),
            pool: Arc::new(pool::Pool::new(path, Arc::default())),
            cancelled: None,
        };
        store.read(READ_LIMIT, |_| Ok(()))?;
        Ok(store)
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Runs `read` on a connection that cannot write, and interrupts it when `limit` is over ([`StoreError::Interrupted`]). Beside the
    /// views of the contract, `all_spans`, `all_events`, `all_links`, `all_points`, `all_exemplars` and `all_logs` are every partition
    /// under one name. Several statements that must see the same state: begin with `conn.unchecked_transaction()`.
    pub fn read<T>(
        &self,
        limit: Duration,
        read: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, StoreError> {
        self.pool.read(limit, self.cancelled.as_ref(), read)
    }

    /// The same store for a question that may be given up: once `flag` is set, its reads end with [`StoreError::Interrupted`], one that
    /// is under way within milliseconds.
    ///
    /// ```no_run
    /// use std::sync::{Arc, atomic::{AtomicBool, Ordering}};
    /// # fn main() -> Result<(), bellwether_backend::StoreError> {
    /// let gone = Arc::new(AtomicBool::new(false));
    /// let store = bellwether_backend::Store::open_read_only("telemetry.db")?.cancelled_by(Arc::clone(&gone));
    /// gone.store(true, Ordering::Release);
    /// assert!(store.partitions().is_err());
    /// # Ok(()) }
    /// ```
    #[must_use]
    pub fn cancelled_by(&self, flag: Arc<AtomicBool>) -> Self {
        Self {
            cancelled: Some(flag),
            ..self.clone()
        }
    }

    /// Every partition, oldest first.
    pub fn partitions(&self) -> Result<Vec<Partition>, StoreError> {
        self.read(READ_LIMIT, partition::list)
    }

    /// Every span of a trace, exactly as sent, grouped by resource and scope. Copies that a sender repeated are left out. About
    /// 0.1 ms and 10 µs a span.
    pub fn trace(&self, trace_id: [u8; 16]) -> Result<TracesData, StoreError> {
        self.read(READ_LIMIT, |conn| read::trace(conn, &trace_id))
    }

    /// The traces whose spans began last, newest first. A trace is in the list before its root has arrived.
    pub fn newest_traces(&self, limit: usize) -> Result<Vec<TraceHead>, StoreError> {
        self.read(READ_LIMIT, |conn| newest::newest_traces(conn, limit))
    }

    /// Spans that began in `range` (nanoseconds since 1970), exactly as sent; at most `limit` a partition, earliest first.
    pub fn traces_between(
        &self,
        range: Range<i64>,
        limit: usize,
    ) -> Result<TracesData, StoreError> {
        self.read(READ_LIMIT, |conn| read::traces_between(conn, &range, limit))
    }

    /// Points of `range` (nanoseconds since 1970), exactly as sent but for the order of their attributes; at most `limit` a partition.
    pub fn metrics_between(
        &self,
        range: Range<i64>,
        limit: usize,
    ) -> Result<MetricsData, StoreError> {
        self.read(READ_LIMIT, |conn| {
            read::metrics_between(conn, &range, limit)
        })
    }

    /// Log records of `range` (nanoseconds since 1970), exactly as sent; at most `limit` a partition, earliest first.
    pub fn logs_between(&self, range: Range<i64>, limit: usize) -> Result<LogsData, StoreError> {
        self.read(READ_LIMIT, |conn| read::logs_between(conn, &range, limit))
    }
}

/// `attributes` as the JSON object that the tables have.
pub(crate) fn attributes_text(attributes: &[crate::otlp::common::v1::KeyValue]) -> String {
    let mut text = String::new();
    attributes::write(&mut text, attributes);
    text
}

/// The writing side: a handle on the writer's thread.
#[derive(Debug)]
pub(crate) struct StoreWriter {
    commands: Sender<Command>,
    threads: Mutex<Option<Threads>>,
    missing: Option<Missing>,
}

#[derive(Debug)]
struct Threads {
    writer: JoinHandle<()>,
    roller: JoinHandle<()>,
    /// Dropped to end the roller.
    stop_roller: Sender<()>,
}

impl StoreWriter {
    /// Opens `path` for writing, makes it if need be, and starts the thread.
    pub(crate) fn open(path: &Path, options: &StoreOptions) -> Result<(Self, Store), StoreError> {
        let file = file::StoreFile::lock(path)?;
        let generation = file.generation();
        let conn = file.open(options)?;
        let (commands, inbox) = channel();
        let (writer, missing) = Writer::new(conn, file, options, inbox)?;
        let (stop_roller, stop) = channel();
        let roller = Roller::new(path.to_owned(), options.clone(), commands.clone(), stop);
        let threads = Threads {
            writer: spawn(path, "bellwether-store", move || writer.run())?,
            roller: spawn(path, "bellwether-roll", move || roller.run())?,
            stop_roller,
        };
        let store = Store {
            path: path.to_owned(),
            pool: Arc::new(pool::Pool::new(path, generation)),
            cancelled: None,
        };
        Ok((
            Self {
                commands,
                threads: Mutex::new(Some(threads)),
                missing,
            },
            store,
        ))
    }

    /// What was acknowledged and was not there when the file was opened.
    pub(crate) fn missing(&self) -> Option<Missing> {
        self.missing
    }

    /// Stores a batch; the answer comes after the commit.
    pub(crate) async fn insert(&self, batch: Batch) -> Result<Stored, Arc<StoreError>> {
        self.ask(|reply| Command::Insert(batch, reply)).await
    }

    /// Runs `work` in one transaction of the writer.
    pub(crate) async fn write(
        &self,
        work: impl FnOnce(&Connection) -> rusqlite::Result<i64> + Send + 'static,
    ) -> Result<i64, Arc<StoreError>> {
        self.ask(|reply| Command::Write(Box::new(work), reply))
            .await
    }

    /// Drops what is stored of a signal; says how many partitions that was.
    pub(crate) async fn clear(&self, signal: Signal) -> Result<i64, Arc<StoreError>> {
        self.ask(|reply| Command::Clear(signal, reply)).await
    }

    async fn ask<T>(
        &self,
        command: impl FnOnce(Reply<T>) -> Command,
    ) -> Result<T, Arc<StoreError>> {
        let (reply, answer) = oneshot::channel();
        let stopped = || Arc::new(StoreError::Stopped);
        self.commands.send(command(reply)).map_err(|_| stopped())?;
        answer.await.map_err(|_| stopped())?
    }

    /// Stores what is waiting, folds the log into the file, ends the threads. Blocks.
    pub(crate) fn stop(&self) {
        let threads = self
            .threads
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        let Some(Threads {
            writer,
            roller,
            stop_roller,
        }) = threads
        else {
            return;
        };
        drop(stop_roller);
        let _ = roller.join();
        let _ = self.commands.send(Command::Stop);
        let _ = writer.join();
    }
}

fn spawn(
    path: &Path,
    name: &str,
    run: impl FnOnce() + Send + 'static,
) -> Result<JoinHandle<()>, StoreError> {
    let spawned = std::thread::Builder::new().name(name.to_owned()).spawn(run);
    spawned.map_err(|source| StoreError::Io {
        path: path.to_owned(),
        source,
    })
}
