//! Log records, and the full-text index of their bodies.

use std::collections::BTreeMap;
use std::ops::Range;

use prost::Message as _;
use rusqlite::Connection;

use super::attributes;
use super::batch::{Bounds, stated};
use super::dictionary::Dictionaries;
use super::origin::{From, Origins};
use super::spans::read_attributes;
use crate::otlp::collector::logs::v1::ExportLogsServiceRequest;
use crate::otlp::common::v1::{AnyValue, any_value::Value};
use crate::otlp::logs::v1::LogRecord;

/// Records in a block.
const BLOCK: i64 = 4_096;

/// The log records of one request.
pub(crate) struct LogBatch {
    origins: Origins,
    rows: Vec<Row>,
    text: String,
}

struct Row {
    from: From,
    record: LogRecord,
    body: Option<String>,
    attributes: Range<usize>,
}

impl LogBatch {
    /// Takes a request apart. No record is refused: an id of a wrong length is kept and is no reference.
    pub(crate) fn new(request: ExportLogsServiceRequest) -> Self {
        let mut batch = Self {
            origins: Origins::default(),
            rows: Vec::new(),
            text: String::new(),
        };
        for envelope in request.resource_logs {
            batch
                .origins
                .push_resource(envelope.resource, envelope.schema_url);
            for scope in envelope.scope_logs {
                batch.origins.push_scope(scope.scope, scope.schema_url);
                for mut record in scope.log_records {
                    let attributes = stated(&mut batch.text, &mut record.attributes);
                    let body = body(&mut record);
                    batch.rows.push(Row {
                        from: batch.origins.last(),
                        record,
                        body,
                        attributes,
                    });
                }
            }
        }
        batch
    }

    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    pub(super) fn insert(
        self,
        conn: &Connection,
        dictionaries: &mut Dictionaries,
        partition: i64,
        today: i64,
        bounds: &mut Bounds,
    ) -> rusqlite::Result<()> {
        let origins = self.origins.ids(conn, dictionaries, today)?;
        let mut logs = conn.prepare_cached(&format!(
            "INSERT INTO logs_{partition}(ts, lag, severity, severity_text, event_name, body, trace_id, span_id, resource, scope, attributes, rest)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)"
        ))?;
        let mut words = conn.prepare_cached(&format!(
            "INSERT INTO logs_text_{partition}(rowid, body) VALUES (?1, ?2)"
        ))?;
        let mut blocks: BTreeMap<i64, Bounds> = BTreeMap::new();
        for row in self.rows {
            let Row {
                from,
                mut record,
                body,
                attributes,
            } = row;
            let (resource, scope) = origins.of(from);
            let (ts, lag) = times(&mut record);
            let severity = std::mem::take(&mut record.severity_number);
            let severity_text = std::mem::take(&mut record.severity_text);
            let event_name = std::mem::take(&mut record.event_name);
            let trace_id =
                (record.trace_id.len() == 16).then(|| std::mem::take(&mut record.trace_id));
            let span_id = (record.span_id.len() == 8).then(|| std::mem::take(&mut record.span_id));
            let rest = record.encode_to_vec();
            let id = logs.insert((
                ts,
                lag,
                severity,
                (!severity_text.is_empty()).then_some(&severity_text),
                (!event_name.is_empty()).then_some(&event_name),
                &body,
                trace_id,
                span_id,
                resource,
                scope,
                (!attributes.is_empty()).then(|| &self.text[attributes.clone()]),
                (!rest.is_empty()).then_some(&rest),
            ))?;
            if let Some(body) = &body
                && !body.is_empty()
            {
                words.execute((id, body))?;
            }
            bounds.cover(ts);
            blocks.entry(id / BLOCK).or_default().cover(ts);
        }
        let mut cover = conn.prepare_cached(
            "INSERT INTO log_block VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO UPDATE SET lowest = min(lowest, excluded.lowest), highest = max(highest, excluded.highest)",
        )?;
        for (block, Bounds(range)) in blocks {
            if let Some((lowest, highest)) = range {
                cover.execute((partition, block, lowest, highest))?;
            }
        }
        Ok(())
    }
}

