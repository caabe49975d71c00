//! The SDK delivers to the real Collector over each transport, compression and kind of TLS.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a test may panic and print"
)]

#[path = "support/otelcol.rs"]
mod otelcol;

use std::fs;
use std::path::Path;
use std::time::Duration;

use bellwether::Telemetry;
use bellwether::config::{LogStream, MapEnvironment};
use otelcol::{Otelcol, poll};
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};

const ALL: [&str; 3] = ["resourceLogs", "resourceMetrics", "resourceSpans"];

/// Records one item of each signal and shuts down; whether all was delivered.
fn deliver(service: &str, variables: &[(&str, String)]) -> bool {
    let environment: MapEnvironment = variables
        .iter()
        .map(|(name, value)| (*name, value.clone()))
        .collect();
    let telemetry = Telemetry::builder(service)
        .log_stream(LogStream::Off)
        .timeout(Duration::from_secs(3))
        .detached()
        .from_variables(environment)
        .unwrap()
        .start()
        .unwrap();
    tracing::dispatcher::with_default(&telemetry.dispatch(), || {
        tracing::info_span!("work").in_scope(|| tracing::info!("inside"));
    });
    telemetry
        .meter("transport")
        .u64_counter("work_total")
        .build()
        .add(1, &[]);
    telemetry.shutdown_blocking(Duration::from_secs(8)).is_ok()
        && telemetry.delivery().is_complete()
}

fn assert_received(collector: &Otelcol, service: &str) {
    let arrived = poll(Duration::from_secs(10), || {
        collector.signals_of(service) == ALL
    });
    assert!(
        arrived,
        "{service}: {:?}\n{}",
        collector.signals_of(service),
        collector.log()
    );
}

#[test]
fn every_transport_and_compression_delivers_all_three_signals() {
    let Some(binary) = otelcol::binary() else {
        return;
    };
    let collector = Otelcol::start(binary, "");
    for (protocol, port) in [("grpc", collector.grpc), ("http/protobuf", collector.http)] {
        for compression in ["none", "gzip", "zstd"] {
            let service = format!("plain-{}-{compression}", protocol.replace('/', "-"));
            let variables = [
                (
                    "OTEL_EXPORTER_OTLP_ENDPOINT",
                    format!("http://127.0.0.1:{port}"),
                ),
                ("OTEL_EXPORTER_OTLP_PROTOCOL", protocol.to_owned()),
                ("OTEL_EXPORTER_OTLP_COMPRESSION", compression.to_owned()),
            ];
            assert!(deliver(&service, &variables), "{service}");
            assert_received(&collector, &service);
        }
    }
}

/// An authority, a server certificate for 127.0.0.1 and a client certificate, as PEM files.
fn certificates(folder: &Path) {
    let mut params = CertificateParams::new(Vec::new()).unwrap();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(params, KeyPair::generate().unwrap()).unwrap();
    fs::write(folder.join("ca.pem"), authority.pem()).unwrap();
    for (name, subject) in [("server", "127.0.0.1"), ("client", "client.test")] {
        let key = KeyPair::generate().unwrap();
        let params =
            CertificateParams::new(vec![subject.to_owned(), "localhost".to_owned()]).unwrap();
        let certificate = params.signed_by(&key, &authority).unwrap();
        fs::write(folder.join(format!("{name}.pem")), certificate.pem()).unwrap();
        fs::write(folder.join(format!("{name}.key")), key.serialize_pem()).unwrap();
    }
}

#[test]
fn tls_and_mutual_tls_from_the_environment() {
    let Some(binary) = otelcol::binary() else {
        return;
    };
    let (ours, strangers) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    certificates(ours.path());
    certificates(strangers.path());
    let file = |name: &str| ours.path().join(name).display().to_string();
    let collector = Otelcol::start(
        binary,
        &format!(
            "tls:\n  cert_file: {}\n  key_file: {}\n  client_ca_file: {}",
            file("server.pem"),
            file("server.key"),
            file("ca.pem")
        ),
    );
    for (protocol, port) in [("grpc", collector.grpc), ("http/protobuf", collector.http)] {
        let short = protocol.replace('/', "-");
        let base = [
            (
                "OTEL_EXPORTER_OTLP_ENDPOINT",
                format!("https://127.0.0.1:{port}"),
            ),
            ("OTEL_EXPORTER_OTLP_PROTOCOL", protocol.to_owned()),
        ];
        let client = [
            ("OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE", file("client.pem")),
            ("OTEL_EXPORTER_OTLP_CLIENT_KEY", file("client.key")),
        ];
        let known = [("OTEL_EXPORTER_OTLP_CERTIFICATE", file("ca.pem"))];
        let foreign = strangers.path().join("ca.pem").display().to_string();
        let unknown = [("OTEL_EXPORTER_OTLP_CERTIFICATE", foreign)];

        let service = format!("mutual-{short}");
        assert!(
            deliver(&service, &[&base[..], &known, &client].concat()),
            "{service}\n{}",
            collector.log()
        );
        assert_received(&collector, &service);

        let service = format!("anonymous-{short}");
        assert!(
            !deliver(&service, &[&base[..], &known].concat()),
            "{service}: accepted without a certificate"
        );
        let service = format!("stranger-{short}");
        assert!(
            !deliver(&service, &[&base[..], &unknown, &client].concat()),
            "{service}: trusted a stranger"
        );
        assert!(collector.signals_of(&service).is_empty());
    }
}
