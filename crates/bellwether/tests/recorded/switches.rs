//! What variables and the builder switch off, as a service sees it.

use std::collections::BTreeSet;

use bellwether::config::{Exporter, MapEnvironment};
use bellwether::metrics::{MetricFamily, Selection, generated};
use bellwether::{Telemetry, TelemetryBuilder};

use crate::script;

fn detached() -> TelemetryBuilder {
    Telemetry::builder("switches")
        .metrics_exporter(Exporter::None)
        .traces_exporter(Exporter::None)
        .logs_exporter(Exporter::None)
        .resource_metrics(false)
        .detached()
}

/// Names of the catalog's metrics that one use of every recorder leaves.
fn recorded(telemetry: &Telemetry) -> BTreeSet<String> {
    let _kept = script::run(&telemetry.metrics());
    let collection = telemetry.collect_metrics().unwrap();
    let names = collection.metrics().map(|metric| metric.name.clone());
    names.filter(|name| is_fed(name)).collect()
}

/// Whether a recorder feeds it, and no observer.
fn is_fed(name: &str) -> bool {
    generated::ALL.iter().any(|metric| {
        metric.name == name && metric.recorder.is_some() && metric.origin != "bellwether"
    })
}

fn with(variable: &str, value: &str) -> BTreeSet<String> {
    let environment = MapEnvironment::new().with(variable, value);
    recorded(
        &detached()
            .from_variables(environment)
            .unwrap()
            .start()
            .unwrap(),
    )
}

/// Of `all`, what the selection has.
fn kept(all: &BTreeSet<String>, selection: Selection) -> BTreeSet<String> {
    let is_on = |name: &&String| {
        let mut metrics = generated::ALL.iter();
        metrics.any(|metric| metric.name == **name && selection.has(metric))
    };
    all.iter().filter(is_on).cloned().collect()
}

#[test]
fn families_come_from_the_variable_and_from_code() {
    let all = recorded(&detached().start().unwrap());
    assert!(all.contains("wundr_tool_execution_total") && all.contains("jobs_processed_total"));

    let chosen = [MetricFamily::Wundr, MetricFamily::GenAi];
    let expected = kept(&all, Selection::only(chosen));
    assert!(!expected.contains("tool_calls_total") && expected.len() > 20);
    assert_eq!(with("BELLWETHER_METRICS_FAMILIES", "wundr,genai"), expected);
    let by_code = detached().metric_families(chosen.to_vec()).start().unwrap();
    assert_eq!(recorded(&by_code), expected);
    assert_eq!(with("BELLWETHER_METRICS_FAMILIES", "none"), BTreeSet::new());
}

#[test]
fn jobs_and_requests_have_switches_of_their_own() {
    let all = recorded(&detached().start().unwrap());
    let without_jobs = with("ENABLE_JOB_METRICS", "false");
    assert_eq!(without_jobs, kept(&all, Selection::all().without_jobs()));
    assert!(!without_jobs.contains("queue_size") && without_jobs.contains("wundr_queue_depth"));
    let without_requests = with("ENABLE_API_METRICS", "false");
    let expected = kept(&all, Selection::all().without_requests());
    assert_eq!(without_requests, expected);
    assert_eq!(all.len() - expected.len(), 2);
}

#[test]
fn a_worker_is_who_the_variables_say() {
    for (variables, expected) in [
        (
            vec![("WORKER_ID", "w-7"), ("METRICS_LABEL_WORKER_ID", "w-8")],
            "w-7",
        ),
        (vec![("METRICS_LABEL_WORKER_ID", "w-8")], "w-8"),
        (vec![], "unknown"),
    ] {
        let mut environment = MapEnvironment::new();
        for (name, value) in variables {
            environment = environment.with(name, value);
        }
        let telemetry = detached().from_variables(environment).unwrap();
        let telemetry = telemetry.start().unwrap();
        let worker = telemetry.metrics().jobs().this_worker();
        worker.start("render", "high").completed();
        let collection = telemetry.collect_metrics().unwrap();
        let mut metrics = collection.metrics();
        let active = metrics.find(|metric| metric.name == "jobs_active").unwrap();
        let shown = format!("{active:?}");
        assert!(shown.contains(&format!("\"{expected}\"")), "{shown}");
    }
}
