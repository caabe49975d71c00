//! Fields and answers that OTLP receivers are known to get wrong: one test a trap, beside those of `receiver_traps.rs`.
#![allow(clippy::unwrap_used)]

mod support;

use bellwether_backend::json;
use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::metrics::v1::number_data_point::Value;
use prost::Message as _;
use support::{Server, client};

const PROTOBUF: &str = "application/x-protobuf";
const JSON: &str = "application/json";
const TRACE: &str = "0102030405060708090a0b0c0d0e0f10";

async fn accepted(server: &Server, path: &str, body: &str) {
    let answer = server.post(path, JSON, body.to_owned()).await;
    assert_eq!(answer.status(), 200);
    assert_eq!(answer.text().await.unwrap(), "{}");
}

#[tokio::test]
async fn fields_that_are_easily_forgotten_are_kept() {
    let traces = format!(
        r#"{{"resourceSpans":[{{"schemaUrl":"https://resource","resource":{{"droppedAttributesCount":1}},"scopeSpans":[{{"schemaUrl":"https://scope",
        "scope":{{"name":"s","version":"2","droppedAttributesCount":3,"attributes":[{{"key":"a","value":{{"boolValue":true}}}}]}},"spans":[{{"traceId":"{TRACE}",
        "spanId":"0000000000000001","parentSpanId":"0000000000000009","traceState":"a=b","flags":257,"droppedAttributesCount":4,"droppedEventsCount":5,
        "droppedLinksCount":6,"events":[{{"name":"e","droppedAttributesCount":7}}],
        "links":[{{"traceId":"{TRACE}","spanId":"0000000000000002","traceState":"c=d","flags":768,"droppedAttributesCount":8}}]}}]}}]}}]}}"#
    );
    let logs = format!(
        r#"{{"resourceLogs":[{{"schemaUrl":"https://resource","scopeLogs":[{{"schemaUrl":"https://scope","logRecords":[{{"timeUnixNano":"5","observedTimeUnixNano":"6",
        "severityNumber":9,"severityText":"INFO","eventName":"session.start","flags":1,"droppedAttributesCount":2,"traceId":"{TRACE}","spanId":"0000000000000001"}}]}}]}}]}}"#
    );
    let metrics = format!(
        r#"{{"resourceMetrics":[{{"scopeMetrics":[{{"metrics":[{{"name":"m","description":"d","unit":"By","metadata":[{{"key":"k","value":{{"stringValue":"v"}}}}],
        "gauge":{{"dataPoints":[{{"timeUnixNano":"5","asInt":"1","flags":1,"exemplars":[{{"timeUnixNano":"4","asDouble":2.5,"traceId":"{TRACE}","spanId":"0000000000000001",
        "filteredAttributes":[{{"key":"f","value":{{"intValue":"1"}}}}]}}]}}]}}}}]}}]}}]}}"#
    );
    let server = Server::start().await;
    accepted(&server, "/v1/traces", &traces).await;
    accepted(&server, "/v1/logs", &logs).await;
    accepted(&server, "/v1/metrics", &metrics).await;
    let store = server.running.store();
    let trace = u128::from_str_radix(TRACE, 16).unwrap().to_be_bytes();
    let sent: ExportTraceServiceRequest = json::from_slice(traces.as_bytes()).unwrap();
    assert_eq!(
        store.trace(trace).unwrap().resource_spans,
        sent.resource_spans
    );
    let sent: ExportLogsServiceRequest = json::from_slice(logs.as_bytes()).unwrap();
    assert_eq!(
        store.logs_between(0..10, 10).unwrap().resource_logs,
        sent.resource_logs
    );
    assert_eq!(
        sent.resource_logs[0].scope_logs[0].log_records[0].event_name,
        "session.start"
    );
    let sent: ExportMetricsServiceRequest = json::from_slice(metrics.as_bytes()).unwrap();
    assert_eq!(
        store.metrics_between(0..10, 10).unwrap().resource_metrics,
        sent.resource_metrics
    );
    server.stop().await;
}

