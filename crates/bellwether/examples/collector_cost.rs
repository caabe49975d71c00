//! What a call of `MetricsCollector` costs: batched and straight, with the history and without, from one thread and
//! eight that record the same series.
//!
//! `cargo run --release -p bellwether --example collector_cost`

#![allow(clippy::print_stdout, reason = "its output is its purpose")]

use std::hint::black_box;
use std::sync::Barrier;
use std::thread;
use std::time::{Duration, Instant};

use bellwether::metrics::generated::labels::{Model, OrchestratorId, Tool, ToolStatus};
use bellwether::metrics::{Collector, Metrics, MetricsCollector, OpenLabel};
use bellwether::opentelemetry::metrics::MeterProvider;
use bellwether::opentelemetry_sdk::metrics::SdkMeterProvider;

const CALLS: u32 = 200_000;
const ROUNDS: usize = 7;

/// A call: its name, and what makes it.
type Call = (&'static str, fn(&MetricsCollector, Labels));

#[derive(Clone, Copy)]
struct Labels {
    orchestrator: OrchestratorId,
    model: Model,
    tool: Tool,
}

const CALLS_MADE: [Call; 3] = [
    ("record_token_usage", |collector, labels| {
        collector.record_token_usage(labels.orchestrator, labels.model, 7);
    }),
    ("record_tool_invocation", |collector, labels| {
        let Labels {
            orchestrator, tool, ..
        } = labels;
        collector.record_tool_invocation(orchestrator, tool, ToolStatus::Success);
    }),
    ("record_message_latency", |collector, labels| {
        collector.record_message_latency(labels.orchestrator, Duration::from_millis(150));
    }),
];

fn main() -> Result<(), bellwether::Error> {
    let labels = Labels {
        orchestrator: OrchestratorId::of("orch-1"),
        model: Model::of("claude-sonnet"),
        tool: Tool::of("Read"),
    };
    println!("ns a call, median of {ROUNDS} rounds; each thread makes {CALLS} a round\n");
    println!("| call | threads | history | straight | batched |");
    println!("|---|---|---|---|---|");
    for (name, call) in CALLS_MADE {
        for threads in [1, 8] {
            for history in [24, 0] {
                let straight = cost(false, history, threads, labels, call)?;
                let batched = cost(true, history, threads, labels, call)?;
                println!("| `{name}` | {threads} | {history} h | {straight:.0} | {batched:.0} |");
            }
        }
    }
    Ok(())
}

/// Nanoseconds of wall time by calls of one thread.
fn cost(
    batching: bool,
    history: u64,
    threads: usize,
    labels: Labels,
    call: fn(&MetricsCollector, Labels),
) -> Result<f64, bellwether::Error> {
    let provider = SdkMeterProvider::builder()
        .with_reader(Collector::new())
        .build();
    let collector = MetricsCollector::builder()
        .enable_batching(batching)
        .history(Duration::from_secs(history * 3_600))
        .build_on(&Metrics::new(&provider.meter("cost")))?;
    let mut rounds: Vec<f64> = (0..ROUNDS)
        .map(|_| round(&collector, threads, labels, call))
        .collect();
    rounds.sort_by(f64::total_cmp);
    Ok(rounds[ROUNDS / 2])
}

fn round(
    collector: &MetricsCollector,
    threads: usize,
    labels: Labels,
    call: fn(&MetricsCollector, Labels),
) -> f64 {
    let start = Barrier::new(threads + 1);
    let took = thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| {
                start.wait();
                for _ in 0..CALLS {
                    call(black_box(collector), black_box(labels));
                }
            });
        }
        start.wait();
        Instant::now()
    });
    took.elapsed().as_secs_f64() * 1e9 / f64::from(CALLS)
}
