//! Rate, errors and duration, written as spans arrive.
//!
//! Each span counts towards its operation and status in buckets of 10 seconds, a minute and an hour, by its start. A commit first adds up
//! its own spans (many fall together), then writes each touched bucket once, in the same transaction as the spans: the two never differ,
//! whatever happens to the process. A span that a sender repeats because an answer was lost is not stored again, and not counted here.

use std::collections::HashMap;

use rusqlite::{Connection, OptionalExtension};

use super::sketch::Sketch;

/// Widths of the buckets, in seconds.
pub(super) const LEVELS: [i64; 3] = [10, 60, 3600];

/// Buckets kept in memory, so that writing one that is still filling needs no read.
const CACHED: usize = 20_000;

#[derive(Clone)]
struct Sums {
    count: u64,
    sum: f64,
    min: i64,
    max: i64,
    sketch: Sketch,
}

impl Sums {
    fn empty() -> Self {
        Self {
            count: 0,
            sum: 0.0,
            min: i64::MAX,
            max: i64::MIN,
            sketch: Sketch::default(),
        }
    }

    fn merge(&mut self, other: &Self) {
        self.count += other.count;
        self.sum += other.sum;
        self.min = self.min.min(other.min);
        self.max = self.max.max(other.max);
        self.sketch.merge(&other.sketch);
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Hash)]
struct Key {
    level: i64,
    bucket: i64,
    operation: i64,
    status: i32,
}

/// The buckets that the open transaction touches, and those recently written.
#[derive(Default)]
pub(super) struct Red {
    pending: HashMap<Key, Sums>,
    written: HashMap<Key, Sums>,
}

impl Red {
    /// Counts one span; times in nanoseconds.
    pub(super) fn add(&mut self, operation: i64, status: i32, start: i64, duration: i64) {
        let level = LEVELS[0];
        let bucket = start.div_euclid(1_000_000_000).div_euclid(level) * level;
        let sums = self
            .pending
            .entry(Key {
                level,
                bucket,
                operation,
                status,
            })
            .or_insert_with(Sums::empty);
        sums.count += 1;
        sums.sum += duration as f64;
        sums.min = sums.min.min(duration);
        sums.max = sums.max.max(duration);
        sums.sketch.add(duration as f64);
    }

    /// Writes what was counted since the last time, as part of the open transaction.
    pub(super) fn write(&mut self, conn: &Connection) -> rusqlite::Result<()> {
        if self.pending.is_empty() {
            return Ok(());
        }
        let mut touched: HashMap<Key, Sums> = HashMap::with_capacity(self.pending.len() * 2);
        for (key, sums) in self.pending.drain() {
            for level in LEVELS {
                let bucket = key.bucket.div_euclid(level) * level;
                touched
                    .entry(Key {
                        level,
                        bucket,
                        ..key
                    })
                    .or_insert_with(Sums::empty)
                    .merge(&sums);
            }
        }
        if self.written.len() + touched.len() > CACHED {
            self.written.clear();
        }
        let mut put = conn.prepare_cached(
            "INSERT OR REPLACE INTO red VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)",
        )?;
        for (key, sums) in touched {
            let mut whole = match self.written.remove(&key) {
                Some(known) => known,
                None => read(conn, key)?.unwrap_or_else(Sums::empty),
            };
            whole.merge(&sums);
            let Key {
                level,
                bucket,
                operation,
                status,
            } = key;
            put.execute((
                level,
                bucket,
                operation,
                status,
                whole.count.cast_signed(),
                whole.sum,
                whole.min,
                whole.max,
                whole.sketch.to_bytes(),
            ))?;
            self.written.insert(key, whole);
        }
        Ok(())
    }

    /// Forgets everything: after a rollback nothing in memory is sure.
    pub(super) fn clear(&mut self) {
        self.pending.clear();
        self.written.clear();
    }
}

fn read(conn: &Connection, key: Key) -> rusqlite::Result<Option<Sums>> {
    conn.prepare_cached("SELECT count, sum, min, max, sketch FROM red WHERE level = ?1 AND bucket = ?2 AND operation = ?3 AND status = ?4")?
        .query_row((key.level, key.bucket, key.operation, key.status), |row| {
            let sketch: Vec<u8> = row.get(4)?;
            Ok(Sums {
                count: row.get::<_, i64>(0)?.cast_unsigned(),
                sum: row.get(1)?,
                min: row.get(2)?,
                max: row.get(3)?,
                sketch: Sketch::from_bytes(&sketch).unwrap_or_default(),
            })
        })
        .optional()
}
