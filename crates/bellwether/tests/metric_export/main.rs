//! Metrics on their way to a real receiver: exemplars, tries, refusals, deltas, the last values, files.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a test may panic and print"
)]
#![cfg(all(feature = "grpc", feature = "http"))]

mod receiver;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use bellwether::config::{Compression, Exporter, LogStream, Protocol, Temporality};
use bellwether::metrics::exposition::{Exposition, Format};
use bellwether::metrics::{Collection, Exemplar, ExemplarSource, SeriesExemplars};
use bellwether::opentelemetry::KeyValue;
use bellwether::opentelemetry::trace::{SpanId, TraceId};
use bellwether::{Telemetry, TelemetryBuilder};
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::metrics::v1::number_data_point::Value;
use opentelemetry_proto::tonic::metrics::v1::{AggregationTemporality, Metric, NumberDataPoint};
use receiver::{Receiver, Reply};

const PROTOCOLS: [Protocol; 2] = [Protocol::Grpc, Protocol::HttpProtobuf];
const LONG: Duration = Duration::from_secs(20);

/// Metrics alone, and none before they are asked for.
fn to(receiver: &Receiver, protocol: Protocol) -> TelemetryBuilder {
    Telemetry::builder("metrics")
        .endpoint(&receiver.url)
        .protocol(protocol)
        .timeout(Duration::from_secs(10))
        .metric_interval(Duration::from_secs(3600))
        .traces_exporter(Exporter::None)
        .logs_exporter(Exporter::None)
        .log_stream(LogStream::Off)
        .detached()
}

fn metric<'a>(collection: &'a Collection, name: &str) -> &'a Metric {
    let found = collection.metrics().find(|metric| metric.name == name);
    found.unwrap_or_else(|| panic!("no {name}"))
}

fn sum(collection: &Collection, name: &str) -> (AggregationTemporality, NumberDataPoint) {
    let Some(Data::Sum(sum)) = &metric(collection, name).data else {
        panic!("{name} is no sum");
    };
    (sum.aggregation_temporality(), sum.data_points[0].clone())
}

fn total(collection: &Collection, name: &str) -> i64 {
    match sum(collection, name).1.value.unwrap() {
        Value::AsInt(value) => value,
        Value::AsDouble(value) => panic!("{value}"),
    }
}

struct One(SeriesExemplars);

impl ExemplarSource for One {
    fn exemplars(&self, _: Option<SystemTime>) -> Vec<SeriesExemplars> {
        vec![self.0.clone()]
    }
}

#[test]
fn exemplars_arrive_over_each_transport_and_compression_and_on_the_page() {
    for protocol in PROTOCOLS {
        for compression in [Compression::None, Compression::Gzip, Compression::Zstd] {
            let receiver = Receiver::start(protocol, []);
            let telemetry = to(&receiver, protocol)
                .compression(compression)
                .start()
                .unwrap();
            let kind = KeyValue::new("kind", "slow");
            let durations = telemetry.meter("test").f64_histogram("job_seconds").build();
            durations.record(42.0, std::slice::from_ref(&kind));
            telemetry
                .metric_collector()
                .unwrap()
                .add_exemplars(Arc::new(One(SeriesExemplars {
                    metric: "job_seconds",
                    attributes: vec![kind],
                    exemplars: vec![Exemplar {
                        value: 42.0,
                        time: SystemTime::now(),
                        trace_id: TraceId::from(0xabc_u128),
                        span_id: SpanId::from(0xdef_u64),
                    }],
                })));
            telemetry.flush_blocking(LONG).unwrap();
            let taken = receiver.taken();
            let Some(Data::Histogram(histogram)) = &metric(&taken[0], "job_seconds").data else {
                panic!("no histogram");
            };
            let exemplars = &histogram.data_points[0].exemplars;
            assert_eq!(exemplars.len(), 1, "{protocol:?} {compression:?}");
            assert_eq!(exemplars[0].trace_id, 0xabc_u128.to_be_bytes());
            let page =
                Exposition::new(Format::OpenMetrics).render(&telemetry.collect_metrics().unwrap());
            let exemplar = format!(
                "# {{trace_id=\"{:032x}\",span_id=\"{:016x}\"}} 42 ",
                0xabc, 0xdef
            );
            assert_eq!(page.matches(&exemplar).count(), 1, "{page}");
        }
    }
}

