//! Telemetry for Rust services that run AI agents and job queues.

#[cfg(feature = "sdk")]
pub mod config;
pub mod logs;
pub mod metrics;
pub mod propagation;
#[cfg(feature = "sdk")]
pub mod resource;
pub mod trace;

mod error;
#[cfg(feature = "sdk")]
mod export;
mod telemetry;

pub use error::Error;
#[cfg(feature = "sdk")]
pub use export::{DeliveryReport, SignalDelivery};
pub use telemetry::{Telemetry, TelemetryBuilder};
