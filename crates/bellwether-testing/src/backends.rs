//! Servers that take minutes to build and that few tests want: built when asked for, never by a test.
//!
//! A test takes what a variable names or what `cargo run -p bellwether-testing -- --backends` has built, and says so
//! where there is neither.

use std::path::PathBuf;

use crate::go_tools::{Error, GoTools};

/// A backend of logs or traces.
///
/// ```no_run
/// use bellwether_testing::backends::Backend;
/// let Some(loki) = Backend::Loki.path() else { return };
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Backend {
    /// Grafana Loki, of the version that docker-compose.yml names.
    Loki,
    /// Jaeger 2, in the place of Tempo, which cannot be built from its module.
    Jaeger,
}

const LOKI: GoTools = GoTools {
    name: "loki",
    module: "testing/loki",
    tags: "netgo",
    programs: &["loki"],
};

const JAEGER: GoTools = GoTools {
    name: "jaeger",
    module: "testing/jaeger",
    tags: "netgo",
    programs: &["jaeger"],
};

impl Backend {
    /// All of them.
    ///
    /// ```
    /// use bellwether_testing::backends::Backend;
    /// assert_eq!(Backend::ALL[0].variable(), "BELLWETHER_LOKI");
    /// ```
    pub const ALL: [Self; 2] = [Self::Loki, Self::Jaeger];

    /// What it is built from.
    ///
    /// ```
    /// use bellwether_testing::backends::Backend;
    /// assert_eq!(Backend::Loki.tools().module, "testing/loki");
    /// ```
    pub const fn tools(self) -> GoTools {
        match self {
            Self::Loki => LOKI,
            Self::Jaeger => JAEGER,
        }
    }

    /// The environment variable that names another file.
    ///
    /// ```
    /// use bellwether_testing::backends::Backend;
    /// assert_eq!(Backend::Jaeger.variable(), "BELLWETHER_JAEGER");
    /// ```
    pub const fn variable(self) -> &'static str {
        match self {
            Self::Loki => "BELLWETHER_LOKI",
            Self::Jaeger => "BELLWETHER_JAEGER",
        }
    }

    /// What the environment names, else what is built, else a build.
    ///
    /// # Errors
    ///
    /// Whatever the build fails with.
    ///
    /// ```no_run
    /// use bellwether_testing::backends::Backend;
    /// let path = Backend::Loki.obtain(&mut |progress| println!("{progress}"));
    /// ```
    pub fn obtain(self, report: &mut dyn FnMut(&str)) -> Result<PathBuf, Error> {
        if let Some(named) = self.named() {
            return Ok(named);
        }
        Ok(self.tools().build(report)?.join(self.tools().programs[0]))
    }

    /// For tests: what is there. `None`, and said how to have it, where nothing is.
    ///
    /// ```no_run
    /// use bellwether_testing::backends::Backend;
    /// let Some(jaeger) = Backend::Jaeger.path() else { return };
    /// ```
    pub fn path(self) -> Option<PathBuf> {
        let tools = self.tools();
        let built = || tools.built().map(|folder| folder.join(tools.programs[0]));
        let found = self.named().or_else(built);
        if found.is_none() {
            #[allow(clippy::print_stdout, reason = "the output of a test")]
            {
                println!(
                    "without {}: it is not built (cargo run -p bellwether-testing -- --backends), and {} names none",
                    tools.name,
                    self.variable()
                );
            }
        }
        found
    }

    fn named(self) -> Option<PathBuf> {
        let named = std::env::var_os(self.variable()).filter(|value| !value.is_empty())?;
        Some(PathBuf::from(named))
    }
}
