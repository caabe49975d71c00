//! A minute of the work of orchestrators and agents, as often as a test wants: in order, or in trouble.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use bellwether::metrics::MetricDefinition;
use bellwether::metrics::generated::bellwether::BELLWETHER_PROCESS_MEMORY_LIMIT_BYTES;
use bellwether::metrics::generated::{agent, orchestrator, wundr_agent, wundr_model};
use bellwether::metrics::generated::{wundr_process, wundr_queue, wundr_tool, wundr_ws};
use opentelemetry::KeyValue;
use opentelemetry::metrics::{Counter, Gauge, Histogram, Meter, UpDownCounter};

/// In trouble is beyond the threshold of every alert, in order is below.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Condition {
    InOrder,
    InTrouble,
}

/// The instruments of one process.
pub(crate) struct Traffic {
    condition: Condition,
    heap: Arc<AtomicU64>,
    minutes: u64,
    sessions: UpDownCounter<i64>,
    queue: UpDownCounter<i64>,
    budget: Gauge<f64>,
    tokens: Counter<u64>,
    agent_tokens: Counter<u64>,
    errors: Counter<u64>,
    tools: Counter<u64>,
    spawned: Counter<u64>,
    failed: Counter<u64>,
    tool_errors: Counter<u64>,
    socket_errors: Counter<u64>,
    messages: Histogram<f64>,
    session_durations: Histogram<f64>,
    requests: Histogram<f64>,
}

const MEMORY_LIMIT: u64 = 1_000_000_000;

impl Traffic {
    pub(crate) fn new(meter: &Meter, condition: Condition) -> Self {
        let heap = Arc::new(AtomicU64::new(0));
        let observed = Arc::clone(&heap);
        observe(
            meter,
            &wundr_process::WUNDR_PROCESS_MEMORY_HEAP_BYTES,
            move || observed.load(Ordering::Relaxed),
        );
        observe(meter, &BELLWETHER_PROCESS_MEMORY_LIMIT_BYTES, || {
            MEMORY_LIMIT
        });
        Self {
            condition,
            heap,
            minutes: 0,
            sessions: up_down_counter(meter, &orchestrator::ORCHESTRATOR_SESSIONS_ACTIVE),
            queue: up_down_counter(meter, &wundr_queue::WUNDR_QUEUE_DEPTH),
            budget: gauge(
                meter,
                &orchestrator::ORCHESTRATOR_BUDGET_UTILIZATION_PERCENT,
            ),
            tokens: counter(meter, &orchestrator::ORCHESTRATOR_TOKENS_USED_TOTAL),
            agent_tokens: counter(meter, &agent::AGENT_TOKENS_USED),
            errors: counter(meter, &orchestrator::ORCHESTRATOR_ERRORS_TOTAL),
            tools: counter(meter, &orchestrator::ORCHESTRATOR_TOOL_INVOCATIONS_TOTAL),
            spawned: counter(meter, &wundr_agent::WUNDR_AGENT_SPAWNED_TOTAL),
            failed: counter(meter, &wundr_agent::WUNDR_AGENT_FAILED_TOTAL),
            tool_errors: counter(meter, &wundr_tool::WUNDR_TOOL_ERRORS_TOTAL),
            socket_errors: counter(meter, &wundr_ws::WUNDR_WS_ERRORS_TOTAL),
            messages: histogram(meter, &orchestrator::ORCHESTRATOR_MESSAGE_LATENCY_SECONDS),
            session_durations: histogram(meter, &wundr_agent::WUNDR_SESSION_DURATION_SECONDS),
            requests: histogram(meter, &wundr_model::WUNDR_MODEL_REQUEST_DURATION_SECONDS),
        }
    }

    /// Works for a minute. Each minute is like the other, so that rates are known.
    pub(crate) fn minute(&mut self) {
        let is_trouble = self.condition == Condition::InTrouble;
        let either =
            |in_order: u64, in_trouble: u64| if is_trouble { in_trouble } else { in_order };
        let orchestrator = ("orchestrator_id", "orch-1");
        let session = [orchestrator, ("session_type", "claude-code")];
        let queue = labels(&[("queue_name", "tasks")]);
        if self.minutes == 0 {
            self.sessions.add(3, &labels(&session));
            self.queue.add(either(5, 250).cast_signed(), &queue);
        }
        self.minutes += 1;
        self.heap
            .store(either(400_000_000, 900_000_000), Ordering::Relaxed);
        let used = if is_trouble { 97.0 } else { 75.5 };
        self.budget
            .record(used, &labels(&[orchestrator, ("period", "daily")]));

        let model = ("model", "claude-sonnet-3.5");
        self.tokens.add(1500, &labels(&[orchestrator, model]));
        self.agent_tokens
            .add(600, &labels(&[("agent_type", "coder"), model]));
        for seconds in [0.15, 0.3, 1.2] {
            self.messages.record(seconds, &labels(&[orchestrator]));
        }
        for error in ["timeout_error", "memory_limit_exceeded"] {
            self.errors
                .add(3, &labels(&[orchestrator, ("error_type", error)]));
        }
        let tool = ("tool_name", "file_read");
        self.tools
            .add(9, &labels(&[orchestrator, tool, ("status", "success")]));
        self.tools
            .add(1, &labels(&[orchestrator, tool, ("status", "error")]));
        let timeout = ("error_type", "timeout");
        self.tool_errors
            .add(either(1, 20), &labels(&[tool, timeout]));

        self.spawned.add(20, &labels(&session));
        self.failed
            .add(either(1, 6), &labels(&[session[0], session[1], timeout]));
        let lasted = if is_trouble { 900.0 } else { 50.0 };
        self.session_durations.record(lasted, &labels(&session));
        let answered = if is_trouble { 50.0 } else { 1.5 };
        self.requests
            .record(answered, &labels(&[("provider", "anthropic"), model]));
        self.socket_errors.add(either(2, 30), &labels(&[timeout]));
    }
}

fn labels(pairs: &[(&'static str, &'static str)]) -> Vec<KeyValue> {
    pairs
        .iter()
        .map(|(key, value)| KeyValue::new(*key, *value))
        .collect()
}

fn counter(meter: &Meter, metric: &MetricDefinition) -> Counter<u64> {
    meter
        .u64_counter(metric.name)
        .with_unit(metric.unit)
        .build()
}

fn up_down_counter(meter: &Meter, metric: &MetricDefinition) -> UpDownCounter<i64> {
    meter
        .i64_up_down_counter(metric.name)
        .with_unit(metric.unit)
        .build()
}

fn gauge(meter: &Meter, metric: &MetricDefinition) -> Gauge<f64> {
    meter.f64_gauge(metric.name).with_unit(metric.unit).build()
}

fn histogram(meter: &Meter, metric: &MetricDefinition) -> Histogram<f64> {
    let builder = meter.f64_histogram(metric.name).with_unit(metric.unit);
    builder.with_boundaries(metric.buckets.to_vec()).build()
}

fn observe(
    meter: &Meter,
    metric: &MetricDefinition,
    value: impl Fn() -> u64 + Send + Sync + 'static,
) {
    let builder = meter
        .u64_observable_gauge(metric.name)
        .with_unit(metric.unit);
    let _ = builder
        .with_callback(move |observer| observer.observe(value(), &[]))
        .build();
}
