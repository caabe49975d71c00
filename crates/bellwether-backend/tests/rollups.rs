//! Rollups say what the points come to, whatever the order in which those came.

#![allow(
    clippy::unwrap_used,
    clippy::cast_possible_wrap,
    clippy::cast_sign_loss,
    clippy::float_cmp,
    clippy::too_many_lines
)]

mod support;

use std::io::Read as _;
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use bellwether_backend::query::{Aggregation, LogQuery, MetricQuery, logs, metrics};
use bellwether_backend::rusqlite::Connection;
use bellwether_backend::{Signal, Store, StoreError};
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::metrics::v1::exponential_histogram_data_point::Buckets;
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::metrics::v1::{
    ExponentialHistogram, ExponentialHistogramDataPoint, Gauge, Histogram, HistogramDataPoint,
    Metric, NumberDataPoint, ResourceMetrics, ScopeMetrics, Sum, number_data_point::Value,
};
use prost::Message as _;
use support::{Server, builder};

const LONG: Duration = Duration::from_secs(90);
const SECOND: u64 = 1_000_000_000;

/// The start of the hour before the last whole one, in seconds.
fn hour() -> u64 {
    let now = SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap()
        .as_secs();
    (now / 3_600 - 2) * 3_600
}

fn number(at: u64, value: f64) -> NumberDataPoint {
    NumberDataPoint {
        time_unix_nano: at * SECOND,
        value: Some(Value::AsDouble(value)),
        ..NumberDataPoint::default()
    }
}

fn request(metrics: Vec<(&str, Data)>) -> Vec<u8> {
    let metrics = metrics
        .into_iter()
        .map(|(name, data)| Metric {
            name: name.to_owned(),
            data: Some(data),
            ..Metric::default()
        })
        .collect();
    let scope_metrics = vec![ScopeMetrics {
        metrics,
        ..ScopeMetrics::default()
    }];
    ExportMetricsServiceRequest {
        resource_metrics: vec![ResourceMetrics {
            scope_metrics,
            ..ResourceMetrics::default()
        }],
    }
    .encode_to_vec()
}

async fn send(server: &Server, metrics: Vec<(&str, Data)>) {
    assert_eq!(
        server
            .post("/v1/metrics", "application/x-protobuf", request(metrics))
            .await
            .status(),
        200
    );
}

fn counter(data_points: Vec<NumberDataPoint>) -> Data {
    Data::Sum(Sum {
        data_points,
        aggregation_temporality: 2,
        is_monotonic: true,
    })
}

