//! Each rule has a registry that breaks it, with the message a person reads.

use std::collections::BTreeSet;

use bellwether_catalog::{Error, Rule, load_sources};

/// Attributes that most fixtures refer to.
const LABELS: &str = "\
file_format: definition/2
attributes:
  - key: tier
    type: {members: [{id: a, value: a, stability: stable}, {id: b, value: b, stability: stable}]}
    brief: Tier.
    stability: stable
    annotations: {bellwether: {enum: Tier}}
  - {key: model, type: string, brief: Model., stability: stable, annotations: {bellwether: {bound: 8}}}
  - {key: note, type: string, brief: Anything., stability: stable}
";

fn problems(text: &str) -> Vec<(Rule, String)> {
    let text = format!("file_format: definition/2\n{text}");
    match load_sources(&[("labels.yaml", LABELS), ("team.yaml", &text)]) {
        Ok(_) => Vec::new(),
        Err(Error::Invalid(problems)) => problems
            .iter()
            .map(|problem| (problem.rule, problem.to_string()))
            .collect(),
        Err(error) => panic!("{error}"),
    }
}

/// A metric on line 3, from its instrument, unit, references and annotations.
fn metric(name: &str, instrument: &str, unit: &str, labels: &str, ours: &str) -> String {
    format!(
        "metrics:\n  - {{name: {name}, instrument: {instrument}, unit: '{unit}', brief: X., stability: stable, \
         attributes: [{labels}], annotations: {{bellwether: {{prometheus: {name}, origin: team, interval: 5{ours}}}}}}}\n"
    )
}

fn attribute(key: &str, ours: &str) -> String {
    format!(
        "attributes:\n  - {{key: {key}, type: string, brief: X., stability: stable, annotations: {{bellwether: {{{ours}}}}}}}\n"
    )
}

fn counter(labels: &str) -> String {
    metric("x_total", "counter", "{x}", labels, "")
}

fn alert(instrument: &str, name: &str, measure: &str, more: &str) -> String {
    let alert = format!(
        ", alerts: [{{name: A, title: A, measure: {measure}, condition: gt, threshold: 3, window: 60, for: 60, \
         severity: info, summary: S{more}}}]"
    );
    metric(name, instrument, "{x}", "", &alert)
}

