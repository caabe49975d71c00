//! What a `MetricsCollector` exports through a real provider: the same batched and straight, no update lost or doubled
//! while eight threads write, and an exemplar for what was measured in a span.

#![cfg(feature = "sdk")]
#![allow(
    clippy::unwrap_used,
    clippy::float_cmp,
    reason = "a test may panic; sums of quarters are exact"
)]

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::thread;
use std::time::Duration;

use bellwether::metrics::generated::labels::{
    BudgetPeriod, DelegationStatus, SessionType, ToolStatus,
};
use bellwether::metrics::{Collection, Collector, Metrics, MetricsCollector, Selection};
use bellwether::metrics::{MetricFamily, MetricsCollectorBuilder};
use bellwether::opentelemetry::metrics::MeterProvider;
use bellwether::opentelemetry::trace::{Span, TraceContextExt, Tracer, TracerProvider};
use bellwether::opentelemetry::{Context, trace::SpanContext};
use bellwether::opentelemetry_proto::tonic::common::v1::{KeyValue, any_value::Value};
use bellwether::opentelemetry_proto::tonic::metrics::v1::metric::Data;
use bellwether::opentelemetry_proto::tonic::metrics::v1::number_data_point::Value as Number;
use bellwether::opentelemetry_sdk::metrics::SdkMeterProvider;
use bellwether::opentelemetry_sdk::trace::SdkTracerProvider;
use proptest::prelude::*;

/// A provider, and a collector on it.
struct Exported {
    reader: Collector,
    metrics: Metrics,
    _provider: SdkMeterProvider,
}

impl Exported {
    fn new() -> Self {
        Self::with(Selection::all())
    }

    fn with(selection: Selection) -> Self {
        let reader = Collector::new();
        let provider = SdkMeterProvider::builder()
            .with_reader(reader.clone())
            .build();
        let metrics = Metrics::with_selection(&provider.meter("test"), selection);
        Self {
            reader,
            metrics,
            _provider: provider,
        }
    }

    fn collect(&self) -> BTreeMap<String, Vec<f64>> {
        let mut series = series(&self.reader.collect_now().unwrap());
        // How it came there, and what other tests of this process had no room for.
        series.retain(|name, _| !name.starts_with("bellwether_"));
        series
    }

    fn batch(&self, name: &str) -> f64 {
        let series = series(&self.reader.collect_now().unwrap());
        series
            .get(&format!("{name}{{}}"))
            .map_or(0.0, |value| value[0])
    }
}

/// Numbers of each series: its value; or count, sum and buckets.
fn series(collection: &Collection) -> BTreeMap<String, Vec<f64>> {
    let key = |name: &str, attributes: &[KeyValue]| {
        let pairs = attributes.iter().map(|pair| {
            let Some(Value::StringValue(value)) = pair.value.clone().unwrap().value else {
                panic!("{pair:?}");
            };
            format!("{}={value}", pair.key)
        });
        let mut pairs: Vec<String> = pairs.collect();
        pairs.sort();
        format!("{name}{{{}}}", pairs.join(","))
    };
    let number = |value: Option<Number>| match value.unwrap() {
        Number::AsInt(value) => value as f64,
        Number::AsDouble(value) => value,
    };
    let mut series = BTreeMap::new();
    for metric in collection.metrics() {
        let mut tell = |attributes: &[KeyValue], numbers| {
            series.insert(key(&metric.name, attributes), numbers);
        };
        match metric.data.as_ref().unwrap() {
            Data::Sum(sum) => sum.data_points.iter().for_each(|point| {
                tell(&point.attributes, vec![number(point.value)]);
            }),
            Data::Gauge(gauge) => gauge.data_points.iter().for_each(|point| {
                tell(&point.attributes, vec![number(point.value)]);
            }),
            Data::Histogram(histogram) => histogram.data_points.iter().for_each(|point| {
                let mut numbers = vec![point.count as f64, point.sum.unwrap()];
                numbers.extend(point.bucket_counts.iter().map(|count| *count as f64));
                tell(&point.attributes, numbers);
            }),
            other => panic!("{other:?}"),
        }
    }
    series
}

const IDS: [&str; 3] = ["orch-1", "orch-2", "orch-3"];
const HOUR: Duration = Duration::from_secs(3_600);

#[derive(Debug, Clone, Copy)]
enum Call {
    Session(usize, bool, usize),
    Tokens(usize, u64),
    Latency(usize, u8),
    Tool(usize, usize),
    Delegation(usize, usize, usize),
    Error(usize, usize),
    Load(usize, u8),
    Budget(usize, usize, u8),
    Flush,
    /// A collection, of both.
    Collect,
    Close,
}

