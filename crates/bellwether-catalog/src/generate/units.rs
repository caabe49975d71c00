//! Rust: a guard a unit of work, for recorders whose metrics leave no doubt about what a unit is.
//!
//! A recorder `upload` counts units in `{upload}`. Its up-down counter in that unit is one more from start to end, its
//! one counter in that unit counts at the end, and its one histogram in `s` tells the time between. One closed label
//! with the member `abandoned` says how it ended; no other label may tell of an end. Other counters, gauges and histograms get a method each. Where anything
//! fits no such role, [`plan`] gives nothing and the families stay as they are.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::recorder_metrics::{Family, families};
use super::rust::{HEADER, doc, snake, variant};
use super::{Options, Output, Recorder, recorders};
use crate::model::{Instrument, Registry, ValueType, Values};

/// Most inputs of `start`: with `self` one less than clippy calls too many.
const MOST_INPUTS: usize = 6;

/// Value of the label that says how a unit ended, where nobody said.
const ABANDONED: &str = "abandoned";

/// Words in the names of labels that tell of an end, and so are not known at a start.
const OUTCOMES: [&str; 6] = ["status", "outcome", "result", "error", "reason", "code"];

/// File of the guards, if any recorder has one.
pub(super) fn render(registry: &Registry, options: &Options) -> Option<Output> {
    if !options.units {
        return None;
    }
    let recorders = recorders(registry);
    let mut names = BTreeSet::new();
    let mut body = String::new();
    let (mut open, mut labelled) = (false, false);
    for recorder in &recorders {
        let Some(plan) = plan(registry, recorder) else {
            continue;
        };
        if !names.insert(plan.name.clone()) {
            continue;
        }
        open |= plan.inputs.iter().any(|input| input.open);
        labelled |= !plan.inputs.is_empty() || plan.status.is_some();
        guard(&mut body, &plan);
    }
    if body.is_empty() {
        return None;
    }
    let mut text = format!(
        "//! Units of work, a guard a recorder: from its start to its end.\n{HEADER}#![allow(clippy::struct_field_names, reason = \"fields are named after labels\")]\n\nuse std::sync::Arc;\n"
    );
    if body.contains("Instant") {
        text.push_str("use std::time::Instant;\n");
    }
    text.push('\n');
    if labelled {
        text.push_str("use super::labels;\n");
    }
    text.push_str("use super::recorder_metrics;\n");
    if open {
        let _ = writeln!(text, "use {}::IntoLabel;", options.runtime);
    }
    text.push_str(&body);
    Some(Output {
        path: "rust/units.rs".to_owned(),
        text,
    })
}

/// A label that the guard keeps.
struct Input {
    name: String,
    /// `labels::Tier`.
    kind: String,
    /// Whether strings are taken too.
    open: bool,
}

/// What a guard does.
struct Plan<'a> {
    /// Type of the guard.
    name: String,
    recorder: &'a str,
    inputs: Vec<Input>,
    /// The label given at the end, and its variant for `abandoned`.
    status: Option<(Input, String)>,
    active: Vec<Expression<'a>>,
    counted: Option<Expression<'a>>,
    timed: Option<Expression<'a>>,
    told: Vec<Expression<'a>>,
}

/// A family and its labels, as fields of the guard.
struct Expression<'a> {
    family: Family<'a>,
    /// Fields of the guard.
    labels: Vec<String>,
}

impl Expression<'_> {
    /// `(self.tier, self.region)`, for the guard that `of` names.
    fn labels(&self, of: &str) -> String {
        let fields: Vec<String> = self
            .labels
            .iter()
            .map(|field| format!("{of}.{field}"))
            .collect();
        match fields.as_slice() {
            [only] => only.clone(),
            fields => format!("({})", fields.join(", ")),
        }
    }

    /// Adds to its series.
    fn add(&self, of: &str, by: &str) -> String {
        let metric = self.family.metric;
        let fraction = if metric.value == ValueType::Double {
            ".0"
        } else {
            ""
        };
        let (field, labels) = (snake(&metric.name), self.labels(of));
        format!("{of}.families.{field}.add({by}{fraction}, {labels});")
    }
}

