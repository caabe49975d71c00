//! Rust: an enum a closed label, a static a metric, a table a recorder. Plain data; the runtime that
//! records lives in the crate the options name.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;

use super::{Options, Output, Recorder, families, family, recorders};
use crate::model::{Bound, Instrument, Member, Metric, Registry, ValueSet, ValueType, Values};
use crate::prometheus;

pub(super) const HEADER: &str =
    "// Generated from the metrics registry. Change the registry and generate again.\n";

pub(super) fn render(registry: &Registry, options: &Options, units: bool) -> Vec<Output> {
    let families = families(registry);
    let modules: Vec<String> = families.iter().map(|family| module(family)).collect();
    let mut outputs = vec![
        index(registry, options, &modules, units),
        labels(registry, options),
    ];
    for (family_name, module) in families.iter().zip(&modules) {
        let metrics: Vec<&Metric> = registry
            .metrics
            .iter()
            .filter(|metric| family(&metric.location.file) == *family_name)
            .collect();
        outputs.push(definitions(registry, options, module, &metrics));
    }
    outputs.push(recorder_table(registry, options));
    outputs
}

fn index(registry: &Registry, options: &Options, modules: &[String], units: bool) -> Output {
    let mut text = format!(
        "//! Labels, metrics and recorders, generated from the metrics registry.\n{HEADER}\n"
    );
    for module in modules {
        let _ = writeln!(text, "#[rustfmt::skip]\npub mod {module};");
    }
    text.push_str("#[rustfmt::skip]\npub mod labels;\n#[rustfmt::skip]\npub mod recorders;\n");
    if let Some(feature) = &options.feature {
        let _ = writeln!(text, "#[cfg(feature = {feature:?})]");
    }
    text.push_str("#[rustfmt::skip]\npub mod recorder_metrics;\n");
    if units {
        if let Some(feature) = &options.feature {
            let _ = writeln!(text, "#[cfg(feature = {feature:?})]");
        }
        text.push_str("#[rustfmt::skip]\npub mod units;\n");
    }
    let crate_name = options.runtime.split("::").next().unwrap_or_default();
    let is_hidden = modules.iter().any(|module| module == crate_name);
    let root = if is_hidden { "::" } else { "" };
    let _ = write!(
        text,
        "\nuse {root}{}::MetricDefinition;\n\n/// Every metric, in the order of the registry.\npub static ALL: &[&MetricDefinition] = &[\n",
        options.runtime
    );
    for metric in &registry.metrics {
        let _ = writeln!(
            text,
            "    &{}::{},",
            module(family(&metric.location.file)),
            constant(&metric.name)
        );
    }
    text.push_str("];\n");
    Output {
        path: "rust/mod.rs".to_owned(),
        text,
    }
}

/// Module of a family; the fixed modules and keywords get an underscore behind them.
fn module(family: &str) -> String {
    let name: String = family
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() {
                c.to_ascii_lowercase()
            } else {
                '_'
            }
        })
        .collect();
    let name = if name.starts_with(|c: char| c.is_ascii_digit()) {
        format!("_{name}")
    } else {
        name
    };
    if matches!(
        name.as_str(),
        "labels" | "recorders" | "recorder_metrics" | "units" | "mod" | "_"
    ) || KEYWORDS.contains(&name.as_str())
    {
        return format!("{name}_");
    }
    name
}

/// Module of the family that a registry file holds.
pub(super) fn family_module(file: &str) -> String {
    module(family(file))
}

/// Rust type of an open label, by the input that fills it.
pub(super) fn input_type(input: &str) -> String {
    variant(input)
}

/// A name as a field or an argument.
pub(super) fn snake(name: &str) -> String {
    module(name)
}

/// Keywords of Rust 2024, strict and reserved.
const KEYWORDS: [&str; 51] = [
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate",
    "do", "dyn", "else", "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl",
    "in", "let", "loop", "macro", "match", "move", "mut", "override", "priv", "pub", "ref",
    "return", "self", "static", "struct", "super", "trait", "true", "try", "type", "typeof",
    "unsafe", "unsized", "use", "virtual", "where", "while", "yield", "mod",
];

