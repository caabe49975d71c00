//! The metrics that existing dashboards and rules already ask for, typed out once more by hand: a slip
//! in the registry would otherwise be a slip in everything generated from it.

use bellwether_catalog::{Instrument, Metric, Registry, load};

/// Name, type in Prometheus, labels.
type Row = (&'static str, &'static str, &'static [&'static str]);

const ORCHESTRATOR: [Row; 8] = [
    (
        "orchestrator_sessions_active",
        "gauge",
        &["orchestrator_id", "session_type"],
    ),
    (
        "orchestrator_tokens_used_total",
        "counter",
        &["orchestrator_id", "model"],
    ),
    (
        "orchestrator_message_latency_seconds",
        "histogram",
        &["orchestrator_id"],
    ),
    (
        "orchestrator_tool_invocations_total",
        "counter",
        &["orchestrator_id", "tool_name", "status"],
    ),
    (
        "orchestrator_federation_delegations_total",
        "counter",
        &["from_orchestrator", "to_orchestrator", "status"],
    ),
    ("orchestrator_node_load", "gauge", &["node_id"]),
    (
        "orchestrator_errors_total",
        "counter",
        &["orchestrator_id", "error_type"],
    ),
    (
        "orchestrator_budget_utilization_percent",
        "gauge",
        &["orchestrator_id", "period"],
    ),
];

const AGENT: [Row; 16] = [
    (
        "agent_execution_total",
        "counter",
        &["agent_type", "phase", "status"],
    ),
    (
        "agent_execution_duration_seconds",
        "histogram",
        &["agent_type", "phase"],
    ),
    ("agent_tokens_used", "counter", &["agent_type", "model"]),
    ("tool_calls_total", "counter", &["tool", "status"]),
    ("tool_call_duration_seconds", "histogram", &["tool"]),
    ("tool_call_success_total", "counter", &["tool"]),
    (
        "tool_call_failure_total",
        "counter",
        &["tool", "error_type"],
    ),
    (
        "context_window_utilization",
        "gauge",
        &["agent_id", "session_id"],
    ),
    ("context_window_size_tokens", "gauge", &["agent_id"]),
    ("context_window_used_tokens", "gauge", &["agent_id"]),
    ("error_rate", "gauge", &["component", "error_type"]),
    (
        "error_total",
        "counter",
        &["component", "error_type", "severity"],
    ),
    ("task_queue_size", "gauge", &["priority"]),
    (
        "task_duration_seconds",
        "histogram",
        &["task_type", "status"],
    ),
    ("task_success_total", "counter", &["task_type"]),
    (
        "task_failure_total",
        "counter",
        &["task_type", "error_type"],
    ),
];