/// Registry text, rule, message.
#[allow(clippy::too_many_lines)] // one table
fn fixtures() -> Vec<(String, Rule, &'static str)> {
    let many: Vec<String> = (0..45)
        .map(|i| format!("{{id: v{i}, value: v{i}, stability: stable}}"))
        .collect();
    let many = many.join(", ");
    let many = |key: &str, name: &str| {
        format!(
            "  - {{key: {key}, type: {{members: [{many}]}}, brief: X., stability: stable, annotations: {{bellwether: {{enum: {name}}}}}}}\n"
        )
    };
    vec![
        ("a: 1\na: 2\n".into(), Rule::Yaml, "team.yaml:3: yaml: key `a` is repeated"),
        ("metrics: [\n".into(), Rule::Yaml, "team.yaml:3: yaml: "),
        ("metrics: &m []\n".into(), Rule::Yaml, "team.yaml:2: yaml: anchors, aliases and tags are not used in a registry"),
        ("metrix: []\n".into(), Rule::Shape, "team.yaml:2: shape: the file has an unknown field `metrix`"),
        ("metrics: {}\n".into(), Rule::Shape, "team.yaml:2: shape: `metrics` must be a list"),
        (
            "metrics:\n  - {instrument: gauge}\n".into(),
            Rule::Shape,
            "team.yaml:3: shape: metric has no `name`",
        ),
        (
            metric("x_total", "meter", "{x}", "", ""),
            Rule::Shape,
            "team.yaml:3: shape: `instrument` is `meter`; expected one of: counter, updowncounter, gauge, histogram",
        ),
        (
            metric("x_total", "counter", "{x}", "", "").replace("interval: 5", "interval: 7"),
            Rule::Shape,
            "team.yaml:3: shape: `interval` is `7`; expected one of: 5, 30, 300",
        ),
        (
            metric("x_total", "counter", "{x}", "", ", colour: red"),
            Rule::Shape,
            "team.yaml:3: shape: metric `x_total` has an unknown field `colour`",
        ),
        (attribute("y", "bound: 0"), Rule::Shape, "team.yaml:3: shape: `bound` must be a whole number above 0, or `live`"),
        (
            format!("{}{}", counter(""), counter("").replace("metrics:\n", "")),
            Rule::UniqueName,
            "team.yaml:4: unique-name: metric `x_total` is already defined at team.yaml:3",
        ),
        (attribute("tier", "bound: 3"), Rule::UniqueName, "team.yaml:3: unique-name: attribute `tier` is already defined at labels.yaml:3"),
        (
            attribute("y", "bound: 3, sets: {Tier: []}"),
            Rule::UniqueName,
            "team.yaml:3: unique-name: enum `Tier` is already defined at labels.yaml:3",
        ),
        (
            metric("9x_total", "counter", "{x}", "", ""),
            Rule::NameFormat,
            "team.yaml:3: name-format: metric `9x_total` must start with a letter and hold letters, digits, `_`, `.`, `-` or `/`",
        ),
        (
            metric("x_total", "counter", "{x}", "", ", recorder: tool-call"),
            Rule::NameFormat,
            "team.yaml:3: name-format: recorder `tool-call` must be in lower case, such as `tool_call`",
        ),
        (
            format!("{}{}", counter(""), counter("").replace("metrics:\n", "").replace("x_total", "X_total")),
            Rule::UniqueName,
            "team.yaml:4: unique-name: metric `X_total` is already defined at team.yaml:3",
        ),
        (
            attribute("y", "bound: 3, sets: {job_status: []}"),
            Rule::NameFormat,
            "team.yaml:3: name-format: enum `job_status` must be a Rust type name such as `JobStatus`",
        ),
        (metric("x_total", "counter", "", "", ""), Rule::UnitPresent, "team.yaml:3: unit-present: metric `x_total` has no `unit`"),
        (
            counter("").replace("brief: X.", "brief: ''"),
            Rule::DescriptionPresent,
            "team.yaml:3: description-present: metric `x_total` has no `brief`",
        ),
        (
            metric("x_seconds", "histogram", "s", "", ""),
            Rule::Buckets,
            "team.yaml:3: buckets: histogram `x_seconds` has no `buckets`",
        ),
        (
            metric("x_seconds", "histogram", "s", "", ", buckets: [1, 3, 2]"),
            Rule::Buckets,
            "team.yaml:3: buckets: `buckets` of `x_seconds` must ascend: 3 is followed by 2",
        ),
        (
            metric("x_seconds", "histogram", "s", "", ", buckets: [1, inf]"),
            Rule::Buckets,
            "team.yaml:3: buckets: `buckets` of `x_seconds` must be finite",
        ),
        (
            metric("x_total", "counter", "{x}", "", ", buckets: [1]"),
            Rule::Buckets,
            "team.yaml:3: buckets: counter `x_total` has `buckets`; only histograms have them",
        ),
        (
            counter("{ref: nothing}"),
            Rule::LabelDefined,
            "team.yaml:3: label-defined: metric `x_total` refers to `nothing`, which is not defined",
        ),
        (
            counter("{ref: tier}, {ref: tier}"),
            Rule::LabelDefined,
            "team.yaml:3: label-defined: metric `x_total` refers to `tier` twice",
        ),
        (
            counter("{ref: note}"),
            Rule::LabelBound,
            "team.yaml:3: label-bound: metric `x_total` has the label `note`, which is neither closed (`enum` or a `set`) nor open with a `bound`",
        ),
        (
            attribute("y", "enum: Y").replace("type: string", "type: {members: [{id: a, value: a, stability: stable}, {id: b, value: a, stability: stable}]}"),
            Rule::LabelMembers,
            "team.yaml:3: label-members: attribute `y` has the value `a` twice",
        ),
        (
            attribute("y", "enum: Y").replace("type: string", "type: {members: [{id: a_b, value: a, stability: stable}, {id: a-b, value: b, stability: stable}]}"),
            Rule::LabelMembers,
            "team.yaml:3: label-members: attribute `y` has two members that Rust would call `AB`",
        ),
        (
            attribute("y", "bound: 2, sets: {Y: [z]}"),
            Rule::LabelMembers,
            "team.yaml:3: label-members: set `Y` has `z`, which is no member of `y`",
        ),
        (
            counter("{ref: tier, annotations: {bellwether: {set: Other}}}"),
            Rule::LabelMembers,
            "team.yaml:3: label-members: metric `x_total` picks the set `Other`, which `tier` does not have",
        ),
        (
            format!("{}{}", attribute("user_id", "bound: 10"), counter("{ref: user_id}")),
            Rule::IdLabel,
            "team.yaml:5: id-label: metric `x_total` has the label `user_id`: ids of a user belong on spans, log fields and exemplars",
        ),
        (
            format!("{}{}", attribute("job.id", "bound: live"), counter("{ref: job.id}")),
            Rule::IdLabel,
            "team.yaml:5: id-label: metric `x_total` has the label `job.id`: ids of a job belong on spans, log fields and exemplars",
        ),
        (
            format!("{}{}", attribute("traceId", "bound: 10"), counter("{ref: traceId}")),
            Rule::IdLabel,
            "team.yaml:5: id-label: metric `x_total` has the label `traceId`: ids of a trace belong on spans, log fields and exemplars",
        ),
        (
            format!("{}{}", attribute("worker_id", "bound: 10"), counter("{ref: worker_id}")),
            Rule::LiveBound,
            "team.yaml:5: live-bound: metric `x_total` has the label `worker_id`, whose attribute must have `bound: live`",
        ),
        (
            format!(
                "attributes:\n{}{}{}",
                many("y", "Y"),
                many("z", "Z"),
                counter("{ref: y, requirement_level: required}, {ref: z, requirement_level: required}")
            ),
            Rule::SeriesLimit,
            "team.yaml:6: series-limit: metric `x_total` makes 2025 series of closed labels (y 45 × z 45); the limit is 2000",
        ),
        (
            metric("x_load", "gauge", "1", "", ""),
            Rule::PrometheusName,
            "team.yaml:3: prometheus-name: metric `x_load` (gauge, unit `1`) becomes `x_load_ratio` in Prometheus; `prometheus` says `x_load`",
        ),
        (
            metric("x.load", "gauge", "{x}", "", ", prometheus_without_suffixes: x.load").replace("prometheus: x.load", "prometheus: x_load"),
            Rule::PrometheusName,
            "team.yaml:3: prometheus-name: metric `x.load` (gauge, unit `{x}`) becomes `x_load` in Prometheus; `prometheus_without_suffixes` says `x.load`",
        ),
        (
            format!("{}{}", metric("x_y", "gauge", "{x}", "", ""), metric("x.y", "gauge", "{x}", "", "").replace("metrics:\n", "").replace("prometheus: x.y", "prometheus: x_y")),
            Rule::PrometheusUnique,
            "team.yaml:4: prometheus-unique: metric `x.y` becomes `x_y` in Prometheus, like `x_y`",
        ),
        (
            format!("attributes:\n{}{}", ["a.b", "a_b"].map(|key| attribute(key, "bound: 2").replace("attributes:\n", "")).concat(), counter("{ref: a.b}, {ref: a_b}")),
            Rule::PrometheusUnique,
            "team.yaml:6: prometheus-unique: metric `x_total`: labels `a.b` and `a_b` both become `a_b` in Prometheus",
        ),
        (
            format!(
                "{}{}{}",
                attribute("other_model", "bound: 9, input: model"),
                metric("x_total", "counter", "{x}", "{ref: model}", ", recorder: r"),
                metric("y_total", "counter", "{x}", "{ref: other_model}", ", recorder: r").replace("metrics:\n", "")
            ),
            Rule::RecorderOverlap,
            "team.yaml:6: recorder-overlap: recorder `r` takes `model` as open to 8 for `x_total` and as open to 9 for `y_total`",
        ),
        (
            alert("counter", "x_total", "value", ""),
            Rule::Alert,
            "team.yaml:3: alert: alert `A` takes the value of a counter; take a rate or a quantile",
        ),
        (
            alert("gauge", "x", "fraction", ", of: nothing"),
            Rule::Alert,
            "team.yaml:3: alert: alert `A` compares with `nothing`, which is not defined",
        ),
        (
            alert("histogram", "x", "quantile", ", quantile: 0.9").replace("interval: 5", "interval: 5, buckets: [1, 2]"),
            Rule::Alert,
            "team.yaml:3: alert: alert `A` has the threshold 3, which is no bucket of `x`",
        ),
    ]
}

