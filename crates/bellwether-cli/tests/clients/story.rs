//! What the programs in `testing/clients` tell, and how it has to be found in the store.
//!
//! Everything is compared as whole documents, so that a field more or less is seen. What differs from run to run (ids, times) is
//! taken out and looked at by itself; what differs from SDK to SDK is named in [`Sdk`].

use std::collections::BTreeMap;
use std::ops::Range;

use serde_json::{Value, json};

pub(crate) const SCHEMA: &str = "https://opentelemetry.io/schemas/1.30.0";

/// What an SDK sends in its own way.
#[allow(
    clippy::struct_excessive_bools,
    reason = "each is a thing that an SDK does or does not do"
)]
pub(crate) struct Sdk {
    /// `telemetry.sdk.language`.
    pub(crate) language: &'static str,
    /// `telemetry.sdk.version`, as the lockfile has it.
    pub(crate) version: &'static str,
    /// The schema of its resource's attributes.
    pub(crate) resource_schema: Option<&'static str>,
    /// Whether scopes can have attributes.
    pub(crate) scope_attributes: bool,
    pub(crate) span_flags: u64,
    pub(crate) link_flags: u64,
    pub(crate) log_flags: u64,
    /// Whether the trace state of a link is sent.
    pub(crate) link_state: bool,
    /// Whether whole numbers of instruments are sent as such.
    pub(crate) whole_numbers: bool,
    /// Whether it takes exemplars.
    pub(crate) exemplars: bool,
}

/// Attributes of every type that all SDKs have, in the order of their keys.
fn every_type() -> Value {
    let list = |values: [Value; 2]| json!({"arrayValue": {"values": values}});
    json!([
        {"key": "real", "value": {"doubleValue": 0.25}},
        {"key": "reals", "value": list([json!({"doubleValue": 0.5}), json!({"doubleValue": 1.5})])},
        {"key": "text", "value": {"stringValue": "plan – 計画"}},
        {"key": "texts", "value": list([json!({"stringValue": "a"}), json!({"stringValue": "b"})])},
        {"key": "truth", "value": {"boolValue": true}},
        {"key": "truths", "value": list([json!({"boolValue": true}), json!({"boolValue": false})])},
        {"key": "whole", "value": {"intValue": "9007199254740991"}},
        {"key": "wholes", "value": list([json!({"intValue": "1"}), json!({"intValue": "-2"})])}
    ])
}

/// The same as the API answers it.
pub(crate) fn every_type_plainly() -> Value {
    json!({"text": "plan – 計画", "whole": 9_007_199_254_740_991_i64, "real": 0.25, "truth": true,
        "texts": ["a", "b"], "wholes": [1, -2], "reals": [0.5, 1.5], "truths": [true, false]})
}

/// With every list of attributes, and every map, in the order of keys: SDKs order them as they like.
fn sorted(value: &Value) -> Value {
    match value {
        Value::Array(items) => {
            let mut items: Vec<Value> = items.iter().map(sorted).collect();
            items.sort_by(|a, b| a["key"].as_str().cmp(&b["key"].as_str()));
            Value::Array(items)
        }
        Value::Object(fields) => fields
            .iter()
            .map(|(name, value)| (name.clone(), sorted(value)))
            .collect(),
        other => other.clone(),
    }
}