const WUNDR: [Row; 48] = [
    (
        "wundr_agent_spawned_total",
        "counter",
        &["orchestrator_id", "session_type"],
    ),
    (
        "wundr_agent_running",
        "gauge",
        &["orchestrator_id", "session_type"],
    ),
    (
        "wundr_agent_completed_total",
        "counter",
        &["orchestrator_id", "session_type", "exit_reason"],
    ),
    (
        "wundr_agent_failed_total",
        "counter",
        &["orchestrator_id", "session_type", "error_type"],
    ),
    (
        "wundr_agent_duration_seconds",
        "histogram",
        &["orchestrator_id", "session_type"],
    ),
    (
        "wundr_session_duration_seconds",
        "histogram",
        &["orchestrator_id", "session_type"],
    ),
    (
        "wundr_session_tokens_prompt_total",
        "counter",
        &["orchestrator_id", "model"],
    ),
    (
        "wundr_session_tokens_completion_total",
        "counter",
        &["orchestrator_id", "model"],
    ),
    (
        "wundr_session_cost_dollars_total",
        "counter",
        &["orchestrator_id", "model", "provider"],
    ),
    (
        "wundr_session_iterations_total",
        "counter",
        &["orchestrator_id"],
    ),
    (
        "wundr_memory_entries_total",
        "gauge",
        &["tier", "orchestrator_id"],
    ),
    (
        "wundr_memory_searches_total",
        "counter",
        &["tier", "orchestrator_id"],
    ),
    (
        "wundr_memory_search_latency_seconds",
        "histogram",
        &["tier"],
    ),
    ("wundr_memory_cache_hits_total", "counter", &["tier"]),
    ("wundr_memory_cache_misses_total", "counter", &["tier"]),
    (
        "wundr_memory_compaction_total",
        "counter",
        &["tier", "strategy"],
    ),
    ("wundr_memory_bytes", "gauge", &["tier"]),
    (
        "wundr_tool_execution_duration_seconds",
        "histogram",
        &["tool_name", "status"],
    ),
    (
        "wundr_tool_execution_total",
        "counter",
        &["tool_name", "status"],
    ),
    (
        "wundr_tool_errors_total",
        "counter",
        &["tool_name", "error_type"],
    ),
    ("wundr_tool_queue_depth", "gauge", &[]),
    ("wundr_ws_connections_active", "gauge", &[]),
    ("wundr_ws_connections_total", "counter", &["auth_method"]),
    (
        "wundr_ws_messages_received_total",
        "counter",
        &["message_type"],
    ),
    ("wundr_ws_messages_sent_total", "counter", &["message_type"]),
    ("wundr_ws_message_size_bytes", "histogram", &["direction"]),
    ("wundr_ws_errors_total", "counter", &["error_type"]),
    ("wundr_ws_session_subscriptions", "gauge", &[]),
    (
        "wundr_model_requests_total",
        "counter",
        &["provider", "model"],
    ),
    (
        "wundr_model_request_duration_seconds",
        "histogram",
        &["provider", "model"],
    ),
    (
        "wundr_model_request_tokens_total",
        "counter",
        &["provider", "model", "token_type"],
    ),
    (
        "wundr_model_cost_dollars_total",
        "counter",
        &["provider", "model"],
    ),
    (
        "wundr_model_errors_total",
        "counter",
        &["provider", "model", "error_type"],
    ),
    (
        "wundr_model_rate_limited_total",
        "counter",
        &["provider", "model"],
    ),
    ("wundr_queue_depth", "gauge", &["queue_name"]),
    (
        "wundr_queue_processing_duration_seconds",
        "histogram",
        &["queue_name"],
    ),
    ("wundr_queue_enqueued_total", "counter", &["queue_name"]),
    ("wundr_queue_dequeued_total", "counter", &["queue_name"]),
    (
        "wundr_queue_dropped_total",
        "counter",
        &["queue_name", "reason"],
    ),
    ("wundr_process_memory_heap_bytes", "gauge", &[]),
    ("wundr_process_memory_rss_bytes", "gauge", &[]),
    ("wundr_process_memory_external_bytes", "gauge", &[]),
    ("wundr_process_cpu_user_seconds_total", "counter", &[]),
    ("wundr_process_cpu_system_seconds_total", "counter", &[]),
    ("wundr_process_open_fds", "gauge", &[]),
    ("wundr_process_max_fds", "gauge", &[]),
    ("wundr_process_event_loop_lag_seconds", "histogram", &[]),
    ("wundr_process_uptime_seconds", "gauge", &[]),
];

/// Labels are those the job wrapper sets; HTTP, queue and worker metrics come without a fixed set there.
const JOBS: [Row; 10] = [
    (
        "jobs_processed_total",
        "counter",
        &["service", "priority", "worker_id", "status"],
    ),
    (
        "jobs_active",
        "gauge",
        &["service", "priority", "worker_id"],
    ),
    (
        "job_duration_seconds",
        "histogram",
        &["service", "priority", "worker_id", "status"],
    ),
    (
        "job_output_size_bytes",
        "histogram",
        &["service", "priority", "worker_id"],
    ),
    (
        "errors_total",
        "counter",
        &[
            "service",
            "priority",
            "worker_id",
            "error_type",
            "error_name",
        ],
    ),
    ("gpu_utilization_percent", "gauge", &["gpu_index"]),
    ("gpu_memory_used_bytes", "gauge", &["gpu_index"]),
    ("process_memory_usage_bytes", "gauge", &["type"]),
    ("disk_usage_bytes", "gauge", &["path", "type"]),
    ("workers_available", "gauge", &[]),
];

const LABELS_FREE: [(&str, &str); 4] = [
    ("http_requests_total", "counter"),
    ("http_request_duration_seconds", "histogram"),
    ("job_queue_wait_seconds", "histogram"),
    ("queue_size", "gauge"),
];

