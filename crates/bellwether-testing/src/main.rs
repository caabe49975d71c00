//! `cargo run -p bellwether-testing`: builds Prometheus, its tools and sloth unless they are there, and prints
//! where they lie.
//! With `--backends` it builds Loki and Jaeger instead, which takes minutes.

#![allow(
    clippy::print_stdout,
    clippy::print_stderr,
    reason = "a command speaks"
)]

use std::process::ExitCode;

use bellwether_testing::backends::Backend;
use bellwether_testing::prometheus::Program;
use bellwether_testing::rule_tools::obtain_sloth;

fn main() -> ExitCode {
    let mut report = |progress: &str| eprintln!("{progress}");
    let wants_backends = std::env::args().any(|argument| argument == "--backends");
    let obtained: Vec<_> = if wants_backends {
        let all = Backend::ALL.into_iter();
        all.map(|backend| backend.obtain(&mut report)).collect()
    } else {
        let all = Program::ALL.into_iter();
        let mut obtained: Vec<_> = all.map(|program| program.obtain(&mut report)).collect();
        obtained.push(obtain_sloth(&mut report));
        obtained
    };
    for program in obtained {
        match program {
            Ok(path) => println!("{}", path.display()),
            Err(error) => {
                eprintln!("bellwether-testing: {error}");
                return ExitCode::FAILURE;
            }
        }
    }
    ExitCode::SUCCESS
}
