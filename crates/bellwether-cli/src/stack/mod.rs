//! `bellwether stack`: the stack of docker-compose.yml, with a look at the machine before and a look through it after.
//!
//! Docker does the work; this command says beforehand what would go wrong, in the words of whoever has to mend it, and
//! afterwards whether what a service sends is found at every place where somebody looks.
//!
//! | module | |
//! |---|---|
//! | [`folder`] | the files of the stack, and its settings: variables over `.env` over defaults |
//! | [`docker`] | the `docker` command: which version, what it says, what it is told |
//! | [`preflight`] | what keeps the stack from starting |
//! | [`links`] | where everything is, once it runs |
//! | [`flow`] | a trace, a metric and a log record, sent and found again |
//!
//! `up` and `check` print findings as `bellwether doctor` does, and end with code 1 if one of them is a problem.

mod docker;
mod flow;
mod folder;
mod links;
mod preflight;

use std::io::{BufRead, IsTerminal};
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Subcommand, ValueEnum};

use crate::doctor::{Finding, Status, findings_text};
use crate::exit::{Exit, Failure};
use crate::terminal::Terminal;
use docker::Docker;
use folder::Folder;

/// Options of `bellwether stack`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  bellwether stack up --demo                     everything, with a fleet of agents at work; prints the links
  DASH0_AUTH_TOKEN=… bellwether stack up --profile dash0
  bellwether stack check                         is anything in the way; does what is sent arrive
  bellwether stack down --volumes                stop, and forget the data after a question

Exit codes: 0 done, 1 a problem was found or Docker failed, 2 wrong usage.")]
pub(crate) struct Arguments {
    /// Where docker-compose.yml lies: a checkout of Bellwether
    #[arg(long, value_name = "DIR", default_value = ".", global = true)]
    folder: PathBuf,

    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Look at the machine, start the stack, wait until it is well, and print the links
    Up(Up),
    /// Stop the stack
    Down {
        /// Forget what it has stored, too
        #[arg(long)]
        volumes: bool,
        /// Do not ask before data goes
        #[arg(long, requires = "volumes")]
        yes: bool,
    },
    /// Say what is in the way; if the stack runs, send something through it and find it again
    Check(Check),
}

/// A part of the stack that is started when it is named.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, ValueEnum)]
pub(crate) enum Profile {
    /// Look first whether Dash0 takes the token
    Dash0,
    /// Metrics of NVIDIA GPUs
    Gpu,
    /// A fleet of agents that works without end
    Demo,
}

impl Profile {
    const fn name(self) -> &'static str {
        match self {
            Self::Dash0 => "dash0",
            Self::Gpu => "gpu",
            Self::Demo => "demo",
        }
    }
}

/// What to start.
#[derive(Debug, Args)]
pub(crate) struct Up {
    /// A part that is not started otherwise; may be given several times
    #[arg(long, value_enum)]
    profile: Vec<Profile>,
    /// The same as --profile demo
    #[arg(long)]
    demo: bool,
    /// The OpenTelemetry project's Collector instead of building our own: seconds instead of minutes
    #[arg(long)]
    contrib: bool,
    /// The Collector alone, for Dash0: no Prometheus, Tempo, Loki and Grafana on this machine
    #[arg(long)]
    only_collector: bool,
}

impl Up {
    fn profiles(&self) -> Vec<Profile> {
        let mut profiles = self.profile.clone();
        profiles.extend(self.demo.then_some(Profile::Demo));
        // The Collector alone has one place to send to.
        profiles.extend(self.only_collector.then_some(Profile::Dash0));
        profiles.sort_unstable();
        profiles.dedup();
        profiles
    }
}

#[derive(Debug, Args)]
struct Check {
    /// Say what would be in the way of these parts, too
    #[arg(long, value_enum)]
    profile: Vec<Profile>,
    /// Leave Docker out: the parts run some other way, on the ports that are set
    #[arg(long)]
    no_docker: bool,
    /// Where to look for what was sent
    #[arg(long, value_enum, value_delimiter = ',', default_values = ["prometheus", "tempo", "loki", "grafana"])]
    parts: Vec<flow::Part>,
    /// How long to look for it, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 60, value_parser = clap::value_parser!(u64).range(1..=600))]
    within: u64,
}

