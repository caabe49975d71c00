//! What Prometheus makes of an OTLP metric name, unit and instrument.
//!
//! Prometheus 3 translates names on its OTLP endpoint. With suffixes (`UnderscoreEscapingWithSuffixes`,
//! its default) the name is split into words; the unit's word is appended unless the name has it, a
//! monotonic counter ends in `total`, a gauge of unit `1` ends in `ratio`. Units in braces append
//! nothing. Without suffixes (`UnderscoreEscapingWithoutSuffixes`) only characters change. The rules
//! are those of the project `prometheus/otlptranslator`.

use crate::model::Instrument;

/// The metric name as Prometheus stores it.
///
/// ```
/// use bellwether_catalog::{prometheus::metric_name, Instrument};
/// assert_eq!(metric_name("agent_tokens_used", "{token}", Instrument::Counter, true), "agent_tokens_used_total");
/// assert_eq!(metric_name("agent_tokens_used", "{token}", Instrument::Counter, false), "agent_tokens_used");
/// assert_eq!(metric_name("mcp.client.session.duration", "s", Instrument::Histogram, true), "mcp_client_session_duration_seconds");
/// ```
pub fn metric_name(name: &str, unit: &str, instrument: Instrument, suffixes: bool) -> String {
    let translated = if suffixes {
        with_suffixes(name, unit, instrument)
    } else {
        escaped(name)
    };
    if translated.starts_with(|c: char| c.is_ascii_digit()) {
        return format!("_{translated}");
    }
    translated
}

/// The label name as Prometheus stores it.
///
/// ```
/// assert_eq!(bellwether_catalog::prometheus::label_name("gen_ai.token.type"), "gen_ai_token_type");
/// assert_eq!(bellwether_catalog::prometheus::label_name("9lives"), "key_9lives");
/// ```
pub fn label_name(key: &str) -> String {
    let escaped: String = key
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() || c == '_' {
                c
            } else {
                '_'
            }
        })
        .collect();
    if escaped.starts_with(|c: char| c.is_ascii_digit()) {
        return format!("key_{escaped}");
    }
    escaped
}

fn escaped(name: &str) -> String {
    let words = name.split(|c: char| !(c.is_ascii_alphanumeric() || c == '_' || c == ':'));
    words
        .filter(|word| !word.is_empty())
        .collect::<Vec<_>>()
        .join("_")
}

fn with_suffixes(name: &str, unit: &str, instrument: Instrument) -> String {
    let mut words: Vec<String> = name
        .split(|c: char| !(c.is_ascii_alphanumeric() || c == ':'))
        .filter(|word| !word.is_empty())
        .map(str::to_owned)
        .collect();
    let (main, per) = unit_words(unit);
    for word in [main, per] {
        if !word.is_empty() && !words.contains(&word) {
            words.push(word);
        }
    }
    let ending = match instrument {
        Instrument::Counter => Some("total"),
        Instrument::Gauge if unit == "1" => Some("ratio"),
        _ => None,
    };
    if let Some(ending) = ending {
        words.retain(|word| word != ending);
        words.push(ending.to_owned());
    }
    words.join("_")
}

/// The words of a unit: before and after the slash.
fn unit_words(unit: &str) -> (String, String) {
    let (main, per) = unit.split_once('/').unwrap_or((unit, ""));
    let (main, per) = (main.trim(), per.trim());
    let main = if annotation(main) {
        String::new()
    } else {
        clean(main_word(main))
    };
    let per = if per.is_empty() || annotation(per) {
        String::new()
    } else {
        clean(&format!("per_{}", per_word(per)))
    };
    (
        main.trim_end_matches('_').to_owned(),
        per.trim_end_matches('_').to_owned(),
    )
}

fn annotation(unit: &str) -> bool {
    unit.contains(['{', '}'])
}

