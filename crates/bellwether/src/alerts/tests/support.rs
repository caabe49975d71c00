//! A clock that is told the time, and series written as numbers.

use std::sync::LazyLock;
use std::time::{Duration, SystemTime};

use bellwether_catalog::{Alert, Registry, RuleFile};

use crate::alerts::{Engine, NoticeKind, Outcome, Point, PointValue, State};

/// Seconds between two evaluations.
pub(super) const STEP: u64 = 30;

/// What one series is at one step.
#[derive(Debug, Clone)]
pub(super) enum Value {
    Number(f64),
    /// Counts of the buckets of the metric, each alone.
    Buckets(Vec<u64>),
}

/// One series at one step.
#[derive(Debug, Clone)]
pub(super) struct Sample {
    pub(super) metric: &'static str,
    pub(super) labels: Vec<(&'static str, String)>,
    pub(super) value: Value,
}

pub(super) fn sample(metric: &'static str, labels: &[(&'static str, &str)], value: f64) -> Sample {
    Sample {
        metric,
        labels: labels
            .iter()
            .map(|(key, value)| (*key, (*value).to_owned()))
            .collect(),
        value: Value::Number(value),
    }
}

/// Read once: without optimization it takes a moment.
pub(super) fn catalog() -> &'static Registry {
    static CATALOG: LazyLock<Registry> = LazyLock::new(|| bellwether_catalog::builtin().unwrap());
    &CATALOG
}

/// An engine with a clock of its own.
pub(super) struct Bench {
    pub(super) engine: Engine,
    pub(super) step: u64,
}

impl Bench {
    pub(super) fn defaults() -> Self {
        Self::of(RuleFile::default().in_force(catalog()))
    }

    pub(super) fn of(alerts: Vec<Alert>) -> Self {
        let metrics = RuleFile::default().metrics(catalog());
        Self {
            engine: Engine::new(alerts, &metrics),
            step: 0,
        }
    }

    /// An engine for rules as a user writes them.
    pub(super) fn rules(rules: &str) -> Self {
        let text = format!("format: bellwether-alerts/1\nrules:\n{rules}");
        let file = RuleFile::parse("test.yaml", &text, catalog())
            .unwrap_or_else(|error| panic!("{error}"));
        Self::of(file.rules)
    }

    pub(super) fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000 + self.step * STEP)
    }

    /// One collection and one evaluation, then the next step.
    pub(super) fn step(&mut self, samples: &[Sample]) -> Outcome {
        let now = self.now();
        let bounds: Vec<Vec<f64>> = samples.iter().map(|it| bounds(it.metric)).collect();
        let points: Vec<Point<'_>> = samples
            .iter()
            .zip(&bounds)
            .map(|(it, bounds)| Point {
                metric: it.metric,
                labels: it.labels.iter().map(|(k, v)| (*k, v.as_str())).collect(),
                value: match &it.value {
                    Value::Number(value) => PointValue::Number(*value),
                    Value::Buckets(counts) => PointValue::Histogram { bounds, counts },
                },
            })
            .collect();
        self.engine.observe(now, &points[..]);
        let outcome = self.engine.evaluate(now);
        self.step += 1;
        outcome
    }

    pub(super) fn state(&self, rule: &str) -> State {
        let status = self.engine.status();
        status
            .iter()
            .find(|status| status.name == rule)
            .unwrap()
            .state
    }
}

/// Upper bounds of a metric of the catalog.
pub(super) fn bounds(metric: &str) -> Vec<f64> {
    let found = crate::metrics::generated::ALL
        .iter()
        .find(|definition| definition.name == metric);
    found.map(|it| it.buckets.to_vec()).unwrap_or_default()
}

/// The names and kinds that were told.
pub(super) fn told(outcome: &Outcome) -> Vec<(&str, NoticeKind)> {
    outcome
        .notices
        .iter()
        .map(|notice| (notice.rule.name.as_str(), notice.kind))
        .collect()
}
