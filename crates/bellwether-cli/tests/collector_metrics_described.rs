//! What the real Collector makes itself (the host's metrics, series derived from spans and logs, its own health) is what
//! `bellwether-catalog/outside` says: names, instruments, units, labels and the values of closed labels.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test may panic and print"
)]

mod support;

use std::collections::{BTreeMap, BTreeSet};

use bellwether_catalog::{Instrument, Metric, Registry, Values};
use serde_json::{Value, json};
use support::collector::{Running, attributes, eventually, map, metrics, one_log, one_span};

const OUTSIDE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../bellwether-catalog/outside");

/// One of each origin, so that silence of one of them is noticed.
const EXPECTED: [&str; 6] = [
    "system.cpu.time",
    "system.memory.usage",
    "traces.span.metrics.duration",
    "error_log_count",
    "otelcol_exporter_sent_spans",
    "otelcol_processor_tail_sampling_global_count_traces_sampled",
];

#[tokio::test]
async fn what_the_collector_makes_is_described() {
    let folder = tempfile::tempdir().unwrap();
    let variables = [
        ("BELLWETHER_COLLECTOR_SELF_INTERVAL_MS", "500"),
        ("BELLWETHER_SAMPLING_DECISION_WAIT", "1s"),
    ];
    let running = Running::start(folder.path(), "tail-sampling,local", &variables);
    let failed = json!({
        "status": {"code": 2},
        "attributes": attributes(&[("http.route", "/jobs/{id}".into()), ("http.request.method", "GET".into())]),
    });
    running
        .send("traces", &one_span("shop", 1, 1, "GET /jobs/{id}", &failed))
        .await;
    running
        .send(
            "logs",
            &one_log("shop", 17, &json!({"stringValue": "no"}), &json!({})),
        )
        .await;

    let sent = eventually("metrics of every origin", || {
        let documents = running.written("metrics");
        let sent: Vec<Value> = metrics(&documents).into_iter().cloned().collect();
        let names: BTreeSet<&str> = sent.iter().map(name).collect();
        let complete = EXPECTED.iter().all(|wanted| names.contains(wanted));
        complete.then_some(sent)
    })
    .await;

    let outside = bellwether_catalog::load(OUTSIDE).unwrap();
    let described: BTreeMap<&str, &Metric> = outside
        .metrics
        .iter()
        .map(|metric| (metric.name.as_str(), metric))
        .collect();
    for metric in &sent {
        let Some(known) = described.get(name(metric)) else {
            panic!("{} is not described", name(metric));
        };
        compare(&outside, known, metric);
    }
}

fn name(metric: &Value) -> &str {
    metric["name"].as_str().unwrap()
}

fn compare(outside: &Registry, known: &Metric, sent: &Value) {
    let (instrument, data) = data(sent);
    assert_eq!(known.instrument, instrument, "{}", known.name);
    // Derived counters have no unit of their own; what is described stands in for it.
    if let Some(unit) = sent["unit"].as_str() {
        assert_eq!(known.unit, unit, "{}", known.name);
    }
    for point in data["dataPoints"].as_array().unwrap() {
        let labels = map(&point["attributes"]);
        for (key, value) in &labels {
            let reference = known.attributes.iter().find(|known| known.key == *key);
            let Some(reference) = reference else {
                panic!("{} has the label {key} besides", known.name);
            };
            if let Some(Values::Closed(set)) = outside.values(reference) {
                let value = value.as_str().unwrap().to_owned();
                let spelled = set.members.contains(&value);
                assert!(spelled, "{} {{{key}=\"{value}\"}}", known.name);
            }
        }
    }
}

fn data(sent: &Value) -> (Instrument, &Value) {
    if sent["sum"].is_object() {
        let only_rises = sent["sum"]["isMonotonic"] == true;
        let instrument = if only_rises {
            Instrument::Counter
        } else {
            Instrument::UpDownCounter
        };
        return (instrument, &sent["sum"]);
    }
    if sent["histogram"].is_object() {
        return (Instrument::Histogram, &sent["histogram"]);
    }
    (Instrument::Gauge, &sent["gauge"])
}
