//! Rollups of data points: each series in buckets of ten seconds, a minute and an hour.
//!
//! A window of five minutes of a metric is *sealed* when it is over, and computed from its raw points by a thread of its own, on a
//! connection that only reads; the writer puts the rows in. That way ingest pays nothing for them, and they cannot differ from the points:
//! what is sealed and not yet computed stands in a table, and a point that comes late puts its window there again. A process that is
//! killed in between finds its work in that table.
//!
//! Ten seconds are kept only where a metric has at least two points in them: elsewhere the points themselves are smaller.

mod compute;
pub(crate) mod cover;
pub(crate) mod distribution;
pub(crate) mod edges;

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use rusqlite::{Connection, OptionalExtension as _};
use tokio::sync::oneshot;

use super::latest;
use super::options::{StoreOptions, days};
use super::partition::{self, Partition, Signal};
use super::pool;
use super::writer::Command;
use compute::Row;

const SECOND: i64 = 1_000_000_000;
const TEN_SECONDS: i64 = 10;
const MINUTE: i64 = 60;
const HOUR: i64 = 3_600;
/// Seconds that are computed at a time.
const WINDOW: i64 = 300;
/// Seconds before a window in which the previous point of a series is looked for.
const LOOK_BACK: i64 = 300;
/// Seconds that a window waits for points on their way.
const SETTLE: i64 = 30;
/// How often to look for something to do.
const PAUSE: Duration = Duration::from_secs(5);
/// How long nothing may have fallen into a window before it is computed: old points that stream in would have it computed over and over.
const QUIET: Duration = Duration::from_secs(3);
/// Windows a look.
const AT_ONCE: usize = 256;
/// Windows that are known of at a time.
const LISTED: usize = 16_384;

/// A window that is to be computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Todo {
    metric: i64,
    level: i64,
    window: i64,
    version: i64,
}

/// Computes rollups until it is told to stop.
pub(super) struct Roller {
    path: PathBuf,
    options: StoreOptions,
    writer: Sender<Command>,
    stop: Receiver<()>,
    /// The day on which old rollups were removed last.
    trimmed: i64,
    /// Since when nothing has fallen into a window.
    quiet_since: HashMap<Todo, Instant>,
}

/// Why a look ended early: the writer has gone, or the database said no. Either way the next look begins anew.
enum Ended {
    Stopped,
    Failed(String),
}

impl From<rusqlite::Error> for Ended {
    fn from(error: rusqlite::Error) -> Self {
        Self::Failed(error.to_string())
    }
}

impl Roller {
    pub(super) fn new(
        path: PathBuf,
        options: StoreOptions,
        writer: Sender<Command>,
        stop: Receiver<()>,
    ) -> Self {
        Self {
            path,
            options,
            writer,
            stop,
            trimmed: 0,
            quiet_since: HashMap::new(),
        }
    }

    pub(super) fn run(mut self) {
        let mut pause = PAUSE;
        while let Err(RecvTimeoutError::Timeout) = self.stop.recv_timeout(pause) {
            pause = match self.look() {
                // There is more: go on, but let the writer breathe.
                Ok(true) => Duration::from_millis(20),
                Ok(false) => PAUSE,
                Err(Ended::Stopped) => return,
                Err(Ended::Failed(error)) => {
                    tracing::debug!(target: "bellwether_backend", %error, "rollups wait");
                    PAUSE
                }
            };
        }
    }

    /// Seals what is over, computes some of what is to do. `true`: there is more.
    fn look(&mut self) -> Result<bool, Ended> {
        let conn = pool::open(&self.path).map_err(|error| Ended::Failed(error.to_string()))?;
        let now = SystemTime::now()
            .duration_since(UNIX_EPOCH)
            .unwrap_or_default()
            .as_secs()
            .cast_signed();
        self.recover_latest(&conn, now)?;
        let sealed = over(&conn, now)?;
        // The window after each of these may be over too.
        let more = !sealed.is_empty();
        if !sealed.is_empty() {
            self.write(move |conn| seal(conn, &sealed))?;
        }
        let ready = self.ready(todo(&conn)?);
        let more = more || ready.len() == AT_ONCE;
        for job in ready {
            let rows = match job.level {
                HOUR => compute::hour(&conn, job.metric, job.window)?,
                _ => compute::window(&conn, job.metric, job.window)?,
            };
            self.write(move |conn| put(conn, job, &rows))?;
        }
        self.trim(now / 86_400)?;
        Ok(more)
    }

    /// Looks the latest points up that a killed process had not put in their place.
    fn recover_latest(&self, conn: &Connection, now: i64) -> Result<(), Ended> {
        let Some(mut found) = latest::lost(conn, now)? else {
            return Ok(());
        };
        while !found.is_empty() {
            let some = found.split_off(found.len().saturating_sub(5_000));
            self.write(move |conn| latest::recover(conn, &some))?;
        }
        self.write(latest::recovered)?;
        Ok(())
    }

