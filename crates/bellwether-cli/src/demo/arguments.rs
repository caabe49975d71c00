//! Options of `bellwether demo`, and of the hidden `bellwether demo-role` that its processes are started with.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Subcommand};

/// Options of `bellwether demo`.
#[derive(Debug, Args)]
#[command(after_help = "\
Everything is real: the processes, the files they read, the programs they run, the errors they meet. Ports are picked
by the system, so nothing that already runs is in the way. The models are a stand-in that the demo brings: it picks
sentences from what it is asked, and says so by its name.

Exit codes: 0 if all that was sent arrived, 1 if something is missing, 3 if there was no Collector, 130 after Ctrl-C.")]
pub(crate) struct Arguments {
    /// The directory that the agents look into
    #[arg(long, value_name = "DIRECTORY", default_value = ".")]
    pub(super) dir: PathBuf,

    /// How many sessions to run
    #[arg(long, value_name = "NUMBER", default_value_t = 3, value_parser = clap::value_parser!(u32).range(1..=10_000))]
    pub(super) rounds: u32,

    /// Begin no session after this many seconds
    #[arg(long, value_name = "SECONDS", default_value = "60", value_parser = seconds)]
    pub(super) duration: Duration,

    /// Keep sessions coming until Ctrl-C (the rounds and the duration bound nothing then)
    #[arg(long)]
    pub(super) keep: bool,

    /// Begin a session every so many seconds, whether or not the one before is over; one after the other if not given
    /// (with --keep or --incident: 2)
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    pub(super) pace: Option<Duration>,

    /// Let things go wrong for a while: the model provider turns requests away, a tool fails, jobs back up, a budget
    /// runs out; then recover. With --keep one begins every five minutes, and at each SIGUSR1
    #[arg(long)]
    pub(super) incident: bool,

    /// Send to this OTLP endpoint instead of a Collector of the demo's own; without a value to
    /// OTEL_EXPORTER_OTLP_ENDPOINT
    #[arg(long, value_name = "ENDPOINT", num_args = 0..=1, default_missing_value = "")]
    pub(super) to: Option<String>,

    /// Where to leave what the Collector forwarded and what the processes printed
    #[arg(long, value_name = "DIRECTORY", default_value = ".bellwether/demo")]
    pub(super) output: PathBuf,
}

/// Seconds, as a decimal number.
fn seconds(text: &str) -> Result<Duration, String> {
    text.parse::<f64>()
        .ok()
        .and_then(|seconds| Duration::try_from_secs_f64(seconds).ok())
        .ok_or_else(|| format!("`{text}` is no number of seconds"))
}

/// Which process of the demo this one is.
#[derive(Debug, Args)]
pub(crate) struct RoleArguments {
    #[command(subcommand)]
    pub(super) role: Role,
}

/// The processes of the demo.
#[derive(Debug, Clone, Subcommand)]
pub(super) enum Role {
    /// Plans, delegates, holds the job queue
    Orchestrator {
        /// What to look into
        #[arg(long)]
        dir: PathBuf,
        /// Where the agent answers HTTP
        #[arg(long)]
        agent: String,
        /// How many sessions; 0 is without end
        #[arg(long)]
        rounds: u32,
        /// Begin no session after this many seconds
        #[arg(long, value_parser = seconds)]
        duration: Duration,
        /// Begin one every so many seconds; 0 is one after the other
        #[arg(long, value_parser = seconds)]
        pace: Duration,
        /// The operators' settings
        #[arg(long)]
        settings: PathBuf,
    },
    /// Answers as a provider of models does
    Model {
        /// The operators' settings
        #[arg(long)]
        settings: PathBuf,
    },
    /// Tools by the Model Context Protocol
    Toolbox {
        /// What to look into
        #[arg(long)]
        dir: PathBuf,
        /// Where the index of words is kept
        #[arg(long)]
        index: PathBuf,
    },
    /// Takes delegations by HTTP
    Agent {
        /// Where the session agent answers WebSocket
        #[arg(long)]
        session_agent: String,
        /// Where models answer HTTP
        #[arg(long)]
        model: String,
        /// Where the toolbox answers HTTP
        #[arg(long)]
        toolbox: String,
    },
    /// Takes messages by WebSocket, queues jobs
    SessionAgent,
    /// Takes jobs from the queue
    Worker {
        /// Where the queue answers HTTP
        #[arg(long)]
        queue: String,
        /// The operators' settings
        #[arg(long)]
        settings: PathBuf,
    },
    /// One job: runs one program
    Task {
        /// The longest that the program may run, in milliseconds
        #[arg(long)]
        limit_ms: u64,
        /// Where the program runs
        #[arg(long)]
        dir: PathBuf,
        /// The program and its arguments
        #[arg(trailing_var_arg = true, allow_hyphen_values = true, required = true)]
        command: Vec<String>,
    },
}
