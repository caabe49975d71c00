//! Units, buckets, and names as Prometheus will store them.

use std::collections::BTreeMap;

use super::Report;
use crate::error::Rule;
use crate::model::{Instrument, Metric, Registry};
use crate::prometheus;

pub(super) fn check(registry: &Registry, report: &mut Report) {
    let mut stored: [BTreeMap<String, &str>; 2] = [BTreeMap::new(), BTreeMap::new()];
    for metric in &registry.metrics {
        if metric.unit.trim().is_empty() {
            report.add(
                &metric.location,
                Rule::UnitPresent,
                format!("metric `{}` has no `unit`", metric.name),
            );
            continue;
        }
        buckets(metric, report);
        label_names(metric, report);
        for (suffixes, stored) in [true, false].into_iter().zip(&mut stored) {
            let (translated, field) = (metric.translated(suffixes), field(suffixes));
            let declared = if suffixes {
                &metric.prometheus
            } else {
                &metric.prometheus_without_suffixes
            };
            if translated != *declared {
                let message = format!(
                    "metric `{}` ({}, unit `{}`) becomes `{translated}` in Prometheus; `{field}` says `{declared}`",
                    metric.name,
                    metric.instrument.as_str(),
                    metric.unit
                );
                report.add(&metric.location, Rule::PrometheusName, message);
            }
            let other = stored.insert(translated.clone(), &metric.name);
            // Two definitions of one name are reported as that.
            if let Some(other) = other.filter(|other| *other != metric.name) {
                let message = format!(
                    "metric `{}` becomes `{translated}` in Prometheus, like `{other}`",
                    metric.name
                );
                report.add(&metric.location, Rule::PrometheusUnique, message);
            }
        }
    }
}

const fn field(suffixes: bool) -> &'static str {
    if suffixes {
        "prometheus"
    } else {
        "prometheus_without_suffixes"
    }
}

/// Labels that differ only in characters Prometheus replaces would be joined there.
fn label_names(metric: &Metric, report: &mut Report) {
    let mut seen: BTreeMap<String, &str> = BTreeMap::new();
    for reference in &metric.attributes {
        let name = prometheus::label_name(&reference.key);
        let other = seen.insert(name.clone(), &reference.key);
        if let Some(other) = other.filter(|other| *other != reference.key) {
            let message = format!(
                "metric `{}`: labels `{other}` and `{}` both become `{name}` in Prometheus",
                metric.name, reference.key
            );
            report.add(&reference.location, Rule::PrometheusUnique, message);
        }
    }
}

fn buckets(metric: &Metric, report: &mut Report) {
    let histogram = metric.instrument == Instrument::Histogram;
    if histogram && metric.buckets.is_empty() {
        report.add(
            &metric.location,
            Rule::Buckets,
            format!("histogram `{}` has no `buckets`", metric.name),
        );
    }
    if !histogram && !metric.buckets.is_empty() {
        let message = format!(
            "{} `{}` has `buckets`; only histograms have them",
            metric.instrument.as_str(),
            metric.name
        );
        report.add(&metric.location, Rule::Buckets, message);
    }
    if metric.buckets.iter().any(|bucket| !bucket.is_finite()) {
        report.add(
            &metric.location,
            Rule::Buckets,
            format!("`buckets` of `{}` must be finite", metric.name),
        );
        return;
    }
    let pairs = metric.buckets.iter().zip(metric.buckets.iter().skip(1));
    if let Some((one, next)) = pairs.into_iter().find(|(one, next)| one >= next) {
        let message = format!(
            "`buckets` of `{}` must ascend: {one} is followed by {next}",
            metric.name
        );
        report.add(&metric.location, Rule::Buckets, message);
    }
}
