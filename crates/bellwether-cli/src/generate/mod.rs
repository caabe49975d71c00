//! `bellwether generate`: a team's own metrics, from its registry to Rust, a page and `catalog.json`.
//!
//! The outputs depend on the registry and the options alone. They are committed, and `--check` says in CI whether
//! they still are what the registry makes.

mod folder;

use std::path::PathBuf;

use bellwether_catalog::{Error, Options, load, render};
use clap::Args;

use crate::exit::{Exit, Failure};
use crate::terminal::Terminal;
use folder::Folder;

/// Options of `bellwether generate`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  bellwether generate --registry registry --out generated
  bellwether generate --registry registry --out generated --check     in CI: nothing is written

What is wrong with a registry is told with file, line and rule: first what does not read, then which rules are broken.

Exit codes: 0, or 1 where the registry breaks a rule, a file cannot be written, or `--check` finds a difference.")]
pub(crate) struct Arguments {
    /// Folder of the registry: YAML in OpenTelemetry Weaver's `definition/2`
    #[arg(long, value_name = "DIR")]
    registry: PathBuf,
    /// Folder to write to; made where it is not there
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// Rust path of Bellwether's metrics, as the generated code names it
    #[arg(long, value_name = "PATH", default_value = "bellwether::metrics")]
    runtime: String,
    /// Title of the page `metrics.md`
    #[arg(long, value_name = "TEXT", default_value = "Metrics")]
    title: String,
    /// Group of the alerting rules for Prometheus, where the registry has alerts
    #[arg(long, value_name = "NAME", default_value = "alerts")]
    alert_group: String,
    /// Write nothing; tell the file and line that differ
    #[arg(long)]
    check: bool,
}

/// Generates, or compares.
pub(crate) fn run(arguments: &Arguments, terminal: &Terminal) -> Result<Exit, Failure> {
    let registry = load(&arguments.registry).map_err(|error| problems(arguments, error))?;
    let options = Options {
        runtime: arguments.runtime.clone(),
        title: arguments.title.clone(),
        alert_group: arguments.alert_group.clone(),
        ..Options::default()
    };
    let folder = Folder::new(&arguments.out, render(&registry, &options));
    if arguments.check {
        return check(&folder, terminal);
    }
    let changes = folder
        .write()
        .map_err(|error| Failure::new(error.to_string()))?;
    for path in &changes.written {
        terminal.line(&format!("wrote {}", path.display()));
    }
    for path in &changes.removed {
        terminal.line(&format!("removed {}", path.display()));
    }
    terminal.line(&format!(
        "{} metrics: {} files, {} of them as they were",
        registry.metrics.len(),
        folder.len(),
        folder.len() - changes.written.len()
    ));
    Ok(Exit::OK)
}

fn check(folder: &Folder, terminal: &Terminal) -> Result<Exit, Failure> {
    let differences = folder
        .differences()
        .map_err(|error| Failure::new(error.to_string()))?;
    if differences.is_empty() {
        terminal.line(&format!(
            "{} files are what the registry makes",
            folder.len()
        ));
        return Ok(Exit::OK);
    }
    Err(Failure::new(format!(
        "not what the registry makes; generate again without --check:\n{}",
        differences.join("\n")
    )))
}

/// A line a problem, with a path that editors and CI make a link of.
fn problems(arguments: &Arguments, error: Error) -> Failure {
    let Error::Invalid(problems) = error else {
        return Failure::new(error.to_string());
    };
    let lines: Vec<String> = problems
        .iter()
        .map(|problem| {
            let path = arguments.registry.join(&*problem.location.file);
            let (line, rule) = (problem.location.line, problem.rule);
            format!("{}:{line}: {rule}: {}", path.display(), problem.message)
        })
        .collect();
    Failure::new(format!(
        "the registry cannot be used:\n{}",
        lines.join("\n")
    ))
}