/// The guard of a recorder, where every one of its metrics has a clear part in it.
fn plan<'a>(registry: &'a Registry, recorder: &Recorder<'a>) -> Option<Plan<'a>> {
    let mut plan = Plan {
        name: variant(recorder.name),
        recorder: recorder.name,
        inputs: Vec::new(),
        status: None,
        active: Vec::new(),
        counted: None,
        timed: None,
        told: Vec::new(),
    };
    if ["Arc", "Instant", "IntoLabel", "Drop"].contains(&plan.name.as_str()) {
        return None;
    }
    plan.labels(registry, recorder)?;
    let unit = format!("{{{}}}", recorder.name);
    for family in families(registry, recorder) {
        let metric = family.metric;
        let inputs = metric.attributes.iter();
        let inputs = inputs.filter_map(|reference| registry.attribute(&reference.key));
        let labels = inputs.map(|attribute| snake(&attribute.input)).collect();
        let ends = plan.is_told_at_end(registry, &family);
        let counts = metric.unit == unit;
        let expression = Expression { family, labels };
        match metric.instrument {
            Instrument::UpDownCounter if counts && !ends => plan.active.push(expression),
            Instrument::UpDownCounter => return None,
            Instrument::Counter if counts => {
                // Of two, one counts successes and the other failures, say.
                if plan.counted.replace(expression).is_some() {
                    return None;
                }
            }
            Instrument::Histogram if metric.unit == "s" => {
                let is_whole = metric.value == ValueType::Int;
                if plan.timed.replace(expression).is_some() || is_whole {
                    return None;
                }
            }
            _ if ends => return None,
            _ if ["start", "finish"].contains(&snake(&metric.name).as_str()) => return None,
            _ => plan.told.push(expression),
        }
    }
    let lasts = !plan.active.is_empty() || plan.timed.is_some();
    lasts.then_some(plan)
}

impl Plan<'_> {
    /// Finds inputs and status; nothing where an input has two types, may be missing, or is a live id.
    fn labels(&mut self, registry: &Registry, recorder: &Recorder<'_>) -> Option<()> {
        for family in families(registry, recorder) {
            if family.metric.observable || !family.live.is_empty() {
                return None;
            }
            for (reference, kind) in family.metric.attributes.iter().zip(&family.labels) {
                let attribute = registry.attribute(&reference.key)?;
                let values = registry.values(reference)?;
                if !reference.required {
                    return None;
                }
                let input = Input {
                    name: snake(&attribute.input),
                    kind: kind.clone(),
                    open: matches!(values, Values::Open(_)),
                };
                if ["families", "started"].contains(&input.name.as_str()) {
                    return None;
                }
                let mut known = self
                    .inputs
                    .iter()
                    .chain(self.status.iter().map(|(status, _)| status));
                if let Some(known) = known.find(|known| known.name == input.name) {
                    if known.kind == input.kind {
                        continue;
                    }
                    return None;
                }
                let abandoned = match &values {
                    Values::Closed(set) if set.members.iter().any(|value| value == ABANDONED) => {
                        let mut members = attribute.members.iter();
                        members.find(|member| member.value == ABANDONED)
                    }
                    _ => None,
                };
                match abandoned {
                    Some(_) if self.status.is_some() => return None,
                    Some(member) => self.status = Some((input, variant(&member.id))),
                    None if input.name.split('_').any(|word| OUTCOMES.contains(&word)) => {
                        return None;
                    }
                    None => self.inputs.push(input),
                }
            }
        }
        (self.inputs.len() <= MOST_INPUTS).then_some(())
    }

    fn is_told_at_end(&self, registry: &Registry, family: &Family<'_>) -> bool {
        let Some((status, _)) = &self.status else {
            return false;
        };
        let mut references = family.metric.attributes.iter();
        references.any(|reference| {
            let attribute = registry.attribute(&reference.key);
            attribute.is_some_and(|attribute| snake(&attribute.input) == status.name)
        })
    }
}

fn guard(text: &mut String, plan: &Plan<'_>) {
    start(text, plan);
    structure(text, plan);
    methods(text, plan);
    end(text, plan);
}

