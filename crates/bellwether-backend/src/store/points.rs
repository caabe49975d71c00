//! Data points of all five kinds.
//!
//! A point is a row of (metric, time, series): neighbours in time are neighbours on disk, so a tick of ten thousand series is one
//! stretch of pages and a query of one metric over an hour is another. `value` is the number, or the sum of a histogram or summary;
//! `count` its count; `rest` the protobuf form of what the columns do not say (buckets, quantiles, flags, a value that is no number).
//!
//! A point that is there already, alike in everything, is a repetition of a sender that missed an answer: it is counted as a duplicate
//! and not stored twice. One that differs gets a `copy` number, so that nothing sent is lost.

use prost::Message;
use rusqlite::types::{ToSqlOutput, Value as SqlValue, ValueRef};
use rusqlite::{Connection, ToSql};

use super::attributes;
use super::batch::Bounds;
use super::dictionary::{Dictionaries, Hash, hash, insert};
use super::origin::{ResourceEntry, ScopeEntry};
use super::spans::read_attributes;
use crate::otlp::collector::metrics::v1::ExportMetricsServiceRequest;
use crate::otlp::common::v1::{KeyValue, KeyValueList};
use crate::otlp::metrics::v1::metric::Data;
use crate::otlp::metrics::v1::{
    Exemplar, ExponentialHistogram, ExponentialHistogramDataPoint, Gauge, Histogram,
    HistogramDataPoint, Metric, NumberDataPoint, Sum, Summary, SummaryDataPoint, exemplar,
    number_data_point,
};

/// The data points of one request.
pub(crate) struct PointBatch {
    resources: Vec<ResourceEntry>,
    scopes: Vec<ScopeEntry>,
    metrics: Vec<MetricEntry>,
    rows: Vec<Row>,
}

struct MetricEntry {
    hash: Hash,
    resource: usize,
    scope: usize,
    name: String,
    description: String,
    unit: String,
    kind: i64,
    temporality: i32,
    monotonic: bool,
    rest: Vec<u8>,
}

/// A number as it was sent: SQLite keeps whole and real numbers apart, and has no "not a number".
#[derive(Debug, Clone, Copy, PartialEq)]
enum Number {
    None,
    Whole(i64),
    Real(f64),
}

impl ToSql for Number {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Owned(match self {
            Self::None => SqlValue::Null,
            Self::Whole(number) => SqlValue::Integer(*number),
            Self::Real(number) => SqlValue::Real(*number),
        }))
    }
}

impl rusqlite::types::FromSql for Number {
    fn column_result(value: ValueRef<'_>) -> rusqlite::types::FromSqlResult<Self> {
        Ok(match value {
            ValueRef::Integer(number) => Self::Whole(number),
            ValueRef::Real(number) => Self::Real(number),
            _ => Self::None,
        })
    }
}

impl Number {
    /// The double, if the columns can hold it; else it stays in the rest.
    fn take(field: &mut Option<f64>) -> Self {
        field
            .take_if(|number| !number.is_nan())
            .map_or(Self::None, Self::Real)
    }

    fn real(self) -> Option<f64> {
        match self {
            Self::Real(number) => Some(number),
            _ => None,
        }
    }
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

/// What the kinds of data points have in common, and how each is taken apart and put together.
trait Point: Message + Default {
    fn common(&mut self) -> Common<'_>;
    /// Takes value and count out of the point.
    fn split(&mut self) -> (Number, Option<i64>);
    /// Puts them back.
    fn join(&mut self, value: Number, count: Option<i64>);
}

struct Common<'a> {
    attributes: &'a mut Vec<KeyValue>,
    start: &'a mut u64,
    time: &'a mut u64,
    exemplars: Option<&'a mut Vec<Exemplar>>,
}

macro_rules! common {
    ($($exemplars:ident)?) => {
        fn common(&mut self) -> Common<'_> {
            Common {
                attributes: &mut self.attributes,
                start: &mut self.start_time_unix_nano,
                time: &mut self.time_unix_nano,
                exemplars: common!(@ self $($exemplars)?),
            }
        }
    };
    (@ $self:ident $exemplars:ident) => { Some(&mut $self.$exemplars) };
    (@ $self:ident) => { None };
}

