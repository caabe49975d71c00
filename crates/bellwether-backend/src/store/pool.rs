//! Connections for reading: opened when needed, kept, never more than a few, each read with a time limit.

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

use rusqlite::{Connection, OpenFlags};

use super::error::StoreError;
use super::schema;

/// Connections at a time. Beyond two cores more reads in parallel only wait for each other.
const CONNECTIONS: usize = 6;
/// Steps of SQLite's machine between two looks at the clock: about half a millisecond.
const STEPS: i32 = 10_000;
/// Between two looks of somebody who waits for a connection at whether the answer is still wanted.
const LOOK_EVERY: Duration = Duration::from_millis(20);

pub(super) struct Pool {
    path: PathBuf,
    generation: Arc<AtomicU64>,
    state: Mutex<State>,
    returned: Condvar,
}

#[derive(Default)]
struct State {
    idle: Vec<(u64, Connection)>,
    out: usize,
}

impl Pool {
    pub(super) fn new(path: &Path, generation: Arc<AtomicU64>) -> Self {
        Self {
            path: path.to_owned(),
            generation,
            state: Mutex::default(),
            returned: Condvar::new(),
        }
    }

    /// Runs `read` on a connection and interrupts it at the limit, or when `cancelled` is set. Waiting for a connection counts.
    pub(super) fn read<T>(
        &self,
        limit: Duration,
        cancelled: Option<&Arc<AtomicBool>>,
        read: impl FnOnce(&Connection) -> rusqlite::Result<T>,
    ) -> Result<T, StoreError> {
        let deadline = Instant::now() + limit;
        let generation = self.generation.load(Ordering::Acquire);
        let cancelled = cancelled.cloned();
        let is_over = move || {
            let is_cancelled = cancelled.as_ref().map(|flag| flag.load(Ordering::Acquire));
            is_cancelled == Some(true) || Instant::now() >= deadline
        };
        let pooled = self.take(generation, &is_over)?;
        // From here on the place is given back whatever happens, a panic in `read` included.
        let place = Place(self);
        let mut conn = match pooled {
            Some(conn) => conn,
            None => open(&self.path)?,
        };
        let known = |error| StoreError::from_database(&self.path, error);
        conn.progress_handler(STEPS, Some(is_over)).map_err(known)?;
        let result = read(&conn);
        conn.progress_handler(0, None::<fn() -> bool>)
            .map_err(known)?;
        let healthy = conn.is_autocommit();
        if healthy {
            self.lock().idle.push((generation, conn));
        }
        drop(place);
        result.map_err(known)
    }

    fn take(
        &self,
        generation: u64,
        is_over: &impl Fn() -> bool,
    ) -> Result<Option<Connection>, StoreError> {
        let mut state = self.lock();
        loop {
            state.idle.retain(|(of, _)| *of == generation);
            if state.out < CONNECTIONS {
                state.out += 1;
                return Ok(state.idle.pop().map(|(_, conn)| conn));
            }
            if is_over() {
                return Err(StoreError::Interrupted);
            }
            state = self
                .returned
                .wait_timeout(state, LOOK_EVERY)
                .unwrap_or_else(PoisonError::into_inner)
                .0;
        }
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// One of the few places; free again when dropped.
struct Place<'a>(&'a Pool);

impl Drop for Place<'_> {
    fn drop(&mut self) {
        self.0.lock().out -= 1;
        self.0.returned.notify_one();
    }
}

/// Opens a connection that can only read.
pub(super) fn open(path: &Path) -> Result<Connection, StoreError> {
    if !path.exists() {
        return Err(StoreError::Missing {
            path: path.to_owned(),
        });
    }
    let known = |error| StoreError::from_database(path, error);
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = Connection::open_with_flags(path, flags).map_err(known)?;
    conn.busy_timeout(Duration::from_secs(5)).map_err(known)?;
    conn.pragma_update(None, "query_only", true)
        .map_err(known)?;
    conn.pragma_update(None, "cache_size", -8_192)
        .map_err(known)?;
    conn.pragma_update(None, "temp_store", "MEMORY")
        .map_err(known)?;
    schema::check(&conn, path)?;
    Ok(conn)
}
