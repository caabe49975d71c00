//! The rules as Dash0 takes them: `PrometheusRule` of the Prometheus operator, one resource a group.
//!
//! Dash0 makes a check rule of each alert, named `<group> - <alert>`. Where an alert compares with a number at the end of its
//! expression, the number goes into the annotation `dash0-threshold-critical` or `dash0-threshold-degraded` and the
//! expression says `$__threshold`, so that it can be moved in Dash0. What an expression compares with inside stays a number.

use std::fmt::Write as _;

use super::definition::Monitoring;
use super::links::Links;
use super::outputs::registry_rules;
use super::rule::{PrometheusGroup, PrometheusRule};
use super::write::write_groups;
use crate::alert::quoted;
use crate::generate::Output;
use crate::model::Registry;

const GENERATED: &str = "# Generated from the catalog's definitions (crates/bellwether-catalog). Apply with `dash0 apply -f dashboards/dash0/rules`.\n";

pub(super) fn outputs(monitoring: &Monitoring, registry: &Registry, links: &Links) -> Vec<Output> {
    let of_registry = registry_rules(monitoring, registry, links);
    let service = PrometheusGroup::new("bellwether-service", of_registry.into_values().collect());
    let mut alerts = vec![service];
    alerts.extend(monitoring.alert_groups(links));
    for group in &mut alerts {
        for rule in &mut group.rules {
            movable(monitoring, registry, rule);
        }
    }
    let recordings = monitoring.recording_groups();
    let slos = monitoring.slo_groups(links);
    let mut outputs: Vec<Output> = alerts
        .iter()
        .filter(|group| !group.rules.is_empty())
        .map(|group| resource(&group.name, std::slice::from_ref(group)))
        .collect();
    if !recordings.is_empty() {
        outputs.push(resource("bellwether-recordings", &recordings));
    }
    if !slos.is_empty() {
        outputs.push(resource("bellwether-slos", &slos));
    }
    outputs
}

fn resource(name: &str, groups: &[PrometheusGroup]) -> Output {
    let mut text = String::from(GENERATED);
    let _ = write!(
        text,
        "apiVersion: monitoring.coreos.com/v1\nkind: PrometheusRule\nmetadata:\n  name: {name}\n  labels:\n    dash0.com/id: {}\nspec:\n  groups:\n",
        quoted(name)
    );
    write_groups(&mut text, groups, "    ");
    Output {
        path: format!("dash0/rules/{name}.yaml"),
        text,
    }
}

/// Puts the threshold where it can be moved, if the expression ends with it.
fn movable(monitoring: &Monitoring, registry: &Registry, rule: &mut PrometheusRule) {
    let Some(threshold) = monitoring.threshold(registry, &rule.name) else {
        return;
    };
    let number = threshold.value.to_string();
    let expr = rule.expr.trim_end();
    let compared = ["> ", "< "];
    let Some(before) = expr
        .strip_suffix(&number)
        .filter(|before| compared.iter().any(|sign| before.ends_with(sign)))
    else {
        return;
    };
    rule.expr = format!("{before}$__threshold");
    let is_critical = rule
        .labels
        .iter()
        .any(|(name, value)| name == "severity" && value == "critical");
    let level = if is_critical { "critical" } else { "degraded" };
    let annotation = (format!("dash0-threshold-{level}"), number);
    rule.annotations.push(annotation);
}
