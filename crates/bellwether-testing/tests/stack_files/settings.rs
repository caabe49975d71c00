//! `.env.example`: all that can be set, with the default that holds without it.

use std::collections::BTreeMap;

use super::read;

/// `${NAME:-default}` and `${NAME:+other}` in a text; defaults by name.
fn used(text: &str) -> BTreeMap<String, Option<String>> {
    let mut found = BTreeMap::new();
    let code = text
        .lines()
        .filter(|line| !line.trim_start().starts_with('#'));
    for line in code {
        let mut rest = line;
        while let Some(at) = rest.find("${") {
            let inside = rest[at + 2..].split_once('}').unwrap().0;
            rest = &rest[at + 2..];
            let end = inside
                .find(':')
                .unwrap_or_else(|| panic!("no default: {inside}"));
            let (name, how) = inside.split_at(end);
            let default = how.strip_prefix(":-").map(str::to_owned);
            let known: &mut Option<String> = found.entry(name.to_owned()).or_default();
            assert!(
                known.is_none() || default.is_none() || *known == default,
                "{name} has two defaults"
            );
            *known = known.take().or(default);
        }
    }
    found
}

fn example() -> BTreeMap<String, String> {
    let text = read(".env.example");
    let lines = text
        .lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty());
    let pairs: Vec<_> = lines.map(|line| line.split_once('=').unwrap()).collect();
    let map: BTreeMap<_, _> = pairs
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
        .collect();
    assert_eq!(map.len(), pairs.len(), "a variable stands twice");
    map
}

#[test]
fn what_is_used_is_listed_with_its_default_and_the_other_way_round() {
    let used = used(&(read("docker-compose.yml") + &read("docker-compose.contrib.yml")));
    let listed = example();
    let names = |map: Vec<&String>| map.into_iter().cloned().collect::<Vec<_>>();
    assert_eq!(names(used.keys().collect()), names(listed.keys().collect()));
    for (name, default) in used {
        assert_eq!(default.as_ref(), Some(&listed[&name]), "{name}");
    }
    assert!(listed.len() > 15);
}

#[test]
fn secrets_have_no_default() {
    for (name, value) in example() {
        let is_secret = ["TOKEN", "PASSWORD", "BASIC_AUTH"]
            .iter()
            .any(|part| name.contains(part));
        assert!(!is_secret || value.is_empty(), "{name}");
    }
    // Nor is the file with the real ones ever committed, or sent to a build.
    assert!(read(".gitignore").lines().any(|line| line == "/.env"));
    assert!(read(".dockerignore").lines().any(|line| line == ".env"));
}

#[test]
fn every_variable_is_explained() {
    let text = read(".env.example");
    let mut explained = false;
    for line in text.lines() {
        match line {
            "" => explained = false,
            comment if comment.starts_with("# ---") => {}
            comment if comment.starts_with('#') => explained = true,
            variable => assert!(explained, "{variable}"),
        }
    }
}
