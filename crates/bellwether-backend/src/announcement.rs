//! Where the server of a store answers: a small file beside it, for commands on the same machine.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

/// A server that answers questions about a store.
///
/// ```
/// assert!(bellwether_backend::ServerAddress::of("no/such/telemetry.db").is_none());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServerAddress {
    /// Its process.
    pub pid: u32,
    /// Where it answers HTTP.
    pub http: SocketAddr,
}

impl ServerAddress {
    /// What the last server of the store at `path` said. It may be gone without having taken its word back.
    pub fn of(path: impl AsRef<Path>) -> Option<Self> {
        serde_json::from_slice(&std::fs::read(beside(path.as_ref())).ok()?).ok()
    }
}

fn beside(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(".server");
    name.into()
}

/// The file, for as long as the server runs.
#[derive(Debug)]
pub(crate) struct Announcement(PathBuf);

impl Announcement {
    /// None where it cannot be written: the server does its work without.
    pub(crate) fn write(store: &Path, http: SocketAddr) -> Option<Self> {
        let path = beside(store);
        let address = ServerAddress {
            pid: std::process::id(),
            http,
        };
        let text = serde_json::to_string(&address).ok()?;
        std::fs::write(&path, text).ok()?;
        Some(Self(path))
    }
}

impl Drop for Announcement {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}
