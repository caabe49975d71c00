//! One builder, one guard.
//!
//! [`Telemetry::builder`] resolves the settings, builds the three pipelines on an export runtime of their own and
//! installs them. The [`Telemetry`] it returns is a guard: when it is dropped, what is still queued is sent, within a
//! deadline. Flush and shutdown run on plain threads and are only waited for, so they cannot deadlock whatever
//! runtime the caller is on, and cannot outlast their deadline whatever the endpoint does.

#[cfg(feature = "sdk")]
mod builder;
#[cfg(feature = "sdk")]
mod deadline;
#[cfg(not(feature = "sdk"))]
mod disabled;
#[cfg(feature = "sdk")]
mod guard;
#[cfg(feature = "resources")]
mod observers;
#[cfg(feature = "sdk")]
mod running;
#[cfg(feature = "sdk")]
mod self_metrics;
#[cfg(feature = "endpoint")]
mod serving;

#[cfg(feature = "sdk")]
pub use builder::TelemetryBuilder;
#[cfg(not(feature = "sdk"))]
pub use disabled::{Telemetry, TelemetryBuilder};
#[cfg(feature = "sdk")]
pub use guard::Telemetry;
