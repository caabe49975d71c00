//! `bellwether bench backend`: one table of what the local backend does on this machine.
//!
//! ```text
//! load ──OTLP/gRPC──► bellwether serve (a process of its own) ◄──HTTP── questions, while idle and while it takes in
//!      ├─────────────► Jaeger      (traces), if it is named
//!      └─────────────► Prometheus  (points), if it is named
//! ```
//!
//! Everything runs on the same cores, the load included. Items count once they are acknowledged, which here means committed. Nothing is
//! judged: what is fast enough depends on the machine, so the table says which machine it was and how busy.

mod ask;
mod child;
mod ours;
mod peers;
mod report;

use std::path::PathBuf;

use clap::Args;

use crate::exit::{Exit, Failure};
use crate::terminal::Terminal;
use report::Report;

/// Where `--write` puts the table.
const PAGE: &str = "docs/benchmarks-backend.md";

/// Options of `bellwether bench backend`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  bellwether bench backend --points 200000 --spans 50000 --logs 50000    a minute's look
  bellwether bench backend --jaeger jaeger --prometheus prometheus       beside others, in the same run

`cargo run -p bellwether-testing -- --backends` builds Jaeger, `cargo run -p bellwether-testing` Prometheus.
Takes some 6 GB of disk in the folder for temporary files and ten minutes at its full size.")]
pub(super) struct Arguments {
    /// Data points, in 10,000 series
    #[arg(long, default_value_t = 10_000_000)]
    points: u64,

    /// Spans, in traces of ten
    #[arg(long, default_value_t = 1_000_000)]
    spans: u64,

    /// Log records
    #[arg(long, default_value_t = 1_000_000)]
    logs: u64,

    /// Items in a request
    #[arg(long, default_value_t = 1_000, value_parser = clap::value_parser!(u64).range(10..))]
    batch: u64,

    /// Requests on their way at a time
    #[arg(long, default_value_t = 4, value_parser = clap::value_parser!(u64).range(1..))]
    senders: u64,

    /// Times each question is asked
    #[arg(long, default_value_t = 40, value_parser = clap::value_parser!(u64).range(1..))]
    rounds: u64,

    /// The program of Jaeger 2, to be measured beside ours
    #[arg(long, value_name = "PROGRAM", env = "BELLWETHER_JAEGER")]
    jaeger: Option<PathBuf>,

    /// The program of Prometheus 3, to be measured beside ours
    #[arg(long, value_name = "PROGRAM", env = "BELLWETHER_PROMETHEUS")]
    prometheus: Option<PathBuf>,

    /// JSON instead of tables
    #[arg(long)]
    json: bool,

    /// Write the tables into docs/benchmarks-backend.md too
    #[arg(long)]
    write: bool,
}

/// Measures, and prints the table.
pub(super) fn run(arguments: &Arguments, terminal: &Terminal) -> Result<Exit, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|error| Failure::new(format!("cannot start the runtime: {error}")))?;
    let report = runtime.block_on(measure(arguments, terminal))?;
    let page = report.markdown();
    if arguments.write {
        std::fs::write(PAGE, &page).map_err(|error| {
            Failure::new(format!(
                "{PAGE}: {error}; expected to be run in the root of the repository"
            ))
        })?;
    }
    if arguments.json {
        let json = serde_json::to_string_pretty(&report)
            .map_err(|error| Failure::new(error.to_string()))?;
        terminal.line(&json);
    } else {
        terminal.line(page.trim_end());
    }
    Ok(Exit::OK)
}

async fn measure(arguments: &Arguments, terminal: &Terminal) -> Result<Report, Failure> {
    let mut report = Report::begin(arguments);
    ours::measure(arguments, terminal, &mut report).await?;
    peers::measure(arguments, terminal, &mut report).await;
    report.finish();
    Ok(report)
}

/// Something went wrong with a measurement.
fn failed(what: &str, error: impl std::fmt::Display) -> Failure {
    Failure::new(format!("{what}: {error}"))
}
