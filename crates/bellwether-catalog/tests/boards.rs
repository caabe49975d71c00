//! Boards: every committed one keeps every rule, and each rule refuses a board that breaks it.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use bellwether_catalog::boards::Boards;
use bellwether_catalog::{Monitoring, Registry, load};

fn directory(name: &str) -> String {
    format!("{}/{name}", env!("CARGO_MANIFEST_DIR"))
}

fn catalog() -> (Registry, Registry, Monitoring) {
    let registry = load(directory("registry")).unwrap();
    let outside = load(directory("outside")).unwrap();
    let monitoring = Monitoring::builtin(&registry).unwrap();
    (registry, outside, monitoring)
}

#[test]
fn every_committed_board_keeps_every_rule() {
    let (registry, outside, monitoring) = catalog();
    let boards = Boards::load(directory("boards")).unwrap();
    let findings = boards.check(&registry, &outside, &monitoring);
    let lines: Vec<String> = findings.iter().map(ToString::to_string).collect();
    assert!(findings.is_empty(), "{}", lines.join("\n"));
}

/// One wrong thing in a definition, and the line that is told.
const REFUSED: &[(&str, &str, &str)] = &[
    (
        "title: X\n",
        "title: X\nname: X\n",
        "x.yaml:3: shape: the board has an unknown field `name`; expected one of: uid, title, description, tags, services_from, variables, rows",
    ),
    (
        "kind: stat",
        "kind: number",
        "x.yaml:9: shape: `kind` is `number`; expected one of: time_series, stat, bar_gauge, gauge, table, heatmap, node_graph, state_timeline, alert_list, logs, traces, text",
    ),
    (
        "unit: short",
        "unit: furlongs",
        "x.yaml:11: shape: `unit` is `furlongs`; expected one of: none, short, ",
    ),
    (
        "width: 4",
        "width: 25",
        "x.yaml:12: shape: `width` of panel `Calls` must be a whole number from 1 to 24",
    ),
    (
        "     no_data: none,\n",
        "",
        "x.yaml:8: shape: panel `Calls` has no `no_data`",
    ),
    ("expr: vector(1)", "exp: vector(1)", "a query has no `expr`"),
    (
        "expr: vector(1)",
        "expr: vector(1), ask: 2",
        "a query has an unknown field `ask`; expected one of: expr, legend, ",
    ),
    (
        "alert: ToolFailures",
        "alert: ToolFailures, slo: jobs",
        "`threshold` of panel `Calls` needs either `alert` or `slo`",
    ),
    (
        "calls: good",
        "calls: green",
        "the colour of `calls` is `green`; expected one of: good, bad, warn, muted, info",
    ),
    (
        "logs: '{}'",
        "logs: '{}', traces: '{}'",
        "link `L` needs one of `traces`, `logs` and `board`",
    ),
    (
        "choices: [a]",
        "label: b",
        "x.yaml:6: yaml: key `label` is repeated",
    ),
    (
        "choices: [a]",
        "choices: []",
        "variable `by` needs either `from` or `choices`",
    ),
];

const SMALL: &str = "uid: bellwether-x
title: X
description: Whether x is well.
tags: [x]
variables:
  - {name: by, label: By, choices: [a]}
rows: [{title: Row, panels: [
    {title: Calls,
     kind: stat, description: Calls that ended,
     # the unit stands below
     unit: short,
     width: 4, threshold: {alert: ToolFailures}, colours: {calls: good},
     no_data: none,
     queries: [{expr: vector(1)}], links: [{title: L, logs: '{}'}]}]}]
";

#[test]
fn what_is_wrong_in_a_definition_is_told_with_its_line_and_what_was_expected() {
    Boards::read(&[("x.yaml", SMALL)]).unwrap();
    for (from, to, says) in REFUSED {
        assert!(SMALL.contains(from), "the definition has no `{from}`");
        let text = SMALL.replacen(from, to, 1);
        let error = Boards::read(&[("x.yaml", &text)]).unwrap_err().to_string();
        assert!(error.contains(says), "{to}: expected `{says}` in:\n{error}");
    }
}

#[test]
fn all_problems_are_told_at_once() {
    let text = SMALL
        .replace("kind: stat", "kind: number")
        .replace("unit: short", "unit: furlongs");
    let error = Boards::read(&[("x.yaml", &text)]).unwrap_err().to_string();
    assert_eq!(error.lines().count(), 2, "{error}");
}

