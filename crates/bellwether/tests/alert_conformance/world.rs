//! Series over time, for both.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::time::{Duration, SystemTime};

use bellwether::alerts::{Engine, Point, PointValue};
use bellwether_catalog::prometheus::label_name;
use bellwether_catalog::{Instrument, RuleGroup, Watched, rules_yaml};

/// A value at one time; `None` where the series is missing.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Values {
    Numbers(Vec<Option<f64>>),
    /// Counts of buckets, each alone.
    Histograms(Vec<Option<Vec<u64>>>),
}

impl Values {
    fn len(&self) -> usize {
        match self {
            Self::Numbers(values) => values.len(),
            Self::Histograms(values) => values.len(),
        }
    }
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Series {
    pub(crate) metric: String,
    pub(crate) labels: Vec<(String, String)>,
    pub(crate) values: Values,
}

#[derive(Debug, Clone)]
pub(crate) struct World {
    pub(crate) alerts: Vec<bellwether_catalog::Alert>,
    pub(crate) metrics: BTreeMap<String, Watched>,
    pub(crate) series: Vec<Series>,
    /// Seconds between two samples.
    pub(crate) sampled_every: u64,
    /// Seconds between two evaluations.
    pub(crate) evaluated_every: u64,
    /// Whether Prometheus has the names with suffixes.
    pub(crate) suffixes: bool,
}

/// One member of `ALERTS`.
pub(crate) type Alerts = Vec<String>;

impl World {
    fn seconds(&self) -> u64 {
        let samples = self.series.iter().map(|it| it.values.len()).max();
        let last = samples.unwrap_or(1).saturating_sub(1) as u64;
        last * self.sampled_every
    }

    /// The times of evaluation, in seconds.
    pub(crate) fn evaluations(&self) -> impl Iterator<Item = u64> + use<> {
        (0..=self.seconds()).step_by(usize::try_from(self.evaluated_every).unwrap())
    }

    /// What the engine says at each evaluation.
    pub(crate) fn engine_verdicts(&self) -> Vec<Alerts> {
        let mut engine = Engine::new(self.alerts.clone(), &self.metrics);
        let at = |seconds| SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
        let mut sampled = 0;
        let mut verdicts = Vec::new();
        for now in self.evaluations() {
            while sampled <= now {
                let index = usize::try_from(sampled / self.sampled_every).unwrap();
                engine.observe(at(sampled), &self.points(index)[..]);
                sampled += self.sampled_every;
            }
            engine.evaluate(at(now));
            let mut alerts: Alerts = Vec::new();
            for status in engine.status() {
                for instance in &status.instances {
                    let mut text = format!("ALERTS{{alertstate=\"{}\"", instance.state.as_str());
                    for (name, value) in instance.labels.iter() {
                        let _ = write!(text, ", {name}={value:?}");
                    }
                    alerts.push(text + "}");
                }
            }
            verdicts.push(alerts);
        }
        verdicts
    }

    fn points(&self, index: usize) -> Vec<Point<'_>> {
        self.series
            .iter()
            .filter_map(|series| {
                let value = match &series.values {
                    Values::Numbers(values) => PointValue::Number((*values.get(index)?)?),
                    Values::Histograms(values) => PointValue::Histogram {
                        bounds: &self.metrics[&series.metric].buckets,
                        counts: values.get(index)?.as_ref()?,
                    },
                };
                Some(Point {
                    metric: &series.metric,
                    labels: series
                        .labels
                        .iter()
                        .map(|(key, value)| (key.as_str(), value.as_str()))
                        .collect(),
                    value,
                })
            })
            .collect()
    }

    /// The rules as they are exported.
    pub(crate) fn rules(&self) -> String {
        let group = RuleGroup {
            name: "all".to_owned(),
            alerts: self.alerts.clone(),
        };
        rules_yaml(&[group], &self.metrics)
    }

    /// The series as promtool reads them: name with labels, and values.
    pub(crate) fn input_series(&self) -> Vec<(String, String)> {
        let mut all = Vec::new();
        for series in &self.series {
            let watched = &self.metrics[&series.metric];
            let name = if self.suffixes {
                &watched.prometheus
            } else {
                &watched.prometheus_without_suffixes
            };
            let labels: Vec<String> = series
                .labels
                .iter()
                .map(|(key, value)| format!("{}={value:?}", label_name(key)))
                .collect();
            match &series.values {
                Values::Numbers(values) => {
                    let text = format!("{name}{{{}}}", labels.join(", "));
                    all.push((text, notation(values)));
                }
                Values::Histograms(values) => {
                    assert_eq!(watched.instrument, Instrument::Histogram);
                    let bounds = watched.buckets.iter().map(ToString::to_string);
                    let bounds = bounds.chain(["+Inf".to_owned()]);
                    for (bucket, bound) in bounds.enumerate() {
                        let mut labels = labels.clone();
                        labels.push(format!("le=\"{bound}\""));
                        let of_bucket: Vec<Option<f64>> = values
                            .iter()
                            .map(|counts| {
                                let counts = counts.as_ref()?;
                                Some(counts[..=bucket].iter().sum::<u64>() as f64)
                            })
                            .collect();
                        let text = format!("{name}_bucket{{{}}}", labels.join(", "));
                        all.push((text, notation(&of_bucket)));
                        if bound == "+Inf" {
                            labels.pop();
                            let text = format!("{name}_count{{{}}}", labels.join(", "));
                            all.push((text, notation(&of_bucket)));
                        }
                    }
                }
            }
        }
        all
    }
}

/// A series that goes is marked stale once, as a scrape that no longer finds it does.
fn notation(values: &[Option<f64>]) -> String {
    let mut was_there = false;
    let words: Vec<String> = values
        .iter()
        .map(|value| {
            let word = match value {
                Some(value) => value.to_string(),
                None if was_there => "stale".to_owned(),
                None => "_".to_owned(),
            };
            was_there = value.is_some();
            word
        })
        .collect();
    words.join(" ")
}
