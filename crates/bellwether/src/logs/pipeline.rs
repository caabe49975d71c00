//! Puts the parts together: levels, lines, the SDK's provider, and the way in.

use std::borrow::Cow;
use std::cell::RefCell;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, OnceLock, mpsc};
use std::time::{Duration, Instant, SystemTime};

use opentelemetry::logs::LoggerProvider as _;
use opentelemetry::trace::SpanContext;
use opentelemetry::{Context, InstrumentationScope};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::logs::{
    BatchConfigBuilder, BatchLogProcessor, LogExporter, SdkLogger, SdkLoggerProvider,
};
use tracing::dispatcher::WeakDispatch;
use tracing_subscriber::Layer;
use tracing_subscriber::registry::LookupSpan;

use super::entry::LogEntry;
use super::fields::{Fields, Limits};
use super::ids::Ids;
use super::layer::{LevelsFilter, LogLayer};
use super::level::Level;
use super::levels::{Levels, Route};
use super::parents::ParentSpans;
use super::processor::{FrontProcessor, QueueCounts, TakingExporter};
use super::writer::{Gap, LineWriter, LogCounts, MAX_BYTES, MAX_LINES, Stream};
use super::{json, otlp, text};
use crate::config::{ConfigError, LogFormat, LogSettings, LogStream};

thread_local! {
    /// The line being made. Kept, so that a line needs no allocation.
    static LINE: RefCell<String> = const { RefCell::new(String::new()) };
}

/// A line longer than this gives its memory back.
const KEPT_LINE: usize = 64 * 1024;

/// Makes records and sends them both ways.
pub(super) struct Core {
    pub(super) levels: Levels,
    limits: Limits,
    lines: Option<(LineWriter, LogFormat)>,
    exporting: Option<SdkLogger>,
    provider: SdkLoggerProvider,
    parents: ParentSpans,
    queue: QueueCounts,
    /// Records handed to the SDK.
    submitted: AtomicU64,
    /// The subscriber the layer is part of, for spans that an event names by id.
    pub(super) dispatch: OnceLock<WeakDispatch>,
}

/// What a record is made of.
pub(super) struct Draft {
    pub(super) level: Level,
    pub(super) event_name: Option<&'static str>,
    pub(super) message: String,
    /// The component, where the fields name none.
    pub(super) component: Cow<'static, str>,
    pub(super) fields: Fields,
    pub(super) route: Route,
}

impl Core {
    /// Completes a record and sends it.
    pub(super) fn emit(&self, draft: Draft, span: Option<&SpanContext>) {
        let Draft {
            level,
            event_name,
            message,
            component,
            mut fields,
            route,
        } = draft;
        let ids = Ids::resolve(&mut fields, span, &self.parents);
        let component = fields.component.take().unwrap_or(component);
        let dropped_attributes = fields.limit(self.limits);
        let entry = LogEntry {
            time: SystemTime::now(),
            level,
            event_name,
            message,
            component,
            ids,
            fields,
            dropped_attributes,
        };
        if let Some((writer, format)) = &self.lines {
            write_line(writer, *format, &entry);
        }
        let Some(logger) = &self.exporting else {
            return;
        };
        if route == Route::Lines || Context::is_current_telemetry_suppressed() {
            return;
        }
        self.submitted.fetch_add(1, Ordering::Relaxed);
        otlp::emit(logger, entry);
    }
}

fn write_line(writer: &LineWriter, format: LogFormat, entry: &LogEntry) {
    LINE.with(|line| {
        // Nothing that runs here logs, so the line is free; if it ever were not, a new one does.
        let mut fresh = String::new();
        let mut kept = line.try_borrow_mut();
        let line = kept.as_deref_mut().unwrap_or(&mut fresh);
        line.clear();
        format_line(format, line, entry);
        writer.push(line);
        line.shrink_to(KEPT_LINE);
    });
}

