//! Definitions ask what the registry can answer, and name what is there.

use std::collections::BTreeMap;

use super::definition::{Monitoring, Notes};
use crate::error::{Location, Problem, Rule};
use crate::model::Registry;
use crate::read::fields::Problems;

pub(super) fn check(monitoring: &Monitoring, registry: &Registry) -> Problems {
    let mut problems = Problems::new();
    names(monitoring, registry, &mut problems);
    let alerts = monitoring.alerts.iter().flat_map(|group| &group.alerts);
    for alert in alerts {
        let what = format!("alert `{}`", alert.name);
        let summary = alert.server.as_ref().map_or("", |it| it.summary.as_str());
        words(
            &what,
            summary,
            &alert.notes,
            &[],
            &alert.location,
            &mut problems,
        );
    }
    for slo in &monitoring.slos {
        let what = format!("objective `{}`", slo.id);
        let given = ["sloth_id", "sloth_service", "sloth_slo"];
        words(&what, "", &slo.notes, &given, &slo.location, &mut problems);
    }
    problems
}

/// Names are given once; a note without a rule is on an alert of the registry.
fn names(monitoring: &Monitoring, registry: &Registry, problems: &mut Problems) {
    let of_registry: Vec<&str> = registry
        .metrics
        .iter()
        .flat_map(|metric| &metric.alerts)
        .map(|alert| alert.name.as_str())
        .collect();
    let mut seen: BTreeMap<&str, &Location> = BTreeMap::new();
    let alerts = monitoring.alerts.iter().flat_map(|group| &group.alerts);
    let of_slos = monitoring.slos.iter();
    let all = alerts
        .map(|alert| (alert.name.as_str(), &alert.location, alert.server.is_none()))
        .chain(of_slos.map(|slo| (slo.alert.as_str(), &slo.location, false)));
    for (name, location, is_note) in all {
        let mut problem = |rule, message: String| {
            problems.push(Problem::new(location.clone(), rule, message));
        };
        if let Some(first) = seen.insert(name, location) {
            let message = format!("alert `{name}` is already defined at {first}");
            problem(Rule::UniqueName, message);
        }
        let is_of_registry = of_registry.contains(&name);
        if is_note && !is_of_registry {
            let message = format!("alert `{name}` has no `expr` and is none of the registry");
            problem(Rule::Alert, message);
        }
        if !is_note && is_of_registry {
            let message = format!("alert `{name}` has an `expr`, and is one of the registry");
            problem(Rule::Alert, message);
        }
    }
    let mut ids: BTreeMap<&str, &Location> = BTreeMap::new();
    for slo in &monitoring.slos {
        if let Some(first) = ids.insert(&slo.id, &slo.location) {
            let message = format!("objective `{}` is already defined at {first}", slo.id);
            problems.push(Problem::new(
                slo.location.clone(),
                Rule::UniqueName,
                message,
            ));
        }
    }
}

/// Templates and links use labels that what fires has; one-line summaries hold no value, so that notices can be grouped.
fn words(
    what: &str,
    summary: &str,
    notes: &Notes,
    given: &[&str],
    location: &Location,
    problems: &mut Problems,
) {
    let is_label =
        |label: &str| given.contains(&label) || notes.series.iter().any(|known| known == label);
    let mut problem = |message: String| {
        let message = format!("{what} {message}");
        problems.push(Problem::new(location.clone(), Rule::Alert, message));
    };
    for label in labels_used(&notes.description) {
        if !is_label(label) {
            problem(format!(
                "uses the label `{label}`, which is none of `series`"
            ));
        }
    }
    for (variable, label) in &notes.variables {
        if !is_label(label) {
            problem(format!(
                "fills the variable `{variable}` with `{label}`, which is none of `series`"
            ));
        }
    }
    if summary.contains("{{") {
        problem("has a template in its summary; values belong in the description".to_owned());
    }
}

/// The `NAME` of each `$labels.NAME`.
pub(super) fn labels_used(template: &str) -> Vec<&str> {
    let is_part = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let after = template.split("$labels.").skip(1);
    after
        .map(|rest| rest.split(|c| !is_part(c)).next().unwrap_or_default())
        .collect()
}
