//! Collections of a real meter provider.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, SystemTime};

use opentelemetry::KeyValue;
use opentelemetry::metrics::{Meter, MeterProvider};
use opentelemetry::trace::{SpanId, TraceId};
use opentelemetry_proto::tonic::common::v1::KeyValue as ProtoKeyValue;
use opentelemetry_proto::tonic::metrics::v1::exemplar;
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::metrics::v1::number_data_point::Value;
use opentelemetry_proto::tonic::metrics::v1::{
    AggregationTemporality, HistogramDataPoint, NumberDataPoint,
};
use opentelemetry_sdk::metrics::SdkMeterProvider;

use super::*;
use crate::metrics::{Exemplar, ExemplarSource, SeriesExemplars};

fn collecting() -> (Collector, GuardedMeters, SdkMeterProvider) {
    let collector = Collector::new();
    let provider = SdkMeterProvider::builder()
        .with_reader(collector.clone())
        .with_view(collector.view())
        .build();
    (collector, GuardedMeters::new(provider.clone()), provider)
}

fn sums(collection: &Collection, name: &str) -> Vec<NumberDataPoint> {
    let metric = collection.metrics().find(|metric| metric.name == name);
    match metric.map(|metric| metric.data.clone().unwrap()) {
        Some(Data::Sum(sum)) => {
            assert_eq!(
                sum.aggregation_temporality(),
                AggregationTemporality::Cumulative
            );
            sum.data_points
        }
        Some(Data::Gauge(gauge)) => gauge.data_points,
        _ => Vec::new(),
    }
}

fn histogram(collection: &Collection, name: &str) -> Vec<HistogramDataPoint> {
    let metric = collection.metrics().find(|metric| metric.name == name);
    let Some(Data::Histogram(histogram)) = metric.unwrap().data.clone() else {
        panic!("no histogram");
    };
    histogram.data_points
}

struct Source(Vec<SeriesExemplars>);

impl ExemplarSource for Source {
    fn exemplars(&self, _: Option<SystemTime>) -> Vec<SeriesExemplars> {
        self.0.clone()
    }
}

#[test]
fn exemplars_join_the_series_with_their_attributes_in_any_order() {
    let (collector, meters, _provider) = collecting();
    let durations = meters
        .meter("test")
        .f64_histogram("job_seconds")
        .with_boundaries(vec![1.0, 10.0])
        .build();
    let other = meters.meter("test").f64_histogram("other_seconds").build();
    let (kind, ok) = (KeyValue::new("kind", "a"), KeyValue::new("ok", true));
    durations.record(5.0, &[kind.clone(), ok.clone()]);
    durations.record(5.0, std::slice::from_ref(&kind));
    durations.record(5.0, &[KeyValue::new("kind", "b"), ok.clone()]);
    other.record(5.0, &[kind.clone(), ok.clone()]);
    collector.add_exemplars(Arc::new(Source(vec![SeriesExemplars {
        metric: "job_seconds",
        attributes: vec![ok, kind],
        exemplars: vec![Exemplar {
            value: 5.0,
            time: SystemTime::UNIX_EPOCH + Duration::from_nanos(7),
            trace_id: TraceId::from(1_u128),
            span_id: SpanId::from(2_u64),
        }],
    }])));

    let collection = collector.collect_now().unwrap();
    let points = histogram(&collection, "job_seconds");
    assert_eq!(points.len(), 3);
    for point in points {
        let is_it = point.attributes.len() == 2
            && point
                .attributes
                .iter()
                .any(|pair| pair.value.as_ref() == Some(&opentelemetry::Value::from("a").into()));
        assert_eq!(point.exemplars.len(), usize::from(is_it), "{point:?}");
        for exemplar in point.exemplars {
            assert_eq!(exemplar.value, Some(exemplar::Value::AsDouble(5.0)));
            assert_eq!(exemplar.time_unix_nano, 7);
            assert_eq!(exemplar.trace_id, 1_u128.to_be_bytes());
            assert_eq!(exemplar.span_id, 2_u64.to_be_bytes());
        }
    }
    assert!(
        histogram(&collection, "other_seconds")[0]
            .exemplars
            .is_empty()
    );
}

