//! The series that an expression may ask for, by the name Prometheus gives them.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Bound, Instrument, Metric, Registry, Values};
use crate::monitoring::{Links, Monitoring, PrometheusRule, slo_groups};
use crate::prometheus::label_name;

use super::dimension::Dimension;
use super::expression::{self, Labels};

/// What is known about the values of a label.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Known {
    /// One of these.
    Closed(Vec<String>),
    /// Any; as many as are alive.
    Live,
    /// Any.
    Open,
}

/// What is known about a series.
#[derive(Debug, Clone)]
pub(crate) struct Series {
    /// Its labels.
    pub(crate) labels: BTreeMap<String, Known>,
    /// Unit of its value.
    pub(crate) unit: Option<Dimension>,
    /// Unit of the observations, for buckets.
    pub(crate) observed: Option<Dimension>,
    /// Whether it only goes up.
    pub(crate) counter: bool,
    /// Whether a service sends it, so that `$scope` picks it.
    pub(crate) of_service: bool,
}

/// All series.
#[derive(Debug, Clone, Default)]
pub(crate) struct Vocabulary {
    series: BTreeMap<String, Series>,
    /// Metrics that an alert or objective is about, by its name.
    subjects: BTreeMap<String, BTreeSet<String>>,
    /// Keys of attributes, of spans as well.
    pub(crate) attributes: BTreeSet<String>,
}

/// Labels that a series of a service has beside its own: where it comes from.
const OF_SERVICE: [&str; 7] = [
    "job",
    "instance",
    "deployment_environment_name",
    "service_name",
    "service_namespace",
    "service_version",
    "host_name",
];

impl Vocabulary {
    pub(crate) fn new(registry: &Registry, outside: &Registry, monitoring: &Monitoring) -> Self {
        let mut vocabulary = Self::default();
        for (source, of_service) in [(registry, true), (outside, false)] {
            for metric in &source.metrics {
                vocabulary.metric(source, metric, of_service);
            }
            let keys = source
                .attributes
                .iter()
                .map(|attribute| attribute.key.clone());
            vocabulary.attributes.extend(keys);
        }
        vocabulary.made_by_prometheus();
        for group in &monitoring.recordings {
            for rule in &group.group.rules {
                vocabulary.recorded(rule);
            }
        }
        for slo in &monitoring.slos {
            for group in slo_groups(slo, &Links::default()) {
                for rule in group.rules.iter().filter(|rule| !rule.is_alert) {
                    vocabulary.recorded(rule);
                }
            }
        }
        vocabulary.subjects_of_alerts(registry, monitoring);
        vocabulary
    }

    /// The name and the series, where there is one.
    pub(crate) fn entry(&self, name: &str) -> Option<(&str, &Series)> {
        let entry = self.series.get_key_value(name);
        entry.map(|(name, series)| (name.as_str(), series))
    }

    /// Names that a whole pattern fits.
    pub(crate) fn matching(&self, pattern: &regex::Regex) -> Vec<&str> {
        let names = self.series.keys();
        names
            .filter(|name| pattern.is_match(name))
            .map(String::as_str)
            .collect()
    }

    /// A name that is much like this one, for messages.
    pub(crate) fn like(&self, name: &str) -> Option<&str> {
        let distance = |known: &str| {
            let common = known
                .chars()
                .zip(name.chars())
                .take_while(|(one, other)| one == other);
            common.count()
        };
        let closest = self.series.keys().max_by_key(|known| distance(known))?;
        (distance(closest) >= 4).then_some(closest)
    }

    /// Metrics that the alert or objective of this name is about.
    pub(crate) fn subject(&self, name: &str) -> Option<&BTreeSet<String>> {
        self.subjects.get(name)
    }

    fn metric(&mut self, registry: &Registry, metric: &Metric, of_service: bool) {
        let mut labels: BTreeMap<String, Known> = BTreeMap::new();
        for name in OF_SERVICE {
            labels.insert(name.to_owned(), Known::Open);
        }
        for reference in &metric.attributes {
            let known = match registry.values(reference) {
                Some(Values::Closed(set)) => Known::Closed(set.members),
                Some(Values::Open(Bound::Live)) => Known::Live,
                _ => Known::Open,
            };
            labels.insert(label_name(&reference.key), known);
        }
        if !of_service {
            // resource attributes that the server is told to keep
            for attribute in &registry.attributes {
                labels
                    .entry(label_name(&attribute.key))
                    .or_insert(Known::Open);
            }
        }
        let unit = Dimension::of(&metric.unit);
        let name = metric.translated(true);
        let series = Series {
            labels,
            unit: unit.clone(),
            observed: None,
            counter: metric.instrument == Instrument::Counter && !name.contains("uptime"),
            of_service,
        };
        if metric.instrument != Instrument::Histogram {
            self.series.insert(name, series);
            return;
        }
        let counted = Series {
            unit: Some(Dimension::base("#")),
            counter: true,
            ..series.clone()
        };
        let mut buckets = Series {
            observed: unit,
            ..counted.clone()
        };
        buckets.labels.insert("le".to_owned(), Known::Open);
        self.series.insert(format!("{name}_bucket"), buckets);
        self.series.insert(format!("{name}_count"), counted);
        let sum = Series {
            counter: true,
            ..series
        };
        self.series.insert(format!("{name}_sum"), sum);
    }

