//! The propagator for W3C Trace Context: `traceparent` and `tracestate` together.
//!
//! The SDK brings one too, but it takes short ids, reads only the first `tracestate` line, sends the field when it is
//! empty and forgets the *random* flag. This one follows the specification:
//!
//! - `traceparent` more than once is as good as none: nobody can tell which is right (W3C's own conformance suite).
//! - Without a valid `traceparent`, `tracestate` is not looked at. A bad `tracestate` does not harm `traceparent`.
//! - An empty `tracestate` is not sent.

use opentelemetry::Context;
use opentelemetry::propagation::text_map_propagator::FieldIter;
use opentelemetry::propagation::{Extractor, Injector, TextMapPropagator};
use opentelemetry::trace::{SpanContext, TraceContextExt};

use super::{field, traceparent, tracestate};

/// Carries the current span of a context in `traceparent` and `tracestate`.
///
/// ```
/// use bellwether::propagation::TraceContextPropagator;
/// use opentelemetry::propagation::TextMapPropagator;
/// use opentelemetry::trace::TraceContextExt;
/// use std::collections::HashMap;
///
/// let headers = HashMap::from([(
///     "traceparent".to_owned(),
///     "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01".to_owned(),
/// )]);
/// let context = TraceContextPropagator::default().extract(&headers);
/// assert_eq!(context.span().span_context().span_id().to_string(), "00f067aa0ba902b7");
/// ```
#[derive(Debug, Clone)]
pub struct TraceContextPropagator {
    fields: [String; 2],
}

impl Default for TraceContextPropagator {
    fn default() -> Self {
        Self {
            fields: [field::TRACEPARENT.to_owned(), field::TRACESTATE.to_owned()],
        }
    }
}

impl TextMapPropagator for TraceContextPropagator {
    fn inject_context(&self, context: &Context, injector: &mut dyn Injector) {
        let span = context.span();
        let Some(parent) = traceparent::format(span.span_context()) else {
            return;
        };
        injector.set(field::TRACEPARENT, parent);
        if let Some(state) = tracestate::format(span.span_context().trace_state()) {
            injector.set(field::TRACESTATE, state);
        }
    }

    fn extract_with_context(&self, context: &Context, extractor: &dyn Extractor) -> Context {
        match remote_parent(extractor) {
            Some(parent) => context.with_remote_span_context(parent),
            None => context.clone(),
        }
    }

    fn fields(&self) -> FieldIter<'_> {
        FieldIter::new(&self.fields)
    }
}

fn remote_parent(extractor: &dyn Extractor) -> Option<SpanContext> {
    let parents = extractor.get_all(field::TRACEPARENT)?;
    let [parent] = parents.as_slice() else {
        return None;
    };
    let parent = traceparent::parse(parent).ok()?;
    let state = extractor
        .get_all(field::TRACESTATE)
        .and_then(|lines| tracestate::parse(&lines).ok())
        .unwrap_or_default();
    Some(SpanContext::new(
        parent.trace_id(),
        parent.span_id(),
        parent.trace_flags(),
        true,
        state,
    ))
}

#[cfg(test)]
#[path = "tests/trace_context.rs"]
mod tests;
