//! What can be typed: the root of the command line.
//!
//! Each subcommand's own options stand in its folder; here is only the list of subcommands and the text of
//! `bellwether --help`.

use clap::{Parser, Subcommand};

use crate::{
    alerts, bench, collector, completion, config, demo, doctor, exec, generate, host, serve, stack,
    telemetry, up,
};

/// The examples under `bellwether --help`.
const EXAMPLES: &str = "\
Examples:
  bellwether demo                            a small fleet at work; what it sends, and that it arrives
  bellwether up                              a Collector for your services, and a store behind it
  bellwether stack up --demo                 Grafana with boards and data, by Docker
  bellwether telemetry traces                what is stored
  bellwether serve                           the store alone: OTLP into one file
  bellwether exec -- make test               a command as a span and a job
  bellwether host                            metrics of this machine's GPUs, for all services on it
  bellwether collector run --layers local    the Collector, writing to files under .bellwether/
  bellwether doctor                          what is in the way, and how to mend it
  LOG_LEVEL=debug bellwether config          the settings in force, and which variable set them

Exit codes:
  0  done            2  wrong usage
  1  it failed       3  ran, but without a Collector
  4  `host --once`: there is no GPU driver
  `exec` passes on the code of what it ran: see `bellwether exec --help`.";

/// Telemetry for services that run AI agents and job queues.
///
/// Services send traces, metrics and logs as OTLP to an OpenTelemetry Collector on this machine, which adds metrics
/// of the host and passes everything on.
#[derive(Debug, Parser)]
#[command(name = "bellwether", version, propagate_version = true, after_help = EXAMPLES)]
pub(crate) struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// The subcommands.
#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Watch a small fleet of processes work, and see that what it sends arrives
    Demo(demo::Arguments),
    /// One process of the demo
    #[command(hide = true)]
    DemoRole(demo::RoleArguments),
    /// Run a Collector for your services, and show what passes through it
    Up(up::Arguments),
    /// Start, check and stop the stack of docker-compose.yml: Collector, Prometheus, Tempo, Loki, Grafana
    Stack(stack::Arguments),
    /// Run the local backend: take OTLP and store it in one file
    Serve(serve::Arguments),
    /// Measure how fast things are on this machine
    Bench(bench::Arguments),
    /// Look at what the local backend has stored
    Telemetry(telemetry::Arguments),
    /// Run a command as a span and a job, with its own exit code
    Exec(exec::Arguments),
    /// Export the metrics of this machine's GPUs, once for all services on it
    Host(host::Arguments),
    /// Build, check and run the OpenTelemetry Collector that belongs to Bellwether
    Collector(collector::Arguments),
    /// Look for what keeps telemetry from arriving, and say how to mend it
    Doctor(doctor::Arguments),
    /// Check, explain and export alerts
    Alerts(alerts::Arguments),
    /// Generate code, a page and `catalog.json` from a registry of your own metrics
    Generate(generate::Arguments),
    /// Show the settings in force and where each comes from
    Config(config::Arguments),
    /// Print what a shell needs to complete commands and options
    Completion(completion::Arguments),
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::Cli;

    /// clap finds clashing options only when it is asked to.
    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }
}
