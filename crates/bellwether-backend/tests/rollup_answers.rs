//! An answer from rollups is the answer from the points: for any question, over series that begin anew, pause, come late and out of order.

#![allow(
    clippy::unwrap_used,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    clippy::too_many_lines
)]

mod support;

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use bellwether_backend::query::{
    Aggregation, MetricAnswer, MetricQuery, Reads, metrics, stats, totals,
};
use bellwether_backend::{Store, StoreOptions};
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue, any_value};
use opentelemetry_proto::tonic::metrics::v1::exponential_histogram_data_point::Buckets;
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::metrics::v1::summary_data_point::ValueAtQuantile;
use opentelemetry_proto::tonic::metrics::v1::{
    ExponentialHistogram, ExponentialHistogramDataPoint, Gauge, Histogram, HistogramDataPoint,
    Metric, NumberDataPoint, ResourceMetrics, ScopeMetrics, Sum, Summary, SummaryDataPoint,
    number_data_point::Value,
};
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};
use prost::Message as _;
use support::Server;

const LONG: Duration = Duration::from_secs(120);
const SECOND: i64 = 1_000_000_000;
const SERIES: u64 = 3;
const METRICS: [&str; 9] = [
    "gauge",
    "counter",
    "counted",
    "up_down",
    "explicit",
    "explicit_delta",
    "exponential",
    "exponential_delta",
    "summary",
];

/// Numbers that look random and are the same in each run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % sides
    }
}

/// What a series has counted by some time.
#[derive(Clone, Copy, Default)]
struct Counted {
    start: i64,
    time: i64,
    low: u64,
    high: u64,
}

/// Steps of a series: irregular, with pauses, and now and then from zero again, whether the start says so or not.
fn walk(dice: &mut Dice, from: i64, to: i64) -> Vec<(Counted, Counted)> {
    let mut now = Counted {
        start: from - (dice.roll(2_000) as i64) * SECOND,
        time: from,
        low: dice.roll(50),
        high: dice.roll(50),
    };
    let mut steps = Vec::new();
    loop {
        let pause = match dice.roll(60) {
            0 => 900 + dice.roll(900),
            1..6 => 60 + dice.roll(200),
            _ => 5 + dice.roll(20),
        };
        let before = now;
        now.time += pause as i64 * SECOND + dice.roll(1_000_000) as i64;
        if now.time >= to {
            return steps;
        }
        match dice.roll(40) {
            0 => {
                now = Counted {
                    start: before.time + SECOND,
                    time: now.time,
                    ..Counted::default()
                }
            }
            1 => {
                now = Counted {
                    start: now.start,
                    time: now.time,
                    ..Counted::default()
                }
            }
            _ => {}
        }
        now.low += dice.roll(9);
        now.high += dice.roll(5);
        steps.push((before, now));
    }
}

fn labels(series: u64) -> Vec<KeyValue> {
    let text = any_value::Value::StringValue(format!("series-{series}"));
    vec![KeyValue {
        key: "which".to_owned(),
        value: Some(AnyValue { value: Some(text) }),
        ..KeyValue::default()
    }]
}

fn data(name: &str, series: u64, before: Counted, now: Counted) -> Data {
    let is_delta = name.ends_with("_delta") || name == "counted";
    let counts = if is_delta {
        (
            now.low.wrapping_sub(before.low) % 20,
            now.high.wrapping_sub(before.high) % 20,
        )
    } else {
        (now.low, now.high)
    };
    let aggregation_temporality = if is_delta { 1 } else { 2 };
    let (attributes, start_time_unix_nano, time_unix_nano) = (
        labels(series),
        if is_delta { before.time } else { now.start } as u64,
        now.time as u64,
    );
    let count = counts.0 + counts.1;
    let sum = counts.0 as f64 * 0.25 + counts.1 as f64 * 1.5;
    let number = |value: f64| {
        vec![NumberDataPoint {
            attributes: attributes.clone(),
            start_time_unix_nano,
            time_unix_nano,
            value: Some(Value::AsDouble(value)),
            ..NumberDataPoint::default()
        }]
    };
    match name {
        "gauge" => Data::Gauge(Gauge {
            data_points: number(((now.low * 7) % 23) as f64 - 4.0),
        }),
        "up_down" => Data::Sum(Sum {
            data_points: number(((now.high * 5) % 17) as f64),
            aggregation_temporality,
            is_monotonic: false,
        }),
        "counter" | "counted" => Data::Sum(Sum {
            data_points: number(sum),
            aggregation_temporality,
            is_monotonic: true,
        }),
        "explicit" | "explicit_delta" => Data::Histogram(Histogram {
            data_points: vec![HistogramDataPoint {
                attributes,
                start_time_unix_nano,
                time_unix_nano,
                count,
                sum: Some(sum),
                bucket_counts: vec![counts.0, counts.1, 0],
                explicit_bounds: vec![0.5, 2.0],
                ..HistogramDataPoint::default()
            }],
            aggregation_temporality,
        }),
        "exponential" | "exponential_delta" => Data::ExponentialHistogram(ExponentialHistogram {
            data_points: vec![ExponentialHistogramDataPoint {
                attributes,
                start_time_unix_nano,
                time_unix_nano,
                count,
                sum: Some(sum),
                scale: 3,
                positive: Some(Buckets {
                    offset: -4,
                    bucket_counts: vec![counts.0, 0, counts.1],
                }),
                ..ExponentialHistogramDataPoint::default()
            }],
            aggregation_temporality,
        }),
        _ => Data::Summary(Summary {
            data_points: vec![SummaryDataPoint {
                attributes,
                start_time_unix_nano,
                time_unix_nano,
                count,
                sum,
                quantile_values: vec![ValueAtQuantile {
                    quantile: 0.5,
                    value: 1.0,
                }],
                ..SummaryDataPoint::default()
            }],
        }),
    }
}