fn labels(registry: &Registry, options: &Options) -> Output {
    let mut text = format!(
        "//! Closed labels. Each enum knows its values, and the index of each for dense tables.\n{HEADER}"
    );
    for attribute in &registry.attributes {
        if let Some(name) = &attribute.enum_name {
            let members: Vec<&Member> = attribute.members.iter().collect();
            enumeration(&mut text, name, &attribute.key, &attribute.brief, &members);
            label_impl(&mut text, name, options);
        }
        for set in &attribute.sets {
            let members = set.members.iter().filter_map(|value| {
                attribute
                    .members
                    .iter()
                    .find(|member| member.value == *value)
            });
            enumeration(
                &mut text,
                &set.name,
                &attribute.key,
                &attribute.brief,
                &members.collect::<Vec<_>>(),
            );
            label_impl(&mut text, &set.name, options);
        }
    }
    open_labels(&mut text, registry, options);
    Output {
        path: "rust/labels.rs".to_owned(),
        text,
    }
}

/// A type an open label that a metric has. Attributes that one input fills share a type.
fn open_labels(text: &mut String, registry: &Registry, options: &Options) {
    let mut seen = BTreeSet::new();
    let references = registry
        .metrics
        .iter()
        .flat_map(|metric| &metric.attributes);
    for reference in references {
        let (Some(attribute), Some(Values::Open(Bound::Limit(limit)))) = (
            registry.attribute(&reference.key),
            registry.values(reference),
        ) else {
            continue;
        };
        if !seen.insert(&attribute.input) {
            continue;
        }
        let path = options
            .runtime
            .strip_suffix("::metrics")
            .unwrap_or(&options.runtime);
        let _ = write!(
            text,
            "\n{path}::open_label! {{\n{}    ///\n    /// Open label `{}`: the first {limit} values, then `_other`.\n    pub struct {}({:?}, {limit});\n}}\n",
            doc(&attribute.brief, "    "),
            attribute.input,
            input_type(&attribute.input),
            attribute.input
        );
    }
}

fn enumeration(text: &mut String, name: &str, key: &str, brief: &str, members: &[&Member]) {
    let count = members.len();
    let _ = write!(
        text,
        "\n{}///\n/// Closed label `{key}`.\n#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]\npub enum {name} {{\n",
        doc(brief, "")
    );
    for member in members {
        let fallback = format!("`{}`.", member.value);
        let brief = if member.brief.is_empty() {
            &fallback
        } else {
            &member.brief
        };
        let _ = writeln!(text, "{}    {},", doc(brief, "    "), variant(&member.id));
    }
    let _ = write!(
        text,
        "}}\n\nimpl {name} {{\n    /// Key of the label.\n    pub const KEY: &'static str = {key:?};\n    /// Number of values.\n    pub const COUNT: usize = {count};\n    /// Every value, by index.\n    pub const ALL: [Self; {count}] = ["
    );
    let variants: Vec<String> = members
        .iter()
        .map(|member| format!("Self::{}", variant(&member.id)))
        .collect();
    let values: Vec<String> = members
        .iter()
        .map(|member| format!("{:?}", member.value))
        .collect();
    let _ = write!(
        text,
        "{}];\n    /// Every value as it leaves, by index.\n    pub const VALUES: &'static [&'static str] = &[{}];\n\n    /// Index in [`Self::ALL`] and [`Self::VALUES`].\n    pub const fn index(self) -> usize {{\n        self as usize\n    }}\n\n    /// The value as it leaves.\n    pub const fn as_str(self) -> &'static str {{\n        Self::VALUES[self as usize]\n    }}\n}}\n",
        variants.join(", "),
        values.join(", ")
    );
}

/// What dense tables ask of an enum; its own functions answer.
fn label_impl(text: &mut String, name: &str, options: &Options) {
    let _ = write!(
        text,
        "\nimpl {}::Label for {name} {{ const KEY: &'static str = Self::KEY; const COUNT: usize = Self::COUNT; fn index(self) -> usize {{ self.index() }} fn as_str(self) -> &'static str {{ self.as_str() }} }}\n",
        options.runtime
    );
}

fn definitions(
    registry: &Registry,
    options: &Options,
    module: &str,
    metrics: &[&Metric],
) -> Output {
    let closed = metrics.iter().flat_map(|metric| &metric.attributes);
    let closed = closed
        .filter_map(|reference| registry.values(reference))
        .any(|values| matches!(values, Values::Closed(_)));
    let labelled = metrics.iter().any(|metric| !metric.attributes.is_empty());
    let mut text = format!("//! Metrics of the family `{module}`.\n{HEADER}\n");
    if closed {
        text.push_str("use super::labels;\n");
    }
    let names = if labelled {
        "Instrument, Interval, LabelDefinition, LabelValues, MetricDefinition, ValueType"
    } else {
        "Instrument, Interval, MetricDefinition, ValueType"
    };
    let _ = writeln!(text, "use {}::{{{names}}};", options.runtime);
    for metric in metrics {
        definition(&mut text, registry, metric);
    }
    Output {
        path: format!("rust/{module}.rs"),
        text,
    }
}

