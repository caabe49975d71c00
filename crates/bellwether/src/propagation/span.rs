//! Between `tracing` spans and OpenTelemetry contexts.
//!
//! `tracing` knows spans of this process only. A remote parent is therefore given to a span after it was made and
//! before it is first entered, and the context to send is asked of the span. Without the feature `sdk` there is no
//! OpenTelemetry behind `tracing`, and these functions do nothing.

use opentelemetry::Context;
use opentelemetry::trace::TraceContextExt;

/// The context to send from here: the current OpenTelemetry context or, where none is active, that of the current
/// `tracing` span.
///
/// Cost: a thread-local read and a reference count.
///
/// ```
/// use bellwether::propagation;
/// use opentelemetry::trace::TraceContextExt;
///
/// assert!(!propagation::current().span().span_context().is_valid(), "no span here");
/// ```
pub fn current() -> Context {
    let current = Context::current();
    if current.span().span_context().is_valid() {
        return current;
    }
    let of_tracing = context_of(&tracing::Span::current());
    if of_tracing.span().span_context().is_valid() {
        of_tracing
    } else {
        current
    }
}

/// The context of a `tracing` span, with its trace id, span id and baggage. Empty where no OpenTelemetry layer is
/// installed or the span is filtered out. Asking starts the span: its parent is fixed from then on.
///
/// ```
/// let span = tracing::info_span!("plan");
/// let mut headers = std::collections::HashMap::new();
/// bellwether::propagation::inject(&bellwether::propagation::context_of(&span), &mut headers);
/// ```
pub fn context_of(span: &tracing::Span) -> Context {
    #[cfg(feature = "sdk")]
    return tracing_opentelemetry::OpenTelemetrySpanExt::context(span);
    #[cfg(not(feature = "sdk"))]
    {
        let _ = span;
        Context::new()
    }
}

/// Makes a `tracing` span a child of what came over the wire, baggage included. With a context without a span, the
/// span becomes the root of a trace. To be called before the span is entered; later calls change nothing.
///
/// ```
/// use bellwether::propagation;
///
/// let message = std::collections::HashMap::from([("traceparent".to_owned(), "…".to_owned())]);
/// let span = tracing::info_span!("handle");
/// propagation::set_parent(&span, &propagation::extract(&message));
/// let _entered = span.enter();
/// ```
pub fn set_parent(span: &tracing::Span, parent: &Context) {
    #[cfg(feature = "sdk")]
    // Fails where no layer is installed, the span is filtered out or already started: nothing to do about any of them.
    let _ = tracing_opentelemetry::OpenTelemetrySpanExt::set_parent(span, parent.clone());
    #[cfg(not(feature = "sdk"))]
    let _ = (span, parent);
}

/// Links a `tracing` span to the span that a context names. Without one, nothing happens.
///
/// ```
/// use bellwether::propagation;
///
/// let span = tracing::info_span!("batch");
/// for message in [std::collections::HashMap::<String, String>::new()] {
///     propagation::link(&span, &propagation::extract(&message));
/// }
/// ```
pub fn link(span: &tracing::Span, to: &Context) {
    #[cfg(feature = "sdk")]
    tracing_opentelemetry::OpenTelemetrySpanExt::add_link(span, to.span().span_context().clone());
    #[cfg(not(feature = "sdk"))]
    let _ = (span, to);
}

/// Whether a context names a span.
pub(super) fn is_valid(context: &Context) -> bool {
    context.span().span_context().is_valid()
}
