//! A record as one JSON object on one line.
//!
//! Key names and their order are those of the log entry of the orchestrator-monitoring contract. A field that is not
//! known is left out, never null.

use std::fmt::Write as _;
use std::time::SystemTime;

use super::entry::{DROPPED_ATTRIBUTES, LogEntry};
use super::fields::ErrorInfo;
use super::value::Value;

/// Appends the record and a newline.
pub(super) fn write(out: &mut String, entry: &LogEntry) {
    let fields = &entry.fields;
    out.push_str("{\"timestamp\":\"");
    timestamp(out, entry.time);
    out.push_str("\",\"level\":\"");
    out.push_str(entry.level.as_str());
    out.push_str("\",\"message\":");
    string(out, &entry.message);
    out.push_str(",\"component\":");
    string(out, &entry.component);

    let ids = &entry.ids;
    let mut id = String::new();
    for (key, shown) in [
        (
            "traceId",
            ids.trace.as_ref().map(|id| id as &dyn std::fmt::Display),
        ),
        ("spanId", ids.span.as_ref().map(|id| id as _)),
        ("parentSpanId", ids.parent.as_ref().map(|id| id as _)),
    ] {
        let Some(shown) = shown else { continue };
        id.clear();
        let _ = write!(id, "{shown}");
        member(out, key, &id);
    }
    for (key, text) in [
        ("sessionId", &fields.session_id),
        ("orchestratorId", &fields.orchestrator_id),
        ("correlationId", &fields.correlation_id),
    ] {
        if let Some(text) = text {
            member(out, key, text);
        }
    }
    if let Some(duration) = fields.duration {
        out.push_str(",\"duration\":");
        number(out, duration);
    }
    if let Some(error) = &fields.error {
        write_error(out, error);
    }
    write_metadata(out, entry);
    out.push_str("}\n");
}

fn write_error(out: &mut String, error: &ErrorInfo) {
    out.push_str(",\"error\":{\"message\":");
    string(out, &error.message);
    for (key, text) in [("stack", &error.stack), ("code", &error.code)] {
        if let Some(text) = text {
            member(out, key, text);
        }
    }
    out.push('}');
}

fn write_metadata(out: &mut String, entry: &LogEntry) {
    let metadata = &entry.fields.metadata;
    if metadata.is_empty() && entry.dropped_attributes == 0 {
        return;
    }
    out.push_str(",\"metadata\":{");
    let mut first = true;
    for (key, value) in metadata {
        if !std::mem::take(&mut first) {
            out.push(',');
        }
        string(out, key);
        out.push(':');
        self::value(out, value);
    }
    if entry.dropped_attributes > 0 {
        if !first {
            out.push(',');
        }
        let _ = write!(out, "\"{DROPPED_ATTRIBUTES}\":{}", entry.dropped_attributes);
    }
    out.push('}');
}

fn member(out: &mut String, key: &str, text: &str) {
    out.push_str(",\"");
    out.push_str(key);
    out.push_str("\":");
    string(out, text);
}

fn value(out: &mut String, value: &Value) {
    match value {
        Value::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Value::Int(value) => {
            let _ = write!(out, "{value}");
        }
        Value::Unsigned(value) => {
            let _ = write!(out, "{value}");
        }
        Value::Float(value) if value.is_nan() => out.push_str("\"NaN\""),
        Value::Float(value) if value.is_infinite() && *value > 0.0 => out.push_str("\"Infinity\""),
        Value::Float(value) if value.is_infinite() => out.push_str("\"-Infinity\""),
        Value::Float(value) => {
            // `{:?}` is the shortest text that reads back as the same number, and always a JSON number.
            let _ = write!(out, "{value:?}");
        }
        Value::Text(text) => string(out, text),
    }
}

/// A finite number, without `.0` where it is whole.
fn number(out: &mut String, value: f64) {
    let _ = write!(out, "{value}");
}

/// UTC, milliseconds, ISO 8601.
pub(super) fn timestamp(out: &mut String, time: SystemTime) {
    // Only a clock beyond the year 9999 cannot be shown.
    let time = jiff::Timestamp::try_from(time).unwrap_or(jiff::Timestamp::MAX);
    let _ = write!(out, "{time:.3}");
}

/// A JSON string. Everything below U+0020 is escaped, so a line is one line whatever was logged.
fn string(out: &mut String, text: &str) {
    out.push('"');
    let mut plain = 0;
    for (at, byte) in text.bytes().enumerate() {
        if byte >= 0x20 && byte != b'"' && byte != b'\\' {
            continue;
        }
        // Every byte stopped at is ASCII, so it starts and ends a character.
        out.push_str(&text[plain..at]);
        plain = at + 1;
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
    out.push_str(&text[plain..]);
    out.push('"');
}
