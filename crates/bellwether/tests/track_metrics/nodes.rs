//! Snapshots of a node: what is in them, when they are published, and that no sink can hurt.

use std::path::Path;
use std::sync::mpsc::{Sender, channel};
use std::time::{Duration, Instant};

use bellwether::metrics::Metrics;
use bellwether::metrics::node::{
    FileSink, MetricsConfiguration, NodeMetrics, NodeMetricsError, OnexEnvelopeV1,
    ResourceCallbacks, SinkError, SnapshotSink,
};
use bellwether::track_metrics;
use serde_json::Value;

use crate::exported::Exported;

const PATIENCE: Duration = Duration::from_secs(30);

#[track_metrics("node.work", metrics = metrics, span = false)]
fn work(metrics: &Metrics, fails: bool) -> Result<(), std::io::Error> {
    if fails {
        Err(std::io::ErrorKind::TimedOut.into())
    } else {
        Ok(())
    }
}

#[track_metrics("node.slow", metrics = metrics, span = false)]
async fn slow(metrics: &Metrics) {
    tokio::time::sleep(Duration::from_millis(20)).await;
}

fn configuration(operations: &[&str]) -> MetricsConfiguration {
    MetricsConfiguration {
        operations: operations.iter().map(|name| (*name).to_owned()).collect(),
        service_name: "node-1".to_owned(),
        publish_interval_seconds: 3_600,
        ..MetricsConfiguration::default()
    }
}

#[tokio::test]
async fn a_snapshot_has_counts_errors_and_percentiles() {
    let exported = Exported::new();
    let metrics = &exported.metrics;
    // The call site exists before the configuration does.
    work(metrics, false).unwrap();
    let node = NodeMetrics::builder(configuration(&["node.work", "node.slow", "node.unused"]))
        .metrics(metrics)
        .start()
        .unwrap();
    for round in 0..10 {
        let _ = work(metrics, round % 5 == 0);
    }
    slow(metrics).await;
    assert!(
        tokio::time::timeout(Duration::from_millis(1), slow(metrics))
            .await
            .is_err()
    );

    let snapshot = node.snapshot();
    let [work, slow, unused] = snapshot.operations.as_slice() else {
        panic!("{snapshot:?}")
    };
    assert_eq!(
        (
            work.operation.as_str(),
            work.count,
            work.success,
            work.error
        ),
        ("node.work", 10, 8, 2)
    );
    assert_eq!(
        (work.success_rate, work.failure_rate),
        (Some(0.8), Some(0.2))
    );
    assert_eq!(work.errors, [("io::Error".to_owned(), 2)]);
    assert_eq!((slow.count, slow.success, slow.abandoned), (2, 1, 1));
    let percentiles: Vec<u8> = slow
        .duration_ms
        .iter()
        .map(|each| each.percentile)
        .collect();
    assert_eq!(percentiles, [50, 95, 99]);
    assert!(slow.duration_ms[2].milliseconds >= 20.0, "{slow:?}");
    assert!(
        slow.duration_ms[0].milliseconds < slow.duration_ms[2].milliseconds,
        "{slow:?}"
    );
    assert_eq!(
        (unused.count, unused.success_rate, unused.duration_ms.len()),
        (0, None, 0)
    );
}

