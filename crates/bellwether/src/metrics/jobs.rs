//! The recorder of a job queue: a guard a job, and the job metrics of the catalog from its life.
//!
//! `service` and `priority` are open labels with the catalog's bounds, shared by all workers of a recorder, and
//! index a table of cells; a cell holds the bound instruments of one worker, service and priority. It is made by
//! the first job of its kind, so a start is two look-ups without a lock and two atomic adds, and nothing is
//! allocated. A failure also adds to `errors_total` with attributes, which allocates.

use std::error::Error;
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use opentelemetry::KeyValue;
use opentelemetry::metrics::{
    BoundHistogram, BoundUpDownCounter, Counter, Histogram, Meter, UpDownCounter,
};

use super::dense::{DenseCounter, DenseHistogram};
use super::error_class::{classify, type_name};
use super::generated::jobs as definitions;
use super::generated::labels::{JobErrorType, JobStatus};
use super::instruments::{self, HistogramNumber, fits};
use super::interner::{Interned, Interner};
use super::label::Label;
use super::live::{Lease, LiveValues};
use super::{Instrument, LabelValues, MetricDefinition, ValueType};

/// Workers that may live at the same time; later ones are `_other`.
const MAX_LIVE_WORKERS: usize = 256;

/// What stands for a label that was given empty, as the job-queue contract has it.
const UNKNOWN: &str = "unknown";

const _: () = {
    use Instrument::{Counter, Histogram, UpDownCounter};
    use ValueType::{Double, Int};
    assert!(fits(&definitions::JOBS_PROCESSED_TOTAL, Counter, Int));
    assert!(fits(&definitions::JOBS_ACTIVE, UpDownCounter, Int));
    assert!(fits(&definitions::JOB_DURATION_SECONDS, Histogram, Double));
    assert!(fits(
        &definitions::JOB_QUEUE_WAIT_SECONDS,
        Histogram,
        Double
    ));
    assert!(fits(&definitions::JOB_OUTPUT_SIZE_BYTES, Histogram, Int));
    assert!(fits(&definitions::ERRORS_TOTAL, Counter, Int));
};

/// The recorder of jobs on this meter, with the names of the job-queue contract.
///
/// Take the meter after [`Telemetry`](crate::Telemetry) has started: an instrument of a meter before that stays
/// without effect. Bounds are those of the catalog: 64 services, 16 priorities, 64 names of errors; 256 workers at
/// a time. Labels longer than 256 bytes are `_other`, an empty one is `unknown`.
///
/// ```
/// use std::time::Duration;
/// use bellwether::{metrics, opentelemetry::global};
///
/// let jobs = metrics::jobs(&global::meter("queue"));
/// let worker = jobs.worker("w-1");
///
/// let job = worker.start("render", "high").waited(Duration::from_secs(3));
/// match std::fs::read("/no/such/file") {
///     Ok(output) => {
///         job.output_size(output.len() as u64);
///         job.completed();
///     }
///     Err(error) => job.failed(&error),
/// }
/// ```
pub fn jobs(meter: &Meter) -> Jobs {
    let open = |definition, key| Interner::new(meter, key, limit(definition, key));
    let errors = &definitions::ERRORS_TOTAL;
    Jobs(Arc::new(Shared {
        processed: instruments::counter(meter, &definitions::JOBS_PROCESSED_TOTAL),
        active: instruments::up_down_counter(meter, &definitions::JOBS_ACTIVE),
        duration: f64::histogram(meter, &definitions::JOB_DURATION_SECONDS),
        wait: f64::histogram(meter, &definitions::JOB_QUEUE_WAIT_SECONDS),
        output: u64::histogram(meter, &definitions::JOB_OUTPUT_SIZE_BYTES),
        errors: instruments::counter(meter, errors),
        services: open(errors, "service"),
        priorities: open(errors, "priority"),
        error_names: open(errors, "error_name"),
        workers: LiveValues::new(meter, "worker_id", MAX_LIVE_WORKERS),
    }))
}

/// The catalog's bound of an open label.
fn limit(definition: &MetricDefinition, key: &str) -> usize {
    let label = definition.labels.iter().find(|label| label.key == key);
    match label.map(|label| label.values) {
        Some(LabelValues::Bounded(limit)) => limit as usize,
        _ => 0,
    }
}

struct Shared {
    processed: Counter<u64>,
    active: UpDownCounter<i64>,
    duration: Histogram<f64>,
    wait: Histogram<f64>,
    output: Histogram<u64>,
    errors: Counter<u64>,
    services: Interner,
    priorities: Interner,
    error_names: Interner,
    workers: Arc<LiveValues>,
}

/// Instruments of jobs, made by [`jobs`]. A clone is the same recorder.
///
/// ```
/// let jobs = bellwether::metrics::jobs(&bellwether::opentelemetry::global::meter("queue"));
/// let same = jobs.clone();
/// # let _ = same;
/// ```
#[derive(Clone)]
pub struct Jobs(Arc<Shared>);

