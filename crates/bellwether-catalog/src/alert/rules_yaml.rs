//! Alerts as the rule file of a Prometheus server.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::model::{Alert, NoData, OnError};
use super::promql::{duration, promql};
use super::watched::Watched;

/// A group of rules, which a server evaluates together.
///
/// ```
/// let group = bellwether_catalog::RuleGroup { name: "wundr_alerts".into(), alerts: Vec::new() };
/// assert_eq!(group.alerts.len(), 0);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct RuleGroup {
    /// Name.
    pub name: String,
    /// Its alerts.
    pub alerts: Vec<Alert>,
}

/// The rule file of these groups. A group without alerts is left out; what Prometheus cannot do is said in a comment.
///
/// ```
/// use bellwether_catalog::{RuleFile, RuleGroup, Watched, builtin, rules_yaml};
/// let registry = builtin()?;
/// let alerts = RuleFile::default().in_force(&registry);
/// let text = rules_yaml(&[RuleGroup { name: "wundr_alerts".into(), alerts }], &Watched::of_registry(&registry));
/// assert!(text.contains("      - alert: HighAgentFailureRate\n"));
/// # Ok::<(), bellwether_catalog::Error>(())
/// ```
pub fn rules_yaml(groups: &[RuleGroup], metrics: &BTreeMap<String, Watched>) -> String {
    rules_yaml_with(groups, metrics, &|_| Vec::new())
}

/// The same with further annotations, which a function knows by the name of the alert: links to runbooks and boards, and
/// what else [`Monitoring::annotations`](crate::Monitoring::annotations) has.
///
/// ```
/// use bellwether_catalog::{Links, Monitoring, RuleFile, RuleGroup, Watched, builtin, rules_yaml_with};
/// let registry = builtin()?;
/// let monitoring = Monitoring::builtin(&registry)?;
/// let alerts = RuleFile::default().in_force(&registry);
/// let groups = [RuleGroup { name: "wundr_alerts".into(), alerts }];
/// let annotations = |alert: &str| monitoring.annotations(alert, &Links::default());
/// let text = rules_yaml_with(&groups, &Watched::of_registry(&registry), &annotations);
/// assert!(text.contains("runbook_url: "));
/// # Ok::<(), bellwether_catalog::Error>(())
/// ```
pub fn rules_yaml_with(
    groups: &[RuleGroup],
    metrics: &BTreeMap<String, Watched>,
    annotations: &dyn Fn(&str) -> Vec<(String, String)>,
) -> String {
    let mut text = String::from("groups:");
    let filled = groups.iter().filter(|group| !group.alerts.is_empty());
    let mut is_empty = true;
    for group in filled {
        is_empty = false;
        // Writing to a string can't fail.
        let _ = write!(text, "\n  - name: {}\n    rules:\n", scalar(&group.name));
        for alert in &group.alerts {
            rule(&mut text, alert, metrics, &annotations(&alert.name));
        }
    }
    if is_empty {
        text.push_str(" []\n");
    }
    text
}

fn rule(
    text: &mut String,
    alert: &Alert,
    metrics: &BTreeMap<String, Watched>,
    further: &[(String, String)],
) {
    let Some(watched) = metrics.get(&alert.metric) else {
        return;
    };
    let of = alert.measure.of().and_then(|name| metrics.get(name));
    for note in beyond_prometheus(alert) {
        let _ = writeln!(text, "      # {}: {note}", alert.name);
    }
    let _ = writeln!(text, "      - alert: {}", alert.name);
    let _ = writeln!(
        text,
        "        expr: {}",
        scalar(&promql(alert, watched, of))
    );
    if alert.duration > 0 {
        let _ = writeln!(text, "        for: {}", duration(alert.duration));
    }
    if alert.keep_firing_for > 0 {
        let held = duration(alert.keep_firing_for);
        let _ = writeln!(text, "        keep_firing_for: {held}");
    }
    let _ = writeln!(
        text,
        "        labels:\n          severity: {}",
        alert.severity
    );
    for (name, value) in &alert.labels {
        let _ = writeln!(text, "          {name}: {}", quoted(value));
    }
    let _ = writeln!(
        text,
        "        annotations:\n          summary: {}",
        quoted(&alert.summary)
    );
    for (name, value) in alert.annotations.iter().chain(further) {
        let _ = writeln!(text, "          {name}: {}", quoted(value));
    }
}

fn beyond_prometheus(alert: &Alert) -> Vec<&'static str> {
    let mut notes = Vec::new();
    if alert.no_data == NoData::Keep {
        notes.push(
            "`no_data: keep` holds in the service; Prometheus resolves where data are missing",
        );
    }
    if alert.on_error != OnError::Keep {
        notes.push("`on_error` holds in the service; Prometheus counts failed evaluations");
    }
    notes
}

/// Plain where that is read back as the same text, else quoted.
pub(crate) fn scalar(text: &str) -> String {
    let is_plain = text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || "_ ()[]/<>=.,*+-".contains(c))
        && !text.ends_with(' ');
    if is_plain {
        return text.to_owned();
    }
    quoted(text)
}

/// Double quotes as JSON has them, which YAML reads the same.
pub(crate) fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
