//! A running Collector.
//!
//! [`Collector::start`] writes the layers, picks ports, starts the binary and waits until its health check answers.
//! Its output goes to a log file. [`Collector::stop`] asks it to end (SIGTERM, so that queues are closed in order) and
//! kills it after a while.
//!
//! It must not outlive this process, however that ends. On Linux a process can ask for a signal at the death of its
//! parent, but only between fork and exec, where Rust calls such code `unsafe`; it is also tied to the thread that
//! forked. Instead a small shell waits at the end of a pipe that only this process holds open: the pipe closes when this
//! process ends, also by SIGKILL, and the shell then ends the Collector. Both run in process groups of their own, so a
//! Ctrl-C at the terminal reaches this process alone, which decides what to stop first.

use std::fs::File;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde::{Deserialize, Serialize};
use tokio::process::{Child, ChildStdin, Command};

use super::error::Error;
use super::layers::Layers;
use super::preflight::{self, Variables};
use super::self_metrics::SelfMetrics;

/// From the start of the process to a health check that answers.
const READY_WITHIN: Duration = Duration::from_secs(30);
/// Free ports are free when they are picked; somebody may be quicker.
const ATTEMPTS: usize = 4;
/// The Collector closes its queues on SIGTERM; a shell that outlives this process gives it this long.
const ORPHAN_SCRIPT: &str =
    "cat >/dev/null; kill -TERM \"$1\" 2>/dev/null && sleep 10 && kill -KILL \"$1\" 2>/dev/null";

/// Which ports a Collector takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ports {
    /// Those that everybody expects (OTLP specification and Collector defaults), or those of the variables.
    Usual,
    /// Any that are free on the loopback interface.
    Free,
}

/// What to start.
#[derive(Debug, Clone)]
pub(crate) struct Plan {
    /// The binary.
    pub(crate) binary: PathBuf,
    /// The configuration.
    pub(crate) layers: Layers,
    /// Further configuration files, merged after the layers.
    pub(crate) files: Vec<PathBuf>,
    /// For configuration, log, queue and data. Made if it is not there. One running Collector a folder.
    pub(crate) folder: PathBuf,
    /// The ports.
    pub(crate) ports: Ports,
    /// On top of the variables of this process.
    pub(crate) variables: Variables,
}

/// Where a Collector listens: `host:port`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Endpoints {
    /// OTLP over gRPC.
    pub(crate) grpc: String,
    /// OTLP over HTTP.
    pub(crate) http: String,
    /// The health check.
    pub(crate) health: String,
    /// Its own metrics, in the Prometheus text format.
    pub(crate) metrics: String,
    /// Its own metrics, as OTLP to itself.
    pub(crate) own: String,
}

impl Endpoints {
    fn of(variables: &Variables) -> Self {
        let get = |name: &str, default: &str| {
            let value = variables.get(name).filter(|value| !value.is_empty());
            value.cloned().unwrap_or_else(|| default.to_owned())
        };
        let metrics_host = get("BELLWETHER_COLLECTOR_METRICS_HOST", "127.0.0.1");
        Self {
            grpc: get("BELLWETHER_OTLP_GRPC_ENDPOINT", "127.0.0.1:4317"),
            http: get("BELLWETHER_OTLP_HTTP_ENDPOINT", "127.0.0.1:4318"),
            health: get("BELLWETHER_COLLECTOR_HEALTH_ENDPOINT", "127.0.0.1:13133"),
            metrics: format!(
                "{metrics_host}:{}",
                get("BELLWETHER_COLLECTOR_METRICS_PORT", "8888")
            ),
            own: get("BELLWETHER_COLLECTOR_SELF_ENDPOINT", "127.0.0.1:4319"),
        }
    }

    fn free() -> Result<Self, Error> {
        // All five are held until all are picked, or the system would give one twice.
        let listeners = (0..5)
            .map(|_| TcpListener::bind((Ipv4Addr::LOCALHOST, 0)))
            .collect::<Result<Vec<_>, _>>()
            .map_err(Error::io("find free ports"))?;
        let mut addresses = listeners.iter().map(TcpListener::local_addr);
        let mut next = || -> Result<String, Error> {
            let address = addresses
                .next()
                .unwrap_or_else(|| Ok(SocketAddr::from((Ipv4Addr::LOCALHOST, 0))));
            Ok(address.map_err(Error::io("find free ports"))?.to_string())
        };
        Ok(Self {
            grpc: next()?,
            http: next()?,
            health: next()?,
            metrics: next()?,
            own: next()?,
        })
    }

