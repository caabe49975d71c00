//! What receivers have got wrong elsewhere, one test each.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::cast_possible_wrap,
    clippy::too_many_lines
)]

mod support;

use std::io::Write as _;
use std::time::{Duration, Instant};

use bellwether_backend::otlp::collector::metrics::v1::ExportMetricsServiceRequest;
use bellwether_backend::otlp::collector::trace::v1::ExportTraceServiceResponse;
use bellwether_backend::otlp::metrics::v1::metric::Data;
use bellwether_backend::otlp::metrics::v1::number_data_point::Value;
use bellwether_backend::{Backend, Refusal, Signal, StoreOptions, json};
use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::collector::logs::v1::logs_service_client::LogsServiceClient;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::trace_service_client::TraceServiceClient;
use opentelemetry_proto::tonic::common::v1::{AnyValue, any_value};
use opentelemetry_proto::tonic::logs::v1::{LogRecord, ResourceLogs, ScopeLogs};
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans, Span};
use prost::Message as _;
use support::{Server, client};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

const PROTOBUF: &str = "application/x-protobuf";
const JSON: &str = "application/json";

fn spans(spans: Vec<Span>) -> ExportTraceServiceRequest {
    let scope_spans = vec![ScopeSpans {
        spans,
        ..ScopeSpans::default()
    }];
    ExportTraceServiceRequest {
        resource_spans: vec![ResourceSpans {
            scope_spans,
            ..ResourceSpans::default()
        }],
    }
}

fn span(trace: u8, id: u8) -> Span {
    Span {
        trace_id: vec![trace; 16],
        span_id: vec![id; 8],
        name: format!("span {id}"),
        start_time_unix_nano: 1_700_000_000_000_000_000 + u64::from(id),
        end_time_unix_nano: 1_700_000_000_000_001_000 + u64::from(id),
        ..Span::default()
    }
}

fn logs(body: String) -> ExportLogsServiceRequest {
    let record = LogRecord {
        body: Some(AnyValue {
            value: Some(any_value::Value::StringValue(body)),
        }),
        time_unix_nano: 5,
        ..LogRecord::default()
    };
    let scope_logs = vec![ScopeLogs {
        log_records: vec![record],
        ..ScopeLogs::default()
    }];
    ExportLogsServiceRequest {
        resource_logs: vec![ResourceLogs {
            scope_logs,
            ..ResourceLogs::default()
        }],
    }
}

fn gzip(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

async fn post_packed(
    server: &Server,
    path: &str,
    encoding: &str,
    body: Vec<u8>,
) -> reqwest::Response {
    client()
        .post(server.url(path))
        .header("content-type", PROTOBUF)
        .header("content-encoding", encoding)
        .body(body)
        .send()
        .await
        .unwrap()
}

async fn traces_client(server: &Server) -> TraceServiceClient<tonic::transport::Channel> {
    TraceServiceClient::connect(format!("http://{}", server.running.grpc()))
        .await
        .unwrap()
}

async fn logs_client(server: &Server) -> LogsServiceClient<tonic::transport::Channel> {
    LogsServiceClient::connect(format!("http://{}", server.running.grpc()))
        .await
        .unwrap()
}

fn stored(server: &Server, signal: Signal) -> u64 {
    server.running.counts(signal).stored
}

#[tokio::test]
async fn values_of_metrics_survive_json() {
    let server = Server::start().await;
    let body = r#"{"resourceMetrics":[{"scopeMetrics":[{"metrics":[
        {"name":"a","sum":{"aggregationTemporality":2,"isMonotonic":true,"dataPoints":[{"asInt":"7","timeUnixNano":"1700000000000000001"}]}},
        {"name":"b","gauge":{"dataPoints":[{"asDouble":0.5,"timeUnixNano":1700000000000000002},{"asInt":3,"timeUnixNano":"1700000000000000003"}]}}]}]}]}"#;
    assert_eq!(server.post("/v1/metrics", JSON, body).await.status(), 200);
    let data = server
        .running
        .store()
        .metrics_between(0..i64::MAX, 10)
        .unwrap();
    let metrics = &data.resource_metrics[0].scope_metrics[0].metrics;
    let values: Vec<Option<Value>> = metrics
        .iter()
        .flat_map(|metric| match &metric.data {
            Some(Data::Sum(sum)) => sum.data_points.clone(),
            Some(Data::Gauge(gauge)) => gauge.data_points.clone(),
            _ => Vec::new(),
        })
        .map(|point| point.value)
        .collect();
    assert_eq!(
        values,
        [
            Some(Value::AsInt(7)),
            Some(Value::AsDouble(0.5)),
            Some(Value::AsInt(3))
        ]
    );
}

