//! GPUs: a stand-in for the driver's library that behaves as a test says, and the true driver where there is one.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Duration;

use bellwether::metrics::{MetricFamily, Selection};
use bellwether::resources::{
    self, GpuError, GpuHealth, GpuOptions, GpuProcesses, GpuSource, NvmlSource, Observer,
    SourceState,
};
use tempfile::TempDir;

use crate::collect::{Collector, Export, eventually};

/// The library, and the file that tells it how to behave.
pub(crate) struct StandIn {
    folder: TempDir,
}

impl StandIn {
    /// `None`, and says so, without a C compiler.
    pub(crate) fn build(flags: &[&str]) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let source = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/resources/stand_in.c");
        let control = format!("-DCONTROL=\"{}\"", folder.path().join("control").display());
        let stand_in = Self { folder };
        let built = Command::new("cc")
            .args(["-shared", "-fPIC", "-o"])
            .arg(stand_in.library())
            .arg(control)
            .args(flags)
            .arg(source)
            .output();
        let Ok(built) = built else {
            println!(
                "skipped: there is no C compiler `cc` to build the stand-in for the driver with"
            );
            return None;
        };
        assert!(
            built.status.success(),
            "{}",
            String::from_utf8_lossy(&built.stderr)
        );
        Some(stand_in)
    }

    pub(crate) fn library(&self) -> PathBuf {
        self.folder.path().join("libnvidia-ml.so.1")
    }

    /// So many GPUs, and how the one at this place behaves; -1 is each of them.
    pub(crate) fn behave(&self, count: u32, mode: &str, device: i32) {
        let draft = self.folder.path().join("draft");
        fs::write(&draft, format!("{count} {mode} {device}")).unwrap();
        fs::rename(draft, self.folder.path().join("control")).unwrap();
    }

    /// How many calls have hung.
    fn hung(&self) -> u64 {
        fs::metadata(self.folder.path().join("control.hung")).map_or(0, |file| file.len())
    }

    fn observe(&self, collector: &Collector) -> Observer {
        let options = GpuOptions::default()
            .library(self.library())
            .interval(Duration::from_millis(100))
            .deadline(Duration::from_millis(500));
        resources::gpu(&collector.meter(), options)
    }
}

fn indices(export: &Export) -> BTreeSet<String> {
    let points = export.points("gpu_memory_used_bytes");
    points
        .map(|(labels, _)| labels["gpu_index"].clone())
        .collect()
}

fn self_metric(export: &Export, name: &str) -> Option<f64> {
    export.value(name, &[("source", "gpu")])
}

