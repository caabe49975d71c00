//! From the SDK's data to the OTLP message.
//!
//! The official transform does it, but for one thing: the message has no unsigned number, and the transform makes a
//! counter above `i64::MAX` a 0. Here it is a double, which is off by less than one part in 10^15.

use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::metrics::v1::number_data_point::Value;
use opentelemetry_proto::tonic::metrics::v1::{Metric as ProtoMetric, NumberDataPoint};
use opentelemetry_sdk::metrics::data::{
    AggregatedMetrics, GaugeDataPoint, Metric, MetricData, ResourceMetrics, SumDataPoint,
};

pub(super) fn request(collected: &ResourceMetrics) -> ExportMetricsServiceRequest {
    let mut request = ExportMetricsServiceRequest::from(collected);
    let converted = request
        .resource_metrics
        .iter_mut()
        .flat_map(|resource| &mut resource.scope_metrics);
    for (scope, converted) in collected.scope_metrics().zip(converted) {
        for (metric, converted) in scope.metrics().zip(&mut converted.metrics) {
            restore_large_numbers(metric, converted);
        }
    }
    request
}

fn restore_large_numbers(metric: &Metric, converted: &mut ProtoMetric) {
    let AggregatedMetrics::U64(data) = metric.data() else {
        return;
    };
    match (data, &mut converted.data) {
        (MetricData::Sum(sum), Some(Data::Sum(converted))) => {
            let values = sum.data_points().map(SumDataPoint::value);
            restore(values, &mut converted.data_points);
        }
        (MetricData::Gauge(gauge), Some(Data::Gauge(converted))) => {
            let values = gauge.data_points().map(GaugeDataPoint::value);
            restore(values, &mut converted.data_points);
        }
        _ => {}
    }
}

fn restore(values: impl Iterator<Item = u64>, converted: &mut [NumberDataPoint]) {
    for (value, point) in values.zip(converted) {
        if i64::try_from(value).is_err() {
            point.value = Some(Value::AsDouble(value as f64));
        }
    }
}
