//! Labels without end and series that come and go: memory stays as it is, what has no room is `_other` and counted, and what
//! has room is as fast as before. Alone in its process: tables of open labels are the process's, and so are the bytes counted.

#![cfg(feature = "sdk")]
#![allow(
    clippy::unwrap_used,
    clippy::float_cmp,
    clippy::cast_possible_wrap,
    reason = "a test may panic; counts are small whole numbers, exact as floats"
)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard};

use bellwether::metrics::generated::labels::Service;
use bellwether::metrics::generated::recorder_metrics::ContextWindowMetrics;
use bellwether::metrics::{Metrics, OpenLabel};
use bellwether::opentelemetry::metrics::MeterProvider;
use opentelemetry_sdk::metrics::data::{AggregatedMetrics, MetricData, ScopeMetrics};
use opentelemetry_sdk::metrics::{InMemoryMetricExporter, PeriodicReader, SdkMeterProvider};

static BYTES: AtomicI64 = AtomicI64::new(0);
static ALLOCATIONS: AtomicU64 = AtomicU64::new(0);
static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());

struct Counting;

// SAFETY: every call is passed on to the system allocator unchanged; counting touches two integers only.
#[allow(unsafe_code, reason = "an allocator cannot be written without")]
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.fetch_add(1, Ordering::Relaxed);
        BYTES.fetch_add(layout.size() as i64, Ordering::Relaxed);
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        BYTES.fetch_sub(layout.size() as i64, Ordering::Relaxed);
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn alone() -> MutexGuard<'static, ()> {
    let guard = ONE_AT_A_TIME.lock();
    guard.unwrap_or_else(std::sync::PoisonError::into_inner)
}

struct Exported {
    exporter: InMemoryMetricExporter,
    provider: SdkMeterProvider,
}

impl Exported {
    fn new() -> Self {
        let exporter = InMemoryMetricExporter::default();
        let reader = PeriodicReader::builder(exporter.clone())
            .with_interval(std::time::Duration::from_secs(3_600))
            .build();
        let provider = SdkMeterProvider::builder().with_reader(reader).build();
        Self { exporter, provider }
    }

    fn metrics(&self) -> Metrics {
        Metrics::new(&self.provider.meter("test"))
    }

    /// Collects; the sums and gauges under this name whose attributes, sorted, have this text in them.
    fn points(&self, name: &str, part: &str) -> Vec<f64> {
        self.exporter.reset();
        self.provider.force_flush().unwrap();
        let mut points = Vec::new();
        for resource in self.exporter.get_finished_metrics().unwrap() {
            let metrics = resource.scope_metrics().flat_map(ScopeMetrics::metrics);
            for metric in metrics.filter(|metric| metric.name() == name) {
                let text =
                    |attributes: &mut dyn Iterator<Item = &bellwether::opentelemetry::KeyValue>| {
                        let mut pairs: Vec<String> = attributes
                            .map(|pair| format!("{}={}", pair.key, pair.value))
                            .collect();
                        pairs.sort();
                        pairs.join(",")
                    };
                match metric.data() {
                    AggregatedMetrics::U64(MetricData::Sum(sum)) => points.extend(
                        sum.data_points()
                            .filter(|point| text(&mut point.attributes()).contains(part))
                            .map(|point| point.value() as f64),
                    ),
                    AggregatedMetrics::I64(MetricData::Sum(sum)) => points.extend(
                        sum.data_points()
                            .filter(|point| text(&mut point.attributes()).contains(part))
                            .map(|point| point.value() as f64),
                    ),
                    AggregatedMetrics::F64(MetricData::Gauge(gauge)) => points.extend(
                        gauge
                            .data_points()
                            .filter(|point| text(&mut point.attributes()).contains(part))
                            .map(
                                bellwether::opentelemetry_sdk::metrics::data::GaugeDataPoint::value,
                            ),
                    ),
                    other => panic!("{name}: {other:?}"),
                }
            }
        }
        self.exporter.reset();
        points
    }
}

