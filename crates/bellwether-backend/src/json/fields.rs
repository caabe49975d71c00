//! One table of fields a message.

use serde::de::MapAccess;

use super::read::{Maybe, Message, Repeated, Single};
use super::scalar::{Base64, Double, Enumeration, Hex, Integer, Names, Text, Truth};
use crate::otlp::collector::logs::v1::{
    ExportLogsPartialSuccess, ExportLogsServiceRequest, ExportLogsServiceResponse,
};
use crate::otlp::collector::metrics::v1::{
    ExportMetricsPartialSuccess, ExportMetricsServiceRequest, ExportMetricsServiceResponse,
};
use crate::otlp::collector::trace::v1::{
    ExportTracePartialSuccess, ExportTraceServiceRequest, ExportTraceServiceResponse,
};
use crate::otlp::common::v1::{
    AnyValue, ArrayValue, EntityRef, InstrumentationScope, KeyValue, KeyValueList, any_value,
};
use crate::otlp::logs::v1::{LogRecord, LogsData, ResourceLogs, ScopeLogs, SeverityNumber};
use crate::otlp::metrics::v1::exponential_histogram_data_point::Buckets;
use crate::otlp::metrics::v1::summary_data_point::ValueAtQuantile;
use crate::otlp::metrics::v1::{
    AggregationTemporality, Exemplar, ExponentialHistogram, ExponentialHistogramDataPoint, Gauge,
    Histogram, HistogramDataPoint, Metric, MetricsData, NumberDataPoint, ResourceMetrics,
    ScopeMetrics, Sum, Summary, SummaryDataPoint, exemplar, metric, number_data_point,
};
use crate::otlp::resource::v1::Resource;
use crate::otlp::trace::v1::span::{Event, Link, SpanKind};
use crate::otlp::trace::v1::status::StatusCode;
use crate::otlp::trace::v1::{ResourceSpans, ScopeSpans, Span, Status, TracesData};

/// Reads the value of the current key as `$codec`.
macro_rules! value {
    ($map:ident, text) => {
        $map.next_value::<Text>()?.0
    };
    ($map:ident, hex) => {
        $map.next_value::<Hex>()?.0
    };
    ($map:ident, integer) => {
        $map.next_value::<Integer<_>>()?.0
    };
    ($map:ident, double) => {
        $map.next_value::<Double>()?.0
    };
    ($map:ident, maybe_double) => {
        $map.next_value::<Maybe<Double>>()?.0.map(|double| double.0)
    };
    ($map:ident, truth) => {
        $map.next_value::<Truth>()?.0
    };
    ($map:ident, message) => {
        Some($map.next_value::<Maybe<Single<_>>>()?.0)
            .flatten()
            .map(|single| single.0)
    };
    ($map:ident, messages) => {
        $map.next_value::<Repeated<Single<_>>>()?
            .0
            .into_iter()
            .map(|single| single.0)
            .collect()
    };
    ($map:ident, texts) => {
        $map.next_value::<Repeated<Text>>()?
            .0
            .into_iter()
            .map(|text| text.0)
            .collect()
    };
    ($map:ident, integers) => {
        $map.next_value::<Repeated<Integer<_>>>()?
            .0
            .into_iter()
            .map(|integer| integer.0)
            .collect()
    };
    ($map:ident, doubles) => {
        $map.next_value::<Repeated<Double>>()?
            .0
            .into_iter()
            .map(|double| double.0)
            .collect()
    };
    ($map:ident, $names:ident) => {
        $map.next_value::<Enumeration<$names>>()?.0
    };
}

macro_rules! messages {
    ($($message:ty { $($($name:literal)|+ => $field:ident: $codec:ident),* $(,)? })*) => {$(
        impl Message for $message {
            fn field<'de, A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<bool, A::Error> {
                match key {
                    $($($name)|+ => self.$field = value!(map, $codec),)*
                    _ => return Ok(false),
                }
                Ok(true)
            }
        }
    )*};
}

