//! Records as the SDK hands them to an exporter.

use std::sync::{Arc, OnceLock};
use std::time::Duration;

use opentelemetry::Context;
use opentelemetry::logs::{AnyValue, Severity};
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::logs::{LogBatch, LogExporter, SdkLogRecord};
use tracing::Dispatch;

use super::fixture::{DEADLINE, Fixture, Sink, piped, settings, subscriber};
use crate::config::LogFormat;
use crate::logs::Logger;

fn attribute(record: &SdkLogRecord, key: &str) -> Option<AnyValue> {
    let mut found = record
        .attributes_iter()
        .filter(|(name, _)| name.as_str() == key);
    let value = found.next().map(|(_, value)| value.clone());
    assert!(found.next().is_none(), "{key} is there twice");
    value
}

#[test]
fn a_record_keeps_types_and_severity() {
    let fixture = Fixture::new("trace");
    fixture.lines(|| {
        tracing::trace!(
            big = u64::MAX,
            n = -3,
            share = 0.5,
            ok = true,
            session_id = "s",
            duration_ms = 2,
            error = "bad",
            "body"
        );
        tracing::info!(name: "tool.finished", "named");
    });
    let records = fixture.records();
    let record = &records[0].record;
    assert_eq!(record.severity_number(), Some(Severity::Trace));
    assert_eq!(record.body(), Some(&AnyValue::from("body")));
    assert_eq!(
        record.target().map(AsRef::as_ref),
        Some("bellwether::logs::tests::records")
    );
    assert_eq!(record.event_name(), None);
    for (key, value) in [
        ("big", AnyValue::from("18446744073709551615")),
        ("n", (-3).into()),
        ("share", 0.5.into()),
        ("ok", true.into()),
        ("session.id", "s".into()),
        ("duration_ms", 2.0.into()),
        ("exception.message", "bad".into()),
    ] {
        assert_eq!(attribute(record, key), Some(value), "{key}");
    }
    assert_eq!(records[1].record.event_name(), Some("tool.finished"));
}

#[test]
fn the_last_of_two_values_stays() {
    let fixture = Fixture::new("info");
    fixture.lines(|| {
        Logger::new("c").with("k", 1).info_with("twice", |event| {
            event
                .field("k", 2)
                .field("k", "three")
                .field("exception.message", "x")
        });
    });
    let records = fixture.records();
    assert_eq!(attribute(&records[0].record, "k"), Some("three".into()));
    assert_eq!(
        attribute(&records[0].record, "exception.message"),
        Some("x".into())
    );
    assert_eq!(records[0].record.target().map(AsRef::as_ref), Some("c"));
}

#[test]
fn what_the_sdk_and_suppressed_code_say_stays_a_line() {
    let fixture = Fixture::new("info");
    let lines = fixture.lines(|| {
        tracing::warn!(name: "BatchLogProcessor.LogDroppingStarted", target: "opentelemetry_sdk", "full");
        tracing::info!(target: "opentelemetry-otlp", "dropped");
        let _suppressed = Context::enter_telemetry_suppressed_scope();
        tracing::info!("suppressed");
        Logger::new("c").info("suppressed");
    });
    assert_eq!(lines.len(), 3);
    assert!(fixture.records().is_empty());
}

/// Logs through `tracing` and through a logger whenever it exports.
#[derive(Debug, Clone, Default)]
pub(super) struct Talkative {
    subscriber: Arc<OnceLock<Dispatch>>,
    exported: Arc<std::sync::atomic::AtomicUsize>,
}

impl LogExporter for Talkative {
    async fn export(&self, batch: LogBatch<'_>) -> OTelSdkResult {
        self.exported
            .fetch_add(batch.iter().count(), std::sync::atomic::Ordering::SeqCst);
        if let Some(dispatch) = self.subscriber.get() {
            tracing::dispatcher::with_default(dispatch, || {
                tracing::error!("cannot export");
                Logger::new("exporter").error("cannot export");
            });
        }
        Ok(())
    }
}

#[test]
fn an_exporter_that_logs_does_not_feed_itself() {
    let exporter = Talkative::default();
    let sink = Sink::default();
    let settings = settings("trace", LogFormat::Json);
    let pipeline = piped(&settings, Box::new(sink.clone()), Some(exporter.clone()));
    let spans = opentelemetry_sdk::trace::SdkTracerProvider::default();
    let dispatch = subscriber(&pipeline, &spans);
    exporter.subscriber.set(dispatch.clone()).unwrap();
    tracing::dispatcher::with_default(&dispatch, || tracing::info!("once"));
    for _ in 0..3 {
        assert!(pipeline.flush(DEADLINE));
    }
    assert_eq!(
        exporter.exported.load(std::sync::atomic::Ordering::SeqCst),
        1
    );
    assert_eq!(pipeline.submitted(), 1);
    assert!(sink.text().matches("cannot export").count() >= 2);
}

/// Never answers.
#[derive(Debug)]
struct Silent;

impl LogExporter for Silent {
    async fn export(&self, _: LogBatch<'_>) -> OTelSdkResult {
        std::future::pending().await
    }
}

#[test]
fn an_exporter_that_never_answers_holds_up_neither_flush_nor_shutdown() {
    let sink = Sink::default();
    let pipeline = piped(
        &settings("info", LogFormat::Json),
        Box::new(sink.clone()),
        Some(Silent),
    );
    let spans = opentelemetry_sdk::trace::SdkTracerProvider::default();
    let dispatch = subscriber(&pipeline, &spans);
    tracing::dispatcher::with_default(&dispatch, || tracing::info!("kept"));
    let started = std::time::Instant::now();
    assert!(!pipeline.flush(Duration::from_millis(200)));
    assert!(!pipeline.shutdown(Duration::from_millis(300)));
    assert!(started.elapsed() < Duration::from_secs(3));
    assert_eq!(
        sink.text().lines().count(),
        1,
        "the line is out all the same"
    );
    tracing::dispatcher::with_default(&dispatch, || tracing::info!("late"));
    assert_eq!(pipeline.dropped().closed, 1);
}

#[test]
fn a_logger_without_a_pipeline_drops_and_formats_nothing() {
    struct Never;
    impl std::fmt::Display for Never {
        fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            unreachable!("formatted")
        }
    }
    Logger::new("c").error_with(Never, |_| unreachable!("filled"));
}
