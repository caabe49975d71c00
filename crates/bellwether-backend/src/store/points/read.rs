//! Points put together again.

use prost::Message as _;
use rusqlite::Connection;

use super::kinds::{Number, Point};
use crate::otlp::common::v1::{KeyValue, KeyValueList};
use crate::otlp::metrics::v1::metric::Data;
use crate::otlp::metrics::v1::{
    Exemplar, ExponentialHistogram, Gauge, Histogram, Metric, Sum, Summary, exemplar,
};
use crate::store::attributes;
use crate::store::spans::read_attributes;

/// The exemplars of one point, as they were sent.
pub(in crate::store) fn read_exemplars(
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

pub(in crate::store) fn read_exemplar(row: &rusqlite::Row<'_>) -> rusqlite::Result<Exemplar> {
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
pub(in crate::store) fn read_metric(row: &rusqlite::Row<'_>) -> rusqlite::Result<Metric> {
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
pub(in crate::store) fn read_series(text: &str, rest: Option<&[u8]>) -> Vec<KeyValue> {
    match rest {
        Some(rest) => KeyValueList::decode(rest).unwrap_or_default().values,
        None => attributes::read(text),
    }
}

/// Adds the point in `row` (columns of the table of points) to `metric`.
pub(in crate::store) fn append(
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
