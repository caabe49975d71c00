//! Each rule refuses a board that breaks it, and says where, what and what was expected.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::sync::LazyLock;

use serde_json::{Value, json};

use super::{Check, Finding, Vocabulary};
use crate::boards::Boards;
use crate::monitoring::Monitoring;
use crate::{Registry, builtin, load};

/// A board that keeps every rule; each case changes one thing about it.
const GOOD: &str = r#"uid: bellwether-x
title: X
description: Whether x is well.
tags: [x]
variables:
  - name: tool
    label: Tool
    from: { metric: wundr_tool_execution_total, label: tool_name }
  - name: by
    label: Break down by
    choices: [tool_name, status]
rows:
  - title: All of it
    panels:
      - title: Calls
        kind: time_series
        description: Calls per second by how they ended, from a counter.
        unit: ops
        no_data: "no call in this range"
        colours: { error: bad }
        queries:
          - expr: sum by (status) (rate(wundr_tool_execution_total{$scope, tool_name=~"$tool"}[$__rate_interval]))
            legend: "{{status}}"
      - title: Calls by something
        kind: time_series
        description: Calls per second by what was chosen, from a counter.
        unit: ops
        no_data: "no call in this range"
        queries:
          - expr: sum by ($by) (rate(wundr_tool_execution_total{$scope}[$__rate_interval]))
            legend: "{{$by}}"
      - title: Success
        kind: stat
        description: Share of the calls that ended well, of all that ended.
        unit: percentunit
        no_data: "no call in this range"
        queries:
          - expr: sum(increase(wundr_tool_execution_total{$scope, status="success"}[$__range])) / (sum(increase(wundr_tool_execution_total{$scope}[$__range])) > 0)
            legend: "success"
            instant: true
      - title: Duration
        kind: time_series
        description: The time within which 95 of 100 calls end, from a histogram.
        unit: s
        no_data: "no call in this range"
        queries:
          - expr: histogram_quantile(0.95, sum by (le) (rate(wundr_tool_execution_duration_seconds_bucket{$scope}[$__rate_interval])))
            legend: p95
            exemplars: true
      - title: Failures
        kind: time_series
        description: Tools that fail per minute; the dashed line is where the alert fires.
        unit: cpm
        threshold: { alert: ToolFailures }
        no_data: "no call in this range"
        queries:
          - expr: sum by (tool_name) (rate(wundr_tool_errors_total{$scope}[$__rate_interval])) * 60
            legend: "{{tool_name}}"
      - title: Waiting
        kind: bar_gauge
        description: The tools with most calls in this range, the first ten of them.
        unit: short
        no_data: "no call in this range"
        queries:
          - expr: topk(10, sum by (tool_name) (increase(wundr_tool_execution_total{$scope}[$__range])))
            legend: "{{tool_name}}"
            instant: true
        links:
          - { title: This tool, board: bellwether-x, variables: { tool: "${__field.labels.tool_name}" } }
      - title: Tools
        kind: table
        description: One row a tool with the calls of this range, the most first.
        no_data: "no call in this range"
        sort: Calls
        queries:
          - expr: sum by (tool_name) (increase(wundr_tool_execution_total{$scope}[$__range]))
            column: Calls
            unit: short
            instant: true
        links:
          - { title: Traces, traces: '{ span.gen_ai.tool.name = "${__data.fields.tool_name}" }' }
      - title: Targets
        kind: state_timeline
        description: Whether each target answers when it is scraped, over time.
        unit: short
        states: { 0: { text: down, colour: bad }, 1: { text: up, colour: good } }
        no_data: "nothing is scraped"
        queries:
          - expr: min by (job, instance) (up)
            legend: "{{job}} {{instance}}"
      - title: Graph
        kind: node_graph
        description: Who delegates to whom, from a counter with two labels.
        unit: short
        no_data: "no delegation in this range"
        queries:
          - ref: nodes
            expr: label_join(sum by (to_orchestrator) (increase(orchestrator_federation_delegations_total{$scope}[$__range])), "id", "", "to_orchestrator")
            instant: true
          - ref: edges
            expr: label_join(label_join(label_join(sum by (from_orchestrator, to_orchestrator) (increase(orchestrator_federation_delegations_total{$scope}[$__range])), "id", "-", "from_orchestrator", "to_orchestrator"), "source", "", "from_orchestrator"), "target", "", "to_orchestrator")
            instant: true
