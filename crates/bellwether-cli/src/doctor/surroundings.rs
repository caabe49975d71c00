//! What the checks look at: the environment, the settings that follow from it, the ports.
//!
//! Checks read variables from here and not from the process, so that a unit test can put one into any situation
//! without touching the variables of the test process. Settings are resolved as a service would resolve them; a
//! variable that can't be used is noted, hidden, and resolution tried again, so that one run names all of them and
//! the other checks still have settings to look at.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::path::{Path, PathBuf};

use bellwether::config::{ConfigError, Environment, Overrides, Settings};

/// Everything a check may look at.
#[derive(Debug, Clone)]
pub(crate) struct Surroundings {
    variables: BTreeMap<String, OsString>,
    settings: Option<Settings>,
    errors: Vec<ConfigError>,
    ports: Vec<u16>,
}

/// Variables that were found to be unusable are hidden from the next try.
struct Masked<'a> {
    variables: &'a BTreeMap<String, OsString>,
    hidden: Vec<String>,
}

impl Environment for Masked<'_> {
    fn get(&self, name: &str) -> Option<OsString> {
        let is_hidden = self.hidden.iter().any(|hidden| hidden == name);
        if is_hidden {
            return None;
        }
        self.variables.get(name).cloned()
    }
}

impl Surroundings {
    /// The variables of this process.
    pub(crate) fn of_this_process(ports: Vec<u16>) -> Self {
        Self::new(crate::variables::of_this_process(), ports)
    }

    /// These variables, and these ports to look at.
    pub(crate) fn new(variables: BTreeMap<String, OsString>, ports: Vec<u16>) -> Self {
        let (settings, errors) = settle(&variables);
        Self {
            variables,
            settings,
            errors,
            ports,
        }
    }

    /// A variable as text; unset, or not UTF-8, is `None`. The empty string is a value here.
    pub(crate) fn text(&self, name: &str) -> Option<&str> {
        self.variables.get(name)?.to_str()
    }

    /// A variable that has a value: unset and empty mean the same.
    pub(crate) fn non_empty(&self, name: &str) -> Option<&str> {
        self.text(name).filter(|value| !value.is_empty())
    }

    /// Settings as a service would have them, unusable variables left out. `None` where they can't be settled.
    pub(crate) const fn settings(&self) -> Option<&Settings> {
        self.settings.as_ref()
    }

    /// Each variable that can't be used.
    pub(crate) fn errors(&self) -> &[ConfigError] {
        &self.errors
    }

    /// The ports to look at; empty for the Collector's.
    pub(crate) fn ports(&self) -> &[u16] {
        &self.ports
    }

    /// The first executable of this name on `PATH`.
    pub(crate) fn program(&self, name: &str) -> Option<PathBuf> {
        let path = self.variables.get("PATH")?;
        std::env::split_paths(path)
            .map(|folder| folder.join(name))
            .find(|candidate| is_executable(candidate))
    }
}

fn settle(variables: &BTreeMap<String, OsString>) -> (Option<Settings>, Vec<ConfigError>) {
    let mut masked = Masked {
        variables,
        hidden: Vec::new(),
    };
    let mut errors = Vec::new();
    loop {
        let error = match Settings::resolve(Overrides::default(), &masked) {
            Ok(settings) => return (Some(settings), errors),
            Err(error) => error,
        };
        let name = match &error {
            ConfigError::Invalid { name, .. } => Some(name.clone()),
            _ => None,
        };
        errors.push(error);
        // Hiding must make progress: a variable that is missing can't be hidden.
        match name {
            Some(name) if variables.contains_key(&name) && !masked.hidden.contains(&name) => {
                masked.hidden.push(name);
            }
            _ => return (None, errors),
        }
    }
}

/// Whether this is a file that this process may run.
pub(crate) fn is_executable(path: &Path) -> bool {
    path.is_file() && nix::unistd::access(path, nix::unistd::AccessFlags::X_OK).is_ok()
}

#[cfg(test)]
impl Surroundings {
    /// These variables, nothing else.
    pub(crate) fn with(variables: &[(&str, &str)]) -> Self {
        let owned = variables
            .iter()
            .map(|(name, value)| ((*name).to_owned(), OsString::from(value)));
        Self::new(owned.collect(), Vec::new())
    }
}

#[cfg(test)]
mod tests {
    use super::Surroundings;

    #[test]
    fn every_unusable_variable_is_named() {
        let surroundings = Surroundings::with(&[
            ("TRACING_SAMPLE_RATE", "two"),
            ("LOG_FORMAT", "xml"),
            ("OTEL_BSP_MAX_QUEUE_SIZE", "-1"),
        ]);
        let text: Vec<_> = surroundings
            .errors()
            .iter()
            .map(ToString::to_string)
            .collect();
        assert_eq!(text.len(), 3, "{text:?}");
        assert!(surroundings.settings().is_some());
    }

    #[test]
    fn a_missing_variable_ends_the_search() {
        let surroundings =
            Surroundings::with(&[("DASH0_OTLP_ENDPOINT", "https://ingress.example")]);
        assert_eq!(surroundings.errors().len(), 1);
        assert!(surroundings.settings().is_none());
    }
}
