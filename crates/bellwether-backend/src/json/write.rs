//! The writer: what the specification asks for, field by field.

use base64::Engine as _;
use serde_json::{Map, Value, json};

use crate::hex;
use crate::otlp::collector::logs::v1::{ExportLogsServiceRequest, ExportLogsServiceResponse};
use crate::otlp::collector::metrics::v1::{
    ExportMetricsServiceRequest, ExportMetricsServiceResponse,
};
use crate::otlp::collector::trace::v1::{ExportTraceServiceRequest, ExportTraceServiceResponse};
use crate::otlp::common::v1::{
    AnyValue, ArrayValue, EntityRef, InstrumentationScope, KeyValue, KeyValueList, any_value,
};
use crate::otlp::logs::v1::{LogRecord, LogsData, ResourceLogs, ScopeLogs};
use crate::otlp::metrics::v1::exponential_histogram_data_point::Buckets;
use crate::otlp::metrics::v1::summary_data_point::ValueAtQuantile;
use crate::otlp::metrics::v1::{
    Exemplar, ExponentialHistogram, ExponentialHistogramDataPoint, Gauge, Histogram,
    HistogramDataPoint, Metric, MetricsData, NumberDataPoint, ResourceMetrics, ScopeMetrics, Sum,
    Summary, SummaryDataPoint, exemplar, metric, number_data_point,
};
use crate::otlp::resource::v1::Resource;
use crate::otlp::trace::v1::span::{Event, Link};
use crate::otlp::trace::v1::{ResourceSpans, ScopeSpans, Span, Status, TracesData};

/// A message that can be written as OTLP/JSON.
///
/// ```
/// use bellwether_backend::{json::Write, otlp::trace::v1::Span};
/// let span = Span { trace_id: vec![0xab; 16], start_time_unix_nano: 5, ..Span::default() };
/// assert_eq!(span.to_value()["traceId"], "ab".repeat(16));
/// assert_eq!(span.to_value()["startTimeUnixNano"], "5");
/// ```
pub trait Write {
    /// The message as a JSON value.
    fn to_value(&self) -> Value;
}

/// An object from which defaults are left out.
#[derive(Default)]
struct Object(Map<String, Value>);

