//! The real Collector as the sender, over each of its three roads.

#![allow(clippy::unwrap_used, reason = "a failed test helper is a failed test")]

mod support;

use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use bellwether_backend::otlp::metrics::v1::{MetricsData, metric::Data};
use bellwether_backend::{Signal, json};
use serde_json::{Value, json};
use support::{Server, client};

const LONG: Duration = Duration::from_secs(60);

struct Collector {
    child: Child,
    http: u16,
    _folder: tempfile::TempDir,
}

impl Drop for Collector {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn free_port() -> u16 {
    std::net::TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port()
}

impl Collector {
    fn start(binary: &std::ffi::OsStr, exporter: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let http = free_port();
        let config = format!(
            "receivers: {{otlp: {{protocols: {{http: {{endpoint: '127.0.0.1:{http}'}}}}}}}}
exporters:
  {exporter}
service:
  telemetry: {{metrics: {{level: none}}}}
  pipelines:
    traces: {{receivers: [otlp], exporters: [EXPORTER]}}
    metrics: {{receivers: [otlp], exporters: [EXPORTER]}}
    logs: {{receivers: [otlp], exporters: [EXPORTER]}}
"
        )
        .replace("EXPORTER", exporter.split(':').next().unwrap());
        let file = folder.path().join("config.yaml");
        std::fs::write(&file, config).unwrap();
        let log = std::fs::File::create(folder.path().join("log")).unwrap();
        let child = Command::new(binary)
            .arg("--config")
            .arg(&file)
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .unwrap();
        Self {
            child,
            http,
            _folder: folder,
        }
    }

