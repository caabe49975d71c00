//! `bellwether doctor`: what keeps telemetry from arriving, and how to mend it.
//!
//! A check looks at one thing and answers with [`Finding`]s; each has a status, what was seen, and the fix. Checks
//! know nothing of each other: they are handed the same [`Surroundings`] (a snapshot of the environment), run side by
//! side on a small runtime, and each has a deadline, so that one that hangs costs its own answer and nothing more. The
//! whole command is over within ten seconds.
//!
//! A new check is a file in [`checks`] and a line in its list.

mod checks;
mod finding;
mod report;
mod surroundings;

use std::sync::Arc;
use std::time::Duration;

use clap::Args;

use crate::exit::{Exit, Failure};
use crate::terminal::Terminal;
pub(crate) use finding::{Finding, Status};
pub(crate) use report::text as findings_text;
pub(crate) use surroundings::{Surroundings, is_executable};

/// The longest one check may take. All run at once, so this bounds the command too.
const DEADLINE: Duration = Duration::from_secs(8);

/// Options of `bellwether doctor`.
#[derive(Debug, Args)]
#[command(after_help = "\
Checks, side by side, within ten seconds: ports of the Collector, the OTLP endpoint (reachable, accepts the token,
certificate), tokens, environment variables, proxies, clock, queue directory, Go, Collector binary, Docker socket.

Exit codes: 0 without a problem (warnings are none), 1 with one.")]
pub(crate) struct Arguments {
    /// Print one JSON document instead of text
    #[arg(long)]
    json: bool,

    /// Look at these ports instead of the Collector's
    #[arg(long, value_name = "PORT", value_delimiter = ',')]
    ports: Vec<u16>,
}

/// Runs all checks and prints what they found.
pub(crate) fn run(arguments: &Arguments, terminal: &Terminal) -> Result<Exit, Failure> {
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|error| Failure::new(format!("cannot start the runtime: {error}")))?;
    let surroundings = Arc::new(Surroundings::of_this_process(arguments.ports.clone()));
    let findings = runtime.block_on(checks::run_all(surroundings, DEADLINE));
    // A check that hangs in a system call must not hold the command back.
    runtime.shutdown_background();
    if arguments.json {
        terminal.line(&report::json(&findings));
    } else {
        terminal.line(&report::text(&findings, terminal.style()));
    }
    let has_problem = findings.iter().any(|f| f.status() == Status::Problem);
    Ok(if has_problem { Exit::FAILURE } else { Exit::OK })
}
