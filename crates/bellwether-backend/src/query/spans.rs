//! The spans of a trace as lines, parents before children.

use std::collections::{HashMap, HashSet};

use serde::Serialize;
use serde_json::{Map, Value};

use crate::hex;
use crate::otlp::common::v1::KeyValue;
use crate::otlp::trace::v1::span::Link;
use crate::otlp::trace::v1::{Span, TracesData};
use crate::store::attributes_text;

/// A span in a trace.
///
/// ```
/// # use bellwether_backend::query::SpanLine;
/// fn indent(span: &SpanLine) -> String { "  ".repeat(span.depth) }
/// ```
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SpanLine {
    /// How many ancestors it has that are there.
    pub depth: usize,
    /// In hexadecimal.
    pub span_id: String,
    /// In hexadecimal; none of a root.
    pub parent_span_id: Option<String>,
    /// Its name.
    pub name: String,
    /// The service that it belongs to.
    pub service: String,
    /// internal, server, client, producer, consumer or unspecified.
    pub kind: &'static str,
    /// Nanoseconds since 1970.
    pub start: i64,
    /// Nanoseconds; none of a span that has not ended.
    pub duration: Option<i64>,
    /// unset, ok or error.
    pub status: &'static str,
    /// What an error said.
    pub status_message: String,
    /// Attributes.
    pub attributes: Map<String, Value>,
    /// Names of its events, in order.
    pub events: Vec<String>,
    /// Spans that it points at, of whichever trace.
    pub links: Vec<SpanLink>,
}

/// What a span is linked to: the messages a batch was made of, the attempt before a retry.
///
/// ```
/// # use bellwether_backend::query::SpanLink;
/// fn elsewhere<'a>(links: &'a [SpanLink], trace: &str) -> Option<&'a SpanLink> {
///     links.iter().find(|link| link.trace_id != trace)
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct SpanLink {
    /// In hexadecimal.
    pub trace_id: String,
    /// In hexadecimal.
    pub span_id: String,
    /// Attributes of the link.
    pub attributes: Map<String, Value>,
}

/// The spans of `trace` in the order of a tree: each before its children, siblings by start. A span whose parent is missing stands where
/// a root would; copies and circles end nothing.
///
/// ```no_run
/// # fn main() -> Result<(), bellwether_backend::StoreError> {
/// let store = bellwether_backend::Store::open_read_only("telemetry.db")?;
/// for span in bellwether_backend::query::span_lines(&store.trace([1; 16])?) {
///     println!("{}{}", "  ".repeat(span.depth), span.name);
/// }
/// # Ok(()) }
/// ```
pub fn span_lines(trace: &TracesData) -> Vec<SpanLine> {
    let mut spans: Vec<(String, &Span)> = Vec::new();
    for envelope in &trace.resource_spans {
        let attributes = envelope.resource.as_ref().map(|r| json(&r.attributes));
        let service = attributes
            .and_then(|a| a.get("service.name").map(super::labels::label_text))
            .unwrap_or_else(|| "unknown_service".to_owned());
        for span in envelope.scope_spans.iter().flat_map(|scope| &scope.spans) {
            spans.push((service.clone(), span));
        }
    }
    spans.sort_by_key(|(_, span)| span.start_time_unix_nano);
    let known: HashSet<&[u8]> = spans.iter().map(|(_, s)| s.span_id.as_slice()).collect();
    let mut children: HashMap<&[u8], Vec<usize>> = HashMap::new();
    let mut stack: Vec<(usize, usize)> = Vec::new();
    for (at, (_, span)) in spans.iter().enumerate().rev() {
        if known.contains(span.parent_span_id.as_slice()) && span.parent_span_id != span.span_id {
            children.entry(&span.parent_span_id).or_default().push(at);
        } else {
            stack.push((at, 0));
        }
    }
    let mut is_done = vec![false; spans.len()];
    let mut lines = Vec::with_capacity(spans.len());
    // What is left after the roots are spans in a circle: each then stands for itself.
    let mut rest = 0..spans.len();
    loop {
        let Some((at, depth)) = stack.pop() else {
            match rest.next() {
                Some(at) => stack.push((at, 0)),
                None => return lines,
            }
            continue;
        };
        if std::mem::replace(&mut is_done[at], true) {
            continue;
        }
        let (service, span) = &spans[at];
        lines.push(line(depth, service, span));
        if let Some(below) = children.get(span.span_id.as_slice()) {
            stack.extend(below.iter().map(|at| (*at, depth + 1)));
        }
    }
}

fn line(depth: usize, service: &str, span: &Span) -> SpanLine {
    let status = span.status.as_ref();
    SpanLine {
        depth,
        span_id: hex(&span.span_id),
        parent_span_id: (!span.parent_span_id.is_empty()).then(|| hex(&span.parent_span_id)),
        name: span.name.clone(),
        service: service.to_owned(),
        kind: kind_name(span.kind),
        start: span.start_time_unix_nano.cast_signed(),
        duration: (span.end_time_unix_nano != 0).then(|| {
            span.end_time_unix_nano
                .saturating_sub(span.start_time_unix_nano)
                .cast_signed()
        }),
        status: match status.map_or(0, |status| status.code) {
            1 => "ok",
            2 => "error",
            _ => "unset",
        },
        status_message: status.map(|s| s.message.clone()).unwrap_or_default(),
        attributes: json(&span.attributes),
        events: span.events.iter().map(|event| event.name.clone()).collect(),
        links: span.links.iter().map(link).collect(),
    }
}

fn link(link: &Link) -> SpanLink {
    SpanLink {
        trace_id: hex(&link.trace_id),
        span_id: hex(&link.span_id),
        attributes: json(&link.attributes),
    }
}

/// What OTLP numbers 1 to 5.
pub(super) fn kind_name(kind: i32) -> &'static str {
    match kind {
        1 => "internal",
        2 => "server",
        3 => "client",
        4 => "producer",
        5 => "consumer",
        _ => "unspecified",
    }
}

fn json(attributes: &[KeyValue]) -> Map<String, Value> {
    super::labels::parse_labels(Some(&attributes_text(attributes)))
}
