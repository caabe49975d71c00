//! Tests: what a real provider exported.

#![allow(clippy::unwrap_used, reason = "a test may panic")]

use opentelemetry::metrics::{Meter, MeterProvider};
use opentelemetry_sdk::metrics::data::{AggregatedMetrics, MetricData, ScopeMetrics};
use opentelemetry_sdk::metrics::{InMemoryMetricExporter, PeriodicReader, SdkMeterProvider};

pub(crate) struct Exported {
    exporter: InMemoryMetricExporter,
    provider: SdkMeterProvider,
}

impl Exported {
    pub(crate) fn new() -> Self {
        let exporter = InMemoryMetricExporter::default();
        let provider = SdkMeterProvider::builder()
            .with_reader(PeriodicReader::builder(exporter.clone()).build())
            .build();
        Self { exporter, provider }
    }

    pub(crate) fn meter(&self) -> Meter {
        self.provider.meter("test")
    }

    /// Collects, and adds up the points of a counter that have these labels among theirs; `None` without any.
    pub(crate) fn sum(&self, name: &str, labels: &[(&str, &str)]) -> Option<u64> {
        self.exporter.reset();
        self.provider.force_flush().unwrap();
        let mut sum = None;
        for resource in self.exporter.get_finished_metrics().unwrap() {
            let scopes = resource.scope_metrics();
            for metric in scopes.flat_map(ScopeMetrics::metrics) {
                let AggregatedMetrics::U64(MetricData::Sum(points)) = metric.data() else {
                    continue;
                };
                for point in points.data_points().filter(|_| metric.name() == name) {
                    let has = |(key, value): &(&str, &str)| {
                        point
                            .attributes()
                            .any(|pair| pair.key.as_str() == *key && pair.value.as_str() == *value)
                    };
                    if labels.iter().all(has) {
                        sum = Some(sum.unwrap_or(0) + point.value());
                    }
                }
            }
        }
        sum
    }
}
