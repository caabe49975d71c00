//! Log records: by time, service, severity, trace, attributes, and by words.
//!
//! Words go through the full-text index: all of them must be in the body, in any order, whatever their case; a word that ends in `*`
//! is a beginning.

use std::ops::Range;

use rusqlite::types::Value as Parameter;
use rusqlite::{Connection, Row, params_from_iter};
use serde::Serialize;
use serde_json::{Map, Value};

use super::labels::{LabelFilter, parse_labels};
use super::{ALWAYS, Bounded, Limits};
use crate::store::Horizon;
use crate::{Partition, Signal, Store, StoreError, hex, meeting};

/// A question about log records.
///
/// ```
/// let question = bellwether_backend::query::LogQuery { text: Some("time out".into()), ..Default::default() };
/// assert_eq!(question.limits.rows, 100);
/// ```
#[derive(Debug, Clone)]
pub struct LogQuery {
    /// Words of the body.
    pub text: Option<String>,
    /// The service's name.
    pub service: Option<String>,
    /// At least this severity number: 9 info, 13 warn, 17 error.
    pub severity: Option<i32>,
    /// Of this trace.
    pub trace: Option<[u8; 16]>,
    /// All of these must hold of the attributes.
    pub attributes: Vec<LabelFilter>,
    /// From and to (exclusive), in nanoseconds since 1970.
    pub range: Range<i64>,
    /// Bounds.
    pub limits: Limits,
}

impl Default for LogQuery {
    fn default() -> Self {
        Self {
            text: None,
            service: None,
            severity: None,
            trace: None,
            attributes: Vec::new(),
            range: ALWAYS,
            limits: Limits::default(),
        }
    }
}

/// A log record.
///
/// ```
/// # use bellwether_backend::query::LogLine;
/// fn is_error(line: &LogLine) -> bool { line.severity_number >= 17 }
/// ```
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LogLine {
    /// Nanoseconds since 1970.
    pub time: i64,
    /// As OTLP numbers it.
    pub severity_number: i32,
    /// trace, debug, info, warn, error or fatal; else as sent.
    pub severity: String,
    /// The service that wrote it.
    pub service: String,
    /// The body as text; JSON where it is none.
    pub body: String,
    /// The name, of a record that is an event.
    pub event_name: Option<String>,
    /// In hexadecimal.
    pub trace_id: Option<String>,
    /// In hexadecimal.
    pub span_id: Option<String>,
    /// Attributes.
    pub attributes: Map<String, Value>,
}

/// The newest records that match, newest first.
///
/// ```no_run
/// use bellwether_backend::query::{LogQuery, logs};
/// # fn main() -> Result<(), bellwether_backend::StoreError> {
/// let store = bellwether_backend::Store::open_read_only("telemetry.db")?;
/// let errors = logs(&store, &LogQuery { severity: Some(17), ..LogQuery::default() })?;
/// # let _ = errors; Ok(()) }
/// ```
pub fn logs(store: &Store, query: &LogQuery) -> Result<Bounded<LogLine>, StoreError> {
    let words = query.text.as_deref().map(words);
    // A text of signs alone has no word that could be found.
    if words.as_deref() == Some("") {
        return Ok(Bounded {
            rows: Vec::new(),
            is_cut: false,
        });
    }
    store.read(query.limits.time, |conn| {
        select(conn, query, words.as_deref())
    })
}

/// The records of a trace, in the order of time.
///
/// ```no_run
/// # fn main() -> Result<(), bellwether_backend::StoreError> {
/// let store = bellwether_backend::Store::open_read_only("telemetry.db")?;
/// let lines = bellwether_backend::query::trace_logs(&store, [1; 16], Default::default())?;
/// # let _ = lines; Ok(()) }
/// ```
pub fn trace_logs(
    store: &Store,
    trace: [u8; 16],
    limits: Limits,
) -> Result<Bounded<LogLine>, StoreError> {
    let query = LogQuery {
        trace: Some(trace),
        limits,
        ..LogQuery::default()
    };
    let mut found = logs(store, &query)?;
    found.rows.reverse();
    Ok(found)
}

/// A place in the order of arrival, for [`logs_after`].
///
/// ```
/// let from_the_beginning = bellwether_backend::query::LogCursor::default();
/// # let _ = from_the_beginning;
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct LogCursor {
    partition: i64,
    id: i64,
}

impl LogCursor {
    /// Behind everything that has arrived by now.
    ///
    /// ```no_run
    /// # fn main() -> Result<(), bellwether_backend::StoreError> {
    /// let store = bellwether_backend::Store::open_read_only("telemetry.db")?;
    /// let now = bellwether_backend::query::LogCursor::at_the_end(&store)?;
    /// # let _ = now; Ok(()) }
    /// ```
    pub fn at_the_end(store: &Store) -> Result<Self, StoreError> {
        store.read(Limits::default().time, |conn| {
            let last = meeting(conn, Signal::Logs, &ALWAYS)?.pop();
            let Some(Partition { id: partition, .. }) = last else {
                return Ok(Self::default());
            };
            let sql = format!("SELECT coalesce(max(id), 0) FROM logs_{partition}");
            let id = conn.query_row(&sql, [], |row| row.get(0))?;
            Ok(Self { partition, id })
        })
    }
}