messages! {
    ExportTraceServiceRequest { "resourceSpans" | "resource_spans" => resource_spans: messages }
    ExportMetricsServiceRequest { "resourceMetrics" | "resource_metrics" => resource_metrics: messages }
    ExportLogsServiceRequest { "resourceLogs" | "resource_logs" => resource_logs: messages }
    TracesData { "resourceSpans" | "resource_spans" => resource_spans: messages }
    MetricsData { "resourceMetrics" | "resource_metrics" => resource_metrics: messages }
    LogsData { "resourceLogs" | "resource_logs" => resource_logs: messages }
    ExportTraceServiceResponse { "partialSuccess" | "partial_success" => partial_success: message }
    ExportMetricsServiceResponse { "partialSuccess" | "partial_success" => partial_success: message }
    ExportLogsServiceResponse { "partialSuccess" | "partial_success" => partial_success: message }
    ExportTracePartialSuccess {
        "rejectedSpans" | "rejected_spans" => rejected_spans: integer,
        "errorMessage" | "error_message" => error_message: text,
    }
    ExportMetricsPartialSuccess {
        "rejectedDataPoints" | "rejected_data_points" => rejected_data_points: integer,
        "errorMessage" | "error_message" => error_message: text,
    }
    ExportLogsPartialSuccess {
        "rejectedLogRecords" | "rejected_log_records" => rejected_log_records: integer,
        "errorMessage" | "error_message" => error_message: text,
    }
    ResourceSpans {
        "resource" => resource: message,
        "scopeSpans" | "scope_spans" => scope_spans: messages,
        "schemaUrl" | "schema_url" => schema_url: text,
    }
    ResourceMetrics {
        "resource" => resource: message,
        "scopeMetrics" | "scope_metrics" => scope_metrics: messages,
        "schemaUrl" | "schema_url" => schema_url: text,
    }
    ResourceLogs {
        "resource" => resource: message,
        "scopeLogs" | "scope_logs" => scope_logs: messages,
        "schemaUrl" | "schema_url" => schema_url: text,
    }
    ScopeSpans { "scope" => scope: message, "spans" => spans: messages, "schemaUrl" | "schema_url" => schema_url: text }
    ScopeMetrics { "scope" => scope: message, "metrics" => metrics: messages, "schemaUrl" | "schema_url" => schema_url: text }
    ScopeLogs {
        "scope" => scope: message,
        "logRecords" | "log_records" => log_records: messages,
        "schemaUrl" | "schema_url" => schema_url: text,
    }
    Resource {
        "attributes" => attributes: messages,
        "droppedAttributesCount" | "dropped_attributes_count" => dropped_attributes_count: integer,
        "entityRefs" | "entity_refs" => entity_refs: messages,
    }
    EntityRef {
        "schemaUrl" | "schema_url" => schema_url: text,
        "type" => r#type: text,
        "idKeys" | "id_keys" => id_keys: texts,
        "descriptionKeys" | "description_keys" => description_keys: texts,
    }
    InstrumentationScope {
        "name" => name: text,
        "version" => version: text,
        "attributes" => attributes: messages,
        "droppedAttributesCount" | "dropped_attributes_count" => dropped_attributes_count: integer,
    }
    KeyValue { "key" => key: text, "value" => value: message, "keyStrindex" | "key_strindex" => key_strindex: integer }
    ArrayValue { "values" => values: messages }
    KeyValueList { "values" => values: messages }
    Span {
        "traceId" | "trace_id" => trace_id: hex,
        "spanId" | "span_id" => span_id: hex,
        "traceState" | "trace_state" => trace_state: text,
        "parentSpanId" | "parent_span_id" => parent_span_id: hex,
        "flags" => flags: integer,
        "name" => name: text,
        "kind" => kind: SpanKind,
        "startTimeUnixNano" | "start_time_unix_nano" => start_time_unix_nano: integer,
        "endTimeUnixNano" | "end_time_unix_nano" => end_time_unix_nano: integer,
        "attributes" => attributes: messages,
        "droppedAttributesCount" | "dropped_attributes_count" => dropped_attributes_count: integer,
        "events" => events: messages,
        "droppedEventsCount" | "dropped_events_count" => dropped_events_count: integer,
        "links" => links: messages,
        "droppedLinksCount" | "dropped_links_count" => dropped_links_count: integer,
        "status" => status: message,
    }
    Event {
        "timeUnixNano" | "time_unix_nano" => time_unix_nano: integer,
        "name" => name: text,
        "attributes" => attributes: messages,
        "droppedAttributesCount" | "dropped_attributes_count" => dropped_attributes_count: integer,
    }
    Link {
        "traceId" | "trace_id" => trace_id: hex,
        "spanId" | "span_id" => span_id: hex,
        "traceState" | "trace_state" => trace_state: text,
        "attributes" => attributes: messages,
        "droppedAttributesCount" | "dropped_attributes_count" => dropped_attributes_count: integer,
        "flags" => flags: integer,
    }
    Status { "message" => message: text, "code" => code: StatusCode }
    LogRecord {
        "timeUnixNano" | "time_unix_nano" => time_unix_nano: integer,
        "observedTimeUnixNano" | "observed_time_unix_nano" => observed_time_unix_nano: integer,
        "severityNumber" | "severity_number" => severity_number: SeverityNumber,
        "severityText" | "severity_text" => severity_text: text,
        "body" => body: message,
        "attributes" => attributes: messages,
        "droppedAttributesCount" | "dropped_attributes_count" => dropped_attributes_count: integer,
        "flags" => flags: integer,
        "traceId" | "trace_id" => trace_id: hex,
        "spanId" | "span_id" => span_id: hex,
        "eventName" | "event_name" => event_name: text,
    }
    Gauge { "dataPoints" | "data_points" => data_points: messages }
    Sum {
        "dataPoints" | "data_points" => data_points: messages,
        "aggregationTemporality" | "aggregation_temporality" => aggregation_temporality: AggregationTemporality,
        "isMonotonic" | "is_monotonic" => is_monotonic: truth,
    }
    Histogram {
        "dataPoints" | "data_points" => data_points: messages,
        "aggregationTemporality" | "aggregation_temporality" => aggregation_temporality: AggregationTemporality,
    }
    ExponentialHistogram {
        "dataPoints" | "data_points" => data_points: messages,
        "aggregationTemporality" | "aggregation_temporality" => aggregation_temporality: AggregationTemporality,
    }
    Summary { "dataPoints" | "data_points" => data_points: messages }
    HistogramDataPoint {
        "attributes" => attributes: messages,
        "startTimeUnixNano" | "start_time_unix_nano" => start_time_unix_nano: integer,
        "timeUnixNano" | "time_unix_nano" => time_unix_nano: integer,
        "count" => count: integer,
        "sum" => sum: maybe_double,
        "bucketCounts" | "bucket_counts" => bucket_counts: integers,
        "explicitBounds" | "explicit_bounds" => explicit_bounds: doubles,
        "exemplars" => exemplars: messages,
        "flags" => flags: integer,
        "min" => min: maybe_double,
        "max" => max: maybe_double,
    }
    ExponentialHistogramDataPoint {
        "attributes" => attributes: messages,
        "startTimeUnixNano" | "start_time_unix_nano" => start_time_unix_nano: integer,
        "timeUnixNano" | "time_unix_nano" => time_unix_nano: integer,
        "count" => count: integer,
        "sum" => sum: maybe_double,
        "scale" => scale: integer,
        "zeroCount" | "zero_count" => zero_count: integer,
        "positive" => positive: message,
        "negative" => negative: message,
        "flags" => flags: integer,
        "exemplars" => exemplars: messages,
        "min" => min: maybe_double,
        "max" => max: maybe_double,
        "zeroThreshold" | "zero_threshold" => zero_threshold: double,
    }
    Buckets { "offset" => offset: integer, "bucketCounts" | "bucket_counts" => bucket_counts: integers }
    SummaryDataPoint {
        "attributes" => attributes: messages,
        "startTimeUnixNano" | "start_time_unix_nano" => start_time_unix_nano: integer,
        "timeUnixNano" | "time_unix_nano" => time_unix_nano: integer,
        "count" => count: integer,
        "sum" => sum: double,
        "quantileValues" | "quantile_values" => quantile_values: messages,
        "flags" => flags: integer,
    }
    ValueAtQuantile { "quantile" => quantile: double, "value" => value: double }
}

