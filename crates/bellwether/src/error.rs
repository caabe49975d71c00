//! What can go wrong at start-up and at the end.

use std::time::Duration;

#[cfg(feature = "sdk")]
use crate::config::ConfigError;

/// Why telemetry could not be started, flushed or shut down. Nothing else in the crate fails.
///
/// ```
/// use std::time::Duration;
/// let error = bellwether::Error::Deadline(Duration::from_secs(5));
/// assert_eq!(error.to_string(), "telemetry was not delivered within 5s");
/// ```
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A variable or a builder field holds something that is not allowed.
    #[cfg(feature = "sdk")]
    #[error(transparent)]
    Config(#[from] ConfigError),
    /// An exporter could not be built.
    #[error("the exporter could not be built: {0}")]
    Exporter(String),
    /// A thread or runtime could not be started.
    #[error("a telemetry thread could not be started: {0}")]
    Thread(#[from] std::io::Error),
    /// Telemetry was started before in this process.
    #[error(
        "telemetry is already started in this process: start it once, in main, or use `detached()`"
    )]
    AlreadyStarted,
    /// Another subscriber is installed.
    #[error(
        "another `tracing` subscriber is already installed: start telemetry before it, or use `detached()` and add `Telemetry::dispatch`"
    )]
    SubscriberTaken,
    /// Telemetry has been shut down.
    #[error("telemetry has been shut down")]
    ShutDown,
    /// What was recorded could not be delivered in the time given.
    #[error("telemetry was not delivered within {0:?}")]
    Deadline(Duration),
    /// The endpoint refused what was sent, or could not be reached. The counts are in `Telemetry::delivery`.
    #[error("telemetry was not delivered: {0}")]
    Undelivered(String),
}
