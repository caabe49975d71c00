//! Items put together again, exactly as they were sent, and the few look-ups that the layout makes fast.

use std::collections::HashMap;
use std::ops::Range;

use rusqlite::{Connection, OptionalExtension, ToSql};

use super::partition::meeting;
use super::partition::{self, Partition, Signal};
use super::{logs, origin, points, spans};
use crate::otlp::common::v1::{InstrumentationScope, KeyValue};
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
struct Grouped<T>(Vec<(i64, ByScope<T>)>);

type ByScope<T> = Vec<(i64, Vec<T>)>;

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

/// The place of each series among the metrics that are read.
#[derive(Default)]
struct Places {
    /// Resource, scope, which of the metrics there, and the attributes.
    series: HashMap<i64, (i64, i64, usize, Vec<KeyValue>)>,
    metrics: HashMap<(i64, i64, i64), usize>,
}

impl Places {
    /// Where a point of `series` goes, and its attributes.
    fn find<'a>(
        &mut self,
        conn: &Connection,
        grouped: &'a mut Grouped<Metric>,
        metric: i64,
        series: i64,
    ) -> rusqlite::Result<(&'a mut Metric, Vec<KeyValue>)> {
        if let Some((resource, scope, at, attributes)) = self.series.get(&series) {
            return Ok((
                &mut grouped.place(*resource, *scope)[*at],
                attributes.clone(),
            ));
        }
        let mut query = conn
            .prepare_cached("SELECT resource, scope, attributes, rest FROM series WHERE id = ?1")?;
        let (resource, scope, attributes) = query.query_row([series], |row| {
            let (text, rest): (String, Option<Vec<u8>>) = (row.get(2)?, row.get(3)?);
            Ok((
                row.get(0)?,
                row.get(1)?,
                points::read_series(&text, rest.as_deref()),
            ))
        })?;
        let there = grouped.place(resource, scope);
        let key = (resource, scope, metric);
        let at = if let Some(at) = self.metrics.get(&key) {
            *at
        } else {
            let mut query = conn.prepare_cached("SELECT * FROM metric WHERE id = ?1")?;
            there.push(query.query_row([metric], points::read_metric)?);
            self.metrics.insert(key, there.len() - 1);
            there.len() - 1
        };
        self.series
            .insert(series, (resource, scope, at, attributes.clone()));
        Ok((&mut there[at], attributes))
    }
}

pub(super) fn metrics_between(
    conn: &Connection,
    range: &Range<i64>,
    limit: usize,
) -> rusqlite::Result<MetricsData> {
    let mut grouped: Grouped<Metric> = Grouped(Vec::new());
    let mut places = Places::default();
    for Partition { id, .. } in meeting(conn, Signal::Metrics, range)? {
        let mut found = conn.prepare_cached(&format!(
            "SELECT p.* FROM metric m CROSS JOIN points_{id} p ON p.metric = m.id WHERE p.ts >= ?1 AND p.ts < ?2 LIMIT ?3"
        ))?;
        let mut rows = found.query((range.start, range.end, limit as i64))?;
        while let Some(row) = rows.next()? {
            let series: i64 = row.get("series")?;
            let exemplars =
                points::read_exemplars(conn, id, series, row.get("ts")?, row.get("copy")?)?;
            let (metric, attributes) =
                places.find(conn, &mut grouped, row.get("metric")?, series)?;
            points::append(metric, row, attributes, exemplars)?;
        }
    }
    metrics_data(conn, grouped, &mut Origins::default())
}