    fn variables(&self) -> Variables {
        let (metrics_host, metrics_port) = self
            .metrics
            .rsplit_once(':')
            .unwrap_or(("127.0.0.1", &self.metrics));
        let pairs = [
            ("BELLWETHER_OTLP_GRPC_ENDPOINT", self.grpc.as_str()),
            ("BELLWETHER_OTLP_HTTP_ENDPOINT", &self.http),
            ("BELLWETHER_COLLECTOR_HEALTH_ENDPOINT", &self.health),
            ("BELLWETHER_COLLECTOR_METRICS_HOST", metrics_host),
            ("BELLWETHER_COLLECTOR_METRICS_PORT", metrics_port),
            ("BELLWETHER_COLLECTOR_SELF_ENDPOINT", &self.own),
        ];
        pairs
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .into()
    }
}

/// A Collector that was ready once. Dropped, it is killed; [`Self::stop`] is the way to end it without loss.
#[derive(Debug)]
pub(crate) struct Collector {
    child: Child,
    /// The shell that ends the Collector if this process dies, and the pipe it waits at.
    orphan_guard: (Child, Option<ChildStdin>),
    endpoints: Endpoints,
    folder: PathBuf,
    client: reqwest::Client,
}

impl Collector {
    /// Starts a Collector and waits until it is ready.
    ///
    /// # Errors
    ///
    /// Whatever [`preflight`] finds; [`Error::Ended`] if it ends at once (a port that is taken, a bad variable) with the
    /// end of its log; [`Error::NotReady`] after 30 s.
    pub(crate) async fn start(plan: &Plan) -> Result<Self, Error> {
        let mut environment = super::environment();
        environment.extend(plan.variables.clone());
        let checked = preflight::check(&plan.layers, &environment)?;
        environment.extend(checked);

        std::fs::create_dir_all(&plan.folder)
            .map_err(Error::io(format!("make {}", plan.folder.display())))?;
        let folder =
            std::path::absolute(&plan.folder).map_err(Error::io("find the working directory"))?;
        for (name, subfolder) in [
            ("BELLWETHER_QUEUE_DIR", "queue"),
            ("BELLWETHER_DATA_DIR", "data"),
        ] {
            let path = folder.join(subfolder).display().to_string();
            environment.entry(name.to_owned()).or_insert(path);
        }
        // Go's collector works harder before the limit of memory_limiter is reached (80 % of it).
        environment
            .entry("GOMEMLIMIT".to_owned())
            .or_insert_with(|| "410MiB".to_owned());
        let mut files = plan.layers.write(&folder.join("config"))?;
        files.extend(plan.files.iter().cloned());

        let mut attempt = 1;
        loop {
            let endpoints = match plan.ports {
                Ports::Usual => Endpoints::of(&environment),
                Ports::Free => Endpoints::free()?,
            };
            environment.extend(endpoints.variables());
            let collector = Self::spawn(&plan.binary, &files, &environment, endpoints, &folder)?;
            match collector.ready().await {
                Err(Error::Ended { tail, .. })
                    if plan.ports == Ports::Free
                        && attempt < ATTEMPTS
                        && tail.contains("address already in use") =>
                {
                    attempt += 1;
                }
                result => return result,
            }
        }
    }

    fn spawn(
        binary: &Path,
        files: &[PathBuf],
        environment: &Variables,
        endpoints: Endpoints,
        folder: &Path,
    ) -> Result<Self, Error> {
        let log = log_file(folder);
        let cannot_log = || Error::io(format!("write {}", log.display()));
        let output = File::options()
            .create(true)
            .append(true)
            .open(&log)
            .map_err(cannot_log())?;
        let also_output = output.try_clone().map_err(cannot_log())?;
        let mut command = Command::new(binary);
        for file in files {
            command.arg("--config").arg(file);
        }
        let child = command
            .envs(environment)
            .stdin(Stdio::null())
            .stdout(output)
            .stderr(also_output)
            .process_group(0)
            .kill_on_drop(true)
            .spawn()
            .map_err(Error::io(format!("run {}", binary.display())))?;
        let id = child.id().unwrap_or_default().to_string();
        let mut guard = Command::new("/bin/sh")
            .args(["-c", ORPHAN_SCRIPT, "sh", &id])
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .process_group(0)
            .kill_on_drop(true)
            .spawn()
            .map_err(Error::io("run /bin/sh"))?;
        let lifeline = guard.stdin.take();
        let client = reqwest::Client::builder()
            .no_proxy()
            .timeout(Duration::from_secs(2))
            .build()
            .map_err(|error| Error::Io {
                action: "set up HTTP".to_owned(),
                source: std::io::Error::other(error),
            })?;
        let collector = Self {
            child,
            orphan_guard: (guard, lifeline),
            endpoints,
            folder: folder.to_owned(),
            client,
        };
        collector.write_state()?;
        Ok(collector)
    }