#[test]
fn what_is_refused_for_now_is_tried_again_until_it_is_taken() {
    for protocol in PROTOCOLS {
        let receiver = Receiver::start(protocol, [Reply::Busy, Reply::Busy, Reply::Busy]);
        let telemetry = to(&receiver, protocol).start().unwrap();
        telemetry
            .meter("test")
            .u64_counter("work_total")
            .build()
            .add(3, &[]);
        telemetry.flush_blocking(LONG).unwrap();
        assert_eq!(receiver.times().len(), 4, "{protocol:?}");
        let taken = receiver.taken();
        assert_eq!(total(&taken[0], "work_total"), 3);
        let report = telemetry.delivery().metrics;
        assert_eq!((report.failed, report.requests), (0, 1), "{report:?}");
        assert_eq!(report.sent, taken[0].points() as u64);
    }
}

#[test]
fn a_receiver_that_says_when_is_not_asked_before() {
    for protocol in PROTOCOLS {
        let wait = Duration::from_secs(1);
        let receiver = Receiver::start(protocol, [Reply::After(wait)]);
        let telemetry = to(&receiver, protocol).start().unwrap();
        telemetry.flush_blocking(LONG).unwrap();
        let times = receiver.times();
        assert_eq!(times.len(), 2, "{protocol:?}");
        assert!(
            times[1] - times[0] >= wait,
            "{protocol:?}: {:?}",
            times[1] - times[0]
        );
    }
}

#[test]
fn a_receiver_that_wants_more_time_than_there_is_is_left_alone() {
    for protocol in PROTOCOLS {
        let receiver = Receiver::start(protocol, [Reply::After(Duration::from_secs(120))]);
        let telemetry = to(&receiver, protocol).start().unwrap();
        for _ in 0..3 {
            let error = telemetry.flush_blocking(LONG).unwrap_err().to_string();
            assert!(error.contains("metrics"), "{error}");
        }
        assert_eq!(receiver.times().len(), 1, "{protocol:?}");
        assert!(telemetry.delivery().metrics.failed > 0);
    }
}

#[test]
fn what_is_refused_for_good_is_not_tried_again() {
    for protocol in PROTOCOLS {
        let receiver = Receiver::start(protocol, [Reply::Refused]);
        let telemetry = to(&receiver, protocol).start().unwrap();
        telemetry.flush_blocking(LONG).unwrap_err();
        assert_eq!(receiver.times().len(), 1, "{protocol:?}");
        let failed = telemetry.delivery().metrics.failed;
        let collection = telemetry.collect_metrics().unwrap();
        assert_eq!(
            dropped(&collection, "rejected"),
            i64::try_from(failed).unwrap()
        );
    }
}

/// `bellwether_dropped_total` of metrics by this cause.
fn dropped(collection: &Collection, cause: &str) -> i64 {
    let Some(Data::Sum(sum)) = &metric(collection, "bellwether_dropped_total").data else {
        panic!("no sum");
    };
    let has = |point: &NumberDataPoint, key: &str, value: &str| {
        let value = bellwether::opentelemetry::Value::from(value.to_owned()).into();
        point
            .attributes
            .iter()
            .any(|pair| pair.key == key && pair.value.as_ref() == Some(&value))
    };
    let mut points = sum.data_points.iter();
    let point = points.find(|point| has(point, "signal", "metrics") && has(point, "cause", cause));
    match point
        .unwrap_or_else(|| panic!("none by {cause}: {sum:?}"))
        .value
    {
        Some(Value::AsInt(value)) => value,
        _ => panic!("no number"),
    }
}

#[test]
fn points_that_are_refused_of_a_request_that_is_taken_are_counted() {
    for protocol in PROTOCOLS {
        let receiver = Receiver::start(protocol, [Reply::Partly(2)]);
        let telemetry = to(&receiver, protocol).start().unwrap();
        for name in ["a_total", "b_total", "c_total"] {
            telemetry
                .meter("test")
                .u64_counter(name)
                .build()
                .add(1, &[]);
        }
        telemetry.flush_blocking(LONG).unwrap_err();
        let report = telemetry.delivery();
        let points = receiver.taken()[0].points() as u64;
        assert_eq!(
            (report.metrics.sent, report.metrics.failed),
            (points - 2, 2),
            "{protocol:?}"
        );
        assert_eq!(report.metrics.requests, 1);
        assert!(!report.is_complete());
        assert_eq!(receiver.times().len(), 1, "a part is never sent again");
        assert_eq!(
            dropped(&telemetry.collect_metrics().unwrap(), "rejected"),
            2
        );
    }
}

