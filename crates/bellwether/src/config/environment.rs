//! Where variables are read from.
//!
//! Nothing in the crate calls `std::env` but [`ProcessEnvironment`]. Everything else is given an [`Environment`],
//! so that tests and programs with settings of their own can hand in a [`MapEnvironment`]: changing the variables
//! of a running process is unsafe where threads read them.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt;
use std::io::IsTerminal;

use super::settings::LogStream;

/// A set of environment variables, and what is known of the process's streams.
///
/// Values are returned as the system has them; that they are UTF-8 is checked where they are read, so that the
/// error names the variable.
pub trait Environment {
    /// The value of a variable; `None` where it is unset.
    fn get(&self, name: &str) -> Option<OsString>;

    /// Whether somebody watches this stream in a terminal. Decides the default log format. False unless the
    /// implementation knows better.
    fn is_terminal(&self, stream: LogStream) -> bool {
        let _ = stream;
        false
    }
}

/// The variables of this process.
///
/// ```
/// use bellwether::config::{Environment, ProcessEnvironment};
/// assert!(ProcessEnvironment.get("SURELY_NOBODY_HAS_SET_THIS").is_none());
/// ```
#[derive(Debug, Clone, Copy, Default)]
pub struct ProcessEnvironment;

impl Environment for ProcessEnvironment {
    fn get(&self, name: &str) -> Option<OsString> {
        // A name with `=` or NUL can't be a variable; the standard library answers such names with a panic on
        // some systems.
        let is_possible = !name.is_empty() && !name.contains(['=', '\0']);
        is_possible.then(|| std::env::var_os(name)).flatten()
    }

    fn is_terminal(&self, stream: LogStream) -> bool {
        match stream {
            LogStream::Stdout => std::io::stdout().is_terminal(),
            LogStream::Stderr => std::io::stderr().is_terminal(),
            LogStream::Off => false,
        }
    }
}

/// Variables given in code.
///
/// ```
/// use bellwether::config::{MapEnvironment, Overrides, Settings};
/// let environment: MapEnvironment = [("OTEL_SERVICE_NAME", "planner")].into_iter().collect();
/// let settings = Settings::resolve(Overrides::default(), &environment)?;
/// assert_eq!(*settings.identity.service_name, "planner");
/// # Ok::<(), bellwether::config::ConfigError>(())
/// ```
#[derive(Clone, Default)]
pub struct MapEnvironment {
    variables: BTreeMap<String, OsString>,
}

/// Names alone: tokens are among the values.
impl fmt::Debug for MapEnvironment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_set().entries(self.variables.keys()).finish()
    }
}

impl MapEnvironment {
    /// No variables at all: every setting has its default.
    ///
    /// ```
    /// use bellwether::config::{Environment, MapEnvironment};
    /// assert!(MapEnvironment::new().get("LOG_LEVEL").is_none());
    /// ```
    pub fn new() -> Self {
        Self::default()
    }

    /// This set of variables with one more, or one changed.
    ///
    /// ```
    /// use bellwether::config::{Environment, MapEnvironment};
    /// let environment = MapEnvironment::new().with("LOG_LEVEL", "debug");
    /// assert_eq!(environment.get("LOG_LEVEL").unwrap(), "debug");
    /// ```
    pub fn with(mut self, name: impl Into<String>, value: impl Into<OsString>) -> Self {
        self.variables.insert(name.into(), value.into());
        self
    }
}

impl<N: Into<String>, V: Into<OsString>> FromIterator<(N, V)> for MapEnvironment {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(variables: I) -> Self {
        variables
            .into_iter()
            .fold(Self::new(), |all, (name, value)| all.with(name, value))
    }
}

impl Environment for MapEnvironment {
    fn get(&self, name: &str) -> Option<OsString> {
        self.variables.get(name).cloned()
    }
}
