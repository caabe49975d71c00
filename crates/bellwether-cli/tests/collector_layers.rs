//! Which configurations are accepted, by the real Collector and by us.

#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot be set up has failed"
)]

mod support;

use support::collector::{Running, run_to_end};
use support::{stderr, stdout};

#[test]
fn every_set_of_shipped_layers_is_valid() {
    let output = run_to_end(&["validate", "--all"], &[]);
    assert!(output.status.success(), "{}", stderr(&output));
    // docker and tail-sampling each there or not, at least one of five destinations.
    assert!(
        stdout(&output).contains("all 124 sets"),
        "{}",
        stdout(&output)
    );
}

#[test]
fn a_layer_of_ones_own_is_merged_and_checked() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("own.yaml");
    let path = file.to_str().unwrap();
    let pipeline = |exporter: &str| {
        format!(
            "service: {{pipelines: {{traces/own: {{receivers: [forward/out], exporters: [{exporter}]}}}}}}"
        )
    };
    std::fs::write(&file, pipeline("file/local_traces")).unwrap();
    let output = run_to_end(&["validate", "--config", path], &[]);
    assert!(output.status.success(), "{}", stderr(&output));

    std::fs::write(&file, pipeline("nowhere")).unwrap();
    let output = run_to_end(&["validate", "--config", path], &[]);
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("nowhere"), "{}", stderr(&output));
}

#[test]
fn dash0_with_an_empty_token_is_refused_before_anything_starts() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("collector");
    for command in ["validate", "run"] {
        let mut arguments = vec![command, "--layers", "local,dash0"];
        if command == "run" {
            arguments.extend(["--ports", "free", "--folder", data.to_str().unwrap()]);
        }
        let output = run_to_end(
            &arguments,
            &[("DASH0_AUTH_TOKEN", ""), ("DASH0_API_TOKEN", " ")],
        );
        assert_eq!(output.status.code(), Some(1), "{command}");
        let said = stderr(&output);
        assert!(said.contains("DASH0_AUTH_TOKEN"), "{said}");
        assert!(said.contains("DASH0_API_TOKEN"), "{said}");
    }
    assert!(!data.exists());
}

#[test]
fn a_token_in_an_error_stays_secret() {
    let output = run_to_end(
        &["validate", "--layers", "dash0"],
        &[("DASH0_API_TOKEN", "Bearer hunter2")],
    );
    assert_eq!(output.status.code(), Some(1));
    let said = stderr(&output);
    assert!(
        said.contains("without spaces") && !said.contains("hunter2"),
        "{said}"
    );
}

#[test]
fn what_cannot_work_is_refused_with_the_names_that_would() {
    let cases = [("local,nope", "\"nope\""), ("docker", "no destination")];
    for (layers, reason) in cases {
        let output = run_to_end(&["validate", "--layers", layers], &[]);
        assert_eq!(output.status.code(), Some(1), "{layers}");
        let said = stderr(&output);
        assert!(
            said.contains(reason) && said.contains("grafana-cloud"),
            "{said}"
        );
    }
}

#[test]
fn a_taken_port_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let holder = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = holder.local_addr().unwrap().to_string();
    let arguments = ["run", "--folder", folder.path().to_str().unwrap()];
    // The others on free ports, or a Collector on this machine would decide.
    let free = support::collector::free_addresses(4);
    let metrics_port = free[2].rsplit_once(':').unwrap().1;
    let output = run_to_end(
        &arguments,
        &[
            ("BELLWETHER_OTLP_GRPC_ENDPOINT", &address),
            ("BELLWETHER_OTLP_HTTP_ENDPOINT", &free[0]),
            ("BELLWETHER_COLLECTOR_HEALTH_ENDPOINT", &free[1]),
            ("BELLWETHER_COLLECTOR_METRICS_PORT", metrics_port),
            ("BELLWETHER_COLLECTOR_SELF_ENDPOINT", &free[3]),
        ],
    );
    assert_eq!(output.status.code(), Some(1));
    let said = stderr(&output);
    assert!(
        said.contains(&address) && said.contains("address already in use"),
        "{said}"
    );
}

#[tokio::test]
async fn a_collector_does_not_outlive_a_command_that_was_killed() {
    let folder = tempfile::tempdir().unwrap();
    let running = Running::start(folder.path(), "local", &[]);
    let process = std::path::PathBuf::from(format!("/proc/{}", running.pid));
    assert!(process.exists());
    running.kill_command();
    support::collector::eventually("the Collector is gone", || {
        (!process.exists()).then_some(())
    })
    .await;
}
