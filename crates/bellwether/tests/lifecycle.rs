//! Start, flush and shutdown where they could hang, panic or lose something.
//!
//! Each endpoint is a real socket: one that is not there, one that accepts and never answers, one that answers.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a test may panic and print"
)]
#![cfg(all(feature = "grpc", feature = "http"))]

use std::io::{Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use bellwether::config::{LogStream, Protocol};
use bellwether::trace::SpanKind;
use bellwether::{Error, Telemetry};

const PROTOCOLS: [Protocol; 2] = [Protocol::Grpc, Protocol::HttpProtobuf];

fn start(endpoint: &str, protocol: Protocol) -> Telemetry {
    Telemetry::builder("lifecycle")
        .endpoint(endpoint)
        .protocol(protocol)
        .timeout(Duration::from_secs(1))
        .log_stream(LogStream::Off)
        .detached()
        .start()
        .expect("settings that are right")
}

fn record(telemetry: &Telemetry) {
    tracing::dispatcher::with_default(&telemetry.dispatch(), || {
        tracing::info_span!("work").in_scope(|| tracing::info!("inside"));
    });
    telemetry
        .meter("lifecycle")
        .u64_counter("work_total")
        .build()
        .add(1, &[]);
}

/// A port that nothing listens on.
fn absent() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    format!("http://{}", listener.local_addr().unwrap())
}

/// Accepts connections, reads and never answers.
fn silent() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        let mut kept: Vec<TcpStream> = Vec::new();
        while let Ok((stream, _)) = listener.accept() {
            kept.push(stream);
        }
    });
    format!("http://{address}")
}

/// Answers every HTTP request with 200 and an empty body, and counts them.
fn answering() -> (String, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    let requests = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&requests);
    thread::spawn(move || {
        while let Ok((stream, _)) = listener.accept() {
            let counted = Arc::clone(&counted);
            thread::spawn(move || answer(stream, &counted));
        }
    });
    (format!("http://{address}"), requests)
}

fn answer(mut stream: TcpStream, requests: &AtomicUsize) {
    let mut seen = Vec::new();
    let mut buffer = [0; 4096];
    loop {
        while let Some(head) = seen.windows(4).position(|four| four == b"\r\n\r\n") {
            let text = String::from_utf8_lossy(&seen[..head]).to_ascii_lowercase();
            let length = text
                .lines()
                .find_map(|line| line.strip_prefix("content-length:"));
            let length: usize = length.map_or(0, |length| length.trim().parse().unwrap());
            if seen.len() < head + 4 + length {
                break;
            }
            seen.drain(..head + 4 + length);
            requests.fetch_add(1, Ordering::SeqCst);
            let reply = b"HTTP/1.1 200 OK\r\ncontent-type: application/x-protobuf\r\ncontent-length: 0\r\n\r\n";
            if stream.write_all(reply).is_err() {
                return;
            }
        }
        match stream.read(&mut buffer) {
            Ok(0) | Err(_) => return,
            Ok(read) => seen.extend_from_slice(&buffer[..read]),
        }
    }
}

/// Runs a test body on a thread and fails when it takes longer than `limit`: a deadlock must not hang the suite.
fn within(limit: Duration, body: impl FnOnce() + Send + 'static) {
    let started = Instant::now();
    let thread = thread::spawn(body);
    while !thread.is_finished() {
        assert!(started.elapsed() < limit, "not done within {limit:?}");
        thread::sleep(Duration::from_millis(5));
    }
    thread.join().expect("no panic");
}

fn current_thread() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap()
}

#[test]
fn shutdown_on_a_current_thread_runtime_delivers() {
    within(Duration::from_secs(10), || {
        let (endpoint, requests) = answering();
        current_thread().block_on(async {
            let telemetry = start(&endpoint, Protocol::HttpProtobuf);
            record(&telemetry);
            telemetry.shutdown(Duration::from_secs(5)).await.unwrap();
            let report = telemetry.delivery();
            assert_eq!((report.traces.sent, report.logs.sent), (1, 1));
            assert!(report.metrics.sent >= 1, "{report:?}");
            assert!(report.is_complete(), "{report:?}");
        });
        assert!(requests.load(Ordering::SeqCst) >= 3);
    });
}

