//! A minute of the work of orchestrators and agents, as often as a test wants: in order, or in trouble.
//!
//! Sessions, requests to models and tool calls go through the typed recorders of a service; the rest is measured as the
//! catalog defines it, with instruments of the plain API.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use bellwether::metrics::generated::bellwether::BELLWETHER_PROCESS_MEMORY_LIMIT_BYTES;
use bellwether::metrics::generated::labels::{AgentType, SessionType, TokenType};
use bellwether::metrics::generated::{orchestrator, wundr_agent};
use bellwether::metrics::generated::{wundr_process, wundr_queue, wundr_ws};
use bellwether::metrics::recorders::{ModelRequests, Session, Sessions, ToolCalls};
use bellwether::metrics::{MetricDefinition, Metrics};
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
    sessions: Sessions,
    open: Vec<Session>,
    queue: UpDownCounter<i64>,
    budget: Gauge<f64>,
    errors: Counter<u64>,
    tools: ToolCalls,
    spawned: Counter<u64>,
    failed: Counter<u64>,
    socket_errors: Counter<u64>,
    messages: Histogram<f64>,
    session_durations: Histogram<f64>,
    requests: ModelRequests,
}

const ORCHESTRATOR: &str = "orch-1";
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
        let metrics = Metrics::new(meter);
        let requests = metrics.model_request().orchestrator(ORCHESTRATOR);
        Self {
            condition,
            heap,
            minutes: 0,
            sessions: metrics.session(),
            open: Vec::new(),
            queue: up_down_counter(meter, &wundr_queue::WUNDR_QUEUE_DEPTH),
            budget: gauge(
                meter,
                &orchestrator::ORCHESTRATOR_BUDGET_UTILIZATION_PERCENT,
            ),
            errors: counter(meter, &orchestrator::ORCHESTRATOR_ERRORS_TOTAL),
            tools: metrics.tool_call().orchestrator(ORCHESTRATOR),
            spawned: counter(meter, &wundr_agent::WUNDR_AGENT_SPAWNED_TOTAL),
            failed: counter(meter, &wundr_agent::WUNDR_AGENT_FAILED_TOTAL),
            socket_errors: counter(meter, &wundr_ws::WUNDR_WS_ERRORS_TOTAL),
            messages: histogram(meter, &orchestrator::ORCHESTRATOR_MESSAGE_LATENCY_SECONDS),
            session_durations: histogram(meter, &wundr_agent::WUNDR_SESSION_DURATION_SECONDS),
            requests: requests.agent(AgentType::Coder),
        }
    }

    /// Works for a minute. Each minute is like the other, so that rates are known.
    pub(crate) fn minute(&mut self) {
        let is_trouble = self.condition == Condition::InTrouble;
        let either =
            |in_order: u64, in_trouble: u64| if is_trouble { in_trouble } else { in_order };
        let orchestrator = ("orchestrator_id", ORCHESTRATOR);
        let session = [orchestrator, ("session_type", "claude-code")];
        if self.minutes == 0 {
            let start = |_| self.sessions.start(ORCHESTRATOR, SessionType::ClaudeCode);
            self.open.extend((0..3).map(start));
            let waiting = either(5, 250).cast_signed();
            self.queue.add(waiting, &labels(&[("queue_name", "tasks")]));
        }
        self.minutes += 1;
        self.heap
            .store(either(400_000_000, 900_000_000), Ordering::Relaxed);
        let used = if is_trouble { 97.0 } else { 75.5 };
        self.budget
            .record(used, &labels(&[orchestrator, ("period", "daily")]));

        let request = self.requests.start("anthropic", "claude-sonnet-3.5");
        request.tokens(TokenType::Prompt, 1000);
        request.tokens(TokenType::Completion, 500);
        request.took(Duration::from_secs(either(2, 50))).success();
        for _ in 0..either(1, 20) {
            for _ in 0..9 {
                self.tools.start("file_read").success();
            }
            self.tools.start("file_read").error("timeout");
        }

        for seconds in [0.15, 0.3, 1.2] {
            self.messages.record(seconds, &labels(&[orchestrator]));
        }
        for error in ["timeout_error", "memory_limit_exceeded"] {
            self.errors
                .add(3, &labels(&[orchestrator, ("error_type", error)]));
        }
        let timeout = ("error_type", "timeout");
        self.spawned.add(20, &labels(&session));
        self.failed
            .add(either(1, 6), &labels(&[session[0], session[1], timeout]));
        let lasted = if is_trouble { 900.0 } else { 50.0 };
        self.session_durations.record(lasted, &labels(&session));
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
        .with_description(metric.description)
        .build()
}

fn up_down_counter(meter: &Meter, metric: &MetricDefinition) -> UpDownCounter<i64> {
    meter
        .i64_up_down_counter(metric.name)
        .with_unit(metric.unit)
        .with_description(metric.description)
        .build()
}

fn gauge(meter: &Meter, metric: &MetricDefinition) -> Gauge<f64> {
    meter
        .f64_gauge(metric.name)
        .with_unit(metric.unit)
        .with_description(metric.description)
        .build()
}

fn histogram(meter: &Meter, metric: &MetricDefinition) -> Histogram<f64> {
    let builder = meter
        .f64_histogram(metric.name)
        .with_unit(metric.unit)
        .with_description(metric.description);
    builder.with_boundaries(metric.buckets.to_vec()).build()
}

fn observe(
    meter: &Meter,
    metric: &MetricDefinition,
    value: impl Fn() -> u64 + Send + Sync + 'static,
) {
    let builder = meter
        .u64_observable_gauge(metric.name)
        .with_unit(metric.unit)
        .with_description(metric.description);
    let _ = builder
        .with_callback(move |observer| observer.observe(value(), &[]))
        .build();
}
