//! `OTEL_*_EXPORTER=console`: one JSON line an item on standard output, for trying things out.
//!
//! Lines are short and meant for eyes; they are no protocol. A closed standard output is an export error, never a
//! panic.

use std::io::Write;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::{OTelSdkError, OTelSdkResult};
use opentelemetry_sdk::logs::{LogBatch, LogExporter};
use opentelemetry_sdk::trace::{SpanData, SpanExporter};
use serde_json::{Map, Value, json};

use super::connect::Either;

/// Writes to standard output.
#[derive(Debug)]
pub(crate) struct Console;

impl Console {
    pub(super) fn write(lines: impl Iterator<Item = Value>) -> OTelSdkResult {
        let mut out = std::io::stdout().lock();
        for line in lines {
            writeln!(out, "{line}")
                .map_err(|error| OTelSdkError::InternalFailure(error.to_string()))?;
        }
        out.flush()
            .map_err(|error| OTelSdkError::InternalFailure(error.to_string()))
    }
}

fn seconds(time: SystemTime) -> f64 {
    time.duration_since(UNIX_EPOCH)
        .unwrap_or_default()
        .as_secs_f64()
}

fn attributes<'a>(pairs: impl Iterator<Item = &'a opentelemetry::KeyValue>) -> Value {
    let pairs = pairs.map(|pair| (pair.key.to_string(), Value::from(pair.value.to_string())));
    Value::Object(pairs.collect::<Map<_, _>>())
}

fn span(span: &SpanData) -> Value {
    json!({
        "span": span.name,
        "traceId": span.span_context.trace_id().to_string(),
        "spanId": span.span_context.span_id().to_string(),
        "parentSpanId": span.parent_span_id.to_string(),
        "start": seconds(span.start_time),
        "seconds": span.end_time.duration_since(span.start_time).unwrap_or_default().as_secs_f64(),
        "status": format!("{:?}", span.status),
        "attributes": attributes(span.attributes.iter()),
    })
}

impl<E: SpanExporter> SpanExporter for Either<E> {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        match self {
            Self::Otlp(exporter) => exporter.export(batch).await,
            Self::Console(_) => Console::write(batch.iter().map(span)),
        }
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        match self {
            Self::Otlp(exporter) => exporter.shutdown_with_timeout(timeout),
            Self::Console(_) => Ok(()),
        }
    }

    fn set_resource(&mut self, resource: &Resource) {
        if let Self::Otlp(exporter) = self {
            exporter.set_resource(resource);
        }
    }
}

impl<E: LogExporter> LogExporter for Either<E> {
    async fn export(&self, batch: LogBatch<'_>) -> OTelSdkResult {
        match self {
            Self::Otlp(exporter) => exporter.export(batch).await,
            Self::Console(_) => Console::write(batch.iter().map(|(record, scope)| {
                json!({
                    "log": record.body().map(|body| format!("{body:?}")),
                    "severity": record.severity_number().map(|severity| severity.name()),
                    "scope": record.target().map_or(scope.name(), AsRef::as_ref),
                    "traceId": record.trace_context().map(|context| context.trace_id.to_string()),
                })
            })),
        }
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        match self {
            Self::Otlp(exporter) => exporter.shutdown_with_timeout(timeout),
            Self::Console(_) => Ok(()),
        }
    }

    fn set_resource(&mut self, resource: &Resource) {
        if let Self::Otlp(exporter) = self {
            exporter.set_resource(resource);
        }
    }
}
