//! Units of panels: Grafana's ids, what they are in Perses, and what they measure.

/// What numbers of a unit measure, to hold a panel's unit against the unit of a metric.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// Plain numbers: of anything, or of nothing.
    Number,
    /// Things per second.
    PerSecond,
    /// Things per minute.
    PerMinute,
    /// Things per hour.
    PerHour,
    /// Percent, from 0 to 100.
    Percent,
    /// A share, from 0 to 1.
    Share,
    /// Seconds.
    Seconds,
    /// Milliseconds.
    Milliseconds,
    /// US dollars.
    Dollars,
    /// Bytes.
    Bytes,
    /// Bytes per second.
    BytesPerSecond,
    /// Mebibytes.
    Mebibytes,
    /// Watts.
    Watts,
    /// Joules.
    Joules,
    /// Degrees Celsius.
    Celsius,
    /// Hertz.
    Hertz,
    /// A point in time.
    Time,
    /// Yes or no.
    YesNo,
    /// A text of its own behind the number, such as `suffix: ×`; with `si: tok/s` large numbers are shortened.
    Own,
}

/// Grafana's id, what it measures, and the unit of Perses for it.
const UNITS: &[(&str, Unit, &str)] = &[
    ("none", Unit::Number, "decimal"),
    ("short", Unit::Number, "decimal"),
    ("locale", Unit::Number, "decimal"),
    ("percent", Unit::Percent, "percent"),
    ("percentunit", Unit::Share, "percent-decimal"),
    ("s", Unit::Seconds, "seconds"),
    ("ms", Unit::Milliseconds, "milliseconds"),
    ("dtdurations", Unit::Seconds, "seconds"),
    ("bytes", Unit::Bytes, "bytes"),
    ("decbytes", Unit::Bytes, "decbytes"),
    ("mbytes", Unit::Mebibytes, "decimal"),
    ("Bps", Unit::BytesPerSecond, "bytes/sec"),
    ("binBps", Unit::BytesPerSecond, "bytes/sec"),
    ("ops", Unit::PerSecond, "ops/sec"),
    ("reqps", Unit::PerSecond, "requests/sec"),
    ("cps", Unit::PerSecond, "counts/sec"),
    ("eps", Unit::PerSecond, "events/sec"),
    ("mps", Unit::PerSecond, "messages/sec"),
    ("rps", Unit::PerSecond, "reads/sec"),
    ("wps", Unit::PerSecond, "writes/sec"),
    ("pps", Unit::PerSecond, "packets/sec"),
    ("iops", Unit::PerSecond, "ops/sec"),
    ("opm", Unit::PerMinute, "decimal"),
    ("cpm", Unit::PerMinute, "decimal"),
    ("reqpm", Unit::PerMinute, "decimal"),
    ("currencyUSD", Unit::Dollars, "usd"),
    ("watt", Unit::Watts, "decimal"),
    ("joule", Unit::Joules, "decimal"),
    ("celsius", Unit::Celsius, "celsius"),
    ("hertz", Unit::Hertz, "decimal"),
    ("dateTimeAsIso", Unit::Time, "datetime-iso"),
    ("dateTimeFromNow", Unit::Time, "relative-time"),
    ("bool_yes_no", Unit::YesNo, "decimal"),
    ("bool_on_off", Unit::YesNo, "decimal"),
];

/// What a unit measures, by Grafana's id; `None` where boards do not use it.
///
/// ```
/// use bellwether_catalog::boards::{unit, Unit};
/// assert_eq!(unit("reqps"), Some(Unit::PerSecond));
/// assert_eq!(unit("si: tok/s"), Some(Unit::Own));
/// assert_eq!(unit("furlongs"), None);
/// ```
pub fn unit(id: &str) -> Option<Unit> {
    if ["suffix:", "prefix:", "si:"]
        .iter()
        .any(|kind| id.starts_with(kind))
    {
        return Some(Unit::Own);
    }
    let entry = UNITS.iter().find(|(known, _, _)| *known == id);
    entry.map(|(_, unit, _)| *unit)
}

/// The unit of Perses for one of Grafana.
pub(crate) fn perses(id: &str) -> &'static str {
    let entry = UNITS.iter().find(|(known, _, _)| *known == id);
    entry.map_or("decimal", |(_, _, unit)| unit)
}

/// The ids there are.
pub(crate) fn known() -> impl Iterator<Item = &'static str> {
    UNITS.iter().map(|(id, _, _)| *id)
}
