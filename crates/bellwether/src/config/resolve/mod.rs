//! From overrides and environment to [`Settings`].
//!
//! Each part of the tree has its file here. All follow one order: what code said, then the variable of the signal,
//! then the variable of all signals, then Dash0's names, then the default.

mod alerting;
mod dash0;
mod endpoint;
mod identity;
mod logs;
mod metrics;
mod otlp;
mod resources;
mod traces;

pub(super) use otlp::OtlpNames;

use std::time::Duration;

use super::environment::Environment;
use super::error::ConfigError;
use super::overrides::Overrides;
use super::parse;
use super::reader::{Expected, Reader, check_code};
use super::setting::Setting;
use super::settings::{BatchSettings, Exporter, Propagator, Settings, SourceSettings};

impl Settings {
    /// Settles every setting: code before environment before default.
    ///
    /// Reads variables and the PEM files that TLS settings name, and looks whether the log stream is a terminal;
    /// nothing else. Call it once, at start-up.
    ///
    /// # Errors
    ///
    /// The first value that can't be used, by its variable or builder field. Values that a stronger one hides
    /// aren't looked at. Where everything is off (`OTEL_SDK_DISABLED`) or a signal isn't exported over OTLP,
    /// certificates needn't exist and Dash0 needs no token.
    ///
    /// ```
    /// use bellwether::config::{MapEnvironment, Overrides, Settings};
    /// let environment = MapEnvironment::new().with("TRACING_SAMPLE_RATE", "two");
    /// let error = Settings::resolve(Overrides::default(), &environment).unwrap_err();
    /// assert_eq!(error.to_string(), "TRACING_SAMPLE_RATE is \"two\": expected a number from 0.0 to 1.0");
    /// ```
    #[allow(clippy::needless_pass_by_value)] // the settings take the place of the overrides
    pub fn resolve(
        overrides: Overrides,
        environment: &dyn Environment,
    ) -> Result<Self, ConfigError> {
        let reader = Reader::new(environment);
        let code = &overrides;
        let disabled =
            reader.setting(code.disabled, &["OTEL_SDK_DISABLED"], parse::boolean, false)?;
        let settings = Self {
            identity: identity::resolve(reader, code)?,
            propagators: reader.setting(
                code.propagators.clone(),
                &["OTEL_PROPAGATORS"],
                parse::propagators,
                vec![Propagator::TraceContext, Propagator::Baggage],
            )?,
            traces: traces::resolve(reader, code, *disabled)?,
            metrics: metrics::resolve(reader, code, *disabled)?,
            logs: logs::resolve(reader, code, *disabled)?,
            sources: sources(reader)?,
            resources: resources::resolve(reader, code)?,
            alerting: alerting::resolve(reader, code)?,
            endpoint: endpoint::resolve(reader, code)?,
            health: endpoint::health(reader, code)?,
            shutdown_timeout: time(
                reader,
                "shutdown_timeout",
                code.shutdown_timeout,
                &["BELLWETHER_SHUTDOWN_TIMEOUT"],
                parse::duration,
                Duration::from_secs(5),
            )?,
            disabled,
        };
        Ok(settings)
    }
}

fn sources(reader: Reader<'_>) -> Result<SourceSettings, ConfigError> {
    let switch = |name| reader.setting(None, &[name], parse::boolean, true);
    Ok(SourceSettings {
        host: switch("ENABLE_HOST_METRICS")?,
        gpu: switch("ENABLE_GPU_METRICS")?,
        docker: switch("ENABLE_DOCKER_METRICS")?,
        job: switch("ENABLE_JOB_METRICS")?,
        api: switch("ENABLE_API_METRICS")?,
    })
}

/// A time that must not be zero, whoever set it.
fn time(
    reader: Reader<'_>,
    field: &'static str,
    code: Option<Duration>,
    names: &[&'static str],
    parse: impl Fn(&str) -> Result<Duration, Expected>,
    default: Duration,
) -> Result<Setting<Duration>, ConfigError> {
    check_code(field, code.as_ref(), parse::duration_in_range)?;
    reader.setting(code, names, parse, default)
}

/// Where a signal goes. An off switch such as `TRACING_ENABLED=false` is meant by whoever sets it, so it is
/// stronger than `OTEL_*_EXPORTER`; set to true it only allows what that variable says.
fn exporter(
    reader: Reader<'_>,
    code: Option<Exporter>,
    switch: Option<&'static str>,
    variable: &'static str,
) -> Result<Setting<Exporter>, ConfigError> {
    if let (None, Some(switch)) = (code, switch) {
        let is_on = reader.setting(None, &[switch], parse::boolean, true)?;
        if !*is_on {
            return Ok(Setting::new(Exporter::None, is_on.origin()));
        }
    }
    reader.setting(code, &[variable], parse::exporter, Exporter::Otlp)
}

/// The variables of one batching processor.
struct BatchNames {
    schedule_delay: &'static str,
    max_queue_size: &'static str,
    max_export_batch_size: &'static str,
    export_timeout: &'static str,
}

/// Delay of spans and logs: short enough that what happened can be queried within five seconds.
const SCHEDULE_DELAY: Duration = Duration::from_secs(1);
const QUEUE_SIZE: usize = 8192;
const BATCH_SIZE: usize = 512;
/// Default of the specification for all processors. The deadline of one OTLP request, 10 s, ends an export sooner.
const EXPORT_TIMEOUT: Duration = Duration::from_secs(30);

fn batch(
    reader: Reader<'_>,
    schedule_delay: Option<Duration>,
    names: &BatchNames,
) -> Result<BatchSettings, ConfigError> {
    let max_queue_size =
        reader.setting(None, &[names.max_queue_size], parse::queue_size, QUEUE_SIZE)?;
    // A default that nobody chose gives way to a queue that somebody did.
    let default_batch_size = BATCH_SIZE.min(*max_queue_size);
    let within_queue = |value: &str| {
        let size = parse::queue_size(value)?;
        if size > *max_queue_size {
            let limit = *max_queue_size;
            let expected = format!(
                "at most {limit}, the size of the queue ({})",
                names.max_queue_size
            );
            return Err(expected.into());
        }
        Ok(size)
    };
    Ok(BatchSettings {
        schedule_delay: time(
            reader,
            "schedule_delay",
            schedule_delay,
            &[names.schedule_delay],
            parse::milliseconds,
            SCHEDULE_DELAY,
        )?,
        max_export_batch_size: reader.setting(
            None,
            &[names.max_export_batch_size],
            within_queue,
            default_batch_size,
        )?,
        export_timeout: time(
            reader,
            "export_timeout",
            None,
            &[names.export_timeout],
            parse::milliseconds,
            EXPORT_TIMEOUT,
        )?,
        max_queue_size,
    })
}
