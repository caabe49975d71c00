//! Histograms with exemplars, without a span and in a sampled one.

use std::hint::black_box;

use bellwether::metrics::OpenLabel;
use bellwether::metrics::generated::agent::{
    AGENT_EXECUTION_DURATION_SECONDS, TOOL_CALL_DURATION_SECONDS,
};
use bellwether::metrics::generated::labels::{AgentType, Phase, Tool};
use bellwether_bench::{Case, measure, table};
use opentelemetry::trace::{TraceContextExt, Tracer, TracerProvider};
use opentelemetry_sdk::trace::SdkTracerProvider;

use crate::peers::{KEYS, Provider, VALUES, attributes};

pub(crate) fn section(rounds: usize) -> String {
    let provider = Provider::new();
    let meter = provider.meter();
    let metrics = provider.metrics();
    let buckets = AGENT_EXECUTION_DURATION_SECONDS.buckets.to_vec();
    let plain = meter
        .f64_histogram("plain")
        .with_boundaries(buckets.clone())
        .build();
    let bound = plain.bind(&attributes());
    let typed = metrics
        .histogram::<(AgentType, Phase), f64>(&AGENT_EXECUTION_DURATION_SECONDS)
        .unwrap();
    let open = metrics
        .histogram::<Tool, f64>(&TOOL_CALL_DURATION_SECONDS)
        .unwrap();
    let options = prometheus::HistogramOpts::new("h", "h").buckets(buckets);
    let prometheus = prometheus::HistogramVec::new(options, &KEYS).unwrap();

    let tracers = SdkTracerProvider::builder().build();
    let sampled = opentelemetry::Context::current_with_span(tracers.tracer("bench").start("work"));
    let in_span = typed.clone();

    let cases = vec![
        Case::new("OpenTelemetry SDK, bound (no exemplars)", || {
            bound.record(black_box(0.7))
        }),
        Case::new("**Bellwether, closed labels, no span**", || {
            typed.record(black_box(0.7), black_box((AgentType::Coder, Phase::Code)));
        }),
        Case::new(
            "**Bellwether, closed labels, open label from a string**",
            || {
                open.record(black_box(0.7), Tool::of(black_box("Read")));
            },
        ),
        Case::new("OpenTelemetry SDK, `Histogram::record`", || {
            plain.record(black_box(0.7), black_box(&attributes()));
        }),
        Case::new("`prometheus`, `with_label_values().observe()`", || {
            prometheus
                .with_label_values(black_box(&VALUES))
                .observe(black_box(0.7));
        }),
    ];
    let outside = measure(cases, rounds);
    let guard = sampled.attach();
    let cases = vec![
        Case::new("OpenTelemetry SDK, bound (no exemplars)", || {
            bound.record(black_box(0.7))
        }),
        Case::new("**Bellwether, closed labels, exemplars on**", || {
            in_span.record(black_box(0.7), black_box((AgentType::Coder, Phase::Code)));
        }),
    ];
    let inside = measure(cases, rounds);
    drop(guard);
    format!(
        "## Histograms\n\nNo peer keeps exemplars on a bound histogram.\n\n{}\n### In a sampled span\n\n{}",
        table(&outside),
        table(&inside)
    )
}