#[test]
fn a_count_above_what_the_message_can_hold_keeps_its_size() {
    let (collector, meters, _provider) = collecting();
    let meter = meters.meter("test");
    meter.u64_counter("small").build().add(7, &[]);
    meter.u64_counter("large").build().add(u64::MAX - 5, &[]);
    meter.u64_gauge("gauge").build().record(1 << 63, &[]);
    let collection = collector.collect_now().unwrap();
    let value = |name| sums(&collection, name)[0].value.unwrap();
    assert_eq!(value("small"), Value::AsInt(7));
    assert_eq!(value("large"), Value::AsDouble((u64::MAX - 5) as f64));
    assert_eq!(value("gauge"), Value::AsDouble((1_u64 << 63) as f64));
}

#[test]
fn a_series_that_ended_is_left_out_and_the_last_takes_its_metric_along() {
    struct Ended(AtomicBool);
    impl SeriesFilter for Ended {
        fn keep(&self, metric: &str, attributes: &[ProtoKeyValue]) -> bool {
            !self.0.load(Ordering::Relaxed)
                || metric != "session_size"
                || attributes.iter().all(|pair| pair.key != "session_id")
        }
    }
    let (collector, meters, _provider) = collecting();
    let meter = meters.meter("test");
    let sizes = meter.u64_counter("session_size").build();
    sizes.add(1, &[KeyValue::new("session_id", "s-1")]);
    meter.u64_counter("sessions").build().add(1, &[]);
    let ended = Arc::new(Ended(AtomicBool::new(false)));
    collector.add_filter(ended.clone());
    assert_eq!(collector.collect_now().unwrap().metrics().count(), 2);
    ended.0.store(true, Ordering::Relaxed);
    let collection = collector.collect_now().unwrap();
    let names: Vec<_> = collection.metrics().map(|metric| &metric.name).collect();
    assert_eq!(names, ["sessions"]);
}

#[test]
fn collections_at_the_same_time_are_whole_and_never_go_back() {
    let (collector, meters, _provider) = collecting();
    let meter = meters.meter("test");
    let (left, right) = (
        meter.u64_counter("left").build(),
        meter.f64_histogram("right").build(),
    );
    let observed = Arc::new(AtomicU64::new(0));
    let seen = Arc::clone(&observed);
    let _ = meter
        .u64_observable_counter("observed")
        .with_callback(move |observer| {
            observer.observe(seen.fetch_add(1, Ordering::SeqCst), &[]);
        })
        .build();
    left.add(1, &[]);
    right.record(1.0, &[]);
    let stop = Arc::new(AtomicBool::new(false));
    let collecting: Vec<_> = (0..3)
        .map(|_| {
            let (collector, stop) = (collector.clone(), Arc::clone(&stop));
            thread::spawn(move || {
                let (mut last, mut rounds) = ((0, 0, -1), 0);
                while !stop.load(Ordering::Relaxed) || rounds < 10 {
                    let collection = collector.collect_now().unwrap();
                    let number = |name| match sums(&collection, name)[0].value.unwrap() {
                        Value::AsInt(value) => value,
                        Value::AsDouble(_) => panic!("not whole"),
                    };
                    let point = histogram(&collection, "right")[0].clone();
                    assert_eq!(point.count, point.bucket_counts.iter().sum::<u64>());
                    let now = (number("left"), point.count, number("observed"));
                    assert!(now.0 >= last.0 && now.1 >= last.1, "{now:?} after {last:?}");
                    assert!(now.2 > last.2, "each collection asks the callback once");
                    (last, rounds) = (now, rounds + 1);
                }
                rounds
            })
        })
        .collect();
    for _ in 0..20_000 {
        left.add(1, &[]);
        right.record(1.0, &[]);
    }
    stop.store(true, Ordering::Relaxed);
    let rounds: u64 = collecting
        .into_iter()
        .map(|thread| thread.join().unwrap())
        .sum();
    assert_eq!(observed.load(Ordering::SeqCst), rounds);
    let collection = collector.collect_now().unwrap();
    assert_eq!(
        sums(&collection, "left")[0].value,
        Some(Value::AsInt(20_001))
    );
}

