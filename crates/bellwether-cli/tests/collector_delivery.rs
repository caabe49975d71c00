//! What leaves the machine: over TLS with a token, and through an outage and a crash.

#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot be set up has failed"
)]

mod support;

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
use serde_json::json;
use support::collector::{
    Running, attributes, client, documents, eventually, free_addresses, logs, map, metrics, nested,
    one_log, one_point, one_span, otelcol, spans, try_send,
};
use support::{stderr, stdout};

struct Killed(Child);

impl Drop for Killed {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// A Collector as Dash0 would be: TLS, bearer token; it writes down what it was sent and with which headers.
fn dash0(folder: &Path, address: &str, http: &str, token: &str) -> Killed {
    let authority_key = KeyPair::generate().unwrap();
    let mut authority = CertificateParams::new(Vec::new()).unwrap();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let certificate = authority.self_signed(&authority_key).unwrap();
    let issuer = Issuer::new(authority, authority_key);
    let key = KeyPair::generate().unwrap();
    let leaf = CertificateParams::new(vec!["localhost".to_owned()])
        .unwrap()
        .signed_by(&key, &issuer)
        .unwrap();
    std::fs::write(folder.join("ca.pem"), certificate.pem()).unwrap();
    std::fs::write(folder.join("cert.pem"), leaf.pem()).unwrap();
    std::fs::write(folder.join("key.pem"), key.serialize_pem()).unwrap();
    let note = "set(resource.attributes[\"seen.authorization\"], otelcol.client.metadata[\"authorization\"][0])";
    let also =
        "set(resource.attributes[\"seen.dataset\"], otelcol.client.metadata[\"dash0-dataset\"][0])";
    let guarded = |endpoint: &str| {
        json!({
            "endpoint": endpoint,
            "include_metadata": true,
            "auth": {"authenticator": "bearertokenauth"},
            "tls": {"cert_file": folder.join("cert.pem"), "key_file": folder.join("key.pem")},
        })
    };
    let config = json!({
        "extensions": {"bearertokenauth": {"token": token}},
        "receivers": {"otlp": {"protocols": {"grpc": guarded(address), "http": guarded(http)}}},
        "processors": {"transform": {
            "trace_statements": [note, also], "metric_statements": [note, also], "log_statements": [note, also],
        }},
        "exporters": {"file": {"path": folder.join("seen.jsonl"), "flush_interval": "100ms"}},
        "service": {
            "extensions": ["bearertokenauth"],
            "telemetry": {"metrics": {"level": "none"}},
            "pipelines": {
                "traces": {"receivers": ["otlp"], "processors": ["transform"], "exporters": ["file"]},
                "metrics": {"receivers": ["otlp"], "processors": ["transform"], "exporters": ["file"]},
                "logs": {"receivers": ["otlp"], "processors": ["transform"], "exporters": ["file"]},
            },
        },
    });
    // JSON is YAML.
    let path = folder.join("dash0.yaml");
    std::fs::write(&path, config.to_string()).unwrap();
    let log = std::fs::File::create(folder.join("dash0.log")).unwrap();
    let child = Command::new(otelcol())
        .arg("--config")
        .arg(path)
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(log)
        .spawn();
    Killed(child.unwrap())
}

#[tokio::test]
async fn dash0_is_reached_over_tls_with_token_and_dataset() {
    let folder = tempfile::tempdir().unwrap();
    let free = free_addresses(2);
    let port = free[0].rsplit_once(':').unwrap().1.to_owned();
    let _dash0 = dash0(folder.path(), &free[0], &free[1], "auth_of_this_test");
    let running = Running::start(
        &folder.path().join("collector"),
        "dash0",
        &[
            // The machine contract's names; the layer reads Dash0's own.
            ("DASH0_OTLP_ENDPOINT", &format!("https://localhost:{port}")),
            ("DASH0_API_TOKEN", "auth_of_this_test"),
            ("DASH0_DATASET", "team-7"),
            (
                "SSL_CERT_FILE",
                folder.path().join("ca.pem").to_str().unwrap(),
            ),
        ],
    );
    running
        .send("traces", &one_span("app", 1, 1, "x", &json!({})))
        .await;
    running
        .send(
            "logs",
            &one_log("app", 9, &json!({"stringValue": "x"}), &json!({})),
        )
        .await;
    running
        .send("metrics", &one_point("app", "app.test", 1, &json!([])))
        .await;

    for key in ["resourceSpans", "resourceLogs", "resourceMetrics"] {
        let resource = eventually(key, || {
            let seen = documents(&folder.path().join("seen.jsonl"));
            let resources = nested(&seen, &[key])
                .into_iter()
                .map(|r| map(&r["resource"]["attributes"]));
            resources
                .into_iter()
                .find(|resource| resource.get("service.name") == Some(&json!("app")))
        })
        .await;
        assert_eq!(
            resource["seen.authorization"], "Bearer auth_of_this_test",
            "{key}"
        );
        assert_eq!(resource["seen.dataset"], "team-7", "{key}");
    }
}

/// The Collector says it in its log and counts it; before that, `probe dash0` of the stack says it with the cure.
#[tokio::test]
async fn a_token_that_dash0_does_not_know_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let free = free_addresses(2);
    let port = |address: &str| address.rsplit_once(':').unwrap().1.to_owned();
    let _dash0 = dash0(folder.path(), &free[0], &free[1], "auth_of_this_test");
    let authority = folder.path().join("ca.pem");
    let running = Running::start(
        &folder.path().join("collector"),
        "dash0",
        &[
            (
                "DASH0_OTLP_ENDPOINT",
                &format!("https://localhost:{}", port(&free[0])),
            ),
            ("DASH0_AUTH_TOKEN", "auth_that_was_revoked"),
            ("SSL_CERT_FILE", authority.to_str().unwrap()),
        ],
    );
    running
        .send("traces", &one_span("app", 1, 1, "x", &json!({})))
        .await;
    let log = running.folder.join("collector.log");
    let line = eventually("the refusal in the log", || {
        let log = std::fs::read_to_string(&log).unwrap_or_default();
        let mut lines = log.lines();
        lines
            .find(|line| line.contains("Unauthenticated"))
            .map(str::to_owned)
    })
    .await;
    assert!(!line.contains("auth_that_was_revoked"), "{line}");
    let url = format!("http://{}/metrics", running.metrics);
    let scrape = client().get(url).send().await.unwrap();
    let scrape = scrape.text().await.unwrap();
    let mut failed = scrape.lines().filter(|line| {
        line.starts_with("otelcol_exporter_send_failed_spans") && line.contains("otlp_grpc/dash0")
    });
    assert!(failed.any(|line| line.ends_with(" 1")), "{scrape}");

