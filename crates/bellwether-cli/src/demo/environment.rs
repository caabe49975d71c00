//! What the roles are told through their environment.

use std::collections::BTreeMap;
use std::path::Path;

use super::collector::Running as Collector;
use super::destination::Destination;
use crate::exit::Failure;

/// Alerts that fire within seconds, so that they can be seen to. Those of the catalog are in force beside them.
const ALERTS: &str = "\
format: bellwether-alerts/1
rules:
  - name: DemoRateLimited
    metric: wundr_model_rate_limited_total
    measure: increase
    window: 10s
    condition: gt
    threshold: 0
    for: 0s
    severity: warning
    summary: 'The provider turns requests to {{ $labels.model }} away'
    actions: [log, event, metric]
  - name: DemoToolFails
    metric: wundr_tool_errors_total
    where: {tool_name: lookup}
    measure: increase
    window: 10s
    condition: gt
    threshold: 0
    for: 0s
    severity: warning
    summary: 'The tool {{ $labels.tool_name }} fails'
    actions: [log, event, metric]
  - name: DemoQueueBacksUp
    metric: wundr_queue_depth
    measure: value
    condition: gt
    threshold: 10
    for: 2s
    severity: warning
    summary: '{{ $value }} jobs wait'
    actions: [log, event, metric]
  - name: DemoBudgetSpent
    metric: orchestrator_budget_utilization_percent
    where: {period: daily}
    measure: value
    condition: gt
    threshold: 100
    for: 0s
    severity: critical
    summary: 'The budget of the day is spent: {{ $value }} %'
    actions: [log, event, metric]
";

/// Attributes of the resource, such as the environment that somebody else's endpoint tells services apart by.
const ATTRIBUTES: &str = "OTEL_RESOURCE_ATTRIBUTES";

/// The attributes but the service's name: the roles have names of their own.
fn without_name(attributes: &str) -> String {
    let is_name = |pair: &&str| pair.split('=').next().map(str::trim) == Some("service.name");
    let others: Vec<_> = attributes
        .split(',')
        .filter(|pair| !is_name(pair))
        .collect();
    others.join(",")
}

/// The variables that are set for each role.
pub(super) fn environment(
    collector: Option<&Collector>,
    destination: Option<&Destination>,
    output: &Path,
) -> Result<BTreeMap<String, String>, Failure> {
    let alerts = output.join("alerts.yaml");
    std::fs::write(&alerts, ALERTS)
        .map_err(|error| Failure::new(format!("cannot write `{}`: {error}", alerts.display())))?;
    let mut environment = BTreeMap::new();
    let mut set = |name: &str, value: &str| {
        environment.insert(name.to_owned(), value.to_owned());
    };
    // Short delays: somebody waits for the first trace.
    set("OTEL_BSP_SCHEDULE_DELAY", "300");
    set("OTEL_BLRP_SCHEDULE_DELAY", "300");
    set("OTEL_METRIC_EXPORT_INTERVAL", "1000");
    set("BELLWETHER_PROCESS_INTERVAL", "1s");
    set("BELLWETHER_DISK_INTERVAL", "1s");
    // The machine's GPUs are the machine's to report, once.
    set("ENABLE_GPU_METRICS", "false");
    set("ALERTING_EVALUATION_INTERVAL", "1s");
    set("ALERTING_RULES_FILE", &alerts.display().to_string());
    set("LOG_FORMAT", "json");
    set("WORKER_ID", "worker-1");
    let is_set = |name: &str| std::env::var_os(name).is_some();
    if let Some(collector) = collector {
        set("OTEL_EXPORTER_OTLP_ENDPOINT", &collector.endpoint());
        set("OTEL_EXPORTER_OTLP_PROTOCOL", "grpc");
    } else if let Some(destination) = destination {
        set("OTEL_EXPORTER_OTLP_ENDPOINT", destination.endpoint());
        if !is_set("OTEL_EXPORTER_OTLP_PROTOCOL") {
            set("OTEL_EXPORTER_OTLP_PROTOCOL", destination.protocol());
        }
        if let Ok(attributes) = std::env::var(ATTRIBUTES) {
            set(ATTRIBUTES, &without_name(&attributes));
        }
    } else if !is_set("OTEL_EXPORTER_OTLP_ENDPOINT") {
        // Nobody said that anything listens: each task would wait out its whole shutdown for nothing.
        set("OTEL_EXPORTER_OTLP_TIMEOUT", "500");
    }
    Ok(environment)
}

#[cfg(test)]
mod tests {
    #[test]
    fn roles_keep_their_names() {
        let attributes = "deployment.environment.name=demo, service.name =mine,service.version=2";
        let left = super::without_name(attributes);
        assert_eq!(left, "deployment.environment.name=demo,service.version=2");
    }

    #[test]
    fn the_alerts_can_be_read() {
        let catalog = bellwether_catalog::builtin().unwrap();
        bellwether_catalog::RuleFile::parse("alerts.yaml", super::ALERTS, &catalog).unwrap();
    }
}