#[test]
fn eight_gpus_have_their_values_in_the_units_of_the_catalog() {
    let Some(driver) = StandIn::build(&[]) else {
        return;
    };
    driver.behave(8, "values", -1);
    let collector = Collector::new();
    let observer = driver.observe(&collector);
    eventually("there are values", || {
        observer.state() == SourceState::Reporting
    });
    let export = collector.collect();
    assert_eq!(indices(&export).len(), 8);
    for place in 0..8_u32 {
        let index = place.to_string();
        let id = format!("GPU-{place:08x}");
        let of = |name, labels: &[(&str, &str)]| {
            let by_index: Vec<(&str, &str)> = labels
                .iter()
                .copied()
                .chain([("gpu_index", index.as_str())])
                .collect();
            export.value(name, &by_index)
        };
        let hw = |name, labels: &[(&str, &str)]| {
            let by_id: Vec<(&str, &str)> = labels
                .iter()
                .copied()
                .chain([("hw.id", id.as_str())])
                .collect();
            export.value(name, &by_id)
        };
        let used = f64::from(place + 1) * f64::from(1 << 30);
        let percent = f64::from(10 * place + 5);
        assert!((of("gpu_utilization_percent", &[]).unwrap() - percent).abs() < 1e-9);
        assert_eq!(of("gpu_memory_used_bytes", &[]), Some(used));
        assert_eq!(
            hw("hw.gpu.utilization", &[("hw.gpu.task", "general")]),
            Some(percent / 100.0)
        );
        assert_eq!(
            hw("hw.gpu.utilization", &[("hw.gpu.task", "decoder")]),
            Some(0.3)
        );
        assert_eq!(hw("hw.gpu.memory.usage", &[]), Some(used));
        assert_eq!(
            hw("hw.gpu.memory.limit", &[]),
            Some(80.0 * f64::from(1 << 30))
        );
        assert_eq!(
            hw("hw.gpu.memory.utilization", &[]),
            Some(f64::from(place + 1) / 80.0)
        );
        assert_eq!(hw("hw.power", &[("hw.type", "gpu")]), Some(250.5));
        assert_eq!(hw("hw.energy", &[("hw.type", "gpu")]), Some(1234.567));
        assert_eq!(hw("hw.temperature", &[]), Some(61.0));
        let state = if place < 2 { "ok" } else { "degraded" };
        for other in ["ok", "degraded", "failed", "predicted_failure"] {
            let expected = f64::from(u8::from(other == state));
            assert_eq!(
                hw("hw.status", &[("hw.state", other)]),
                Some(expected),
                "{id} {other}"
            );
        }
        let reason = ["power_cap", "none", "hardware_thermal"][place.min(2) as usize];
        let throttled: Vec<&str> = export
            .points("bellwether_gpu_throttled")
            .filter(|(labels, value)| labels["gpu_index"] == index && *value == 1.0)
            .map(|(labels, _)| labels["throttle_reason"].as_str())
            .collect();
        assert_eq!(
            throttled,
            if reason == "none" {
                vec![]
            } else {
                vec![reason]
            }
        );
        // Both lists of processes hold this one, with the same memory; another one is there and is not told.
        let pid = std::process::id().to_string();
        assert_eq!(
            of("bellwether_gpu_process_memory_bytes", &[("pid", &pid)]),
            Some(512.0 * 1024.0 * 1024.0)
        );
    }
    assert_eq!(
        export.points("bellwether_gpu_process_memory_bytes").count(),
        8
    );
    // The second GPU has no encoder; nothing has failed for that.
    let encoders = export
        .points("hw.gpu.utilization")
        .filter(|(labels, _)| labels["hw.gpu.task"] == "encoder");
    assert_eq!(encoders.count(), 7);
    assert_eq!(
        self_metric(&export, "bellwether_resource_failures_total"),
        Some(0.0)
    );
    assert_eq!(self_metric(&export, "bellwether_resource_stuck"), Some(0.0));
}

#[test]
fn the_conventions_can_be_switched_off_and_all_processes_on() {
    let Some(driver) = StandIn::build(&[]) else {
        return;
    };
    driver.behave(1, "values", -1);
    let collector = Collector::new();
    let options = GpuOptions::default()
        .library(driver.library())
        .selection(Selection::all().without(MetricFamily::Hardware))
        .processes(GpuProcesses::All);
    let observer = resources::gpu(&collector.meter(), options);
    eventually("there are values", || {
        observer.state() == SourceState::Reporting
    });
    let export = collector.collect();
    assert!(!export.names().iter().any(|name| name.starts_with("hw.")));
    assert_eq!(export.points("gpu_utilization_percent").count(), 1);
    assert_eq!(
        export.value("bellwether_gpu_process_memory_bytes", &[("pid", "1")]),
        Some(256.0 * 1024.0 * 1024.0)
    );
}

#[test]
fn without_a_driver_nothing_is_said() {
    let Some(driver) = StandIn::build(&[]) else {
        return;
    };
    // No library; a library and no driver behind it.
    driver.behave(0, "no_driver", -1);
    for library in [
        PathBuf::from("/no/such/libnvidia-ml.so.1"),
        driver.library(),
    ] {
        let collector = Collector::new();
        let options = GpuOptions::default().library(&library);
        let observer = resources::gpu(&collector.meter(), options);
        eventually("it is absent", || observer.state() == SourceState::Absent);
        assert_eq!(
            collector.collect().names(),
            Vec::<&str>::new(),
            "{}",
            library.display()
        );
        assert_eq!(observer.failures(), 0);
    }
}

#[test]
fn a_driver_may_come_later() {
    let Some(driver) = StandIn::build(&[]) else {
        return;
    };
    driver.behave(0, "no_driver", -1);
    let collector = Collector::new();
    let options = GpuOptions::default()
        .library(driver.library())
        .retry_absent(Duration::from_millis(100));
    let observer = resources::gpu(&collector.meter(), options);
    eventually("it is absent", || observer.state() == SourceState::Absent);
    driver.behave(2, "values", -1);
    eventually("it has come", || indices(&collector.collect()).len() == 2);
}

