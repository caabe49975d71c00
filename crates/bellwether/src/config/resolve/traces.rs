//! Spans.

use std::time::Duration;

use super::otlp::{self, OtlpNames};
use super::{BatchNames, batch, exporter, time};
use crate::config::error::ConfigError;
use crate::config::overrides::Overrides;
use crate::config::parse;
use crate::config::reader::{Reader, check_code, invalid};
use crate::config::setting::{Origin, Setting};
use crate::config::settings::{Exporter, SamplerChoice, SpanLimitSettings, TraceSettings};

const SAMPLER: &str = "OTEL_TRACES_SAMPLER";
const SAMPLE_RATE: &str = "TRACING_SAMPLE_RATE";

const BATCH: BatchNames = BatchNames {
    schedule_delay: "OTEL_BSP_SCHEDULE_DELAY",
    max_queue_size: "OTEL_BSP_MAX_QUEUE_SIZE",
    max_export_batch_size: "OTEL_BSP_MAX_EXPORT_BATCH_SIZE",
    export_timeout: "OTEL_BSP_EXPORT_TIMEOUT",
};

/// Limit of the specification on attributes, events and links.
pub(super) const COUNT_LIMIT: u32 = 128;

/// An hour: longer than any sensible request or job step, short enough that a forgotten span doesn't stay for good.
const LIVE_SPAN_TTL: Duration = Duration::from_secs(60 * 60);

pub(super) fn resolve(
    reader: Reader<'_>,
    code: &Overrides,
    disabled: bool,
) -> Result<TraceSettings, ConfigError> {
    let exporter = exporter(
        reader,
        code.traces_exporter,
        Some("TRACING_ENABLED"),
        "OTEL_TRACES_EXPORTER",
    )?;
    let is_sent = !disabled && *exporter == Exporter::Otlp;
    Ok(TraceSettings {
        exporter,
        sampler: sampler(reader, code.sampler)?,
        limits: limits(reader)?,
        batch: batch(reader, code.schedule_delay, &BATCH)?,
        otlp: otlp::resolve(reader, code, &OtlpNames::TRACES, is_sent)?,
        live_span_ttl: time(
            reader,
            "live_span_ttl",
            code.live_span_ttl,
            &["BELLWETHER_LIVE_SPAN_TTL"],
            parse::duration,
            LIVE_SPAN_TTL,
        )?,
    })
}

fn sampler(
    reader: Reader<'_>,
    code: Option<SamplerChoice>,
) -> Result<Setting<SamplerChoice>, ConfigError> {
    check_code("sampler", code.as_ref(), parse::sampler_in_range)?;
    if let Some(sampler) = code {
        return Ok(Setting::new(sampler, Origin::Code));
    }
    let Some(name) = reader.text(SAMPLER)? else {
        let by_rate = |value: &str| parse::ratio(value).map(SamplerChoice::ParentBasedTraceIdRatio);
        let rate = reader.first(&[SAMPLE_RATE], by_rate)?;
        return Ok(rate.unwrap_or(Setting::default_value(SamplerChoice::ParentBasedAlwaysOn)));
    };
    let share = || {
        let named = reader.setting(
            None,
            &["OTEL_TRACES_SAMPLER_ARG", SAMPLE_RATE],
            parse::ratio,
            1.0,
        );
        named.map(Setting::into_value)
    };
    let sampler = match name.to_ascii_lowercase().as_str() {
        "always_on" => SamplerChoice::AlwaysOn,
        "always_off" => SamplerChoice::AlwaysOff,
        "traceidratio" => SamplerChoice::TraceIdRatio(share()?),
        "parentbased_always_on" => SamplerChoice::ParentBasedAlwaysOn,
        "parentbased_always_off" => SamplerChoice::ParentBasedAlwaysOff,
        "parentbased_traceidratio" => SamplerChoice::ParentBasedTraceIdRatio(share()?),
        _ => {
            let expected = "one of always_on, always_off, traceidratio, parentbased_always_on, \
                            parentbased_always_off, parentbased_traceidratio";
            return Err(invalid(SAMPLER, &name, expected));
        }
    };
    Ok(Setting::new(sampler, Origin::Environment(SAMPLER)))
}

fn limits(reader: Reader<'_>) -> Result<SpanLimitSettings, ConfigError> {
    let count =
        |names: &[&'static str]| reader.setting(None, names, parse::count_limit, COUNT_LIMIT);
    Ok(SpanLimitSettings {
        attributes: count(&[
            "OTEL_SPAN_ATTRIBUTE_COUNT_LIMIT",
            "OTEL_ATTRIBUTE_COUNT_LIMIT",
        ])?,
        events: count(&["OTEL_SPAN_EVENT_COUNT_LIMIT"])?,
        links: count(&["OTEL_SPAN_LINK_COUNT_LIMIT"])?,
        attributes_per_event: count(&["OTEL_EVENT_ATTRIBUTE_COUNT_LIMIT"])?,
        attributes_per_link: count(&["OTEL_LINK_ATTRIBUTE_COUNT_LIMIT"])?,
        value_length: reader.optional(
            None,
            &[
                "OTEL_SPAN_ATTRIBUTE_VALUE_LENGTH_LIMIT",
                "OTEL_ATTRIBUTE_VALUE_LENGTH_LIMIT",
            ],
            parse::length_limit,
        )?,
    })
}
