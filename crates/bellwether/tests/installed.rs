//! Telemetry installed for the process: what the export itself says must not be exported. A test of its own process, since
//! only an installed subscriber hears the threads that export.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test may panic")]
#![cfg(feature = "http")]

use std::io::{Read, Write};
use std::net::TcpListener;
use std::thread;
use std::time::Duration;

use bellwether::config::{LogStream, Protocol};
use bellwether::{Error, Telemetry};

/// Answers each request with 200 and ends the connection, so that each export makes a new one.
fn answering() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    thread::spawn(move || {
        while let Ok((mut stream, _)) = listener.accept() {
            let mut seen = Vec::new();
            let mut buffer = [0; 4096];
            let complete = |seen: &[u8]| {
                let head = seen.windows(4).position(|four| four == b"\r\n\r\n")?;
                let text = String::from_utf8_lossy(&seen[..head]).to_ascii_lowercase();
                let length = text
                    .lines()
                    .find_map(|line| line.strip_prefix("content-length: "))?
                    .parse::<usize>()
                    .ok()?;
                (seen.len() >= head + 4 + length).then_some(())
            };
            while complete(&seen).is_none() {
                match stream.read(&mut buffer) {
                    Ok(0) | Err(_) => break,
                    Ok(read) => seen.extend_from_slice(&buffer[..read]),
                }
            }
            let _ = stream
                .write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n");
        }
    });
    format!("http://{address}")
}

#[test]
fn exporting_does_not_trace_or_log_itself() {
    let builder = || {
        Telemetry::builder("installed")
            .endpoint(answering())
            .protocol(Protocol::HttpProtobuf)
            .log_stream(LogStream::Off)
            // They say at this level that there is no GPU.
            .resource_metrics(false)
            // The export's crates are named, or they would be held to warnings.
            .log_level("trace,hyper=trace,hyper_util=trace,reqwest=trace,opentelemetry=trace,opentelemetry_sdk=trace,opentelemetry-otlp=trace")
    };
    let telemetry = builder().start().unwrap();
    assert!(matches!(builder().start(), Err(Error::AlreadyStarted)));
    tracing::info_span!("work").in_scope(|| tracing::info!("inside"));
    for _ in 0..5 {
        telemetry.flush_blocking(Duration::from_secs(5)).unwrap();
    }
    let report = telemetry.delivery();
    assert_eq!((report.traces.sent, report.logs.sent), (1, 1), "{report:?}");
    assert_eq!(
        (report.traces.waiting, report.logs.waiting),
        (0, 0),
        "{report:?}"
    );
    telemetry.shutdown_blocking(Duration::from_secs(5)).unwrap();
}