/// Sends everything in an order that is not that of time, and waits until what is over is rolled up.
async fn filled(from: i64, to: i64) -> Server {
    let options = StoreOptions {
        // Several partitions whose times overlap.
        partition_rows: 300,
        ..StoreOptions::default()
    };
    let server = Server::start_with(|builder| builder.store(options)).await;
    let mut dice = Dice(to as u64);
    let mut points: Vec<(u64, Metric)> = Vec::new();
    for name in METRICS {
        for series in 0..SERIES {
            for (before, now) in walk(&mut dice, from, to) {
                // Most of them nearly in order, some far out of it.
                let late = if dice.roll(10) == 0 {
                    dice.roll(8_000)
                } else {
                    dice.roll(200)
                };
                let arrives = now.time as u64 / SECOND as u64 + late;
                let metric = Metric {
                    name: name.to_owned(),
                    data: Some(data(name, series, before, now)),
                    ..Metric::default()
                };
                points.push((arrives, metric));
            }
        }
    }
    points.sort_by_key(|(arrives, _)| *arrives);
    for some in points.chunks(1_000) {
        let metrics = some.iter().map(|(_, metric)| metric.clone()).collect();
        let scope_metrics = vec![ScopeMetrics {
            metrics,
            ..ScopeMetrics::default()
        }];
        let request = ExportMetricsServiceRequest {
            resource_metrics: vec![ResourceMetrics {
                scope_metrics,
                ..ResourceMetrics::default()
            }],
        };
        let answer = server.post(
            "/v1/metrics",
            "application/x-protobuf",
            request.encode_to_vec(),
        );
        assert_eq!(answer.await.status(), 200);
    }
    let deadline = Instant::now() + LONG;
    let left = || -> (i64, i64) {
        let sql = "SELECT (SELECT count(*) FROM rollup_todo), (SELECT count(*) FROM metric m WHERE coalesce((SELECT until FROM rollup_sealed s WHERE s.metric = m.id), 0)
                     <= (SELECT max(ts) FROM all_points p WHERE p.metric = m.id AND p.ts < ?1) / 1000000000)";
        server
            .running
            .store()
            .read(LONG, |conn| {
                conn.query_row(sql, [to - 600 * SECOND], |row| {
                    Ok((row.get(0)?, row.get(1)?))
                })
            })
            .unwrap()
    };
    while left() != (0, 0) {
        assert!(
            Instant::now() < deadline,
            "to do and not sealed: {:?}",
            left()
        );
        tokio::time::sleep(Duration::from_millis(200)).await;
    }
    server
}

fn alike(one: f64, other: f64) -> bool {
    (one - other).abs() <= 1e-9 * one.abs().max(other.abs()).max(1.0)
}