fn registry() -> Registry {
    load(concat!(env!("CARGO_MANIFEST_DIR"), "/registry")).unwrap_or_else(|error| panic!("{error}"))
}

fn metric<'a>(registry: &'a Registry, name: &str) -> &'a Metric {
    registry
        .metric(name)
        .unwrap_or_else(|| panic!("no metric `{name}`"))
}

#[test]
fn names_types_and_labels_are_the_contracts() {
    let registry = registry();
    for (name, kind, labels) in [&ORCHESTRATOR[..], &AGENT, &WUNDR, &JOBS].concat() {
        let metric = metric(&registry, name);
        assert_eq!(metric.instrument.prometheus_type(), kind, "{name}");
        let keys: Vec<&str> = metric
            .attributes
            .iter()
            .map(|label| label.key.as_str())
            .collect();
        assert_eq!(keys, labels, "{name}");
        assert!(
            metric.attributes.iter().all(|label| label.required),
            "{name}"
        );
        assert_eq!(metric.switch, None, "{name}");
    }
    for (name, kind) in LABELS_FREE {
        assert_eq!(
            metric(&registry, name).instrument.prometheus_type(),
            kind,
            "{name}"
        );
    }
}

#[test]
fn names_survive_prometheus_but_one() {
    let registry = registry();
    let names = [&ORCHESTRATOR[..], &AGENT, &WUNDR, &JOBS]
        .concat()
        .into_iter()
        .map(|(name, ..)| name);
    for name in names.chain(LABELS_FREE.map(|(name, _)| name)) {
        let metric = metric(&registry, name);
        assert_eq!(metric.translated(false), name);
        let expected = if name == "agent_tokens_used" {
            "agent_tokens_used_total"
        } else {
            name
        };
        assert_eq!(metric.translated(true), expected);
    }
}

#[test]
fn wundr_and_orchestrator_families_hold_nothing_else() {
    let registry = registry();
    let listed: Vec<&str> = [&ORCHESTRATOR[..], &WUNDR]
        .concat()
        .iter()
        .map(|(name, ..)| *name)
        .collect();
    for metric in &registry.metrics {
        if metric.name.starts_with("wundr_") || metric.name.starts_with("orchestrator_") {
            assert!(
                listed.contains(&metric.name.as_str()),
                "{} is in no contract",
                metric.name
            );
        }
    }
}

#[test]
fn buckets_are_the_contracts() {
    let registry = registry();
    let rows: [(&str, &[f64]); 10] = [
        (
            "job_duration_seconds",
            &[0.1, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 300.0, 600.0],
        ),
        (
            "http_request_duration_seconds",
            &[
                0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0,
            ],
        ),
        (
            "job_queue_wait_seconds",
            &[1.0, 5.0, 10.0, 30.0, 60.0, 300.0, 600.0, 1800.0, 3600.0],
        ),
        (
            "gen_ai.client.token.usage",
            &[
                1.0,
                4.0,
                16.0,
                64.0,
                256.0,
                1024.0,
                4096.0,
                16384.0,
                65536.0,
                262_144.0,
                1_048_576.0,
                4_194_304.0,
                16_777_216.0,
                67_108_864.0,
            ],
        ),
        (
            "gen_ai.client.operation.duration",
            &[
                0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96,
                81.92,
            ],
        ),
        (
            "gen_ai.server.time_per_output_token",
            &[
                0.01, 0.025, 0.05, 0.075, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5, 0.75, 1.0, 2.5,
            ],
        ),
        (
            "gen_ai.server.time_to_first_token",
            &[
                0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0,
                7.5, 10.0,
            ],
        ),
        (
            "gen_ai.workflow.duration",
            &[
                1.0, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1800.0, 3600.0, 7200.0,
            ],
        ),
        (
            "gen_ai.invoke_agent.duration",
            &[
                0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 25.6, 51.2, 102.4, 204.8, 409.6,
            ],
        ),
        (
            "mcp.server.operation.duration",
            &[
                0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0,
            ],
        ),
    ];
    for (name, buckets) in rows {
        assert_eq!(metric(&registry, name).buckets, buckets, "{name}");
    }
}

