//! Attributes as labels, written once for all samples of a point.

use std::fmt::Write;

use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{AnyValue, InstrumentationScope, KeyValue};

use super::names;

/// Labels as they stand between braces: `a="b",c="d"`, or nothing. Labels that samples of histograms add themselves
/// (`reserved`) are renamed.
pub(super) fn of_attributes(attributes: &[KeyValue], reserved: &[&str]) -> String {
    let mut text = String::with_capacity(attributes.len() * 24);
    append(&mut text, attributes, reserved);
    text
}

/// As [`of_attributes`], appended.
pub(super) fn append(text: &mut String, attributes: &[KeyValue], reserved: &[&str]) {
    let name = |attribute: &KeyValue| {
        let name = names::label(&attribute.key).into_owned();
        if reserved.contains(&name.as_str()) {
            return format!("exported_{name}");
        }
        name
    };
    let is_plain = |attribute: &KeyValue| matches!(names::label(&attribute.key), std::borrow::Cow::Borrowed(key) if !reserved.contains(&key));
    if attributes.iter().all(is_plain) {
        for attribute in attributes {
            push(text, &attribute.key, |text| value(text, attribute));
        }
        return;
    }
    // Two keys may become one name; their values stand together then, in the order of the keys.
    let mut sorted: Vec<(String, &KeyValue)> =
        attributes.iter().map(|one| (name(one), one)).collect();
    sorted.sort_by(|(a, one), (b, other)| (a, &one.key).cmp(&(b, &other.key)));
    for same in sorted.chunk_by(|(a, _), (b, _)| a == b) {
        push(text, &same[0].0, |text| {
            for (at, (_, attribute)) in same.iter().enumerate() {
                if at > 0 {
                    text.push(';');
                }
                value(text, attribute);
            }
        });
    }
}

/// Labels of a scope, as the compatibility specification names them.
pub(super) fn of_scope(scope: Option<&InstrumentationScope>, schema_url: &str) -> String {
    let mut text = String::new();
    let Some(scope) = scope else { return text };
    let fixed = [
        ("otel_scope_name", scope.name.as_str()),
        ("otel_scope_version", scope.version.as_str()),
        ("otel_scope_schema_url", schema_url),
    ];
    for (name, value) in fixed.into_iter().filter(|(_, value)| !value.is_empty()) {
        push(&mut text, name, |text| escape(text, value));
    }
    let attributes: Vec<KeyValue> = scope
        .attributes
        .iter()
        .filter(|one| !matches!(one.key.as_str(), "name" | "version" | "schema_url"))
        .map(|one| KeyValue {
            key: format!("otel_scope_{}", one.key),
            ..one.clone()
        })
        .collect();
    append(&mut text, &attributes, &[]);
    text
}

fn push(text: &mut String, name: &str, value: impl FnOnce(&mut String)) {
    if !text.is_empty() {
        text.push(',');
    }
    text.push_str(name);
    text.push_str("=\"");
    value(text);
    text.push('"');
}

fn value(text: &mut String, attribute: &KeyValue) {
    match attribute.value.as_ref().and_then(|any| any.value.as_ref()) {
        Some(Value::StringValue(value)) => escape(text, value),
        Some(Value::BoolValue(value)) => text.push_str(if *value { "true" } else { "false" }),
        Some(Value::IntValue(value)) => {
            let _ = write!(text, "{value}");
        }
        Some(Value::DoubleValue(value)) => {
            let _ = write!(text, "{value}");
        }
        Some(_) => escape(text, &json(attribute.value.as_ref()).to_string()),
        None => {}
    }
}

fn json(value: Option<&AnyValue>) -> serde_json::Value {
    match value.and_then(|any| any.value.as_ref()) {
        Some(Value::StringValue(value)) => value.as_str().into(),
        Some(Value::BoolValue(value)) => (*value).into(),
        Some(Value::IntValue(value)) => (*value).into(),
        Some(Value::DoubleValue(value)) => (*value).into(),
        Some(Value::BytesValue(value)) => value.as_slice().into(),
        Some(Value::ArrayValue(array)) => {
            array.values.iter().map(|value| json(Some(value))).collect()
        }
        Some(Value::KvlistValue(list)) => list
            .values
            .iter()
            .map(|pair| (pair.key.clone(), json(pair.value.as_ref())))
            .collect(),
        Some(Value::StringValueStrindex(_)) | None => serde_json::Value::Null,
    }
}

/// A label's value, between its quotes.
pub(super) fn escape(text: &mut String, value: &str) {
    if !value.contains(['\\', '"', '\n']) {
        text.push_str(value);
        return;
    }
    for c in value.chars() {
        match c {
            '\\' => text.push_str("\\\\"),
            '"' => text.push_str("\\\""),
            '\n' => text.push_str("\\n"),
            c => text.push(c),
        }
    }
}
