//! What lines look like, to the byte.

use std::time::{Duration, SystemTime};

use opentelemetry::trace::{SpanId, TraceFlags, TraceId};
use proptest::prelude::*;

use super::fixture::{Fixture, settings};
use crate::config::{LogFormat, Origin, Setting};
use crate::logs::entry::LogEntry;
use crate::logs::fields::Fields;
use crate::logs::ids::{Id, Ids};
use crate::logs::{Level, Logger, Value, json, text};

fn full_entry() -> LogEntry {
    let mut fields = Fields::default();
    for (key, value) in [
        ("sessionId", Value::from("sess_123")),
        ("orchestratorId", "orch_1".into()),
        ("correlationId", "req-7".into()),
        ("error", "disk full".into()),
        ("error.stack", "caused by: a\ncaused by: b".into()),
        ("error.code", "ENOSPC".into()),
        ("attempt", 2.into()),
        ("large", u64::MAX.into()),
        ("share", 0.5.into()),
        ("whole", 3.0.into()),
        ("none", f64::NAN.into()),
        ("ok", false.into()),
        ("tool", "se\"arch \u{1b}[31m".into()),
    ] {
        fields.set(key, value);
    }
    fields.set_duration(Duration::from_micros(12_500));
    LogEntry {
        time: SystemTime::UNIX_EPOCH + Duration::from_nanos(1_700_000_000_007_999_999),
        level: Level::Error,
        event_name: None,
        message: "not\nsaved".to_owned(),
        component: "SessionExecutor".into(),
        ids: Ids {
            trace: Some(Id::Valid(TraceId::from(0xabc_u128))),
            span: Some(Id::Valid(SpanId::from(0xdef_u64))),
            parent: Some(Id::Valid(SpanId::from(1_u64))),
            flags: Some(TraceFlags::SAMPLED),
        },
        fields,
        dropped_attributes: 4,
    }
}

#[test]
fn a_full_json_line() {
    let mut line = String::new();
    json::write(&mut line, &full_entry());
    let expected = concat!(
        r#"{"timestamp":"2023-11-14T22:13:20.007Z","level":"error","message":"not\nsaved","component":"SessionExecutor","#,
        r#""traceId":"00000000000000000000000000000abc","spanId":"0000000000000def","parentSpanId":"0000000000000001","#,
        r#""sessionId":"sess_123","orchestratorId":"orch_1","correlationId":"req-7","duration":12.5,"#,
        r#""error":{"message":"disk full","stack":"caused by: a\ncaused by: b","code":"ENOSPC"},"#,
        r#""metadata":{"attempt":2,"large":18446744073709551615,"share":0.5,"whole":3.0,"none":"NaN","ok":false,"#,
        r#""tool":"se\"arch \u001b[31m","otel.dropped_attributes_count":4}}"#,
        "\n"
    );
    assert_eq!(line, expected);
}

#[test]
fn a_full_text_line() {
    let mut line = String::new();
    text::write(&mut line, &full_entry());
    let expected = concat!(
        r#"[2023-11-14T22:13:20.007Z] [ERROR] [SessionExecutor] not\nsaved error="disk full" error.code=ENOSPC "#,
        r#"error.stack="caused by: a\ncaused by: b" duration=12.5 attempt=2 large=18446744073709551615 share=0.5 whole=3 "#,
        r#"none=NaN ok=false tool="se\"arch \u{1b}[31m" otel.dropped_attributes_count=4 sessionId=sess_123 "#,
        r#"orchestratorId=orch_1 correlationId=req-7 traceId=00000000000000000000000000000abc spanId=0000000000000def "#,
        r#"parentSpanId=0000000000000001"#,
        "\n"
    );
    assert_eq!(line, expected);
}

#[test]
fn a_child_logger_writes_the_fields_it_carries() {
    let fixture = Fixture::new("info");
    let lines = fixture.lines(|| {
        let logger = Logger::new("SessionExecutor");
        let child = logger.child([
            ("sessionId", "sess_123"),
            ("orchestratorId", "orch_1"),
            ("traceId", "trace_abc"),
        ]);
        child.info("Session started");
        child.debug("not kept");
        logger.info("plain");
    });
    let mut started = lines[0].clone();
    assert!(
        started
            .as_object_mut()
            .unwrap()
            .remove("timestamp")
            .is_some()
    );
    assert_eq!(
        started,
        serde_json::json!({
            "level": "info", "message": "Session started", "component": "SessionExecutor",
            "sessionId": "sess_123", "orchestratorId": "orch_1", "traceId": "trace_abc",
        })
    );
    assert_eq!(lines.len(), 2);
    assert_eq!(lines[1].get("sessionId"), None);
}

#[test]
fn a_tracing_event_fills_the_same_places() {
    let fixture = Fixture::new("info");
    let inner = std::io::Error::other("disk full");
    let outer = std::io::Error::other(Chained(inner));
    let lines = fixture.lines(|| {
        let span = tracing::info_span!("session", session_id = "s1", component = "Planner", orchestratorId = tracing::field::Empty, other = 1);
        span.record("orchestratorId", "o1");
        let _entered = span.enter();
        let failure: &(dyn std::error::Error + 'static) = &outer;
        tracing::error!(error = failure, error.code = "E1", duration = ?Duration::from_millis(3), correlation_id = 7, level = "fake", message.raw = true, "failed {}", 1);
    });
    let mut line = lines[0].clone();
    line.as_object_mut()
        .unwrap()
        .retain(|key, _| !["timestamp", "traceId", "spanId"].contains(&key.as_str()));
    assert_eq!(
        line,
        serde_json::json!({
            "level": "error", "message": "failed 1", "component": "Planner",
            "sessionId": "s1", "orchestratorId": "o1", "correlationId": "7", "duration": 3,
            "error": {"message": "chained", "stack": "caused by: disk full", "code": "E1"},
            "metadata": {"level": "fake", "message.raw": true},
        })
    );
}

#[derive(Debug)]
struct Chained(std::io::Error);

impl std::fmt::Display for Chained {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("chained")
    }
}

