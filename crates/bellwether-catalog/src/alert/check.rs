//! Alerts ask what their metric can answer.

use std::collections::BTreeMap;

use super::condition::Condition;
use super::measure::{Aggregate, Aggregation, Grouping, Measure, OverTime};
use super::model::Alert;
use super::template;
use super::watched::{ALERT_METRIC_PREFIX, Watched};
use crate::error::{Location, Problem, Rule};
use crate::model::{Instrument, Registry, ValueType};
use crate::prometheus::label_name;

/// A day: more samples than that are not kept.
const LONGEST_WINDOW: u32 = 86_400;

/// Checks the alerts of a registry.
pub(crate) fn check(registry: &Registry) -> Vec<Problem> {
    let alerts: Vec<&Alert> = registry
        .metrics
        .iter()
        .flat_map(|metric| &metric.alerts)
        .collect();
    if alerts.is_empty() {
        return Vec::new();
    }
    check_rules(&Watched::of_registry(registry), &alerts)
}

/// Checks alerts against the metrics there are.
pub(crate) fn check_rules(metrics: &BTreeMap<String, Watched>, alerts: &[&Alert]) -> Vec<Problem> {
    let mut problems = Vec::new();
    let mut seen: BTreeMap<&str, &Location> = BTreeMap::new();
    for alert in alerts {
        if let Some(first) = seen.insert(&alert.name, &alert.location) {
            let message = format!("alert `{}` is already defined at {first}", alert.name);
            problems.push(Problem::new(
                alert.location.clone(),
                Rule::UniqueName,
                message,
            ));
        }
        if let Err(message) = sound(metrics, alert) {
            let message = format!("alert `{}` {message}", alert.name);
            problems.push(Problem::new(alert.location.clone(), Rule::Alert, message));
        }
    }
    problems
}

/// What is wrong, to be read after the alert's name.
type Checked = Result<(), String>;

fn sound(metrics: &BTreeMap<String, Watched>, alert: &Alert) -> Checked {
    let is_name = alert.name.starts_with(|c: char| c.is_ascii_alphabetic())
        && alert
            .name
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || c == '_');
    if !is_name {
        return Err("must have a name of letters, digits and `_` that starts with a letter".into());
    }
    if alert.metric.starts_with(ALERT_METRIC_PREFIX) {
        return Err(format!(
            "watches `{}`, which its own state changes",
            alert.metric
        ));
    }
    let Some(watched) = metrics.get(&alert.metric) else {
        return Err(format!("watches `{}`, which is not defined", alert.metric));
    };
    let of = match alert.measure.of() {
        None => None,
        Some(name) => Some(
            metrics
                .get(name)
                .ok_or_else(|| format!("compares with `{name}`, which is not defined"))?,
        ),
    };
    if alert.measure.has_window() && !(1..=LONGEST_WINDOW).contains(&alert.window) {
        return Err("needs a `window` from 1 second to a day".into());
    }
    measure(alert, watched, of)?;
    unit(alert, watched)?;
    condition(alert, watched)?;
    labels(alert, watched, of)?;
    words(alert, watched)
}

