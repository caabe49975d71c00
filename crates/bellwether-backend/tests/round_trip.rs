//! Sent = stored, for every field, over every road.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::cast_possible_wrap,
    clippy::too_many_lines
)]

mod support;

use std::collections::HashMap;
use std::sync::OnceLock;

use bellwether_backend::{Signal, Store, json};
use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::collector::logs::v1::logs_service_client::LogsServiceClient;
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::collector::metrics::v1::metrics_service_client::MetricsServiceClient;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::trace_service_client::TraceServiceClient;
use opentelemetry_proto::tonic::logs::v1::LogsData;
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::metrics::v1::{Metric, MetricsData};
use opentelemetry_proto::tonic::trace::v1::TracesData;
use proptest::prelude::*;
use prost::Message as _;
use support::{Server, arbitrary};

/// Items with all that is said around them, each as text (which holds "NaN" equal to itself), in any order.
fn spans(data: &TracesData) -> Vec<String> {
    let mut items = Vec::new();
    for envelope in &data.resource_spans {
        for scope in &envelope.scope_spans {
            for span in &scope.spans {
                items.push(format!(
                    "{:?} {} {:?} {} {span:?}",
                    envelope.resource, envelope.schema_url, scope.scope, scope.schema_url
                ));
            }
        }
    }
    items.sort();
    items
}

fn records(data: &LogsData) -> Vec<String> {
    let mut items = Vec::new();
    for envelope in &data.resource_logs {
        for scope in &envelope.scope_logs {
            for record in &scope.log_records {
                items.push(format!(
                    "{:?} {} {:?} {} {record:?}",
                    envelope.resource, envelope.schema_url, scope.scope, scope.schema_url
                ));
            }
        }
    }
    items.sort();
    items
}

/// Points; attributes in the order of their keys, since they are a set.
fn points(data: &MetricsData) -> Vec<String> {
    let mut items = Vec::new();
    for envelope in &data.resource_metrics {
        for scope in &envelope.scope_metrics {
            let around = format!(
                "{:?} {} {:?} {}",
                envelope.resource, envelope.schema_url, scope.scope, scope.schema_url
            );
            for metric in &scope.metrics {
                for point in single_points(metric) {
                    items.push(format!("{around} {point:?}"));
                }
            }
        }
    }
    items.sort();
    items
}

/// One metric for each point.
fn single_points(metric: &Metric) -> Vec<Metric> {
    macro_rules! each {
        ($kind:ident, $data:expr) => {
            $data
                .data_points
                .iter()
                .map(|point| {
                    let mut point = point.clone();
                    point.attributes.sort_by(|a, b| a.key.cmp(&b.key));
                    let mut data = $data.clone();
                    data.data_points = vec![point];
                    Metric {
                        data: Some(Data::$kind(data)),
                        ..metric.clone()
                    }
                })
                .collect()
        };
    }
    match &metric.data {
        None => Vec::new(),
        Some(Data::Gauge(data)) => each!(Gauge, data),
        Some(Data::Sum(data)) => each!(Sum, data),
        Some(Data::Histogram(data)) => each!(Histogram, data),
        Some(Data::ExponentialHistogram(data)) => each!(ExponentialHistogram, data),
        Some(Data::Summary(data)) => each!(Summary, data),
    }
}

#[derive(Debug, Clone, Copy)]
enum Road {
    Grpc,
    Protobuf,
    Json,
}

fn road() -> impl Strategy<Value = Road> {
    prop_oneof![Just(Road::Grpc), Just(Road::Protobuf), Just(Road::Json)]
}

fn runtime() -> &'static tokio::runtime::Runtime {
    static RUNTIME: OnceLock<tokio::runtime::Runtime> = OnceLock::new();
    RUNTIME.get_or_init(|| {
        tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .enable_all()
            .build()
            .unwrap()
    })
}

async fn post(server: &Server, path: &str, road: Road, protobuf: Vec<u8>, json: String) {
    let answer = match road {
        Road::Json => server.post(path, "application/json", json).await,
        _ => server.post(path, "application/x-protobuf", protobuf).await,
    };
    assert_eq!(answer.status(), 200, "{}", answer.text().await.unwrap());
}

/// Everything: the end of a range is exclusive, so times of `i64::MAX` are read beside it.
fn everything<T>(read: impl Fn(std::ops::Range<i64>) -> T) -> T {
    read(i64::MIN..i64::MAX)
}

