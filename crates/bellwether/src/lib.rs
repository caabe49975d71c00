//! Telemetry for Rust services that run AI agents and job queues.
//!
//! One builder starts meters, tracer and logger of the official OpenTelemetry SDK; one guard flushes them.
//!
//! ```no_run
//! use std::time::Duration;
//! use bellwether::Telemetry;
//!
//! #[tokio::main]
//! async fn main() -> Result<(), bellwether::Error> {
//!     let telemetry = Telemetry::builder("orchestrator").from_env()?.start()?;
//!     tracing::info_span!("plan").in_scope(|| tracing::info!(sessionId = "s-1", "planned"));
//!     telemetry.shutdown(Duration::from_secs(5)).await
//! }
//! ```
//!
//! | Room | What is in it |
//! |---|---|
//! | [`Telemetry`] | start, flush, shutdown, what is in force, what was delivered |
//! | `config` | settings, their variables and origins |
//! | [`trace`] | span helpers beside `tracing`'s macros |
//! | [`ids`] | ids for spans and logs that are no labels of metrics |
//! | [`logs`] | structured logs and child loggers |
//! | [`propagation`] | W3C context over each boundary |
//! | `alerts` | rules on the service's own metrics, with the feature of that name |
//! | `health` | components and their checks, with the feature `endpoint` |
//! | `resources` | process, disks, runtime and GPUs, read off the hot path |
//!
//! After start-up nothing here panics, blocks or returns an error to the service. Queues are bounded, and what is lost is
//! counted by cause.
//!
//! # Features
//!
//! `grpc` and `http` (both default) are the transports, and each brings the SDK (`sdk`). `resources` (default) observes the
//! process, its disks and its runtime, `gpu` NVIDIA GPUs. `alerts` evaluates alerts inside the service. `endpoint` serves
//! `/metrics`, `/health`, `/ready` and `/live`. `axum`, `reqwest` and `tonic` are boundaries of context. With `default-features = false` the same calls compile to next to nothing.

#[cfg(all(feature = "sdk", not(any(feature = "grpc", feature = "http"))))]
compile_error!("the feature `sdk` comes with a transport: name `grpc`, `http` or both instead");

#[cfg(feature = "alerts")]
pub mod alerts;
#[cfg(feature = "sdk")]
pub mod config;
#[cfg(feature = "endpoint")]
mod endpoint;
#[cfg(feature = "endpoint")]
pub mod health;
pub mod ids;
pub mod logs;
pub mod metrics;
pub mod propagation;
#[cfg(feature = "sdk")]
pub mod resource;
#[cfg(feature = "resources")]
pub mod resources;
pub mod trace;

mod error;
#[cfg(feature = "sdk")]
mod export;
mod telemetry;

/// Counts, times and traces a function, or each method of an `impl` block.
///
/// An execution is counted in flight while it runs and then in `operation_executions_total{operation,status}` and
/// `operation_duration_seconds{operation,status}`; one that fails also in `operation_errors_total{operation,error_type}`. The
/// status is `success`, `error` where a `Result` is `Err`, or `abandoned` after a panic or where a future was dropped.
///
/// ```
/// use bellwether::track_metrics;
///
/// #[track_metrics("orchestration")]
/// async fn plan(goal: &str) -> Result<usize, std::num::ParseIntError> {
///     goal.parse()
/// }
/// ```
///
/// | option | meaning |
/// |---|---|
/// | `"name"` | the operation; without it the function's name, in an `impl` block `type.method` |
/// | `span = false`, `span = "name"` | no span; a span of another name than the operation's |
/// | `fields(a = x, b = %x, c = ?x)` | fields of the span, as values, by `Display`, by `Debug`; arguments are not recorded otherwise |
/// | `ok_if = f`, `error_if = f` | asked with a reference to what is given back, instead of whether it is `Err` |
/// | `labels(key = x: Type)` | up to three closed labels, enums with [`Label`](derive@Label) |
/// | `metrics = x` | `Metrics` to record on, instead of the process's |
/// | `skip` | on a method in a tracked `impl` block: not this one |
/// | `crate = path` | where this crate is, if it has another name |
///
/// Cost: two readings of the clock, four atomic adds and a histogram; nothing is allocated without a span. Before
/// telemetry starts, a load and a branch. Without the feature `sdk` the function is left as it is.
///
/// More in the page `docs/track-metrics.md`.
pub use bellwether_macros::track_metrics;
pub use error::Error;
#[cfg(feature = "sdk")]
pub use export::{DeliveryReport, SignalDelivery};
pub use metrics::Label;
pub use telemetry::{Telemetry, TelemetryBuilder};

/// For the macros. No part of the public interface, and free to change.
#[doc(hidden)]
pub mod __private {
    pub use crate::metrics::operation::track;
}

/// The OpenTelemetry API this crate is built on: use it through here, and there is one version of it.
pub use opentelemetry;
/// The messages of OTLP, of which a [`Collection`](metrics::Collection) of metrics is one.
#[cfg(feature = "sdk")]
pub use opentelemetry_proto;
/// The OpenTelemetry SDK this crate is built on.
#[cfg(feature = "sdk")]
pub use opentelemetry_sdk;
/// The `tracing` crate whose macros this crate listens to.
pub use tracing;
/// The bridge between `tracing` spans and OpenTelemetry's.
#[cfg(feature = "sdk")]
pub use tracing_opentelemetry;

/// The examples of `docs/track-metrics.md`.
#[cfg(all(doctest, feature = "sdk"))]
#[doc = include_str!("../../../docs/track-metrics.md")]
mod track_metrics_page {}

/// The README's example compiles.
#[cfg(all(doctest, feature = "sdk"))]
#[doc = include_str!("../../../README.md")]
mod readme {}
