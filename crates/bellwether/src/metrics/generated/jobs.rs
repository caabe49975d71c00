//! Metrics of the family `jobs`.
// Generated from the metrics registry. Change the registry and generate again.

use super::labels;
use crate::metrics::{Instrument, Interval, LabelDefinition, LabelValues, MetricDefinition, ValueType};

/// Jobs started, completed, failed and abandoned.
///
/// `jobs_processed_total`, counter in `{job}`.
pub static JOBS_PROCESSED_TOTAL: MetricDefinition = MetricDefinition {
    name: "jobs_processed_total",
    instrument: Instrument::Counter,
    value: ValueType::Int,
    observable: false,
    unit: "{job}",
    description: "Jobs started, completed, failed and abandoned.",
    buckets: &[],
    labels: &[
        LabelDefinition { key: "service", prometheus_key: "service", input: "service", required: true, values: LabelValues::Bounded(64) },
        LabelDefinition { key: "priority", prometheus_key: "priority", input: "priority", required: true, values: LabelValues::Bounded(16) },
        LabelDefinition { key: "worker_id", prometheus_key: "worker_id", input: "worker_id", required: true, values: LabelValues::Live },
        LabelDefinition { key: "status", prometheus_key: "status", input: "status", required: true, values: LabelValues::Closed(labels::JobStatus::VALUES) },
    ],
    prometheus_name: "jobs_processed_total",
    prometheus_suffixed_name: "jobs_processed_total",
    interval: Interval::Fast,
    origin: "jobs",
    switch: None,
    recorder: Some("job"),
};

/// Jobs that are being processed.
///
/// `jobs_active`, updowncounter in `{job}`.
pub static JOBS_ACTIVE: MetricDefinition = MetricDefinition {
    name: "jobs_active",
    instrument: Instrument::UpDownCounter,
    value: ValueType::Int,
    observable: false,
    unit: "{job}",
    description: "Jobs that are being processed.",
    buckets: &[],
    labels: &[
        LabelDefinition { key: "service", prometheus_key: "service", input: "service", required: true, values: LabelValues::Bounded(64) },
        LabelDefinition { key: "priority", prometheus_key: "priority", input: "priority", required: true, values: LabelValues::Bounded(16) },
        LabelDefinition { key: "worker_id", prometheus_key: "worker_id", input: "worker_id", required: true, values: LabelValues::Live },
    ],
    prometheus_name: "jobs_active",
    prometheus_suffixed_name: "jobs_active",
    interval: Interval::Fast,
    origin: "jobs",
    switch: None,
    recorder: Some("job"),
};

/// Time to process one job.
///
/// `job_duration_seconds`, histogram in `s`.
pub static JOB_DURATION_SECONDS: MetricDefinition = MetricDefinition {
    name: "job_duration_seconds",
    instrument: Instrument::Histogram,
    value: ValueType::Double,
    observable: false,
    unit: "s",
    description: "Time to process one job.",
    buckets: &[0.1, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 300.0, 600.0],
    labels: &[
        LabelDefinition { key: "service", prometheus_key: "service", input: "service", required: true, values: LabelValues::Bounded(64) },
        LabelDefinition { key: "priority", prometheus_key: "priority", input: "priority", required: true, values: LabelValues::Bounded(16) },
        LabelDefinition { key: "worker_id", prometheus_key: "worker_id", input: "worker_id", required: true, values: LabelValues::Live },
        LabelDefinition { key: "status", prometheus_key: "status", input: "status", required: true, values: LabelValues::Closed(labels::JobStatus::VALUES) },
    ],
    prometheus_name: "job_duration_seconds",
    prometheus_suffixed_name: "job_duration_seconds",
    interval: Interval::Fast,
    origin: "jobs",
    switch: None,
    recorder: Some("job"),
};

/// Time a job waits before it is processed.
///
/// `job_queue_wait_seconds`, histogram in `s`.
pub static JOB_QUEUE_WAIT_SECONDS: MetricDefinition = MetricDefinition {
    name: "job_queue_wait_seconds",
    instrument: Instrument::Histogram,
    value: ValueType::Double,
    observable: false,
    unit: "s",
    description: "Time a job waits before it is processed.",
    buckets: &[1.0, 5.0, 10.0, 30.0, 60.0, 300.0, 600.0, 1_800.0, 3_600.0],
    labels: &[
        LabelDefinition { key: "service", prometheus_key: "service", input: "service", required: true, values: LabelValues::Bounded(64) },
        LabelDefinition { key: "priority", prometheus_key: "priority", input: "priority", required: true, values: LabelValues::Bounded(16) },
    ],
    prometheus_name: "job_queue_wait_seconds",
    prometheus_suffixed_name: "job_queue_wait_seconds",
    interval: Interval::Fast,
    origin: "jobs",
    switch: None,
    recorder: Some("job"),
};