fn format_line(format: LogFormat, line: &mut String, entry: &LogEntry) {
    match format {
        LogFormat::Json => json::write(line, entry),
        LogFormat::Text => text::write(line, entry),
    }
}

/// The line that says what is missing at its place.
fn gap_entry(gap: Gap) -> LogEntry {
    let mut fields = Fields::default();
    for (cause, count) in [
        ("queue_full", gap.queue_full),
        ("write_error", gap.write_error),
    ] {
        if count > 0 {
            fields.set(cause, count.into());
        }
    }
    LogEntry {
        time: SystemTime::now(),
        level: Level::Warn,
        event_name: None,
        message: "log lines were dropped here".to_owned(),
        component: Cow::Borrowed("bellwether::logs"),
        ids: Ids::default(),
        fields,
        dropped_attributes: 0,
    }
}

fn gap_line(format: LogFormat) -> fn(Gap) -> String {
    fn make(format: LogFormat, gap: Gap) -> String {
        let mut line = String::new();
        format_line(format, &mut line, &gap_entry(gap));
        line
    }
    match format {
        LogFormat::Json => |gap| make(LogFormat::Json, gap),
        LogFormat::Text => |gap| make(LogFormat::Text, gap),
    }
}

/// The running pipeline of logs. Clones share.
#[derive(Clone)]
pub(crate) struct LogPipeline {
    core: Arc<Core>,
}

/// Starts the pipeline: the thread that writes lines, and the SDK's batching thread where there is an exporter.
///
/// The meter provider must be the global one before this, or the SDK's own counters of logs count for nobody.
#[allow(dead_code, reason = "composed by the start-up code")]
pub(crate) fn pipeline(
    settings: &LogSettings,
    resource: Resource,
    exporter: Option<impl LogExporter + 'static>,
) -> Result<LogPipeline, ConfigError> {
    let stream = match *settings.stream {
        LogStream::Stdout => Some(Stream::Stdout),
        LogStream::Stderr => Some(Stream::Stderr),
        LogStream::Off => None,
    };
    pipeline_on(settings, resource, exporter, stream, MAX_LINES, MAX_BYTES)
}

/// As [`pipeline`], on any stream and with any bounds.
pub(super) fn pipeline_on(
    settings: &LogSettings,
    resource: Resource,
    exporter: Option<impl LogExporter + 'static>,
    stream: Option<Stream>,
    max_lines: usize,
    max_bytes: usize,
) -> Result<LogPipeline, ConfigError> {
    let levels = Levels::parse(&settings.level)?;
    let format = *settings.format;
    let lines = match stream {
        None => None,
        Some(stream) => {
            let writer = LineWriter::start(stream, gap_line(format), max_lines, max_bytes);
            let writer = writer.map_err(|error| {
                ConfigError::invalid(
                    "the stream of log lines",
                    error.to_string(),
                    "a thread to write them",
                )
            })?;
            Some((writer, format))
        }
    };

    let mut provider = SdkLoggerProvider::builder().with_resource(resource);
    let has_exporter = exporter.is_some();
    let queue = QueueCounts::default();
    if let Some(exporter) = exporter {
        let batch = &settings.batch;
        let config = BatchConfigBuilder::default()
            .with_max_queue_size(*batch.max_queue_size)
            .with_max_export_batch_size(*batch.max_export_batch_size)
            .with_scheduled_delay(*batch.schedule_delay)
            .build();
        let exporter = TakingExporter {
            exporter,
            counts: queue.clone(),
        };
        provider = provider.with_log_processor(FrontProcessor {
            batch: BatchLogProcessor::builder(exporter)
                .with_batch_config(config)
                .build(),
            max_queue_size: *batch.max_queue_size as u64,
            counts: queue.clone(),
        });
    }
    let provider = provider.build();
    let scope = InstrumentationScope::builder("bellwether")
        .with_version(env!("CARGO_PKG_VERSION"))
        .build();
    let exporting = has_exporter.then(|| provider.logger_with_scope(scope));

    Ok(LogPipeline {
        core: Arc::new(Core {
            levels,
            limits: Limits {
                attributes: *settings.attributes,
                value_length: *settings.value_length,
            },
            lines,
            exporting,
            provider,
            parents: ParentSpans::default(),
            queue,
            submitted: AtomicU64::new(0),
            dispatch: OnceLock::new(),
        }),
    })
}

