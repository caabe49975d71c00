//! The latest point of each series, so that nobody has to look for it among all points.
//!
//! The writer keeps what is new in memory and puts it into the table `latest` with a commit, at most once a second: under load that is a row a
//! series and second instead of a row a point. What is committed and not there yet is marked in `meta`; a process that finds the mark at its
//! start looks the points of the last hour up again ([`recover`]).

use std::collections::HashMap;
use std::time::{Duration, Instant};

use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension as _};

use super::partition::{self, Signal};

/// How often the table is written under load.
const EVERY: Duration = Duration::from_secs(1);

/// A point without its series.
#[derive(Debug, Clone)]
pub(super) struct Point {
    pub(super) metric: i64,
    pub(super) ts: i64,
    pub(super) value: Value,
    pub(super) count: Option<i64>,
}

/// What is not in the table yet.
pub(super) struct Latest {
    /// Of the open transaction.
    open: HashMap<i64, Point>,
    /// Of those that are committed.
    waiting: HashMap<i64, Point>,
    written: Option<Instant>,
    /// Whether the open transaction writes all of it.
    is_writing: bool,
    /// Whether the file says that something is not there yet.
    is_marked: bool,
}

impl Latest {
    pub(super) fn new() -> Self {
        Self {
            open: HashMap::new(),
            waiting: HashMap::new(),
            written: None,
            is_writing: false,
            is_marked: false,
        }
    }

    pub(super) fn note(&mut self, series: i64, point: Point) {
        newer(&mut self.open, series, point);
    }

    /// How long until something has to be written; none where there is nothing.
    pub(super) fn wait(&self, now: Instant) -> Option<Duration> {
        let due = self.written.map_or(now, |written| written + EVERY);
        (!self.waiting.is_empty()).then(|| due.saturating_duration_since(now))
    }

    /// Writes what is due, or marks the file, as part of the open transaction.
    pub(super) fn write(&mut self, conn: &Connection, is_last: bool) -> rusqlite::Result<()> {
        self.is_writing = false;
        if self.open.is_empty() && self.waiting.is_empty() {
            return Ok(());
        }
        let is_due = self
            .written
            .is_none_or(|written| written.elapsed() >= EVERY);
        if !is_due && !is_last {
            return if self.is_marked {
                Ok(())
            } else {
                mark(conn, "behind")
            };
        }
        self.is_writing = true;
        for points in [&self.waiting, &self.open] {
            let mut points: Vec<(&i64, &Point)> = points.iter().collect();
            points.sort_unstable_by_key(|(series, _)| **series);
            for (series, point) in points {
                put(conn, *series, point)?;
            }
        }
        mark(conn, "current")
    }

    pub(super) fn committed(&mut self) {
        if self.is_writing {
            self.waiting.clear();
            self.open.clear();
            self.written = Some(Instant::now());
            self.is_marked = false;
            return;
        }
        for (series, point) in self.open.drain() {
            newer(&mut self.waiting, series, point);
        }
        self.is_marked = !self.waiting.is_empty();
    }

    /// What the open transaction would have brought never was.
    pub(super) fn rolled_back(&mut self) {
        self.open.clear();
        // Not at once again: what failed may go on failing.
        self.written = Some(Instant::now());
    }

    pub(super) fn forget(&mut self) {
        *self = Self::new();
    }
}

fn newer(known: &mut HashMap<i64, Point>, series: i64, point: Point) {
    match known.get_mut(&series) {
        Some(held) if held.ts > point.ts => {}
        Some(held) => *held = point,
        None => {
            known.insert(series, point);
        }
    }
}

fn put(conn: &Connection, series: i64, point: &Point) -> rusqlite::Result<()> {
    conn.prepare_cached(
        "INSERT INTO latest VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO UPDATE SET ts = excluded.ts, value = excluded.value, count = excluded.count WHERE excluded.ts >= ts",
    )?
    .execute((series, point.metric, point.ts, &point.value, point.count))?;
    Ok(())
}

fn mark(conn: &Connection, state: &str) -> rusqlite::Result<()> {
    conn.prepare_cached("UPDATE meta SET value = ?1 WHERE key = 'latest'")?
        .execute([state])?;
    Ok(())
}

/// At a start: if the last process left something out, notes that it is to be looked up.
pub(super) fn check(conn: &Connection) -> rusqlite::Result<()> {
    conn.execute_batch(
        "INSERT OR IGNORE INTO meta SELECT 'latest_lost', 1 FROM meta WHERE key = 'latest' AND value = 'behind'",
    )
}

/// The latest points of the last hour, looked up if a process left some out. None: there is nothing to do.
pub(super) fn lost(conn: &Connection, now: i64) -> rusqlite::Result<Option<Found>> {
    let is_lost = conn
        .query_row("SELECT 1 FROM meta WHERE key = 'latest_lost'", [], |_| {
            Ok(())
        })
        .optional()?;
    if is_lost.is_none() {
        return Ok(None);
    }
    let since = now.saturating_sub(3_600).saturating_mul(1_000_000_000);
    let metrics: Vec<i64> = conn
        .prepare("SELECT id FROM metric")?
        .query_map([], |row| row.get(0))?
        .collect::<Result<_, _>>()?;
    let mut found = Vec::new();
    for partition in partition::meeting(conn, Signal::Metrics, &(since..i64::MAX))? {
        let mut points = conn.prepare(&format!(
            "SELECT series, max(ts), value, count FROM points_{} WHERE metric = ?1 AND ts >= ?2 GROUP BY series",
            partition.id
        ))?;
        for metric in &metrics {
            let mut rows = points.query((metric, since))?;
            while let Some(row) = rows.next()? {
                let point = Point {
                    metric: *metric,
                    ts: row.get(1)?,
                    value: row.get(2)?,
                    count: row.get(3)?,
                };
                found.push((row.get(0)?, point));
            }
        }
    }
    Ok(Some(found))
}

/// Points by series.
pub(super) type Found = Vec<(i64, Point)>;

/// Puts some of what was looked up in its place.
pub(super) fn recover(conn: &Connection, found: &Found) -> rusqlite::Result<i64> {
    for (series, point) in found {
        put(conn, *series, point)?;
    }
    Ok(found.len() as i64)
}

/// Everything is in its place again.
pub(super) fn recovered(conn: &Connection) -> rusqlite::Result<i64> {
    conn.execute_batch("DELETE FROM meta WHERE key = 'latest_lost'")?;
    Ok(0)
}
