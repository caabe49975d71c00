//! What the base layer adds, derives and hides, as a real Collector does it.

#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot be set up has failed"
)]

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::{Value, json};
use support::collector::{
    Running, attributes, client, eventually, map, metrics, nested, one_log, one_point, one_span,
    spans,
};

fn red(documents: &[Value], name: &str, service: &str) -> BTreeMap<String, (u64, Value)> {
    let mut newest = BTreeMap::new();
    for metric in metrics(documents)
        .into_iter()
        .filter(|metric| metric["name"] == name)
    {
        let points = metric["sum"]["dataPoints"]
            .as_array()
            .or(metric["histogram"]["dataPoints"].as_array());
        for point in points.into_iter().flatten() {
            let mut labels = map(&point["attributes"]);
            // Of a Collector's process; it differs from run to run.
            labels.remove("collector.instance.id");
            if labels.get("service.name").and_then(Value::as_str) != Some(service) {
                continue;
            }
            let count = point["asInt"]
                .as_str()
                .or(point["count"].as_str())
                .unwrap()
                .parse()
                .unwrap();
            newest.insert(
                serde_json::to_string(&labels).unwrap(),
                (count, point.clone()),
            );
        }
    }
    newest
}

fn counts(series: &BTreeMap<String, (u64, Value)>) -> BTreeMap<String, u64> {
    series
        .iter()
        .map(|(labels, (count, _))| (labels.clone(), *count))
        .collect()
}

#[tokio::test]
async fn the_machine_and_its_environment_are_added_where_a_service_is_silent() {
    let folder = tempfile::tempdir().unwrap();
    let variables = [("MACHINE_ID", "007"), ("RAILWAY_ENVIRONMENT", "staging")];
    let running = Running::start(folder.path(), "local", &variables);

    let said: [&[(&str, Value)]; 4] = [
        &[],
        &[
            ("machine.id", json!("own")),
            ("deployment.environment", json!("old")),
            ("host.name", json!("elsewhere")),
        ],
        &[("deployment.environment.name", json!("new"))],
        &[
            ("deployment.environment", json!("old")),
            ("deployment.environment.name", json!("new")),
        ],
    ];
    for (index, extra) in said.iter().enumerate() {
        let mut request = one_span(&format!("service-{index}"), 1, 1, "x", &json!({}));
        let list = request["resourceSpans"][0]["resource"]["attributes"]
            .as_array_mut()
            .unwrap();
        list.extend(attributes(extra).as_array().unwrap().clone());
        running.send("traces", &request).await;
    }
    running
        .send(
            "logs",
            &one_log("quiet", 9, &json!({"stringValue": "x"}), &json!({})),
        )
        .await;
    running
        .send("metrics", &one_point("quiet", "quiet.test", 1, &json!([])))
        .await;

    let resources = eventually("four services", || {
        let documents = running.written("traces");
        let resources = nested(&documents, &["resourceSpans"])
            .into_iter()
            .map(|r| map(&r["resource"]["attributes"]));
        let by_service: BTreeMap<_, _> = resources
            .map(|resource| {
                (
                    resource["service.name"].as_str().unwrap().to_owned(),
                    resource,
                )
            })
            .collect();
        (by_service.len() == 4).then_some(by_service)
    })
    .await;
    let got = |service: usize, key: &str| {
        resources[&format!("service-{service}")][key]
            .as_str()
            .unwrap()
    };
    let expected = [
        ("007", "staging", "staging"),
        ("own", "old", "old"),
        ("007", "new", "new"),
        ("007", "old", "new"),
    ];
    for (service, (machine, old_spelling, spelling)) in expected.into_iter().enumerate() {
        assert_eq!(got(service, "machine.id"), machine, "{service}");
        assert_eq!(
            got(service, "deployment.environment"),
            old_spelling,
            "{service}"
        );
        assert_eq!(
            got(service, "deployment.environment.name"),
            spelling,
            "{service}"
        );
    }
    assert_eq!(got(1, "host.name"), "elsewhere");
    assert!(!got(0, "host.name").is_empty());

    for (signal, key) in [("logs", "resourceLogs"), ("metrics", "resourceMetrics")] {
        eventually("the quiet service has a machine", || {
            let documents = running.written(signal);
            let resources = nested(&documents, &[key])
                .into_iter()
                .map(|r| map(&r["resource"]["attributes"]));
            let mut quiet =
                resources.filter(|resource| resource.get("service.name") == Some(&json!("quiet")));
            quiet
                .next()
                .filter(|resource| resource["machine.id"] == "007")
        })
        .await;
    }
}

