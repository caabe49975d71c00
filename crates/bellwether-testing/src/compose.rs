//! A compose file as Docker's own library reads it.
//!
//! `docker compose` loads its files with compose-go. A small program does the same without a Docker engine: the
//! schema of the compose specification, interpolation, anchors, `-f` overrides, and whether what services name exists.
//! What comes out is the model that Docker would act on, and tests look at that rather than at YAML.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use serde_json::Value;

use crate::go_tools::{Error, GoTools};

/// The program.
///
/// ```
/// assert_eq!(bellwether_testing::compose::TOOLS.module, "testing/compose");
/// ```
pub const TOOLS: GoTools = GoTools {
    name: "compose",
    module: "testing/compose",
    tags: "netgo",
    programs: &["compose"],
};

/// For tests: the program, built once (seconds). `None`, and said why, where there is no Go.
///
/// # Panics
///
/// If it could be had and is not, and always under `CI`.
///
/// ```no_run
/// let Some(program) = bellwether_testing::compose::program() else { return };
/// ```
pub fn program() -> Option<&'static Path> {
    static PATH: OnceLock<Option<PathBuf>> = OnceLock::new();
    let find = || match TOOLS.build(&mut |_| ()) {
        Ok(folder) => Some(folder.join("compose")),
        Err(Error::NoGo) if std::env::var_os("CI").is_none() => None,
        Err(error) => panic!("no compose-go: {error}"),
    };
    let found = PATH.get_or_init(find).as_deref();
    if found.is_none() {
        crate::skipped::say("compose", &format!("no compose-go: {}", Error::NoGo));
    }
    found
}

/// The model of some files, later ones over earlier ones, with these variables and no others. `Err` is what is wrong
/// with them.
///
/// Services of every profile are in it. `.env` is read where the process runs, as Docker does.
///
/// ```no_run
/// let model = bellwether_testing::compose::model(&["docker-compose.yml".as_ref()], &[("GRAFANA_PORT", "3001")]);
/// ```
///
/// # Errors
///
/// The library's own words.
pub fn model(files: &[&Path], variables: &[(&str, &str)]) -> Option<Result<Value, String>> {
    let mut command = Command::new(program()?);
    command.args(files);
    if let Some(folder) = files.first().and_then(|file| file.parent()) {
        command.current_dir(folder);
    }
    let output = command
        .env_clear()
        .envs(variables.iter().copied())
        .output()
        .unwrap();
    if !output.status.success() {
        return Some(Err(String::from_utf8_lossy(&output.stderr).into_owned()));
    }
    Some(Ok(serde_json::from_slice(&output.stdout).unwrap()))
}