impl Message for Metric {
    fn field<'de, A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<bool, A::Error> {
        match key {
            "name" => self.name = value!(map, text),
            "description" => self.description = value!(map, text),
            "unit" => self.unit = value!(map, text),
            "metadata" => self.metadata = value!(map, messages),
            "gauge" => one_of(
                &mut self.data,
                value!(map, message).map(metric::Data::Gauge),
            ),
            "sum" => one_of(&mut self.data, value!(map, message).map(metric::Data::Sum)),
            "histogram" => one_of(
                &mut self.data,
                value!(map, message).map(metric::Data::Histogram),
            ),
            "exponentialHistogram" | "exponential_histogram" => {
                one_of(
                    &mut self.data,
                    value!(map, message).map(metric::Data::ExponentialHistogram),
                );
            }
            "summary" => one_of(
                &mut self.data,
                value!(map, message).map(metric::Data::Summary),
            ),
            _ => return Ok(false),
        }
        Ok(true)
    }
}

impl Message for NumberDataPoint {
    fn field<'de, A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<bool, A::Error> {
        use number_data_point::Value;
        match key {
            "attributes" => self.attributes = value!(map, messages),
            "startTimeUnixNano" | "start_time_unix_nano" => {
                self.start_time_unix_nano = value!(map, integer);
            }
            "timeUnixNano" | "time_unix_nano" => self.time_unix_nano = value!(map, integer),
            "exemplars" => self.exemplars = value!(map, messages),
            "flags" => self.flags = value!(map, integer),
            "asDouble" | "as_double" => one_of(
                &mut self.value,
                value!(map, maybe_double).map(Value::AsDouble),
            ),
            "asInt" | "as_int" => one_of(&mut self.value, maybe_integer(map)?.map(Value::AsInt)),
            _ => return Ok(false),
        }
        Ok(true)
    }
}

