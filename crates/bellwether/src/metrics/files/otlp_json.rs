//! OTLP as JSON: field names in lower camel case, 64-bit integers as strings, ids in hex, enums as numbers.
//!
//! Written by hand: the generated types have serializers of their own only behind a feature that another crate may switch
//! on or off, and a number that is not finite is `null` there, which no reader takes for a number.

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::common::v1::{
    AnyValue, EntityRef, InstrumentationScope, KeyValue, any_value,
};
use opentelemetry_proto::tonic::metrics::v1::exponential_histogram_data_point::Buckets;
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::metrics::v1::summary_data_point::ValueAtQuantile;
use opentelemetry_proto::tonic::metrics::v1::{
    Exemplar, ExponentialHistogramDataPoint, HistogramDataPoint, Metric, NumberDataPoint,
    ResourceMetrics, ScopeMetrics, SummaryDataPoint, exemplar, number_data_point,
};
use opentelemetry_proto::tonic::resource::v1::Resource;
use serde_json::{Map, Value};

/// One line, without its end.
pub(crate) fn of_metrics(request: &ExportMetricsServiceRequest) -> String {
    let mut message = Map::new();
    let resources = request.resource_metrics.iter().map(resource_metrics);
    message.insert("resourceMetrics".to_owned(), resources.collect());
    Value::Object(message).to_string()
}

/// An object. Fields that hold their default are left out, as in any JSON of protobuf.
#[derive(Default)]
struct Object(Map<String, Value>);

impl Object {
    fn with(mut self, name: &str, value: Value) -> Self {
        self.0.insert(name.to_owned(), value);
        self
    }

    fn text(self, name: &str, text: &str) -> Self {
        if text.is_empty() {
            return self;
        }
        self.with(name, text.into())
    }

    fn whole(self, name: &str, number: u64) -> Self {
        if number == 0 {
            return self;
        }
        self.with(name, number.to_string().into())
    }

    fn small(self, name: &str, number: impl Into<i64>) -> Self {
        let number = number.into();
        if number == 0 {
            return self;
        }
        self.with(name, number.into())
    }

    fn maybe(self, name: &str, number: Option<f64>) -> Self {
        match number {
            Some(number) => self.with(name, double(number)),
            None => self,
        }
    }

    fn list<T>(self, name: &str, items: &[T], item: impl Fn(&T) -> Value) -> Self {
        if items.is_empty() {
            return self;
        }
        self.with(name, items.iter().map(item).collect())
    }

    fn done(self) -> Value {
        Value::Object(self.0)
    }
}

fn double(number: f64) -> Value {
    if number.is_nan() {
        return "NaN".into();
    }
    if number.is_infinite() {
        return if number > 0.0 {
            "Infinity"
        } else {
            "-Infinity"
        }
        .into();
    }
    number.into()
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write;
    let mut text = String::with_capacity(bytes.len() * 2);
    for byte in bytes {
        let _ = write!(text, "{byte:02x}");
    }
    text
}

fn resource_metrics(metrics: &ResourceMetrics) -> Value {
    let mut object = Object::default();
    if let Some(described) = &metrics.resource {
        object = object.with("resource", resource(described));
    }
    object
        .list("scopeMetrics", &metrics.scope_metrics, scope_metrics)
        .text("schemaUrl", &metrics.schema_url)
        .done()
}

fn resource(resource: &Resource) -> Value {
    Object::default()
        .list("attributes", &resource.attributes, attribute)
        .small("droppedAttributesCount", resource.dropped_attributes_count)
        .list("entityRefs", &resource.entity_refs, entity)
        .done()
}

