//! The processes of the demo, seen from the one that starts them.
//!
//! Each role is this same binary, started as `bellwether demo-role …` in a process group of its own: a Ctrl-C on the
//! terminal then reaches the demo alone, which ends the roles in order. Ending is: close the lifelines (the standard
//! inputs), wait for last words and exit, then kill what is left of each group, grandchildren included.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use nix::sys::signal::{Signal, killpg};
use nix::unistd::Pid;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::{Child, ChildStdin, Command};
use tokio::sync::mpsc;

use super::wire::Report;
use crate::exit::Failure;

/// How long a role may take to answer that it is ready.
const START_LIMIT: Duration = Duration::from_secs(20);

/// The running roles.
#[derive(Debug)]
pub(super) struct Fleet {
    environment: BTreeMap<String, String>,
    is_inherited: bool,
    logs: PathBuf,
    members: Vec<Member>,
    sender: mpsc::UnboundedSender<(String, Report)>,
    reports: mpsc::UnboundedReceiver<(String, Report)>,
}

#[derive(Debug)]
struct Member {
    name: String,
    child: Child,
    group: Option<Pid>,
    lifeline: Option<ChildStdin>,
    reader: tokio::task::JoinHandle<()>,
}

impl Fleet {
    /// No role runs yet. `environment` is set for each; the telemetry variables of this process are passed on only if
    /// `is_inherited`. What roles print lies under `logs` afterwards.
    pub(super) fn new(
        environment: BTreeMap<String, String>,
        is_inherited: bool,
        logs: &Path,
    ) -> Self {
        // Unbounded in type only: the roles end by themselves after a bounded number of lines, and every line is taken
        // out as it comes.
        let (sender, reports) = mpsc::unbounded_channel();
        Self {
            environment,
            is_inherited,
            logs: logs.to_path_buf(),
            members: Vec::new(),
            sender,
            reports,
        }
    }

    /// Starts a role. `arguments` follow `demo-role`.
    pub(super) fn start(&mut self, name: &str, arguments: &[&str]) -> Result<(), Failure> {
        let failed =
            |error: std::io::Error| Failure::new(format!("cannot start the {name}: {error}"));
        let log_path = self.logs.join(format!("{name}.log"));
        let log = File::create(&log_path).map_err(|error| {
            Failure::new(format!("cannot write `{}`: {error}", log_path.display()))
        })?;
        let mut command = Command::new(std::env::current_exe().map_err(failed)?);
        command
            .arg("demo-role")
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(log.try_clone().map_err(failed)?)
            .process_group(0)
            .kill_on_drop(true);
        for (variable, _) in std::env::vars_os() {
            if is_telemetry(&variable.to_string_lossy(), self.is_inherited) {
                command.env_remove(variable);
            }
        }
        command.envs(&self.environment);
        let mut child = command.spawn().map_err(failed)?;
        let lifeline = child.stdin.take();
        let group = child
            .id()
            .and_then(|id| i32::try_from(id).ok())
            .map(Pid::from_raw);
        let reader = tokio::spawn(read(
            name.to_owned(),
            child.stdout.take(),
            log,
            self.sender.clone(),
        ));
        self.members.push(Member {
            name: name.to_owned(),
            child,
            group,
            lifeline,
            reader,
        });
        Ok(())
    }

    /// Starts a role and waits until it says where it answers.
    pub(super) async fn start_and_wait(
        &mut self,
        name: &str,
        arguments: &[&str],
    ) -> Result<String, Failure> {
        self.start(name, arguments)?;
        let answer = async {
            while let Some((_, report)) = self.reports.recv().await {
                match report {
                    Report::Ready { address } => return Some(address),
                    // It ended before it was ready.
                    Report::Delivery { .. } => return None,
                    _ => {}
                }
            }
            None
        };
        // One that cannot start says why in its log and is gone at once.
        let gone = async {
            if let Some(member) = self.members.last_mut() {
                let _ = member.child.wait().await;
            }
        };
        let answer = async {
            tokio::select! {
                answer = answer => answer,
                () = gone => None,
            }
        };
        tokio::time::timeout(START_LIMIT, answer)
            .await
            .ok()
            .flatten()
            .ok_or_else(|| {
                Failure::new(format!(
                    "the {name} did not start; what it said is in `{}`",
                    self.logs.join(format!("{name}.log")).display()
                ))
            })
    }

