//! The definitions hold together, and refuse what does not.

use std::path::Path;

use super::{links, shipped};
use crate::model::Registry;
use crate::monitoring::{Monitoring, PrometheusRule};

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

/// Every alert that ships, of the registry and of servers.
pub(super) fn every_alert() -> Vec<PrometheusRule> {
    let (registry, monitoring) = shipped();
    let of_registry = super::super::outputs::registry_rules(&monitoring, &registry, &links());
    let groups = monitoring.alert_groups(&links());
    let slos = monitoring.slo_groups(&links());
    let of_servers = groups.into_iter().chain(slos).flat_map(|group| group.rules);
    let all = of_registry.into_values().chain(of_servers);
    all.filter(|rule| rule.is_alert).collect()
}

#[test]
fn every_file_of_definitions_is_compiled_in() {
    let mut found = Vec::new();
    for folder in ["alerts", "recording", "slos"] {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
        for entry in std::fs::read_dir(path).unwrap() {
            let name = entry.unwrap().file_name().to_string_lossy().into_owned();
            found.push(format!("{folder}/{name}"));
        }
    }
    found.sort();
    let compiled_in: Vec<&str> = super::super::files::FILES
        .iter()
        .map(|(name, _)| *name)
        .collect();
    assert_eq!(compiled_in, found);
}

#[test]
fn every_alert_says_what_it_is_where_to_look_and_what_to_do() {
    let alerts = every_alert();
    assert!(alerts.len() >= 8 + 30 + 12, "{}", alerts.len());
    for alert in &alerts {
        let annotation = |name: &str| {
            let found = alert.annotations.iter().find(|(known, _)| known == name);
            found.map_or("", |(_, text)| text.as_str())
        };
        for name in ["summary", "description", "runbook_url", "dashboard_url"] {
            assert!(!annotation(name).is_empty(), "{} has no {name}", alert.name);
        }
        let severity = alert
            .labels
            .iter()
            .find(|(name, _)| name == "severity")
            .unwrap();
        assert!(["critical", "warning", "info"].contains(&severity.1.as_str()));
        let has_value = |(_, text): &(String, String)| text.contains("{{");
        assert!(!alert.labels.iter().any(has_value), "{}", alert.name);
    }
}

#[test]
fn every_runbook_link_leads_to_a_heading() {
    for alert in every_alert() {
        let url = &alert
            .annotations
            .iter()
            .find(|(name, _)| name == "runbook_url")
            .unwrap()
            .1;
        let (page, anchor) = url
            .strip_prefix(&links().runbooks)
            .unwrap()
            .split_once('#')
            .unwrap();
        let path = root()
            .join("docs/runbooks")
            .join(page.trim_start_matches('/'));
        let text = std::fs::read_to_string(&path).unwrap();
        let mut headings = text.lines().filter_map(|line| line.strip_prefix("## "));
        let is_there = headings.any(|heading| heading.to_lowercase().replace(' ', "-") == anchor);
        assert!(is_there, "{} links to {url}", alert.name);
    }
}

/// Boards of other names would be links to nothing.
#[test]
fn every_alert_links_to_a_board_there_is() {
    const BOARDS: [&str; 9] = [
        "overview",
        "agents",
        "models-cost",
        "tools",
        "sessions",
        "jobs",
        "host-gpu",
        "slos",
        "pipeline",
    ];
    for alert in every_alert() {
        let url = &alert
            .annotations
            .iter()
            .find(|(name, _)| name == "dashboard_url")
            .unwrap()
            .1;
        let path = url
            .strip_prefix("http://127.0.0.1:3000/d/bellwether-")
            .unwrap();
        let board = path.split('?').next().unwrap();
        assert!(BOARDS.contains(&board), "{} links to {url}", alert.name);
    }
}

