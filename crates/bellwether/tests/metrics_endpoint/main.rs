//! The HTTP endpoint over real sockets: what it answers, what it bears, and how it ends.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]

mod answers;
mod client;
mod components;
mod ending;
mod load;

use bellwether::config::{Exporter, MapEnvironment};
use bellwether::{Telemetry, TelemetryBuilder};

/// Telemetry that sends nothing and serves on a free port.
fn builder(variables: &[(&str, &str)]) -> TelemetryBuilder {
    let environment: MapEnvironment = variables.iter().copied().collect();
    Telemetry::builder("orchestrator")
        .service_version("1.4.0")
        .traces_exporter(Exporter::None)
        .metrics_exporter(Exporter::None)
        .logs_exporter(Exporter::None)
        .resource_metrics(false)
        .detached()
        .from_variables(environment)
        .unwrap()
}

fn start(variables: &[(&str, &str)]) -> Telemetry {
    builder(variables).metrics_port(0).start().unwrap()
}
