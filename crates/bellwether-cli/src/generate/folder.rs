//! The folder that is generated into: what is written, what is left of families that are gone, what differs.

use std::path::{Path, PathBuf};

use bellwether_catalog::{Error, Output};

/// Second line of each generated module, by which one is told from what somebody wrote.
const MARK: &str = "// Generated from the metrics registry.";

/// A folder and what belongs in it.
#[derive(Debug)]
pub(super) struct Folder {
    root: PathBuf,
    outputs: Vec<Output>,
}

/// What writing changed.
#[derive(Debug, Default)]
pub(super) struct Changes {
    pub(super) written: Vec<PathBuf>,
    pub(super) removed: Vec<PathBuf>,
}

impl Folder {
    pub(super) fn new(root: &Path, outputs: Vec<Output>) -> Self {
        Self {
            root: root.to_owned(),
            outputs,
        }
    }

    /// Number of files that belong in it.
    pub(super) fn len(&self) -> usize {
        self.outputs.len()
    }

    /// Writes what is not there yet and removes generated modules that no family stands behind.
    pub(super) fn write(&self) -> Result<Changes, Error> {
        let mut changes = Changes::default();
        for output in &self.outputs {
            let path = self.root.join(&output.path);
            if std::fs::read(&path).is_ok_and(|present| present == output.text.as_bytes()) {
                continue;
            }
            let parent = path.parent().unwrap_or(&self.root);
            std::fs::create_dir_all(parent).map_err(|source| failed(parent, source))?;
            std::fs::write(&path, &output.text).map_err(|source| failed(&path, source))?;
            changes.written.push(path);
        }
        for path in self.stale()? {
            std::fs::remove_file(&path).map_err(|source| failed(&path, source))?;
            changes.removed.push(path);
        }
        Ok(changes)
    }

    /// A line a file that is not as it should be, with the first line that differs.
    pub(super) fn differences(&self) -> Result<Vec<String>, Error> {
        let mut differences = Vec::new();
        for output in &self.outputs {
            let path = self.root.join(&output.path);
            let present = match std::fs::read(&path) {
                Ok(present) => String::from_utf8_lossy(&present).into_owned(),
                Err(error) if error.kind() == std::io::ErrorKind::NotFound => {
                    differences.push(format!("{}: is missing", path.display()));
                    continue;
                }
                Err(source) => return Err(failed(&path, source)),
            };
            if present != output.text {
                let line = first_difference(&present, &output.text);
                differences.push(format!("{}:{line}: differs", path.display()));
            }
        }
        let stale = self.stale()?.into_iter();
        differences.extend(stale.map(|path| format!("{}: its family is gone", path.display())));
        Ok(differences)
    }

    /// Generated modules that do not belong in it any more.
    fn stale(&self) -> Result<Vec<PathBuf>, Error> {
        let directory = self.root.join("rust");
        let entries = match std::fs::read_dir(&directory) {
            Ok(entries) => entries,
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(source) => return Err(failed(&directory, source)),
        };
        let mut stale = Vec::new();
        for entry in entries {
            let path = entry.map_err(|source| failed(&directory, source))?.path();
            let belongs = |output: &Output| self.root.join(&output.path) == path;
            let is_ours = std::fs::read_to_string(&path).is_ok_and(|text| {
                text.lines()
                    .nth(1)
                    .is_some_and(|line| line.starts_with(MARK))
            });
            if is_ours && !self.outputs.iter().any(belongs) {
                stale.push(path);
            }
        }
        stale.sort();
        Ok(stale)
    }
}

/// Number of the first line that differs, from 1.
fn first_difference(one: &str, other: &str) -> usize {
    let (mut one, mut other) = (one.split('\n'), other.split('\n'));
    let mut line = 1;
    while let (Some(left), Some(right)) = (one.next(), other.next()) {
        if left != right {
            break;
        }
        line += 1;
    }
    line
}

fn failed(path: &Path, source: std::io::Error) -> Error {
    Error::Io {
        path: path.to_owned(),
        source,
    }
}
