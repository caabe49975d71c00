//! `bellwether stack` with a `docker` that writes down what it is told: there is no engine where tests run.

#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot be set up has failed"
)]

mod support;

use std::net::TcpListener;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Output;

use support::{bellwether, stderr, stdout};
use tempfile::TempDir;

const PORTS: [&str; 7] = [
    "OTLP_GRPC_PORT",
    "OTLP_HTTP_PORT",
    "GRAFANA_PORT",
    "PROMETHEUS_PORT",
    "ALERTMANAGER_PORT",
    "TEMPO_PORT",
    "LOKI_PORT",
];

/// How the engine is.
const WELL: &str = r#"{"ServerVersion":"28.2.2","Runtimes":{"runc":{}}}"#;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../..")
        .canonicalize()
        .unwrap()
}

/// A machine: a folder with a `docker` in it, and free ports for the stack.
struct Machine {
    folder: TempDir,
    variables: Vec<(String, String)>,
}

impl Machine {
    fn new(engine: &str, compose: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let script = format!(
            "#!/bin/sh\n\
             echo \"$COLLECTOR_DESTINATION_LAYER|$*\" >>'{log}'\n\
             case \"$*\" in\n\
             info*) cat '{at}/engine';;\n\
             'compose version'*) echo '{compose}';;\n\
             *' ps '*) cat '{at}/running' 2>/dev/null;;\n\
             *' up '*) exit $(cat '{at}/up' 2>/dev/null || echo 0);;\n\
             *logs*) echo 'probe: 401, DASH0_AUTH_TOKEN';;\n\
             esac\nexit 0\n",
            log = folder.path().join("log").display(),
            at = folder.path().display(),
        );
        let program = folder.path().join("docker");
        std::fs::write(&program, script).unwrap();
        std::fs::set_permissions(&program, std::fs::Permissions::from_mode(0o755)).unwrap();
        std::fs::write(folder.path().join("engine"), engine).unwrap();
        let held: Vec<_> = PORTS
            .iter()
            .map(|_| TcpListener::bind("127.0.0.1:0").unwrap())
            .collect();
        let ports = held
            .iter()
            .map(|listener| listener.local_addr().unwrap().port().to_string());
        let variables = PORTS
            .iter()
            .map(|name| (*name).to_owned())
            .zip(ports)
            .collect();
        Self { folder, variables }
    }

    fn well() -> Self {
        Self::new(WELL, "2.40.3")
    }

    fn set(&mut self, name: &str, value: &str) {
        self.variables.push((name.to_owned(), value.to_owned()));
    }

    fn put(&self, name: &str, text: &str) {
        std::fs::write(self.folder.path().join(name), text).unwrap();
    }

    fn stack(&self, arguments: &[&str]) -> Output {
        let path = format!("{}:/usr/bin:/bin", self.folder.path().display());
        let mut command = bellwether();
        command
            .env("PATH", path)
            .args(["stack", "--folder"])
            .arg(root())
            .args(arguments);
        command.envs(self.variables.iter().map(|(name, value)| (name, value)));
        command.stdin(std::process::Stdio::null());
        command.output().unwrap()
    }

    /// What Docker was told to do, without the questions.
    fn told(&self) -> Vec<String> {
        let log = std::fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
        let files = format!(
            "compose --project-directory {} --file {}/docker-compose.yml ",
            root().display(),
            root().display()
        );
        let lines = log.lines().map(|line| {
            line.replace(&files, "")
                .replace(root().to_str().unwrap(), "ROOT")
        });
        lines
            .filter(|line| {
                !line.contains("info ")
                    && !line.contains("compose version")
                    && !line.contains("ps --status")
            })
            .collect()
    }
}

#[test]
fn up_starts_everything_and_says_where_it_is() {
    let machine = Machine::well();
    let output = machine.stack(&["up", "--demo"]);
    assert!(
        output.status.success(),
        "{}{}",
        stdout(&output),
        stderr(&output)
    );
    assert_eq!(
        machine.told(),
        ["|--profile demo up --detach --wait --wait-timeout 600"]
    );
    let said = stdout(&output);
    let port = |name: &str| {
        machine
            .variables
            .iter()
            .find(|(other, _)| other == name)
            .unwrap()
            .1
            .clone()
    };
    let board = format!(
        "http://127.0.0.1:{}/d/bellwether-overview",
        port("GRAFANA_PORT")
    );
    let otlp = format!(
        "OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:{}",
        port("OTLP_HTTP_PORT")
    );
    assert!(said.contains(&board) && said.contains(&otlp), "{said}");
}

