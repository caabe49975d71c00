//! What `bellwether host` sends of a machine's GPUs, behind a stand-in for the driver's library.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test may panic and print"
)]

mod support;

use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use support::driver::Driver;
use support::receiver::{Receiver, text};
use support::{bellwether, stderr};

/// GPUs with a point of this metric, the last time it came.
fn gpus(receiver: &Receiver, name: &str) -> Option<usize> {
    match receiver.metrics(name).pop()?.data? {
        Data::Gauge(gauge) => Some(gauge.data_points.len()),
        Data::Sum(sum) => Some(sum.data_points.len()),
        _ => None,
    }
}

fn stop(mut child: Child) -> Option<i32> {
    kill(
        Pid::from_raw(i32::try_from(child.id()).unwrap()),
        Signal::SIGTERM,
    )
    .unwrap();
    child.wait().unwrap().code()
}

#[test]
fn once_sends_every_gpu_and_the_memory_of_every_process() {
    let Some(driver) = Driver::build() else {
        return;
    };
    driver.behave("8 values -1");
    let receiver = Receiver::start();
    let output = driver
        .host(&receiver.endpoint(), &["--once"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    for name in [
        "gpu_utilization_percent",
        "gpu_memory_used_bytes",
        "hw.power",
        "hw.temperature",
    ] {
        assert_eq!(gpus(&receiver, name), Some(8), "{name}");
    }
    let Some(Data::Gauge(memory)) = receiver
        .metrics("bellwether_gpu_process_memory_bytes")
        .remove(0)
        .data
    else {
        panic!("no gauge");
    };
    let first: Vec<_> = memory
        .data_points
        .iter()
        .filter_map(|point| text(&point.attributes, "pid"))
        .collect();
    assert!(first.contains(&"1".to_owned()), "{first:?}");
    let others = receiver
        .all_metrics()
        .into_iter()
        .filter(|metric| metric.name.contains("process_memory_"));
    assert!(
        others
            .map(|metric| metric.name)
            .all(|name| name.contains("gpu")),
        "of itself it says nothing"
    );
    assert!(receiver.spans().is_empty() && receiver.logs().is_empty());
}

#[test]
fn it_follows_the_gpus_until_it_is_told_to_stop() {
    let Some(driver) = Driver::build() else {
        return;
    };
    driver.behave("2 values -1");
    let receiver = Receiver::start();
    let child = driver
        .host(&receiver.endpoint(), &["--interval", "200ms"])
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    let deadline = Instant::now() + Duration::from_secs(60);
    let wait_for = |count| {
        while gpus(&receiver, "gpu_memory_used_bytes") != Some(count) {
            assert!(Instant::now() < deadline, "never {count} GPUs");
            std::thread::sleep(Duration::from_millis(20));
        }
    };
    wait_for(2);
    driver.behave("1 values -1");
    wait_for(1);
    assert_eq!(stop(child), Some(0));
}

#[test]
fn without_a_driver_it_says_so_once_and_sends_nothing() {
    let receiver = Receiver::start();
    let host = |arguments: &[&str]| {
        let mut command = bellwether();
        command
            .arg("host")
            .args(arguments)
            .env("BELLWETHER_NVML_LIBRARY", "/no/such/libnvidia-ml.so.1")
            .env("OTEL_EXPORTER_OTLP_ENDPOINT", receiver.endpoint())
            .env("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf")
            .stderr(Stdio::piped())
            .stdout(Stdio::null());
        command
    };
    let output = host(&["--once"]).output().unwrap();
    assert_eq!(output.status.code(), Some(4));
    assert_eq!(
        stderr(&output),
        "bellwether: warning: no NVIDIA driver on this machine\n"
    );

    let mut child = host(&["--interval", "100ms"]).spawn().unwrap();
    let mut said = std::io::BufReader::new(child.stderr.take().unwrap());
    let mut line = String::new();
    std::io::BufRead::read_line(&mut said, &mut line).unwrap();
    assert!(
        line.contains("no NVIDIA driver") && line.contains("looking again"),
        "{line}"
    );
    std::thread::sleep(Duration::from_millis(500));
    assert_eq!(stop(child), Some(0));
    let mut rest = String::new();
    std::io::Read::read_to_string(&mut said, &mut rest).unwrap();
    assert_eq!(rest, "", "it is said once");
    assert!(receiver.all_metrics().is_empty());
}

#[test]
fn a_driver_that_hangs_is_a_failure_and_no_collector_is_another() {
    let Some(driver) = Driver::build() else {
        return;
    };
    driver.behave("1 values -1");
    let nobody = {
        let receiver = Receiver::start();
        receiver.endpoint()
    };
    let receiver = Receiver::start();
    let output = driver
        .host(&receiver.endpoint(), &["--once"])
        .env("OTEL_EXPORTER_OTLP_ENDPOINT", nobody)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(3), "{}", stderr(&output));
    driver.behave("1 unknown -1");
    let output = driver
        .host(&receiver.endpoint(), &["--once"])
        .output()
        .unwrap();
    assert_eq!(
        output.status.code(),
        Some(0),
        "a device that answers nothing is still there: {}",
        stderr(&output)
    );
    driver.behave("1 hang -1");
    let output = driver
        .host(&receiver.endpoint(), &["--once"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1), "{}", stderr(&output));
    assert!(
        stderr(&output).contains("does not answer"),
        "{}",
        stderr(&output)
    );
}

#[test]
fn it_is_switched_off_by_its_variable_and_refuses_a_time_without_a_unit() {
    let output = bellwether()
        .arg("host")
        .env("ENABLE_GPU_METRICS", "false")
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0));
    assert!(
        stderr(&output).contains("ENABLE_GPU_METRICS"),
        "{}",
        stderr(&output)
    );
    let output = bellwether()
        .args(["host", "--interval", "30"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    assert!(
        stderr(&output).contains("such as 30s"),
        "{}",
        stderr(&output)
    );
}
