//! Labels are bounded: closed sets of values, or open ones with a bound, and never ids.

use std::collections::BTreeSet;

use super::Report;
use crate::error::Rule;
use crate::generate::variant;
use crate::model::{Attribute, AttributeRef, Bound, Metric, Registry, Values};

/// The OpenTelemetry SDK folds a stream into one overflow series beyond this many attribute sets
/// (metrics SDK specification, "Cardinality limits": 2000 by default).
const SERIES_LIMIT: usize = 2_000;

/// Ids that number things without end.
const ENDLESS: [&str; 16] = [
    "user",
    "enduser",
    "account",
    "customer",
    "trace",
    "span",
    "job",
    "request",
    "response",
    "message",
    "correlation",
    "call",
    "conversation",
    "task",
    "run",
    "item",
];

/// Ids of things that live for a while and of which few live at a time.
const LIVE: [&str; 3] = ["agent", "session", "worker"];

pub(super) fn check(registry: &Registry, report: &mut Report) {
    for attribute in &registry.attributes {
        members(attribute, report);
    }
    for span in &registry.spans {
        references(
            registry,
            &format!("span `{}`", span.name),
            &span.attributes,
            report,
        );
    }
    for event in &registry.events {
        references(
            registry,
            &format!("event `{}`", event.name),
            &event.attributes,
            report,
        );
    }
    for metric in &registry.metrics {
        references(
            registry,
            &format!("metric `{}`", metric.name),
            &metric.attributes,
            report,
        );
        for reference in &metric.attributes {
            label(registry, metric, reference, report);
        }
        series(registry, metric, report);
    }
}

fn members(attribute: &Attribute, report: &mut Report) {
    let (mut values, mut names) = (BTreeSet::new(), BTreeSet::new());
    for member in &attribute.members {
        if !values.insert(member.value.as_str()) {
            let message = format!(
                "attribute `{}` has the value `{}` twice",
                attribute.key, member.value
            );
            report.add(&member.location, Rule::LabelMembers, message);
        }
        if !names.insert(variant(&member.id)) {
            let message = format!(
                "attribute `{}` has two members that Rust would call `{}`",
                attribute.key,
                variant(&member.id)
            );
            report.add(&member.location, Rule::LabelMembers, message);
        }
    }
    if attribute.enum_name.is_some() && attribute.members.is_empty() {
        report.add(
            &attribute.location,
            Rule::LabelMembers,
            format!(
                "attribute `{}` names an enum but has no members",
                attribute.key
            ),
        );
    }
    for set in &attribute.sets {
        let mut seen = BTreeSet::new();
        for value in &set.members {
            if !values.contains(value.as_str()) {
                let message = format!(
                    "set `{}` has `{value}`, which is no member of `{}`",
                    set.name, attribute.key
                );
                report.add(&set.location, Rule::LabelMembers, message);
            }
            if !seen.insert(value) {
                report.add(
                    &set.location,
                    Rule::LabelMembers,
                    format!("set `{}` has `{value}` twice", set.name),
                );
            }
        }
        if set.members.is_empty() {
            report.add(
                &set.location,
                Rule::LabelMembers,
                format!("set `{}` is empty", set.name),
            );
        }
    }
}

fn references(registry: &Registry, what: &str, references: &[AttributeRef], report: &mut Report) {
    let mut seen = BTreeSet::new();
    for reference in references {
        let key = &reference.key;
        if !seen.insert(key) {
            report.add(
                &reference.location,
                Rule::LabelDefined,
                format!("{what} refers to `{key}` twice"),
            );
        }
        let Some(attribute) = registry.attribute(key) else {
            report.add(
                &reference.location,
                Rule::LabelDefined,
                format!("{what} refers to `{key}`, which is not defined"),
            );
            continue;
        };
        let picked = reference.set.as_ref();
        let unknown = picked.filter(|set| !attribute.sets.iter().any(|known| known.name == **set));
        if let Some(set) = unknown {
            let message = format!("{what} picks the set `{set}`, which `{key}` does not have");
            report.add(&reference.location, Rule::LabelMembers, message);
        }
    }
}

fn label(registry: &Registry, metric: &Metric, reference: &AttributeRef, report: &mut Report) {
    let Some(attribute) = registry.attribute(&reference.key) else {
        return;
    };
    let key = &attribute.key;
    match id_subject(key) {
        Some(subject) if ENDLESS.contains(&subject) => {
            let message = format!(
                "metric `{}` has the label `{key}`: ids of a {subject} belong on spans, log fields and exemplars",
                metric.name
            );
            report.add(&reference.location, Rule::IdLabel, message);
            return;
        }
        Some(subject) if LIVE.contains(&subject) && attribute.bound != Some(Bound::Live) => {
            let message = format!(
                "metric `{}` has the label `{key}`, whose attribute must have `bound: live`",
                metric.name
            );
            report.add(&reference.location, Rule::LiveBound, message);
            return;
        }
        _ => {}
    }
    if reference.set.is_none() && registry.values(reference).is_none() {
        let message = format!(
            "metric `{}` has the label `{key}`, which is neither closed (`enum` or a `set`) nor open with a `bound`",
            metric.name
        );
        report.add(&reference.location, Rule::LabelBound, message);
    }
}

/// What a key is the id of: `job` for `job_id` and `job.id`; bare `user` and `trace` name ids as well.
fn id_subject(key: &str) -> Option<&str> {
    let mut words = key.rsplit(['.', '_', '-']);
    let last = words.next()?;
    match last {
        "id" => words.next(),
        "user" | "trace" | "email" => Some(if last == "email" { "user" } else { last }),
        _ => last
            .strip_suffix("id")
            .or_else(|| last.strip_suffix("Id"))
            .filter(|subject| ENDLESS.contains(subject) || LIVE.contains(subject)),
    }
}

fn series(registry: &Registry, metric: &Metric, report: &mut Report) {
    let mut product: usize = 1;
    let mut factors = Vec::new();
    for reference in &metric.attributes {
        let Some(Values::Closed(set)) = registry.values(reference) else {
            continue;
        };
        // An optional label may also be absent, which is a series of its own.
        let count = set.members.len() + usize::from(!reference.required);
        product = product.saturating_mul(count);
        factors.push(format!("{} {count}", reference.key));
    }
    if product > SERIES_LIMIT {
        let message = format!(
            "metric `{}` makes {product} series of closed labels ({}); the limit is {SERIES_LIMIT}",
            metric.name,
            factors.join(" × ")
        );
        report.add(&metric.location, Rule::SeriesLimit, message);
    }
}
