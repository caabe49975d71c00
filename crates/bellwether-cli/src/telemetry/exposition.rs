//! What is stored as Prometheus reads it: the text format 0.0.4, and OpenMetrics 1.0.
//!
//! A metric stands once, with all its series; names become those of Prometheus's alphabet, and of two kinds of metric that become one
//! name the first stays. `service` and, where a resource has `service.instance.id`, `instance` keep processes apart. Series that are
//! alike even so are one: the newest stays.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use bellwether_backend::query::{Kind, MetricHead, Total};
use serde_json::{Map, Value};

/// Which of the two.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Flavour {
    Text,
    OpenMetrics,
}

/// Metrics, written one after another.
pub(super) struct Exposition {
    flavour: Flavour,
    text: String,
    /// Names of samples that are taken.
    names: BTreeSet<String>,
    series: usize,
}

impl Exposition {
    pub(super) const fn new(flavour: Flavour) -> Self {
        Self {
            flavour,
            text: String::new(),
            names: BTreeSet::new(),
            series: 0,
        }
    }

    /// The text, and how many series are in it.
    pub(super) fn finish(mut self) -> (String, usize) {
        if self.flavour == Flavour::OpenMetrics {
            self.text.push_str("# EOF\n");
        }
        (self.text, self.series)
    }

    /// Writes a metric. `false`: its name is taken by one of another kind, and it was left out.
    pub(super) fn add(&mut self, metric: &MetricHead, totals: &[Total]) -> bool {
        let sample = sanitized(&metric.name, true);
        let has_buckets = totals.iter().any(|total| !total.buckets.is_empty());
        let kind = match metric.kind {
            Kind::Counter => "counter",
            Kind::Gauge => "gauge",
            Kind::Histogram if has_buckets => "histogram",
            Kind::Histogram | Kind::Summary => "summary",
        };
        let (family, kind) = self.family(&sample, kind);
        let parts: &[&str] = match kind {
            "histogram" => &["_bucket", "_sum", "_count"],
            "summary" => &["_sum", "_count"],
            _ => &[""],
        };
        let names: Vec<String> = parts.iter().map(|part| format!("{sample}{part}")).collect();
        if totals.is_empty() {
            return true;
        }
        if self.names.contains(&family) || names.iter().any(|name| self.names.contains(name)) {
            return false;
        }
        self.names.insert(family.clone());
        self.names.extend(names);
        let help = escaped(&metric.description, self.flavour == Flavour::OpenMetrics);
        if self.flavour == Flavour::Text {
            let _ = writeln!(self.text, "# HELP {family} {help}\n# TYPE {family} {kind}");
        } else {
            let _ = writeln!(self.text, "# TYPE {family} {kind}\n# HELP {family} {help}");
        }
        let mut newest: BTreeMap<String, &Total> = BTreeMap::new();
        for total in totals {
            let labels = pairs(&total.labels, total.instance.as_deref());
            let kept = newest.entry(labels).or_insert(total);
            if total.time > kept.time {
                *kept = total;
            }
        }
        self.series += newest.len();
        for (labels, total) in newest {
            self.samples(&sample, kind, &labels, total);
        }
        true
    }

    /// The name over a metric's samples and its kind there: in OpenMetrics the sample of a counter has to end in `_total`.
    fn family(&self, sample: &str, kind: &'static str) -> (String, &'static str) {
        if self.flavour == Flavour::Text || kind != "counter" {
            return (sample.to_owned(), kind);
        }
        match sample.strip_suffix("_total") {
            Some(family) => (family.to_owned(), kind),
            None => (sample.to_owned(), "unknown"),
        }
    }

    fn samples(&mut self, name: &str, kind: &str, labels: &str, total: &Total) {
        let time = match self.flavour {
            Flavour::Text => (total.time / 1_000_000).to_string(),
            Flavour::OpenMetrics => format!("{}", total.time as f64 / 1e9),
        };
        let text = &mut self.text;
        let braced = if labels.is_empty() {
            String::new()
        } else {
            format!("{{{labels}}}")
        };
        let comma = if labels.is_empty() { "" } else { "," };
        let count = total.count.unwrap_or(0);
        if kind == "histogram" {
            let mut below = 0;
            for (bound, up_to) in &total.buckets {
                below = *up_to;
                if bound.is_finite() {
                    let bound = shown(*bound);
                    let _ = writeln!(
                        text,
                        "{name}_bucket{{{labels}{comma}le=\"{bound}\"}} {up_to} {time}"
                    );
                }
            }
            let all = u64::try_from(count).unwrap_or(0).max(below);
            let _ = writeln!(
                text,
                "{name}_bucket{{{labels}{comma}le=\"+Inf\"}} {all} {time}\n{name}_sum{braced} {} {time}\n{name}_count{braced} {all} {time}",
                shown(total.value)
            );
        } else if kind == "summary" {
            let _ = writeln!(
                text,
                "{name}_sum{braced} {} {time}\n{name}_count{braced} {count} {time}",
                shown(total.value)
            );
        } else {
            let _ = writeln!(text, "{name}{braced} {} {time}", shown(total.value));
        }
    }
}

fn shown(value: f64) -> String {
    if value.is_nan() {
        "NaN".to_owned()
    } else if value.is_infinite() {
        if value > 0.0 { "+Inf" } else { "-Inf" }.to_owned()
    } else {
        value.to_string()
    }
}

/// `a="b",c="d"`, in the order of the names; values of labels that become one name are joined.
fn pairs(labels: &Map<String, Value>, instance: Option<&str>) -> String {
    let mut all: BTreeMap<String, String> = BTreeMap::new();
    for (name, value) in labels {
        let text = value
            .as_str()
            .map_or_else(|| value.to_string(), str::to_owned);
        all.entry(sanitized(name, false))
            .and_modify(|held| *held = format!("{held};{text}"))
            .or_insert(text);
    }
    if let Some(instance) = instance {
        all.entry("instance".to_owned())
            .or_insert_with(|| instance.to_owned());
    }
    let pairs = all
        .into_iter()
        .map(|(name, value)| format!("{name}=\"{}\"", escaped(&value, true)));
    pairs.collect::<Vec<_>>().join(",")
}

fn escaped(text: &str, quotes_too: bool) -> String {
    let text = text.replace('\\', "\\\\").replace('\n', "\\n");
    if quotes_too {
        text.replace('"', "\\\"")
    } else {
        text
    }
}

/// A name of Prometheus's alphabet.
fn sanitized(name: &str, is_metric: bool) -> String {
    let fits = |c: char| c.is_ascii_alphanumeric() || c == '_' || (is_metric && c == ':');
    let name: String = name
        .chars()
        .map(|c| if fits(c) { c } else { '_' })
        .collect();
    if name.is_empty() || name.starts_with(|c: char| c.is_ascii_digit()) {
        format!("_{name}")
    } else {
        name
    }
}
