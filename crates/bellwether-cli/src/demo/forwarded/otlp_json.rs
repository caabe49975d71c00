//! What the Collector wrote out, read back (OTLP 1.x, JSON encoding: camelCase keys, 64-bit numbers as text, ids as hex).
//!
//! The files are read on from where the last reading ended; a last line that is not finished yet waits for the next
//! time. Only what the demo shows is kept.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::{Path, PathBuf};

use serde_json::Value;

/// A span, as forwarded.
#[derive(Debug, Clone)]
pub(crate) struct Span {
    pub(crate) service: String,
    pub(crate) trace_id: String,
    pub(crate) id: String,
    /// Empty for a root.
    pub(crate) parent: String,
    pub(crate) name: String,
    pub(crate) start: u64,
    pub(crate) end: u64,
    /// The status message of a span whose status is error.
    pub(crate) error: Option<String>,
}

/// A log record, as forwarded.
#[derive(Debug, Clone)]
pub(crate) struct LogRecord {
    pub(crate) service: String,
    pub(crate) trace_id: String,
    pub(crate) span_id: String,
    pub(crate) time: u64,
    pub(crate) severity: String,
    pub(crate) body: String,
}

/// The newest point of a series.
#[derive(Debug, Clone, Default)]
pub(crate) struct Point {
    pub(crate) service: String,
    pub(crate) attributes: BTreeMap<String, String>,
    /// A number's value, or a histogram's sum.
    pub(crate) value: f64,
    /// A histogram's count; 0 otherwise.
    pub(crate) count: u64,
}

/// Everything read so far.
#[derive(Debug, Default)]
pub(crate) struct Forwarded {
    files: BTreeMap<PathBuf, u64>,
    pub(crate) spans: Vec<Span>,
    pub(crate) logs: Vec<LogRecord>,
    /// How many points came, by the `service.name` of who sent them; what the Collector made itself is not in it.
    pub(crate) points_by_service: BTreeMap<String, u64>,
    /// The newest point by metric, then by series.
    pub(crate) newest: BTreeMap<String, BTreeMap<String, Point>>,
    pub(crate) unreadable: u64,
}

impl Forwarded {
    /// To be read from these files, which need not exist yet.
    pub(crate) fn from_files(files: impl IntoIterator<Item = PathBuf>) -> Self {
        Self {
            files: files.into_iter().map(|file| (file, 0)).collect(),
            ..Self::default()
        }
    }

    /// The files it is read from.
    pub(crate) fn files(&self) -> Vec<PathBuf> {
        self.files.keys().cloned().collect()
    }

    /// Reads what has come since the last time.
    pub(crate) fn read_on(&mut self) {
        let files: Vec<_> = self.files.iter().map(|(p, at)| (p.clone(), *at)).collect();
        for (path, at) in files {
            let Some(new) = finished_lines(&path, at) else {
                continue;
            };
            self.files.insert(path, at + new.len() as u64);
            for line in new.split(|byte| *byte == b'\n').filter(|l| !l.is_empty()) {
                match serde_json::from_slice(line) {
                    Ok(request) => self.take(&request),
                    Err(_) => self.unreadable += 1,
                }
            }
        }
    }

    /// The spans of one trace.
    pub(crate) fn trace(&self, trace_id: &str) -> Vec<&Span> {
        self.spans
            .iter()
            .filter(|s| s.trace_id == trace_id)
            .collect()
    }

    /// The newest points of one metric.
    pub(crate) fn points(&self, metric: &str) -> impl Iterator<Item = &Point> {
        self.newest
            .get(metric)
            .into_iter()
            .flat_map(BTreeMap::values)
    }

    fn take(&mut self, request: &Value) {
        for resource in list(request, "resourceSpans") {
            let service = service_of(resource);
            for span in list(resource, "scopeSpans").flat_map(|s| list(s, "spans")) {
                self.spans.push(span_of(span, &service));
            }
        }
        for resource in list(request, "resourceLogs") {
            let service = service_of(resource);
            for record in list(resource, "scopeLogs").flat_map(|s| list(s, "logRecords")) {
                self.logs.push(log_of(record, &service));
            }
        }
        for resource in list(request, "resourceMetrics") {
            let service = service_of(resource);
            for scope in list(resource, "scopeMetrics") {
                // Connectors make metrics in the name of the services whose signals they saw.
                let is_made_here = text(&scope["scope"], "name").contains("connector");
                for metric in list(scope, "metrics") {
                    self.take_metric(metric, &service, is_made_here);
                }
            }
        }
    }

    fn take_metric(&mut self, metric: &Value, service: &str, is_made_here: bool) {
        let name = text(metric, "name");
        let kinds = [
            "sum",
            "gauge",
            "histogram",
            "exponentialHistogram",
            "summary",
        ];
        for point in kinds
            .iter()
            .flat_map(|kind| list(&metric[kind], "dataPoints"))
        {
            if !is_made_here {
                *self
                    .points_by_service
                    .entry(service.to_owned())
                    .or_default() += 1;
            }
            let attributes: BTreeMap<_, _> = attributes_of(point).collect();
            let series = format!("{service} {attributes:?}");
            let value = ["asDouble", "asInt", "sum"]
                .iter()
                .find_map(|key| number(&point[key]))
                .unwrap_or_default();
            let newest = Point {
                service: service.to_owned(),
                attributes,
                value,
                count: integer(&point["count"]),
            };
            self.newest
                .entry(name.to_owned())
                .or_default()
                .insert(series, newest);
        }
    }
}

