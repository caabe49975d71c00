//! Spans: the SDK's own, `tracing` through the bridge, and fastrace, each sampled and thrown away by its exporter.

use std::hint::black_box;

use bellwether_bench::{Case, measure, table};
use opentelemetry::trace::{Span as _, Tracer, TracerProvider};
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{SdkTracerProvider, Span, SpanData, SpanProcessor};
use tracing_subscriber::layer::SubscriberExt;

/// Takes every ended span and drops it.
#[derive(Debug)]
pub(crate) struct Discard;

impl SpanProcessor for Discard {
    fn on_start(&self, _: &mut Span, _: &opentelemetry::Context) {}
    fn on_end(&self, span: SpanData) {
        black_box(span);
    }
    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }
    fn shutdown_with_timeout(&self, _: std::time::Duration) -> OTelSdkResult {
        Ok(())
    }
}

struct Nowhere;

impl fastrace::collector::Reporter for Nowhere {
    fn report(&mut self, spans: Vec<fastrace::collector::SpanRecord>) {
        black_box(spans);
    }
}

pub(crate) fn section(rounds: usize) -> String {
    let provider = SdkTracerProvider::builder()
        .with_span_processor(Discard)
        .build();
    let tracer = provider.tracer("bench");
    let bridge = tracing_opentelemetry::layer().with_tracer(provider.tracer("bench"));
    let subscriber = tracing_subscriber::registry().with(bridge);
    fastrace::set_reporter(Nowhere, fastrace::collector::Config::default());

    let cases = vec![
        Case::new("`tracing` span through tracing-opentelemetry", || {
            tracing::info_span!("work").in_scope(|| black_box(1));
        }),
        Case::new("OpenTelemetry SDK span", || {
            tracer.start("work").end();
        }),
        Case::new("`fastrace`, root and child", || {
            let root = fastrace::Span::root("work", fastrace::collector::SpanContext::random());
            let _child = fastrace::Span::enter_with_parent("child", &root);
        }),
    ];
    let outcomes = tracing::subscriber::with_default(subscriber, || measure(cases, rounds));
    format!("## Spans\n\n{}", table(&outcomes))
}
