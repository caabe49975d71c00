//! Alerts of a running telemetry: what they do with a real receiver, in logs, events and metrics.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot be set up has failed"
)]

mod actions;
mod receiver;
mod service;
mod start;
mod webhook;
