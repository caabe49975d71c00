//! `bellwether host`: metrics of the machine's GPUs, once for all services on it.
//!
//! A service that observes GPUs itself reports those of the whole machine, and ten services report them ten times. This
//! command reports them once, with the GPU memory of every process. Where there is no driver that is said once, nothing
//! is started, and a look every five minutes is all it costs.

mod driver;

use std::time::{Duration, Instant};

use bellwether::Telemetry;
use bellwether::config::{Exporter, MapEnvironment, Overrides, ProcessEnvironment, Settings};
use bellwether::resources::{self, GpuOptions, GpuProcesses, Observer, SourceState};
use clap::Args;

use crate::exit::{Exit, Failure};
use crate::stop::Stop;
use crate::terminal::Terminal;

/// `service.name` where the environment gives none.
const SERVICE: &str = "bellwether-host";
/// Between two looks for a driver that is not there.
const LOOK_AGAIN: Duration = Duration::from_secs(300);
/// Between two looks at how the first read goes.
const FIRST_READ: Duration = Duration::from_millis(50);
/// Between two looks at how the source stands. What changes is said; nothing waits for it.
const STATE: Duration = Duration::from_secs(5);
/// For what is still to be sent at the end.
const SEND_WITHIN: Duration = Duration::from_secs(5);

/// Options of `bellwether host`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  bellwether host                            until it is told to stop
  bellwether host --interval 10s
  bellwether host --once                     one export, for cron or to try it out

Where to and as whom: OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_RESOURCE_ATTRIBUTES and the others of `bellwether config`.
BELLWETHER_NVML_LIBRARY names the driver's library where the dynamic loader does not find it. Services on the same
machine are told ENABLE_GPU_METRICS=false.

Exit codes: 0 when it was told to stop, and where ENABLE_GPU_METRICS or METRICS_ENABLED is false; 1 when the GPUs
cannot be read; 3 when nothing reached a Collector; 4 with --once where there is no GPU driver.")]
pub(crate) struct Arguments {
    /// Time between two exports [default: BELLWETHER_GPU_INTERVAL, METRICS_COLLECTION_INTERVAL, 30s]
    #[arg(long, value_name = "TIME", value_parser = interval)]
    interval: Option<Duration>,

    /// Export once and end
    #[arg(long)]
    once: bool,
}

/// In the notation of the variables.
fn interval(text: &str) -> Result<Duration, String> {
    const VARIABLE: &str = "BELLWETHER_GPU_INTERVAL";
    let environment = MapEnvironment::new().with(VARIABLE, text);
    match Settings::resolve(Overrides::default(), &environment) {
        Ok(settings) => Ok(*settings.resources.gpu_interval),
        Err(bellwether::config::ConfigError::Invalid { expected, .. }) => {
            Err(format!("expected {expected}"))
        }
        Err(error) => Err(error.to_string()),
    }
}

