//! What containers are made of stands still: a tag for people, a digest for machines.

use std::collections::BTreeMap;

use bellwether_testing::compose::model;

use super::{read, root, services, stack};

fn is_pinned(image: &str) -> bool {
    let Some((name, digest)) = image.split_once("@sha256:") else {
        return false;
    };
    let has_tag = name
        .rsplit('/')
        .next()
        .is_some_and(|last| last.contains(':'));
    has_tag && !name.ends_with(":latest") && digest.len() == 64
}

#[test]
fn images_of_others_have_a_tag_and_a_digest() {
    let Some(stack) = stack(&[]) else { return };
    for (name, service) in services(&stack) {
        let image = service["image"]
            .as_str()
            .unwrap_or_else(|| panic!("{name}: image"));
        if service["build"].is_null() {
            assert!(is_pinned(image), "{name}: {image}");
        } else {
            assert_eq!(
                service["pull_policy"], "build",
                "{name}: nobody publishes {image}"
            );
            assert!(image.starts_with("bellwether/"), "{name}: {image}");
        }
    }
}

/// Two builds that name one tag run beside each other, and the second ends with "image already exists".
#[test]
fn no_two_services_build_one_image() {
    let base = root().join("docker-compose.yml");
    let contrib = root().join("docker-compose.contrib.yml");
    for files in [&[base.as_path()][..], &[base.as_path(), contrib.as_path()]] {
        let Some(stack) = model(files, &[]) else {
            return;
        };
        let stack = stack.unwrap();
        let mut builds = BTreeMap::new();
        for (name, service) in services(&stack) {
            if service["build"].is_null() {
                continue;
            }
            let image = service["image"].as_str().unwrap().to_owned();
            let other = builds.insert(image, name);
            assert!(other.is_none(), "{name} and {other:?} build one image");
        }
        assert_eq!(builds.len(), 5);
    }
}

#[test]
fn what_images_are_built_from_has_them_too() {
    for file in ["Dockerfile", "otel-collector/Dockerfile"] {
        let text = read(file);
        let from = text.lines().filter_map(|line| line.strip_prefix("FROM "));
        let images: Vec<_> = from.map(|rest| rest.split(' ').next().unwrap()).collect();
        assert!(images.len() >= 2, "{file}");
        let is_stage = |image: &str| text.contains(&format!(" AS {image}\n"));
        for image in images {
            assert!(
                image == "scratch" || is_stage(image) || is_pinned(image),
                "{file}: {image}"
            );
        }
    }
    assert!(!is_pinned("prom/prometheus:v3.15.0"));
}

/// The version of a Go module that our own tests build.
fn module(folder: &str, name: &str) -> String {
    let text = read(&format!("{folder}/go.mod"));
    let line = text.lines().find_map(|line| {
        line.trim()
            .trim_start_matches("require ")
            .strip_prefix(name)
    });
    let version = line.unwrap_or_else(|| panic!("{folder}: {name}")).trim();
    version
        .split(' ')
        .next()
        .unwrap()
        .trim_start_matches('v')
        .to_owned()
}

/// What is run here natively is what the image holds.
#[test]
fn programs_that_tests_run_have_the_version_of_their_image() {
    let compose = read("docker-compose.yml");
    let has = |image: &str| assert!(compose.contains(image), "no {image}");
    // Prometheus 3.15.0 is module version 0.315.0.
    let prometheus = module("testing/prometheus", "github.com/prometheus/prometheus ");
    let minor = prometheus.strip_prefix("0.3").unwrap();
    has(&format!("prom/prometheus:v3.{minor}@"));
    has(&format!(
        "grafana/loki:{}@",
        module("testing/loki", "github.com/grafana/loki/v3 ")
    ));
    // The patch may differ: amtool of the same minor reads the same file.
    let alertmanager = module("testing/prometheus", "github.com/prometheus/alertmanager ");
    let (minor, _) = alertmanager.rsplit_once('.').unwrap();
    has(&format!("prom/alertmanager:v{minor}."));
    let image = compose.split("prom/alertmanager:").nth(1).unwrap();
    let image = image.split('@').next().unwrap();
    let page = read("docs/stack.md");
    let row = page.lines().find(|line| line.starts_with("| Alertmanager"));
    let row = row.unwrap();
    assert!(
        row.contains(image) && row.contains(&format!("`amtool` of {alertmanager},")),
        "{row}"
    );
    let collector = module(
        "otel-collector/distribution",
        "go.opentelemetry.io/collector/otelcol ",
    );
    assert!(
        read("otel-collector/Dockerfile")
            .contains(&format!("opentelemetry-collector-contrib:{collector}@"))
    );
    assert!(read("docker-compose.contrib.yml").contains(&format!("otelcol-contrib:{collector}\n")));
}
