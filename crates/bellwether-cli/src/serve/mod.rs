//! `bellwether serve`: the local backend alone. It takes OTLP on two ports of this machine and stores it in one file, which
//! `bellwether telemetry` reads.

mod child;
mod said;

use std::io::Read as _;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::time::Duration;

use bellwether_backend::api::Access;
use bellwether_backend::{Backend, Running, Signal};
use clap::Args;
use tokio::sync::oneshot;

use crate::exit::{Exit, Failure};
use crate::stop::Stop;
use crate::telemetry::STORE;
use crate::terminal::Terminal;
pub(crate) use child::Child;

/// Between two looks at what has arrived.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// For requests that are on their way.
const STOP_WITHIN: Duration = Duration::from_secs(10);

/// Options of `bellwether serve`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  bellwether serve                                       OTLP at 127.0.0.1:4317 and 4318, into .bellwether/telemetry.db
  bellwether serve --grpc 127.0.0.1:0 --http 127.0.0.1:0 any free ports
  bellwether telemetry status                            what has arrived

Only addresses of this machine are taken: what is stored is open to whoever reaches it. Ctrl-C ends it.")]
pub(crate) struct Arguments {
    /// The store; made if it is not there
    #[arg(long, value_name = "FILE", default_value = STORE)]
    file: PathBuf,

    /// For OTLP/gRPC
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:4317", value_parser = loopback)]
    grpc: SocketAddr,

    /// For OTLP/HTTP
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:4318", value_parser = loopback)]
    http: SocketAddr,

    /// Who asks over HTTP needs this token; better in the variable, since a command line can be read by others
    #[arg(
        long,
        value_name = "TOKEN",
        env = "BELLWETHER_API_TOKEN",
        hide_env_values = true
    )]
    token: Option<String>,

    /// Say where it listens as one line of JSON, and end when standard input does
    #[arg(long, hide = true)]
    supervised: bool,
}

impl Arguments {
    /// What `bellwether up --no-collector` means.
    pub(crate) fn without_collector(file: &Path, free_ports: bool) -> Self {
        let at = |port| SocketAddr::from(([127, 0, 0, 1], if free_ports { 0 } else { port }));
        Self {
            file: file.to_owned(),
            grpc: at(4317),
            http: at(4318),
            token: std::env::var("BELLWETHER_API_TOKEN").ok(),
            supervised: false,
        }
    }
}

fn loopback(text: &str) -> Result<SocketAddr, String> {
    let address: SocketAddr = text
        .parse()
        .map_err(|_| format!("{text:?}: expected an address and a port, such as 127.0.0.1:4317"))?;
    if address.ip().is_loopback() {
        return Ok(address);
    }
    Err(format!(
        "{address}: expected an address of this machine's own, 127.0.0.1 or [::1]"
    ))
}

/// Serves until it is told to stop.
pub(crate) fn run(arguments: &Arguments, terminal: &Terminal) -> Result<Exit, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|error| Failure::new(format!("cannot start the runtime: {error}")))?;
    runtime.block_on(serve(arguments, terminal))
}

async fn serve(arguments: &Arguments, terminal: &Terminal) -> Result<Exit, Failure> {
    said::show();
    let mut stop = Stop::listen()?;
    let token = arguments.token.as_ref().filter(|token| !token.is_empty());
    let access = token.map_or_else(Access::default, Access::with_token);
    let running = Backend::builder(&arguments.file)
        .grpc(arguments.grpc)
        .http(arguments.http)
        .api(access)
        .start()
        .await
        .map_err(|error| Failure::new(error.to_string()))?;
    if let Some(missing) = running.missing() {
        terminal.warning(&format!(
            "{} items that were acknowledged are missing in {}: its log was damaged, or an older copy stands in its place; all others are there",
            missing.items,
            arguments.file.display()
        ));
    }
    let mut lifeline = if arguments.supervised {
        say_where(&running, terminal)?;
        Some(end_of_input())
    } else {
        terminal.line(&advice(&running, &arguments.file));
        None
    };
    loop {
        tokio::select! {
            () = stop.told() => break,
            () = over(&mut lifeline) => break,
            () = tokio::time::sleep(LOOK_EVERY) => terminal.status(&counts(&running)),
        }
    }
    terminal.line(&counts(&running));
    if !running.stop(STOP_WITHIN).await {
        terminal.warning("a sender did not end in time and was cut off; what it had not been answered it will send again");
    }
    Ok(Exit::OK)
}

fn advice(running: &Running, file: &Path) -> String {
    format!(
        "OTLP/gRPC  http://{}\nOTLP/HTTP  http://{}\nstore      {}\n\nexport OTEL_EXPORTER_OTLP_ENDPOINT=http://{}",
        running.grpc(),
        running.http(),
        file.display(),
        running.grpc()
    )
}

fn say_where(running: &Running, terminal: &Terminal) -> Result<(), Failure> {
    let listens = child::Listens {
        grpc: running.grpc(),
        http: running.http(),
    };
    let line = serde_json::to_string(&listens)
        .map_err(|error| Failure::new(format!("cannot write JSON: {error}")))?;
    terminal.line(&line);
    Ok(())
}

/// Told when whoever started this process closes its standard input, or is gone.
fn end_of_input() -> oneshot::Receiver<()> {
    let (sender, receiver) = oneshot::channel();
    // A thread of its own: a blocked read would keep the runtime from shutting down.
    std::thread::spawn(move || {
        let mut buffer = [0_u8; 64];
        let mut stdin = std::io::stdin();
        while !matches!(stdin.read(&mut buffer), Ok(0) | Err(_)) {}
        let _ = sender.send(());
    });
    receiver
}

/// Never, without a lifeline.
async fn over(lifeline: &mut Option<oneshot::Receiver<()>>) {
    match lifeline {
        Some(ended) => drop(ended.await),
        None => std::future::pending().await,
    }
}

fn counts(running: &Running) -> String {
    let of = |signal: Signal| format!("{} {signal}", running.counts(signal).stored);
    let what: Vec<String> = Signal::ALL.into_iter().map(of).collect();
    format!("stored {}", what.join(", "))
}