fn definition(text: &mut String, registry: &Registry, metric: &Metric) {
    let description = if metric.note.is_empty() {
        metric.brief.clone()
    } else {
        format!("{} {}", metric.brief, metric.note)
    };
    let _ = write!(
        text,
        "\n{}///\n/// `{}`, {} in `{}`.\npub static {}: MetricDefinition = MetricDefinition {{\n",
        doc(&description, ""),
        metric.name,
        metric.instrument.as_str(),
        metric.unit,
        constant(&metric.name)
    );
    let instrument = match metric.instrument {
        Instrument::Counter => "Counter",
        Instrument::UpDownCounter => "UpDownCounter",
        Instrument::Gauge => "Gauge",
        Instrument::Histogram => "Histogram",
    };
    let interval = match metric.interval {
        300 => "Slow",
        30 => "Medium",
        _ => "Fast",
    };
    let value = if metric.value == ValueType::Int {
        "Int"
    } else {
        "Double"
    };
    let buckets: Vec<String> = metric
        .buckets
        .iter()
        .map(|bucket| literal(*bucket))
        .collect();
    let _ = write!(
        text,
        "    name: {:?},\n    instrument: Instrument::{instrument},\n    value: ValueType::{value},\n    observable: {},\n    unit: {:?},\n    description: {:?},\n    buckets: &[{}],\n",
        metric.name,
        metric.observable,
        metric.unit,
        metric.brief,
        buckets.join(", ")
    );
    text.push_str("    labels: &[");
    for reference in &metric.attributes {
        let (Some(attribute), Some(values)) = (
            registry.attribute(&reference.key),
            registry.values(reference),
        ) else {
            continue;
        };
        let _ = write!(
            text,
            "\n        LabelDefinition {{ key: {:?}, prometheus_key: {:?}, input: {:?}, required: {}, values: {} }},",
            reference.key,
            prometheus::label_name(&reference.key),
            attribute.input,
            reference.required,
            label_values(&values)
        );
    }
    text.push_str(if metric.attributes.is_empty() {
        "],\n"
    } else {
        "\n    ],\n"
    });
    let _ = write!(
        text,
        "    prometheus_name: {:?},\n    prometheus_suffixed_name: {:?},\n    interval: Interval::{interval},\n    origin: {:?},\n    switch: {:?},\n    recorder: {:?},\n}};\n",
        metric.prometheus_without_suffixes,
        metric.prometheus,
        metric.origin,
        metric.switch,
        metric.recorder
    );
}

fn label_values(values: &Values) -> String {
    match values {
        Values::Closed(ValueSet { name, .. }) => {
            format!("LabelValues::Closed(labels::{name}::VALUES)")
        }
        Values::Open(Bound::Limit(limit)) => format!("LabelValues::Bounded({limit})"),
        Values::Open(Bound::Live) => "LabelValues::Live".to_owned(),
    }
}

fn recorder_table(registry: &Registry, options: &Options) -> Output {
    let recorders = recorders(registry);
    let constants: BTreeMap<&str, String> = registry
        .metrics
        .iter()
        .map(|metric| {
            (
                metric.name.as_str(),
                format!(
                    "{}::{}",
                    module(family(&metric.location.file)),
                    constant(&metric.name)
                ),
            )
        })
        .collect();
    let closed = recorders
        .iter()
        .flat_map(|recorder| &recorder.inputs)
        .any(|(_, values)| matches!(values, Values::Closed(_)));
    let inputs = recorders.iter().any(|recorder| !recorder.inputs.is_empty());
    let mut text = format!(
        "//! Recorders: one call feeds every metric of a recorder that is switched on.\n{HEADER}\n"
    );
    if closed {
        text.push_str("use super::labels;\n");
    }
    let names = if inputs {
        "{LabelValues, RecorderDefinition, RecorderInput}"
    } else {
        "RecorderDefinition"
    };
    let _ = writeln!(text, "use {}::{names};", options.runtime);
    for recorder in &recorders {
        recorder_definition(&mut text, recorder, &constants);
    }
    text.push_str("\n/// Every recorder, by name.\npub static ALL: &[&RecorderDefinition] = &[");
    text.push_str(
        &recorders
            .iter()
            .map(|recorder| format!("&{}", constant(recorder.name)))
            .collect::<Vec<_>>()
            .join(", "),
    );
    text.push_str("];\n");
    Output {
        path: "rust/recorders.rs".to_owned(),
        text,
    }
}