#[test]
fn closed_labels_hold_the_contracts_values() {
    let registry = registry();
    let rows: [(&str, &str, &[&str]); 10] = [
        (
            "orchestrator_sessions_active",
            "session_type",
            &["claude-code", "claude-flow"],
        ),
        (
            "orchestrator_tool_invocations_total",
            "status",
            &["success", "error", "timeout"],
        ),
        (
            "orchestrator_federation_delegations_total",
            "status",
            &["success", "error", "rejected"],
        ),
        (
            "orchestrator_budget_utilization_percent",
            "period",
            &["daily", "weekly", "monthly"],
        ),
        ("agent_execution_total", "agent_type", &["coder"]),
        ("agent_execution_total", "phase", &["code"]),
        (
            "jobs_processed_total",
            "status",
            &["started", "completed", "failed", "abandoned"],
        ),
        (
            "errors_total",
            "error_type",
            &["timeout", "memory", "network", "connection", "unknown"],
        ),
        (
            "process_memory_usage_bytes",
            "type",
            &["heap", "heap_total", "rss"],
        ),
        ("disk_usage_bytes", "type", &["used", "free"]),
    ];
    for (name, key, values) in rows {
        let label = metric(&registry, name)
            .attributes
            .iter()
            .find(|label| label.key == key)
            .unwrap();
        let Some(bellwether_catalog::Values::Closed(set)) = registry.values(label) else {
            panic!("{name}: `{key}` is not closed");
        };
        for value in values {
            assert!(
                set.members.iter().any(|member| member == value),
                "{name}: `{key}` lacks `{value}`"
            );
        }
    }
}

#[test]
fn intervals_are_5_30_and_300_seconds() {
    let registry = registry();
    for (name, seconds) in [
        ("jobs_active", 5),
        ("gpu_utilization_percent", 30),
        ("business_kpi_value", 300),
    ] {
        assert_eq!(metric(&registry, name).interval, seconds, "{name}");
    }
}

#[test]
fn default_alerts_have_the_contracts_thresholds() {
    let registry = registry();
    let rows = [
        (
            "wundr_agent_failed_total",
            "High Error Rate",
            0.1,
            "warning",
        ),
        (
            "wundr_session_duration_seconds",
            "Session Duration",
            300.0,
            "warning",
        ),
        (
            "wundr_process_memory_heap_bytes",
            "Memory Pressure",
            0.8,
            "critical",
        ),
        ("wundr_ws_errors_total", "WebSocket Errors", 10.0, "warning"),
        (
            "orchestrator_budget_utilization_percent",
            "Budget Exhaustion",
            90.0,
            "critical",
        ),
        (
            "wundr_model_request_duration_seconds",
            "LLM Latency",
            30.0,
            "warning",
        ),
        ("wundr_queue_depth", "Queue Backlog", 100.0, "warning"),
        ("wundr_tool_errors_total", "Tool Failures", 5.0, "warning"),
    ];
    for (name, title, threshold, severity) in rows {
        let alerts = &metric(&registry, name).alerts;
        let alert = alerts
            .iter()
            .find(|alert| alert.title == title)
            .unwrap_or_else(|| panic!("no alert `{title}`"));
        assert!((alert.threshold - threshold).abs() < 1e-9, "{title}");
        assert_eq!(alert.severity, severity, "{title}");
    }
    assert_eq!(
        registry
            .metrics
            .iter()
            .map(|metric| metric.alerts.len())
            .sum::<usize>(),
        rows.len()
    );
}

#[test]
fn one_tool_call_feeds_every_family() {
    let registry = registry();
    for name in [
        "orchestrator_tool_invocations_total",
        "tool_calls_total",
        "tool_call_duration_seconds",
        "tool_call_success_total",
        "tool_call_failure_total",
        "wundr_tool_execution_total",
        "wundr_tool_execution_duration_seconds",
        "wundr_tool_errors_total",
        "gen_ai.execute_tool.duration",
    ] {
        assert_eq!(
            metric(&registry, name).recorder.as_deref(),
            Some("tool_call"),
            "{name}"
        );
    }
}

#[test]
fn conventions_stand_behind_their_switch() {
    for metric in &registry().metrics {
        let genai = metric.name.starts_with("gen_ai.") || metric.name.starts_with("mcp.");
        assert_eq!(
            metric.switch.as_deref() == Some("genai"),
            genai,
            "{}",
            metric.name
        );
        assert!(
            !genai || metric.instrument == Instrument::Histogram,
            "{}",
            metric.name
        );
    }
}
