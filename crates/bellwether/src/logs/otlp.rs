//! A record as an OpenTelemetry log record.
//!
//! One SDK logger serves every component: making one binds a counter, which is too dear for each event. The component goes
//! into the record's target, which the OTLP encoding makes the name of the instrumentation scope.

use opentelemetry::logs::{AnyValue, LogRecord as _, Logger as _, Severity};
use opentelemetry::trace::{SpanId, TraceContextExt};
use opentelemetry::{Context, Key};
use opentelemetry_sdk::logs::SdkLogger;

use super::entry::{DROPPED_ATTRIBUTES, LogEntry};
use super::fields::Text;
use super::ids::Id;
use super::level::Level;
use super::value::Value;

const PARENT_SPAN_ID: &str = "parent.span_id";
const RESERVED: &[&str] = &[
    "session.id",
    "orchestrator.id",
    "correlation.id",
    "duration_ms",
    "exception.message",
    "exception.stacktrace",
    "error.code",
    PARENT_SPAN_ID,
    DROPPED_ATTRIBUTES,
];

/// Hands the record to the SDK.
pub(super) fn emit(logger: &SdkLogger, entry: LogEntry) {
    let mut record = logger.create_log_record();
    record.set_timestamp(entry.time);
    record.set_target(entry.component);
    let (severity, name) = severity(entry.level);
    record.set_severity_number(severity);
    record.set_severity_text(name);
    if let Some(name) = entry.event_name {
        record.set_event_name(name);
    }
    record.set_body(AnyValue::String(entry.message.into()));

    let ids = entry.ids;
    let mut text = |key: &'static str, value: Option<Text>| {
        if let Some(value) = value {
            record.add_attribute(key, any_text(value));
        }
    };
    // Text in place of an id has no other place in an OTLP record.
    let as_text = |id: &dyn std::fmt::Display| Text::Owned(id.to_string());
    if let Some(id @ Id::Text(_)) = &ids.trace {
        text("trace_id", Some(as_text(id)));
    }
    if let Some(id @ Id::Text(_)) = &ids.span {
        text("span_id", Some(as_text(id)));
    }
    text(PARENT_SPAN_ID, ids.parent.as_ref().map(|id| as_text(id)));
    text("session.id", entry.fields.session_id);
    text("orchestrator.id", entry.fields.orchestrator_id);
    text("correlation.id", entry.fields.correlation_id);
    if let Some(error) = entry.fields.error {
        text("exception.message", Some(error.message));
        text("exception.stacktrace", error.stack);
        text("error.code", error.code);
    }
    if let Some(duration) = entry.fields.duration {
        record.add_attribute("duration_ms", AnyValue::Double(duration));
    }
    for (key, value) in entry.fields.metadata {
        if !RESERVED.contains(&key.as_ref()) {
            record.add_attribute(Key::from(key), any(value));
        }
    }
    if entry.dropped_attributes > 0 {
        record.add_attribute(DROPPED_ATTRIBUTES, i64::from(entry.dropped_attributes));
    }

    if let Some(Id::Valid(trace)) = ids.trace {
        let span = match ids.span {
            Some(Id::Valid(span)) => span,
            _ => SpanId::INVALID,
        };
        record.set_trace_context(trace, span, ids.flags);
        logger.emit(record);
        return;
    }
    // Without ids the SDK would take those of the current span. A record that has none on purpose must keep none.
    if Context::map_current(Context::has_active_span) {
        let _none = Context::new().attach();
        logger.emit(record);
        return;
    }
    logger.emit(record);
}

fn severity(level: Level) -> (Severity, &'static str) {
    match level {
        Level::Trace => (Severity::Trace, "TRACE"),
        Level::Debug => (Severity::Debug, "DEBUG"),
        Level::Info => (Severity::Info, "INFO"),
        Level::Warn => (Severity::Warn, "WARN"),
        Level::Error => (Severity::Error, "ERROR"),
    }
}

fn any(value: Value) -> AnyValue {
    match value {
        Value::Bool(value) => AnyValue::Boolean(value),
        Value::Int(value) => AnyValue::Int(value),
        Value::Unsigned(value) => AnyValue::String(value.to_string().into()),
        Value::Float(value) => AnyValue::Double(value),
        Value::Text(text) => any_text(text),
    }
}

fn any_text(text: Text) -> AnyValue {
    AnyValue::String(text.into())
}
