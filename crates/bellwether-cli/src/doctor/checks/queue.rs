//! The directory of the Collector's queues: can it be made and written to, is there room, who may read it?
//!
//! What waits there is telemetry in clear text, so it must not be readable by others. The check leaves nothing behind:
//! it creates no directory (it looks at the nearest parent that exists) and removes the file it writes.

use std::fs::{self, Permissions};
use std::io::Write;
use std::os::unix::fs::{MetadataExt, OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

use nix::sys::statvfs::statvfs;
use nix::unistd::{AccessFlags, access};

use super::super::{Finding, Surroundings};

const NAME: &str = "queue";
/// Names the directory of the queues.
const VARIABLE: &str = "BELLWETHER_QUEUE_DIR";
/// Where the Collector's base layer puts them, seen from the directory it is started in.
const DEFAULT: &str = ".bellwether/queue";
const MIB: u64 = 1024 * 1024;
/// Below this an outage of some minutes does not fit any more.
const LITTLE_SPACE: u64 = 1024 * MIB;
/// Below this the Collector's database may not even grow once.
const NO_SPACE: u64 = 64 * MIB;

pub(super) fn check(surroundings: &Surroundings) -> Vec<Finding> {
    let folder = PathBuf::from(surroundings.non_empty(VARIABLE).unwrap_or(DEFAULT));
    let folder = std::path::absolute(&folder).unwrap_or(folder);
    if folder.exists() {
        existing(&folder)
    } else {
        vec![missing(&folder)]
    }
}

fn elsewhere() -> String {
    format!("set {VARIABLE} to a directory of your own on a local disk")
}

fn missing(folder: &Path) -> Finding {
    let shown = folder.display();
    let Some(parent) = folder.ancestors().skip(1).find(|parent| parent.exists()) else {
        return Finding::problem(NAME, format!("{shown} cannot be created"), elsewhere());
    };
    let above = parent.display();
    if !parent.is_dir() {
        let found = format!("{shown} cannot be created: {above} is a file");
        return Finding::problem(NAME, found, elsewhere());
    }
    if access(parent, AccessFlags::W_OK | AccessFlags::X_OK).is_err() {
        let found = format!("{shown} cannot be created: no permission to write in {above}");
        return Finding::problem(NAME, found, elsewhere());
    }
    space(parent).unwrap_or_else(|| {
        Finding::ok(
            NAME,
            format!("{shown} does not exist yet and can be created"),
        )
    })
}

fn existing(folder: &Path) -> Vec<Finding> {
    let shown = folder.display();
    if !folder.is_dir() {
        let found = format!("{shown} is a file, not a directory");
        return vec![Finding::problem(
            NAME,
            found,
            format!("remove it, or {}", elsewhere()),
        )];
    }
    if let Err(error) = write_and_remove(folder) {
        let found = format!("{shown} cannot be written to: {error}");
        return vec![Finding::problem(NAME, found, elsewhere())];
    }
    let findings: Vec<_> = [space(folder), readers(folder)]
        .into_iter()
        .flatten()
        .collect();
    if findings.is_empty() {
        return vec![Finding::ok(NAME, format!("{shown} can be written to"))];
    }
    findings
}

fn write_and_remove(folder: &Path) -> std::io::Result<()> {
    let path = folder.join(format!(".bellwether-doctor-{}", std::process::id()));
    let mut file = fs::OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o600)
        .open(&path)?;
    let written = file
        .write_all(b"bellwether doctor")
        .and_then(|()| file.sync_all());
    fs::remove_file(&path)?;
    written
}

/// A finding where there is too little room.
fn space(folder: &Path) -> Option<Finding> {
    let figures = statvfs(folder).ok()?;
    // The width of these fields differs between systems.
    #[allow(clippy::useless_conversion)]
    let free =
        u64::from(figures.blocks_available()).saturating_mul(u64::from(figures.fragment_size()));
    judge_space(&folder.display().to_string(), free)
}

fn judge_space(folder: &str, free: u64) -> Option<Finding> {
    let found = format!("{} MiB free at {folder}", free / MIB);
    let fix = format!("make room, or {}", elsewhere());
    match free {
        free if free < NO_SPACE => Some(Finding::problem(NAME, found, fix)),
        free if free < LITTLE_SPACE => Some(Finding::warning(NAME, found, fix)),
        _ => None,
    }
}

/// A finding where others may read, or may have put the directory there.
fn readers(folder: &Path) -> Option<Finding> {
    let metadata = fs::metadata(folder).ok()?;
    let shown = folder.display();
    let mode = Permissions::mode(&metadata.permissions()) & 0o777;
    if metadata.uid() != nix::unistd::geteuid().as_raw() {
        let found = format!("{shown} belongs to user id {}", metadata.uid());
        return Some(Finding::warning(NAME, found, elsewhere()));
    }
    let for_others = mode & 0o077;
    if for_others == 0 {
        return None;
    }
    let found =
        format!("{shown} has mode {mode:o}: other users may read telemetry that waits there");
    Some(Finding::warning(NAME, found, format!("chmod 700 {shown}")))
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::PermissionsExt;

    use super::{MIB, check, judge_space};
    use crate::doctor::Surroundings;
    use crate::doctor::finding::Status;

    fn status_of(path: &std::path::Path) -> Status {
        let path = path.to_str().unwrap();
        check(&Surroundings::with(&[("BELLWETHER_QUEUE_DIR", path)]))[0].status()
    }

    #[test]
    fn a_directory_is_judged_and_left_as_it_was() {
        let folder = tempfile::tempdir().unwrap();
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o700)).unwrap();
        assert_eq!(status_of(folder.path()), Status::Ok);
        fs::set_permissions(folder.path(), fs::Permissions::from_mode(0o755)).unwrap();
        assert_eq!(status_of(folder.path()), Status::Warning);
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
    }

    #[test]
    fn a_file_in_the_way_is_a_problem() {
        let file = tempfile::NamedTempFile::new().unwrap();
        assert_eq!(status_of(file.path()), Status::Problem);
        assert_eq!(status_of(&file.path().join("queue")), Status::Problem);
    }

    #[test]
    fn a_directory_that_can_be_made_is_not_made() {
        let folder = tempfile::tempdir().unwrap();
        let queue = folder.path().join("a/b");
        assert_eq!(status_of(&queue), Status::Ok);
        assert!(!queue.exists());
    }

    #[test]
    fn little_room_is_a_warning_and_none_a_problem() {
        assert!(judge_space("/q", 2000 * MIB).is_none());
        assert_eq!(
            judge_space("/q", 500 * MIB).unwrap().status(),
            Status::Warning
        );
        assert_eq!(judge_space("/q", MIB).unwrap().status(), Status::Problem);
    }
}
