//! Annotations, as Prometheus fills them in where an alert fires in a test.

use std::path::Path;

use bellwether_testing::prometheus::Program;

use super::value::value;

/// Each test is run with expected alerts left empty, so that promtool says what it got: no template may have failed, no value
/// be missing, no number be unreadable.
#[test]
fn annotations_are_filled_in_and_read_well() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../dashboards/prometheus");
    let mut seen = 0;
    for name in [
        "agents",
        "host-gpu",
        "jobs",
        "models",
        "pipeline",
        "service",
        "telemetry",
        "tools",
    ] {
        let text =
            std::fs::read_to_string(folder.join("tests").join(format!("{name}.yaml"))).unwrap();
        let file = value(&text);
        let mut changed = text.replace("../", &format!("{}/", folder.display()));
        // Where an alert fires, it is asked for as if it did not.
        for test in file["tests"].as_array().unwrap() {
            let named = test["name"].as_str().unwrap();
            let alert = named.split(':').next().unwrap();
            let fires = test["promql_expr_test"].as_array().into_iter().flatten();
            let times: Vec<String> = fires
                .filter(|case| case["exp_samples"].is_array())
                .map(|case| {
                    format!(
                        "      - {{eval_time: {}, alertname: {alert}}}\n",
                        case["eval_time"].as_str().unwrap()
                    )
                })
                .collect();
            let head = format!("  - name: '{}'\n", named.replace('\'', "''"));
            let added = format!("{head}    alert_rule_test:\n{}", times.concat());
            let plain = changed.find(&head).unwrap();
            let end = changed[plain + 1..]
                .find("\n  - name: ")
                .map_or(changed.len(), |at| plain + 2 + at);
            let block = changed[plain..end]
                .replace("    alert_rule_test:\n", "")
                .replacen(&head, &added, 1);
            let kept = block
                .lines()
                .filter(|line| {
                    !line.contains("alertname: ") || times.iter().any(|it| it.trim_end() == *line)
                })
                .map(|line| format!("{line}\n"))
                .collect::<Vec<_>>()
                .concat();
            changed.replace_range(plain..end, &kept);
        }
        let place = tempfile::tempdir().unwrap();
        let path = place.path().join("tests.yaml");
        std::fs::write(&path, changed).unwrap();
        let Some(ran) = Program::Promtool.run(["test", "rules", path.to_str().unwrap()]) else {
            return;
        };
        let said = format!(
            "{}{}",
            String::from_utf8_lossy(&ran.stdout),
            String::from_utf8_lossy(&ran.stderr)
        );
        let annotations = said.lines().filter(|line| line.contains("Annotations:{"));
        for line in annotations {
            seen += 1;
            for wrong in ["error", "<no value>", "NaN", "%!", "{{"] {
                // `error` is a word of summaries too; Prometheus writes `<error expanding template: …>`.
                let wrong = if wrong == "error" { "<error" } else { wrong };
                assert!(!line.contains(wrong), "{name}: {line}");
            }
            let description = line
                .split("description=\"")
                .nth(1)
                .unwrap()
                .split("\", ")
                .next()
                .unwrap();
            let longest = description
                .split(|c: char| !(c.is_ascii_digit() || c == '.'))
                .map(str::len)
                .max();
            assert!(longest.unwrap_or(0) <= 8, "{name}: {description}");
            assert!(
                !description.contains("  ") && !description.starts_with(':'),
                "{name}: {description}"
            );
        }
    }
    assert!(seen >= 40, "{seen}");
}