/// Runs `bellwether stack`.
pub(crate) fn run(arguments: &Arguments, terminal: &Terminal) -> Result<Exit, Failure> {
    let folder = Folder::open(&arguments.folder)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|error| Failure::new(format!("cannot start the runtime: {error}")))?;
    runtime.block_on(async {
        match &arguments.action {
            Action::Up(up) => start(&folder, up, terminal).await,
            Action::Down { volumes, yes } => stop(&folder, *volumes, *yes, terminal).await,
            Action::Check(check) => look(&folder, check, terminal).await,
        }
    })
}

async fn start(folder: &Folder, up: &Up, terminal: &Terminal) -> Result<Exit, Failure> {
    let profiles = up.profiles();
    let findings = preflight::look(folder, &profiles).await;
    terminal.line(&findings_text(&findings, terminal.style()));
    if has_problem(&findings) {
        return Ok(Exit::FAILURE);
    }
    let Some(mut docker) = Docker::find(folder) else {
        return Ok(Exit::FAILURE);
    };
    if up.contrib {
        docker.add_file("docker-compose.contrib.yml");
    }
    if up.only_collector {
        docker.set("COLLECTOR_DESTINATION_LAYER", "dash0");
    }
    let mut words: Vec<&str> = Vec::new();
    for profile in &profiles {
        words.extend(["--profile", profile.name()]);
    }
    words.extend(["up", "--detach", "--wait", "--wait-timeout", "600"]);
    if up.only_collector {
        words.extend(["collector", "dash0-check"]);
    }
    terminal.line("");
    terminal.line(&format!("docker compose {}", words.join(" ")));
    if !docker.compose(&words).await? {
        if profiles.contains(&Profile::Dash0) {
            // Its last words are the reason, if it is the one that failed.
            let log = [
                "--profile",
                "dash0",
                "logs",
                "--no-log-prefix",
                "dash0-check",
            ];
            docker.compose(&log).await?;
        }
        return Err(Failure::new(
            "the stack is not well; `docker compose ps` has the state of each part, `docker compose logs PART` its words",
        ));
    }
    terminal.line("");
    terminal.line(&links::text(folder, up.only_collector, terminal.style()));
    Ok(Exit::OK)
}

async fn stop(
    folder: &Folder,
    volumes: bool,
    yes: bool,
    terminal: &Terminal,
) -> Result<Exit, Failure> {
    let docker = Docker::find(folder).ok_or_else(|| Failure::new(docker::MISSING))?;
    if volumes && !yes && !is_meant(terminal)? {
        terminal.line("nothing was done");
        return Ok(Exit::FAILURE);
    }
    // Whatever profile a part was started with.
    let mut words = vec!["--profile", "*", "down"];
    words.extend(volumes.then_some("--volumes"));
    let is_done = docker.compose(&words).await?;
    Ok(if is_done { Exit::OK } else { Exit::FAILURE })
}

/// Asks before data goes. Where nobody can answer, nothing goes.
fn is_meant(terminal: &Terminal) -> Result<bool, Failure> {
    let input = std::io::stdin();
    if !input.is_terminal() {
        return Err(Failure::new(
            "--volumes deletes all metrics, traces, logs and queues of the stack; say --yes where nobody can be asked",
        ));
    }
    terminal
        .line("This deletes all metrics, traces, logs and queues of the stack. Type yes to go on:");
    let mut answer = String::new();
    let read = input.lock().read_line(&mut answer);
    Ok(read.is_ok() && answer.trim() == "yes")
}

async fn look(folder: &Folder, check: &Check, terminal: &Terminal) -> Result<Exit, Failure> {
    let mut findings = Vec::new();
    let mut runs = check.no_docker;
    if !check.no_docker {
        findings = preflight::look(folder, &check.profile).await;
        runs = match Docker::find(folder) {
            Some(docker) => docker.runs("collector").await,
            None => false,
        };
    }
    if runs {
        let within = Duration::from_secs(check.within);
        findings.extend(flow::look(folder, &check.parts, within).await?);
    } else {
        findings.push(Finding::skipped(
            "flow",
            "the stack does not run: nothing was sent through it",
        ));
    }
    terminal.line(&findings_text(&findings, terminal.style()));
    Ok(if has_problem(&findings) {
        Exit::FAILURE
    } else {
        Exit::OK
    })
}

fn has_problem(findings: &[Finding]) -> bool {
    findings
        .iter()
        .any(|finding| finding.status() == Status::Problem)
}
