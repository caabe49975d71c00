//! The four kinds of entries, in Weaver's `definition/2` words, with our annotations.

#![allow(clippy::similar_names)] // `node` is YAML's word, `note` Weaver's

use super::fields::{self, Fields, Problems};
use crate::error::{Problem, Rule};
use crate::model::{
    Attribute, AttributeRef, Bound, Event, Instrument, Member, Metric, Span, ValueSet, ValueType,
};
use crate::yaml::{Data, Node};

/// Takes `annotations: bellwether:` out; other tools' annotations are theirs.
fn annotations(fields: &mut Fields, problems: &mut Problems) -> Option<Fields> {
    let mut all = fields.map("annotations", problems)?;
    let mut extras = all.map("bellwether", problems)?;
    extras.what.clone_from(&fields.what);
    Some(extras)
}

fn named(node: Node, kind: &str, key: &str, problems: &mut Problems) -> Option<(Fields, String)> {
    let mut fields = Fields::new(node, kind, problems)?;
    let name = fields.required(key, problems)?;
    fields.what = format!("{kind} `{name}`");
    Some((fields, name))
}

fn stability(fields: &mut Fields, problems: &mut Problems) -> Option<String> {
    let words = [
        "stable",
        "development",
        "alpha",
        "beta",
        "release_candidate",
    ]
    .map(|word| (word, word));
    fields
        .choice("stability", &words, problems)
        .map(str::to_owned)
}

pub(super) fn attribute(node: Node, problems: &mut Problems) -> Option<Attribute> {
    let (mut fields, key) = named(node, "attribute", "key", problems)?;
    let (kind, members) = match fields.take("type") {
        None => {
            fields.problem(problems, "has no `type`");
            return None;
        }
        Some(node) => attribute_type(node, &fields.what, problems)?,
    };
    let brief = fields.text("brief", problems).unwrap_or_default();
    let note = fields.text("note", problems).unwrap_or_default();
    let stability = stability(&mut fields, problems)?;
    fields.take("examples");
    fields.take("deprecated");
    let mut attribute = Attribute {
        input: key.replace(['.', '-'], "_"),
        key,
        kind,
        brief,
        note,
        stability,
        members,
        enum_name: None,
        sets: Vec::new(),
        bound: None,
        location: fields.location.clone(),
    };
    if let Some(mut extras) = annotations(&mut fields, problems) {
        attribute.enum_name = extras.text("enum", problems);
        if let Some(input) = extras.text("input", problems) {
            attribute.input = input;
        }
        attribute.bound = extras.take("bound").and_then(|node| bound(node, problems));
        if let Some(mut sets) = extras.map("sets", problems) {
            for entry in sets.drain() {
                let values = fields::list(entry.value, &entry.key, problems);
                let members = values
                    .into_iter()
                    .filter_map(|node| fields::scalar(node, &entry.key, problems))
                    .collect();
                attribute.sets.push(ValueSet {
                    name: entry.key,
                    members,
                    location: entry.location,
                });
            }
        }
        extras.finish(problems);
    }
    fields.finish(problems);
    Some(attribute)
}

fn attribute_type(
    node: Node,
    what: &str,
    problems: &mut Problems,
) -> Option<(String, Vec<Member>)> {
    const KINDS: [&str; 9] = [
        "string",
        "int",
        "double",
        "boolean",
        "string[]",
        "int[]",
        "double[]",
        "boolean[]",
        "any",
    ];
    if let Data::Scalar { text, .. } = &node.data {
        if !KINDS.contains(&text.as_str()) {
            let message = format!(
                "`type` is `{text}`; expected one of: {}, or `members`",
                KINDS.join(", ")
            );
            problems.push(Problem::new(node.location, Rule::Shape, message));
            return None;
        }
        return Some((text.clone(), Vec::new()));
    }
    let mut fields = Fields::new(node, &format!("`type` of {what}"), problems)?;
    let mut members = Vec::new();
    for node in fields.list("members", problems) {
        let Some((mut fields, id)) = named(node, "member", "id", problems) else {
            continue;
        };
        let value = fields.required("value", problems);
        let brief = fields.text("brief", problems).unwrap_or_default();
        let stability = stability(&mut fields, problems);
        for key in ["note", "annotations", "deprecated"] {
            fields.take(key);
        }
        if let (Some(value), Some(_)) = (value, stability) {
            members.push(Member {
                id,
                value,
                brief,
                location: fields.location.clone(),
            });
        }
        fields.finish(problems);
    }
    if members.is_empty() {
        fields.problem(problems, "has no members");
    }
    fields.finish(problems);
    Some(("string".to_owned(), members))
}

fn bound(node: Node, problems: &mut Problems) -> Option<Bound> {
    let parsed = match &node.data {
        Data::Scalar { text, plain: true } if text == "live" => Some(Bound::Live),
        Data::Scalar { text, plain: true } => text
            .parse()
            .ok()
            .filter(|limit| *limit > 0)
            .map(Bound::Limit),
        _ => None,
    };
    if parsed.is_none() {
        let message = "`bound` must be a whole number above 0, or `live`";
        problems.push(Problem::new(node.location, Rule::Shape, message));
    }
    parsed
}

