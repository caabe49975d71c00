//! Dashboards as the projects that show them read them.
//!
//! Grafana's own types (its Foundation SDK) read a classic dashboard strictly, down to the options of each kind of
//! panel, and those of Perses a `PersesDashboard`. What they do not know is an error.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use crate::go_tools::{Error, GoTools};

/// The program.
///
/// ```
/// assert_eq!(bellwether_testing::dashboards::TOOLS.module, "testing/dashboards");
/// ```
pub const TOOLS: GoTools = GoTools {
    name: "dashboards",
    module: "testing/dashboards",
    tags: "netgo",
    programs: &["dashboards"],
};

/// For tests: the program, built once (seconds). `None`, and said why, where there is no Go.
///
/// # Panics
///
/// If it could be had and is not, and always under `CI`.
///
/// ```no_run
/// let Some(program) = bellwether_testing::dashboards::program() else { return };
/// ```
pub fn program() -> Option<&'static Path> {
    static PATH: OnceLock<Option<PathBuf>> = OnceLock::new();
    let find = || match TOOLS.build(&mut |_| ()) {
        Ok(folder) => Some(folder.join("dashboards")),
        Err(Error::NoGo) if std::env::var_os("CI").is_none() => None,
        Err(error) => panic!("no reader of dashboards: {error}"),
    };
    let found = PATH.get_or_init(find).as_deref();
    if found.is_none() {
        crate::skipped::say(
            "dashboards",
            &format!("no reader of dashboards: {}", Error::NoGo),
        );
    }
    found
}

/// Reads `.json` files as Grafana's dashboards and `.yaml` files as those of Perses. `Err` is everything that is wrong,
/// a line each.
///
/// ```no_run
/// let read = bellwether_testing::dashboards::read(&["dashboards/grafana/tools.json".into()]);
/// ```
///
/// # Errors
///
/// The words of the types.
pub fn read(files: &[PathBuf]) -> Option<Result<(), String>> {
    let output = Command::new(program()?).args(files).output().unwrap();
    if output.status.success() {
        return Some(Ok(()));
    }
    Some(Err(String::from_utf8_lossy(&output.stderr).into_owned()))
}