/// Records that arrived after `cursor` and match, in the order of arrival, at most `query.limits.rows` looked at; and the place behind
/// them. Words and range are not looked at.
///
/// ```no_run
/// use bellwether_backend::query::{LogCursor, LogQuery, logs_after};
/// # fn main() -> Result<(), bellwether_backend::StoreError> {
/// let store = bellwether_backend::Store::open_read_only("telemetry.db")?;
/// let (lines, next) = logs_after(&store, LogCursor::default(), &LogQuery::default())?;
/// # let _ = (lines, next); Ok(()) }
/// ```
pub fn logs_after(
    store: &Store,
    cursor: LogCursor,
    query: &LogQuery,
) -> Result<(Vec<LogLine>, LogCursor), StoreError> {
    store.read(query.limits.time, |conn| {
        let (mut lines, mut next, mut left) = (Vec::new(), cursor, query.limits.rows);
        for partition in meeting(conn, Signal::Logs, &ALWAYS)? {
            if partition.id < cursor.partition {
                continue;
            }
            let after = if partition.id == cursor.partition { cursor.id } else { 0 };
            let mut found = conn.prepare_cached(&format!(
                "SELECT l.ts, l.severity, l.severity_text, r.service, l.body, l.event_name, l.trace_id, l.span_id, l.attributes, l.id
                 FROM logs_{} l JOIN resource r ON r.id = l.resource WHERE l.id > ?1 ORDER BY l.id LIMIT ?2",
                partition.id
            ))?;
            let mut rows = found.query((after, left as i64))?;
            while let Some(row) = rows.next()? {
                left -= 1;
                next = LogCursor {
                    partition: partition.id,
                    id: row.get(9)?,
                };
                let line = read_line(row)?;
                let is_wanted = query.service.as_ref().is_none_or(|s| *s == line.service)
                    && query.severity.is_none_or(|least| line.severity_number >= least)
                    && query.trace.is_none_or(|id| line.trace_id == Some(hex(&id)))
                    && query.attributes.iter().all(|f| f.matches(&line.attributes));
                if is_wanted {
                    lines.push(line);
                }
            }
        }
        Ok((lines, next))
    })
}

/// An expression of the full-text index. The tokens are those it has: runs of letters and digits.
fn words(text: &str) -> String {
    let mut tokens = Vec::new();
    for word in text.split_whitespace() {
        let is_beginning = word.ends_with('*');
        let parts: Vec<&str> = word
            .split(|c: char| !c.is_alphanumeric())
            .filter(|part| !part.is_empty())
            .collect();
        for (at, part) in parts.iter().enumerate() {
            let star = if is_beginning && at + 1 == parts.len() {
                "*"
            } else {
                ""
            };
            tokens.push(format!("\"{part}\"{star}"));
        }
    }
    tokens.join(" ")
}

fn select(
    conn: &Connection,
    query: &LogQuery,
    words: Option<&str>,
) -> rusqlite::Result<Bounded<LogLine>> {
    let mut lines = Vec::new();
    let mut partitions = meeting(conn, Signal::Logs, &query.range)?;
    partitions.sort_by_key(|partition| std::cmp::Reverse(partition.range.map(|(_, last)| last)));
    for partition in partitions {
        // Partitions hold what arrived on a day; times inside may reach into others.
        let floor = nth_newest(&mut lines, query.limits.rows);
        if partition.range.is_some_and(|(_, highest)| highest < floor) {
            break;
        }
        if let Some(words) = words {
            by_words(conn, query, words, partition.id, &mut lines)?;
        } else {
            by_time(conn, query, partition.id, &mut lines)?;
        }
    }
    lines.sort_by_key(|line: &LogLine| std::cmp::Reverse(line.time));
    Ok(Bounded::cut(lines, query.limits.rows))
}

fn by_time(
    conn: &Connection,
    query: &LogQuery,
    partition: i64,
    lines: &mut Vec<LogLine>,
) -> rusqlite::Result<()> {
    let (sql, parameters) = statement(query, None, partition);
    let mut found = conn.prepare_cached(&sql)?;
    let mut rows = found.query(params_from_iter(parameters))?;
    let mut here = 0;
    while here <= query.limits.rows
        && let Some(row) = rows.next()?
    {
        let line = read_line(row)?;
        if query.attributes.iter().all(|f| f.matches(&line.attributes)) {
            lines.push(line);
            here += 1;
        }
    }
    Ok(())
}

