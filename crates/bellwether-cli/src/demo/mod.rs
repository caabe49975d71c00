//! `bellwether demo`: a small fleet at work, and proof that what it sends arrives.
//!
//! ```text
//! bellwether demo
//!   ├─ local backend ◄── OTLP from the Collector
//!   ├─ Collector ◄────────────── OTLP from every process below ──────────────┐
//!   ├─ orchestrator ──HTTP──► agent ──WebSocket──► session agent             │
//!   │    │                      ├──HTTP──► model, a stand-in    │            │
//!   │    │                      └──MCP───► toolbox              │            │
//!   │    └─ job queue ◄──────────── POST /jobs ────────┘                     │
//!   │         └── POST /jobs/take ──► worker ──environment──► task ──► wc, sort, git, tail …
//! ```
//!
//! Every box is a process of its own (this binary under the hidden subcommand `demo-role`), works on real files and
//! meets real errors. [`roles`] are the processes, [`tools`] what agents can do, [`fleet`] starts and ends the processes,
//! [`forwarded`] reads back what the Collector did, [`report`] says what came of it all, [`mod@run`] ties them together.

mod arguments;
mod boundary;
mod budget;
mod collector;
mod connections;
mod context;
mod destination;
mod environment;
mod fleet;
mod folders;
mod forwarded;
mod incident;
mod lifeline;
mod machine;
mod mcp;
mod memory;
mod model;
mod node_load;
mod plan;
mod queue;
mod report;
mod roles;
mod run;
mod settings;
mod start;
mod stored;
mod telemetry;
mod tools;
mod wire;

pub(crate) use arguments::{Arguments, RoleArguments};

use crate::exit::{Exit, Failure};
use crate::terminal::Terminal;

/// Runs the demo.
pub(crate) fn run(arguments: &Arguments, terminal: &Terminal) -> Result<Exit, Failure> {
    let runtime = runtime()?;
    let result = runtime.block_on(run::run(arguments, terminal));
    runtime.shutdown_background();
    result
}

/// Runs one process of the demo.
pub(crate) fn run_role(arguments: RoleArguments) -> Result<Exit, Failure> {
    let runtime = runtime()?;
    let result = runtime.block_on(roles::run(arguments.role));
    // A tool that hangs in a system call must not hold the end up.
    runtime.shutdown_background();
    result
}

fn runtime() -> Result<tokio::runtime::Runtime, Failure> {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(|error| Failure::new(format!("cannot start the runtime: {error}")))
}