#[test]
fn each_rule_says_where_and_what() {
    for (text, rule, message) in fixtures() {
        let found = problems(&text);
        let (_, printed) = found
            .iter()
            .find(|(found, _)| *found == rule)
            .unwrap_or_else(|| panic!("{rule} not in {found:?}\n{text}"));
        if message.ends_with(": ") {
            assert!(printed.starts_with(message), "{printed}");
        } else {
            assert!(
                found.iter().any(|(_, printed)| printed == message),
                "{found:#?}\nexpected {message}"
            );
        }
    }
}

#[test]
fn every_rule_has_a_fixture() {
    let covered: BTreeSet<Rule> = fixtures().into_iter().map(|(_, rule, _)| rule).collect();
    let all: BTreeSet<Rule> = Rule::ALL.iter().copied().collect();
    assert_eq!(covered, all);
}

#[test]
fn a_sound_registry_has_no_problem() {
    let text = format!(
        "{}{}",
        attribute("worker_id", "bound: live"),
        counter("{ref: tier}, {ref: model}, {ref: worker_id}")
    );
    assert_eq!(problems(&text), []);
}

#[test]
fn all_problems_are_reported_together_in_order() {
    let text = counter("{ref: note}, {ref: nothing}").replace("brief: X.", "brief: ''");
    let rules: Vec<Rule> = problems(&text).into_iter().map(|(rule, _)| rule).collect();
    assert_eq!(
        rules,
        [
            Rule::DescriptionPresent,
            Rule::LabelDefined,
            Rule::LabelBound
        ]
    );
}
