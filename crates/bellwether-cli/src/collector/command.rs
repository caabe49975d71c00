//! `bellwether collector build|validate|run` as typed.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

use clap::{Args, Subcommand, ValueEnum};
use tokio::signal::unix::{SignalKind, signal};

use super::distribution::{self, Found, Origin, Progress};
use super::error::Error;
use super::layers::Layers;
use super::preflight::{self, Variables};
use super::process::{Collector, Plan, Ports};
use crate::exit::{Exit, Failure};
use crate::terminal::Terminal;

/// Where nobody rewrites a line, a build still says every so often that it is alive.
const REMARK_EVERY: Duration = Duration::from_secs(30);
/// For the Collector to close its queues.
const STOP_WITHIN: Duration = Duration::from_secs(20);

/// Options of `bellwether collector`.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Build the Collector, unless it is built already, and print where it lies
    Build,
    /// Check a set of layers with the Collector itself; nothing is started
    Validate {
        #[command(flatten)]
        chosen: Chosen,
        /// Check every set of layers there is, with placeholders for tokens
        #[arg(long, conflicts_with_all = ["layers", "config"])]
        all: bool,
    },
    /// Run the Collector until it is told to stop
    Run {
        #[command(flatten)]
        chosen: Chosen,
        /// For configuration, log, queue and data
        #[arg(long, value_name = "DIR", default_value = ".bellwether/collector")]
        folder: PathBuf,
        /// The ports everybody expects (or those of the variables), or any that are free
        #[arg(long, value_enum, default_value = "usual")]
        ports: PortChoice,
    },
}

#[derive(Debug, Args)]
struct Chosen {
    /// Layers on top of `base`, with at least one destination: docker, tail-sampling, backend, local, grafana, grafana-cloud, dash0
    #[arg(
        long,
        value_name = "NAMES",
        value_delimiter = ',',
        default_value = "local"
    )]
    layers: Vec<String>,
    /// Further configuration files, merged after the layers
    #[arg(long, value_name = "FILE")]
    config: Vec<PathBuf>,
}

#[derive(Debug, Clone, Copy, ValueEnum)]
enum PortChoice {
    Usual,
    Free,
}

/// Runs `bellwether collector`.
pub(crate) fn run(arguments: &Arguments, terminal: &Terminal) -> Result<Exit, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|error| Failure::new(format!("cannot start the runtime: {error}")))?;
    runtime.block_on(async {
        match &arguments.action {
            Action::Build => build(terminal).await,
            Action::Validate { chosen, all } => validate(chosen, *all, terminal).await,
            Action::Run {
                chosen,
                folder,
                ports,
            } => start(chosen, folder, *ports, terminal).await,
        }
    })
}

async fn build(terminal: &Terminal) -> Result<Exit, Failure> {
    let started = Instant::now();
    let found = distribution::build(&mut reporter(terminal)).await?;
    if found.origin == Origin::Build {
        terminal.line(&format!("built in {} s", started.elapsed().as_secs()));
    }
    terminal.line(&found.path.display().to_string());
    Ok(Exit::OK)
}

async fn binary(terminal: &Terminal) -> Result<Found, Failure> {
    Ok(distribution::obtain(&mut reporter(terminal)).await?)
}

/// Shows how far a build is.
pub(crate) fn reporter(terminal: &Terminal) -> impl FnMut(Progress) + Send {
    let mut remarked = Instant::now();
    let mut is_first = true;
    move |progress| {
        if std::mem::take(&mut is_first) {
            terminal.line("no Collector found: one is being built, once, which takes minutes");
        }
        terminal.status(&progress.to_string());
        if remarked.elapsed() >= REMARK_EVERY {
            remarked = Instant::now();
            terminal.line(&progress.to_string());
        }
    }
}