"#;

static CATALOG: LazyLock<(Registry, Monitoring, Vocabulary)> = LazyLock::new(|| {
    let registry = builtin().unwrap();
    let outside = load(concat!(env!("CARGO_MANIFEST_DIR"), "/outside")).unwrap();
    let monitoring = Monitoring::builtin(&registry).unwrap();
    let vocabulary = Vocabulary::new(&registry, &outside, &monitoring);
    (registry, monitoring, vocabulary)
});

fn check_all(sources: &[(&str, &str)]) -> Vec<Finding> {
    let (registry, monitoring, vocabulary) = &*CATALOG;
    let boards = Boards::read(sources).unwrap();
    boards.check_with(vocabulary, registry, monitoring)
}

fn check(text: &str) -> Vec<Finding> {
    check_all(&[("x.yaml", text)])
}

/// What the state timeline of the board above says of its values.
const STATES: &str =
    "        states: { 0: { text: down, colour: bad }, 1: { text: up, colour: good } }\n";

/// The rule, what stands in the board above, what instead of it, and a part of what is said.
const CASES: &[(Check, &str, &str, &str)] = &[
    (
        Check::PanelTitleDescription,
        "Calls per second by how they ended, from a counter.",
        "Calls.",
        "panel `Calls` has a short description",
    ),
    (
        Check::PanelTitleDescription,
        "title: Calls by something",
        "title: Calls",
        "panel `Calls` has the title of another",
    ),
    (
        Check::PanelUnits,
        "        unit: ops\n        no_data: \"no call in this range\"\n        colours",
        "        no_data: \"no call in this range\"\n        colours",
        "panel `Calls` has no `unit`",
    ),
    (
        Check::PanelUnits,
        "            unit: short\n            instant",
        "            instant",
        "has no `unit` for column `Calls`",
    ),
    (
        Check::PanelNoTargets,
        "expr: sum by ($by) (rate(wundr_tool_execution_total{$scope}[$__rate_interval]))",
        "expr: ''",
        "asks nothing",
    ),
    (
        Check::NoData,
        "no_data: \"no delegation in this range\"",
        "no_data: ''",
        "does not say what it means when it is empty",
    ),
    (
        Check::TargetPromql,
        "sum by (status) (rate",
        "sum by (status) rate",
        "is no PromQL",
    ),
    (
        Check::TargetSearch,
        "tool_name}\" }' }",
        "tool_name} }' }",
        "does not close",
    ),
    (
        Check::TargetSearch,
        "span.gen_ai.tool.name",
        "span.gen_ai.tool.nome",
        "there is no attribute `gen_ai.tool.nome`",
    ),
    (
        Check::TargetRateInterval,
        "tool_name=~\"$tool\"}[$__rate_interval]",
        "tool_name=~\"$tool\"}[5m]",
        "rate has a window of its own",
    ),
    (
        Check::TargetJob,
        "wundr_tool_execution_total{$scope, tool_name",
        "wundr_tool_execution_total{tool_name",
        "expected `$scope` in its selector",
    ),
    (
        Check::TargetCounterAgg,
        "topk(10, sum by (tool_name) (increase(wundr_tool_execution_total{$scope}[$__range])))",
        "topk(10, sum by (tool_name) (wundr_tool_execution_total{$scope}))",
        "`wundr_tool_execution_total` is a counter",
    ),
    (
        Check::TargetCounterAgg,
        "rate(wundr_tool_errors_total{$scope}[$__rate_interval])",
        "deriv(wundr_tool_errors_total{$scope}[$__rate_interval])",
        "`wundr_tool_errors_total` is a counter",
    ),
    (
        Check::MetricExists,
        "rate(wundr_tool_execution_total{$scope, tool",
        "rate(wundr_tool_executions_total{$scope, tool",
        "there is no metric `wundr_tool_executions_total`; expected such as `wundr_tool_execution",
    ),
    (
        Check::LabelExists,
        "tool_name=~\"$tool\"}",
        "tool=~\"$tool\"}",
        "has no label `tool`; expected one of: ",
    ),
    (
        Check::LabelExists,
        "choices: [tool_name, status]",
        "choices: [tool_name, model]",
        "sum groups by `model`, which is not there",
    ),
    (
        Check::LabelValue,
        "status=\"success\"",
        "status=\"succeeded\"",
        "the label `status` of `wundr_tool_execution_total` is never `succeeded`; expected one of: success",
    ),
    (
        Check::LabelValue,
        "status=\"success\"",
        "status=~\"success|fine\"",
        "is never `fine`",
    ),
    (
        Check::States,
        STATES,
        "",
        "panel `Targets` does not say what its values mean; expected `states`",
    ),
    (
        Check::States,
        STATES,
        "        states: { 1: { text: up, colour: good } }\n        threshold: { alert: TargetDown }\n",
        "has `states` and a `threshold`",
    ),
    (
        Check::States,
        "        unit: cpm\n",
        "        unit: cpm\n        states: { 0: { text: none, colour: good } }\n",
        "panel `Failures` has `states` and is no `state_timeline`",
    ),
    (
        Check::UnitMatches,
        "        unit: s\n",
        "        unit: percent\n",
        "is shown in `percent`; expected a unit for s",
    ),
    (
        Check::UnitMatches,
        "* 60\n",
        "\n",
        "is shown in `cpm`; expected a unit for count/s",
    ),
    (
        Check::UnitsAgree,
        "[$__rate_interval])))\n            legend: p95",
        "[$__rate_interval]))) + sum(rate(wundr_tool_execution_total{$scope}[$__rate_interval]))\n            legend: p95",
        "+ of s and count/s",
    ),
    (
        Check::QuantileBuckets,
        "0.95, sum by (le) (",
        "0.95, sum by (status) (",
        "the label `le` is gone",
    ),
    (
        Check::QuantileAverage,
        "histogram_quantile(0.95, sum by (le) (rate(wundr_tool_execution_duration_seconds_bucket{$scope}[$__rate_interval])))",
        "avg(histogram_quantile(0.95, sum by (le, status) (rate(wundr_tool_execution_duration_seconds_bucket{$scope}[$__rate_interval]))))",
        "avg of a quantile is no quantile",
    ),
    (
        Check::RatioZero,
        "> 0)\n            legend: \"success\"",
        "> 0) or vector(0)\n            legend: \"success\"",
        "a ratio falls back to 0",
    ),
    (
        Check::IdLabel,
        "topk(10, sum by (tool_name) (increase(wundr_tool_execution_total{$scope}[$__range])))",
        "sum by (container_id) (container_memory_usage_total_bytes)",
        "groups by `container_id`",
    ),
    (
        Check::LegendLabel,
        "legend: \"{{status}}\"",
        "legend: \"{{tool_name}}\"",
        "the legend shows `tool_name`, which the aggregation does not keep",
    ),
    (
        Check::LegendLabel,
        "${__data.fields.tool_name}",
        "${__data.fields.status}",
        "with the label `status`, which none of its queries keeps",
    ),
    (
        Check::LegendLabel,
        "${__data.fields.tool_name}",
        "${__field.labels.tool_name}",
        "expected `${__data.fields.…}`",
    ),
    (
        Check::LegendLabel,
        "            legend: p95\n",
        "",
        "has no legend",
    ),
    (
        Check::Exemplars,
        "            exemplars: true\n",
        "",
        "is latency over time; expected `exemplars: true`",
    ),
    (
        Check::Instant,
        "            unit: short\n            instant: true\n",
        "            unit: short\n",
        "expected `instant: true`",
    ),
    (
        Check::Instant,
        "            exemplars: true\n",
        "            exemplars: true\n            instant: true\n",
        "expected no `instant`",
    ),
    (
        Check::TableColumns,
        "sort: Calls",
        "sort: Call",
        "is sorted by `Call`; expected one of: Calls",
    ),
    (
        Check::TableColumns,
        "            column: Calls\n",
        "",
        "does not name the column of query A",
    ),
    (
        Check::NodeGraph,
        "ref: edges",
        "ref: nodes_edges",
        "has no query `ref: edges`",
    ),
    (
        Check::NodeGraph,
        "\"source\", \"\", \"from_orchestrator\"",
        "\"sauce\", \"\", \"from_orchestrator\"",
        "does not keep the label `source`",
    ),
    (
        Check::ColourNames,
        "colours: { error: bad }",
        "colours: { errors: bad }",
        "colours `errors`, which no series of it is called",
    ),
    (
        Check::ThresholdMetric,
        "wundr_tool_errors_total{$scope}[$__rate_interval])) * 60",
        "wundr_tool_execution_total{$scope}[$__rate_interval])) * 60",
        "shows none of its metrics; expected one of: wundr_tool_errors_total",
    ),
    (
        Check::ThresholdMetric,
        "{ alert: ToolFailures }",
        "{ alert: ToolFailure }",
        "which has no number; expected one of: ",
    ),
    (
        Check::ThresholdMetric,
        "{ alert: ToolFailures }",
        "{ slo: tool-calls }",
        "the panel is in `cpm`",
    ),
    (
        Check::LinkTarget,
        "board: bellwether-x",
        "board: bellwether-y",
        "there is no board `bellwether-y`; expected one of: bellwether-x",
    ),
    (
        Check::LinkTarget,
        "variables: { tool: ",
        "variables: { tools: ",
        "board `bellwether-x` has no variable `tools`; expected one of: job, environment, tool, by",
    ),
    (
        Check::LinkPresent,
        "        links:\n          - { title: Traces, traces: '{ span.gen_ai.tool.name = \"${__data.fields.tool_name}\" }' }\n",
        "",
        "has rows that lead nowhere",
    ),
    (
        Check::LinkPresent,
        "        links:\n          - { title: This tool, board: bellwether-x, variables: { tool: \"${__field.labels.tool_name}\" } }\n",
        "",
        "has bars that lead nowhere",
    ),
    (
        Check::VariableExists,
        "tool_name=~\"$tool\"}",
        "tool_name=~\"$tools\"}",
        "`$tools` is referred to and is no variable; expected one of: ",
    ),
    (
        Check::VariableUsed,
        "tool_name=~\"$tool\"}",
        "status!=\"\"}",
        "variable `tool` is not referred to",
    ),
    (
        Check::TemplateLabelPromql,
        "from: { metric: wundr_tool_execution_total, label: tool_name }",
        "from: { metric: wundr_tool_execution_total, label: tool }",
        "variable `tool`: count groups by `tool`, which is not there",
    ),
];

