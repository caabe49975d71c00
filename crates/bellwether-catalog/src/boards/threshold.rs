//! From the name of an alert or an objective to the number its panel draws, in the unit of the panel.

use crate::error::{Problem, Rule};
use crate::model::Registry;
use crate::monitoring::{Monitoring, Threshold};

use super::model::{LimitOf, Panel};
use super::units::{self, Unit};

/// A line on a panel, and which side of it is bad.
///
/// ```
/// let limit = bellwether_catalog::boards::Limit { value: 100.0, is_upper: true };
/// assert!(limit.is_upper);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limit {
    /// The number, in the unit of the panel.
    pub value: f64,
    /// Whether values above it are bad; else those below it.
    pub is_upper: bool,
}

/// The limit of a panel that names an alert or an objective; `None` where it names none.
pub(crate) fn limit(
    panel: &Panel,
    registry: &Registry,
    monitoring: &Monitoring,
) -> Result<Option<Limit>, Problem> {
    let Some(of) = &panel.threshold else {
        return Ok(None);
    };
    let (name, numbers) = match of {
        LimitOf::Alert(name) => {
            let number = monitoring.threshold(registry, name);
            (format!("alert `{name}`"), number.into_iter().collect())
        }
        LimitOf::Slo(id) => (
            format!("objective `{id}`"),
            monitoring.thresholds_of_slo(id),
        ),
    };
    let wrong = |what: String| {
        let message = format!("the threshold of panel `{}` {what}", panel.title);
        Problem::new(panel.location.clone(), Rule::Shape, message)
    };
    if numbers.is_empty() {
        let known = known(of, registry, monitoring).join(", ");
        return Err(wrong(format!(
            "is of {name}, which has no number; expected one of: {known}"
        )));
    }
    let fitting = numbers
        .iter()
        .find_map(|number| in_unit(number, panel.unit_id()));
    fitting.map(Some).ok_or_else(|| {
        let units: Vec<&str> = numbers.iter().map(|number| number.unit.as_str()).collect();
        wrong(format!(
            "is of {name}, which is in `{}`; the panel is in `{}`",
            units.join("` or `"),
            panel.unit_id()
        ))
    })
}

/// Names that have a number.
fn known(of: &LimitOf, registry: &Registry, monitoring: &Monitoring) -> Vec<String> {
    if matches!(of, LimitOf::Slo(_)) {
        return monitoring.slos.iter().map(|slo| slo.id.clone()).collect();
    }
    let of_registry = registry.metrics.iter().flat_map(|metric| &metric.alerts);
    let of_server = monitoring.server_alerts().map(|(alert, _)| &alert.name);
    let mut names: Vec<String> = of_registry
        .map(|alert| &alert.name)
        .chain(of_server)
        .filter(|name| monitoring.threshold(registry, name).is_some())
        .cloned()
        .collect();
    names.sort();
    names
}

/// The number of an alert in the unit of a panel; `None` where the one is no measure of the other.
fn in_unit(number: &Threshold, panel: &str) -> Option<Limit> {
    let (from, per_seconds) = split(&number.unit);
    let factor = match (units::unit(panel)?, from, per_seconds) {
        (Unit::Percent, "1", None) => 100.0,
        (Unit::Share, "%", None) => 0.01,
        (Unit::Share, "1", None)
        | (Unit::Percent, "%", None)
        | (Unit::Seconds, "s", None)
        | (Unit::Milliseconds, "ms", None)
        | (Unit::Bytes, "By", None)
        | (Unit::Mebibytes, "MiBy", None)
        | (Unit::Dollars, "{USD}" | "USD", None)
        | (Unit::Celsius, "Cel", None)
        | (Unit::Watts, "W", None)
        | (Unit::Own, _, _) => 1.0,
        (Unit::Milliseconds, "s", None) => 1e3,
        (Unit::Number, unit, None) if unit == "1" || unit.starts_with('{') => 1.0,
        (Unit::BytesPerSecond, "By", Some(per)) => 1.0 / per,
        (Unit::PerSecond, unit, Some(per)) if unit != "By" => 1.0 / per,
        (Unit::PerMinute, unit, Some(per)) if unit != "By" => 60.0 / per,
        (Unit::PerHour, unit, Some(per)) if unit != "By" => 3600.0 / per,
        _ => return None,
    };
    // one digit more than anybody writes takes away what the division leaves
    let value = (number.value * factor * 1e9).round() / 1e9;
    Some(Limit {
        value,
        is_upper: number.is_upper,
    })
}

/// What is counted, and in how many seconds, of a unit such as `{call}/min`.
fn split(unit: &str) -> (&str, Option<f64>) {
    let Some((counted, per)) = unit.split_once('/') else {
        return (unit, None);
    };
    let seconds = match per {
        "s" => 1.0,
        "min" => 60.0,
        "h" => 3600.0,
        "d" => 86400.0,
        _ => return (unit, None),
    };
    (counted, Some(seconds))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_is_drawn_in_the_unit_of_the_panel() {
        let number = |unit: &str| Threshold {
            value: 0.3,
            unit: unit.to_owned(),
            is_upper: true,
        };
        let cases = [
            ("1", "percentunit", Some(0.3)),
            ("1", "percent", Some(30.0)),
            ("%", "percent", Some(0.3)),
            ("s", "s", Some(0.3)),
            ("s", "ms", Some(300.0)),
            ("{call}/min", "cpm", Some(0.3)),
            ("{call}/min", "ops", Some(0.005)),
            ("{call}/s", "cpm", Some(18.0)),
            ("{call}", "short", Some(0.3)),
            ("{call}", "ops", None),
            ("s", "percent", None),
            ("By", "s", None),
            ("By/s", "Bps", Some(0.3)),
            ("By/s", "ops", None),
        ];
        for (from, to, expected) in cases {
            let found = in_unit(&number(from), to).map(|limit| limit.value);
            assert_eq!(found, expected, "{from} on a panel in {to}");
        }
    }
}
