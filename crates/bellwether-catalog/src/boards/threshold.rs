//! From the name of an alert to the number its panel draws.

use crate::alert::{Alert, Condition};
use crate::error::{Problem, Rule};
use crate::model::Registry;
use crate::monitoring::{self, Monitoring};

use super::model::{Panel, Threshold};
use super::units;

/// A line on a panel, and which side of it is bad.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limit {
    /// The number.
    pub value: f64,
    /// The bad side.
    pub bad: Direction,
}

/// A side of a limit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Direction {
    /// Above it.
    Above,
    /// Below it.
    Below,
}

/// The limit of a panel that names an alert or an objective; `None` where it names none.
pub(crate) fn limit(panel: &Panel, registry: &Registry) -> Result<Option<Limit>, Problem> {
    let wrong = |message: String| Problem::new(panel.location.clone(), Rule::Shape, message);
    match &panel.threshold {
        None => Ok(None),
        Some(Threshold::Alert(name)) => match alert(registry, name) {
            Some(alert) => Ok(Some(of_alert(alert))),
            None => of_server(name, registry).map(Some).ok_or_else(|| {
                wrong(format!(
                    "the threshold of panel `{}` is of alert `{name}`, which there is not, or which compares with no number; expected one of: {}",
                    panel.title,
                    names(registry).join(", ")
                ))
            }),
        },
        Some(Threshold::Slo(name)) => of_objective(name, panel, registry).map(Some).ok_or_else(|| {
            wrong(format!(
                "the threshold of panel `{}` is of objective `{name}`, which there is not, or which has no number in `{}`",
                panel.title, panel.unit
            ))
        }),
    }
}

/// An alert that only a server evaluates. Those definitions are read when a panel names one, not before: a registry of
/// one's own need not have the metrics that they ask for.
fn of_server(name: &str, registry: &Registry) -> Option<Limit> {
    let monitoring = Monitoring::builtin(registry).ok()?;
    monitoring.threshold(registry, name).map(of_number)
}

/// The share that is wanted where the panel shows a share, the time that is allowed where it shows time.
fn of_objective(name: &str, panel: &Panel, registry: &Registry) -> Option<Limit> {
    let unit = match units::unit(&panel.unit)? {
        units::Unit::Share => "1",
        units::Unit::Seconds => "s",
        _ => return None,
    };
    let monitoring = Monitoring::builtin(registry).ok()?;
    let mut numbers = monitoring.thresholds_of_slo(name).into_iter();
    numbers.find(|number| number.unit == unit).map(of_number)
}

fn of_number(number: monitoring::Threshold) -> Limit {
    let bad = if number.is_upper {
        Direction::Above
    } else {
        Direction::Below
    };
    Limit {
        value: number.value,
        bad,
    }
}

pub(crate) fn alert<'a>(registry: &'a Registry, name: &str) -> Option<&'a Alert> {
    let mut alerts = registry.metrics.iter().flat_map(|metric| &metric.alerts);
    alerts.find(|alert| alert.name == name)
}

/// Of the registry and, where its definitions fit the registry, of a server.
fn names(registry: &Registry) -> Vec<String> {
    let alerts = registry.metrics.iter().flat_map(|metric| &metric.alerts);
    let mut names: Vec<String> = alerts.map(|alert| alert.name.clone()).collect();
    if let Ok(monitoring) = Monitoring::builtin(registry) {
        let of_server = monitoring.server_alerts();
        names.extend(of_server.map(|(alert, _)| alert.name.clone()));
    }
    names
}

fn of_alert(alert: &Alert) -> Limit {
    let bad = match alert.condition {
        Condition::Lt | Condition::Lte => Direction::Below,
        _ => Direction::Above,
    };
    Limit {
        value: alert.threshold,
        bad,
    }
}

#[cfg(test)]
mod tests {
    use crate::boards::Boards;

    use super::*;

    fn limit_of(unit: &str, threshold: &str) -> Result<Option<Limit>, Problem> {
        let text = format!(
            "uid: bellwether-x\ntitle: X\ndescription: x\ntags: [x]\nrows:\n  - title: X\n    panels:\n      - {{title: X, kind: stat, description: x, unit: {unit}, no_data: x, threshold: {threshold}, queries: [{{expr: x}}]}}\n"
        );
        let boards = Boards::read(&[("x.yaml", &text)]).unwrap();
        let panel = boards.boards[0].panels().next().unwrap();
        limit(panel, &crate::builtin().unwrap())
    }

    #[test]
    fn limits_come_from_alerts_of_services_and_servers_and_from_objectives() {
        let above = |value| Limit {
            value,
            bad: Direction::Above,
        };
        let wanted = Limit {
            value: 0.99,
            bad: Direction::Below,
        };
        let cases = [
            ("s", "{alert: LlmLatency}", above(30.0)),
            ("percent", "{alert: ContextSaturation}", above(85.0)),
            ("s", "{slo: message-latency}", above(5.0)),
            ("percentunit", "{slo: message-latency}", wanted),
        ];
        for (unit, threshold, expected) in cases {
            assert_eq!(
                limit_of(unit, threshold).unwrap(),
                Some(expected),
                "{threshold}"
            );
        }
    }

    #[test]
    fn what_there_is_not_is_named_with_what_there_is() {
        let unknown = limit_of("s", "{alert: Nothing}").unwrap_err().to_string();
        assert!(
            unknown.contains("`Nothing`") && unknown.contains("ContextSaturation"),
            "{unknown}"
        );
        let other_unit = limit_of("watt", "{slo: message-latency}")
            .unwrap_err()
            .to_string();
        assert!(other_unit.contains("no number in `watt`"), "{other_unit}");
    }
}
