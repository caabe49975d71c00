//! Metrics of the family `wundr_model`.
// Generated from the metrics registry. Change the registry and generate again.

use super::labels;
use crate::metrics::{Instrument, Interval, LabelDefinition, LabelValues, MetricDefinition, ValueType};

/// Requests to models.
///
/// `wundr_model_requests_total`, counter in `{request}`.
pub static WUNDR_MODEL_REQUESTS_TOTAL: MetricDefinition = MetricDefinition {
    name: "wundr_model_requests_total",
    instrument: Instrument::Counter,
    value: ValueType::Int,
    observable: false,
    unit: "{request}",
    description: "Requests to models.",
    buckets: &[],
    labels: &[
        LabelDefinition { key: "provider", prometheus_key: "provider", input: "provider", required: true, values: LabelValues::Bounded(16) },
        LabelDefinition { key: "model", prometheus_key: "model", input: "model", required: true, values: LabelValues::Bounded(64) },
    ],
    prometheus_name: "wundr_model_requests_total",
    prometheus_suffixed_name: "wundr_model_requests_total",
    interval: Interval::Fast,
    origin: "wundr",
    switch: None,
    recorder: Some("model_request"),
};

/// Duration of a request to a model.
///
/// `wundr_model_request_duration_seconds`, histogram in `s`.
pub static WUNDR_MODEL_REQUEST_DURATION_SECONDS: MetricDefinition = MetricDefinition {
    name: "wundr_model_request_duration_seconds",
    instrument: Instrument::Histogram,
    value: ValueType::Double,
    observable: false,
    unit: "s",
    description: "Duration of a request to a model.",
    buckets: &[0.1, 0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 30.0, 45.0, 60.0, 120.0, 300.0],
    labels: &[
        LabelDefinition { key: "provider", prometheus_key: "provider", input: "provider", required: true, values: LabelValues::Bounded(16) },
        LabelDefinition { key: "model", prometheus_key: "model", input: "model", required: true, values: LabelValues::Bounded(64) },
    ],
    prometheus_name: "wundr_model_request_duration_seconds",
    prometheus_suffixed_name: "wundr_model_request_duration_seconds",
    interval: Interval::Fast,
    origin: "wundr",
    switch: None,
    recorder: Some("model_request"),
};

/// Tokens of requests to models.
///
/// `wundr_model_request_tokens_total`, counter in `{token}`.
pub static WUNDR_MODEL_REQUEST_TOKENS_TOTAL: MetricDefinition = MetricDefinition {
    name: "wundr_model_request_tokens_total",
    instrument: Instrument::Counter,
    value: ValueType::Int,
    observable: false,
    unit: "{token}",
    description: "Tokens of requests to models.",
    buckets: &[],
    labels: &[
        LabelDefinition { key: "provider", prometheus_key: "provider", input: "provider", required: true, values: LabelValues::Bounded(16) },
        LabelDefinition { key: "model", prometheus_key: "model", input: "model", required: true, values: LabelValues::Bounded(64) },
        LabelDefinition { key: "token_type", prometheus_key: "token_type", input: "token_type", required: true, values: LabelValues::Closed(labels::TokenType::VALUES) },
    ],
    prometheus_name: "wundr_model_request_tokens_total",
    prometheus_suffixed_name: "wundr_model_request_tokens_total",
    interval: Interval::Fast,
    origin: "wundr",
    switch: None,
    recorder: Some("model_request"),
};

/// Money spent on models. The unit is an annotation: unit USD would append _USD.
///
/// `wundr_model_cost_dollars_total`, counter in `{USD}`.
pub static WUNDR_MODEL_COST_DOLLARS_TOTAL: MetricDefinition = MetricDefinition {
    name: "wundr_model_cost_dollars_total",
    instrument: Instrument::Counter,
    value: ValueType::Double,
    observable: false,
    unit: "{USD}",
    description: "Money spent on models.",
    buckets: &[],
    labels: &[
        LabelDefinition { key: "provider", prometheus_key: "provider", input: "provider", required: true, values: LabelValues::Bounded(16) },
        LabelDefinition { key: "model", prometheus_key: "model", input: "model", required: true, values: LabelValues::Bounded(64) },
    ],
    prometheus_name: "wundr_model_cost_dollars_total",
    prometheus_suffixed_name: "wundr_model_cost_dollars_total",
    interval: Interval::Fast,
    origin: "wundr",
    switch: None,
    recorder: Some("model_request"),
};

/// Requests that failed.
///
/// `wundr_model_errors_total`, counter in `{error}`.
pub static WUNDR_MODEL_ERRORS_TOTAL: MetricDefinition = MetricDefinition {
    name: "wundr_model_errors_total",
    instrument: Instrument::Counter,
    value: ValueType::Int,
    observable: false,
    unit: "{error}",
    description: "Requests that failed.",
    buckets: &[],
    labels: &[
        LabelDefinition { key: "provider", prometheus_key: "provider", input: "provider", required: true, values: LabelValues::Bounded(16) },
        LabelDefinition { key: "model", prometheus_key: "model", input: "model", required: true, values: LabelValues::Bounded(64) },
        LabelDefinition { key: "error_type", prometheus_key: "error_type", input: "error_type", required: true, values: LabelValues::Bounded(64) },
    ],
    prometheus_name: "wundr_model_errors_total",
    prometheus_suffixed_name: "wundr_model_errors_total",
    interval: Interval::Fast,
    origin: "wundr",
    switch: None,
    recorder: Some("model_request"),
};

/// Requests the provider turned away.
///
/// `wundr_model_rate_limited_total`, counter in `{request}`.
pub static WUNDR_MODEL_RATE_LIMITED_TOTAL: MetricDefinition = MetricDefinition {
    name: "wundr_model_rate_limited_total",
    instrument: Instrument::Counter,
    value: ValueType::Int,
    observable: false,
    unit: "{request}",
    description: "Requests the provider turned away.",
    buckets: &[],
    labels: &[
        LabelDefinition { key: "provider", prometheus_key: "provider", input: "provider", required: true, values: LabelValues::Bounded(16) },
        LabelDefinition { key: "model", prometheus_key: "model", input: "model", required: true, values: LabelValues::Bounded(64) },
    ],
    prometheus_name: "wundr_model_rate_limited_total",
    prometheus_suffixed_name: "wundr_model_rate_limited_total",
    interval: Interval::Fast,
    origin: "wundr",
    switch: None,
    recorder: Some("model_request"),
};