#[tokio::test]
async fn infinities_and_what_is_no_number_are_values_of_doubles() {
    let server = Server::start().await;
    let points: Vec<String> = [
        "\"NaN\"",
        "\"Infinity\"",
        "\"-Infinity\"",
        "\"1.5\"",
        "1e400",
    ]
    .iter()
    .zip(1..)
    .map(|(value, time)| format!(r#"{{"timeUnixNano":"{time}","asDouble":{value}}}"#))
    .collect();
    let body = |points: &[String]| {
        format!(
            r#"{{"resourceMetrics":[{{"scopeMetrics":[{{"metrics":[{{"name":"m","gauge":{{"dataPoints":[{}]}}}}]}}]}}]}}"#,
            points.join(",")
        )
    };
    accepted(&server, "/v1/metrics", &body(&points[..4])).await;
    let data = server.running.store().metrics_between(0..10, 10).unwrap();
    let Some(Data::Gauge(gauge)) = &data.resource_metrics[0].scope_metrics[0].metrics[0].data
    else {
        panic!("{data:?}");
    };
    let values: Vec<f64> = gauge
        .data_points
        .iter()
        .map(|point| match point.value {
            Some(Value::AsDouble(value)) => value,
            _ => panic!("{point:?}"),
        })
        .collect();
    assert!(values[0].is_nan());
    assert_eq!(values[1..], [f64::INFINITY, f64::NEG_INFINITY, 1.5]);
    // A number that no double holds is refused rather than made another.
    let answer = server.post("/v1/metrics", JSON, body(&points[4..])).await;
    assert_eq!(answer.status(), 400);
    server.stop().await;
}

#[tokio::test]
async fn bytes_are_base64_and_every_id_is_hexadecimal_of_either_case() {
    let server = Server::start().await;
    let upper = TRACE.to_uppercase();
    accepted(&server, "/v1/traces", &format!(
        r#"{{"resourceSpans":[{{"scopeSpans":[{{"spans":[{{"traceId":"{upper}","spanId":"00000000000000AB","parentSpanId":"00000000000000Cd",
        "links":[{{"traceId":"{upper}","spanId":"00000000000000EF"}}],"attributes":[{{"key":"b","value":{{"bytesValue":"AQID/w=="}}}}]}}]}}]}}]}}"#
    )).await;
    let trace = u128::from_str_radix(TRACE, 16).unwrap().to_be_bytes();
    let data = server.running.store().trace(trace).unwrap();
    let span = &data.resource_spans[0].scope_spans[0].spans[0];
    assert_eq!(
        (span.span_id[7], span.parent_span_id[7]),
        (0xab, 0xcd),
        "{span:?}"
    );
    assert_eq!(
        (&span.links[0].trace_id[..], span.links[0].span_id[7]),
        (&trace[..], 0xef)
    );
    let value = json::to_string(&data);
    assert!(value.contains(r#""bytesValue":"AQID/w==""#), "{value}");
    server.stop().await;
}

#[tokio::test]
async fn values_of_attributes_may_be_of_any_kind_at_any_depth() {
    let server = Server::start().await;
    let body = r#"{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"timeUnixNano":"5","body":{"kvlistValue":{"values":[
        {"key":"list","value":{"arrayValue":{"values":[{"intValue":"1"},{"stringValue":"two"},{"doubleValue":3.5},{"boolValue":false},{},{"arrayValue":{"values":[]}}]}}},
        {"key":"map","value":{"kvlistValue":{"values":[{"key":"deep","value":{"bytesValue":"AA=="}}]}}},{"key":"none","value":{}}]}},
        "attributes":[{"key":"","value":{"stringValue":""}},{"key":"list","value":{"arrayValue":{"values":[{"kvlistValue":{"values":[]}}]}}}]}]}]}]}"#;
    accepted(&server, "/v1/logs", body).await;
    let sent: ExportLogsServiceRequest = json::from_slice(body.as_bytes()).unwrap();
    let stored = server.running.store().logs_between(0..10, 10).unwrap();
    assert_eq!(stored.resource_logs, sent.resource_logs);
    server.stop().await;
}

/// `google.rpc.Status`, as a sender reads it.
#[derive(Clone, PartialEq, prost::Message)]
struct Status {
    #[prost(int32, tag = "1")]
    code: i32,
    #[prost(string, tag = "2")]
    message: String,
}

#[tokio::test]
async fn every_refusal_is_a_status_in_the_format_of_the_sender() {
    let server = Server::start_with(|builder| builder.max_request_bytes(10_000)).await;
    let cases = [
        ("POST", "x".to_owned(), 400, 3),
        ("POST", "x".repeat(20_000), 413, 8),
        ("GET", String::new(), 405, 12),
        ("PUT", String::new(), 405, 12),
    ];
    for (method, body, code, status) in cases {
        for content_type in [PROTOBUF, JSON] {
            let answer = client()
                .request(method.parse().unwrap(), server.url("/v1/traces"))
                .header("content-type", content_type)
                .body(body.clone())
                .send()
                .await
                .unwrap();
            assert_eq!(answer.status(), code, "{method} {content_type}");
            assert_eq!(answer.headers()["content-type"], content_type);
            let body = answer.bytes().await.unwrap();
            let (said, message) = if content_type == PROTOBUF {
                let status = Status::decode(body).unwrap();
                (i64::from(status.code), status.message)
            } else {
                let status: serde_json::Value = serde_json::from_slice(&body).unwrap();
                let message = status["message"].as_str().unwrap().to_owned();
                (status["code"].as_i64().unwrap(), message)
            };
            assert_eq!(said, status, "{method} {content_type}");
            assert!(!message.is_empty());
        }
    }
    server.stop().await;
}

#[tokio::test]
async fn an_answer_does_not_repeat_a_large_request() {
    let server = Server::start().await;
    let name = "ü".repeat(3 << 20);
    let body =
        format!(r#"{{"resourceSpans":[{{"scopeSpans":[{{"spans":[{{"kind":"{name}"}}]}}]}}]}}"#);
    let answer = server.post("/v1/traces", JSON, body).await;
    assert_eq!(answer.status(), 400);
    let answer = answer.bytes().await.unwrap();
    assert!(answer.len() < 4_096, "{} bytes", answer.len());
    server.stop().await;
}
