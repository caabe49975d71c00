//! `bellwether doctor` against situations that are really there: held ports, servers that refuse, files in the way.

#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot be set up has failed"
)]

mod support;

use std::io::Write;
use std::net::{SocketAddr, TcpListener};
use std::process::Output;
use std::time::{Duration, Instant};

use axum::Router;
use axum::http::StatusCode;
use axum::routing::{any, post};
use serde_json::Value;
use support::{bellwether, stderr, stdout};

/// Nothing listens on port 1 of a loopback address that nobody else uses.
const NOBODY: &str = "http://127.7.7.7:1";

fn doctor(variables: &[(&str, &str)], arguments: &[&str]) -> Output {
    // Ports of the Collector may be held by something else on this machine; a test that wants ports names them.
    let has_ports = arguments.contains(&"--ports");
    let mut command = bellwether();
    command
        .arg("doctor")
        .args(arguments)
        .envs(variables.iter().copied());
    if !has_ports {
        command.args(["--ports", "1"]);
    }
    command.output().unwrap()
}

/// The findings of one check.
fn findings(output: &Output, check: &str) -> Vec<Value> {
    let document: Value = serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|error| panic!("{error}: {}{}", stdout(output), stderr(output)));
    let all = document["findings"].as_array().unwrap().clone();
    all.into_iter()
        .filter(|finding| finding["check"] == check)
        .collect()
}

fn only(output: &Output, check: &str) -> Value {
    let mut found = findings(output, check);
    assert_eq!(found.len(), 1, "{found:?}");
    found.remove(0)
}

/// A server on a free port, for as long as the runtime lives.
fn serve(router: Router) -> (tokio::runtime::Runtime, SocketAddr) {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(1)
        .enable_all()
        .build()
        .unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.set_nonblocking(true).unwrap();
    let address = listener.local_addr().unwrap();
    runtime.spawn(async move {
        let listener = tokio::net::TcpListener::from_std(listener).unwrap();
        axum::serve(listener, router).await.unwrap();
    });
    (runtime, address)
}

fn answering(status: u16) -> Router {
    Router::new().fallback(any(
        move || async move { StatusCode::from_u16(status).unwrap() },
    ))
}

#[test]
fn a_held_port_is_named_with_its_holder() {
    let held = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = held.local_addr().unwrap().port().to_string();
    let output = doctor(&[], &["--json", "--ports", &port]);
    let finding = only(&output, "ports");
    assert_eq!(finding["status"], "problem", "{finding}");
    let process = format!("process {}", std::process::id());
    assert!(
        finding["found"].as_str().unwrap().contains(&process),
        "{finding}"
    );
    assert_eq!(output.status.code(), Some(1));
    drop(held);
    let output = doctor(&[], &["--json", "--ports", &port]);
    assert_eq!(only(&output, "ports")["status"], "ok");
}

#[test]
fn an_endpoint_that_refuses_the_token_is_named() {
    for (status, word, expected) in [
        (401, "refuses the credentials", "problem"),
        (403, "does not allow", "problem"),
        (404, "nobody takes OTLP", "problem"),
        (503, "takes nothing now", "warning"),
        (302, "302", "problem"),
        (200, "accepts", "ok"),
    ] {
        let (_runtime, address) = serve(answering(status));
        let endpoint = format!("http://{address}");
        let output = doctor(
            &[
                ("OTEL_EXPORTER_OTLP_ENDPOINT", &endpoint),
                ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
            ],
            &["--json"],
        );
        let found = findings(&output, "endpoint");
        assert_eq!(found.len(), 3, "one for each signal: {found:?}");
        for finding in &found {
            assert_eq!(finding["status"], expected, "{finding}");
            assert!(
                finding["found"].as_str().unwrap().contains(word),
                "{finding}"
            );
        }
    }
}

