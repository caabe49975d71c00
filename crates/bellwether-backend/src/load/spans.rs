//! Spans.

use super::{SPANS_PER_TRACE, mixed, resource, scope, text, whole};
use crate::otlp::collector::trace::v1::ExportTraceServiceRequest;
use crate::otlp::common::v1::KeyValue;
use crate::otlp::trace::v1::{ResourceSpans, ScopeSpans, Span, Status, span::Event};

/// The id of a trace, by its number: the spans from ten times that on.
///
/// ```
/// assert_ne!(bellwether_backend::load::trace_id(1), bellwether_backend::load::trace_id(2));
/// ```
pub fn trace_id(number: u64) -> [u8; 16] {
    (u128::from(mixed(number * 2)) << 64 | u128::from(mixed(number * 2 + 1)))
        .max(1)
        .to_be_bytes()
}

fn span_id(number: u64) -> Vec<u8> {
    mixed(number << 20 | 7).max(1).to_be_bytes().to_vec()
}

/// Traces of ten spans, fifteen attributes a span, an event in every tenth.
pub(super) fn request(
    begins: u64,
    spacing: u64,
    first: u64,
    count: u64,
) -> ExportTraceServiceRequest {
    let spans = (first..first + count).map(|item| {
        let (trace, position) = (item / SPANS_PER_TRACE, item % SPANS_PER_TRACE);
        let start = begins + item * spacing;
        let operation = mixed(item) % 40;
        let mut attributes: Vec<KeyValue> = (0..10)
            .map(|n| {
                text(
                    ATTRIBUTES[n],
                    format!("value-{}", mixed(item + n as u64) % 1000),
                )
            })
            .collect();
        attributes.extend((10..15).map(|n| whole(ATTRIBUTES[n], mixed(item + n as u64) % 100_000)));
        Span {
            trace_id: trace_id(trace).to_vec(),
            span_id: span_id(item),
            parent_span_id: if position == 0 {
                Vec::new()
            } else {
                span_id(item - position)
            },
            name: format!("operation-{operation}"),
            kind: (operation % 5) as i32 + 1,
            flags: 1,
            start_time_unix_nano: start,
            end_time_unix_nano: start + mixed(item) % 50_000_000,
            attributes,
            events: if position == 3 {
                vec![Event {
                    time_unix_nano: start + 5,
                    name: "tool".to_owned(),
                    attributes: vec![text("tool", "Read".to_owned())],
                    ..Event::default()
                }]
            } else {
                Vec::new()
            },
            status: (item % 50 == 0).then(|| Status {
                message: "failed".to_owned(),
                code: 2,
            }),
            ..Span::default()
        }
    });
    let scope_spans = vec![ScopeSpans {
        scope: Some(scope()),
        spans: spans.collect(),
        schema_url: String::new(),
    }];
    ExportTraceServiceRequest {
        resource_spans: vec![ResourceSpans {
            resource: Some(resource(first / count.max(1) % 8)),
            scope_spans,
            schema_url: String::new(),
        }],
    }
}

const ATTRIBUTES: [&str; 15] = [
    "http.request.method",
    "http.route",
    "server.address",
    "url.scheme",
    "user_agent.original",
    "agent_type",
    "session.id",
    "model",
    "tool",
    "phase",
    "http.response.status_code",
    "gen_ai.usage.input_tokens",
    "gen_ai.usage.output_tokens",
    "thread.id",
    "code.line.number",
];