#[test]
fn what_a_device_does_not_support_is_left_out_and_not_asked_for_again() {
    let Some(driver) = StandIn::build(&[]) else {
        return;
    };
    driver.behave(2, "not_supported", 1);
    let mut source = NvmlSource::new(Some(driver.library()), GpuProcesses::All);
    let reading = source.read().unwrap();
    assert_eq!(reading.failures, 0);
    let [first, second] = reading.gpus.as_slice() else {
        panic!("{reading:?}")
    };
    assert_eq!((first.temperature, first.power), (Some(61.0), Some(250.5)));
    assert_eq!(
        (second.temperature, second.power, second.memory),
        (None, None, None)
    );
    assert_eq!((second.health, second.processes.len()), (GpuHealth::Ok, 0));
    // It would answer now. That it is not asked shows that nothing is.
    driver.behave(2, "values", -1);
    let reading = source.read().unwrap();
    assert_eq!(reading.gpus[1].temperature, None);
    assert_eq!(reading.gpus[0].temperature, Some(61.0));
}

#[test]
fn a_function_that_an_older_driver_lacks_costs_one_figure() {
    let Some(driver) = StandIn::build(&["-DWITHOUT_ENERGY"]) else {
        return;
    };
    driver.behave(1, "values", -1);
    let mut source = NvmlSource::new(Some(driver.library()), GpuProcesses::None);
    let reading = source.read().unwrap();
    assert_eq!((reading.failures, reading.gpus[0].energy), (0, None));
    assert_eq!(reading.gpus[0].power, Some(250.5));
}

#[test]
fn an_unknown_error_is_counted_and_takes_the_values_with_it() {
    let Some(driver) = StandIn::build(&[]) else {
        return;
    };
    driver.behave(2, "values", -1);
    let collector = Collector::new();
    let observer = driver.observe(&collector);
    eventually("there are values", || {
        indices(&collector.collect()).len() == 2
    });
    driver.behave(2, "unknown", 0);
    eventually("one GPU has none", || {
        indices(&collector.collect()) == BTreeSet::from(["1".to_owned()])
    });
    assert!(observer.failures() > 0);
    driver.behave(2, "values", -1);
    eventually("they are back", || indices(&collector.collect()).len() == 2);
}

#[test]
fn a_lost_gpu_has_failed_and_comes_back_when_it_answers() {
    let Some(driver) = StandIn::build(&[]) else {
        return;
    };
    driver.behave(3, "values", -1);
    let collector = Collector::new();
    let observer = driver.observe(&collector);
    eventually("there are values", || {
        indices(&collector.collect()).len() == 3
    });
    driver.behave(3, "lost", 1);
    let failed = [("hw.id", "GPU-00000001"), ("hw.state", "failed")];
    eventually("it has failed", || {
        collector.collect().value("hw.status", &failed) == Some(1.0)
    });
    let export = collector.collect();
    assert_eq!(
        indices(&export),
        BTreeSet::from(["0".to_owned(), "2".to_owned()])
    );
    let temperatures = export
        .points("hw.temperature")
        .map(|(labels, _)| labels["hw.id"].clone());
    assert!(
        !temperatures
            .collect::<Vec<_>>()
            .contains(&"GPU-00000001".to_owned())
    );
    assert!(observer.failures() > 0);
    driver.behave(3, "values", -1);
    eventually("it is back", || indices(&collector.collect()).len() == 3);
    assert_eq!(collector.collect().value("hw.status", &failed), Some(0.0));
}

#[test]
fn a_gpu_that_is_pulled_out_leaves_with_all_its_series() {
    let Some(driver) = StandIn::build(&[]) else {
        return;
    };
    driver.behave(8, "values", -1);
    let collector = Collector::new();
    let observer = driver.observe(&collector);
    eventually("there are values", || {
        indices(&collector.collect()).len() == 8
    });
    driver.behave(7, "values", -1);
    eventually("its series have left", || {
        let export = collector.collect();
        indices(&export).len() == 7
            && export
                .points("hw.status")
                .all(|(labels, _)| labels["hw.id"] != "GPU-00000007")
    });
    assert_eq!(observer.state(), SourceState::Reporting);
}

