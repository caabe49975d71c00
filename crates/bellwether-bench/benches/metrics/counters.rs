//! Counters: ours over closed and open labels, and everyone else's.

use std::fmt::Write as _;
use std::hint::black_box;

use bellwether::metrics::OpenLabel;
use bellwether::metrics::generated::agent::{AGENT_EXECUTION_TOTAL, AGENT_TOKENS_USED};
use bellwether::metrics::generated::labels::{AgentType, ExecutionStatus, Model, Phase};
use bellwether_bench::{Case, measure, measure_threads, ratio, table};
use measured::FixedCardinalityLabel;
use measured::label::StaticLabelSet;
use prometheus_client::encoding::{EncodeLabelSet, EncodeLabelValue};

use crate::peers::{KEYS, LABELS, Provider, VALUES, attributes};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, FixedCardinalityLabel, EncodeLabelValue)]
enum Kind {
    Coder,
    Tester,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, FixedCardinalityLabel, EncodeLabelValue)]
enum Stage {
    Code,
    Test,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, FixedCardinalityLabel, EncodeLabelValue)]
enum Status {
    Success,
    Error,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, EncodeLabelSet)]
struct ClientLabels {
    agent_type: Kind,
    phase: Stage,
    status: Status,
}

#[derive(Clone, Copy, PartialEq, Debug, measured::LabelGroup)]
#[label(set = MeasuredSet)]
struct Measured {
    #[label(fixed)]
    agent_type: Kind,
    #[label(fixed)]
    phase: Stage,
    #[label(fixed)]
    status: Status,
}

pub(crate) fn section(rounds: usize) -> String {
    let provider = Provider::new();
    let meter = provider.meter();
    let metrics = provider.metrics();

    let bound = meter.u64_counter("bound").build().bind(&attributes());
    let typed = metrics
        .counter::<(AgentType, Phase, ExecutionStatus), u64>(&AGENT_EXECUTION_TOTAL)
        .unwrap();
    let open = metrics
        .counter::<(AgentType, Model), u64>(&AGENT_TOKENS_USED)
        .unwrap();
    let kept = Model::of("claude-sonnet");
    let unbound = meter.u64_counter("unbound").build();
    let prometheus =
        prometheus::IntCounterVec::new(prometheus::Opts::new("c", "c"), &KEYS).unwrap();
    let prometheus_bound = prometheus.with_label_values(&VALUES);
    let client = prometheus_client::metrics::family::Family::<
        ClientLabels,
        prometheus_client::metrics::counter::Counter,
    >::default();
    let set = MeasuredSet {
        agent_type: StaticLabelSet::new(),
        phase: StaticLabelSet::new(),
        status: StaticLabelSet::new(),
    };
    let measured_counter = measured::CounterVec::with_label_set(set);
    let recorder = metrics_exporter_prometheus::PrometheusBuilder::new().build_recorder();
    let facade_labels = ["coder", "code", "success"];

    let cases = vec![
        Case::new("OpenTelemetry SDK, bound", || bound.add(black_box(1))),
        Case::new("**Bellwether, closed labels**", || {
            typed.add(black_box(1), black_box(LABELS))
        }),
        Case::new("**Bellwether, open label kept by the caller**", || {
            open.add(black_box(1), black_box((AgentType::Coder, kept)));
        }),
        Case::new("**Bellwether, open label from a string**", || {
            open.add(
                black_box(1),
                (AgentType::Coder, Model::of(black_box("claude-sonnet"))),
            );
        }),
        Case::new("OpenTelemetry SDK, `Counter::add`", || {
            unbound.add(black_box(1), black_box(&attributes()));
        }),
        Case::new("`prometheus`, bound", || {
            prometheus_bound.inc_by(black_box(1))
        }),
        Case::new("`prometheus`, `with_label_values().inc()`", || {
            prometheus
                .with_label_values(black_box(&VALUES))
                .inc_by(black_box(1));
        }),
        Case::new("`prometheus-client`, `get_or_create().inc()`", || {
            let labels = black_box(ClientLabels {
                agent_type: Kind::Coder,
                phase: Stage::Code,
                status: Status::Success,
            });
            client.get_or_create(&labels).inc_by(black_box(1));
        }),
        Case::new("`measured`, dense", || {
            measured_counter.inc(black_box(Measured {
                agent_type: Kind::Coder,
                phase: Stage::Code,
                status: Status::Success,
            }));
        }),
        Case::new("`metrics` macro, Prometheus recorder", || {
            metrics::with_local_recorder(&recorder, || {
                let [kind, phase, status] = black_box(facade_labels);
                metrics::counter!("c", "agent_type" => kind, "phase" => phase, "status" => status)
                    .increment(black_box(1));
            });
        }),
    ];
    let outcomes = measure(cases, rounds);
    let mut text = format!("## Counters\n\n{}", table(&outcomes));
    for number in 0..1_000_000_u32 {
        open.add(1, (AgentType::Coder, Model::of(&number.to_string())));
    }
    let cases = vec![
        Case::new("OpenTelemetry SDK, bound", || bound.add(black_box(1))),
        Case::new("**Bellwether, closed labels**", || {
            typed.add(black_box(1), black_box(LABELS))
        }),
        Case::new("**Bellwether, open label kept by the caller**", || {
            open.add(black_box(1), black_box((AgentType::Coder, kept)));
        }),
        Case::new(
            "**Bellwether, open label, a value beyond the bound**",
            || {
                open.add(
                    black_box(1),
                    (AgentType::Coder, Model::of(black_box("one more"))),
                );
            },
        ),
    ];
    let after = table(&measure(cases, rounds));
    let _ = write!(
        text,
        "\n### After a million values of the open label\n\n{after}"
    );
    text.push_str(&threads(&typed, &bound, &prometheus));
    text
}

/// Two threads on one series.
fn threads(
    typed: &bellwether::metrics::Counter<(AgentType, Phase, ExecutionStatus), u64>,
    bound: &opentelemetry::metrics::BoundCounter<u64>,
    prometheus: &prometheus::IntCounterVec,
) -> String {
    let mut text = "\n### One series, one and two threads\n\n| what | one thread | two threads | two by one |\n|---|---|---|---|\n".to_owned();
    let mut row = |name: &str, call: &(dyn Fn() + Sync)| {
        let (one, two) = (measure_threads(1, call), measure_threads(2, call));
        let _ = writeln!(
            text,
            "| {name} | {:.1} M/s | {:.1} M/s | {} |",
            one / 1e6,
            two / 1e6,
            ratio(two / one)
        );
    };
    row("**Bellwether, closed labels**", &|| {
        typed.add(black_box(1), black_box(LABELS))
    });
    row("OpenTelemetry SDK, bound", &|| bound.add(black_box(1)));
    row("`prometheus`, `with_label_values().inc()`", &|| {
        prometheus
            .with_label_values(black_box(&VALUES))
            .inc_by(black_box(1));
    });
    text
}
