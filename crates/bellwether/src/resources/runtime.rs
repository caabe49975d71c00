//! A tokio runtime: how late it wakes a task, and what waits in it.
//!
//! A thread hands the runtime an empty task twice a second and sees how long it takes until the runtime runs it. The
//! measurement needs neither the runtime's timer nor a clock that ticks in milliseconds; there is one such task at a
//! time, so a runtime that is blocked collects none; and one that is blocked beyond the deadline is seen to be *stuck* while
//! it is. The runtime's end drops the task unrun: then the thread ends and its series leave.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

use opentelemetry::KeyValue;
use opentelemetry::metrics::{Histogram, Meter};
use tokio::runtime::{Handle, RuntimeMetrics};

use super::health;
use super::observe::{Number, observe};
use super::observer::{Observer, Part, SourceState};
use crate::metrics::generated::bellwether_resources as metrics;
use crate::metrics::generated::labels::ResourceSource;
use crate::metrics::generated::wundr_process::WUNDR_PROCESS_EVENT_LOOP_LAG_SECONDS;
use crate::metrics::{MetricDefinition, Selection};

/// Shortest time between two measurements.
const SHORTEST_PERIOD: Duration = Duration::from_millis(100);
const STACK_BYTES: usize = 256 * 1024;

/// How a runtime is observed.
///
/// ```
/// use std::time::Duration;
/// use bellwether::resources::RuntimeOptions;
/// let options = RuntimeOptions::default().name("ingest").period(Duration::from_secs(1));
/// ```
#[derive(Debug, Clone)]
pub struct RuntimeOptions {
    name: String,
    period: Duration,
    deadline: Duration,
    selection: Selection,
}

impl Default for RuntimeOptions {
    fn default() -> Self {
        Self {
            name: "main".to_owned(),
            period: Duration::from_millis(500),
            deadline: super::DEADLINE,
            selection: Selection::all(),
        }
    }
}

impl RuntimeOptions {
    /// Label `runtime`. Default `main`.
    ///
    /// See [`RuntimeOptions`] for an example.
    pub fn name(mut self, name: impl Into<String>) -> Self {
        self.name = name.into();
        self
    }

    /// Time between two measurements of lag. Default 500 ms, at least 100 ms.
    ///
    /// See [`RuntimeOptions`] for an example.
    pub fn period(mut self, period: Duration) -> Self {
        self.period = period;
        self
    }

    /// How late the runtime may be before it counts as stuck. Default 10 s.
    ///
    /// ```
    /// let options = bellwether::resources::RuntimeOptions::default().deadline(std::time::Duration::from_secs(2));
    /// ```
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.deadline = deadline;
        self
    }

    /// Which families of metrics are on. Default: all.
    ///
    /// ```
    /// use bellwether::metrics::{MetricFamily, Selection};
    /// let only_wundr = Selection::only([MetricFamily::Wundr]);
    /// let options = bellwether::resources::RuntimeOptions::default().selection(only_wundr);
    /// ```
    pub fn selection(mut self, selection: Selection) -> Self {
        self.selection = selection;
        self
    }
}

/// Observes a tokio runtime.
///
/// | Metric | Meaning |
/// |---|---|
/// | `wundr_process_event_loop_lag_seconds` | histogram of the time from handing a task over to its run; a block of ten seconds is one measurement of ten seconds, made when it ends |
/// | `bellwether_runtime_workers{runtime}` | worker threads |
/// | `bellwether_runtime_alive_tasks{runtime}` | tasks that have not ended |
/// | `bellwether_runtime_global_queue_depth{runtime}` | tasks in the global queue |
/// | `bellwether_runtime_busy_seconds_total{runtime}` | time that workers were busy, summed; on 64-bit machines |
/// | `bellwether_resource_stuck{source="runtime"}` | 1 while the runtime is later than the deadline |
///
/// Costs the runtime one empty task each period. Nothing here keeps it alive: it may be shut down at any time, and its
/// series leave. The lag of several runtimes goes into one histogram, whose contract knows no label.
///
/// ```
/// use bellwether::resources::{self, RuntimeOptions};
///
/// # fn main() -> std::io::Result<()> {
/// let runtime = tokio::runtime::Runtime::new()?;
/// let meter = bellwether::opentelemetry::global::meter("docs");
/// let observer = resources::runtime(&meter, runtime.handle(), RuntimeOptions::default());
/// # Ok(())
/// # }
/// ```
pub fn runtime(meter: &Meter, handle: &Handle, options: RuntimeOptions) -> Observer {
    let watched = Arc::new(Watched {
        metrics: Mutex::new(Some(handle.metrics())),
        origin: Instant::now(),
        waiting_since: AtomicU64::new(0),
        measured: Mutex::new(None),
        deadline: options.deadline,
        stopped: AtomicBool::new(false),
        pause: Mutex::new(()),
        wake: Condvar::new(),
    });
    let parts: Vec<Arc<dyn Part>> = vec![Arc::clone(&watched) as Arc<dyn Part>];
    health::register(meter, ResourceSource::Runtime, &parts);
    register((meter, options.selection), &watched, options.name);

    let histogram = lag_histogram(meter, options.selection);
    let period = options.period.max(SHORTEST_PERIOD);
    let (shared, handle) = (Arc::clone(&watched), handle.clone());
    let started = std::thread::Builder::new()
        .name("bellwether-lag".to_owned())
        .stack_size(STACK_BYTES)
        .spawn(move || measure(&shared, &handle, histogram.as_ref(), period));
    if let Err(error) = started {
        tracing::warn!(%error, "no thread to measure the lag of a runtime");
    }
    Observer::new(parts)
}

