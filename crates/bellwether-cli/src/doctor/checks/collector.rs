//! The Collector's binary: named, built already, or on `PATH`; found as `bellwether up` finds it.

use std::path::Path;

use super::super::surroundings::is_executable;
use super::super::{Finding, Surroundings};
use crate::collector::{self, Origin, VARIABLE};

const NAME: &str = "collector";

pub(super) fn check(surroundings: &Surroundings) -> Vec<Finding> {
    if let Some(path) = surroundings.non_empty(VARIABLE) {
        return vec![named(path)];
    }
    if let Ok(Some(found)) = collector::find() {
        let whence = match found.origin {
            Origin::Path => "on PATH",
            _ => "built",
        };
        return vec![Finding::ok(
            NAME,
            format!("{} ({whence})", found.path.display()),
        )];
    }
    if surroundings.program("go").is_some() {
        let found = "none yet; Go is there, so it can be built";
        return vec![Finding::ok(
            NAME,
            format!("{found} (`bellwether collector build`)"),
        )];
    }
    let found =
        format!("no Collector on PATH, {VARIABLE} is not set, and without Go none can be built");
    let fix = format!(
        "install Go from https://go.dev/dl, or install a Collector and set {VARIABLE} to its path"
    );
    vec![Finding::warning(NAME, found, fix)]
}

fn named(path: &str) -> Finding {
    if is_executable(Path::new(path)) {
        return Finding::ok(NAME, format!("{VARIABLE} is {path}"));
    }
    let found = format!("{VARIABLE} is {path:?}, which is no file that can be run");
    Finding::problem(
        NAME,
        found,
        format!("set {VARIABLE} to the path of a Collector binary, or unset it"),
    )
}

#[cfg(test)]
mod tests {
    use super::check;
    use crate::doctor::Surroundings;
    use crate::doctor::finding::Status;

    #[test]
    fn a_named_binary_must_be_one() {
        let cases = [
            ("/no/such/otelcol", Status::Problem),
            ("/bin/sh", Status::Ok),
        ];
        for (path, expected) in cases {
            let findings = check(&Surroundings::with(&[("BELLWETHER_OTELCOL", path)]));
            assert_eq!(findings[0].status(), expected, "{path}");
        }
    }
}
