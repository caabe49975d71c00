//! `bellwether exec`: any command as a span and a job.
//!
//! The command is the master here. It inherits the three standard streams as they are, gets every signal that is sent
//! to us, and its end is our end: same exit code, 128 + n for a signal. Telemetry stands beside it. When it can't be
//! started there is one warning on standard error and the command runs all the same; when it can't be delivered the
//! flush gives up after two seconds.
//!
//! | Room | What is in it |
//! |---|---|
//! | `child` | starting the program, waiting for it, what a shell would answer |
//! | `signals` | which signals are passed on and which the terminal has delivered already |
//! | `ending` | how it ended: exit code, and the words for it in telemetry |
//! | `job` | the span, the job metrics and the two log lines |
//! | `session` | telemetry from start to flush, and trace context in and out of environments |

mod child;
mod ending;
mod job;
mod session;
mod signals;

use std::ffi::OsString;
use std::path::Path;
use std::process::Command;

use clap::Args;

use crate::exit::{Exit, Failure};
use crate::terminal::Terminal;
use child::Child;
use ending::Ending;
use job::{Description, Job};
use session::Session;
use signals::Signals;

/// Options of `bellwether exec`.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  bellwether exec -- make test
  bellwether exec --name nightly-import --priority 1 -- ./import.sh --all
  OTEL_SERVICE_NAME=ci bellwether exec -- cargo build

The command finds its trace context in TRACEPARENT, TRACESTATE and BAGGAGE; a context that is there already is
continued. Signals HUP, INT, QUIT, TERM, USR1 and USR2 are passed on to it.

Exit codes: that of the command; 128 + n when signal n ended it; 126 when it cannot be run, 127 when it is not found.
Telemetry never changes them.")]
pub(crate) struct Arguments {
    /// Name of the span and of the job [default: file name of the program]
    #[arg(long)]
    name: Option<String>,

    /// Priority of the job, as its metrics carry it
    #[arg(long, default_value = "unknown")]
    priority: String,

    /// Record the arguments too; they may hold secrets
    #[arg(long)]
    record_args: bool,

    /// The program and its arguments
    #[arg(
        required = true,
        trailing_var_arg = true,
        allow_hyphen_values = true,
        value_name = "COMMAND"
    )]
    command: Vec<OsString>,
}

/// Runs the command.
pub(crate) fn run(arguments: &Arguments, terminal: &Terminal) -> Result<Exit, Failure> {
    let [program, program_arguments @ ..] = arguments.command.as_slice() else {
        return Err(Failure::new("no command given"));
    };
    // Before anything else: a signal that comes while telemetry starts must not end us without the command's code.
    let mut signals = Signals::install()
        .map_err(|error| Failure::new(format!("cannot listen to signals: {error}")))?;
    let file_name = Path::new(program)
        .file_name()
        .unwrap_or(program)
        .to_string_lossy();
    let name = arguments.name.as_deref().unwrap_or(&file_name);

    let mut command = Command::new(program);
    command.args(program_arguments);

    let session = Session::start(terminal);
    let description = Description {
        name,
        priority: &arguments.priority,
        program: program.to_string_lossy().into_owned(),
        arguments: arguments.record_args.then_some(program_arguments),
    };
    let job = Job::start(&session, &description);
    job.prepare(&mut command);
    let ending = match signals.already_received() {
        Some(signal) => Ending::Signal(signal),
        None => run_child(&mut command, &job, signals),
    };
    if let Ending::NotStarted { error, .. } = &ending {
        let shown = program.to_string_lossy();
        terminal.error(&format!("cannot run {shown}: {error}"));
    }
    job.end(&ending);
    session.finish(terminal);
    Ok(ending.exit())
}

fn run_child(command: &mut Command, job: &Job, signals: Signals) -> Ending {
    let child = match Child::spawn(command) {
        Ok(child) => child,
        Err(error) => return Ending::not_started(command.get_program(), error),
    };
    job.started(child.id());
    let forwarding = signals.forward_to(child.target());
    let ending = child.wait();
    forwarding.stop();
    ending
}
