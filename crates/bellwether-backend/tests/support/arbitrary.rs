//! Arbitrary OTLP: every field, every kind of value, also those that no sane sender sends.
#![allow(dead_code, unreachable_pub)]

use opentelemetry_proto::tonic::collector::logs::v1::ExportLogsServiceRequest;
use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::collector::trace::v1::ExportTraceServiceRequest;
use opentelemetry_proto::tonic::common::v1::{
    AnyValue, ArrayValue, EntityRef, InstrumentationScope, KeyValue, KeyValueList, any_value::Value,
};
use opentelemetry_proto::tonic::logs::v1::{LogRecord, ResourceLogs, ScopeLogs};
use opentelemetry_proto::tonic::metrics::v1::exponential_histogram_data_point::Buckets;
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::metrics::v1::summary_data_point::ValueAtQuantile;
use opentelemetry_proto::tonic::metrics::v1::{
    Exemplar, ExponentialHistogram, ExponentialHistogramDataPoint, Gauge, Histogram,
    HistogramDataPoint, Metric, NumberDataPoint, ResourceMetrics, ScopeMetrics, Sum, Summary,
    SummaryDataPoint, exemplar, number_data_point,
};
use opentelemetry_proto::tonic::resource::v1::Resource;
use opentelemetry_proto::tonic::trace::v1::span::{Event, Link};
use opentelemetry_proto::tonic::trace::v1::{ResourceSpans, ScopeSpans, Span, Status};
use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;

pub fn text() -> impl Strategy<Value = String> {
    prop_oneof![4 => "[a-z._]{0,12}", 1 => "\\PC{0,8}", 1 => any::<String>()]
}

/// Any double but those not-a-numbers that carry a payload: JSON has one name for all of them.
pub fn double() -> impl Strategy<Value = f64> {
    prop_oneof![8 => any::<f64>().prop_map(|n| if n.is_nan() { f64::NAN } else { n }), 1 => Just(0.0), 1 => Just(-0.0), 1 => Just(f64::NAN), 1 => Just(f64::INFINITY), 1 => Just(f64::NEG_INFINITY), 1 => (-1000..1000_i32).prop_map(f64::from)]
}

/// A double in a field without presence: protobuf leaves zeros of either sign out, so the sign of one does not travel.
pub fn plain_double() -> impl Strategy<Value = f64> {
    double().prop_map(|number| if number == 0.0 { 0.0 } else { number })
}

pub fn any_value() -> impl Strategy<Value = AnyValue> {
    let leaf = prop_oneof![
        4 => text().prop_map(|text| Some(Value::StringValue(text))),
        1 => any::<bool>().prop_map(|truth| Some(Value::BoolValue(truth))),
        2 => any::<i64>().prop_map(|number| Some(Value::IntValue(number))),
        2 => double().prop_map(|number| Some(Value::DoubleValue(number))),
        1 => vec(any::<u8>(), 0..9).prop_map(|bytes| Some(Value::BytesValue(bytes))),
        1 => Just(None),
    ]
    .prop_map(|value| AnyValue { value });
    leaf.prop_recursive(3, 12, 3, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..3).prop_map(|values| AnyValue {
                value: Some(Value::ArrayValue(ArrayValue { values }))
            }),
            vec((text(), option::of(inner)), 0..3).prop_map(|pairs| {
                let values = pairs
                    .into_iter()
                    .map(|(key, value)| KeyValue {
                        key,
                        value,
                        key_strindex: 0,
                    })
                    .collect();
                AnyValue {
                    value: Some(Value::KvlistValue(KeyValueList { values })),
                }
            }),
        ]
    })
}

pub fn attributes() -> impl Strategy<Value = Vec<KeyValue>> {
    vec((text(), option::weighted(0.95, any_value())), 0..4).prop_map(|pairs| {
        pairs
            .into_iter()
            .map(|(key, value)| KeyValue {
                key,
                value,
                key_strindex: 0,
            })
            .collect()
    })
}

