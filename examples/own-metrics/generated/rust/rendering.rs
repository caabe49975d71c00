//! Metrics of the family `rendering`.
// Generated from the metrics registry. Change the registry and generate again.

use super::labels;
use bellwether::metrics::{Instrument, Interval, LabelDefinition, LabelValues, MetricDefinition, ValueType};

/// Uploads that are being rendered.
///
/// `uploads_in_flight`, updowncounter in `{upload}`.
pub static UPLOADS_IN_FLIGHT: MetricDefinition = MetricDefinition {
    name: "uploads_in_flight",
    instrument: Instrument::UpDownCounter,
    value: ValueType::Int,
    observable: false,
    unit: "{upload}",
    description: "Uploads that are being rendered.",
    buckets: &[],
    labels: &[
        LabelDefinition { key: "tier", prometheus_key: "tier", input: "tier", required: true, values: LabelValues::Closed(labels::Tier::VALUES) },
    ],
    prometheus_name: "uploads_in_flight",
    prometheus_suffixed_name: "uploads_in_flight",
    interval: Interval::Fast,
    origin: "rendering",
    switch: None,
    recorder: Some("upload"),
};

/// Uploads that ended.
///
/// `uploads_total`, counter in `{upload}`.
pub static UPLOADS_TOTAL: MetricDefinition = MetricDefinition {
    name: "uploads_total",
    instrument: Instrument::Counter,
    value: ValueType::Int,
    observable: false,
    unit: "{upload}",
    description: "Uploads that ended.",
    buckets: &[],
    labels: &[
        LabelDefinition { key: "tier", prometheus_key: "tier", input: "tier", required: true, values: LabelValues::Closed(labels::Tier::VALUES) },
        LabelDefinition { key: "region", prometheus_key: "region", input: "region", required: true, values: LabelValues::Bounded(8) },
        LabelDefinition { key: "status", prometheus_key: "status", input: "status", required: true, values: LabelValues::Closed(labels::UploadStatus::VALUES) },
    ],
    prometheus_name: "uploads_total",
    prometheus_suffixed_name: "uploads_total",
    interval: Interval::Fast,
    origin: "rendering",
    switch: None,
    recorder: Some("upload"),
};

/// Time from the upload to its end.
///
/// `upload_duration_seconds`, histogram in `s`.
pub static UPLOAD_DURATION_SECONDS: MetricDefinition = MetricDefinition {
    name: "upload_duration_seconds",
    instrument: Instrument::Histogram,
    value: ValueType::Double,
    observable: false,
    unit: "s",
    description: "Time from the upload to its end.",
    buckets: &[0.05, 0.1, 0.5, 1.0, 5.0, 30.0],
    labels: &[
        LabelDefinition { key: "tier", prometheus_key: "tier", input: "tier", required: true, values: LabelValues::Closed(labels::Tier::VALUES) },
        LabelDefinition { key: "status", prometheus_key: "status", input: "status", required: true, values: LabelValues::Closed(labels::UploadStatus::VALUES) },
    ],
    prometheus_name: "upload_duration_seconds",
    prometheus_suffixed_name: "upload_duration_seconds",
    interval: Interval::Fast,
    origin: "rendering",
    switch: None,
    recorder: Some("upload"),
};

/// Size of an upload.
///
/// `upload_size_bytes`, histogram in `By`.
pub static UPLOAD_SIZE_BYTES: MetricDefinition = MetricDefinition {
    name: "upload_size_bytes",
    instrument: Instrument::Histogram,
    value: ValueType::Int,
    observable: false,
    unit: "By",
    description: "Size of an upload.",
    buckets: &[65_536.0, 1_048_576.0, 16_777_216.0],
    labels: &[
        LabelDefinition { key: "tier", prometheus_key: "tier", input: "tier", required: true, values: LabelValues::Closed(labels::Tier::VALUES) },
    ],
    prometheus_name: "upload_size_bytes",
    prometheus_suffixed_name: "upload_size_bytes",
    interval: Interval::Fast,
    origin: "rendering",
    switch: None,
    recorder: Some("upload"),
};

/// Rendered images that are kept.
///
/// `render_cache_bytes`, gauge in `By`.
pub static RENDER_CACHE_BYTES: MetricDefinition = MetricDefinition {
    name: "render_cache_bytes",
    instrument: Instrument::Gauge,
    value: ValueType::Int,
    observable: false,
    unit: "By",
    description: "Rendered images that are kept.",
    buckets: &[],
    labels: &[
        LabelDefinition { key: "region", prometheus_key: "region", input: "region", required: true, values: LabelValues::Bounded(8) },
    ],
    prometheus_name: "render_cache_bytes",
    prometheus_suffixed_name: "render_cache_bytes",
    interval: Interval::Medium,
    origin: "rendering",
    switch: None,
    recorder: Some("render_cache"),
};

/// Memory a worker holds. The series leaves when the worker ends.
///
/// `worker_memory_bytes`, gauge in `By`.
pub static WORKER_MEMORY_BYTES: MetricDefinition = MetricDefinition {
    name: "worker_memory_bytes",
    instrument: Instrument::Gauge,
    value: ValueType::Int,
    observable: false,
    unit: "By",
    description: "Memory a worker holds.",
    buckets: &[],
    labels: &[
        LabelDefinition { key: "worker_id", prometheus_key: "worker_id", input: "worker_id", required: true, values: LabelValues::Live },
    ],
    prometheus_name: "worker_memory_bytes",
    prometheus_suffixed_name: "worker_memory_bytes",
    interval: Interval::Medium,
    origin: "rendering",
    switch: None,
    recorder: Some("render_worker"),
};