/// Asks both ways, and says what the one with rollups was read from.
fn compare(store: &Store, query: &MetricQuery) -> Reads {
    let exact = MetricQuery {
        rollups: false,
        ..query.clone()
    };
    let (with, without) = (
        metrics(store, query).unwrap(),
        metrics(store, &exact).unwrap(),
    );
    let series = |answer: &MetricAnswer| {
        let samples = answer
            .series
            .iter()
            .map(|series| (series.labels.clone(), series.samples.clone()));
        samples.collect::<Vec<_>>()
    };
    let (found, expected) = (series(&with), series(&without));
    assert_eq!(found.len(), expected.len(), "{query:?}");
    for ((labels, found), (of, expected)) in found.iter().zip(&expected) {
        assert_eq!(labels, of, "{query:?}");
        assert_eq!(found.len(), expected.len(), "{query:?}");
        for (found, expected) in found.iter().zip(expected) {
            assert_eq!(found.time, expected.time, "{query:?}");
            assert!(
                alike(found.value, expected.value),
                "{found:?} for {expected:?}, {query:?}"
            );
        }
    }
    let (a, b) = (
        totals(store, query).unwrap(),
        totals(store, &exact).unwrap(),
    );
    assert_eq!(a.rows.len(), b.rows.len(), "{query:?}");
    for (a, b) in a.rows.iter().zip(&b.rows) {
        assert!(alike(a.value, b.value), "{a:?} for {b:?}, {query:?}");
        assert_eq!(
            (&a.labels, a.time, a.count, &a.buckets),
            (&b.labels, b.time, b.count, &b.buckets),
            "{query:?}"
        );
    }
    let (a, b) = (stats(store, query).unwrap(), stats(store, &exact).unwrap());
    assert_eq!(a.is_some(), b.is_some(), "{query:?}");
    if let (Some(a), Some(b)) = (a, b) {
        let (a, b) = (a.summary, b.summary);
        let all = |s: bellwether_backend::query::Summary| {
            [s.sum, s.min, s.max, s.avg, s.p50, s.p95, s.p99]
        };
        assert_eq!(a.count, b.count, "{query:?}");
        assert!(
            all(a).iter().zip(all(b)).all(|(a, b)| alike(*a, b)),
            "{a:?} for {b:?}, {query:?}"
        );
    }
    assert_eq!(without.read.minutes + without.read.hours, 0);
    with.read
}

#[tokio::test(flavor = "multi_thread")]
async fn rollups_and_points_give_one_answer() {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap()
        .as_nanos() as i64;
    let from = now - 6 * 3_600 * SECOND;
    let server = filled(from, now).await;
    let store = server.running.store();
    let aggregations = [
        "sum", "avg", "min", "max", "count", "last", "rate", "p50", "p99",
    ];
    let intervals = [
        None,
        Some(1),
        Some(45),
        Some(60),
        Some(300),
        Some(420),
        Some(3_600),
        Some(7_200),
    ];
    let question = (
        prop::sample::select(METRICS.to_vec()),
        prop::sample::select(aggregations.to_vec()),
        prop::sample::select(intervals.to_vec()),
        prop::option::of((-1_000_000..20_000_000_i64, 0..20_000_000_i64)),
        0..4_u8,
        any::<bool>(),
    );
    let all = std::cell::Cell::new(Reads::default());
    let config = Config {
        cases: 400,
        failure_persistence: None,
        ..Config::default()
    };
    TestRunner::new(config)
        .run(
            &question,
            |(metric, aggregation, interval, range, filter, by)| {
                let milli = |at: i64| from + at * SECOND / 1_000;
                let query = MetricQuery {
                    aggregation: Some(aggregation.parse::<Aggregation>().unwrap()),
                    interval: interval.map(Duration::from_secs),
                    // Some ranges end on whole hours, where the others end anywhere.
                    range: range.map_or(i64::MIN..i64::MAX, |(start, length)| {
                        let whole = if filter == 3 { 3_600 * SECOND } else { 1 };
                        let round = |at: i64| at - at.rem_euclid(whole);
                        round(milli(start))..round(milli(start + length))
                    }),
                    labels: if filter == 1 {
                        vec!["which=series-1".parse().unwrap()]
                    } else {
                        Vec::new()
                    },
                    by: if by {
                        vec!["which".to_owned()]
                    } else {
                        Vec::new()
                    },
                    ..MetricQuery::new(metric)
                };
                let read = compare(store, &query);
                let before = all.get();
                all.set(Reads {
                    points: before.points + read.points,
                    minutes: before.minutes + read.minutes,
                    hours: before.hours + read.hours,
                });
                Ok(())
            },
        )
        .unwrap();
    let all = all.get();
    assert!(
        all.hours > 300 && all.minutes > 5_000 && all.points > 1_000,
        "{all:?}"
    );
    // Of all time and by the hour nearly everything comes from hours.
    let long = MetricQuery {
        aggregation: Some(Aggregation::Quantile(0.95)),
        interval: Some(Duration::from_secs(3_600)),
        ..MetricQuery::new("explicit")
    };
    let read = metrics(store, &long).unwrap().read;
    assert!(read.hours >= 9 && read.points < 600, "{read:?}");
    server.stop().await;
}