#[test]
fn profiles_and_the_contrib_image_reach_docker() {
    let machine = Machine::new(
        r#"{"ServerVersion":"28.2.2","Runtimes":{"nvidia":{}}}"#,
        "2.40.3",
    );
    let output = machine.stack(&[
        "up",
        "--profile",
        "gpu",
        "--profile",
        "demo",
        "--demo",
        "--contrib",
    ]);
    assert!(output.status.success(), "{}", stdout(&output));
    let told = machine.told();
    assert_eq!(
        told,
        [
            "|--file ROOT/docker-compose.contrib.yml --profile gpu --profile demo up --detach --wait --wait-timeout 600"
        ]
    );
}

#[test]
fn dash0_alone_is_the_collector_alone() {
    let mut machine = Machine::well();
    machine.set("DASH0_AUTH_TOKEN", "auth_very_secret");
    let output = machine.stack(&["up", "--only-collector"]);
    assert!(output.status.success(), "{}", stdout(&output));
    let told = machine.told();
    assert_eq!(
        told,
        ["dash0|--profile dash0 up --detach --wait --wait-timeout 600 collector dash0-check"]
    );
    let said = stdout(&output) + &stderr(&output);
    assert!(
        !said.contains("very_secret") && !told[0].contains("very_secret"),
        "{said}"
    );
    assert!(
        !said.contains("bellwether-overview"),
        "there is no Grafana: {said}"
    );
}

/// Nothing is started, and what is wrong is said with its cure.
fn is_refused(machine: &Machine, arguments: &[&str], words: &[&str]) {
    let output = machine.stack(arguments);
    assert_eq!(output.status.code(), Some(1), "{}", stdout(&output));
    let said = stdout(&output);
    for word in words {
        assert!(said.contains(word), "no {word:?} in {said}");
    }
    assert!(machine.told().is_empty(), "{:?}", machine.told());
}