/// What stands in the file after `at`, up to the last line end.
fn finished_lines(path: &Path, at: u64) -> Option<Vec<u8>> {
    let mut file = File::open(path).ok()?;
    file.seek(SeekFrom::Start(at)).ok()?;
    let mut new = Vec::new();
    file.read_to_end(&mut new).ok()?;
    let end = new.iter().rposition(|byte| *byte == b'\n')? + 1;
    new.truncate(end);
    Some(new)
}

fn list<'a>(value: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    value[key].as_array().into_iter().flatten()
}

fn text<'a>(value: &'a Value, key: &str) -> &'a str {
    value[key].as_str().unwrap_or_default()
}

fn number(value: &Value) -> Option<f64> {
    value.as_f64().or_else(|| value.as_str()?.parse().ok())
}

fn integer(value: &Value) -> u64 {
    value
        .as_u64()
        .or_else(|| value.as_str()?.parse().ok())
        .unwrap_or_default()
}

fn any_value(value: &Value) -> String {
    value
        .as_object()
        .and_then(|object| object.values().next())
        .map(|inner| {
            inner
                .as_str()
                .map_or_else(|| inner.to_string(), str::to_owned)
        })
        .unwrap_or_default()
}

fn attributes_of(value: &Value) -> impl Iterator<Item = (String, String)> {
    list(value, "attributes").map(|a| (text(a, "key").to_owned(), any_value(&a["value"])))
}

fn service_of(resource: &Value) -> String {
    attributes_of(&resource["resource"])
        .find(|(key, _)| key == "service.name")
        .map(|(_, value)| value)
        .unwrap_or_default()
}

fn span_of(span: &Value, service: &str) -> Span {
    // 2 is STATUS_CODE_ERROR.
    let is_error = integer(&span["status"]["code"]) == 2;
    Span {
        service: service.to_owned(),
        trace_id: text(span, "traceId").to_owned(),
        id: text(span, "spanId").to_owned(),
        parent: text(span, "parentSpanId").to_owned(),
        name: text(span, "name").to_owned(),
        start: integer(&span["startTimeUnixNano"]),
        end: integer(&span["endTimeUnixNano"]),
        error: is_error.then(|| text(&span["status"], "message").to_owned()),
    }
}

fn log_of(record: &Value, service: &str) -> LogRecord {
    let time = integer(&record["timeUnixNano"]);
    LogRecord {
        service: service.to_owned(),
        trace_id: text(record, "traceId").to_owned(),
        span_id: text(record, "spanId").to_owned(),
        // Bridges may leave the time of the event open.
        time: if time == 0 {
            integer(&record["observedTimeUnixNano"])
        } else {
            time
        },
        severity: text(record, "severityText").to_owned(),
        body: any_value(&record["body"]),
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::Forwarded;

    const METRICS: &str = r#"{"resourceMetrics":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"agent"}}]},"scopeMetrics":[{"scope":{"name":"x"},"metrics":[{"name":"calls","sum":{"dataPoints":[{"attributes":[{"key":"n","value":{"intValue":"1"}}],"asInt":"7"}]}},{"name":"took","histogram":{"dataPoints":[{"count":"2","sum":0.5}]}}]},{"scope":{"name":"spanmetricsconnector"},"metrics":[{"name":"made","sum":{"dataPoints":[{"asInt":"1"}]}}]}]}]}"#;
    const TRACES: &str = r#"{"resourceSpans":[{"resource":{"attributes":[{"key":"service.name","value":{"stringValue":"agent"}}]},"scopeSpans":[{"spans":[{"traceId":"aa","spanId":"bb","name":"n","startTimeUnixNano":"5","endTimeUnixNano":"9","status":{"code":2,"message":"no"}}]}]}]}"#;

    #[test]
    fn half_a_line_waits_for_its_other_half() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("out.jsonl");
        let mut file = std::fs::File::create(&path).unwrap();
        let mut forwarded = Forwarded::from_files([path, dir.path().join("never")]);
        write!(file, "{TRACES}\n{}", &METRICS[..50]).unwrap();
        forwarded.read_on();
        assert_eq!(forwarded.spans.len(), 1);
        assert_eq!(forwarded.spans[0].error.as_deref(), Some("no"));
        assert_eq!(forwarded.spans[0].end, 9);
        assert!(forwarded.points_by_service.is_empty());
        writeln!(file, "{}", &METRICS[50..]).unwrap();
        forwarded.read_on();
        assert_eq!(forwarded.spans.len(), 1);
        assert_eq!(
            forwarded.points_by_service["agent"], 2,
            "the connector's own are not the agent's"
        );
        let took = forwarded.points("took").next().unwrap();
        assert_eq!((took.count, took.value), (2, 0.5));
        let calls = forwarded.points("calls").next().unwrap().value;
        assert!((calls - 7.0).abs() < f64::EPSILON);
        assert_eq!(forwarded.unreadable, 0);
    }
}
