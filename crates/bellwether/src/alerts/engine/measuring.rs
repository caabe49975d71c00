//! From samples to the numbers an alert compares: one a label set.

use std::collections::{BTreeMap, BTreeSet};

use bellwether_catalog::prometheus::label_name;
use bellwether_catalog::{Aggregate, Aggregation, Alert, Grouping, Measure, OverTime, Watched};

use super::functions::{
    Difference, KahanSum, Sample, difference, extreme, is_greater, is_less, quantile,
};
use super::series::Watch;
use crate::alerts::labels::LabelSet;

/// Values by label set.
pub(super) type Vector = BTreeMap<LabelSet, f64>;

/// What one alert watches and how it makes numbers of it.
#[derive(Debug)]
pub(super) struct Measuring {
    measure: Measure,
    aggregate: Option<Grouped>,
    main: Watch,
    of: Option<Watch>,
    /// The labels that `absent` has in Prometheus.
    absent: LabelSet,
}

/// An aggregation with its label names as they are in Prometheus.
#[derive(Debug)]
struct Grouped {
    aggregation: Aggregation,
    is_by: bool,
    names: BTreeSet<String>,
}

impl Measuring {
    pub(super) fn new(alert: &Alert, watched: &Watched, max_series: usize) -> Self {
        let window = if alert.measure.has_window() {
            alert.window
        } else {
            0
        };
        let watch = |metric: &str| Watch::new(metric, &alert.selector, window, max_series);
        Self {
            measure: alert.measure.clone(),
            aggregate: alert.aggregate.as_ref().map(Grouped::new),
            main: watch(&alert.metric),
            of: alert.measure.of().map(watch),
            absent: absent_labels(alert, watched),
        }
    }

    pub(super) fn watches(&mut self) -> impl Iterator<Item = &mut Watch> {
        std::iter::once(&mut self.main).chain(&mut self.of)
    }

    pub(super) fn metrics(&self) -> impl Iterator<Item = &str> {
        std::iter::once(&self.main)
            .chain(&self.of)
            .map(|watch| watch.metric.as_str())
    }

    pub(super) fn overflow(&self) -> u64 {
        self.main.overflow() + self.of.as_ref().map_or(0, Watch::overflow)
    }

    /// The labels of the absent metric, if it is absent.
    pub(super) fn absent(&self, at: i64) -> Option<&LabelSet> {
        self.main.newest(at).is_empty().then_some(&self.absent)
    }

    /// The number of each label set that has one.
    pub(super) fn measure(&self, at: i64) -> Vector {
        match &self.measure {
            Measure::Value => self.group(owned(self.main.newest(at))),
            Measure::OverTime(function) => {
                let value = |samples: &[Sample]| over_time(*function, samples);
                self.over(&self.main, at, value)
            }
            Measure::RatePerSecond => self.rate(&self.main, at, Difference::Rate),
            Measure::RatePerMinute => {
                let mut vector = self.rate(&self.main, at, Difference::Rate);
                for value in vector.values_mut() {
                    *value *= 60.0;
                }
                vector
            }
            Measure::Increase => self.rate(&self.main, at, Difference::Increase),
            Measure::Delta => self.rate(&self.main, at, Difference::Delta),
            Measure::Quantile(share) => self.quantiles(*share, at),
            Measure::RateRatio(_) => {
                let above = self.rate(&self.main, at, Difference::Rate);
                let below = |of: &Watch| self.rate(of, at, Difference::Rate);
                divided(above, &self.of.as_ref().map(below).unwrap_or_default())
            }
            Measure::Fraction(_) => {
                let above = self.group(owned(self.main.newest(at)));
                let below = |of: &Watch| self.group(owned(of.newest(at)));
                divided(above, &self.of.as_ref().map(below).unwrap_or_default())
            }
            Measure::Absent => {
                let absent = self.absent(at).cloned();
                absent.map(|labels| (labels, 1.0)).into_iter().collect()
            }
        }
    }

    fn rate(&self, watch: &Watch, at: i64, kind: Difference) -> Vector {
        let window = watch.window();
        self.over(watch, at, |samples| difference(samples, at, window, kind))
    }

    fn over(&self, watch: &Watch, at: i64, value: impl Fn(&[Sample]) -> Option<f64>) -> Vector {
        let series = watch.numbers(at).into_iter();
        let values = series
            .filter_map(|(labels, samples)| Some((labels.clone(), value(&samples)?)))
            .collect();
        self.group(values)
    }

