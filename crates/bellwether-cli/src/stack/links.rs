//! Where everything is, once it runs.

use super::folder::Folder;
use crate::terminal::Style;

/// The board that one sees first.
const BOARD: &str = "/d/bellwether-overview";

/// Printed once, when the stack is well.
pub(super) fn text(folder: &Folder, only_collector: bool, style: Style) -> String {
    let at = |port: &str| folder.address(port);
    let mut rows = Vec::new();
    if !only_collector {
        rows.extend([
            ("boards", format!("{}{BOARD}", at("GRAFANA_PORT"))),
            ("Prometheus", at("PROMETHEUS_PORT")),
            ("Alertmanager", at("ALERTMANAGER_PORT")),
        ]);
    }
    rows.extend([
        ("OTLP/gRPC", at("OTLP_GRPC_PORT")),
        ("OTLP/HTTP", at("OTLP_HTTP_PORT")),
    ]);
    if !folder.setting("DASH0_AUTH_TOKEN").is_empty() {
        rows.push(("Dash0", "https://app.dash0.com".to_owned()));
    }
    let mut lines = vec![style.bold("The stack is ready")];
    lines.extend(
        rows.iter()
            .map(|(name, value)| format!("  {name:<12} {value}")),
    );
    lines.push(String::new());
    lines.push(style.bold("For a service, in any language"));
    lines.push(format!(
        "  export OTEL_EXPORTER_OTLP_ENDPOINT={}",
        at("OTLP_HTTP_PORT")
    ));
    lines.push("  export OTEL_EXPORTER_OTLP_PROTOCOL=http/protobuf".to_owned());
    lines.push(String::new());
    lines
        .push("`bellwether stack check` sends something through it and finds it again.".to_owned());
    lines.join("\n")
}
