//! Every metric of the catalog as it leaves a process over OTLP, held against `docs/metrics-on-the-wire.md`.
//!
//! The table is not made from the catalog: it is read from the protobuf that a receiver got from a running
//! `Telemetry`. After a change that is meant, write it anew with `BELLWETHER_UPDATE_GOLDEN=1`.

#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot be set up has failed"
)]

mod support;

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::time::Duration;

use bellwether::Telemetry;
use bellwether::config::{LogStream, Protocol};
use bellwether::metrics::generated::ALL;
use opentelemetry_proto::tonic::common::v1::KeyValue;
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::metrics::v1::number_data_point::Value;
use opentelemetry_proto::tonic::metrics::v1::{AggregationTemporality, Metric, NumberDataPoint};
use support::receiver::Receiver;
use support::synthetic::measure_all;

const TABLE: &str = concat!(
    env!("CARGO_MANIFEST_DIR"),
    "/../../docs/metrics-on-the-wire.md"
);
const UPDATE: &str = "BELLWETHER_UPDATE_GOLDEN";
const HEADING: &str = "<!-- Written by the test metrics_on_the_wire. -->

# Metrics on the wire

What a receiver of OTLP gets, read from the protobuf of a running service: each metric of the [catalog](metrics.md) after one measurement
with all its labels. A service sends nothing else unasked. The test `metrics_on_the_wire` compares this page byte for byte; `BELLWETHER_UPDATE_GOLDEN=1 cargo test -p bellwether-cli
--test metrics_on_the_wire` writes it anew. A type is that of OTLP: a sum that may fall is what the API calls an up-down counter.

| Metric | Type | Unit | Labels | Bounds of buckets |
|---|---|---|---|---|
";

/// Type, unit, labels and buckets of one metric.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Row {
    kind: String,
    unit: String,
    labels: BTreeSet<String>,
    bounds: String,
}

fn row(metric: &Metric) -> Row {
    let number = |points: &[NumberDataPoint]| match points[0].value.as_ref().unwrap() {
        Value::AsInt(_) => "whole",
        Value::AsDouble(_) => "double",
    };
    let temporality = |value: i32| match AggregationTemporality::try_from(value).unwrap() {
        AggregationTemporality::Cumulative => "running total",
        AggregationTemporality::Delta => "change",
        AggregationTemporality::Unspecified => "unspecified",
    };
    let of_points = |points: &[NumberDataPoint]| keys(points.iter().map(|point| &point.attributes));
    let (kind, labels, bounds) = match metric.data.as_ref().unwrap() {
        Data::Gauge(gauge) => {
            let kind = format!("gauge, {}", number(&gauge.data_points));
            (kind, of_points(&gauge.data_points), String::new())
        }
        Data::Sum(sum) => {
            let direction = if sum.is_monotonic {
                "only rises"
            } else {
                "may fall"
            };
            let kind = format!(
                "sum, {}, {direction}, {}",
                temporality(sum.aggregation_temporality),
                number(&sum.data_points)
            );
            (kind, of_points(&sum.data_points), String::new())
        }
        Data::Histogram(histogram) => {
            let kind = format!(
                "histogram, {}",
                temporality(histogram.aggregation_temporality)
            );
            let points = &histogram.data_points;
            let bounds: BTreeSet<_> = points
                .iter()
                .map(|point| listed(&point.explicit_bounds))
                .collect();
            let bounds = bounds.into_iter().collect::<Vec<_>>().join(" or ");
            (
                kind,
                keys(points.iter().map(|point| &point.attributes)),
                bounds,
            )
        }
        other => panic!("{} is {other:?}", metric.name),
    };
    Row {
        kind,
        unit: metric.unit.clone(),
        labels,
        bounds,
    }
}

fn keys<'a>(points: impl Iterator<Item = &'a Vec<KeyValue>>) -> BTreeSet<String> {
    points
        .flatten()
        .map(|attribute| attribute.key.clone())
        .collect()
}

fn listed(bounds: &[f64]) -> String {
    let bounds: Vec<_> = bounds.iter().map(ToString::to_string).collect();
    bounds.join(", ")
}

/// What a service sends that measures everything once.
fn sent() -> BTreeMap<String, BTreeSet<Row>> {
    let receiver = Receiver::start();
    let telemetry = Telemetry::builder("on-the-wire")
        .endpoint(receiver.endpoint())
        .protocol(Protocol::HttpProtobuf)
        .log_stream(LogStream::Off)
        .detached()
        .start()
        .unwrap();
    measure_all(&telemetry.meter("test"));
    telemetry
        .shutdown_blocking(Duration::from_secs(30))
        .unwrap();
    let mut rows = BTreeMap::<_, BTreeSet<_>>::new();
    for metric in receiver.all_metrics() {
        rows.entry(metric.name.clone())
            .or_default()
            .insert(row(&metric));
    }
    rows
}

fn lines<'a>(
    sent: &BTreeMap<String, BTreeSet<Row>>,
    names: impl IntoIterator<Item = &'a str>,
) -> String {
    let mut lines = String::new();
    for name in names {
        let rows = &sent[name];
        assert_eq!(rows.len(), 1, "{name} leaves in two ways: {rows:#?}");
        for row in rows {
            let labels: Vec<_> = row
                .labels
                .iter()
                .map(|label| format!("`{label}`"))
                .collect();
            let (
                labels,
                Row {
                    kind, unit, bounds, ..
                },
            ) = (labels.join(", "), row);
            let _ = writeln!(
                lines,
                "| `{name}` | {kind} | `{unit}` | {labels} | {bounds} |"
            );
        }
    }
    lines
}

#[test]
fn what_leaves_is_what_the_page_says() {
    let sent = sent();
    let catalog: Vec<_> = ALL.iter().map(|metric| metric.name).collect();
    let sent_names = sent.keys().map(String::as_str);
    let unknown: Vec<_> = sent_names.filter(|name| !catalog.contains(name)).collect();
    assert!(unknown.is_empty(), "not in the catalog: {unknown:?}");
    let page = HEADING.to_owned() + &lines(&sent, catalog);
    if std::env::var_os(UPDATE).is_some() {
        std::fs::write(TABLE, &page).unwrap();
        return;
    }
    let committed = std::fs::read_to_string(TABLE).unwrap_or_default();
    let differs = committed
        .lines()
        .zip(page.lines())
        .find(|(committed, page)| committed != page);
    assert!(
        committed == page,
        "docs/metrics-on-the-wire.md is not what leaves; first difference (page, wire): {differs:#?}; if that is meant: {UPDATE}=1"
    );
}
