//! Rules and their tests, as promtool sees them; and that the tests see a rule that changes.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use bellwether_testing::prometheus::Program;
use serde_json::Value;

use super::value::value;

const RULES: [&str; 4] = [
    "alerts.yaml",
    "alerts-prometheus.yaml",
    "recording.yaml",
    "slo.yaml",
];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../dashboards/prometheus")
}

fn read(path: &Path) -> String {
    std::fs::read_to_string(path).unwrap()
}

/// The files of tests, by name.
fn tests() -> Vec<(String, String)> {
    let mut tests: Vec<(String, String)> = std::fs::read_dir(folder().join("tests"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .map(|path| {
            (
                path.file_name().unwrap().to_string_lossy().into_owned(),
                read(&path),
            )
        })
        .collect();
    tests.sort();
    tests
}

/// The rules of a file: alerts by name and severity, recordings by name and what tells them apart.
fn rules(text: &str) -> Vec<Value> {
    let file = value(text);
    let groups = file["groups"].as_array().unwrap().iter();
    groups
        .flat_map(|group| group["rules"].as_array().unwrap().clone())
        .collect()
}

#[test]
fn promtool_has_nothing_to_say_about_the_rules() {
    for name in RULES {
        let path = folder().join(name);
        let arguments = [
            "check",
            "rules",
            "--lint=all",
            "--lint-fatal",
            path.to_str().unwrap(),
        ];
        let Some(checked) = Program::Promtool.run(arguments) else {
            return;
        };
        let said = String::from_utf8_lossy(&checked.stderr).into_owned();
        assert!(checked.status.success(), "{name}: {said}");
    }
}

#[test]
fn the_tests_of_the_rules_pass() {
    for (name, _) in tests() {
        let path = folder().join("tests").join(&name);
        let arguments = ["test", "rules", path.to_str().unwrap()];
        let Some(ran) = Program::Promtool.run(arguments) else {
            return;
        };
        let said = format!(
            "{}{}",
            String::from_utf8_lossy(&ran.stdout),
            String::from_utf8_lossy(&ran.stderr)
        );
        assert!(ran.status.success(), "{name}: {said}");
    }
}

/// What is asked about a rule: how often it is expected to give something, and nothing.
#[derive(Default)]
struct Asked {
    something: usize,
    nothing: usize,
}

fn asked() -> BTreeMap<String, Asked> {
    let mut asked: BTreeMap<String, Asked> = BTreeMap::new();
    for (_, text) in tests() {
        let file = value(&text);
        for test in file["tests"].as_array().unwrap() {
            for case in test["promql_expr_test"].as_array().into_iter().flatten() {
                let samples = case["exp_samples"].as_array().map_or(0, Vec::len);
                let about = asked
                    .entry(subject(case["expr"].as_str().unwrap()))
                    .or_default();
                if samples > 0 {
                    about.something += 1;
                } else {
                    about.nothing += 1;
                }
            }
            for case in test["alert_rule_test"].as_array().into_iter().flatten() {
                let name = case["alertname"].as_str().unwrap();
                assert!(case.get("exp_alerts").is_none(), "{name}");
                asked.entry(name.to_owned()).or_default().nothing += 1;
            }
        }
    }
    asked
}

/// The rule that an expression asks about: `Alert`, `Alert severity` of an objective, or `recording sloth_id`.
fn subject(expr: &str) -> String {
    let label = |name: &str| {
        let rest = expr.split(&format!("{name}=\"")).nth(1)?;
        rest.split('"').next()
    };
    if let Some(alert) = label("alertname") {
        let severity = label("severity").map(|severity| format!(" {severity}"));
        return format!("{alert}{}", severity.unwrap_or_default());
    }
    let word = expr
        .split(|c: char| !(c.is_ascii_alphanumeric() || "_:".contains(c)))
        .find(|word| word.contains(':') || word.starts_with("sloth_slo_info"));
    let id = label("sloth_id").map(|id| format!(" {id}"));
    format!("{}{}", word.unwrap_or_default(), id.unwrap_or_default())
}

#[test]
fn every_rule_has_two_tests_at_least_and_every_alert_one_that_it_is_silent() {
    let asked = asked();
    let mut counted = 0;
    for name in RULES {
        for rule in rules(&read(&folder().join(name))) {
            counted += 1;
            let is_slo = name == "slo.yaml";
            let is_alert = rule.get("alert").is_some();
            let name = rule["alert"].as_str().or(rule["record"].as_str()).unwrap();
            let key = match (is_alert, is_slo) {
                (true, true) => format!("{name} {}", rule["labels"]["severity"].as_str().unwrap()),
                (false, true) => format!("{name} {}", rule["labels"]["sloth_id"].as_str().unwrap()),
                _ => name.to_owned(),
            };
            let Some(about) = asked.get(&key) else {
                panic!("{key} has no test");
            };
            assert!(about.something + about.nothing >= 2, "{key} has one test");
            assert!(about.something > 0, "{key} is never expected");
            // Watchdog always fires. An objective's tests name every service that fires, so that each is a case of silence.
            if is_alert && !is_slo && name != "Watchdog" {
                assert!(about.nothing > 0, "{key} is never expected to be silent");
            }
        }
    }
    assert!(counted > 190, "{counted}");
}

/// One change to one rule, and the tests that have to notice.
struct Mutation {
    what: String,
    rules: &'static str,
    text: String,
}

/// Files with tests that are called by the name of a rule.
fn tests_about(name: &str) -> Vec<String> {
    let named = format!("  - name: '{name}: ");
    let about = tests()
        .into_iter()
        .filter(|(_, text)| text.contains(&named));
    about.map(|(file, _)| file).collect()
}

/// Runs the tests that name a rule against changed rules; whether any failed. `None` without promtool.
fn is_noticed(name: &str, mutation: &Mutation) -> Option<bool> {
    let place = tempfile::tempdir().unwrap();
    std::fs::create_dir(place.path().join("tests")).unwrap();
    for file in RULES {
        std::fs::copy(folder().join(file), place.path().join(file)).unwrap();
    }
    std::fs::write(place.path().join(mutation.rules), &mutation.text).unwrap();
    let mut failed = false;
    for file in tests_about(name) {
        let path = place.path().join("tests").join(&file);
        let text = read(&folder().join("tests").join(&file));
        std::fs::write(&path, only_about(&text, name)).unwrap();
        let ran = Program::Promtool.run(["test", "rules", path.to_str().unwrap()])?;
        failed |= !ran.status.success();
    }
    Some(failed)
}

/// The tests of a file whose names begin with that of a rule, which is how they are called.
fn only_about(text: &str, name: &str) -> String {
    let (head, tests) = text.split_once("tests:\n").unwrap();
    let tests = format!("\n{tests}");
    let kept = tests
        .split("\n  - name: ")
        .skip(1)
        .filter(|test| {
            test.trim_start_matches('\'')
                .starts_with(&format!("{name}: "))
        })
        .map(|test| format!("  - name: {}\n", test.trim_end()))
        .collect::<Vec<_>>()
        .concat();
    assert!(!kept.is_empty(), "no test begins with {name}");
    format!("{head}tests:\n{kept}")
}

/// Thresholds moved a little in each direction, of every alert that does not belong to an objective. With
/// `BELLWETHER_ALL_MUTATIONS` also the times: none, and a day. (A test of a week's data takes ten seconds each time.)
#[test]
fn an_alert_that_changes_turns_its_tests_red() {
    let (registry, monitoring) = super::shipped();
    let all = std::env::var_os("BELLWETHER_ALL_MUTATIONS").is_some();
    let mut unnoticed = Vec::new();
    for rules_file in ["alerts.yaml", "alerts-prometheus.yaml"] {
        let text = read(&folder().join(rules_file));
        for rule in rules(&text) {
            let name = rule["alert"].as_str().unwrap();
            let start = text.find(&format!("- alert: {name}\n")).unwrap();
            let length = text[start + 1..]
                .find("- alert: ")
                .unwrap_or(text.len() - start - 1);
            let (before, block) = text.split_at(start);
            let (block, after) = block.split_at(length + 1);
            let mut changes: Vec<(String, String)> = Vec::new();
            if let Some(threshold) = monitoring.threshold(&registry, name) {
                for other in moved(name, threshold.value) {
                    changes.push((
                        format!("threshold {other}"),
                        with_threshold(block, threshold.value, other),
                    ));
                }
            }
            let times: &[&str] = if all {
                &["for", "keep_firing_for"]
            } else {
                &[]
            };
            for key in times {
                let Some(time) = rule[*key].as_str() else {
                    continue;
                };
                let line = format!("{key}: {time}\n");
                changes.push((
                    format!("no {key}"),
                    block.replace(&line, &format!("{key}: 0s\n")),
                ));
                changes.push((
                    format!("{key} a day"),
                    block.replace(&line, &format!("{key}: 1d\n")),
                ));
            }
            if all && rule.get("for").is_none() && name != "Watchdog" {
                let later = block.replacen("labels:\n", "for: 1d\n        labels:\n", 1);
                changes.push(("for a day".to_owned(), later));
            }
            for (what, changed) in changes {
                assert_ne!(changed, block, "{name}: {what} changes nothing");
                let mutation = Mutation {
                    what,
                    rules: rules_file,
                    text: format!("{before}{changed}{after}"),
                };
                match is_noticed(name, &mutation) {
                    None => return,
                    Some(true) => {}
                    Some(false) => unnoticed.push(format!("{name}: {}", mutation.what)),
                }
            }
        }
    }
    assert!(
        unnoticed.is_empty(),
        "not noticed:\n{}",
        unnoticed.join("\n")
    );
}

/// A threshold a little higher and a little lower; of a count that must be above 0, by more than the tests count.
fn moved(name: &str, threshold: f64) -> Vec<f64> {
    match name {
        // 1, 0.5 and 0 are all the values there are.
        "ServiceUnhealthy" => vec![0.6, 0.0],
        _ if threshold == 0.0 => vec![1e6, -1e6],
        _ => vec![threshold * 1.06, threshold * 0.94],
    }
}

/// The last comparison with the number gets another number.
fn with_threshold(block: &str, threshold: f64, moved: f64) -> String {
    for sign in ["> ", "< "] {
        let compared = format!("{sign}{threshold}");
        let ends = |at: &usize| {
            let next = block[at + compared.len()..].chars().next();
            next.is_none_or(|c| !(c.is_ascii_digit() || c == '.'))
        };
        let mut found = block
            .match_indices(&compared)
            .map(|(at, _)| at)
            .filter(ends);
        if let Some(at) = found.next() {
            let (before, after) = (&block[..at], &block[at + compared.len()..]);
            return format!("{before}{sign}{moved}{after}");
        }
    }
    block.to_owned()
}

/// Recordings: the first of every metric, matcher and window of each is changed in turn.
#[test]
fn a_recording_that_changes_turns_its_tests_red() {
    let text = read(&folder().join("recording.yaml"));
    let mut unnoticed = Vec::new();
    for rule in rules(&text) {
        let name = rule["record"].as_str().unwrap();
        let start = text.find(&format!("- record: {name}\n")).unwrap();
        let length = text[start + 1..]
            .find("- record: ")
            .unwrap_or(text.len() - start - 1);
        let (before, block) = text.split_at(start);
        let (block, after) = block.split_at(length + 1);
        let expr = block.find("expr:").unwrap();
        let with = |from: &str, to: &str| {
            let (head, tail) = block.split_at(expr);
            (tail.contains(from)).then(|| format!("{head}{}", tail.replacen(from, to, 1)))
        };
        let changes = [
            ("min for sum", with("sum by", "min by")),
            ("a label less", with("deployment_environment_name, ", "")),
            (
                "another status",
                with("!=\\\"success\\\"", "!=\\\"error\\\""),
            ),
        ];
        for (what, text) in changes {
            let Some(text) = text else { continue };
            let mutation = Mutation {
                what: what.to_owned(),
                rules: "recording.yaml",
                text: format!("{before}{text}{after}"),
            };
            match is_noticed(name, &mutation) {
                None => return,
                Some(true) => {}
                Some(false) => unnoticed.push(format!("{name}: {what}")),
            }
        }
    }
    assert!(
        unnoticed.is_empty(),
        "not noticed:\n{}",
        unnoticed.join("\n")
    );
}
