//! Data points of all five kinds.
//!
//! A point is a row of (metric, time, series): neighbours in time are neighbours on disk, so a tick of ten thousand series is one
//! stretch of pages and a query of one metric over an hour is another. `value` is the number, or the sum of a histogram or summary;
//! `count` its count; `rest` the protobuf form of what the columns do not say (buckets, quantiles, flags, a value that is no number).
//!
//! A point that is there already, alike in everything, is a repetition of a sender that missed an answer: it is counted as a duplicate
//! and not stored twice. One that differs gets a `copy` number, so that nothing sent is lost.

mod copies;
mod kinds;
mod read;

use prost::Message;
use rusqlite::Connection;

use super::attributes;
use super::batch::Bounds;
use super::dictionary::{Dictionaries, Hash, hash, insert};
use super::latest::{self, Latest};
use super::origin::{From, Origins};
use super::rollup;
use crate::otlp::collector::metrics::v1::ExportMetricsServiceRequest;
use crate::otlp::common::v1::{KeyValue, KeyValueList};
use crate::otlp::metrics::v1::metric::Data;
use crate::otlp::metrics::v1::{
    Exemplar, ExponentialHistogram, Gauge, Histogram, Metric, Sum, Summary,
};
use copies::Table;
use kinds::{Number, Point};

pub(super) use read::{append, read_exemplars, read_metric, read_series};

/// The data points of one request.
pub(crate) struct PointBatch {
    origins: Origins,
    metrics: Vec<MetricEntry>,
    rows: Vec<Row>,
}

struct MetricEntry {
    hash: Hash,
    from: From,
    name: String,
    description: String,
    unit: String,
    kind: i64,
    temporality: i32,
    monotonic: bool,
    rest: Vec<u8>,
}

struct Row {
    metric: usize,
    series: Hash,
    attributes: Vec<KeyValue>,
    ts: i64,
    age: Option<i64>,
    value: Number,
    count: Option<i64>,
    rest: Option<Vec<u8>>,
    exemplars: Vec<Exemplar>,
}

impl PointBatch {
    /// Takes a request apart. A metric without data holds no point and leaves no trace.
    pub(crate) fn new(request: ExportMetricsServiceRequest) -> Self {
        let mut batch = Self {
            origins: Origins::default(),
            metrics: Vec::new(),
            rows: Vec::new(),
        };
        let mut key = Vec::with_capacity(256);
        for envelope in request.resource_metrics {
            batch
                .origins
                .push_resource(envelope.resource, envelope.schema_url);
            for scope in envelope.scope_metrics {
                batch.origins.push_scope(scope.scope, scope.schema_url);
                for metric in scope.metrics {
                    batch.push(metric, &mut key);
                }
            }
        }
        batch
    }

    fn push(&mut self, mut metric: Metric, key: &mut Vec<u8>) {
        let Some(mut data) = metric.data.take() else {
            return;
        };
        match &mut data {
            Data::Gauge(Gauge { data_points }) => {
                let points = std::mem::take(data_points);
                self.push_points(metric, data, points, (1, 0, false), key);
            }
            Data::Sum(Sum {
                data_points,
                aggregation_temporality,
                is_monotonic,
            }) => {
                let (points, shape) = (
                    std::mem::take(data_points),
                    (2, *aggregation_temporality, *is_monotonic),
                );
                self.push_points(metric, data, points, shape, key);
            }
            Data::Histogram(Histogram {
                data_points,
                aggregation_temporality,
            }) => {
                let (points, shape) = (
                    std::mem::take(data_points),
                    (3, *aggregation_temporality, false),
                );
                self.push_points(metric, data, points, shape, key);
            }
            Data::ExponentialHistogram(ExponentialHistogram {
                data_points,
                aggregation_temporality,
            }) => {
                let (points, shape) = (
                    std::mem::take(data_points),
                    (4, *aggregation_temporality, false),
                );
                self.push_points(metric, data, points, shape, key);
            }
            Data::Summary(Summary { data_points }) => {
                let points = std::mem::take(data_points);
                self.push_points(metric, data, points, (5, 0, false), key);
            }
        }
    }

    /// `data` is without points by now: what is left is the shape, which is part of the metric's identity.
    fn push_points<P: Point>(
        &mut self,
        metric: Metric,
        data: Data,
        points: Vec<P>,
        shape: (i64, i32, bool),
        key: &mut Vec<u8>,
    ) {
        if points.is_empty() {
            return;
        }
        let whole = Metric {
            data: Some(data),
            ..metric
        };
        let hash = hash(&whole.encode_to_vec());
        let from = self.origins.last();
        let Metric {
            name,
            description,
            unit,
            metadata,
            ..
        } = whole;
        let rest = Metric {
            metadata,
            ..Metric::default()
        }
        .encode_to_vec();
        let (kind, temporality, monotonic) = shape;
        self.metrics.push(MetricEntry {
            hash,
            from,
            name,
            description,
            unit,
            kind,
            temporality,
            monotonic,
            rest,
        });
        key.clear();
        key.extend_from_slice(&hash.to_le_bytes());
        let (resource, scope) = self.origins.hashes(from);
        key.extend_from_slice(&resource.to_le_bytes());
        key.extend_from_slice(&scope.to_le_bytes());
        self.rows.reserve(points.len());
        for point in points {
            let row = row(self.metrics.len() - 1, point, key);
            self.rows.push(row);
        }
    }

