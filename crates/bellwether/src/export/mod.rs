//! The last metre: encoded OTLP requests leave the process.
//!
//! The SDK's batch processors run on threads of their own and block there while a request is under way. What they
//! block on lives here: one small runtime ([`runtime`]) that no service code shares, so that neither a service's
//! current-thread runtime nor one that is going away can stall an export; a gRPC channel or an HTTP client on
//! that runtime ([`grpc`], [`http`]); and a count of what was handed over and what came of it ([`delivery`]).
//!
//! Metrics are collected and sent by Bellwether itself ([`metrics`], [`send`]): the SDK's exporter cannot carry exemplars and
//! does not count what an endpoint refuses.
//!
//! Threads of the runtime are marked as telemetry-suppressed: exporting never traces itself.

mod connect;
mod console;
pub(crate) mod delivery;
#[cfg(feature = "grpc")]
mod grpc;
#[cfg(feature = "http")]
mod http;
mod metrics;
mod runtime;
mod send;
mod tls;

pub(crate) use connect::{logs, metric_sinks, traces};
pub(crate) use delivery::{Delivery, FileCounts};
pub use delivery::{DeliveryReport, SignalDelivery};
#[cfg(feature = "alerts")]
pub(crate) use http::default_tls;
pub(crate) use metrics::MetricExports;
pub(crate) use runtime::ExportRuntime;

/// Gives the process a cryptography provider where it has none.
///
/// The feature `http` builds reqwest without one of its own, and cargo unites features: without this, a service's own
/// `reqwest::Client::new()` would panic. A provider that the service has installed stays.
#[cfg(feature = "http")]
pub(crate) fn install_crypto_provider() {
    if rustls::crypto::CryptoProvider::get_default().is_none() {
        // An error means that another thread was faster.
        let _ = rustls::crypto::ring::default_provider().install_default();
    }
}
