//! The road over OTLP: a real Collector with its shipped layers, and a real Prometheus behind it for each way of
//! translating names.

use std::fmt::Write as _;

use bellwether_testing::prometheus::{Prometheus, Settings, Translation};
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use prost::Message;
use tempfile::TempDir;

use super::collector::{Running, client};

/// A Collector that sends all metrics to several Prometheus.
pub(crate) struct Roads {
    collector: Running,
    client: reqwest::Client,
    pub(crate) servers: Vec<(Translation, Prometheus)>,
    _folder: TempDir,
}

impl Roads {
    /// `None` where there is no Prometheus.
    pub(crate) async fn open(settings: &Settings, translations: &[Translation]) -> Option<Self> {
        let mut servers = Vec::new();
        for translation in translations {
            let settings = settings.clone().otlp(*translation);
            servers.push((*translation, Prometheus::start(&settings).await?));
        }
        let folder = tempfile::tempdir().unwrap();
        let (first, others) = servers.split_first().unwrap();
        let overlay = folder.path().join("overlay.yaml");
        let mut arguments = vec!["--layers", "grafana", "--ports", "free"];
        if !others.is_empty() {
            std::fs::write(&overlay, further_destinations(others)).unwrap();
            arguments.extend(["--config", overlay.to_str().unwrap()]);
        }
        let endpoint = first.1.otlp_endpoint();
        let collector = Running::start_with(
            &folder.path().join("collector"),
            &arguments,
            &[("BELLWETHER_PROMETHEUS_OTLP_ENDPOINT", &endpoint)],
        );
        Some(Self {
            collector,
            client: client(),
            servers,
            _folder: folder,
        })
    }

    /// Where a service sends OTLP over HTTP.
    pub(crate) fn endpoint(&self) -> String {
        format!("http://{}", self.collector.http)
    }

    /// Sends a request to the Collector as the SDK's exporter over HTTP does.
    pub(crate) async fn send(&self, request: &ExportMetricsServiceRequest) {
        let sent = self
            .client
            .post(format!("{}/v1/metrics", self.endpoint()))
            .header("content-type", "application/x-protobuf")
            .body(request.encode_to_vec())
            .send()
            .await
            .unwrap();
        assert!(sent.status().is_success(), "{}", sent.status());
    }
}

/// The layer `grafana` has one Prometheus; each further one is an exporter and a pipeline beside it.
fn further_destinations(servers: &[(Translation, Prometheus)]) -> String {
    let mut exporters = String::from("exporters:\n");
    let mut pipelines = String::from("service:\n  pipelines:\n");
    for (translation, server) in servers {
        let (name, endpoint) = (translation.as_str(), server.otlp_endpoint());
        let exporter = format!("otlp_http/{name}");
        let _ = writeln!(exporters, "  {exporter}: {{endpoint: '{endpoint}'}}");
        let _ = writeln!(
            pipelines,
            "    metrics/{name}: {{receivers: [forward/out], exporters: [{exporter}]}}"
        );
    }
    exporters + &pipelines
}