impl std::error::Error for Chained {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        Some(&self.0)
    }
}

#[test]
fn levels_are_kept_by_target_and_by_component() {
    let fixture = Fixture::new("warn,bellwether::logs::tests=debug,Chatty=info,h2=debug");
    let lines = fixture.lines(|| {
        tracing::debug!("kept");
        tracing::trace!("dropped");
        tracing::info!(target: "elsewhere", "dropped");
        tracing::warn!(target: "elsewhere", "kept");
        Logger::new("Chatty").info("kept");
        Logger::new("Quiet").info("dropped");
        tracing::debug!(target: "h2::codec", "kept");
        tracing::info!(target: "hyper", "dropped");
    });
    let messages: Vec<_> = lines.iter().map(|line| line["message"].clone()).collect();
    assert_eq!(messages, ["kept"; 4]);
}

#[test]
fn a_bad_level_is_refused_by_name() {
    let settings = settings("loud", LogFormat::Json);
    let refused = crate::logs::pipeline(
        &settings,
        opentelemetry_sdk::Resource::builder_empty().build(),
        None::<opentelemetry_sdk::logs::InMemoryLogExporter>,
    );
    let error = refused.err().unwrap().to_string();
    assert!(
        error.starts_with("LOG_LEVEL is \"loud\": expected"),
        "{error}"
    );
}

fn any_value() -> impl Strategy<Value = Value> {
    prop_oneof![
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<u64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
        "[\\x00-\\x1f\\x7f-\\x9f\"\\\\\u{2028}]*".prop_map(Value::from),
    ]
}

fn as_json(value: &Value) -> serde_json::Value {
    match value {
        Value::Float(value) if value.is_nan() => "NaN".into(),
        Value::Float(value) if value.is_infinite() && *value > 0.0 => "Infinity".into(),
        Value::Float(value) if value.is_infinite() => "-Infinity".into(),
        // Both are read by the same parser, whose last digit is not exact.
        Value::Float(value) => {
            serde_json::from_str(&serde_json::to_string(value).unwrap()).unwrap()
        }
        Value::Bool(value) => (*value).into(),
        Value::Int(value) => (*value).into(),
        Value::Unsigned(value) => (*value).into(),
        Value::Text(value) => value.as_ref().into(),
    }
}

proptest! {
    #[test]
    fn any_record_is_one_object_on_one_line_with_its_values(
        message in any::<String>(),
        component in any::<String>(),
        session in any::<String>(),
        metadata in prop::collection::vec((any::<String>().prop_map(|key| format!("k{key}")), any_value()), 0..8),
    ) {
        let mut entry = full_entry();
        entry.message.clone_from(&message);
        entry.component = component.clone().into();
        entry.fields = Fields::default();
        entry.dropped_attributes = 0;
        entry.fields.set("sessionId", session.as_str().into());
        let mut expected = serde_json::Map::new();
        for (key, value) in &metadata {
            expected.insert(key.clone(), as_json(value));
            entry.fields.set(key.clone(), value.clone());
        }

        let mut line = String::new();
        json::write(&mut line, &entry);
        prop_assert!(line.ends_with('\n'));
        prop_assert_eq!(line.bytes().filter(|byte| *byte < 0x20).count(), 1);
        let read: serde_json::Value = serde_json::from_str(&line).unwrap();
        prop_assert_eq!(&read["message"], &serde_json::Value::from(message));
        prop_assert_eq!(&read["component"], &serde_json::Value::from(component));
        prop_assert_eq!(&read["sessionId"], &serde_json::Value::from(session));
        let written = read.get("metadata").and_then(|value| value.as_object()).cloned().unwrap_or_default();
        prop_assert_eq!(written, expected);

        line.clear();
        text::write(&mut line, &entry);
        prop_assert_eq!(line.chars().filter(|c| c.is_control()).count(), 1, "{:?}", line);
    }
}

#[test]
fn limits_hold_for_both_ways_out() {
    let mut settings = settings("info", LogFormat::Json);
    settings.attributes = Setting::new(2, Origin::Code);
    settings.value_length = Setting::new(Some(3), Origin::Code);
    let fixture = Fixture::with(&settings);
    let lines = fixture.lines(|| tracing::info!(a = "äöüß", b = 1, c = 2, "whole message"));
    assert_eq!(
        lines[0]["metadata"],
        serde_json::json!({"a": "äöü", "b": 1, "otel.dropped_attributes_count": 1})
    );
    assert_eq!(lines[0]["message"], "whole message");
    let record = &fixture.records()[0].record;
    let keys: Vec<_> = record
        .attributes_iter()
        .map(|(key, _)| key.as_str().to_owned())
        .collect();
    assert_eq!(keys, ["a", "b", "otel.dropped_attributes_count"]);
}
