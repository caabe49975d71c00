//! Renders three uploads and sends what it counted to the Collector that `OTEL_EXPORTER_OTLP_ENDPOINT` names.

use std::time::Duration;

use bellwether::Telemetry;
use own_metrics::metrics::labels::Tier;
use own_metrics::{Renderer, Worker};

#[tokio::main]
async fn main() -> Result<(), bellwether::Error> {
    let telemetry = Telemetry::builder("rendering").from_env()?.start()?;
    let metrics = telemetry.metrics();

    let worker = Worker::new(&metrics, "worker-1");
    let mut renderer = Renderer::new(&metrics, "eu-west-1");
    renderer.render(Tier::Free, b"\x89PNG\r\n\x1a\nfew pixels");
    renderer.render(Tier::Team, b"\x89PNG\r\n\x1a\nsome more pixels");
    renderer.render(Tier::Team, b"no image at all");
    worker.holds(48 << 20);

    telemetry.shutdown(Duration::from_secs(5)).await
}
