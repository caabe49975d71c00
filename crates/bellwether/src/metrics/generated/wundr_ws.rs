//! Metrics of the family `wundr_ws`.
// Generated from the metrics registry. Change the registry and generate again.

use super::labels;
use crate::metrics::{Instrument, Interval, LabelDefinition, LabelValues, MetricDefinition, ValueType};

/// Connections that are open now.
///
/// `wundr_ws_connections_active`, updowncounter in `{connection}`.
pub static WUNDR_WS_CONNECTIONS_ACTIVE: MetricDefinition = MetricDefinition {
    name: "wundr_ws_connections_active",
    instrument: Instrument::UpDownCounter,
    value: ValueType::Int,
    observable: false,
    unit: "{connection}",
    description: "Connections that are open now.",
    buckets: &[],
    labels: &[],
    prometheus_name: "wundr_ws_connections_active",
    prometheus_suffixed_name: "wundr_ws_connections_active",
    interval: Interval::Fast,
    origin: "wundr",
    switch: None,
    recorder: Some("websocket"),
};

/// Connections accepted.
///
/// `wundr_ws_connections_total`, counter in `{connection}`.
pub static WUNDR_WS_CONNECTIONS_TOTAL: MetricDefinition = MetricDefinition {
    name: "wundr_ws_connections_total",
    instrument: Instrument::Counter,
    value: ValueType::Int,
    observable: false,
    unit: "{connection}",
    description: "Connections accepted.",
    buckets: &[],
    labels: &[
        LabelDefinition { key: "auth_method", prometheus_key: "auth_method", input: "auth_method", required: true, values: LabelValues::Closed(labels::AuthMethod::VALUES) },
    ],
    prometheus_name: "wundr_ws_connections_total",
    prometheus_suffixed_name: "wundr_ws_connections_total",
    interval: Interval::Fast,
    origin: "wundr",
    switch: None,
    recorder: Some("websocket"),
};

/// Messages received.
///
/// `wundr_ws_messages_received_total`, counter in `{message}`.
pub static WUNDR_WS_MESSAGES_RECEIVED_TOTAL: MetricDefinition = MetricDefinition {
    name: "wundr_ws_messages_received_total",
    instrument: Instrument::Counter,
    value: ValueType::Int,
    observable: false,
    unit: "{message}",
    description: "Messages received.",
    buckets: &[],
    labels: &[
        LabelDefinition { key: "message_type", prometheus_key: "message_type", input: "message_type", required: true, values: LabelValues::Bounded(64) },
    ],
    prometheus_name: "wundr_ws_messages_received_total",
    prometheus_suffixed_name: "wundr_ws_messages_received_total",
    interval: Interval::Fast,
    origin: "wundr",
    switch: None,
    recorder: Some("websocket"),
};

/// Messages sent.
///
/// `wundr_ws_messages_sent_total`, counter in `{message}`.
pub static WUNDR_WS_MESSAGES_SENT_TOTAL: MetricDefinition = MetricDefinition {
    name: "wundr_ws_messages_sent_total",
    instrument: Instrument::Counter,
    value: ValueType::Int,
    observable: false,
    unit: "{message}",
    description: "Messages sent.",
    buckets: &[],
    labels: &[
        LabelDefinition { key: "message_type", prometheus_key: "message_type", input: "message_type", required: true, values: LabelValues::Bounded(64) },
    ],
    prometheus_name: "wundr_ws_messages_sent_total",
    prometheus_suffixed_name: "wundr_ws_messages_sent_total",
    interval: Interval::Fast,
    origin: "wundr",
    switch: None,
    recorder: Some("websocket"),
};

/// Size of a message.
///
/// `wundr_ws_message_size_bytes`, histogram in `By`.
pub static WUNDR_WS_MESSAGE_SIZE_BYTES: MetricDefinition = MetricDefinition {
    name: "wundr_ws_message_size_bytes",
    instrument: Instrument::Histogram,
    value: ValueType::Int,
    observable: false,
    unit: "By",
    description: "Size of a message.",
    buckets: &[64.0, 256.0, 1_024.0, 4_096.0, 16_384.0, 65_536.0, 262_144.0, 1_048_576.0, 4_194_304.0, 16_777_216.0],
    labels: &[
        LabelDefinition { key: "direction", prometheus_key: "direction", input: "direction", required: true, values: LabelValues::Closed(labels::Direction::VALUES) },
    ],
    prometheus_name: "wundr_ws_message_size_bytes",
    prometheus_suffixed_name: "wundr_ws_message_size_bytes",
    interval: Interval::Fast,
    origin: "wundr",
    switch: None,
    recorder: Some("websocket"),
};

/// Connection and message errors.
///
/// `wundr_ws_errors_total`, counter in `{error}`.
pub static WUNDR_WS_ERRORS_TOTAL: MetricDefinition = MetricDefinition {
    name: "wundr_ws_errors_total",
    instrument: Instrument::Counter,
    value: ValueType::Int,
    observable: false,
    unit: "{error}",
    description: "Connection and message errors.",
    buckets: &[],
    labels: &[
        LabelDefinition { key: "error_type", prometheus_key: "error_type", input: "error_type", required: true, values: LabelValues::Bounded(64) },
    ],
    prometheus_name: "wundr_ws_errors_total",
    prometheus_suffixed_name: "wundr_ws_errors_total",
    interval: Interval::Fast,
    origin: "wundr",
    switch: None,
    recorder: Some("websocket"),
};

/// Session subscriptions that are open now.
///
/// `wundr_ws_session_subscriptions`, updowncounter in `{subscription}`.
pub static WUNDR_WS_SESSION_SUBSCRIPTIONS: MetricDefinition = MetricDefinition {
    name: "wundr_ws_session_subscriptions",
    instrument: Instrument::UpDownCounter,
    value: ValueType::Int,
    observable: false,
    unit: "{subscription}",
    description: "Session subscriptions that are open now.",
    buckets: &[],
    labels: &[],
    prometheus_name: "wundr_ws_session_subscriptions",
    prometheus_suffixed_name: "wundr_ws_session_subscriptions",
    interval: Interval::Fast,
    origin: "wundr",
    switch: None,
    recorder: Some("websocket"),
};