impl Point for NumberDataPoint {
    common!(exemplars);
    fn split(&mut self) -> (Number, Option<i64>) {
        use number_data_point::Value;
        let value = self
            .value
            .take_if(|value| !matches!(value, Value::AsDouble(number) if number.is_nan()));
        let number = match value {
            None => Number::None,
            Some(Value::AsInt(number)) => Number::Whole(number),
            Some(Value::AsDouble(number)) => Number::Real(number),
        };
        (number, None)
    }
    fn join(&mut self, value: Number, _: Option<i64>) {
        use number_data_point::Value;
        match value {
            Number::None => {}
            Number::Whole(number) => self.value = Some(Value::AsInt(number)),
            Number::Real(number) => self.value = Some(Value::AsDouble(number)),
        }
    }
}

macro_rules! distribution {
    ($($point:ty),*) => {$(
        impl Point for $point {
            common!(exemplars);
            fn split(&mut self) -> (Number, Option<i64>) {
                (Number::take(&mut self.sum), Some(std::mem::take(&mut self.count).cast_signed()))
            }
            fn join(&mut self, value: Number, count: Option<i64>) {
                self.sum = value.real().or(self.sum);
                self.count = count.unwrap_or_default().cast_unsigned();
            }
        }
    )*};
}

distribution!(HistogramDataPoint, ExponentialHistogramDataPoint);

impl Point for SummaryDataPoint {
    common!();
    fn split(&mut self) -> (Number, Option<i64>) {
        let mut sum = Some(self.sum);
        let value = Number::take(&mut sum);
        self.sum = sum.unwrap_or_default();
        (value, Some(std::mem::take(&mut self.count).cast_signed()))
    }
    fn join(&mut self, value: Number, count: Option<i64>) {
        self.sum = value.real().unwrap_or(self.sum);
        self.count = count.unwrap_or_default().cast_unsigned();
    }
}

impl PointBatch {
    /// Takes a request apart. A metric without data holds no point and leaves no trace.
    pub(crate) fn new(request: ExportMetricsServiceRequest) -> Self {
        let mut batch = Self {
            resources: Vec::new(),
            scopes: Vec::new(),
            metrics: Vec::new(),
            rows: Vec::new(),
        };
        let mut key = Vec::with_capacity(256);
        for envelope in request.resource_metrics {
            batch
                .resources
                .push(ResourceEntry::new(envelope.resource, envelope.schema_url));
            for scope in envelope.scope_metrics {
                batch
                    .scopes
                    .push(ScopeEntry::new(scope.scope, scope.schema_url));
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
        let (resource, scope) = (self.resources.len() - 1, self.scopes.len() - 1);
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
            resource,
            scope,
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
        key.extend_from_slice(&self.resources[resource].hash.to_le_bytes());
        key.extend_from_slice(&self.scopes[scope].hash.to_le_bytes());
        self.rows.reserve(points.len());
        for point in points {
            let row = row(self.metrics.len() - 1, point, key);
            self.rows.push(row);
        }
    }

    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    /// Inserts every point and says how many were there already.
    pub(super) fn insert(
        self,
        conn: &Connection,
        dictionaries: &mut Dictionaries,
        partition: i64,
        today: i64,
        bounds: &mut Bounds,
    ) -> rusqlite::Result<u64> {
        let resources: Vec<i64> = self
            .resources
            .iter()
            .map(|entry| entry.id(conn, dictionaries, today))
            .collect::<Result<_, _>>()?;
        let scopes: Vec<i64> = self
            .scopes
            .iter()
            .map(|entry| entry.id(conn, dictionaries, today))
            .collect::<Result<_, _>>()?;
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
                    (metric, resources[entry.resource], scopes[entry.scope]),
                    attributes,
                    today,
                )
            })?;
            rows.push((metric, row.ts, series, row));
        }
        // In the order of the key, so that each page is visited once.
        rows.sort_unstable_by_key(|(metric, ts, series, _)| (*metric, *ts, *series));
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
    (metric, resource, scope): (i64, i64, i64),
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