impl Jobs {
    /// A worker by its id, the label `worker_id`; empty is `unknown`. Keep it as long as the worker lives: its
    /// place among the 256 live ones is free again when it and its last job are gone. Allocates.
    ///
    /// What the SDK exported with cumulative temporality it goes on exporting, so the series of an ended worker
    /// stay until the process ends; ids should come again (`w-1`, `w-2`), not be new for each process.
    ///
    /// ```
    /// let jobs = bellwether::metrics::jobs(&bellwether::opentelemetry::global::meter("queue"));
    /// let worker = jobs.worker("w-1");
    /// worker.start("render", "high").completed();
    /// ```
    pub fn worker(&self, id: &str) -> JobWorker {
        let shared = Arc::clone(&self.0);
        let rows = (0..shared.services.indices()).map(|_| OnceLock::new());
        JobWorker(Arc::new(Worker {
            lease: shared.workers.lease(or_unknown(id)),
            rows: rows.collect(),
            shared,
        }))
    }
}

type Row = Box<[OnceLock<Arc<Cell>>]>;

struct Worker {
    shared: Arc<Shared>,
    lease: Lease,
    /// By service, then by priority.
    rows: Box<[OnceLock<Row>]>,
}

/// Instruments of one worker, service and priority.
struct Cell {
    processed: DenseCounter<JobStatus>,
    duration: DenseHistogram<JobStatus>,
    active: BoundUpDownCounter<i64>,
    wait: Histogram<f64>,
    output: Histogram<u64>,
    bound_wait: OnceLock<BoundHistogram<f64>>,
    bound_output: OnceLock<BoundHistogram<u64>>,
    service: KeyValue,
    priority: KeyValue,
    worker: KeyValue,
}

impl Worker {
    fn cell(&self, service: &str, priority: &str) -> Option<Arc<Cell>> {
        let service = self.shared.services.intern(or_unknown(service));
        let priority = self.shared.priorities.intern(or_unknown(priority));
        let row = self.rows.get(service.index)?.get_or_init(|| {
            let columns = 0..self.shared.priorities.indices();
            columns.map(|_| OnceLock::new()).collect()
        });
        let cell = row.get(priority.index)?;
        Some(Arc::clone(
            cell.get_or_init(|| Arc::new(self.bind(service, priority))),
        ))
    }

    #[cold]
    fn bind(&self, service: Interned<'_>, priority: Interned<'_>) -> Cell {
        let shared = &self.shared;
        let service = KeyValue::new("service", service.value.to_owned());
        let priority = KeyValue::new("priority", priority.value.to_owned());
        let worker = KeyValue::new("worker_id", self.lease.value().to_owned());
        let fixed = [service.clone(), priority.clone(), worker.clone()];
        Cell {
            processed: DenseCounter::with_fixed(shared.processed.clone(), &fixed),
            duration: DenseHistogram::with_fixed(shared.duration.clone(), &fixed),
            active: shared.active.bind(&fixed),
            wait: shared.wait.clone(),
            output: shared.output.clone(),
            bound_wait: OnceLock::new(),
            bound_output: OnceLock::new(),
            service,
            priority,
            worker,
        }
    }
}

/// A worker that takes jobs, made by [`Jobs::worker`]. A clone is the same worker.
///
/// ```
/// let jobs = bellwether::metrics::jobs(&bellwether::opentelemetry::global::meter("queue"));
/// let worker = jobs.worker("w-1");
/// std::thread::scope(|scope| scope.spawn(|| worker.start("render", "high").completed()).join()).unwrap();
/// ```
#[derive(Clone)]
pub struct JobWorker(Arc<Worker>);

impl JobWorker {
    /// Begins a job: `jobs_active` up by one, `jobs_processed_total{status="started"}`, and the clock of
    /// `job_duration_seconds`. Allocates for the first job of a service and priority only.
    ///
    /// ```
    /// let jobs = bellwether::metrics::jobs(&bellwether::opentelemetry::global::meter("queue"));
    /// let job = jobs.worker("w-1").start("render", "high");
    /// drop(job); // counts as abandoned
    /// ```
    #[must_use = "a job that is dropped at once is abandoned"]
    pub fn start(&self, service: &str, priority: &str) -> Job {
        let cell = self.0.cell(service, priority);
        if let Some(cell) = &cell {
            cell.active.add(1);
            cell.processed.add(1, JobStatus::Started);
        }
        Job {
            worker: Arc::clone(&self.0),
            cell,
            started: Instant::now(),
        }
    }
}

