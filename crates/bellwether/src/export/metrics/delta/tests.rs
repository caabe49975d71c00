//! Deltas that add up.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use std::collections::BTreeMap;

use opentelemetry::KeyValue;
use opentelemetry::metrics::MeterProvider;
use opentelemetry_sdk::metrics::{
    Aggregation, Instrument, InstrumentKind, SdkMeterProvider, Stream,
};
use proptest::prelude::*;

use super::*;
use crate::metrics::Collector;

#[derive(Debug, Clone)]
enum Step {
    Count(u8, u32),
    Observe(u8, u32),
    Move(i32),
    /// In sixteenths, so that no sum is rounded.
    Record(u8, u16),
    Spread(u8, i16),
    Export {
        delivered: bool,
    },
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        (0_u8..4, 0_u32..1000).prop_map(|(series, by)| Step::Count(series, by)),
        (0_u8..4, 0_u32..1000).prop_map(|(series, by)| Step::Observe(series, by)),
        (-100..100).prop_map(Step::Move),
        (0_u8..4, any::<u16>()).prop_map(|(series, value)| Step::Record(series, value)),
        (0_u8..4, any::<i16>()).prop_map(|(series, value)| Step::Spread(series, value)),
        any::<bool>().prop_map(|delivered| Step::Export { delivered }),
    ];
    proptest::collection::vec(step, 0..80)
}

/// What a backend that adds up deltas has of each series.
#[derive(Debug, Default, PartialEq, Clone)]
struct Sums {
    count: u64,
    sum: f64,
    buckets: BTreeMap<i64, u64>,
    zero_count: u64,
    scale: Option<i32>,
}

type Backend = BTreeMap<(String, String), (Sums, u64)>;

/// The series' sums; a total takes the place of the one before.
fn entry<'a>(
    backend: &'a mut Backend,
    metric: &Metric,
    attributes: &[opentelemetry_proto::tonic::common::v1::KeyValue],
    (start, time): (u64, u64),
    only_delta: bool,
) -> &'a mut Sums {
    let key = (metric.name.clone(), format!("{attributes:?}"));
    let (sums, last) = backend.entry(key).or_default();
    assert!(
        start >= *last && start <= time,
        "{}: {start} after {last}",
        metric.name
    );
    if only_delta {
        *last = time;
    } else {
        *sums = Sums::default();
    }
    sums
}

impl Sums {
    fn add_exponential(&mut self, point: &ExponentialHistogramDataPoint) {
        let before = self.scale.replace(point.scale).unwrap_or(point.scale);
        let by = u32::try_from(before - point.scale).unwrap();
        let earlier = std::mem::take(&mut self.buckets);
        // Positive at even places, negative at odd ones.
        for (place, count) in earlier {
            let (index, side) = (place.div_euclid(2) >> by, place.rem_euclid(2));
            *self.buckets.entry(index * 2 + side).or_default() += count;
        }
        for (side, buckets) in [(0, &point.positive), (1, &point.negative)] {
            let buckets = buckets.clone().unwrap_or_default();
            for (index, count) in (i64::from(buckets.offset)..)
                .zip(&buckets.bucket_counts)
                .filter(|(_, count)| **count > 0)
            {
                *self.buckets.entry(index * 2 + side).or_default() += count;
            }
        }
        self.count += point.count;
        self.sum += point.sum.unwrap();
        self.zero_count += point.zero_count;
    }
}

/// Adds the points up; each must begin where the one before ended, or later.
fn receive(backend: &mut Backend, collection: &Collection, only_delta: bool) {
    for metric in collection.metrics() {
        match metric.data.as_ref().unwrap() {
            Data::Sum(sum) if sum.is_monotonic => {
                let is_delta = sum.aggregation_temporality() == AggregationTemporality::Delta;
                assert_eq!(is_delta, only_delta, "{}", metric.name);
                for point in &sum.data_points {
                    let sums = entry(
                        backend,
                        metric,
                        &point.attributes,
                        (point.start_time_unix_nano, point.time_unix_nano),
                        only_delta,
                    );
                    sums.sum += match point.value.unwrap() {
                        Value::AsInt(value) => value as f64,
                        Value::AsDouble(value) => value,
                    };
                }
            }
            Data::Sum(sum) => assert_eq!(
                sum.aggregation_temporality(),
                AggregationTemporality::Cumulative
            ),
            Data::Histogram(histogram) => {
                for point in &histogram.data_points {
                    let sums = entry(
                        backend,
                        metric,
                        &point.attributes,
                        (point.start_time_unix_nano, point.time_unix_nano),
                        only_delta,
                    );
                    assert_eq!(point.count, point.bucket_counts.iter().sum::<u64>());
                    sums.count += point.count;
                    sums.sum += point.sum.unwrap();
                    for (at, count) in (0..).zip(&point.bucket_counts) {
                        *sums.buckets.entry(at).or_default() += count;
                    }
                }
            }
            Data::ExponentialHistogram(histogram) => {
                for point in &histogram.data_points {
                    entry(
                        backend,
                        metric,
                        &point.attributes,
                        (point.start_time_unix_nano, point.time_unix_nano),
                        only_delta,
                    )
                    .add_exponential(point);
                }
            }
            Data::Gauge(_) | Data::Summary(_) => {}
        }
    }
}