#[test]
fn a_live_span_that_is_still_open_leaves_at_shutdown() {
    within(Duration::from_secs(10), || {
        let (endpoint, _requests) = answering();
        let telemetry = start(&endpoint, Protocol::HttpProtobuf);
        let traces = telemetry.traces();
        let session = traces.start_trace("session", SpanKind::Server);
        telemetry.shutdown_blocking(Duration::from_secs(5)).unwrap();
        assert_eq!(telemetry.delivery().traces.sent, 1);
        let json = traces.export_spans(session.trace_id()).to_string();
        assert!(json.contains(r#""stringValue":"shutdown""#), "{json}");
    });
}

#[test]
fn blocking_shutdown_inside_a_current_thread_runtime_delivers() {
    within(Duration::from_secs(10), || {
        let (endpoint, _requests) = answering();
        current_thread().block_on(async {
            let telemetry = start(&endpoint, Protocol::HttpProtobuf);
            record(&telemetry);
            telemetry.shutdown_blocking(Duration::from_secs(5)).unwrap();
            assert_eq!(telemetry.delivery().traces.sent, 1);
        });
    });
}

#[tokio::test]
async fn flush_then_drop_in_a_tokio_test() {
    let (endpoint, _requests) = answering();
    let telemetry = start(&endpoint, Protocol::HttpProtobuf);
    record(&telemetry);
    telemetry.flush(Duration::from_secs(5)).await.unwrap();
    assert_eq!(telemetry.delivery().traces.sent, 1);
    drop(telemetry);
}

#[test]
fn without_any_runtime() {
    within(Duration::from_secs(10), || {
        let (endpoint, _requests) = answering();
        let telemetry = start(&endpoint, Protocol::HttpProtobuf);
        record(&telemetry);
        telemetry.shutdown_blocking(Duration::from_secs(5)).unwrap();
        assert_eq!(telemetry.delivery().logs.sent, 1);
    });
}

#[test]
fn started_inside_a_runtime_that_goes_away() {
    within(Duration::from_secs(10), || {
        let (endpoint, _requests) = answering();
        let runtime = current_thread();
        let telemetry = runtime.block_on(async { start(&endpoint, Protocol::HttpProtobuf) });
        drop(runtime);
        record(&telemetry);
        telemetry.shutdown_blocking(Duration::from_secs(5)).unwrap();
        assert_eq!(telemetry.delivery().traces.sent, 1);
    });
}

#[test]
fn dropped_inside_a_multi_thread_runtime() {
    within(Duration::from_secs(10), || {
        let (endpoint, requests) = answering();
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(1)
            .enable_all()
            .build()
            .unwrap();
        let task = runtime.spawn(async move {
            let telemetry = start(&endpoint, Protocol::HttpProtobuf);
            record(&telemetry);
            drop(telemetry);
        });
        runtime.block_on(task).unwrap();
        assert!(requests.load(Ordering::SeqCst) >= 3);
    });
}

#[test]
fn the_second_shutdown_does_nothing() {
    within(Duration::from_secs(10), || {
        let (endpoint, requests) = answering();
        let telemetry = start(&endpoint, Protocol::HttpProtobuf);
        record(&telemetry);
        telemetry.shutdown_blocking(Duration::from_secs(5)).unwrap();
        let after_first = requests.load(Ordering::SeqCst);
        telemetry.shutdown_blocking(Duration::from_secs(5)).unwrap();
        telemetry.flush_blocking(Duration::from_secs(5)).unwrap();
        record(&telemetry);
        drop(telemetry);
        assert_eq!(requests.load(Ordering::SeqCst), after_first);
    });
}

#[test]
fn an_absent_endpoint_costs_the_deadline_at_most_and_is_counted() {
    for protocol in PROTOCOLS {
        within(Duration::from_secs(8), move || {
            let telemetry = start(&absent(), protocol);
            record(&telemetry);
            let started = Instant::now();
            let error = telemetry
                .shutdown_blocking(Duration::from_secs(3))
                .unwrap_err();
            assert!(
                started.elapsed() < Duration::from_millis(3500),
                "{:?}",
                started.elapsed()
            );
            assert!(
                matches!(error, Error::Deadline(_) | Error::Undelivered(_)),
                "{error}"
            );
            assert_eq!(telemetry.delivery().traces.sent, 0);
        });
    }
}

#[test]
fn an_endpoint_that_never_answers_costs_the_deadline_at_most() {
    for protocol in PROTOCOLS {
        within(Duration::from_secs(5), move || {
            current_thread().block_on(async {
                let telemetry = start(&silent(), protocol);
                record(&telemetry);
                let started = Instant::now();
                let error = telemetry
                    .shutdown(Duration::from_millis(300))
                    .await
                    .unwrap_err();
                assert!(
                    started.elapsed() < Duration::from_millis(900),
                    "{:?}",
                    started.elapsed()
                );
                assert!(matches!(error, Error::Deadline(_)), "{error}");
            });
        });
    }
}

#[test]
fn a_request_that_is_never_answered_is_given_up_and_counted() {
    for protocol in PROTOCOLS {
        within(Duration::from_secs(12), move || {
            let telemetry = start(&silent(), protocol);
            record(&telemetry);
            let _ = telemetry.flush_blocking(Duration::from_secs(5));
            let until = Instant::now() + Duration::from_secs(6);
            while telemetry.delivery().traces.failed == 0 {
                assert!(Instant::now() < until, "{:?}", telemetry.delivery());
                thread::sleep(Duration::from_millis(20));
            }
            let _ = telemetry.shutdown_blocking(Duration::from_millis(200));
        });
    }
}

#[test]
fn a_deadline_beyond_the_clock_is_no_deadline() {
    within(Duration::from_secs(10), || {
        let (endpoint, _requests) = answering();
        let telemetry = start(&endpoint, Protocol::HttpProtobuf);
        record(&telemetry);
        telemetry.flush_blocking(Duration::MAX).unwrap();
        current_thread().block_on(async {
            telemetry.flush(Duration::MAX).await.unwrap();
            telemetry.shutdown(Duration::MAX).await.unwrap();
        });
        assert_eq!(telemetry.delivery().logs.sent, 1);
    });
}

#[test]
fn a_disabled_service_starts_nothing() {
    let telemetry = Telemetry::builder("lifecycle")
        .disabled(true)
        .start()
        .unwrap();
    assert!(!telemetry.is_enabled());
    record(&telemetry);
    telemetry.shutdown_blocking(Duration::ZERO).unwrap();
    assert_eq!(telemetry.delivery(), bellwether::DeliveryReport::default());
}
