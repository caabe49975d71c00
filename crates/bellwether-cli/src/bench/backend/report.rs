//! The table, as Markdown and as JSON.

use std::fmt::Write as _;

use serde::Serialize;

use super::Arguments;
use super::ask::Times;

/// Everything that was measured.
#[derive(Debug, Serialize)]
pub(super) struct Report {
    pub(super) date: String,
    pub(super) machine: String,
    pub(super) version: &'static str,
    pub(super) command: String,
    pub(super) points: u64,
    pub(super) spans: u64,
    pub(super) logs: u64,
    /// Load average of the last minute before and after.
    pub(super) load_before: String,
    pub(super) load_after: String,
    pub(super) intake: Vec<Intake>,
    pub(super) answers: Vec<Answer>,
    /// What does not fit into a row.
    pub(super) remarks: Vec<String>,
}

/// What was taken in.
#[derive(Debug, Serialize)]
pub(super) struct Intake {
    pub(super) server: String,
    pub(super) what: &'static str,
    pub(super) items: u64,
    pub(super) per_second: f64,
    /// Of the server, an item.
    pub(super) cpu_micros: f64,
    /// How long a request waited, in milliseconds.
    pub(super) wait_median: f64,
    pub(super) wait_p99: f64,
    pub(super) bytes_per_item: Option<f64>,
    /// The highest until then.
    pub(super) resident_megabytes: f64,
}

/// How long an answer took.
#[derive(Debug, Serialize)]
pub(super) struct Answer {
    pub(super) server: String,
    pub(super) question: String,
    pub(super) idle: Option<Times>,
    pub(super) busy: Option<Times>,
}

impl Report {
    pub(super) fn begin(arguments: &Arguments) -> Self {
        let Arguments {
            points,
            spans,
            logs,
            batch,
            senders,
            ..
        } = arguments;
        Self {
            date: jiff::Zoned::now().strftime("%Y-%m-%d %H:%M").to_string(),
            machine: machine(),
            version: env!("CARGO_PKG_VERSION"),
            command: format!(
                "bellwether bench backend --points {points} --spans {spans} --logs {logs} --batch {batch} --senders {senders}"
            ),
            points: *points,
            spans: *spans,
            logs: *logs,
            load_before: load(),
            load_after: String::new(),
            intake: Vec::new(),
            answers: Vec::new(),
            remarks: Vec::new(),
        }
    }

    pub(super) fn finish(&mut self) {
        self.load_after = load();
    }

    pub(super) fn markdown(&self) -> String {
        let mut page = String::new();
        let _ = writeln!(
            page,
            "# Benchmarks of the local backend\n\n\
             `bellwether bench backend --write` measures this anew and writes this page. Load, server and questions share the machine's cores. Items\n\
             count once they are acknowledged, which here means committed; questions go over HTTP and are answered with JSON. Jaeger and\n\
             Prometheus get the same items in the same run, where `--jaeger` and `--prometheus` name them; Jaeger on disk gets 100,000 spans at most.\n\n\
             Measured on {}, {}, version {}, load average {} before and {} after:\n\n    {}\n",
            self.date, self.machine, self.version, self.load_before, self.load_after, self.command
        );
        page.push_str("## Taken in, one signal at a time\n\n");
        page.push_str("| server | what | items | a second | CPU of the server, an item | answer, median | answer, p99 | bytes an item | memory until then |\n|---|---|---|---|---|---|---|---|---|\n");
        for row in &self.intake {
            let bytes = row
                .bytes_per_item
                .map_or_else(|| "–".to_owned(), |bytes| format!("{bytes:.0}"));
            let _ = writeln!(
                page,
                "| {} | {} | {} | {} | {:.1} µs | {:.1} ms | {:.1} ms | {bytes} | {:.0} MB |",
                row.server,
                row.what,
                thousands(row.items as f64),
                thousands(row.per_second),
                row.cpu_micros,
                row.wait_median,
                row.wait_p99,
                row.resident_megabytes
            );
        }
        let _ = writeln!(
            page,
            "\n## Answered, with {} points, {} spans and {} log records\n\n\
             Median and 95th percentile. \"Meanwhile\" is while all three signals are being taken in as fast as they can be.\n\n\
             | server | question | idle | p95 | meanwhile | p95 |\n|---|---|---|---|---|---|",
            thousands(self.points as f64),
            thousands(self.spans as f64),
            thousands(self.logs as f64)
        );
        for row in &self.answers {
            let cells = |times: Option<Times>| {
                times.map_or_else(
                    || ["–".to_owned(), "–".to_owned()],
                    |times| [milliseconds(times.median), milliseconds(times.p95)],
                )
            };
            let ([a, b], [c, d]) = (cells(row.idle), cells(row.busy));
            let _ = writeln!(
                page,
                "| {} | {} | {a} | {b} | {c} | {d} |",
                row.server, row.question
            );
        }
        page.push('\n');
        for remark in &self.remarks {
            let _ = writeln!(page, "- {remark}");
        }
        page
    }
}

fn milliseconds(value: f64) -> String {
    if value < 10.0 {
        format!("{value:.1} ms")
    } else {
        format!("{value:.0} ms")
    }
}

/// `1234567.8` as `1,234,568`.
fn thousands(value: f64) -> String {
    let digits = format!("{value:.0}");
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at) % 3 == 0 {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

fn machine() -> String {
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let cpus = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = cpus
        .lines()
        .find_map(|line| line.strip_prefix("model name")?.split_once(':'))
        .map_or("unknown processor", |(_, model)| model.trim());
    format!("{model}, {cores} cores, {}", std::env::consts::OS)
}

fn load() -> String {
    std::fs::read_to_string("/proc/loadavg")
        .ok()
        .and_then(|text| text.split_whitespace().next().map(str::to_owned))
        .unwrap_or_else(|| "unknown".to_owned())
}

#[cfg(test)]
mod tests {
    use super::thousands;

    #[test]
    fn digits_stand_in_threes() {
        assert_eq!(thousands(0.4), "0");
        assert_eq!(thousands(999.6), "1,000");
        assert_eq!(thousands(12_345_678.0), "12,345,678");
    }
}
