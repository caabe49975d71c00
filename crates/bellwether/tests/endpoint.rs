//! What reaches an endpoint, and what is said of what does not. Each endpoint is a real server on a socket.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a test may panic and print"
)]
#![cfg(all(feature = "grpc", feature = "http"))]

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::Command;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::thread;
use std::time::{Duration, Instant};

use bellwether::config::{Exporter, LogStream, MapEnvironment, Protocol};
use bellwether::{Error, Telemetry, TelemetryBuilder};
use opentelemetry_proto::tonic::collector::trace::v1::trace_service_server::{
    TraceService, TraceServiceServer,
};
use opentelemetry_proto::tonic::collector::trace::v1::{
    ExportTraceServiceRequest, ExportTraceServiceResponse,
};

type Headers = BTreeMap<String, String>;

const LONG: Duration = Duration::from_secs(10);

/// Answers every HTTP request with this status and an empty body, and tells the headers.
fn http_endpoint(status: &'static str) -> (String, Receiver<Headers>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let (tell, told) = channel();
    thread::spawn(move || {
        while let Ok((stream, _)) = listener.accept() {
            let tell = tell.clone();
            thread::spawn(move || answer(stream, status, &tell));
        }
    });
    (format!("http://{address}"), told)
}

fn answer(mut stream: TcpStream, status: &str, tell: &Sender<Headers>) {
    let mut seen = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        while let Some(head) = seen.windows(4).position(|four| four == b"\r\n\r\n") {
            let text = String::from_utf8_lossy(&seen[..head]).into_owned();
            let headers: Headers = text
                .lines()
                .filter_map(|line| line.split_once(": "))
                .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
                .collect();
            let length: usize = headers
                .get("content-length")
                .map_or(0, |length| length.parse().unwrap());
            if seen.len() < head + 4 + length {
                break;
            }
            seen.drain(..head + 4 + length);
            let _ = tell.send(headers);
            let reply = format!("HTTP/1.1 {status}\r\ncontent-length: 0\r\n\r\n");
            if stream.write_all(reply.as_bytes()).is_err() {
                return;
            }
        }
        match stream.read(&mut buffer) {
            Ok(0) | Err(_) => return,
            Ok(read) => seen.extend_from_slice(&buffer[..read]),
        }
    }
}

struct Grpc(Sender<Headers>);

#[tonic::async_trait]
impl TraceService for Grpc {
    async fn export(
        &self,
        request: tonic::Request<ExportTraceServiceRequest>,
    ) -> Result<tonic::Response<ExportTraceServiceResponse>, tonic::Status> {
        let headers = request.metadata().clone().into_headers();
        let headers = headers.iter().map(|(name, value)| {
            let value = String::from_utf8_lossy(value.as_bytes()).into_owned();
            (name.as_str().to_owned(), value)
        });
        // A name that is there twice is told once, with both values.
        let mut told = Headers::new();
        for (name, value) in headers {
            told.entry(name)
                .and_modify(|known| *known = format!("{known} & {value}"))
                .or_insert(value);
        }
        let _ = self.0.send(told);
        Ok(tonic::Response::new(ExportTraceServiceResponse::default()))
    }
}

/// A trace service over gRPC that tells the metadata.
fn grpc_endpoint() -> (String, Receiver<Headers>) {
    let (tell, told) = channel();
    let (say, said) = channel();
    thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build()
            .unwrap();
        runtime.block_on(async move {
            let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
            say.send(listener.local_addr().unwrap()).unwrap();
            let incoming = tonic::transport::server::TcpIncoming::from(listener);
            tonic::transport::Server::builder()
                .add_service(TraceServiceServer::new(Grpc(tell)))
                .serve_with_incoming(incoming)
                .await
                .unwrap();
        });
    });
    (format!("http://{}", said.recv_timeout(LONG).unwrap()), told)
}

fn endpoint(protocol: Protocol) -> (String, Receiver<Headers>) {
    match protocol {
        Protocol::Grpc => grpc_endpoint(),
        _ => http_endpoint("200 OK"),
    }
}

