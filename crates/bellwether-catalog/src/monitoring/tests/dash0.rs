//! What Dash0 gets has the shape of the Prometheus operator's resource, and says the same as the rules for Prometheus.

use std::collections::BTreeMap;

use serde_json::Value;

use super::value::value;
use super::{links, shipped};

fn resources() -> BTreeMap<String, Value> {
    let (registry, monitoring) = shipped();
    let outputs = monitoring.outputs(&registry, &links());
    let of_dash0 = outputs
        .into_iter()
        .filter(|output| output.path.starts_with("dash0/rules/"));
    of_dash0
        .map(|output| (output.path, value(&output.text)))
        .collect()
}

fn rules(file: &Value) -> Vec<Value> {
    let groups = file["groups"].as_array().unwrap().iter();
    groups
        .flat_map(|group| group["rules"].as_array().unwrap().clone())
        .collect()
}

/// The fields that the resource's schema has, and no other.
#[test]
fn each_resource_is_a_prometheus_rule() {
    for (path, resource) in resources() {
        assert_eq!(resource["apiVersion"], "monitoring.coreos.com/v1", "{path}");
        assert_eq!(resource["kind"], "PrometheusRule", "{path}");
        let name = resource["metadata"]["name"].as_str().unwrap();
        assert!(path.ends_with(&format!("/{name}.yaml")), "{path}");
        assert_eq!(
            resource["metadata"]["labels"]["dash0.com/id"], name,
            "{path}"
        );
        assert!(
            name.chars()
                .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-')
        );
        let groups = resource["spec"]["groups"].as_array().unwrap();
        for group in groups {
            for key in group.as_object().unwrap().keys() {
                assert!(
                    ["name", "interval", "rules"].contains(&key.as_str()),
                    "{path}: {key}"
                );
            }
        }
        for rule in rules(&resource["spec"]) {
            let known = [
                "alert",
                "record",
                "expr",
                "for",
                "keep_firing_for",
                "labels",
                "annotations",
            ];
            let keys = rule.as_object().unwrap();
            assert!(
                keys.keys().all(|key| known.contains(&key.as_str())),
                "{path}: {rule}"
            );
            assert!(
                keys.contains_key("alert") != keys.contains_key("record"),
                "{path}: {rule}"
            );
        }
    }
}

/// With the threshold put back, every rule is one of those for Prometheus, and none is missing.
#[test]
fn the_rules_of_dash0_are_those_of_prometheus() {
    let (registry, monitoring) = shipped();
    let (mut of_dash0, mut movable) = (Vec::new(), 0);
    for (path, resource) in resources() {
        for mut rule in rules(&resource["spec"]) {
            let annotations = rule.get_mut("annotations").and_then(Value::as_object_mut);
            let removed = annotations.map(|annotations| {
                let levels = ["dash0-threshold-critical", "dash0-threshold-degraded"];
                levels
                    .iter()
                    .filter_map(|level| annotations.remove(*level))
                    .collect::<Vec<_>>()
            });
            let removed = removed.unwrap_or_default();
            let expr = rule["expr"].as_str().unwrap().trim_end().to_owned();
            assert_eq!(
                expr.contains("$__threshold"),
                removed.len() == 1,
                "{path}: {rule}"
            );
            if let [number] = removed.as_slice() {
                movable += 1;
                rule["expr"] = Value::from(expr.replace("$__threshold", number.as_str().unwrap()));
            } else {
                rule["expr"] = Value::from(expr);
            }
            of_dash0.push(rule.to_string());
        }
    }
    assert!(movable >= 15, "{movable}");
    let files = monitoring.outputs(&registry, &links());
    let of_files = files
        .iter()
        .filter(|output| output.path.starts_with("prometheus/") && !output.path.contains("/tests/"))
        .flat_map(|output| rules(&value(&output.text)));
    let of_registry = super::super::outputs::registry_rules(&monitoring, &registry, &links());
    let mut of_prometheus: Vec<String> = of_files
        .map(|mut rule| {
            rule["expr"] = Value::from(rule["expr"].as_str().unwrap().trim_end());
            rule.to_string()
        })
        .collect();
    assert_eq!(of_dash0.len(), of_prometheus.len() + of_registry.len());
    of_prometheus.retain(|rule| !of_dash0.contains(rule));
    assert!(of_prometheus.is_empty(), "{of_prometheus:?}");
}
