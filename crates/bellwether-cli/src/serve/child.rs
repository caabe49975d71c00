//! The local backend as a process of its own, which another command keeps running.
//!
//! It is this same binary, started as `bellwether serve --supervised` in a process group of its own: a Ctrl-C on the terminal reaches
//! the command alone, which ends the Collector before the store that it sends to. Its standard input is a pipe whose other end the
//! command holds; when the command ends, by `kill -9` too, the pipe closes and the backend ends in order. Its first line of output
//! says where it listens. A backend that dies takes nothing with it but itself: what it had acknowledged is in its file, what comes
//! meanwhile waits in the Collector's queue, and [`Child::keep`] starts it again on the same ports.

use std::fs::File;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::{Duration, Instant};

use serde::{Deserialize, Serialize};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child as Process, ChildStdin, Command};

use crate::exit::Failure;
use crate::terminal::Terminal;

/// From the start of the process to its word that it listens.
const READY_WITHIN: Duration = Duration::from_secs(30);
/// Between two starts of a backend that does not stay.
const LONGEST_PAUSE: Duration = Duration::from_secs(30);
/// One that ran this long was well.
const WELL_AFTER: Duration = Duration::from_secs(60);

/// Where a backend listens: what it says first when it is supervised.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub(super) struct Listens {
    pub(super) grpc: SocketAddr,
    pub(super) http: SocketAddr,
}

/// A backend that listened once. Dropped, it is killed; [`Self::stop`] ends it in order.
#[derive(Debug)]
pub(crate) struct Child {
    process: Process,
    lifeline: Option<ChildStdin>,
    listens: Listens,
    file: PathBuf,
    log: PathBuf,
    began: Instant,
}

impl Child {
    /// Starts a backend on `file` and waits until it listens on `grpc` and `http` (port 0: any that are free). What it says goes to
    /// `backend.log` in `folder`.
    pub(crate) async fn start(
        file: &Path,
        grpc: SocketAddr,
        http: SocketAddr,
        folder: &Path,
    ) -> Result<Self, Failure> {
        std::fs::create_dir_all(folder)
            .map_err(|error| Failure::new(format!("cannot make {}: {error}", folder.display())))?;
        let log = folder.join("backend.log");
        let (process, lifeline, listens) = spawn(file, Listens { grpc, http }, &log).await?;
        Ok(Self {
            process,
            lifeline,
            listens,
            file: file.to_owned(),
            log,
            began: Instant::now(),
        })
    }

    /// Where it takes OTLP over gRPC.
    pub(crate) const fn grpc(&self) -> SocketAddr {
        self.listens.grpc
    }

    /// Where it takes OTLP over HTTP, and answers questions.
    pub(crate) const fn http(&self) -> SocketAddr {
        self.listens.http
    }

    /// Its store.
    pub(crate) fn file(&self) -> &Path {
        &self.file
    }

    /// Its output.
    pub(crate) fn log(&self) -> &Path {
        &self.log
    }

    /// Starts it again whenever it ends, for as long as this is polled. Never resolves.
    pub(crate) async fn keep(&mut self, terminal: &Terminal) {
        let mut pause = Duration::ZERO;
        loop {
            let how = match self.process.wait().await {
                Ok(status) => status.to_string(),
                Err(error) => error.to_string(),
            };
            pause = if self.began.elapsed() > WELL_AFTER {
                Duration::ZERO
            } else {
                (pause * 2).clamp(Duration::from_millis(250), LONGEST_PAUSE)
            };
            terminal.warning(&format!(
                "the local backend ended by itself ({how}) and is started again; the Collector keeps what comes meanwhile; see {}",
                self.log.display()
            ));
            tokio::time::sleep(pause).await;
            self.began = Instant::now();
            match spawn(&self.file, self.listens, &self.log).await {
                Ok((process, lifeline, listens)) => {
                    self.process = process;
                    self.lifeline = lifeline;
                    self.listens = listens;
                    terminal.line("the local backend is back");
                }
                // The process that is held has ended: the next round comes here again.
                Err(failure) => terminal.warning(&failure.to_string()),
            }
        }
    }

    /// Asks it to end, and kills it if it has not after `limit`. Whether it ended by itself.
    pub(crate) async fn stop(mut self, limit: Duration) -> bool {
        drop(self.lifeline.take());
        if tokio::time::timeout(limit, self.process.wait())
            .await
            .is_ok()
        {
            return true;
        }
        let _ = self.process.kill().await;
        false
    }
}

async fn spawn(
    file: &Path,
    at: Listens,
    log: &Path,
) -> Result<(Process, Option<ChildStdin>, Listens), Failure> {
    let failed =
        |error: std::io::Error| Failure::new(format!("cannot start the local backend: {error}"));
    let output = File::options()
        .create(true)
        .append(true)
        .open(log)
        .map_err(|error| Failure::new(format!("cannot write {}: {error}", log.display())))?;
    let began_at = output.metadata().map_or(0, |file| file.len());
    let mut process = Command::new(std::env::current_exe().map_err(failed)?)
        .args(["serve", "--supervised", "--grpc", &at.grpc.to_string()])
        .args(["--http", &at.http.to_string(), "--file"])
        .arg(file)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(output)
        .process_group(0)
        .kill_on_drop(true)
        .spawn()
        .map_err(failed)?;
    let lifeline = process.stdin.take();
    let Some(stdout) = process.stdout.take() else {
        return Err(Failure::new("the local backend has no output"));
    };
    let mut lines = BufReader::new(stdout).lines();
    let first = tokio::time::timeout(READY_WITHIN, lines.next_line()).await;
    let listens = match first {
        Ok(Ok(Some(line))) => serde_json::from_str(&line).ok(),
        _ => None,
    };
    let Some(listens) = listens else {
        let _ = process.start_kill();
        let status = process.wait().await;
        return Err(not_ready(status, log, began_at));
    };
    Ok((process, lifeline, listens))
}

/// Why it does not listen: what it said last.
fn not_ready(status: std::io::Result<ExitStatus>, log: &Path, from: u64) -> Failure {
    let said = std::fs::read(log).unwrap_or_default();
    let new = usize::try_from(from)
        .ok()
        .and_then(|from| said.get(from..))
        .unwrap_or_default();
    let said = String::from_utf8_lossy(new);
    let how = status.map_or_else(|error| error.to_string(), |status| status.to_string());
    Failure::new(format!(
        "the local backend does not start ({how}):\n{}",
        said.trim()
    ))
}
