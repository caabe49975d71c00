//! Groups of rules as YAML.

use std::fmt::Write as _;

use super::rule::{PrometheusGroup, PrometheusRule};
use crate::alert::{duration, quoted, scalar};

/// The rule file of these groups; equal groups make equal bytes.
///
/// ```
/// use bellwether_catalog::{PrometheusGroup, PrometheusRule, groups_yaml};
/// let rules = vec![PrometheusRule::record("a:b:c", "vector(1)")];
/// let text = groups_yaml(&[PrometheusGroup { name: "work".into(), interval: None, rules }]);
/// assert_eq!(text, "groups:\n  - name: work\n    rules:\n      - record: a:b:c\n        expr: vector(1)\n");
/// ```
pub fn groups_yaml(groups: &[PrometheusGroup]) -> String {
    let mut text = String::from("groups:\n");
    write_groups(&mut text, groups, "  ");
    text
}

/// The groups as a list whose dashes stand at this depth.
pub(super) fn write_groups(text: &mut String, groups: &[PrometheusGroup], depth: &str) {
    for group in groups {
        // Writing to a string can't fail.
        let _ = writeln!(text, "{depth}- name: {}", scalar(&group.name));
        if let Some(interval) = group.interval {
            let _ = writeln!(text, "{depth}  interval: {}", duration(interval));
        }
        let _ = writeln!(text, "{depth}  rules:");
        for rule in &group.rules {
            write_rule(text, rule, &format!("{depth}    "));
        }
    }
}

fn write_rule(text: &mut String, rule: &PrometheusRule, depth: &str) {
    let kind = if rule.is_alert { "alert" } else { "record" };
    let _ = writeln!(text, "{depth}- {kind}: {}", rule.name);
    let expr = rule.expr.trim_end();
    if expr.contains('\n') {
        let _ = writeln!(text, "{depth}  expr: |");
        for line in expr.lines() {
            let _ = writeln!(text, "{depth}    {line}");
        }
    } else {
        let _ = writeln!(text, "{depth}  expr: {}", scalar(expr));
    }
    if rule.duration > 0 {
        let _ = writeln!(text, "{depth}  for: {}", duration(rule.duration));
    }
    if rule.keep_firing_for > 0 {
        let held = duration(rule.keep_firing_for);
        let _ = writeln!(text, "{depth}  keep_firing_for: {held}");
    }
    for (key, entries) in [("labels", &rule.labels), ("annotations", &rule.annotations)] {
        if entries.is_empty() {
            continue;
        }
        let _ = writeln!(text, "{depth}  {key}:");
        for (name, value) in entries {
            let _ = writeln!(text, "{depth}    {name}: {}", quoted(value));
        }
    }
}
