//! Resources of a service and its machine: process, disks, runtime and GPUs.
//!
//! ```text
//! sampling thread ── read ──► snapshot in memory ◄── callback of the SDK, at each export
//!       │                           │
//!       └─ began at, ended at ──────┴─► a read that is late: no values, `bellwether_resource_stuck` is 1
//! ```
//!
//! A read of a resource is a system call or a call into a driver, and may hang for ever: a sick GPU, a file server
//! that is gone. So each source that can hang has a thread of its own, which reads every 30 s into memory, and
//! export only looks there. The watchdog needs no thread: whoever looks sees how long the read has been under way.
//! Beyond the deadline the source is *stuck*: what it said last is no longer reported, since it may be untrue by now, and
//! nothing else waits for it. No second thread is started. Should the read return after all, the source goes on.
//!
//! | Function | Metrics |
//! |---|---|
//! | [`process`] | memory, processor time, descriptors, threads, age |
//! | [`runtime`] | event-loop lag, workers, tasks, queue of a tokio runtime |
//! | [`disk`] | used and free space by path |
//! | `gpu` | utilization, memory, power, energy, temperature, throttling (feature `gpu`) |
//!
//! Each works alone too: it takes a meter and returns an [`Observer`], which ends it when dropped. Call each once for a
//! meter: the SDK keeps callbacks for life.
//!
//! [`Telemetry`](crate::Telemetry) starts them as `METRICS_COLLECT_DEFAULT`, `ENABLE_HOST_METRICS` and `ENABLE_GPU_METRICS` say.
//!
//! Linux is what this is made for. Elsewhere the same calls compile, and all but the runtime report nothing.
//! `docs/resources.md` in the repository tells the same from the user's side.

mod disk;
#[cfg(feature = "gpu")]
mod gpu;
mod health;
mod observe;
mod observer;
mod process;
mod runtime;
mod sampler;
#[cfg(test)]
mod testing;

pub use disk::{DiskOptions, disk};
#[cfg(feature = "gpu")]
pub use gpu::{
    GpuError, GpuHealth, GpuMemory, GpuOptions, GpuProcess, GpuProcesses, GpuReading, GpuSample,
    GpuSource, NvmlSource, gpu, gpu_from,
};
pub use observer::{Observer, SourceState};
pub(crate) use process::ProcessReader;
pub use process::{AllocatorStatistics, ProcessOptions, process};
pub use runtime::{RuntimeOptions, runtime};

/// Between two reads of a resource.
pub(crate) const INTERVAL: std::time::Duration = std::time::Duration::from_secs(30);
/// For one read. The first call into a GPU driver that is not kept loaded takes seconds.
pub(crate) const DEADLINE: std::time::Duration = std::time::Duration::from_secs(10);

/// The examples of `docs/resources.md`.
#[cfg(doctest)]
#[doc = include_str!("../../../../docs/resources.md")]
mod page {}