#[test]
fn a_good_board_keeps_every_rule() {
    assert_eq!(check(GOOD), []);
}

#[test]
fn each_rule_refuses_a_board_that_breaks_it() {
    for (rule, from, to, says) in CASES {
        assert!(GOOD.contains(from), "{rule}: the board has no `{from}`");
        let findings = check(&GOOD.replacen(from, to, 1));
        let found = findings
            .iter()
            .any(|finding| finding.check == *rule && finding.message.contains(says));
        let lines: Vec<String> = findings.iter().map(ToString::to_string).collect();
        assert!(
            found,
            "{rule}: expected `{says}` among:\n{}",
            lines.join("\n")
        );
    }
}

#[test]
fn a_finding_stands_at_the_line_it_is_about() {
    let findings = check(&GOOD.replacen("* 60", "* 6", 1));
    let line = GOOD.lines().position(|line| line.contains("* 60")).unwrap() + 1;
    let expected = format!(
        "x.yaml:{line}: unit-matches: panel `Failures`, query A: is shown in `cpm`; expected a unit for count/s × 6"
    );
    assert_eq!(
        findings.iter().map(ToString::to_string).collect::<Vec<_>>(),
        [expected]
    );
}

#[test]
fn too_many_open_panels_and_a_second_board_of_one_uid_are_refused() {
    let panel = "      - title: Calls by something\n";
    let (before, after) = GOOD.split_once(panel).unwrap();
    let mut text = before.to_owned();
    for number in 0..20 {
        let _ = writeln!(
            text,
            "      - {{title: Same {number}, kind: alert_list, description: An alert list like the ones beside it in all., no_data: none}}"
        );
    }
    text += panel;
    text += after;
    assert!(
        check(&text)
            .iter()
            .any(|finding| finding.check == Check::OpenPanels)
    );
    let closed = text.replace("title: All of it", "title: All of it\n    collapsed: true");
    assert_eq!(check(&closed), []);

    let findings = check_all(&[("x.yaml", GOOD), ("x.yaml", GOOD)]);
    assert!(
        findings
            .iter()
            .any(|finding| finding.check == Check::UniqueId)
    );
}

