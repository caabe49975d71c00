//! The committed code is what the registry makes.

#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot be set up has failed"
)]

use std::path::Path;

use bellwether_catalog::{Options, load, render};

/// The same as `bellwether generate --check`, for a team that would rather have it among its tests.
#[test]
fn committed_files_are_what_the_registry_makes() {
    let sample = Path::new(env!("CARGO_MANIFEST_DIR"));
    let registry = load(sample.join("registry")).unwrap();
    for output in render(&registry, &Options::default()) {
        let path = sample.join("generated").join(&output.path);
        let committed = std::fs::read_to_string(&path).unwrap_or_default();
        assert!(
            committed == output.text,
            "{} differs; run `bellwether generate --registry registry --out generated`",
            path.display()
        );
    }
}
