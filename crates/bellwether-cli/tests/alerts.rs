//! `bellwether alerts`: sound files, problems with their place, and rules that promtool takes.

#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot be set up has failed"
)]

mod support;

use std::path::PathBuf;

use bellwether_testing::prometheus::Program;
use support::{bellwether, stderr, stdout};
use tempfile::TempDir;

const RULES: &str = "\
format: bellwether-alerts/1
group: media
disable: [LlmLatency]
rules:
  - name: SlowRender
    metric: job_duration_seconds
    where: {status: completed}
    measure: quantile
    quantile: 0.95
    condition: gt
    threshold: 60
    for: 2m
    severity: info
    summary: 'p95 of {{ $labels.service }} is {{ $value }} s'
    description: 'Half of the workers may be gone.'
  - name: TokensSpent
    metric: agent_tokens_used
    measure: increase
    aggregate: sum
    condition: gte
    threshold: 1e6
    clear: 5e5
    for: 0
    severity: critical
    labels: {team: media}
    summary: 'A million tokens'
";

fn file(text: &str) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("alerts.yaml");
    std::fs::write(&path, text).unwrap();
    (folder, path)
}

#[test]
fn a_sound_file_is_called_so() {
    let (_folder, path) = file(RULES);
    let output = bellwether()
        .args(["alerts", "check"])
        .arg(&path)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let said = stdout(&output);
    assert!(
        said.contains("sound; 2 rules of its own, 9 in force"),
        "{said}"
    );
}

#[test]
fn every_problem_is_told_with_file_line_and_alert() {
    let text = RULES
        .replace("threshold: 60", "threshold: 61")
        .replace("for: 0", "for: soon");
    let (_folder, path) = file(&text);
    let output = bellwether()
        .args(["alerts", "check"])
        .arg(&path)
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    let said = stderr(&output);
    let place = format!("{}:23: shape: `for` is `soon`", path.display());
    assert!(said.contains(&place), "{said}");
    let (_folder, path) = file(&RULES.replace("threshold: 60", "threshold: 61"));
    let output = bellwether()
        .args(["alerts", "check"])
        .arg(&path)
        .output()
        .unwrap();
    let place = format!(
        "{}:5: alert: alert `SlowRender` has the threshold 61",
        path.display()
    );
    assert!(stderr(&output).contains(&place), "{}", stderr(&output));
    assert!(stdout(&output).is_empty());
}

#[test]
fn what_is_exported_passes_promtool() {
    let (_folder, path) = file(RULES);
    for (arguments, count) in [(vec![], 8), (vec!["--rules".as_ref(), path.as_os_str()], 9)] {
        let output = bellwether()
            .args(["alerts", "export"])
            .args(arguments)
            .output()
            .unwrap();
        assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
        let text = stdout(&output);
        assert!(
            text.starts_with("groups:\n  - name: wundr_alerts\n"),
            "{text}"
        );
        assert!(
            text.contains("      - alert: HighAgentFailureRate\n"),
            "{text}"
        );
        assert_eq!(text.contains("LlmLatency"), count == 8);
        assert_eq!(text.contains("  - name: media\n"), count == 9);
        let (_folder, rules) = file(&text);
        let Some(checked) =
            Program::Promtool.run(["check".as_ref(), "rules".as_ref(), rules.as_os_str()])
        else {
            return;
        };
        let said = String::from_utf8_lossy(&checked.stdout).into_owned();
        assert!(checked.status.success(), "{said}{text}");
        assert!(said.contains(&format!("{count} rules found")), "{said}");
    }
}

#[test]
fn the_catalogs_export_is_the_committed_file() {
    let output = bellwether().args(["alerts", "export"]).output().unwrap();
    let committed = concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../dashboards/prometheus/alerts.yaml"
    );
    let committed = std::fs::read_to_string(committed).unwrap();
    // It begins with a remark on where it comes from.
    let rules = committed.split_once('\n').unwrap().1;
    assert_eq!(stdout(&output), rules);
}

#[test]
fn an_alert_is_explained_with_thresholds_and_environment() {
    let (_folder, path) = file(RULES);
    let output = bellwether()
        .args(["alerts", "explain", "TokensSpent"])
        .env("ALERTING_RULES_FILE", &path)
        .env("ALERTING_EVALUATION_INTERVAL", "15")
        .env("ALERTING_WEBHOOK_URL", "https://example.com/s3cret")
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let said = stdout(&output);
    for expected in [
        "TokensSpent (critical)",
        "when that is at least 1000000, at once",
        "when it is back behind 500000",
        "increase(agent_tokens_used_total[5m]) or increase(agent_tokens_used[5m])",
        "15s (ALERTING_EVALUATION_INTERVAL)",
        "set (ALERTING_WEBHOOK_URL)",
    ] {
        assert!(said.contains(expected), "{expected} not in\n{said}");
    }
    assert!(!said.contains("s3cret"), "{said}");
    let output = bellwether()
        .args(["alerts", "explain", "Nothing"])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(1));
    assert!(
        stderr(&output).contains("QueueBacklog"),
        "{}",
        stderr(&output)
    );
}
