//! The rules of objectives are those that sloth makes of the same specification.

use bellwether_testing::rule_tools::run_sloth;
use serde_json::Value;

use super::value::value;
use super::{links, shipped};
use crate::monitoring::{Slo, groups_yaml, slo_groups, sloth_spec};

fn without_guards(slos: &[Slo]) -> Vec<Slo> {
    let unguarded = |slo: &Slo| Slo {
        minimum_events: 0,
        ..slo.clone()
    };
    slos.iter().map(unguarded).collect()
}

/// The groups with what only says who wrote them taken out, and ends of lines of expressions.
fn comparable(text: &str) -> Value {
    let mut file = value(text);
    for group in file["groups"].as_array_mut().unwrap() {
        for rule in group["rules"].as_array_mut().unwrap() {
            let trimmed = rule["expr"].as_str().unwrap().trim_end().to_owned();
            rule["expr"] = Value::from(trimmed);
            if rule["record"] == "sloth_slo_info" {
                let labels = rule["labels"].as_object_mut().unwrap();
                assert!(labels.remove("sloth_version").is_some());
            }
        }
    }
    file["groups"].take()
}

#[test]
fn the_rules_of_objectives_are_those_of_sloth() {
    let (_, monitoring) = shipped();
    assert_eq!(monitoring.slos.len(), 6);
    let slos = without_guards(&monitoring.slos);
    let folder = tempfile::tempdir().unwrap();
    let (spec, made) = (
        folder.path().join("spec.yaml"),
        folder.path().join("rules.yaml"),
    );
    std::fs::write(&spec, sloth_spec(&slos, &links())).unwrap();
    let arguments = [
        "generate".as_ref(),
        "-i".as_ref(),
        spec.as_os_str(),
        "-o".as_ref(),
        made.as_os_str(),
    ];
    let Some(output) = run_sloth(arguments) else {
        return;
    };
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let theirs = comparable(&std::fs::read_to_string(made).unwrap());
    let groups: Vec<_> = slos
        .iter()
        .flat_map(|slo| slo_groups(slo, &links()))
        .collect();
    let ours = comparable(&groups_yaml(&groups));
    let (theirs, ours) = (theirs.as_array().unwrap(), ours.as_array().unwrap());
    assert_eq!(theirs.len(), 18);
    for (one, other) in theirs.iter().zip(ours) {
        let name = &one["name"];
        let (one, other) = (
            one["rules"].as_array().unwrap(),
            other["rules"].as_array().unwrap(),
        );
        for (one, other) in one.iter().zip(other) {
            assert_eq!(one, other, "in {name}");
        }
        assert_eq!(one.len(), other.len(), "in {name}");
    }
    assert_eq!(theirs, ours);
}

/// With guards it is the same and one matter more: events, and that alerts ask for enough of them.
#[test]
fn a_guard_adds_to_the_rules_and_changes_nothing_else() {
    let (_, monitoring) = shipped();
    for (guarded, plain) in monitoring.slos.iter().zip(without_guards(&monitoring.slos)) {
        let is_added = |name: &str| name.starts_with("bellwether-slo-events-");
        let without: String = groups_yaml(
            &slo_groups(guarded, &links())
                .into_iter()
                .filter(|group| !is_added(&group.name))
                .collect::<Vec<_>>(),
        );
        let asks_for_events = |line: &&str| line.contains("slo:sli_events:");
        let stripped: Vec<&str> = without
            .lines()
            .filter(|line| !asks_for_events(line))
            .collect();
        assert_eq!(without.lines().filter(asks_for_events).count(), 4);
        // Each line that asks for events comes after an `and` of its own.
        let plain = groups_yaml(&slo_groups(&plain, &links()));
        let count = |lines: &[&str]| lines.iter().filter(|line| line.trim() == "and").count();
        let plain: Vec<&str> = plain.lines().collect();
        assert_eq!(count(&stripped), count(&plain) + 4);
        let other = |lines: &[&str]| -> Vec<String> {
            let kept = lines.iter().filter(|line| line.trim() != "and");
            kept.map(|line| (*line).to_owned()).collect()
        };
        assert_eq!(other(&stripped), other(&plain));
    }
}