/// A million distinct values of an open label.
#[test]
fn a_million_values_leave_memory_as_it_is() {
    const VALUES: u64 = 1_000_000;
    let _alone = alone();
    let exported = Exported::new();
    let metrics = exported.metrics();
    let worker = metrics.jobs().worker("w-1");
    let attack = |from: u64, to: u64| {
        for number in from..to {
            let mut name = [b'0'; 20];
            let mut rest = number;
            for digit in name.iter_mut().rev() {
                *digit += (rest % 10) as u8;
                rest /= 10;
            }
            let name = std::str::from_utf8(&name).unwrap();
            worker.start(name, "high").completed();
        }
    };
    attack(0, 1_000);
    let before = BYTES.load(Ordering::Relaxed);
    let made = ALLOCATIONS.load(Ordering::Relaxed);
    attack(1_000, VALUES);
    // The other threads of a test process allocate a little, too.
    let kept = BYTES.load(Ordering::Relaxed) - before;
    assert!(kept.abs() < 8_192, "{kept} bytes kept by 999,000 values");
    let allocated = ALLOCATIONS.load(Ordering::Relaxed) - made;
    assert!(allocated < 200, "{allocated} allocations by 999,000 values");

    let limit = Service::LIMIT as f64;
    let beyond = VALUES as f64 - limit;
    assert_eq!(
        exported.points("bellwether_label_overflow_total", "label=service"),
        [beyond]
    );
    let other = exported.points("jobs_processed_total", "service=_other,status=completed");
    assert_eq!(other, [beyond]);
    assert_eq!(exported.points("jobs_active", "").len() as f64, limit + 1.0);
}

/// Ids of workers that came and went take no place from those that come, and no memory.
#[test]
fn an_ended_worker_gives_its_place_back() {
    let _alone = alone();
    let exported = Exported::new();
    let metrics = exported.metrics();
    let recorder = metrics.jobs();
    let churn = |ids: std::ops::Range<u32>| {
        for number in ids {
            let worker = recorder.worker(&number.to_string());
            drop(worker.clone());
        }
        drop(exported.points("jobs_active", ""));
        BYTES.load(Ordering::Relaxed)
    };
    let before = churn(0..5_000);
    let kept = churn(5_000..10_000) - before;
    assert!(kept.abs() < 4_096, "{kept} bytes kept by 5,000 workers");
    // One of the values of the attack, or it would be one more.
    recorder
        .worker("last")
        .start(&"0".repeat(20), "high")
        .completed();
    let last = exported.points("jobs_processed_total", "worker_id=last");
    assert_eq!(
        last,
        [1.0, 1.0],
        "started and completed, told after the worker has gone"
    );
}

/// Two hours of sessions, one a second with three at a time, collected every four: a series leaves with its session.
#[test]
fn sessions_that_end_leave_no_series_and_no_memory() {
    let _alone = alone();
    let exported = Exported::new();
    let metrics = exported.metrics();
    let hour = |first: u32| {
        let mut open = std::collections::VecDeque::new();
        for second in first..first + 3_600 {
            let (agent, session) = (format!("coder-{second}"), format!("s-{second}"));
            let used = ContextWindowMetrics::context_window_utilization(&metrics, &agent, &session);
            used.set(0.5, ());
            open.push_back(used);
            if open.len() > 3 {
                open.pop_front();
            }
            if second % 4 == 3 {
                assert_eq!(exported.points("context_window_utilization", "").len(), 3);
            }
        }
        drop(open);
        assert_eq!(exported.points("context_window_utilization", "").len(), 0);
        BYTES.load(Ordering::Relaxed)
    };
    let before = hour(0);
    let kept = hour(3_600) - before;
    assert!(
        kept.abs() < 4_096,
        "{kept} bytes kept by an hour of sessions"
    );
    assert!(
        exported
            .points("bellwether_label_overflow_total", "session_id")
            .is_empty()
    );
}