/// `None` where its family is off; the runtime is still watched.
fn lag_histogram(meter: &Meter, selection: Selection) -> Option<Histogram<f64>> {
    let definition = &WUNDR_PROCESS_EVENT_LOOP_LAG_SECONDS;
    if !selection.has(definition) {
        return None;
    }
    let histogram = meter
        .f64_histogram(definition.name)
        .with_unit(definition.unit)
        .with_description(definition.description)
        .with_boundaries(definition.buckets.to_vec())
        .build();
    Some(histogram)
}

/// A runtime, as its thread and the callbacks see it.
struct Watched {
    /// `None` once the runtime has ended.
    metrics: Mutex<Option<RuntimeMetrics>>,
    origin: Instant,
    /// Nanoseconds from `origin` to when the task that waits was handed over, plus one; 0: none waits.
    waiting_since: AtomicU64,
    /// What the last task measured, until the thread has recorded it.
    measured: Mutex<Option<Duration>>,
    deadline: Duration,
    stopped: AtomicBool,
    pause: Mutex<()>,
    wake: Condvar,
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Watched {
    fn is_over(&self) -> bool {
        self.stopped.load(Ordering::Acquire) || lock(&self.metrics).is_none()
    }

    fn is_waiting(&self) -> bool {
        self.waiting_since.load(Ordering::Acquire) != 0
    }

    /// Ends early when told to stop.
    fn wait(&self, period: Duration) {
        let guard = lock(&self.pause);
        let ends = |(): &mut ()| !self.stopped.load(Ordering::Acquire);
        drop(self.wake.wait_timeout_while(guard, period, ends));
    }
}

impl Part for Watched {
    fn state(&self) -> SourceState {
        if self.is_over() {
            return SourceState::Absent;
        }
        let since = self.waiting_since.load(Ordering::Acquire);
        if since == 0 {
            return SourceState::Reporting;
        }
        let waited = self
            .origin
            .elapsed()
            .saturating_sub(Duration::from_nanos(since - 1));
        if waited > self.deadline {
            return SourceState::Stuck;
        }
        SourceState::Reporting
    }

    fn failures(&self) -> u64 {
        0
    }

    fn stop(&self) {
        self.stopped.store(true, Ordering::Release);
        drop(lock(&self.pause));
        self.wake.notify_all();
    }
}

/// The task that is handed over. Dropped without having run, the runtime is gone.
struct Probe {
    watched: Arc<Watched>,
    sent: Instant,
    ran: bool,
}

impl Probe {
    fn run(mut self) {
        self.ran = true;
        *lock(&self.watched.measured) = Some(self.sent.elapsed());
    }
}

impl Drop for Probe {
    fn drop(&mut self) {
        if !self.ran {
            *lock(&self.watched.metrics) = None;
        }
        self.watched.waiting_since.store(0, Ordering::Release);
    }
}

fn measure(
    watched: &Arc<Watched>,
    handle: &Handle,
    histogram: Option<&Histogram<f64>>,
    period: Duration,
) {
    while !watched.is_over() {
        let measured = lock(&watched.measured).take();
        if let (Some(lag), Some(histogram)) = (measured, histogram) {
            // Here, and not on the runtime: recording takes a lock of the SDK.
            histogram.record(lag.as_secs_f64(), &[]);
        }
        if !watched.is_waiting() {
            let since = u64::try_from(watched.origin.elapsed().as_nanos()).unwrap_or(u64::MAX - 1);
            watched.waiting_since.store(since + 1, Ordering::Release);
            let probe = Probe {
                watched: Arc::clone(watched),
                sent: Instant::now(),
                ran: false,
            };
            drop(handle.spawn(async move { probe.run() }));
        }
        watched.wait(period);
    }
}

type Figure = fn(&RuntimeMetrics) -> Number;

const FIGURES: &[(&MetricDefinition, Figure)] = &[
    (&metrics::BELLWETHER_RUNTIME_WORKERS, |runtime| {
        Number::Int(runtime.num_workers() as u64)
    }),
    (&metrics::BELLWETHER_RUNTIME_ALIVE_TASKS, |runtime| {
        Number::Int(runtime.num_alive_tasks() as u64)
    }),
    (&metrics::BELLWETHER_RUNTIME_GLOBAL_QUEUE_DEPTH, |runtime| {
        Number::Int(runtime.global_queue_depth() as u64)
    }),
    #[cfg(target_has_atomic = "64")]
    (&metrics::BELLWETHER_RUNTIME_BUSY_SECONDS_TOTAL, |runtime| {
        let workers = 0..runtime.num_workers();
        let busy: Duration = workers
            .map(|worker| runtime.worker_total_busy_duration(worker))
            .sum();
        Number::Double(busy.as_secs_f64())
    }),
];

/// Callbacks: all that is read here are atomics of the runtime.
fn register(on: (&Meter, Selection), watched: &Arc<Watched>, name: String) {
    let label = KeyValue::new("runtime", name);
    for &(definition, figure) in FIGURES {
        let (watched, label): (Weak<Watched>, _) = (Arc::downgrade(watched), label.clone());
        observe(on, definition, move |points| {
            let Some(watched) = watched.upgrade().filter(|watched| !watched.is_over()) else {
                return;
            };
            let value = lock(&watched.metrics).as_ref().map(figure);
            if let Some(value) = value {
                points(value, std::slice::from_ref(&label));
            }
        });
    }
}
