//! `catalog.json`: the registry with references resolved, for tools that read no YAML.

use serde_json::{Map, Value, json};

use super::{family, recorders};
use crate::model::{Alert, AttributeRef, Bound, Measure, Metric, Registry, Values};
use crate::prometheus;

pub(super) fn render(registry: &Registry) -> String {
    let document = json!({
        "schema_url": registry.schema_url,
        "metrics": registry.metrics.iter().map(|metric| metric_value(registry, metric)).collect::<Vec<_>>(),
        "attributes": registry.attributes.iter().map(|attribute| json!({
            "key": attribute.key,
            "prometheus_key": prometheus::label_name(&attribute.key),
            "type": attribute.kind,
            "description": attribute.brief,
            "note": attribute.note,
            "stability": attribute.stability,
            "members": attribute.members.iter().map(|member| member.value.as_str()).collect::<Vec<_>>(),
        })).collect::<Vec<_>>(),
        "recorders": recorders(registry).iter().map(|recorder| json!({
            "name": recorder.name,
            "inputs": recorder.inputs.iter().map(|(name, values)| {
                let mut input = Map::from_iter([("name".to_owned(), json!(name))]);
                input.extend(values_value(values));
                Value::Object(input)
            }).collect::<Vec<_>>(),
            "metrics": recorder.metrics,
        })).collect::<Vec<_>>(),
        "spans": registry.spans.iter().map(|span| json!({
            "type": span.name,
            "kind": span.kind,
            "name": span.name_format,
            "description": span.brief,
            "stability": span.stability,
            "origin": span.origin,
            "switch": span.switch,
            "attributes": references(&span.attributes),
        })).collect::<Vec<_>>(),
        "events": registry.events.iter().map(|event| json!({
            "name": event.name,
            "description": event.brief,
            "stability": event.stability,
            "origin": event.origin,
            "switch": event.switch,
            "attributes": references(&event.attributes),
        })).collect::<Vec<_>>(),
    });
    format!("{document:#}\n")
}

fn metric_value(registry: &Registry, metric: &Metric) -> Value {
    json!({
        "name": metric.name,
        "family": family(&metric.location.file),
        "instrument": metric.instrument.as_str(),
        "prometheus_type": metric.instrument.prometheus_type(),
        "value": metric.value.as_str(),
        "observable": metric.observable,
        "unit": metric.unit,
        "description": metric.brief,
        "note": metric.note,
        "stability": metric.stability,
        "origin": metric.origin,
        "interval_seconds": metric.interval,
        "prometheus_name": metric.prometheus_without_suffixes,
        "prometheus_suffixed_name": metric.prometheus,
        "recorder": metric.recorder,
        "switch": metric.switch,
        "buckets": metric.buckets,
        "labels": metric.attributes.iter().map(|reference| label(registry, reference)).collect::<Vec<_>>(),
        "alerts": metric.alerts.iter().map(alert).collect::<Vec<_>>(),
    })
}

fn label(registry: &Registry, reference: &AttributeRef) -> Value {
    let mut label = Map::from_iter([
        ("key".to_owned(), json!(reference.key)),
        (
            "prometheus_key".to_owned(),
            json!(prometheus::label_name(&reference.key)),
        ),
        (
            "input".to_owned(),
            json!(
                registry
                    .attribute(&reference.key)
                    .map(|attribute| &attribute.input)
            ),
        ),
        ("required".to_owned(), json!(reference.required)),
    ]);
    if let Some(values) = registry.values(reference) {
        label.extend(values_value(&values));
    }
    Value::Object(label)
}

fn values_value(values: &Values) -> Map<String, Value> {
    match values {
        Values::Closed(set) => Map::from_iter([
            ("enum".to_owned(), json!(set.name)),
            ("values".to_owned(), json!(set.members)),
        ]),
        Values::Open(Bound::Limit(limit)) => Map::from_iter([("bound".to_owned(), json!(limit))]),
        Values::Open(Bound::Live) => Map::from_iter([("bound".to_owned(), json!("live"))]),
    }
}

fn references(attributes: &[AttributeRef]) -> Vec<Value> {
    attributes
        .iter()
        .map(|reference| json!({ "key": reference.key, "required": reference.required }))
        .collect()
}

fn alert(alert: &Alert) -> Value {
    let (measure, quantile, of) = match &alert.measure {
        Measure::Value => ("value", None, None),
        Measure::RatePerMinute => ("rate_per_minute", None, None),
        Measure::Quantile(quantile) => ("quantile", Some(quantile), None),
        Measure::RateRatio(of) => ("rate_ratio", None, Some(of)),
        Measure::Fraction(of) => ("fraction", None, Some(of)),
    };
    json!({
        "name": alert.name,
        "title": alert.title,
        "measure": measure,
        "quantile": quantile,
        "of": of,
        "condition": alert.condition.as_str(),
        "threshold": alert.threshold,
        "window_seconds": alert.window,
        "for_seconds": alert.duration,
        "severity": alert.severity,
        "summary": alert.summary,
    })
}
