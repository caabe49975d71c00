//! Others, with the same items in the same run. One that cannot be measured is left out, with the reason.

mod jaeger;
mod prometheus;

use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use tokio::process::{Child, Command};

use super::report::Report;
use super::{Arguments, failed};
use crate::exit::Failure;
use crate::terminal::Terminal;

const PATIENCE: Duration = Duration::from_secs(60);

pub(super) async fn measure(arguments: &Arguments, terminal: &Terminal, report: &mut Report) {
    let left_out = |name: &str, why: &str| format!("{name} was left out: {why}.");
    match &arguments.jaeger {
        None => report
            .remarks
            .push(left_out("Jaeger", "--jaeger names no program")),
        Some(program) => {
            for storage in [jaeger::Storage::Memory, jaeger::Storage::Badger] {
                terminal.status(&format!("{} meanwhile", storage.name()));
                if let Err(error) = jaeger::measure(program, storage, arguments, report).await {
                    report
                        .remarks
                        .push(left_out(storage.name(), &error.to_string()));
                }
            }
        }
    }
    match &arguments.prometheus {
        None => report
            .remarks
            .push(left_out("Prometheus", "--prometheus names no program")),
        Some(program) => {
            terminal.status("Prometheus meanwhile");
            if let Err(error) = prometheus::measure(program, arguments, report).await {
                report
                    .remarks
                    .push(left_out("Prometheus", &error.to_string()));
            }
        }
    }
}

/// A server of another kind, in a folder of its own; both go when it is dropped.
struct Peer {
    child: Child,
    folder: PathBuf,
}

impl Peer {
    /// `configuration` gets the folder and is written into it.
    fn start(
        program: &Path,
        configuration: impl FnOnce(&Path) -> String,
        arguments: impl FnOnce(&Path) -> Vec<String>,
    ) -> Result<Self, Failure> {
        let name = program.file_stem().unwrap_or_default().to_string_lossy();
        let folder =
            std::env::temp_dir().join(format!("bellwether-bench-{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(&folder).map_err(|error| failed("temporary folder", error))?;
        let file = folder.join("config.yaml");
        std::fs::write(&file, configuration(&folder))
            .map_err(|error| failed("config.yaml", error))?;
        let log =
            std::fs::File::create(folder.join("log")).map_err(|error| failed("log", error))?;
        let child = Command::new(program)
            .args(arguments(&folder))
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(log)
            .kill_on_drop(true)
            .spawn()
            .map_err(|error| failed(&program.display().to_string(), error))?;
        Ok(Self { child, folder })
    }

    /// Waits until `url` is answered with success.
    async fn ready(&mut self, client: &reqwest::Client, url: &str) -> Result<(), Failure> {
        let began = Instant::now();
        while began.elapsed() < PATIENCE {
            if let Ok(Some(status)) = self.child.try_wait() {
                let log = std::fs::read_to_string(self.folder.join("log")).unwrap_or_default();
                let last = log.lines().last().unwrap_or_default().to_owned();
                return Err(Failure::new(format!("it ended ({status}): {last}")));
            }
            let answer = client.get(url).send().await;
            if answer.is_ok_and(|answer| answer.status().is_success()) {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
        Err(Failure::new("it was not ready within a minute"))
    }
}

impl Drop for Peer {
    fn drop(&mut self) {
        let _ = self.child.start_kill();
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// A port that was free a moment ago.
fn free_port() -> Result<u16, Failure> {
    TcpListener::bind("127.0.0.1:0")
        .and_then(|listener| listener.local_addr())
        .map(|address| address.port())
        .map_err(|error| failed("a free port", error))
}

/// Bytes of all files in a folder.
fn size(folder: &Path) -> u64 {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return 0;
    };
    entries
        .filter_map(Result::ok)
        .map(|entry| match entry.metadata() {
            Ok(metadata) if metadata.is_dir() => size(&entry.path()),
            Ok(metadata) => metadata.len(),
            Err(_) => 0,
        })
        .sum()
}