/// Waits until everything that is over is computed.
async fn settled(store: &Store, until: u64, metrics: i64) {
    let deadline = Instant::now() + LONG;
    loop {
        let (sealed, todo): (i64, i64) = store
            .read(LONG, |conn| {
                conn.query_row(
                    "SELECT (SELECT count(*) FROM rollup_sealed WHERE until >= ?1), (SELECT count(*) FROM rollup_todo)",
                    [until as i64],
                    |row| Ok((row.get(0)?, row.get(1)?)),
                )
            })
            .unwrap();
        if sealed == metrics && todo == 0 {
            return;
        }
        assert!(Instant::now() < deadline, "{sealed} sealed, {todo} to do");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
}

type Row = (i64, i64, f64, f64, f64, f64, Option<f64>);

/// Bucket, points, sum, min, max, last, increase.
fn rollup(store: &Store, name: &str, level: i64) -> Vec<Row> {
    store
        .read(LONG, |conn| {
            let mut statement = conn.prepare(
                "SELECT bucket, points, sum, min, max, last, increase FROM rollup a JOIN metric m ON m.id = a.metric
                 WHERE m.name = ?1 AND level = ?2 ORDER BY bucket",
            )?;
            let rows = statement.query_map((name, level), |row| {
                Ok((row.get(0)?, row.get(1)?, row.get(2)?, row.get(3)?, row.get(4)?, row.get(5)?, row.get(6)?))
            })?;
            rows.collect()
        })
        .unwrap()
}

#[tokio::test]
async fn counters_gauges_and_histograms_come_to_what_their_points_say() {
    let server = Server::start().await;
    let hour = hour();
    // Every five seconds for an hour and a quarter of an hour of the next: a counter that begins anew halfway, a gauge, histograms.
    let times: Vec<u64> = (0..4_500).step_by(5).map(|second| hour + second).collect();
    let count = |at: u64| {
        if at < hour + 1_800 {
            (at - hour) * 2
        } else {
            (at - hour - 1_800) * 3
        }
    };
    // The first point of all says nothing of before, and the one that begins anew says zero.
    let grown = |at: u64| {
        if at == hour || at == hour + 1_800 {
            0
        } else {
            count(at) - count(at - 5)
        }
    };
    let total = |from: u64, to: u64| (from..to).step_by(5).map(grown).sum::<u64>() as f64;
    for some in times.chunks(100) {
        let counts = some
            .iter()
            .map(|at| number(*at, count(*at) as f64))
            .collect();
        let gauges = some
            .iter()
            .map(|at| number(*at, (*at % 60) as f64))
            .collect();
        let explicit = some.iter().map(|at| HistogramDataPoint {
            time_unix_nano: at * SECOND,
            count: count(*at) * 3,
            sum: Some(count(*at) as f64),
            bucket_counts: vec![count(*at) * 2, count(*at)],
            explicit_bounds: vec![0.5],
            ..HistogramDataPoint::default()
        });
        let exponential = some.iter().map(|at| ExponentialHistogramDataPoint {
            time_unix_nano: at * SECOND,
            count: 4,
            sum: Some(1.5),
            scale: if at % 2 == 0 { 3 } else { 2 },
            zero_count: 1,
            positive: Some(Buckets {
                offset: 8,
                bucket_counts: vec![1, 0, 2],
            }),
            ..ExponentialHistogramDataPoint::default()
        });
        let metrics = vec![
            ("counter", counter(counts)),
            (
                "gauge",
                Data::Gauge(Gauge {
                    data_points: gauges,
                }),
            ),
            (
                "explicit",
                Data::Histogram(Histogram {
                    data_points: explicit.collect(),
                    aggregation_temporality: 2,
                }),
            ),
            (
                "exponential",
                Data::ExponentialHistogram(ExponentialHistogram {
                    data_points: exponential.collect(),
                    aggregation_temporality: 1,
                }),
            ),
        ];
        send(&server, metrics).await;
    }
    let store = server.running.store();
    settled(store, hour + 4_500, 4).await;

    for (bucket, points, sum, min, max, last, increase) in rollup(store, "counter", 60) {
        let bucket = bucket as u64;
        let inside = || (bucket..bucket + 60).step_by(5).map(count);
        assert_eq!(
            (points, sum),
            (12, inside().sum::<u64>() as f64),
            "{bucket}"
        );
        assert_eq!(
            (min, max, last),
            (
                inside().min().unwrap() as f64,
                inside().max().unwrap() as f64,
                count(bucket + 55) as f64
            )
        );
        assert_eq!(
            increase,
            Some(total(bucket, bucket + 60)),
            "{}",
            bucket - hour
        );
    }
    let hours = rollup(store, "counter", 3_600);
    assert_eq!(
        (hours.len(), hours[0].0, hours[0].1),
        (1, hour as i64, 720),
        "only a whole hour has one"
    );
    assert_eq!(hours[0].6, Some(total(hour, hour + 3_600)));
    assert_eq!(
        rollup(store, "counter", 10).len(),
        450,
        "two points in ten seconds are worth a row"
    );
    assert!(
        rollup(store, "gauge", 60)
            .iter()
            .all(|row| row.6.is_none() && row.3 == 0.0 && row.4 == 55.0 && row.5 == 55.0)
    );

    let histogram = |name: &str| -> (i64, Vec<u8>) {
        let sql = "SELECT observations, histogram FROM rollup a JOIN metric m ON m.id = a.metric WHERE m.name = ?1 AND level = 3600";
        store
            .read(LONG, |conn| {
                conn.query_row(sql, [name], |row| Ok((row.get(0)?, row.get(1)?)))
            })
            .unwrap()
    };
    let (observations, point) = histogram("explicit");
    let point = HistogramDataPoint::decode(point.as_slice()).unwrap();
    let whole = total(hour, hour + 3_600) as u64;
    assert_eq!(
        (
            observations as u64,
            point.bucket_counts,
            point.explicit_bounds
        ),
        (whole * 3, vec![whole * 2, whole], vec![0.5])
    );
    let (observations, point) = histogram("exponential");
    let point = ExponentialHistogramDataPoint::decode(point.as_slice()).unwrap();
    let counted: u64 = point.positive.as_ref().unwrap().bucket_counts.iter().sum();
    assert_eq!(
        (observations, point.scale, point.zero_count, counted),
        (720 * 4, 2, 720, 720 * 3)
    );

    let through_view: f64 = store
        .read(LONG, |conn| {
            conn.query_row("SELECT sum(increase) FROM telemetry_aggregates WHERE source = 'metric' AND name = 'counter' AND interval_seconds = 60", [], |row| row.get(0))
        })
        .unwrap();
    assert_eq!(through_view, total(hour, hour + 4_500));
}

#[tokio::test]
async fn a_late_point_is_counted_in_its_place() {
    let server = Server::start().await;
    let hour = hour();
    let gauge = |at: u64, value: f64| {
        vec![(
            "gauge",
            Data::Gauge(Gauge {
                data_points: vec![number(at, value)],
            }),
        )]
    };
    send(&server, gauge(hour + 10, 1.0)).await;
    send(&server, gauge(hour + 4_000, 2.0)).await;
    let store = server.running.store();
    settled(store, hour + 4_000, 1).await;
    assert_eq!(rollup(store, "gauge", 3_600)[0].1, 1);
    send(&server, gauge(hour + 20, 5.0)).await;
    let deadline = Instant::now() + LONG;
    while rollup(store, "gauge", 3_600)[0].1 != 2 {
        assert!(Instant::now() < deadline, "the late point is not counted");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    let row = rollup(store, "gauge", 60)[0];
    assert_eq!((row.1, row.2, row.4, row.5), (2, 6.0, 5.0, 5.0));
}

#[tokio::test]
async fn a_file_of_the_first_schema_opens_and_is_brought_up_to_date() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("telemetry.db");
    let mut file = Vec::new();
    flate2::read::GzDecoder::new(include_bytes!("fixtures/schema-1.db.gz").as_slice())
        .read_to_end(&mut file)
        .unwrap();
    std::fs::write(&path, file).unwrap();
    // A reader may not change it, and says who can.
    assert!(matches!(
        Store::open_read_only(&path),
        Err(StoreError::Older { found: 1, .. })
    ));
    let running = builder(path.clone()).start().await.unwrap();
    let rows: u64 = running
        .store()
        .partitions()
        .unwrap()
        .iter()
        .map(|partition| partition.rows)
        .sum();
    assert_eq!(rows, 60);
    assert_eq!(
        running
            .store()
            .newest_traces(9)
            .unwrap()
            .iter()
            .map(|head| head.spans)
            .sum::<u64>(),
        20
    );
    running.clear(Signal::Metrics).await.unwrap();
    running.stop(LONG).await;
    let version: i64 = Connection::open(&path)
        .unwrap()
        .pragma_query_value(None, "user_version", |row| row.get(0))
        .unwrap();
    assert_eq!(version, 3);
}

/// Rollups of the second schema have no edges: they get them from their points, and answers are the same throughout.
#[tokio::test]
async fn a_file_of_the_second_schema_opens_and_is_brought_up_to_date() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("telemetry.db");
    let mut file = Vec::new();
    flate2::read::GzDecoder::new(include_bytes!("fixtures/schema-2.db.gz").as_slice())
        .read_to_end(&mut file)
        .unwrap();
    std::fs::write(&path, file).unwrap();
    assert!(matches!(
        Store::open_read_only(&path),
        Err(StoreError::Older { found: 2, .. })
    ));
    let running = builder(path.clone()).start().await.unwrap();
    let store = running.store();
    let ask = |rollups: bool| {
        let query = MetricQuery {
            aggregation: Some(Aggregation::Sum),
            interval: Some(Duration::from_secs(60)),
            rollups,
            ..MetricQuery::new("agent_execution_total")
        };
        let answer = metrics(store, &query).unwrap();
        (answer.series, answer.read.minutes)
    };
    let (expected, _) = ask(false);
    assert_eq!(expected[0].samples.len(), 75);
    let (found, minutes) = ask(true);
    assert_eq!((&found, minutes), (&expected, 0), "none is up to date yet");
    let deadline = Instant::now() + LONG;
    while ask(true).1 == 0 {
        assert!(Instant::now() < deadline, "rollups stay as they were");
        tokio::time::sleep(Duration::from_millis(100)).await;
    }
    assert_eq!(ask(true).0, expected);
    // Records that were there before the horizon of times was kept are found as before.
    let words = LogQuery {
        text: Some("second schema".to_owned()),
        ..LogQuery::default()
    };
    let found = logs(store, &words).unwrap().rows;
    assert_eq!(
        (found.len(), found[0].body.as_str()),
        (40, "record 39 of the second schema")
    );
    running.stop(LONG).await;
}