#[test]
fn the_token_is_sent_and_never_shown() {
    let router = Router::new().route(
        "/v1/traces",
        post(|headers: axum::http::HeaderMap| async move {
            let is_right = headers
                .get("authorization")
                .is_some_and(|h| h == "Bearer s3cret");
            if is_right {
                StatusCode::OK
            } else {
                StatusCode::UNAUTHORIZED
            }
        }),
    );
    let (_runtime, address) = serve(router);
    let endpoint = format!("http://{address}");
    let variables = [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint.as_str()),
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
        ("OTEL_METRICS_EXPORTER", "none"),
        ("OTEL_LOGS_EXPORTER", "none"),
        (
            "OTEL_EXPORTER_OTLP_HEADERS",
            "authorization=Bearer%20s3cret",
        ),
        ("DASH0_AUTH_TOKEN", "auth_s3cret"),
    ];
    let output = doctor(&variables, &["--json"]);
    assert_eq!(
        only(&output, "endpoint")["status"],
        "ok",
        "{}",
        stdout(&output)
    );
    assert!(!stdout(&output).contains("s3cret"));
    assert!(!stderr(&output).contains("s3cret"));
}

#[test]
fn nobody_at_a_chosen_endpoint_is_a_problem() {
    let output = doctor(&[("OTEL_EXPORTER_OTLP_ENDPOINT", NOBODY)], &["--json"]);
    let found = findings(&output, "endpoint");
    assert_eq!(found[0]["status"], "problem", "{found:?}");
    assert!(
        found[0]["found"].as_str().unwrap().contains("refused"),
        "{found:?}"
    );
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn grpc_sent_to_a_plain_http_server_is_named() {
    let (_runtime, address) = serve(answering(200));
    let endpoint = format!("http://{address}");
    let output = doctor(
        &[
            ("OTEL_EXPORTER_OTLP_ENDPOINT", &endpoint),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc"),
        ],
        &["--json"],
    );
    let found = findings(&output, "endpoint");
    assert_eq!(found[0]["status"], "problem", "{found:?}");
    assert!(
        found[0]["found"]
            .as_str()
            .unwrap()
            .contains("another protocol"),
        "{found:?}"
    );
}

#[test]
fn a_server_that_never_answers_is_left_in_time() {
    // The kernel completes the connection; nobody ever reads from it.
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let endpoint = format!("http://{}", silent.local_addr().unwrap());
    let start = Instant::now();
    let output = doctor(&[("OTEL_EXPORTER_OTLP_ENDPOINT", &endpoint)], &["--json"]);
    assert!(
        start.elapsed() < Duration::from_secs(10),
        "{:?}",
        start.elapsed()
    );
    let found = findings(&output, "endpoint");
    assert!(
        found[0]["found"]
            .as_str()
            .unwrap()
            .contains("no answer in time"),
        "{found:?}"
    );
}

#[test]
fn a_certificate_nobody_trusts_is_named_and_trusted_once_given() {
    let key = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let server = tls_server(&key);
    let mut authority = tempfile::NamedTempFile::new().unwrap();
    authority.write_all(key.cert.pem().as_bytes()).unwrap();
    let endpoint = format!("https://localhost:{}", server.port());
    let base = [
        ("OTEL_EXPORTER_OTLP_ENDPOINT", endpoint.as_str()),
        ("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf"),
    ];
    let output = doctor(&base, &["--json"]);
    let found = findings(&output, "endpoint");
    assert_eq!(found[0]["status"], "problem", "{found:?}");
    assert!(
        found[0]["found"].as_str().unwrap().contains("TLS fails"),
        "{found:?}"
    );

    let path = authority.path().to_str().unwrap();
    let mut with_authority = base.to_vec();
    with_authority.push(("OTEL_EXPORTER_OTLP_CERTIFICATE", path));
    let output = doctor(&with_authority, &["--json"]);
    let found = findings(&output, "endpoint");
    assert_eq!(found[0]["status"], "ok", "{found:?}");
}

/// Answers 200 to every connection over TLS, until the test process ends.
fn tls_server(key: &rcgen::CertifiedKey<rcgen::KeyPair>) -> SocketAddr {
    use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
    use std::io::Read;
    use std::sync::Arc;

    let private = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.signing_key.serialize_der()));
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![key.cert.der().clone()], private)
        .unwrap();
    let config = Arc::new(config);
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap();
    std::thread::spawn(move || {
        for stream in listener.incoming() {
            let connection = rustls::ServerConnection::new(Arc::clone(&config)).unwrap();
            let mut tls = rustls::StreamOwned::new(connection, stream.unwrap());
            let mut request = [0; 4096];
            // A client that does not trust us leaves in the handshake.
            if tls.read(&mut request).is_ok() {
                let _ = tls.write_all(
                    b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
                );
                tls.conn.send_close_notify();
                let _ = tls.flush();
            }
        }
    });
    address
}