#[tokio::test]
async fn an_empty_value_is_a_value() {
    let server = Server::start().await;
    let body = r#"{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":{},"attributes":[{"key":"a","value":{}},{"key":"b"}]}]}]}]}"#;
    assert_eq!(server.post("/v1/logs", JSON, body).await.status(), 200);
    assert_eq!(stored(&server, Signal::Logs), 1);
}

#[tokio::test]
async fn numbers_as_text_and_text_as_numbers() {
    let body = r#"{"resourceSpans":[{"resource":{"droppedAttributesCount":"2"},"scopeSpans":[{"spans":[{"traceId":"0102030405060708090A0B0C0D0E0F10",
        "spanId":"0102030405060708","kind":"SPAN_KIND_CLIENT","status":{"code":"STATUS_CODE_ERROR"},"startTimeUnixNano":1700000000000000000,
        "endTimeUnixNano":"1700000000000000009","attributes":[{"key":"n","value":{"intValue":5}},{"key":"m","value":{"intValue":"-6"}}],
        "someNewField":{"a":[1,2,{"b":null}]}}]}]}]}"#;
    let request: ExportTraceServiceRequest = json::from_slice(body.as_bytes()).unwrap();
    let span = &request.resource_spans[0].scope_spans[0].spans[0];
    assert_eq!((span.kind, span.status.as_ref().unwrap().code), (3, 2));
    assert_eq!(
        (span.start_time_unix_nano, span.end_time_unix_nano),
        (1_700_000_000_000_000_000, 1_700_000_000_000_000_009)
    );
    assert_eq!(
        span.trace_id,
        [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16]
    );
    assert_eq!(
        request.resource_spans[0]
            .resource
            .as_ref()
            .unwrap()
            .dropped_attributes_count,
        2
    );
    let server = Server::start().await;
    assert_eq!(server.post("/v1/traces", JSON, body).await.status(), 200);
    assert_eq!(stored(&server, Signal::Traces), 1);
}

