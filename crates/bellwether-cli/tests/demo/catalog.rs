//! What the demo feeds of the catalog, in a run with an incident: everything, but what is listed here with its reason.
//!
//! And the incident itself: what went wrong was there for a while, had its causes, and was over at the end.

use std::collections::BTreeSet;
use std::path::Path;
use std::time::Duration;

use bellwether::metrics::generated::ALL;

use super::fixture::Marked;
use super::written::Written;

const NO_GPU: &str = "no GPU, and the machine's are not the fleet's to report";
const NOTHING_LOST: &str = "counts what should not happen, and in a demo that is well does not";
const OTHER_SDK: &str =
    "of OpenTelemetry's own processors and exporters; those of Bellwether count as bellwether_*";

/// Metrics that no process of the demo sends, by the beginning of their names, with the reason.
const NOT_FED: &[(&str, &str)] = &[
    ("bellwether_gpu_", NO_GPU),
    ("gpu_", NO_GPU),
    ("hw.", NO_GPU),
    ("otel.sdk.", OTHER_SDK),
    ("bellwether_label_overflow_total", NOTHING_LOST),
    ("bellwether_dropped_total", NOTHING_LOST),
    ("bellwether_exemplars_dropped_total", NOTHING_LOST),
    ("bellwether_publish_failed_total", NOTHING_LOST),
    ("bellwether_alert_series_overflow_total", NOTHING_LOST),
];

#[test]
fn an_incident_feeds_every_metric_of_the_catalog_that_can_be_and_passes() {
    // This repository: enough to read that a budget can be spent on it.
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut demo = Marked::start(&dir, &["--incident"]);
    let (status, text) = demo.wait(Duration::from_secs(300));
    assert_eq!(status.code(), Some(0), "{text}");
    assert_eq!(text.matches("sent = received").count(), 3, "{text}");
    let written = Written::read(&demo.written_folder());

    assert_catalog_is_fed(&written.metrics());
    for (metric, cause) in [
        ("wundr_model_rate_limited_total", "the quota was cut"),
        ("wundr_model_errors_total", "it served too few at a time"),
        ("wundr_agent_failed_total", "no model answered"),
        ("wundr_queue_dropped_total", "no worker took jobs"),
        ("wundr_tool_errors_total", "the index was gone"),
        ("job_retries_total", "a job timed out"),
        ("bellwether_alert_transitions_total", "alerts fired"),
    ] {
        assert!(
            written.total(metric) > 0.0,
            "{metric}, though {cause}: {text}"
        );
    }
    let budget = written.gauge(
        "orchestrator_budget_utilization_percent",
        ("period", "daily"),
    );
    let most = budget.iter().copied().fold(0.0, f64::max);
    let last = budget.last().copied().unwrap_or_default();
    assert!(most >= 100.0, "the budget ran out: {budget:?}");
    assert!(last < 100.0, "and there was more: {budget:?}");
    let index = written.gauge("bellwether_health_status", ("component", "index"));
    assert!(index.contains(&0.0), "the toolbox was unhealthy: {index:?}");
    assert_eq!(index.last(), Some(&1.0), "and well again: {index:?}");
    demo.assert_nothing_is_left(Duration::from_secs(5));
}

fn assert_catalog_is_fed(sent: &BTreeSet<&str>) {
    let reason = |metric: &str| {
        let known = NOT_FED.iter().find(|(start, _)| metric.starts_with(start));
        known.map(|(_, reason)| *reason)
    };
    let not_fed: Vec<_> = ALL
        .iter()
        .map(|metric| metric.name)
        .filter(|metric| !sent.contains(metric) && reason(metric).is_none())
        .collect();
    assert!(
        not_fed.is_empty(),
        "neither fed nor listed with a reason: {not_fed:?}"
    );
    for (start, reason) in NOT_FED {
        assert!(
            ALL.iter().any(|metric| metric.name.starts_with(start)),
            "{start} is not in the catalog any more ({reason})"
        );
        let is_fed = sent.contains(start);
        assert!(!is_fed, "{start} is fed, but listed as not: {reason}");
    }
}