fn call() -> impl Strategy<Value = Call> {
    let id = || 0..IDS.len();
    prop_oneof![
        4 => (id(), any::<bool>(), 0..2_usize).prop_map(|(a, b, c)| Call::Session(a, b, c)),
        3 => (id(), 0..5_000_u64).prop_map(|(a, b)| Call::Tokens(a, b)),
        4 => (id(), any::<u8>()).prop_map(|(a, b)| Call::Latency(a, b)),
        4 => (id(), 0..4_usize).prop_map(|(a, b)| Call::Tool(a, b)),
        3 => (id(), id(), 0..4_usize).prop_map(|(a, b, c)| Call::Delegation(a, b, c)),
        3 => (id(), id()).prop_map(|(a, b)| Call::Error(a, b)),
        2 => (id(), any::<u8>()).prop_map(|(a, b)| Call::Load(a, b)),
        2 => (id(), 0..3_usize, any::<u8>()).prop_map(|(a, b, c)| Call::Budget(a, b, c)),
        1 => Just(Call::Flush),
        1 => Just(Call::Collect),
        1 => prop_oneof![9 => Just(Call::Flush), 1 => Just(Call::Close)],
    ]
}

fn make(collector: &MetricsCollector, call: Call) {
    let quarter = |number: u8| f64::from(number) / 4.0;
    match call {
        Call::Session(id, true, kind) => {
            collector.record_session_start(IDS[id], SessionType::ALL[kind]);
        }
        Call::Session(id, false, kind) => {
            collector.record_session_end(IDS[id], SessionType::ALL[kind]);
        }
        Call::Tokens(id, tokens) => collector.record_token_usage(IDS[id], "opus", tokens),
        Call::Latency(id, of) => collector.record_message_latency_ms(IDS[id], quarter(of) * 1e3),
        Call::Tool(id, status) => {
            collector.record_tool_invocation(IDS[id], "Read", ToolStatus::ALL[status]);
        }
        Call::Delegation(from, to, status) => {
            collector.record_delegation(IDS[from], IDS[to], DelegationStatus::ALL[status]);
        }
        Call::Error(id, kind) => collector.record_error(IDS[id], ["a", "b", "c"][kind]),
        Call::Load(id, load) => collector.update_node_load(IDS[id], quarter(load)),
        Call::Budget(id, period, of) => {
            collector.update_budget_utilization(IDS[id], BudgetPeriod::ALL[period], quarter(of));
        }
        Call::Flush => collector.flush(),
        Call::Close => collector.close(),
        Call::Collect => {}
    }
}

fn batching(size: usize) -> MetricsCollectorBuilder {
    MetricsCollector::builder()
        .batch_flush_interval(HOUR)
        .max_batch_size(size)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(100))]
    #[test]
    fn exports_are_the_same_batched_and_straight(
        calls in proptest::collection::vec(call(), 0..200), size in 1_usize..50,
    ) {
        let (batched, straight) = (Exported::new(), Exported::new());
        let with = batching(size).build_on(&batched.metrics).unwrap();
        let without = MetricsCollector::builder().enable_batching(false);
        let without = without.build_on(&straight.metrics).unwrap();
        for call in calls {
            make(&with, call);
            make(&without, call);
            if matches!(call, Call::Collect) {
                prop_assert_eq!(batched.collect(), straight.collect());
            }
        }
        prop_assert_eq!(batched.collect(), straight.collect());
        let stats = |of: &MetricsCollector| of.get_aggregated_stats(IDS[0], None).total_tokens;
        prop_assert_eq!(stats(&with), stats(&without));
    }
}

