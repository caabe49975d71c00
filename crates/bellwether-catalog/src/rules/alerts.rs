//! Alerts ask what their metric can answer.

use std::collections::BTreeMap;

use super::Report;
use crate::error::{Location, Rule};
use crate::model::{Alert, Instrument, Measure, Metric, Registry};

pub(super) fn check(registry: &Registry, report: &mut Report) {
    let mut seen: BTreeMap<&str, &Location> = BTreeMap::new();
    for metric in &registry.metrics {
        for alert in &metric.alerts {
            if let Some(first) = seen.insert(&alert.name, &alert.location) {
                report.add(
                    &alert.location,
                    Rule::UniqueName,
                    format!("alert `{}` is already defined at {first}", alert.name),
                );
            }
            if let Some(message) = wrong(registry, metric, alert) {
                report.add(
                    &alert.location,
                    Rule::Alert,
                    format!("alert `{}` {message}", alert.name),
                );
            }
        }
    }
}

fn wrong(registry: &Registry, metric: &Metric, alert: &Alert) -> Option<String> {
    if alert.window == 0 || alert.duration == 0 {
        return Some("needs a `window` and a `for` of at least 1 second".to_owned());
    }
    let instrument = metric.instrument;
    match &alert.measure {
        Measure::Value if matches!(instrument, Instrument::Gauge | Instrument::UpDownCounter) => {
            None
        }
        Measure::Value => Some(format!(
            "takes the value of a {}; take a rate or a quantile",
            instrument.as_str()
        )),
        Measure::RatePerMinute if instrument == Instrument::Counter => None,
        Measure::RatePerMinute => Some(format!(
            "takes the rate of a {}; only counters have one",
            instrument.as_str()
        )),
        Measure::Quantile(_) if instrument != Instrument::Histogram => Some(format!(
            "takes a quantile of a {}; only histograms have them",
            instrument.as_str()
        )),
        Measure::Quantile(quantile) if !(*quantile > 0.0 && *quantile < 1.0) => Some(format!(
            "takes the quantile {quantile}; expected between 0 and 1"
        )),
        // Without a bound there, interpolation decides whether the alert fires.
        Measure::Quantile(_) if !metric.buckets.contains(&alert.threshold) => Some(format!(
            "has the threshold {}, which is no bucket of `{}`",
            alert.threshold, metric.name
        )),
        Measure::Quantile(_) => None,
        Measure::RateRatio(of) | Measure::Fraction(of) => {
            let Some(other) = registry.metric(of) else {
                return Some(format!("compares with `{of}`, which is not defined"));
            };
            let rate = matches!(alert.measure, Measure::RateRatio(_));
            let fits = |instrument| {
                (instrument == Instrument::Counter) == rate && instrument != Instrument::Histogram
            };
            if fits(instrument) && fits(other.instrument) {
                return None;
            }
            let expected = if rate { "counters" } else { "gauges" };
            Some(format!(
                "compares `{}` with `{of}`; both must be {expected}",
                metric.name
            ))
        }
    }
}
