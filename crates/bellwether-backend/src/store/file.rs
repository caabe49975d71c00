//! The file: who may open it, how it is opened, and what happens to a damaged one.
//!
//! A server holds a lock on `<file>.lock`, beside the database: SQLite lets several processes write in turns, but two servers would
//! each remember dictionaries that the other extends. The lock goes with the process, however that ends.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read as _, Seek as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use rusqlite::{Connection, OpenFlags};

use super::error::StoreError;
use super::options::{Durability, StoreOptions};
use super::schema;

/// A store's file, locked by this process.
pub(super) struct StoreFile {
    path: PathBuf,
    /// Counts how often a new file took the place of a damaged one: pooled connections of an earlier count are closed.
    generation: Arc<AtomicU64>,
    /// Held for its lock.
    _lock: File,
    /// Whether a server had this file before: then it is ours even if its first page is destroyed.
    ours: bool,
}

impl StoreFile {
    pub(super) fn lock(path: &Path) -> Result<Self, StoreError> {
        if let Some(folder) = path
            .parent()
            .filter(|folder| !folder.as_os_str().is_empty())
        {
            std::fs::create_dir_all(folder).map_err(|source| io(path, source))?;
        }
        let lock_path = beside(path, ".lock");
        let mut lock = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(&lock_path)
            .map_err(|source| io(path, source))?;
        let mut owner = String::new();
        let _ = lock.read_to_string(&mut owner);
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(StoreError::InUse {
                    path: path.to_owned(),
                    pid: owner.trim().parse().ok(),
                });
            }
            Err(TryLockError::Error(source)) => return Err(io(path, source)),
        }
        lock.set_len(0)
            .and_then(|()| lock.rewind())
            .and_then(|()| write!(lock, "{}", std::process::id()))
            .map_err(|source| io(path, source))?;
        Ok(Self {
            path: path.to_owned(),
            generation: Arc::default(),
            _lock: lock,
            ours: !owner.is_empty(),
        })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// Where it is noted how much was acknowledged.
    pub(super) fn witness(&self) -> PathBuf {
        beside(&self.path, ".commits")
    }

    pub(super) fn generation(&self) -> Arc<AtomicU64> {
        Arc::clone(&self.generation)
    }

    pub(super) fn error(&self, error: rusqlite::Error) -> StoreError {
        StoreError::from_database(&self.path, error)
    }

    /// Opens the file for the writer, makes it if there is none, brings its schema up to date, sets it aside if it is damaged.
    pub(super) fn open(&self, options: &StoreOptions) -> Result<Connection, StoreError> {
        match self.try_open(options) {
            Err(error @ StoreError::Damaged { .. }) if self.ours || is_ours(&self.path) => {
                self.begin_anew(&error, options)
            }
            other => other,
        }
    }

    /// Moves the damaged file and its log aside, and opens a new one.
    pub(super) fn begin_anew(
        &self,
        cause: &StoreError,
        options: &StoreOptions,
    ) -> Result<Connection, StoreError> {
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default();
        let aside = beside(&self.path, &format!(".damaged-{}", now.as_millis()));
        for suffix in ["", "-wal", "-shm"] {
            let from = beside(&self.path, suffix);
            if from.exists() {
                std::fs::rename(&from, beside(&aside, suffix))
                    .map_err(|source| io(&self.path, source))?;
            }
        }
        tracing::error!(
            target: "bellwether_backend", %cause, aside = %aside.display(),
            "the store was damaged: it is set aside, and a new one begins; `sqlite3 FILE .recover` may save what is in it"
        );
        self.generation.fetch_add(1, Ordering::Release);
        self.try_open(options)
    }

    fn try_open(&self, options: &StoreOptions) -> Result<Connection, StoreError> {
        let path = &self.path;
        let writable = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(path);
        let new = writable
            .and_then(|file| file.metadata())
            .map_err(|source| io(path, source))?
            .len()
            == 0;
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
            | OpenFlags::SQLITE_OPEN_CREATE
            | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let mut conn =
            Connection::open_with_flags(path, flags).map_err(|error| self.error(error))?;
        configure(&conn, options, new).map_err(|error| self.error(error))?;
        schema::migrate(&mut conn, path)?;
        Ok(conn)
    }
}

/// The application id of a store, where SQLite keeps it in the first page.
fn is_ours(path: &Path) -> bool {
    let mut header = [0; 72];
    File::open(path)
        .and_then(|mut file| file.read_exact(&mut header))
        .is_ok()
        && header[68..] == schema::APPLICATION.to_be_bytes()
}

fn io(path: &Path, source: std::io::Error) -> StoreError {
    use std::io::ErrorKind;
    let path = path.to_owned();
    match source.kind() {
        ErrorKind::PermissionDenied | ErrorKind::ReadOnlyFilesystem => {
            StoreError::ReadOnly { path }
        }
        ErrorKind::StorageFull | ErrorKind::FileTooLarge | ErrorKind::QuotaExceeded => {
            StoreError::Full { path }
        }
        _ => StoreError::Io { path, source },
    }
}

/// `path` with `suffix` behind its name.
fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

/// How long another program's write is waited for.
pub(super) const BUSY: Duration = Duration::from_secs(5);

fn configure(conn: &Connection, options: &StoreOptions, new: bool) -> rusqlite::Result<()> {
    conn.busy_timeout(BUSY)?;
    if new {
        conn.pragma_update(None, "auto_vacuum", "INCREMENTAL")?;
    }
    let mode: String =
        conn.pragma_update_and_check(None, "journal_mode", "WAL", |row| row.get(0))?;
    if mode != "wal" {
        tracing::warn!(target: "bellwether_backend", mode, "the file system has no write-ahead log: readers wait for the writer");
    }
    let synchronous = match options.durability {
        Durability::Process => "NORMAL",
        Durability::Power => "FULL",
    };
    conn.pragma_update(None, "synchronous", synchronous)?;
    conn.pragma_update(None, "cache_size", -65_536)?;
    conn.pragma_update(None, "wal_autocheckpoint", 8_192)?;
    conn.pragma_update(None, "journal_size_limit", 64 << 20)?;
    conn.pragma_update(None, "temp_store", "MEMORY")?;
    conn.pragma_update(None, "foreign_keys", false)?;
    if let Some(pages) = options.max_pages {
        conn.pragma_update_and_check(None, "max_page_count", pages, |_| Ok(()))?;
    }
    conn.set_prepared_statement_cache_capacity(256);
    Ok(())
}
