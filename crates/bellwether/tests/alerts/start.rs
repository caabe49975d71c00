//! What is wrong is told at the start, with its place.

use bellwether::Telemetry;
use bellwether::config::MapEnvironment;

use crate::service::Service;

fn start(variables: &[(&str, &str)]) -> Result<Telemetry, bellwether::Error> {
    let environment: MapEnvironment = variables.iter().copied().collect();
    Telemetry::builder("alerting")
        .detached()
        .from_variables(environment)?
        .start()
}

fn refusal(variables: &[(&str, &str)]) -> String {
    start(variables)
        .err()
        .map(|error| error.to_string())
        .unwrap_or_default()
}

#[test]
fn a_rule_file_is_refused_with_file_line_and_rule() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("alerts.yaml");
    let text = "\
format: bellwether-alerts/1
rules:
  - {name: A, metric: wundr_queue_depths, measure: value, condition: gt, threshold: 1, for: 0, severity: info, summary: S}
  - {name: B, metric: wundr_queue_depth, where: {queue: x}, measure: value, condition: gt, threshold: 1, for: 0, severity: info, summary: S}
";
    std::fs::write(&path, text).unwrap();
    let path = path.to_str().unwrap();
    let said = refusal(&[("ALERTING_RULES_FILE", path)]);
    assert!(said.starts_with("ALERTING_RULES_FILE is "), "{said}");
    let first =
        format!("{path}:3: alert: alert `A` watches `wundr_queue_depths`, which is not defined");
    let second = format!(
        "{path}:4: alert: alert `B` selects by `queue`, which is no label of `wundr_queue_depth`"
    );
    assert!(said.contains(&first) && said.contains(&second), "{said}");
}

#[test]
fn variables_are_checked() {
    let cases = [
        (("ALERTING_RULES_FILE", "/no/such/file"), "a readable file"),
        (("ALERTING_EVALUATION_INTERVAL", "soon"), "whole seconds"),
        (
            ("ALERTING_EVALUATION_INTERVAL", "200"),
            "at most half of the window of `",
        ),
        (("ALERTING_ENABLED", "yes"), "true or false"),
        (
            ("ALERTING_WEBHOOK_URL", "ftp://s3cret/"),
            "a URL with https",
        ),
        (
            ("ALERTING_WEBHOOK_URL", "https://u:s3cret@example.com/"),
            "without user and password",
        ),
    ];
    for (variable, expected) in cases {
        let said = refusal(&[variable]);
        assert!(
            said.contains(variable.0) && said.contains(expected),
            "{said}"
        );
        assert!(!said.contains("s3cret"), "{said}");
    }
}

#[test]
fn secrets_that_are_missing_are_named() {
    let hooks = "webhooks:\n  - {name: pager, url: 'https://example.com', headers: {X-Key: {env: PAGER_KEY}}}\n";
    let said = Service::start(hooks, &[]).err().unwrap().to_string();
    assert!(
        said.contains("webhook `pager`, header `X-Key` is \"PAGER_KEY\""),
        "{said}"
    );
}

#[test]
fn switched_off_there_are_none() {
    let off = start(&[
        ("ALERTING_ENABLED", "false"),
        ("ALERTING_RULES_FILE", "/no/such/file"),
    ]);
    assert!(off.unwrap().alerts().is_none());
    assert!(
        start(&[("METRICS_ENABLED", "false")])
            .unwrap()
            .alerts()
            .is_none()
    );
    assert!(start(&[]).unwrap().alerts().is_some());
}
