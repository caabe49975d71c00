//! The last metre: encoded OTLP requests leave the process.
//!
//! The SDK's batch processors run on threads of their own and block there while a request is under way. What they
//! block on lives here: one small runtime ([`runtime`]) that no service code shares, so that neither a service's
//! current-thread runtime nor one that is going away can stall an export; a gRPC channel or an HTTP client on
//! that runtime ([`grpc`], [`http`]); and a count of what was handed over and what came of it ([`delivery`]).
//!
//! Threads of the runtime are marked as telemetry-suppressed: exporting never traces itself.

mod connect;
mod console;
pub(crate) mod delivery;
#[cfg(feature = "grpc")]
mod grpc;
#[cfg(feature = "http")]
mod http;
mod runtime;
mod tls;

pub(crate) use connect::{logs, metrics, traces};
pub(crate) use delivery::Delivery;
pub use delivery::{DeliveryReport, SignalDelivery};
pub(crate) use runtime::ExportRuntime;
