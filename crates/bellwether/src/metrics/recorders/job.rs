//! The recorder of a job queue: a guard a job, and the job metrics of the catalog from its life.
//!
//! `service` and `priority` are open labels, and `worker_id` one of live ids: a worker has families of its own, whose
//! series leave some time after it. A start is two look-ups without a lock and two atomic adds; nothing is allocated
//! once a series exists.

use std::error::Error;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crate::metrics::Metrics;
use crate::metrics::error_class::{classify, type_name};
use crate::metrics::generated::labels::{ErrorName, JobErrorType, JobStatus, Priority, Service};
use crate::metrics::generated::recorder_metrics::JobMetrics;
use crate::metrics::{Counter, Histogram, UpDownCounter};
use crate::metrics::{IntoLabel, OpenLabel};

/// The process's recorder of jobs, with the names of the job-queue contract. Silent before telemetry starts.
///
/// Bounds are those of the catalog: 64 services, 16 priorities, 64 names of errors; 256 workers at a time. Labels
/// longer than 256 bytes are `_other`, an empty one is `unknown`.
///
/// ```
/// use std::time::Duration;
/// use bellwether::metrics;
///
/// let worker = metrics::jobs().worker("w-1");
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
pub fn jobs() -> Jobs {
    Metrics::global().jobs()
}

impl Metrics {
    /// The recorder of jobs on these metrics; see [`jobs`].
    pub fn jobs(&self) -> Jobs {
        Jobs(self.clone())
    }
}

/// The recorder of jobs, from [`jobs`] or [`Metrics::jobs`]. A clone is the same recorder.
///
/// ```
/// let jobs = bellwether::metrics::jobs();
/// let same = jobs.clone();
/// # let _ = same;
/// ```
#[derive(Debug, Clone)]
pub struct Jobs(Metrics);

impl Jobs {
    /// A worker by its id, the label `worker_id`; empty is `unknown`. Keep it as long as the worker lives: its
    /// place among the 256 live ones is free again when it and its last job are gone, and its series leave a minute
    /// later. Allocates.
    ///
    /// ```
    /// let worker = bellwether::metrics::jobs().worker("w-1");
    /// worker.start("render", "high").completed();
    /// ```
    pub fn worker(&self, id: &str) -> JobWorker {
        let metrics = &self.0;
        JobWorker(Arc::new(Worker {
            processed: JobMetrics::jobs_processed_total(metrics, id),
            active: JobMetrics::jobs_active(metrics, id),
            duration: JobMetrics::job_duration_seconds(metrics, id),
            output: JobMetrics::job_output_size_bytes(metrics, id),
            errors: JobMetrics::errors_total(metrics, id),
            shared: metrics.recorder(),
        }))
    }

    /// The worker that this process is: `WORKER_ID`, else `METRICS_LABEL_WORKER_ID`, else the resource's `worker.id`, else
    /// `unknown`.
    ///
    /// ```
    /// bellwether::metrics::jobs().this_worker().start("render", "high").completed();
    /// ```
    pub fn this_worker(&self) -> JobWorker {
        self.worker(self.0.worker_id())
    }

    /// Another attempt at a job of this service after one that failed: `job_retries_total`.
    ///
    /// ```
    /// bellwether::metrics::jobs().retried("render");
    /// ```
    pub fn retried(&self, service: impl IntoLabel<Service>) {
        let shared = self.0.recorder::<JobMetrics>();
        shared.job_retries_total.add(1, service.into_label());
    }
}

struct Worker {
    processed: Counter<(Service, Priority, JobStatus), u64>,
    active: UpDownCounter<(Service, Priority), i64>,
    duration: Histogram<(Service, Priority, JobStatus), f64>,
    output: Histogram<(Service, Priority), u64>,
    errors: Counter<(Service, Priority, JobErrorType, ErrorName), u64>,
    shared: Arc<JobMetrics>,
}

