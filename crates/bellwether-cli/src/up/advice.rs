//! Where the Collector listens, and what a service has to be told: lines to copy.

use std::path::Path;

use crate::collector::Collector;
use crate::serve::Child;
use crate::telemetry::STORE;
use crate::terminal::Style;

/// Printed once, when the Collector is ready.
pub(super) fn text(collector: &Collector, backend: Option<&Child>, style: Style) -> String {
    let endpoints = collector.endpoints();
    let rows = [
        ("OTLP/gRPC", format!("http://{}", endpoints.grpc)),
        ("OTLP/HTTP", format!("http://{}", endpoints.http)),
        ("health", format!("http://{}/", endpoints.health)),
        ("metrics", format!("http://{}/metrics", endpoints.metrics)),
        ("folder", collector.folder().display().to_string()),
        ("log", collector.log().display().to_string()),
    ];
    let mut lines = vec![style.bold("The Collector is ready")];
    lines.extend(rows.map(|(name, value)| format!("  {name:<10} {value}")));
    if let Some(backend) = backend {
        let file = backend.file().display();
        lines.push(style.bold("The local backend stores what it forwards"));
        lines.push(format!("  store      {file}"));
        lines.push(format!("  questions  http://{}/api/v1/", backend.http()));
        lines.push(format!("  log        {}", backend.log().display()));
        lines.push(format!(
            "  look       bellwether telemetry{} traces",
            option(backend)
        ));
    }
    lines.push(String::new());
    lines.push(style.bold("For a service, in any language"));
    lines.extend(variables(&endpoints.http).map(|line| format!("  {line}")));
    lines.push(String::new());
    lines.join("\n")
}

/// Nothing where `bellwether telemetry` looks by itself.
fn option(backend: &Child) -> String {
    if backend.file() == Path::new(STORE) {
        return String::new();
    }
    format!(" --file {}", backend.file().display())
}

/// SDKs differ in their default protocol, so it is said.
fn variables(http: &str) -> [String; 3] {
    [
        "export OTEL_SERVICE_NAME=my-service".to_owned(),
        format!("export OTEL_EXPORTER_OTLP_ENDPOINT=http://{http}"),
        "export OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf".to_owned(),
    ]
}