impl Message for Exemplar {
    fn field<'de, A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<bool, A::Error> {
        use exemplar::Value;
        match key {
            "filteredAttributes" | "filtered_attributes" => {
                self.filtered_attributes = value!(map, messages);
            }
            "timeUnixNano" | "time_unix_nano" => self.time_unix_nano = value!(map, integer),
            "spanId" | "span_id" => self.span_id = value!(map, hex),
            "traceId" | "trace_id" => self.trace_id = value!(map, hex),
            "asDouble" | "as_double" => one_of(
                &mut self.value,
                value!(map, maybe_double).map(Value::AsDouble),
            ),
            "asInt" | "as_int" => one_of(&mut self.value, maybe_integer(map)?.map(Value::AsInt)),
            _ => return Ok(false),
        }
        Ok(true)
    }
}

impl Message for AnyValue {
    fn field<'de, A: MapAccess<'de>>(&mut self, key: &str, map: &mut A) -> Result<bool, A::Error> {
        use any_value::Value;
        let value = match key {
            "stringValue" | "string_value" => map
                .next_value::<Maybe<Text>>()?
                .0
                .map(|text| Value::StringValue(text.0)),
            "boolValue" | "bool_value" => map
                .next_value::<Maybe<Truth>>()?
                .0
                .map(|truth| Value::BoolValue(truth.0)),
            "intValue" | "int_value" => maybe_integer(map)?.map(Value::IntValue),
            "doubleValue" | "double_value" => value!(map, maybe_double).map(Value::DoubleValue),
            "arrayValue" | "array_value" => value!(map, message).map(Value::ArrayValue),
            "kvlistValue" | "kvlist_value" => value!(map, message).map(Value::KvlistValue),
            "bytesValue" | "bytes_value" => map
                .next_value::<Maybe<Base64>>()?
                .0
                .map(|bytes| Value::BytesValue(bytes.0)),
            "stringValueStrindex" | "string_value_strindex" => map
                .next_value::<Maybe<Integer<i32>>>()?
                .0
                .map(|index| Value::StringValueStrindex(index.0)),
            _ => return Ok(false),
        };
        one_of(&mut self.value, value);
        Ok(true)
    }
}

fn maybe_integer<'de, A: MapAccess<'de>>(map: &mut A) -> Result<Option<i64>, A::Error> {
    Ok(map
        .next_value::<Maybe<Integer<i64>>>()?
        .0
        .map(|integer| integer.0))
}

/// The last member of a `oneof` that is not `null` is the one that counts.
fn one_of<T>(field: &mut Option<T>, value: Option<T>) {
    if value.is_some() {
        *field = value;
    }
}

macro_rules! names {
    ($($enumeration:ident: $expected:literal),* $(,)?) => {$(
        impl Names for $enumeration {
            const EXPECTED: &'static str = $expected;
            fn number(name: &str) -> Option<i32> {
                $enumeration::from_str_name(name).map(|found| found as i32)
            }
        }
    )*};
}

names! {
    SpanKind: "a number, or a name such as SPAN_KIND_SERVER",
    StatusCode: "a number, or a name such as STATUS_CODE_ERROR",
    SeverityNumber: "a number, or a name such as SEVERITY_NUMBER_INFO",
    AggregationTemporality: "a number, or a name such as AGGREGATION_TEMPORALITY_DELTA",
}
