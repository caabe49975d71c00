//! The committed code is what the registry makes, and the registry on the page is sound.

#![allow(
    clippy::unwrap_used,
    reason = "a test that cannot be set up has failed"
)]

use std::path::Path;

use bellwether_catalog::{Options, load, load_sources, render};

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

#[test]
fn the_registry_on_the_page_is_sound() {
    let page = include_str!("../../../docs/own-metrics.md");
    let yaml = page.split("```yaml\n").nth(1).unwrap();
    let yaml = yaml.split("```").next().unwrap();
    let registry = load_sources(&[("rendering.yaml", yaml)]).unwrap();
    assert!(registry.metric("uploads_total").is_some());
}