#[test]
fn names_of_fields_in_snake_case_lose_nothing() {
    let request: ExportMetricsServiceRequest =
        json::from_slice(br#"{"resource_metrics":[{"scope_metrics":[{"metrics":[{"name":"a","gauge":{"data_points":[{"as_int":1}]}}]}]}]}"#).unwrap();
    assert!(
        matches!(&request.resource_metrics[0].scope_metrics[0].metrics[0].data, Some(Data::Gauge(gauge)) if gauge.data_points.len() == 1)
    );
}

#[test]
fn an_unknown_name_of_an_enumeration_says_what_was_expected() {
    let text = br#"{"resourceSpans":[{"scopeSpans":[{"spans":[{"kind":"SPAN_KIND_SIDEWAYS"}]}]}]}"#;
    let error = json::from_slice::<ExportTraceServiceRequest>(text)
        .unwrap_err()
        .to_string();
    assert!(
        error.contains("SPAN_KIND_SIDEWAYS")
            && error.contains("expected a number, or a name such as SPAN_KIND_SERVER"),
        "{error}"
    );
}

#[tokio::test]
async fn too_large_over_grpc_is_not_repeated() {
    let server = Server::start_with(|builder| builder.max_request_bytes(20_000)).await;
    for encoding in [
        None,
        Some(tonic::codec::CompressionEncoding::Gzip),
        Some(tonic::codec::CompressionEncoding::Zstd),
    ] {
        let mut client = logs_client(&server).await;
        if let Some(encoding) = encoding {
            client = client.send_compressed(encoding);
        }
        let status = client.export(logs("x".repeat(50_000))).await.unwrap_err();
        assert_eq!(
            status.code(),
            tonic::Code::ResourceExhausted,
            "{encoding:?}: {status}"
        );
        assert!(
            status.details().is_empty(),
            "a delay would make it retryable"
        );
        assert!(status.message().contains("20000 bytes"), "{status}");
    }
    assert_eq!(server.running.refusals(Refusal::TooLarge), 3);
    assert_eq!(stored(&server, Signal::Logs), 0);
}

#[tokio::test]
async fn too_large_over_http_is_413_with_a_status() {
    let server = Server::start_with(|builder| builder.max_request_bytes(20_000)).await;
    let answer = server
        .post(
            "/v1/logs",
            PROTOBUF,
            logs("x".repeat(50_000)).encode_to_vec(),
        )
        .await;
    assert_eq!(answer.status(), 413);
    assert_eq!(answer.headers()["content-type"], PROTOBUF);
    let body = answer.bytes().await.unwrap();
    assert!(String::from_utf8_lossy(&body).contains("larger than 20000 bytes"));
}

#[tokio::test]
async fn a_small_body_does_not_become_a_large_one() {
    let server = Server::start_with(|builder| builder.max_request_bytes(1 << 20)).await;
    let zeros = vec![0; 200 << 20];
    let bombs = [
        ("gzip", gzip(&zeros)),
        ("zstd", zstd::encode_all(zeros.as_slice(), 3).unwrap()),
    ];
    for (encoding, bomb) in bombs {
        assert!(bomb.len() < 1 << 20);
        let answer = post_packed(&server, "/v1/logs", encoding, bomb).await;
        assert_eq!(answer.status(), 413, "{encoding}");
    }
}

#[tokio::test]
async fn every_packing_is_taken_over_both_protocols() {
    let server = Server::start().await;
    let body = |id: u8| spans(vec![span(1, id)]).encode_to_vec();
    let mut zlib = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::fast());
    zlib.write_all(&body(3)).unwrap();
    let packed = [
        ("gzip", gzip(&body(1))),
        ("zstd", zstd::encode_all(body(2).as_slice(), 3).unwrap()),
        ("deflate", zlib.finish().unwrap()),
        ("identity", body(4)),
    ];
    for (encoding, body) in packed {
        assert_eq!(
            post_packed(&server, "/v1/traces", encoding, body)
                .await
                .status(),
            200,
            "{encoding}"
        );
    }
    for (id, encoding) in [
        (5, tonic::codec::CompressionEncoding::Gzip),
        (6, tonic::codec::CompressionEncoding::Zstd),
    ] {
        traces_client(&server)
            .await
            .send_compressed(encoding)
            .export(spans(vec![span(1, id)]))
            .await
            .unwrap();
    }
    assert_eq!(stored(&server, Signal::Traces), 6);
}

#[tokio::test]
async fn a_broken_body_is_400_and_never_500() {
    let server = Server::start().await;
    let bodies = [
        ("gzip", b"no gzip".to_vec()),
        ("zstd", b"no zstd".to_vec()),
        ("identity", b"\xff\xff\xff".to_vec()),
    ];
    for (encoding, body) in bodies {
        assert_eq!(
            post_packed(&server, "/v1/traces", encoding, body)
                .await
                .status(),
            400,
            "{encoding}"
        );
    }
    assert_eq!(
        post_packed(&server, "/v1/traces", "br", Vec::new())
            .await
            .status(),
        415
    );
    let answer = server
        .post("/v1/traces", JSON, "{\"resourceSpans\": 5}")
        .await;
    assert_eq!(answer.status(), 400);
    assert_eq!(answer.headers()["content-type"], JSON);
    let status: serde_json::Value = serde_json::from_str(&answer.text().await.unwrap()).unwrap();
    assert_eq!(status["code"], 3);
    assert!(
        status["message"]
            .as_str()
            .unwrap()
            .contains("expected an array"),
        "{status}"
    );
}

