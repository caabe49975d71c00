//! telemetrygen, the load generator of the Collector's makers, one run for each signal and kind of metric.

use serde_json::{Value, json};

use crate::server::Server;
use crate::{install, run, stored};

const TRACE: &str = "0102030405060708090a0b0c0d0e0f10";
const SPAN: &str = "0102030405060708";

fn generate(server: &Server, protocol: &str, arguments: &[&str]) {
    let mut client = install::telemetrygen().unwrap();
    client.args(arguments);
    let address = if protocol == "grpc" {
        &server.grpc
    } else {
        client.arg("--otlp-http");
        &server.http
    };
    client
        .arg("--otlp-endpoint")
        .arg(address.trim_start_matches("http://"));
    client.args(["--otlp-insecure", "--rate", "0", "--service", "generated"]);
    client.args(["--otlp-attributes", "host.name=\"one\""]);
    client.args([
        "--telemetry-attributes",
        "whole=7",
        "--telemetry-attributes",
        "truth=true",
    ]);
    run(&mut client, &[]);
}

/// The items of a signal, after the resource was looked at.
fn items(server: &Server, signal: &str, path: [&str; 3]) -> Vec<Value> {
    let document = stored(server, signal);
    let resources = document[path[0]].as_array().unwrap();
    let scopes = |resource: &Value| {
        assert_eq!(
            resource["resource"]["attributes"],
            json!([{"key": "host.name", "value": {"stringValue": "one"}}, {"key": "service.name", "value": {"stringValue": "generated"}}])
        );
        resource[path[1]].as_array().unwrap().clone()
    };
    let scopes = resources.iter().flat_map(scopes);
    scopes
        .flat_map(|scope| scope[path[2]].as_array().unwrap().clone())
        .collect()
}

fn has_attributes(item: &Value) {
    let attributes = item["attributes"].as_array().unwrap();
    assert!(
        attributes.contains(&json!({"key": "whole", "value": {"intValue": "7"}})),
        "{item}"
    );
    assert!(
        attributes.contains(&json!({"key": "truth", "value": {"boolValue": true}})),
        "{item}"
    );
}

fn traces(server: &Server, protocol: &str) {
    let arguments = [
        "traces",
        "--traces",
        "1",
        "--child-spans",
        "2",
        "--span-links",
        "1",
        "--status-code",
        "Error",
    ];
    generate(server, protocol, &arguments);
    let spans = items(server, "traces", ["resourceSpans", "scopeSpans", "spans"]);
    assert_eq!(spans.len(), 3, "{spans:?}");
    let root = spans.iter().find(|span| span["name"] == "lets-go").unwrap();
    assert_eq!(root["kind"], 3);
    for span in &spans {
        has_attributes(span);
        assert_eq!(span["traceId"], root["traceId"]);
        assert_eq!(span["status"], json!({"code": 2}));
        if span["spanId"] == root["spanId"] {
            continue;
        }
        assert_eq!(span["parentSpanId"], root["spanId"]);
        let link = &span["links"][0];
        assert_eq!(link["traceId"], root["traceId"]);
        assert!(
            spans
                .iter()
                .any(|linked| linked["spanId"] == link["spanId"])
        );
        assert_eq!(link["attributes"][0]["key"], "link.type");
    }
}

fn metrics(server: &Server, protocol: &str) {
    let kinds = ["ExponentialHistogram", "Gauge", "Histogram", "Sum"];
    for kind in kinds {
        let arguments = [
            "metrics",
            "--metrics",
            "1",
            "--metric-type",
            kind,
            "--otlp-metric-name",
            kind,
        ];
        let ids = ["--trace-id", TRACE, "--span-id", SPAN];
        generate(server, protocol, &[&arguments[..], &ids].concat());
    }
    let metrics = items(
        server,
        "metrics",
        ["resourceMetrics", "scopeMetrics", "metrics"],
    );
    let names: Vec<_> = metrics
        .iter()
        .map(|metric| metric["name"].as_str())
        .collect();
    assert_eq!(names, kinds.map(Some));
    for metric in metrics {
        let name = metric["name"].as_str().unwrap();
        let field = format!("{}{}", name[..1].to_lowercase(), &name[1..]);
        let points = metric[&field]["dataPoints"].as_array().unwrap();
        assert_eq!(points.len(), 1, "{metric}");
        let point = &points[0];
        has_attributes(point);
        assert_eq!(point["exemplars"][0]["traceId"], TRACE);
        assert_eq!(point["exemplars"][0]["spanId"], SPAN);
        let counts = match name {
            "Histogram" => &point["bucketCounts"],
            "ExponentialHistogram" => &point["positive"]["bucketCounts"],
            _ => continue,
        };
        let number = |count: &Value| count.as_str().unwrap_or("0").parse::<u64>().unwrap();
        let in_buckets: u64 = counts.as_array().unwrap().iter().map(number).sum();
        let zero = number(&point["zeroCount"]);
        assert_eq!(in_buckets + zero, number(&point["count"]), "{metric}");
    }
}

fn logs(server: &Server, protocol: &str) {
    let arguments = [
        "logs",
        "--logs",
        "2",
        "--severity-number",
        "17",
        "--severity-text",
        "Error",
        "--body",
        "failed",
    ];
    let ids = ["--trace-id", TRACE, "--span-id", SPAN];
    generate(server, protocol, &[&arguments[..], &ids].concat());
    let records = items(server, "logs", ["resourceLogs", "scopeLogs", "logRecords"]);
    assert_eq!(records.len(), 2, "{records:?}");
    for record in records {
        has_attributes(&record);
        assert_eq!(record["severityNumber"], 17);
        assert_eq!(record["severityText"], "Error");
        assert_eq!(record["body"], json!({"stringValue": "failed"}));
        assert_eq!(record["traceId"], TRACE);
        assert_eq!(record["spanId"], SPAN);
    }
}

pub(crate) async fn check(protocol: &str) {
    let server = Server::start();
    traces(&server, protocol);
    metrics(&server, protocol);
    logs(&server, protocol);
    let rows = server.get("/api/v1/traces?service=generated").await;
    assert_eq!(rows["rows"][0]["spans"], 3, "{rows}");
    let rows = server
        .get(&format!("/api/v1/logs?trace={TRACE}&severity=17"))
        .await;
    assert_eq!(rows["rows"].as_array().unwrap().len(), 2, "{rows}");
    let rows = server.get("/api/v1/metrics").await;
    assert_eq!(rows["rows"].as_array().unwrap().len(), 4, "{rows}");
}