fn panicking(meter: &Meter, panics: &Arc<AtomicBool>) {
    let panics = Arc::clone(panics);
    let _ = meter
        .u64_observable_gauge("unsteady")
        .with_callback(move |observer| {
            assert!(!panics.load(Ordering::Relaxed), "meant to");
            observer.observe(1, &[]);
        })
        .build();
}

#[test]
fn a_callback_that_panics_costs_its_own_value_only() {
    let (collector, meters, _provider) = collecting();
    let panics = Arc::new(AtomicBool::new(true));
    panicking(&meters.meter("test"), &panics);
    meters
        .meter("test")
        .u64_counter("steady")
        .build()
        .add(1, &[]);
    let names = || -> Vec<String> {
        let collection = collector.collect_now().unwrap();
        collection
            .metrics()
            .map(|metric| metric.name.clone())
            .collect()
    };
    assert_eq!(names(), ["steady"]);
    assert_eq!(meters.panics(), 1);
    meters
        .meter("test")
        .u64_counter("later")
        .build()
        .add(1, &[]);
    panics.store(false, Ordering::Relaxed);
    assert_eq!(names(), ["unsteady", "steady", "later"]);
    assert_eq!(meters.panics(), 1);
}

/// What the guard is for. When this fails, the SDK survives a panic by itself and the guard may go.
#[test]
fn an_unguarded_callback_that_panics_ends_the_metrics_of_the_sdk() {
    let (collector, _meters, provider) = collecting();
    let panics = Arc::new(AtomicBool::new(true));
    panicking(&provider.meter("test"), &panics);
    assert_eq!(collector.collect_now(), Err(CollectError::Poisoned));
    panics.store(false, Ordering::Relaxed);
    assert_eq!(collector.collect_now(), Err(CollectError::Poisoned));
}

#[test]
fn after_the_end_there_is_no_collection() {
    let (collector, meters, provider) = collecting();
    meters
        .meter("test")
        .u64_counter("count")
        .build()
        .add(1, &[]);
    provider.shutdown().unwrap();
    assert_eq!(collector.collect_now(), Err(CollectError::Ended));
}

#[test]
fn the_guard_passes_on_what_a_builder_holds() {
    let (collector, meters, _provider) = collecting();
    let meter = meters.meter("test");
    let histogram = meter
        .u64_histogram("sizes")
        .with_unit("By")
        .with_description("of files")
        .with_boundaries(vec![1.0, 2.0]);
    histogram.build().record(1, &[]);
    let _ = meter
        .i64_observable_up_down_counter("level")
        .with_unit("{level}")
        .with_callback(|observer| observer.observe(-3, &[]))
        .build();
    let collection = collector.collect_now().unwrap();
    let sizes = collection
        .metrics()
        .find(|metric| metric.name == "sizes")
        .unwrap();
    assert_eq!(
        (sizes.unit.as_str(), sizes.description.as_str()),
        ("By", "of files")
    );
    assert_eq!(
        super::tests::histogram(&collection, "sizes")[0].explicit_bounds,
        [1.0, 2.0]
    );
    let level = collection
        .metrics()
        .find(|metric| metric.name == "level")
        .unwrap();
    assert_eq!(level.unit, "{level}");
    assert_eq!(sums(&collection, "level")[0].value, Some(Value::AsInt(-3)));
    let _ = meter
        .u64_observable_counter("seen")
        .with_callback(|_| {})
        .build();
    let observable = collector.observable_counters();
    assert!(observable.contains(&("test".to_owned(), "seen".to_owned())));
}
