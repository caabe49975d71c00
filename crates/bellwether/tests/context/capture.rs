//! Spans into memory.

use std::time::{Duration, Instant};

use bellwether::propagation::{self, Format};
use opentelemetry::trace::{SpanContext, SpanId, TraceContextExt, TracerProvider};
use opentelemetry::{Context, Value};
use opentelemetry_sdk::trace::{InMemorySpanExporter, SdkTracerProvider, SpanData};
use tracing::subscriber::DefaultGuard;
use tracing_subscriber::layer::SubscriberExt;

pub(crate) const TRACE: &str = "4bf92f3577b34da6a3ce929d0e0e4736";
pub(crate) const PARENT: &str = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

/// Makes the propagator of all these tests the global one.
pub(crate) fn install() {
    propagation::install(&[Format::TraceContext, Format::Baggage]);
}

/// A context as it would come from `PARENT`, with a trace state and baggage.
pub(crate) fn remote() -> Context {
    install();
    let fields = [
        ("traceparent", PARENT),
        ("tracestate", "rojo=1"),
        ("baggage", "session.id=42"),
    ];
    propagation::extract(
        &fields
            .map(|(k, v)| (k.to_owned(), v.to_owned()))
            .into_iter()
            .collect::<std::collections::HashMap<_, _>>(),
    )
}

/// The same without trace state and baggage.
pub(crate) fn remote_without_state() -> Context {
    install();
    propagation::kafka::extract(&[("traceparent", PARENT)])
}

pub(crate) fn span_of(context: &Context) -> SpanContext {
    context.span().span_context().clone()
}

/// The spans that this thread makes while the value lives.
pub(crate) struct Capture {
    exporter: InMemorySpanExporter,
    _provider: SdkTracerProvider,
    _subscriber: DefaultGuard,
}

impl Capture {
    pub(crate) fn start() -> Self {
        install();
        let exporter = InMemorySpanExporter::default();
        let provider = SdkTracerProvider::builder()
            .with_simple_exporter(exporter.clone())
            .build();
        let layer = tracing_opentelemetry::layer().with_tracer(provider.tracer("test"));
        let subscriber =
            tracing::subscriber::set_default(tracing_subscriber::registry().with(layer));
        Self {
            exporter,
            _provider: provider,
            _subscriber: subscriber,
        }
    }

    pub(crate) fn spans(&self) -> Vec<SpanData> {
        self.exporter.get_finished_spans().unwrap()
    }

    /// The span of this name, which may still be about to end in another task.
    pub(crate) async fn span(&self, name: &str) -> SpanData {
        let deadline = Instant::now() + Duration::from_secs(10);
        loop {
            let spans = self.spans();
            if let Some(span) = spans.iter().find(|span| span.name == name) {
                return span.clone();
            }
            let names: Vec<_> = spans.iter().map(|span| &span.name).collect();
            assert!(
                Instant::now() < deadline,
                "no span {name:?} among {names:?}"
            );
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    }
}

pub(crate) fn attribute(span: &SpanData, key: &str) -> Option<Value> {
    span.attributes
        .iter()
        .find(|pair| pair.key.as_str() == key)
        .map(|pair| pair.value.clone())
}

/// An attribute as text; empty where it is absent.
pub(crate) fn text(span: &SpanData, key: &str) -> String {
    attribute(span, key)
        .map(|value| value.to_string())
        .unwrap_or_default()
}

#[track_caller]
pub(crate) fn assert_child(child: &SpanData, parent: &SpanData) {
    assert_eq!(
        child.span_context.trace_id(),
        parent.span_context.trace_id(),
        "{} in the trace of {}",
        child.name,
        parent.name
    );
    assert_eq!(
        child.parent_span_id,
        parent.span_context.span_id(),
        "{} under {}",
        child.name,
        parent.name
    );
}

#[track_caller]
pub(crate) fn assert_root(span: &SpanData) {
    assert_eq!(
        span.parent_span_id,
        SpanId::INVALID,
        "{} is a root",
        span.name
    );
}