/// The rule, where in the JSON, what is put there, and a part of what is said.
fn changes() -> Vec<(Check, &'static str, Value, &'static str)> {
    vec![
        (
            Check::StrictShape,
            "/colour",
            json!(1),
            "unknown field `colour`",
        ),
        (Check::StrictShape, "/refresh", json!(30), "invalid type"),
        (
            Check::StrictShape,
            "/panels/1/options/legend/colour",
            json!(1),
            "unknown field `colour`",
        ),
        (
            Check::StrictShape,
            "/panels/1/type",
            json!("pie"),
            "there is no kind of panel `pie`",
        ),
        (
            Check::UneditableDashboard,
            "/editable",
            json!(true),
            "the board can be edited",
        ),
        (
            Check::TemplateDatasource,
            "/templating/list/0/name",
            json!("prom"),
            "expected one, `datasource`",
        ),
        (
            Check::TemplateJob,
            "/templating/list/3/multi",
            json!(false),
            "the variable `job` picks no services",
        ),
        (
            Check::TemplateOnTimeChangeReload,
            "/templating/list/5/refresh",
            json!(1),
            "variable `tool` is not read anew",
        ),
        (
            Check::PanelDatasource,
            "/panels/1/targets/0/datasource/uid",
            json!("prom-1"),
            "asks the data source `prom-1`",
        ),
        (
            Check::UniqueId,
            "/panels/2/id",
            json!(2),
            "has the id 2 of another",
        ),
        (
            Check::Grid,
            "/panels/2/gridPos/x",
            json!(4),
            "`Calls` and `Calls by something` overlap",
        ),
        (
            Check::Grid,
            "/panels/1/gridPos/w",
            json!(25),
            "`Calls` ends in column 25 of 24",
        ),
    ]
}

