//! What the Collector and Prometheus make themselves is described in the registry's own words, and is not ours.

use std::collections::BTreeSet;
use std::path::Path;

use bellwether_catalog::{Instrument, load};

const OUTSIDE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/outside");
const REGISTRY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/registry");

#[test]
fn outside_metrics_keep_the_rules_of_the_registry() {
    let outside = load(OUTSIDE).unwrap();
    let find = |name: &str| {
        let found = outside.metrics.iter().find(|metric| metric.name == name);
        found.unwrap_or_else(|| panic!("{name} is not described"))
    };

    let calls = find("traces.span.metrics.calls");
    assert_eq!(calls.prometheus, "traces_span_metrics_calls_total");
    assert_eq!(calls.instrument, Instrument::Counter);

    // The name says total, the sum may fall, and the unit comes last.
    let memory = find("container.memory.usage.total");
    assert_eq!(memory.prometheus, "container_memory_usage_total_bytes");
    assert_eq!(memory.instrument, Instrument::UpDownCounter);
}

#[test]
fn nothing_outside_has_a_name_of_ours() {
    let ours = load(REGISTRY).unwrap();
    let names: BTreeSet<&str> = ours
        .metrics
        .iter()
        .flat_map(|metric| [metric.name.as_str(), metric.prometheus.as_str()])
        .collect();
    for metric in load(OUTSIDE).unwrap().metrics {
        assert!(!names.contains(metric.name.as_str()), "{}", metric.name);
        let stored = metric.prometheus.as_str();
        assert!(!names.contains(stored), "{stored}");
    }
}

/// The stack stores a few of the thousands of series that a server has about itself: those that somebody asks for.
#[test]
fn the_stack_keeps_what_boards_and_alerts_ask_of_prometheus() {
    let crate_directory = Path::new(env!("CARGO_MANIFEST_DIR"));
    let asked: String = ["alerts", "boards"]
        .iter()
        .flat_map(|folder| std::fs::read_dir(crate_directory.join(folder)).unwrap())
        .map(|entry| std::fs::read_to_string(entry.unwrap().path()).unwrap())
        .collect();
    let settings = crate_directory.join("../../deploy/prometheus/prometheus.yml");
    let settings = std::fs::read_to_string(settings).unwrap();
    let kept: BTreeSet<&str> = words(&settings).collect();
    let asked: BTreeSet<&str> = words(&asked).collect();
    let outside = load(OUTSIDE).unwrap();
    let of_server = outside
        .metrics
        .iter()
        .map(|metric| metric.prometheus.as_str())
        .filter(|name| name.starts_with("prometheus_") && asked.contains(name));
    let of_server: Vec<&str> = of_server.collect();
    assert!(of_server.len() > 5, "{of_server:?}");
    for name in of_server {
        assert!(
            kept.contains(name),
            "deploy/prometheus/prometheus.yml does not keep {name}"
        );
    }
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_'))
}