fn traces_to(url: &str, protocol: Protocol) -> TelemetryBuilder {
    Telemetry::builder("endpoint")
        .endpoint(url)
        .protocol(protocol)
        .timeout(Duration::from_secs(5))
        .metrics_exporter(Exporter::None)
        .logs_exporter(Exporter::None)
        .log_stream(LogStream::Off)
        .detached()
}

fn send_a_span(telemetry: &Telemetry) {
    tracing::dispatcher::with_default(&telemetry.dispatch(), || {
        tracing::info_span!("work").in_scope(|| {});
    });
    telemetry.flush_blocking(LONG).unwrap();
}

/// Runs one test of this file again in a process of its own, with variables.
fn again(test: &str, variables: &[(&str, &str)]) {
    let output = Command::new(std::env::current_exe().unwrap())
        .args(["--exact", test, "--nocapture"])
        .envs(variables.iter().copied())
        .env("IN_A_PROCESS_OF_ITS_OWN", "1")
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}{}",
        String::from_utf8_lossy(&output.stdout),
        String::from_utf8_lossy(&output.stderr)
    );
}

fn in_a_process_of_its_own() -> bool {
    std::env::var_os("IN_A_PROCESS_OF_ITS_OWN").is_some()
}

#[test]
fn a_header_from_code_wins_over_the_process_and_others_stay_at_home() {
    if !in_a_process_of_its_own() {
        return again(
            "a_header_from_code_wins_over_the_process_and_others_stay_at_home",
            &[(
                "OTEL_EXPORTER_OTLP_HEADERS",
                "authorization=of-the-process,x-other=of-the-process",
            )],
        );
    }
    for protocol in [Protocol::HttpProtobuf, Protocol::Grpc] {
        let (url, told) = endpoint(protocol);
        // No `from_env`: the variables of the process are not asked.
        let telemetry = traces_to(&url, protocol)
            .header("authorization", "from-code")
            .start()
            .unwrap();
        send_a_span(&telemetry);
        let headers = told.recv_timeout(LONG).unwrap();
        assert_eq!(headers["authorization"], "from-code", "{protocol:?}");
        assert_eq!(headers.get("x-other"), None, "{protocol:?}");

        let (url, told) = endpoint(protocol);
        let telemetry = traces_to(&url, protocol)
            .header("authorization", "from-code")
            .from_env()
            .unwrap()
            .start()
            .unwrap();
        send_a_span(&telemetry);
        let headers = told.recv_timeout(LONG).unwrap();
        assert_eq!(headers["authorization"], "from-code", "{protocol:?}");
        assert_eq!(headers["x-other"], "of-the-process", "{protocol:?}");
    }
}

#[test]
fn a_header_value_is_decoded_once() {
    for protocol in [Protocol::HttpProtobuf, Protocol::Grpc] {
        let (url, told) = endpoint(protocol);
        let variables =
            MapEnvironment::new().with("OTEL_EXPORTER_OTLP_HEADERS", "x-first=50%2525%2Coff");
        let telemetry = traces_to(&url, protocol)
            .header("x-second", "a%20b")
            .from_variables(variables)
            .unwrap()
            .start()
            .unwrap();
        send_a_span(&telemetry);
        let headers = told.recv_timeout(LONG).unwrap();
        assert_eq!(headers["x-first"], "50%25,off", "{protocol:?}");
        assert_eq!(headers["x-second"], "a%20b", "{protocol:?}");
    }
}

fn logs_to(url: &str) -> TelemetryBuilder {
    Telemetry::builder("endpoint")
        .endpoint(url)
        .protocol(Protocol::HttpProtobuf)
        .timeout(Duration::from_secs(5))
        .metrics_exporter(Exporter::None)
        .traces_exporter(Exporter::None)
        .log_stream(LogStream::Off)
        .detached()
}

fn log(telemetry: &Telemetry, records: usize) {
    tracing::dispatcher::with_default(&telemetry.dispatch(), || {
        for number in 0..records {
            tracing::info!(number, "record");
        }
    });
}

