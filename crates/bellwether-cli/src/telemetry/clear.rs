//! Dropping what is stored; asks first.
//!
//! Without a server the file is opened for writing here. A server that has it is asked over HTTP to do it; it wants the same yes.

use std::io::{BufRead as _, IsTerminal as _};
use std::path::Path;
use std::time::Duration;

use bellwether_backend::{ServerAddress, Signal, Store, StoreError, maintenance};
use clap::{Args, ValueEnum};
use serde_json::json;

use super::failed;
use crate::exit::{Exit, Failure};
use crate::terminal::Terminal;

/// Dropping waits for what is being written.
const ANSWER_WITHIN: Duration = Duration::from_secs(60);

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
        .enable_all()
        .build()
        .map_err(|error| Failure::new(format!("cannot start the runtime: {error}")))?;
    match runtime.block_on(maintenance::clear(path, signals)) {
        Ok(()) => {}
        Err(error) if matches!(*error, StoreError::InUse { .. }) => {
            let Some(server) = ServerAddress::of(path) else {
                return Err(failed(&error));
            };
            runtime.block_on(by_server(server, &names))?;
        }
        Err(error) => return Err(failed(&error)),
    }
    terminal.line(&format!("dropped {what}"));
    Ok(Exit::OK)
}

/// The server drops it; the answer here was yes already.
async fn by_server(server: ServerAddress, signals: &[&str]) -> Result<(), Failure> {
    let url = format!("http://{}/api/v1/clear", server.http);
    let failed =
        |what: String| Failure::new(format!("the server at {url} did not drop it: {what}"));
    let client = reqwest::Client::builder()
        .no_proxy()
        .timeout(ANSWER_WITHIN)
        .build()
        .map_err(|error| failed(error.to_string()))?;
    let mut request = client
        .post(&url)
        .json(&json!({"signals": signals, "confirm": true}));
    if let Some(token) = std::env::var("BELLWETHER_API_TOKEN")
        .ok()
        .filter(|token| !token.is_empty())
    {
        request = request.bearer_auth(token);
    }
    let answer = request
        .send()
        .await
        .map_err(|error| failed(error.without_url().to_string()))?;
    match answer.status().as_u16() {
        200 => Ok(()),
        401 => Err(failed(
            "it has a token; expected the same in BELLWETHER_API_TOKEN".to_owned(),
        )),
        code => {
            let said = answer.text().await.unwrap_or_default();
            Err(failed(format!("{code} {said}")))
        }
    }
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
