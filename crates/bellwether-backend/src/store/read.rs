//! Items put together again, exactly as they were sent, and the few look-ups that the layout makes fast.

use std::collections::HashMap;
use std::ops::Range;

use rusqlite::{Connection, OptionalExtension, ToSql};

use super::partition::{self, Partition, Signal};
use super::{logs, origin, points, spans};
use crate::otlp::common::v1::InstrumentationScope;
use crate::otlp::logs::v1::{LogsData, ResourceLogs, ScopeLogs};
use crate::otlp::metrics::v1::{Metric, MetricsData, ResourceMetrics, ScopeMetrics};
use crate::otlp::resource::v1::Resource;
use crate::otlp::trace::v1::{ResourceSpans, ScopeSpans, Span, TracesData};

/// Resources and scopes that a read has met, by number.
#[derive(Default)]
struct Origins {
    resources: HashMap<i64, (Option<Resource>, String)>,
    scopes: HashMap<i64, (Option<InstrumentationScope>, String)>,
}

impl Origins {
    fn resource(
        &mut self,
        conn: &Connection,
        id: i64,
    ) -> rusqlite::Result<(Option<Resource>, String)> {
        if let Some(known) = self.resources.get(&id) {
            return Ok(known.clone());
        }
        let found = conn
            .prepare_cached("SELECT attributes, rest FROM resource WHERE id = ?1")?
            .query_row([id], |row| {
                Ok(origin::read_resource(
                    &row.get::<_, String>(0)?,
                    &row.get::<_, Vec<u8>>(1)?,
                ))
            })
            .optional()?
            .unwrap_or_default();
        self.resources.insert(id, found.clone());
        Ok(found)
    }

    fn scope(
        &mut self,
        conn: &Connection,
        id: i64,
    ) -> rusqlite::Result<(Option<InstrumentationScope>, String)> {
        if let Some(known) = self.scopes.get(&id) {
            return Ok(known.clone());
        }
        let found = conn
            .prepare_cached("SELECT name, version, attributes, rest FROM scope WHERE id = ?1")?
            .query_row([id], |row| {
                let (attributes, rest): (String, Vec<u8>) = (row.get(2)?, row.get(3)?);
                Ok(origin::read_scope(
                    row.get(0)?,
                    row.get(1)?,
                    &attributes,
                    &rest,
                ))
            })
            .optional()?
            .unwrap_or_default();
        self.scopes.insert(id, found.clone());
        Ok(found)
    }
}

/// Items by resource, then scope, in the order in which they first appear.
struct Grouped<T>(Vec<(i64, Vec<(i64, Vec<T>)>)>);

impl<T> Grouped<T> {
    fn place(&mut self, resource: i64, scope: i64) -> &mut Vec<T> {
        let at = self
            .0
            .iter()
            .position(|(id, _)| *id == resource)
            .unwrap_or_else(|| {
                self.0.push((resource, Vec::new()));
                self.0.len() - 1
            });
        let scopes = &mut self.0[at].1;
        let at = scopes
            .iter()
            .position(|(id, _)| *id == scope)
            .unwrap_or_else(|| {
                scopes.push((scope, Vec::new()));
                scopes.len() - 1
            });
        &mut scopes[at].1
    }
}

macro_rules! data {
    ($name:ident, $item:ty, $data:ident { $resources:ident: $resource_type:ident { $scopes:ident: $scope_type:ident { $items:ident } } }) => {
        fn $name(
            conn: &Connection,
            grouped: Grouped<$item>,
            origins: &mut Origins,
        ) -> rusqlite::Result<$data> {
            let mut data = $data::default();
            for (resource, scopes) in grouped.0 {
                let (resource, schema_url) = origins.resource(conn, resource)?;
                let mut envelope = $resource_type {
                    resource,
                    schema_url,
                    $scopes: Vec::with_capacity(scopes.len()),
                };
                for (scope, $items) in scopes {
                    let (scope, schema_url) = origins.scope(conn, scope)?;
                    envelope.$scopes.push($scope_type {
                        scope,
                        schema_url,
                        $items,
                    });
                }
                data.$resources.push(envelope);
            }
            Ok(data)
        }
    };
}