#[test]
fn a_flush_of_logs_that_the_endpoint_refused_says_so() {
    let (url, _told) = http_endpoint("400 Bad Request");
    let telemetry = logs_to(&url).start().unwrap();
    log(&telemetry, 3);
    let error = telemetry.flush_blocking(LONG).unwrap_err().to_string();
    assert!(error.contains("logs"), "{error}");
    assert_eq!(telemetry.delivery().logs.failed, 3);
    log(&telemetry, 1);
    let error = telemetry.shutdown_blocking(LONG).unwrap_err().to_string();
    assert!(error.contains("logs"), "{error}");
}

#[test]
fn a_shutdown_says_what_the_endpoint_refused() {
    let (url, _told) = http_endpoint("400 Bad Request");
    let telemetry = traces_to(&url, Protocol::HttpProtobuf)
        .metrics_exporter(Exporter::Otlp)
        .start()
        .unwrap();
    tracing::dispatcher::with_default(&telemetry.dispatch(), || {
        tracing::info_span!("work").in_scope(|| {});
    });
    let error = telemetry.shutdown_blocking(LONG).unwrap_err().to_string();
    assert!(
        error.contains("traces") && error.contains("metrics"),
        "{error}"
    );
}

/// Accepts connections, reads and never answers.
fn silent() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        let mut kept = Vec::new();
        while let Ok((stream, _)) = listener.accept() {
            kept.push(stream);
        }
    });
    format!("http://{address}")
}

#[test]
fn log_records_that_find_the_queue_full_are_counted_and_the_rest_is_told_as_waiting() {
    let variables = MapEnvironment::new()
        .with("OTEL_BLRP_MAX_QUEUE_SIZE", "10")
        .with("OTEL_BLRP_SCHEDULE_DELAY", "86400000");
    let telemetry = logs_to(&silent())
        .from_variables(variables)
        .unwrap()
        .start()
        .unwrap();
    log(&telemetry, 100);
    let logs = telemetry.delivery().logs;
    // The exporter may have taken one batch of 10 out of the queue meanwhile, and holds it.
    assert!((80..=90).contains(&logs.dropped), "{logs:?}");
    assert_eq!(logs.dropped + logs.waiting, 100, "{logs:?}");
    assert!(!telemetry.delivery().is_complete());
    let _ = telemetry.shutdown_blocking(Duration::from_millis(100));
    let before = telemetry.delivery().logs.dropped;
    log(&telemetry, 5);
    let after = telemetry.delivery().logs;
    assert_eq!(after.dropped, before + 5, "after the end: {after:?}");
}

#[test]
fn spans_that_a_short_shutdown_leaves_behind_are_told_as_waiting() {
    let telemetry = traces_to(&silent(), Protocol::HttpProtobuf)
        .start()
        .unwrap();
    tracing::dispatcher::with_default(&telemetry.dispatch(), || {
        for _ in 0..7 {
            tracing::info_span!("work").in_scope(|| {});
        }
    });
    telemetry
        .shutdown_blocking(Duration::from_millis(100))
        .unwrap_err();
    let traces = telemetry.delivery().traces;
    assert_eq!((traces.sent, traces.waiting), (0, 7), "{traces:?}");
}

#[test]
fn the_time_limit_of_an_export_is_kept() {
    let variables = MapEnvironment::new()
        .with("OTEL_BSP_EXPORT_TIMEOUT", "200")
        .with("OTEL_BLRP_EXPORT_TIMEOUT", "200")
        .with("OTEL_METRIC_EXPORT_TIMEOUT", "200");
    for protocol in [Protocol::HttpProtobuf, Protocol::Grpc] {
        let telemetry = Telemetry::builder("endpoint")
            .endpoint(silent())
            .protocol(protocol)
            .timeout(Duration::from_secs(60))
            .log_stream(LogStream::Off)
            .detached()
            .from_variables(variables.clone())
            .unwrap()
            .start()
            .unwrap();
        log(&telemetry, 1);
        tracing::dispatcher::with_default(&telemetry.dispatch(), || {
            tracing::info_span!("work").in_scope(|| {});
        });
        let started = Instant::now();
        let _ = telemetry.flush_blocking(LONG);
        let report = telemetry.delivery();
        assert!(started.elapsed() < Duration::from_secs(4), "{protocol:?}");
        assert_eq!(
            (report.traces.failed, report.logs.failed),
            (1, 1),
            "{protocol:?}"
        );
        assert!(report.metrics.failed > 0, "{protocol:?}");
        let _ = telemetry.shutdown_blocking(Duration::from_secs(1));
    }
}

