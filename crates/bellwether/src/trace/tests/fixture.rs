//! Settings with every default, and a provider that exports into memory.

use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::{InMemorySpanExporter, SdkTracerProvider, SpanData};
use tracing::Dispatch;
use tracing_subscriber::layer::SubscriberExt;

use crate::config::{
    BatchSettings, Compression, Exporter, OtlpSettings, Protocol, SamplerChoice, Setting,
    SpanLimitSettings, TraceSettings,
};
use crate::trace::provider::provider_by;
use crate::trace::registry::MAX_LIVE;
use crate::trace::{DEFAULT_SPAN_LEVEL, SpanStatistics, TraceContext, layer};

pub(in crate::trace) fn settings() -> TraceSettings {
    let limit = || Setting::default_value(128);
    TraceSettings {
        exporter: Setting::default_value(Exporter::Otlp),
        sampler: Setting::default_value(SamplerChoice::ParentBasedAlwaysOn),
        limits: SpanLimitSettings {
            attributes: limit(),
            events: limit(),
            links: limit(),
            attributes_per_event: limit(),
            attributes_per_link: limit(),
            value_length: Setting::default_value(None),
        },
        batch: BatchSettings {
            schedule_delay: Setting::default_value(Duration::from_secs(3600)),
            max_queue_size: Setting::default_value(8192),
            max_export_batch_size: Setting::default_value(512),
            export_timeout: Setting::default_value(Duration::from_secs(30)),
        },
        otlp: OtlpSettings {
            protocol: Setting::default_value(Protocol::Grpc),
            endpoint: Setting::default_value(String::new()),
            headers: Setting::default_value(Vec::new()),
            timeout: Setting::default_value(Duration::from_secs(10)),
            compression: Setting::default_value(Compression::None),
            certificate: Setting::default_value(None),
            client_certificate: Setting::default_value(None),
            client_key: Setting::default_value(None),
        },
        live_span_ttl: Setting::default_value(Duration::from_secs(3600)),
    }
}

pub(in crate::trace) struct Pipeline {
    pub(in crate::trace) provider: SdkTracerProvider,
    pub(in crate::trace) statistics: SpanStatistics,
    pub(in crate::trace) traces: TraceContext,
    now: Arc<Mutex<Instant>>,
    exporter: InMemorySpanExporter,
}

impl Pipeline {
    pub(in crate::trace) fn new(settings: &TraceSettings) -> Self {
        Self::with_max_live(settings, MAX_LIVE)
    }

    pub(in crate::trace) fn with_max_live(settings: &TraceSettings, max_live: usize) -> Self {
        let exporter = InMemorySpanExporter::default();
        let resource = Resource::builder_empty().with_service_name("test").build();
        let now = Arc::new(Mutex::new(Instant::now()));
        let clock = Arc::clone(&now);
        let (provider, statistics, traces) = provider_by(
            Arc::new(move || *clock.lock().unwrap()),
            max_live,
            settings,
            resource,
            Some(exporter.clone()),
            None,
        );
        Self {
            provider,
            statistics,
            traces,
            now,
            exporter,
        }
    }

    /// Lets time pass on the clock of the live spans.
    pub(in crate::trace) fn pass(&self, time: Duration) {
        *self.now.lock().unwrap() += time;
    }

    pub(in crate::trace) fn dispatch(&self) -> Dispatch {
        let layer = layer(&self.provider, DEFAULT_SPAN_LEVEL);
        Dispatch::new(tracing_subscriber::registry().with(layer))
    }

    /// All spans exported so far.
    pub(in crate::trace) fn exported(&self) -> Vec<SpanData> {
        self.provider.force_flush().unwrap();
        self.exporter.get_finished_spans().unwrap()
    }

    /// The one exported span of this name.
    pub(in crate::trace) fn span(&self, name: &str) -> SpanData {
        let mut found: Vec<_> = self
            .exported()
            .into_iter()
            .filter(|span| span.name == name)
            .collect();
        assert_eq!(found.len(), 1, "spans named {name}");
        found.remove(0)
    }
}

/// Asserts that each name is the parent of the next, in one trace.
pub(in crate::trace) fn assert_chain(pipeline: &Pipeline, names: &[&str]) {
    for pair in names.windows(2) {
        let (parent, child) = (pipeline.span(pair[0]), pipeline.span(pair[1]));
        let trace_ids = (
            parent.span_context.trace_id(),
            child.span_context.trace_id(),
        );
        assert_eq!(
            trace_ids.0, trace_ids.1,
            "{} and {} in one trace",
            pair[0], pair[1]
        );
        assert_eq!(
            child.parent_span_id,
            parent.span_context.span_id(),
            "{} under {}",
            pair[1],
            pair[0]
        );
    }
}
