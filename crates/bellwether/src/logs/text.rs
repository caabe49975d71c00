//! A record as one line for people: `[timestamp] [LEVEL] [component] message key=value ...`.
//!
//! Whatever could move the cursor, start a line or turn the direction of reading is escaped, so that nobody can write a
//! second line, or hide one, through a logged value. There is no colour.

use std::fmt::{Display, Write as _};

use super::entry::{DROPPED_ATTRIBUTES, LogEntry};
use super::json::timestamp;
use super::level::Level;
use super::value::Value;

/// Appends the record and a newline.
pub(super) fn write(out: &mut String, entry: &LogEntry) {
    out.push('[');
    timestamp(out, entry.time);
    out.push_str("] [");
    out.push_str(match entry.level {
        Level::Trace | Level::Debug => "DEBUG",
        Level::Info => "INFO",
        Level::Warn => "WARN",
        Level::Error => "ERROR",
    });
    out.push_str("] [");
    escape(out, &entry.component);
    out.push_str("] ");
    escape(out, &entry.message);

    let fields = &entry.fields;
    if let Some(error) = &fields.error {
        pair(out, "error", &error.message);
        optional(out, "error.code", error.code.as_ref());
        optional(out, "error.stack", error.stack.as_ref());
    }
    optional(out, "duration", fields.duration.as_ref());
    for (key, value) in &fields.metadata {
        match value {
            Value::Bool(value) => pair(out, key, value),
            Value::Int(value) => pair(out, key, value),
            Value::Unsigned(value) => pair(out, key, value),
            Value::Float(value) => pair(out, key, value),
            Value::Text(value) => pair(out, key, value),
        }
    }
    if entry.dropped_attributes > 0 {
        pair(out, DROPPED_ATTRIBUTES, &entry.dropped_attributes);
    }
    optional(out, "sessionId", fields.session_id.as_ref());
    optional(out, "orchestratorId", fields.orchestrator_id.as_ref());
    optional(out, "correlationId", fields.correlation_id.as_ref());
    optional(out, "traceId", entry.ids.trace.as_ref());
    optional(out, "spanId", entry.ids.span.as_ref());
    optional(out, "parentSpanId", entry.ids.parent.as_ref());
    out.push('\n');
}

fn optional(out: &mut String, key: &str, value: Option<&impl Display>) {
    if let Some(value) = value {
        pair(out, key, value);
    }
}

fn pair(out: &mut String, key: &str, value: &(impl Display + ?Sized)) {
    out.push(' ');
    escape(out, key);
    out.push('=');
    let value = value.to_string();
    let bare = |c: char| !c.is_whitespace() && !matches!(c, '"' | '=' | '\\') && !is_unsafe(c);
    if !value.is_empty() && value.chars().all(bare) {
        out.push_str(&value);
        return;
    }
    out.push('"');
    for c in value.chars() {
        if matches!(c, '"' | '\\') {
            out.push('\\');
        }
        push_escaped(out, c);
    }
    out.push('"');
}

fn escape(out: &mut String, text: &str) {
    text.chars().for_each(|c| push_escaped(out, c));
}

fn push_escaped(out: &mut String, c: char) {
    match c {
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        c if is_unsafe(c) => {
            let _ = write!(out, "\\u{{{:x}}}", u32::from(c));
        }
        c => out.push(c),
    }
}

/// Control characters, line and paragraph separators, and the marks that turn the direction of reading.
fn is_unsafe(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{2028}' | '\u{2029}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}