/// The store after the request, opened as another program would.
async fn stored(server: Server) -> (Store, tempfile::TempDir) {
    let path = server.path();
    let folder = server.stop().await;
    (Store::open_read_only(path).unwrap(), folder)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn traces(request in arbitrary::traces(), road in road()) {
        runtime().block_on(async {
            let server = Server::start().await;
            match road {
                Road::Grpc => {
                    let mut client = TraceServiceClient::connect(format!("http://{}", server.running.grpc())).await.unwrap();
                    let answer = client.export(request.clone()).await.unwrap().into_inner();
                    assert_eq!(answer.partial_success, None);
                }
                _ => post(&server, "/v1/traces", road, request.encode_to_vec(), json::to_string(&request)).await,
            }
            let mut sent = spans(&TracesData { resource_spans: request.resource_spans });
            let counts = server.running.counts(Signal::Traces);
            let before = sent.len();
            // What is alike in everything is stored once.
            sent.dedup();
            assert_eq!((counts.received, counts.stored), (before as u64, sent.len() as u64));
            let (store, _folder) = stored(server).await;
            assert_eq!(spans(&everything(|range| store.traces_between(range, usize::MAX >> 1).unwrap())), sent);
        });
    }

    #[test]
    fn logs(request in arbitrary::logs(), road in road()) {
        runtime().block_on(async {
            let server = Server::start().await;
            match road {
                Road::Grpc => {
                    let mut client = LogsServiceClient::connect(format!("http://{}", server.running.grpc())).await.unwrap();
                    client.export(request.clone()).await.unwrap();
                }
                _ => post(&server, "/v1/logs", road, request.encode_to_vec(), json::to_string(&request)).await,
            }
            let sent = records(&LogsData { resource_logs: request.resource_logs });
            assert_eq!(server.running.counts(Signal::Logs).stored, sent.len() as u64);
            let (store, _folder) = stored(server).await;
            assert_eq!(records(&everything(|range| store.logs_between(range, usize::MAX >> 1).unwrap())), sent);
        });
    }

    #[test]
    fn metrics(request in arbitrary::metrics(), road in road()) {
        runtime().block_on(async {
            let server = Server::start().await;
            match road {
                Road::Grpc => {
                    let mut client = MetricsServiceClient::connect(format!("http://{}", server.running.grpc())).await.unwrap();
                    client.export(request.clone()).await.unwrap();
                }
                _ => post(&server, "/v1/metrics", road, request.encode_to_vec(), json::to_string(&request)).await,
            }
            let mut sent = points(&MetricsData { resource_metrics: request.resource_metrics });
            let counts = server.running.counts(Signal::Metrics);
            assert_eq!(counts.received, sent.len() as u64);
            // What is alike in everything is stored once.
            let before = sent.len();
            sent.dedup();
            assert_eq!(counts.duplicates, (before - sent.len()) as u64);
            assert_eq!(counts.stored, sent.len() as u64);
            let (store, _folder) = stored(server).await;
            assert_eq!(points(&everything(|range| store.metrics_between(range, usize::MAX >> 1).unwrap())), sent);
        });
    }
}

#[test]
fn requests_of_the_same_items_are_grouped_again() {
    runtime().block_on(async {
        let server = Server::start().await;
        let mut by_name = HashMap::new();
        for name in ["plan", "act", "plan"] {
            *by_name.entry(name).or_insert(0) += 1;
            let request = format!(r#"{{"resourceLogs":[{{"resource":{{"attributes":[{{"key":"service.name","value":{{"stringValue":"agents"}}}}]}},"scopeLogs":[{{"scope":{{"name":"{name}"}},"logRecords":[{{"timeUnixNano":"5"}}]}}]}}]}}"#);
            assert_eq!(server.post("/v1/logs", "application/json", request).await.status(), 200);
        }
        let data = server.running.store().logs_between(0..10, 100).unwrap();
        assert_eq!(data.resource_logs.len(), 1);
        let scopes: HashMap<&str, i32> = data.resource_logs[0].scope_logs.iter().map(|scope| (scope.scope.as_ref().unwrap().name.as_str(), scope.log_records.len() as i32)).collect();
        assert_eq!(scopes, by_name);
    });
}

proptest! {
    #[test]
    fn json_is_read_as_it_was_written(traces in arbitrary::traces(), metrics in arbitrary::metrics(), logs in arbitrary::logs()) {
        fn check<M: prost::Message + json::Message + json::Write + std::fmt::Debug>(message: &M) {
            let text = json::to_string(message);
            let read: M = json::from_slice(text.as_bytes()).unwrap_or_else(|error| panic!("{error}: {text}"));
            // As text, since "NaN" is not equal to itself, and through protobuf, as the other road would bring it.
            let other = M::decode(message.encode_to_vec().as_slice()).unwrap();
            assert_eq!(format!("{read:?}"), format!("{other:?}"));
        }
        check::<ExportTraceServiceRequest>(&traces);
        check::<ExportMetricsServiceRequest>(&metrics);
        check::<ExportLogsServiceRequest>(&logs);
    }
}
