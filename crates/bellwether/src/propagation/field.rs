//! The names of the fields in which context travels, lowercase as the specifications have them.

/// Trace id, parent span id and flags (W3C Trace Context).
pub const TRACEPARENT: &str = "traceparent";
/// What tracing systems on the way left for themselves (W3C Trace Context).
pub const TRACESTATE: &str = "tracestate";
/// What the application sends along (W3C Baggage).
pub const BAGGAGE: &str = "baggage";
/// The trace id alone, 32 hex digits: on HTTP responses for people to quote, and in messages and delegation headers
/// of orchestrators that know no more than a trace id.
pub const X_TRACE_ID: &str = "x-trace-id";

/// The fields that the propagators of this crate write.
pub const PROPAGATED: [&str; 3] = [TRACEPARENT, TRACESTATE, BAGGAGE];