/// Exports until it is told to stop, or once.
pub(crate) fn run(arguments: &Arguments, terminal: &Terminal) -> Result<Exit, Failure> {
    let settings = Settings::resolve(Overrides::default(), &ProcessEnvironment)
        .map_err(|error| Failure::new(error.to_string()))?;
    for (switch, is_on) in [
        ("OTEL_SDK_DISABLED", !*settings.disabled),
        ("METRICS_ENABLED", *settings.metrics.enabled),
        ("ENABLE_GPU_METRICS", *settings.sources.gpu),
    ] {
        if !is_on {
            terminal.warning(&format!("{switch} switches this off: nothing to do"));
            return Ok(Exit::OK);
        }
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .map_err(|error| Failure::new(format!("cannot start the runtime: {error}")))?;
    runtime.block_on(export(arguments, &settings, terminal))
}

async fn export(
    arguments: &Arguments,
    settings: &Settings,
    terminal: &Terminal,
) -> Result<Exit, Failure> {
    let mut stop = Stop::listen()?;
    let library = settings.resources.gpu_library.get();
    let mut was_said = false;
    while !driver::is_there(library.clone()).await {
        if arguments.once {
            terminal.warning(NO_DRIVER);
            return Ok(Exit::NO_GPU);
        }
        if !was_said {
            let minutes = LOOK_AGAIN.as_secs() / 60;
            terminal.warning(&format!(
                "{NO_DRIVER}; looking again every {minutes} minutes"
            ));
            was_said = true;
        }
        tokio::select! {
            () = stop.told() => return Ok(Exit::OK),
            () = tokio::time::sleep(LOOK_AGAIN) => {}
        }
    }
    let interval = arguments
        .interval
        .unwrap_or(*settings.resources.gpu_interval);
    let telemetry = start(interval).map_err(|error| Failure::new(error.to_string()))?;
    let observer = observe(&telemetry, settings, interval);
    if arguments.once {
        return once(&telemetry, &observer);
    }
    terminal.line(&format!(
        "metrics of this machine's GPUs leave every {interval:?} for {}",
        *settings.metrics.otlp.endpoint
    ));
    until_stopped(&mut stop, &observer, terminal).await;
    end(&telemetry, terminal)
}

/// Metrics only: the other signals have nothing to say here.
fn start(interval: Duration) -> Result<Telemetry, bellwether::Error> {
    Telemetry::builder(SERVICE)
        .traces_exporter(Exporter::None)
        .logs_exporter(Exporter::None)
        .metric_interval(interval)
        .resource_metrics(false)
        .from_env()?
        .start()
}

fn observe(telemetry: &Telemetry, settings: &Settings, interval: Duration) -> Observer {
    let mut options = GpuOptions::default()
        .interval(interval)
        .retry_absent(LOOK_AGAIN)
        .processes(GpuProcesses::All)
        .selection(telemetry.metrics().selection());
    if let Some(library) = settings.resources.gpu_library.get() {
        options = options.library(library);
    }
    resources::gpu(&telemetry.meter("bellwether"), options)
}

fn once(telemetry: &Telemetry, observer: &Observer) -> Result<Exit, Failure> {
    // The deadline of a read makes this end: what does not answer becomes stuck.
    while observer.state() == SourceState::Starting {
        std::thread::sleep(FIRST_READ);
    }
    match observer.state() {
        SourceState::Reporting => {}
        SourceState::Stuck => return Err(Failure::new("the GPU driver does not answer")),
        _ => return Err(Failure::new("the GPUs cannot be read")),
    }
    telemetry
        .shutdown_blocking(SEND_WITHIN)
        .map_err(|error| Failure::no_collector(error.to_string()))?;
    Ok(Exit::OK)
}

const NO_DRIVER: &str = "no NVIDIA driver on this machine";

/// Says each change of state, once.
async fn until_stopped(stop: &mut Stop, observer: &Observer, terminal: &Terminal) {
    let mut said = SourceState::Starting;
    loop {
        let state = observer.state();
        if state != said {
            match state {
                SourceState::Reporting => terminal.line("GPUs are read"),
                SourceState::Stuck => terminal.warning("the GPU driver does not answer"),
                _ => terminal.warning("the GPUs cannot be read"),
            }
            said = state;
        }
        let pause = if said == SourceState::Starting {
            FIRST_READ
        } else {
            STATE
        };
        tokio::select! {
            () = stop.told() => return,
            () = tokio::time::sleep(pause) => {}
        }
    }
}

fn end(telemetry: &Telemetry, terminal: &Terminal) -> Result<Exit, Failure> {
    let began = Instant::now();
    let sent = telemetry.shutdown_blocking(SEND_WITHIN);
    let delivered = telemetry.delivery().metrics;
    if let Err(error) = sent {
        terminal.warning(&format!("after {:.0?}: {error}", began.elapsed()));
    }
    if delivered.sent == 0 && delivered.failed > 0 {
        return Err(Failure::no_collector("nothing reached a Collector"));
    }
    Ok(Exit::OK)
}