data!(
    traces_data,
    Span,
    TracesData {
        resource_spans: ResourceSpans {
            scope_spans: ScopeSpans { spans }
        }
    }
);
data!(
    metrics_data,
    Metric,
    MetricsData {
        resource_metrics: ResourceMetrics {
            scope_metrics: ScopeMetrics { metrics }
        }
    }
);
data!(
    logs_data,
    crate::otlp::logs::v1::LogRecord,
    LogsData {
        resource_logs: ResourceLogs {
            scope_logs: ScopeLogs { log_records }
        }
    }
);

/// Which items of each partition: a condition, an order and a limit, as SQL with parameters.
struct Selection<'a> {
    condition: &'a str,
    params: &'a [&'a dyn ToSql],
}

/// Partitions whose times meet `range`, oldest first.
fn meeting(
    conn: &Connection,
    signal: Signal,
    range: &Range<i64>,
) -> rusqlite::Result<Vec<Partition>> {
    let mut partitions = partition::list(conn)?;
    partitions.retain(|partition| {
        partition.signal == signal
            && partition
                .range
                .is_some_and(|(lowest, highest)| lowest < range.end && highest >= range.start)
    });
    Ok(partitions)
}

/// Every span of a trace. A span that was sent more than once, alike in everything, is given once.
pub(super) fn trace(conn: &Connection, trace_id: &[u8]) -> rusqlite::Result<TracesData> {
    let partitions = partition::list(conn)?
        .into_iter()
        .filter(|partition| partition.signal == Signal::Traces);
    let selection = Selection {
        condition: "trace_id = ?1",
        params: &[&trace_id],
    };
    let mut data = select_spans(conn, partitions.collect(), &selection)?;
    for scope in data
        .resource_spans
        .iter_mut()
        .flat_map(|resource| &mut resource.scope_spans)
    {
        let mut kept: HashMap<Vec<u8>, Vec<usize>> = HashMap::new();
        let mut unique: Vec<Span> = Vec::with_capacity(scope.spans.len());
        for span in std::mem::take(&mut scope.spans) {
            let alike = kept.entry(span.span_id.clone()).or_default();
            if alike.iter().any(|at| unique[*at] == span) {
                continue;
            }
            alike.push(unique.len());
            unique.push(span);
        }
        scope.spans = unique;
    }
    Ok(data)
}

pub(super) fn traces_between(
    conn: &Connection,
    range: &Range<i64>,
    limit: usize,
) -> rusqlite::Result<TracesData> {
    let limit = limit as i64;
    let selection = Selection {
        condition: "start >= ?1 AND start < ?2 ORDER BY start LIMIT ?3",
        params: &[&range.start, &range.end, &limit],
    };
    select_spans(conn, meeting(conn, Signal::Traces, range)?, &selection)
}

fn select_spans(
    conn: &Connection,
    partitions: Vec<Partition>,
    selection: &Selection<'_>,
) -> rusqlite::Result<TracesData> {
    let mut origins = Origins::default();
    let mut grouped = Grouped(Vec::new());
    for Partition { id, .. } in partitions {
        let mut found = conn.prepare_cached(&format!(
            "SELECT s.*, o.name AS name, o.kind AS kind FROM spans_{id} s JOIN operation o ON o.id = s.operation WHERE {}",
            selection.condition
        ))?;
        let mut events = conn.prepare_cached(&format!(
            "SELECT * FROM events_{id} WHERE span = ?1 ORDER BY position"
        ))?;
        let mut links = conn.prepare_cached(&format!(
            "SELECT * FROM links_{id} WHERE span = ?1 ORDER BY position"
        ))?;
        let mut rows = found.query(selection.params)?;
        while let Some(row) = rows.next()? {
            let mut span = spans::read_span(row, row.get("name")?, row.get("kind")?)?;
            let number: i64 = row.get("id")?;
            span.events = events
                .query_map([number], spans::read_event)?
                .collect::<Result<_, _>>()?;
            span.links = links
                .query_map([number], spans::read_link)?
                .collect::<Result<_, _>>()?;
            grouped
                .place(row.get("resource")?, row.get("scope")?)
                .push(span);
        }
    }
    traces_data(conn, grouped, &mut origins)
}

