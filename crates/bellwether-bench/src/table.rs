//! Results as Markdown.

use std::fmt::Write as _;

use crate::measure::Outcome;

/// A table of outcomes: median, least, allocations, and each median by that of the first.
///
/// ```
/// let outcomes = bellwether_bench::measure(vec![bellwether_bench::Case::new("nothing", || {})], 1);
/// assert!(bellwether_bench::table(&outcomes).contains("nothing"));
/// ```
pub fn table(outcomes: &[Outcome]) -> String {
    let mut text =
        "| what | median | least | allocations | by the first |\n|---|---|---|---|---|\n"
            .to_owned();
    let first = outcomes.first().map_or(f64::NAN, |outcome| outcome.median);
    for outcome in outcomes {
        let _ = writeln!(
            text,
            "| {} | {} | {} | {} | {} |",
            outcome.name,
            nanoseconds(outcome.median),
            nanoseconds(outcome.least),
            outcome.allocations,
            ratio(outcome.median / first)
        );
    }
    text
}

/// A time with its unit.
///
/// ```
/// assert_eq!(bellwether_bench::nanoseconds(1_500.0), "1.50 µs");
/// ```
pub fn nanoseconds(time: f64) -> String {
    match time {
        time if time < 1e3 => format!("{time:.1} ns"),
        time if time < 1e6 => format!("{:.2} µs", time / 1e3),
        _ => format!("{:.2} ms", time / 1e6),
    }
}

/// A ratio.
///
/// ```
/// assert_eq!(bellwether_bench::ratio(1.234), "1.23 ×");
/// ```
pub fn ratio(ratio: f64) -> String {
    format!("{ratio:.2} ×")
}

/// Processor, cores and compiler, as far as they can be told.
///
/// ```
/// assert!(!bellwether_bench::machine().is_empty());
/// ```
pub fn machine() -> String {
    let information = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = information
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(':'))
        .map_or("unknown processor", |(_, model)| model.trim());
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    format!("{model}, {cores} cores, {}", std::env::consts::OS)
}