#[test]
fn a_debug_print_holds_no_secret() {
    let variables = MapEnvironment::new()
        .with("OTEL_EXPORTER_OTLP_HEADERS", "authorization=hunter2")
        .with("DASH0_AUTH_TOKEN", "hunter2");
    let printed = format!("{variables:?}");
    assert!(!printed.contains("hunter2"), "{printed}");
    assert!(printed.contains("DASH0_AUTH_TOKEN"), "{printed}");
    let builder = Telemetry::builder("endpoint")
        .header("x-key", "hunter2")
        .from_variables(variables)
        .unwrap()
        .endpoint("https://user:hunter2@127.0.0.1");
    let printed = format!("{builder:?}");
    assert!(!printed.contains("hunter2"), "{printed}");
    let error = builder.start().unwrap_err();
    assert!(
        !format!("{error:?} {error}").contains("hunter2"),
        "{error:?}"
    );
}

#[test]
fn an_environment_that_names_no_service_leaves_the_name_to_code() {
    let name = |variable: &str, value: &str| {
        let variables = MapEnvironment::new().with(variable, value);
        let builder = Telemetry::builder("planner").from_variables(variables);
        let telemetry = builder.unwrap().disabled(true).start().unwrap();
        telemetry.settings().identity.service_name.get().clone()
    };
    assert_eq!(name("OTEL_SERVICE_NAME", "  "), "planner");
    assert_eq!(name("OTEL_RESOURCE_ATTRIBUTES", "service.name="), "planner");
    assert_eq!(name("OTEL_RESOURCE_ATTRIBUTES", "a=b"), "planner");
    assert_eq!(
        name("OTEL_RESOURCE_ATTRIBUTES", "a=b, service.name = other"),
        "other"
    );
    assert_eq!(name("OTEL_SERVICE_NAME", "other"), "other");
}

#[test]
fn a_start_that_fails_does_not_wait_for_the_endpoint() {
    if !in_a_process_of_its_own() {
        return again("a_start_that_fails_does_not_wait_for_the_endpoint", &[]);
    }
    tracing::dispatcher::set_global_default(tracing::Dispatch::none()).unwrap();
    let started = Instant::now();
    let error = Telemetry::builder("endpoint")
        .endpoint(silent())
        .protocol(Protocol::HttpProtobuf)
        .start()
        .unwrap_err();
    assert!(matches!(error, Error::SubscriberTaken), "{error}");
    assert!(
        started.elapsed() < Duration::from_secs(2),
        "{:?}",
        started.elapsed()
    );
}

/// Refuses requests until the time has come, and never answers from then on.
fn refusing_then_silent(refusing: Duration) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let started = Instant::now();
    thread::spawn(move || {
        let mut kept = Vec::new();
        while let Ok((mut stream, _)) = listener.accept() {
            if started.elapsed() < refusing {
                let mut buffer = [0; 4096];
                let _ = stream.read(&mut buffer);
                let _ = stream.write_all(
                    b"HTTP/1.1 503 Service Unavailable\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
                );
            } else {
                kept.push(stream);
            }
        }
    });
    format!("http://{address}")
}

#[test]
fn no_try_begins_after_the_deadline_of_a_request() {
    let telemetry = traces_to(
        &refusing_then_silent(Duration::from_millis(500)),
        Protocol::HttpProtobuf,
    )
    .timeout(Duration::from_secs(2))
    .start()
    .unwrap();
    tracing::dispatcher::with_default(&telemetry.dispatch(), || {
        tracing::info_span!("work").in_scope(|| {});
    });
    let started = Instant::now();
    telemetry.flush_blocking(LONG).unwrap_err();
    assert_eq!(telemetry.delivery().traces.failed, 1);
    assert!(
        // The last try may begin just before the deadline and has as long again.
        started.elapsed() < Duration::from_millis(4300),
        "{:?}",
        started.elapsed()
    );
}