#[tokio::test]
async fn a_broken_message_over_grpc_is_invalid_argument() {
    let server = Server::start().await;
    let client = support::client_builder()
        .no_proxy()
        .http2_prior_knowledge()
        .build()
        .unwrap();
    let url = format!(
        "http://{}/opentelemetry.proto.collector.trace.v1.TraceService/Export",
        server.running.grpc()
    );
    for framed in [
        &b"\x00\x00\x00\x00\x03\xff\xff\xff"[..],
        b"\x00\x00",
        b"\x00\x00\x00\x00\x09abc",
        b"\x07\x00\x00\x00\x00",
        b"",
    ] {
        let answer = client
            .post(&url)
            .header("content-type", "application/grpc")
            .header("te", "trailers")
            .body(framed.to_vec())
            .send()
            .await
            .unwrap();
        assert_eq!(answer.status(), 200);
        assert_eq!(answer.headers()["grpc-status"], "3", "{framed:?}");
    }
}

#[tokio::test]
async fn the_type_may_have_parameters() {
    let server = Server::start().await;
    for content_type in [
        "application/json; charset=utf-8",
        "Application/JSON;charset=UTF-8",
    ] {
        assert_eq!(
            server.post("/v1/traces", content_type, "{}").await.status(),
            200,
            "{content_type}"
        );
    }
    let answer = server.post("/v1/traces", "text/plain", "{}").await;
    assert_eq!(answer.status(), 415);
    assert!(
        answer
            .text()
            .await
            .unwrap()
            .contains("application/x-protobuf")
    );
}

#[tokio::test]
async fn an_answer_of_success_holds_nothing() {
    let server = Server::start().await;
    let answer = server
        .post(
            "/v1/traces",
            JSON,
            json::to_string(&spans(vec![span(1, 1)])),
        )
        .await;
    assert_eq!(
        (
            answer.status().as_u16(),
            answer.headers()["content-type"].to_str().unwrap()
        ),
        (200, JSON)
    );
    assert_eq!(answer.text().await.unwrap(), "{}");
    for body in [
        Vec::new(),
        spans(Vec::new()).encode_to_vec(),
        spans(vec![span(1, 2)]).encode_to_vec(),
    ] {
        let answer = server.post("/v1/traces", PROTOBUF, body).await;
        assert_eq!(answer.status(), 200);
        assert_eq!(
            ExportTraceServiceResponse::decode(answer.bytes().await.unwrap()).unwrap(),
            ExportTraceServiceResponse::default()
        );
    }
}

#[tokio::test]
async fn one_bad_id_rejects_one_item() {
    let server = Server::start().await;
    let hex_as_text = Span {
        trace_id: b"0102030405060708090a0b0c0d0e0f10".to_vec(),
        ..span(1, 2)
    };
    let zeros = Span {
        trace_id: vec![0; 16],
        ..span(1, 3)
    };
    let none = Span {
        span_id: Vec::new(),
        ..span(1, 4)
    };
    let request = spans(vec![span(1, 1), hex_as_text, zeros, none, span(1, 5)]);
    let partial = traces_client(&server)
        .await
        .export(request)
        .await
        .unwrap()
        .into_inner()
        .partial_success
        .unwrap();
    assert_eq!(partial.rejected_spans, 3);
    assert!(
        partial.error_message.contains("trace_id is not 16 bytes")
            && partial.error_message.contains("all zeros"),
        "{}",
        partial.error_message
    );
    let counts = server.running.counts(Signal::Traces);
    assert_eq!((counts.received, counts.stored, counts.rejected), (5, 2, 3));
}

