//! What keeps the stack from starting, before Docker says it in its own words, minutes later.

use std::net::{Ipv4Addr, TcpListener};

use nix::sys::statvfs::statvfs;
use serde_json::Value;

use super::Profile;
use super::docker::{Docker, MISSING, Version};
use super::folder::Folder;
use crate::collector::{Layers, preflight};
use crate::doctor::Finding;

/// `start_interval` of healthchecks.
const ENGINE: Version = Version(25, 0);
/// `required: false` of dependencies, and profiles by `*`.
const COMPOSE: Version = Version(2, 24);

/// Each published port: its setting, and who is behind it.
const PORTS: [(&str, &str); 7] = [
    ("OTLP_GRPC_PORT", "OTLP/gRPC"),
    ("OTLP_HTTP_PORT", "OTLP/HTTP"),
    ("GRAFANA_PORT", "Grafana"),
    ("PROMETHEUS_PORT", "Prometheus"),
    ("ALERTMANAGER_PORT", "Alertmanager"),
    ("TEMPO_PORT", "Tempo"),
    ("LOKI_PORT", "Loki"),
];

/// What the compose file mounts and builds from. Docker would make an empty folder where a mounted file is missing.
const FILES: [&str; 11] = [
    ".env.example",
    "otel-collector/Dockerfile",
    "otel-collector/config/base.yaml",
    "otel-collector/config/dash0.yaml",
    "deploy/collector/local.yaml",
    "deploy/prometheus/prometheus.yml",
    "deploy/alertmanager/alertmanager.yml",
    "deploy/tempo/tempo.yaml",
    "deploy/loki/loki.yaml",
    "deploy/grafana/provisioning",
    "dashboards/grafana",
];

const GIB: u64 = 1 << 30;

/// Looks at everything that these profiles want.
pub(super) async fn look(folder: &Folder, profiles: &[Profile]) -> Vec<Finding> {
    let docker = Docker::find(folder);
    let mut findings = Vec::new();
    let mut engine = Value::Null;
    let mut runs = false;
    match &docker {
        None => findings.push(Finding::problem(
            "docker",
            MISSING,
            "https://docs.docker.com/engine/install",
        )),
        Some(docker) => {
            match docker.engine().await {
                Ok(info) => {
                    findings.push(engine_version(&info));
                    engine = info;
                    runs = docker.runs("collector").await;
                }
                Err(why) => findings.push(no_engine(&why)),
            }
            findings.push(compose_version(docker.compose_version().await));
        }
    }
    findings.push(files(folder));
    findings.push(settings(folder));
    findings.extend(ports(folder, runs));
    findings.push(disk(folder));
    if profiles.contains(&Profile::Dash0) || !folder.setting("DASH0_AUTH_TOKEN").is_empty() {
        findings.push(dash0(folder));
    }
    if profiles.contains(&Profile::Gpu) {
        findings.push(gpu(&engine));
    }
    findings
}

fn engine_version(info: &Value) -> Finding {
    let version = info["ServerVersion"].as_str().unwrap_or_default();
    match Version::parse(version) {
        Some(found) if found < ENGINE => Finding::problem(
            "docker",
            format!("Docker Engine {version}"),
            format!("the stack takes {ENGINE} or newer: https://docs.docker.com/engine/install"),
        ),
        _ => Finding::ok("docker", format!("Docker Engine {version}")),
    }
}

fn no_engine(why: &str) -> Finding {
    let fix = if why.contains("permission denied") {
        "join the group of the socket (sudo usermod -aG docker $USER, then sign in again), or use rootless Docker"
    } else {
        "start it: sudo systemctl start docker, or Docker Desktop"
    };
    Finding::problem("docker", format!("the engine does not answer: {why}"), fix)
}

fn compose_version(answer: Result<Version, String>) -> Finding {
    let fix = "install the plugin: https://docs.docker.com/compose/install/linux";
    match answer {
        Ok(found) if found < COMPOSE => Finding::problem(
            "compose",
            format!("Docker Compose {found}"),
            format!("the stack takes {COMPOSE} or newer; {fix}"),
        ),
        Ok(found) => Finding::ok("compose", format!("Docker Compose {found}")),
        Err(why) => Finding::problem("compose", format!("no Docker Compose: {why}"), fix),
    }
}

