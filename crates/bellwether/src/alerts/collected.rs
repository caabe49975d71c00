//! The points of a collection of the service's own metrics.

use opentelemetry_proto::tonic::common::v1::any_value::Value;
use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue};
use opentelemetry_proto::tonic::metrics::v1::number_data_point::Value as Number;
use opentelemetry_proto::tonic::metrics::v1::{Metric, NumberDataPoint, metric::Data};

use super::points::{Point, PointValue, Points};
use crate::metrics::Collection;

impl Points for Collection {
    fn visit(&self, is_wanted: &dyn Fn(&str) -> bool, each: &mut dyn FnMut(Point<'_>)) {
        for metric in self.metrics().filter(|metric| is_wanted(&metric.name)) {
            visit(metric, each);
        }
    }
}

fn visit(metric: &Metric, each: &mut dyn FnMut(Point<'_>)) {
    let name = metric.name.as_str();
    match &metric.data {
        Some(Data::Gauge(gauge)) => numbers(name, &gauge.data_points, each),
        Some(Data::Sum(sum)) => numbers(name, &sum.data_points, each),
        Some(Data::Histogram(histogram)) => {
            for point in &histogram.data_points {
                labelled(&point.attributes, |labels| {
                    each(Point {
                        metric: name,
                        labels,
                        value: PointValue::Histogram {
                            bounds: &point.explicit_bounds,
                            counts: &point.bucket_counts,
                        },
                    });
                });
            }
        }
        // The recorders make none of these.
        _ => {}
    }
}

#[allow(clippy::cast_precision_loss)] // Prometheus has the same floats
fn numbers(metric: &str, points: &[NumberDataPoint], each: &mut dyn FnMut(Point<'_>)) {
    for point in points {
        let value = match point.value {
            Some(Number::AsDouble(value)) => value,
            Some(Number::AsInt(value)) => value as f64,
            None => continue,
        };
        labelled(&point.attributes, |labels| {
            each(Point {
                metric,
                labels,
                value: PointValue::Number(value),
            });
        });
    }
}

/// Attributes as text. Those that are no text already are few, and written here.
fn labelled(attributes: &[KeyValue], then: impl FnOnce(Vec<(&str, &str)>)) {
    let written: Vec<Option<String>> = attributes
        .iter()
        .map(|attribute| written(attribute.value.as_ref()))
        .collect();
    let labels = attributes
        .iter()
        .zip(&written)
        .map(|(attribute, written)| {
            let value = match (written, &attribute.value) {
                (Some(written), _) => written.as_str(),
                (
                    None,
                    Some(AnyValue {
                        value: Some(Value::StringValue(text)),
                    }),
                ) => text.as_str(),
                (None, _) => "",
            };
            (attribute.key.as_str(), value)
        })
        .collect();
    then(labels);
}

fn written(value: Option<&AnyValue>) -> Option<String> {
    match value?.value.as_ref()? {
        Value::BoolValue(value) => Some(value.to_string()),
        Value::IntValue(value) => Some(value.to_string()),
        Value::DoubleValue(value) => Some(value.to_string()),
        _ => None,
    }
}
