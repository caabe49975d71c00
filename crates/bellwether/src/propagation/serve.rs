//! What server layers share: running a handler inside its span.

use std::any::Any;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::pin::Pin;
use std::task::{self, Poll};

use opentelemetry::Context;
use tracing::Span;

use super::failure::record_error;
use super::span;

/// A request being served: its span, and the context that came with it.
#[derive(Debug)]
pub(super) struct Serving {
    pub(super) span: Span,
    /// What came over the wire, where no span of ours carries it on (no subscriber, filtered out): calls made by the
    /// handler then still pass the caller's context along, as the specification asks of a disabled SDK.
    passed_on: Option<Context>,
}

impl Serving {
    pub(super) fn new(span: Span, remote: Context) -> Self {
        span::set_parent(&span, &remote);
        let carries = span::is_valid(&span::context_of(&span));
        Self {
            span,
            passed_on: (!carries).then_some(remote),
        }
    }

    /// The trace id to tell the client: our span's, or else the one that the client sent.
    #[cfg(feature = "axum")]
    pub(super) fn trace_id(&self) -> Option<String> {
        match &self.passed_on {
            Some(remote) => super::trace_id::of(remote),
            None => super::trace_id::of(&span::context_of(&self.span)),
        }
    }

    /// Polls the handler inside the span. A panic is recorded on the span and goes on its way.
    pub(super) fn poll<F: Future>(
        &self,
        handler: Pin<&mut F>,
        cx: &mut task::Context<'_>,
    ) -> Poll<F::Output> {
        let _context = self.passed_on.clone().map(Context::attach);
        // The handler is not polled again after a panic: it is resumed right below.
        let polled = catch_unwind(AssertUnwindSafe(|| self.span.in_scope(|| handler.poll(cx))));
        polled.unwrap_or_else(|panic| {
            record_error(&self.span, "panic", message_of(&*panic));
            resume_unwind(panic)
        })
    }
}

fn message_of(panic: &(dyn Any + Send)) -> Option<&str> {
    let owned = panic.downcast_ref::<String>().map(String::as_str);
    owned.or_else(|| panic.downcast_ref::<&str>().copied())
}
