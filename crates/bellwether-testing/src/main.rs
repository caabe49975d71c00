//! `cargo run -p bellwether-testing`: builds Prometheus and its tools unless they are there, and prints where they lie.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command speaks"
)]

use std::process::ExitCode;

use bellwether_testing::prometheus::Program;

fn main() -> ExitCode {
    for program in Program::ALL {
        match program.obtain(&mut |progress| eprintln!("{progress}")) {
            Ok(path) => println!("{}", path.display()),
            Err(error) => {
                eprintln!("bellwether-testing: {error}");
                return ExitCode::FAILURE;
            }
        }
    }
    ExitCode::SUCCESS
}
