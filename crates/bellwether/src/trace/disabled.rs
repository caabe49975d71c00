//! The helpers without the SDK: the same calls, types of no size, and nothing done.

use std::borrow::Cow;
use std::error::Error;
use std::marker::PhantomData;

use opentelemetry::trace::{SpanContext, SpanKind, Status, TraceId};
use opentelemetry::{Context, KeyValue};

/// Starts no spans: the feature `sdk` is off.
#[derive(Debug, Clone, Copy, Default)]
pub struct TraceContext;

/// No span: the feature `sdk` is off.
#[derive(Debug)]
pub struct LiveSpan(());

/// Keeps nothing current: the feature `sdk` is off.
#[derive(Debug)]
pub struct Entered(PhantomData<*const ()>);

/// No spans as OTLP/JSON.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct TraceJson(());

#[allow(
    clippy::unused_self,
    clippy::needless_pass_by_value,
    reason = "the surface of the real helpers"
)]
impl TraceContext {
    /// The only one there is.
    pub fn global() -> Self {
        Self
    }

    /// No span.
    pub fn start_trace(&self, _: impl Into<Cow<'static, str>>, _: SpanKind) -> LiveSpan {
        LiveSpan(())
    }

    /// No span.
    pub fn start_span(
        &self,
        _: &LiveSpan,
        _: impl Into<Cow<'static, str>>,
        _: SpanKind,
    ) -> LiveSpan {
        LiveSpan(())
    }

    /// Nothing.
    pub fn set_attributes(&self, _: &LiveSpan, _: impl IntoIterator<Item = KeyValue>) {}

    /// Nothing.
    pub fn add_event(
        &self,
        _: &LiveSpan,
        _: impl Into<Cow<'static, str>>,
        _: impl IntoIterator<Item = KeyValue>,
    ) {
    }

    /// Nothing.
    pub fn record_error<E: Error + ?Sized>(&self, _: &LiveSpan, _: &E) {}

    /// Nothing.
    pub fn end_span(&self, _: LiveSpan, _: Status) {}

    /// An empty request.
    pub fn export_spans(&self, _: TraceId) -> TraceJson {
        TraceJson(())
    }

    /// Empty: nothing to hand on.
    pub fn propagate(&self, _: &LiveSpan) -> String {
        String::new()
    }

    /// An invalid context.
    pub fn extract(&self, _: &str) -> SpanContext {
        SpanContext::NONE
    }

    /// No span.
    pub fn continue_trace(&self, _: &SpanContext, _: impl Into<Cow<'static, str>>) -> LiveSpan {
        LiveSpan(())
    }

    /// No span.
    pub fn continue_trace_as(
        &self,
        _: &SpanContext,
        _: impl Into<Cow<'static, str>>,
        _: SpanKind,
    ) -> LiveSpan {
        LiveSpan(())
    }
}

#[allow(clippy::unused_self, reason = "the surface of the real helpers")]
impl LiveSpan {
    /// Nothing.
    pub fn set_attributes(&self, _: impl IntoIterator<Item = KeyValue>) {}

    /// Nothing.
    pub fn add_event(
        &self,
        _: impl Into<Cow<'static, str>>,
        _: impl IntoIterator<Item = KeyValue>,
    ) {
    }

    /// Nothing.
    pub fn record_error<E: Error + ?Sized>(&self, _: &E) {}

    /// Nothing.
    pub fn end(&self) {}

    /// Nothing.
    #[allow(clippy::needless_pass_by_value)]
    pub fn end_with(&self, _: Status) {}

    /// An invalid context.
    pub fn span_context(&self) -> SpanContext {
        SpanContext::NONE
    }

    /// The invalid id.
    pub fn trace_id(&self) -> TraceId {
        TraceId::INVALID
    }

    /// Nothing.
    pub fn enter(&self) -> Entered {
        Entered(PhantomData)
    }

    /// Runs `work`.
    pub fn in_scope<T>(&self, work: impl FnOnce() -> T) -> T {
        work()
    }

    /// The current context.
    pub fn context(&self) -> Context {
        Context::current()
    }
}

impl TraceJson {
    /// None.
    #[allow(clippy::unused_self, reason = "the surface of the real helpers")]
    pub fn span_count(&self) -> usize {
        0
    }
}

impl std::fmt::Display for TraceJson {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(r#"{"resourceSpans":[]}"#)
    }
}
