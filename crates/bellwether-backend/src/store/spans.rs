//! Spans: a batch is prepared where the request is decoded, and inserted by the writer.

use std::collections::HashMap;
use std::ops::Range;

use prost::Message as _;
use rusqlite::{CachedStatement, Connection};

use super::attributes;
use super::batch::{Bounds, Rejected, stated};
use super::dictionary::{Dictionaries, hash, insert};
use super::origin::{From, Origins};
use super::red::Red;
use super::span_row::{Repetitions, SpanRow};
use crate::otlp::collector::trace::v1::ExportTraceServiceRequest;
use crate::otlp::trace::v1::Span;
use crate::otlp::trace::v1::span::{Event, Link};

/// The spans of one request.
pub(crate) struct SpanBatch {
    origins: Origins,
    rows: Vec<Row>,
    /// All JSON of the batch, one behind another.
    text: String,
}

/// A span whose attributes, and those of its events and links, stand in the batch's text.
struct Row {
    from: From,
    span: Span,
    attributes: Range<usize>,
    parts: Vec<Range<usize>>,
}

impl SpanBatch {
    /// Takes a request apart. Spans without a valid id are left out and counted.
    pub(crate) fn new(request: ExportTraceServiceRequest) -> (Self, Rejected) {
        let mut batch = Self {
            origins: Origins::default(),
            rows: Vec::new(),
            text: String::new(),
        };
        let mut rejected = Rejected::default();
        for envelope in request.resource_spans {
            batch
                .origins
                .push_resource(envelope.resource, envelope.schema_url);
            for scope in envelope.scope_spans {
                batch.origins.push_scope(scope.scope, scope.schema_url);
                for span in scope.spans {
                    match invalid(&span) {
                        None => batch.push(span),
                        Some(reason) => rejected.add(reason),
                    }
                }
            }
        }
        (batch, rejected)
    }

    fn push(&mut self, mut span: Span) {
        let attributes = stated(&mut self.text, &mut span.attributes);
        let mut parts = Vec::with_capacity(span.events.len() + span.links.len());
        for event in &mut span.events {
            parts.push(stated(&mut self.text, &mut event.attributes));
        }
        for link in &mut span.links {
            parts.push(stated(&mut self.text, &mut link.attributes));
        }
        self.rows.push(Row {
            from: self.origins.last(),
            span,
            attributes,
            parts,
        });
    }

    pub(super) fn len(&self) -> usize {
        self.rows.len()
    }

    pub(super) fn insert(
        self,
        conn: &Connection,
        dictionaries: &mut Dictionaries,
        red: &mut Red,
        partition: i64,
        today: i64,
        bounds: &mut Bounds,
    ) -> rusqlite::Result<u64> {
        let origins = self.origins.ids(conn, dictionaries, today)?;
        let mut repetitions = Repetitions::new(conn, partition)?;
        let mut duplicates = 0;
        let mut into = Into::new(conn, partition)?;
        let mut operations: HashMap<(usize, i32, String), i64> = HashMap::new();
        for Row {
            from,
            mut span,
            attributes,
            parts,
        } in self.rows
        {
            let key = (
                from.resource,
                std::mem::take(&mut span.kind),
                std::mem::take(&mut span.name),
            );
            let operation = if let Some(id) = operations.get(&key) {
                *id
            } else {
                let id = operation(
                    conn,
                    dictionaries,
                    self.origins.service(from),
                    &key.2,
                    key.1,
                    today,
                )?;
                operations.insert(key, id);
                id
            };
            let start = span.start_time_unix_nano.cast_signed();
            let duration = duration(&span);
            let status = span.status.as_ref().map_or(0, |status| status.code);
            let texts = Texts {
                all: &self.text,
                attributes,
                parts,
            };
            let row = SpanRow::new(span, (operation, origins.of(from)), &texts);
            if repetitions.contain(&row)? {
                duplicates += 1;
                continue;
            }
            into.put(&row)?;
            bounds.cover(start);
            red.add(operation, status, start, duration.unwrap_or(0));
        }
        Ok(duplicates)
    }
}

/// The statements that fill a partition.
struct Into<'a> {
    spans: CachedStatement<'a>,
    events: CachedStatement<'a>,
    links: CachedStatement<'a>,
}

/// Where the attributes of a span and of its events and links stand.
pub(super) struct Texts<'a> {
    pub(super) all: &'a str,
    pub(super) attributes: Range<usize>,
    pub(super) parts: Vec<Range<usize>>,
}