fn measure(alert: &Alert, watched: &Watched, of: Option<&Watched>) -> Checked {
    use Instrument::{Counter, Gauge, Histogram, UpDownCounter};
    let instrument = watched.instrument;
    let name = match instrument {
        UpDownCounter => "an updowncounter".to_owned(),
        _ => format!("a {}", instrument.as_str()),
    };
    let is_gauge = matches!(instrument, Gauge | UpDownCounter);
    match &alert.measure {
        Measure::Value | Measure::OverTime(_) | Measure::Delta if is_gauge => Ok(()),
        Measure::Value | Measure::OverTime(_) | Measure::Delta => Err(format!(
            "takes the value of {name}; take a rate or a quantile"
        )),
        Measure::RatePerSecond | Measure::RatePerMinute | Measure::Increase => {
            if instrument == Counter {
                return Ok(());
            }
            Err(format!("takes the rate of {name}; only counters have one"))
        }
        Measure::Quantile(_) if instrument != Histogram => Err(format!(
            "takes a quantile of {name}; only histograms have them"
        )),
        Measure::Quantile(quantile) if !(*quantile > 0.0 && *quantile < 1.0) => Err(format!(
            "takes the quantile {quantile}; expected between 0 and 1"
        )),
        Measure::Quantile(_) => {
            // Without a bound there, interpolation decides whether the alert fires.
            let bounds = [Some(alert.threshold), alert.upper, alert.clear];
            for bound in bounds.into_iter().flatten() {
                if !watched.buckets.contains(&bound) {
                    return Err(format!(
                        "has the threshold {bound}, which is no bucket of `{}`",
                        watched.name
                    ));
                }
            }
            Ok(())
        }
        Measure::RateRatio(_) | Measure::Fraction(_) => {
            let rate = matches!(alert.measure, Measure::RateRatio(_));
            let fits =
                |instrument: Instrument| (instrument == Counter) == rate && instrument != Histogram;
            if fits(instrument) && of.is_some_and(|of| fits(of.instrument)) {
                return Ok(());
            }
            let expected = if rate { "counters" } else { "gauges" };
            Err(format!(
                "compares `{}` with `{}`; both must be {expected}",
                watched.name,
                of.map_or("", |of| of.name.as_str())
            ))
        }
        Measure::Absent => Ok(()),
    }
}

/// A threshold in milliseconds on a metric in seconds never fires, or always.
fn unit(alert: &Alert, watched: &Watched) -> Checked {
    let Some(given) = &alert.unit else {
        return Ok(());
    };
    let of_metric = &watched.unit;
    let expected = match alert.measure {
        Measure::RatePerSecond => format!("{of_metric}/s"),
        Measure::RatePerMinute => format!("{of_metric}/min"),
        Measure::RateRatio(_) | Measure::Fraction(_) | Measure::Absent => "1".to_owned(),
        _ => of_metric.clone(),
    };
    if *given == expected {
        return Ok(());
    }
    Err(format!(
        "has its threshold in `{given}`; `{}` is measured in `{expected}`",
        watched.name
    ))
}

fn condition(alert: &Alert, watched: &Watched) -> Checked {
    let condition = alert.condition;
    let word = condition.as_str();
    let numbers = [
        Some(alert.threshold),
        alert.upper,
        alert.tolerance,
        alert.clear,
    ];
    if numbers.into_iter().flatten().any(|it| !it.is_finite()) {
        return Err("has a threshold that is no finite number".into());
    }
    match alert.upper {
        None if condition.is_range() => return Err(format!("needs an `upper` bound for `{word}`")),
        Some(_) if !condition.is_range() => {
            return Err(format!(
                "has an `upper` bound, which `{word}` has no use for"
            ));
        }
        Some(upper) if upper <= alert.threshold => {
            return Err(format!(
                "has the `upper` bound {upper}; expected more than the threshold {}",
                alert.threshold
            ));
        }
        _ => {}
    }
    let is_equality = matches!(condition, Condition::Eq | Condition::Ne);
    let is_whole = watched.value == ValueType::Int
        && matches!(
            alert.measure,
            Measure::Value | Measure::OverTime(OverTime::Min | OverTime::Max)
        );
    match alert.tolerance {
        Some(_) if !is_equality => {
            return Err(format!("has a `tolerance`, which `{word}` has no use for"));
        }
        Some(tolerance) if tolerance < 0.0 => return Err("has a negative `tolerance`".into()),
        None if is_equality && !is_whole && alert.measure != Measure::Absent => {
            return Err(format!(
                "compares floating point numbers with `{word}`; give a `tolerance`"
            ));
        }
        _ => {}
    }
    let Some(clear) = alert.clear else {
        return Ok(());
    };
    let threshold = alert.threshold;
    let is_behind = match condition {
        Condition::Gt | Condition::Gte => clear < threshold,
        Condition::Lt | Condition::Lte => clear > threshold,
        _ => {
            return Err(format!(
                "has a `clear` threshold, which `{word}` has no use for"
            ));
        }
    };
    if !is_behind {
        return Err(format!(
            "has the `clear` threshold {clear}, which is not behind the threshold {threshold}"
        ));
    }
    Ok(())
}

