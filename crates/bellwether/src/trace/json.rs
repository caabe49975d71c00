//! Finished spans as OTLP/JSON: field names in lower camel case, ids in hex, 64-bit integers as strings (OTLP specification,
//! "JSON Protobuf Encoding"). The result can be sent to `/v1/traces` of any OTLP receiver as it is.

use std::time::{SystemTime, UNIX_EPOCH};

use opentelemetry::trace::{SpanKind, Status, TraceState};
use opentelemetry::{Array, InstrumentationScope, KeyValue, Value};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::SpanData;
use serde_json::{Map, Value as Json, json};

/// Bit 8 of `flags` says that bit 9 is set or not on purpose; bit 9 that the parent is remote (OTLP `SpanFlags`).
const HAS_IS_REMOTE: u32 = 0x100;
const IS_REMOTE: u32 = 0x200;

/// An `ExportTraceServiceRequest`: one resource, one list of spans a scope.
pub(super) fn request(resource: Option<&Resource>, spans: &[SpanData]) -> Json {
    if spans.is_empty() {
        return json!({ "resourceSpans": [] });
    }
    let mut scopes: Vec<(&InstrumentationScope, Vec<Json>)> = Vec::new();
    for data in spans {
        let scope = &data.instrumentation_scope;
        let rendered = span(data);
        match scopes.iter_mut().find(|(other, _)| *other == scope) {
            Some((_, spans)) => spans.push(rendered),
            None => scopes.push((scope, vec![rendered])),
        }
    }
    let scope_spans: Vec<Json> = scopes
        .into_iter()
        .map(|(scope, spans)| json!({ "scope": scope_json(scope), "spans": spans }))
        .collect();
    let resource_attributes: Vec<Json> = resource
        .into_iter()
        .flat_map(Resource::iter)
        .map(|(key, value)| attribute(key.as_str(), value))
        .collect();
    json!({ "resourceSpans": [{
        "resource": { "attributes": resource_attributes },
        "scopeSpans": scope_spans,
    }]})
}

fn scope_json(scope: &InstrumentationScope) -> Json {
    let mut fields = Map::new();
    fields.insert("name".into(), scope.name().into());
    if let Some(version) = scope.version() {
        fields.insert("version".into(), version.into());
    }
    let attributes: Vec<Json> = scope
        .attributes()
        .map(|kv| attribute(kv.key.as_str(), &kv.value))
        .collect();
    if !attributes.is_empty() {
        fields.insert("attributes".into(), attributes.into());
    }
    fields.into()
}

fn span(data: &SpanData) -> Json {
    let ids = &data.span_context;
    let mut fields = Map::new();
    let mut set = |name: &str, value: Json| fields.insert(name.to_owned(), value);
    set("traceId", format!("{:032x}", ids.trace_id()).into());
    set("spanId", format!("{:016x}", ids.span_id()).into());
    set_trace_state(&mut set, ids.trace_state());
    let has_parent = data.parent_span_id != opentelemetry::trace::SpanId::INVALID;
    if has_parent {
        set(
            "parentSpanId",
            format!("{:016x}", data.parent_span_id).into(),
        );
    }
    let remote = if data.parent_span_is_remote {
        IS_REMOTE
    } else {
        0
    };
    set(
        "flags",
        (u32::from(ids.trace_flags().to_u8()) | HAS_IS_REMOTE | remote).into(),
    );
    set("name", data.name.as_ref().into());
    set("kind", kind(&data.span_kind).into());
    set("startTimeUnixNano", nanos(data.start_time).into());
    set("endTimeUnixNano", nanos(data.end_time).into());
    set("attributes", attributes(&data.attributes));
    set(
        "droppedAttributesCount",
        data.dropped_attributes_count.into(),
    );
    let events: Vec<Json> = data
        .events
        .iter()
        .map(|event| {
            json!({
                "timeUnixNano": nanos(event.timestamp),
                "name": event.name.as_ref(),
                "attributes": attributes(&event.attributes),
                "droppedAttributesCount": event.dropped_attributes_count,
            })
        })
        .collect();
    set("events", events.into());
    set("droppedEventsCount", data.events.dropped_count.into());
    let links: Vec<Json> = data.links.iter().map(link).collect();
    set("links", links.into());
    set("droppedLinksCount", data.links.dropped_count.into());
    set("status", status(&data.status));
    fields.into()
}

