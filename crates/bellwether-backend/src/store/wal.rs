//! The write-ahead log kept short.
//!
//! SQLite folds the log into the file as it goes and begins it anew when no reader needs it any more. A reader that stays, or many that
//! follow each other without a gap, keep it from beginning anew, and it grows with everything that comes in. So beyond [`LONG`] the writer
//! asks for it, without waiting for anybody; and beyond the limit of the options nothing more is taken until the reader has gone: that is
//! answered like a full disk, and senders come again.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use rusqlite::Connection;

/// Bytes beyond which the log should begin anew: twice what it has between two foldings.
const LONG: u64 = 64 << 20;
/// Between two attempts.
const AGAIN: Duration = Duration::from_millis(250);

pub(super) struct Log {
    path: PathBuf,
    limit: u64,
    tried: Option<Instant>,
}

impl Log {
    pub(super) fn new(database: &Path, limit: u64) -> Self {
        let mut name = database.as_os_str().to_owned();
        name.push("-wal");
        Self {
            path: name.into(),
            limit,
            tried: None,
        }
    }

    /// Whether something may be written: after an attempt to make the log short, if it is too long.
    pub(super) fn has_room(&mut self, conn: &Connection) -> bool {
        self.len() <= self.limit || {
            self.tried = None;
            self.shorten(conn);
            self.len() <= self.limit
        }
    }

    /// Outside a transaction: begins the log anew if it is long and nobody reads in it.
    pub(super) fn shorten(&mut self, conn: &Connection) {
        let is_too_soon = self.tried.is_some_and(|tried| tried.elapsed() < AGAIN);
        if is_too_soon || self.len() <= LONG.min(self.limit) {
            return;
        }
        self.tried = Some(Instant::now());
        let attempt = conn.busy_timeout(Duration::ZERO).and_then(|()| {
            conn.query_row("PRAGMA wal_checkpoint(TRUNCATE)", [], |row| {
                row.get::<_, bool>(0)
            })
        });
        let _ = conn.busy_timeout(super::file::BUSY);
        match attempt {
            Ok(is_busy) => {
                tracing::debug!(target: "bellwether_backend", is_busy, bytes = self.len(), "the log was asked to begin anew");
            }
            Err(error) => {
                tracing::debug!(target: "bellwether_backend", %error, "the log could not be folded into the file");
            }
        }
    }

    fn len(&self) -> u64 {
        std::fs::metadata(&self.path).map_or(0, |metadata| metadata.len())
    }
}