fn labels(alert: &Alert, watched: &Watched, of: Option<&Watched>) -> Checked {
    let sides: Vec<&Watched> = std::iter::once(watched).chain(of).collect();
    for matcher in &alert.selector {
        for metric in &sides {
            let Some(values) = metric.labels.get(&matcher.label) else {
                return Err(format!(
                    "selects by `{}`, which is no label of `{}`",
                    matcher.label, metric.name
                ));
            };
            let Some(values) = values else { continue };
            if let Some(unknown) = matcher.values.iter().find(|value| !values.contains(value)) {
                return Err(format!(
                    "selects `{}` = `{unknown}`; `{}` has only: {}",
                    matcher.label,
                    metric.name,
                    values.join(", ")
                ));
            }
        }
        if matcher.values.is_empty() {
            return Err(format!("selects by `{}` without a value", matcher.label));
        }
    }
    if let Some(aggregate) = &alert.aggregate {
        aggregation(alert, aggregate, &sides)?;
    }
    if let [above, below] = sides.as_slice() {
        let kept = |metric: &Watched| result_labels(alert, metric);
        let (one, other) = (kept(above), kept(below));
        if one != other {
            return Err(format!(
                "compares series by ({}) with series by ({}); take labels away with `without`",
                one.join(", "),
                other.join(", ")
            ));
        }
    }
    Ok(())
}

fn aggregation(alert: &Alert, aggregate: &Aggregate, sides: &[&Watched]) -> Checked {
    let sums_only = matches!(
        alert.measure,
        Measure::Quantile(_) | Measure::RateRatio(_) | Measure::Absent
    );
    if sums_only && aggregate.aggregation != Aggregation::Sum {
        return Err(format!(
            "takes `{}` over series; only `sum` makes sense of a {}",
            aggregate.aggregation.as_str(),
            alert.measure.as_str()
        ));
    }
    for label in aggregate.grouping.labels() {
        let having = sides
            .iter()
            .filter(|metric| metric.labels.contains_key(label))
            .count();
        let needed = match aggregate.grouping {
            Grouping::By(_) => sides.len(),
            Grouping::Without(_) => 1,
        };
        if having < needed {
            return Err(format!(
                "groups by `{label}`, which is no label of `{}`",
                sides
                    .iter()
                    .find(|metric| !metric.labels.contains_key(label))
                    .map_or("", |metric| metric.name.as_str())
            ));
        }
    }
    Ok(())
}

/// Labels of the result, in the names of Prometheus.
pub(super) fn result_labels(alert: &Alert, metric: &Watched) -> Vec<String> {
    if alert.measure == Measure::Absent {
        return Vec::new();
    }
    let is_kept = |key: &&String| match &alert.aggregate {
        None => true,
        Some(aggregate) => aggregate.keeps(key),
    };
    metric
        .labels
        .keys()
        .filter(is_kept)
        .map(|key| label_name(key))
        .collect()
}

fn words(alert: &Alert, watched: &Watched) -> Checked {
    let of_series = result_labels(alert, watched);
    for (name, value) in &alert.labels {
        let is_taken = ["alertname", "alertstate", "severity", "le"].contains(&name.as_str())
            || name.starts_with("__")
            || watched.labels.keys().any(|key| label_name(key) == *name);
        if is_taken || label_name(name) != *name || name.is_empty() {
            return Err(format!("cannot have a label `{name}` of its own"));
        }
        if value.contains("{{") {
            return Err(format!(
                "has a template in its label `{name}`; each value would be an alert of its own"
            ));
        }
    }
    let is_label = |name: &str| {
        ["alertname", "severity"].contains(&name)
            || of_series.iter().any(|label| label == name)
            || alert.labels.iter().any(|(label, _)| label == name)
    };
    let summary = std::iter::once(("summary", alert.summary.as_str()));
    let others = alert
        .annotations
        .iter()
        .map(|(name, text)| (name.as_str(), text.as_str()));
    for (name, text) in summary.chain(others) {
        if label_name(name) != name || name.is_empty() {
            return Err(format!("cannot have an annotation `{name}`"));
        }
        if let Some(message) = template::wrong(text, is_label) {
            return Err(format!("{message} (annotation `{name}`)"));
        }
    }
    Ok(())
}