/// A unit's characters that no name may have become underscores, one at a time.
fn clean(unit: &str) -> String {
    let mut cleaned = String::with_capacity(unit.len());
    for c in unit.chars() {
        let c = if c.is_ascii_alphanumeric() || c == ':' {
            c
        } else {
            '_'
        };
        if c != '_' || !cleaned.ends_with('_') {
            cleaned.push(c);
        }
    }
    cleaned.trim_start_matches('_').to_owned()
}

fn main_word(unit: &str) -> &str {
    match unit {
        "d" => "days",
        "h" => "hours",
        "min" => "minutes",
        "s" => "seconds",
        "ms" => "milliseconds",
        "us" => "microseconds",
        "ns" => "nanoseconds",
        "By" => "bytes",
        "KiBy" => "kibibytes",
        "MiBy" => "mebibytes",
        "GiBy" => "gibibytes",
        "TiBy" => "tibibytes",
        "KBy" => "kilobytes",
        "MBy" => "megabytes",
        "GBy" => "gigabytes",
        "TBy" => "terabytes",
        "m" => "meters",
        "V" => "volts",
        "A" => "amperes",
        "J" => "joules",
        "W" => "watts",
        "g" => "grams",
        "Cel" => "celsius",
        "Hz" => "hertz",
        "1" => "",
        "%" => "percent",
        other => other,
    }
}

fn per_word(unit: &str) -> &str {
    match unit {
        "s" => "second",
        "m" => "minute",
        "h" => "hour",
        "d" => "day",
        "w" => "week",
        "mo" => "month",
        "y" => "year",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Instrument::{Counter, Gauge, Histogram, UpDownCounter};

    #[test]
    fn suffixes_follow_unit_and_instrument() {
        let cases = [
            ("node_load", "1", Gauge, "node_load_ratio"),
            ("node_load_ratio", "1", Gauge, "node_load_ratio"),
            ("node_load", "1", UpDownCounter, "node_load"),
            ("node_load", "{load}", Gauge, "node_load"),
            ("utilization", "%", Gauge, "utilization_percent"),
            ("budget_percent", "%", Gauge, "budget_percent"),
            (
                "cost_dollars_total",
                "USD",
                Counter,
                "cost_dollars_USD_total",
            ),
            ("cost_dollars_total", "{USD}", Counter, "cost_dollars_total"),
            ("error_rate", "{error}/s", Gauge, "error_rate_per_second"),
            ("error_rate", "{error_per_second}", Gauge, "error_rate"),
            ("tokens_used", "{token}", Counter, "tokens_used_total"),
            (
                "jobs_processed_total",
                "{job}",
                Counter,
                "jobs_processed_total",
            ),
            ("jobs_processed_total", "1", Counter, "jobs_processed_total"),
            (
                "job_duration_seconds",
                "s",
                Histogram,
                "job_duration_seconds",
            ),
            ("job_duration", "s", Histogram, "job_duration_seconds"),
            ("entries_total", "{entry}", Gauge, "entries_total"),
            ("total_size", "{x}", Counter, "size_total"),
            ("a__b", "{x}", Gauge, "a_b"),
            ("hw.gpu.io", "By", Counter, "hw_gpu_io_bytes_total"),
            ("throughput", "By/s", Gauge, "throughput_bytes_per_second"),
            ("limit", "MiBy/m", Gauge, "limit_mebibytes_per_minute"),
            ("weight", "foo-bar", Gauge, "weight_foo_bar"),
            ("7days", "{x}", Gauge, "_7days"),
        ];
        for (name, unit, instrument, expected) in cases {
            assert_eq!(
                metric_name(name, unit, instrument, true),
                expected,
                "{name} {unit}"
            );
        }
    }

    #[test]
    fn without_suffixes_only_characters_change() {
        let cases = [
            ("agent_tokens_used", "agent_tokens_used"),
            ("hw.gpu.io", "hw_gpu_io"),
            ("a..b", "a_b"),
            ("a__b", "a__b"),
            ("7days", "_7days"),
            ("a-b/c", "a_b_c"),
        ];
        for (name, expected) in cases {
            assert_eq!(metric_name(name, "By", Counter, false), expected);
        }
    }
}
