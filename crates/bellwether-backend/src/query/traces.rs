//! Traces: those in which some span meets every condition.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::ops::Range;

use rusqlite::types::Value as Parameter;
use rusqlite::{Connection, OptionalExtension as _, params_from_iter};
use serde_json::{Map, Value};

use super::labels::{LabelFilter, parse_labels};
use super::{ALWAYS, Bounded, Limits};
use crate::store::trace_head;
use crate::{Partition, Signal, Store, StoreError, TraceHead, meeting};

/// A question about traces. All conditions must hold of one and the same span.
///
/// ```
/// let slow = bellwether_backend::query::TraceQuery { longer_than: Some(std::time::Duration::from_secs(1)), ..Default::default() };
/// assert!(slow.service.is_none());
/// ```
#[derive(Debug, Clone)]
pub struct TraceQuery {
    /// The service's name.
    pub service: Option<String>,
    /// The span's name; a beginning where it ends in `*`.
    pub name: Option<String>,
    /// Conditions on the span's attributes; one that the span does not have is looked for in its resource.
    pub attributes: Vec<LabelFilter>,
    /// Stands in the span's name, status message, attributes, or an event; ASCII letters of either case.
    pub text: Option<String>,
    /// The span took at least this long.
    pub longer_than: Option<std::time::Duration>,
    /// The span took at most this long.
    pub shorter_than: Option<std::time::Duration>,
    /// 1 ok, 2 error, 0 unset.
    pub status: Option<i32>,
    /// When the span began, from and to (exclusive), in nanoseconds since 1970.
    pub range: Range<i64>,
    /// Bounds.
    pub limits: Limits,
}

impl Default for TraceQuery {
    fn default() -> Self {
        Self {
            service: None,
            name: None,
            attributes: Vec::new(),
            text: None,
            longer_than: None,
            shorter_than: None,
            status: None,
            range: ALWAYS,
            limits: Limits::default(),
        }
    }
}

/// The traces with a span that matches, by when that span began, newest first.
///
/// ```no_run
/// use bellwether_backend::query::{TraceQuery, traces};
/// # fn main() -> Result<(), bellwether_backend::StoreError> {
/// let store = bellwether_backend::Store::open_read_only("telemetry.db")?;
/// let failed = traces(&store, &TraceQuery { status: Some(2), ..TraceQuery::default() })?;
/// # let _ = failed; Ok(()) }
/// ```
pub fn traces(store: &Store, query: &TraceQuery) -> Result<Bounded<TraceHead>, StoreError> {
    store.read(query.limits.time, |conn| select(conn, query))
}

fn select(conn: &Connection, query: &TraceQuery) -> rusqlite::Result<Bounded<TraceHead>> {
    let mut partitions = meeting(conn, Signal::Traces, &query.range)?;
    partitions.sort_by_key(|partition| std::cmp::Reverse(partition.range.map(|(_, last)| last)));
    let mut newest: HashMap<[u8; 16], i64> = HashMap::new();
    let mut resources = Resources::default();
    for partition in &partitions {
        let (sql, parameters) = statement(query, partition);
        let mut found = conn.prepare_cached(&sql)?;
        let mut rows = found.query(params_from_iter(parameters))?;
        let mut here = 0;
        while here <= query.limits.rows
            && let Some(row) = rows.next()?
        {
            if !query.attributes.is_empty() {
                let mut attributes = parse_labels(row.get::<_, Option<String>>(2)?.as_deref());
                for (name, value) in resources.of(conn, row.get(3)?)? {
                    attributes
                        .entry(name.as_str())
                        .or_insert_with(|| value.clone());
                }
                if !query.attributes.iter().all(|f| f.matches(&attributes)) {
                    continue;
                }
            }
            let (trace_id, start): ([u8; 16], i64) = (row.get(0)?, row.get(1)?);
            let held = newest.entry(trace_id).or_insert_with(|| {
                here += 1;
                start
            });
            *held = start.max(*held);
        }
    }
    let mut order: Vec<([u8; 16], i64)> = newest.into_iter().collect();
    order.sort_unstable_by_key(|(trace_id, start)| (std::cmp::Reverse(*start), *trace_id));
    let order = Bounded::cut(order, query.limits.rows);
    // A trace may have spans outside the range.
    let all = meeting(conn, Signal::Traces, &ALWAYS)?;
    Ok(Bounded {
        rows: order
            .rows
            .into_iter()
            .map(|(trace_id, _)| trace_head(conn, &all, trace_id))
            .collect::<Result<_, _>>()?,
        is_cut: order.is_cut,
    })
}

/// Attributes of resources that were met.
#[derive(Default)]
struct Resources(HashMap<i64, Map<String, Value>>);

impl Resources {
    fn of(&mut self, conn: &Connection, id: i64) -> rusqlite::Result<&Map<String, Value>> {
        Ok(match self.0.entry(id) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(place) => {
                let text: Option<String> = conn
                    .prepare_cached("SELECT attributes FROM resource WHERE id = ?1")?
                    .query_row([id], |row| row.get(0))
                    .optional()?;
                place.insert(parse_labels(text.as_deref()))
            }
        })
    }
}

fn statement(query: &TraceQuery, partition: &Partition) -> (String, Vec<Parameter>) {
    let contains = format!(
        "(instr(lower(o.name), ?) > 0 OR instr(lower(s.status_message), ?) > 0 OR instr(lower(s.attributes), ?) > 0
          OR EXISTS(SELECT 1 FROM events_{} e WHERE e.span = s.id AND (instr(lower(e.name), ?) > 0 OR instr(lower(e.attributes), ?) > 0)))",
        partition.id
    );
    let mut conditions = vec!["s.start >= ?", "s.start < ?"];
    let mut parameters: Vec<Parameter> = vec![query.range.start.into(), query.range.end.into()];
    if let Some(service) = &query.service {
        conditions.push("o.service = ?");
        parameters.push(service.clone().into());
    }
    if let Some(name) = &query.name {
        if let Some(beginning) = name.strip_suffix('*') {
            conditions.push("substr(o.name, 1, ?) = ?");
            parameters.push((beginning.chars().count() as i64).into());
            parameters.push(beginning.to_owned().into());
        } else {
            conditions.push("o.name = ?");
            parameters.push(name.clone().into());
        }
    }
    let nanos = |time: std::time::Duration| i64::try_from(time.as_nanos()).unwrap_or(i64::MAX);
    if let Some(least) = query.longer_than {
        conditions.push("s.duration >= ?");
        parameters.push(nanos(least).into());
    }
    if let Some(most) = query.shorter_than {
        conditions.push("s.duration <= ?");
        parameters.push(nanos(most).into());
    }
    if let Some(status) = query.status {
        conditions.push("coalesce(s.status, 0) = ?");
        parameters.push(i64::from(status).into());
    }
    if let Some(text) = &query.text {
        conditions.push(&contains);
        let plain = text.to_ascii_lowercase();
        let escaped = Value::String(plain.clone()).to_string();
        // As it stands inside a JSON text, without the quotation marks around it.
        let escaped = escaped[1..escaped.len() - 1].to_owned();
        for needle in [&plain, &plain, &escaped, &plain, &escaped] {
            parameters.push(needle.clone().into());
        }
    }
    let sql = format!(
        "SELECT s.trace_id, s.start, {}, s.resource FROM spans_{} s JOIN operation o ON o.id = s.operation WHERE {} ORDER BY s.start DESC",
        if query.attributes.is_empty() {
            "NULL"
        } else {
            "s.attributes"
        },
        partition.id,
        conditions.join(" AND ")
    );
    (sql, parameters)
}