#[test]
fn what_perses_has_no_chart_for_becomes_what_it_has() {
    let (registry, _, monitoring) = catalog();
    let text = "uid: bellwether-x
title: X
description: Whether x is well.
tags: [x]
rows:
  - title: Row
    panels:
      - {title: Bands, kind: heatmap, description: d, unit: s, no_data: none, queries: [{expr: 'sum by (le) (increase(h_bucket[5m]))'}]}
      - {title: Graph, kind: node_graph, description: d, no_data: none, queries: [{ref: nodes, expr: 'sum by (id) (n)'}, {ref: edges, expr: 'sum by (id) (e)'}]}
      - {title: Lines, kind: logs, description: d, no_data: none, queries: [{expr: '{job=\"a\"}', source: loki}]}
";
    let boards = Boards::read(&[("x.yaml", text)]).unwrap();
    let outputs = boards.render(&registry, &monitoring).unwrap();
    let yaml = &outputs
        .iter()
        .find(|output| output.path == "dash0/dashboards/x.yaml")
        .unwrap()
        .text;
    for quantile in ["0.5", "0.95", "0.99"] {
        let query = format!(
            "query: \"histogram_quantile({quantile}, sum by (le) (increase(h_bucket[5m])))\""
        );
        assert!(yaml.contains(&query), "{yaml}");
    }
    assert!(
        yaml.contains("query: \"sum by (id) (e)\"") && !yaml.contains("sum by (id) (n)"),
        "{yaml}"
    );
    assert!(
        yaml.contains("Log lines are found by a search for:"),
        "{yaml}"
    );
    assert!(!yaml.contains("kind: \"LogQuery\""), "{yaml}");
}

#[test]
fn an_alert_that_always_fires_is_no_news_on_a_board() {
    let (registry, _, monitoring) = catalog();
    let boards = Boards::load(directory("boards")).unwrap();
    let always: Vec<&str> = monitoring
        .server_alerts()
        .filter(|(_, rule)| rule.expression() == "vector(1)")
        .map(|(alert, _)| alert.name.as_str())
        .collect();
    assert_eq!(always, ["Watchdog"]);
    let left_out = "alertname!=\\\"Watchdog\\\"";
    let mut lists = 0;
    for output in boards.render(&registry, &monitoring).unwrap() {
        if !output.path.starts_with("grafana/") {
            continue;
        }
        let mark = format!("\"ALERTS{{alertstate=\\\"firing\\\",{left_out}}}\"");
        assert!(output.text.contains(&mark), "{}: {mark}", output.path);
        for line in output.text.lines() {
            if line.contains("alertInstanceLabelFilter") {
                lists += 1;
                let filter = format!("\"{{{left_out}}}\"");
                assert!(line.contains(&filter), "{}: {line}", output.path);
            }
        }
    }
    assert!(lists >= 3, "{lists} lists of alerts");
}

#[test]
fn a_state_has_its_text_and_its_colour_in_every_form() {
    let (registry, _, monitoring) = catalog();
    let text = "uid: bellwether-x\ntitle: X\ndescription: d\ntags: []\nrows:\n  - title: Row\n    panels:
      - {title: Health, kind: state_timeline, description: d, unit: short, no_data: none, queries: [{expr: h}], states: {1: {text: up, colour: good}, 0.5: {text: halting, colour: warn}}}
";
    let boards = Boards::read(&[("x.yaml", text)]).unwrap();
    let outputs = boards.render(&registry, &monitoring).unwrap();
    let of = |start: &str| {
        let mut found = outputs
            .iter()
            .filter(|output| output.path.starts_with(start));
        found.next().unwrap().text.as_str()
    };
    let json: serde_json::Value = serde_json::from_str(of("grafana/")).unwrap();
    let defaults = &json["panels"][1]["fieldConfig"]["defaults"];
    assert_eq!(
        defaults["mappings"],
        serde_json::json!([{"type": "value", "options": {
            "0.5": {"text": "halting", "color": "orange", "index": 0},
            "1": {"text": "up", "color": "green", "index": 1},
        }}])
    );
    assert_eq!(
        defaults["thresholds"]["steps"].as_array().map(Vec::len),
        Some(1)
    );
    let yaml = of("dash0/");
    for part in ["value: \"halting\"", "value: \"0.5\"", "value: \"up\""] {
        assert!(yaml.contains(part), "{part} in {yaml}");
    }
    let wrong = text.replace("0.5: {", "half: {");
    let error = Boards::read(&[("x.yaml", &wrong)]).unwrap_err();
    let says = "state `half` is no value; expected a number, such as `0.5`";
    assert!(error.to_string().contains(says), "{error}");
}