#[test]
fn an_engine_that_does_not_answer_or_is_too_old_is_told() {
    let denied = r#"{"ServerErrors":["permission denied while trying to connect to the Docker daemon socket"]}"#;
    is_refused(
        &Machine::new(denied, "2.40.3"),
        &["up"],
        &["permission denied", "usermod -aG docker"],
    );
    let away = r#"{"ServerErrors":["Cannot connect to the Docker daemon"]}"#;
    is_refused(
        &Machine::new(away, "2.40.3"),
        &["up"],
        &["Cannot connect", "systemctl start docker"],
    );
    is_refused(
        &Machine::new(r#"{"ServerVersion":"24.0.9"}"#, "2.40.3"),
        &["up"],
        &["24.0.9", "25.0 or newer"],
    );
    is_refused(
        &Machine::new(WELL, "2.9.0"),
        &["up"],
        &["Compose 2.9", "2.24 or newer"],
    );
    let machine = Machine::well();
    std::fs::remove_file(machine.folder.path().join("docker")).unwrap();
    let mut command = bellwether();
    let output = command
        .env("PATH", machine.folder.path())
        .args(["stack", "--folder"])
        .arg(root())
        .arg("up")
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(
        stdout(&output).contains("Docker is not installed"),
        "{}",
        stdout(&output)
    );
}

#[test]
fn a_port_that_is_held_or_none_is_told_with_its_setting() {
    let held = TcpListener::bind("127.0.0.1:0").unwrap();
    let mut machine = Machine::well();
    machine.set("LOKI_PORT", &held.local_addr().unwrap().port().to_string());
    is_refused(
        &machine,
        &["up"],
        &["for Loki, cannot be had", "set LOKI_PORT"],
    );
    let mut machine = Machine::well();
    machine.set("GRAFANA_PORT", "3000x");
    is_refused(&machine, &["up"], &["GRAFANA_PORT is \"3000x\""]);
}

#[test]
fn the_profile_dash0_wants_a_token() {
    is_refused(
        &Machine::well(),
        &["up", "--profile", "dash0"],
        &["DASH0_AUTH_TOKEN", ".env"],
    );
    let mut machine = Machine::well();
    machine.set("DASH0_AUTH_TOKEN", "Bearer auth_secret_word");
    let output = machine.stack(&["up"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(
        !stdout(&output).contains("secret_word"),
        "{}",
        stdout(&output)
    );
}

#[test]
fn the_profile_gpu_wants_nvidias_runtime() {
    is_refused(
        &Machine::well(),
        &["up", "--profile", "gpu"],
        &["no runtime nvidia", "nvidia-ctk"],
    );
}

#[test]
fn a_start_that_fails_shows_what_dash0_said() {
    let mut machine = Machine::well();
    machine.set("DASH0_AUTH_TOKEN", "auth_x");
    machine.put("up", "1");
    let output = machine.stack(&["up", "--profile", "dash0"]);
    assert_eq!(output.status.code(), Some(1));
    let said = stdout(&output) + &stderr(&output);
    assert!(
        said.contains("401, DASH0_AUTH_TOKEN") && said.contains("docker compose ps"),
        "{said}"
    );
}

#[test]
fn data_goes_only_when_it_is_meant() {
    let machine = Machine::well();
    assert!(machine.stack(&["down"]).status.success());
    assert_eq!(machine.told(), ["|--profile * down"]);
    let machine = Machine::well();
    let output = machine.stack(&["down", "--volumes"]);
    assert_eq!(output.status.code(), Some(1));
    assert!(stderr(&output).contains("--yes"), "{}", stderr(&output));
    assert!(machine.told().is_empty());
    assert!(
        machine
            .stack(&["down", "--volumes", "--yes"])
            .status
            .success()
    );
    assert_eq!(machine.told(), ["|--profile * down --volumes"]);
}

#[test]
fn check_of_a_stack_that_does_not_run_says_so_and_sends_nothing() {
    let machine = Machine::well();
    let output = machine.stack(&["check"]);
    assert!(output.status.success(), "{}", stdout(&output));
    assert!(
        stdout(&output).contains("the stack does not run"),
        "{}",
        stdout(&output)
    );
}

/// It runs, as far as Docker knows; nobody answers.
#[test]
fn check_of_a_stack_that_is_ill_says_where() {
    let machine = Machine::well();
    machine.put("running", "collector\ngrafana\n");
    let output = machine.stack(&["check", "--within", "1"]);
    assert_eq!(output.status.code(), Some(1));
    let said = stdout(&output);
    assert!(said.contains("the stack runs, and has them"), "{said}");
    assert!(
        said.contains("does not answer") && said.contains("docker compose logs collector"),
        "{said}"
    );
}

#[test]
fn a_folder_without_the_stack_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let output = bellwether()
        .args(["stack", "--folder"])
        .arg(folder.path())
        .arg("check")
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(
        stderr(&output).contains("docker-compose.yml"),
        "{}",
        stderr(&output)
    );
}

/// Settings come from the environment, then `.env`, then `.env.example`; slips of the pen are told.
#[test]
fn settings_of_the_file_hold_and_unknown_ones_are_told() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["docker-compose.yml", ".env.example"] {
        std::fs::copy(root().join(name), folder.path().join(name)).unwrap();
    }
    std::fs::write(
        folder.path().join(".env"),
        "GRAFANA_PROT=1\nLOKI_PORT=none\nTEMPO_PORT=none\nCOMPOSE_PROFILES=demo\n",
    )
    .unwrap();
    let machine = Machine::well();
    let mut command = bellwether();
    let path = format!("{}:/usr/bin:/bin", machine.folder.path().display());
    command
        .env("PATH", path)
        .env("TEMPO_PORT", "3201")
        .args(["stack", "--folder"])
        .arg(folder.path())
        .arg("check");
    let output = command.output().unwrap();
    let said = stdout(&output);
    assert!(
        said.contains("GRAFANA_PROT") && !said.contains("COMPOSE_PROFILES"),
        "{said}"
    );
    assert!(
        said.contains("LOKI_PORT is \"none\"") && !said.contains("TEMPO_PORT is"),
        "{said}"
    );
    assert!(
        said.contains("missing: otel-collector/Dockerfile"),
        "{said}"
    );
}

#[test]
fn secrets_that_others_can_read_are_told() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["docker-compose.yml", ".env.example"] {
        std::fs::copy(root().join(name), folder.path().join(name)).unwrap();
    }
    let file = folder.path().join(".env");
    std::fs::write(&file, "DASH0_AUTH_TOKEN=auth_x\n").unwrap();
    let machine = Machine::well();
    let said = |mode: u32| {
        std::fs::set_permissions(&file, std::fs::Permissions::from_mode(mode)).unwrap();
        let mut command = bellwether();
        command.env("PATH", machine.folder.path());
        command.args(["stack", "--folder"]).arg(folder.path());
        stdout(&command.arg("check").output().unwrap())
    };
    assert!(said(0o644).contains("chmod 600 .env"));
    assert!(!said(0o600).contains("chmod 600"));
}

