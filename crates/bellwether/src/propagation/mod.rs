//! How a trace crosses from one process to the next.
//!
//! Inside a process the current span and the baggage travel in an OpenTelemetry [`Context`]. At a boundary they become
//! three text fields, `traceparent`, `tracestate` and `baggage` (W3C Trace Context, W3C Baggage), written into whatever
//! carries the call: HTTP headers, gRPC metadata, a JSON message, a job in a queue, the environment of a child process.
//! The other side reads them and its spans become children of (or are linked to) the span that called.
//!
//! ```text
//!   caller                          carrier                          callee
//!   Context ── inject ──► traceparent, tracestate, baggage ── extract ──► Context
//!   (current span,                                                  (remote parent,
//!    baggage)                                                        baggage)
//! ```
//!
//! [`inject`] and [`extract`] go through the global propagator, which `Telemetry` installs from `OTEL_PROPAGATORS` (or
//! [`install`] does); before that they do nothing, at the cost of a lock without contention. The formats themselves
//! ([`traceparent`], [`tracestate`], [`baggage`]) need neither the SDK nor a runtime.
//!
//! Each boundary has a module, and a page in `docs/context/`:
//!
//! | boundary | module | needs the feature |
//! |---|---|---|
//! | HTTP headers | `http` | `axum`, `reqwest`, `tonic`, `grpc` or `http` |
//! | HTTP server (axum or plain tower) | `axum` | `axum` |
//! | HTTP client | `reqwest` | `reqwest` |
//! | gRPC client and server | `tonic` | `tonic` |
//! | messages on a WebSocket | `websocket` | `json` |
//! | delegation between orchestrators | `delegation` | – |
//! | jobs in a queue | `queue` | `json` |
//! | Kafka-style byte headers | `kafka` | – |
//! | child processes | `process` | – |
//!
//! What comes in is never trusted: lengths are bounded, the grammars strict, and whatever breaks them is treated as
//! absent, so that a bad header starts a new trace and never fails a request.

#[cfg(feature = "axum")]
pub mod axum;
pub mod baggage;
#[cfg(feature = "axum")]
mod counted;
pub mod delegation;
#[cfg(any(feature = "axum", feature = "reqwest", feature = "tonic"))]
mod failure;
pub mod field;
#[cfg(any(
    feature = "axum",
    feature = "reqwest",
    feature = "tonic",
    feature = "grpc",
    feature = "http"
))]
pub mod http;
#[cfg(feature = "json")]
mod json;
pub mod kafka;
#[cfg(doctest)]
mod pages;
pub mod process;
#[cfg(feature = "json")]
pub mod queue;
#[cfg(feature = "reqwest")]
pub mod reqwest;
#[cfg(any(feature = "axum", feature = "tonic"))]
mod serve;
mod span;
mod text_map;
#[cfg(feature = "tonic")]
pub mod tonic;
mod trace_context;
pub mod trace_id;
pub mod traceparent;
pub mod tracestate;
#[cfg(feature = "json")]
pub mod websocket;

use opentelemetry::propagation::{
    Extractor, Injector, TextMapCompositePropagator, TextMapPropagator,
};
use opentelemetry::{Context, global};

pub use baggage::BaggagePropagator;
pub use span::{context_of, current, link, set_parent};
pub use trace_context::TraceContextPropagator;

/// A format in which context crosses a boundary: a name in `OTEL_PROPAGATORS`.
///
/// ```
/// use bellwether::propagation::{propagator, Format};
/// use opentelemetry::propagation::TextMapPropagator;
///
/// let fields: Vec<_> = propagator(&[Format::TraceContext]).fields().map(str::to_owned).collect();
/// assert!(fields.contains(&"traceparent".to_owned()) && !fields.contains(&"baggage".to_owned()));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Format {
    /// `tracecontext`: the fields `traceparent` and `tracestate`.
    TraceContext,
    /// `baggage`: the field `baggage`.
    Baggage,
}

#[cfg(feature = "sdk")]
impl From<crate::config::Propagator> for Format {
    fn from(setting: crate::config::Propagator) -> Self {
        match setting {
            crate::config::Propagator::TraceContext => Self::TraceContext,
            crate::config::Propagator::Baggage => Self::Baggage,
        }
    }
}

/// One propagator that speaks all the given formats, in their order. None at all is a propagator that does nothing.
///
/// ```
/// use bellwether::propagation::{propagator, Format};
/// use opentelemetry::propagation::TextMapPropagator;
/// use std::collections::HashMap;
///
/// let both = propagator(&[Format::TraceContext, Format::Baggage]);
/// let context = both.extract(&HashMap::from([("baggage".to_owned(), "session.id=42".to_owned())]));
/// let mut onward = HashMap::new();
/// both.inject_context(&context, &mut onward);
/// assert_eq!(onward["baggage"], "session.id=42");
/// ```
pub fn propagator(formats: &[Format]) -> TextMapCompositePropagator {
    let propagators = formats
        .iter()
        .map(|format| -> Box<dyn TextMapPropagator + Send + Sync> {
            match format {
                Format::TraceContext => Box::new(TraceContextPropagator::default()),
                Format::Baggage => Box::new(BaggagePropagator::default()),
            }
        })
        .collect();
    TextMapCompositePropagator::new(propagators)
}

/// Makes [`propagator`] with these formats the global one. `Telemetry` does this at its start; a program without it
/// (a relay, a command) may do it by itself. The last call wins.
///
/// ```
/// use bellwether::propagation::{install, Format};
///
/// install(&[Format::TraceContext, Format::Baggage]);
/// ```
pub fn install(formats: &[Format]) {
    global::set_text_map_propagator(propagator(formats));
}

/// Writes a context into a carrier with the global propagator. Without a valid span and without baggage, nothing is
/// written; what an earlier context left in the carrier then stays there, as in a relay that passes a message on.
///
/// Cost: a read lock and an allocation for each field.
///
/// ```
/// use bellwether::propagation::{self, Format};
/// use opentelemetry::baggage::BaggageExt;
/// use opentelemetry::{Context, KeyValue};
/// use std::collections::HashMap;
///
/// propagation::install(&[Format::TraceContext, Format::Baggage]);
/// let mut carrier = HashMap::new();
/// propagation::inject(&Context::new().with_baggage([KeyValue::new("session.id", "42")]), &mut carrier);
/// assert_eq!(carrier["baggage"], "session.id=42");
/// ```
pub fn inject(context: &Context, carrier: &mut impl Injector) {
    global::get_text_map_propagator(|propagator| propagator.inject_context(context, carrier));
}

/// Reads the context that a carrier brings with the global propagator.
///
/// The result holds what came over the wire and nothing of the current context: a request without `traceparent` is
/// the start of a trace, also where the code that serves it happens to run inside some other span.
///
/// Cost: a read lock, and work linear in the fields' bounded lengths.
///
/// ```
/// use bellwether::propagation::{self, Format};
/// use opentelemetry::trace::TraceContextExt;
/// use std::collections::HashMap;
///
/// propagation::install(&[Format::TraceContext, Format::Baggage]);
/// let line = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
/// let context = propagation::extract(&HashMap::from([("traceparent".to_owned(), line.to_owned())]));
/// assert!(context.span().span_context().is_remote());
/// ```
pub fn extract(carrier: &impl Extractor) -> Context {
    let nothing = Context::new();
    global::get_text_map_propagator(|propagator| propagator.extract_with_context(&nothing, carrier))
}
