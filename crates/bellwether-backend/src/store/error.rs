//! What can go wrong with the store, by cause.

use std::path::{Path, PathBuf};

use rusqlite::ErrorCode;

/// Why the store could not do what was asked.
///
/// ```
/// use bellwether_backend::{Store, StoreError};
/// let error = Store::open_read_only("no/such/telemetry.db").unwrap_err();
/// assert!(matches!(error, StoreError::Missing { .. }));
/// assert!(error.to_string().contains("no/such/telemetry.db"));
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// Another server has the file open; two would write over each other's dictionaries.
    #[error("store {}: in use by another server{}; stop it, or name another file", path.display(), pid.map(|pid| format!(" (process {pid})")).unwrap_or_default())]
    InUse {
        /// The file.
        path: PathBuf,
        /// The process that has it, where it said so.
        pid: Option<u32>,
    },
    /// The file or its folder cannot be written.
    #[error("store {}: read-only; a server needs write permission on the file and its folder", path.display())]
    ReadOnly {
        /// The file.
        path: PathBuf,
    },
    /// There is no space left. Nothing of the refused batch is stored; what is stored stays readable.
    #[error("store {}: no space left on the disk, or the size limit of the file is reached", path.display())]
    Full {
        /// The file.
        path: PathBuf,
    },
    /// A reader has been in the file for so long that its log has reached its limit. Nothing of the refused batch is stored.
    #[error("store {}: a reader keeps its log from being folded into the file, and the log has reached its limit; end the program that has been reading for long", path.display())]
    LogHeld {
        /// The file.
        path: PathBuf,
    },
    /// The file is there and is no database, or is a damaged one.
    #[error("store {}: damaged ({detail})", path.display())]
    Damaged {
        /// The file.
        path: PathBuf,
        /// What the database said.
        detail: String,
    },
    /// The file was written by a later version.
    #[error("store {}: schema version {found}, and this program knows {known}; use the newer program, or name another file", path.display())]
    Newer {
        /// The file.
        path: PathBuf,
        /// The version in the file.
        found: i64,
        /// The latest version known here.
        known: i64,
    },
    /// The file was written by an earlier version, and a reader may not change it.
    #[error("store {}: schema version {found} is older than {known}; start the server once, it brings the file up to date", path.display())]
    Older {
        /// The file.
        path: PathBuf,
        /// The version in the file.
        found: i64,
        /// The latest version known here.
        known: i64,
    },
    /// There is no such file.
    #[error("store {}: no such file; a server makes it", path.display())]
    Missing {
        /// The file.
        path: PathBuf,
    },
    /// The operating system refused something else.
    #[error("store {}: {source}", path.display())]
    Io {
        /// The file.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A read took longer than it was given, and was interrupted.
    #[error("store: the read was interrupted at its time limit")]
    Interrupted,
    /// The writer has stopped.
    #[error("store: stopped")]
    Stopped,
    /// Any other answer of the database.
    #[error("store: {0}")]
    Database(rusqlite::Error),
}

impl StoreError {
    /// Sorts an answer of the database by cause.
    pub(crate) fn from_database(path: &Path, error: rusqlite::Error) -> Self {
        let path = path.to_owned();
        match error.sqlite_error_code() {
            Some(ErrorCode::DiskFull) => Self::Full { path },
            // A write beyond the file size limit of a process is an input/output error to SQLite, not a full disk.
            Some(ErrorCode::SystemIoFailure) if is_write_failure(&error) => Self::Full { path },
            Some(ErrorCode::ReadOnly | ErrorCode::CannotOpen | ErrorCode::PermissionDenied) => {
                Self::ReadOnly { path }
            }
            Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase) => Self::Damaged {
                path,
                detail: error.to_string(),
            },
            Some(ErrorCode::OperationInterrupted) => Self::Interrupted,
            _ => Self::Database(error),
        }
    }

    /// Whether the same batch may be taken later without anybody mending the program.
    pub fn is_retryable(&self) -> bool {
        !matches!(self, Self::Newer { .. } | Self::Older { .. })
    }
}

fn is_write_failure(error: &rusqlite::Error) -> bool {
    use rusqlite::ffi::{
        SQLITE_IOERR_FSYNC, SQLITE_IOERR_SHMSIZE, SQLITE_IOERR_TRUNCATE, SQLITE_IOERR_WRITE,
    };
    error.sqlite_error().is_some_and(|e| {
        [
            SQLITE_IOERR_WRITE,
            SQLITE_IOERR_FSYNC,
            SQLITE_IOERR_TRUNCATE,
            SQLITE_IOERR_SHMSIZE,
        ]
        .contains(&e.extended_code)
    })
}
