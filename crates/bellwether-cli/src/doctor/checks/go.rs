//! Go, which compiles the Collector: there, and new enough?
//!
//! `go version` prints `go version go1.26.8 linux/amd64`. Go 1.21 and later fetch a newer toolchain by themselves
//! when a module asks for one, unless `GOTOOLCHAIN=local`; that needs the network, so an older Go is a warning.

use std::process::Stdio;

use super::super::{Finding, Surroundings};

const NAME: &str = "go";
/// The `go` line of the Collector's module.
const NEEDED: Version = Version(1, 26, 0);

/// `major.minor.patch`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Version(u32, u32, u32);

impl std::fmt::Display for Version {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}.{}.{}", self.0, self.1, self.2)
    }
}

pub(super) async fn check(surroundings: &Surroundings) -> Vec<Finding> {
    let install = "install Go from https://go.dev/dl, or put a Collector on PATH (`otelcol`) or into BELLWETHER_OTELCOL";
    let Some(program) = surroundings.program("go") else {
        let found = "no `go` on PATH: the Collector cannot be compiled here";
        return vec![Finding::warning(NAME, found, install)];
    };
    let output = tokio::process::Command::new(&program)
        .arg("version")
        .stdin(Stdio::null())
        .kill_on_drop(true)
        .output()
        .await;
    let text = match output {
        Ok(output) => String::from_utf8_lossy(&output.stdout).into_owned(),
        Err(error) => {
            let found = format!("{} does not run: {error}", program.display());
            return vec![Finding::warning(NAME, found, install)];
        }
    };
    vec![judge(text.trim())]
}

fn judge(text: &str) -> Finding {
    match parse(text) {
        None => Finding::warning(
            NAME,
            format!("`go version` answered {text:?}"),
            "reinstall Go from https://go.dev/dl",
        ),
        Some(version) if version < NEEDED => Finding::warning(
            NAME,
            format!("Go {version} is older than {NEEDED}, which the Collector's module asks for"),
            "install a newer Go from https://go.dev/dl (Go may also fetch one by itself, over the network)",
        ),
        Some(version) => Finding::ok(NAME, format!("Go {version}")),
    }
}

/// Release candidates (`go1.26rc1`) count as the release they lead to.
fn parse(text: &str) -> Option<Version> {
    let name = text.split_whitespace().nth(2)?.strip_prefix("go")?;
    let end = name.find(|c: char| c != '.' && !c.is_ascii_digit());
    let mut numbers = name.get(..end.unwrap_or(name.len()))?.split('.');
    let mut next = || numbers.next().map_or(Some(0), |n| n.parse().ok());
    Some(Version(next()?, next()?, next()?))
}

#[cfg(test)]
mod tests {
    use super::{Version, judge, parse};
    use crate::doctor::finding::Status;

    #[test]
    fn versions_are_read_as_go_prints_them() {
        let cases = [
            ("go version go1.26.8 linux/amd64", Some(Version(1, 26, 8))),
            ("go version go1.26rc1 linux/amd64", Some(Version(1, 26, 0))),
            ("go version go1.25 darwin/arm64", Some(Version(1, 25, 0))),
            ("go version devel +abc", None),
            ("", None),
        ];
        for (text, expected) in cases {
            assert_eq!(parse(text), expected, "{text}");
        }
    }

    #[test]
    fn an_old_go_is_a_warning() {
        assert_eq!(
            judge("go version go1.19.8 linux/amd64").status(),
            Status::Warning
        );
        assert_eq!(
            judge("go version go1.26.8 linux/amd64").status(),
            Status::Ok
        );
    }
}
