//! A pipeline whose lines end in memory and whose records end in the SDK's in-memory exporter.

use std::io::Write;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use opentelemetry_sdk::Resource;
use opentelemetry_sdk::logs::InMemoryLogExporter;
use opentelemetry_sdk::logs::LogExporter;
use opentelemetry_sdk::logs::in_memory_exporter::LogDataWithResource;
use opentelemetry_sdk::trace::SdkTracerProvider;
use tracing::Dispatch;
use tracing_subscriber::Registry;
use tracing_subscriber::layer::SubscriberExt as _;

use crate::config::{LogFormat, LogSettings, MapEnvironment, Overrides, Settings};
use crate::logs::pipeline::{LogPipeline, pipeline_on};
use crate::logs::writer::{MAX_BYTES, MAX_LINES, Stream};

pub(super) const DEADLINE: Duration = Duration::from_secs(20);

/// Bytes written so far. Clones share.
#[derive(Clone, Default)]
pub(super) struct Sink(Arc<Mutex<Vec<u8>>>);

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl Sink {
    pub(super) fn text(&self) -> String {
        String::from_utf8(self.0.lock().unwrap().clone()).unwrap()
    }
}

pub(super) fn settings(level: &str, format: LogFormat) -> LogSettings {
    use crate::config::{Origin, Setting};
    let no_environment = MapEnvironment::default();
    let mut settings = Settings::resolve(Overrides::default(), &no_environment)
        .unwrap()
        .logs;
    settings.level = Setting::new(level.to_owned(), Origin::Code);
    settings.format = Setting::new(format, Origin::Code);
    settings
}

pub(super) struct Fixture {
    pub(super) pipeline: LogPipeline,
    pub(super) exporter: InMemoryLogExporter,
    pub(super) tracer_provider: SdkTracerProvider,
    pub(super) dispatch: Dispatch,
    pub(super) sink: Sink,
}

impl Fixture {
    pub(super) fn new(level: &str) -> Self {
        Self::with(&settings(level, LogFormat::Json))
    }

    pub(super) fn with(settings: &LogSettings) -> Self {
        let sink = Sink::default();
        let exporter = InMemoryLogExporter::default();
        let pipeline = piped(settings, Box::new(sink.clone()), Some(exporter.clone()));
        let tracer_provider = SdkTracerProvider::builder()
            .with_span_processor(pipeline.span_processor())
            .build();
        let dispatch = subscriber(&pipeline, &tracer_provider);
        Self {
            pipeline,
            exporter,
            tracer_provider,
            dispatch,
            sink,
        }
    }

    /// Runs with this pipeline and returns its lines.
    pub(super) fn lines(&self, body: impl FnOnce()) -> Vec<serde_json::Value> {
        self.text(body)
            .lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }

    pub(super) fn text(&self, body: impl FnOnce()) -> String {
        tracing::dispatcher::with_default(&self.dispatch, body);
        assert!(self.pipeline.flush(DEADLINE));
        self.sink.text()
    }

    pub(super) fn records(&self) -> Vec<LogDataWithResource> {
        assert!(self.pipeline.flush(DEADLINE));
        self.exporter.get_emitted_logs().unwrap()
    }
}

/// A pipeline that writes to anything.
pub(super) fn piped(
    settings: &LogSettings,
    out: Box<dyn Write + Send>,
    exporter: Option<impl LogExporter + 'static>,
) -> LogPipeline {
    pipeline_on(
        settings,
        Resource::builder_empty().build(),
        exporter,
        Some(Stream::Other(out)),
        MAX_LINES,
        MAX_BYTES,
    )
    .unwrap()
}

#[allow(
    clippy::redundant_closure_for_method_calls,
    reason = "the method is not general enough over lifetimes"
)]
/// A subscriber with the layers of spans and of logs.
pub(super) fn subscriber(pipeline: &LogPipeline, spans: &SdkTracerProvider) -> Dispatch {
    use opentelemetry::trace::TracerProvider as _;
    use tracing_subscriber::Layer as _;
    let only_spans = tracing_subscriber::filter::filter_fn(|metadata: &tracing::Metadata<'_>| {
        metadata.is_span()
    });
    let otel = tracing_opentelemetry::layer()
        .with_tracer(spans.tracer("test"))
        .with_filter(only_spans);
    let subscriber = Registry::default().with(otel).with(pipeline.layer());
    Dispatch::new(subscriber)
}
