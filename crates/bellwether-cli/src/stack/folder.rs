//! The files of the stack, and its settings.
//!
//! Docker Compose takes a variable of its environment first, then the line of `.env`, then the default that stands in
//! docker-compose.yml. `.env.example` lists all of them with their defaults, which a test holds against the compose
//! file; so what is read here is what Docker will use.

use std::collections::BTreeMap;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use crate::collector::Variables;
use crate::exit::Failure;

/// What names of secrets have in them.
const SECRETS: [&str; 3] = ["TOKEN", "PASSWORD", "BASIC_AUTH"];
/// The file that makes a folder the stack's.
const COMPOSE: &str = "docker-compose.yml";

/// The folder of the stack.
#[derive(Debug)]
pub(crate) struct Folder {
    path: PathBuf,
    defaults: BTreeMap<String, String>,
    file: BTreeMap<String, String>,
    environment: Variables,
}

impl Folder {
    /// Reads the settings of a folder.
    pub(super) fn open(path: &Path) -> Result<Self, Failure> {
        if !path.join(COMPOSE).is_file() {
            return Err(Failure::new(format!(
                "--folder {}: there is no {COMPOSE}; expected a checkout of Bellwether",
                path.display()
            )));
        }
        let read = |name: &str| {
            let text = std::fs::read_to_string(path.join(name)).unwrap_or_default();
            lines(&text)
        };
        Ok(Self {
            path: path.to_owned(),
            defaults: read(".env.example"),
            file: read(".env"),
            environment: crate::collector::environment(),
        })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// A setting in force; the empty text if it has no value.
    pub(super) fn setting(&self, name: &str) -> &str {
        // Docker takes an empty variable for none: `${NAME:-default}`.
        let places = [&self.environment, &self.file, &self.defaults];
        places
            .into_iter()
            .find_map(|place| place.get(name).filter(|value| !value.is_empty()))
            .map_or("", String::as_str)
    }

    /// All that can be set, with the value in force.
    pub(super) fn settings(&self) -> Variables {
        let all = self.defaults.keys();
        all.map(|name| (name.clone(), self.setting(name).to_owned()))
            .collect()
    }

    /// Lines of `.env` that set what nothing reads: mostly a slip of the pen. Compose's own variables are none.
    pub(super) fn unknown(&self) -> Vec<&str> {
        let names = self.file.keys().map(String::as_str);
        names
            .filter(|name| !self.defaults.contains_key(*name) && !name.starts_with("COMPOSE_"))
            .collect()
    }

    /// The secrets that `.env` sets, by name.
    pub(super) fn secrets(&self) -> Vec<&str> {
        let set = self.file.iter().filter(|(_, value)| !value.is_empty());
        let names = set.map(|(name, _)| name.as_str());
        let is_secret = |name: &&str| SECRETS.iter().any(|part| name.contains(part));
        names.filter(is_secret).collect()
    }

    /// Whether `.env` can be read by more than its owner.
    pub(super) fn is_open_to_others(&self) -> bool {
        let file = std::fs::metadata(self.path.join(".env"));
        file.is_ok_and(|file| file.permissions().mode() & 0o077 != 0)
    }

    /// `http://127.0.0.1:PORT` with the port of a setting.
    pub(super) fn address(&self, port: &str) -> String {
        format!("http://127.0.0.1:{}", self.setting(port))
    }
}

/// `NAME=value` lines, as Docker reads them: comments and blank lines apart, quotation marks around a value taken off.
fn lines(text: &str) -> BTreeMap<String, String> {
    let pairs = text.lines().filter_map(|line| {
        let line = line.trim();
        if line.starts_with('#') {
            return None;
        }
        let (name, value) = line
            .strip_prefix("export ")
            .unwrap_or(line)
            .split_once('=')?;
        Some((name.trim().to_owned(), unquoted(value.trim()).to_owned()))
    });
    pairs.collect()
}

fn unquoted(value: &str) -> &str {
    for mark in ['"', '\''] {
        let inside = value
            .strip_prefix(mark)
            .and_then(|rest| rest.strip_suffix(mark));
        if let Some(inside) = inside {
            return inside;
        }
    }
    value
}

#[cfg(test)]
mod tests {
    use super::lines;

    #[test]
    fn lines_are_read_as_docker_reads_them() {
        let read = lines("# A=1\n\nB=2\nexport C=\"x y\"\nD='='\nE=\nno pair\n");
        let pairs: Vec<_> = read.iter().map(|(k, v)| (k.as_str(), v.as_str())).collect();
        assert_eq!(pairs, [("B", "2"), ("C", "x y"), ("D", "="), ("E", "")]);
    }
}
