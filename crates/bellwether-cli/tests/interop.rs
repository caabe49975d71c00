//! A client of another language sends to the same Collector and continues a trace begun in Rust.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test may panic and print"
)]

#[path = "support/otelcol.rs"]
mod otelcol;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use bellwether::Telemetry;
use bellwether::config::LogStream;
use bellwether::propagation::process;
use otelcol::{Otelcol, poll};
use serde_json::Value;

/// What the Python service does: continue from its environment, record one span, one log and one metric, send.
const SERVICE: &str = r#"
import logging, os, sys
from opentelemetry import trace
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor
from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator

base = sys.argv[1]
resource = Resource.create({"service.name": "python-service"})
tracers = TracerProvider(resource=resource)
tracers.add_span_processor(BatchSpanProcessor(OTLPSpanExporter(endpoint=base + "/v1/traces")))
meters = MeterProvider(resource=resource, metric_readers=[
    PeriodicExportingMetricReader(OTLPMetricExporter(endpoint=base + "/v1/metrics"))])
carrier = {"traceparent": os.environ["TRACEPARENT"], "tracestate": os.environ.get("TRACESTATE", "")}
context = TraceContextTextMapPropagator().extract(carrier)
with tracers.get_tracer("interop").start_as_current_span("python-work", context=context):
    meters.get_meter("interop").create_counter("python_work_total").add(1)
tracers.shutdown()
meters.shutdown()
"#;

/// A Python with the OpenTelemetry SDK, installed once under the target folder.
fn python() -> Option<PathBuf> {
    let venv = Path::new(env!("CARGO_TARGET_TMPDIR")).join("interop-python-1.44");
    let python = venv.join("bin/python");
    let has_sdk = || {
        let check = Command::new(&python)
            .args([
                "-c",
                "import opentelemetry.sdk, opentelemetry.exporter.otlp.proto.http",
            ])
            .output();
        check.is_ok_and(|check| check.status.success())
    };
    if has_sdk() {
        return Some(python);
    }
    let made = Command::new("python3")
        .args(["-m", "venv"])
        .arg(&venv)
        .output();
    let installed = made.and_then(|_| {
        Command::new(&python)
            .args([
                "-m",
                "pip",
                "install",
                "--quiet",
                "opentelemetry-sdk",
                "opentelemetry-exporter-otlp-proto-http",
            ])
            .output()
    });
    if has_sdk() {
        return Some(python);
    }
    let why = installed.map_or_else(
        |error| error.to_string(),
        |out| String::from_utf8_lossy(&out.stderr).into_owned(),
    );
    assert!(
        std::env::var_os("CI").is_none(),
        "no Python with the OpenTelemetry SDK: {why}"
    );
    bellwether_testing::skipped::say(
        "python-sdk",
        &format!("no Python with the OpenTelemetry SDK: {why}"),
    );
    None
}

fn spans(collector: &Otelcol) -> Vec<Value> {
    let documents = collector.received();
    let resources = documents
        .iter()
        .filter_map(|document| document["resourceSpans"].as_array())
        .flatten();
    let scopes = resources
        .filter_map(|resource| resource["scopeSpans"].as_array())
        .flatten();
    scopes
        .filter_map(|scope| scope["spans"].as_array())
        .flatten()
        .cloned()
        .collect()
}

#[test]
fn a_python_service_continues_a_trace_begun_in_rust() {
    let Some(binary) = otelcol::binary() else {
        return;
    };
    let Some(python) = python() else { return };
    let collector = Otelcol::start(binary, "");
    let base = format!("http://127.0.0.1:{}", collector.http);
    // The one telemetry of this process, so that the global propagator is set.
    let telemetry = Telemetry::builder("rust-service")
        .endpoint(&base)
        .log_stream(LogStream::Off)
        .start()
        .unwrap();

    let status = tracing::info_span!("rust-work").in_scope(|| {
        let mut command = Command::new(python);
        command.args(["-c", SERVICE, &base]);
        process::inject(&bellwether::propagation::current(), &mut command);
        command.status().unwrap()
    });
    assert!(status.success());
    telemetry.shutdown_blocking(Duration::from_secs(5)).unwrap();

    let find = |name: &str| {
        spans(&collector)
            .into_iter()
            .find(|span| span["name"] == name)
    };
    let arrived = poll(Duration::from_secs(10), || {
        find("rust-work").is_some() && find("python-work").is_some()
    });
    assert!(arrived, "{:?}\n{}", spans(&collector), collector.log());
    let (rust, python) = (find("rust-work").unwrap(), find("python-work").unwrap());
    assert_eq!(python["traceId"], rust["traceId"]);
    assert_eq!(python["parentSpanId"], rust["spanId"]);
    assert!(poll(Duration::from_secs(10), || collector
        .signals_of("python-service")
        .contains(&"resourceMetrics".to_owned())));
}