#[test]
fn a_clock_far_from_the_endpoints_is_a_problem() {
    let router = Router::new().fallback(any(|| async {
        [("date", "Thu, 01 Jan 2026 00:00:00 GMT")]
    }));
    let (_runtime, address) = serve(router);
    let endpoint = format!("http://{address}");
    let output = doctor(&[("OTEL_EXPORTER_OTLP_ENDPOINT", &endpoint)], &["--json"]);
    let finding = only(&output, "clock");
    assert_eq!(finding["status"], "problem", "{finding}");
    assert!(
        finding["found"].as_str().unwrap().contains("ahead of"),
        "{finding}"
    );
}

#[test]
fn an_empty_token_is_a_problem() {
    let output = doctor(&[("DASH0_API_TOKEN", "")], &["--json"]);
    let finding = only(&output, "token");
    assert_eq!(finding["status"], "problem", "{finding}");
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn a_file_where_the_queue_should_be_is_a_problem() {
    let file = tempfile::NamedTempFile::new().unwrap();
    let path = file.path().to_str().unwrap();
    let output = doctor(&[("BELLWETHER_QUEUE_DIR", path)], &["--json"]);
    let finding = only(&output, "queue");
    assert_eq!(finding["status"], "problem", "{finding}");
    assert!(
        finding["fix"]
            .as_str()
            .unwrap()
            .contains("BELLWETHER_QUEUE_DIR")
    );
}

#[test]
fn every_unusable_variable_is_named_at_once() {
    let output = doctor(
        &[("TRACING_SAMPLE_RATE", "two"), ("LOG_FORMAT", "xml")],
        &["--json"],
    );
    let found = findings(&output, "environment");
    assert_eq!(found.len(), 2, "{found:?}");
}

#[test]
fn a_machine_without_problems_ends_with_zero() {
    let (_runtime, address) = serve(answering(200));
    let endpoint = format!("http://{address}");
    let home = tempfile::tempdir().unwrap();
    let output = doctor(
        &[
            ("OTEL_EXPORTER_OTLP_ENDPOINT", &endpoint),
            ("HOME", home.path().to_str().unwrap()),
        ],
        &[],
    );
    assert_eq!(output.status.code(), Some(0), "{}", stdout(&output));
    assert!(stdout(&output).contains("0 problems"));
    assert!(
        !stdout(&output).contains('\x1b'),
        "no colours where no terminal is"
    );
}

#[test]
fn neither_collector_nor_go_is_a_warning() {
    let folder = tempfile::tempdir().unwrap();
    let output = bellwether()
        .args(["doctor", "--json", "--ports", "1"])
        // Away from the repository, whose build would be found.
        .current_dir(folder.path())
        .env("PATH", "/nowhere")
        .env("HOME", folder.path())
        .output()
        .unwrap();
    for check in ["collector", "go"] {
        let finding = only(&output, check);
        assert_eq!(finding["status"], "warning", "{finding}");
        assert!(
            finding["fix"]
                .as_str()
                .unwrap()
                .contains("https://go.dev/dl")
        );
    }
}

#[test]
fn an_unknown_option_is_wrong_usage() {
    let output = doctor(&[], &["--no-such-option"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stdout(&output).is_empty());
}
