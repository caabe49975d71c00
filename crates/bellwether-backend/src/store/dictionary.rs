//! What is said once and referred to by number: resources, scopes, operations, metrics, series.
//!
//! Identity is a 128-bit hash of the exact content, so finding the number of a known entry is one look-up in memory. An entry's text is
//! made only when the entry is new. Each row remembers the last day on which something referred to it; one that no partition can refer
//! to any more is removed by retention.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use rusqlite::{Connection, OptionalExtension, Params};

/// The identity of an entry: XXH3, 128 bits, of its content.
pub(super) type Hash = u128;

/// Entries kept in memory a dictionary. Beyond it the map is emptied; look-ups then go to the database.
const CACHED: usize = 1_000_000;

pub(super) fn hash(content: &[u8]) -> Hash {
    xxhash_rust::xxh3::xxh3_128(content)
}

/// A hash needs no hashing.
#[derive(Default)]
pub(super) struct Identity(u64);

impl Hasher for Identity {
    fn finish(&self) -> u64 {
        self.0
    }
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }
    fn write_u128(&mut self, hash: u128) {
        self.0 = hash as u64;
    }
}

#[derive(Clone, Copy)]
struct Known {
    id: i64,
    seen: i32,
}

/// The numbers of one dictionary.
pub(super) struct Dictionary {
    find: String,
    touch: String,
    known: HashMap<Hash, Known, BuildHasherDefault<Identity>>,
}

impl Dictionary {
    pub(super) fn new(table: &str) -> Self {
        Self {
            find: format!("SELECT id FROM {table} WHERE hash = ?1"),
            touch: format!("UPDATE {table} SET seen = ?2 WHERE id = ?1"),
            known: HashMap::default(),
        }
    }

    /// Forgets what is in memory: after a rollback it may name rows that never were.
    pub(super) fn clear(&mut self) {
        self.known.clear();
    }

    /// The number of an entry; `insert` is called when there is none yet, and its row must carry `hash` and `today`.
    pub(super) fn id(
        &mut self,
        conn: &Connection,
        hash: Hash,
        today: i64,
        insert: impl FnOnce(&[u8; 16]) -> rusqlite::Result<i64>,
    ) -> rusqlite::Result<i64> {
        let seen = today as i32;
        if let Some(known) = self.known.get(&hash)
            && known.seen == seen
        {
            return Ok(known.id);
        }
        let key = hash.to_be_bytes();
        let found = match self.known.get(&hash) {
            Some(known) => Some(known.id),
            None => conn
                .prepare_cached(&self.find)?
                .query_row([&key], |row| row.get(0))
                .optional()?,
        };
        let id = if let Some(id) = found {
            conn.prepare_cached(&self.touch)?.execute((id, today))?;
            id
        } else {
            insert(&key)?
        };
        if self.known.len() >= CACHED {
            self.known.clear();
        }
        self.known.insert(hash, Known { id, seen });
        Ok(id)
    }
}

/// Every dictionary.
pub(super) struct Dictionaries {
    pub(super) resources: Dictionary,
    pub(super) scopes: Dictionary,
    pub(super) operations: Dictionary,
    pub(super) metrics: Dictionary,
    pub(super) series: Dictionary,
}

impl Dictionaries {
    pub(super) fn new() -> Self {
        Self {
            resources: Dictionary::new("resource"),
            scopes: Dictionary::new("scope"),
            operations: Dictionary::new("operation"),
            metrics: Dictionary::new("metric"),
            series: Dictionary::new("series"),
        }
    }

    pub(super) fn clear(&mut self) {
        for dictionary in [
            &mut self.resources,
            &mut self.scopes,
            &mut self.operations,
            &mut self.metrics,
            &mut self.series,
        ] {
            dictionary.clear();
        }
    }
}

/// Inserts a row and says its number.
pub(super) fn insert(conn: &Connection, sql: &str, params: impl Params) -> rusqlite::Result<i64> {
    conn.prepare_cached(sql)?.insert(params)
}
