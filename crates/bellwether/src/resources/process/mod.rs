//! The process itself: memory, processor time, descriptors, threads, age.
//!
//! | Room | What is in it |
//! |---|---|
//! | `sample` | what one look at the process brings, and how Linux is asked |
//! | `limit` | how much memory the process may use: control groups of both versions |
//! | `allocator` | figures of an allocator that knows better what the heap is |
//! | `instruments` | which figure leaves under which names |

mod allocator;
mod instruments;
mod limit;
mod sample;

use std::sync::Arc;
use std::time::Duration;

use opentelemetry::metrics::Meter;

use super::health;
use super::observer::{Observer, Part};
use super::sampler::{self, Pace, Source};
use crate::metrics::Selection;
use crate::metrics::generated::labels::ResourceSource;

pub use allocator::AllocatorStatistics;

/// How the process is looked at.
///
/// ```
/// use std::time::Duration;
/// use bellwether::resources::ProcessOptions;
/// let options = ProcessOptions::default().interval(Duration::from_secs(10));
/// ```
#[derive(Debug, Clone)]
pub struct ProcessOptions {
    pace: Pace,
    allocator: Option<fn() -> AllocatorStatistics>,
    selection: Selection,
}

impl Default for ProcessOptions {
    fn default() -> Self {
        Self {
            pace: Pace {
                interval: super::INTERVAL,
                deadline: super::DEADLINE,
                retry_absent: None,
            },
            allocator: None,
            selection: Selection::all(),
        }
    }
}

impl ProcessOptions {
    /// Time between two reads. Default 30 s, at least 100 ms.
    ///
    /// See [`ProcessOptions`] for an example.
    pub fn interval(mut self, interval: Duration) -> Self {
        self.pace.interval = interval;
        self
    }

    /// Asks the allocator what the heap is. Called once an interval, on the thread that reads.
    ///
    /// See [`AllocatorStatistics`] for an example.
    pub fn allocator(mut self, statistics: fn() -> AllocatorStatistics) -> Self {
        self.allocator = Some(statistics);
        self
    }

    /// Which families of metrics are on. Default: all.
    ///
    /// ```
    /// use bellwether::metrics::{MetricFamily, Selection};
    /// let only_wundr = Selection::only([MetricFamily::Wundr]);
    /// let options = bellwether::resources::ProcessOptions::default().selection(only_wundr);
    /// ```
    pub fn selection(mut self, selection: Selection) -> Self {
        self.selection = selection;
        self
    }
}

/// Observes the process this runs in.
///
/// | Metrics | Unit | From |
/// |---|---|---|
/// | `wundr_process_memory_{heap,rss,external}_bytes`, `process_memory_usage_bytes{type}`, `process_{resident,virtual}_memory_bytes`, `process_heap_bytes` | bytes | `/proc/self/status` |
/// | `wundr_process_cpu_{user,system}_seconds_total`, `process_cpu_seconds_total`, `process_cpu_usage_percent` | seconds; 100 is one core | `getrusage` |
/// | `wundr_process_open_fds`, `wundr_process_max_fds`, `process_open_fds`, `process_max_fds` | | `/proc/self/fd`, soft limit of `getrlimit` |
/// | `process_threads`, `process_start_time_seconds`, `wundr_process_uptime_seconds` | threads; seconds since 1970; seconds | `/proc/self/stat` |
/// | `bellwether_process_memory_limit_bytes` | bytes | control group, else memory of the machine |
///
/// *Heap* is anonymous memory that is resident, whichever allocator asked for it, stacks included; *external* is what is
/// mapped from files or shared; together they are the resident memory. `heap_total` is the writable private memory
/// asked for, touched or not. An [allocator](ProcessOptions::allocator) may say it more exactly. A limit that is
/// not set has no value.
///
/// ```
/// use bellwether::resources::{self, ProcessOptions};
/// let meter = bellwether::opentelemetry::global::meter("docs");
/// let observer = resources::process(&meter, ProcessOptions::default());
/// ```
#[allow(
    clippy::needless_pass_by_value,
    reason = "as the other sources take theirs"
)]
pub fn process(meter: &Meter, options: ProcessOptions) -> Observer {
    let ProcessOptions {
        pace,
        allocator,
        selection,
    } = options;
    let source = sample::ThisProcess::new(allocator);
    let cell = sampler::start("bellwether-proc", source, pace);
    let parts: Vec<Arc<dyn Part>> = vec![Arc::clone(&cell) as Arc<dyn Part>];
    health::register(meter, ResourceSource::Process, &parts);
    instruments::register((meter, selection), &cell);
    Observer::new(parts)
}
/// Reads memory and processor time of this process, when asked and on the thread that asks.
pub(crate) struct ProcessReader(sample::ThisProcess);

/// What it read.
#[derive(Debug, Clone, Copy)]
pub(crate) struct ProcessUsage {
    pub(crate) resident_bytes: u64,
    /// Since the reading before; 100 is one core.
    pub(crate) cpu_percent: Option<f64>,
}

impl Default for ProcessReader {
    fn default() -> Self {
        Self(sample::ThisProcess::new(None))
    }
}

impl ProcessReader {
    /// `None` where processes cannot be read.
    pub(crate) fn read(&mut self) -> Option<ProcessUsage> {
        let sample = self.0.read().ok()?;
        Some(ProcessUsage {
            resident_bytes: sample.resident,
            cpu_percent: sample.cpu_percent,
        })
    }
}
