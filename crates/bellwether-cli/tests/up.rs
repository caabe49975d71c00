//! `bellwether up` with a real Collector and the local backend behind it, and without one.

#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot be set up has failed"
)]

mod support;

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, ChildStdout, Stdio};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use support::{bellwether, collector_binary, stderr, stdout};

const LONG: Duration = Duration::from_secs(60);

/// `up` that is ready, and what it has printed until then.
struct Up {
    child: Child,
    out: BufReader<ChildStdout>,
    advice: String,
}

impl Up {
    fn start(folder: &Path) -> Self {
        Self::start_with(folder, &[])
    }

    fn start_with(folder: &Path, more: &[&str]) -> Self {
        let mut child = bellwether()
            .args(["up", "--free-ports", "--folder"])
            .arg(folder)
            .arg("--file")
            .arg(folder.join("telemetry.db"))
            .args(more)
            .env("BELLWETHER_OTELCOL", collector_binary())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut advice = String::new();
        while !advice.contains("OTEL_EXPORTER_OTLP_PROTOCOL") {
            assert_ne!(out.read_line(&mut advice).unwrap(), 0, "it ended: {advice}");
        }
        Self { child, out, advice }
    }

    /// The value in the line to copy.
    fn endpoint(&self) -> String {
        let line = self.advice.lines().find_map(|line| {
            line.trim()
                .strip_prefix("export OTEL_EXPORTER_OTLP_ENDPOINT=")
        });
        line.unwrap().to_owned()
    }

    /// Reads on until a line holds this.
    fn await_line(&mut self, text: &str) -> String {
        loop {
            let mut line = String::new();
            assert_ne!(
                self.out.read_line(&mut line).unwrap(),
                0,
                "no {text:?} came"
            );
            if line.contains(text) {
                return line;
            }
        }
    }

    fn stop(mut self, signal: Signal) -> (Option<i32>, String) {
        kill(
            Pid::from_raw(i32::try_from(self.child.id()).unwrap()),
            signal,
        )
        .unwrap();
        let mut rest = String::new();
        self.out.read_to_string(&mut rest).unwrap();
        (self.child.wait().unwrap().code(), rest)
    }
}

/// The id in the state file, while the Collector runs.
fn collector_id(folder: &Path) -> i32 {
    let text = std::fs::read_to_string(folder.join("collector.json")).unwrap();
    let state: serde_json::Value = serde_json::from_str(&text).unwrap();
    i32::try_from(state["pid"].as_i64().unwrap()).unwrap()
}

fn is_running(id: i32) -> bool {
    kill(Pid::from_raw(id), None).is_ok()
}

/// The id in the lock beside the store: the backend's.
fn backend_id(folder: &Path) -> i32 {
    let text = std::fs::read_to_string(folder.join("telemetry.db.lock")).unwrap();
    text.trim().parse().unwrap()
}

/// A real sender: a job that is recorded, to the endpoint in the advice.
fn send(up: &Up, name: &str) {
    let sent = bellwether()
        .args(["exec", "--name", name, "--", "true"])
        .env("OTEL_EXPORTER_OTLP_ENDPOINT", up.endpoint())
        .env("OTEL_EXPORTER_OTLP_PROTOCOL", "http/protobuf")
        .output()
        .unwrap();
    assert_eq!(
        (sent.status.code(), stderr(&sent)),
        (Some(0), String::new())
    );
}