pub fn time() -> impl Strategy<Value = u64> {
    prop_oneof![2 => 1_700_000_000_000_000_000..1_900_000_000_000_000_000_u64, 1 => any::<u64>(), 1 => Just(0)]
}

/// An id of a right length, or one of any.
pub fn id(length: usize) -> impl Strategy<Value = Vec<u8>> {
    prop_oneof![4 => vec(any::<u8>(), length), 1 => Just(Vec::new()), 1 => vec(any::<u8>(), 0..20)]
}

/// An id that a span may have.
pub fn valid_id(length: usize) -> impl Strategy<Value = Vec<u8>> {
    vec(any::<u8>(), length).prop_filter("an id is not all zeros", |id| {
        id.iter().any(|byte| *byte != 0)
    })
}

pub fn resource() -> impl Strategy<Value = Option<Resource>> {
    let entity = (text(), text(), vec(text(), 0..2), vec(text(), 0..2)).prop_map(
        |(schema_url, r#type, id_keys, description_keys)| EntityRef {
            schema_url,
            r#type,
            id_keys,
            description_keys,
        },
    );
    let service = text().prop_map(|name| KeyValue {
        key: "service.name".to_owned(),
        value: Some(AnyValue {
            value: Some(Value::StringValue(name)),
        }),
        key_strindex: 0,
    });
    let resource = (
        attributes(),
        option::of(service),
        any::<u32>(),
        vec(entity, 0..2),
    )
        .prop_map(
            |(mut attributes, service, dropped_attributes_count, entity_refs)| {
                attributes.extend(service);
                Resource {
                    attributes,
                    dropped_attributes_count,
                    entity_refs,
                }
            },
        );
    option::of(resource)
}

pub fn scope() -> impl Strategy<Value = Option<InstrumentationScope>> {
    option::of((text(), text(), attributes(), any::<u32>()).prop_map(
        |(name, version, attributes, dropped_attributes_count)| InstrumentationScope {
            name,
            version,
            attributes,
            dropped_attributes_count,
        },
    ))
}

pub fn event() -> impl Strategy<Value = Event> {
    (time(), text(), attributes(), any::<u32>()).prop_map(
        |(time_unix_nano, name, attributes, dropped_attributes_count)| Event {
            time_unix_nano,
            name,
            attributes,
            dropped_attributes_count,
        },
    )
}

pub fn link() -> impl Strategy<Value = Link> {
    (
        id(16),
        id(8),
        text(),
        attributes(),
        any::<u32>(),
        any::<u32>(),
    )
        .prop_map(
            |(trace_id, span_id, trace_state, attributes, dropped_attributes_count, flags)| Link {
                trace_id,
                span_id,
                trace_state,
                attributes,
                dropped_attributes_count,
                flags,
            },
        )
}

pub fn span() -> impl Strategy<Value = Span> {
    let who = (
        valid_id(16),
        valid_id(8),
        id(8),
        text(),
        text(),
        prop_oneof![4 => 0..6_i32, 1 => any::<i32>()],
    );
    let when = (time(), time(), any::<u32>());
    let parts = (
        attributes(),
        vec(event(), 0..3),
        vec(link(), 0..3),
        any::<[u32; 3]>(),
    );
    let status = option::of(
        (text(), prop_oneof![4 => 0..3_i32, 1 => any::<i32>()])
            .prop_map(|(message, code)| Status { message, code }),
    );
    (who, when, parts, status).prop_map(|(who, when, parts, status)| Span {
        trace_id: who.0,
        span_id: who.1,
        parent_span_id: who.2,
        trace_state: who.3,
        name: who.4,
        kind: who.5,
        start_time_unix_nano: when.0,
        end_time_unix_nano: when.1,
        flags: when.2,
        attributes: parts.0,
        events: parts.1,
        links: parts.2,
        dropped_attributes_count: parts.3[0],
        dropped_events_count: parts.3[1],
        dropped_links_count: parts.3[2],
        status,
    })
}

