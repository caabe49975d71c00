//! The list of the newest traces, from the index of times, without reading a span in full.

use std::collections::HashMap;

use rusqlite::Connection;

use super::partition::{self, Partition, Signal};

/// A trace in a list: what is known of it without reading its spans in full.
///
/// ```no_run
/// # use std::time::Duration;
/// # fn main() -> Result<(), bellwether_backend::StoreError> {
/// let store = bellwether_backend::Store::open_read_only("telemetry.db")?;
/// for trace in store.newest_traces(100)? {
///     println!("{} {:?} {} spans", trace.service, trace.root, trace.spans);
/// }
/// # Ok(()) }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TraceHead {
    /// The trace's id.
    pub trace_id: [u8; 16],
    /// The name of the span without a parent, when it is there already.
    pub root: Option<String>,
    /// The service of the root, or of the earliest span.
    pub service: String,
    /// Spans stored.
    pub spans: u64,
    /// Spans with status error.
    pub errors: u64,
    /// Earliest start, nanoseconds since 1970.
    pub start: i64,
    /// Latest end, nanoseconds since 1970.
    pub end: i64,
}

/// Spans looked at in the search for different traces: a store full of one huge trace must not make the list slow.
const LOOKED_AT: usize = 50_000;

/// The traces whose spans began last, newest first.
pub(super) fn newest_traces(conn: &Connection, limit: usize) -> rusqlite::Result<Vec<TraceHead>> {
    let mut partitions: Vec<Partition> = partition::list(conn)?
        .into_iter()
        .filter(|partition| partition.signal == Signal::Traces && partition.range.is_some())
        .collect();
    partitions
        .sort_by_key(|partition| std::cmp::Reverse(partition.range.map(|(_, highest)| highest)));
    let mut newest: HashMap<[u8; 16], i64> = HashMap::new();
    for partition in &partitions {
        // Nothing in this partition can be newer than what a full list already ends with.
        let mut starts: Vec<i64> = newest.values().copied().collect();
        starts.sort_unstable_by(|a, b| b.cmp(a));
        let floor = limit
            .checked_sub(1)
            .and_then(|last| starts.get(last))
            .copied()
            .unwrap_or(i64::MIN);
        if partition.range.is_none_or(|(_, highest)| highest < floor) {
            break;
        }
        let mut statement = conn.prepare_cached(&format!(
            "SELECT trace_id, start FROM spans_{} WHERE start >= ?1 ORDER BY start DESC LIMIT {LOOKED_AT}",
            partition.id
        ))?;
        let mut rows = statement.query([floor])?;
        let mut here = 0;
        while here < limit
            && let Some(row) = rows.next()?
        {
            let (trace_id, start): ([u8; 16], i64) = (row.get(0)?, row.get(1)?);
            newest.entry(trace_id).or_insert_with(|| {
                here += 1;
                start
            });
        }
    }
    let mut order: Vec<([u8; 16], i64)> = newest.into_iter().collect();
    order.sort_unstable_by_key(|(trace_id, start)| (std::cmp::Reverse(*start), *trace_id));
    order.truncate(limit);
    order
        .into_iter()
        .map(|(trace_id, _)| head(conn, &partitions, trace_id))
        .collect()
}

pub(crate) fn head(
    conn: &Connection,
    partitions: &[Partition],
    trace_id: [u8; 16],
) -> rusqlite::Result<TraceHead> {
    let mut head = TraceHead {
        trace_id,
        root: None,
        service: String::new(),
        spans: 0,
        errors: 0,
        start: i64::MAX,
        end: i64::MIN,
    };
    for Partition { id, .. } in partitions {
        let mut statement = conn.prepare_cached(&format!(
            "SELECT s.parent_id IS NULL, o.name, o.service, s.status, s.start, s.duration FROM spans_{id} s JOIN operation o ON o.id = s.operation WHERE s.trace_id = ?1"
        ))?;
        let mut rows = statement.query([trace_id])?;
        while let Some(row) = rows.next()? {
            let (status, start, duration): (Option<i32>, i64, Option<i64>) =
                (row.get(3)?, row.get(4)?, row.get(5)?);
            let is_root: bool = row.get(0)?;
            if is_root && head.root.is_none() {
                head.root = Some(row.get(1)?);
                head.service = row.get(2)?;
            } else if head.root.is_none() && start < head.start {
                head.service = row.get(2)?;
            }
            head.spans += 1;
            head.errors += u64::from(status == Some(2));
            head.start = head.start.min(start);
            head.end = head.end.max(start.saturating_add(duration.unwrap_or(0)));
        }
    }
    Ok(head)
}
