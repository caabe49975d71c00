//! Delegation requests between orchestrators: a map of header names and values.
//!
//! The request carries `traceparent`, `tracestate` and `baggage`, and beside them `x-trace-id` for orchestrators that
//! know only that. On the way in `traceparent` counts; where it is missing or malformed, the trace is continued under
//! the `x-trace-id` (see [`trace_id`] for the parent that stands in). Names match in any case, since such maps are
//! often copies of HTTP headers. Page: `docs/context/delegation.md`.

use std::collections::BTreeMap;

use opentelemetry::Context;

use super::{span, text_map, trace_id};

/// The headers of a delegation request: `traceparent`, `tracestate`, `baggage` and `x-trace-id`. Empty without a valid
/// span and baggage.
///
/// Cost: an allocation for each header.
///
/// ```
/// let headers = bellwether::propagation::delegation::headers(&bellwether::propagation::current());
/// assert!(headers.is_empty(), "no span here");
/// ```
pub fn headers(context: &Context) -> BTreeMap<String, String> {
    let mut headers = BTreeMap::new();
    inject(context, &mut headers);
    headers
}

/// Writes a context into headers that exist already. What an earlier context left there is replaced as a whole; without
/// a valid span it stays, as in a relay that passes a request on.
///
/// ```
/// use bellwether::propagation::{current, delegation};
///
/// let mut headers = std::collections::BTreeMap::from([("authorization".to_owned(), "Bearer …".to_owned())]);
/// delegation::inject(&current(), &mut headers);
/// ```
pub fn inject(context: &Context, headers: &mut BTreeMap<String, String>) {
    if span::is_valid(context) {
        text_map::clear(headers);
    }
    trace_id::inject(context, &mut text_map::Write(headers));
}

/// Reads the context that a delegation request brings, from `traceparent` or else from `x-trace-id`.
///
/// ```
/// use bellwether::propagation::{delegation, trace_id};
///
/// let id = "4bf92f3577b34da6a3ce929d0e0e4736";
/// let headers = std::collections::BTreeMap::from([("X-Trace-Id".to_owned(), id.to_owned())]);
/// assert_eq!(trace_id::of(&delegation::extract(&headers)).as_deref(), Some(id));
/// ```
pub fn extract(headers: &BTreeMap<String, String>) -> Context {
    trace_id::extract(&text_map::Read(headers))
}