#[test]
fn each_rule_of_the_json_refuses_what_breaks_it() {
    let registry = builtin().unwrap();
    let monitoring = Monitoring::builtin(&registry).unwrap();
    let boards = Boards::read(&[("x.yaml", GOOD)]).unwrap();
    let text = crate::boards::grafana::render(&boards.boards[0], &registry, &monitoring).unwrap();
    assert_eq!(super::shape::of_json(&text, true), []);
    for (rule, place, value, says) in changes() {
        let mut json: Value = serde_json::from_str(&text).unwrap();
        let (parent, key) = place.rsplit_once('/').unwrap();
        json.pointer_mut(parent).unwrap()[key] = value;
        let wrong = super::shape::of_json(&json.to_string(), true);
        let found = wrong
            .iter()
            .any(|(check, message)| *check == rule && message.contains(says));
        assert!(found, "{rule}: expected `{says}` in {wrong:?}");
    }
}

#[test]
fn no_rule_is_without_a_board_that_it_refuses() {
    let mut tried: BTreeSet<Check> = CASES.iter().map(|(rule, ..)| *rule).collect();
    tried.extend(changes().iter().map(|(rule, ..)| *rule));
    tried.insert(Check::OpenPanels);
    let all: BTreeSet<Check> = Check::ALL.iter().copied().collect();
    assert_eq!(tried, all);
}
