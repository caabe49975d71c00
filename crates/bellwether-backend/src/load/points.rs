//! Data points.

use super::{FIRST_HISTOGRAM, SERIES, TICK_SECONDS, mixed, resource, scope, text};
use crate::otlp::collector::metrics::v1::ExportMetricsServiceRequest;
use crate::otlp::metrics::v1::{
    Histogram, HistogramDataPoint, Metric, NumberDataPoint, ResourceMetrics, ScopeMetrics, Sum,
    metric::Data, number_data_point,
};

const PER_METRIC: u64 = 100;
const CUMULATIVE: i32 = 2;
/// Seconds.
const BOUNDS: [f64; 11] = [
    0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0,
];

pub(super) fn request(begins: u64, first: u64, count: u64) -> ExportMetricsServiceRequest {
    let mut metrics: Vec<Metric> = Vec::new();
    let mut last = u64::MAX;
    for item in first..first + count {
        let (tick, series) = (item / SERIES, item % SERIES);
        let number = series / PER_METRIC;
        if number != last {
            last = number;
            metrics.push(metric(number));
        }
        let attributes = vec![
            text("agent_type", format!("type-{}", series % 10)),
            text("phase", format!("phase-{}", series / 10 % 10)),
            text("status", "success".to_owned()),
        ];
        let time_unix_nano = begins + tick * TICK_SECONDS * 1_000_000_000;
        match metrics.last_mut().and_then(|metric| metric.data.as_mut()) {
            Some(Data::Sum(sum)) => sum.data_points.push(NumberDataPoint {
                attributes,
                start_time_unix_nano: begins,
                time_unix_nano,
                value: Some(number_data_point::Value::AsDouble(
                    (tick * (series + 1)) as f64,
                )),
                ..NumberDataPoint::default()
            }),
            Some(Data::Histogram(histogram)) => {
                let bucket_counts: Vec<u64> = (0..=BOUNDS.len() as u64)
                    .map(|bucket| (tick + 1) * (mixed(series * 16 + bucket) % 20))
                    .collect();
                histogram.data_points.push(HistogramDataPoint {
                    attributes,
                    start_time_unix_nano: begins,
                    time_unix_nano,
                    count: bucket_counts.iter().sum(),
                    sum: Some(((tick + 1) * (series % 50 + 1)) as f64),
                    bucket_counts,
                    explicit_bounds: BOUNDS.to_vec(),
                    ..HistogramDataPoint::default()
                });
            }
            _ => {}
        }
    }
    let scope_metrics = vec![ScopeMetrics {
        scope: Some(scope()),
        metrics,
        schema_url: String::new(),
    }];
    ExportMetricsServiceRequest {
        resource_metrics: vec![ResourceMetrics {
            resource: Some(resource(0)),
            scope_metrics,
            schema_url: String::new(),
        }],
    }
}

fn metric(number: u64) -> Metric {
    if number >= FIRST_HISTOGRAM {
        return Metric {
            name: format!("load.duration.{number}"),
            unit: "s".to_owned(),
            data: Some(Data::Histogram(Histogram {
                data_points: Vec::new(),
                aggregation_temporality: CUMULATIVE,
            })),
            ..Metric::default()
        };
    }
    Metric {
        name: format!("load.requests.{number}"),
        unit: "{request}".to_owned(),
        data: Some(Data::Sum(Sum {
            data_points: Vec::new(),
            aggregation_temporality: CUMULATIVE,
            is_monotonic: true,
        })),
        ..Metric::default()
    }
}