/// Waits until a span of this name is stored.
fn await_stored(folder: &Path, name: &str) {
    let deadline = Instant::now() + LONG;
    loop {
        let found = bellwether()
            .args(["telemetry", "traces", "--name", name, "--file"])
            .arg(folder.join("telemetry.db"))
            .output()
            .unwrap();
        let found = stdout(&found);
        if found.contains(name) {
            return;
        }
        assert!(Instant::now() < deadline, "{name} is not stored: {found}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn await_end(id: i32, what: &str) {
    let deadline = Instant::now() + LONG;
    while is_running(id) {
        assert!(Instant::now() < deadline, "{what} is still there");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn what_is_sent_where_it_says_is_stored_and_it_ends_cleanly() {
    for signal in [Signal::SIGINT, Signal::SIGTERM] {
        let folder = tempfile::tempdir().unwrap();
        let mut up = Up::start(folder.path());
        let (collector, backend) = (collector_id(folder.path()), backend_id(folder.path()));
        assert!(up.advice.contains("telemetry.db traces"), "{}", up.advice);
        up.await_line("well  received");
        send(&up, "through-up");
        await_stored(folder.path(), "through-up");

        let (code, rest) = up.stop(signal);
        assert_eq!(code, Some(0), "{signal}: {rest}");
        assert!(rest.contains("stopping"), "{rest}");
        assert!(!is_running(collector), "the Collector is gone with it");
        assert!(!is_running(backend), "the backend is gone with it");
    }
}

#[test]
fn files_are_written_where_they_are_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let up = Up::start_with(folder.path(), &["--to", "local"]);
    send(&up, "into-files");
    let (code, rest) = up.stop(Signal::SIGINT);
    assert_eq!(code, Some(0), "{rest}");
    assert!(
        holds(folder.path(), "into-files"),
        "closed in order, nothing lost"
    );
    assert!(!folder.path().join("telemetry.db").exists());
}

#[test]
fn a_backend_that_is_killed_comes_back_and_nothing_is_lost() {
    let folder = tempfile::tempdir().unwrap();
    let mut up = Up::start(folder.path());
    let first = backend_id(folder.path());
    send(&up, "before-the-end");
    await_stored(folder.path(), "before-the-end");
    kill(Pid::from_raw(first), Signal::SIGKILL).unwrap();
    send(&up, "while-it-was-away");
    up.await_line("the local backend is back");
    await_stored(folder.path(), "while-it-was-away");
    await_stored(folder.path(), "before-the-end");
    let second = backend_id(folder.path());
    assert_ne!(first, second);
    let (code, rest) = up.stop(Signal::SIGINT);
    assert_eq!(code, Some(0), "{rest}");
    assert!(!is_running(second));
}

#[test]
fn what_the_collector_held_when_all_was_killed_is_stored_by_the_next_run() {
    let folder = tempfile::tempdir().unwrap();
    let mut up = Up::start(folder.path());
    let (collector, backend) = (collector_id(folder.path()), backend_id(folder.path()));
    // It takes connections and answers nobody: what is sent stays in the Collector's queue.
    kill(Pid::from_raw(backend), Signal::SIGSTOP).unwrap();
    send(&up, "held-in-the-queue");
    up.child.kill().unwrap();
    up.child.wait().unwrap();
    kill(Pid::from_raw(backend), Signal::SIGKILL).unwrap();
    await_end(collector, "the Collector");
    await_end(backend, "the backend");

    let up = Up::start(folder.path());
    await_stored(folder.path(), "held-in-the-queue");
    assert_eq!(up.stop(Signal::SIGINT).0, Some(0));
}

#[test]
fn nothing_outlives_a_command_that_was_killed() {
    let folder = tempfile::tempdir().unwrap();
    let mut up = Up::start(folder.path());
    let (collector, backend) = (collector_id(folder.path()), backend_id(folder.path()));
    up.child.kill().unwrap();
    up.child.wait().unwrap();
    await_end(backend, "the backend");
    await_end(collector, "the Collector");
}

#[test]
fn a_store_that_another_server_has_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let up = Up::start(folder.path());
    let output = bellwether()
        .args(["up", "--free-ports", "--folder"])
        .arg(folder.path().join("second"))
        .arg("--file")
        .arg(folder.path().join("telemetry.db"))
        .env("BELLWETHER_OTELCOL", collector_binary())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = stderr(&output);
    assert!(
        said.contains("in use by another server")
            && said.contains(&backend_id(folder.path()).to_string()),
        "{said}"
    );
    assert_eq!(up.stop(Signal::SIGINT).0, Some(0));
}

/// Whether any file below holds this text.
fn holds(folder: &Path, text: &str) -> bool {
    std::fs::read_dir(folder).unwrap().flatten().any(|entry| {
        let path = entry.path();
        if path.is_dir() {
            return holds(&path, text);
        }
        let bytes = std::fs::read(&path).unwrap_or_default();
        bytes
            .windows(text.len())
            .any(|window| window == text.as_bytes())
    })
}

#[test]
fn a_collector_that_dies_is_a_failure() {
    let folder = tempfile::tempdir().unwrap();
    let up = Up::start(folder.path());
    kill(Pid::from_raw(collector_id(folder.path())), Signal::SIGKILL).unwrap();
    let Up { mut child, .. } = up;
    let deadline = Instant::now() + LONG;
    let status = loop {
        if let Some(status) = child.try_wait().unwrap() {
            break status;
        }
        assert!(Instant::now() < deadline, "it goes on without a Collector");
        std::thread::sleep(Duration::from_millis(20));
    };
    assert_eq!(status.code(), Some(1));
}

#[test]
fn without_collector_and_go_it_says_so_with_code_3() {
    let folder = tempfile::tempdir().unwrap();
    let output = bellwether()
        .args(["up", "--folder", "state"])
        // Away from the repository, whose build would be found.
        .current_dir(folder.path())
        .env("PATH", "/nowhere")
        .env("HOME", folder.path())
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(3), "{}", stderr(&output));
    let text = stderr(&output);
    assert!(
        text.contains("Go") && text.contains("BELLWETHER_OTELCOL"),
        "{text}"
    );
    assert!(stdout(&output).is_empty());
}

#[test]
fn an_empty_token_is_refused_before_anything_starts() {
    let folder = tempfile::tempdir().unwrap();
    let output = bellwether()
        .args(["up", "--to", "dash0", "--folder", "state"])
        .current_dir(folder.path())
        .env("PATH", "/nowhere")
        .env("HOME", folder.path())
        .env("DASH0_AUTH_TOKEN", "")
        .output()
        .unwrap();
    assert_eq!(
        output.status.code(),
        Some(1),
        "the token first, not the missing Collector"
    );
    assert!(
        stderr(&output).contains("DASH0_AUTH_TOKEN"),
        "{}",
        stderr(&output)
    );
}

#[test]
fn an_unknown_destination_is_wrong_usage() {
    let output = bellwether()
        .args(["up", "--to", "docker"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn docker_metrics_are_switched_on_by_their_variable() {
    let help = bellwether().args(["up", "--help"]).output().unwrap();
    assert!(stdout(&help).contains("ENABLE_DOCKER_METRICS"));
    let refused = bellwether()
        .args(["up"])
        .env("ENABLE_DOCKER_METRICS", "perhaps")
        .output()
        .unwrap();
    assert_eq!(refused.status.code(), Some(2));
    assert!(stderr(&refused).contains("perhaps"), "{}", stderr(&refused));
}
