//! Names are unique and well formed, descriptions are there.

use std::collections::{BTreeMap, BTreeSet};

use super::Report;
use crate::error::{Location, Rule};
use crate::generate::family;
use crate::model::Registry;

pub(super) fn check(registry: &Registry, report: &mut Report) {
    let attributes: Vec<_> = registry
        .attributes
        .iter()
        .map(|entry| (entry.key.as_str(), entry.brief.as_str(), &entry.location))
        .collect();
    let metrics: Vec<_> = registry
        .metrics
        .iter()
        .map(|entry| (entry.name.as_str(), entry.brief.as_str(), &entry.location))
        .collect();
    let spans: Vec<_> = registry
        .spans
        .iter()
        .map(|entry| (entry.name.as_str(), entry.brief.as_str(), &entry.location))
        .collect();
    let events: Vec<_> = registry
        .events
        .iter()
        .map(|entry| (entry.name.as_str(), entry.brief.as_str(), &entry.location))
        .collect();
    for (kind, entries) in [
        ("attribute", attributes),
        ("metric", metrics),
        ("span", spans),
        ("event", events),
    ] {
        named(kind, &entries, report);
    }
    enums(registry, report);
    modules(registry, report);
}

fn named(kind: &str, entries: &[(&str, &str, &Location)], report: &mut Report) {
    let mut seen: BTreeMap<String, &Location> = BTreeMap::new();
    for &(name, brief, location) in entries {
        if let Some(first) = seen.insert(name.to_ascii_lowercase(), location) {
            report.add(
                location,
                Rule::UniqueName,
                format!("{kind} `{name}` is already defined at {first}"),
            );
        }
        if !well_formed(name) {
            let message = format!(
                "{kind} `{name}` must start with a letter and hold letters, digits, `_`, `.`, `-` or `/`"
            );
            report.add(location, Rule::NameFormat, message);
        }
        if brief.trim().is_empty() {
            report.add(
                location,
                Rule::DescriptionPresent,
                format!("{kind} `{name}` has no `brief`"),
            );
        }
    }
}

/// OpenTelemetry metrics API, "Instrument name syntax"; at most 255 characters, and not told apart by case.
fn well_formed(name: &str) -> bool {
    name.len() <= 255
        && name.starts_with(|c: char| c.is_ascii_alphabetic())
        && name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-' | '/'))
}

/// Rust enums are named once, since they share a module.
fn enums(registry: &Registry, report: &mut Report) {
    let mut seen: BTreeMap<&str, &Location> = BTreeMap::new();
    for attribute in &registry.attributes {
        let whole = attribute
            .enum_name
            .as_deref()
            .map(|name| (name, &attribute.location));
        let sets = attribute
            .sets
            .iter()
            .map(|set| (set.name.as_str(), &set.location));
        for (name, location) in whole.into_iter().chain(sets) {
            if let Some(first) = seen.insert(name, location) {
                report.add(
                    location,
                    Rule::UniqueName,
                    format!("enum `{name}` is already defined at {first}"),
                );
            }
            let camel = name.starts_with(|c: char| c.is_ascii_uppercase())
                && name.chars().all(|c| c.is_ascii_alphanumeric());
            if !camel || name == "Self" {
                report.add(
                    location,
                    Rule::NameFormat,
                    format!("enum `{name}` must be a Rust type name such as `JobStatus`"),
                );
            }
        }
    }
}

/// Recorders become statics and files modules, so their names are words of lower case.
fn modules(registry: &Registry, report: &mut Report) {
    let mut files = BTreeSet::new();
    for metric in &registry.metrics {
        let file = &metric.location.file;
        if !snake_case(family(file)) && files.insert(file) {
            let message = format!("file `{file}` must be named in lower case, such as `jobs.yaml`");
            report.add(&metric.location, Rule::NameFormat, message);
        }
        if let Some(recorder) = metric.recorder.as_deref().filter(|name| !snake_case(name)) {
            let message =
                format!("recorder `{recorder}` must be in lower case, such as `tool_call`");
            report.add(&metric.location, Rule::NameFormat, message);
        }
    }
}

fn snake_case(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_lowercase())
        && name
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}