#[test]
fn every_alert_of_the_registry_has_notes() {
    let (registry, monitoring) = shipped();
    for alert in registry.metrics.iter().flat_map(|metric| &metric.alerts) {
        assert!(monitoring.notes(&alert.name).is_some(), "{}", alert.name);
    }
}

/// A ratio goes to and fro around its threshold; without a pause each crossing would be a notice.
#[test]
fn alerts_on_ratios_go_on_for_a_while() {
    let (_, monitoring) = shipped();
    let queue = "CollectorQueueFilling"; // a level, which does not flap
    let slow = "RuleGroupTooSlow";
    for (alert, server) in monitoring.server_alerts() {
        let is_ratio = server.threshold.as_ref().is_some_and(|it| it.unit == "1");
        if is_ratio && ![queue, slow].contains(&alert.name.as_str()) {
            assert!(server.keep_firing_for >= 300, "{}", alert.name);
        }
    }
}

/// Some file of each folder with one thing wrong, and what is said about it.
const WRONG: [(&str, &str, &str, &str); 11] = [
    (
        "alerts/tools.yaml",
        "severity: warning",
        "severity: urgent",
        "`severity` is `urgent`; expected one of: info, warning, critical",
    ),
    (
        "alerts/tools.yaml",
        "impact:",
        "impact_on:",
        "alert `ToolFailureRatio` has no `impact`",
    ),
    (
        "alerts/tools.yaml",
        "> $threshold",
        "> 0.2",
        "has a `threshold` without a `$threshold` in `expr`, or the reverse",
    ),
    (
        "alerts/tools.yaml",
        "calls of {{ $labels.tool }}",
        "calls of {{ $labels.name }}",
        "uses the label `name`, which is none of `series`",
    ),
    (
        "alerts/tools.yaml",
        "variables: {tool: tool}",
        "variables: {tool: name}",
        "fills the variable `tool` with `name`",
    ),
    (
        "alerts/tools.yaml",
        "summary: A tool fails too often",
        "summary: '{{ $value }} fail'",
        "has a template in its summary",
    ),
    (
        "alerts/tools.yaml",
        "alert: ToolFailureRatio",
        "alert: QueueStuck",
        "alert `QueueStuck` is already defined at alerts/jobs.yaml:",
    ),
    (
        "alerts/tools.yaml",
        "alert: ToolFailureRatio",
        "alert: QueueBacklog",
        "has an `expr`, and is one of the registry",
    ),
    (
        "slos/jobs.yaml",
        "objective: 99",
        "objective: 100",
        "objective `jobs` is 100 %; expected between 0 and 100",
    ),
    (
        "slos/jobs.yaml",
        "id: jobs",
        "id: tool-calls",
        "objective `tool-calls` is already defined at",
    ),
    ("recording/work.yaml", "brief:", "about:", "has no `brief`"),
];

#[test]
fn what_is_wrong_with_a_definition_is_said_with_its_place() {
    let registry = crate::builtin().unwrap();
    for (file, right, wrong, expected) in WRONG {
        let changed: Vec<(String, String)> = super::super::files::FILES
            .iter()
            .map(|(name, text)| {
                let text = if *name == file {
                    assert!(text.contains(right), "{file}: {right}");
                    text.replacen(right, wrong, 1)
                } else {
                    (*text).to_owned()
                };
                ((*name).to_owned(), text)
            })
            .collect();
        let sources: Vec<(&str, &str)> = changed
            .iter()
            .map(|(name, text)| (name.as_str(), text.as_str()))
            .collect();
        let said = Monitoring::load_sources(&sources, &registry)
            .unwrap_err()
            .to_string();
        assert!(said.contains(expected), "{wrong}: {said}");
    }
}

#[test]
fn a_note_without_its_alert_is_refused() {
    let said = Monitoring::builtin(&Registry::default())
        .unwrap_err()
        .to_string();
    assert!(
        said.contains("alert `QueueBacklog` has no `expr` and is none of the registry"),
        "{said}"
    );
}
