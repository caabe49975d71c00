//! A service that renders images and has metrics of its own.
//!
//! `registry/` says what they are, `bellwether generate` writes `generated/` from it, and [`Renderer`] records them.
//! `main.rs` starts telemetry; the tests hold the generated code against the registry and what is exported against
//! both. The page about it is `docs/own-metrics.md`.

#[rustfmt::skip]
#[path = "../generated/rust/mod.rs"]
pub mod metrics;

mod renderer;

pub use renderer::{Renderer, Worker};

/// The page on metrics of one's own compiles.
#[cfg(doctest)]
#[doc = include_str!("../../../docs/own-metrics.md")]
mod page {}
