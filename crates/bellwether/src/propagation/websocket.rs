//! Messages on a WebSocket: context travels in each JSON message, not in the handshake.
//!
//! One connection lives through many traces, so the headers of its handshake can name at most the first. Each message
//! therefore carries `traceparent`, `tracestate`, `baggage` and `x-trace-id` as string members, and the receiver makes
//! one span for each message. Where only `x-trace-id` comes, the trace is continued under it (see [`trace_id`]).
//! Page: `docs/context/websocket.md`.

use std::collections::BTreeMap;

use opentelemetry::Context;
use serde_json::{Map, Value};

use super::{delegation, json, span, trace_id};

/// Writes a context into a JSON message: `traceparent`, `tracestate`, `baggage` and `x-trace-id`.
///
/// What an earlier context left there is replaced as a whole; without a valid span it stays, as in a relay.
///
/// Cost: an allocation for each field.
///
/// ```
/// use bellwether::propagation::{current, websocket};
///
/// let mut message = serde_json::Map::from_iter([("type".to_owned(), "prompt".into())]);
/// websocket::inject(&current(), &mut message);
/// ```
pub fn inject(context: &Context, message: &mut Map<String, Value>) {
    if span::is_valid(context) {
        json::clear(message);
    }
    trace_id::inject(context, &mut json::Write(message));
}

/// Reads the context that a JSON message brings, from `traceparent` or else from `x-trace-id`.
///
/// ```
/// use bellwether::propagation::{trace_id, websocket};
///
/// let id = "4bf92f3577b34da6a3ce929d0e0e4736";
/// let message = serde_json::Map::from_iter([("x-trace-id".to_owned(), id.into())]);
/// assert_eq!(trace_id::of(&websocket::extract(&message)).as_deref(), Some(id));
/// ```
pub fn extract(message: &Map<String, Value>) -> Context {
    trace_id::extract(&json::Read(message))
}

/// [`inject`] for messages whose fields are a map of text.
///
/// ```
/// use bellwether::propagation::{current, websocket};
///
/// websocket::inject_text(&current(), &mut std::collections::BTreeMap::new());
/// ```
pub fn inject_text(context: &Context, fields: &mut BTreeMap<String, String>) {
    delegation::inject(context, fields);
}

/// [`extract`] for messages whose fields are a map of text.
///
/// ```
/// use bellwether::propagation::websocket;
///
/// let context = websocket::extract_text(&std::collections::BTreeMap::new());
/// assert_eq!(bellwether::propagation::trace_id::of(&context), None);
/// ```
pub fn extract_text(fields: &BTreeMap<String, String>) -> Context {
    delegation::extract(fields)
}
