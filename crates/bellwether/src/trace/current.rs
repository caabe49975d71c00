//! The span that is current on this thread, whichever API made it.

use std::error::Error;

use opentelemetry::Context;
use opentelemetry::trace::{Status, TraceContextExt, TraceId};

use super::exception;

/// The id of the trace the current span belongs to; `None` outside of any span.
///
/// Works in `tracing` spans, plain OpenTelemetry spans and [live spans](super::LiveSpan) that are entered, sampled or not.
///
/// Cost: a read of a thread-local; no allocation.
///
/// ```
/// assert_eq!(bellwether::trace::current_trace_id(), None);
/// ```
pub fn current_trace_id() -> Option<TraceId> {
    Context::map_current(|context| {
        let span = context.span();
        let ids = span.span_context();
        ids.is_valid().then(|| ids.trace_id())
    })
}

/// Records an error on the current span: an `exception` event, and the status *error* with the message.
///
/// `exception.type` is given when the type is known, that is, not behind `dyn Error`; `exception.stacktrace` is the chain of
/// sources (OTel semantic conventions, "Exceptions"). Outside of a span that records, nothing happens.
///
/// Cost: formats the error and its sources, only when the span records.
///
/// ```
/// let span = tracing::info_span!("load").entered();
/// if let Err(error) = std::fs::read("/no/such/file") {
///     bellwether::trace::record_error(&error);
/// }
/// ```
pub fn record_error<E: Error + ?Sized>(error: &E) {
    record_error_on(&Context::current(), error);
}

pub(super) fn record_error_on<E: Error + ?Sized>(context: &Context, error: &E) {
    let span = context.span();
    if !span.is_recording() {
        return;
    }
    span.add_event("exception", exception::attributes(error));
    span.set_status(Status::error(error.to_string()));
}
