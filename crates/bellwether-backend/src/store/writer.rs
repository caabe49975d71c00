//! The one writer: a thread, a connection, group commit.
//!
//! Batches wait in a queue while a commit runs; the next transaction takes all that have come, up to a bound, so a busy store commits
//! large groups and an idle one commits at once. An answer is sent after the commit, to every batch of the group alike. When anything
//! fails the whole group is rolled back, what was remembered of it is forgotten, and every sender is told why.

use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use rusqlite::Connection;
use tokio::sync::oneshot;

use super::batch::Bounds;
use super::dictionary::Dictionaries;
use super::error::StoreError;
use super::file::StoreFile;
use super::latest::{self, Latest};
use super::logs::LogBatch;
use super::options::StoreOptions;
use super::partition::{self, Signal};
use super::points::PointBatch;
use super::red::Red;
use super::retention::Retention;
use super::rollup;
use super::spans::SpanBatch;
use super::views;
use super::wal::Log;
use super::witness::{Missing, Witness};

/// Rows after which a group is committed although more is waiting.
const GROUP_ROWS: usize = 16_384;
/// Groups of one batch after a failure that is not the disk's: one batch that cannot be stored must not fail its neighbours for ever.
const ALONE: u32 = 64;

/// What one request brought.
pub(crate) enum Batch {
    Spans(SpanBatch),
    Points(PointBatch),
    Logs(LogBatch),
}

impl Batch {
    pub(crate) fn signal(&self) -> Signal {
        match self {
            Self::Spans(_) => Signal::Traces,
            Self::Points(_) => Signal::Metrics,
            Self::Logs(_) => Signal::Logs,
        }
    }

    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Spans(batch) => batch.len(),
            Self::Points(batch) => batch.len(),
            Self::Logs(batch) => batch.len(),
        }
    }
}

/// What became of a batch that was committed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Stored {
    pub(crate) stored: u64,
    /// There already, alike in everything.
    pub(crate) duplicates: u64,
}

pub(crate) type Reply<T> = oneshot::Sender<Result<T, Arc<StoreError>>>;
type Work = Box<dyn FnOnce(&Connection) -> rusqlite::Result<i64> + Send>;

/// What the writer is asked to do.
pub(crate) enum Command {
    Insert(Batch, Reply<Stored>),
    /// Anything else that writes: one transaction.
    Write(Work, Reply<i64>),
    /// Drops everything of a signal that is stored by now.
    Clear(Signal, Reply<i64>),
    Stop,
}

/// The partition of a signal that is being filled.
#[derive(Clone, Copy)]
struct Filling {
    id: i64,
    day: i64,
    rows: u64,
    bounds: Bounds,
    /// Whether rows or bounds changed since they were last written.
    changed: bool,
}

pub(super) struct Writer {
    conn: Connection,
    file: StoreFile,
    options: StoreOptions,
    commands: Receiver<Command>,
    waiting: VecDeque<Command>,
    dictionaries: Dictionaries,
    red: Red,
    latest: Latest,
    filling: [Option<Filling>; 3],
    retention: Retention,
    witness: Witness,
    log: Log,
    /// Items that the open transaction stores.
    items: u64,
    is_closing: bool,
    alone: u32,
}

impl Writer {
    pub(super) fn new(
        conn: Connection,
        file: StoreFile,
        options: &StoreOptions,
        commands: Receiver<Command>,
    ) -> Result<(Self, Option<Missing>), StoreError> {
        let known = |error| file.error(error);
        let filling = filling(&conn).map_err(known)?;
        latest::check(&conn).map_err(known)?;
        let (witness, missing) = Witness::open(&conn, &file.witness()).map_err(known)?;
        if let Some(missing) = missing {
            tracing::error!(
                target: "bellwether_backend", path = %file.path().display(), items = missing.items, transactions = missing.transactions,
                "items that were acknowledged are missing in the store: its log was damaged or replaced while no server ran; all others are there"
            );
            note_missing(&conn, missing).map_err(known)?;
        }
        let writer = Self {
            conn,
            options: options.clone(),
            log: Log::new(file.path(), options.max_log_bytes),
            file,
            commands,
            waiting: VecDeque::new(),
            dictionaries: Dictionaries::new(),
            red: Red::default(),
            latest: Latest::new(),
            filling,
            retention: Retention::new(),
            witness,
            items: 0,
            is_closing: false,
            alone: 0,
        };
        Ok((writer, missing))
    }

    /// Runs until it is told to stop, or until nobody can tell it anything.
    pub(super) fn run(mut self) {
        loop {
            let command = match self.waiting.pop_front() {
                Some(command) => Ok(command),
                None => self.commands.recv_timeout(self.wait()),
            };
            match command {
                Ok(Command::Insert(batch, reply)) => self.group(batch, reply),
                Ok(Command::Write(work, reply)) => {
                    let result = self.transaction(|writer| work(&writer.conn));
                    let _ = reply.send(result);
                }
                Ok(Command::Clear(signal, reply)) => {
                    let _ = reply.send(self.clear(signal));
                }
                Ok(Command::Stop) | Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => {}
            }
            self.maintain();
        }
        self.close();
    }

