//! Parsers of single values. Each says what it expects where it doesn't understand; none guesses.

use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use super::reader::Expected;
use super::settings::{
    Compression, Exporter, LogFormat, LogStream, Propagator, Protocol, SamplerChoice, Temporality,
};
use crate::metrics::MetricFamily;

/// Longest time any setting may have: one day. Longer ones are slips of the unit, and `Instant + Duration` must
/// not overflow.
pub(crate) const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);

/// Most items a queue may have. Queues may be allocated at once.
pub(crate) const LARGEST_QUEUE: usize = 1_000_000;

type Parsed<T> = Result<T, Expected>;

/// Any text.
#[allow(clippy::unnecessary_wraps)] // has the shape of a parser
pub(crate) fn text(value: &str) -> Parsed<String> {
    Ok(value.to_owned())
}

/// A path.
#[allow(clippy::unnecessary_wraps)] // has the shape of a parser
pub(crate) fn path(value: &str) -> Parsed<PathBuf> {
    Ok(PathBuf::from(value))
}

/// `true` or `false` in any case (OTel specification, "Boolean value"). The specification reads everything else
/// as false with a warning; here it is an error, since `OTEL_SDK_DISABLED=1` surely wasn't meant as false.
pub(crate) fn boolean(value: &str) -> Parsed<bool> {
    match value.to_ascii_lowercase().as_str() {
        "true" => Ok(true),
        "false" => Ok(false),
        _ => Err("true or false".into()),
    }
}

/// Whole milliseconds, from 1 to a day.
pub(crate) fn milliseconds(value: &str) -> Parsed<Duration> {
    let expected = || Expected::from("whole milliseconds from 1 to 86400000");
    let time = digits(value)
        .map(Duration::from_millis)
        .ok_or_else(expected)?;
    duration_in_range(&time).map_err(|_| expected())?;
    Ok(time)
}

/// A whole number and a unit: `500ms`, `30s`, `1m`, `2h`; from 1 ms to a day.
pub(crate) fn duration(value: &str) -> Parsed<Duration> {
    let expected = || {
        Expected::from("a whole number and a unit (ms, s, m or h), from 1ms to 24h, such as 30s")
    };
    let unit_start = value
        .find(|c: char| !c.is_ascii_digit())
        .ok_or_else(expected)?;
    let (number, unit) = value.split_at(unit_start);
    let unit_in_ms = match unit {
        "ms" => 1,
        "s" => 1_000,
        "m" => 60_000,
        "h" => 3_600_000,
        _ => return Err(expected()),
    };
    let time = digits(number)
        .and_then(|number| number.checked_mul(unit_in_ms))
        .map(Duration::from_millis)
        .ok_or_else(expected)?;
    duration_in_range(&time).map_err(|_| expected())?;
    Ok(time)
}

/// As [`duration`], or whole seconds.
pub(crate) fn seconds_or_duration(value: &str) -> Parsed<Duration> {
    let expected = || Expected::from("whole seconds, or a time such as 30s, from 1ms to 24h");
    let time = match digits(value) {
        Some(seconds) => Duration::from_secs(seconds),
        None => duration(value).map_err(|_| expected())?,
    };
    duration_in_range(&time).map_err(|_| expected())?;
    Ok(time)
}

/// Words parted by commas.
#[allow(clippy::unnecessary_wraps)] // has the shape of a parser
pub(crate) fn words(value: &str) -> Parsed<Vec<String>> {
    let words = value.split(',').map(str::trim);
    Ok(words
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect())
}

/// Checks a time that is already one.
pub(crate) fn duration_in_range(time: &Duration) -> Parsed<()> {
    if time.is_zero() || *time > LONGEST {
        return Err("a time longer than zero and at most 24 hours".into());
    }
    Ok(())
}

/// A limit on a count: zero means that none is kept.
pub(crate) fn count_limit(value: &str) -> Parsed<u32> {
    digits(value)
        .and_then(|number| u32::try_from(number).ok())
        .ok_or_else(|| "a whole number from 0 to 4294967295".into())
}

/// A limit on the length of a value, in characters.
pub(crate) fn length_limit(value: &str) -> Parsed<usize> {
    count_limit(value).map(|limit| limit as usize)
}

/// The size of a queue or a batch.
pub(crate) fn queue_size(value: &str) -> Parsed<usize> {
    digits(value)
        .and_then(|number| usize::try_from(number).ok())
        .filter(|size| (1..=LARGEST_QUEUE).contains(size))
        .ok_or_else(|| "a whole number from 1 to 1000000".into())
}