#[test]
fn eight_writers_beside_collections_and_flushes_lose_and_double_nothing() {
    const WRITERS: usize = 8;
    const ROUNDS: u64 = 4_000;
    let exported = Exported::new();
    let builder = MetricsCollector::builder().batch_flush_interval(Duration::from_millis(10));
    let collector = builder
        .max_batch_size(64)
        .build_on(&exported.metrics)
        .unwrap();
    // Before an update is made, and after: a collection in between has all of these and at most those.
    let (begun, done) = (AtomicU64::new(0), AtomicU64::new(0));
    let over = AtomicBool::new(false);
    let tokens = "orchestrator_tokens_used_total{model=opus,orchestrator_id=orch-1}";
    let latency = "orchestrator_message_latency_seconds{orchestrator_id=orch-1}";
    let collections = thread::scope(|scope| {
        let writers: Vec<_> = (0..WRITERS)
            .map(|writer| {
                let (collector, begun, done) = (collector.clone(), &begun, &done);
                scope.spawn(move || {
                    for step in 0..ROUNDS {
                        begun.fetch_add(1, Ordering::SeqCst);
                        collector.record_token_usage("orch-1", "opus", 3);
                        done.fetch_add(1, Ordering::SeqCst);
                        collector.record_session_start(IDS[writer % 3], SessionType::ClaudeFlow);
                        collector.record_message_latency_ms("orch-1", 250.0);
                        let status = ToolStatus::ALL[step as usize % 4];
                        collector.record_tool_invocation(IDS[writer % 3], "Read", status);
                        collector.update_node_load("node-1", 0.5);
                        collector.record_session_end(IDS[writer % 3], SessionType::ClaudeFlow);
                        collector.record_error("orch-2", "timeout");
                    }
                })
            })
            .collect();
        let collecting = scope.spawn(|| {
            let mut count = 0;
            let mut before = 0.0;
            while !over.load(Ordering::SeqCst) {
                let least = done.load(Ordering::SeqCst) as f64;
                let series = exported.collect();
                let most = begun.load(Ordering::SeqCst) as f64;
                let told = series.get(tokens).map_or(0.0, |value| value[0]) / 3.0;
                assert!(least <= told && told <= most, "{least} <= {told} <= {most}");
                assert!(told >= before, "{told} after {before}");
                before = told;
                count += 1;
            }
            count
        });
        let flushing = scope.spawn(|| {
            while !over.load(Ordering::SeqCst) {
                collector.flush();
                let stats = collector.get_aggregated_stats("orch-1", None);
                assert!(stats.total_tokens <= 3 * begun.load(Ordering::SeqCst));
                thread::yield_now();
            }
        });
        let ended: Vec<_> = writers
            .into_iter()
            .map(thread::ScopedJoinHandle::join)
            .collect();
        over.store(true, Ordering::SeqCst);
        flushing.join().unwrap();
        assert!(ended.iter().all(Result::is_ok), "{ended:?}");
        collecting.join().unwrap()
    });
    assert!(collections > 0);

    let all = (WRITERS as u64 * ROUNDS) as f64;
    let series = exported.collect();
    let sum = |prefix: &str| -> f64 {
        let named = series.iter().filter(|(name, _)| name.starts_with(prefix));
        named.map(|(_, value)| value[0]).sum()
    };
    assert_eq!(series[tokens], [3.0 * all]);
    assert_eq!(series[latency][..2], [all, 0.25 * all]);
    assert_eq!(sum("orchestrator_sessions_active{"), 0.0);
    assert_eq!(sum("orchestrator_tool_invocations_total{"), all);
    assert_eq!(sum("tool_calls_total{"), all);
    assert_eq!(sum("wundr_tool_execution_total{"), all);
    assert_eq!(sum("tool_call_success_total{"), all / 4.0);
    assert_eq!(sum("tool_call_failure_total{"), all * 0.75);
    assert_eq!(sum("orchestrator_errors_total{"), all);
    assert_eq!(sum("agent_tokens_used{"), 3.0 * all);
    // Six of seven calls are held back: gauges are not.
    assert_eq!(exported.batch("bellwether_batch_updates_total"), 6.0 * all);
    let flushes = exported.batch("bellwether_batch_flushes_total");
    assert!(flushes > 0.0 && flushes <= 6.0 * all, "{flushes}");
    let stats = collector.get_aggregated_stats("orch-1", None);
    assert_eq!(stats.total_tokens as f64, 3.0 * all);
    assert_eq!(stats.avg_latency, 250.0);
}

#[test]
fn a_collection_has_what_was_recorded_before_it() {
    let exported = Exported::new();
    let collector = batching(100).build_on(&exported.metrics).unwrap();
    collector.record_message_latency_ms("orch-1", 500.0);
    collector.record_error("orch-1", "timeout");
    let series = exported.collect();
    let latency = &series["orchestrator_message_latency_seconds{orchestrator_id=orch-1}"];
    assert_eq!(latency[..2], [1.0, 0.5]);
    let errors = "orchestrator_errors_total{error_type=timeout,orchestrator_id=orch-1}";
    assert_eq!(series[errors], [1.0]);
    assert_eq!(exported.batch("bellwether_batch_updates_total"), 2.0);
    assert_eq!(exported.batch("bellwether_batch_flushes_total"), 1.0);
}

#[test]
fn a_family_that_is_off_is_not_exported_and_the_history_still_answers() {
    let exported = Exported::with(Selection::only([MetricFamily::Agent]));
    let collector = batching(100).build_on(&exported.metrics).unwrap();
    collector.record_tool_invocation("orch-1", "Read", ToolStatus::Success);
    let names: Vec<String> = exported.collect().into_keys().collect();
    let only = [
        "tool_call_success_total{tool=Read}",
        "tool_calls_total{status=success,tool=Read}",
    ];
    assert_eq!(names, only);
    assert_eq!(
        collector
            .get_aggregated_stats("orch-1", None)
            .successful_tool_calls,
        1
    );
}

#[test]
fn a_latency_in_a_sampled_span_is_an_exemplar_though_it_was_flushed_outside() {
    let exported = Exported::new();
    exported
        .reader
        .add_exemplars(Arc::new(exported.metrics.clone()));
    let collector = batching(100).build_on(&exported.metrics).unwrap();
    let tracers = SdkTracerProvider::builder().build();
    let span = tracers.tracer("test").start("message");
    let spoken: SpanContext = span.span_context().clone();
    let context = Context::current_with_span(span);
    {
        let _entered = context.attach();
        collector.record_message_latency_ms("orch-1", 250.0);
    }
    let collection = exported.reader.collect_now().unwrap();
    let mut metrics = collection.metrics();
    let metric = metrics.find(|metric| metric.name == "orchestrator_message_latency_seconds");
    let Some(Data::Histogram(histogram)) = &metric.unwrap().data else {
        panic!("no histogram");
    };
    let [point] = &histogram.data_points[..] else {
        panic!("{histogram:?}");
    };
    assert_eq!(point.exemplars.len(), 1);
    assert_eq!(point.exemplars[0].trace_id, spoken.trace_id().to_bytes());
}
