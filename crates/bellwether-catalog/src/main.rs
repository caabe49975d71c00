//! Regenerates what the workspace commits: run it after a change to the registry.
//!
//! `cargo run -p bellwether-catalog` writes `docs/metrics.md`, `catalog.json` beside the registry and the
//! Rust modules of the `bellwether` crate. `cargo run -p bellwether-catalog -- REGISTRY OUT` does the same
//! for another registry, into one directory.

use std::io::Write as _;
use std::path::Path;
use std::process::ExitCode;

use bellwether_catalog::{Error, Options, generate};

mod workspace;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let result = match arguments.as_slice() {
        [] => workspace::regenerate(),
        [registry, out] => {
            generate(Path::new(registry), Path::new(out), &Options::default()).map(|_| ())
        }
        _ => {
            let _ = writeln!(
                std::io::stderr(),
                "usage: bellwether-catalog [REGISTRY OUT]"
            );
            return ExitCode::from(2);
        }
    };
    report(result)
}

fn report(result: Result<(), Error>) -> ExitCode {
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(std::io::stderr(), "{error}");
            ExitCode::FAILURE
        }
    }
}
