//! How grave a record is.

use std::fmt;

/// The level of a log record.
///
/// Lines know four levels: `trace` is written as `debug`. As an OpenTelemetry record a trace event keeps its severity, `TRACE`.
///
/// ```
/// use bellwether::logs::Level;
/// assert_eq!(Level::Warn.to_string(), "warn");
/// assert_eq!(Level::Trace.to_string(), "debug");
/// assert!(Level::Error > Level::Info);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// Finer than debug.
    Trace,
    /// For whoever looks for a fault.
    Debug,
    /// What happened.
    Info,
    /// Something that may need somebody.
    Warn,
    /// Something failed.
    Error,
}

impl Level {
    /// `debug`, `info`, `warn` or `error`.
    ///
    /// ```
    /// assert_eq!(bellwether::logs::Level::Info.as_str(), "info");
    /// ```
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Trace | Self::Debug => "debug",
            Self::Info => "info",
            Self::Warn => "warn",
            Self::Error => "error",
        }
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
