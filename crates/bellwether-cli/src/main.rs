//! The `bellwether` command.
//!
//! One binary, one folder for each subcommand. [`arguments`] says what can be typed, [`exit`] which codes come back,
//! [`terminal`] how things are printed; `main` only connects the three. Every subcommand builds its own runtime,
//! because they differ in what they need: `exec` must stay out of its child's way, the others wait on sockets.

mod alerts;
mod arguments;
mod bench;
mod collector;
mod completion;
mod config;
mod demo;
mod doctor;
mod exec;
mod exit;
mod generate;
mod host;
mod serve;
mod stack;
mod stop;
mod telemetry;
mod terminal;
mod up;
mod variables;

use std::process::ExitCode;

use clap::Parser;

use arguments::{Cli, Command};
use terminal::Terminal;

fn main() -> ExitCode {
    let cli = Cli::parse();
    // One TLS implementation for everything in this process; an error only says that one is set already.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let terminal = Terminal::detect();
    let result = match cli.command {
        Command::Demo(arguments) => demo::run(&arguments, &terminal),
        Command::DemoRole(arguments) => demo::run_role(arguments),
        Command::Host(arguments) => host::run(&arguments, &terminal),
        Command::Bench(arguments) => bench::run(&arguments, &terminal),
        Command::Serve(arguments) => serve::run(&arguments, &terminal),
        Command::Telemetry(arguments) => telemetry::run(&arguments, &terminal),
        Command::Stack(arguments) => stack::run(&arguments, &terminal),
        Command::Up(arguments) => up::run(&arguments, &terminal),
        Command::Exec(arguments) => exec::run(&arguments, &terminal),
        Command::Alerts(arguments) => alerts::run(&arguments, &terminal),
        Command::Generate(arguments) => generate::run(&arguments, &terminal),
        Command::Config(arguments) => config::run(&arguments, &terminal),
        Command::Completion(arguments) => completion::run(&arguments, &terminal),
        Command::Collector(arguments) => collector::run(&arguments, &terminal),
        Command::Doctor(arguments) => doctor::run(&arguments, &terminal),
    };
    let exit = result.unwrap_or_else(|failure| {
        terminal.error(&failure.to_string());
        failure.exit()
    });
    exit.into()
}
