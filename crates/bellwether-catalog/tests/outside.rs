//! What the Collector and Prometheus make themselves is described in the registry's own words, and is not ours.

use std::collections::BTreeSet;

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