#[test]
fn a_request_ends_at_its_deadline() {
    for protocol in PROTOCOLS {
        let receiver = Receiver::start(protocol, [Reply::Slow(Duration::from_secs(60))]);
        let telemetry = to(&receiver, protocol)
            .timeout(Duration::from_millis(300))
            .start()
            .unwrap();
        let started = Instant::now();
        telemetry.flush_blocking(LONG).unwrap_err();
        assert!(
            started.elapsed() < Duration::from_secs(5),
            "{protocol:?}: {:?}",
            started.elapsed()
        );
        let collection = telemetry.collect_metrics().unwrap();
        assert!(dropped(&collection, "timeout") > 0);
        telemetry.flush_blocking(LONG).unwrap();
    }
}

#[test]
fn a_delta_that_was_not_taken_is_in_the_next() {
    for protocol in PROTOCOLS {
        let receiver = Receiver::start(protocol, []);
        let telemetry = to(&receiver, protocol)
            .temporality(Temporality::Delta)
            .start()
            .unwrap();
        let meter = telemetry.meter("test");
        let (work, level) = (
            meter.u64_counter("work_total").build(),
            meter.i64_up_down_counter("level").build(),
        );
        for (added, reply) in [
            (5, Reply::Ok),
            (7, Reply::Refused),
            (11, Reply::Ok),
            (1, Reply::Ok),
        ] {
            work.add(added, &[]);
            level.add(1, &[]);
            receiver.replies([reply]);
            let result = telemetry.flush_blocking(LONG);
            assert_eq!(result.is_ok(), matches!(reply, Reply::Ok), "{result:?}");
        }
        let taken = receiver.taken();
        let changes: Vec<i64> = taken.iter().map(|one| total(one, "work_total")).collect();
        assert_eq!(changes, [5, 18, 1], "{protocol:?}");
        for pair in taken.windows(2) {
            let (before, after) = (sum(&pair[0], "work_total"), sum(&pair[1], "work_total"));
            assert_eq!(after.0, AggregationTemporality::Delta);
            assert_eq!(after.1.start_time_unix_nano, before.1.time_unix_nano);
        }
        let levels: Vec<i64> = taken.iter().map(|one| total(one, "level")).collect();
        assert_eq!(levels, [1, 3, 4]);
        assert_eq!(
            sum(&taken[1], "level").0,
            AggregationTemporality::Cumulative
        );
    }
}

#[test]
fn scrapes_and_exports_at_the_same_time_see_totals_that_only_grow() {
    let receiver = Receiver::start(Protocol::HttpProtobuf, []);
    let telemetry = to(&receiver, Protocol::HttpProtobuf)
        .metric_interval(Duration::from_millis(10))
        .start()
        .unwrap();
    let telemetry = Arc::new(telemetry);
    let work = telemetry.meter("test").u64_counter("work_total").build();
    work.add(1, &[]);
    let stop = Arc::new(AtomicBool::new(false));
    let added = Arc::new(AtomicU64::new(1));
    let scraping: Vec<_> = (0..2)
        .map(|_| {
            let (telemetry, stop) = (Arc::clone(&telemetry), Arc::clone(&stop));
            let added = Arc::clone(&added);
            thread::spawn(move || {
                let mut last = 0;
                while !stop.load(Ordering::Relaxed) {
                    let before = i64::try_from(added.load(Ordering::SeqCst)).unwrap();
                    let seen = total(&telemetry.collect_metrics().unwrap(), "work_total");
                    assert!(
                        seen >= before && seen >= last,
                        "{seen} after {last} and {before}"
                    );
                    last = seen;
                }
            })
        })
        .collect();
    let until = Instant::now() + LONG;
    while receiver.taken().len() < 5 {
        assert!(Instant::now() < until);
        for _ in 0..100 {
            work.add(1, &[]);
            added.fetch_add(1, Ordering::SeqCst);
        }
    }
    stop.store(true, Ordering::Relaxed);
    for thread in scraping {
        thread.join().unwrap();
    }
    telemetry.shutdown_blocking(LONG).unwrap();
    let taken = receiver.taken();
    let totals: Vec<i64> = taken.iter().map(|one| total(one, "work_total")).collect();
    assert!(totals.is_sorted(), "{totals:?}");
    let last = i64::try_from(added.load(Ordering::SeqCst)).unwrap();
    assert_eq!(
        totals.last(),
        Some(&last),
        "a shutdown sends the last values"
    );
    telemetry.collect_metrics().unwrap_err();
}

