//! The directory that the fleet looks into, and the folder that a run leaves things in.

use std::path::{Path, PathBuf};

use crate::exit::Failure;

/// What the operators turn.
pub(super) fn settings_file(output: &Path) -> PathBuf {
    output.join("settings.json")
}

/// What the toolbox looks into.
pub(super) fn index_file(output: &Path) -> PathBuf {
    output.join("index.json")
}

/// The directory to look into, absolute: the roles run elsewhere.
pub(super) fn directory(given: &Path) -> Result<PathBuf, Failure> {
    let failed = |error: std::io::Error| {
        Failure::new(format!(
            "--dir `{}`: {error}; expected a directory",
            given.display()
        ))
    };
    let dir = given.canonicalize().map_err(failed)?;
    if !dir.is_dir() {
        return Err(failed(std::io::ErrorKind::NotADirectory.into()));
    }
    if dir.to_str().is_none() {
        return Err(Failure::new(format!(
            "--dir `{}`: expected a name in UTF-8",
            dir.display()
        )));
    }
    Ok(dir)
}

/// A folder of this run's own, so that two demos do not mix and no old line is counted.
pub(super) fn fresh_folder(output: &Path) -> Result<PathBuf, Failure> {
    let failed = |error: std::io::Error| {
        Failure::new(format!(
            "--output `{}`: {error}; expected a directory to write to",
            output.display()
        ))
    };
    std::fs::create_dir_all(output).map_err(failed)?;
    let folder = output
        .canonicalize()
        .map_err(failed)?
        .join(format!("run-{}", std::process::id()));
    if folder.exists() {
        // A process id of an earlier boot.
        std::fs::remove_dir_all(&folder).map_err(failed)?;
    }
    std::fs::create_dir(&folder).map_err(failed)?;
    Ok(folder)
}