fn entity(entity: &EntityRef) -> Value {
    let text = |text: &String| text.as_str().into();
    Object::default()
        .text("schemaUrl", &entity.schema_url)
        .text("type", &entity.r#type)
        .list("idKeys", &entity.id_keys, text)
        .list("descriptionKeys", &entity.description_keys, text)
        .done()
}

fn scope_metrics(metrics: &ScopeMetrics) -> Value {
    let mut object = Object::default();
    if let Some(described) = &metrics.scope {
        object = object.with("scope", scope(described));
    }
    object
        .list("metrics", &metrics.metrics, metric)
        .text("schemaUrl", &metrics.schema_url)
        .done()
}

fn scope(scope: &InstrumentationScope) -> Value {
    Object::default()
        .text("name", &scope.name)
        .text("version", &scope.version)
        .list("attributes", &scope.attributes, attribute)
        .small("droppedAttributesCount", scope.dropped_attributes_count)
        .done()
}

fn attribute(attribute: &KeyValue) -> Value {
    let mut object = Object::default().text("key", &attribute.key);
    if let Some(held) = &attribute.value {
        object = object.with("value", any(held));
    }
    object.done()
}

fn any(value: &AnyValue) -> Value {
    let object = Object::default();
    match &value.value {
        // An index into the dictionary of a profile; there is none here.
        None | Some(any_value::Value::StringValueStrindex(_)) => object,
        Some(any_value::Value::StringValue(text)) => {
            object.with("stringValue", text.as_str().into())
        }
        Some(any_value::Value::BoolValue(value)) => object.with("boolValue", (*value).into()),
        Some(any_value::Value::IntValue(value)) => {
            object.with("intValue", value.to_string().into())
        }
        Some(any_value::Value::DoubleValue(value)) => object.with("doubleValue", double(*value)),
        Some(any_value::Value::BytesValue(bytes)) => {
            object.with("bytesValue", BASE64_STANDARD.encode(bytes).into())
        }
        Some(any_value::Value::ArrayValue(array)) => {
            // Some readers want the field in an empty list too.
            let values = array.values.iter().map(any).collect();
            object.with(
                "arrayValue",
                Object::default().with("values", values).done(),
            )
        }
        Some(any_value::Value::KvlistValue(list)) => {
            let values = list.values.iter().map(attribute).collect();
            object.with(
                "kvlistValue",
                Object::default().with("values", values).done(),
            )
        }
    }
    .done()
}

fn metric(metric: &Metric) -> Value {
    let object = Object::default()
        .text("name", &metric.name)
        .text("description", &metric.description)
        .text("unit", &metric.unit)
        .list("metadata", &metric.metadata, attribute);
    let data = Object::default();
    let (name, data) = match &metric.data {
        None => return object.done(),
        Some(Data::Gauge(gauge)) => ("gauge", data.list("dataPoints", &gauge.data_points, number)),
        Some(Data::Sum(sum)) => {
            let mut data = data
                .list("dataPoints", &sum.data_points, number)
                .small("aggregationTemporality", sum.aggregation_temporality);
            if sum.is_monotonic {
                data = data.with("isMonotonic", true.into());
            }
            ("sum", data)
        }
        Some(Data::Histogram(histogram)) => (
            "histogram",
            data.list("dataPoints", &histogram.data_points, distribution)
                .small("aggregationTemporality", histogram.aggregation_temporality),
        ),
        Some(Data::ExponentialHistogram(histogram)) => (
            "exponentialHistogram",
            data.list("dataPoints", &histogram.data_points, exponential)
                .small("aggregationTemporality", histogram.aggregation_temporality),
        ),
        Some(Data::Summary(summary)) => (
            "summary",
            data.list("dataPoints", &summary.data_points, quantiles),
        ),
    };
    object.with(name, data.done()).done()
}

/// What points of every kind have.
macro_rules! point {
    ($point:expr) => {
        Object::default()
            .list("attributes", &$point.attributes, attribute)
            .whole("startTimeUnixNano", $point.start_time_unix_nano)
            .whole("timeUnixNano", $point.time_unix_nano)
            .small("flags", $point.flags)
    };
}

fn number(point: &NumberDataPoint) -> Value {
    let object = point!(point).list("exemplars", &point.exemplars, exemplar);
    match point.value {
        None => object,
        Some(number_data_point::Value::AsInt(value)) => {
            object.with("asInt", value.to_string().into())
        }
        Some(number_data_point::Value::AsDouble(value)) => object.with("asDouble", double(value)),
    }
    .done()
}

fn distribution(point: &HistogramDataPoint) -> Value {
    point!(point)
        .whole("count", point.count)
        .maybe("sum", point.sum)
        .with("bucketCounts", counts(&point.bucket_counts))
        .list("explicitBounds", &point.explicit_bounds, |bound| {
            double(*bound)
        })
        .list("exemplars", &point.exemplars, exemplar)
        .maybe("min", point.min)
        .maybe("max", point.max)
        .done()
}

fn exponential(point: &ExponentialHistogramDataPoint) -> Value {
    let mut object = point!(point)
        .whole("count", point.count)
        .maybe("sum", point.sum)
        .small("scale", point.scale)
        .whole("zeroCount", point.zero_count);
    if let Some(positive) = &point.positive {
        object = object.with("positive", buckets(positive));
    }
    if let Some(negative) = &point.negative {
        object = object.with("negative", buckets(negative));
    }
    let threshold = Some(point.zero_threshold).filter(|threshold| *threshold != 0.0);
    object
        .list("exemplars", &point.exemplars, exemplar)
        .maybe("min", point.min)
        .maybe("max", point.max)
        .maybe("zeroThreshold", threshold)
        .done()
}

fn buckets(buckets: &Buckets) -> Value {
    Object::default()
        .small("offset", buckets.offset)
        .with("bucketCounts", counts(&buckets.bucket_counts))
        .done()
}

fn quantiles(point: &SummaryDataPoint) -> Value {
    let quantile = |at: &ValueAtQuantile| {
        Object::default()
            .maybe("quantile", Some(at.quantile))
            .maybe("value", Some(at.value))
            .done()
    };
    point!(point)
        .whole("count", point.count)
        .maybe("sum", Some(point.sum))
        .list("quantileValues", &point.quantile_values, quantile)
        .done()
}

fn exemplar(exemplar: &Exemplar) -> Value {
    let object = Object::default()
        .list(
            "filteredAttributes",
            &exemplar.filtered_attributes,
            attribute,
        )
        .whole("timeUnixNano", exemplar.time_unix_nano)
        .text("spanId", &hex(&exemplar.span_id))
        .text("traceId", &hex(&exemplar.trace_id));
    match exemplar.value {
        None => object,
        Some(exemplar::Value::AsInt(value)) => object.with("asInt", value.to_string().into()),
        Some(exemplar::Value::AsDouble(value)) => object.with("asDouble", double(value)),
    }
    .done()
}

fn counts(counts: &[u64]) -> Value {
    counts.iter().map(u64::to_string).collect()
}