/// A worker that takes jobs, made by [`Jobs::worker`]. A clone is the same worker.
///
/// ```
/// let worker = bellwether::metrics::jobs().worker("w-1");
/// std::thread::scope(|scope| scope.spawn(|| worker.start("render", "high").completed()).join()).unwrap();
/// ```
#[derive(Clone)]
pub struct JobWorker(Arc<Worker>);

impl JobWorker {
    /// Begins a job: `jobs_active` up by one, `jobs_processed_total{status="started"}`, and the clock of
    /// `job_duration_seconds`. Allocates for the first job of a service and priority only.
    ///
    /// ```
    /// let job = bellwether::metrics::jobs().worker("w-1").start("render", "high");
    /// drop(job); // counts as abandoned
    /// ```
    #[must_use = "a job that is dropped at once is abandoned"]
    pub fn start(
        &self,
        service: impl IntoLabel<Service>,
        priority: impl IntoLabel<Priority>,
    ) -> Job {
        let kind = (service.into_label(), priority.into_label());
        self.0.active.add(1, kind);
        self.0
            .processed
            .add(1, (kind.0, kind.1, JobStatus::Started));
        Job {
            worker: Arc::clone(&self.0),
            kind,
            started: Instant::now(),
            ended: false,
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
/// # let jobs = bellwether::metrics::jobs();
/// # process(&jobs.worker("w-1")).unwrap();
/// ```
pub struct Job {
    worker: Arc<Worker>,
    kind: (Service, Priority),
    started: Instant,
    ended: bool,
}

impl Job {
    /// Time the job waited in the queue, into `job_queue_wait_seconds`. Call it once.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # let jobs = bellwether::metrics::jobs();
    /// jobs.worker("w-1").start("render", "high").waited(Duration::from_secs(2)).completed();
    /// ```
    pub fn waited(self, time: Duration) -> Self {
        let wait = &self.worker.shared.job_queue_wait_seconds;
        wait.record(time.as_secs_f64(), self.kind);
        self
    }

    /// Size of what the job produced, in bytes, into `job_output_size_bytes`. Call it once.
    ///
    /// ```
    /// # let jobs = bellwether::metrics::jobs();
    /// let job = jobs.worker("w-1").start("render", "high");
    /// job.output_size(64 * 1024);
    /// job.completed();
    /// ```
    pub fn output_size(&self, bytes: u64) {
        self.worker.output.record(bytes, self.kind);
    }

    /// It ran to its end: `status="completed"`.
    ///
    /// ```
    /// # let jobs = bellwether::metrics::jobs();
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
    /// # let jobs = bellwether::metrics::jobs();
    /// let error = std::io::Error::from(std::io::ErrorKind::ConnectionReset);
    /// jobs.worker("w-1").start("render", "high").failed(&error); // connection, "Error"
    /// ```
    pub fn failed<E: Error + 'static>(self, error: &E) {
        self.failed_as(error, type_name::<E>());
    }

    /// As [`failed`](Self::failed), for an error whose type is not known here, with a name for it.
    ///
    /// ```
    /// # let jobs = bellwether::metrics::jobs();
    /// let error: Box<dyn std::error::Error> = "no frames".into();
    /// jobs.worker("w-1").start("render", "high").failed_as(&*error, "NoFrames");
    /// ```
    pub fn failed_as(mut self, error: &(dyn Error + 'static), name: &str) {
        let (service, priority) = self.kind;
        let name = ErrorName::of(name);
        let errors = &self.worker.errors;
        errors.add(1, (service, priority, classify(error), name));
        self.end(JobStatus::Failed);
    }

    fn end(&mut self, status: JobStatus) {
        if std::mem::replace(&mut self.ended, true) {
            return;
        }
        let (service, priority) = self.kind;
        self.worker.active.add(-1, self.kind);
        self.worker.processed.add(1, (service, priority, status));
        let seconds = self.started.elapsed().as_secs_f64();
        self.worker
            .duration
            .record(seconds, (service, priority, status));
    }
}

impl Drop for Job {
    fn drop(&mut self) {
        self.end(JobStatus::Abandoned);
    }
}
