//! `tracing` spans as OpenTelemetry spans.
//!
//! The layer is that of `tracing-opentelemetry` with context activation: entering a `tracing` span makes its OpenTelemetry
//! span the current one, and a new `tracing` span takes the current one as its parent. So the closest span wins, whichever
//! of the two APIs made it, on one thread and across `.await` alike (`Instrument` and `FutureExt::with_context` enter again
//! at each poll). An explicit `parent:` of the `tracing` macros wins over both.
//!
//! Two things are kept out by a filter of this layer alone, whatever the level of the logs is: spans and events of the crates
//! that carry the export itself, because exporting them would make more of them; and events below [`DEFAULT_EVENT_LEVEL`],
//! because they leave as log records with the ids of the span and would be sent twice.

use opentelemetry::InstrumentationScope;
use opentelemetry::trace::TracerProvider;
use opentelemetry_sdk::trace::SdkTracerProvider;
use tracing::level_filters::LevelFilter;
use tracing::subscriber::Interest;
use tracing::{Metadata, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::{Context, Filter};
use tracing_subscriber::registry::LookupSpan;

/// Spans at this level and above are exported.
pub(crate) const DEFAULT_SPAN_LEVEL: LevelFilter = LevelFilter::INFO;

/// Events at this level and above also become events of their span, and set its status to error.
pub(crate) const DEFAULT_EVENT_LEVEL: LevelFilter = LevelFilter::ERROR;

/// Crates that carry OTLP. `tower_http`, `axum` and the like are not among them: their spans are a service's own.
const EXPORT_CRATES: &[&str] = &[
    "hyper",
    "hyper_util",
    "h2",
    "tonic",
    "tower",
    "reqwest",
    "rustls",
];

/// The layer for one provider. Belongs directly on the registry, beside the layers that write logs.
pub(crate) fn layer<S>(
    provider: &SdkTracerProvider,
    spans: LevelFilter,
) -> impl Layer<S> + Send + Sync + 'static
where
    S: Subscriber + for<'lookup> LookupSpan<'lookup> + Send + Sync,
{
    let scope = InstrumentationScope::builder("tracing")
        .with_version(env!("CARGO_PKG_VERSION"))
        .build();
    tracing_opentelemetry::layer()
        .with_tracer(provider.tracer_with_scope(scope))
        // Where a span was made is worth its place. Thread, level, target and busy time are not: together they double
        // the size of a small span.
        .with_location(true)
        .with_threads(false)
        .with_level(false)
        .with_target(false)
        .with_tracked_inactivity(false)
        .with_filter(ExportFilter {
            spans,
            events: DEFAULT_EVENT_LEVEL,
        })
}

/// What may become a span or an event of a span. Depends on the callsite alone, so it is asked once a callsite.
#[derive(Debug, Clone, Copy)]
struct ExportFilter {
    spans: LevelFilter,
    events: LevelFilter,
}

impl ExportFilter {
    fn admits(self, metadata: &Metadata<'_>) -> bool {
        let most_verbose = if metadata.is_span() {
            self.spans
        } else {
            self.events
        };
        *metadata.level() <= most_verbose && !carries_export(metadata.target())
    }
}

/// Whether a target is in a crate that carries the export. Targets are module paths, or a package name with dashes.
fn carries_export(target: &str) -> bool {
    let crate_name = target.split("::").next().unwrap_or(target);
    EXPORT_CRATES.contains(&crate_name) || crate_name.starts_with("opentelemetry")
}

impl<S> Filter<S> for ExportFilter {
    fn enabled(&self, metadata: &Metadata<'_>, _: &Context<'_, S>) -> bool {
        self.admits(metadata)
    }

    fn callsite_enabled(&self, metadata: &'static Metadata<'static>) -> Interest {
        if self.admits(metadata) {
            Interest::always()
        } else {
            Interest::never()
        }
    }

    fn max_level_hint(&self) -> Option<LevelFilter> {
        Some(self.spans.max(self.events))
    }
}