#[tokio::test]
async fn an_unset_or_empty_variable_adds_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let running = Running::start(folder.path(), "local", &[("RAILWAY_ENVIRONMENT", "")]);
    running
        .send("traces", &one_span("s", 1, 1, "x", &json!({})))
        .await;
    let resource = eventually("the span", || {
        let documents = running.written("traces");
        nested(&documents, &["resourceSpans"])
            .first()
            .map(|r| map(&r["resource"]["attributes"]))
    })
    .await;
    for key in [
        "machine.id",
        "deployment.environment",
        "deployment.environment.name",
    ] {
        assert!(!resource.contains_key(key), "{resource:?}");
    }
    assert!(resource.contains_key("host.name"));
}

/// What the same traffic leaves behind.
struct Outcome {
    calls: BTreeMap<String, u64>,
    durations: BTreeMap<String, (u64, Value)>,
    errors: u64,
    /// Whether a duration ever pointed to a trace.
    has_exemplars: bool,
    span_ids: Vec<String>,
    error_spans: BTreeSet<String>,
}

/// 120 traces of two spans in four requests each; every tenth has an error and writes an error log.
async fn traffic(folder: &Path, layers: &str) -> Outcome {
    const TRACES: u64 = 120;
    let variables = [
        ("BELLWETHER_SAMPLING_DECISION_WAIT", "1s"),
        ("BELLWETHER_SAMPLING_PERCENTAGE", "0"),
    ];
    let running = Running::start(folder, layers, &variables);
    let mut error_spans = BTreeSet::new();
    for trace in 1..=TRACES {
        let is_error = trace % 10 == 0;
        let status = if is_error {
            json!({"status": {"code": 2}})
        } else {
            json!({})
        };
        let mut root = status;
        root["attributes"] = attributes(&[
            ("http.route", json!("/jobs/{id}")),
            ("http.request.method", json!("POST")),
        ]);
        running
            .send(
                "traces",
                &one_span("shop", trace.into(), trace * 2, "POST /jobs/{id}", &root),
            )
            .await;
        let child = json!({"kind": 1, "parentSpanId": format!("{:016x}", trace * 2)});
        running
            .send(
                "traces",
                &one_span("shop", trace.into(), trace * 2 + 1, "work", &child),
            )
            .await;
        if is_error {
            error_spans.extend([trace * 2, trace * 2 + 1].map(|id| format!("{id:016x}")));
            running
                .send(
                    "logs",
                    &one_log("shop", 17, &json!({"stringValue": "it failed"}), &json!({})),
                )
                .await;
        }
        running
            .send(
                "logs",
                &one_log("shop", 9, &json!({"stringValue": "fine"}), &json!({})),
            )
            .await;
    }
    let is_sampled = layers.contains("tail-sampling");
    let expected_spans = if is_sampled {
        error_spans.len()
    } else {
        2 * usize::try_from(TRACES).unwrap()
    };
    eventually("all spans are counted and the kept ones written", || {
        let documents = running.written("metrics");
        let calls: u64 = counts(&red(&documents, "traces.span.metrics.calls", "shop"))
            .values()
            .sum();
        (calls >= 2 * TRACES && spans(&running.written("traces")).len() >= expected_spans)
            .then_some(())
    })
    .await;
    // Whatever is still on its way, a second delivery for instance, has arrived when the Collector has ended.
    let folder = running.folder.clone();
    drop(running);
    let documents =
        |signal: &str| support::collector::documents(&folder.join(format!("data/{signal}.jsonl")));
    let metric_documents = documents("metrics");
    let traces = documents("traces");
    let ids = spans(&traces)
        .into_iter()
        .map(|span| span["spanId"].as_str().unwrap().to_owned());
    let mut durations = metrics(&metric_documents)
        .into_iter()
        .filter(|metric| metric["name"] == "traces.span.metrics.duration");
    let has_exemplars = durations.any(|metric| metric.to_string().contains("\"traceId\""));
    Outcome {
        has_exemplars,
        calls: counts(&red(&metric_documents, "traces.span.metrics.calls", "shop")),
        durations: red(&metric_documents, "traces.span.metrics.duration", "shop"),
        errors: counts(&red(&metric_documents, "error_log_count", "shop"))
            .values()
            .sum(),
        span_ids: ids.collect(),
        error_spans,
    }
}

