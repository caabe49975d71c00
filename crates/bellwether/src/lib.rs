//! Telemetry for Rust services that run AI agents and job queues.

#[cfg(feature = "sdk")]
pub mod config;
pub mod propagation;
#[cfg(feature = "sdk")]
pub mod resource;