fn references(fields: &mut Fields, problems: &mut Problems) -> Vec<AttributeRef> {
    let mut references = Vec::new();
    for node in fields.list("attributes", problems) {
        let Some((mut fields, key)) = named(node, "reference", "ref", problems) else {
            continue;
        };
        let required = match fields.take("requirement_level") {
            // `conditionally_required` is a mapping with the condition.
            None
            | Some(Node {
                data: Data::Map(_), ..
            }) => false,
            Some(node) => fields::scalar(node, "requirement_level", problems)
                .is_some_and(|level| level == "required"),
        };
        for key in [
            "brief",
            "note",
            "examples",
            "stability",
            "deprecated",
            "sampling_relevant",
        ] {
            fields.take(key);
        }
        let mut set = None;
        if let Some(mut extras) = annotations(&mut fields, problems) {
            set = extras.text("set", problems);
            extras.finish(problems);
        }
        references.push(AttributeRef {
            key,
            required,
            set,
            location: fields.location.clone(),
        });
        fields.finish(problems);
    }
    references
}

pub(super) fn metric(node: Node, problems: &mut Problems) -> Option<Metric> {
    let (mut fields, name) = named(node, "metric", "name", problems)?;
    let words = [
        Instrument::Counter,
        Instrument::UpDownCounter,
        Instrument::Gauge,
        Instrument::Histogram,
    ];
    let instrument = fields.choice(
        "instrument",
        &words.map(|word| (word.as_str(), word)),
        problems,
    );
    let unit = fields.text("unit", problems).unwrap_or_default();
    let brief = fields.text("brief", problems).unwrap_or_default();
    let note = fields.text("note", problems).unwrap_or_default();
    let stability = stability(&mut fields, problems);
    let attributes = references(&mut fields, problems);
    fields.take("deprecated");
    fields.take("entity_associations");
    let Some(mut extras) = annotations(&mut fields, problems) else {
        fields.problem(problems, "has no `annotations: bellwether:`");
        return None;
    };
    let intervals = [("5", 5), ("30", 30), ("300", 300)];
    let interval = extras.choice("interval", &intervals, problems);
    let origin = extras.required("origin", problems);
    let prometheus = extras.required("prometheus", problems);
    let without = extras.text("prometheus_without_suffixes", problems);
    let recorder = extras.text("recorder", problems);
    let switch = extras.text("switch", problems);
    let observable = extras.flag("observable", problems);
    let mut buckets = Vec::new();
    for node in extras.list("buckets", problems) {
        buckets.extend(fields::number(&node, "buckets", problems));
    }
    let value = match instrument {
        Some(Instrument::Counter | Instrument::UpDownCounter) => ValueType::Int,
        _ => ValueType::Double,
    };
    let value = if extras.has("value") {
        let words = [ValueType::Int, ValueType::Double].map(|word| (word.as_str(), word));
        extras.choice("value", &words, problems)
    } else {
        Some(value)
    };
    let alerts = extras
        .list("alerts", problems)
        .into_iter()
        .filter_map(|node| crate::alert::read_alert(node, Some(&name), problems))
        .collect();
    extras.finish(problems);
    let location = fields.location.clone();
    fields.finish(problems);
    let instrument = instrument?;
    let prometheus = prometheus?;
    Some(Metric {
        prometheus_without_suffixes: without.unwrap_or_else(|| prometheus.clone()),
        prometheus,
        instrument,
        unit,
        brief,
        note,
        stability: stability?,
        attributes,
        origin: origin?,
        interval: interval?,
        recorder,
        switch,
        value: value?,
        observable,
        buckets,
        alerts,
        location,
        name,
    })
}

pub(super) fn span(node: Node, problems: &mut Problems) -> Option<Span> {
    let (mut fields, name) = named(node, "span", "type", problems)?;
    let kinds = ["client", "server", "producer", "consumer", "internal"].map(|word| (word, word));
    let kind = fields.choice("kind", &kinds, problems);
    let name_format = match fields.map("name", problems) {
        None => {
            fields.problem(problems, "has no `name`");
            None
        }
        Some(mut format) => {
            let note = format.required("note", problems);
            format.finish(problems);
            note
        }
    };
    let signal = signal(&mut fields, problems);
    let location = fields.location.clone();
    fields.finish(problems);
    let (brief, stability, attributes, origin, switch) = signal?;
    let (kind, name_format) = (kind?.to_owned(), name_format?);
    Some(Span {
        name,
        kind,
        name_format,
        brief,
        stability,
        attributes,
        origin,
        switch,
        location,
    })
}

pub(super) fn event(node: Node, problems: &mut Problems) -> Option<Event> {
    let (mut fields, name) = named(node, "event", "name", problems)?;
    let signal = signal(&mut fields, problems);
    let location = fields.location.clone();
    fields.finish(problems);
    let (brief, stability, attributes, origin, switch) = signal?;
    Some(Event {
        name,
        brief,
        stability,
        attributes,
        origin,
        switch,
        location,
    })
}

type Signal = (String, String, Vec<AttributeRef>, String, Option<String>);

/// What spans and events have in common.
fn signal(fields: &mut Fields, problems: &mut Problems) -> Option<Signal> {
    let brief = fields.text("brief", problems).unwrap_or_default();
    let stability = stability(fields, problems);
    let attributes = references(fields, problems);
    for key in ["note", "deprecated", "entity_associations"] {
        fields.take(key);
    }
    let Some(mut extras) = annotations(fields, problems) else {
        fields.problem(problems, "has no `annotations: bellwether:`");
        return None;
    };
    let origin = extras.required("origin", problems);
    let switch = extras.text("switch", problems);
    extras.finish(problems);
    Some((brief, stability?, attributes, origin?, switch))
}
