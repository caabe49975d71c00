//! Every comparison in one run: `cargo bench -p bellwether-bench`. With `-- --write` the table in `docs/benchmarks.md` is
//! written anew.

#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::semicolon_if_nothing_returned,
    clippy::too_many_lines,
    missing_docs,
    reason = "a benchmark may panic, and prints its table; cases are lists"
)]

mod counters;
mod exports;
mod headline;
mod histograms;
mod peers;
mod sink;
mod spans;

use std::time::Duration;

use bellwether::Telemetry;
use bellwether::config::Exporter;
use bellwether_bench::{Counting, machine};

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// Rounds in which cases take turns.
const ROUNDS: usize = 25;

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    // `cargo test` builds and runs benches too, to see that they work.
    let is_bench = arguments.iter().any(|argument| argument == "--bench");
    let rounds = if is_bench { ROUNDS } else { 1 };
    // The process's own metrics, for recorders and tracked functions.
    let telemetry = Telemetry::builder("bench")
        .endpoint(format!("http://{}", sink::start()))
        .metric_interval(Duration::from_secs(3_600))
        .traces_exporter(Exporter::None)
        .logs_exporter(Exporter::None)
        .start()
        .unwrap();
    let sections = [
        counters::section(rounds),
        histograms::section(rounds),
        spans::section(rounds),
        exports::section(rounds),
        headline::section(rounds),
    ];
    let page = format!(
        "{}\nMeasured on {}, {}: {}.\n\n{}",
        include_str!("introduction.md"),
        today(),
        machine(),
        rustc(),
        sections.join("\n")
    );
    drop(telemetry);
    println!("{page}");
    if arguments.iter().any(|argument| argument == "--write") {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/benchmarks.md");
        std::fs::write(path, page).unwrap();
    }
}

/// The date, as `date` tells it.
fn today() -> String {
    said("date", &["-u", "+%Y-%m-%d"])
}

fn rustc() -> String {
    said("rustc", &["--version"])
}

fn said(program: &str, arguments: &[&str]) -> String {
    let output = std::process::Command::new(program).args(arguments).output();
    output.map_or_else(
        |_| format!("{program} unknown"),
        |output| String::from_utf8_lossy(&output.stdout).trim().to_owned(),
    )
}
