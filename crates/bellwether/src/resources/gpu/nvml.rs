//! NVIDIA's driver, by the library `libnvidia-ml` that it brings.
//!
//! The library is loaded at run time, by the first read. What comes back falls into three kinds:
//!
//! | | Examples | What follows |
//! |---|---|---|
//! | absent | no library, no driver loaded | nothing is reported |
//! | unsupported | `NotSupported`, `NoPermission`, a function that an older driver lacks | the figure is left out, and not asked for again on that device |
//! | failing | `GpuLost`, `Unknown`, a driver that was updated under a running program | counted; after a loss the driver is initialized anew |

use std::collections::{BTreeMap, HashMap, HashSet};
use std::path::PathBuf;

use nvml_wrapper::bitmasks::device::ThrottleReasons;
use nvml_wrapper::enum_wrappers::device::TemperatureSensor;
use nvml_wrapper::enums::device::UsedGpuMemory;
use nvml_wrapper::error::NvmlError;
use nvml_wrapper::struct_wrappers::device::ProcessInfo;
use nvml_wrapper::{Device, Nvml};

use super::GpuProcesses;
use super::reading::{
    GpuError, GpuHealth, GpuMemory, GpuProcess, GpuReading, GpuSample, GpuSource,
};
use crate::metrics::generated::labels::GpuThrottleReason;

/// Most GPUs: the catalog's bound of `gpu_index` and `hw.id`.
const MOST_GPUS: u32 = 64;
/// Most processes of a GPU that are told apart.
const MOST_PROCESSES: usize = 64;

/// A source that asks NVIDIA's driver.
///
/// ```
/// use bellwether::resources::{GpuError, GpuProcesses, GpuSource, NvmlSource};
///
/// let mut source = NvmlSource::new(Some("/no/such/library.so".into()), GpuProcesses::None);
/// assert!(matches!(source.read(), Err(GpuError::Absent(_))));
/// ```
#[derive(Debug)]
pub struct NvmlSource {
    library: Option<PathBuf>,
    processes: GpuProcesses,
    /// `None` before the first read, and after a GPU was lost.
    nvml: Option<Box<Nvml>>,
    /// Whether the driver was there once: what is missing afterwards has failed.
    was_there: bool,
    /// By place: a GPU that is lost no longer says who it is.
    ids: HashMap<u32, String>,
    unsupported: HashMap<String, HashSet<Figure>>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Figure {
    Utilization,
    Encoder,
    Decoder,
    Memory,
    Power,
    Energy,
    Temperature,
    Throttling,
    ComputeProcesses,
    GraphicsProcesses,
}

impl NvmlSource {
    /// A source that loads this library, or `libnvidia-ml.so.1` as the dynamic loader finds it. Loads nothing yet.
    ///
    /// See [`NvmlSource`] for an example.
    pub fn new(library: Option<PathBuf>, processes: GpuProcesses) -> Self {
        Self {
            library,
            processes,
            nvml: None,
            was_there: false,
            ids: HashMap::new(),
            unsupported: HashMap::new(),
        }
    }

    fn load(&mut self) -> Result<Box<Nvml>, GpuError> {
        let mut builder = Nvml::builder();
        if let Some(library) = &self.library {
            builder.lib_path(library.as_os_str());
        }
        let nvml = builder.init().map_err(|error| self.not_loaded(&error))?;
        self.was_there = true;
        // Another driver may support other things.
        self.unsupported.clear();
        // Some hundred pointers to functions.
        Ok(Box::new(nvml))
    }

    fn not_loaded(&self, error: &NvmlError) -> GpuError {
        let is_absence = matches!(
            error,
            NvmlError::LibloadingError(_) | NvmlError::LibraryNotFound | NvmlError::DriverNotLoaded
        );
        if is_absence && !self.was_there {
            return GpuError::Absent(error.to_string());
        }
        GpuError::Failed(error.to_string())
    }

    /// The GPUs, and whether one was lost.
    fn read_all(&mut self, nvml: &Nvml) -> Result<(GpuReading, bool), GpuError> {
        let count = nvml
            .device_count()
            .map_err(|error| GpuError::Failed(error.to_string()))?;
        let mut reading = GpuReading::default();
        let mut any_lost = false;
        for index in 0..count.min(MOST_GPUS) {
            let device = match nvml.device_by_index(index) {
                Ok(device) => device,
                Err(error) if is_lost(&error) => {
                    any_lost = true;
                    reading.failures += 1;
                    reading.gpus.push(self.lost(index));
                    continue;
                }
                // A container may not be allowed every GPU of the machine.
                Err(NvmlError::NoPermission) => continue,
                Err(_) => {
                    reading.failures += 1;
                    continue;
                }
            };
            let id = device.uuid().unwrap_or_else(|_| self.id(index));
            self.ids.insert(index, id.clone());
            let mut asking = Asking {
                unsupported: self.unsupported.entry(id.clone()).or_default(),
                failures: 0,
                is_lost: false,
            };
            let sample = asking.read(&device, index, &id, self.processes);
            reading.failures += asking.failures;
            if asking.is_lost {
                any_lost = true;
                reading.gpus.push(self.lost(index));
            } else {
                reading.gpus.push(sample);
            }
        }
        Ok((reading, any_lost))
    }