fn files(folder: &Folder) -> Finding {
    let is_missing = |name: &&&str| !folder.path().join(name).exists();
    let missing: Vec<_> = FILES.iter().filter(is_missing).copied().collect();
    if missing.is_empty() {
        return Finding::ok("files", format!("the stack of {}", folder.path().display()));
    }
    Finding::problem(
        "files",
        format!("missing: {}", missing.join(", ")),
        "take the whole checkout: git checkout -- .",
    )
}

fn settings(folder: &Folder) -> Finding {
    let secrets = folder.secrets();
    if !secrets.is_empty() && folder.is_open_to_others() {
        return Finding::warning(
            "settings",
            format!(
                "others on this machine can read .env, which sets {}",
                secrets.join(", ")
            ),
            "chmod 600 .env",
        );
    }
    let unknown = folder.unknown();
    if unknown.is_empty() {
        let has_file = folder.path().join(".env").is_file();
        let found = if has_file {
            ".env"
        } else {
            "defaults: there is no .env"
        };
        return Finding::ok("settings", found);
    }
    Finding::warning(
        "settings",
        format!(".env sets what nothing reads: {}", unknown.join(", ")),
        "names are those of .env.example",
    )
}

/// One finding if all is well, else one for each port that is not free.
fn ports(folder: &Folder, runs: bool) -> Vec<Finding> {
    if runs {
        return vec![Finding::skipped("ports", "the stack runs, and has them")];
    }
    let mut findings = Vec::new();
    for (setting, what) in PORTS {
        let value = folder.setting(setting);
        let Some(port) = value.parse::<u16>().ok().filter(|port| *port != 0) else {
            findings.push(Finding::problem(
                "ports",
                format!("{setting} is {value:?}"),
                "expected a port from 1 to 65535",
            ));
            continue;
        };
        if let Err(error) = TcpListener::bind((Ipv4Addr::LOCALHOST, port)) {
            findings.push(Finding::problem(
                "ports",
                format!("127.0.0.1:{port}, for {what}, cannot be had: {error}"),
                format!("end what listens there, or set {setting} in .env"),
            ));
        }
    }
    if findings.is_empty() {
        findings.push(Finding::ok("ports", "all are free"));
    }
    findings
}

/// Of the folder; Docker's own is mostly on the same disk, and mostly cannot be looked at.
fn disk(folder: &Folder) -> Finding {
    let Ok(disk) = statvfs(folder.path()) else {
        return Finding::skipped("disk", "its free space cannot be read");
    };
    // The types differ between systems.
    #[allow(clippy::useless_conversion, clippy::unnecessary_cast)]
    let free = u64::from(disk.blocks_available()).saturating_mul(disk.fragment_size() as u64);
    let found = format!("{} GiB free", free / GIB);
    let fix = "images take 3 GiB, building them 6 more; docker system prune frees some";
    match free / GIB {
        0..3 => Finding::problem("disk", found, fix),
        3..12 => Finding::warning("disk", found, fix),
        _ => Finding::ok("disk", found),
    }
}

/// The token is looked at and not shown.
fn dash0(folder: &Folder) -> Finding {
    let checked =
        Layers::parse(&["dash0"]).and_then(|layers| preflight::check(&layers, &folder.settings()));
    match checked {
        Ok(_) => Finding::ok(
            "dash0",
            format!(
                "a token for {}, data set {}",
                folder.setting("DASH0_ENDPOINT_OTLP_GRPC_HOSTNAME"),
                folder.setting("DASH0_DATASET")
            ),
        ),
        Err(error) => Finding::problem(
            "dash0",
            error.to_string(),
            "set it in .env; tokens are made in Dash0 under Settings > Auth Tokens, with permission for ingesting",
        ),
    }
}

fn gpu(engine: &Value) -> Finding {
    if engine.is_null() {
        return Finding::skipped("gpu", "the engine does not answer");
    }
    if engine["Runtimes"]["nvidia"].is_object() {
        return Finding::ok("gpu", "Docker has the runtime nvidia");
    }
    Finding::problem(
        "gpu",
        "Docker has no runtime nvidia",
        "install the NVIDIA Container Toolkit, then: sudo nvidia-ctk runtime configure --runtime=docker && sudo systemctl restart docker",
    )
}
