//! A second place that knows how much was acknowledged.
//!
//! SQLite ends its log at the first frame whose checksum is wrong. Damage in the middle of a log therefore takes everything behind it, and the
//! file opens without an error. So each transaction counts itself in the database, and once it is committed the count is written to a small
//! file beside it, before anybody is told. A database that is behind that file has lost what was acknowledged: then it is said, and how much.
//! What is written there outlives the process, not a power cut, which may take the last transactions too (and then that is what it says).

use std::fs::{File, OpenOptions};
use std::io::{Read as _, Seek as _, Write as _};
use std::path::Path;

use rusqlite::{Connection, OptionalExtension as _};

/// What is missing in a file that was opened.
///
/// ```
/// let missing = bellwether_backend::Missing { items: 5, transactions: 1 };
/// assert!(missing.items > 0);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Missing {
    /// Spans, points and log records that were acknowledged and are not there.
    pub items: u64,
    /// Transactions that brought them, and others that changed something else.
    pub transactions: u64,
}

/// How far a store has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
struct Count {
    transactions: u64,
    items: u64,
}

/// The count of the open database, and the file that follows it.
pub(super) struct Witness {
    file: Option<File>,
    store: String,
    count: Count,
}

impl Witness {
    /// Opens what is beside `path`, and compares.
    pub(super) fn open(
        conn: &Connection,
        path: &Path,
    ) -> rusqlite::Result<(Self, Option<Missing>)> {
        let value = |key: &str| {
            conn.query_row("SELECT value FROM meta WHERE key = ?1", [key], |row| {
                row.get::<_, rusqlite::types::Value>(0)
            })
            .optional()
        };
        let store = match value("store")? {
            Some(rusqlite::types::Value::Text(store)) => store,
            _ => String::new(),
        };
        let number = |key: &str| match value(key) {
            Ok(Some(rusqlite::types::Value::Integer(number))) => Ok(number.max(0).cast_unsigned()),
            Ok(_) => Ok(0),
            Err(error) => Err(error),
        };
        let count = Count {
            transactions: number("commits")?,
            items: number("items")?,
        };
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(path);
        let mut text = String::new();
        let file = file
            .and_then(|mut file| file.read_to_string(&mut text).map(|_| file))
            .inspect_err(|error| {
                tracing::warn!(target: "bellwether_backend", %error, path = %path.display(), "what is missing in a store cannot be told");
            })
            .ok();
        let missing = parse(&text)
            .filter(|(of, said)| *of == store && said.transactions > count.transactions)
            .map(|(_, said)| Missing {
                items: said.items.saturating_sub(count.items),
                transactions: said.transactions - count.transactions,
            });
        let mut witness = Self { file, store, count };
        witness.say();
        Ok((witness, missing))
    }

    /// Counts the open transaction, which stores `items`, in the database.
    pub(super) fn count(&self, conn: &Connection, items: u64) -> rusqlite::Result<()> {
        let (transactions, items) = (self.count.transactions + 1, self.count.items + items);
        conn.prepare_cached("UPDATE meta SET value = CASE key WHEN 'commits' THEN ?1 ELSE ?2 END WHERE key IN ('commits', 'items')")?
            .execute((transactions.cast_signed(), items.cast_signed()))?;
        Ok(())
    }

    /// It is committed.
    pub(super) fn committed(&mut self, items: u64) {
        self.count.transactions += 1;
        self.count.items += items;
        self.say();
    }

    fn say(&mut self) {
        let Count {
            transactions,
            items,
        } = self.count;
        // Always the same length: written in place, with no moment at which the file is empty.
        let text = format!("{} {transactions:020} {items:020}\n", self.store);
        if let Some(file) = &mut self.file {
            let written = file.rewind().and_then(|()| file.write_all(text.as_bytes()));
            if let Err(error) = written {
                tracing::debug!(target: "bellwether_backend", %error, "the count of what was acknowledged could not be written");
            }
        }
    }
}

fn parse(text: &str) -> Option<(&str, Count)> {
    let mut words = text.split_whitespace();
    let store = words.next()?;
    let count = Count {
        transactions: words.next()?.parse().ok()?,
        items: words.next()?.parse().ok()?,
    };
    Some((store, count))
}