    /// How long there is nothing to do unless somebody asks.
    fn wait(&self) -> Duration {
        let now = Instant::now();
        let latest = self.latest.wait(now).unwrap_or(Duration::MAX);
        self.retention.wait(now).min(latest)
    }

    fn group(&mut self, batch: Batch, reply: Reply<Stored>) {
        let mut rows = batch.len();
        let mut group = vec![(batch, reply)];
        if self.alone == 0 {
            while rows < GROUP_ROWS {
                match self.commands.try_recv() {
                    Ok(Command::Insert(batch, reply)) => {
                        rows += batch.len();
                        group.push((batch, reply));
                    }
                    Ok(other) => {
                        self.waiting.push_back(other);
                        break;
                    }
                    Err(_) => break,
                }
            }
        } else {
            self.alone -= 1;
        }
        let (batches, replies): (Vec<_>, Vec<_>) = group.into_iter().unzip();
        if !self.log.has_room(&self.conn) {
            let path = self.file.path().to_owned();
            let held = Arc::new(StoreError::LogHeld { path });
            for reply in replies {
                let _ = reply.send(Err(Arc::clone(&held)));
            }
            return;
        }
        match self.transaction(|writer| {
            batches
                .into_iter()
                .map(|batch| writer.insert(batch))
                .collect::<Result<Vec<_>, _>>()
        }) {
            Ok(stored) => {
                for (reply, stored) in replies.into_iter().zip(stored) {
                    // Nobody waits any more: the sender has gone, its items are stored all the same.
                    let _ = reply.send(Ok(stored));
                }
            }
            Err(error) => {
                if matches!(*error, StoreError::Database(_)) {
                    self.alone = ALONE;
                }
                for reply in replies {
                    let _ = reply.send(Err(Arc::clone(&error)));
                }
            }
        }
    }

    fn insert(&mut self, batch: Batch) -> rusqlite::Result<Stored> {
        let rows = batch.len() as u64;
        if rows == 0 {
            return Ok(Stored::default());
        }
        let today = today();
        let signal = batch.signal();
        let mut filling = self.partition(signal, today)?;
        let Self {
            conn,
            dictionaries,
            red,
            latest,
            ..
        } = self;
        let bounds = &mut filling.bounds;
        let mut duplicates = 0;
        match batch {
            Batch::Spans(batch) => {
                duplicates = batch.insert(conn, dictionaries, red, filling.id, today, bounds)?;
            }
            Batch::Points(batch) => {
                duplicates = batch.insert(conn, dictionaries, filling.id, today, bounds, latest)?;
            }
            Batch::Logs(batch) => batch.insert(conn, dictionaries, filling.id, today, bounds)?,
        }
        self.items += rows - duplicates;
        filling.rows += rows - duplicates;
        filling.changed = true;
        self.filling[signal.index()] = Some(filling);
        Ok(Stored {
            stored: rows - duplicates,
            duplicates,
        })
    }

    /// The partition to fill: the open one, or a new one when the day has changed or it is full.
    fn partition(&mut self, signal: Signal, today: i64) -> rusqlite::Result<Filling> {
        if let Some(filling) = self.filling[signal.index()]
            && filling.day == today
            && filling.rows < self.options.partition_rows(signal)
        {
            return Ok(filling);
        }
        self.write_bounds()?;
        let mut statement = self
            .conn
            .prepare_cached("INSERT INTO partition(signal, day) VALUES (?1, ?2)")?;
        let id = statement.insert((signal.as_str(), today))?;
        self.conn
            .execute_batch(&partition::create_sql(signal, id))?;
        views::create(&self.conn)?;
        // One more: perhaps there is one too many now.
        self.retention.hurry();
        Ok(Filling {
            id,
            day: today,
            rows: 0,
            bounds: Bounds::default(),
            changed: false,
        })
    }

    fn write_bounds(&mut self) -> rusqlite::Result<()> {
        let mut statement = self.conn.prepare_cached(
            "UPDATE partition SET rows = ?2, lowest = ?3, highest = ?4 WHERE id = ?1",
        )?;
        for filling in self
            .filling
            .iter_mut()
            .flatten()
            .filter(|filling| filling.changed)
        {
            filling.changed = false;
            let (lowest, highest) = filling.bounds.0.unzip();
            statement.execute((filling.id, filling.rows.cast_signed(), lowest, highest))?;
        }
        Ok(())
    }