/// The blocks of shell in the README that tell of Docker.
fn blocks() -> Vec<String> {
    let text = std::fs::read_to_string(root().join("README.md")).unwrap();
    let blocks = text
        .split("```sh\n")
        .skip(1)
        .map(|rest| rest.split_once("\n```").unwrap().0);
    blocks
        .filter(|block| block.contains("docker "))
        .map(str::to_owned)
        .collect()
}

/// Somebody copies them: they run as they stand, and Docker's library starts with them what they promise.
#[test]
fn the_commands_of_the_readme_do_what_it_says() {
    let blocks = blocks();
    assert_eq!(blocks.len(), 2, "{blocks:?}");
    let expected = [vec!["demo"], vec!["dash0", "demo"]];
    for (block, profiles) in blocks.iter().zip(expected) {
        let machine = Machine::well();
        let path = format!("{}:/usr/bin:/bin", machine.folder.path().display());
        let output = std::process::Command::new("sh")
            .args(["-eu", "-c", block])
            .current_dir(root())
            .env_clear()
            .env("PATH", path)
            .output()
            .unwrap();
        assert!(output.status.success(), "{block}: {}", stderr(&output));
        let flags = format!("--profile {} ", profiles.join(" --profile "));
        assert_eq!(machine.told(), [format!("|compose {flags}up -d --wait")]);

        // What they set is read, and each profile is one.
        let exported = block
            .lines()
            .filter_map(|line| line.strip_prefix("export ")?.split_once('='));
        let exported: Vec<_> = exported.collect();
        let file = root().join("docker-compose.yml");
        let Some(model) = bellwether_testing::compose::model(&[&file], &exported) else {
            continue;
        };
        let model = model.unwrap();
        for (name, value) in &exported {
            assert_eq!(model["services"]["collector"]["environment"][*name], *value);
        }
        let takes = |profile: &str| {
            let mut services = model["services"].as_object().unwrap().values();
            services.any(|service| {
                service["profiles"]
                    .as_array()
                    .is_some_and(|all| all.iter().any(|one| one == profile))
            })
        };
        assert!(
            profiles.iter().all(|profile| takes(profile)),
            "{profiles:?}"
        );
        let layer = model["services"]["collector"]["command"]
            .as_array()
            .unwrap()
            .last()
            .unwrap()
            .to_string();
        assert_eq!(
            layer.contains("dash0"),
            profiles.contains(&"dash0"),
            "{layer}"
        );
    }
}

/// The one link is the board's address in the stack as it starts without a setting.
#[test]
fn the_link_of_the_readme_is_where_the_board_is() {
    let readme = std::fs::read_to_string(root().join("README.md")).unwrap();
    let settings = std::fs::read_to_string(root().join(".env.example")).unwrap();
    let port = settings
        .lines()
        .find_map(|line| line.strip_prefix("GRAFANA_PORT="))
        .unwrap();
    let link = format!("http://127.0.0.1:{port}/d/bellwether-overview");
    assert!(readme.contains(&format!("<{link}>")));
    let boards: Vec<_> = std::fs::read_dir(root().join("dashboards/grafana"))
        .unwrap()
        .collect();
    let board = root().join("dashboards/grafana/overview.json");
    // While boards are few that one may be missing.
    if board.exists() || boards.len() >= 5 {
        let text = std::fs::read_to_string(board).unwrap();
        assert!(text.contains("\"uid\": \"bellwether-overview\""));
    }
}

/// The containers of the command are started with options that it has.
#[test]
fn the_command_takes_what_its_containers_give_it() {
    let file = root().join("docker-compose.yml");
    let Some(model) = bellwether_testing::compose::model(&[&file], &[]) else {
        return;
    };
    let model = model.unwrap();
    for service in ["demo", "gpu"].map(|name| &model["services"][name]) {
        let words: Vec<_> = service["command"]
            .as_array()
            .unwrap()
            .iter()
            .filter_map(|word| word.as_str())
            .collect();
        let help = stdout(&bellwether().args([words[0], "--help"]).output().unwrap());
        for flag in words.iter().filter(|word| word.starts_with("--")) {
            assert!(
                help.contains(&format!("{flag} ")) || help.contains(&format!("{flag}\n")),
                "{flag}: {help}"
            );
        }
    }
}
