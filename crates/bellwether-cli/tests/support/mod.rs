//! What the tests of the command share: the built binary, started with nothing but the variables a test names.

#![allow(dead_code, reason = "each test binary uses its own part")]

pub(crate) mod board;
pub(crate) mod collector;
pub(crate) mod driver;
pub(crate) mod metrics_endpoint;
pub(crate) mod receiver;
pub(crate) mod roads;
pub(crate) mod synthetic;
pub(crate) mod traffic;

use std::path::PathBuf;
use std::process::{Command, Output};

/// The built command, without the variables of whoever runs the tests: a proxy or an endpoint of theirs must not
/// decide.
pub(crate) fn bellwether() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_bellwether"));
    command.env_clear();
    for name in ["PATH", "HOME"] {
        if let Some(value) = std::env::var_os(name) {
            command.env(name, value);
        }
    }
    command
}

/// Standard output as text.
pub(crate) fn stdout(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

/// Standard error as text.
pub(crate) fn stderr(output: &Output) -> String {
    String::from_utf8_lossy(&output.stderr).into_owned()
}

/// A real Collector: the one that `BELLWETHER_OTELCOL` names, else the one of this repository, which is built if it is
/// not there yet (minutes, once).
pub(crate) fn collector_binary() -> PathBuf {
    if let Some(path) = std::env::var_os("BELLWETHER_OTELCOL").filter(|path| !path.is_empty()) {
        return PathBuf::from(path);
    }
    let output = Command::new(env!("CARGO_BIN_EXE_bellwether"))
        .args(["collector", "build"])
        .output()
        .unwrap();
    let path = stdout(&output).lines().last().map(PathBuf::from);
    path.filter(|path| path.is_file())
        .unwrap_or_else(|| panic!("no Collector: {}", stderr(&output)))
}
