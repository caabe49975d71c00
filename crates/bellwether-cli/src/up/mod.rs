//! `bellwether up`: a Collector for one's own services, for as long as the command runs.
//!
//! Unless another destination is named it forwards to the local backend, which runs beside it in a process of its own and is started
//! again should it end. It says where to send, then shows what passes through, read from the Collector's own metrics: one line that is
//! rewritten on a terminal, a line at each change of state elsewhere. Ctrl-C, SIGTERM and SIGHUP end it, with the
//! queues closed in order. Without a Collector, and without Go to build one, the exit code is 3.
//!
//! | Room | What is in it |
//! |---|---|
//! | `advice` | where the Collector listens, and what a service has to be told |
//! | `health` | one look at the Collector, as a line |

mod advice;
mod health;

use std::net::SocketAddr;
use std::path::PathBuf;
use std::time::Duration;

use clap::Args;

use crate::collector::{self, BACKEND_ENDPOINT, Collector, Layer, Layers, Plan, Ports, Variables};
use crate::exit::{Exit, Failure};
use crate::serve::{self, Child};
use crate::stop::Stop;
use crate::telemetry::STORE;
use crate::terminal::Terminal;
use health::{Health, State};

/// Between two looks at the Collector.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// For the Collector to close its queues.
const STOP_WITHIN: Duration = Duration::from_secs(20);

/// For what the Collector was still sending.
const STORED_WITHIN: Duration = Duration::from_secs(10);
/// Beside those of the Collector, 4317 and 4318.
const BACKEND_PORTS: [u16; 2] = [4327, 4328];

/// Options of `bellwether up`.
// Each is a switch on the command line.
#[allow(clippy::struct_excessive_bools)]
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  bellwether up                              into .bellwether/telemetry.db; `bellwether telemetry` shows it
  bellwether up --to local                   files under .bellwether/collector/data
  bellwether up --to dash0                   with DASH0_AUTH_TOKEN set
  bellwether up --to backend --to grafana --tail-sampling
  bellwether up --no-collector               straight into .bellwether/telemetry.db

Ctrl-C ends it. What waits in its queues is kept and sent when it runs again.

Exit codes: 0 when it was told to stop, 1 when the Collector failed, 3 when there is none and no Go to build it with.")]
pub(crate) struct Arguments {
    /// Where telemetry goes; may be given several times
    #[arg(long, value_name = "DESTINATION", default_value = "backend",
          value_parser = ["backend", "local", "dash0", "grafana", "grafana-cloud"])]
    to: Vec<String>,

    /// Add metrics of containers, from the Docker socket
    #[arg(long, env = "ENABLE_DOCKER_METRICS")]
    docker: bool,

    /// Keep errors, slow traces and a share of the rest
    #[arg(long)]
    tail_sampling: bool,

    /// The store of the local backend; made if it is not there
    #[arg(long, value_name = "FILE", default_value = STORE)]
    file: PathBuf,

    /// For configuration, logs, queue and data
    #[arg(long, value_name = "DIR", default_value = ".bellwether/collector")]
    folder: PathBuf,

    /// Take any free ports instead of the usual ones
    #[arg(long)]
    free_ports: bool,

    /// Without a Collector: the local backend takes OTLP itself, as `bellwether serve` does
    #[arg(long, conflicts_with_all = ["to", "docker", "tail_sampling", "folder"])]
    no_collector: bool,
}

/// Runs a Collector until it is told to stop.
pub(crate) fn run(arguments: &Arguments, terminal: &Terminal) -> Result<Exit, Failure> {
    if arguments.no_collector {
        return serve::run(
            &serve::Arguments::without_collector(&arguments.file, arguments.free_ports),
            terminal,
        );
    }
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|error| Failure::new(format!("cannot start the runtime: {error}")))?;
    runtime.block_on(supervise(arguments, terminal))
}

async fn supervise(arguments: &Arguments, terminal: &Terminal) -> Result<Exit, Failure> {
    let mut stop = Stop::listen()?;
    let (mut backend, mut collector) = tokio::select! {
        started = start(arguments, terminal) => started?,
        () = stop.told() => return Ok(Exit::OK),
    };
    terminal.line(&advice::text(
        &collector,
        backend.as_ref(),
        terminal.style(),
    ));

    let exit = tokio::select! {
        exit = watch(&mut collector, &mut stop, terminal) => exit?,
        () = keep(backend.as_mut(), terminal) => Exit::FAILURE,
    };
    terminal.line("stopping the Collector");
    let ended_itself = collector.stop(STOP_WITHIN).await?;
    if !ended_itself {
        let seconds = STOP_WITHIN.as_secs();
        terminal.warning(&format!("it did not end within {seconds} s and was killed"));
    }
    // After the Collector, which may have had something on its way.
    if let Some(backend) = backend
        && !backend.stop(STORED_WITHIN).await
    {
        terminal.warning("the local backend did not end in time and was killed; what it had acknowledged is stored");
    }
    Ok(exit)
}

/// Never resolves.
async fn keep(backend: Option<&mut Child>, terminal: &Terminal) {
    match backend {
        Some(backend) => backend.keep(terminal).await,
        None => std::future::pending().await,
    }
}

async fn start(
    arguments: &Arguments,
    terminal: &Terminal,
) -> Result<(Option<Child>, Collector), Failure> {
    let mut names = arguments.to.clone();
    names.extend(arguments.docker.then(|| "docker".to_owned()));
    names.extend(arguments.tail_sampling.then(|| "tail-sampling".to_owned()));
    let layers = Layers::parse(&names)?;
    // A missing token is found before a build of minutes rather than after it.
    collector::preflight::check(&layers, &collector::environment())?;
    let found = collector::obtain(&mut collector::reporter(terminal)).await?;
    let ports = if arguments.free_ports {
        Ports::Free
    } else {
        Ports::Usual
    };
    let mut variables = Variables::new();
    let backend = if layers.contains(Layer::Backend) {
        let [grpc, http] = BACKEND_PORTS
            .map(|port| if arguments.free_ports { 0 } else { port })
            .map(|port| SocketAddr::from(([127, 0, 0, 1], port)));
        let backend = Child::start(&arguments.file, grpc, http, &arguments.folder).await?;
        variables.insert(BACKEND_ENDPOINT.to_owned(), backend.grpc().to_string());
        Some(backend)
    } else {
        None
    };
    let plan = Plan {
        binary: found.path,
        layers,
        files: Vec::new(),
        folder: arguments.folder.clone(),
        ports,
        variables,
    };
    Ok((backend, Collector::start(&plan).await?))
}

/// Shows the Collector's state until somebody says stop; an error if it ends by itself.
async fn watch(
    collector: &mut Collector,
    stop: &mut Stop,
    terminal: &Terminal,
) -> Result<Exit, Failure> {
    let mut ticks = tokio::time::interval(LOOK_EVERY);
    let mut shown: Option<State> = None;
    loop {
        tokio::select! {
            status = collector.ended() => {
                let status = status?;
                let log = collector.log();
                let log = log.display();
                return Err(Failure::new(format!("the Collector ended by itself ({status}); see {log}")));
            }
            () = stop.told() => return Ok(Exit::OK),
            _ = ticks.tick() => {}
        }
        let health = Health::of(collector.self_metrics().await);
        let line = health.line(terminal.style());
        if shown.as_ref() != Some(&health.state()) {
            shown = Some(health.state());
            terminal.line(&line);
        }
        terminal.status(&line);
    }
}