    /// Several series become one, where the alert says so.
    fn group(&self, values: Vec<(LabelSet, f64)>) -> Vector {
        let Some(grouped) = &self.aggregate else {
            return values.into_iter().collect();
        };
        let mut groups: BTreeMap<LabelSet, Vec<f64>> = BTreeMap::new();
        for (labels, value) in values {
            let kept = grouped.kept(&labels);
            groups.entry(kept).or_default().push(value);
        }
        groups
            .into_iter()
            .filter_map(|(labels, values)| {
                Some((labels, aggregated(grouped.aggregation, values.into_iter())?))
            })
            .collect()
    }

    fn quantiles(&self, share: f64, at: i64) -> Vector {
        let window = self.main.window();
        // Per label set: upper bounds in order, with the sum of their rates.
        let mut groups: BTreeMap<LabelSet, Vec<(f64, KahanSum)>> = BTreeMap::new();
        for (labels, buckets) in self.main.buckets(at) {
            let kept = match &self.aggregate {
                Some(grouped) => grouped.kept(labels),
                None => labels.clone(),
            };
            let group = groups.entry(kept).or_default();
            for (bound, samples) in buckets {
                let Some(rate) = difference(&samples, at, window, Difference::Rate) else {
                    continue;
                };
                let place = group.partition_point(|(known, _)| *known < bound);
                match group.get_mut(place) {
                    Some((known, sum)) if known.total_cmp(&bound).is_eq() => sum.add(rate),
                    _ => group.insert(place, (bound, KahanSum::of(std::iter::once(rate)))),
                }
            }
        }
        groups
            .into_iter()
            .filter(|(_, buckets)| !buckets.is_empty())
            .map(|(labels, buckets)| {
                let buckets = buckets
                    .into_iter()
                    .map(|(bound, sum)| (bound, sum.sum()))
                    .collect();
                (labels, quantile(share, buckets))
            })
            .collect()
    }
}

impl Grouped {
    fn new(aggregate: &Aggregate) -> Self {
        Self {
            aggregation: aggregate.aggregation,
            is_by: matches!(aggregate.grouping, Grouping::By(_)),
            names: aggregate
                .grouping
                .labels()
                .iter()
                .map(|key| label_name(key))
                .collect(),
        }
    }

    fn kept(&self, labels: &LabelSet) -> LabelSet {
        labels.filtered(|name| self.names.contains(name) == self.is_by)
    }
}

fn owned(values: Vec<(&LabelSet, f64)>) -> Vec<(LabelSet, f64)> {
    values
        .into_iter()
        .map(|(labels, value)| (labels.clone(), value))
        .collect()
}

fn over_time(function: OverTime, samples: &[Sample]) -> Option<f64> {
    let values = samples.iter().map(|sample| sample.value);
    let aggregation = match function {
        OverTime::Avg => Aggregation::Avg,
        OverTime::Min => Aggregation::Min,
        OverTime::Max => Aggregation::Max,
        OverTime::Sum => Aggregation::Sum,
    };
    aggregated(aggregation, values)
}

fn aggregated(aggregation: Aggregation, values: impl Iterator<Item = f64>) -> Option<f64> {
    match aggregation {
        Aggregation::Min => extreme(values, is_less),
        Aggregation::Max => extreme(values, is_greater),
        Aggregation::Sum | Aggregation::Avg => {
            let mut values = values.peekable();
            values.peek()?;
            let sum = KahanSum::of(values);
            Some(if aggregation == Aggregation::Sum {
                sum.sum()
            } else {
                sum.mean()
            })
        }
    }
}

fn divided(above: Vector, below: &Vector) -> Vector {
    above
        .into_iter()
        .filter_map(|(labels, value)| {
            let by = below.get(&labels)?;
            Some((labels, value / by))
        })
        .collect()
}

/// `absent` tells the labels that its selector fixes, where it selects from one name.
fn absent_labels(alert: &Alert, watched: &Watched) -> LabelSet {
    if watched.prometheus_names().len() > 1 {
        return LabelSet::default();
    }
    let fixed = alert.selector.iter().filter(|matcher| !matcher.negated);
    fixed
        .filter_map(|matcher| match matcher.values.as_slice() {
            [value] => Some((label_name(&matcher.label), value.clone())),
            _ => None,
        })
        .collect()
}