    async fn send(&self, path: &str, body: &Value) {
        let deadline = Instant::now() + LONG;
        loop {
            let url = format!("http://127.0.0.1:{}{path}", self.http);
            let sent = client()
                .post(url)
                .header("content-type", "application/json")
                .body(body.to_string())
                .send()
                .await;
            if sent.is_ok_and(|answer| answer.status() == 200) {
                return;
            }
            assert!(Instant::now() < deadline, "the Collector does not listen");
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }
}

fn attributes() -> Value {
    json!([
        {"key": "text", "value": {"stringValue": "plan"}},
        {"key": "whole", "value": {"intValue": "9007199254740993"}},
        {"key": "real", "value": {"doubleValue": 0.1}},
        {"key": "truth", "value": {"boolValue": true}},
        {"key": "bytes", "value": {"bytesValue": "AQID"}},
        {"key": "list", "value": {"arrayValue": {"values": [{"stringValue": "a"}, {"intValue": "1"}]}}},
        {"key": "map", "value": {"kvlistValue": {"values": [{"key": "k", "value": {"stringValue": "v"}}]}}}
    ])
}

/// Resource and scope as the Collector hands them on: always there.
fn around(signal: &str, scopes: &str, items: &Value) -> Value {
    let mut scope = json!({"scope": {"name": "test", "version": "1"}});
    scope
        .as_object_mut()
        .unwrap()
        .extend(items.as_object().unwrap().clone());
    let resource =
        json!({"attributes": [{"key": "service.name", "value": {"stringValue": "agents"}}]});
    json!({signal: [{"resource": resource, scopes: [scope]}]})
}

fn traces() -> Value {
    around(
        "resourceSpans",
        "scopeSpans",
        &json!({"spans": [{
            "traceId": "0102030405060708090a0b0c0d0e0f10", "spanId": "0102030405060708", "parentSpanId": "0807060504030201",
            "traceState": "a=b", "flags": 257, "name": "plan", "kind": 3, "startTimeUnixNano": "1700000000000000000",
            "endTimeUnixNano": "1700000000000000009", "attributes": attributes(), "droppedAttributesCount": 1,
            "events": [{"timeUnixNano": "1700000000000000003", "name": "tool", "attributes": attributes(), "droppedAttributesCount": 2}],
            "droppedEventsCount": 3,
            "links": [{"traceId": "100f0e0d0c0b0a090807060504030201", "spanId": "0807060504030201", "traceState": "c=d", "attributes": attributes(), "flags": 1}],
            "droppedLinksCount": 4, "status": {"message": "failed", "code": 2}
        }]}),
    )
}

fn logs() -> Value {
    around(
        "resourceLogs",
        "scopeLogs",
        &json!({"logRecords": [
            {"timeUnixNano": "1700000000000000000", "observedTimeUnixNano": "1700000000000000001", "severityNumber": 17, "severityText": "ERROR",
             "body": {"kvlistValue": {"values": [{"key": "k", "value": {"stringValue": "v"}}]}}, "attributes": attributes(), "flags": 1,
             "traceId": "0102030405060708090a0b0c0d0e0f10", "spanId": "0102030405060708", "eventName": "plan.failed"},
            {"observedTimeUnixNano": "1700000000000000002"}
        ]}),
    )
}

fn metrics() -> Value {
    let exemplar = json!([{"timeUnixNano": "1700000000000000001", "asDouble": 0.5, "traceId": "0102030405060708090a0b0c0d0e0f10", "spanId": "0102030405060708"}]);
    around(
        "resourceMetrics",
        "scopeMetrics",
        &json!({"metrics": [
            {"name": "sum", "unit": "{call}", "description": "Calls.", "sum": {"aggregationTemporality": 2, "isMonotonic": true,
             "dataPoints": [{"startTimeUnixNano": "1700000000000000000", "timeUnixNano": "1700000000000000009", "asInt": "7", "exemplars": exemplar}]}},
            {"name": "gauge", "gauge": {"dataPoints": [{"timeUnixNano": "1700000000000000009", "asDouble": 1.5, "flags": 1}]}},
            {"name": "histogram", "histogram": {"aggregationTemporality": 1, "dataPoints": [{"timeUnixNano": "1700000000000000009", "count": "3", "sum": 2.5,
             "bucketCounts": ["1", "2"], "explicitBounds": [0.5], "min": 0.25, "max": 1.5, "exemplars": exemplar}]}},
            {"name": "exponential", "exponentialHistogram": {"aggregationTemporality": 2, "dataPoints": [{"timeUnixNano": "1700000000000000009", "count": "4", "sum": 2.5,
             "scale": 3, "zeroCount": "1", "positive": {"offset": -2, "bucketCounts": ["1", "2"]}, "negative": {}, "zeroThreshold": 0.001}]}},
            {"name": "summary", "summary": {"dataPoints": [{"timeUnixNano": "1700000000000000009", "count": "4", "sum": 2.5,
             "quantileValues": [{"quantile": 0.5, "value": 0.25}]}]}}
        ]}),
    )
}

/// The order of metrics is that of the store.
fn sorted(mut data: MetricsData) -> MetricsData {
    for scope in data
        .resource_metrics
        .iter_mut()
        .flat_map(|envelope| &mut envelope.scope_metrics)
    {
        scope.metrics.sort_by(|a, b| a.name.cmp(&b.name));
        for metric in &mut scope.metrics {
            // The Collector says an empty half of a histogram, whether or not it was sent one.
            if let Some(Data::ExponentialHistogram(histogram)) = &mut metric.data {
                histogram.data_points.iter_mut().for_each(|point| {
                    point.positive.get_or_insert_default();
                    point.negative.get_or_insert_default();
                });
            }
        }
    }
    data
}

#[tokio::test]
async fn what_the_collector_hands_on_is_stored_as_it_was_sent() {
    let Some(binary) = std::env::var_os("BELLWETHER_OTELCOL") else {
        println!("skipped: BELLWETHER_OTELCOL names no Collector");
        return;
    };
    for exporter in [
        "otlp_grpc: {endpoint: 'GRPC', tls: {insecure: true}, compression: zstd}",
        "otlp_http: {endpoint: 'http://HTTP', compression: gzip}",
        "otlp_http: {endpoint: 'http://HTTP', encoding: json, compression: zstd}",
    ] {
        let server = Server::start().await;
        let exporter = exporter
            .replace("GRPC", &server.running.grpc().to_string())
            .replace("HTTP", &server.running.http().to_string());
        let collector = Collector::start(&binary, &exporter);
        collector.send("/v1/traces", &traces()).await;
        collector.send("/v1/logs", &logs()).await;
        collector.send("/v1/metrics", &metrics()).await;
        let deadline = Instant::now() + LONG;
        while Signal::ALL.map(|signal| server.running.counts(signal).stored) != [1, 5, 2] {
            assert!(
                Instant::now() < deadline,
                "{exporter}: {:?}",
                Signal::ALL.map(|signal| server.running.counts(signal))
            );
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        let store = server.running.store();
        let all = i64::MIN..i64::MAX;
        assert_eq!(
            store.traces_between(all.clone(), 9).unwrap(),
            json::from_slice(traces().to_string().as_bytes()).unwrap(),
            "{exporter}"
        );
        let mut stored = store.logs_between(all.clone(), 9).unwrap();
        for record in stored
            .resource_logs
            .iter_mut()
            .flat_map(|envelope| &mut envelope.scope_logs)
            .flat_map(|scope| &mut scope.log_records)
        {
            // The Collector says an empty body where there was none.
            record.body.take_if(|body| body.value.is_none());
        }
        assert_eq!(
            stored,
            json::from_slice(logs().to_string().as_bytes()).unwrap(),
            "{exporter}"
        );
        let sent = json::from_slice(metrics().to_string().as_bytes()).unwrap();
        assert_eq!(
            sorted(store.metrics_between(all, 9).unwrap()),
            sorted(sent),
            "{exporter}"
        );
    }
}
