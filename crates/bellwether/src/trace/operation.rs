//! The span of a tracked function: a plain span of the SDK, under whatever span is current.

use std::future::Future;
use std::pin::Pin;
use std::task::{Context as TaskContext, Poll};

use opentelemetry::trace::{SpanKind, Status, TraceContextExt, Tracer};
use opentelemetry::{Context, ContextGuard, KeyValue};
use pin_project_lite::pin_project;

use super::context::TraceContext;
use crate::metrics::operation::track::{Execution, Outcome, SiteLabels};

/// A span that ends with its function, or when it is dropped. No span before telemetry has started.
#[derive(Debug)]
pub struct Span(Option<Context>);

impl Span {
    /// Begins. The fields are asked for only if the span records.
    #[inline]
    pub fn start<const N: usize>(
        name: &'static str,
        fields: impl FnOnce() -> [KeyValue; N],
    ) -> Self {
        let context = TraceContext::with_global_tracer(|tracer| {
            let parent = Context::current();
            let builder = tracer.span_builder(name).with_kind(SpanKind::Internal);
            let span = tracer.build_with_context(builder, &parent);
            parent.with_span(span)
        });
        if let Some(context) = &context
            && N > 0
            && context.span().is_recording()
        {
            context.span().set_attributes(fields());
        }
        Self(context)
    }

    /// Makes it current on this thread.
    #[inline]
    pub fn enter(&self) -> Option<ContextGuard> {
        self.0.as_ref().map(|context| context.clone().attach())
    }

    /// The future, with the span current at each poll.
    #[inline]
    pub fn scope<F: Future>(&self, future: F) -> Scoped<F> {
        Scoped {
            future,
            context: self.0.clone(),
        }
    }

    /// Ends the execution, with the span current so that an exemplar may point at it, then the span.
    #[inline]
    pub fn end<L: SiteLabels>(mut self, execution: Execution<L>, outcome: Outcome) {
        let Some(context) = self.0.take() else {
            execution.end(outcome);
            return;
        };
        {
            let _current = context.clone().attach();
            execution.end(outcome);
        }
        let span = context.span();
        if let Outcome::Error(error) = outcome {
            error
                .with_name(|name| span.set_attribute(KeyValue::new("error.type", name.to_owned())));
            span.set_status(Status::error(""));
        }
        span.end();
    }
}

impl Drop for Span {
    /// Without an end of its own: a panic, or a future that was cancelled.
    fn drop(&mut self) {
        let Some(context) = self.0.take() else { return };
        let span = context.span();
        span.set_attribute(KeyValue::new("error.type", "abandoned"));
        span.set_status(Status::error("abandoned"));
        span.end();
    }
}

pin_project! {
    /// A future in the scope of a span.
    #[derive(Debug)]
    pub struct Scoped<F> {
        #[pin]
        future: F,
        context: Option<Context>,
    }
}

impl<F: Future> Future for Scoped<F> {
    type Output = F::Output;

    #[inline]
    fn poll(self: Pin<&mut Self>, task: &mut TaskContext<'_>) -> Poll<F::Output> {
        let this = self.project();
        let _current = this
            .context
            .as_ref()
            .map(|context| context.clone().attach());
        this.future.poll(task)
    }
}