fn start(text: &mut String, plan: &Plan<'_>) {
    let name = &plan.name;
    let arguments: Vec<String> = plan
        .inputs
        .iter()
        .map(|input| {
            let Input { name, kind, .. } = input;
            if input.open {
                format!(", {name}: impl IntoLabel<{kind}>")
            } else {
                format!(", {name}: {kind}")
            }
        })
        .collect();
    let unless_ended = if plan.status.is_some() {
        " Dropped before it is finished it is `abandoned`."
    } else {
        " It ends when it is dropped."
    };
    let _ = write!(
        text,
        "\nimpl recorder_metrics::{name}Metrics {{\n    /// Starts a unit of work of the recorder `{}`.{unless_ended}\n    #[must_use = \"what is dropped at once has ended\"]\n    pub fn start(self: &Arc<Self>{}) -> {name} {{\n        {}{name} {{\n            families: Arc::clone(self),\n",
        plan.recorder,
        arguments.concat(),
        if plan.active.is_empty() {
            ""
        } else {
            "let unit = "
        }
    );
    if plan.timed.is_some() {
        text.push_str("            started: Instant::now(),\n");
    }
    for input in &plan.inputs {
        let value = if input.open {
            format!("{}: {}.into_label()", input.name, input.name)
        } else {
            input.name.clone()
        };
        let _ = writeln!(text, "            {value},");
    }
    if let Some((status, abandoned)) = &plan.status {
        let _ = writeln!(
            text,
            "            {}: {}::{abandoned},",
            status.name, status.kind
        );
    }
    if plan.active.is_empty() {
        text.push_str("        }\n    }\n}\n");
        return;
    }
    text.push_str("        };\n");
    for active in &plan.active {
        let _ = writeln!(text, "        {}", active.add("unit", "1"));
    }
    text.push_str("        unit\n    }\n}\n");
}

fn structure(text: &mut String, plan: &Plan<'_>) {
    let name = &plan.name;
    let _ = write!(
        text,
        "\n/// A unit of work of the recorder `{}`, from `start` to its drop.\n#[derive(Debug)]\npub struct {name} {{\n    families: Arc<recorder_metrics::{name}Metrics>,\n",
        plan.recorder
    );
    if plan.timed.is_some() {
        text.push_str("    started: Instant,\n");
    }
    let status = plan.status.iter().map(|(status, _)| status);
    for input in plan.inputs.iter().chain(status) {
        let _ = writeln!(text, "    {}: {},", input.name, input.kind);
    }
    text.push_str("}\n");
}

fn methods(text: &mut String, plan: &Plan<'_>) {
    let mut body = String::new();
    for told in &plan.told {
        let metric = told.family.metric;
        let call = match metric.instrument {
            Instrument::Counter | Instrument::UpDownCounter => "add",
            Instrument::Gauge => "set",
            Instrument::Histogram => "record",
        };
        let field = snake(&metric.name);
        let _ = write!(
            body,
            "{}    ///\n    /// `{}`, {} in `{}`.\n    pub fn {field}(&self, value: {}) {{\n        self.families.{field}.{call}(value, {});\n    }}\n",
            doc(&metric.brief, "    "),
            metric.name,
            metric.instrument.as_str(),
            metric.unit,
            told.family.number,
            told.labels("self")
        );
    }
    if let Some((status, _)) = &plan.status {
        let Input { name, kind, .. } = status;
        let _ = write!(
            body,
            "    /// Ends it so.\n    pub fn finish(mut self, {name}: {kind}) {{\n        self.{name} = {name};\n    }}\n"
        );
    }
    if !body.is_empty() {
        let _ = write!(text, "\nimpl {} {{\n{body}}}\n", plan.name);
    }
}

fn end(text: &mut String, plan: &Plan<'_>) {
    let _ = write!(
        text,
        "\nimpl Drop for {} {{\n    fn drop(&mut self) {{\n",
        plan.name
    );
    for active in &plan.active {
        let _ = writeln!(text, "        {}", active.add("self", "-1"));
    }
    if let Some(counted) = &plan.counted {
        let _ = writeln!(text, "        {}", counted.add("self", "1"));
    }
    if let Some(timed) = &plan.timed {
        let _ = writeln!(
            text,
            "        self.families.{}.record(self.started.elapsed().as_secs_f64(), {});",
            snake(&timed.family.metric.name),
            timed.labels("self")
        );
    }
    text.push_str("    }\n}\n");
}
