//! Each mounted configuration, read by the program that it is for.

use std::process::{Command, Output};

use bellwether_testing::backends::Backend;
use bellwether_testing::prometheus::Program;

use super::{read, root, stack, strings};

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&[output.stdout.clone(), output.stderr.clone()].concat()).into_owned()
}

/// The rules are laid beside the configuration as the mounts lay them.
#[test]
fn prometheus_takes_its_configuration_and_every_rule() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("prometheus.yml");
    std::fs::copy(root().join("deploy/prometheus/prometheus.yml"), &file).unwrap();
    std::os::unix::fs::symlink(
        root().join("dashboards/prometheus"),
        folder.path().join("rules"),
    )
    .unwrap();
    let Some(output) = Program::Promtool.run(["check", "config", file.to_str().unwrap()]) else {
        return;
    };
    assert!(output.status.success(), "{}", said(&output));
    assert!(said(&output).contains("alerts.yaml"), "{}", said(&output));
}

#[test]
fn alertmanager_takes_its_configuration_and_pages_for_what_is_critical() {
    let file = root().join("deploy/alertmanager/alertmanager.yml");
    let file = file.to_str().unwrap();
    let Some(output) = Program::Amtool.run(["check-config", file]) else {
        return;
    };
    assert!(output.status.success(), "{}", said(&output));
    let route = |severity: &str| {
        let config = format!("--config.file={file}");
        let output = Program::Amtool
            .run(["config", "routes", "test", &config, severity, "alertname=X"])
            .unwrap();
        said(&output).trim().to_owned()
    };
    assert_eq!(route("severity=critical"), "page");
    assert_eq!(route("severity=page"), "page");
    assert_eq!(route("severity=warning"), "ticket");
}

/// The stack's Alertmanager and the one for a server of one's own differ in their receivers, and in nothing that they hold back.
#[test]
fn both_alertmanagers_hold_the_same_alerts_back() {
    let inhibitions = |file: &str| {
        let text = read(file);
        let (_, rules) = text.split_once("inhibit_rules:\n").unwrap();
        rules.split_once("\nreceivers:\n").unwrap().0.to_owned()
    };
    let ours = inhibitions("deploy/alertmanager/alertmanager.yml");
    assert!(ours.contains("CollectorGone"), "{ours}");
    assert_eq!(
        ours,
        inhibitions("dashboards/alertmanager/alertmanager.yaml")
    );
}

#[test]
fn loki_takes_its_configuration() {
    let Some(loki) = Backend::Loki.path() else {
        return;
    };
    let check = |file: &std::path::Path| {
        Command::new(&loki)
            .arg(format!("-config.file={}", file.display()))
            .args(["-config.expand-env=true", "-verify-config"])
            .output()
            .unwrap()
    };
    let output = check(&root().join("deploy/loki/loki.yaml"));
    assert!(output.status.success(), "{}", said(&output));
    // It does look.
    let folder = tempfile::tempdir().unwrap();
    let wrong = folder.path().join("loki.yaml");
    std::fs::write(
        &wrong,
        read("deploy/loki/loki.yaml").replace("volume_enabled", "volume_enabledd"),
    )
    .unwrap();
    assert!(!check(&wrong).status.success());
}

/// Every set of layers that the compose file can put together, with the environment that it gives.
#[test]
fn the_collector_takes_every_set_of_layers() {
    let Some(otelcol) = std::env::var_os("BELLWETHER_OTELCOL").filter(|path| !path.is_empty())
    else {
        bellwether_testing::skipped::say("otelcol", "BELLWETHER_OTELCOL names no Collector");
        return;
    };
    let mut sets = 0;
    for destination in ["grafana", "dash0", "grafana-cloud", "local"] {
        for containers in ["docker", "base"] {
            for token in ["", "auth_x"] {
                let variables = [
                    ("COLLECTOR_DESTINATION_LAYER", destination),
                    ("COLLECTOR_CONTAINERS_LAYER", containers),
                    ("DASH0_AUTH_TOKEN", token),
                ];
                let Some(stack) = stack(&variables) else {
                    return;
                };
                let collector = &stack["services"]["collector"];
                let mounts = collector["volumes"].as_array().unwrap();
                let here = |argument: &str| {
                    let mount = mounts.iter().find_map(|mount| {
                        let (target, source) =
                            (mount["target"].as_str()?, mount["source"].as_str()?);
                        argument
                            .contains(target)
                            .then(|| argument.replace(target, source))
                    });
                    mount.unwrap_or_else(|| panic!("{argument} is not mounted"))
                };
                let environment = collector["environment"].as_object().unwrap().iter();
                let output = Command::new(&otelcol)
                    .arg("validate")
                    .args(strings(&collector["command"]).into_iter().map(here))
                    .env_clear()
                    .envs(environment.map(|(name, value)| (name, value.as_str().unwrap())))
                    // It has to be there.
                    .env("BELLWETHER_HOST_ROOT", "/")
                    .output()
                    .unwrap();
                assert!(output.status.success(), "{variables:?}: {}", said(&output));
                sets += 1;
            }
        }
    }
    assert_eq!(sets, 16);
}

/// A label with a value per process or container would make a new series of everything at each start.
#[test]
fn nothing_that_changes_with_each_process_becomes_a_label() {
    let prometheus = read("deploy/prometheus/prometheus.yml");
    let promoted = prometheus
        .split_once("promote_resource_attributes:")
        .unwrap()
        .1;
    let promoted = promoted.split_once("\nstorage:").unwrap().0;
    let loki = read("deploy/loki/loki.yaml");
    let labels = loki
        .split_once("attributes: [")
        .unwrap()
        .1
        .split_once(']')
        .unwrap()
        .0;
    for attribute in [
        "service.instance.id",
        "process.pid",
        "container.id",
        "k8s.pod.name",
        "session",
        "trace",
    ] {
        assert!(!promoted.contains(attribute), "Prometheus: {attribute}");
        assert!(!labels.contains(attribute), "Loki: {attribute}");
    }
    for attribute in ["service.name", "deployment.environment.name", "host.name"] {
        assert!(
            promoted.contains(attribute) && labels.contains(attribute),
            "{attribute}"
        );
    }
}

/// The probe's own tests, in Go.
#[test]
fn the_probe_is_tested() {
    let folder = root().join("otel-collector/probe");
    let Ok(output) = Command::new("go")
        .args(["test", "./..."])
        .current_dir(folder)
        .env("GOWORK", "off")
        .output()
    else {
        bellwether_testing::skipped::say(
            "probe",
            "the probe of the stack's images: Go is not installed",
        );
        return;
    };
    assert!(output.status.success(), "{}", said(&output));
}