/// Takes a field out.
fn take(value: &mut Value, field: &str) -> Value {
    let fields = value.as_object_mut().unwrap();
    fields.remove(field).unwrap_or(Value::Null)
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

/// A time has to be of the run.
fn check_time(time: &Value, run: &Range<u128>) {
    let nanoseconds: u128 = text(time).parse().unwrap();
    assert!(run.contains(&nanoseconds), "{time} is not within {run:?}");
}

/// The contents of the scope of the story, after resource and scope were compared.
fn of_scope(document: &Value, signal: [&str; 3], service: &str, sdk: &Sdk) -> Vec<Value> {
    let [resources, scopes, items] = signal;
    let resources = document[resources].as_array().unwrap();
    assert_eq!(resources.len(), 1, "{document}");
    let (envelope, attributes) = (&resources[0], &resources[0]["resource"]["attributes"]);
    let attributes: BTreeMap<String, String> = attributes
        .as_array()
        .unwrap()
        .iter()
        .map(|pair| (text(&pair["key"]), text(&pair["value"]["stringValue"])))
        .collect();
    let expected = [
        ("deployment.environment.name", "test"),
        ("service.instance.id", "one"),
        ("service.name", service),
        ("telemetry.sdk.language", sdk.language),
        ("telemetry.sdk.name", "opentelemetry"),
        ("telemetry.sdk.version", sdk.version),
    ];
    let expected = expected.map(|(key, value)| (key.to_owned(), value.to_owned()));
    assert_eq!(attributes, BTreeMap::from(expected));
    assert_eq!(envelope["schemaUrl"].as_str(), sdk.resource_schema);

    let mut scope = json!({"name": "bellwether.clients", "version": "1.2.3"});
    if sdk.scope_attributes {
        scope["attributes"] = json!([{"key": "scope.attribute", "value": {"stringValue": "kept"}}]);
    }
    // The SDK for Java measures itself in scopes of its own.
    let found = envelope[scopes]
        .as_array()
        .unwrap()
        .iter()
        .find(|found| found["scope"]["name"] == scope["name"])
        .unwrap();
    assert_eq!(found["scope"], scope);
    assert_eq!(found["schemaUrl"], SCHEMA);
    found[items]
        .as_array()
        .unwrap()
        .iter()
        .map(sorted)
        .collect()
}

/// The ids of the trace that the story makes.
pub(crate) struct Ids {
    pub(crate) trace: String,
    pub(crate) parent: String,
    pub(crate) child: String,
}

pub(crate) fn check_traces(document: &Value, service: &str, sdk: &Sdk, run: &Range<u128>) -> Ids {
    let signal = ["resourceSpans", "scopeSpans", "spans"];
    let mut spans = of_scope(document, signal, service, sdk);
    spans.sort_by_key(|span| text(&span["name"]));
    let [child, parent] = &mut spans[..] else {
        panic!("two spans expected: {spans:?}");
    };
    for span in [&mut *child, &mut *parent] {
        check_time(&take(span, "startTimeUnixNano"), run);
        check_time(&take(span, "endTimeUnixNano"), run);
    }
    check_time(&take(&mut child["events"][0], "timeUnixNano"), run);
    let ids = Ids {
        trace: text(&parent["traceId"]),
        parent: text(&parent["spanId"]),
        child: text(&child["spanId"]),
    };
    assert_eq!(
        (ids.trace.len(), ids.parent.len(), ids.child.len()),
        (32, 16, 16)
    );
    assert_eq!(
        *parent,
        json!({"traceId": ids.trace, "spanId": ids.parent, "flags": sdk.span_flags, "name": "parent", "kind": 2,
            "attributes": every_type(), "status": {"code": 1}})
    );
    let mut link = json!({"traceId": "0102030405060708090a0b0c0d0e0f10", "spanId": "0102030405060708", "flags": sdk.link_flags,
        "attributes": [{"key": "why", "value": {"stringValue": "retry"}}]});
    if sdk.link_state {
        link["traceState"] = json!("a=b");
    }
    assert_eq!(
        *child,
        json!({"traceId": ids.trace, "spanId": ids.child, "parentSpanId": ids.parent, "flags": sdk.span_flags, "name": "child",
            "kind": 3, "events": [{"name": "tool.finished", "attributes": every_type()}], "links": [link],
            "status": {"code": 2, "message": "timed out"}})
    );
    ids
}

pub(crate) fn check_logs(document: &Value, service: &str, sdk: &Sdk, ids: &Ids, run: &Range<u128>) {
    let signal = ["resourceLogs", "scopeLogs", "logRecords"];
    let mut records = of_scope(document, signal, service, sdk);
    records.sort_by_key(|record| record["severityNumber"].as_u64());
    let [well, slow] = &mut records[..] else {
        panic!("two records expected: {records:?}");
    };
    check_time(&take(well, "observedTimeUnixNano"), run);
    // Not every SDK says when it happened, if the program does not.
    take(well, "timeUnixNano");
    assert_eq!(
        *well,
        json!({"severityNumber": 9, "severityText": "INFO", "body": {"stringValue": "all is well"}})
    );
    let body = json!([
        {"key": "attempt", "value": {"intValue": "2"}},
        {"key": "bytes", "value": {"bytesValue": "AQID"}},
        {"key": "inner", "value": {"kvlistValue": {"values": [{"key": "k", "value": {"stringValue": "v"}}]}}},
        {"key": "ok", "value": {"boolValue": false}},
        {"key": "seconds", "value": {"doubleValue": 0.25}},
        {"key": "tool", "value": {"stringValue": "Bash"}},
        {"key": "words", "value": {"arrayValue": {"values": [{"stringValue": "a"}, {"stringValue": "b"}]}}}
    ]);
    assert_eq!(
        *slow,
        json!({"timeUnixNano": "1700000000000000001", "observedTimeUnixNano": "1700000000000000002", "severityNumber": 13,
            "severityText": "WARN", "eventName": "tool.slow", "body": {"kvlistValue": {"values": body}},
            "attributes": every_type(), "flags": sdk.log_flags, "traceId": ids.trace, "spanId": ids.child})
    );
}

pub(crate) fn check_metrics(
    document: &Value,
    service: &str,
    sdk: &Sdk,
    ids: &Ids,
    run: &Range<u128>,
) {
    let signal = ["resourceMetrics", "scopeMetrics", "metrics"];
    let mut metrics = of_scope(document, signal, service, sdk);
    metrics.sort_by_key(|metric| text(&metric["name"]));
    for metric in &mut metrics {
        let kinds = ["sum", "gauge", "histogram", "exponentialHistogram"];
        let kind = kinds.into_iter().find(|kind| metric.get(kind).is_some());
        let points = metric[kind.unwrap()]["dataPoints"].as_array_mut().unwrap();
        assert_eq!(points.len(), 1, "{points:?}");
        let point = &mut points[0];
        check_time(&take(point, "timeUnixNano"), run);
        let start = take(point, "startTimeUnixNano");
        // A gauge has no beginning; some SDKs say one.
        if kind != Some("gauge") || !start.is_null() {
            check_time(&start, run);
        }
        check_exemplars(&take(point, "exemplars"), sdk, ids, run);
        if kind == Some("exponentialHistogram") {
            point["positive"] = filled(&point["positive"]);
            point["negative"] = filled(&point["negative"]);
        }
    }

    let whole = |number: i64| {
        if sdk.whole_numbers {
            json!({"asInt": number.to_string()})
        } else {
            json!({"asDouble": number as f64})
        }
    };
    let with = |key: &str, value: &str, mut point: Value| {
        point["attributes"] = json!([{"key": key, "value": {"stringValue": value}}]);
        point
    };
    let ok = |point: Value| with("outcome", "ok", point);
    let duration = json!({"count": "3", "sum": 3.25, "min": 0.05, "max": 3.0, "bucketCounts": ["1", "1", "1"], "explicitBounds": [0.1, 1.0]});
    // At scale 3 a bucket ends at 2^((index + 1) / 8): 1 ends the one before 0, 3 lies below 2^(13/8), 1000 below 2^(80/8).
    let size = json!({"count": "4", "sum": 1004.0, "min": 0.0, "max": 1000.0, "scale": 3, "zeroCount": "1",
        "positive": {"-1": "1", "12": "1", "79": "1"}, "negative": {}});
    let expected = json!([
        {"name": "client.calls", "unit": "{call}", "description": "Calls.",
            "sum": {"isMonotonic": true, "aggregationTemporality": 2, "dataPoints": [ok(whole(5))]}},
        {"name": "client.duration", "unit": "s", "description": "Of a call.",
            "histogram": {"aggregationTemporality": 2, "dataPoints": [ok(duration)]}},
        {"name": "client.size", "unit": "By", "description": "Of a message.",
            "exponentialHistogram": {"aggregationTemporality": 2, "dataPoints": [size]}},
        {"name": "client.temperature", "unit": "Cel", "description": "Of the room.",
            "gauge": {"dataPoints": [with("room", "north", json!({"asDouble": 21.5}))]}},
        {"name": "client.waiting", "unit": "{call}", "description": "Calls that wait.",
            "sum": {"aggregationTemporality": 2, "dataPoints": [whole(-2)]}},
    ]);
    assert_eq!(Value::Array(metrics), expected);
}

/// Each points at the span in which it was measured. How many an SDK keeps is its own affair.
fn check_exemplars(exemplars: &Value, sdk: &Sdk, ids: &Ids, run: &Range<u128>) {
    let exemplars = exemplars.as_array().map_or(&[][..], Vec::as_slice);
    assert_eq!(!exemplars.is_empty(), sdk.exemplars, "{exemplars:?}");
    let measured = [2.0, 3.0, -5.0, 21.5, 0.05, 0.2, 1.0, 1000.0, 0.0];
    for exemplar in exemplars {
        check_time(&exemplar["timeUnixNano"], run);
        assert_eq!(exemplar["traceId"], ids.trace);
        assert_eq!(exemplar["spanId"], ids.child);
        let whole = exemplar["asInt"]
            .as_str()
            .and_then(|number| number.parse().ok());
        let value = exemplar["asDouble"].as_f64().or(whole).unwrap();
        assert!(measured.contains(&value), "{exemplar}");
    }
}

/// The buckets that hold something, by index: how many empty ones are sent beside them is an SDK's own affair.
fn filled(buckets: &Value) -> Value {
    let offset = buckets["offset"].as_i64().unwrap_or(0);
    let counts = buckets["bucketCounts"].as_array();
    (offset..)
        .zip(counts.into_iter().flatten())
        .filter(|(_, count)| *count != "0")
        .map(|(index, count)| (index.to_string(), count.clone()))
        .collect()
}
