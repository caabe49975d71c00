//! What can be wrong with a configuration.

/// A setting that cannot be used, named so that it can be found and mended.
///
/// ```
/// use bellwether::config::ConfigError;
/// let error = ConfigError::invalid("TRACING_SAMPLE_RATE", "two", "a number from 0.0 to 1.0");
/// assert_eq!(error.to_string(), "TRACING_SAMPLE_RATE is \"two\": expected a number from 0.0 to 1.0");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ConfigError {
    /// A variable or field has a value that is not allowed.
    #[error("{name} is {value:?}: expected {expected}")]
    Invalid {
        /// The environment variable or builder field.
        name: String,
        /// The value, or `[redacted]` where it is secret.
        value: String,
        /// What would have been understood.
        expected: String,
    },
}

impl ConfigError {
    /// A value that is not allowed.
    pub fn invalid(
        name: impl Into<String>,
        value: impl Into<String>,
        expected: impl Into<String>,
    ) -> Self {
        Self::Invalid {
            name: name.into(),
            value: value.into(),
            expected: expected.into(),
        }
    }
}
