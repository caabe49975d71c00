//! Logs: OTLP records and lines on a stream.

use super::otlp::{self, OtlpNames};
use super::traces::COUNT_LIMIT;
use super::{BatchNames, batch, exporter};
use crate::config::error::ConfigError;
use crate::config::overrides::Overrides;
use crate::config::parse;
use crate::config::reader::{Reader, invalid};
use crate::config::setting::{Origin, Setting};
use crate::config::settings::{Exporter, LogFormat, LogSettings, LogStream};

const BATCH: BatchNames = BatchNames {
    schedule_delay: "OTEL_BLRP_SCHEDULE_DELAY",
    max_queue_size: "OTEL_BLRP_MAX_QUEUE_SIZE",
    max_export_batch_size: "OTEL_BLRP_MAX_EXPORT_BATCH_SIZE",
    export_timeout: "OTEL_BLRP_EXPORT_TIMEOUT",
};

pub(super) fn resolve(
    reader: Reader<'_>,
    code: &Overrides,
    disabled: bool,
) -> Result<LogSettings, ConfigError> {
    let exporter = exporter(reader, code.logs_exporter, None, "OTEL_LOGS_EXPORTER")?;
    let is_sent = !disabled && *exporter == Exporter::Otlp;
    let stream = reader.setting(
        code.log_stream,
        &["BELLWETHER_LOG_STREAM"],
        parse::log_stream,
        LogStream::Stderr,
    )?;
    // People read terminals, programs read everything else.
    let default_format = if reader.environment().is_terminal(*stream) {
        LogFormat::Text
    } else {
        LogFormat::Json
    };
    Ok(LogSettings {
        exporter,
        level: level(reader, code.log_level.as_deref())?,
        format: reader.setting(
            code.log_format,
            &["LOG_FORMAT"],
            parse::log_format,
            default_format,
        )?,
        stream,
        attributes: reader.setting(
            None,
            &[
                "OTEL_LOGRECORD_ATTRIBUTE_COUNT_LIMIT",
                "OTEL_ATTRIBUTE_COUNT_LIMIT",
            ],
            parse::count_limit,
            COUNT_LIMIT,
        )?,
        value_length: reader.optional(
            None,
            &[
                "OTEL_LOGRECORD_ATTRIBUTE_VALUE_LENGTH_LIMIT",
                "OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT",
            ],
            parse::length_limit,
        )?,
        batch: batch(reader, code.schedule_delay, &BATCH)?,
        otlp: otlp::resolve(reader, code, &OtlpNames::LOGS, is_sent)?,
    })
}

fn level(reader: Reader<'_>, code: Option<&str>) -> Result<Setting<String>, ConfigError> {
    let Some(directives) = code else {
        return reader.setting(None, &["LOG_LEVEL"], parse::log_level, "info".to_owned());
    };
    let level = parse::log_level(directives)
        .map_err(|expected| invalid("log_level", directives, expected))?;
    Ok(Setting::new(level, Origin::Code))
}
