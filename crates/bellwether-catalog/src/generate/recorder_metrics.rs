//! Rust: a struct a recorder, with a typed family of series a metric it feeds.
//!
//! A metric whose labels are all known when it is recorded is a field. One with a label of live ids is a method
//! that takes the ids and gives a family that lasts as long as they do. Fields stay empty where no metric is left.

use std::fmt::Write as _;

use super::rust::{HEADER, constant, doc, family_module, input_type, snake, variant};
use super::{Options, Output, Recorder, recorders};
use crate::model::{AttributeRef, Bound, Instrument, Metric, Registry, ValueType, Values};

pub(super) fn render(registry: &Registry, options: &Options) -> Output {
    let mut body = String::new();
    for recorder in recorders(registry) {
        structure(&mut body, registry, &recorder);
    }
    let runtime = &options.runtime;
    let mut names: Vec<&str> = ["Counter", "Gauge", "Histogram", "UpDownCounter"]
        .into_iter()
        .filter(|name| body.contains(&format!("{name}<")))
        .collect();
    names.extend(["Metrics", "RecorderMetrics"]);
    names.sort_unstable();
    let labels = if body.contains("labels::") {
        "use super::labels;\n"
    } else {
        ""
    };
    let text = format!(
        "//! Families of series, a struct a recorder: what one call feeds.\n{HEADER}#![allow(clippy::type_complexity, reason = \"the labels of a metric are its type\")]\n\n{labels}use {runtime}::{{{}}};\n{body}",
        names.join(", ")
    );
    Output {
        path: "rust/recorder_metrics.rs".to_owned(),
        text,
    }
}

/// A metric of a recorder, with what its series are made of.
pub(super) struct Family<'a> {
    pub(super) metric: &'a Metric,
    definition: String,
    /// `Counter<(labels::Tool,), u64>` and the like.
    kind: &'static str,
    pub(super) labels: Vec<String>,
    pub(super) number: &'static str,
    pub(super) live: Vec<&'a AttributeRef>,
}

pub(super) fn families<'a>(registry: &'a Registry, recorder: &Recorder<'_>) -> Vec<Family<'a>> {
    let of_recorder = |metric: &&Metric| recorder.metrics.contains(&metric.name.as_str());
    let metrics = registry.metrics.iter().filter(of_recorder);
    metrics
        .map(|metric| {
            let (live, others): (Vec<&AttributeRef>, Vec<&AttributeRef>) =
                metric.attributes.iter().partition(|reference| {
                    registry.values(reference) == Some(Values::Open(Bound::Live))
                });
            let labels = others
                .iter()
                .filter_map(|reference| label_type(registry, reference));
            let double = metric.value == ValueType::Double;
            let (kind, number) = match metric.instrument {
                Instrument::Counter => ("Counter", if double { "f64" } else { "u64" }),
                Instrument::UpDownCounter => ("UpDownCounter", if double { "f64" } else { "i64" }),
                Instrument::Gauge => ("Gauge", if double { "f64" } else { "i64" }),
                Instrument::Histogram => ("Histogram", if double { "f64" } else { "u64" }),
            };
            Family {
                metric,
                definition: format!(
                    "super::{}::{}",
                    family_module(&metric.location.file),
                    constant(&metric.name)
                ),
                kind,
                labels: labels.collect(),
                number,
                live,
            }
        })
        .collect()
}

fn label_type(registry: &Registry, reference: &AttributeRef) -> Option<String> {
    let attribute = registry.attribute(&reference.key)?;
    let name = match registry.values(reference)? {
        Values::Closed(set) => set.name,
        Values::Open(_) => input_type(&attribute.input),
    };
    Some(if reference.required {
        format!("labels::{name}")
    } else {
        format!("Option<labels::{name}>")
    })
}

impl Family<'_> {
    fn labels(&self) -> String {
        match self.labels.as_slice() {
            [only] => only.clone(),
            labels => format!("({})", labels.join(", ")),
        }
    }

    fn rust_type(&self) -> String {
        format!("{}<{}, {}>", self.kind, self.labels(), self.number)
    }

    fn make(&self) -> &'static str {
        match self.metric.instrument {
            Instrument::Counter => "counter",
            Instrument::UpDownCounter => "up_down_counter",
            Instrument::Gauge => "gauge",
            Instrument::Histogram => "histogram",
        }
    }
}

fn structure(text: &mut String, registry: &Registry, recorder: &Recorder<'_>) {
    let families = families(registry, recorder);
    let name = format!("{}Metrics", variant(recorder.name));
    let (live, fields): (Vec<&Family<'_>>, Vec<&Family<'_>>) =
        families.iter().partition(|family| !family.live.is_empty());
    let _ = write!(
        text,
        "\n/// Series of the recorder `{}`.\n#[derive(Debug, Clone)]\npub struct {name} {{\n",
        recorder.name
    );
    for family in &fields {
        let _ = write!(
            text,
            "{}    ///\n    /// `{}`, {} in `{}`.\n    pub {}: {},\n",
            doc(&family.metric.brief, "    "),
            family.metric.name,
            family.metric.instrument.as_str(),
            family.metric.unit,
            snake(&family.metric.name),
            family.rust_type()
        );
    }
    let _ = write!(
        text,
        "}}\n\nimpl RecorderMetrics for {name} {{\n    fn new({}: &Metrics) -> Self {{\n        Self {{\n",
        if fields.is_empty() { "_" } else { "metrics" }
    );
    for family in &fields {
        let _ = writeln!(
            text,
            "            {}: metrics.generated_{}(&{}),",
            snake(&family.metric.name),
            family.make(),
            family.definition
        );
    }
    text.push_str("        }\n    }\n}\n");
    if live.is_empty() {
        return;
    }
    let _ = writeln!(text, "\nimpl {name} {{");
    for family in live {
        live_function(text, registry, family);
    }
    text.push_str("}\n");
}

fn live_function(text: &mut String, registry: &Registry, family: &Family<'_>) {
    let inputs: Vec<(String, &str)> = family
        .live
        .iter()
        .filter_map(|reference| {
            let attribute = registry.attribute(&reference.key)?;
            Some((snake(&attribute.input), reference.key.as_str()))
        })
        .collect();
    let arguments: Vec<String> = inputs
        .iter()
        .map(|(input, _)| format!("{input}: &str"))
        .collect();
    let pairs: Vec<String> = inputs
        .iter()
        .map(|(input, key)| format!("({key:?}, {input})"))
        .collect();
    let _ = write!(
        text,
        "{}    ///\n    /// `{}`, {} in `{}`, for these ids, as long as what is given lives.\n    pub fn {}(metrics: &Metrics, {}) -> {} {{\n        metrics.generated_live_{}(&{}, &[{}])\n    }}\n",
        doc(&family.metric.brief, "    "),
        family.metric.name,
        family.metric.instrument.as_str(),
        family.metric.unit,
        snake(&family.metric.name),
        arguments.join(", "),
        family.rust_type(),
        family.make(),
        family.definition,
        pairs.join(", ")
    );
}
