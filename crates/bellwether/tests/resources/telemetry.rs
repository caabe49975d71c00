//! Telemetry as a service starts it: what the variables switch on and off.

use bellwether::Telemetry;
use bellwether::config::{Exporter, LogStream, MapEnvironment};

use crate::collect::eventually;

fn start(variables: &[(&str, &str)]) -> Telemetry {
    let environment: MapEnvironment = variables.iter().copied().collect();
    Telemetry::builder("resources")
        .metrics_exporter(Exporter::None)
        .traces_exporter(Exporter::None)
        .logs_exporter(Exporter::None)
        .log_stream(LogStream::Off)
        .from_variables(environment)
        .unwrap()
        .detached()
        .start()
        .unwrap()
}

fn names(telemetry: &Telemetry) -> Vec<String> {
    let collection = telemetry.collect_metrics().unwrap();
    collection
        .metrics()
        .map(|metric| metric.name.clone())
        .collect()
}

fn has(telemetry: &Telemetry, name: &str) -> bool {
    names(telemetry).iter().any(|own| own == name)
}

#[test]
fn process_disks_and_runtimes_are_observed_without_a_word() {
    let telemetry = start(&[]);
    for name in [
        "wundr_process_memory_rss_bytes",
        "process_start_time_seconds",
        "disk_usage_bytes",
    ] {
        eventually(name, || has(&telemetry, name));
    }
    assert!(
        !has(&telemetry, "bellwether_runtime_workers"),
        "there is no runtime here"
    );
    let runtime = tokio::runtime::Runtime::new().unwrap();
    telemetry.observe_runtime(runtime.handle());
    telemetry.observe_runtime(runtime.handle());
    let lag = "wundr_process_event_loop_lag_seconds";
    eventually(lag, || has(&telemetry, lag));
    let collection = telemetry.collect_metrics().unwrap();
    let workers = collection
        .metrics()
        .find(|metric| metric.name == "bellwether_runtime_workers");
    assert!(workers.is_some());
    telemetry
        .shutdown_blocking(std::time::Duration::from_secs(30))
        .unwrap();
}

#[test]
fn the_runtime_it_is_started_on_is_observed() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .unwrap();
    runtime.block_on(async {
        let telemetry = start(&[]);
        assert!(has(&telemetry, "bellwether_runtime_workers"));
        drop(telemetry);
    });
}

#[test]
fn each_group_has_its_switch() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let _inside = runtime.enter();
    let of_process = ["METRICS_COLLECT_DEFAULT", "ENABLE_HOST_METRICS"];
    for switch in of_process {
        let telemetry = start(&[(switch, "false")]);
        let (off, on) = if switch == "METRICS_COLLECT_DEFAULT" {
            ("process_threads", "disk_usage_bytes")
        } else {
            ("disk_usage_bytes", "process_threads")
        };
        eventually(on, || has(&telemetry, on));
        assert!(!has(&telemetry, off), "{switch}=false leaves {off}");
        assert_eq!(
            has(&telemetry, "bellwether_runtime_workers"),
            switch == "ENABLE_HOST_METRICS"
        );
    }
    let silent = Telemetry::builder("resources")
        .metrics_exporter(Exporter::None)
        .traces_exporter(Exporter::None)
        .logs_exporter(Exporter::None)
        .log_stream(LogStream::Off)
        .resource_metrics(false)
        .detached()
        .start()
        .unwrap();
    assert!(
        !names(&silent)
            .iter()
            .any(|name| name.starts_with("process_") || name.contains("runtime"))
    );
}

#[cfg(feature = "gpu")]
#[test]
fn the_driver_is_where_the_variable_says() {
    let Some(driver) = crate::gpu::StandIn::build(&[]) else {
        return;
    };
    driver.behave(1, "values", -1);
    let library = driver.library();
    let library = ("BELLWETHER_NVML_LIBRARY", library.to_str().unwrap());
    let telemetry = start(&[library]);
    eventually("the GPU", || {
        has(&telemetry, "hw.temperature") && has(&telemetry, "gpu_utilization_percent")
    });
    let telemetry = start(&[library, ("ENABLE_GPU_METRICS", "false")]);
    eventually("the rest", || has(&telemetry, "process_threads"));
    assert!(!has(&telemetry, "hw.temperature"));
}