fn recorder_definition(
    text: &mut String,
    recorder: &Recorder<'_>,
    constants: &BTreeMap<&str, String>,
) {
    let name = recorder.name;
    let _ = write!(
        text,
        "\n/// Metrics that one call of the recorder `{name}` feeds.\npub static {}: RecorderDefinition = RecorderDefinition {{\n    name: {name:?},\n    inputs: &[",
        constant(name)
    );
    for (input, values) in &recorder.inputs {
        let _ = write!(
            text,
            "\n        RecorderInput {{ name: {input:?}, values: {} }},",
            label_values(values)
        );
    }
    text.push_str(if recorder.inputs.is_empty() {
        "],\n    metrics: &["
    } else {
        "\n    ],\n    metrics: &["
    });
    for metric in &recorder.metrics {
        let _ = write!(
            text,
            "\n        &super::{},",
            constants.get(metric).map_or("", String::as_str)
        );
    }
    text.push_str("\n    ],\n};\n");
}

/// A float literal with `_` between groups of three digits, as Rust style wants long ones.
fn literal(number: f64) -> String {
    let plain = format!("{number:?}");
    let Some((whole, fraction)) = plain.split_once('.').filter(|_| !plain.contains('e')) else {
        return plain;
    };
    let mut text = String::new();
    for (index, digit) in whole.chars().enumerate() {
        let left = whole.len() - index;
        if left % 3 == 0 && text.ends_with(|c: char| c.is_ascii_digit()) {
            text.push('_');
        }
        text.push(digit);
    }
    text.push('.');
    for (index, digit) in fraction.chars().enumerate() {
        if index > 0 && index % 3 == 0 {
            text.push('_');
        }
        text.push(digit);
    }
    text
}

/// `CamelCase` of an id, as an enum variant.
pub(crate) fn variant(id: &str) -> String {
    let mut name = String::new();
    for word in id
        .split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|word| !word.is_empty())
    {
        let upper = word
            .chars()
            .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit());
        let (first, rest) = word.split_at(1);
        name.push_str(&first.to_ascii_uppercase());
        name.push_str(&if upper {
            rest.to_ascii_lowercase()
        } else {
            rest.to_owned()
        });
    }
    match name.as_str() {
        "" => "Empty".to_owned(),
        "Self" => "SelfValue".to_owned(),
        _ if name.starts_with(|c: char| c.is_ascii_digit()) => format!("V{name}"),
        _ => name,
    }
}

/// `UPPER_CASE` of a name, as a static.
pub(super) fn constant(name: &str) -> String {
    let name: String = name
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() {
                c.to_ascii_uppercase()
            } else {
                '_'
            }
        })
        .collect();
    if name == "ALL" || name.starts_with(|c: char| c.is_ascii_digit()) {
        format!("_{name}")
    } else {
        name
    }
}

/// A doc comment; a line break in the text stays one. `[` and `<` would be links and tags to rustdoc.
pub(super) fn doc(text: &str, indent: &str) -> String {
    let mut comment = String::new();
    for line in text.lines() {
        let line = line.replace('[', "\\[").replace('<', "\\<");
        let _ = writeln!(comment, "{indent}/// {}", line.trim_end());
    }
    comment
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_read_back_as_the_number() {
        let cases = [
            (0.1, "0.1"),
            (300.0, "300.0"),
            (67_108_864.0, "67_108_864.0"),
            (-1024.5, "-1_024.5"),
            (-100.0, "-100.0"),
            (0.000_123_4, "0.000_123_4"),
            (1e22, "1e22"),
        ];
        for (number, text) in cases {
            assert_eq!(literal(number), text);
            assert_eq!(text.replace('_', "").parse(), Ok(number));
        }
    }

    #[test]
    fn variants_are_identifiers() {
        let cases = [
            ("claude_code", "ClaudeCode"),
            ("RECORD_AND_SAMPLE", "RecordAndSample"),
            ("_OTHER", "Other"),
            ("self", "SelfValue"),
            ("2xx", "V2xx"),
            ("-", "Empty"),
        ];
        for (id, expected) in cases {
            assert_eq!(variant(id), expected);
        }
    }
}
