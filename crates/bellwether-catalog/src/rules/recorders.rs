//! One recorder call feeds several metrics, so they must mean the same by the same input.

use std::collections::BTreeMap;

use super::Report;
use crate::error::Rule;
use crate::model::{Metric, Registry, Values};

pub(super) fn check(registry: &Registry, report: &mut Report) {
    let mut inputs: BTreeMap<(&str, &str), (Values, &Metric)> = BTreeMap::new();
    for metric in &registry.metrics {
        let Some(recorder) = metric.recorder.as_deref() else {
            continue;
        };
        for reference in &metric.attributes {
            let (Some(attribute), Some(values)) = (
                registry.attribute(&reference.key),
                registry.values(reference),
            ) else {
                continue;
            };
            let key = (recorder, attribute.input.as_str());
            let Some((first, owner)) = inputs.get(&key) else {
                inputs.insert(key, (values, metric));
                continue;
            };
            if same(first, &values) {
                continue;
            }
            let message = format!(
                "recorder `{recorder}` takes `{}` as {} for `{}` and as {} for `{}`",
                attribute.input,
                describe(first),
                owner.name,
                describe(&values),
                metric.name
            );
            report.add(&reference.location, Rule::RecorderOverlap, message);
        }
    }
}

/// Sets of one name may be defined only once, so equal members under two names are equal here.
fn same(one: &Values, other: &Values) -> bool {
    match (one, other) {
        (Values::Closed(one), Values::Closed(other)) => one.members == other.members,
        (Values::Open(one), Values::Open(other)) => one == other,
        _ => false,
    }
}

fn describe(values: &Values) -> String {
    match values {
        Values::Closed(set) => format!("`{}`", set.name),
        Values::Open(crate::model::Bound::Live) => "open by live ids".to_owned(),
        Values::Open(crate::model::Bound::Limit(limit)) => format!("open to {limit}"),
    }
}
