//! Space on the disks that hold certain paths, by `statvfs`.
//!
//! A path may lie on a file server that is gone, and then the call hangs. So each path has a thread of its own, and
//! one that hangs leaves the others as they are.

use std::sync::{Arc, Weak};
use std::time::Duration;

use opentelemetry::KeyValue;
use opentelemetry::metrics::Meter;

use super::health;
use super::observe::{Number, observe};
use super::observer::{Observer, Part};
use super::sampler::{self, Cell, Pace, ReadError, Source};
use crate::metrics::Selection;
use crate::metrics::generated::labels::{DiskUsageType, ResourceSource};
use crate::metrics::generated::resources::DISK_USAGE_BYTES;

/// Most paths: the catalog's bound of the label `path`.
pub(crate) const MOST_PATHS: usize = 32;

/// Which disks are looked at, and how often.
///
/// ```
/// use std::time::Duration;
/// use bellwether::resources::DiskOptions;
/// let options = DiskOptions::default().paths(["/", "/workspace"]).interval(Duration::from_secs(60));
/// ```
#[derive(Debug, Clone)]
pub struct DiskOptions {
    paths: Vec<String>,
    pace: Pace,
    selection: Selection,
}

impl Default for DiskOptions {
    fn default() -> Self {
        Self {
            paths: vec!["/".to_owned()],
            pace: Pace {
                interval: super::INTERVAL,
                deadline: super::DEADLINE,
                retry_absent: None,
            },
            selection: Selection::all(),
        }
    }
}

impl DiskOptions {
    /// Mount points or directories, as they are to stand in the label `path`. Default `/`; beyond 32 the rest is left out.
    ///
    /// See [`DiskOptions`] for an example.
    pub fn paths(mut self, paths: impl IntoIterator<Item = impl Into<String>>) -> Self {
        self.paths = paths.into_iter().map(Into::into).collect();
        self
    }

    /// Time between two reads. Default 30 s, at least 100 ms.
    ///
    /// See [`DiskOptions`] for an example.
    pub fn interval(mut self, interval: Duration) -> Self {
        self.pace.interval = interval;
        self
    }

    /// How long a read may take before its path counts as stuck. Default 10 s.
    ///
    /// ```
    /// let options = bellwether::resources::DiskOptions::default().deadline(std::time::Duration::from_secs(2));
    /// ```
    pub fn deadline(mut self, deadline: Duration) -> Self {
        self.pace.deadline = deadline;
        self
    }

    /// Which families of metrics are on. Default: all.
    ///
    /// ```
    /// use bellwether::metrics::{MetricFamily, Selection};
    /// let only_wundr = Selection::only([MetricFamily::Wundr]);
    /// let options = bellwether::resources::DiskOptions::default().selection(only_wundr);
    /// ```
    pub fn selection(mut self, selection: Selection) -> Self {
        self.selection = selection;
        self
    }
}

/// Observes disks: `disk_usage_bytes{path, type}`, in bytes.
///
/// `used` is what files hold, `free` what an unprivileged process may still write: `Used` and `Available` of `df`. A path
/// that does not exist has no values and counts as failed. One thread a path, one system call each interval.
///
/// ```
/// use bellwether::resources::{self, DiskOptions};
/// let meter = bellwether::opentelemetry::global::meter("docs");
/// let observer = resources::disk(&meter, DiskOptions::default());
/// ```
pub fn disk(meter: &Meter, options: DiskOptions) -> Observer {
    let DiskOptions {
        mut paths,
        pace,
        selection,
    } = options;
    paths.truncate(MOST_PATHS);
    paths.sort_unstable();
    paths.dedup();
    let mut parts: Vec<Arc<dyn Part>> = Vec::with_capacity(paths.len());
    let mut disks = Vec::with_capacity(paths.len());
    for path in paths {
        let cell = sampler::start("bellwether-disk", Disk(path.clone()), pace);
        parts.push(Arc::clone(&cell) as Arc<dyn Part>);
        disks.push(Observed {
            cell: Arc::downgrade(&cell),
            used: labels(&path, DiskUsageType::Used),
            free: labels(&path, DiskUsageType::Free),
        });
    }
    health::register(meter, ResourceSource::Disk, &parts);
    observe((meter, selection), &DISK_USAGE_BYTES, move |points| {
        for disk in &disks {
            let Some(space) = disk.cell.upgrade().and_then(|cell| cell.latest()) else {
                continue;
            };
            points(Number::Int(space.used), &disk.used);
            points(Number::Int(space.free), &disk.free);
        }
    });
    Observer::new(parts)
}

struct Observed {
    cell: Weak<Cell<Space>>,
    used: [KeyValue; 2],
    free: [KeyValue; 2],
}

fn labels(path: &str, usage: DiskUsageType) -> [KeyValue; 2] {
    [
        KeyValue::new("path", path.to_owned()),
        KeyValue::new(DiskUsageType::KEY, usage.as_str()),
    ]
}

struct Space {
    used: u64,
    free: u64,
}

struct Disk(String);

impl Source for Disk {
    type Sample = Space;

    #[cfg(target_os = "linux")]
    fn read(&mut self) -> Result<Space, ReadError> {
        let found = nix::sys::statvfs::statvfs(self.0.as_str())
            .map_err(|error| ReadError::Failed(format!("{}: {error}", self.0)))?;
        // `c_ulong` and `fsblkcnt_t` are as wide as a pointer, which is not the same everywhere.
        #[allow(clippy::useless_conversion, reason = "narrower on 32-bit machines")]
        let (unit, all, unused, available) = (
            u64::from(found.fragment_size()),
            u64::from(found.blocks()),
            u64::from(found.blocks_free()),
            u64::from(found.blocks_available()),
        );
        Ok(Space {
            used: all.saturating_sub(unused).saturating_mul(unit),
            free: available.saturating_mul(unit),
        })
    }

    #[cfg(not(target_os = "linux"))]
    fn read(&mut self) -> Result<Space, ReadError> {
        Err(ReadError::Absent("disks are read on Linux only".to_owned()))
    }
}
