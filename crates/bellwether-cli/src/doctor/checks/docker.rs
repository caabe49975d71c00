//! Docker's socket, from which the Collector reads container metrics.
//!
//! No Docker is a normal case. A socket that is there but may not be opened is the usual trap: it belongs to a group
//! whose id differs from machine to machine, and the Collector runs as somebody else.

use std::io::ErrorKind;
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::path::{Path, PathBuf};

use super::super::{Finding, Surroundings};

const NAME: &str = "docker";
const DEFAULT_SOCKET: &str = "/var/run/docker.sock";

pub(super) async fn check(surroundings: &Surroundings) -> Vec<Finding> {
    let host = surroundings.non_empty("DOCKER_HOST");
    let socket = match host.map(|host| host.strip_prefix("unix://")) {
        None => PathBuf::from(DEFAULT_SOCKET),
        Some(Some(path)) => PathBuf::from(path),
        Some(None) => {
            let why = "DOCKER_HOST is no local socket (a read-only proxy, perhaps)";
            return vec![Finding::skipped(NAME, why)];
        }
    };
    vec![look_at(&socket, is_wanted(surroundings)).await]
}

/// Whether somebody asked for container metrics in so many words.
fn is_wanted(surroundings: &Surroundings) -> bool {
    let is_set = surroundings.non_empty("ENABLE_DOCKER_METRICS").is_some();
    is_set
        && surroundings
            .settings()
            .is_some_and(|settings| *settings.sources.docker)
}

async fn look_at(socket: &Path, is_wanted: bool) -> Finding {
    let shown = socket.display();
    let Ok(metadata) = std::fs::metadata(socket) else {
        if is_wanted {
            let found = format!("ENABLE_DOCKER_METRICS is set, but there is no {shown}");
            let fix = "start Docker, set DOCKER_HOST, or set ENABLE_DOCKER_METRICS=false";
            return Finding::warning(NAME, found, fix);
        }
        return Finding::skipped(NAME, format!("no Docker here ({shown} does not exist)"));
    };
    if !metadata.file_type().is_socket() {
        let found = format!("{shown} is no socket");
        return Finding::warning(NAME, found, "remove it and restart Docker");
    }
    let group = metadata.gid();
    let Err(error) = tokio::net::UnixStream::connect(socket).await else {
        return Finding::ok(NAME, format!("{shown} can be opened (group id {group})"));
    };
    match error.kind() {
        ErrorKind::PermissionDenied => Finding::warning(
            NAME,
            format!("{shown} may not be opened by this user; it belongs to group id {group}"),
            format!(
                "add yourself to that group (sudo usermod -aG {group} \"$USER\", then log in again); \
                 in a container: --group-add {group}"
            ),
        ),
        ErrorKind::ConnectionRefused => Finding::warning(
            NAME,
            format!("{shown} is there, but nobody listens"),
            "start Docker (sudo systemctl start docker)",
        ),
        _ => Finding::warning(
            NAME,
            format!("{shown} cannot be opened: {error}"),
            "see whether `docker info` works",
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::look_at;
    use crate::doctor::finding::Status;

    #[tokio::test]
    async fn a_socket_is_opened_and_a_stale_one_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("docker.sock");
        assert_eq!(look_at(&path, false).await.status(), Status::Skipped);
        assert_eq!(look_at(&path, true).await.status(), Status::Warning);
        let listener = std::os::unix::net::UnixListener::bind(&path).unwrap();
        assert_eq!(look_at(&path, false).await.status(), Status::Ok);
        drop(listener);
        let stale = look_at(&path, false).await;
        assert!(stale.found().contains("nobody listens"), "{stale:?}");
    }

    #[tokio::test]
    async fn a_plain_file_is_no_socket() {
        let file = tempfile::NamedTempFile::new().unwrap();
        assert_eq!(look_at(file.path(), false).await.status(), Status::Warning);
    }
}
