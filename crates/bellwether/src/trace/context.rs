//! Traces by hand: begin, nest, hand on, end, look at.

use std::borrow::Cow;
use std::error::Error;
use std::sync::{Arc, PoisonError, RwLock};

use opentelemetry::trace::{SpanContext, SpanKind, Status, TraceContextExt, TraceId, Tracer};
use opentelemetry::{Context, KeyValue};
use opentelemetry_sdk::trace::SdkTracer;

use super::finished::FinishedTraces;
use super::live::LiveSpan;
use super::registry::Registry;
use crate::propagation::traceparent;

static GLOBAL: RwLock<TraceContext> = RwLock::new(TraceContext { parts: None });

/// Starts spans that are ended by hand. Cloning is cheap. Without telemetry every call is harmless and makes no span.
///
/// For spans that follow the shape of the code, the macros of `tracing` are simpler; both kinds nest in each other.
///
/// ```
/// use bellwether::trace::{KeyValue, SpanKind, Status, TraceContext};
///
/// let traces = TraceContext::global();
/// let root = traces.start_trace("orchestration-session", SpanKind::Server);
/// traces.set_attributes(&root, [KeyValue::new("coordinator", "hierarchical")]);
///
/// let child = traces.start_span(&root, "coder-execution", SpanKind::Internal);
/// if let Err(error) = "three".parse::<u32>() {
///     traces.record_error(&child, &error);
/// }
/// traces.end_span(child, Status::Unset);
///
/// let trace_id = root.trace_id();
/// traces.end_span(root, Status::Ok);
/// println!("{}", traces.export_spans(trace_id));
/// ```
#[derive(Debug, Clone, Default)]
pub struct TraceContext {
    parts: Option<Arc<Parts>>,
}

#[derive(Debug)]
struct Parts {
    tracer: SdkTracer,
    registry: Arc<Registry>,
    finished: Arc<FinishedTraces>,
}

/// The finished spans of a trace as OTLP/JSON. Prints as one line of JSON.
#[derive(Debug, Clone, PartialEq)]
pub struct TraceJson(serde_json::Value);

impl TraceContext {
    pub(super) fn new(
        tracer: SdkTracer,
        registry: Arc<Registry>,
        finished: Arc<FinishedTraces>,
    ) -> Self {
        Self {
            parts: Some(Arc::new(Parts {
                tracer,
                registry,
                finished,
            })),
        }
    }

    /// That of the telemetry started last in this process; makes no spans before a start and after its shutdown.
    ///
    /// A clone taken before the start stays without effect: ask again.
    pub fn global() -> Self {
        GLOBAL
            .read()
            .unwrap_or_else(PoisonError::into_inner)
            .clone()
    }

    /// What `with` makes of the tracer in force, if there is one. Holds a lock that is only read.
    pub(super) fn with_global_tracer<R>(with: impl FnOnce(&SdkTracer) -> R) -> Option<R> {
        let global = GLOBAL.read().unwrap_or_else(PoisonError::into_inner);
        global.parts.as_ref().map(|parts| with(&parts.tracer))
    }

    /// Makes this the one that [`global`](Self::global) answers.
    pub(crate) fn install(self) {
        *GLOBAL.write().unwrap_or_else(PoisonError::into_inner) = self;
    }

    /// Ends all live spans, so that a flush still takes them.
    pub(crate) fn end_live_spans(&self) {
        if let Some(parts) = &self.parts {
            parts.registry.end_all();
        }
    }

    /// Begins a trace: a span without a parent, whatever span is current. The sampler decides whether it is recorded.
    ///
    /// Cost: about that of a plain OpenTelemetry span, and two short locks.
    pub fn start_trace(&self, name: impl Into<Cow<'static, str>>, kind: SpanKind) -> LiveSpan {
        // Baggage stays, the parent does not.
        let root = Context::current().with_remote_span_context(SpanContext::NONE);
        self.start(root, name.into(), kind)
    }

    /// Begins a span under `parent`, in the same trace, also when `parent` has ended.
    pub fn start_span(
        &self,
        parent: &LiveSpan,
        name: impl Into<Cow<'static, str>>,
        kind: SpanKind,
    ) -> LiveSpan {
        self.start(parent.context(), name.into(), kind)
    }

    /// Sets attributes of a live span: [`LiveSpan::set_attributes`].
    pub fn set_attributes(&self, span: &LiveSpan, attributes: impl IntoIterator<Item = KeyValue>) {
        span.set_attributes(attributes);
    }