/// Where the times of a partition's records lie: up to which record none is later than what. Records are numbered in the order in which
/// they came, and the highest time of each few thousand is kept: who looks for the newest from the end knows where to stop.
pub(crate) struct Horizon(Vec<(i64, i64)>);

impl Horizon {
    pub(crate) fn of(conn: &Connection, partition: i64) -> rusqlite::Result<Self> {
        let mut blocks = conn.prepare_cached(
            "SELECT block, highest FROM log_block WHERE partition = ?1 ORDER BY block",
        )?;
        let mut rows = blocks.query([partition])?;
        let (mut horizon, mut highest) = (Vec::new(), i64::MIN);
        while let Some(row) = rows.next()? {
            highest = highest.max(row.get(1)?);
            horizon.push((row.get(0)?, highest));
        }
        Ok(Self(horizon))
    }

    /// No record that came before `id`, nor it, is later than this.
    pub(crate) fn before(&self, id: i64) -> i64 {
        let behind = self.0.partition_point(|(block, _)| *block <= id / BLOCK);
        behind
            .checked_sub(1)
            .and_then(|at| self.0.get(at))
            .map_or(i64::MAX, |(_, highest)| *highest)
    }
}

/// The body as text. A body that is text is taken out of the record; any other stays in it, beside its JSON.
fn body(record: &mut LogRecord) -> Option<String> {
    match record.body.as_mut()?.value.as_mut() {
        Some(Value::StringValue(text)) => {
            let text = std::mem::take(text);
            record.body = None;
            Some(text)
        }
        Some(_) => {
            let mut text = String::new();
            if let Some(body) = &record.body {
                attributes::write_value(&mut text, body);
            }
            Some(text)
        }
        None => None,
    }
}

/// The time by which a record is found, and how much later it was observed. A record without a time is found by when it was observed,
/// and keeps that in its rest, which is how the two cases stay apart.
fn times(record: &mut LogRecord) -> (i64, Option<i64>) {
    let time = std::mem::take(&mut record.time_unix_nano).cast_signed();
    if time == 0 {
        return (record.observed_time_unix_nano.cast_signed(), None);
    }
    let observed = std::mem::take(&mut record.observed_time_unix_nano).cast_signed();
    (time, (observed != 0).then(|| observed.wrapping_sub(time)))
}

/// Puts a record together again.
pub(super) fn read_record(row: &rusqlite::Row<'_>) -> rusqlite::Result<LogRecord> {
    let rest: Option<Vec<u8>> = row.get("rest")?;
    let mut record = LogRecord::decode(rest.as_deref().unwrap_or_default()).unwrap_or_default();
    let ts: i64 = row.get("ts")?;
    if record.observed_time_unix_nano == 0 {
        record.time_unix_nano = ts.cast_unsigned();
        let lag: Option<i64> = row.get("lag")?;
        record.observed_time_unix_nano = lag.map_or(0, |lag| ts.wrapping_add(lag).cast_unsigned());
    }
    record.severity_number = row.get("severity")?;
    record.severity_text = row
        .get::<_, Option<String>>("severity_text")?
        .unwrap_or_default();
    record.event_name = row
        .get::<_, Option<String>>("event_name")?
        .unwrap_or_default();
    if record.body.is_none() {
        let body: Option<String> = row.get("body")?;
        record.body = body.map(|text| AnyValue {
            value: Some(Value::StringValue(text)),
        });
    }
    if let Some(id) = row.get("trace_id")? {
        record.trace_id = id;
    }
    if let Some(id) = row.get("span_id")? {
        record.span_id = id;
    }
    if record.attributes.is_empty() {
        record.attributes = read_attributes(row)?;
    }
    Ok(record)
}