struct Service {
    collector: Collector,
    provider: SdkMeterProvider,
    observed: std::sync::Arc<std::sync::Mutex<BTreeMap<u8, u64>>>,
}

impl Service {
    fn new() -> Self {
        let collector = Collector::new();
        let spread = |instrument: &Instrument| {
            (instrument.kind() == InstrumentKind::Histogram && instrument.name() == "spread").then(
                || {
                    let aggregation = Aggregation::Base2ExponentialHistogram {
                        max_size: 8,
                        max_scale: 10,
                        record_min_max: true,
                    };
                    Stream::builder()
                        .with_aggregation(aggregation)
                        .build()
                        .unwrap()
                },
            )
        };
        let provider = SdkMeterProvider::builder()
            .with_reader(collector.clone())
            .with_view(collector.view())
            .with_view(spread)
            .build();
        let observed: std::sync::Arc<std::sync::Mutex<BTreeMap<u8, u64>>> =
            std::sync::Arc::default();
        let seen = std::sync::Arc::clone(&observed);
        let _ = provider
            .meter("test")
            .u64_observable_counter("observed")
            .with_callback(move |observer| {
                for (series, value) in seen.lock().unwrap().iter() {
                    observer.observe(*value, &[KeyValue::new("series", i64::from(*series))]);
                }
            })
            .build();
        Self {
            collector,
            provider,
            observed,
        }
    }

