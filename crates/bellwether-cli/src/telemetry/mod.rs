//! `bellwether telemetry`: what is stored, straight from the file.
//!
//! Nothing here needs a server: the file is opened for reading, also while a server writes to it. Tables for people, `--json` for programs
//! (one document a command, times in nanoseconds since 1970). An answer that is cut says so on standard error, or as `is_cut` in JSON.
//!
//! | Room | What is in it |
//! |---|---|
//! | `when` | lengths and points of time, as they are typed and printed |
//! | `table`, `sparkline` | columns, and values as bars |
//! | `metrics`, `traces`, `logs`, `map`, `agents`, `status` | the questions |
//! | `export`, `exposition`, `clear` | what leaves the store, and what is dropped |

mod agents;
mod clear;
mod export;
mod exposition;
mod logs;
mod map;
mod metrics;
mod sparkline;
mod status;
mod table;
mod traces;
mod when;

use std::path::PathBuf;

use bellwether_backend::query::LabelFilter;
use bellwether_backend::{Store, StoreError};
use clap::{Args, Subcommand};
use serde::Serialize;

use crate::exit::{Exit, Failure};
use crate::terminal::Terminal;

/// Where the store is unless it is said.
pub(crate) const STORE: &str = ".bellwether/telemetry.db";

/// Options of `bellwether telemetry`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  bellwether telemetry status
  bellwether telemetry metrics
  bellwether telemetry query agent_execution_total --labels agent_type=coder
  bellwether telemetry query agent_execution_duration_seconds --labels agent_type=coder --since 1h --aggregation avg --interval 5m
  bellwether telemetry stats agent_execution_duration_seconds
  bellwether telemetry traces --name 'tool*' --longer-than 1s
  bellwether telemetry trace 4bf92f3577b34da6a3ce929d0e0e4736
  bellwether telemetry logs timed out --severity warn
  bellwether telemetry map
  bellwether telemetry agents --since 1h
  bellwether telemetry export --format prometheus
  bellwether telemetry clear metrics

The file is made by `bellwether up` and `bellwether serve`.")]
pub(crate) struct Arguments {
    /// The store
    #[arg(long, global = true, value_name = "FILE", default_value = STORE)]
    file: PathBuf,

    /// JSON instead of a table
    #[arg(long, global = true)]
    json: bool,

    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// What is stored, how much and since when
    Status,
    /// Which metrics there are
    Metrics,
    /// Values of one metric
    Query(metrics::QueryArguments),
    /// Count, mean, extremes and percentiles of one metric
    Stats(metrics::StatsArguments),
    /// Traces, newest first
    Traces(traces::TracesArguments),
    /// One trace: its spans as a waterfall, and its log records
    Trace(traces::TraceArguments),
    /// Which services call which, how often, how long it takes
    Map(map::MapArguments),
    /// What agents did: executions, tools, models and cost, delegations, context windows, budgets
    Agents(agents::AgentsArguments),
    /// Log records, newest last
    Logs(logs::LogsArguments),
    /// Log records as they arrive
    Tail(logs::TailArguments),
    /// Write what is stored as JSON, CSV, Prometheus text, OpenMetrics or OTLP JSON
    Export(export::ExportArguments),
    /// Drop what is stored
    Clear(clear::ClearArguments),
}

/// A time span in the past.
#[derive(Debug, Args)]
struct Period {
    /// From then on: 90s, 15m, 1h, 7d ago, or a time such as 2026-01-31T12:00:00Z
    #[arg(long, value_name = "WHEN", value_parser = when::parse_when)]
    since: Option<i64>,

    /// Up to then
    #[arg(long, value_name = "WHEN", value_parser = when::parse_when)]
    until: Option<i64>,
}

impl Period {
    fn range(&self) -> std::ops::Range<i64> {
        self.since.unwrap_or(i64::MIN)..self.until.unwrap_or(i64::MAX)
    }
}

/// What every command needs.
struct Context<'a> {
    terminal: &'a Terminal,
    store: Store,
    is_json: bool,
}

impl Context<'_> {
    fn json(&self, value: &impl Serialize) -> Result<Exit, Failure> {
        let text = serde_json::to_string_pretty(value)
            .map_err(|error| Failure::new(format!("cannot write JSON: {error}")))?;
        self.terminal.line(&text);
        Ok(Exit::OK)
    }

    fn warn_if_cut(&self, is_cut: bool, rows: usize) {
        if is_cut {
            self.terminal.warning(&format!(
                "there is more than these {rows}; --limit asks for more"
            ));
        }
    }

    fn warn_if_left_out(&self, observations: u64) {
        if observations > 0 {
            self.terminal.warning(&format!(
                "{observations} observations are in no percentile and no extreme: their histograms have other bounds than the first ones"
            ));
        }
    }
}

/// Runs one of them.
pub(crate) fn run(arguments: &Arguments, terminal: &Terminal) -> Result<Exit, Failure> {
    if let Command::Clear(clear) = &arguments.command {
        return clear::run(&arguments.file, clear, terminal);
    }
    let store = Store::open_read_only(&arguments.file).map_err(|error| match error {
        StoreError::Missing { path } => Failure::new(format!(
            "nothing is stored at {}; `bellwether up` makes that file and takes OTLP, and so does `bellwether serve`; --file names another",
            path.display()
        )),
        other => failed(&other),
    })?;
    let context = Context {
        terminal,
        store,
        is_json: arguments.json,
    };
    match &arguments.command {
        Command::Status => status::run(&context),
        Command::Metrics => metrics::list(&context),
        Command::Query(arguments) => metrics::query(&context, arguments),
        Command::Stats(arguments) => metrics::stats(&context, arguments),
        Command::Traces(arguments) => traces::list(&context, arguments),
        Command::Trace(arguments) => traces::one(&context, arguments),
        Command::Map(arguments) => map::run(&context, arguments),
        Command::Agents(arguments) => agents::run(&context, arguments),
        Command::Logs(arguments) => logs::list(&context, arguments),
        Command::Tail(arguments) => logs::tail(&context, arguments),
        Command::Export(arguments) => export::run(&context, arguments),
        Command::Clear(_) => Ok(Exit::OK),
    }
}

fn failed(error: &StoreError) -> Failure {
    Failure::new(error.to_string())
}

fn parse_filter(text: &str) -> Result<LabelFilter, String> {
    text.parse().map_err(|error| format!("{error}"))
}

/// A trace's id: 32 hexadecimal digits.
fn parse_trace(text: &str) -> Result<[u8; 16], String> {
    let wrong = || format!("trace id {text:?}: expected 32 hexadecimal digits");
    if text.len() != 32 || !text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return Err(wrong());
    }
    u128::from_str_radix(text, 16)
        .map(u128::to_be_bytes)
        .map_err(|_| wrong())
}