/// A share.
pub(crate) fn ratio(value: &str) -> Parsed<f64> {
    let expected = || Expected::from("a number from 0.0 to 1.0");
    let share: f64 = value.parse().map_err(|_| expected())?;
    ratio_in_range(share)?;
    Ok(share)
}

fn ratio_in_range(share: f64) -> Parsed<()> {
    // NaN is in no range.
    if (0.0..=1.0).contains(&share) {
        return Ok(());
    }
    Err("a number from 0.0 to 1.0".into())
}

/// Checks the share of a sampler that code has set.
pub(crate) fn sampler_in_range(sampler: &SamplerChoice) -> Parsed<()> {
    match sampler {
        SamplerChoice::TraceIdRatio(share) | SamplerChoice::ParentBasedTraceIdRatio(share) => {
            ratio_in_range(*share)
        }
        _ => Ok(()),
    }
}

/// `OTEL_*_EXPORTER`.
pub(crate) fn exporter(value: &str) -> Parsed<Exporter> {
    match value.to_ascii_lowercase().as_str() {
        "otlp" => Ok(Exporter::Otlp),
        "console" => Ok(Exporter::Console),
        "none" => Ok(Exporter::None),
        _ => Err("one of otlp, console, none".into()),
    }
}

/// `OTEL_EXPORTER_OTLP_PROTOCOL`.
pub(crate) fn protocol(value: &str) -> Parsed<Protocol> {
    match value.to_ascii_lowercase().as_str() {
        "grpc" => Ok(Protocol::Grpc),
        "http/protobuf" => Ok(Protocol::HttpProtobuf),
        "http/json" => Err("grpc or http/protobuf (http/json isn't supported)".into()),
        _ => Err("grpc or http/protobuf".into()),
    }
}

/// `OTEL_EXPORTER_OTLP_COMPRESSION`.
pub(crate) fn compression(value: &str) -> Parsed<Compression> {
    match value.to_ascii_lowercase().as_str() {
        "none" => Ok(Compression::None),
        "gzip" => Ok(Compression::Gzip),
        "zstd" => Ok(Compression::Zstd),
        _ => Err("one of none, gzip, zstd".into()),
    }
}

/// `OTEL_EXPORTER_OTLP_METRICS_TEMPORALITY_PREFERENCE`.
pub(crate) fn temporality(value: &str) -> Parsed<Temporality> {
    match value.to_ascii_lowercase().as_str() {
        "cumulative" => Ok(Temporality::Cumulative),
        "delta" => Ok(Temporality::Delta),
        "lowmemory" => Ok(Temporality::LowMemory),
        _ => Err("one of cumulative, delta, lowmemory".into()),
    }
}

/// `LOG_FORMAT`.
pub(crate) fn log_format(value: &str) -> Parsed<LogFormat> {
    match value.to_ascii_lowercase().as_str() {
        "json" => Ok(LogFormat::Json),
        "text" => Ok(LogFormat::Text),
        _ => Err("json or text".into()),
    }
}

/// `BELLWETHER_LOG_STREAM`.
pub(crate) fn log_stream(value: &str) -> Parsed<LogStream> {
    match value.to_ascii_lowercase().as_str() {
        "stdout" => Ok(LogStream::Stdout),
        "stderr" => Ok(LogStream::Stderr),
        "off" => Ok(LogStream::Off),
        _ => Err("one of stdout, stderr, off".into()),
    }
}

/// Most paths in a list: the bound of the label they become.
const MOST_PATHS: usize = 32;

/// Absolute paths, parted by commas.
pub(crate) fn absolute_paths(value: &str) -> Parsed<Vec<String>> {
    let mut paths: Vec<String> = Vec::new();
    for path in value
        .split(',')
        .map(str::trim)
        .filter(|path| !path.is_empty())
    {
        if !path.starts_with('/') || path.chars().any(char::is_control) {
            return Err(expected_paths());
        }
        if !paths.iter().any(|known| known == path) {
            paths.push(path.to_owned());
        }
    }
    if paths.is_empty() || paths.len() > MOST_PATHS {
        return Err(expected_paths());
    }
    Ok(paths)
}

fn expected_paths() -> Expected {
    "1 to 32 absolute paths parted by commas, such as /,/workspace".into()
}