impl Object {
    fn set(mut self, key: &str, value: Option<Value>) -> Self {
        if let Some(value) = value {
            self.0.insert(key.to_owned(), value);
        }
        self
    }
    fn text(self, key: &str, text: &str) -> Self {
        self.set(key, (!text.is_empty()).then(|| text.into()))
    }
    fn texts(self, key: &str, texts: &[String]) -> Self {
        self.set(key, (!texts.is_empty()).then(|| texts.into()))
    }
    fn hex(self, key: &str, id: &[u8]) -> Self {
        self.set(key, (!id.is_empty()).then(|| hex(id).into()))
    }
    fn number(self, key: &str, number: impl Into<i64>) -> Self {
        let number: i64 = number.into();
        self.set(key, (number != 0).then(|| number.into()))
    }
    fn long(self, key: &str, number: u64) -> Self {
        self.set(key, (number != 0).then(|| number.to_string().into()))
    }
    fn double(self, key: &str, number: f64) -> Self {
        self.set(key, (number.to_bits() != 0).then(|| double(number)))
    }
    fn message<M: Write>(self, key: &str, message: Option<&M>) -> Self {
        self.set(key, message.map(Write::to_value))
    }
    fn messages<M: Write>(self, key: &str, messages: &[M]) -> Self {
        self.set(
            key,
            (!messages.is_empty()).then(|| messages.iter().map(Write::to_value).collect()),
        )
    }
    fn longs(self, key: &str, numbers: &[u64]) -> Self {
        self.set(
            key,
            (!numbers.is_empty()).then(|| {
                numbers
                    .iter()
                    .map(|number| Value::from(number.to_string()))
                    .collect()
            }),
        )
    }
    fn doubles(self, key: &str, numbers: &[f64]) -> Self {
        self.set(
            key,
            (!numbers.is_empty()).then(|| numbers.iter().map(|number| double(*number)).collect()),
        )
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
    json!(number)
}

macro_rules! write {
    ($($message:ty: $($method:ident $key:literal $field:ident $(& $by_ref:tt)?),* ;)*) => {$(
        impl Write for $message {
            fn to_value(&self) -> Value {
                let object = Object::default();
                $(let object = write!(@ object, $method, $key, self.$field);)*
                Value::Object(object.0)
            }
        }
    )*};
    (@ $object:ident, number, $key:literal, $value:expr) => { $object.number($key, $value) };
    (@ $object:ident, long, $key:literal, $value:expr) => { $object.long($key, $value) };
    (@ $object:ident, double, $key:literal, $value:expr) => { $object.double($key, $value) };
    (@ $object:ident, truth, $key:literal, $value:expr) => { $object.set($key, $value.then(|| true.into())) };
    (@ $object:ident, maybe_double, $key:literal, $value:expr) => { $object.set($key, $value.map(double)) };
    (@ $object:ident, message, $key:literal, $value:expr) => { $object.message($key, $value.as_ref()) };
    (@ $object:ident, $method:ident, $key:literal, $value:expr) => { $object.$method($key, &$value) };
}

write! {
    ExportTraceServiceRequest: messages "resourceSpans" resource_spans;
    ExportMetricsServiceRequest: messages "resourceMetrics" resource_metrics;
    ExportLogsServiceRequest: messages "resourceLogs" resource_logs;
    TracesData: messages "resourceSpans" resource_spans;
    MetricsData: messages "resourceMetrics" resource_metrics;
    LogsData: messages "resourceLogs" resource_logs;
    ResourceSpans: message "resource" resource, messages "scopeSpans" scope_spans, text "schemaUrl" schema_url;
    ResourceMetrics: message "resource" resource, messages "scopeMetrics" scope_metrics, text "schemaUrl" schema_url;
    ResourceLogs: message "resource" resource, messages "scopeLogs" scope_logs, text "schemaUrl" schema_url;
    ScopeSpans: message "scope" scope, messages "spans" spans, text "schemaUrl" schema_url;
    ScopeMetrics: message "scope" scope, messages "metrics" metrics, text "schemaUrl" schema_url;
    ScopeLogs: message "scope" scope, messages "logRecords" log_records, text "schemaUrl" schema_url;
    Resource: messages "attributes" attributes, number "droppedAttributesCount" dropped_attributes_count, messages "entityRefs" entity_refs;
    EntityRef: text "schemaUrl" schema_url, text "type" r#type, texts "idKeys" id_keys, texts "descriptionKeys" description_keys;
    InstrumentationScope: text "name" name, text "version" version, messages "attributes" attributes,
        number "droppedAttributesCount" dropped_attributes_count;
    KeyValue: text "key" key, message "value" value, number "keyStrindex" key_strindex;
    ArrayValue: messages "values" values;
    KeyValueList: messages "values" values;
    Span: hex "traceId" trace_id, hex "spanId" span_id, text "traceState" trace_state, hex "parentSpanId" parent_span_id,
        number "flags" flags, text "name" name, number "kind" kind, long "startTimeUnixNano" start_time_unix_nano,
        long "endTimeUnixNano" end_time_unix_nano, messages "attributes" attributes,
        number "droppedAttributesCount" dropped_attributes_count, messages "events" events,
        number "droppedEventsCount" dropped_events_count, messages "links" links, number "droppedLinksCount" dropped_links_count,
        message "status" status;
    Event: long "timeUnixNano" time_unix_nano, text "name" name, messages "attributes" attributes,
        number "droppedAttributesCount" dropped_attributes_count;
    Link: hex "traceId" trace_id, hex "spanId" span_id, text "traceState" trace_state, messages "attributes" attributes,
        number "droppedAttributesCount" dropped_attributes_count, number "flags" flags;
    Status: text "message" message, number "code" code;
    LogRecord: long "timeUnixNano" time_unix_nano, long "observedTimeUnixNano" observed_time_unix_nano,
        number "severityNumber" severity_number, text "severityText" severity_text, message "body" body,
        messages "attributes" attributes, number "droppedAttributesCount" dropped_attributes_count, number "flags" flags,
        hex "traceId" trace_id, hex "spanId" span_id, text "eventName" event_name;
    Gauge: messages "dataPoints" data_points;
    Sum: messages "dataPoints" data_points, number "aggregationTemporality" aggregation_temporality, truth "isMonotonic" is_monotonic;
    Histogram: messages "dataPoints" data_points, number "aggregationTemporality" aggregation_temporality;
    ExponentialHistogram: messages "dataPoints" data_points, number "aggregationTemporality" aggregation_temporality;
    Summary: messages "dataPoints" data_points;
    HistogramDataPoint: messages "attributes" attributes, long "startTimeUnixNano" start_time_unix_nano,
        long "timeUnixNano" time_unix_nano, long "count" count, maybe_double "sum" sum, longs "bucketCounts" bucket_counts,
        doubles "explicitBounds" explicit_bounds, messages "exemplars" exemplars, number "flags" flags, maybe_double "min" min,
        maybe_double "max" max;
    ExponentialHistogramDataPoint: messages "attributes" attributes, long "startTimeUnixNano" start_time_unix_nano,
        long "timeUnixNano" time_unix_nano, long "count" count, maybe_double "sum" sum, number "scale" scale, long "zeroCount" zero_count,
        message "positive" positive, message "negative" negative, number "flags" flags, messages "exemplars" exemplars,
        maybe_double "min" min, maybe_double "max" max, double "zeroThreshold" zero_threshold;
    Buckets: number "offset" offset, longs "bucketCounts" bucket_counts;
    SummaryDataPoint: messages "attributes" attributes, long "startTimeUnixNano" start_time_unix_nano,
        long "timeUnixNano" time_unix_nano, long "count" count, double "sum" sum, messages "quantileValues" quantile_values,
        number "flags" flags;
    ValueAtQuantile: double "quantile" quantile, double "value" value;
}

macro_rules! response {
    ($($response:ty: $key:literal $field:ident;)*) => {$(
        impl Write for $response {
            fn to_value(&self) -> Value {
                let partial = self.partial_success.as_ref().map(|partial| {
                    let object = Object::default()
                        .set($key, (partial.$field != 0).then(|| partial.$field.to_string().into()))
                        .text("errorMessage", &partial.error_message);
                    Value::Object(object.0)
                });
                Value::Object(Object::default().set("partialSuccess", partial).0)
            }
        }
    )*};
}

response! {
    ExportTraceServiceResponse: "rejectedSpans" rejected_spans;
    ExportMetricsServiceResponse: "rejectedDataPoints" rejected_data_points;
    ExportLogsServiceResponse: "rejectedLogRecords" rejected_log_records;
}

impl Write for Metric {
    fn to_value(&self) -> Value {
        let (key, data) = match &self.data {
            None => ("", None),
            Some(metric::Data::Gauge(data)) => ("gauge", Some(data.to_value())),
            Some(metric::Data::Sum(data)) => ("sum", Some(data.to_value())),
            Some(metric::Data::Histogram(data)) => ("histogram", Some(data.to_value())),
            Some(metric::Data::ExponentialHistogram(data)) => {
                ("exponentialHistogram", Some(data.to_value()))
            }
            Some(metric::Data::Summary(data)) => ("summary", Some(data.to_value())),
        };
        let object = Object::default()
            .text("name", &self.name)
            .text("description", &self.description)
            .text("unit", &self.unit)
            .messages("metadata", &self.metadata)
            .set(key, data);
        Value::Object(object.0)
    }
}

impl Write for NumberDataPoint {
    fn to_value(&self) -> Value {
        let (key, value) = match self.value {
            None => ("", None),
            Some(number_data_point::Value::AsDouble(number)) => ("asDouble", Some(double(number))),
            Some(number_data_point::Value::AsInt(number)) => {
                ("asInt", Some(number.to_string().into()))
            }
        };
        let object = Object::default()
            .messages("attributes", &self.attributes)
            .long("startTimeUnixNano", self.start_time_unix_nano)
            .long("timeUnixNano", self.time_unix_nano)
            .set(key, value)
            .messages("exemplars", &self.exemplars)
            .number("flags", self.flags);
        Value::Object(object.0)
    }
}

impl Write for Exemplar {
    fn to_value(&self) -> Value {
        let (key, value) = match self.value {
            None => ("", None),
            Some(exemplar::Value::AsDouble(number)) => ("asDouble", Some(double(number))),
            Some(exemplar::Value::AsInt(number)) => ("asInt", Some(number.to_string().into())),
        };
        let object = Object::default()
            .messages("filteredAttributes", &self.filtered_attributes)
            .long("timeUnixNano", self.time_unix_nano)
            .set(key, value)
            .hex("spanId", &self.span_id)
            .hex("traceId", &self.trace_id);
        Value::Object(object.0)
    }
}

impl Write for AnyValue {
    fn to_value(&self) -> Value {
        use any_value::Value as Any;
        let (key, value) = match &self.value {
            None => return json!({}),
            Some(Any::StringValue(text)) => ("stringValue", text.as_str().into()),
            Some(Any::BoolValue(truth)) => ("boolValue", (*truth).into()),
            Some(Any::IntValue(number)) => ("intValue", number.to_string().into()),
            Some(Any::DoubleValue(number)) => ("doubleValue", double(*number)),
            Some(Any::ArrayValue(array)) => ("arrayValue", array.to_value()),
            Some(Any::KvlistValue(list)) => ("kvlistValue", list.to_value()),
            Some(Any::BytesValue(bytes)) => (
                "bytesValue",
                base64::engine::general_purpose::STANDARD
                    .encode(bytes)
                    .into(),
            ),
            Some(Any::StringValueStrindex(index)) => ("stringValueStrindex", (*index).into()),
        };
        json!({ key: value })
    }
}
