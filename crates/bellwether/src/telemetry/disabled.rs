//! The same surface with nothing behind it: a build without the feature `sdk`.
//!
//! Nothing is read, started or stored; each call is empty and compiles away.

use std::time::Duration;

use crate::error::Error;

/// What a service says about its telemetry. In this build nobody listens.
#[derive(Debug)]
#[must_use = "nothing starts before `start`"]
pub struct TelemetryBuilder(());

/// The guard. In this build it guards nothing.
///
/// ```
/// use bellwether::Telemetry;
/// let telemetry = Telemetry::builder("orchestrator").from_env()?.start()?;
/// # Ok::<(), bellwether::Error>(())
/// ```
#[derive(Debug)]
pub struct Telemetry(());

#[allow(
    clippy::unused_self,
    clippy::needless_pass_by_value,
    reason = "the surface of the build with the SDK"
)]
impl TelemetryBuilder {
    /// Reads nothing.
    pub fn from_env(self) -> Result<Self, Error> {
        Ok(self)
    }

    /// Ignored.
    pub fn service_version(self, version: impl Into<String>) -> Self {
        let _ = version;
        self
    }

    /// Ignored.
    pub fn environment(self, name: impl Into<String>) -> Self {
        let _ = name;
        self
    }

    /// Ignored.
    pub fn attribute(self, key: impl Into<String>, value: impl Into<String>) -> Self {
        let _ = (key, value);
        self
    }

    /// Ignored.
    pub fn endpoint(self, url: impl Into<String>) -> Self {
        let _ = url;
        self
    }

    /// Ignored.
    pub fn header(self, name: impl Into<String>, value: impl Into<String>) -> Self {
        let _ = (name, value);
        self
    }

    /// Ignored.
    pub fn log_level(self, directives: impl Into<String>) -> Self {
        let _ = directives;
        self
    }

    /// Ignored.
    pub fn disabled(self, disabled: bool) -> Self {
        let _ = disabled;
        self
    }

    /// Ignored: nothing is ever installed.
    pub fn detached(self) -> Self {
        self
    }

    /// Starts nothing.
    pub fn start(self) -> Result<Telemetry, Error> {
        Ok(Telemetry(()))
    }
}

#[allow(
    clippy::unused_self,
    clippy::unused_async,
    clippy::needless_pass_by_value,
    reason = "the surface of the build with the SDK"
)]
impl Telemetry {
    /// A builder that ignores what it is told.
    pub fn builder(service_name: impl Into<String>) -> TelemetryBuilder {
        let _ = service_name;
        TelemetryBuilder(())
    }

    /// False.
    pub fn is_enabled(&self) -> bool {
        false
    }

    /// Makes no spans.
    pub fn traces(&self) -> crate::trace::TraceContext {
        crate::trace::TraceContext
    }

    /// Metrics that record nothing.
    pub fn metrics(&self) -> crate::metrics::Metrics {
        crate::metrics::Metrics::global().clone()
    }

    /// Nothing to send.
    pub async fn flush(&self, within: Duration) -> Result<(), Error> {
        let _ = within;
        Ok(())
    }

    /// Nothing to send.
    pub fn flush_blocking(&self, within: Duration) -> Result<(), Error> {
        let _ = within;
        Ok(())
    }

    /// Nothing to end.
    pub async fn shutdown(&self, within: Duration) -> Result<(), Error> {
        let _ = within;
        Ok(())
    }

    /// Nothing to end.
    pub fn shutdown_blocking(&self, within: Duration) -> Result<(), Error> {
        let _ = within;
        Ok(())
    }
}
