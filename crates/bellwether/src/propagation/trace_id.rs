//! The field `x-trace-id`: a trace id and nothing else.
//!
//! Orchestrators that know no W3C Trace Context put it into messages and delegation requests, and HTTP services answer
//! with it so that a person can quote it. It is written beside `traceparent`; when a message brings both,
//! `traceparent` counts.
//!
//! When only `x-trace-id` is there, the trace is continued under its id. A parent span id is missing then, and a
//! context without one is not valid, so one is derived from the trace id: its right half (its left half where that is
//! zero). It names no real span; viewers show what hangs under it as top-level spans of the one trace, and every
//! receiver derives the same one. The context counts as sampled, since whoever sends a trace id wants to see the trace.

use opentelemetry::Context;
use opentelemetry::propagation::{Extractor, Injector};
use opentelemetry::trace::{SpanContext, SpanId, TraceContextExt, TraceFlags, TraceId, TraceState};

use super::field;

/// The trace id of a context as 32 lowercase hex digits; `None` without a valid span.
///
/// ```
/// use bellwether::propagation::trace_id;
///
/// assert_eq!(trace_id::of(&opentelemetry::Context::new()), None);
/// ```
pub fn of(context: &Context) -> Option<String> {
    let span = context.span();
    let span = span.span_context();
    span.is_valid().then(|| span.trace_id().to_string())
}

/// Reads an `x-trace-id`: exactly 32 hex digits of either case, not all zero. See the module for the parent span id.
///
/// ```
/// use bellwether::propagation::trace_id;
///
/// let parent = trace_id::parse("4bf92f3577b34da6a3ce929d0e0e4736").ok_or("no trace id")?;
/// assert_eq!(parent.trace_id().to_string(), "4bf92f3577b34da6a3ce929d0e0e4736");
/// assert_eq!(parent.span_id().to_string(), "a3ce929d0e0e4736");
/// assert_eq!(trace_id::parse("4bf92f35"), None);
/// # Ok::<(), &str>(())
/// ```
pub fn parse(value: &str) -> Option<SpanContext> {
    if value.len() != 32 || !value.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let id = u128::from_str_radix(value, 16).ok().filter(|id| *id != 0)?;
    let (left, right) = ((id >> 64) as u64, id as u64);
    let parent_id = if right == 0 { left } else { right };
    let (trace_id, parent_id) = (TraceId::from(id), SpanId::from(parent_id));
    Some(SpanContext::new(
        trace_id,
        parent_id,
        TraceFlags::SAMPLED,
        true,
        TraceState::NONE,
    ))
}

/// [`inject`](super::inject), and `x-trace-id` beside it.
pub(super) fn inject(context: &Context, carrier: &mut impl Injector) {
    super::inject(context, carrier);
    if let Some(id) = of(context) {
        carrier.set(field::X_TRACE_ID, id);
    }
}

/// [`extract`](super::extract), and `x-trace-id` where no valid `traceparent` came.
pub(super) fn extract(carrier: &impl Extractor) -> Context {
    let context = super::extract(carrier);
    if context.span().span_context().is_valid() {
        return context;
    }
    match carrier.get(field::X_TRACE_ID).and_then(parse) {
        Some(parent) => context.with_remote_span_context(parent),
        None => context,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_whole_trace_id_is_one() {
        for value in [
            "",
            "0",
            "00000000000000000000000000000000",
            "4bf92f3577b34da6a3ce929d0e0e473",
            "4bf92f3577b34da6a3ce929d0e0e47366",
            "+bf92f3577b34da6a3ce929d0e0e4736",
            "gbf92f3577b34da6a3ce929d0e0e4736",
            "4bf92f35-77b3-4da6-a3ce-929d0e0e4736",
            "ébf92f3577b34da6a3ce929d0e0e473",
        ] {
            assert_eq!(parse(value), None, "{value:?}");
        }
    }

    #[test]
    fn the_parent_is_valid_whatever_half_is_zero() {
        for value in [
            "4BF92F3577B34DA60000000000000000",
            "0000000000000000a3ce929d0e0e4736",
        ] {
            let parent = parse(value).unwrap();
            assert!(parent.is_valid() && parent.is_remote() && parent.is_sampled());
            assert_eq!(parent.trace_id().to_string(), value.to_lowercase());
        }
    }
}