fn link(link: &opentelemetry::trace::Link) -> Json {
    let ids = &link.span_context;
    let mut fields = Map::new();
    let mut set = |name: &str, value: Json| fields.insert(name.to_owned(), value);
    set("traceId", format!("{:032x}", ids.trace_id()).into());
    set("spanId", format!("{:016x}", ids.span_id()).into());
    set_trace_state(&mut set, ids.trace_state());
    set("attributes", attributes(&link.attributes));
    set(
        "droppedAttributesCount",
        link.dropped_attributes_count.into(),
    );
    let remote = if ids.is_remote() { IS_REMOTE } else { 0 };
    set(
        "flags",
        (u32::from(ids.trace_flags().to_u8()) | HAS_IS_REMOTE | remote).into(),
    );
    fields.into()
}

fn set_trace_state(set: &mut impl FnMut(&str, Json) -> Option<Json>, state: &TraceState) {
    let header = state.header();
    if !header.is_empty() {
        set("traceState", header.into());
    }
}

/// OTLP numbers kinds from one; zero is "unspecified".
fn kind(kind: &SpanKind) -> u8 {
    match kind {
        SpanKind::Internal => 1,
        SpanKind::Server => 2,
        SpanKind::Client => 3,
        SpanKind::Producer => 4,
        SpanKind::Consumer => 5,
    }
}

fn status(status: &Status) -> Json {
    match status {
        Status::Unset => json!({}),
        Status::Ok => json!({ "code": 1 }),
        Status::Error { description } if description.is_empty() => json!({ "code": 2 }),
        Status::Error { description } => json!({ "code": 2, "message": description }),
    }
}

/// A time before 1970 is written as zero, as OTLP has no negative times.
fn nanos(time: SystemTime) -> String {
    let since_epoch = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    since_epoch.as_nanos().to_string()
}

fn attributes(attributes: &[KeyValue]) -> Json {
    attributes
        .iter()
        .map(|kv| attribute(kv.key.as_str(), &kv.value))
        .collect::<Vec<_>>()
        .into()
}

fn attribute(key: &str, value: &Value) -> Json {
    json!({ "key": key, "value": any_value(value) })
}

fn any_value(value: &Value) -> Json {
    match value {
        Value::Bool(value) => boolean(*value),
        Value::I64(value) => integer(*value),
        Value::F64(value) => double(*value),
        Value::String(value) => json!({ "stringValue": value.as_str() }),
        Value::Array(Array::Bool(values)) => array(values, |value| boolean(*value)),
        Value::Array(Array::I64(values)) => array(values, |value| integer(*value)),
        Value::Array(Array::F64(values)) => array(values, |value| double(*value)),
        Value::Array(Array::String(values)) => {
            array(values, |value| json!({ "stringValue": value.as_str() }))
        }
        // The API may gain kinds of values; until then their text is better than nothing.
        other => json!({ "stringValue": other.as_str() }),
    }
}

fn array<T>(values: &[T], element: impl Fn(&T) -> Json) -> Json {
    let values: Vec<Json> = values.iter().map(element).collect();
    json!({ "arrayValue": { "values": values } })
}

fn boolean(value: bool) -> Json {
    json!({ "boolValue": value })
}

fn integer(value: i64) -> Json {
    json!({ "intValue": value.to_string() })
}

/// JSON has no NaN and no infinities; Protobuf's mapping writes them as strings.
fn double(value: f64) -> Json {
    let value = match value {
        value if value.is_nan() => "NaN".into(),
        f64::INFINITY => "Infinity".into(),
        f64::NEG_INFINITY => "-Infinity".into(),
        value => json!(value),
    };
    json!({ "doubleValue": value })
}

#[cfg(test)]
#[path = "tests/json.rs"]
mod tests;
