//! Attributes as the JSON text that any SQLite client can read, and back.
//!
//! The text is exact for text, truth values, integers (no point), finite doubles (always a point or an exponent), arrays, nested lists
//! and explicit empty values. It is not for bytes (written as base64), for doubles that are no number, and for values that were left
//! out; [`write`] says so, and the caller keeps the protobuf form beside it.

use std::fmt::{self, Write as _};

use base64::Engine as _;
use serde::de::{Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};

use crate::otlp::common::v1::{AnyValue, ArrayValue, KeyValue, KeyValueList, any_value::Value};

/// Appends `attributes` as one JSON object. `true`: the text says everything, in order.
pub(super) fn write(out: &mut String, attributes: &[KeyValue]) -> bool {
    let mut exact = true;
    out.push('{');
    for (index, attribute) in attributes.iter().enumerate() {
        if index > 0 {
            out.push(',');
        }
        write_text(out, &attribute.key);
        out.push(':');
        exact &= attribute.key_strindex == 0 && attribute.value.is_some();
        match &attribute.value {
            Some(value) => exact &= write_value(out, value),
            None => out.push_str("null"),
        }
    }
    out.push('}');
    exact
}

/// Appends one value as JSON. `true`: the text says everything.
pub(super) fn write_value(out: &mut String, value: &AnyValue) -> bool {
    match &value.value {
        None => out.push_str("null"),
        Some(Value::StringValue(text)) => write_text(out, text),
        Some(Value::BoolValue(truth)) => out.push_str(if *truth { "true" } else { "false" }),
        Some(Value::IntValue(number)) => {
            let _ = write!(out, "{number}");
        }
        Some(Value::DoubleValue(number)) if number.is_finite() => {
            let _ = write!(out, "{number:?}");
        }
        Some(Value::DoubleValue(number)) => {
            let name = if number.is_nan() {
                "NaN"
            } else if *number > 0.0 {
                "Infinity"
            } else {
                "-Infinity"
            };
            write_text(out, name);
            return false;
        }
        Some(Value::ArrayValue(array)) => {
            let mut exact = true;
            out.push('[');
            for (index, value) in array.values.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                exact &= write_value(out, value);
            }
            out.push(']');
            return exact;
        }
        Some(Value::KvlistValue(list)) => return write(out, &list.values),
        Some(Value::BytesValue(bytes)) => {
            write_text(
                out,
                &base64::engine::general_purpose::STANDARD.encode(bytes),
            );
            return false;
        }
        Some(Value::StringValueStrindex(index)) => {
            let _ = write!(out, "{index}");
            return false;
        }
    }
    true
}

/// Appends text as a JSON string. Stretches without an escape are copied whole.
fn write_text(out: &mut String, text: &str) {
    out.push('"');
    let mut copied = 0;
    for (at, byte) in text.bytes().enumerate() {
        if byte >= 0x20 && byte != b'"' && byte != b'\\' {
            continue;
        }
        out.push_str(&text[copied..at]);
        copied = at + 1;
        match byte {
            b'"' => out.push_str("\\\""),
            b'\\' => out.push_str("\\\\"),
            b'\n' => out.push_str("\\n"),
            b'\r' => out.push_str("\\r"),
            b'\t' => out.push_str("\\t"),
            _ => {
                let _ = write!(out, "\\u{byte:04x}");
            }
        }
    }
    out.push_str(&text[copied..]);
    out.push('"');
}

/// Reads what [`write`] wrote. A text that is not such an object gives none.
pub(super) fn read(text: &str) -> Vec<KeyValue> {
    match serde_json::from_str::<Read>(text) {
        Ok(Read(AnyValue {
            value: Some(Value::KvlistValue(list)),
        })) => list.values,
        _ => Vec::new(),
    }
}

struct Read(AnyValue);

impl<'de> Deserialize<'de> for Read {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer
            .deserialize_any(ReadVisitor)
            .map(|value| Self(AnyValue { value }))
    }
}

struct ReadVisitor;

impl<'de> Visitor<'de> for ReadVisitor {
    type Value = Option<Value>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }
    fn visit_unit<E>(self) -> Result<Option<Value>, E> {
        Ok(None)
    }
    fn visit_bool<E>(self, truth: bool) -> Result<Option<Value>, E> {
        Ok(Some(Value::BoolValue(truth)))
    }
    fn visit_i64<E>(self, number: i64) -> Result<Option<Value>, E> {
        Ok(Some(Value::IntValue(number)))
    }
    fn visit_u64<E>(self, number: u64) -> Result<Option<Value>, E> {
        Ok(Some(Value::IntValue(number.cast_signed())))
    }
    fn visit_f64<E>(self, number: f64) -> Result<Option<Value>, E> {
        Ok(Some(Value::DoubleValue(number)))
    }
    fn visit_str<E>(self, text: &str) -> Result<Option<Value>, E> {
        Ok(Some(Value::StringValue(text.to_owned())))
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Option<Value>, A::Error> {
        let mut values = Vec::new();
        while let Some(Read(value)) = seq.next_element()? {
            values.push(value);
        }
        Ok(Some(Value::ArrayValue(ArrayValue { values })))
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Option<Value>, A::Error> {
        let mut values = Vec::new();
        while let Some((key, Read(value))) = map.next_entry::<String, Read>()? {
            values.push(KeyValue {
                key,
                value: Some(value),
                key_strindex: 0,
            });
        }
        Ok(Some(Value::KvlistValue(KeyValueList { values })))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arbitrary::attributes;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn what_is_called_exact_reads_back_as_it_was(attributes in attributes()) {
            let mut text = String::new();
            if write(&mut text, &attributes) {
                prop_assert_eq!(read(&text), attributes);
            } else {
                prop_assert!(serde_json::from_str::<serde_json::Value>(&text).is_ok());
            }
        }
    }
}
