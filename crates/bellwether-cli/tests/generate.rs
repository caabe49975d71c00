//! `bellwether generate` on the sample's registry: what is committed, what is broken, what is gone.

#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot be set up has failed"
)]

mod support;

use std::path::{Path, PathBuf};
use std::process::Output;

use support::{bellwether, stderr, stdout};
use tempfile::TempDir;

fn sample() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/own-metrics")
}

fn generate(registry: &Path, out: &Path, more: &[&str]) -> Output {
    let mut command = bellwether();
    command.arg("generate").arg("--registry").arg(registry);
    command.arg("--out").arg(out).args(more).output().unwrap()
}

/// A copy of the sample's registry with one text exchanged for another in `rendering.yaml`.
fn changed(from: &str, to: &str) -> (TempDir, PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let registry = folder.path().join("registry");
    std::fs::create_dir(&registry).unwrap();
    for file in ["manifest.yaml", "rendering.yaml"] {
        let text = std::fs::read_to_string(sample().join("registry").join(file)).unwrap();
        let text = if file == "rendering.yaml" {
            assert!(text.contains(from), "{from}");
            text.replacen(from, to, 1)
        } else {
            text
        };
        std::fs::write(registry.join(file), text).unwrap();
    }
    (folder, registry)
}

#[test]
fn what_the_sample_commits_is_what_its_registry_makes() {
    let output = generate(
        &sample().join("registry"),
        &sample().join("generated"),
        &["--check"],
    );
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    let said = stdout(&output);
    assert!(said.contains("files are what the registry makes"), "{said}");
}

#[test]
fn files_are_written_once_and_told_by_name() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("generated");
    let first = generate(&sample().join("registry"), &out, &["--title", "Rendering"]);
    assert_eq!(first.status.code(), Some(0), "{}", stderr(&first));
    let units = out.join("rust/units.rs");
    let wrote = format!("wrote {}", units.display());
    assert!(stdout(&first).contains(&wrote), "{}", stdout(&first));
    let page = std::fs::read_to_string(out.join("metrics.md")).unwrap();
    assert!(page.lines().any(|line| line == "# Rendering"), "{page}");

    let again = generate(&sample().join("registry"), &out, &["--title", "Rendering"]);
    assert!(!stdout(&again).contains("wrote"), "{}", stdout(&again));
}

#[test]
fn a_broken_registry_is_told_by_file_line_and_rule() {
    let (folder, registry) = changed("    unit: \"By\"\n", "");
    let output = generate(&registry, &folder.path().join("out"), &[]);
    assert_eq!(output.status.code(), Some(1));
    let file = registry.join("rendering.yaml");
    let text = std::fs::read_to_string(&file).unwrap();
    let line = text
        .lines()
        .position(|line| line.contains("name: upload_size_bytes"));
    let place = format!("{}:{}: unit-present: ", file.display(), line.unwrap() + 1);
    let said = stderr(&output);
    assert!(
        said.lines().any(|line| line.starts_with(&place)),
        "{place}\n{said}"
    );
    assert!(!folder.path().join("out").exists(), "nothing is written");
}

#[test]
fn broken_rules_are_told_all_at_once_and_what_does_not_read_before_them() {
    let (folder, registry) = changed("    brief: \"Size of an upload.\"\n", "");
    let more = registry.join("more.yaml");
    let metric = "file_format: definition/2\nmetrics:\n  - {name: user_total, instrument: counter, unit: '{user}', brief: Users., stability: stable, attributes: [{ref: user_id}], annotations: {bellwether: {prometheus: user_total, origin: team, interval: 5}}}\n";
    std::fs::write(&more, metric).unwrap();
    let said = stderr(&generate(&registry, &folder.path().join("out"), &[]));
    for part in ["more.yaml:3: label-defined: ", ": description-present: "] {
        assert!(said.contains(part), "{part}\n{said}");
    }

    std::fs::write(&more, "file_format: definition/2\nmetrics: 3\n").unwrap();
    let said = stderr(&generate(&registry, &folder.path().join("out"), &[]));
    assert!(said.contains("more.yaml:2: shape: "), "{said}");
    assert!(!said.contains("description-present"), "{said}");
}

#[test]
fn a_difference_is_told_by_file_and_line_and_nothing_is_written() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("generated");
    let registry = sample().join("registry");
    generate(&registry, &out, &[]);
    let labels = out.join("rust/labels.rs");
    let text = std::fs::read_to_string(&labels).unwrap();
    let edited = text.replacen("pub enum Tier", "pub enum Plan", 1);
    std::fs::write(&labels, &edited).unwrap();
    std::fs::remove_file(out.join("catalog.json")).unwrap();

    let output = generate(&registry, &out, &["--check"]);
    assert_eq!(output.status.code(), Some(1));
    let line = text.lines().position(|line| line.contains("pub enum Tier"));
    let differs = format!("{}:{}: differs", labels.display(), line.unwrap() + 1);
    let missing = format!("{}: is missing", out.join("catalog.json").display());
    let said = stderr(&output);
    assert!(said.contains(&differs) && said.contains(&missing), "{said}");
    assert_eq!(std::fs::read_to_string(&labels).unwrap(), edited);
}

#[test]
fn a_module_of_a_family_that_is_gone_leaves_and_others_stay() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("generated");
    let registry = sample().join("registry");
    generate(&registry, &out, &[]);
    let gone = out.join("rust/printing.rs");
    std::fs::copy(out.join("rust/rendering.rs"), &gone).unwrap();
    let own = out.join("rust/by_hand.rs");
    std::fs::write(&own, "//! By hand.\n").unwrap();

    let check = generate(&registry, &out, &["--check"]);
    let told = format!("{}: its family is gone", gone.display());
    assert!(stderr(&check).contains(&told), "{}", stderr(&check));
    let output = generate(&registry, &out, &[]);
    let removed = format!("removed {}", gone.display());
    assert!(stdout(&output).contains(&removed), "{}", stdout(&output));
    assert!(!gone.exists() && own.exists());
}
