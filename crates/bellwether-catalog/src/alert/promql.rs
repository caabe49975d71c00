//! An alert as a question to Prometheus.
//!
//! Where suffix translation gives a metric two names, both are asked, joined by `or`: the rule then holds whichever way
//! the server was set up. Hysteresis asks `ALERTS` whether the alert fires already.

use super::condition::Condition;
use super::measure::{Aggregate, Grouping, Matcher, Measure};
use super::model::{Alert, NoData};
use super::watched::Watched;
use crate::model::Instrument;
use crate::prometheus::label_name;

/// The expression of an alert's rule. `of` is the metric that it compares with, where there is one.
///
/// ```
/// use bellwether_catalog::{Watched, builtin, promql};
/// let registry = builtin()?;
/// let metrics = Watched::of_registry(&registry);
/// let metric = registry.metric("wundr_tool_errors_total").unwrap();
/// let expression = promql(&metric.alerts[0], &metrics[&metric.name], None);
/// assert_eq!(expression, "sum without (error_type) (rate(wundr_tool_errors_total[5m])) * 60 > 5");
/// # Ok::<(), bellwether_catalog::Error>(())
/// ```
pub fn promql(alert: &Alert, watched: &Watched, of: Option<&Watched>) -> String {
    if alert.measure == Measure::Absent {
        return absent(alert, watched);
    }
    let measured = measured(alert, watched, of);
    let mut expression = compared(alert, &measured, alert.threshold);
    if let Some(clear) = alert.clear {
        let held = compared(alert, &measured, clear);
        let firing = format!(
            "ALERTS{{alertname=\"{}\", alertstate=\"firing\"}}",
            alert.name
        );
        let added = ["alertname", "alertstate", "severity"]
            .into_iter()
            .chain(alert.labels.iter().map(|(name, _)| name.as_str()))
            .collect::<Vec<_>>()
            .join(", ");
        expression = format!("{expression} or ({held} and ignoring ({added}) {firing})");
    }
    if alert.no_data == NoData::Alert {
        expression = format!("({expression}) or {}", absent(alert, watched));
    }
    expression
}

/// A time as PromQL writes it, in the largest unit that holds it without a rest.
pub(crate) fn duration(seconds: u32) -> String {
    for (unit, length) in [("d", 86_400), ("h", 3_600), ("m", 60)] {
        if seconds > 0 && seconds.is_multiple_of(length) {
            return format!("{}{unit}", seconds / length);
        }
    }
    format!("{seconds}s")
}

fn measured(alert: &Alert, watched: &Watched, of: Option<&Watched>) -> String {
    let window = duration(alert.window);
    let over = |function: &str, metric: &Watched| {
        let call = |series: String| format!("{function}({series}[{window}])");
        side(alert, metric, "", call)
    };
    match &alert.measure {
        Measure::Value | Measure::Absent => side(alert, watched, "", |series| series),
        Measure::OverTime(function) => over(&format!("{}_over_time", function.as_str()), watched),
        Measure::RatePerSecond => over("rate", watched),
        Measure::RatePerMinute => format!("{} * 60", over("rate", watched)),
        Measure::Increase => over("increase", watched),
        Measure::Delta => over("delta", watched),
        Measure::Quantile(quantile) => {
            let buckets = side(alert, watched, "_bucket", |series| {
                format!("rate({series}[{window}])")
            });
            format!("histogram_quantile({quantile}, {buckets})")
        }
        Measure::RateRatio(_) => {
            let below = of.map(|of| over("rate", of)).unwrap_or_default();
            format!("{} / {below}", over("rate", watched))
        }
        Measure::Fraction(_) => {
            let below = of.map(|of| side(alert, of, "", |series| series));
            let above = side(alert, watched, "", |series| series);
            format!("{above} / {}", below.unwrap_or_default())
        }
    }
}