#[tokio::test]
async fn ids_in_base64_reject_their_span_and_not_the_request() {
    let server = Server::start().await;
    let body = r#"{"resourceSpans":[{"scopeSpans":[{"spans":[
        {"traceId":"AQIDBAUGBwgJCgsMDQ4PEA==","spanId":"AQIDBAUGBwg=","name":"base64"},
        {"traceId":"not hex at all!!","spanId":"0102030405060708","name":"sixteen characters"},
        {"traceId":"0102030405060708090a0b0c0d0e0f10","spanId":"0102030405060708","name":"hex"}]}]}]}"#;
    let answer = server.post("/v1/traces", JSON, body).await;
    assert_eq!(answer.status(), 200);
    let answer: serde_json::Value = serde_json::from_str(&answer.text().await.unwrap()).unwrap();
    assert_eq!(answer["partialSuccess"]["rejectedSpans"], "2");
    assert_eq!(stored(&server, Signal::Traces), 1);
}

#[tokio::test]
async fn a_span_without_kind_or_name_is_a_span() {
    let server = Server::start().await;
    let bare = Span {
        trace_id: vec![9; 16],
        span_id: vec![9; 8],
        ..Span::default()
    };
    traces_client(&server)
        .await
        .export(spans(vec![bare.clone()]))
        .await
        .unwrap();
    let data = server.running.store().trace([9; 16]).unwrap();
    assert_eq!(data.resource_spans[0].scope_spans[0].spans, [bare]);
}

#[tokio::test]
async fn a_histogram_of_one_bucket_and_a_metric_without_points() {
    let server = Server::start().await;
    let body = r#"{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"name":"one","histogram":{"aggregationTemporality":1,"dataPoints":
        [{"count":"4","sum":2.5,"bucketCounts":["4"],"timeUnixNano":"9"}]}},{"name":"none","histogram":{}},{"name":"nothing"}]}]},{},{"scopeMetrics":[{}]}]}"#;
    assert_eq!(server.post("/v1/metrics", JSON, body).await.status(), 200);
    let data = server.running.store().metrics_between(0..10, 10).unwrap();
    let metric = &data.resource_metrics[0].scope_metrics[0].metrics[0];
    assert!(
        matches!(&metric.data, Some(Data::Histogram(histogram)) if histogram.data_points[0].bucket_counts == [4] && histogram.data_points[0].explicit_bounds.is_empty())
    );
}

#[tokio::test]
async fn a_repeated_request_is_not_seen_twice() {
    let server = Server::start().await;
    let body = r#"{"resourceMetrics":[{"scopeMetrics":[{"metrics":[{"name":"a","gauge":{"dataPoints":[{"asInt":"7","timeUnixNano":"9",
        "exemplars":[{"asDouble":1.5,"timeUnixNano":"8"}]}]}}]}]}]}"#;
    for _ in 0..3 {
        assert_eq!(server.post("/v1/metrics", JSON, body).await.status(), 200);
        traces_client(&server)
            .await
            .export(spans(vec![span(1, 1), span(1, 2)]))
            .await
            .unwrap();
    }
    let counts = server.running.counts(Signal::Metrics);
    assert_eq!((counts.stored, counts.duplicates), (1, 2));
    let counts = server.running.counts(Signal::Traces);
    assert_eq!((counts.stored, counts.duplicates), (2, 4));
    let trace = server.running.store().trace([1; 16]).unwrap();
    assert_eq!(trace.resource_spans[0].scope_spans[0].spans.len(), 2);
}

#[tokio::test]
async fn a_root_that_comes_late_takes_its_place() {
    let server = Server::start().await;
    let mut client = traces_client(&server).await;
    client
        .export(spans(vec![Span {
            parent_span_id: vec![1; 8],
            ..span(3, 2)
        }]))
        .await
        .unwrap();
    let heads = server.running.store().newest_traces(5).unwrap();
    assert_eq!(
        (heads.len(), heads[0].root.as_deref(), heads[0].spans),
        (1, None, 1)
    );
    client.export(spans(vec![span(3, 1)])).await.unwrap();
    let heads = server.running.store().newest_traces(5).unwrap();
    assert_eq!(
        (heads.len(), heads[0].root.as_deref(), heads[0].spans),
        (1, Some("span 1"), 2)
    );
}

