//! The HTTP endpoint of a service: `/metrics`, `/health`, `/ready`, `/live`.
//!
//! ```text
//! own runtime, one thread                                  up to four threads, one a form
//! listener ─► at most 512 connections ─► router ─► /metrics ─► Scrapes ─► Collector ─► text or OpenMetrics, gzip
//!             head within 5 s, age 60 s       └──► /health, /ready ─► HealthRegistry
//! ```
//!
//! The same router can be mounted in the service's own axum app: [`Telemetry::router`](crate::Telemetry::router). The bounds
//! on connections are then those of its server.
//!
//! `docs/endpoint.md` in the repository is the page for users.

mod accept;
mod answers;
mod scrape;
mod server;

pub(crate) use answers::router;
pub(crate) use server::{Server, bind};

/// The examples of `docs/endpoint.md`.
#[cfg(doctest)]
#[doc = include_str!("../../../../docs/endpoint.md")]
mod page {}
