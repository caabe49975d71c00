//! What judges rules beside promtool: sloth, which makes the rules of objectives.
//!
//! `testing/sloth` pins it. It is the program that `BELLWETHER_SLOTH` names, else it is built ([`crate::go_tools`];
//! a minute or two, once). Without Go a test is left out and says so; with `CI` set it fails instead.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

use crate::go_tools::{Error, GoTools};

/// Where it is built from.
///
/// ```
/// assert_eq!(bellwether_testing::rule_tools::SLOTH.programs, ["sloth"]);
/// ```
pub const SLOTH: GoTools = GoTools {
    name: "sloth",
    module: "testing/sloth",
    tags: "netgo",
    programs: &["sloth"],
};

/// What `BELLWETHER_SLOTH` names, else the build of [`SLOTH`], which is made if it is needed.
///
/// ```no_run
/// let sloth = bellwether_testing::rule_tools::obtain_sloth(&mut |progress| println!("{progress}"));
/// ```
///
/// # Errors
///
/// A variable that names no file; whatever the build fails with.
pub fn obtain_sloth(report: &mut dyn FnMut(&str)) -> Result<PathBuf, Error> {
    let named = std::env::var_os("BELLWETHER_SLOTH").filter(|value| !value.is_empty());
    match named.map(PathBuf::from) {
        None => Ok(SLOTH.build(report)?.join("sloth")),
        Some(path) if path.is_file() => Ok(path),
        Some(path) => Err(Error::Failed(format!(
            "BELLWETHER_SLOTH is {}, expected the path of sloth",
            path.display()
        ))),
    }
}

/// For tests: runs sloth to its end. `None`, with the reason printed, where there is no Go to build it with.
///
/// # Panics
///
/// If it could be had and is not, and always under `CI`.
///
/// ```no_run
/// let version = bellwether_testing::rule_tools::run_sloth(["version"]);
/// ```
pub fn run_sloth<I: AsRef<OsStr>>(arguments: impl IntoIterator<Item = I>) -> Option<Output> {
    static SLOTH: OnceLock<Option<PathBuf>> = OnceLock::new();
    let find = || match obtain_sloth(&mut |_| ()) {
        Ok(path) => Some(path),
        Err(Error::NoGo) if std::env::var_os("CI").is_none() => None,
        Err(error) => panic!("no sloth: {error}"),
    };
    let found: Option<&Path> = SLOTH.get_or_init(find).as_deref();
    if found.is_none() {
        crate::skipped::say("sloth", &format!("no sloth: {}", Error::NoGo));
    }
    Some(Command::new(found?).args(arguments).output().unwrap())
}