    /// Adds an event to a live span: [`LiveSpan::add_event`].
    pub fn add_event(
        &self,
        span: &LiveSpan,
        name: impl Into<Cow<'static, str>>,
        attributes: impl IntoIterator<Item = KeyValue>,
    ) {
        span.add_event(name, attributes);
    }

    /// Records an error on a live span: [`LiveSpan::record_error`].
    pub fn record_error<E: Error + ?Sized>(&self, span: &LiveSpan, error: &E) {
        span.record_error(error);
    }

    /// Ends a live span: [`LiveSpan::end_with`].
    #[allow(
        clippy::needless_pass_by_value,
        reason = "a span that has ended is of no further use"
    )]
    pub fn end_span(&self, span: LiveSpan, status: Status) {
        span.end_with(status);
    }

    /// The finished spans of a trace, as an OTLP/JSON request; empty when none is kept.
    ///
    /// Kept are sampled spans of traces begun or continued here, whichever API made the spans: the latest 256 traces within
    /// 8 MiB. Spans that are still open are not among them.
    ///
    /// Cost: copies and renders the spans; for looking at a trace, not for each request.
    pub fn export_spans(&self, trace_id: TraceId) -> TraceJson {
        let none = || super::json::request(None, &[]);
        TraceJson(
            self.parts
                .as_ref()
                .map_or_else(none, |parts| parts.finished.export(trace_id)),
        )
    }

    /// The span as a `traceparent` value, to be handed to whatever works for it (W3C Trace Context §3.2); empty when there is
    /// nothing to hand on.
    pub fn propagate(&self, span: &LiveSpan) -> String {
        traceparent::format(&span.span_context()).unwrap_or_default()
    }

    /// Reads a `traceparent` value. A malformed one gives an invalid context, from which a new trace begins
    /// (W3C Trace Context §3.2.2.3).
    ///
    /// ```
    /// use bellwether::trace::TraceContext;
    ///
    /// let traces = TraceContext::global();
    /// assert!(!traces.extract("not a traceparent").is_valid());
    /// ```
    pub fn extract(&self, traceparent: &str) -> SpanContext {
        traceparent::parse(traceparent).unwrap_or(SpanContext::NONE)
    }

    /// Begins a span of kind *internal* under a span of another process; a trace of its own if `parent` is invalid.
    pub fn continue_trace(
        &self,
        parent: &SpanContext,
        name: impl Into<Cow<'static, str>>,
    ) -> LiveSpan {
        self.continue_trace_as(parent, name, SpanKind::Internal)
    }

    /// [`continue_trace`](Self::continue_trace) with a kind: *server* for a request, *consumer* for a message.
    pub fn continue_trace_as(
        &self,
        parent: &SpanContext,
        name: impl Into<Cow<'static, str>>,
        kind: SpanKind,
    ) -> LiveSpan {
        let parent = Context::current().with_remote_span_context(parent.clone());
        self.start(parent, name.into(), kind)
    }

    fn start(&self, parent: Context, name: Cow<'static, str>, kind: SpanKind) -> LiveSpan {
        let Some(parts) = &self.parts else {
            return LiveSpan::passing(parent);
        };
        let builder = parts.tracer.span_builder(name).with_kind(kind);
        let begins_here = {
            let parent = parent.span();
            let ids = parent.span_context();
            ids.is_remote() || !ids.is_valid()
        };
        let context = parent.with_span(parts.tracer.build_with_context(builder, &parent));
        if !context.span().is_recording() {
            // Nothing will end and nothing will be kept; the ids are handed on all the same.
            return LiveSpan::passing(context);
        }
        if begins_here {
            parts
                .finished
                .watch(context.span().span_context().trace_id());
        }
        LiveSpan::open(parts.registry.enter(context))
    }
}

impl TraceJson {
    /// How many spans there are.
    pub fn span_count(&self) -> usize {
        let lists = |value: &serde_json::Value, name: &str| {
            value[name].as_array().cloned().unwrap_or_default()
        };
        lists(&self.0, "resourceSpans")
            .iter()
            .flat_map(|resource| lists(resource, "scopeSpans"))
            .map(|scope| scope["spans"].as_array().map_or(0, Vec::len))
            .sum()
    }

    /// The JSON as a value. Needs the feature `sdk`; the text of [`Display`](std::fmt::Display) does not.
    pub fn value(&self) -> &serde_json::Value {
        &self.0
    }
}

impl std::fmt::Display for TraceJson {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.fmt(f)
    }
}
