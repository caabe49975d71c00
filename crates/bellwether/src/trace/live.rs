//! A span with an owner: open until it is ended or dropped.

use std::borrow::Cow;
use std::error::Error;
use std::sync::Arc;

use opentelemetry::trace::{SpanContext, Status, TraceContextExt, TraceId};
use opentelemetry::{Context, ContextGuard, KeyValue};

use super::current::record_error_on;
use super::registry::Open;

/// A span that is open. Ends when told to, when dropped, or when it has been open too long (`live_span_ttl`).
///
/// Made by [`TraceContext`](super::TraceContext). May be moved to and used from any thread; ending twice is harmless, and
/// whatever is set after the end is ignored.
///
/// ```
/// use bellwether::trace::{KeyValue, SpanKind, Status, TraceContext};
///
/// let span = TraceContext::global().start_trace("session", SpanKind::Server);
/// span.set_attributes([KeyValue::new("session.id", "session-123")]);
/// span.add_event("planned", [KeyValue::new("steps", 3)]);
/// span.in_scope(|| tracing::info_span!("a child of session").in_scope(|| ()));
/// span.end_with(Status::Ok);
/// ```
#[derive(Debug)]
#[must_use = "a span ends when it is dropped"]
pub struct LiveSpan(Inner);

#[derive(Debug)]
enum Inner {
    Open(Arc<Open>),
    /// Telemetry is off. A context that came from outside is handed on as it is.
    Passing(Context),
}

/// Keeps a span current on this thread until dropped. Not for holding over an `.await`: see [`LiveSpan::context`].
#[derive(Debug)]
#[must_use = "the span is current until the guard is dropped"]
pub struct Entered(#[allow(dead_code, reason = "held for its drop")] ContextGuard);

impl LiveSpan {
    pub(super) fn open(open: Arc<Open>) -> Self {
        Self(Inner::Open(open))
    }

    pub(super) fn passing(context: Context) -> Self {
        Self(Inner::Passing(context))
    }

    /// Sets attributes; one set before is replaced. The limits on spans apply.
    ///
    /// Cost: one lock of the span an attribute; the values are built by the caller.
    pub fn set_attributes(&self, attributes: impl IntoIterator<Item = KeyValue>) {
        if let Inner::Open(open) = &self.0 {
            open.context.span().set_attributes(attributes);
        }
    }

    /// Adds an event at the time of the call.
    pub fn add_event(
        &self,
        name: impl Into<Cow<'static, str>>,
        attributes: impl IntoIterator<Item = KeyValue>,
    ) {
        if let Inner::Open(open) = &self.0 {
            open.context
                .span()
                .add_event(name, attributes.into_iter().collect());
        }
    }

    /// Records an error as [`record_error`](super::record_error) does, on this span.
    pub fn record_error<E: Error + ?Sized>(&self, error: &E) {
        if let Inner::Open(open) = &self.0 {
            record_error_on(&open.context, error);
        }
    }

    /// Ends the span now, with the status it has.
    pub fn end(&self) {
        self.end_with(Status::Unset);
    }

    /// Ends the span now. *Ok* overrides an error recorded before, *unset* changes nothing (OTel spec, "Set Status").
    pub fn end_with(&self, status: Status) {
        if let Inner::Open(open) = &self.0 {
            open.end(status);
        }
    }

    /// The ids of the span. Invalid when telemetry is off and nothing was continued.
    pub fn span_context(&self) -> SpanContext {
        self.borrow_context().span().span_context().clone()
    }

    /// The id of its trace, for [`export_spans`](super::TraceContext::export_spans).
    pub fn trace_id(&self) -> TraceId {
        self.borrow_context().span().span_context().trace_id()
    }

    /// Makes the span current on this thread: spans of either API and log records made there belong to it.
    pub fn enter(&self) -> Entered {
        Entered(self.context().attach())
    }

    /// Runs `work` with the span current.
    pub fn in_scope<T>(&self, work: impl FnOnce() -> T) -> T {
        let _entered = self.enter();
        work()
    }

    /// The span as a context, for futures: `work.with_context(span.context())` makes it current at each poll.
    pub fn context(&self) -> Context {
        self.borrow_context().clone()
    }

    fn borrow_context(&self) -> &Context {
        match &self.0 {
            Inner::Open(open) => &open.context,
            Inner::Passing(context) => context,
        }
    }
}

impl Drop for LiveSpan {
    fn drop(&mut self) {
        self.end();
    }
}
