//! From settings to the exporter of a signal.

use std::time::Duration;

use opentelemetry_otlp::{LogExporter, RetryPolicy, SpanExporter};

use super::console::Console;
use super::delivery::{Counted, Delivery, FileCounts};
use super::metrics::{ConsoleSink, FileSink, OtlpSink, Sink};
use super::runtime::ExportRuntime;
use super::send::{Sender, Transport};
use crate::config::{
    self, Exporter, LogSettings, MetricSettings, OtlpSettings, Protocol, Setting, TraceSettings,
};
use crate::error::Error;
use crate::metrics::{Collector, JsonFiles};

/// Tries until the deadline of the request has passed; the last try may begin just before. The SDK's own policy gives up after about a second, which
/// is less than a collector needs to restart.
pub(super) fn retry_policy(deadline: Duration) -> RetryPolicy {
    const FIRST: Duration = Duration::from_millis(100);
    const LONGEST: Duration = Duration::from_secs(2);
    let tries =
        5 + usize::try_from(deadline.as_secs() / LONGEST.as_secs()).unwrap_or(usize::MAX - 5);
    RetryPolicy::recommended()
        .with_initial_delay(FIRST)
        .with_max_delay(LONGEST)
        .with_max_retries(tries)
}

/// The settings of an endpoint, with the time limit of the signal's exports where that is the shorter one: the SDK's
/// processors on threads have none.
fn within(otlp: &OtlpSettings, limit: &Setting<Duration>) -> OtlpSettings {
    let mut otlp = otlp.clone();
    if **limit < *otlp.timeout {
        otlp.timeout = limit.clone();
    }
    otlp
}

/// Either transport, or lines on standard output.
#[derive(Debug)]
pub(crate) enum Either<E> {
    Otlp(E),
    Console(Console),
}

macro_rules! otlp_exporter {
    ($exporter:ident, $settings:expr, $limit:expr, $runtime:expr) => {{
        let otlp = &within(&$settings.otlp, $limit);
        match *otlp.protocol {
            #[cfg(feature = "grpc")]
            Protocol::Grpc => super::grpc::Connection::prepare(otlp, $runtime)?
                .apply($exporter::builder().with_tonic())
                .build(),
            #[cfg(feature = "http")]
            Protocol::HttpProtobuf => super::http::Connection::prepare(otlp, $runtime)?
                .apply($exporter::builder().with_http())
                .build(),
            #[allow(
                unreachable_patterns,
                reason = "reached only where a transport is not compiled in"
            )]
            other => return Err(not_compiled(other).into()),
        }
        .map_err(|error| Error::Exporter(error.to_string()))?
    }};
}

#[allow(dead_code, reason = "unused where both transports are compiled in")]
fn not_compiled(protocol: Protocol) -> config::ConfigError {
    let (value, feature) = match protocol {
        Protocol::Grpc => ("grpc", "grpc"),
        Protocol::HttpProtobuf => ("http/protobuf", "http"),
    };
    config::ConfigError::invalid(
        "protocol",
        value,
        format!("a transport of this build; add the cargo feature `{feature}`"),
    )
}

/// The exporter of spans, or none where they go nowhere.
pub(crate) fn traces(
    settings: &TraceSettings,
    runtime: &ExportRuntime,
    delivery: &Delivery,
) -> Result<Option<Counted<Either<SpanExporter>>>, Error> {
    let exporter = match *settings.exporter {
        Exporter::None => return Ok(None),
        Exporter::Console => Either::Console(Console),
        Exporter::Otlp => {
            let limit = &settings.batch.export_timeout;
            Either::Otlp(otlp_exporter!(SpanExporter, settings, limit, runtime))
        }
    };
    Ok(Some(Counted::new(exporter, delivery)))
}

/// The exporter of log records, or none where they go nowhere.
pub(crate) fn logs(
    settings: &LogSettings,
    runtime: &ExportRuntime,
    delivery: &Delivery,
) -> Result<Option<Counted<Either<LogExporter>>>, Error> {
    let exporter = match *settings.exporter {
        Exporter::None => return Ok(None),
        Exporter::Console => Either::Console(Console),
        Exporter::Otlp => {
            let limit = &settings.batch.export_timeout;
            Either::Otlp(otlp_exporter!(LogExporter, settings, limit, runtime))
        }
    };
    Ok(Some(Counted::new(exporter, delivery)))
}

/// Where collections of metrics go.
pub(crate) fn metric_sinks(
    settings: &MetricSettings,
    runtime: &ExportRuntime,
    delivery: &Delivery,
    written: &FileCounts,
    collector: &Collector,
    service: &str,
) -> Result<Vec<Box<dyn Sink>>, Error> {
    let mut sinks: Vec<Box<dyn Sink>> = Vec::new();
    match *settings.exporter {
        Exporter::None => {}
        Exporter::Console => sinks.push(Box::new(ConsoleSink::new(delivery.clone()))),
        Exporter::Otlp => {
            let otlp = within(&settings.otlp, &settings.timeout);
            let sender = metric_sender(&otlp, runtime)?;
            let temporality = *settings.temporality;
            let sink = OtlpSink::new(sender, delivery.clone(), collector.clone(), temporality);
            sinks.push(Box::new(sink));
        }
    }
    if let (true, Some(folder)) = (*settings.enabled, settings.files.dir.get()) {
        let files = JsonFiles::builder()
            .output_dir(folder)
            .prefix(service)
            .rotate_interval(*settings.files.rotate_interval)
            .max_files(*settings.files.max_files)
            .build()
            .map_err(|error| Error::Exporter(error.to_string()))?;
        sinks.push(Box::new(FileSink::start(files, written.clone())?));
    }
    Ok(sinks)
}

fn metric_sender(otlp: &OtlpSettings, runtime: &ExportRuntime) -> Result<Sender, Error> {
    let transport = match *otlp.protocol {
        #[cfg(feature = "grpc")]
        Protocol::Grpc => {
            let connection = super::grpc::Connection::prepare(otlp, runtime)?;
            Transport::Grpc(connection.sender(super::metrics::METHOD))
        }
        #[cfg(feature = "http")]
        Protocol::HttpProtobuf => {
            Transport::Http(super::http::Connection::prepare(otlp, runtime)?.sender())
        }
        #[allow(
            unreachable_patterns,
            reason = "reached only where a transport is not compiled in"
        )]
        other => return Err(not_compiled(other).into()),
    };
    let handle = runtime.handle().cloned().ok_or(Error::ShutDown)?;
    Ok(Sender::new(transport, handle, *otlp.timeout))
}
