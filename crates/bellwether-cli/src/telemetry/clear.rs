//! Dropping what is stored; asks first.

use std::io::{BufRead as _, IsTerminal as _};
use std::path::Path;

use bellwether_backend::{Signal, Store, maintenance};
use clap::{Args, ValueEnum};

use super::failed;
use crate::exit::{Exit, Failure};
use crate::terminal::Terminal;

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum What {
    Metrics,
    Traces,
    Logs,
    All,
}

#[derive(Debug, Args)]
pub(super) struct ClearArguments {
    /// What to drop
    what: What,

    /// Do not ask
    #[arg(long, short)]
    yes: bool,
}

pub(super) fn run(
    path: &Path,
    arguments: &ClearArguments,
    terminal: &Terminal,
) -> Result<Exit, Failure> {
    let signals: &[Signal] = match arguments.what {
        What::Metrics => &[Signal::Metrics],
        What::Traces => &[Signal::Traces],
        What::Logs => &[Signal::Logs],
        What::All => &Signal::ALL,
    };
    let store = Store::open_read_only(path).map_err(|error| failed(&error))?;
    let partitions = store.partitions().map_err(|error| failed(&error))?;
    drop(store);
    let items: u64 = partitions
        .iter()
        .filter(|partition| signals.contains(&partition.signal))
        .map(|partition| partition.rows)
        .sum();
    let names: Vec<&str> = signals.iter().map(|signal| signal.as_str()).collect();
    let what = format!(
        "{items} items of {} in {}",
        names.join(", "),
        path.display()
    );
    if !arguments.yes && !agrees(terminal, &what)? {
        terminal.line("nothing was dropped");
        return Ok(Exit::FAILURE);
    }
    let runtime = tokio::runtime::Builder::new_current_thread()
        .build()
        .map_err(|error| Failure::new(format!("cannot start the runtime: {error}")))?;
    runtime
        .block_on(maintenance::clear(path, signals))
        .map_err(|error| failed(&error))?;
    terminal.line(&format!("dropped {what}"));
    Ok(Exit::OK)
}

fn agrees(terminal: &Terminal, what: &str) -> Result<bool, Failure> {
    let stdin = std::io::stdin();
    if !stdin.is_terminal() {
        return Err(Failure::new(format!(
            "would drop {what}; --yes says that it may"
        )));
    }
    terminal.line(&format!("drop {what}? [y/N]"));
    let mut answer = String::new();
    let read = stdin.lock().read_line(&mut answer);
    Ok(read.is_ok() && matches!(answer.trim(), "y" | "Y" | "yes"))
}
