//! `bellwether config`: what a service started with this environment would do, and which variable says so.

use bellwether::config::{Overrides, ProcessEnvironment, Settings};
use clap::Args;
use serde_json::json;

use crate::exit::{Exit, Failure};
use crate::terminal::Terminal;

/// Options of `bellwether config`.
#[derive(Debug, Args)]
#[command(after_help = "\
Secrets are never shown. Where a variable cannot be used, nothing is printed but that; `bellwether doctor` names all
such variables at once.

Exit codes: 0, or 1 where a variable cannot be used.")]
pub(crate) struct Arguments {
    /// Print one JSON document instead of text
    #[arg(long)]
    json: bool,
}

/// Prints the settings in force.
pub(crate) fn run(arguments: &Arguments, terminal: &Terminal) -> Result<Exit, Failure> {
    let settings = Settings::resolve(Overrides::default(), &ProcessEnvironment)
        .map_err(|error| Failure::new(error.to_string()))?;
    let description = settings.describe();
    if !arguments.json {
        terminal.line(description.to_string().trim_end());
        return Ok(Exit::OK);
    }
    let entries: Vec<_> = description
        .iter()
        .map(|entry| {
            json!({
                "setting": entry.setting,
                "value": entry.value,
                "origin": entry.origin.to_string(),
            })
        })
        .collect();
    terminal.line(&format!("{:#}", json!({ "settings": entries })));
    Ok(Exit::OK)
}