async fn validate(chosen: &Chosen, all: bool, terminal: &Terminal) -> Result<Exit, Failure> {
    let found = binary(terminal).await?;
    let mut environment = super::environment();
    let sets = if all {
        environment.extend(preflight::placeholders());
        Layers::every()
    } else {
        vec![Layers::parse(&chosen.layers)?]
    };
    let folder = std::env::temp_dir().join(format!("bellwether-validate-{}", std::process::id()));
    let result = validate_each(&found.path, &sets, &chosen.config, &environment, &folder).await;
    let _ = std::fs::remove_dir_all(&folder);
    result?;
    if let [set] = sets.as_slice() {
        terminal.line(&format!("valid: {set}"));
    } else {
        terminal.line(&format!("valid: all {} sets of layers", sets.len()));
    }
    Ok(Exit::OK)
}

async fn validate_each(
    binary: &Path,
    sets: &[Layers],
    further: &[PathBuf],
    environment: &Variables,
    folder: &Path,
) -> Result<(), Error> {
    for set in sets {
        let checked = preflight::check(set, environment)?;
        let mut command = tokio::process::Command::new(binary);
        command.arg("validate");
        for file in set.write(folder)?.iter().chain(further) {
            command.arg("--config").arg(file);
        }
        let output = command
            .envs(environment)
            .envs(checked)
            .stdin(Stdio::null())
            .kill_on_drop(true)
            .output()
            .await
            .map_err(Error::io(format!("run {}", binary.display())))?;
        if !output.status.success() {
            let said = [output.stdout, output.stderr].concat();
            let output = String::from_utf8_lossy(&said).trim().to_owned();
            return Err(Error::Refused {
                layers: set.to_string(),
                output,
            });
        }
    }
    Ok(())
}

async fn start(
    chosen: &Chosen,
    folder: &Path,
    ports: PortChoice,
    terminal: &Terminal,
) -> Result<Exit, Failure> {
    let layers = Layers::parse(&chosen.layers)?;
    // Before a build of minutes rather than after it.
    preflight::check(&layers, &super::environment())?;
    let cannot_listen = |error| Failure::new(format!("cannot listen for signals: {error}"));
    let mut interrupt = signal(SignalKind::interrupt()).map_err(cannot_listen)?;
    let mut terminate = signal(SignalKind::terminate()).map_err(cannot_listen)?;

    let begin = async {
        let plan = Plan {
            binary: binary(terminal).await?.path,
            layers,
            files: chosen.config.clone(),
            folder: folder.to_owned(),
            ports: match ports {
                PortChoice::Usual => Ports::Usual,
                PortChoice::Free => Ports::Free,
            },
            variables: Variables::new(),
        };
        Ok::<_, Failure>((Collector::start(&plan).await?, plan))
    };
    let (mut collector, plan) = tokio::select! {
        started = begin => started?,
        _ = interrupt.recv() => return Ok(Exit::OK),
        _ = terminate.recv() => return Ok(Exit::OK),
    };
    let endpoints = collector.endpoints();
    terminal.line(&format!("the Collector is ready: {}", plan.layers));
    terminal.line(&format!("  OTLP/gRPC  http://{}", endpoints.grpc));
    terminal.line(&format!("  OTLP/HTTP  http://{}", endpoints.http));
    terminal.line(&format!(
        "  metrics    http://{}/metrics",
        endpoints.metrics
    ));
    terminal.line(&format!("  health     http://{}/", endpoints.health));
    terminal.line(&format!("  folder     {}", collector.folder().display()));

    tokio::select! {
        status = collector.ended() => {
            let log = collector.log();
            let tail = super::process::tail(&log, 12);
            let status = status?;
            return Err(Failure::new(format!("the Collector ended by itself ({status}); the end of {}:\n{tail}", log.display())));
        }
        _ = interrupt.recv() => {}
        _ = terminate.recv() => {}
    }
    if !collector.stop(STOP_WITHIN).await? {
        terminal.warning(&format!(
            "the Collector did not end within {} s and was killed",
            STOP_WITHIN.as_secs()
        ));
    }
    Ok(Exit::OK)
}
