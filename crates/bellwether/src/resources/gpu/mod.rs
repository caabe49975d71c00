//! GPUs, once for the machine or for each service on it.
//!
//! | Room | What is in it |
//! |---|---|
//! | `reading` | what a source says of its GPUs, whichever it is |
//! | `nvml` | NVIDIA's driver, loaded at run time |
//! | `instruments` | which figure leaves under which names |

mod instruments;
mod nvml;
mod reading;

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use opentelemetry::metrics::Meter;

use super::health;
use super::observer::{Observer, Part};
use super::sampler::{self, Pace, ReadError, Source};
use crate::metrics::Selection;
use crate::metrics::generated::labels::ResourceSource;

pub use nvml::NvmlSource;
pub use reading::{GpuError, GpuHealth, GpuMemory, GpuProcess, GpuReading, GpuSample, GpuSource};

/// Whose GPU memory is reported by process.
///
/// ```
/// use bellwether::resources::GpuProcesses;
/// assert_eq!(GpuProcesses::default(), GpuProcesses::Own);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum GpuProcesses {
    /// Nobody's.
    None,
    /// That of this process. The driver numbers processes as the host does, so in a container without the host's
    /// process ids nothing is found.
    #[default]
    Own,
    /// That of every process, the 64 largest of each GPU one by one and the rest as `_other`.
    All,
}

/// How GPUs are observed.
///
/// ```
/// use std::time::Duration;
/// use bellwether::resources::{GpuOptions, GpuProcesses};
/// let options = GpuOptions::default().interval(Duration::from_secs(10)).processes(GpuProcesses::All);
/// ```
#[derive(Debug, Clone)]
pub struct GpuOptions {
    pace: Pace,
    library: Option<PathBuf>,
    selection: Selection,
    processes: GpuProcesses,
}

impl Default for GpuOptions {
    fn default() -> Self {
        Self {
            pace: Pace {
                interval: super::INTERVAL,
                deadline: super::DEADLINE,
                retry_absent: None,
            },
            library: None,
            selection: Selection::all(),
            processes: GpuProcesses::default(),
        }
    }
}

impl GpuOptions {
    /// Time between two reads. Default 30 s, at least 100 ms.
    ///
    /// See [`GpuOptions`] for an example.
    pub fn interval(mut self, interval: Duration) -> Self {
        self.pace.interval = interval;
        self
    }

    /// How long a read of all GPUs may take before they count as stuck. Default 10 s.
    ///
    /// ```
    /// let options = bellwether::resources::GpuOptions::default().deadline(std::time::Duration::from_secs(5));
    /// ```
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.pace.deadline = deadline;
        self
    }

    /// Looks again for a driver that is not there. By default it is looked for once.
    ///
    /// ```
    /// let options = bellwether::resources::GpuOptions::default().retry_absent(std::time::Duration::from_secs(300));
    /// ```
    pub fn retry_absent(mut self, pause: Duration) -> Self {
        self.pace.retry_absent = Some(pause);
        self
    }

    /// The driver's library. Default `libnvidia-ml.so.1`, as the dynamic loader finds it.
    ///
    /// ```
    /// let options = bellwether::resources::GpuOptions::default().library("/opt/nvidia/lib/libnvidia-ml.so.1");
    /// ```
    pub fn library(mut self, path: impl Into<PathBuf>) -> Self {
        self.library = Some(path.into());
        self
    }

    /// Which families of metrics are on. Default: all.
    ///
    /// ```
    /// use bellwether::metrics::{MetricFamily, Selection};
    /// let only_wundr = Selection::only([MetricFamily::Wundr]);
    /// let options = bellwether::resources::GpuOptions::default().selection(only_wundr);
    /// ```
    pub fn selection(mut self, selection: Selection) -> Self {
        self.selection = selection;
        self
    }

    /// Whose GPU memory is reported by process. Default: this one's.
    ///
    /// See [`GpuOptions`] for an example.
    pub fn processes(mut self, processes: GpuProcesses) -> Self {
        self.processes = processes;
        self
    }
}

/// Observes the NVIDIA GPUs of the machine.
///
/// | Metric | Unit | Of NVML |
/// |---|---|---|
/// | `gpu_utilization_percent{gpu_index}` | 0 to 100 | utilization rates |
/// | `gpu_memory_used_bytes{gpu_index}` | bytes | memory info |
/// | `hw.gpu.utilization{hw.id, hw.gpu.task}` | 0 to 1 | utilization rates, encoder and decoder utilization |
/// | `hw.gpu.memory.{usage,limit,utilization}{hw.id}` | bytes; 0 to 1 | memory info |
/// | `hw.power`, `hw.energy` `{hw.id, hw.type}` | watts, joules since the driver was loaded | power usage, total energy consumption |
/// | `hw.temperature{hw.id}` | °C | temperature of the GPU |
/// | `hw.status{hw.id, hw.type, hw.state}` | 1 for the state it is in | `failed`: lost; `degraded`: slowed down by heat or power supply |
/// | `bellwether_gpu_throttled{gpu_index, throttle_reason}` | 0 or 1 | clocks throttle reasons |
/// | `bellwether_gpu_process_memory_bytes{gpu_index, pid, process}` | bytes | compute and graphics processes |
///
/// `hw.id` is the UUID. What a device does not support is not asked for again. A machine without the driver is nothing
/// unusual: nothing is reported, and the thread ends. A GPU that is lost has `hw.status{hw.state="failed"}` and no other
/// values, and the driver is initialized anew; one that is gone after that has no series at all.
///
/// ```
/// use bellwether::resources::{self, GpuOptions};
/// let meter = bellwether::opentelemetry::global::meter("docs");
/// let observer = resources::gpu(&meter, GpuOptions::default());
/// ```
pub fn gpu(meter: &Meter, options: GpuOptions) -> Observer {
    let source = NvmlSource::new(options.library.clone(), options.processes);
    gpu_from(meter, source, options)
}

/// As [`gpu`], with another source: other drivers, and tests.
///
/// ```
/// use bellwether::resources::{self, GpuError, GpuOptions, GpuReading, GpuSample, GpuSource};
///
/// struct Fixed;
///
/// impl GpuSource for Fixed {
///     fn read(&mut self) -> Result<GpuReading, GpuError> {
///         let mut gpu = GpuSample::new(0, "GPU-1");
///         gpu.utilization = Some(0.75);
///         Ok(GpuReading { gpus: vec![gpu], failures: 0 })
///     }
/// }
/// let meter = bellwether::opentelemetry::global::meter("docs");
/// let observer = resources::gpu_from(&meter, Fixed, GpuOptions::default());
/// ```
#[allow(
    clippy::needless_pass_by_value,
    reason = "as the other sources take theirs"
)]
pub fn gpu_from(meter: &Meter, source: impl GpuSource, options: GpuOptions) -> Observer {
    let cell = sampler::start("bellwether-gpu", Sampled(source), options.pace);
    let parts: Vec<Arc<dyn Part>> = vec![Arc::clone(&cell) as Arc<dyn Part>];
    health::register(meter, ResourceSource::Gpu, &parts);
    instruments::register((meter, options.selection), &cell);
    Observer::new(parts)
}

struct Sampled<S>(S);

impl<S: GpuSource> Source for Sampled<S> {
    type Sample = GpuReading;

    fn read(&mut self) -> Result<GpuReading, ReadError> {
        self.0.read().map_err(|error| match error {
            GpuError::Absent(reason) => ReadError::Absent(reason),
            GpuError::Failed(reason) => ReadError::Failed(reason),
        })
    }

    fn failures_in(reading: &GpuReading) -> u64 {
        reading.failures
    }
}
