//! The catalog and the recorders hold each other to account.

use std::collections::{BTreeMap, BTreeSet};

use bellwether::metrics::generated::recorders;
use bellwether::metrics::{MetricFamily, RecorderDefinition, Selection};

use crate::exported::{Exported, definition};
use crate::script;

/// Fed by observers of the process and the machine, not by calls.
const OBSERVED: [&str; 5] = ["disk", "gpu", "gpu_process", "process", "runtime"];

fn recorded() -> impl Iterator<Item = &'static RecorderDefinition> {
    let all = recorders::ALL.iter().copied();
    all.filter(|recorder| !OBSERVED.contains(&recorder.name))
}

fn metric_of(series: &str) -> &str {
    series.split_once('{').unwrap().0
}

#[test]
fn every_metric_of_every_recorder_appears_and_no_other() {
    let exported = Exported::new();
    let _kept = script::run(&exported.metrics);
    let series = exported.series();
    let seen: BTreeSet<&str> = series.keys().map(|key| metric_of(key)).collect();
    let defined: BTreeSet<&str> = recorded()
        .flat_map(|recorder| recorder.metrics.iter().map(|metric| metric.name))
        .collect();
    assert_eq!(seen, defined);
}

#[test]
fn labels_are_those_of_the_definition() {
    let exported = Exported::new();
    let _kept = script::run(&exported.metrics);
    for key in exported.series().keys() {
        let (metric, pairs) = key.trim_end_matches('}').split_once('{').unwrap();
        let pairs = pairs.split(',').filter(|pair| !pair.is_empty());
        let keys: BTreeSet<&str> = pairs.map(|pair| pair.split_once('=').unwrap().0).collect();
        let labels = definition(metric).labels;
        let required = labels.iter().filter(|label| label.required);
        for label in required {
            assert!(keys.contains(label.key), "{metric} lacks {}", label.key);
        }
        for key in keys {
            assert!(
                labels.iter().any(|label| label.key == key),
                "{metric}: {key}"
            );
        }
    }
}

#[test]
fn a_second_run_counts_everything_once_more() {
    let exported = Exported::new();
    let kept = script::run(&exported.metrics);
    let once = exported.series();
    drop(kept);
    let _kept = script::run(&exported.metrics);
    let twice = exported.series();
    assert!(once.keys().eq(twice.keys()));
    for (key, value) in &once {
        use bellwether::metrics::Instrument::{Counter, Gauge, Histogram, UpDownCounter};
        let expected = match definition(metric_of(key)).instrument {
            Counter | Histogram => value * 2.0,
            UpDownCounter => 0.0,
            // Rates are over time, the others are set.
            Gauge if key.contains("rate{") || key.contains("throughput") => continue,
            Gauge => *value,
        };
        assert_eq!(twice[key], expected, "{key}");
    }
}

#[test]
fn a_family_that_is_off_has_no_series_and_the_others_are_the_same() {
    let values = |selection| -> BTreeMap<String, f64> {
        let exported = Exported::with(selection);
        let _kept = script::run(&exported.metrics);
        exported.series()
    };
    let all = values(Selection::all());
    for family in MetricFamily::ALL {
        let without = Selection::all().without(family);
        let mut expected = all.clone();
        expected.retain(|key, _| without.has(definition(metric_of(key))));
        assert!(expected.len() < all.len() || family == MetricFamily::Hardware);
        assert_eq!(values(without), expected, "without {}", family.as_str());

        let only = Selection::only([family]);
        let mut expected = all.clone();
        expected.retain(|key, _| only.has(definition(metric_of(key))));
        assert_eq!(values(only), expected, "only {}", family.as_str());
    }
}