#[test]
fn a_drop_sends_the_last_values() {
    for protocol in PROTOCOLS {
        let receiver = Receiver::start(protocol, []);
        let telemetry = to(&receiver, protocol).start().unwrap();
        telemetry
            .meter("test")
            .u64_counter("work_total")
            .build()
            .add(9, &[]);
        drop(telemetry);
        assert_eq!(total(&receiver.taken()[0], "work_total"), 9, "{protocol:?}");
    }
}

#[test]
fn the_provider_of_the_sdk_flushes_and_ends_them_too() {
    let receiver = Receiver::start(Protocol::HttpProtobuf, []);
    let telemetry = to(&receiver, Protocol::HttpProtobuf).start().unwrap();
    let work = telemetry.meter("test").u64_counter("work_total").build();
    let provider = telemetry.meter_provider().unwrap().clone();
    work.add(1, &[]);
    provider.force_flush().unwrap();
    work.add(1, &[]);
    provider.shutdown().unwrap();
    telemetry.shutdown_blocking(LONG).unwrap();
    let totals: Vec<i64> = receiver
        .taken()
        .iter()
        .map(|one| total(one, "work_total"))
        .collect();
    assert_eq!(totals, [1, 2]);
}

#[test]
fn a_callback_that_panics_ends_no_export() {
    let receiver = Receiver::start(Protocol::HttpProtobuf, []);
    let telemetry = to(&receiver, Protocol::HttpProtobuf).start().unwrap();
    let meter = telemetry.meter("test");
    let _ = meter
        .u64_observable_gauge("broken")
        .with_callback(|_| panic!("meant to"))
        .build();
    meter.u64_counter("work_total").build().add(1, &[]);
    telemetry.flush_blocking(LONG).unwrap();
    telemetry.flush_blocking(LONG).unwrap();
    let taken = receiver.taken();
    assert_eq!(total(&taken[1], "work_total"), 1);
    assert!(total(&taken[1], "bellwether_callback_panics_total") >= 1);
}

#[test]
fn files_are_written_besides_and_a_shutdown_waits_for_them() {
    let folder = tempfile::tempdir().unwrap();
    let telemetry = Telemetry::builder("my service")
        .metrics_exporter(Exporter::None)
        .traces_exporter(Exporter::None)
        .logs_exporter(Exporter::None)
        .log_stream(LogStream::Off)
        .metrics_json_dir(folder.path().into())
        .metric_interval(Duration::from_secs(3600))
        .detached()
        .start()
        .unwrap();
    let work = telemetry.meter("test").u64_counter("work_total").build();
    work.add(1, &[]);
    telemetry.flush_blocking(LONG).unwrap();
    work.add(1, &[]);
    telemetry.flush_blocking(LONG).unwrap();
    assert_eq!(
        total(
            &telemetry.collect_metrics().unwrap(),
            "bellwether_published_total"
        ),
        2
    );
    work.add(1, &[]);
    telemetry.shutdown_blocking(LONG).unwrap();
    let files: Vec<_> = std::fs::read_dir(folder.path())
        .unwrap()
        .map(Result::unwrap)
        .collect();
    assert_eq!(files.len(), 1);
    assert!(
        files[0]
            .file_name()
            .to_str()
            .unwrap()
            .starts_with("my_service-")
    );
    let text = std::fs::read_to_string(files[0].path()).unwrap();
    let read: opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest =
        serde_json::from_str(&text).unwrap();
    assert_eq!(total(&read.into(), "work_total"), 3);
}

#[test]
fn files_that_cannot_be_written_are_counted_and_hold_up_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let files = folder.path().join("files");
    let receiver = Receiver::start(Protocol::HttpProtobuf, []);
    let telemetry = to(&receiver, Protocol::HttpProtobuf)
        .metrics_json_dir(files.clone())
        .start()
        .unwrap();
    std::fs::remove_dir(&files).unwrap();
    std::fs::write(&files, "in the way").unwrap();
    let error = telemetry.flush_blocking(LONG).unwrap_err().to_string();
    assert!(error.contains("files"), "{error}");
    assert_eq!(receiver.taken().len(), 1);
    let collection = telemetry.collect_metrics().unwrap();
    assert_eq!(total(&collection, "bellwether_publish_failed_total"), 1);
}