fn lines(path: &Path) -> Vec<Value> {
    let text = std::fs::read_to_string(path).unwrap_or_default();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

fn eventually(what: &str, holds: impl Fn() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !holds() {
        assert!(Instant::now() < deadline, "{what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn snapshots_are_published_every_so_many_executions_and_at_the_end() {
    let exported = Exported::new();
    let metrics = &exported.metrics;
    let directory = tempfile::tempdir().unwrap();
    let path = directory.path().join("snapshots.jsonl");
    let callbacks = ResourceCallbacks::default()
        .active_connections(|| 3)
        .queue_depth(|| panic!("on purpose"));
    let node = NodeMetrics::builder(configuration(&["node.work"]))
        .metrics(metrics)
        .resources(callbacks)
        .sink(FileSink::new(&path, 1 << 20, 1).unwrap())
        .start()
        .unwrap();
    node.business().items_processed("node.work", 5);
    node.business().increment("revenue", 1.5);
    node.business().increment("revenue", 1.0);
    node.business().set("open_orders", 7.0);
    for _ in 0..99 {
        work(metrics, false).unwrap();
    }
    assert_eq!(lines(&path).len(), 0, "not yet");
    work(metrics, false).unwrap();
    eventually("after 100 executions", || lines(&path).len() == 1);
    work(metrics, true).unwrap_err();
    assert!(node.shutdown(PATIENCE));

    let lines = lines(&path);
    assert_eq!(lines.len(), 2, "{lines:?}");
    let [first, last] = [&lines[0], &lines[1]];
    assert_eq!(first["envelope_version"], "1.0");
    assert_eq!(first["event_type"], "node.metrics.snapshot");
    assert_eq!(first["service_name"], "node-1");
    assert_eq!(
        (&first["sequence"], &last["sequence"]),
        (&1.into(), &2.into())
    );
    assert_eq!(first["correlation_id"], last["correlation_id"]);
    assert_ne!(first["event_id"], last["event_id"]);
    let time = first["timestamp"].as_str().unwrap();
    assert!(time.starts_with("20") && time.ends_with('Z'), "{time}");
    let operation = &last["payload"]["operations"]["node.work"];
    assert_eq!(
        (&operation["count"], &operation["error"]),
        (&101.into(), &1.into())
    );
    assert_eq!(operation["errors"]["io::Error"], 1);
    assert!(operation["duration_ms"]["p99"].as_f64().unwrap() > 0.0);
    let resources = &first["payload"]["resources"];
    assert_eq!(
        (&resources["active_connections"], &resources["queue_depth"]),
        (&3.into(), &Value::Null)
    );
    #[cfg(all(feature = "resources", target_os = "linux"))]
    assert!(
        resources["memory_rss_mb"].as_f64().unwrap() > 1.0,
        "{resources}"
    );
    let business = &first["payload"]["business"];
    assert_eq!(business["items_processed"]["node.work"], 5);
    assert_eq!(business["counters"]["revenue"], 2.5);
    assert_eq!(business["kpis"]["open_orders"], 7.0);
    assert!(
        business["throughput_per_second"]["node.work"]
            .as_f64()
            .unwrap()
            > 0.0
    );
    let series = exported.series_of("bellwether_published_total");
    assert_eq!(
        series,
        [("bellwether_published_total{sink=file}".to_owned(), 2)]
    );
}

struct Telling(Sender<u64>);

impl SnapshotSink for Telling {
    fn publish(&mut self, envelope: &OnexEnvelopeV1) -> Result<(), SinkError> {
        Ok(self.0.send(envelope.sequence())?)
    }
}

#[test]
fn snapshots_are_published_by_time_too() {
    let exported = Exported::new();
    let (sender, published) = channel();
    let by_time = MetricsConfiguration {
        publish_interval_seconds: 1,
        enable_resource_metrics: false,
        enable_business_metrics: false,
        ..configuration(&["node.work"])
    };
    let node = NodeMetrics::builder(by_time)
        .metrics(&exported.metrics)
        .sink(Telling(sender))
        .start()
        .unwrap();
    assert_eq!(published.recv_timeout(PATIENCE), Ok(1));
    assert_eq!(published.recv_timeout(PATIENCE), Ok(2));
    let snapshot = node.snapshot();
    assert_eq!((snapshot.resources, snapshot.business), (None, None));
}

/// Waits for each snapshot until it is let go, then panics.
struct Hostile(std::sync::mpsc::Receiver<()>);

impl SnapshotSink for Hostile {
    fn publish(&mut self, _: &OnexEnvelopeV1) -> Result<(), SinkError> {
        let _ = self.0.recv();
        panic!("on purpose");
    }
}

#[test]
fn a_sink_that_hangs_and_panics_loses_snapshots_and_hurts_nobody() {
    let exported = Exported::new();
    let metrics = &exported.metrics;
    let (let_go, hangs) = channel();
    let (sender, published) = channel();
    let each = MetricsConfiguration {
        publish_interval_ops: 1,
        ..configuration(&["node.work"])
    };
    let node = NodeMetrics::builder(each)
        .metrics(metrics)
        .sink(Hostile(hangs))
        .sink(Telling(sender))
        .start()
        .unwrap();
    for sequence in 1..=40 {
        work(metrics, false).unwrap();
        assert_eq!(
            published.recv_timeout(PATIENCE),
            Ok(sequence),
            "the other sink goes on"
        );
    }
    // One is held and 16 wait: the rest is lost already.
    eventually("lost snapshots are counted", || {
        exported
            .series_of("bellwether_publish_failed_total")
            .iter()
            .any(|(_, lost)| *lost >= 40 - 17)
    });
    drop(let_go);
    assert!(node.shutdown(PATIENCE), "panics do not end the thread");
    let lost = exported.series_of("bellwether_publish_failed_total");
    assert_eq!(
        lost,
        [("bellwether_publish_failed_total{sink=other}".to_owned(), 41)]
    );
    let published = exported.series_of("bellwether_published_total");
    assert_eq!(
        published,
        [("bellwether_published_total{sink=other}".to_owned(), 41)]
    );
}

#[test]
fn an_operation_has_one_node() {
    let exported = Exported::new();
    let start = |operations: &[&str]| {
        NodeMetrics::builder(configuration(operations))
            .metrics(&exported.metrics)
            .start()
    };
    let _first = start(&["node.work"]).unwrap();
    let error = start(&["node.slow", "node.work"]).unwrap_err();
    assert_eq!(
        error.to_string(),
        "operations: is \"node.work\", expected an operation that no other node in the process tracks"
    );
    let Err(NodeMetricsError::Configuration(error)) = start(&[]) else {
        panic!("an empty configuration")
    };
    assert_eq!(error.field, "operations");
    // The refused start has left no trace.
    start(&["node.slow"]).unwrap();
}
