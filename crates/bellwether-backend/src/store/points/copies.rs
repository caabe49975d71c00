//! What is rare: a second point of the same series and time, and exemplars.

use prost::Message as _;
use rusqlite::Connection;

use super::Row;
use super::kinds::Number;
use super::read::read_exemplars;
use crate::otlp::metrics::v1::{Exemplar, exemplar};
use crate::store::batch::stated;

/// The tables of one partition, for what is rare.
pub(super) struct Table<'a> {
    pub(super) conn: &'a Connection,
    pub(super) partition: i64,
}

impl Table<'_> {
    /// A second point of the same series and time: none when it is there already, else the number of the copy.
    pub(super) fn put_copy(
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

    pub(super) fn put_exemplars(
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
            let stated = stated(&mut text, &mut exemplar.filtered_attributes);
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
