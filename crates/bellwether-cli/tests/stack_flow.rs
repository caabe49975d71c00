//! What a service sends through the stack is found where people look, and each finding leads to the others: the
//! Collector, Prometheus and Loki run with what docker-compose.yml mounts and sets; only Docker is left out.

#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot be set up has failed"
)]

mod support;

use std::process::Output;
use std::time::{Duration, Instant};

use bellwether::Telemetry;
use bellwether::config::{LogStream, Protocol};
use bellwether_testing::stack::{NativeStack, otelcol};
use serde_json::Value;
use support::{bellwether, stdout};

async fn stack() -> Option<NativeStack> {
    NativeStack::start(&otelcol()?).await
}

/// A service that does one job in a span, and says so. The id of the trace.
async fn work(port: u16) -> String {
    let telemetry = Telemetry::builder("renderer")
        .log_stream(LogStream::Off)
        .protocol(Protocol::HttpProtobuf)
        .endpoint(format!("http://127.0.0.1:{port}"))
        .detached()
        .start()
        .unwrap();
    let trace = tracing::dispatcher::with_default(&telemetry.dispatch(), || {
        tracing::info_span!("render").in_scope(|| {
            let worker = telemetry.metrics().jobs().worker("w-1");
            worker.start("render", "high").completed();
            tracing::info!(session_id = "sess-7", "rendered a page");
            bellwether::trace::current_trace_id().unwrap().to_string()
        })
    });
    telemetry.shutdown(Duration::from_secs(30)).await.unwrap();
    trace
}

/// The exemplars of a histogram whose trace is this one, once there are any.
async fn exemplars(stack: &NativeStack, metric: &str, trace: &str) -> usize {
    let started = Instant::now();
    loop {
        let now = std::time::SystemTime::UNIX_EPOCH
            .elapsed()
            .unwrap()
            .as_secs();
        let (start, end) = ((now - 600).to_string(), (now + 600).to_string());
        let parameters = [("query", metric), ("start", &start), ("end", &end)];
        let found = stack.prometheus.api("query_exemplars", &parameters).await;
        let count = found.to_string().matches(trace).count();
        if count > 0 || started.elapsed() > Duration::from_secs(60) {
            return count;
        }
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
}

/// The rules of all groups that are evaluated often, once each was.
async fn evaluated(stack: &NativeStack) -> Vec<Value> {
    let started = Instant::now();
    loop {
        let loaded = stack.prometheus.api("rules", &[]).await;
        let groups = loaded["groups"].as_array().unwrap();
        assert!(groups.len() >= 4, "{} groups", groups.len());
        let often = groups
            .iter()
            .filter(|group| group["interval"].as_f64() <= Some(15.0));
        let rules = often.flat_map(|group| group["rules"].as_array().unwrap());
        let rules: Vec<_> = rules.cloned().collect();
        let is_over = rules.iter().all(|rule| rule["health"] != "unknown");
        if is_over && !rules.is_empty() {
            return rules;
        }
        assert!(
            started.elapsed() < Duration::from_secs(60),
            "not evaluated: {loaded}"
        );
        tokio::time::sleep(Duration::from_millis(500)).await;
    }
}

fn check(stack: &NativeStack, parts: &str, within: &str) -> Output {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
    let port = |port: Option<u16>| port.unwrap_or(1).to_string();
    let prometheus = stack.prometheus.url();
    bellwether()
        .args([
            "stack",
            "--folder",
            root,
            "check",
            "--no-docker",
            "--parts",
            parts,
            "--within",
            within,
        ])
        .env("OTLP_HTTP_PORT", stack.otlp_http.to_string())
        .env("PROMETHEUS_PORT", prometheus.rsplit(':').next().unwrap())
        .env("LOKI_PORT", port(stack.loki_port))
        .env("TEMPO_PORT", port(stack.jaeger_port))
        // Nobody listens there.
        .env("GRAFANA_PORT", "1")
        .output()
        .unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_percentile_leads_to_its_trace_and_to_the_log_line() {
    let Some(stack) = stack().await else { return };
    let trace = work(stack.otlp_http).await;

    // The metric, under the name and the labels that boards use, with the exemplar.
    let expression =
        r#"jobs_processed_total{job="renderer", service_name="renderer", status="completed"}"#;
    stack
        .prometheus
        .eventually("the job", expression, |found| !found.is_empty())
        .await;
    assert!(exemplars(&stack, "job_duration_seconds_bucket", &trace).await > 0);
    // The one that the Collector counts from spans has it too, and the host's metrics have the host.
    assert!(
        exemplars(
            &stack,
            "traces_span_metrics_duration_seconds_bucket",
            &trace
        )
        .await
            > 0
    );
    let host = r#"system_memory_usage_bytes{host_name!=""}"#;
    stack
        .prometheus
        .eventually("the host", host, |found| !found.is_empty())
        .await;

    // From the exemplar to the trace, from the trace to the line.
    stack.trace(&trace, "render").await;
    let records = stack.records("renderer", &trace, "rendered a page").await;
    if stack.loki_port.is_some() {
        let loki: Value = serde_json::from_str(&records).unwrap();
        let labels = &loki["data"]["result"][0]["stream"];
        assert_eq!(labels["trace_id"], trace.as_str(), "{records}");
        assert_eq!(labels["service_name"], "renderer");
        // Where the data source looks for it, to lead to all traces of the session.
        assert_eq!(labels["session_id"], "sess-7", "{records}");
    }

    // Every rule that is mounted is loaded, and none fails on what there is.
    for rule in evaluated(&stack).await {
        assert_eq!(rule["health"], "ok", "{rule}");
    }
    // There is no Alertmanager to send to; nothing else is wrong.
    let log = stack.prometheus.log();
    let mut errors = log.lines().filter(|line| line.contains("level=ERROR"));
    assert!(
        errors.all(|line| line.contains("component=notifier")),
        "{log}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn check_finds_what_it_sent_and_says_what_it_does_not_find() {
    let Some(mut stack) = stack().await else {
        return;
    };
    let mut parts = vec!["prometheus"];
    parts.extend(stack.jaeger_port.map(|_| "tempo"));
    parts.extend(stack.loki_port.map(|_| "loki"));
    let output = check(&stack, &parts.join(","), "60");
    let said = stdout(&output);
    assert!(output.status.success(), "{said}");
    assert!(said.contains("its exemplar leads to the trace"), "{said}");
    if stack.loki_port.is_some() {
        assert!(said.contains("by its trace id"), "{said}");
    }

    // Grafana is not there.
    let output = check(&stack, "grafana", "1");
    assert_eq!(output.status.code(), Some(1));
    assert!(
        stdout(&output).contains("127.0.0.1:1 does not answer"),
        "{}",
        stdout(&output)
    );

    // Loki has gone, the rest goes on.
    if stack.loki.take().is_some() {
        let output = check(&stack, "prometheus,loki", "2");
        assert_eq!(output.status.code(), Some(1));
        let said = stdout(&output);
        assert!(said.contains("docker compose logs loki"), "{said}");
        assert!(said.contains("its exemplar leads to the trace"), "{said}");
    }
}
