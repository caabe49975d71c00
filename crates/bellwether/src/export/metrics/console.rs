//! `OTEL_METRICS_EXPORTER=console`: a JSON line a point.

use std::sync::Arc;
use std::time::Instant;

use opentelemetry_proto::tonic::common::v1::{AnyValue, KeyValue, any_value};
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::metrics::v1::number_data_point::Value as Number;
use opentelemetry_proto::tonic::metrics::v1::{Metric, NumberDataPoint};
use serde_json::{Map, Value, json};

use super::Sink;
use crate::export::Delivery;
use crate::export::console::Console;
use crate::metrics::Collection;
use crate::metrics::generated::labels::LossCause;

/// Prints collections on standard output.
pub(crate) struct ConsoleSink {
    delivery: Delivery,
}

impl ConsoleSink {
    pub(crate) fn new(delivery: Delivery) -> Self {
        Self { delivery }
    }
}

impl Sink for ConsoleSink {
    fn export(&mut self, collection: &Arc<Collection>, _: Option<Instant>) -> Result<(), String> {
        let points = collection.points() as u64;
        if points == 0 {
            return Ok(());
        }
        let written = Console::write(collection.metrics().flat_map(lines));
        match written {
            Ok(()) => {
                self.delivery.acknowledged(points, 0);
                Ok(())
            }
            Err(error) => {
                self.delivery.given_up(points, LossCause::Other);
                Err(error.to_string())
            }
        }
    }
}

fn lines(metric: &Metric) -> Vec<Value> {
    let name = metric.name.as_str();
    match &metric.data {
        Some(Data::Gauge(data)) => numbers(name, &data.data_points),
        Some(Data::Sum(data)) => numbers(name, &data.data_points),
        Some(Data::Histogram(data)) => data
            .data_points
            .iter()
            .map(|point| distribution(name, &point.attributes, point.count, point.sum))
            .collect(),
        Some(Data::ExponentialHistogram(data)) => data
            .data_points
            .iter()
            .map(|point| distribution(name, &point.attributes, point.count, point.sum))
            .collect(),
        Some(Data::Summary(data)) => data
            .data_points
            .iter()
            .map(|point| distribution(name, &point.attributes, point.count, Some(point.sum)))
            .collect(),
        None => Vec::new(),
    }
}

fn numbers(name: &str, points: &[NumberDataPoint]) -> Vec<Value> {
    let number = |point: &NumberDataPoint| match point.value {
        Some(Number::AsInt(value)) => json!(value),
        Some(Number::AsDouble(value)) => json!(value),
        None => Value::Null,
    };
    points
        .iter()
        .map(|point| line(name, &point.attributes, &number(point)))
        .collect()
}

fn distribution(name: &str, attributes: &[KeyValue], count: u64, sum: Option<f64>) -> Value {
    line(name, attributes, &json!({"count": count, "sum": sum}))
}

fn line(name: &str, attributes: &[KeyValue], value: &Value) -> Value {
    let attributes = attributes.iter().map(|pair| {
        let value = pair.value.as_ref().map_or(Value::Null, attribute);
        (pair.key.clone(), value)
    });
    let attributes = Value::Object(attributes.collect::<Map<_, _>>());
    json!({"metric": name, "attributes": attributes, "value": value})
}

fn attribute(value: &AnyValue) -> Value {
    match &value.value {
        Some(any_value::Value::StringValue(text)) => Value::from(text.as_str()),
        Some(any_value::Value::BoolValue(value)) => Value::from(*value),
        Some(any_value::Value::IntValue(value)) => Value::from(*value),
        Some(any_value::Value::DoubleValue(value)) => Value::from(*value),
        Some(any_value::Value::ArrayValue(array)) => array.values.iter().map(attribute).collect(),
        _ => Value::Null,
    }
}
