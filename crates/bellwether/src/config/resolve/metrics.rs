//! Metrics.

use std::time::Duration;

use super::otlp::{self, OtlpNames};
use super::{EXPORT_TIMEOUT, exporter, time};
use crate::config::error::ConfigError;
use crate::config::overrides::Overrides;
use crate::config::parse;
use crate::config::reader::{Reader, check_code};
use crate::config::setting::{Origin, Setting};
use crate::config::settings::{Exporter, MetricFileSettings, MetricSettings, Temporality};
use crate::metrics::MetricFamily;

/// Four seconds, and not the 60 of the specification: a value is to be found by a query within five.
const INTERVAL: Duration = Duration::from_secs(4);

pub(super) fn resolve(
    reader: Reader<'_>,
    code: &Overrides,
    disabled: bool,
) -> Result<MetricSettings, ConfigError> {
    let exporter = exporter(
        reader,
        code.metrics_exporter,
        Some("METRICS_ENABLED"),
        "OTEL_METRICS_EXPORTER",
    )?;
    let is_sent = !disabled && *exporter == Exporter::Otlp;
    let enabled = match code.metrics_exporter {
        Some(_) => Setting::new(true, Origin::Code),
        None => reader.setting(None, &["METRICS_ENABLED"], parse::boolean, true)?,
    };
    Ok(MetricSettings {
        enabled,
        exporter,
        interval: interval(reader, code.metric_interval)?,
        timeout: time(
            reader,
            "metric_timeout",
            None,
            &["OTEL_METRIC_EXPORT_TIMEOUT"],
            parse::milliseconds,
            EXPORT_TIMEOUT,
        )?,
        temporality: reader.setting(
            code.temporality,
            &["OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE"],
            parse::temporality,
            Temporality::Cumulative,
        )?,
        families: reader.setting(
            code.metric_families.clone(),
            &["BELLWETHER_METRICS_FAMILIES"],
            parse::metric_families,
            MetricFamily::ALL.to_vec(),
        )?,
        files: files(reader, code)?,
        otlp: otlp::resolve(reader, code, &OtlpNames::METRICS, is_sent)?,
    })
}

/// An hour a file, a day of files.
const ROTATE_INTERVAL: Duration = Duration::from_secs(60 * 60);
const MAX_FILES: usize = 24;

fn files(reader: Reader<'_>, code: &Overrides) -> Result<MetricFileSettings, ConfigError> {
    let max_files = |files: &usize| parse::queue_size(&files.to_string()).map(|_| ());
    check_code(
        "metrics_json_max_files",
        code.metrics_json_max_files.as_ref(),
        max_files,
    )?;
    Ok(MetricFileSettings {
        dir: reader.optional(
            code.metrics_json_dir.clone(),
            &["BELLWETHER_METRICS_JSON_DIR"],
            parse::path,
        )?,
        rotate_interval: time(
            reader,
            "metrics_json_rotate_interval",
            code.metrics_json_rotate_interval,
            &["BELLWETHER_METRICS_JSON_ROTATE_INTERVAL"],
            parse::duration,
            ROTATE_INTERVAL,
        )?,
        max_files: reader.setting(
            code.metrics_json_max_files,
            &["BELLWETHER_METRICS_JSON_MAX_FILES"],
            parse::queue_size,
            MAX_FILES,
        )?,
    })
}

/// Two names, two notations: milliseconds for the one of the specification, a unit for the other.
fn interval(reader: Reader<'_>, code: Option<Duration>) -> Result<Setting<Duration>, ConfigError> {
    check_code("metric_interval", code.as_ref(), parse::duration_in_range)?;
    if let Some(interval) = code {
        return Ok(Setting::new(interval, Origin::Code));
    }
    if let Some(interval) = reader.first(&["OTEL_METRIC_EXPORT_INTERVAL"], parse::milliseconds)? {
        return Ok(interval);
    }
    reader.setting(
        None,
        &["METRICS_COLLECTION_INTERVAL"],
        parse::duration,
        INTERVAL,
    )
}
