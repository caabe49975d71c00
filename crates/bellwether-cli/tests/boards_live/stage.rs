//! The servers: Prometheus with the rules that ship, and the Collector before it.

use std::path::Path;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use axum::http::StatusCode;
use axum::routing::get;
use bellwether_testing::prometheus::{Prometheus, Settings, Translation};
use serde_json::json;
use tempfile::TempDir;

use super::feed::Feed;
use super::support::collector::{Running, attributes, client, one_log, one_span};

/// How often Prometheus reads its own metrics.
const SCRAPES: Duration = Duration::from_secs(1);

/// Resource attributes that the server makes labels of: those of the stack's own configuration.
fn promoted() -> Vec<String> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../deploy/prometheus/prometheus.yml");
    let text = std::fs::read_to_string(file).unwrap();
    let (_, after) = text.split_once("promote_resource_attributes:\n").unwrap();
    let items = after
        .lines()
        .map_while(|line| line.trim().strip_prefix("- "));
    let promoted: Vec<String> = items.map(str::to_owned).collect();
    assert!(promoted.len() >= 5, "{promoted:?}");
    promoted
}

pub(crate) struct Stage {
    pub(crate) prometheus: Prometheus,
    pub(crate) collector: Option<Running>,
    _folder: TempDir,
}

impl Stage {
    /// A server that was sent nothing.
    pub(crate) async fn idle() -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        Some(Self {
            prometheus: Prometheus::start(&settings(folder.path())).await?,
            collector: None,
            _folder: folder,
        })
    }

    /// A server behind a Collector with these layers. Nothing but what the Collector sends itself is sent yet.
    pub(crate) async fn ready(layers: &str) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let itself = Itself::start().await;
        let settings = settings(folder.path()).scrape("stack", &itself.address, SCRAPES);
        let prometheus = Prometheus::start(&settings).await?;
        itself.is_at(&prometheus);
        // Traces and logs go somewhere, so that their exporters have something to count.
        let sink = sink().await;
        let variables = [
            (
                "BELLWETHER_PROMETHEUS_OTLP_ENDPOINT",
                prometheus.otlp_endpoint(),
            ),
            ("BELLWETHER_TEMPO_OTLP_ENDPOINT", sink.clone()),
            ("BELLWETHER_LOKI_OTLP_ENDPOINT", sink),
            ("BELLWETHER_COLLECTOR_SELF_INTERVAL_MS", "500".to_owned()),
            ("BELLWETHER_SAMPLING_DECISION_WAIT", "1s".to_owned()),
            (
                "OTEL_RESOURCE_ATTRIBUTES",
                "deployment.environment.name=test".to_owned(),
            ),
        ];
        let variables: Vec<(&str, &str)> = variables
            .iter()
            .map(|(name, value)| (*name, value.as_str()))
            .collect();
        let collector = Running::start(&folder.path().join("collector"), layers, &variables);
        Some(Self {
            prometheus,
            collector: Some(collector),
            _folder: folder,
        })
    }

    /// A server that has an hour of everything.
    pub(crate) async fn fed() -> Option<Self> {
        let stage = Self::ready("tail-sampling,grafana").await?;
        let collector = stage.collector.as_ref().unwrap();
        Feed::new().send_an_hour(collector).await;
        for id in 1..=6 {
            requests_and_errors(collector, id).await;
            tokio::time::sleep(Duration::from_secs(2)).await;
        }
        let recorded = "count(slo:period_error_budget_remaining:ratio)";
        for (what, expression) in [
            ("the last minute", "count(agent_execution_total)"),
            ("what rules record", recorded),
            ("series of spans", "count(traces_span_metrics_calls_total)"),
            (
                "the host",
                "count(count_over_time(system_cpu_time_seconds_total[1m]) > 8)",
            ),
            (
                "the Collector",
                "count(count_over_time(otelcol_exporter_sent_spans_total[1m]) > 8)",
            ),
        ] {
            stage
                .prometheus
                .eventually(what, expression, |found| !found.is_empty())
                .await;
        }
        Some(stage)
    }
}

/// Where Prometheus finds its own metrics, as it does in the stack: its own port it knows when it has started only.
struct Itself {
    address: String,
    url: Arc<OnceLock<String>>,
}

impl Itself {
    async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let url = Arc::<OnceLock<String>>::default();
        let at = Arc::clone(&url);
        let client = client();
        let answer = move || async move {
            let url = at.get().ok_or(StatusCode::SERVICE_UNAVAILABLE)?;
            let asked = client.get(url).send().await;
            let answer = asked.map_err(|_| StatusCode::BAD_GATEWAY)?;
            let text = answer.text().await;
            text.map_err(|_| StatusCode::BAD_GATEWAY)
        };
        let router = axum::Router::new().route("/metrics", get(answer));
        tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
        Self { address, url }
    }

    fn is_at(&self, prometheus: &Prometheus) {
        self.url
            .set(format!("{}/metrics", prometheus.url()))
            .unwrap();
    }
}

/// Takes everything and keeps nothing.
async fn sink() -> String {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let router = axum::Router::new().fallback(|| async {});
    tokio::spawn(async move { axum::serve(listener, router).await.unwrap() });
    format!("http://{address}")
}

fn settings(folder: &Path) -> Settings {
    let mut settings = Settings::default()
        .feature("exemplar-storage")
        .otlp(Translation::UnderscoreEscapingWithSuffixes)
        .promote(&promoted())
        .out_of_order(Duration::from_secs(3 * 3600));
    let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../dashboards/prometheus");
    for name in [
        "recording.yaml",
        "slo.yaml",
        "alerts.yaml",
        "alerts-prometheus.yaml",
    ] {
        let text = std::fs::read_to_string(shipped.join(name)).unwrap();
        // Whoever waits for a rule of five minutes waits for five minutes.
        let lines = text
            .lines()
            .map(|line| match line.split_once("interval: ") {
                Some((before, _)) if before.trim().is_empty() => format!("{before}interval: 2s\n"),
                _ => format!("{line}\n"),
            });
        let file = folder.join(name);
        std::fs::write(&file, lines.collect::<String>()).unwrap();
        settings = settings.rules(&file);
    }
    settings
}

/// A request that succeeds, one that fails, a job, and a log line of the failure.
async fn requests_and_errors(collector: &Running, id: u64) {
    let request = json!({"attributes": attributes(&[("http.route", "/jobs".into()), ("http.request.method", "GET".into())])});
    let failed = json!({"status": {"code": 2}, "attributes": request["attributes"]});
    let job = json!({"kind": 5});
    let spans = [
        ("GET /jobs", &request),
        ("GET /jobs", &failed),
        ("process jobs", &job),
    ];
    for (number, (name, rest)) in (id * 3..).zip(spans) {
        let span = one_span("catalog", number.into(), number, name, rest);
        collector.send("traces", &span).await;
    }
    let line = one_log("catalog", 17, &json!({"stringValue": "no"}), &json!({}));
    collector.send("logs", &line).await;
}
