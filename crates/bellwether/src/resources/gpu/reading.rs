//! What a source says of its GPUs.

use crate::metrics::generated::labels::GpuThrottleReason;

/// Reads GPUs. The calls may hang: they run on a thread of their own, under a deadline.
///
/// See [`gpu_from`](super::gpu_from) for an example.
pub trait GpuSource: Send + 'static {
    /// Reads all GPUs once.
    ///
    /// # Errors
    /// [`GpuError::Absent`] where there is no driver, [`GpuError::Failed`] where there is one that does not answer as it should.
    fn read(&mut self) -> Result<GpuReading, GpuError>;
}

/// Why there is no reading.
///
/// ```
/// use bellwether::resources::GpuError;
/// assert_eq!(GpuError::Absent("no driver".to_owned()).to_string(), "no GPU driver: no driver");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum GpuError {
    /// No driver on this machine, which is nothing unusual.
    #[error("no GPU driver: {0}")]
    Absent(String),
    /// A driver that cannot be read.
    #[error("the GPU driver cannot be read: {0}")]
    Failed(String),
}

/// All GPUs at one time.
///
/// ```
/// let none = bellwether::resources::GpuReading::default();
/// assert!(none.gpus.is_empty());
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
pub struct GpuReading {
    /// The GPUs, 64 at most; one that is left out is gone, with its series.
    pub gpus: Vec<GpuSample>,
    /// Figures that could not be read, other than those that a device does not support.
    pub failures: u64,
}

/// One GPU. What is `None` has no series.
///
/// ```
/// use bellwether::resources::{GpuHealth, GpuSample};
/// let gpu = GpuSample::new(0, "GPU-1");
/// assert_eq!((gpu.index, gpu.health, gpu.utilization), (0, GpuHealth::Ok, None));
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct GpuSample {
    /// Place among the GPUs: label `gpu_index`.
    pub index: u32,
    /// What stays the same over restarts: label `hw.id`.
    pub id: String,
    /// How it stands.
    pub health: GpuHealth,
    /// Share of time in which it was busy, 0 to 1.
    pub utilization: Option<f64>,
    /// The same of its video encoder.
    pub encoder_utilization: Option<f64>,
    /// The same of its video decoder.
    pub decoder_utilization: Option<f64>,
    /// Its memory.
    pub memory: Option<GpuMemory>,
    /// Power drawn, in watts.
    pub power: Option<f64>,
    /// Energy consumed since the driver was loaded, in joules.
    pub energy: Option<f64>,
    /// Temperature in degrees Celsius.
    pub temperature: Option<f64>,
    /// What holds its clocks down now; empty: nothing does.
    pub throttled: Option<Vec<GpuThrottleReason>>,
    /// Memory by process.
    pub processes: Vec<GpuProcess>,
}

impl GpuSample {
    /// A GPU of which nothing else is known. See [`GpuSample`] for an example.
    pub fn new(index: u32, id: impl Into<String>) -> Self {
        Self {
            index,
            id: id.into(),
            health: GpuHealth::Ok,
            utilization: None,
            encoder_utilization: None,
            decoder_utilization: None,
            memory: None,
            power: None,
            energy: None,
            temperature: None,
            throttled: None,
            processes: Vec::new(),
        }
    }
}

/// How a GPU stands: `hw.status`.
///
/// See [`GpuSample`] for an example.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum GpuHealth {
    /// As it should.
    Ok,
    /// Slowed down by heat or by its power supply.
    Degraded,
    /// Lost: it no longer answers.
    Failed,
}

/// Memory of a GPU in bytes.
///
/// ```
/// use bellwether::resources::GpuMemory;
/// assert_eq!(GpuMemory { used: 1, total: 4 }.utilization(), Some(0.25));
/// assert_eq!(GpuMemory { used: 0, total: 0 }.utilization(), None);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GpuMemory {
    /// In use.
    pub used: u64,
    /// All of it.
    pub total: u64,
}

impl GpuMemory {
    /// Used by total. See [`GpuMemory`] for an example.
    pub fn utilization(self) -> Option<f64> {
        (self.total > 0).then(|| self.used as f64 / self.total as f64)
    }
}

/// Memory that a process holds on a GPU.
///
/// ```
/// use bellwether::resources::GpuProcess;
/// let process = GpuProcess { pid: "4711".to_owned(), name: "python3".to_owned(), bytes: 1 << 30 };
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GpuProcess {
    /// Its number on the host, or `_other`: label `pid`.
    pub pid: String,
    /// Its name, empty where it cannot be read: label `process`.
    pub name: String,
    /// Bytes.
    pub bytes: u64,
}