    /// The next report of any role. `None` when the demo's own work is done for: a role ended unasked.
    pub(super) async fn report(&mut self) -> Option<(String, Report)> {
        let next = self.reports.recv().await?;
        // The last word of a role that nobody told to end.
        if matches!(&next.1, Report::Delivery { service, .. } if service != "task") {
            return None;
        }
        Some(next)
    }

    /// Ends all roles; answers what they reported on the way out. Each gets until `limit`, then it is killed.
    pub(super) async fn stop(&mut self, limit: Duration) -> Vec<Report> {
        // The ones that give work first, the ones that take it last.
        for member in &mut self.members {
            member.lifeline = None;
        }
        let deadline = tokio::time::Instant::now() + limit;
        for member in &mut self.members {
            let ended = tokio::time::timeout_at(deadline, member.child.wait()).await;
            member.kill_group();
            if ended.is_err() {
                let _ = member.child.wait().await;
            }
            // The pipe may be held by a grandchild that was just killed: soon over.
            let _ = tokio::time::timeout(Duration::from_secs(1), &mut member.reader).await;
        }
        let mut last_words = Vec::new();
        while let Ok((_, report)) = self.reports.try_recv() {
            last_words.push(report);
        }
        self.members.clear();
        last_words
    }

    /// The names and process ids of the roles.
    pub(super) fn processes(&self) -> Vec<(String, u32)> {
        self.members
            .iter()
            .filter_map(|member| Some((member.name.clone(), member.child.id()?)))
            .collect()
    }
}

impl Drop for Fleet {
    fn drop(&mut self) {
        for member in &mut self.members {
            member.kill_group();
        }
    }
}

impl Member {
    /// Kills whatever is left in the role's process group. The group's id is not used again while a member lives, and
    /// an empty group answers that it is not there.
    fn kill_group(&mut self) {
        if let Some(group) = self.group.take() {
            let _ = killpg(group, Signal::SIGKILL);
        }
    }
}

/// Takes in a role's standard output until it ends.
async fn read(
    name: String,
    stdout: Option<tokio::process::ChildStdout>,
    mut log: File,
    sender: mpsc::UnboundedSender<(String, Report)>,
) {
    let Some(stdout) = stdout else {
        return;
    };
    let mut lines = BufReader::new(stdout).lines();
    while let Ok(Some(line)) = lines.next_line().await {
        match serde_json::from_str(&line) {
            Ok(report) => _ = sender.send((name.clone(), report)),
            Err(_) => _ = writeln!(log, "{line}"),
        }
    }
}

/// Whether a variable of this process must not reach the roles. They have names of their own, and when they talk to
/// the demo's Collector, then to no other.
fn is_telemetry(variable: &str, is_inherited: bool) -> bool {
    const ALWAYS: [&str; 7] = [
        // One port is not for seven processes.
        "METRICS_PORT",
        "OTEL_SERVICE_NAME",
        "OTEL_RESOURCE_ATTRIBUTES",
        "TRACEPARENT",
        "TRACESTATE",
        "BAGGAGE",
        "TRACE_CONTEXT",
    ];
    const PREFIXES: [&str; 9] = [
        "OTEL_",
        "DASH0_",
        "TRACING_",
        "METRICS_",
        "LOG_",
        "ALERTING_",
        "ENABLE_",
        "HEALTH_",
        "BELLWETHER_METRICS_",
    ];
    ALWAYS.contains(&variable)
        || !is_inherited && PREFIXES.iter().any(|prefix| variable.starts_with(prefix))
}

#[cfg(test)]
mod tests {
    use super::is_telemetry;

    #[test]
    fn roles_talk_to_the_demo_only() {
        assert!(is_telemetry("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", false));
        assert!(!is_telemetry("OTEL_EXPORTER_OTLP_ENDPOINT", true));
        assert!(is_telemetry("OTEL_SERVICE_NAME", true));
        assert!(is_telemetry("METRICS_PORT", true));
        assert!(!is_telemetry("PATH", false));
    }
}