    /// Those that nothing has fallen into for a while.
    fn ready(&mut self, todo: Vec<Todo>) -> Vec<Todo> {
        let now = Instant::now();
        let before = std::mem::take(&mut self.quiet_since);
        for job in todo {
            let since = before.get(&job).copied().unwrap_or(now);
            self.quiet_since.insert(job, since);
        }
        let is_quiet = |(job, since): (&Todo, &Instant)| {
            (now.duration_since(*since) >= QUIET || job.level == HOUR).then_some(*job)
        };
        self.quiet_since
            .iter()
            .filter_map(is_quiet)
            .take(AT_ONCE)
            .collect()
    }

    fn write(
        &self,
        work: impl FnOnce(&Connection) -> rusqlite::Result<i64> + Send + 'static,
    ) -> Result<i64, Ended> {
        let (reply, answer) = oneshot::channel();
        self.writer
            .send(Command::Write(Box::new(work), reply))
            .map_err(|_| Ended::Stopped)?;
        answer
            .blocking_recv()
            .map_err(|_| Ended::Stopped)?
            .map_err(|error| Ended::Failed(error.to_string()))
    }

    /// Once a day, rollups past their time, one metric a transaction.
    fn trim(&mut self, today: i64) -> Result<(), Ended> {
        if self.trimmed == today {
            return Ok(());
        }
        let conn = pool::open(&self.path).map_err(|error| Ended::Failed(error.to_string()))?;
        let before = |kept: Duration| today.saturating_sub(days(kept)).saturating_mul(86_400);
        let (fine, coarse) = (before(self.options.traces), before(self.options.aggregates));
        for metric in metrics(&conn)? {
            self.write(move |conn| {
                let mut delete = conn.prepare_cached(
                    "DELETE FROM rollup WHERE metric = ?1 AND level = ?2 AND bucket < ?3",
                )?;
                let mut deleted = 0;
                for (level, before) in [(TEN_SECONDS, fine), (MINUTE, coarse), (HOUR, coarse)] {
                    deleted += delete.execute((metric, level, before))?;
                }
                Ok(deleted as i64)
            })?;
        }
        self.trimmed = today;
        Ok(())
    }
}

fn metrics(conn: &Connection) -> rusqlite::Result<Vec<i64>> {
    conn.prepare("SELECT id FROM metric")?
        .query_map([], |row| row.get(0))?
        .collect()
}

/// For each metric the first window with points that is over and not yet sealed.
fn over(conn: &Connection, now: i64) -> rusqlite::Result<Vec<(i64, i64)>> {
    let partitions: Vec<Partition> = partition::list(conn)?
        .into_iter()
        .filter(|partition| partition.signal == Signal::Metrics)
        .collect();
    let mut windows = Vec::new();
    for metric in metrics(conn)? {
        let until =
            sealed_until(conn, metric)?.map_or(i64::MIN, |until| until.saturating_mul(SECOND));
        let mut first: Option<i64> = None;
        for partition in partitions
            .iter()
            .filter(|partition| partition.range.is_some_and(|(_, highest)| highest >= until))
        {
            let found: Option<i64> = conn
                .prepare_cached(&format!(
                    "SELECT ts FROM points_{} WHERE metric = ?1 AND ts >= ?2 ORDER BY ts LIMIT 1",
                    partition.id
                ))?
                .query_row((metric, until), |row| row.get(0))
                .optional()?;
            first = match (first, found) {
                (Some(one), Some(other)) => Some(one.min(other)),
                (one, other) => one.or(other),
            };
        }
        let Some(window) = first.map(window_of) else {
            continue;
        };
        if window.saturating_add(WINDOW + SETTLE) <= now {
            windows.push((metric, window));
        }
        if windows.len() == AT_ONCE {
            break;
        }
    }
    Ok(windows)
}

fn window_of(ts: i64) -> i64 {
    ts.div_euclid(SECOND).div_euclid(WINDOW) * WINDOW
}

fn sealed_until(conn: &Connection, metric: i64) -> rusqlite::Result<Option<i64>> {
    conn.prepare_cached("SELECT until FROM rollup_sealed WHERE metric = ?1")?
        .query_row([metric], |row| row.get(0))
        .optional()
}

fn seal(conn: &Connection, windows: &[(i64, i64)]) -> rusqlite::Result<i64> {
    let mut put = conn.prepare_cached("INSERT INTO rollup_sealed VALUES (?1, ?2) ON CONFLICT DO UPDATE SET until = excluded.until")?;
    for (metric, window) in windows {
        let until = window + WINDOW;
        // An hour that no window ends: points stopped within it, and go on in a later one.
        if let Some(before) = sealed_until(conn, *metric)?
            && hour_of(before - 1) + HOUR <= until
        {
            demand(conn, *metric, HOUR, hour_of(before - 1))?;
        }
        put.execute((metric, until))?;
        demand(conn, *metric, MINUTE, *window)?;
    }
    Ok(windows.len() as i64)
}

fn hour_of(second: i64) -> i64 {
    second.div_euclid(HOUR) * HOUR
}

fn demand(conn: &Connection, metric: i64, level: i64, window: i64) -> rusqlite::Result<()> {
    conn.prepare_cached("INSERT INTO rollup_todo VALUES (?1, ?2, ?3, 1) ON CONFLICT DO UPDATE SET version = version + 1")?
        .execute((metric, level, window))?;
    Ok(())
}