#[test]
fn a_call_that_hangs_for_ever_stalls_nothing() {
    let Some(driver) = StandIn::build(&[]) else {
        return;
    };
    driver.behave(2, "values", -1);
    let collector = Collector::new();
    let observer = driver.observe(&collector);
    eventually("there are values", || {
        indices(&collector.collect()).len() == 2
    });
    driver.behave(2, "hang", 1);
    eventually("it is stuck", || {
        let export = collector.collect();
        self_metric(&export, "bellwether_resource_stuck") == Some(1.0)
    });
    // Export goes on, without the values from before; and nobody else has called into the driver.
    for _ in 0..20 {
        let export = collector.collect();
        let gpu = |name: &str| name.starts_with("hw.") || name.starts_with("gpu_");
        assert!(
            !export.names().iter().any(|name| gpu(name)),
            "a stale value lingers"
        );
        std::thread::sleep(Duration::from_millis(50));
    }
    assert_eq!(driver.hung(), 1, "a second thread went into the driver");
    driver.behave(2, "values", -1);
    eventually("it goes on", || indices(&collector.collect()).len() == 2);
    assert_eq!(
        self_metric(&collector.collect(), "bellwether_resource_stuck"),
        Some(0.0)
    );

    // Stuck once more, an observer is still dropped at once.
    driver.behave(2, "hang", 0);
    eventually("it is stuck again", || {
        observer.state() == SourceState::Stuck
    });
    drop(observer);
    assert_eq!(collector.collect().names(), Vec::<&str>::new());
    driver.behave(2, "values", -1);
}

#[test]
fn a_driver_that_goes_away_has_failed() {
    let Some(driver) = StandIn::build(&[]) else {
        return;
    };
    driver.behave(1, "values", -1);
    let mut source = NvmlSource::new(Some(driver.library()), GpuProcesses::None);
    assert_eq!(source.read().unwrap().gpus.len(), 1);
    driver.behave(1, "lost", 0);
    assert_eq!(source.read().unwrap().gpus[0].health, GpuHealth::Failed);
    driver.behave(1, "no_driver", -1);
    assert!(
        matches!(source.read(), Err(GpuError::Failed(_))),
        "absent is what was never there"
    );
    driver.behave(1, "values", -1);
    assert_eq!(source.read().unwrap().gpus[0].health, GpuHealth::Ok);
}

#[test]
fn a_library_that_is_another_one_has_failed() {
    let folder = tempfile::tempdir().unwrap();
    let source = folder.path().join("empty.c");
    fs::write(&source, "int nothing;").unwrap();
    let library = folder.path().join("libempty.so");
    let built = Command::new("cc")
        .args(["-shared", "-fPIC", "-o"])
        .arg(&library)
        .arg(&source)
        .status();
    if !built.is_ok_and(|status| status.success()) {
        println!("skipped: there is no C compiler `cc`");
        return;
    }
    let mut source = NvmlSource::new(Some(library), GpuProcesses::None);
    assert!(matches!(source.read(), Err(GpuError::Failed(_))));
}

/// Reads the true GPUs, where the machine has any.
#[test]
fn the_true_driver() {
    let mut source = NvmlSource::new(None, GpuProcesses::All);
    let reading = match source.read() {
        Ok(reading) => reading,
        Err(GpuError::Absent(reason)) => {
            println!("skipped: this machine has no NVIDIA driver ({reason})");
            assert!(
                !Path::new("/proc/driver/nvidia/version").exists(),
                "it has one: {reason}"
            );
            return;
        }
        Err(error) => panic!("{error}"),
    };
    assert!(!reading.gpus.is_empty(), "a driver without a GPU");
    for gpu in &reading.gpus {
        let memory = gpu.memory.unwrap();
        assert!(memory.total > 0 && memory.used <= memory.total, "{gpu:?}");
        assert!(gpu.id.starts_with("GPU-"), "{gpu:?}");
        for share in [
            gpu.utilization,
            gpu.encoder_utilization,
            gpu.decoder_utilization,
        ]
        .into_iter()
        .flatten()
        {
            assert!((0.0..=1.0).contains(&share), "{gpu:?}");
        }
        assert!(
            gpu.power
                .is_none_or(|watts| (0.0..5_000.0).contains(&watts)),
            "{gpu:?}"
        );
        assert!(
            gpu.temperature
                .is_none_or(|celsius| (0.0..150.0).contains(&celsius)),
            "{gpu:?}"
        );
    }
    let collector = Collector::new();
    let observer = resources::gpu(&collector.meter(), GpuOptions::default());
    eventually("there are values", || {
        observer.state() == SourceState::Reporting
    });
    assert_eq!(indices(&collector.collect()).len(), reading.gpus.len());
}
