//! Tracked functions and whole recorders, and the figures that earlier kits name.

use std::fmt::Write as _;
use std::hint::black_box;

use bellwether::metrics::OpenLabel;
use bellwether::metrics::generated::labels::Tool;
use bellwether::{metrics, track_metrics};
use bellwether_bench::{Case, Outcome, allocated_bytes, measure, nanoseconds, table};
use opentelemetry::trace::TracerProvider;
use opentelemetry_sdk::trace::SdkTracerProvider;
use tracing_subscriber::layer::SubscriberExt;

use crate::spans::Discard;

#[track_metrics("plan", span = false)]
fn plan(steps: u64) -> Result<u64, std::fmt::Error> {
    Ok(black_box(steps))
}

#[track_metrics("plan_in_span", span)]
fn plan_in_span(steps: u64) -> Result<u64, std::fmt::Error> {
    Ok(black_box(steps))
}

pub(crate) fn section(rounds: usize) -> String {
    let provider = SdkTracerProvider::builder()
        .with_span_processor(Discard)
        .build();
    let bridge = tracing_opentelemetry::layer().with_tracer(provider.tracer("bench"));
    let subscriber = tracing_subscriber::registry().with(bridge);
    let tracked = tracing::subscriber::with_default(subscriber, || {
        let cases = vec![
            Case::new("`tracing` span through tracing-opentelemetry", || {
                tracing::info_span!("work").in_scope(|| black_box(1));
            }),
            Case::new("**`#[track_metrics]`, metrics only**", || {
                let _ = plan(black_box(1));
            }),
            Case::new("**`#[track_metrics]`, with a span**", || {
                let _ = plan_in_span(black_box(1));
            }),
        ];
        measure(cases, rounds)
    });

    let calls = metrics::tool_call();
    let (read, worker) = (Tool::of("Read"), metrics::jobs().worker("w-1"));
    let prometheus = Prometheus::new();
    let cases = vec![
        Case::new(
            "`prometheus`: in-flight, count and duration by label",
            || prometheus.operation(),
        ),
        Case::new(
            "**tool call that succeeds: seven metrics of four families**",
            || calls.start(read).success(),
        ),
        Case::new("**job: in-flight, count, duration**", || {
            worker.start("render", "high").completed()
        }),
    ];
    let recorders = measure(cases, rounds);

    let bytes = allocated_bytes(|| {
        (0..100_000).for_each(|step| {
            let _ = plan(step);
        })
    }) as f64
        / 1e5;
    format!(
        "## Tracked functions\n\n{}\n## Whole units of work\n\n{}\n{}",
        table(&tracked),
        table(&recorders),
        figures(&tracked, &recorders, bytes)
    )
}

/// What a hand-instrumented operation does with the `prometheus` crate.
struct Prometheus {
    active: prometheus::IntGaugeVec,
    total: prometheus::IntCounterVec,
    seconds: prometheus::HistogramVec,
}

impl Prometheus {
    fn new() -> Self {
        let options = prometheus::HistogramOpts::new("seconds", "seconds");
        Self {
            active: prometheus::IntGaugeVec::new(prometheus::Opts::new("a", "a"), &["operation"])
                .unwrap(),
            total: prometheus::IntCounterVec::new(
                prometheus::Opts::new("t", "t"),
                &["operation", "status"],
            )
            .unwrap(),
            seconds: prometheus::HistogramVec::new(options, &["operation", "status"]).unwrap(),
        }
    }

    fn operation(&self) {
        let started = std::time::Instant::now();
        self.active.with_label_values(&["plan"]).inc();
        self.total.with_label_values(&["plan", "ok"]).inc();
        let seconds = started.elapsed().as_secs_f64();
        self.seconds
            .with_label_values(&["plan", "ok"])
            .observe(seconds);
        self.active.with_label_values(&["plan"]).dec();
    }
}

fn figures(tracked: &[Outcome], recorders: &[Outcome], bytes: f64) -> String {
    let mut text =
        "## Figures that earlier kits name\n\n| figure | named | here |\n|---|---|---|\n"
            .to_owned();
    let [span, operation, _] = tracked else {
        return text;
    };
    let [_, call, _] = recorders else { return text };
    let rows = [
        (
            "a tool call, all its metrics",
            "0.1 ms a metric",
            nanoseconds(call.median),
        ),
        ("a span", "0.2 ms", nanoseconds(span.median)),
        ("an operation", "< 1 ms", nanoseconds(operation.median)),
        (
            "operations a second, one thread",
            "> 10,000",
            format!("{:.1} million", 1e3 / operation.median),
        ),
        (
            "memory that an operation leaves behind",
            "24 bytes",
            format!("{bytes} bytes"),
        ),
    ];
    for (figure, named, here) in rows {
        let _ = writeln!(text, "| {figure} | {named} | {here} |");
    }
    text
}
