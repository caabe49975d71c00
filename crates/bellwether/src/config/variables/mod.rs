//! Every environment variable that the library reads, as one table.
//!
//! `docs/configuration.md` is made from it, errors look up in it whether a value is secret, and a test holds it
//! against what [`Settings::resolve`](super::Settings::resolve) really asks for: a variable that is read and not
//! here, or here and not read, fails.

mod endpoint;
mod markdown;
mod own;
mod platform;
mod specification;

pub use markdown::markdown;

/// One environment variable.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Variable {
    /// Its name.
    pub name: &'static str,
    /// What it sets, with its precedence where another variable sets the same.
    pub meaning: &'static str,
    /// What holds where it is unset or empty.
    pub default: &'static str,
    /// What is understood.
    pub allowed: &'static str,
    /// Who gave it its name and meaning.
    pub source: Source,
    /// Whether its value must never be shown.
    pub secret: bool,
}

/// Where a variable's name and meaning come from.
///
/// ```
/// use bellwether::config::variables::{find, Source};
/// assert_eq!(find("OTEL_PROPAGATORS").unwrap().source, Source::Specification);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Source {
    /// The OpenTelemetry specification.
    Specification,
    /// Bellwether and the monitoring contracts it fulfils.
    Bellwether,
    /// Dash0.
    Dash0,
    /// The platform the process runs on: Railway, Kubernetes.
    Platform,
}

impl Source {
    /// As it stands in the documentation.
    ///
    /// ```
    /// use bellwether::config::variables::Source;
    /// assert_eq!(Source::Dash0.label(), "Dash0");
    /// ```
    pub const fn label(self) -> &'static str {
        match self {
            Self::Specification => "OTel",
            Self::Bellwether => "Bellwether",
            Self::Dash0 => "Dash0",
            Self::Platform => "platform",
        }
    }
}

/// Variables that belong together.
#[derive(Debug, Clone, Copy)]
#[non_exhaustive]
pub struct Group {
    /// Heading in the documentation.
    pub title: &'static str,
    /// What is to be known about all of them.
    pub note: &'static str,
    /// The variables, in the order of the documentation.
    pub variables: &'static [Variable],
}

/// The whole table, in the order of the documentation.
///
/// ```
/// use bellwether::config::variables;
/// let names: Vec<_> = variables::groups().flat_map(|group| group.variables).map(|v| v.name).collect();
/// assert!(names.contains(&"OTEL_EXPORTER_OTLP_ENDPOINT"));
/// ```
pub fn groups() -> impl Iterator<Item = &'static Group> {
    let ordered: [&'static [Group]; 3] = [own::GROUPS, specification::GROUPS, platform::GROUPS];
    ordered.into_iter().flatten()
}

/// A variable by its name.
///
/// ```
/// use bellwether::config::variables;
/// assert!(variables::find("DASH0_AUTH_TOKEN").unwrap().secret);
/// assert!(variables::find("PATH").is_none());
/// ```
pub fn find(name: &str) -> Option<&'static Variable> {
    groups()
        .flat_map(|group| group.variables)
        .find(|variable| variable.name == name)
}

const fn variable(
    source: Source,
    name: &'static str,
    meaning: &'static str,
    default: &'static str,
    allowed: &'static str,
) -> Variable {
    Variable {
        name,
        meaning,
        default,
        allowed,
        source,
        secret: false,
    }
}

const fn secret(variable: Variable) -> Variable {
    Variable {
        secret: true,
        ..variable
    }
}
