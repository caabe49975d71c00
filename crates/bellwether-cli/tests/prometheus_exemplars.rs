//! From a slow measurement to its trace: the exemplars of a running service, as a real Prometheus has them.

#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot be set up has failed"
)]

mod support;

use std::time::{Duration, Instant};

use bellwether::config::{LogStream, Protocol};
use bellwether::metrics::JobWorker;
use bellwether::metrics::exposition::Format;
use bellwether::{Telemetry, TelemetryBuilder};
use bellwether_testing::prometheus::{Prometheus, Settings, Translation};
use serde_json::Value;
use support::metrics_endpoint::MetricsEndpoint;
use support::roads::Roads;

const PATIENCE: Duration = Duration::from_secs(40);

fn service() -> TelemetryBuilder {
    let builder = Telemetry::builder("exemplars").log_stream(LogStream::Off);
    builder.protocol(Protocol::HttpProtobuf).detached()
}

/// Does a job in a span. The id of its trace, and the worker: series and exemplars are told as long as it lives, and a
/// minute more.
fn work(telemetry: &Telemetry) -> (String, JobWorker) {
    tracing::dispatcher::with_default(&telemetry.dispatch(), || {
        tracing::info_span!("render").in_scope(|| {
            let worker = telemetry.metrics().jobs().worker("w-1");
            worker.start("render", "high").completed();
            let trace = bellwether::trace::current_trace_id().unwrap();
            (trace.to_string(), worker)
        })
    })
}

/// The exemplars of a histogram's buckets, once there are any.
async fn exemplars(prometheus: &Prometheus) -> Vec<Value> {
    let started = Instant::now();
    loop {
        let now = std::time::SystemTime::UNIX_EPOCH
            .elapsed()
            .unwrap()
            .as_secs();
        let (start, end) = ((now - 600).to_string(), (now + 600).to_string());
        let parameters = [
            ("query", "job_duration_seconds_bucket"),
            ("start", &start),
            ("end", &end),
        ];
        let found = prometheus.api("query_exemplars", &parameters).await;
        let series = found.as_array().unwrap().iter();
        let found: Vec<_> = series
            .flat_map(|series| series["exemplars"].as_array().unwrap().clone())
            .collect();
        if !found.is_empty() || started.elapsed() > PATIENCE {
            return found;
        }
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

/// Each is of this trace, and has the time that the job took.
fn are_of(exemplars: &[Value], trace: &str) {
    assert!(!exemplars.is_empty());
    for exemplar in exemplars {
        assert_eq!(exemplar["labels"]["trace_id"], trace, "{exemplar}");
        assert_eq!(exemplar["labels"]["span_id"].as_str().unwrap().len(), 16);
        let value: f64 = exemplar["value"].as_str().unwrap().parse().unwrap();
        assert!((0.0..60.0).contains(&value), "{exemplar}");
    }
}

#[tokio::test]
async fn an_exemplar_leads_to_its_trace_over_otlp() {
    let settings = Settings::default().feature("exemplar-storage");
    let translation = [Translation::UnderscoreEscapingWithSuffixes];
    let Some(roads) = Roads::open(&settings, &translation).await else {
        return;
    };
    let telemetry = service().endpoint(roads.endpoint()).start().unwrap();
    let (trace, _worker) = work(&telemetry);
    telemetry.shutdown(Duration::from_secs(30)).await.unwrap();
    are_of(&exemplars(&roads.servers[0].1).await, &trace);
}

#[tokio::test]
async fn an_exemplar_leads_to_its_trace_by_scrape() {
    let telemetry = service().start().unwrap();
    let (trace, _worker) = work(&telemetry);
    let collect = move || telemetry.collect_metrics().unwrap().into_request();
    let endpoint = MetricsEndpoint::start(Format::OpenMetrics, collect).await;
    let settings = Settings::default().feature("exemplar-storage").scrape(
        "exemplars",
        &endpoint.address,
        Duration::from_millis(500),
    );
    let Some(prometheus) = Prometheus::start(&settings).await else {
        return;
    };
    are_of(&exemplars(&prometheus).await, &trace);
}
