//! Where the programs are.

use std::ffi::OsStr;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::OnceLock;

use crate::go_tools::{Error, GoTools};

/// Where they are built from. Service discovery is left out: a third of the packages, and tests name their targets.
///
/// ```
/// assert_eq!(bellwether_testing::prometheus::TOOLS.module, "testing/prometheus");
/// ```
pub const TOOLS: GoTools = GoTools {
    name: "prometheus",
    module: "testing/prometheus",
    tags: "remove_all_sd,netgo",
    programs: &["prometheus", "promtool", "amtool"],
};

/// A program of Prometheus.
///
/// ```no_run
/// use bellwether_testing::prometheus::Program;
/// let Some(checked) = Program::Promtool.run(["check", "rules", "rules.yaml"]) else { return };
/// assert!(checked.status.success());
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Program {
    /// The server.
    Prometheus,
    /// Checks configuration and rules, and runs the tests of rules.
    Promtool,
    /// Checks the configuration of an Alertmanager, and where its routes lead.
    Amtool,
}

impl Program {
    /// All of them.
    ///
    /// ```
    /// use bellwether_testing::prometheus::{Program, TOOLS};
    /// assert_eq!(Program::ALL.map(Program::name), TOOLS.programs);
    /// ```
    pub const ALL: [Self; 3] = [Self::Prometheus, Self::Promtool, Self::Amtool];

    /// Name of the file.
    ///
    /// ```
    /// assert_eq!(bellwether_testing::prometheus::Program::Amtool.name(), "amtool");
    /// ```
    pub const fn name(self) -> &'static str {
        match self {
            Self::Prometheus => "prometheus",
            Self::Promtool => "promtool",
            Self::Amtool => "amtool",
        }
    }

    /// The environment variable that names another file.
    ///
    /// ```
    /// use bellwether_testing::prometheus::Program;
    /// assert_eq!(Program::Promtool.variable(), "BELLWETHER_PROMTOOL");
    /// ```
    pub const fn variable(self) -> &'static str {
        match self {
            Self::Prometheus => "BELLWETHER_PROMETHEUS",
            Self::Promtool => "BELLWETHER_PROMTOOL",
            Self::Amtool => "BELLWETHER_AMTOOL",
        }
    }

    /// What the environment names, else the build of [`TOOLS`], which is made if it is needed.
    ///
    /// ```no_run
    /// use bellwether_testing::prometheus::Program;
    /// let path = Program::Prometheus.obtain(&mut |progress| println!("{progress}"));
    /// ```
    ///
    /// # Errors
    ///
    /// A variable that names no file; whatever the build fails with.
    pub fn obtain(self, report: &mut dyn FnMut(&str)) -> Result<PathBuf, Error> {
        let named = std::env::var_os(self.variable()).filter(|value| !value.is_empty());
        let Some(path) = named.map(PathBuf::from) else {
            return Ok(TOOLS.build(report)?.join(self.name()));
        };
        if path.is_file() {
            return Ok(path);
        }
        Err(Error::Failed(format!(
            "{} is {}, expected the path of {}",
            self.variable(),
            path.display(),
            self.name()
        )))
    }

    /// For tests: the program, looked for once; `None`, with the reason printed, where there is no Go to build it
    /// with.
    ///
    /// # Panics
    ///
    /// If it could be had and is not, and always under `CI`: there nothing is left out unseen.
    ///
    /// ```no_run
    /// use bellwether_testing::prometheus::Program;
    /// let Some(promtool) = Program::Promtool.path() else { return };
    /// ```
    pub fn path(self) -> Option<&'static Path> {
        static PATHS: [OnceLock<Option<PathBuf>>; Program::ALL.len()] =
            [const { OnceLock::new() }; Program::ALL.len()];
        let find = || match self.obtain(&mut |_| ()) {
            Ok(path) => Some(path),
            Err(Error::NoGo) if std::env::var_os("CI").is_none() => None,
            Err(error) => panic!("no {}: {error}", self.name()),
        };
        let found = PATHS[self as usize].get_or_init(find).as_deref();
        if found.is_none() {
            crate::skipped::say(self.name(), &format!("no {}: {}", self.name(), Error::NoGo));
        }
        found
    }

    /// For tests: runs it to its end. `None` as [`path`](Self::path) has it.
    ///
    /// ```no_run
    /// use bellwether_testing::prometheus::Program;
    /// let version = Program::Promtool.run(["--version"]);
    /// ```
    pub fn run<I: AsRef<OsStr>>(self, arguments: impl IntoIterator<Item = I>) -> Option<Output> {
        let mut command = Command::new(self.path()?);
        Some(command.args(arguments).output().unwrap())
    }
}