/// The tables of one partition, for what is rare.
struct Table<'a> {
    conn: &'a Connection,
    partition: i64,
}

impl Table<'_> {
    /// A second point of the same series and time: none when it is there already, else the number of the copy.
    fn put_copy(
        &mut self,
        (metric, ts, series): (i64, i64, i64),
        row: &Row,
    ) -> rusqlite::Result<Option<i64>> {
        let partition = self.partition;
        let mut copies = self.conn.prepare_cached(&format!(
            "SELECT copy, value, count, age, rest FROM points_{partition} WHERE metric = ?1 AND ts = ?2 AND series = ?3 ORDER BY copy"
        ))?;
        let mut found = copies.query((metric, ts, series))?;
        let mut next = 0;
        while let Some(stored) = found.next()? {
            let copy: i64 = stored.get(0)?;
            next = copy + 1;
            let value: Number = stored.get(1)?;
            let same = value == row.value
                && stored.get::<_, Option<i64>>(2)? == row.count
                && stored.get::<_, Option<i64>>(3)? == row.age
                && stored.get::<_, Option<Vec<u8>>>(4)? == row.rest;
            if same && read_exemplars(self.conn, partition, series, ts, copy)? == row.exemplars {
                return Ok(None);
            }
        }
        let mut put = self.conn.prepare_cached(&format!(
            "INSERT INTO points_{partition} VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)"
        ))?;
        put.execute((
            metric, ts, series, next, row.value, row.count, row.age, &row.rest,
        ))?;
        Ok(Some(next))
    }

    fn put_exemplars(
        &mut self,
        (series, ts, copy): (i64, i64, i64),
        exemplars: Vec<Exemplar>,
    ) -> rusqlite::Result<()> {
        let mut put = self.conn.prepare_cached(&format!(
            "INSERT INTO exemplars_{} VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
            self.partition
        ))?;
        for (position, mut exemplar) in exemplars.into_iter().enumerate() {
            let time = std::mem::take(&mut exemplar.time_unix_nano).cast_signed();
            let value = match exemplar.value.take_if(
                |value| !matches!(value, exemplar::Value::AsDouble(number) if number.is_nan()),
            ) {
                None => Number::None,
                Some(exemplar::Value::AsInt(number)) => Number::Whole(number),
                Some(exemplar::Value::AsDouble(number)) => Number::Real(number),
            };
            let trace_id =
                (exemplar.trace_id.len() == 16).then(|| std::mem::take(&mut exemplar.trace_id));
            let span_id =
                (exemplar.span_id.len() == 8).then(|| std::mem::take(&mut exemplar.span_id));
            let mut text = String::new();
            let stated = super::batch::stated(&mut text, &mut exemplar.filtered_attributes);
            let text = (!stated.is_empty()).then_some(text);
            let rest = exemplar.encode_to_vec();
            let rest = (!rest.is_empty()).then_some(rest);
            put.execute((
                series,
                ts,
                copy,
                position as i64,
                time,
                value,
                trace_id,
                span_id,
                text,
                rest,
            ))?;
        }
        Ok(())
    }
}

/// The exemplars of one point, as they were sent.
pub(super) fn read_exemplars(
    conn: &Connection,
    partition: i64,
    series: i64,
    ts: i64,
    copy: i64,
) -> rusqlite::Result<Vec<Exemplar>> {
    let mut found = conn.prepare_cached(&format!(
        "SELECT time, value, trace_id, span_id, attributes, rest FROM exemplars_{partition} WHERE series = ?1 AND ts = ?2 AND copy = ?3 ORDER BY position"
    ))?;
    let exemplars = found.query_map((series, ts, copy), read_exemplar)?;
    exemplars.collect()
}