    fn take(&self, step: &Step) {
        let meter = self.provider.meter("test");
        let series = |series: &u8| {
            [
                KeyValue::new("series", i64::from(*series)),
                KeyValue::new("a", "b"),
            ]
        };
        match step {
            Step::Count(which, by) => meter
                .u64_counter("counted")
                .build()
                .add(u64::from(*by), &series(which)),
            Step::Observe(which, by) => {
                *self.observed.lock().unwrap().entry(*which).or_default() += u64::from(*by);
            }
            Step::Move(by) => meter
                .i64_up_down_counter("moved")
                .build()
                .add(i64::from(*by), &[]),
            Step::Record(which, value) => meter
                .f64_histogram("recorded")
                .build()
                .record(f64::from(*value) / 16.0, &series(which)),
            Step::Spread(which, value) => meter
                .f64_histogram("spread")
                .build()
                .record(f64::from(*value) / 16.0, &series(which)),
            Step::Export { .. } => {}
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn deltas_add_up_to_the_total_whichever_exports_fail(steps in steps()) {
        let service = Service::new();
        let mut deltas = Deltas::of_all_sums();
        let mut backend = Backend::new();
        for step in steps.iter().chain([&Step::Export { delivered: true }]) {
            service.take(step);
            let Step::Export { delivered } = step else { continue };
            let collection = service.collector.collect_now().unwrap();
            let (changes, baseline) = deltas.changes(&collection, &service.collector.observable_counters());
            if *delivered {
                receive(&mut backend, &changes, true);
                deltas.acknowledge(baseline);
            }
        }
        let mut totals = Backend::new();
        receive(&mut totals, &service.collector.collect_now().unwrap(), false);
        let without_times = |backend: Backend| -> BTreeMap<_, Sums> {
            backend.into_iter().map(|(series, (sums, _))| (series, sums)).collect()
        };
        prop_assert_eq!(without_times(backend), without_times(totals));
    }
}

#[test]
fn nothing_is_said_twice_and_nothing_of_what_has_not_changed() {
    let service = Service::new();
    let mut deltas = Deltas::of_all_sums();
    service.take(&Step::Count(0, 5));
    service.take(&Step::Move(3));
    let changes = |deltas: &Deltas| {
        let collection = service.collector.collect_now().unwrap();
        deltas.changes(&collection, &HashSet::new())
    };
    let names = |collection: &Collection| -> Vec<String> {
        collection
            .metrics()
            .map(|metric| metric.name.clone())
            .collect()
    };
    let (first, _failed) = changes(&deltas);
    assert_eq!(names(&first), ["counted", "moved"]);
    let (again, baseline) = changes(&deltas);
    assert_eq!(
        names(&again),
        ["counted", "moved"],
        "not acknowledged: said again"
    );
    deltas.acknowledge(baseline);
    let (third, baseline) = changes(&deltas);
    assert_eq!(names(&third), ["moved"], "an up-down counter stays a total");
    deltas.acknowledge(baseline);
    service.take(&Step::Count(0, 1));
    let (fourth, _) = changes(&deltas);
    let counted = fourth
        .metrics()
        .find(|metric| metric.name == "counted")
        .unwrap();
    let Some(Data::Sum(sum)) = &counted.data else {
        panic!("no sum")
    };
    assert_eq!(sum.data_points[0].value, Some(Value::AsInt(1)));
}

#[test]
fn low_memory_leaves_observable_counters_as_they_are() {
    let service = Service::new();
    service.take(&Step::Observe(0, 5));
    service.take(&Step::Count(0, 5));
    let collection = service.collector.collect_now().unwrap();
    let observable = service.collector.observable_counters();
    let (changes, _) = Deltas::of_synchronous_sums().changes(&collection, &observable);
    let temporality = |collection: &Collection, name: &str| {
        let metric = collection
            .metrics()
            .find(|metric| metric.name == name)
            .unwrap();
        let Some(Data::Sum(sum)) = &metric.data else {
            panic!("no sum")
        };
        sum.aggregation_temporality()
    };
    assert_eq!(
        temporality(&changes, "observed"),
        AggregationTemporality::Cumulative
    );
    assert_eq!(
        temporality(&changes, "counted"),
        AggregationTemporality::Delta
    );
    let (changes, _) = Deltas::of_all_sums().changes(&collection, &observable);
    assert_eq!(
        temporality(&changes, "observed"),
        AggregationTemporality::Delta
    );
}

#[test]
fn a_counter_that_was_reset_says_what_it_is_now() {
    let service = Service::new();
    let mut deltas = Deltas::of_all_sums();
    service.take(&Step::Observe(0, 50));
    let collection = service.collector.collect_now().unwrap();
    deltas.acknowledge(deltas.changes(&collection, &HashSet::new()).1);
    service.observed.lock().unwrap().insert(0, 7);
    let collection = service.collector.collect_now().unwrap();
    let (changes, _) = deltas.changes(&collection, &HashSet::new());
    let metric = changes.metrics().next().unwrap();
    let Some(Data::Sum(sum)) = &metric.data else {
        panic!("no sum")
    };
    assert_eq!(sum.data_points[0].value, Some(Value::AsInt(7)));
}

#[test]
fn exemplars_of_an_earlier_delta_are_not_repeated() {
    let service = Service::new();
    let mut deltas = Deltas::of_all_sums();
    service.take(&Step::Record(0, 16));
    let with_exemplar = |time: u64| {
        let mut request = service.collector.collect_now().unwrap().into_request();
        let metric = &mut request.resource_metrics[0].scope_metrics[0].metrics[0];
        let Some(Data::Histogram(histogram)) = &mut metric.data else {
            panic!("no histogram")
        };
        histogram.data_points[0].exemplars.push(Exemplar {
            time_unix_nano: time,
            ..Exemplar::default()
        });
        let now = histogram.data_points[0].time_unix_nano;
        (Collection::from(request), now)
    };
    let (first, acknowledged) = with_exemplar(1);
    deltas.acknowledge(deltas.changes(&first, &HashSet::new()).1);
    service.take(&Step::Record(0, 16));
    let exemplars = |collection: Collection| {
        let metric = collection.metrics().next().unwrap().clone();
        let Some(Data::Histogram(histogram)) = metric.data else {
            panic!("no histogram")
        };
        histogram.data_points[0].exemplars.len()
    };
    let (old, _) = with_exemplar(1);
    assert_eq!(exemplars(deltas.changes(&old, &HashSet::new()).0), 0);
    let (new, _) = with_exemplar(acknowledged + 1);
    assert_eq!(exemplars(deltas.changes(&new, &HashSet::new()).0), 1);
}