impl<'a> Into<'a> {
    fn new(conn: &'a Connection, partition: i64) -> rusqlite::Result<Self> {
        let spans = conn.prepare_cached(&format!(
            "INSERT INTO spans_{partition}(trace_id, span_id, parent_id, operation, resource, scope, start, duration, status, status_message, attributes, rest)
             VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12)"
        ))?;
        let events = conn.prepare_cached(&format!(
            "INSERT INTO events_{partition} VALUES (?1, ?2, ?3, ?4, ?5, ?6)"
        ))?;
        let links = conn.prepare_cached(&format!(
            "INSERT INTO links_{partition} VALUES (?1, ?2, ?3, ?4, ?5, ?6)"
        ))?;
        Ok(Self {
            spans,
            events,
            links,
        })
    }

    fn put(&mut self, row: &SpanRow<'_>) -> rusqlite::Result<()> {
        let id = self.spans.insert((
            &row.trace_id,
            &row.span_id,
            &row.parent,
            row.operation,
            row.origin.0,
            row.origin.1,
            row.start,
            row.duration,
            row.code,
            row.message(),
            row.attributes,
            &row.rest,
        ))?;
        for (position, (ts, name, attributes, rest)) in row.events.iter().enumerate() {
            let position = position as i64;
            self.events
                .execute((id, position, ts, name, attributes, rest))?;
        }
        for (position, (trace_id, span_id, attributes, rest)) in row.links.iter().enumerate() {
            let position = position as i64;
            self.links
                .execute((id, position, trace_id, span_id, attributes, rest))?;
        }
        Ok(())
    }
}

/// None for a span without an end.
pub(super) fn duration(span: &Span) -> Option<i64> {
    (span.end_time_unix_nano != 0).then(|| {
        span.end_time_unix_nano
            .wrapping_sub(span.start_time_unix_nano)
            .cast_signed()
    })
}

fn operation(
    conn: &Connection,
    dictionaries: &mut Dictionaries,
    service: &str,
    name: &str,
    kind: i32,
    today: i64,
) -> rusqlite::Result<i64> {
    let mut content = Vec::with_capacity(service.len() + name.len() + 12);
    content.extend_from_slice(&(service.len() as u64).to_le_bytes());
    content.extend_from_slice(service.as_bytes());
    content.extend_from_slice(&kind.to_le_bytes());
    content.extend_from_slice(name.as_bytes());
    dictionaries.operations.id(conn, hash(&content), today, |key| {
        insert(conn, "INSERT INTO operation(hash, service, name, kind, seen) VALUES (?1, ?2, ?3, ?4, ?5)", (key, service, name, kind, today))
    })
}

/// Why a span cannot be stored: an id that is none.
fn invalid(span: &Span) -> Option<&'static str> {
    if span.trace_id.len() != 16 {
        return Some("trace_id is not 16 bytes (in JSON: 32 hexadecimal digits)");
    }
    if span.span_id.len() != 8 {
        return Some("span_id is not 8 bytes (in JSON: 16 hexadecimal digits)");
    }
    if span.trace_id.iter().all(|byte| *byte == 0) {
        return Some("trace_id is all zeros");
    }
    span.span_id
        .iter()
        .all(|byte| *byte == 0)
        .then_some("span_id is all zeros")
}

/// Nothing stands for no attributes.
pub(super) fn text<'a>(all: &'a str, range: &Range<usize>) -> Option<&'a str> {
    (!range.is_empty()).then(|| &all[range.clone()])
}

/// Puts a span together again. `operation` is name and kind.
pub(super) fn read_span(
    row: &rusqlite::Row<'_>,
    name: String,
    kind: i32,
) -> rusqlite::Result<Span> {
    let rest: Option<Vec<u8>> = row.get("rest")?;
    let mut span = Span::decode(rest.as_deref().unwrap_or_default()).unwrap_or_default();
    span.trace_id = row.get("trace_id")?;
    span.span_id = row.get("span_id")?;
    if let Some(parent) = row.get("parent_id")? {
        span.parent_span_id = parent;
    }
    span.name = name;
    span.kind = kind;
    let start: i64 = row.get("start")?;
    let duration: Option<i64> = row.get("duration")?;
    span.start_time_unix_nano = start.cast_unsigned();
    span.end_time_unix_nano =
        duration.map_or(0, |duration| start.wrapping_add(duration).cast_unsigned());
    let code: Option<i32> = row.get("status")?;
    let message: Option<String> = row.get("status_message")?;
    span.status = code.map(|code| crate::otlp::trace::v1::Status {
        code,
        message: message.unwrap_or_default(),
    });
    if span.attributes.is_empty() {
        span.attributes = read_attributes(row)?;
    }
    Ok(span)
}

pub(super) fn read_event(row: &rusqlite::Row<'_>) -> rusqlite::Result<Event> {
    let rest: Option<Vec<u8>> = row.get("rest")?;
    let mut event = Event::decode(rest.as_deref().unwrap_or_default()).unwrap_or_default();
    event.time_unix_nano = row.get::<_, i64>("ts")?.cast_unsigned();
    event.name = row.get("name")?;
    if event.attributes.is_empty() {
        event.attributes = read_attributes(row)?;
    }
    Ok(event)
}

pub(super) fn read_link(row: &rusqlite::Row<'_>) -> rusqlite::Result<Link> {
    let rest: Option<Vec<u8>> = row.get("rest")?;
    let mut link = Link::decode(rest.as_deref().unwrap_or_default()).unwrap_or_default();
    link.trace_id = row.get("trace_id")?;
    link.span_id = row.get("span_id")?;
    if link.attributes.is_empty() {
        link.attributes = read_attributes(row)?;
    }
    Ok(link)
}

pub(super) fn read_attributes(
    row: &rusqlite::Row<'_>,
) -> rusqlite::Result<Vec<crate::otlp::common::v1::KeyValue>> {
    let text: Option<String> = row.get("attributes")?;
    Ok(text.map(|text| attributes::read(&text)).unwrap_or_default())
}