/// Size of what a job produced.
///
/// `job_output_size_bytes`, histogram in `By`.
pub static JOB_OUTPUT_SIZE_BYTES: MetricDefinition = MetricDefinition {
    name: "job_output_size_bytes",
    instrument: Instrument::Histogram,
    value: ValueType::Int,
    observable: false,
    unit: "By",
    description: "Size of what a job produced.",
    buckets: &[64.0, 256.0, 1_024.0, 4_096.0, 16_384.0, 65_536.0, 262_144.0, 1_048_576.0, 4_194_304.0, 16_777_216.0, 67_108_864.0, 268_435_456.0, 1_073_741_824.0],
    labels: &[
        LabelDefinition { key: "service", prometheus_key: "service", input: "service", required: true, values: LabelValues::Bounded(64) },
        LabelDefinition { key: "priority", prometheus_key: "priority", input: "priority", required: true, values: LabelValues::Bounded(16) },
        LabelDefinition { key: "worker_id", prometheus_key: "worker_id", input: "worker_id", required: true, values: LabelValues::Live },
    ],
    prometheus_name: "job_output_size_bytes",
    prometheus_suffixed_name: "job_output_size_bytes",
    interval: Interval::Fast,
    origin: "jobs",
    switch: None,
    recorder: Some("job"),
};

/// Errors of jobs, classified.
///
/// `errors_total`, counter in `{error}`.
pub static ERRORS_TOTAL: MetricDefinition = MetricDefinition {
    name: "errors_total",
    instrument: Instrument::Counter,
    value: ValueType::Int,
    observable: false,
    unit: "{error}",
    description: "Errors of jobs, classified.",
    buckets: &[],
    labels: &[
        LabelDefinition { key: "service", prometheus_key: "service", input: "service", required: true, values: LabelValues::Bounded(64) },
        LabelDefinition { key: "priority", prometheus_key: "priority", input: "priority", required: true, values: LabelValues::Bounded(16) },
        LabelDefinition { key: "worker_id", prometheus_key: "worker_id", input: "worker_id", required: true, values: LabelValues::Live },
        LabelDefinition { key: "error_type", prometheus_key: "error_type", input: "error_type", required: true, values: LabelValues::Closed(labels::JobErrorType::VALUES) },
        LabelDefinition { key: "error_name", prometheus_key: "error_name", input: "error_name", required: true, values: LabelValues::Bounded(64) },
    ],
    prometheus_name: "errors_total",
    prometheus_suffixed_name: "errors_total",
    interval: Interval::Fast,
    origin: "jobs",
    switch: None,
    recorder: Some("job"),
};

/// Jobs in the queue.
///
/// `queue_size`, gauge in `{job}`.
pub static QUEUE_SIZE: MetricDefinition = MetricDefinition {
    name: "queue_size",
    instrument: Instrument::Gauge,
    value: ValueType::Int,
    observable: true,
    unit: "{job}",
    description: "Jobs in the queue.",
    buckets: &[],
    labels: &[
        LabelDefinition { key: "queue_name", prometheus_key: "queue_name", input: "queue_name", required: true, values: LabelValues::Bounded(32) },
    ],
    prometheus_name: "queue_size",
    prometheus_suffixed_name: "queue_size",
    interval: Interval::Fast,
    origin: "jobs",
    switch: None,
    recorder: Some("queue_item"),
};

/// Workers that are free.
///
/// `workers_available`, gauge in `{worker}`.
pub static WORKERS_AVAILABLE: MetricDefinition = MetricDefinition {
    name: "workers_available",
    instrument: Instrument::Gauge,
    value: ValueType::Int,
    observable: true,
    unit: "{worker}",
    description: "Workers that are free.",
    buckets: &[],
    labels: &[],
    prometheus_name: "workers_available",
    prometheus_suffixed_name: "workers_available",
    interval: Interval::Fast,
    origin: "jobs",
    switch: None,
    recorder: Some("worker"),
};
