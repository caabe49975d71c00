//! What recorders export through a real provider, what they allocate, and that threads lose no update.

#![cfg(feature = "sdk")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::float_cmp,
    clippy::too_many_lines,
    reason = "a test may panic; counts are small whole numbers, exact as floats; one test is a table"
)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Barrier;
use std::time::Duration;

use bellwether::metrics::generated;
use bellwether::metrics::generated::labels::JobStatus;
use bellwether::metrics::{
    Instrument, Interval, LabelDefinition, LabelValues, MetricDefinition, Metrics, ValueType,
};
use bellwether::opentelemetry::KeyValue;
use bellwether::opentelemetry::metrics::MeterProvider;
use opentelemetry_sdk::metrics::data::{AggregatedMetrics, MetricData};
use opentelemetry_sdk::metrics::{InMemoryMetricExporter, PeriodicReader, SdkMeterProvider};

thread_local! {
    static ALLOCATIONS: Cell<u64> = const { Cell::new(0) };
}

struct Counting;

// SAFETY: every call is passed on to the system allocator unchanged; counting touches thread-local integers only.
#[allow(unsafe_code, reason = "an allocator cannot be written without")]
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        let _ = ALLOCATIONS.try_with(|count| count.set(count.get() + 1));
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, pointer: *mut u8, layout: Layout) {
        unsafe { System.dealloc(pointer, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn allocations(body: impl FnOnce()) -> u64 {
    let before = ALLOCATIONS.with(Cell::get);
    body();
    ALLOCATIONS.with(Cell::get) - before
}

/// A provider whose exports stay in memory.
struct Exported {
    exporter: InMemoryMetricExporter,
    provider: SdkMeterProvider,
}

/// A series: metric, then sorted `key=value`. Its value: the sum, or the count of a histogram.
type Series = BTreeMap<String, f64>;

impl Exported {
    fn new() -> Self {
        let exporter = InMemoryMetricExporter::default();
        let reader = PeriodicReader::builder(exporter.clone()).build();
        let provider = SdkMeterProvider::builder().with_reader(reader).build();
        Self { exporter, provider }
    }

    fn metrics(&self) -> Metrics {
        Metrics::new(&self.provider.meter("test"))
    }

    fn series(&self) -> Series {
        fn key<'a>(name: &str, attributes: impl Iterator<Item = &'a KeyValue>) -> String {
            let mut pairs: Vec<String> = attributes
                .map(|pair| format!("{}={}", pair.key, pair.value))
                .collect();
            pairs.sort();
            format!("{name}{{{}}}", pairs.join(","))
        }
        self.exporter.reset();
        self.provider.force_flush().unwrap();
        let mut series = Series::new();
        for resource in self.exporter.get_finished_metrics().unwrap() {
            for metric in resource
                .scope_metrics()
                .flat_map(opentelemetry_sdk::metrics::data::ScopeMetrics::metrics)
            {
                let name = metric.name();
                match metric.data() {
                    AggregatedMetrics::U64(MetricData::Sum(sum)) => {
                        for point in sum.data_points() {
                            series.insert(key(name, point.attributes()), point.value() as f64);
                        }
                    }
                    AggregatedMetrics::I64(MetricData::Sum(sum)) => {
                        for point in sum.data_points() {
                            series.insert(key(name, point.attributes()), point.value() as f64);
                        }
                    }
                    AggregatedMetrics::F64(MetricData::Histogram(histogram)) => {
                        for point in histogram.data_points() {
                            let bounds: Vec<f64> = point.bounds().collect();
                            assert_eq!(bounds, definition(name).buckets, "{name}");
                            series.insert(key(name, point.attributes()), point.count() as f64);
                        }
                    }
                    AggregatedMetrics::U64(MetricData::Histogram(histogram)) => {
                        for point in histogram.data_points() {
                            let bounds: Vec<f64> = point.bounds().collect();
                            assert_eq!(bounds, definition(name).buckets, "{name}");
                            series.insert(key(name, point.attributes()), point.count() as f64);
                        }
                    }
                    other => panic!("{name}: {other:?}"),
                }
                assert_eq!(metric.unit(), definition(name).unit, "{name}");
                assert_eq!(metric.description(), definition(name).description, "{name}");
            }
        }
        series
    }
}

static STATUS: &[LabelDefinition] = &[LabelDefinition {
    key: "status",
    prometheus_key: "status",
    input: "status",
    required: true,
    values: LabelValues::Closed(JobStatus::VALUES),
}];

const fn by_status(
    name: &'static str,
    instrument: Instrument,
    value: ValueType,
    buckets: &'static [f64],
) -> MetricDefinition {
    MetricDefinition {
        name,
        instrument,
        value,
        observable: false,
        unit: "1",
        description: "A metric by status.",
        buckets,
        labels: STATUS,
        prometheus_name: name,
        prometheus_suffixed_name: name,
        interval: Interval::Fast,
        origin: "tests",
        switch: None,
        recorder: None,
    }
}

static DONE: MetricDefinition = by_status("done_total", Instrument::Counter, ValueType::Int, &[]);
static OPEN: MetricDefinition = by_status("open", Instrument::UpDownCounter, ValueType::Int, &[]);
static TOOK: MetricDefinition = by_status(
    "took",
    Instrument::Histogram,
    ValueType::Double,
    &[0.5, 1.0],
);

fn definition(name: &str) -> &'static MetricDefinition {
    let own = [&DONE, &OPEN, &TOOK];
    let mut all = generated::ALL.iter().copied().chain(own);
    all.find(|metric| metric.name == name)
        .expect("a defined metric")
}

#[test]
fn a_bound_add_is_exported_and_an_unused_cell_is_not() {
    let exported = Exported::new();
    let metrics = exported.metrics();
    let done = metrics.counter::<JobStatus, u64>(&DONE).unwrap();
    let open = metrics.up_down_counter::<JobStatus, i64>(&OPEN).unwrap();
    let took = metrics.histogram::<JobStatus, f64>(&TOOK).unwrap();
    assert_eq!(exported.series(), Series::new());

    done.add(3, JobStatus::Failed);
    done.add(4, JobStatus::Failed);
    open.add(5, JobStatus::Started);
    open.add(-2, JobStatus::Started);
    took.record(0.7, JobStatus::Completed);
    let expected = [
        ("done_total{status=failed}", 7.0),
        ("open{status=started}", 3.0),
        ("took{status=completed}", 1.0),
    ];
    let expected: Series = expected.map(|(key, value)| (key.to_owned(), value)).into();
    assert_eq!(exported.series(), expected);
}

#[test]
fn recording_allocates_only_for_a_new_series() {
    let exported = Exported::new();
    let metrics = exported.metrics();
    let done = metrics.counter::<JobStatus, u64>(&DONE).unwrap();
    let open = metrics.up_down_counter::<JobStatus, i64>(&OPEN).unwrap();
    let took = metrics.histogram::<JobStatus, f64>(&TOOK).unwrap();
    let worker = metrics.jobs().worker("w-1");
    let round = || {
        for status in JobStatus::ALL {
            done.add(1, status);
            open.add(-1, status);
            took.record(0.2, status);
        }
        let job = worker
            .start("render", "high")
            .waited(Duration::from_secs(1));
        job.output_size(100);
        job.completed();
        drop(worker.start("render", "high"));
    };
    assert!(allocations(round) > 0, "the counter counts");
    let later = allocations(|| (0..1_000).for_each(|_| round()));
    assert_eq!(later, 0, "allocations in 1,000 rounds");
}

#[test]
fn eight_writers_and_a_collector_lose_nothing() {
    const WRITERS: usize = 8;
    const ROUNDS: usize = 5_000;
    let exported = Exported::new();
    let metrics = exported.metrics();
    let done = metrics.counter::<JobStatus, u64>(&DONE).unwrap();
    let took = metrics.histogram::<JobStatus, f64>(&TOOK).unwrap();
    let recorder = metrics.jobs();
    let start = Barrier::new(WRITERS + 1);
    std::thread::scope(|scope| {
        for writer in 0..WRITERS {
            let (start, done, took) = (&start, &done, &took);
            // Two workers of each id, so that writers meet in cells, leases and interners.
            let worker = recorder.worker(&format!("w-{}", writer / 2));
            scope.spawn(move || {
                start.wait();
                for round in 0..ROUNDS {
                    let status = JobStatus::ALL[round % JobStatus::COUNT];
                    done.add(1, status);
                    took.record(0.7, status);
                    let job = worker.start(["render", "encode"][round % 2], "high");
                    if round % 4 < 3 {
                        job.completed();
                    }
                }
            });
        }
        start.wait();
        for _ in 0..20 {
            let _ = exported.series();
        }
    });
    let series = exported.series();
    let each = (WRITERS * ROUNDS / JobStatus::COUNT) as f64;
    for status in JobStatus::VALUES {
        assert_eq!(series[&format!("done_total{{status={status}}}")], each);
        assert_eq!(series[&format!("took{{status={status}}}")], each);
    }
    let all = (WRITERS * ROUNDS) as f64;
    assert_eq!(
        total(&series, "jobs_processed_total{", "status=started"),
        all
    );
    assert_eq!(
        total(&series, "jobs_processed_total{", "status=completed"),
        all * 3.0 / 4.0
    );
    assert_eq!(
        total(&series, "jobs_processed_total{", "status=abandoned"),
        all / 4.0
    );
    assert_eq!(total(&series, "job_duration_seconds{", ""), all);
    assert_eq!(total(&series, "jobs_active{", ""), 0.0);
    assert_eq!(total(&series, "bellwether_label_overflow_total{", ""), 0.0);
}

fn total(series: &Series, metric: &str, part: &str) -> f64 {
    series
        .iter()
        .filter(|(key, _)| key.starts_with(metric) && key.contains(part))
        .map(|(_, value)| value)
        .sum()
}

#[test]
fn a_job_feeds_every_metric_of_the_contract_with_its_labels() {
    let exported = Exported::new();
    let worker = exported.metrics().jobs().worker("w-1");
    let running = worker.start("render", "high");
    let job = worker
        .start("render", "high")
        .waited(Duration::from_secs(2));
    job.output_size(100);
    job.completed();
    let reset = std::io::Error::from(std::io::ErrorKind::ConnectionReset);
    worker.start("render", "").failed(&reset);
    drop(worker.start("render", "high"));

    let labels = |rest: &str| format!("service=render{rest}");
    let high = "priority=high,";
    let of = |metric: &str, inside: &str| format!("{metric}{{{inside}}}");
    let expected: Series = [
        (
            of(
                "jobs_active",
                &format!("{high}{}", labels(",worker_id=w-1")),
            ),
            1.0,
        ),
        (
            of(
                "jobs_active",
                &format!("priority=unknown,{}", labels(",worker_id=w-1")),
            ),
            0.0,
        ),
        (
            of(
                "jobs_processed_total",
                &format!("{high}{}", labels(",status=started,worker_id=w-1")),
            ),
            3.0,
        ),
        (
            of(
                "jobs_processed_total",
                &format!("{high}{}", labels(",status=completed,worker_id=w-1")),
            ),
            1.0,
        ),
        (
            of(
                "jobs_processed_total",
                &format!("{high}{}", labels(",status=abandoned,worker_id=w-1")),
            ),
            1.0,
        ),
        (
            of(
                "jobs_processed_total",
                &format!(
                    "priority=unknown,{}",
                    labels(",status=started,worker_id=w-1")
                ),
            ),
            1.0,
        ),
        (
            of(
                "jobs_processed_total",
                &format!(
                    "priority=unknown,{}",
                    labels(",status=failed,worker_id=w-1")
                ),
            ),
            1.0,
        ),
        (
            of(
                "job_duration_seconds",
                &format!("{high}{}", labels(",status=completed,worker_id=w-1")),
            ),
            1.0,
        ),
        (
            of(
                "job_duration_seconds",
                &format!("{high}{}", labels(",status=abandoned,worker_id=w-1")),
            ),
            1.0,
        ),
        (
            of(
                "job_duration_seconds",
                &format!(
                    "priority=unknown,{}",
                    labels(",status=failed,worker_id=w-1")
                ),
            ),
            1.0,
        ),
        (
            of("job_queue_wait_seconds", &format!("{high}{}", labels(""))),
            1.0,
        ),
        (
            of(
                "job_output_size_bytes",
                &format!("{high}{}", labels(",worker_id=w-1")),
            ),
            1.0,
        ),
        (
            of(
                "errors_total",
                &format!(
                    "error_name=Error,error_type=connection,priority=unknown,{}",
                    labels(",worker_id=w-1")
                ),
            ),
            1.0,
        ),
    ]
    .into();
    let series = exported.series();
    assert_eq!(series, expected);

    // The labels of each are those of its definition.
    for key in series.keys() {
        let (metric, pairs) = key.trim_end_matches('}').split_once('{').unwrap();
        let keys: BTreeSet<&str> = pairs
            .split(',')
            .map(|pair| pair.split_once('=').unwrap().0)
            .collect();
        let defined: BTreeSet<&str> = definition(metric)
            .labels
            .iter()
            .map(|label| label.key)
            .collect();
        assert_eq!(keys, defined, "{metric}");
    }
    running.completed();
    assert_eq!(
        total(&exported.series(), "jobs_active{", ""),
        0.0,
        "drained work is zero"
    );
}

#[test]
fn a_panic_is_an_abandoned_job() {
    let exported = Exported::new();
    let worker = exported.metrics().jobs().worker("w-1");
    let outcome = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
        let _job = worker.start("render", "high");
        std::panic::resume_unwind(Box::new(()));
    }));
    assert!(outcome.is_err());
    let series = exported.series();
    assert_eq!(
        total(&series, "jobs_processed_total{", "status=abandoned"),
        1.0
    );
    assert_eq!(total(&series, "jobs_active{", ""), 0.0);
}
