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

/// Whether a name, in any case, is one of the fields that carry context.
pub(super) fn is_context(name: &str) -> bool {
    name.eq_ignore_ascii_case(X_TRACE_ID)
        || PROPAGATED
            .iter()
            .any(|field| name.eq_ignore_ascii_case(field))
}

/// Stands for a value that is not text. It breaks each format's grammar, so that the field counts as malformed and not
/// as absent: a second `traceparent` must not become the only one because the first could not be read.
pub(super) const UNREADABLE: &str = "\u{fffd}";
