//! A provider whose exports stay in memory, read as text.

use std::collections::BTreeMap;

use bellwether::metrics::{MetricDefinition, Metrics, Selection, generated};
use bellwether::opentelemetry::KeyValue;
use bellwether::opentelemetry::metrics::MeterProvider;
use opentelemetry_sdk::metrics::data::{AggregatedMetrics, MetricData, ScopeMetrics};
use opentelemetry_sdk::metrics::{InMemoryMetricExporter, PeriodicReader, SdkMeterProvider};

/// `metric{key=value,…}`, keys in order, to its value: a sum, what a gauge is set to, or the count of a histogram.
pub(crate) type Series = BTreeMap<String, f64>;

pub(crate) struct Exported {
    exporter: InMemoryMetricExporter,
    provider: SdkMeterProvider,
    pub(crate) metrics: Metrics,
}

impl Exported {
    pub(crate) fn new() -> Self {
        Self::with(Selection::all())
    }

    pub(crate) fn with(selection: Selection) -> Self {
        let exporter = InMemoryMetricExporter::default();
        let reader = PeriodicReader::builder(exporter.clone()).build();
        let provider = SdkMeterProvider::builder().with_reader(reader).build();
        let metrics = Metrics::with_selection(&provider.meter("test"), selection);
        Self {
            exporter,
            provider,
            metrics,
        }
    }

    pub(crate) fn series(&self) -> Series {
        self.exporter.reset();
        self.provider.force_flush().unwrap();
        let mut series = Series::new();
        for resource in self.exporter.get_finished_metrics().unwrap() {
            for metric in resource.scope_metrics().flat_map(ScopeMetrics::metrics) {
                let name = metric.name();
                let definition = definition(name);
                assert_eq!(metric.unit(), definition.unit, "{name}");
                assert_eq!(metric.description(), definition.description, "{name}");
                read(name, metric.data(), &mut series);
            }
        }
        series
    }

    /// The exported series, as lines.
    pub(crate) fn lines(&self) -> Vec<String> {
        let series = self.series().into_iter();
        series
            .map(|(key, value)| format!("{key} {value}"))
            .collect()
    }
}

macro_rules! insert {
    ($series:ident, $name:ident, $data:expr, $value:ident) => {
        for point in $data.data_points() {
            $series.insert(key($name, point.attributes()), point.$value() as f64);
        }
    };
}

#[allow(trivial_numeric_casts, reason = "one of the numbers is a float")]
fn read(name: &str, data: &AggregatedMetrics, series: &mut Series) {
    use AggregatedMetrics::{F64, I64, U64};
    use MetricData::{Gauge, Histogram, Sum};
    match data {
        U64(Sum(sum)) => insert!(series, name, sum, value),
        I64(Sum(sum)) => insert!(series, name, sum, value),
        F64(Sum(sum)) => insert!(series, name, sum, value),
        I64(Gauge(gauge)) => insert!(series, name, gauge, value),
        F64(Gauge(gauge)) => insert!(series, name, gauge, value),
        F64(Histogram(histogram)) => insert!(series, name, histogram, count),
        U64(Histogram(histogram)) => insert!(series, name, histogram, count),
        other => panic!("{name}: {other:?}"),
    }
}

fn key<'a>(name: &str, attributes: impl Iterator<Item = &'a KeyValue>) -> String {
    let mut pairs: Vec<String> = attributes
        .map(|pair| format!("{}={}", pair.key, pair.value))
        .collect();
    pairs.sort();
    format!("{name}{{{}}}", pairs.join(","))
}

pub(crate) fn definition(name: &str) -> &'static MetricDefinition {
    let mut all = generated::ALL.iter().copied();
    all.find(|metric| metric.name == name)
        .unwrap_or_else(|| panic!("`{name}` is not in the catalog"))
}
