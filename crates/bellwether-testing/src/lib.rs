//! Real servers for the tests of this workspace, started by a test and gone with it.
//!
//! ```text
//! testing/prometheus/go.mod ──► GoTools ──► target/prometheus/<hash>/ ──► Program ──► Prometheus ◄── a test
//! ```
//!
//! [`go_tools`] builds a folder's Go tools once for each content of its `go.mod` and `go.sum`. [`prometheus`] runs a
//! Prometheus on a port of its own and asks it over its HTTP API. [`otlp`] turns what a plain OpenTelemetry SDK
//! measured into the request that goes over the wire, so that a test can look at it, date it back and send it.
//! [`skipped`] tells what could not be tested.
//! [`compose`] reads compose files as Docker does, [`dashboards`] boards as Grafana and Perses do, [`backends`] are servers that few tests want, [`server`] runs any, and
//! [`stack`] runs the whole stack of docker-compose.yml without Docker.
//!
//! Helpers panic with what was expected and what the server logged: whoever calls them is a test.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::missing_panics_doc,
    reason = "a test that cannot be set up has failed"
)]

pub mod backends;
pub mod compose;
pub mod dashboards;
pub mod go_tools;
pub mod otlp;
pub mod prometheus;
pub mod rule_tools;
pub mod server;
pub mod skipped;
pub mod stack;

/// A client for servers on this machine; TLS is set up for those that speak it.
pub(crate) fn client() -> reqwest::Client {
    // Only reqwest's builder asks for it.
    let _ = rustls::crypto::ring::default_provider().install_default();
    let builder = reqwest::Client::builder().no_proxy();
    builder
        .timeout(std::time::Duration::from_secs(60))
        .build()
        .unwrap()
}
