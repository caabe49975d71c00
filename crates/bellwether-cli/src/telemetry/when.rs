//! Lengths and points of time, as they are typed and as they are printed.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use jiff::Timestamp;

/// `90s`, `15m`, `1h`, `7d`, `250ms`.
pub(super) fn parse_length(text: &str) -> Result<Duration, String> {
    let wrong = || format!("{text:?}: expected a number and ms, s, m, h or d, such as 15m");
    let digits = text.find(|c: char| !c.is_ascii_digit() && c != '.');
    let (number, unit) = text.split_at(digits.ok_or_else(wrong)?);
    let unit = match unit {
        "ms" => 0.001,
        "s" => 1.0,
        "m" => 60.0,
        "h" => 3_600.0,
        "d" => 86_400.0,
        _ => return Err(wrong()),
    };
    let number: f64 = number.parse().map_err(|_| wrong())?;
    Duration::try_from_secs_f64(number * unit)
        .ok()
        .filter(|length| !length.is_zero())
        .ok_or_else(wrong)
}

/// A length of time ago, or a time in ISO 8601; in nanoseconds since 1970.
pub(super) fn parse_when(text: &str) -> Result<i64, String> {
    if let Ok(ago) = parse_length(text) {
        let ago = i64::try_from(ago.as_nanos()).unwrap_or(i64::MAX);
        return Ok(now().saturating_sub(ago));
    }
    let time: Timestamp = text.parse().map_err(|_| {
        format!("{text:?}: expected a length such as 1h, or a time such as 2026-01-31T12:00:00Z")
    })?;
    Ok(i64::try_from(time.as_nanosecond()).unwrap_or(i64::MAX))
}

/// Nanoseconds since 1970.
pub(super) fn now() -> i64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    now.map_or(0, |now| i64::try_from(now.as_nanos()).unwrap_or(i64::MAX))
}

/// ISO 8601 to the millisecond, UTC.
pub(super) fn time(nanos: i64) -> String {
    Timestamp::from_nanosecond(nanos.into())
        .map_or_else(|_| nanos.to_string(), |time| format!("{time:.3}"))
}

/// The same of seconds.
pub(super) fn seconds(seconds: f64) -> String {
    // What is longer than centuries is as long as can be.
    length((seconds * 1e9) as i64)
}

/// A length of time as people say it.
pub(super) fn length(nanos: i64) -> String {
    let nanos = nanos as f64;
    if nanos < 1e3 {
        format!("{nanos} ns")
    } else if nanos < 1e6 {
        format!("{:.1} µs", nanos / 1e3)
    } else if nanos < 1e9 {
        format!("{:.1} ms", nanos / 1e6)
    } else if nanos < 120e9 {
        format!("{:.2} s", nanos / 1e9)
    } else {
        format!("{:.1} min", nanos / 60e9)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lengths_and_times_are_read() {
        assert_eq!(parse_length("1.5h"), Ok(Duration::from_secs(5_400)));
        assert_eq!(parse_length("250ms"), Ok(Duration::from_millis(250)));
        assert!(
            parse_length("0s").is_err()
                && parse_length("5").is_err()
                && parse_length("1w").is_err()
        );
        assert_eq!(parse_when("1970-01-01T00:00:01Z"), Ok(1_000_000_000));
        assert!(parse_when("yesterday").unwrap_err().contains("expected"));
        assert!(parse_when("1h").unwrap() < now());
    }

    #[test]
    fn times_are_printed_to_the_millisecond() {
        assert_eq!(time(1_500_000_000), "1970-01-01T00:00:01.500Z");
        assert_eq!(length(1_500), "1.5 µs");
        assert_eq!(length(5_000_000_000), "5.00 s");
    }
}
