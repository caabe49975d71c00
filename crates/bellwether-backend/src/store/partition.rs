//! Partitions: sets of tables that are filled together and dropped together.
//!
//! A partition belongs to one signal and to the day on which its items *arrived*. Arrival and not the time an item claims, since a
//! sender's clock may say 1970 or 2262: the number of partitions depends on our clock alone, and what arrived late is kept as long as
//! anything else. A new one begins at midnight UTC or when one is full, so dropping is bounded work, and the index of trace ids, whose
//! keys are random, stays small enough to be kept in memory however large the store grows.

use std::ops::Range;

use rusqlite::Connection;

/// The three signals.
///
/// ```
/// use bellwether_backend::Signal;
/// assert_eq!(Signal::Traces.to_string(), "traces");
/// assert_eq!(Signal::ALL.len(), 3);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Signal {
    /// Spans, their events and links.
    Traces,
    /// Data points and their exemplars.
    Metrics,
    /// Log records.
    Logs,
}

impl Signal {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Traces, Self::Metrics, Self::Logs];

    /// The name it has in the table `partition` and on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Traces => "traces",
            Self::Metrics => "metrics",
            Self::Logs => "logs",
        }
    }

    pub(crate) fn index(self) -> usize {
        match self {
            Self::Traces => 0,
            Self::Metrics => 1,
            Self::Logs => 2,
        }
    }

    pub(super) fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|signal| signal.as_str() == name)
    }

    /// The tables of partition `id`, the order in which they are dropped.
    pub(super) fn tables(self, id: i64) -> Vec<String> {
        let names: &[&str] = match self {
            Self::Traces => &["events", "links", "spans"],
            Self::Metrics => &["exemplars", "points"],
            Self::Logs => &["logs_text", "logs"],
        };
        names.iter().map(|name| format!("{name}_{id}")).collect()
    }
}

impl std::fmt::Display for Signal {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.as_str())
    }
}

/// One partition, as the table `partition` has it.
///
/// ```no_run
/// # fn main() -> Result<(), bellwether_backend::StoreError> {
/// let store = bellwether_backend::Store::open_read_only("telemetry.db")?;
/// for partition in store.partitions()? {
///     println!("{} {}: {} rows", partition.signal, partition.id, partition.rows);
/// }
/// # Ok(()) }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Partition {
    /// The number in the names of its tables.
    pub id: i64,
    /// What it holds.
    pub signal: Signal,
    /// The day of arrival, in days since 1970-01-01 UTC.
    pub day: i64,
    /// Spans, points or records in it.
    pub rows: u64,
    /// Lowest and highest time in it, nanoseconds since 1970; none while it is empty.
    pub range: Option<(i64, i64)>,
}

/// The statements that make the tables of a partition.
pub(super) fn create_sql(signal: Signal, id: i64) -> String {
    let template = match signal {
        Signal::Traces => {
            "CREATE TABLE spans_#(id INTEGER PRIMARY KEY, trace_id BLOB NOT NULL, span_id BLOB NOT NULL, parent_id BLOB, operation INTEGER NOT NULL,
               resource INTEGER NOT NULL, scope INTEGER NOT NULL, start INTEGER NOT NULL, duration INTEGER, status INTEGER, status_message TEXT, attributes TEXT, rest BLOB);
             CREATE INDEX spans_#_trace ON spans_#(trace_id, span_id);
             CREATE INDEX spans_#_time ON spans_#(start, operation, status, duration);
             CREATE INDEX spans_#_root ON spans_#(start) WHERE parent_id IS NULL;
             CREATE TABLE events_#(span INTEGER NOT NULL, position INTEGER NOT NULL, ts INTEGER NOT NULL, name TEXT NOT NULL, attributes TEXT, rest BLOB, PRIMARY KEY(span, position)) WITHOUT ROWID;
             CREATE TABLE links_#(span INTEGER NOT NULL, position INTEGER NOT NULL, trace_id BLOB NOT NULL, span_id BLOB NOT NULL, attributes TEXT, rest BLOB, PRIMARY KEY(span, position)) WITHOUT ROWID;
             CREATE INDEX links_#_trace ON links_#(trace_id);"
        }
        Signal::Metrics => {
            "CREATE TABLE points_#(metric INTEGER NOT NULL, ts INTEGER NOT NULL, series INTEGER NOT NULL, copy INTEGER NOT NULL, value, count INTEGER, age INTEGER, rest BLOB, PRIMARY KEY(metric, ts, series, copy)) WITHOUT ROWID;
             CREATE TABLE exemplars_#(series INTEGER NOT NULL, ts INTEGER NOT NULL, copy INTEGER NOT NULL, position INTEGER NOT NULL, time INTEGER NOT NULL, value, trace_id BLOB, span_id BLOB, attributes TEXT, rest BLOB, PRIMARY KEY(series, ts, copy, position)) WITHOUT ROWID;
             CREATE INDEX exemplars_#_trace ON exemplars_#(trace_id) WHERE trace_id IS NOT NULL;"
        }
        Signal::Logs => {
            "CREATE TABLE logs_#(id INTEGER PRIMARY KEY, ts INTEGER NOT NULL, lag INTEGER, severity INTEGER NOT NULL, severity_text TEXT, event_name TEXT, body TEXT, trace_id BLOB, span_id BLOB,
               resource INTEGER NOT NULL, scope INTEGER NOT NULL, attributes TEXT, rest BLOB);
             CREATE INDEX logs_#_time ON logs_#(ts);
             CREATE INDEX logs_#_severe ON logs_#(ts) WHERE severity >= 13;
             CREATE INDEX logs_#_trace ON logs_#(trace_id) WHERE trace_id IS NOT NULL;
             CREATE VIRTUAL TABLE logs_text_# USING fts5(body, content='logs_#', content_rowid='id', detail=none, columnsize=0);"
        }
    };
    template.replace('#', &id.to_string())
}

/// Every partition that is not being dropped, oldest first.
pub(super) fn list(conn: &Connection) -> rusqlite::Result<Vec<Partition>> {
    let mut statement =
        conn.prepare_cached("SELECT id, signal, day, rows, lowest, highest FROM partition WHERE dropping = 0 ORDER BY id")?;
    let rows = statement.query_map([], |row| {
        let signal: String = row.get(1)?;
        let range: (Option<i64>, Option<i64>) = (row.get(4)?, row.get(5)?);
        Ok(Signal::from_name(&signal)
            .map(|signal| (row.get(0), row.get(2), row.get::<_, i64>(3), range, signal)))
    })?;
    let mut partitions = Vec::new();
    for row in rows {
        if let Some((id, day, rows, range, signal)) = row? {
            partitions.push(Partition {
                id: id?,
                signal,
                day: day?,
                rows: rows?.cast_unsigned(),
                range: range.0.zip(range.1),
            });
        }
    }
    Ok(partitions)
}

/// Partitions whose times meet `range`, oldest first.
pub(crate) fn meeting(
    conn: &Connection,
    signal: Signal,
    range: &Range<i64>,
) -> rusqlite::Result<Vec<Partition>> {
    let mut partitions = list(conn)?;
    partitions.retain(|partition| {
        partition.signal == signal
            && partition
                .range
                .is_some_and(|(lowest, highest)| lowest < range.end && highest >= range.start)
    });
    Ok(partitions)
}
