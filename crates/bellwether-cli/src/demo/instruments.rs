//! The metrics of the fleet, in one place.
//!
//! Plain OpenTelemetry instruments under the names that orchestrators, agents and job queues are watched by. Labels are
//! few-valued: kinds of agents, names of tools and programs, outcomes. One struct a role, made once; recording is an
//! attribute list and an atomic add.

use std::time::Duration;

use bellwether::opentelemetry::metrics::{Counter, Histogram, Meter, UpDownCounter};
use bellwether::opentelemetry::{KeyValue, global};

use super::queue::Queue;

/// Bucket bounds of `job_duration_seconds` (job-queue contract: up to ten minutes).
const JOB_SECONDS: [f64; 10] = [0.1, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 300.0, 600.0];
/// Bucket bounds of `job_queue_wait_seconds` (job-queue contract: up to an hour).
const WAIT_SECONDS: [f64; 9] = [1.0, 5.0, 10.0, 30.0, 60.0, 300.0, 600.0, 1_800.0, 3_600.0];
/// Bucket bounds of latencies (job-queue contract, `http_request_duration_seconds`).
const LATENCY_SECONDS: [f64; 11] = [
    0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0,
];

fn meter() -> Meter {
    global::meter("bellwether-demo")
}

fn seconds(name: &'static str, bounds: &[f64]) -> Histogram<f64> {
    meter()
        .f64_histogram(name)
        .with_unit("s")
        .with_boundaries(bounds.to_vec())
        .build()
}

fn counter(name: &'static str) -> Counter<u64> {
    meter().u64_counter(name).with_unit("1").build()
}

fn worker_id() -> String {
    std::env::var("WORKER_ID").unwrap_or_else(|_| "unknown".to_owned())
}

/// What every role counts.
#[derive(Debug)]
struct Shared {
    http_requests: Counter<u64>,
    errors: Counter<u64>,
}

impl Shared {
    fn new() -> Self {
        Self {
            http_requests: counter("http_requests_total"),
            errors: counter("errors_total"),
        }
    }

    fn http_request(&self, method: &'static str, route: &'static str) {
        let labels = [
            KeyValue::new("method", method),
            KeyValue::new("route", route),
        ];
        self.http_requests.add(1, &labels);
    }

    fn error(&self, component: &'static str, error_type: &'static str) {
        let labels = [
            KeyValue::new("component", component),
            KeyValue::new("error_type", error_type),
        ];
        self.errors.add(1, &labels);
    }
}

/// The orchestrator's metrics.
#[derive(Debug)]
pub(super) struct Orchestrator {
    shared: Shared,
    sessions: UpDownCounter<i64>,
    delegations: Counter<u64>,
    message_latency: Histogram<f64>,
}

impl Orchestrator {
    /// Makes the instruments; `queue_size` and `task_queue_size` are read from the queue when metrics are collected.
    pub(super) fn new(queue: Queue) -> Self {
        let by_priority = queue.clone();
        let _observed = meter()
            .u64_observable_gauge("queue_size")
            .with_unit("1")
            .with_callback(move |observer| observer.observe(queue.len() as u64, &[]))
            .build();
        let _observed = meter()
            .u64_observable_gauge("task_queue_size")
            .with_unit("1")
            .with_callback(move |observer| {
                observer.observe(
                    by_priority.len() as u64,
                    &[KeyValue::new("priority", "normal")],
                );
            })
            .build();
        Self {
            shared: Shared::new(),
            sessions: meter()
                .i64_up_down_counter("orchestrator_sessions_active")
                .with_unit("{session}")
                .build(),
            delegations: counter("orchestrator_federation_delegations_total"),
            message_latency: seconds("orchestrator_message_latency_seconds", &LATENCY_SECONDS),
        }
    }

    pub(super) fn http_request(&self, method: &'static str, route: &'static str) {
        self.shared.http_request(method, route);
    }

    pub(super) fn error(&self, error_type: &'static str) {
        self.shared.error("orchestrator", error_type);
    }

    /// A session runs until the answer is dropped.
    pub(super) fn session(&self, orchestrator_id: &str) -> Active {
        Active::new(
            &self.sessions,
            vec![
                KeyValue::new("orchestrator_id", orchestrator_id.to_owned()),
                KeyValue::new("session_type", "survey"),
            ],
        )
    }

    pub(super) fn delegation(&self, from: &str, status: &'static str) {
        let labels = [
            KeyValue::new("from_orchestrator", from.to_owned()),
            KeyValue::new("to_orchestrator", "agent"),
            KeyValue::new("status", status),
        ];
        self.delegations.add(1, &labels);
    }

    pub(super) fn message_latency(&self, orchestrator_id: &str, elapsed: Duration) {
        let labels = [KeyValue::new("orchestrator_id", orchestrator_id.to_owned())];
        self.message_latency.record(elapsed.as_secs_f64(), &labels);
    }
}

/// An agent's metrics.
#[derive(Debug)]
pub(super) struct Agents {
    shared: Shared,
    agent_type: &'static str,
    phase: &'static str,
    executions: Counter<u64>,
    duration: Histogram<f64>,
}