    /// What every Prometheus has.
    fn made_by_prometheus(&mut self) {
        let series = |labels: &[&str], unit: Dimension| Series {
            labels: labels
                .iter()
                .map(|name| ((*name).to_owned(), Known::Open))
                .collect(),
            unit: Some(unit),
            observed: None,
            counter: false,
            of_service: false,
        };
        let mut of_alerts: Vec<&str> = vec![
            "alertname",
            "alertstate",
            "severity",
            "slo",
            "sloth_id",
            "sloth_service",
            "sloth_slo",
            "sloth_severity",
        ];
        of_alerts.extend(OF_SERVICE);
        let mut alerts = series(&of_alerts, Dimension::base("#"));
        let states = ["pending", "firing"].map(str::to_owned).to_vec();
        alerts
            .labels
            .insert("alertstate".to_owned(), Known::Closed(states));
        self.series.insert("ALERTS".to_owned(), alerts.clone());
        alerts.unit = Some(Dimension::base("s"));
        self.series.insert("ALERTS_FOR_STATE".to_owned(), alerts);
        self.series.insert(
            "target_info".to_owned(),
            series(&OF_SERVICE, Dimension::none()),
        );
        let scraped = ["job", "instance"];
        self.series
            .insert("up".to_owned(), series(&scraped, Dimension::none()));
        self.series.insert(
            "scrape_duration_seconds".to_owned(),
            series(&scraped, Dimension::base("s")),
        );
        for name in ["scrape_samples_scraped", "scrape_series_added"] {
            self.series
                .insert(name.to_owned(), series(&scraped, Dimension::base("#")));
        }
    }

    /// A recorded series has the unit and the labels that its expression comes to, and those the rule adds.
    fn recorded(&mut self, rule: &PrometheusRule) {
        let Ok(expr) = crate::boards::promql::parse(&rule.expr) else {
            return;
        };
        let answer = expression::answer(&expr, self);
        let names = match answer.labels {
            Labels::These(names) => names,
            Labels::Any => OF_SERVICE.iter().map(|name| (*name).to_owned()).collect(),
        };
        let mut labels: BTreeMap<String, Known> =
            names.into_iter().map(|name| (name, Known::Open)).collect();
        for (name, _) in &rule.labels {
            labels.insert(name.clone(), Known::Open);
        }
        let of_service = labels.contains_key("job") && !rule.name.starts_with("slo");
        // the rules of each objective record under the same names
        if let Some(before) = self.series.get(&rule.name) {
            labels.extend(before.labels.clone());
        }
        let series = Series {
            labels,
            unit: if rule.name.ends_with(":days") {
                Dimension::of("d")
            } else {
                answer.unit
            },
            observed: answer.observed,
            counter: false,
            of_service,
        };
        self.series.insert(rule.name.clone(), series);
    }

    fn subjects_of_alerts(&mut self, registry: &Registry, monitoring: &Monitoring) {
        for metric in &registry.metrics {
            for alert in &metric.alerts {
                let name = metric.translated(true);
                let parts = ["", "_bucket", "_count", "_sum"].map(|part| format!("{name}{part}"));
                self.subjects
                    .insert(alert.name.clone(), BTreeSet::from(parts));
            }
        }
        for (alert, server) in monitoring.server_alerts() {
            self.subjects
                .insert(alert.name.clone(), asked(&server.expression()));
        }
        for slo in &monitoring.slos {
            let rules = slo_groups(slo, &Links::default());
            let mut metrics = BTreeSet::new();
            for rule in rules.iter().flat_map(|group| &group.rules) {
                metrics.extend(asked(&rule.expr));
                metrics.insert(rule.name.clone());
            }
            self.subjects.insert(slo.id.clone(), metrics);
        }
    }
}

/// Metrics that an expression asks for.
fn asked(expr: &str) -> BTreeSet<String> {
    use crate::boards::promql;
    let Ok(expr) = promql::parse(expr) else {
        return BTreeSet::new();
    };
    let selectors = promql::selectors(&expr);
    selectors
        .iter()
        .filter_map(promql::metric_pattern)
        .collect()
}