/// What is to do; an hour only when none of its windows is.
fn todo(conn: &Connection) -> rusqlite::Result<Vec<Todo>> {
    let mut statement = conn.prepare_cached(&format!(
        "SELECT metric, level, window, version FROM rollup_todo t WHERE level = {MINUTE} OR NOT EXISTS
           (SELECT 1 FROM rollup_todo f WHERE f.metric = t.metric AND f.level = {MINUTE} AND f.window >= t.window AND f.window < t.window + {HOUR})
         LIMIT {LISTED}"
    ))?;
    let rows = statement.query_map([], |row| {
        Ok(Todo {
            metric: row.get(0)?,
            level: row.get(1)?,
            window: row.get(2)?,
            version: row.get(3)?,
        })
    })?;
    rows.collect()
}

/// Replaces the rows of a window and takes it off the list, unless something fell into it meanwhile.
fn put(conn: &Connection, job: Todo, rows: &[Row]) -> rusqlite::Result<i64> {
    let Todo {
        metric,
        level,
        window,
        version,
    } = job;
    let current: Option<i64> = conn
        .prepare_cached(
            "SELECT version FROM rollup_todo WHERE metric = ?1 AND level = ?2 AND window = ?3",
        )?
        .query_row((metric, level, window), |row| row.get(0))
        .optional()?;
    if current != Some(version) {
        return Ok(0);
    }
    let (levels, width): (&[i64], i64) = if level == HOUR {
        (&[HOUR], HOUR)
    } else {
        (&[TEN_SECONDS, MINUTE], WINDOW)
    };
    if holds(conn, job, width)?
        > rows
            .iter()
            .filter(|row| row.level == level)
            .map(|row| row.sums.points)
            .sum()
    {
        // The points it was computed from are past their time: what they came to is worth more than what came late.
        return done(conn, job);
    }
    for level in levels {
        conn.prepare_cached(
            "DELETE FROM rollup WHERE metric = ?1 AND level = ?2 AND bucket >= ?3 AND bucket < ?4",
        )?
        .execute((metric, level, window, window.saturating_add(width)))?;
    }
    let mut insert = conn.prepare_cached(
        "INSERT OR REPLACE INTO rollup VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13)",
    )?;
    for Row {
        level,
        bucket,
        series,
        sums,
        edges,
    } in rows
    {
        let value = sums.value;
        insert.execute((
            metric,
            level,
            bucket,
            series,
            sums.points,
            value.map(|value| value.0),
            value.map(|value| value.1),
            value.map(|value| value.2),
            value.map(|value| value.3),
            sums.increase,
            sums.observations,
            sums.distribution
                .as_ref()
                .map(distribution::Distribution::encode),
            edges
                .as_ref()
                .map(|edges| edges.encode(bucket.saturating_mul(SECOND))),
        ))?;
    }
    done(conn, job)?;
    if level == MINUTE {
        let hour = hour_of(window);
        if sealed_until(conn, metric)?.is_some_and(|until| until >= hour.saturating_add(HOUR)) {
            demand(conn, metric, HOUR, hour)?;
        }
    }
    Ok(rows.len() as i64)
}

/// Points that the rows of a window stand for.
fn holds(conn: &Connection, job: Todo, width: i64) -> rusqlite::Result<i64> {
    conn.prepare_cached("SELECT coalesce(sum(points), 0) FROM rollup WHERE metric = ?1 AND level = ?2 AND bucket >= ?3 AND bucket < ?4")?
        .query_row((job.metric, job.level, job.window, job.window.saturating_add(width)), |row| row.get(0))
}

fn done(conn: &Connection, job: Todo) -> rusqlite::Result<i64> {
    conn.prepare_cached(
        "DELETE FROM rollup_todo WHERE metric = ?1 AND level = ?2 AND window = ?3",
    )?
    .execute((job.metric, job.level, job.window))?;
    Ok(0)
}

/// Puts the windows of late points on the list again; `points` are (metric, time) in that order. Part of the transaction that stores them.
pub(super) fn note_late(
    conn: &Connection,
    points: impl Iterator<Item = (i64, i64)>,
) -> rusqlite::Result<()> {
    let mut metric = None;
    let mut until = i64::MIN;
    let mut noted = None;
    for (of, ts) in points {
        if metric != Some(of) {
            metric = Some(of);
            until = sealed_until(conn, of)?.map_or(i64::MIN, |until| until.saturating_mul(SECOND));
        }
        let window = window_of(ts);
        if ts < until && noted != Some((of, window)) {
            noted = Some((of, window));
            demand(conn, of, MINUTE, window)?;
            // The increase of the next one is measured against the last point of this one.
            let next = window.saturating_add(WINDOW);
            if next.saturating_mul(SECOND) < until {
                demand(conn, of, MINUTE, next)?;
            }
        }
    }
    Ok(())
}

/// Forgets every rollup.
pub(super) fn clear(conn: &Connection) -> rusqlite::Result<()> {
    conn.execute_batch("DELETE FROM rollup; DELETE FROM rollup_sealed; DELETE FROM rollup_todo;")
}