    /// For whoever wants to find this Collector: `collector.json` in its folder.
    fn write_state(&self) -> Result<(), Error> {
        let state = serde_json::json!({ "pid": self.child.id(), "endpoints": self.endpoints });
        let path = state_file(&self.folder);
        std::fs::write(&path, format!("{state:#}\n"))
            .map_err(Error::io(format!("write {}", path.display())))
    }

    async fn ready(mut self) -> Result<Self, Error> {
        let url = format!("http://{}/", self.endpoints.health);
        let started = Instant::now();
        loop {
            if let Some(status) = self
                .child
                .try_wait()
                .map_err(Error::io("watch the Collector"))?
            {
                let log = self.log();
                return Err(Error::Ended {
                    status,
                    tail: tail(&log, 12),
                    log,
                });
            }
            let answer = self.client.get(&url).send().await;
            if answer.is_ok_and(|answer| answer.status().is_success()) {
                return Ok(self);
            }
            if started.elapsed() > READY_WITHIN {
                return Err(Error::NotReady {
                    seconds: READY_WITHIN.as_secs(),
                    log: self.log(),
                });
            }
            tokio::time::sleep(Duration::from_millis(25)).await;
        }
    }

    /// Where it listens.
    pub(crate) const fn endpoints(&self) -> &Endpoints {
        &self.endpoints
    }

    /// Its folder.
    pub(crate) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Its output.
    pub(crate) fn log(&self) -> PathBuf {
        log_file(&self.folder)
    }

    /// What it counted so far.
    pub(crate) async fn self_metrics(&self) -> Result<SelfMetrics, Error> {
        let url = format!("http://{}/metrics", self.endpoints.metrics);
        let read = async {
            let answer = self.client.get(&url).send().await?.error_for_status()?;
            answer.text().await
        };
        match read.await {
            Ok(text) => Ok(SelfMetrics::parse(&text)),
            Err(error) => Err(Error::SelfMetrics {
                url,
                reason: error.without_url().to_string(),
            }),
        }
    }

    /// Waits until it ends by itself, which it should not.
    pub(crate) async fn ended(&mut self) -> Result<ExitStatus, Error> {
        self.child
            .wait()
            .await
            .map_err(Error::io("wait for the Collector"))
    }

    /// Asks it to end, and kills it if it has not after `limit`. Whether it ended by itself.
    ///
    /// Its exit code says little: its last own metrics go to its own receiver, which is closed by then, and that alone
    /// makes the code 1.
    pub(crate) async fn stop(mut self, limit: Duration) -> Result<bool, Error> {
        let id = self.child.id().and_then(|id| i32::try_from(id).ok());
        if let Some(id) = id {
            // It may have ended this very moment.
            let _ = kill(Pid::from_raw(id), Signal::SIGTERM);
        }
        let is_over = tokio::time::timeout(limit, self.child.wait()).await.is_ok();
        if !is_over {
            self.child
                .kill()
                .await
                .map_err(Error::io("kill the Collector"))?;
        }
        // Killed rather than left to see its pipe close: the Collector's id may belong to somebody else by now.
        let _ = self.orphan_guard.0.kill().await;
        let _ = std::fs::remove_file(state_file(&self.folder));
        Ok(is_over)
    }
}

fn log_file(folder: &Path) -> PathBuf {
    folder.join("collector.log")
}

fn state_file(folder: &Path) -> PathBuf {
    folder.join("collector.json")
}

/// The last lines of a file; empty if it can't be read.
pub(super) fn tail(path: &Path, lines: usize) -> String {
    let text = std::fs::read(path).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let all: Vec<_> = text.lines().collect();
    all.get(all.len().saturating_sub(lines)..)
        .unwrap_or_default()
        .join("\n")
}