    pub(in crate::store) fn len(&self) -> usize {
        self.rows.len()
    }

    /// Inserts every point and says how many were there already.
    pub(in crate::store) fn insert(
        self,
        conn: &Connection,
        dictionaries: &mut Dictionaries,
        partition: i64,
        today: i64,
        bounds: &mut Bounds,
        latest: &mut Latest,
    ) -> rusqlite::Result<u64> {
        let origins = self.origins.ids(conn, dictionaries, today)?;
        let metrics: Vec<i64> = self
            .metrics
            .iter()
            .map(|entry| entry.id(conn, dictionaries, today))
            .collect::<Result<_, _>>()?;
        let mut rows = Vec::with_capacity(self.rows.len());
        for mut row in self.rows {
            let entry = &self.metrics[row.metric];
            let metric = metrics[row.metric];
            let attributes = std::mem::take(&mut row.attributes);
            let series = dictionaries.series.id(conn, row.series, today, |key| {
                series(
                    conn,
                    *key,
                    (metric, origins.of(entry.from)),
                    attributes,
                    today,
                )
            })?;
            rows.push((metric, row.ts, series, row));
        }
        // In the order of the key, so that each page is visited once.
        rows.sort_unstable_by_key(|(metric, ts, series, _)| (*metric, *ts, *series));
        rollup::note_late(conn, rows.iter().map(|(metric, ts, ..)| (*metric, *ts)))?;
        let mut table = Table { conn, partition };
        let mut duplicates = 0;
        {
            let mut put = conn.prepare_cached(&format!(
                "INSERT OR IGNORE INTO points_{partition} VALUES (?1, ?2, ?3, 0, ?4, ?5, ?6, ?7)"
            ))?;
            for (metric, ts, series, row) in rows {
                bounds.cover(ts);
                let copy = if put
                    .execute((metric, ts, series, row.value, row.count, row.age, &row.rest))?
                    == 1
                {
                    0
                } else if let Some(copy) = table.put_copy((metric, ts, series), &row)? {
                    copy
                } else {
                    duplicates += 1;
                    continue;
                };
                let point = latest::Point {
                    metric,
                    ts,
                    value: row.value.into(),
                    count: row.count,
                };
                latest.note(series, point);
                if !row.exemplars.is_empty() {
                    table.put_exemplars((series, ts, copy), row.exemplars)?;
                }
            }
        }
        Ok(duplicates)
    }
}

fn row<P: Point>(metric: usize, mut point: P, key: &mut Vec<u8>) -> Row {
    let common = point.common();
    let mut attributes = std::mem::take(common.attributes);
    let ts = std::mem::take(common.time).cast_signed();
    let start = std::mem::take(common.start).cast_signed();
    let exemplars = common.exemplars.map(std::mem::take).unwrap_or_default();
    let (value, count) = point.split();
    let rest = point.encode_to_vec();
    // Attributes are a set: a sender that orders them anew does not begin a new series.
    if !attributes.is_sorted_by(|a, b| a.key <= b.key) {
        attributes.sort_by(|a, b| a.key.cmp(&b.key));
    }
    let prefix = key.len();
    for attribute in &attributes {
        // Encoding into a vector cannot run out of room.
        let _ = attribute.encode_length_delimited(key);
    }
    let series = hash(key);
    key.truncate(prefix);
    let age = (start != 0).then(|| ts.wrapping_sub(start));
    Row {
        metric,
        series,
        attributes,
        ts,
        age,
        value,
        count,
        rest: (!rest.is_empty()).then_some(rest),
        exemplars,
    }
}

impl MetricEntry {
    fn id(
        &self,
        conn: &Connection,
        dictionaries: &mut Dictionaries,
        today: i64,
    ) -> rusqlite::Result<i64> {
        dictionaries.metrics.id(conn, self.hash, today, |key| {
            let sql = "INSERT INTO metric(hash, name, type, unit, description, temporality, monotonic, rest, seen)
                       VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9)";
            let row =
                (key, &self.name, self.kind, &self.unit, &self.description, self.temporality, self.monotonic, &self.rest, today);
            insert(conn, sql, row)
        })
    }
}

fn series(
    conn: &Connection,
    key: [u8; 16],
    (metric, (resource, scope)): (i64, (i64, i64)),
    attributes: Vec<KeyValue>,
    today: i64,
) -> rusqlite::Result<i64> {
    let mut text = String::new();
    let exact = attributes::write(&mut text, &attributes);
    let rest = (!exact).then(|| KeyValueList { values: attributes }.encode_to_vec());
    let sql = "INSERT INTO series(hash, metric, resource, scope, attributes, rest, seen) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7)";
    insert(
        conn,
        sql,
        (&key, metric, resource, scope, text, rest, today),
    )
}