pub(super) fn read_exemplar(row: &rusqlite::Row<'_>) -> rusqlite::Result<Exemplar> {
    let rest: Option<Vec<u8>> = row.get("rest")?;
    let mut exemplar = Exemplar::decode(rest.as_deref().unwrap_or_default()).unwrap_or_default();
    exemplar.time_unix_nano = row.get::<_, i64>("time")?.cast_unsigned();
    match row.get("value")? {
        Number::None => {}
        Number::Whole(number) => exemplar.value = Some(exemplar::Value::AsInt(number)),
        Number::Real(number) => exemplar.value = Some(exemplar::Value::AsDouble(number)),
    }
    if let Some(id) = row.get("trace_id")? {
        exemplar.trace_id = id;
    }
    if let Some(id) = row.get("span_id")? {
        exemplar.span_id = id;
    }
    if exemplar.filtered_attributes.is_empty() {
        exemplar.filtered_attributes = read_attributes(row)?;
    }
    Ok(exemplar)
}

/// A metric without points, as the dictionary has it.
pub(super) fn read_metric(row: &rusqlite::Row<'_>) -> rusqlite::Result<Metric> {
    let rest: Vec<u8> = row.get("rest")?;
    let mut metric = Metric::decode(rest.as_slice()).unwrap_or_default();
    metric.name = row.get("name")?;
    metric.unit = row.get("unit")?;
    metric.description = row.get("description")?;
    let aggregation_temporality = row.get("temporality")?;
    let data_points = Vec::new;
    metric.data = Some(match row.get::<_, i64>("type")? {
        1 => Data::Gauge(Gauge {
            data_points: data_points(),
        }),
        2 => Data::Sum(Sum {
            data_points: Vec::new(),
            aggregation_temporality,
            is_monotonic: row.get("monotonic")?,
        }),
        3 => Data::Histogram(Histogram {
            data_points: Vec::new(),
            aggregation_temporality,
        }),
        4 => Data::ExponentialHistogram(ExponentialHistogram {
            data_points: Vec::new(),
            aggregation_temporality,
        }),
        _ => Data::Summary(Summary {
            data_points: Vec::new(),
        }),
    });
    Ok(metric)
}

/// The attributes of a series, in the order of their keys.
pub(super) fn read_series(text: &str, rest: Option<&[u8]>) -> Vec<KeyValue> {
    match rest {
        Some(rest) => KeyValueList::decode(rest).unwrap_or_default().values,
        None => attributes::read(text),
    }
}

/// Adds the point in `row` (columns of the table of points) to `metric`.
pub(super) fn append(
    metric: &mut Metric,
    row: &rusqlite::Row<'_>,
    attributes: Vec<KeyValue>,
    exemplars: Vec<Exemplar>,
) -> rusqlite::Result<()> {
    match &mut metric.data {
        Some(Data::Gauge(data)) => data
            .data_points
            .push(read_point(row, attributes, exemplars)?),
        Some(Data::Sum(data)) => data
            .data_points
            .push(read_point(row, attributes, exemplars)?),
        Some(Data::Histogram(data)) => data
            .data_points
            .push(read_point(row, attributes, exemplars)?),
        Some(Data::ExponentialHistogram(data)) => data
            .data_points
            .push(read_point(row, attributes, exemplars)?),
        Some(Data::Summary(data)) => data
            .data_points
            .push(read_point(row, attributes, exemplars)?),
        None => {}
    }
    Ok(())
}

fn read_point<P: Point>(
    row: &rusqlite::Row<'_>,
    attributes: Vec<KeyValue>,
    exemplars: Vec<Exemplar>,
) -> rusqlite::Result<P> {
    let rest: Option<Vec<u8>> = row.get("rest")?;
    let mut point = P::decode(rest.as_deref().unwrap_or_default()).unwrap_or_default();
    point.join(row.get("value")?, row.get("count")?);
    let ts: i64 = row.get("ts")?;
    let age: Option<i64> = row.get("age")?;
    let common = point.common();
    *common.attributes = attributes;
    *common.time = ts.cast_unsigned();
    *common.start = age.map_or(0, |age| ts.wrapping_sub(age).cast_unsigned());
    if let Some(stored) = common.exemplars {
        *stored = exemplars;
    }
    Ok(point)
}
