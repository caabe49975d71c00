//! Which trace and span a record belongs to.
//!
//! What the record says itself wins, then the span that is current in the OpenTelemetry context. A record that names
//! another trace than the current one takes nothing from the current span: its span would belong to the wrong trace.
//! An id that is not hexadecimal of the right length (W3C Trace Context §3.2.2) is kept as text.

use std::fmt;

use opentelemetry::trace::{SpanContext, SpanId, TraceFlags, TraceId};

use super::fields::Fields;
use super::parents::ParentSpans;

/// An id, or text that stands where one should.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Id<T> {
    Valid(T),
    Text(Box<str>),
}

impl<T: fmt::Display> fmt::Display for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Valid(id) => id.fmt(f),
            Self::Text(text) => f.write_str(text),
        }
    }
}

/// The ids of one record.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Ids {
    pub(super) trace: Option<Id<TraceId>>,
    pub(super) span: Option<Id<SpanId>>,
    pub(super) parent: Option<Id<SpanId>>,
    pub(super) flags: Option<TraceFlags>,
}

impl Ids {
    /// Takes the ids out of the fields and completes them from the span that is current.
    pub(super) fn resolve(
        fields: &mut Fields,
        current: Option<&SpanContext>,
        parents: &ParentSpans,
    ) -> Self {
        let trace = fields.trace_id.take().map(|text| trace_id(&text));
        let span = fields.span_id.take().map(|text| span_id(&text));
        let parent = fields.parent_span_id.take().map(|text| span_id(&text));

        let same_trace = |context: &&SpanContext| {
            trace
                .as_ref()
                .is_none_or(|id| *id == Id::Valid(context.trace_id()))
        };
        let Some(current) = current
            .filter(|context| context.is_valid())
            .filter(same_trace)
        else {
            return Self {
                trace,
                span,
                parent,
                flags: None,
            };
        };

        let span = span.unwrap_or_else(|| Id::Valid(current.span_id()));
        let parent = parent.or_else(|| match &span {
            Id::Valid(id) => parents.parent_of(*id).map(Id::Valid),
            Id::Text(_) => None,
        });
        Self {
            trace: Some(Id::Valid(current.trace_id())),
            span: Some(span),
            parent,
            flags: Some(current.trace_flags()),
        }
    }
}

fn is_hex(text: &str, length: usize) -> bool {
    text.len() == length && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

fn trace_id(text: &str) -> Id<TraceId> {
    let id = is_hex(text, 32).then(|| TraceId::from_hex(text).ok());
    match id.flatten().filter(|id| *id != TraceId::INVALID) {
        Some(id) => Id::Valid(id),
        None => Id::Text(text.into()),
    }
}

fn span_id(text: &str) -> Id<SpanId> {
    let id = is_hex(text, 16).then(|| SpanId::from_hex(text).ok());
    match id.flatten().filter(|id| *id != SpanId::INVALID) {
        Some(id) => Id::Valid(id),
        None => Id::Text(text.into()),
    }
}
