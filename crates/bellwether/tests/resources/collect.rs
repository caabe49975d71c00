//! What a real provider exports.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use bellwether::opentelemetry::KeyValue;
use bellwether::opentelemetry::metrics::{Meter, MeterProvider};
use bellwether::opentelemetry_sdk::metrics::data::{
    AggregatedMetrics, Metric, MetricData, ScopeMetrics,
};
use bellwether::opentelemetry_sdk::metrics::{
    InMemoryMetricExporter, PeriodicReader, SdkMeterProvider,
};

pub(crate) type Labels = BTreeMap<String, String>;

pub(crate) struct Collector {
    exporter: InMemoryMetricExporter,
    provider: SdkMeterProvider,
}

/// One export.
pub(crate) struct Export(Vec<(String, Labels, f64)>);

impl Collector {
    pub(crate) fn new() -> Self {
        let exporter = InMemoryMetricExporter::default();
        let reader = PeriodicReader::builder(exporter.clone())
            .with_interval(Duration::from_secs(3600))
            .build();
        Self {
            exporter,
            provider: SdkMeterProvider::builder().with_reader(reader).build(),
        }
    }

    pub(crate) fn meter(&self) -> Meter {
        self.provider.meter("test")
    }

    pub(crate) fn collect(&self) -> Export {
        self.exporter.reset();
        self.provider.force_flush().unwrap();
        let mut points = Vec::new();
        for resource in self.exporter.get_finished_metrics().unwrap() {
            for metric in resource.scope_metrics().flat_map(ScopeMetrics::metrics) {
                read(metric, &mut points);
            }
        }
        Export(points)
    }
}

impl Export {
    /// The only point of a metric with these labels among its own.
    pub(crate) fn value(&self, name: &str, labels: &[(&str, &str)]) -> Option<f64> {
        let mut found = self.points(name).filter(|(own, _)| {
            labels
                .iter()
                .all(|(key, value)| own.get(*key).is_some_and(|own| own == value))
        });
        let value = found.next().map(|(_, value)| value);
        assert!(found.next().is_none(), "{name}{labels:?} is not one point");
        value
    }

    pub(crate) fn points(&self, name: &str) -> impl Iterator<Item = (&Labels, f64)> {
        self.0
            .iter()
            .filter(move |(own, _, _)| own == name)
            .map(|(_, labels, value)| (labels, *value))
    }

    pub(crate) fn names(&self) -> Vec<&str> {
        self.0.iter().map(|(name, _, _)| name.as_str()).collect()
    }
}

/// Of a histogram: count, sum and greatest value under names of their own.
#[allow(clippy::cast_precision_loss, reason = "small numbers")]
fn read(metric: &Metric, points: &mut Vec<(String, Labels, f64)>) {
    macro_rules! numbers {
        ($data:expr) => {
            match $data {
                MetricData::Gauge(gauge) => {
                    for point in gauge.data_points() {
                        points.push((
                            metric.name().to_owned(),
                            labels(point.attributes()),
                            point.value() as f64,
                        ));
                    }
                }
                MetricData::Sum(sum) => {
                    for point in sum.data_points() {
                        points.push((
                            metric.name().to_owned(),
                            labels(point.attributes()),
                            point.value() as f64,
                        ));
                    }
                }
                MetricData::Histogram(histogram) => {
                    for point in histogram.data_points() {
                        let labels = labels(point.attributes());
                        let name = metric.name();
                        points.push((
                            format!("{name}:count"),
                            labels.clone(),
                            point.count() as f64,
                        ));
                        points.push((format!("{name}:sum"), labels.clone(), point.sum() as f64));
                        if let Some(max) = point.max() {
                            points.push((format!("{name}:max"), labels, max as f64));
                        }
                    }
                }
                MetricData::ExponentialHistogram(_) => {}
            }
        };
    }
    match metric.data() {
        AggregatedMetrics::F64(data) => numbers!(data),
        AggregatedMetrics::U64(data) => numbers!(data),
        AggregatedMetrics::I64(data) => numbers!(data),
    }
}

fn labels<'a>(attributes: impl Iterator<Item = &'a KeyValue>) -> Labels {
    attributes
        .map(|pair| (pair.key.to_string(), pair.value.to_string()))
        .collect()
}

/// Waits until it holds, at most a minute.
pub(crate) fn eventually(what: &str, mut holds: impl FnMut() -> bool) {
    let deadline = Instant::now() + Duration::from_secs(60);
    while !holds() {
        assert!(Instant::now() < deadline, "not within a minute: {what}");
        std::thread::sleep(Duration::from_millis(10));
    }
}