/// A job that is being processed, made by [`JobWorker::start`].
///
/// End it with [`completed`](Self::completed) or [`failed`](Self::failed). Dropped without either, by an early
/// return, a panic or a cancelled future, it is `abandoned`.
///
/// ```
/// fn process(worker: &bellwether::metrics::JobWorker) -> Result<(), std::num::ParseIntError> {
///     let job = worker.start("parse", "low");
///     let number: u32 = "12".parse()?; // an error here is an abandoned job
///     job.output_size(u64::from(number));
///     job.completed();
///     Ok(())
/// }
/// # let jobs = bellwether::metrics::jobs(&bellwether::opentelemetry::global::meter("queue"));
/// # process(&jobs.worker("w-1")).unwrap();
/// ```
pub struct Job {
    worker: Arc<Worker>,
    /// Taken by the end. `None` from the start cannot be: indices stay below the table's size.
    cell: Option<Arc<Cell>>,
    started: Instant,
}

impl Job {
    /// Time the job waited in the queue, into `job_queue_wait_seconds`. Call it once.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # let jobs = bellwether::metrics::jobs(&bellwether::opentelemetry::global::meter("queue"));
    /// jobs.worker("w-1").start("render", "high").waited(Duration::from_secs(2)).completed();
    /// ```
    pub fn waited(self, time: Duration) -> Self {
        if let Some(cell) = &self.cell {
            let labels = || [cell.service.clone(), cell.priority.clone()];
            cell.bound_wait
                .get_or_init(|| cell.wait.bind(&labels()))
                .record(time.as_secs_f64());
        }
        self
    }

    /// Size of what the job produced, in bytes, into `job_output_size_bytes`. Call it once.
    ///
    /// ```
    /// # let jobs = bellwether::metrics::jobs(&bellwether::opentelemetry::global::meter("queue"));
    /// let job = jobs.worker("w-1").start("render", "high");
    /// job.output_size(64 * 1024);
    /// job.completed();
    /// ```
    pub fn output_size(&self, bytes: u64) {
        if let Some(cell) = &self.cell {
            cell.bound_output
                .get_or_init(|| cell.output.bind(&cell.labels()))
                .record(bytes);
        }
    }

    /// It ran to its end: `status="completed"`.
    ///
    /// ```
    /// # let jobs = bellwether::metrics::jobs(&bellwether::opentelemetry::global::meter("queue"));
    /// jobs.worker("w-1").start("render", "high").completed();
    /// ```
    pub fn completed(mut self) {
        self.end(JobStatus::Completed);
    }

    /// It ended with this error: `status="failed"`, and `errors_total` with the error's class and the name of its
    /// type without path.
    ///
    /// The class is `timeout`, `memory`, `network`, `connection` or `unknown`, by the first type in the chain of
    /// sources that tells one: kinds of `std::io::Error`, `tokio::time::error::Elapsed`, `RecvTimeoutError`,
    /// `TryReserveError`, and `reqwest::Error` where that feature is on. Messages are not read.
    ///
    /// ```
    /// # let jobs = bellwether::metrics::jobs(&bellwether::opentelemetry::global::meter("queue"));
    /// let error = std::io::Error::from(std::io::ErrorKind::ConnectionReset);
    /// jobs.worker("w-1").start("render", "high").failed(&error); // connection, "Error"
    /// ```
    pub fn failed<E: Error + 'static>(self, error: &E) {
        self.failed_as(error, type_name::<E>());
    }

    /// As [`failed`](Self::failed), for an error whose type is not known here, with a name for it.
    ///
    /// ```
    /// # let jobs = bellwether::metrics::jobs(&bellwether::opentelemetry::global::meter("queue"));
    /// let error: Box<dyn std::error::Error> = "no frames".into();
    /// jobs.worker("w-1").start("render", "high").failed_as(&*error, "NoFrames");
    /// ```
    pub fn failed_as(mut self, error: &(dyn Error + 'static), name: &str) {
        if let Some(cell) = &self.cell {
            let shared = &self.worker.shared;
            let name = shared.error_names.intern(or_unknown(name));
            let [service, priority, worker] = cell.labels();
            let labels = [
                service,
                priority,
                worker,
                KeyValue::new(JobErrorType::KEY, Label::as_str(classify(error))),
                KeyValue::new("error_name", name.value.to_owned()),
            ];
            shared.errors.add(1, &labels);
        }
        self.end(JobStatus::Failed);
    }

    fn end(&mut self, status: JobStatus) {
        let Some(cell) = self.cell.take() else { return };
        cell.active.add(-1);
        cell.processed.add(1, status);
        cell.duration
            .record(self.started.elapsed().as_secs_f64(), status);
    }
}

impl Drop for Job {
    fn drop(&mut self) {
        self.end(JobStatus::Abandoned);
    }
}

impl Cell {
    fn labels(&self) -> [KeyValue; 3] {
        [
            self.service.clone(),
            self.priority.clone(),
            self.worker.clone(),
        ]
    }
}

fn or_unknown(value: &str) -> &str {
    if value.is_empty() { UNKNOWN } else { value }
}
