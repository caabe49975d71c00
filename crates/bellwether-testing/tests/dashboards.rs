//! The boards that ship are dashboards to Grafana's own types, and to those of Perses.

#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot be set up has failed"
)]

use std::path::{Path, PathBuf};

use bellwether_testing::dashboards::read;

fn files(folder: &str, ending: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../../dashboards")
        .join(folder);
    let entries = std::fs::read_dir(folder).unwrap();
    let mut files: Vec<PathBuf> = entries
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|found| found == ending))
        .collect();
    files.sort();
    assert!(files.len() >= 9, "{files:?}");
    files
}

#[test]
fn every_board_is_read_with_nothing_left_over() {
    let mut all = files("grafana", "json");
    all.extend(files("dash0/dashboards", "yaml"));
    let Some(answer) = read(&all) else { return };
    answer.unwrap();
}

#[test]
fn what_the_types_do_not_know_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let cases = [
        (
            "grafana/tools.json",
            "\"showHeader\"",
            "\"showHeaders\"",
            "unexpected field 'showHeaders'",
        ),
        (
            "grafana/tools.json",
            "\"refresh\": \"30s\"",
            "\"refresh\": 30",
            "refresh",
        ),
        (
            "dash0/dashboards/tools.yaml",
            "allowMultiple:",
            "allowMany:",
            ".allowMany: unexpected field",
        ),
        (
            "dash0/dashboards/tools.yaml",
            "kind: \"Grid\"",
            "kind: \"Grids\"",
            "Grids",
        ),
    ];
    let shipped = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../dashboards");
    for (file, from, to, says) in cases {
        let text = std::fs::read_to_string(shipped.join(file)).unwrap();
        assert!(text.contains(from), "{file} has no {from}");
        let broken = folder.path().join(Path::new(file).file_name().unwrap());
        std::fs::write(&broken, text.replace(from, to)).unwrap();
        let Some(answer) = read(&[broken]) else {
            return;
        };
        let error = answer.unwrap_err();
        assert!(error.contains(says), "{to}: {error}");
    }
}
