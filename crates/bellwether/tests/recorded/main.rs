//! Recorders through a real provider: which series one use of each feeds, and what an end, a drop or a switch changes.

#![cfg(feature = "sdk")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::float_cmp,
    reason = "a test may panic; counts are small whole numbers, exact as floats"
)]

mod allocations;
mod catalog;
mod ends;
mod exemplars;
mod exported;
#[cfg(feature = "axum")]
mod http_service;
mod model_requests;
mod other_apis;
mod script;
mod sessions;
mod switches;
mod tool_calls;
