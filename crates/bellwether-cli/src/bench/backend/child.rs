//! A server in a process of its own, and what it costs there.

use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, Command};

use crate::exit::Failure;

use super::failed;

/// For whatever a server does before it is ready.
const PATIENCE: Duration = Duration::from_secs(60);

/// `bellwether serve`.
pub(super) struct Server {
    child: Child,
    pub(super) grpc: String,
    pub(super) http: String,
    /// From the start of the process until it said that it listens.
    pub(super) ready_after: Duration,
}

impl Server {
    pub(super) async fn start(file: &Path) -> Result<Self, Failure> {
        let program = std::env::current_exe().map_err(|error| failed("this program", error))?;
        let began = Instant::now();
        let mut child = Command::new(program)
            .args([
                "serve",
                "--grpc",
                "127.0.0.1:0",
                "--http",
                "127.0.0.1:0",
                "--file",
            ])
            .arg(file)
            .env_remove("BELLWETHER_API_TOKEN")
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| failed("bellwether serve", error))?;
        let out = child
            .stdout
            .take()
            .ok_or_else(|| Failure::new("bellwether serve has no output"))?;
        let mut lines = BufReader::new(out).lines();
        let (mut grpc, mut http) = (String::new(), String::new());
        while grpc.is_empty() || http.is_empty() {
            let line = tokio::time::timeout(PATIENCE, lines.next_line()).await;
            let Ok(Ok(Some(line))) = line else {
                return Err(Failure::new("bellwether serve ended before it listened"));
            };
            if let Some(address) = line.strip_prefix("OTLP/gRPC") {
                address.trim().clone_into(&mut grpc);
            } else if let Some(address) = line.strip_prefix("OTLP/HTTP") {
                address.trim().clone_into(&mut http);
            }
        }
        let ready_after = began.elapsed();
        // Its last words need a reader.
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        Ok(Self {
            child,
            grpc,
            http,
            ready_after,
        })
    }

    pub(super) fn cost(&self) -> Cost {
        cost(self.child.id())
    }

    pub(super) async fn stop(mut self) {
        if let Some(id) = self.child.id() {
            let id = nix::unistd::Pid::from_raw(id.cast_signed());
            let _ = nix::sys::signal::kill(id, nix::sys::signal::Signal::SIGINT);
        }
        let _ = tokio::time::timeout(PATIENCE, self.child.wait()).await;
    }
}

/// What a process has used.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Cost {
    pub(super) cpu_seconds: f64,
    /// The highest there was.
    pub(super) resident_megabytes: f64,
}

/// Reads it from `/proc`; zeros where there is none.
pub(super) fn cost(process: Option<u32>) -> Cost {
    let Some(process) = process else {
        return Cost::default();
    };
    let read =
        |file: &str| std::fs::read_to_string(format!("/proc/{process}/{file}")).unwrap_or_default();
    let stat = read("stat");
    // Behind the name, which may hold anything: state is the first, user and system time are twelfth and thirteenth, in hundredths.
    let ticks: f64 = stat
        .rsplit(')')
        .next()
        .unwrap_or_default()
        .split_whitespace()
        .skip(11)
        .take(2)
        .filter_map(|ticks| ticks.parse::<f64>().ok())
        .sum();
    let kilobytes: f64 = read("status")
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))
        .and_then(|rest| rest.split_whitespace().next()?.parse().ok())
        .unwrap_or(0.0);
    Cost {
        cpu_seconds: ticks / 100.0,
        resident_megabytes: kilobytes / 1024.0,
    }
}
