//! What one look at the process brings.

use super::allocator::AllocatorStatistics;
use crate::resources::sampler::{ReadError, Source};

/// Memory in bytes, times in seconds.
#[derive(Debug)]
pub(super) struct ProcessSample {
    pub(super) resident: u64,
    pub(super) heap: u64,
    pub(super) heap_total: u64,
    pub(super) external: u64,
    pub(super) virtual_memory: u64,
    pub(super) memory_limit: Option<u64>,
    pub(super) cpu_user: f64,
    pub(super) cpu_system: f64,
    /// Since the sample before; 100 is one core.
    pub(super) cpu_percent: Option<f64>,
    pub(super) open_fds: Option<u64>,
    pub(super) max_fds: Option<u64>,
    pub(super) threads: u64,
    pub(super) uptime: f64,
    /// Since 1970.
    pub(super) started: f64,
}

/// The process this runs in.
pub(super) struct ThisProcess {
    allocator: Option<fn() -> AllocatorStatistics>,
    #[cfg(target_os = "linux")]
    before: Option<(std::time::Instant, f64)>,
    /// Settled by the first look: later ones would follow every step of the clock.
    #[cfg(target_os = "linux")]
    started: Option<f64>,
}

impl ThisProcess {
    pub(super) fn new(allocator: Option<fn() -> AllocatorStatistics>) -> Self {
        Self {
            allocator,
            #[cfg(target_os = "linux")]
            before: None,
            #[cfg(target_os = "linux")]
            started: None,
        }
    }
}

#[cfg(not(target_os = "linux"))]
impl Source for ThisProcess {
    type Sample = ProcessSample;

    fn read(&mut self) -> Result<ProcessSample, ReadError> {
        let _ = self.allocator;
        Err(ReadError::Absent(
            "processes are read on Linux only".to_owned(),
        ))
    }
}

#[cfg(target_os = "linux")]
mod linux {
    use std::fs;
    use std::path::Path;
    use std::time::{Duration, Instant, SystemTime};

    use nix::libc::RLIM_INFINITY;
    use nix::sys::resource::{Resource, UsageWho, getrlimit, getrusage};
    use nix::sys::time::TimeVal;
    use procfs::process::Process;
    use procfs::{Current, Meminfo, Uptime};

    use super::{ProcessSample, ReadError, Source, ThisProcess};
    use crate::resources::process::limit;

    impl Source for ThisProcess {
        type Sample = ProcessSample;

        fn read(&mut self) -> Result<ProcessSample, ReadError> {
            let failed = |error: &dyn std::fmt::Display| ReadError::Failed(error.to_string());
            let process = Process::myself().map_err(|error| failed(&error))?;
            let status = process.status().map_err(|error| failed(&error))?;
            let stat = process.stat().map_err(|error| failed(&error))?;
            drop(process);
            let usage = getrusage(UsageWho::RUSAGE_SELF).map_err(|error| failed(&error))?;
            let since_boot = Uptime::current().map_err(|error| failed(&error))?.uptime;

            let ticks = procfs::ticks_per_second().max(1) as f64;
            let uptime = (since_boot - stat.starttime as f64 / ticks).max(0.0);
            let (cpu_user, cpu_system) = (seconds(usage.user_time()), seconds(usage.system_time()));
            let statistics = self.allocator.map(|ask| ask()).unwrap_or_default();
            let heap = bytes(status.rssanon);
            Ok(ProcessSample {
                resident: bytes(status.vmrss),
                heap: statistics.used.unwrap_or(heap),
                heap_total: statistics.total.unwrap_or_else(|| bytes(status.vmdata)),
                external: bytes(status.rssfile) + bytes(status.rssshmem),
                virtual_memory: bytes(status.vmsize),
                memory_limit: memory_limit(),
                cpu_percent: self.percent(cpu_user + cpu_system),
                cpu_user,
                cpu_system,
                open_fds: open_fds(),
                max_fds: max_fds(),
                threads: status.threads,
                uptime,
                started: *self.started.get_or_insert_with(|| since_1970() - uptime),
            })
        }
    }

    impl ThisProcess {
        fn percent(&mut self, cpu: f64) -> Option<f64> {
            let now = Instant::now();
            let (then, cpu_then) = self.before.replace((now, cpu))?;
            let passed = now.duration_since(then).as_secs_f64();
            (passed > 0.0).then(|| (cpu - cpu_then).max(0.0) / passed * 100.0)
        }
    }

    /// `/proc/self/status` counts in KiB; a kernel thread has none of it.
    fn bytes(kibibytes: Option<u64>) -> u64 {
        kibibytes.unwrap_or(0).saturating_mul(1024)
    }

    fn seconds(time: TimeVal) -> f64 {
        time.tv_sec() as f64 + time.tv_usec() as f64 / 1e6
    }

    fn since_1970() -> f64 {
        let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
        now.unwrap_or(Duration::ZERO).as_secs_f64()
    }

    /// Since Linux 6.2 the folder's size is the count. Before, its entries are; reading them opens one more.
    fn open_fds() -> Option<u64> {
        const FOLDER: &str = "/proc/self/fd";
        let size = fs::metadata(FOLDER).ok()?.len();
        if size > 0 {
            return Some(size);
        }
        let entries = fs::read_dir(FOLDER).ok()?.count();
        u64::try_from(entries.saturating_sub(1)).ok()
    }

    fn max_fds() -> Option<u64> {
        let (soft, _) = getrlimit(Resource::RLIMIT_NOFILE).ok()?;
        (soft != RLIM_INFINITY).then_some(soft)
    }

    fn memory_limit() -> Option<u64> {
        let groups = fs::read_to_string("/proc/self/cgroup").unwrap_or_default();
        let of_groups = limit::of_control_groups(&groups, Path::new("/sys/fs/cgroup"));
        let of_machine = Meminfo::current().ok().map(|memory| memory.mem_total);
        of_groups.into_iter().chain(of_machine).min()
    }
}
