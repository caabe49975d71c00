//! What the checks look at: a snapshot of the environment.
//!
//! Checks read variables from here and not from the process, so that a unit test can put one into any situation
//! without touching the variables of the test process.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::PathBuf;

/// The environment variables doctor was started with.
#[derive(Debug, Clone, Default)]
pub(crate) struct Surroundings {
    variables: BTreeMap<String, OsString>,
}

impl Surroundings {
    /// The variables of this process. Names that are not UTF-8 can't be ours and are left out.
    pub(crate) fn of_this_process() -> Self {
        std::env::vars_os()
            .filter_map(|(name, value)| Some((name.into_string().ok()?, value)))
            .collect()
    }

    /// A variable as text; unset, or not UTF-8, is `None`. The empty string is a value here.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.variables.get(name)?.to_str()
    }

    /// A variable that has a value: unset and empty mean the same.
    pub(crate) fn non_empty(&self, name: &str) -> Option<&str> {
        self.text(name).filter(|value| !value.is_empty())
    }

    /// Every variable.
    pub(crate) fn variables(&self) -> impl Iterator<Item = (&str, &OsString)> {
        self.variables
            .iter()
            .map(|(name, value)| (name.as_str(), value))
    }

    /// The first executable of this name on `PATH`.
    pub(crate) fn program(&self, name: &str) -> Option<PathBuf> {
        let path = self.variables.get("PATH")?;
        std::env::split_paths(path)
            .map(|folder| folder.join(name))
            .find(|candidate| is_executable(candidate))
    }
}

impl FromIterator<(String, OsString)> for Surroundings {
    fn from_iter<I: IntoIterator<Item = (String, OsString)>>(variables: I) -> Self {
        Self {
            variables: variables.into_iter().collect(),
        }
    }
}

/// Whether this is a file that this process may run.
pub(crate) fn is_executable(path: &std::path::Path) -> bool {
    path.is_file() && nix::unistd::access(path, nix::unistd::AccessFlags::X_OK).is_ok()
}