/// From the record that came last to the first, until none that came before can be newer than those found: a word that stands in half of
/// all records costs as much as the answer is long.
fn by_words(
    conn: &Connection,
    query: &LogQuery,
    words: &str,
    partition: i64,
    lines: &mut Vec<LogLine>,
) -> rusqlite::Result<()> {
    let horizon = Horizon::of(conn, partition)?;
    let (sql, parameters) = statement(query, Some(words), partition);
    let mut found = conn.prepare_cached(&sql)?;
    let mut rows = found.query(params_from_iter(parameters))?;
    let limit = query.limits.rows;
    let mut floor = nth_newest(lines, limit);
    while let Some(row) = rows.next()? {
        let before = horizon.before(row.get("id")?);
        if before <= floor || before < query.range.start {
            break;
        }
        let time: i64 = row.get(0)?;
        if time <= floor || !query.range.contains(&time) {
            continue;
        }
        let line = read_line(row)?;
        if query.attributes.iter().all(|f| f.matches(&line.attributes)) {
            lines.push(line);
            if lines.len() > limit.saturating_mul(2) {
                floor = nth_newest(lines, limit);
                lines.truncate(limit.saturating_add(1));
            } else if lines.len() == limit.saturating_add(1) {
                floor = nth_newest(lines, limit);
            }
        }
    }
    Ok(())
}

/// The time of the last record that an answer of `limit` records would have.
fn nth_newest(lines: &mut [LogLine], limit: usize) -> i64 {
    lines.sort_by_key(|line| std::cmp::Reverse(line.time));
    lines.get(limit).map_or(i64::MIN, |line| line.time)
}

fn statement(query: &LogQuery, words: Option<&str>, partition: i64) -> (String, Vec<Parameter>) {
    let mut conditions: Vec<String> = Vec::new();
    let mut parameters: Vec<Parameter> = Vec::new();
    let (from, order) = if let Some(words) = words {
        conditions.push(format!("logs_text_{partition} MATCH ?"));
        parameters.push(words.to_owned().into());
        // The index of words decides the way; times are looked at as they come.
        (
            format!("logs_text_{partition} t CROSS JOIN logs_{partition} l ON l.id = t.rowid"),
            "t.rowid DESC",
        )
    } else {
        conditions.extend(["l.ts >= ?".to_owned(), "l.ts < ?".to_owned()]);
        parameters.extend([query.range.start.into(), query.range.end.into()]);
        (format!("logs_{partition} l"), "l.ts DESC, l.id DESC")
    };
    if let Some(service) = &query.service {
        conditions.push("r.service = ?".to_owned());
        parameters.push(service.clone().into());
    }
    if let Some(severity) = query.severity {
        // As a literal where it can be, so that the index of what is severe is seen to fit.
        conditions.push(if severity >= 13 {
            format!("l.severity >= 13 AND l.severity >= {severity}")
        } else {
            format!("l.severity >= {severity}")
        });
    }
    if let Some(trace) = query.trace {
        conditions.push("l.trace_id = ?".to_owned());
        parameters.push(trace.to_vec().into());
    }
    let sql = format!(
        "SELECT l.ts, l.severity, l.severity_text, r.service, l.body, l.event_name, l.trace_id, l.span_id, l.attributes, l.id
         FROM {from} JOIN resource r ON r.id = l.resource WHERE {} ORDER BY {order}",
        conditions.join(" AND ")
    );
    (sql, parameters)
}

fn read_line(row: &Row<'_>) -> rusqlite::Result<LogLine> {
    let severity_number: i32 = row.get(1)?;
    let text: Option<String> = row.get(2)?;
    let id = |bytes: Option<Vec<u8>>| bytes.map(|bytes| hex(&bytes));
    Ok(LogLine {
        time: row.get(0)?,
        severity_number,
        severity: severity(severity_number, text),
        service: row.get(3)?,
        body: row.get::<_, Option<String>>(4)?.unwrap_or_default(),
        event_name: row.get(5)?,
        trace_id: id(row.get(6)?),
        span_id: id(row.get(7)?),
        attributes: parse_labels(row.get::<_, Option<String>>(8)?.as_deref()),
    })
}

fn severity(number: i32, text: Option<String>) -> String {
    let name = match number {
        1..=4 => "trace",
        5..=8 => "debug",
        9..=12 => "info",
        13..=16 => "warn",
        17..=20 => "error",
        21..=24 => "fatal",
        _ => return text.unwrap_or_default().to_lowercase(),
    };
    name.to_owned()
}

#[cfg(test)]
mod tests {
    use super::words;

    #[test]
    fn words_are_those_of_the_index() {
        assert_eq!(
            words("tool timed-out rea*"),
            r#""tool" "timed" "out" "rea"*"#
        );
        assert_eq!(words(r#"" OR 1 --"#), r#""OR" "1""#);
        assert_eq!(words("?! *"), "");
    }
}