#[tokio::test]
async fn too_much_at_once_is_503_with_a_delay() {
    let server = Server::start_with(|builder| builder.max_in_flight_bytes(4096)).await;
    // Somebody announces four kilobytes and does not send them: all there is to give.
    let mut slow = tokio::net::TcpStream::connect(server.running.http())
        .await
        .unwrap();
    slow.write_all(b"POST /v1/traces HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\ncontent-length: 4096\r\n\r\n").await.unwrap();
    // Until the server has read that, the others still find room.
    let deadline = Instant::now() + Duration::from_secs(20);
    let answer = loop {
        let answer = server
            .post(
                "/v1/traces",
                PROTOBUF,
                spans(vec![span(1, 1)]).encode_to_vec(),
            )
            .await;
        if answer.status() != 200 {
            break answer;
        }
        assert!(Instant::now() < deadline, "nobody was turned away");
    };
    assert_eq!(answer.status(), 503);
    assert_eq!(answer.headers()["retry-after"], "1");
    let status = traces_client(&server)
        .await
        .export(spans(vec![span(1, 1)]))
        .await
        .unwrap_err();
    assert_eq!(status.code(), tonic::Code::Unavailable);
    assert!(
        String::from_utf8_lossy(status.details()).contains("google.rpc.RetryInfo"),
        "a delay makes it retryable"
    );
    assert!(server.running.refusals(Refusal::Overloaded) >= 2);
    // When that one is done there is room again.
    slow.write_all(format!("{{}}{}", " ".repeat(4094)).as_bytes())
        .await
        .unwrap();
    let mut line = [0; 15];
    slow.read_exact(&mut line).await.unwrap();
    assert_eq!(&line, b"HTTP/1.1 200 OK");
    assert_eq!(
        server
            .post(
                "/v1/traces",
                PROTOBUF,
                spans(vec![span(1, 1)]).encode_to_vec()
            )
            .await
            .status(),
        200
    );
}

#[tokio::test]
async fn a_full_disk_is_503_and_the_sender_comes_again() {
    let server = Server::start_with(|builder| {
        builder.store(StoreOptions {
            max_pages: Some(120),
            ..StoreOptions::default()
        })
    })
    .await;
    let full = loop {
        let answer = server
            .post(
                "/v1/logs",
                PROTOBUF,
                logs("x".repeat(100_000)).encode_to_vec(),
            )
            .await;
        if answer.status() != 200 {
            break answer;
        }
    };
    assert_eq!(full.status(), 503);
    assert_eq!(full.headers()["retry-after"], "30");
    assert!(String::from_utf8_lossy(&full.bytes().await.unwrap()).contains("no space left"));
    let counts = server.running.counts(Signal::Logs);
    assert_eq!(counts.received, counts.stored + counts.failed);
    let read: i64 = server
        .running
        .store()
        .read(Duration::from_secs(5), |conn| {
            conn.query_row("SELECT count(*) FROM telemetry_logs", [], |row| row.get(0))
        })
        .unwrap();
    assert_eq!(
        read.cast_unsigned(),
        counts.stored,
        "what is stored stays readable"
    );
}

#[tokio::test]
async fn both_ports_speak_both_protocols() {
    let server = Server::start().await;
    TraceServiceClient::connect(server.url(""))
        .await
        .unwrap()
        .export(spans(vec![span(1, 1)]))
        .await
        .unwrap();
    let url = format!("http://{}/v1/traces", server.running.grpc());
    let answer = client()
        .post(url)
        .header("content-type", JSON)
        .body("{}")
        .send()
        .await
        .unwrap();
    assert_eq!(answer.status(), 200);
    assert_eq!(
        client()
            .get(server.url("/v1/traces"))
            .send()
            .await
            .unwrap()
            .status(),
        405
    );
}

#[test]
fn only_this_machine_is_served_unless_told_otherwise() {
    let text = format!("{:?}", Backend::builder("telemetry.db"));
    assert!(
        text.contains("127.0.0.1:4317") && text.contains("127.0.0.1:4318"),
        "{text}"
    );
}
