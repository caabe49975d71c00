//! `bellwether bench`: how fast things are on this machine, measured the way they are used.

mod backend;

use clap::{Args, Subcommand};

use crate::exit::{Exit, Failure};
use crate::terminal::Terminal;

/// Options of `bellwether bench`.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, Subcommand)]
enum What {
    /// The local backend: what it takes in, and how fast it answers, beside Jaeger and Prometheus
    Backend(backend::Arguments),
}

/// Measures.
pub(crate) fn run(arguments: &Arguments, terminal: &Terminal) -> Result<Exit, Failure> {
    match &arguments.what {
        What::Backend(arguments) => backend::run(arguments, terminal),
    }
}
