//! From the name of an alert to the number its panel draws.

use crate::alert::{Alert, Condition};
use crate::error::{Problem, Rule};
use crate::model::Registry;

use super::model::{Panel, Threshold};

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

/// The limit of a panel that names an alert; `None` where it names none.
pub(crate) fn limit(panel: &Panel, registry: &Registry) -> Result<Option<Limit>, Problem> {
    let wrong = |message: String| Problem::new(panel.location.clone(), Rule::Shape, message);
    match &panel.threshold {
        None => Ok(None),
        Some(Threshold::Alert(name)) => match alert(registry, name) {
            Some(alert) => Ok(Some(of_alert(alert))),
            None => Err(wrong(format!(
                "the threshold of panel `{}` is of alert `{name}`, which the registry does not have; expected one of: {}",
                panel.title,
                names(registry).join(", ")
            ))),
        },
        Some(Threshold::Slo(name)) => Err(wrong(format!(
            "the threshold of panel `{}` is of objective `{name}`, which there is not",
            panel.title
        ))),
    }
}

pub(crate) fn alert<'a>(registry: &'a Registry, name: &str) -> Option<&'a Alert> {
    let mut alerts = registry.metrics.iter().flat_map(|metric| &metric.alerts);
    alerts.find(|alert| alert.name == name)
}

fn names(registry: &Registry) -> Vec<&str> {
    let alerts = registry.metrics.iter().flat_map(|metric| &metric.alerts);
    alerts.map(|alert| alert.name.as_str()).collect()
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