    /// One transaction: all of it, or nothing and a forgotten memory.
    fn transaction<T>(
        &mut self,
        work: impl FnOnce(&mut Self) -> rusqlite::Result<T>,
    ) -> Result<T, Arc<StoreError>> {
        self.items = 0;
        let result = self.conn.execute_batch("BEGIN IMMEDIATE").and_then(|()| {
            let done = work(self)?;
            self.red.write(&self.conn)?;
            self.latest.write(&self.conn, self.is_closing)?;
            self.write_bounds()?;
            self.witness.count(&self.conn, self.items)?;
            self.conn.execute_batch("COMMIT")?;
            Ok(done)
        });
        if result.is_ok() {
            self.witness.committed(self.items);
            self.latest.committed();
            self.log.shorten(&self.conn);
        }
        result.map_err(|error| {
            let error = self.file.error(error);
            tracing::warn!(target: "bellwether_backend", %error, "a transaction was rolled back");
            self.roll_back();
            if matches!(error, StoreError::Damaged { .. }) {
                self.set_aside(&error);
            }
            Arc::new(error)
        })
    }

    fn roll_back(&mut self) {
        if !self.conn.is_autocommit() {
            let _ = self.conn.execute_batch("ROLLBACK");
        }
        self.dictionaries.clear();
        self.red.clear();
        self.latest.rolled_back();
        self.filling = filling(&self.conn).unwrap_or_default();
    }

    /// Moves a damaged file out of the way and begins a new one.
    fn set_aside(&mut self, cause: &StoreError) {
        let Ok(nowhere) = Connection::open_in_memory() else {
            return;
        };
        drop(std::mem::replace(&mut self.conn, nowhere));
        match self.file.begin_anew(cause, &self.options) {
            Ok(conn) => {
                self.conn = conn;
                self.filling = [None; 3];
                self.latest.forget();
                if let Ok((witness, _)) = Witness::open(&self.conn, &self.file.witness()) {
                    self.witness = witness;
                }
            }
            Err(error) => {
                tracing::error!(target: "bellwether_backend", %error, "no new store could be made");
            }
        }
    }

    fn clear(&mut self, signal: Signal) -> Result<i64, Arc<StoreError>> {
        let dropped = self.transaction(|writer| {
            writer.filling[signal.index()] = None;
            let dropped = writer.conn.execute(
                "UPDATE partition SET dropping = 1 WHERE signal = ?1 AND dropping = 0",
                [signal.as_str()],
            )?;
            match signal {
                Signal::Traces => {
                    writer.red.clear();
                    writer.conn.execute("DELETE FROM red", [])?;
                }
                Signal::Metrics => {
                    rollup::clear(&writer.conn)?;
                    writer.latest.forget();
                    writer.conn.execute("DELETE FROM latest", [])?;
                }
                Signal::Logs => {}
            }
            views::create(&writer.conn)?;
            Ok(dropped as i64)
        })?;
        self.retention.hurry();
        Ok(dropped)
    }

    fn maintain(&mut self) {
        if self.latest.wait(Instant::now()) == Some(Duration::ZERO) {
            // Its own answer: a failure is logged there, and the next commit tries again.
            let _ = self.transaction(|_| Ok(()));
        }
        if !self.retention.is_due(Instant::now()) {
            return;
        }
        let mut retention = std::mem::replace(&mut self.retention, Retention::new());
        let keep: Vec<i64> = self
            .filling
            .iter()
            .flatten()
            .map(|filling| filling.id)
            .collect();
        let options = self.options.clone();
        let result =
            self.transaction(|writer| retention.step(&writer.conn, &options, today(), &keep));
        if result.is_ok() {
            retention.give_back(&self.conn);
        }
        self.retention = retention;
    }

    /// What came before the end is written, the log is folded into the file, and planner statistics are refreshed.
    fn close(mut self) {
        while let Ok(command) = self.commands.try_recv() {
            if let Command::Insert(batch, reply) = command {
                self.group(batch, reply);
            }
        }
        self.is_closing = true;
        let _ = self.transaction(|_| Ok(()));
        let closing = self.conn.execute_batch("PRAGMA wal_checkpoint(TRUNCATE)");
        if let Err(error) = closing {
            tracing::debug!(target: "bellwether_backend", %error, "the log was not folded into the file; the next start does it");
        }
    }
}

fn filling(conn: &Connection) -> rusqlite::Result<[Option<Filling>; 3]> {
    let mut filling = [None; 3];
    for found in partition::list(conn)? {
        filling[found.signal.index()] = Some(Filling {
            id: found.id,
            day: found.day,
            rows: found.rows,
            bounds: Bounds(found.range),
            changed: false,
        });
    }
    Ok(filling)
}

/// Adds to what was ever found missing, where anybody who reads the file finds it.
fn note_missing(conn: &Connection, missing: Missing) -> rusqlite::Result<()> {
    let mut add = conn.prepare(
        "INSERT INTO meta VALUES (?1, ?2) ON CONFLICT DO UPDATE SET value = value + excluded.value",
    )?;
    add.execute(("missing_items", missing.items.cast_signed()))?;
    add.execute(("missing_transactions", missing.transactions.cast_signed()))?;
    Ok(())
}

/// Days since 1970-01-01 UTC.
pub(super) fn today() -> i64 {
    let since = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap_or_default();
    (since.as_secs() / 86_400).cast_signed()
}