pub fn traces() -> impl Strategy<Value = ExportTraceServiceRequest> {
    let scopes = vec((scope(), vec(span(), 0..4), text()), 0..3);
    vec((resource(), scopes, text()), 0..3).prop_map(|resources| ExportTraceServiceRequest {
        resource_spans: resources
            .into_iter()
            .map(|(resource, scopes, schema_url)| ResourceSpans {
                resource,
                schema_url,
                scope_spans: scopes
                    .into_iter()
                    .map(|(scope, spans, schema_url)| ScopeSpans {
                        scope,
                        spans,
                        schema_url,
                    })
                    .collect(),
            })
            .collect(),
    })
}

pub fn record() -> impl Strategy<Value = LogRecord> {
    let when = (
        time(),
        time(),
        prop_oneof![4 => 0..25_i32, 1 => any::<i32>()],
        text(),
    );
    let what = (
        option::of(any_value()),
        attributes(),
        any::<u32>(),
        any::<u32>(),
        text(),
    );
    (when, what, id(16), id(8)).prop_map(|(when, what, trace_id, span_id)| LogRecord {
        time_unix_nano: when.0,
        observed_time_unix_nano: when.1,
        severity_number: when.2,
        severity_text: when.3,
        body: what.0,
        attributes: what.1,
        dropped_attributes_count: what.2,
        flags: what.3,
        event_name: what.4,
        trace_id,
        span_id,
    })
}

pub fn logs() -> impl Strategy<Value = ExportLogsServiceRequest> {
    let scopes = vec((scope(), vec(record(), 0..4), text()), 0..3);
    vec((resource(), scopes, text()), 0..3).prop_map(|resources| ExportLogsServiceRequest {
        resource_logs: resources
            .into_iter()
            .map(|(resource, scopes, schema_url)| ResourceLogs {
                resource,
                schema_url,
                scope_logs: scopes
                    .into_iter()
                    .map(|(scope, log_records, schema_url)| ScopeLogs {
                        scope,
                        log_records,
                        schema_url,
                    })
                    .collect(),
            })
            .collect(),
    })
}

pub fn exemplar() -> impl Strategy<Value = Exemplar> {
    let value = option::of(prop_oneof![
        double().prop_map(exemplar::Value::AsDouble),
        any::<i64>().prop_map(exemplar::Value::AsInt)
    ]);
    (attributes(), time(), id(8), id(16), value).prop_map(
        |(filtered_attributes, time_unix_nano, span_id, trace_id, value)| Exemplar {
            filtered_attributes,
            time_unix_nano,
            span_id,
            trace_id,
            value,
        },
    )
}

pub fn number() -> impl Strategy<Value = NumberDataPoint> {
    let value = option::of(prop_oneof![
        double().prop_map(number_data_point::Value::AsDouble),
        any::<i64>().prop_map(number_data_point::Value::AsInt)
    ]);
    (
        attributes(),
        time(),
        time(),
        vec(exemplar(), 0..2),
        any::<u32>(),
        value,
    )
        .prop_map(
            |(attributes, start_time_unix_nano, time_unix_nano, exemplars, flags, value)| {
                NumberDataPoint {
                    attributes,
                    start_time_unix_nano,
                    time_unix_nano,
                    exemplars,
                    flags,
                    value,
                }
            },
        )
}

pub fn histogram() -> impl Strategy<Value = HistogramDataPoint> {
    let when = (
        attributes(),
        time(),
        time(),
        any::<u32>(),
        vec(exemplar(), 0..2),
    );
    let what = (
        any::<u64>(),
        option::of(double()),
        vec(any::<u64>(), 0..4),
        vec(double(), 0..3),
        option::of(double()),
        option::of(double()),
    );
    (when, what).prop_map(|(when, what)| HistogramDataPoint {
        attributes: when.0,
        start_time_unix_nano: when.1,
        time_unix_nano: when.2,
        flags: when.3,
        exemplars: when.4,
        count: what.0,
        sum: what.1,
        bucket_counts: what.2,
        explicit_bounds: what.3,
        min: what.4,
        max: what.5,
    })
}