/// The series of one metric, under each of its names, aggregated.
fn side(alert: &Alert, metric: &Watched, ending: &str, call: impl Fn(String) -> String) -> String {
    let names = metric.prometheus_names();
    let calls: Vec<String> = names
        .iter()
        .map(|name| call(series(&format!("{name}{ending}"), &alert.selector)))
        .collect();
    let joined = calls.join(" or ");
    let Some(aggregate) = alert.aggregate.as_ref().filter(|it| touches(it, metric)) else {
        return if calls.len() > 1 {
            format!("({joined})")
        } else {
            joined
        };
    };
    let function = aggregate.aggregation.as_str();
    let mut labels: Vec<String> = aggregate
        .grouping
        .labels()
        .iter()
        .map(|key| label_name(key))
        .collect();
    let word = match aggregate.grouping {
        Grouping::By(_) => "by",
        Grouping::Without(_) => "without",
    };
    if word == "by" && ending == "_bucket" {
        labels.insert(0, "le".to_owned());
    }
    format!("{function} {word} ({}) ({joined})", labels.join(", "))
}

/// Taking away labels that a metric hasn't changes nothing.
fn touches(aggregate: &Aggregate, metric: &Watched) -> bool {
    match &aggregate.grouping {
        Grouping::By(_) => true,
        Grouping::Without(labels) => labels.iter().any(|label| metric.labels.contains_key(label)),
    }
}

fn series(name: &str, selector: &[Matcher]) -> String {
    if selector.is_empty() {
        return name.to_owned();
    }
    let matchers: Vec<String> = selector.iter().map(matcher).collect();
    format!("{name}{{{}}}", matchers.join(", "))
}

fn matcher(matcher: &Matcher) -> String {
    let name = label_name(&matcher.label);
    let (one, several) = if matcher.negated {
        ("!=", "!~")
    } else {
        ("=", "=~")
    };
    if let [value] = matcher.values.as_slice() {
        return format!("{name}{one}{}", quoted(value));
    }
    let values: Vec<String> = matcher
        .values
        .iter()
        .map(|value| escaped_for_pattern(value))
        .collect();
    format!("{name}{several}{}", quoted(&values.join("|")))
}

/// Text of a regular expression that matches just this.
fn escaped_for_pattern(value: &str) -> String {
    let mut escaped = String::with_capacity(value.len());
    for c in value.chars() {
        if "\\.+*?()|[]{}^$".contains(c) {
            escaped.push('\\');
        }
        escaped.push(c);
    }
    escaped
}

fn quoted(text: &str) -> String {
    let escaped = text
        .replace('\\', "\\\\")
        .replace('"', "\\\"")
        .replace('\n', "\\n");
    format!("\"{escaped}\"")
}

fn compared(alert: &Alert, measured: &str, threshold: f64) -> String {
    let upper = alert.upper.unwrap_or(threshold);
    match (alert.condition, alert.tolerance) {
        (Condition::Gt, _) => format!("{measured} > {threshold}"),
        (Condition::Lt, _) => format!("{measured} < {threshold}"),
        (Condition::Gte, _) => format!("{measured} >= {threshold}"),
        (Condition::Lte, _) => format!("{measured} <= {threshold}"),
        (Condition::Eq, None) => format!("{measured} == {threshold}"),
        (Condition::Eq, Some(tolerance)) => {
            format!("abs({measured} - {threshold}) <= {tolerance}")
        }
        // Not `!=`, which is true of NaN.
        (Condition::Ne, None) => {
            format!("({measured} < {threshold} or {measured} > {threshold})")
        }
        (Condition::Ne, Some(tolerance)) => {
            format!("abs({measured} - {threshold}) > {tolerance}")
        }
        (Condition::Inside, _) => format!("({measured} >= {threshold}) <= {upper}"),
        (Condition::Outside, _) => {
            format!("({measured} < {threshold} or {measured} > {upper})")
        }
    }
}

fn absent(alert: &Alert, watched: &Watched) -> String {
    let ending = if watched.instrument == Instrument::Histogram {
        "_count"
    } else {
        ""
    };
    let names = watched.prometheus_names();
    let all: Vec<String> = names
        .iter()
        .map(|name| series(&format!("{name}{ending}"), &alert.selector))
        .collect();
    format!("absent({})", all.join(" or "))
}
