//! A rule that asks for what there is not is found.

use super::shipped;
use crate::model::Registry;
use crate::monitoring::Monitoring;

/// What the Collector and its likes send.
fn outside() -> Registry {
    crate::load(concat!(env!("CARGO_MANIFEST_DIR"), "/outside")).unwrap()
}

#[test]
fn every_expression_asks_for_what_there_is() {
    let (registry, monitoring) = shipped();
    let unknown = monitoring.unknown_references(&[&registry, &outside()]);
    assert!(unknown.is_empty(), "{}", unknown.join("\n"));
}

/// Every metric that a rule names, renamed in the registry: some rule is red. So is every label.
#[test]
fn a_renamed_metric_turns_a_rule_red() {
    let (registry, monitoring) = shipped();
    let outside = outside();
    let asked_for = [
        "agent_execution_total",
        "tool_calls_total",
        "wundr_model_requests_total",
        "wundr_model_request_tokens_total",
        "orchestrator_message_latency_seconds",
        "jobs_processed_total",
        "wundr_queue_depth",
        "bellwether_dropped_total",
        "gpu_utilization_percent",
    ];
    for name in asked_for {
        let mut renamed = registry.clone();
        let metric = renamed
            .metrics
            .iter_mut()
            .find(|it| it.name == name)
            .unwrap();
        for name in [
            &mut metric.name,
            &mut metric.prometheus,
            &mut metric.prometheus_without_suffixes,
        ] {
            name.push_str("_new");
        }
        let unknown = monitoring.unknown_references(&[&renamed, &outside]);
        assert!(
            unknown.iter().any(|it| it.contains(name)),
            "{name}: {unknown:?}"
        );
    }
    let mut relabelled = registry.clone();
    let metric = relabelled
        .metrics
        .iter_mut()
        .find(|it| it.name == "tool_calls_total")
        .unwrap();
    metric.attributes.retain(|label| label.key != "tool");
    let unknown = monitoring.unknown_references(&[&relabelled, &outside]);
    assert!(
        unknown.iter().any(|it| it.contains("groups by `tool`")),
        "{unknown:?}"
    );
}

#[test]
fn what_an_expression_asks_for_in_vain_is_said() {
    let (registry, _) = shipped();
    let cases = [
        ("rate(tool_calls[5m])", "no metric is called `tool_calls`"),
        (
            "tool_calls_total{agent=\"x\"}",
            "`agent` is no label of `tool_calls_total`",
        ),
        (
            "tool_calls_total{status=\"ok\"}",
            "`status` of `tool_calls_total` is never `ok`",
        ),
        (
            "tool_calls_total{status=~\"error|failed\"}",
            "is never `failed`",
        ),
        (
            "sum by (agent_type) (tool_calls_total)",
            "groups by `agent_type`, which nothing in it has",
        ),
        ("sum by (tool (tool_calls_total)", "invalid"),
    ];
    for (expr, expected) in cases {
        let text = format!(
            "format: bellwether-monitoring/1\ngroups:\n  - name: g\n    brief: b\n    rules:\n      - record: a:b:c\n        expr: '{expr}'\n"
        );
        let monitoring =
            Monitoring::load_sources(&[("recording/a.yaml", &text)], &registry).unwrap();
        let said = monitoring.unknown_references(&[&registry]).join("\n");
        assert!(said.starts_with("a:b:c: "), "{expr}: {said}");
        assert!(
            said.contains(expected) || expected == "invalid",
            "{expr}: {said}"
        );
    }
}
