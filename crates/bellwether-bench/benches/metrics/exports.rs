//! A thousand series made into what leaves, and delivered.

use std::fmt::Write as _;
use std::hint::black_box;
use std::time::Duration;

use bellwether::Telemetry;
use bellwether::metrics::JsonFiles;
use bellwether::metrics::exposition::{Exposition, Format};
use bellwether_bench::{Case, measure, nanoseconds};
use opentelemetry::KeyValue;

use crate::sink;

/// Figures of the agent-telemetry kit that this replaces, in milliseconds: a thousand metrics as text, JSON and OTLP.
const BEFORE: [f64; 3] = [50.0, 100.0, 200.0];

pub(crate) fn section(rounds: usize) -> String {
    let telemetry = Telemetry::builder("bench")
        .detached()
        .endpoint(format!("http://{}", sink::start()))
        .metric_interval(Duration::from_secs(3_600))
        .start()
        .unwrap();
    let counter = telemetry.meter("bench").u64_counter("calls_total").build();
    for number in 0..1_000 {
        let labels = [
            KeyValue::new("tool", format!("tool-{number}")),
            KeyValue::new("status", "success"),
        ];
        counter.add(number, &labels);
    }
    let collect = || telemetry.collect_metrics().unwrap();
    let text = Exposition::new(Format::Text);
    let folder = std::env::temp_dir().join(format!("bellwether-bench-{}", std::process::id()));
    let mut files = JsonFiles::builder().output_dir(&folder).build().unwrap();
    let cases = vec![
        Case::new("Prometheus text", || {
            black_box(text.render(&collect()));
        }),
        Case::new("JSON, written to a file", || {
            black_box(files.write(&collect()).unwrap());
        }),
        Case::new("OTLP, sent over HTTP and acknowledged", || {
            telemetry.flush_blocking(Duration::from_secs(10)).unwrap();
        }),
    ];
    let outcomes = measure(cases, rounds);
    let _ = std::fs::remove_dir_all(folder);
    let mut text = "## A thousand series, collected and exported\n\n\
        | what | median | least | figure to beat | by it |\n|---|---|---|---|---|\n"
        .to_owned();
    for (outcome, before) in outcomes.iter().zip(BEFORE) {
        let _ = writeln!(
            text,
            "| {} | {} | {} | {before} ms | {:.0} times faster |",
            outcome.name,
            nanoseconds(outcome.median),
            nanoseconds(outcome.least),
            before * 1e6 / outcome.median
        );
    }
    text
}