    fn id(&self, index: u32) -> String {
        self.ids
            .get(&index)
            .cloned()
            .unwrap_or_else(|| format!("gpu-{index}"))
    }

    fn lost(&self, index: u32) -> GpuSample {
        let mut sample = GpuSample::new(index, self.id(index));
        sample.health = GpuHealth::Failed;
        sample
    }
}

impl GpuSource for NvmlSource {
    fn read(&mut self) -> Result<GpuReading, GpuError> {
        let nvml = match self.nvml.take() {
            Some(nvml) => nvml,
            None => self.load()?,
        };
        // An error drops the library, and the next read loads it anew. So does a loss: NVML counts the GPUs when it is
        // initialized, and one that is gone stays lost until then.
        let (reading, any_lost) = self.read_all(&nvml)?;
        if !any_lost {
            self.nvml = Some(nvml);
        }
        Ok(reading)
    }
}

fn is_lost(error: &NvmlError) -> bool {
    matches!(error, NvmlError::GpuLost | NvmlError::ResetRequired)
}

/// The questions to one device.
struct Asking<'a> {
    unsupported: &'a mut HashSet<Figure>,
    failures: u64,
    is_lost: bool,
}

impl Asking<'_> {
    fn ask<T>(&mut self, figure: Figure, call: impl FnOnce() -> Result<T, NvmlError>) -> Option<T> {
        // Each further call to a GPU that is lost would wait for it.
        if self.is_lost || self.unsupported.contains(&figure) {
            return None;
        }
        let error = match call() {
            Ok(value) => return Some(value),
            Err(error) => error,
        };
        match error {
            NvmlError::NotSupported
            | NvmlError::NoPermission
            | NvmlError::FunctionNotFound
            | NvmlError::FailedToLoadSymbol(_) => {
                self.unsupported.insert(figure);
            }
            NvmlError::NoData | NvmlError::NotFound => {}
            error => {
                self.is_lost = is_lost(&error);
                self.failures += 1;
            }
        }
        None
    }

    fn read(
        &mut self,
        device: &Device<'_>,
        index: u32,
        id: &str,
        whose: GpuProcesses,
    ) -> GpuSample {
        let mut sample = GpuSample::new(index, id);
        let percent = |value: u32| f64::from(value) / 100.0;
        sample.utilization = self
            .ask(Figure::Utilization, || device.utilization_rates())
            .map(|rates| percent(rates.gpu));
        sample.encoder_utilization = self
            .ask(Figure::Encoder, || device.encoder_utilization())
            .map(|encoder| percent(encoder.utilization));
        sample.decoder_utilization = self
            .ask(Figure::Decoder, || device.decoder_utilization())
            .map(|decoder| percent(decoder.utilization));
        sample.memory = self
            .ask(Figure::Memory, || device.memory_info())
            .map(|memory| GpuMemory {
                used: memory.used,
                total: memory.total,
            });
        // Milliwatts and millijoules.
        sample.power = self
            .ask(Figure::Power, || device.power_usage())
            .map(|power| f64::from(power) / 1e3);
        sample.energy = self
            .ask(Figure::Energy, || device.total_energy_consumption())
            .map(|energy| energy as f64 / 1e3);
        sample.temperature = self
            .ask(Figure::Temperature, || {
                device.temperature(TemperatureSensor::Gpu)
            })
            .map(f64::from);
        let throttling = self.ask(Figure::Throttling, || device.current_throttle_reasons());
        if throttling.is_some_and(is_degraded) {
            sample.health = GpuHealth::Degraded;
        }
        sample.throttled = throttling.map(reasons);
        if whose != GpuProcesses::None {
            sample.processes = self.processes(device, whose);
        }
        sample
    }

    fn processes(&mut self, device: &Device<'_>, whose: GpuProcesses) -> Vec<GpuProcess> {
        let compute = self.ask(Figure::ComputeProcesses, || {
            device.running_compute_processes()
        });
        let graphics = self.ask(Figure::GraphicsProcesses, || {
            device.running_graphics_processes()
        });
        let all = compute.into_iter().chain(graphics).flatten();
        by_process(all, whose)
    }
}