pub fn exponential() -> impl Strategy<Value = ExponentialHistogramDataPoint> {
    let buckets = || {
        option::of(
            (any::<i32>(), vec(any::<u64>(), 0..4)).prop_map(|(offset, bucket_counts)| Buckets {
                offset,
                bucket_counts,
            }),
        )
    };
    let when = (
        attributes(),
        time(),
        time(),
        any::<u32>(),
        vec(exemplar(), 0..2),
    );
    let what = (
        any::<u64>(),
        option::of(double()),
        any::<i32>(),
        any::<u64>(),
        buckets(),
        buckets(),
        option::of(double()),
        option::of(double()),
        plain_double(),
    );
    (when, what).prop_map(|(when, what)| ExponentialHistogramDataPoint {
        attributes: when.0,
        start_time_unix_nano: when.1,
        time_unix_nano: when.2,
        flags: when.3,
        exemplars: when.4,
        count: what.0,
        sum: what.1,
        scale: what.2,
        zero_count: what.3,
        positive: what.4,
        negative: what.5,
        min: what.6,
        max: what.7,
        zero_threshold: what.8,
    })
}

pub fn summary() -> impl Strategy<Value = SummaryDataPoint> {
    let quantiles = vec(
        (plain_double(), plain_double())
            .prop_map(|(quantile, value)| ValueAtQuantile { quantile, value }),
        0..3,
    );
    (
        attributes(),
        time(),
        time(),
        any::<u32>(),
        any::<u64>(),
        plain_double(),
        quantiles,
    )
        .prop_map(
            |(
                attributes,
                start_time_unix_nano,
                time_unix_nano,
                flags,
                count,
                sum,
                quantile_values,
            )| SummaryDataPoint {
                attributes,
                start_time_unix_nano,
                time_unix_nano,
                count,
                sum,
                quantile_values,
                flags,
            },
        )
}

pub fn metric() -> impl Strategy<Value = Metric> {
    let temporality = || prop_oneof![4 => 0..3_i32, 1 => any::<i32>()];
    let data = prop_oneof![
        vec(number(), 0..4).prop_map(|data_points| Data::Gauge(Gauge { data_points })),
        (vec(number(), 0..4), temporality(), any::<bool>()).prop_map(
            |(data_points, aggregation_temporality, is_monotonic)| Data::Sum(Sum {
                data_points,
                aggregation_temporality,
                is_monotonic
            })
        ),
        (vec(histogram(), 0..4), temporality()).prop_map(
            |(data_points, aggregation_temporality)| Data::Histogram(Histogram {
                data_points,
                aggregation_temporality
            })
        ),
        (vec(exponential(), 0..4), temporality()).prop_map(
            |(data_points, aggregation_temporality)| Data::ExponentialHistogram(
                ExponentialHistogram {
                    data_points,
                    aggregation_temporality
                }
            )
        ),
        vec(summary(), 0..4).prop_map(|data_points| Data::Summary(Summary { data_points })),
    ];
    (
        text(),
        text(),
        text(),
        attributes(),
        option::weighted(0.95, data),
    )
        .prop_map(|(name, description, unit, metadata, data)| Metric {
            name,
            description,
            unit,
            metadata,
            data,
        })
}

pub fn metrics() -> impl Strategy<Value = ExportMetricsServiceRequest> {
    let scopes = vec((scope(), vec(metric(), 0..4), text()), 0..3);
    vec((resource(), scopes, text()), 0..3).prop_map(|resources| ExportMetricsServiceRequest {
        resource_metrics: resources
            .into_iter()
            .map(|(resource, scopes, schema_url)| ResourceMetrics {
                resource,
                schema_url,
                scope_metrics: scopes
                    .into_iter()
                    .map(|(scope, metrics, schema_url)| ScopeMetrics {
                        scope,
                        metrics,
                        schema_url,
                    })
                    .collect(),
            })
            .collect(),
    })
}
