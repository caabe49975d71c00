//! A recorder whose exports stay in memory.

use std::collections::BTreeMap;

use bellwether::metrics::Metrics;
use bellwether::opentelemetry::KeyValue;
use bellwether::opentelemetry::metrics::MeterProvider;
use opentelemetry_sdk::metrics::data::{AggregatedMetrics, MetricData, ScopeMetrics};
use opentelemetry_sdk::metrics::{InMemoryMetricExporter, PeriodicReader, SdkMeterProvider};

pub(crate) struct Exported {
    exporter: InMemoryMetricExporter,
    provider: SdkMeterProvider,
    pub(crate) metrics: Metrics,
}

impl Exported {
    pub(crate) fn new() -> Self {
        let exporter = InMemoryMetricExporter::default();
        let reader = PeriodicReader::builder(exporter.clone()).build();
        let provider = SdkMeterProvider::builder().with_reader(reader).build();
        let metrics = Metrics::new(&provider.meter("test"));
        Self {
            exporter,
            provider,
            metrics,
        }
    }

    /// Every series by metric and sorted labels; a histogram as its count.
    pub(crate) fn series(&self) -> BTreeMap<String, i64> {
        fn key<'a>(name: &str, attributes: impl Iterator<Item = &'a KeyValue>) -> String {
            let mut pairs: Vec<String> = attributes
                .map(|pair| format!("{}={}", pair.key, pair.value))
                .collect();
            pairs.sort();
            format!("{name}{{{}}}", pairs.join(","))
        }
        self.exporter.reset();
        self.provider.force_flush().unwrap();
        let mut series = BTreeMap::new();
        for resource in self.exporter.get_finished_metrics().unwrap() {
            for metric in resource.scope_metrics().flat_map(ScopeMetrics::metrics) {
                let name = metric.name();
                let mut add = |key: String, value: i64| *series.entry(key).or_insert(0) += value;
                match metric.data() {
                    AggregatedMetrics::U64(MetricData::Sum(sum)) => {
                        sum.data_points().for_each(|point| {
                            add(
                                key(name, point.attributes()),
                                i64::try_from(point.value()).unwrap(),
                            )
                        });
                    }
                    AggregatedMetrics::I64(MetricData::Sum(sum)) => {
                        sum.data_points()
                            .for_each(|point| add(key(name, point.attributes()), point.value()));
                    }
                    AggregatedMetrics::F64(MetricData::Histogram(histogram)) => {
                        histogram.data_points().for_each(|point| {
                            add(
                                key(name, point.attributes()),
                                i64::try_from(point.count()).unwrap(),
                            )
                        });
                    }
                    // KPIs: their tests look at snapshots.
                    AggregatedMetrics::F64(_) => {}
                    other => panic!("{name}: {other:?}"),
                }
            }
        }
        series
    }

    /// The series of a metric.
    pub(crate) fn series_of(&self, metric: &str) -> Vec<(String, i64)> {
        let begin = format!("{metric}{{");
        self.series()
            .into_iter()
            .filter(|(key, _)| key.starts_with(&begin))
            .collect()
    }

    /// Executions of an operation by status, each with a duration, and none left in flight.
    pub(crate) fn ended(&self, operation: &str) -> Vec<(String, i64)> {
        let series = self.series();
        assert_eq!(
            series[&format!("operations_in_flight{{operation={operation}}}")],
            0,
            "{series:?}"
        );
        let executions = of(&series, "operation_executions_total", operation);
        assert_eq!(
            executions,
            of(&series, "operation_duration_seconds", operation)
        );
        executions
    }

    /// Errors of an operation by type.
    pub(crate) fn errors(&self, operation: &str) -> Vec<(String, i64)> {
        of(&self.series(), "operation_errors_total", operation)
    }
}

/// The one label beside `operation`, and the value.
fn of(series: &BTreeMap<String, i64>, metric: &str, operation: &str) -> Vec<(String, i64)> {
    let operation = format!("operation={operation}");
    let mut found = Vec::new();
    for (key, value) in series {
        let Some(labels) = key
            .strip_prefix(metric)
            .and_then(|labels| labels.strip_prefix('{')?.strip_suffix('}'))
        else {
            continue;
        };
        let (own, rest): (Vec<_>, Vec<_>) =
            labels.split(',').partition(|label| *label == operation);
        if !own.is_empty() {
            let values: Vec<&str> = rest
                .iter()
                .filter_map(|label| Some(label.split_once('=')?.1))
                .collect();
            found.push((values.join(","), *value));
        }
    }
    found
}

pub(crate) fn counts<const N: usize>(expected: [(&str, i64); N]) -> Vec<(String, i64)> {
    expected
        .into_iter()
        .map(|(status, count)| (status.to_owned(), count))
        .collect()
}
