//! The real Collector with a configuration of the test's own, writing what it receives to files.

#![allow(dead_code, reason = "each test binary uses its own part")]

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::OnceLock;
use std::time::{Duration, Instant};

use serde_json::Value;

/// The Collector's binary: `BELLWETHER_OTELCOL`, or built once through `bellwether collector build`.
///
/// `None` where it cannot be had, with the reason printed; under CI that is a failure instead.
pub(crate) fn binary() -> Option<&'static Path> {
    static BINARY: OnceLock<Option<PathBuf>> = OnceLock::new();
    BINARY.get_or_init(find).as_deref()
}

fn find() -> Option<PathBuf> {
    if let Some(given) = std::env::var_os("BELLWETHER_OTELCOL") {
        return Some(given.into());
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let built = Command::new(env!("CARGO_BIN_EXE_bellwether"))
        .args(["collector", "build"])
        .current_dir(root.canonicalize().unwrap())
        .output()
        .unwrap();
    let out = String::from_utf8_lossy(&built.stdout).into_owned();
    let path = out
        .lines()
        .rev()
        .map(str::trim)
        .map(PathBuf::from)
        .find(|path| path.is_file());
    if path.is_none() {
        let why = String::from_utf8_lossy(&built.stderr).into_owned();
        assert!(std::env::var_os("CI").is_none(), "no Collector: {out}{why}");
        bellwether_testing::skipped::say("otelcol", &format!("no Collector: {out}{why}"));
    }
    path
}

pub(crate) fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port()
}

/// A running Collector that is killed on drop.
pub(crate) struct Otelcol {
    child: Child,
    folder: tempfile::TempDir,
    pub(crate) grpc: u16,
    pub(crate) http: u16,
}

impl Otelcol {
    /// Starts one with OTLP receivers on free ports; `tls` is put under both protocols.
    pub(crate) fn start(binary: &Path, tls: &str) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let (grpc, http) = (free_port(), free_port());
        let indented = tls.replace('\n', "\n        ");
        let indented = if tls.is_empty() {
            String::new()
        } else {
            format!("        {indented}\n")
        };
        let out = folder.path().display();
        let config = format!(
            "receivers:\n  otlp:\n    protocols:\n      grpc:\n        endpoint: 127.0.0.1:{grpc}\n{indented}\
             \x20     http:\n        endpoint: 127.0.0.1:{http}\n{indented}\
             exporters:\n  file:\n    path: {out}/received.jsonl\n    flush_interval: 100ms\n\
             service:\n  telemetry:\n    metrics:\n      level: none\n  pipelines:\n\
             \x20   traces: {{receivers: [otlp], exporters: [file]}}\n\
             \x20   metrics: {{receivers: [otlp], exporters: [file]}}\n\
             \x20   logs: {{receivers: [otlp], exporters: [file]}}\n"
        );
        let path = folder.path().join("config.yaml");
        fs::write(&path, config).unwrap();
        let log = fs::File::create(folder.path().join("log")).unwrap();
        let child = Command::new(binary)
            .arg("--config")
            .arg(&path)
            .stdout(Stdio::null())
            .stderr(log)
            .spawn()
            .unwrap();
        let started = Self {
            child,
            folder,
            grpc,
            http,
        };
        for port in [grpc, http] {
            let up = || TcpStream::connect(("127.0.0.1", port)).is_ok();
            assert!(poll(Duration::from_secs(30), up), "{}", started.log());
        }
        started
    }

    pub(crate) fn log(&self) -> String {
        fs::read_to_string(self.folder.path().join("log")).unwrap_or_default()
    }

    /// Every OTLP document received so far.
    pub(crate) fn received(&self) -> Vec<Value> {
        let text =
            fs::read_to_string(self.folder.path().join("received.jsonl")).unwrap_or_default();
        text.lines()
            .filter_map(|line| serde_json::from_str(line).ok())
            .collect()
    }

    /// The kinds of signal that came from a service: `resourceSpans`, `resourceMetrics`, `resourceLogs`.
    pub(crate) fn signals_of(&self, service: &str) -> Vec<String> {
        let named = format!("\"{service}\"");
        let mut signals: Vec<String> = self
            .received()
            .iter()
            .filter(|document| document.to_string().contains(&named))
            .filter_map(|document| document.as_object()?.keys().next().cloned())
            .collect();
        signals.sort();
        signals.dedup();
        signals
    }
}

impl Drop for Otelcol {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Asks until the answer is yes or the time is over.
pub(crate) fn poll(limit: Duration, mut ready: impl FnMut() -> bool) -> bool {
    let until = Instant::now() + limit;
    loop {
        if ready() {
            return true;
        }
        if Instant::now() > until {
            return false;
        }
        std::thread::sleep(Duration::from_millis(25));
    }
}
