//! What the Collector's file exporter wrote, parsed with nothing but serde_json.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::Value;

/// One span or log record with the service that sent it.
struct Item {
    service: String,
    value: Value,
}

impl Item {
    fn text(&self, key: &str) -> &str {
        self.value[key].as_str().unwrap_or_default()
    }
}

/// Everything that was written.
pub(crate) struct Written {
    spans: Vec<Item>,
    logs: Vec<Item>,
    metrics: Vec<Item>,
}

impl Written {
    /// Reads every file in the folder whose lines are OTLP requests.
    pub(crate) fn read(folder: &Path) -> Self {
        let mut written = Self {
            spans: Vec::new(),
            logs: Vec::new(),
            metrics: Vec::new(),
        };
        for entry in std::fs::read_dir(folder).unwrap().flatten() {
            let Ok(text) = std::fs::read_to_string(entry.path()) else {
                continue;
            };
            for request in text
                .lines()
                .filter_map(|line| serde_json::from_str::<Value>(line).ok())
            {
                written
                    .spans
                    .extend(items(&request, "resourceSpans", "scopeSpans", "spans"));
                written
                    .logs
                    .extend(items(&request, "resourceLogs", "scopeLogs", "logRecords"));
                written.metrics.extend(items(
                    &request,
                    "resourceMetrics",
                    "scopeMetrics",
                    "metrics",
                ));
            }
        }
        written
    }

    /// Names of the metrics that processes of this name sent.
    pub(crate) fn metrics_of(&self, service: &str) -> BTreeSet<&str> {
        let of_service = self.metrics.iter().filter(|item| item.service == service);
        of_service.map(|metric| metric.text("name")).collect()
    }

    /// Names of all metrics that anybody sent, but what the Collector's connectors and receivers made.
    pub(crate) fn metrics(&self) -> BTreeSet<&str> {
        self.metrics
            .iter()
            .map(|metric| metric.text("name"))
            .collect()
    }

    /// Sum over all series and services of the newest points of a sum.
    pub(crate) fn total(&self, metric: &str) -> f64 {
        let mut newest = BTreeMap::new();
        for item in self.metrics.iter().filter(|m| m.text("name") == metric) {
            let points = item.value["sum"]["dataPoints"].as_array();
            for point in points.into_iter().flatten() {
                let value = point["asDouble"].as_f64();
                let whole = || point["asInt"].as_str().and_then(|n| n.parse().ok());
                let series = (item.service.clone(), point["attributes"].to_string());
                newest.insert(series, value.or_else(whole).unwrap_or_default());
            }
        }
        newest.values().sum()
    }

    /// The values that a gauge had, in the order they were sent.
    pub(crate) fn gauge(&self, metric: &str, label: (&str, &str)) -> Vec<f64> {
        let items = self.metrics.iter().filter(|m| m.text("name") == metric);
        let points = items.filter_map(|item| item.value["gauge"]["dataPoints"].as_array());
        let has_label = |point: &&Value| {
            let attributes = point["attributes"].as_array().into_iter().flatten();
            let mut attributes = attributes;
            attributes.any(|a| a["key"] == label.0 && a["value"]["stringValue"] == label.1)
        };
        points
            .flatten()
            .filter(has_label)
            .filter_map(|point| {
                let whole = || point["asInt"].as_str()?.parse().ok();
                point["asDouble"].as_f64().or_else(whole)
            })
            .collect()
    }

    /// All traces.
    pub(crate) fn trace_ids(&self) -> BTreeSet<String> {
        self.spans
            .iter()
            .map(|span| span.text("traceId").to_owned())
            .collect()
    }

    fn by_id(&self, trace: &str) -> BTreeMap<&str, &Item> {
        let of_trace = self
            .spans
            .iter()
            .filter(|span| span.text("traceId") == trace);
        of_trace.map(|span| (span.text("spanId"), span)).collect()
    }

    /// Every span but one has a parent that was written too.
    pub(crate) fn assert_parents_exist(&self, trace: &str) {
        let spans = self.by_id(trace);
        let roots = spans
            .values()
            .filter(|span| span.text("parentSpanId").is_empty())
            .count();
        assert_eq!(roots, 1);
        for span in spans.values() {
            let parent = span.text("parentSpanId");
            assert!(
                parent.is_empty() || spans.contains_key(parent),
                "{}",
                span.value
            );
        }
    }

    /// For each task process the way from the root to its first span, as (service, name).
    pub(crate) fn chains_to_tasks(&self, trace: &str) -> Vec<Vec<(String, String)>> {
        let spans = self.by_id(trace);
        let is_task =
            |span: &&&Item| span.service == "task" && span.text("name").starts_with("run ");
        spans
            .values()
            .filter(is_task)
            .map(|task| {
                let mut chain = Vec::new();
                let mut at = Some(task);
                while let Some(span) = at {
                    chain.push((span.service.clone(), span.text("name").to_owned()));
                    at = spans.get(span.text("parentSpanId"));
                }
                chain.reverse();
                chain
            })
            .collect()
    }

    /// Each of the services wrote log records of this trace, each within one of its own spans.
    pub(crate) fn assert_logs_belong_to_spans(&self, trace: &str, services: &[&str]) {
        let spans = self.by_id(trace);
        let mut seen = BTreeSet::new();
        for log in self.logs.iter().filter(|log| log.text("traceId") == trace) {
            let span = spans.get(log.text("spanId"));
            assert!(
                span.is_some_and(|span| span.service == log.service),
                "{}",
                log.value
            );
            seen.insert(log.service.as_str());
        }
        assert_eq!(seen, services.iter().copied().collect());
    }

    /// The `error.type`s of all spans.
    pub(crate) fn error_types(&self) -> BTreeSet<String> {
        let attributes = self
            .spans
            .iter()
            .filter_map(|span| span.value["attributes"].as_array())
            .flatten();
        attributes
            .filter(|attribute| attribute["key"] == "error.type")
            .filter_map(|attribute| attribute["value"]["stringValue"].as_str())
            .map(str::to_owned)
            .collect()
    }
}

fn items(request: &Value, resources: &str, scopes: &str, list: &str) -> Vec<Item> {
    let each = |value: &Value, key: &str| value[key].as_array().cloned().unwrap_or_default();
    let mut found = Vec::new();
    for resource in each(request, resources) {
        let attributes = each(&resource["resource"], "attributes");
        let name = attributes
            .iter()
            .find(|attribute| attribute["key"] == "service.name");
        let service = name
            .and_then(|name| name["value"]["stringValue"].as_str())
            .unwrap_or_default();
        for scope in each(&resource, scopes) {
            let values = each(&scope, list).into_iter();
            found.extend(values.map(|value| Item {
                service: service.to_owned(),
                value,
            }));
        }
    }
    found
}