impl Agents {
    pub(super) fn new(agent_type: &'static str, phase: &'static str) -> Self {
        Self {
            shared: Shared::new(),
            agent_type,
            phase,
            executions: counter("agent_execution_total"),
            duration: seconds("agent_execution_duration_seconds", &LATENCY_SECONDS),
        }
    }

    pub(super) fn http_request(&self, method: &'static str, route: &'static str) {
        self.shared.http_request(method, route);
    }

    pub(super) fn error(&self, error_type: &'static str) {
        self.shared.error(self.agent_type, error_type);
    }

    /// One unit of the agent's work is over.
    pub(super) fn executed(&self, is_ok: bool, elapsed: Duration) {
        let agent_type = KeyValue::new("agent_type", self.agent_type);
        let phase = KeyValue::new("phase", self.phase);
        let status = KeyValue::new("status", if is_ok { "success" } else { "error" });
        self.duration
            .record(elapsed.as_secs_f64(), &[agent_type.clone(), phase.clone()]);
        self.executions.add(1, &[agent_type, phase, status]);
    }
}

/// Metrics of the tools.
#[derive(Debug)]
pub(super) struct Tools {
    calls: Counter<u64>,
    duration: Histogram<f64>,
    success: Counter<u64>,
    failure: Counter<u64>,
}

impl Tools {
    pub(super) fn new() -> Self {
        Self {
            calls: counter("tool_calls_total"),
            duration: seconds("tool_call_duration_seconds", &LATENCY_SECONDS),
            success: counter("tool_call_success_total"),
            failure: counter("tool_call_failure_total"),
        }
    }

    pub(super) fn succeeded(&self, tool: &'static str, elapsed: Duration) {
        self.called(tool, "success", elapsed);
        self.success.add(1, &[KeyValue::new("tool", tool)]);
    }

    pub(super) fn failed(
        &self,
        tool: &'static str,
        status: &'static str,
        error_type: &'static str,
        elapsed: Duration,
    ) {
        self.called(tool, status, elapsed);
        let labels = [
            KeyValue::new("tool", tool),
            KeyValue::new("error_type", error_type),
        ];
        self.failure.add(1, &labels);
    }

    fn called(&self, tool: &'static str, status: &'static str, elapsed: Duration) {
        let tool = KeyValue::new("tool", tool);
        self.duration
            .record(elapsed.as_secs_f64(), std::slice::from_ref(&tool));
        self.calls.add(1, &[tool, KeyValue::new("status", status)]);
    }
}

/// The worker's metrics.
#[derive(Debug)]
pub(super) struct Jobs {
    shared: Shared,
    worker_id: String,
    active: UpDownCounter<i64>,
    processed: Counter<u64>,
    duration: Histogram<f64>,
    wait: Histogram<f64>,
}

impl Jobs {
    pub(super) fn new() -> Self {
        Self {
            shared: Shared::new(),
            worker_id: worker_id(),
            active: meter()
                .i64_up_down_counter("jobs_active")
                .with_unit("1")
                .build(),
            processed: counter("jobs_processed_total"),
            duration: seconds("job_duration_seconds", &JOB_SECONDS),
            wait: seconds("job_queue_wait_seconds", &WAIT_SECONDS),
        }
    }

    fn labels(&self, service: &str, priority: &str) -> Vec<KeyValue> {
        vec![
            KeyValue::new("service", service.to_owned()),
            KeyValue::new("priority", priority.to_owned()),
            KeyValue::new("worker_id", self.worker_id.clone()),
        ]
    }

    pub(super) fn waited(&self, service: &str, priority: &str, wait: Duration) {
        self.wait
            .record(wait.as_secs_f64(), &self.labels(service, priority));
    }

    /// A job runs until the answer is dropped.
    pub(super) fn began(&self, service: &str, priority: &str) -> Active {
        let mut labels = self.labels(service, priority);
        let active = Active::new(&self.active, labels.clone());
        labels.push(KeyValue::new("status", "started"));
        self.processed.add(1, &labels);
        active
    }

    pub(super) fn ended(&self, service: &str, priority: &str, status: &str, elapsed: Duration) {
        let mut labels = self.labels(service, priority);
        let outcome = if status == "completed" {
            "completed"
        } else {
            "failed"
        };
        labels.push(KeyValue::new("status", outcome));
        self.duration.record(elapsed.as_secs_f64(), &labels);
        self.processed.add(1, &labels);
        match status {
            "completed" => {}
            "timeout" => self.shared.error("worker", "timeout"),
            _ => self.shared.error("worker", "exit_code"),
        }
    }

    pub(super) fn error(&self, error_type: &'static str) {
        self.shared.error("worker", error_type);
    }
}

/// One more of something, until dropped.
#[derive(Debug)]
pub(super) struct Active {
    counter: UpDownCounter<i64>,
    labels: Vec<KeyValue>,
}

impl Active {
    fn new(counter: &UpDownCounter<i64>, labels: Vec<KeyValue>) -> Self {
        counter.add(1, &labels);
        Self {
            counter: counter.clone(),
            labels,
        }
    }
}

impl Drop for Active {
    fn drop(&mut self) {
        self.counter.add(-1, &self.labels);
    }
}