pub(super) fn logs_between(
    conn: &Connection,
    range: &Range<i64>,
    limit: usize,
) -> rusqlite::Result<LogsData> {
    let mut origins = Origins::default();
    let mut grouped = Grouped(Vec::new());
    for Partition { id, .. } in meeting(conn, Signal::Logs, range)? {
        let mut found = conn.prepare_cached(&format!(
            "SELECT * FROM logs_{id} WHERE ts >= ?1 AND ts < ?2 ORDER BY ts, id LIMIT ?3"
        ))?;
        let mut rows = found.query((range.start, range.end, limit as i64))?;
        while let Some(row) = rows.next()? {
            let record = logs::read_record(row)?;
            grouped
                .place(row.get("resource")?, row.get("scope")?)
                .push(record);
        }
    }
    logs_data(conn, grouped, &mut origins)
}

pub(super) fn metrics_between(
    conn: &Connection,
    range: &Range<i64>,
    limit: usize,
) -> rusqlite::Result<MetricsData> {
    let mut origins = Origins::default();
    let mut grouped: Grouped<Metric> = Grouped(Vec::new());
    // Where the points of a series go: resource, scope, and which of the metrics there.
    let mut places: HashMap<i64, (i64, i64, usize)> = HashMap::new();
    let mut metrics: HashMap<(i64, i64, i64), usize> = HashMap::new();
    let mut attributes = HashMap::new();
    for Partition { id, .. } in meeting(conn, Signal::Metrics, range)? {
        let mut found = conn.prepare_cached(&format!(
            "SELECT p.* FROM metric m CROSS JOIN points_{id} p ON p.metric = m.id WHERE p.ts >= ?1 AND p.ts < ?2 LIMIT ?3"
        ))?;
        let mut rows = found.query((range.start, range.end, limit as i64))?;
        while let Some(row) = rows.next()? {
            let (metric, series): (i64, i64) = (row.get("metric")?, row.get("series")?);
            let (ts, copy): (i64, i64) = (row.get("ts")?, row.get("copy")?);
            if !places.contains_key(&series) {
                let (resource, scope, labels) = conn
                    .prepare_cached(
                        "SELECT resource, scope, attributes, rest FROM series WHERE id = ?1",
                    )?
                    .query_row([series], |row| {
                        let rest: Option<Vec<u8>> = row.get(3)?;
                        Ok((
                            row.get(0)?,
                            row.get(1)?,
                            points::read_series(&row.get::<_, String>(2)?, rest.as_deref()),
                        ))
                    })?;
                let there = grouped.place(resource, scope);
                let at = match metrics.get(&(resource, scope, metric)) {
                    Some(at) => *at,
                    None => {
                        let mut query =
                            conn.prepare_cached("SELECT * FROM metric WHERE id = ?1")?;
                        there.push(query.query_row([metric], points::read_metric)?);
                        metrics.insert((resource, scope, metric), there.len() - 1);
                        there.len() - 1
                    }
                };
                places.insert(series, (resource, scope, at));
                attributes.insert(series, labels);
            }
            let (resource, scope, at) = places[&series];
            let exemplars = points::read_exemplars(conn, id, series, ts, copy)?;
            points::append(
                &mut grouped.place(resource, scope)[at],
                row,
                attributes[&series].clone(),
                exemplars,
            )?;
        }
    }
    metrics_data(conn, grouped, &mut origins)
}

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

fn head(
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