/// A process that computes and draws is in both lists, with the same memory.
fn by_process(all: impl Iterator<Item = ProcessInfo>, whose: GpuProcesses) -> Vec<GpuProcess> {
    let own = std::process::id();
    let mut bytes_by_pid: BTreeMap<u32, u64> = BTreeMap::new();
    for process in all.filter(|process| whose == GpuProcesses::All || process.pid == own) {
        let UsedGpuMemory::Used(bytes) = process.used_gpu_memory else {
            continue;
        };
        let held = bytes_by_pid.entry(process.pid).or_default();
        *held = bytes.max(*held);
    }
    let mut largest: Vec<(u32, u64)> = bytes_by_pid.into_iter().collect();
    largest.sort_by_key(|&(pid, bytes)| (std::cmp::Reverse(bytes), pid));
    let rest = largest.split_off(largest.len().min(MOST_PROCESSES));
    let mut processes: Vec<GpuProcess> = largest
        .into_iter()
        .map(|(pid, bytes)| GpuProcess {
            pid: pid.to_string(),
            name: name(pid),
            bytes,
        })
        .collect();
    if !rest.is_empty() {
        processes.push(GpuProcess {
            pid: "_other".to_owned(),
            name: String::new(),
            bytes: rest.iter().map(|&(_, bytes)| bytes).sum(),
        });
    }
    processes
}

fn name(pid: u32) -> String {
    let name = std::fs::read_to_string(format!("/proc/{pid}/comm")).unwrap_or_default();
    name.trim_end().to_owned()
}

const REASONS: [(ThrottleReasons, GpuThrottleReason); 8] = [
    (
        ThrottleReasons::APPLICATIONS_CLOCKS_SETTING,
        GpuThrottleReason::ApplicationClocks,
    ),
    (ThrottleReasons::SW_POWER_CAP, GpuThrottleReason::PowerCap),
    (
        ThrottleReasons::HW_SLOWDOWN,
        GpuThrottleReason::HardwareSlowdown,
    ),
    (ThrottleReasons::SYNC_BOOST, GpuThrottleReason::SyncBoost),
    (
        ThrottleReasons::SW_THERMAL_SLOWDOWN,
        GpuThrottleReason::SoftwareThermal,
    ),
    (
        ThrottleReasons::HW_THERMAL_SLOWDOWN,
        GpuThrottleReason::HardwareThermal,
    ),
    (
        ThrottleReasons::HW_POWER_BRAKE_SLOWDOWN,
        GpuThrottleReason::PowerBrake,
    ),
    (
        ThrottleReasons::DISPLAY_CLOCK_SETTING,
        GpuThrottleReason::DisplayClocks,
    ),
];

/// An idle GPU has low clocks too, and is not throttled.
fn reasons(bits: ThrottleReasons) -> Vec<GpuThrottleReason> {
    let now = REASONS.iter().filter(|(bit, _)| bits.contains(*bit));
    now.map(|&(_, reason)| reason).collect()
}

/// `HW_SLOWDOWN` alone is left out: some drivers report it at each change of clocks.
fn is_degraded(bits: ThrottleReasons) -> bool {
    bits.intersects(
        ThrottleReasons::SW_THERMAL_SLOWDOWN
            | ThrottleReasons::HW_THERMAL_SLOWDOWN
            | ThrottleReasons::HW_POWER_BRAKE_SLOWDOWN,
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    fn process(pid: u32, bytes: Option<u64>) -> ProcessInfo {
        ProcessInfo {
            pid,
            used_gpu_memory: bytes.map_or(UsedGpuMemory::Unavailable, UsedGpuMemory::Used),
            gpu_instance_id: None,
            compute_instance_id: None,
        }
    }

    #[test]
    fn a_process_in_both_lists_counts_once_and_one_without_memory_not_at_all() {
        let lists = [
            process(1, Some(10)),
            process(1, Some(10)),
            process(2, None),
            process(3, Some(30)),
        ];
        let found = by_process(lists.into_iter(), GpuProcesses::All);
        let found: Vec<(&str, u64)> = found.iter().map(|p| (p.pid.as_str(), p.bytes)).collect();
        assert_eq!(found, [("3", 30), ("1", 10)]);
    }

    #[test]
    fn beyond_the_bound_processes_are_one() {
        let many = (1..=100).map(|pid| process(pid, Some(u64::from(pid))));
        let found = by_process(many, GpuProcesses::All);
        assert_eq!(found.len(), MOST_PROCESSES + 1);
        let other = found.last().unwrap();
        assert_eq!(
            (other.pid.as_str(), other.bytes),
            ("_other", (1..=36).sum())
        );
        assert_eq!(found.iter().map(|process| process.bytes).sum::<u64>(), 5050);
    }

    #[test]
    fn by_default_only_this_process_is_told() {
        let own = std::process::id();
        let found = by_process(
            [process(own, Some(7)), process(own + 1, Some(8))].into_iter(),
            GpuProcesses::Own,
        );
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].pid, own.to_string());
        assert!(!found[0].name.is_empty());
    }
}
