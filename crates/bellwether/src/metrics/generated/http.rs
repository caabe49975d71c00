//! Metrics of the family `http`.
// Generated from the metrics registry. Change the registry and generate again.

use super::labels;
use crate::metrics::{Instrument, Interval, LabelDefinition, LabelValues, MetricDefinition, ValueType};

/// HTTP requests answered.
///
/// `http_requests_total`, counter in `{request}`.
pub static HTTP_REQUESTS_TOTAL: MetricDefinition = MetricDefinition {
    name: "http_requests_total",
    instrument: Instrument::Counter,
    value: ValueType::Int,
    observable: false,
    unit: "{request}",
    description: "HTTP requests answered.",
    buckets: &[],
    labels: &[
        LabelDefinition { key: "method", prometheus_key: "method", input: "method", required: true, values: LabelValues::Closed(labels::HttpMethod::VALUES) },
        LabelDefinition { key: "route", prometheus_key: "route", input: "route", required: true, values: LabelValues::Bounded(100) },
        LabelDefinition { key: "status_code", prometheus_key: "status_code", input: "status_code", required: true, values: LabelValues::Bounded(64) },
    ],
    prometheus_name: "http_requests_total",
    prometheus_suffixed_name: "http_requests_total",
    interval: Interval::Fast,
    origin: "jobs",
    switch: None,
    recorder: Some("http_request"),
};

/// Time to answer one HTTP request.
///
/// `http_request_duration_seconds`, histogram in `s`.
pub static HTTP_REQUEST_DURATION_SECONDS: MetricDefinition = MetricDefinition {
    name: "http_request_duration_seconds",
    instrument: Instrument::Histogram,
    value: ValueType::Double,
    observable: false,
    unit: "s",
    description: "Time to answer one HTTP request.",
    buckets: &[0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0],
    labels: &[
        LabelDefinition { key: "method", prometheus_key: "method", input: "method", required: true, values: LabelValues::Closed(labels::HttpMethod::VALUES) },
        LabelDefinition { key: "route", prometheus_key: "route", input: "route", required: true, values: LabelValues::Bounded(100) },
        LabelDefinition { key: "status_code", prometheus_key: "status_code", input: "status_code", required: true, values: LabelValues::Bounded(64) },
    ],
    prometheus_name: "http_request_duration_seconds",
    prometheus_suffixed_name: "http_request_duration_seconds",
    interval: Interval::Fast,
    origin: "jobs",
    switch: None,
    recorder: Some("http_request"),
};