/// A port to listen on.
pub(crate) fn listen_port(value: &str) -> Parsed<u16> {
    digits(value)
        .and_then(|port| u16::try_from(port).ok())
        .ok_or_else(|| "a port from 1 to 65535, or 0 for any free one".into())
}

/// An address to listen on.
pub(crate) fn listen_host(value: &str) -> Parsed<IpAddr> {
    value.parse().map_err(|_| {
        "an IP address of this machine, such as 127.0.0.1, or 0.0.0.0 for all of them".into()
    })
}

/// Paths of the endpoint that are taken.
const HEALTH_PATHS: [&str; 3] = ["/health", "/ready", "/live"];

/// The path of metrics.
pub(crate) fn endpoint_path(value: &str) -> Parsed<String> {
    let is_path = value.len() > 1
        && value.len() <= 200
        && value.starts_with('/')
        && value
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"/-_.~".contains(&byte));
    if is_path && !HEALTH_PATHS.contains(&value) {
        return Ok(value.to_owned());
    }
    Err("a path such as /metrics, of letters, digits, - _ . ~ and /, other than /health, /ready and /live".into())
}

/// `OTEL_PROPAGATORS`: a list; `none` stands alone.
/// Families of metrics, each once.
pub(crate) fn metric_families(value: &str) -> Parsed<Vec<MetricFamily>> {
    let expected = || {
        Expected::from(
            "a list of orchestrator, agent, wundr, jobs, operations, genai and hardware, or none",
        )
    };
    let names = value
        .split(',')
        .map(|name| name.trim().to_ascii_lowercase());
    let names: Vec<String> = names.filter(|name| !name.is_empty()).collect();
    if names == ["none"] {
        return Ok(Vec::new());
    }
    if names.is_empty() {
        return Err(expected());
    }
    let mut chosen = Vec::new();
    for name in names {
        let family = name.parse().map_err(|_| expected())?;
        if !chosen.contains(&family) {
            chosen.push(family);
        }
    }
    Ok(chosen)
}

pub(crate) fn propagators(value: &str) -> Parsed<Vec<Propagator>> {
    let expected = || {
        Expected::from("a list of tracecontext and baggage, such as tracecontext,baggage, or none")
    };
    let names: Vec<String> = value
        .split(',')
        .map(|name| name.trim().to_ascii_lowercase())
        .filter(|name| !name.is_empty())
        .collect();
    if names == ["none"] {
        return Ok(Vec::new());
    }
    if names.is_empty() {
        return Err(expected());
    }
    let mut chosen = Vec::new();
    for name in names {
        let propagator = match name.as_str() {
            "tracecontext" => Propagator::TraceContext,
            "baggage" => Propagator::Baggage,
            _ => return Err(expected()),
        };
        if !chosen.contains(&propagator) {
            chosen.push(propagator);
        }
    }
    Ok(chosen)
}

/// `LOG_LEVEL`: a level, or directives by target. The result is what `tracing_subscriber` filters read, always
/// with a level for the targets that aren't named: `info` where none was given.
pub(crate) fn log_level(value: &str) -> Parsed<String> {
    let expected = || {
        Expected::from(
            "a level (trace, debug, info, warn, error, off) or a list of a level and target=level, \
             such as info,my_crate::db=debug",
        )
    };
    let mut general = None;
    let mut by_target = Vec::new();
    for directive in value.split(',').map(str::trim).filter(|d| !d.is_empty()) {
        let Some((target, level_name)) = directive.split_once('=') else {
            general = Some(level(directive).ok_or_else(expected)?);
            continue;
        };
        let target = target.trim();
        let is_target = !target.is_empty()
            && target
                .chars()
                .all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | ':' | '-' | '.'));
        if !is_target {
            return Err(expected());
        }
        let level = level(level_name.trim()).ok_or_else(expected)?;
        by_target.push(format!("{target}={level}"));
    }
    if general.is_none() && by_target.is_empty() {
        return Err(expected());
    }
    let mut directives = vec![general.unwrap_or("info").to_owned()];
    directives.append(&mut by_target);
    Ok(directives.join(","))
}

fn level(name: &str) -> Option<&'static str> {
    ["trace", "debug", "info", "warn", "error", "off"]
        .into_iter()
        .find(|level| level.eq_ignore_ascii_case(name))
}

/// ASCII digits only: `u64::from_str` would also take a plus sign.
fn digits(value: &str) -> Option<u64> {
    let only_digits = !value.is_empty() && value.bytes().all(|b| b.is_ascii_digit());
    only_digits.then(|| value.parse().ok()).flatten()
}