#[allow(dead_code, reason = "composed by the start-up code")]
impl LogPipeline {
    /// The layer for one subscriber, with its filter. Belongs directly on the registry.
    pub(crate) fn layer<S>(&self) -> impl Layer<S> + Send + Sync + 'static
    where
        S: tracing::Subscriber + for<'span> LookupSpan<'span>,
    {
        LogLayer {
            core: Arc::clone(&self.core),
        }
        .with_filter(LevelsFilter {
            core: Arc::clone(&self.core),
        })
    }

    /// The SDK's provider. It has no processor where there is no exporter.
    pub(crate) fn provider(&self) -> &SdkLoggerProvider {
        &self.core.provider
    }

    /// To be added to the tracer provider, or called by a processor of it: without, no record has a `parentSpanId`.
    pub(crate) fn span_processor(&self) -> ParentSpans {
        self.core.parents.clone()
    }

    /// What became of the lines.
    pub(crate) fn dropped(&self) -> LogCounts {
        self.core
            .lines
            .as_ref()
            .map_or_else(LogCounts::default, |(writer, _)| writer.counts())
    }

    /// Records that its queue had no place for, or that came after the end.
    pub(crate) fn records_dropped(&self) -> u64 {
        self.core.queue.dropped()
    }

    /// Records handed to the SDK so far. What its exporter was not given of these waits or was dropped by its queue.
    pub(crate) fn submitted(&self) -> u64 {
        self.core.submitted.load(Ordering::Relaxed)
    }

    /// Waits until what was logged so far is out. False when something is not, or not in time.
    ///
    /// Blocks the thread; the exporter must not depend on it.
    pub(crate) fn flush(&self, timeout: Duration) -> bool {
        let started = Instant::now();
        // The SDK's flush has a deadline of its own and takes none, so it runs beside us.
        let exported = self.core.exporting.as_ref().map(|_| {
            let provider = self.core.provider.clone();
            let (sender, receiver) = mpsc::sync_channel(1);
            let thread = std::thread::Builder::new().name("bellwether-flush".to_owned());
            let spawned = thread.spawn(move || sender.send(provider.force_flush().is_ok()));
            (receiver, spawned.is_ok())
        });
        let lines = self.core.lines.as_ref();
        let written = lines.is_none_or(|(writer, _)| writer.flush(timeout));
        let left = timeout.saturating_sub(started.elapsed());
        let exported = exported.is_none_or(|(receiver, spawned)| {
            spawned && receiver.recv_timeout(left).unwrap_or(false)
        });
        written && exported
    }

    /// Sends what waits and stops. False when something was lost, or not in time. Later records are dropped.
    ///
    /// The SDK goes first, so that what it says at the end still becomes a line. Lines get what is left of the time, and
    /// a little even when nothing is left.
    pub(crate) fn shutdown(&self, timeout: Duration) -> bool {
        /// Enough for a stream that is read, little enough for one that is not.
        const LEAST: Duration = Duration::from_millis(50);

        let started = Instant::now();
        let exported = self.core.exporting.is_none()
            || self
                .core
                .provider
                .shutdown_with_timeout(timeout.saturating_sub(LEAST))
                .is_ok();
        let left = timeout.saturating_sub(started.elapsed()).max(LEAST);
        let lines = self.core.lines.as_ref();
        let written = lines.is_none_or(|(writer, _)| writer.close(left));
        exported && written
    }
}
