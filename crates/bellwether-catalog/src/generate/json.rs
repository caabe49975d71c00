//! `catalog.json`: the registry with references resolved, for tools that read no YAML.

use serde_json::{Map, Value, json};

use super::{family, recorders};
use crate::alert::{Alert, Measure, Watched, promql};
use crate::model::{AttributeRef, Bound, Metric, Registry, Values};
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
        "alerts": alerts(registry, metric),
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

fn alerts(registry: &Registry, metric: &Metric) -> Vec<Value> {
    if metric.alerts.is_empty() {
        return Vec::new();
    }
    let metrics = Watched::of_registry(registry);
    let expression = |alert: &Alert| {
        let watched = metrics.get(&metric.name)?;
        let of = alert.measure.of().and_then(|name| metrics.get(name));
        Some(promql(alert, watched, of))
    };
    let alerts = metric.alerts.iter();
    alerts
        .map(|it| alert(it, expression(it).as_deref()))
        .collect()
}

fn alert(alert: &Alert, expression: Option<&str>) -> Value {
    let quantile = match &alert.measure {
        Measure::Quantile(quantile) => Some(quantile),
        _ => None,
    };
    json!({
        "name": alert.name,
        "title": alert.title,
        "measure": alert.measure.as_str(),
        "quantile": quantile,
        "of": alert.measure.of(),
        "condition": alert.condition.as_str(),
        "threshold": alert.threshold,
        "window_seconds": alert.window,
        "for_seconds": alert.duration,
        "severity": alert.severity,
        "summary": alert.summary,
        "promql": expression,
    })
}
