//! Who talks with whom, and whether what they say arrives.
//!
//! Docker answers a service's name with its address on one of the networks that asker and asked share, those that are
//! not internal first. Which one it is, nobody can choose: so packets must get through on each of them. Healthchecks
//! ask 127.0.0.1 and stay green where they do not.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::Value;

use super::{root, services, stack, strings};

/// All that a service is told: its environment, its command, and the YAML that is mounted from here.
fn told(service: &Value) -> String {
    let variables = service["environment"].as_object().into_iter().flatten();
    let mut text: Vec<String> = variables
        .filter_map(|(_, value)| value.as_str())
        .chain(strings(&service["command"]))
        .map(str::to_owned)
        .collect();
    for mount in service["volumes"].as_array().into_iter().flatten() {
        let source = Path::new(mount["source"].as_str().unwrap_or_default());
        let folders = ["deploy", "otel-collector/config"];
        if folders.iter().any(|at| source.starts_with(root().join(at))) {
            yaml(source, &mut text);
        }
    }
    text.join("\n")
}

/// The lines of a file, or of the files below a folder, that are no comments.
fn yaml(path: &Path, text: &mut Vec<String>) {
    if path.is_dir() {
        let entries = std::fs::read_dir(path).unwrap();
        entries.for_each(|entry| yaml(&entry.unwrap().path(), text));
        return;
    }
    let lines = std::fs::read_to_string(path).unwrap();
    let lines = lines
        .lines()
        .filter(|line| !line.trim_start().starts_with('#'));
    text.extend(lines.map(str::to_owned));
}

/// Whether there is `name:1234` in the text.
fn names(text: &str, name: &str) -> bool {
    text.match_indices(&format!("{name}:")).any(|(at, found)| {
        let is_whole = !text[..at].ends_with(|before: char| {
            before.is_ascii_alphanumeric() || ['-', '_', '.'].contains(&before)
        });
        let port = text[at + found.len()..].chars().take(4);
        is_whole && port.filter(char::is_ascii_digit).count() == 4
    })
}

fn networks(service: &Value) -> BTreeSet<&str> {
    let networks = service["networks"].as_object().into_iter().flatten();
    networks.map(|(name, _)| name.as_str()).collect()
}

#[test]
fn whoever_talks_is_heard_on_every_network_that_a_name_may_lead_to() {
    let Some(stack) = stack(&[]) else { return };
    let mut talks: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for (asker, service) in services(&stack) {
        let text = told(service);
        for (asked, other) in services(&stack) {
            if asked == asker || !names(&text, asked) {
                continue;
            }
            talks.entry(asker).or_default().push(asked);
            let theirs = networks(other);
            let shared: Vec<_> = networks(service).intersection(&theirs).copied().collect();
            assert!(!shared.is_empty(), "{asker} shares nothing with {asked}");
            for network in shared {
                let option = "com.docker.network.bridge.enable_icc";
                let between_containers = &stack["networks"][network]["driver_opts"][option];
                assert!(
                    between_containers.is_null() || between_containers == "true",
                    "{asker} asks {asked} over {network}, which lets nothing through"
                );
            }
        }
    }
    let expected: [(&str, &[&str]); 5] = [
        (
            "collector",
            &["docker-proxy", "loki", "prometheus", "tempo"],
        ),
        ("demo", &["collector"]),
        ("gpu", &["collector"]),
        ("grafana", &["alertmanager", "loki", "prometheus", "tempo"]),
        ("prometheus", &["alertmanager", "grafana", "loki", "tempo"]),
    ];
    let expected = expected.map(|(asker, asked)| (asker, asked.to_vec()));
    assert_eq!(talks, BTreeMap::from(expected));
}
