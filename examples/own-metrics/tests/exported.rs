//! What the generated code records leaves with the names, labels, units and buckets of the registry.

#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot be set up has failed"
)]

use std::collections::BTreeMap;

use bellwether::Telemetry;
use bellwether::config::Exporter;
use bellwether::metrics::exposition::{Exposition, Format};
use opentelemetry_proto::tonic::common::v1::{KeyValue, any_value::Value};
use opentelemetry_proto::tonic::metrics::v1::{Metric, metric::Data, number_data_point};
use own_metrics::metrics::labels::{Tier, UploadStatus};
use own_metrics::metrics::recorder_metrics::UploadMetrics;
use own_metrics::{Renderer, Worker, metrics};

const IMAGE: &[u8] = b"\x89PNG\r\n\x1a\npixels";

fn telemetry() -> Telemetry {
    Telemetry::builder("rendering")
        .metrics_exporter(Exporter::None)
        .traces_exporter(Exporter::None)
        .logs_exporter(Exporter::None)
        .resource_metrics(false)
        .detached()
        .start()
        .unwrap()
}

fn exported(telemetry: &Telemetry) -> BTreeMap<String, Metric> {
    let collection = telemetry.collect_metrics().unwrap();
    let metrics = collection.metrics().cloned();
    metrics
        .map(|metric| (metric.name.clone(), metric))
        .collect()
}

/// `free eu-west-1 rendered`, in the order of the keys.
fn labels(attributes: &[KeyValue]) -> String {
    let mut pairs: Vec<(&str, String)> = attributes
        .iter()
        .map(|pair| match pair.value.as_ref().unwrap().value.as_ref() {
            Some(Value::StringValue(value)) => (pair.key.as_str(), value.clone()),
            other => panic!("{other:?} is no string"),
        })
        .collect();
    pairs.sort_unstable();
    let pairs = pairs.iter().map(|(key, value)| format!("{key}={value}"));
    pairs.collect::<Vec<_>>().join(" ")
}

/// Whole numbers of a sum or gauge, by labels.
fn numbers(metric: &Metric) -> BTreeMap<String, i64> {
    let points = match metric.data.as_ref().unwrap() {
        Data::Sum(sum) => &sum.data_points,
        Data::Gauge(gauge) => &gauge.data_points,
        other => panic!("{other:?}"),
    };
    let points = points.iter().map(|point| match point.value {
        Some(number_data_point::Value::AsInt(value)) => (labels(&point.attributes), value),
        other => panic!("{other:?} is no whole number"),
    });
    points.collect()
}

/// Count, bounds and labels of a histogram's points.
fn counts(metric: &Metric) -> BTreeMap<String, (u64, Vec<f64>)> {
    let Data::Histogram(histogram) = metric.data.as_ref().unwrap() else {
        panic!("{metric:?}");
    };
    let points = histogram.data_points.iter().map(|point| {
        let bounds = point.explicit_bounds.clone();
        (labels(&point.attributes), (point.count, bounds))
    });
    points.collect()
}

fn expect<T: Clone>(series: &[(&str, T)]) -> BTreeMap<String, T> {
    let series = series.iter();
    series
        .map(|(labels, value)| ((*labels).to_owned(), value.clone()))
        .collect()
}

#[test]
fn a_unit_of_work_tells_its_whole_life() {
    let telemetry = telemetry();
    let mut renderer = Renderer::new(&telemetry.metrics(), "eu-west-1");
    renderer.render(Tier::Free, IMAGE).unwrap();
    renderer.render(Tier::Free, IMAGE).unwrap();
    assert_eq!(renderer.render(Tier::Team, b"text"), None);
    let uploads = telemetry.metrics().recorder::<UploadMetrics>();
    drop(uploads.start(Tier::Enterprise, "us-east-1"));
    let running = uploads.start(Tier::Free, "eu-west-1");

    let during = exported(&telemetry);
    assert_eq!(
        numbers(&during["uploads_in_flight"]),
        expect(&[("tier=enterprise", 0), ("tier=free", 1), ("tier=team", 0)])
    );
    assert_eq!(
        numbers(&during["uploads_total"]),
        expect(&[
            ("region=eu-west-1 status=refused tier=team", 1),
            ("region=eu-west-1 status=rendered tier=free", 2),
            ("region=us-east-1 status=abandoned tier=enterprise", 1),
        ])
    );
    let seconds = vec![0.05, 0.1, 0.5, 1.0, 5.0, 30.0];
    assert_eq!(
        counts(&during["upload_duration_seconds"]),
        expect(&[
            ("status=abandoned tier=enterprise", (1, seconds.clone())),
            ("status=refused tier=team", (1, seconds.clone())),
            ("status=rendered tier=free", (2, seconds)),
        ])
    );
    let bytes = vec![65_536.0, 1_048_576.0, 16_777_216.0];
    assert_eq!(
        counts(&during["upload_size_bytes"]),
        expect(&[("tier=free", (2, bytes.clone())), ("tier=team", (1, bytes))])
    );
    assert_eq!(
        numbers(&during["render_cache_bytes"]),
        expect(&[("region=eu-west-1", 12)])
    );

    running.finish(UploadStatus::Failed);
    let after = exported(&telemetry);
    assert_eq!(numbers(&after["uploads_in_flight"])["tier=free"], 0);
    let ended = numbers(&after["uploads_total"]);
    assert_eq!(ended["region=eu-west-1 status=failed tier=free"], 1);
}

#[test]
fn a_live_id_has_a_series_as_long_as_it_lives() {
    let telemetry = telemetry();
    let (first, second) = (
        Worker::new(&telemetry.metrics(), "worker-1"),
        Worker::new(&telemetry.metrics(), "worker-2"),
    );
    first.holds(10);
    second.holds(20);
    let both = expect(&[("worker_id=worker-1", 10), ("worker_id=worker-2", 20)]);
    assert_eq!(numbers(&exported(&telemetry)["worker_memory_bytes"]), both);
    drop(first);
    let left = expect(&[("worker_id=worker-2", 20)]);
    assert_eq!(numbers(&exported(&telemetry)["worker_memory_bytes"]), left);
}

#[test]
fn units_and_prometheus_names_are_those_of_the_registry() {
    let telemetry = telemetry();
    let mut renderer = Renderer::new(&telemetry.metrics(), "eu-west-1");
    renderer.render(Tier::Free, IMAGE).unwrap();
    let worker = Worker::new(&telemetry.metrics(), "worker-1");
    worker.holds(1);

    let exported = exported(&telemetry);
    let collection = telemetry.collect_metrics().unwrap();
    let page = Exposition::new(Format::Text).render(&collection);
    for definition in metrics::ALL {
        let metric = &exported[definition.name];
        assert_eq!(metric.unit, definition.unit, "{}", definition.name);
        assert_eq!(metric.description, definition.description);
        let named = format!("# TYPE {} ", definition.prometheus_suffixed_name);
        assert!(page.contains(&named), "{named} is not in\n{page}");
    }
}
