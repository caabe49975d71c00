//! What is wrong with a registry, and where.
//!
//! A problem is printed as `file:line: rule: message`, which editors and CI make a link of.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;

/// A line of a registry file.
///
/// ```
/// let place = bellwether_catalog::Location::new("jobs.yaml", 7);
/// assert_eq!(place.to_string(), "jobs.yaml:7");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Location {
    /// Path of the file inside the registry.
    pub file: Arc<str>,
    /// Line, from 1.
    pub line: usize,
}

impl Location {
    /// A place in a file; lines count from 1.
    pub fn new(file: impl Into<Arc<str>>, line: usize) -> Self {
        Self {
            file: file.into(),
            line,
        }
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file, self.line)
    }
}

macro_rules! rules {
    ($($(#[doc = $doc:literal])+ $variant:ident => $name:literal,)+) => {
        /// The rules a registry must keep.
        ///
        /// ```
        /// assert_eq!(bellwether_catalog::Rule::SeriesLimit.name(), "series-limit");
        /// ```
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Rule { $($(#[doc = $doc])+ $variant,)+ }

        impl Rule {
            /// Every rule, in the order they are documented.
            ///
            /// ```
            /// assert!(bellwether_catalog::Rule::ALL.len() > 10);
            /// ```
            pub const ALL: &'static [Self] = &[$(Self::$variant,)+];

            /// The name errors use.
            ///
            /// ```
            /// assert_eq!(bellwether_catalog::Rule::Yaml.name(), "yaml");
            /// ```
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)+ }
            }
        }
    };
}

rules! {
    /// The file is YAML, without anchors, tags or repeated keys.
    Yaml => "yaml",
    /// Every field is known, present where required, and of its type.
    Shape => "shape",
    /// Keys, names and enum names are written once in a registry.
    UniqueName => "unique-name",
    /// Names fit OpenTelemetry (letters, digits, `_`, `.`, `-`, `/`) and start with a letter.
    NameFormat => "name-format",
    /// Every metric has a unit.
    UnitPresent => "unit-present",
    /// Every entry has a description.
    DescriptionPresent => "description-present",
    /// Histograms have buckets and nothing else has; they are finite and ascend.
    Buckets => "buckets",
    /// A signal refers to attributes that exist, each once.
    LabelDefined => "label-defined",
    /// A label is closed (members and an enum) or open with a bound.
    LabelBound => "label-bound",
    /// Members of an enum differ, in value and in Rust name; sets pick from the members.
    LabelMembers => "label-members",
    /// Ids of users, traces, spans, jobs, requests and the like are not labels.
    IdLabel => "id-label",
    /// Ids of agents, sessions and workers are bounded by what is alive.
    LiveBound => "live-bound",
    /// The closed labels of a metric make at most 2,000 series.
    SeriesLimit => "series-limit",
    /// The declared Prometheus names are what Prometheus makes of name, unit and instrument.
    PrometheusName => "prometheus-name",
    /// No two metrics end up under one name in Prometheus.
    PrometheusUnique => "prometheus-unique",
    /// Metrics of one recorder agree about each input they share.
    RecorderOverlap => "recorder-overlap",
    /// An alert measures what its metric can tell, with a threshold a bucket can resolve.
    Alert => "alert",
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// One broken rule.
///
/// ```
/// use bellwether_catalog::{Location, Problem, Rule};
/// let problem = Problem::new(Location::new("a.yaml", 3), Rule::UnitPresent, "metric `x` has no unit");
/// assert_eq!(problem.to_string(), "a.yaml:3: unit-present: metric `x` has no unit");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Problem {
    /// Where.
    pub location: Location,
    /// Which rule.
    pub rule: Rule,
    /// What is wrong and what was expected.
    pub message: String,
}

impl Problem {
    /// A broken rule at a place.
    pub fn new(location: Location, rule: Rule, message: impl Into<String>) -> Self {
        Self {
            location,
            rule,
            message: message.into(),
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}: {}", self.location, self.rule, self.message)
    }
}

/// Why a registry could not be loaded or its outputs not be written.
///
/// ```
/// let error = bellwether_catalog::load_sources(&[("a.yaml", "file_format: definition/2\nmetrics: 3\n")]).unwrap_err();
/// assert_eq!(error.to_string(), "a.yaml:2: shape: `metrics` must be a list");
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A file or directory could not be read or written.
    #[error("{}: {source}", path.display())]
    Io {
        /// The file or directory.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The directory holds no registry.
    #[error("{}: no .yaml file in the registry directory", .0.display())]
    Empty(PathBuf),
    /// The registry breaks rules; one line a problem, in the order of files and lines.
    #[error("{}", .0.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Invalid(Vec<Problem>),
}