    let probe = folder.path().join("probe");
    let built = Command::new("go")
        .args(["build", "-o", probe.to_str().unwrap(), "."])
        .current_dir(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../otel-collector/probe"
        ))
        .status();
    if !built.is_ok_and(|status| status.success()) {
        bellwether_testing::skipped::say("probe", "no Go to build the probe with");
        return;
    }
    let ask = |token: &str| {
        let url = format!("https://localhost:{}", port(&free[1]));
        let mut command = Command::new(&probe);
        command.arg("dash0").env_clear();
        command.env("PROBE_DASH0_URL", url);
        command.env("SSL_CERT_FILE", &authority);
        command
            .env("DASH0_AUTH_TOKEN", token)
            .env("DASH0_DATASET", "team-7");
        command.output().unwrap()
    };
    let refused = ask("auth_that_was_revoked");
    assert_eq!(refused.status.code(), Some(1));
    let said = stderr(&refused);
    assert!(
        said.contains("401") && said.contains("DASH0_AUTH_TOKEN"),
        "{said}"
    );
    let taken = ask("auth_of_this_test");
    assert!(taken.status.success(), "{}", stderr(&taken));
    assert!(stdout(&taken).contains("team-7"), "{}", stdout(&taken));
}

#[tokio::test]
#[allow(clippy::too_many_lines, reason = "one story, told in order")]
async fn what_was_acknowledged_survives_an_outage_and_a_crash() {
    let folder = tempfile::tempdir().unwrap();
    // Collectors that are restarted on the same addresses, and know of each other.
    let free = free_addresses(8);
    let [
        http,
        collector_http,
        health,
        own,
        own_metrics,
        sink_health,
        sink_own,
        sink_metrics,
    ] = free.as_slice()
    else {
        unreachable!()
    };
    let port = |address: &str| address.rsplit_once(':').unwrap().1.to_owned();
    let (metrics_port, sink_metrics_port) = (port(own_metrics), port(sink_metrics));
    let sink_url = format!("http://{http}");
    let start = || {
        Running::start_with(
            &folder.path().join("collector"),
            &["--layers", "grafana"],
            &[
                ("BELLWETHER_PROMETHEUS_OTLP_ENDPOINT", &sink_url),
                ("BELLWETHER_TEMPO_OTLP_ENDPOINT", &sink_url),
                ("BELLWETHER_LOKI_OTLP_ENDPOINT", &sink_url),
                ("BELLWETHER_OTLP_GRPC_ENDPOINT", "127.0.0.1:0"),
                ("BELLWETHER_OTLP_HTTP_ENDPOINT", collector_http),
                ("BELLWETHER_COLLECTOR_HEALTH_ENDPOINT", health),
                ("BELLWETHER_COLLECTOR_SELF_ENDPOINT", own),
                ("BELLWETHER_COLLECTOR_METRICS_PORT", &metrics_port),
            ],
        )
    };

    // A sender that never tries again: what it has no acknowledgement for may be lost, everything else not.
    let is_over = Arc::new(AtomicBool::new(false));
    let sender = tokio::spawn({
        let (is_over, address) = (Arc::clone(&is_over), collector_http.clone());
        async move {
            let mut acknowledged: [BTreeSet<u64>; 3] = Default::default();
            let mut id = 0;
            while !is_over.load(Ordering::Relaxed) {
                id += 1;
                let requests = [
                    ("traces", one_span("app", id.into(), id, "x", &json!({}))),
                    (
                        "logs",
                        one_log(
                            "app",
                            9,
                            &json!({"stringValue": format!("record {id}")}),
                            &json!({}),
                        ),
                    ),
                    (
                        "metrics",
                        one_point("app", "app.id", id, &attributes(&[("n", json!(id))])),
                    ),
                ];
                for (kept, (signal, request)) in acknowledged.iter_mut().zip(&requests) {
                    if try_send(&address, signal, request).await {
                        kept.insert(id);
                    }
                }
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
            acknowledged
        }
    });

    // The sink is away from the beginning. The Collector crashes twice, with senders in the middle of it.
    for _ in 0..2 {
        let running = start();
        tokio::time::sleep(Duration::from_millis(1500)).await;
        let said = tokio::task::spawn_blocking(|| running.crash())
            .await
            .unwrap();
        assert!(said.contains("ended by itself"), "{said}");
    }
    let running = start();
    tokio::time::sleep(Duration::from_millis(500)).await;
    is_over.store(true, Ordering::Relaxed);
    let acknowledged = sender.await.unwrap();
    for ids in &acknowledged {
        assert!(
            ids.len() > 20,
            "too few were acknowledged to say anything: {ids:?}"
        );
    }

    let sink = Running::start_with(
        &folder.path().join("sink"),
        &["--layers", "local"],
        &[
            ("BELLWETHER_OTLP_GRPC_ENDPOINT", "127.0.0.1:0"),
            ("BELLWETHER_OTLP_HTTP_ENDPOINT", http),
            ("BELLWETHER_COLLECTOR_HEALTH_ENDPOINT", sink_health),
            ("BELLWETHER_COLLECTOR_SELF_ENDPOINT", sink_own),
            ("BELLWETHER_COLLECTOR_METRICS_PORT", &sink_metrics_port),
        ],
    );
    let arrived = || -> [BTreeSet<u64>; 3] {
        let traces = sink.written("traces");
        let span_ids = spans(&traces)
            .into_iter()
            .map(|s| u64::from_str_radix(s["spanId"].as_str().unwrap(), 16).unwrap());
        let log_documents = sink.written("logs");
        let texts = logs(&log_documents)
            .into_iter()
            .filter_map(|log| log["body"]["stringValue"].as_str());
        let records = texts.filter_map(|text| text.strip_prefix("record ")?.parse().ok());
        let metric_documents = sink.written("metrics");
        let ours = metrics(&metric_documents)
            .into_iter()
            .filter(|metric| metric["name"] == "app.id");
        let points = ours.flat_map(|metric| {
            metric["gauge"]["dataPoints"]
                .as_array()
                .into_iter()
                .flatten()
        });
        let values = points.map(|point| {
            point["asInt"]
                .as_str()
                .and_then(|value| value.parse().ok())
                .unwrap()
        });
        [span_ids.collect(), records.collect(), values.collect()]
    };
    let missing = |arrived: &[BTreeSet<u64>; 3]| -> Vec<Vec<u64>> {
        acknowledged
            .iter()
            .zip(arrived)
            .map(|(sent, got)| sent.difference(got).copied().collect())
            .collect()
    };
    let started = std::time::Instant::now();
    loop {
        let missing = missing(&arrived());
        if missing.iter().all(Vec::is_empty) {
            break;
        }
        assert!(
            started.elapsed() < support::collector::PATIENCE,
            "acknowledged and lost (spans, logs, points): {missing:?}"
        );
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    drop(running);
}