#[tokio::test]
async fn every_span_and_error_is_counted_with_and_without_sampling_and_none_is_delivered_twice() {
    let (folder, sampled_folder) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (plain, sampled) = tokio::join!(
        traffic(folder.path(), "local"),
        traffic(sampled_folder.path(), "local,tail-sampling")
    );

    // Roots with and without error, and the children.
    assert_eq!(
        plain.calls.values().copied().collect::<BTreeSet<_>>(),
        BTreeSet::from([12, 108, 120]),
        "{:?}",
        plain.calls
    );
    assert_eq!(plain.calls, sampled.calls);
    assert_eq!((plain.errors, sampled.errors), (12, 12));
    for outcome in [&plain, &sampled] {
        let unique: BTreeSet<_> = outcome.span_ids.iter().cloned().collect();
        assert_eq!(
            unique.len(),
            outcome.span_ids.len(),
            "a span was delivered twice"
        );
        if outcome.span_ids.len() < 240 {
            assert_eq!(
                unique, outcome.error_spans,
                "exactly the traces with an error are kept"
            );
        }
    }
    assert_eq!((plain.span_ids.len(), sampled.span_ids.len()), (240, 24));

    // Mean latency of the cross-track view: sum over count, in seconds.
    let sums = plain
        .durations
        .values()
        .map(|(_, point)| point["sum"].as_f64().unwrap());
    let mean = sums.sum::<f64>() / 240.0;
    assert!((mean - 0.010).abs() < 0.001, "{mean} s");
    let route = plain.calls.keys().filter(|labels| {
        labels.contains("/jobs/{id}") && labels.contains("\"http.request.method\":\"POST\"")
    });
    assert_eq!(route.count(), 2);
    assert!(plain.has_exemplars && sampled.has_exemplars);
}

#[tokio::test]
#[allow(
    clippy::too_many_lines,
    reason = "one run of a Collector, looked at from several sides"
)]
async fn host_metrics_and_own_metrics_arrive_and_the_books_balance() {
    let folder = tempfile::tempdir().unwrap();
    let running = Running::start(
        folder.path(),
        "local",
        &[
            ("BELLWETHER_COLLECTOR_SELF_INTERVAL_MS", "1000"),
            ("MACHINE_ID", "m-1"),
        ],
    );
    for index in 0..7 {
        running
            .send("metrics", &one_point("app", "app.test", index, &json!([])))
            .await;
        running
            .send("traces", &one_span("app", 1, index + 1, "x", &json!({})))
            .await;
    }
    let wanted = [
        "system.cpu.utilization",
        "system.memory.utilization",
        "system.disk.io",
        "system.network.io",
        "system.filesystem.usage",
        "system.cpu.load_average.1m",
        "otelcol_receiver_accepted_spans",
        "traces.span.metrics.calls",
    ];
    let documents = eventually("host, own and derived metrics", || {
        let documents = running.written("metrics");
        let names: BTreeSet<_> = metrics(&documents)
            .into_iter()
            .map(|metric| metric["name"].as_str().unwrap().to_owned())
            .collect();
        wanted
            .iter()
            .all(|name| names.contains(*name))
            .then_some(documents)
    })
    .await;
    let host = nested(&documents, &["resourceMetrics"])
        .into_iter()
        .find(|resource| {
            resource["scopeMetrics"]
                .to_string()
                .contains("system.disk.io")
        });
    let host = map(&host.unwrap()["resource"]["attributes"]);
    assert_eq!(host["machine.id"], "m-1");
    assert!(host.contains_key("host.name"));

    // Services' spans and points are told apart from the Collector's own, and their numbers are exact.
    let scrape = client()
        .get(format!("http://{}/metrics", running.metrics))
        .send()
        .await
        .unwrap()
        .text()
        .await
        .unwrap();
    let value = |series: &str| {
        let line = scrape
            .lines()
            .find(|line| line.starts_with(series))
            .unwrap_or_else(|| panic!("{series} in {scrape}"));
        line.rsplit_once(' ').unwrap().1.parse::<f64>().unwrap()
    };
    for (series, expected) in [
        ("otelcol_receiver_accepted_spans{receiver=\"otlp\"", 7.0),
        (
            "otelcol_receiver_accepted_metric_points{receiver=\"otlp\"",
            7.0,
        ),
        (
            "otelcol_exporter_sent_spans{exporter=\"file/local_traces\"",
            7.0,
        ),
    ] {
        assert!((value(series) - expected).abs() < 0.5, "{series}");
    }

    // Everything that was accepted or derived was sent; both sides move all the time.
    let started = std::time::Instant::now();
    loop {
        let scrape = client()
            .get(format!("http://{}/metrics", running.metrics))
            .send()
            .await
            .unwrap()
            .text()
            .await
            .unwrap();
        let sum = |series: &str, label: &str| -> f64 {
            let lines = scrape
                .lines()
                .filter(|line| line.starts_with(series) && line.contains(label));
            lines
                .map(|line| line.rsplit_once(' ').unwrap().1.parse::<f64>().unwrap())
                .sum()
        };
        let derived = sum(
            "otelcol_processor_outgoing_items{",
            "processor=\"transform/derived_resource\"",
        );
        let accepted = sum("otelcol_receiver_accepted_metric_points{", "");
        let sent = sum("otelcol_exporter_sent_metric_points{", "");
        if derived > 0.0 && (accepted + derived - sent).abs() < 0.5 {
            break;
        }
        assert!(
            started.elapsed() < support::collector::PATIENCE,
            "{accepted} + {derived} != {sent}"
        );
        tokio::time::sleep(std::time::Duration::from_millis(100)).await;
    }
}
