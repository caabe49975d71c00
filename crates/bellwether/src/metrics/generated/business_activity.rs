//! Metrics of the family `business_activity`.
// Generated from the metrics registry. Change the registry and generate again.

use crate::metrics::{Instrument, Interval, LabelDefinition, LabelValues, MetricDefinition, ValueType};

/// Users active now; how many, never who.
///
/// `business_active_users`, gauge in `{user}`.
pub static BUSINESS_ACTIVE_USERS: MetricDefinition = MetricDefinition {
    name: "business_active_users",
    instrument: Instrument::Gauge,
    value: ValueType::Int,
    observable: false,
    unit: "{user}",
    description: "Users active now; how many, never who.",
    buckets: &[],
    labels: &[],
    prometheus_name: "business_active_users",
    prometheus_suffixed_name: "business_active_users",
    interval: Interval::Slow,
    origin: "jobs",
    switch: None,
    recorder: Some("kpi"),
};

/// Operations that can be billed.
///
/// `business_billable_operations_total`, counter in `{operation}`.
pub static BUSINESS_BILLABLE_OPERATIONS_TOTAL: MetricDefinition = MetricDefinition {
    name: "business_billable_operations_total",
    instrument: Instrument::Counter,
    value: ValueType::Int,
    observable: false,
    unit: "{operation}",
    description: "Operations that can be billed.",
    buckets: &[],
    labels: &[
        LabelDefinition { key: "operation", prometheus_key: "operation", input: "operation", required: true, values: LabelValues::Bounded(128) },
    ],
    prometheus_name: "business_billable_operations_total",
    prometheus_suffixed_name: "business_billable_operations_total",
    interval: Interval::Slow,
    origin: "jobs",
    switch: None,
    recorder: Some("kpi"),
};

/// Cost of one job.
///
/// `business_job_cost_dollars`, histogram in `{USD}`.
pub static BUSINESS_JOB_COST_DOLLARS: MetricDefinition = MetricDefinition {
    name: "business_job_cost_dollars",
    instrument: Instrument::Histogram,
    value: ValueType::Double,
    observable: false,
    unit: "{USD}",
    description: "Cost of one job.",
    buckets: &[0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1.0, 5.0, 10.0, 50.0, 100.0],
    labels: &[
        LabelDefinition { key: "service", prometheus_key: "service", input: "service", required: true, values: LabelValues::Bounded(64) },
    ],
    prometheus_name: "business_job_cost_dollars",
    prometheus_suffixed_name: "business_job_cost_dollars",
    interval: Interval::Slow,
    origin: "jobs",
    switch: None,
    recorder: Some("kpi"),
};

/// Share of the machine time that went into completed jobs.
///
/// `business_resource_efficiency_percent`, gauge in `%`.
pub static BUSINESS_RESOURCE_EFFICIENCY_PERCENT: MetricDefinition = MetricDefinition {
    name: "business_resource_efficiency_percent",
    instrument: Instrument::Gauge,
    value: ValueType::Double,
    observable: false,
    unit: "%",
    description: "Share of the machine time that went into completed jobs.",
    buckets: &[],
    labels: &[
        LabelDefinition { key: "service", prometheus_key: "service", input: "service", required: true, values: LabelValues::Bounded(64) },
    ],
    prometheus_name: "business_resource_efficiency_percent",
    prometheus_suffixed_name: "business_resource_efficiency_percent",
    interval: Interval::Slow,
    origin: "jobs",
    switch: None,
    recorder: Some("kpi"),
};

/// Models downloaded.
///
/// `model_downloads_total`, counter in `{download}`.
pub static MODEL_DOWNLOADS_TOTAL: MetricDefinition = MetricDefinition {
    name: "model_downloads_total",
    instrument: Instrument::Counter,
    value: ValueType::Int,
    observable: false,
    unit: "{download}",
    description: "Models downloaded.",
    buckets: &[],
    labels: &[
        LabelDefinition { key: "model", prometheus_key: "model", input: "model", required: true, values: LabelValues::Bounded(64) },
    ],
    prometheus_name: "model_downloads_total",
    prometheus_suffixed_name: "model_downloads_total",
    interval: Interval::Slow,
    origin: "jobs",
    switch: None,
    recorder: Some("kpi"),
};

/// Models found in the local cache.
///
/// `model_cache_hits_total`, counter in `{hit}`.
pub static MODEL_CACHE_HITS_TOTAL: MetricDefinition = MetricDefinition {
    name: "model_cache_hits_total",
    instrument: Instrument::Counter,
    value: ValueType::Int,
    observable: false,
    unit: "{hit}",
    description: "Models found in the local cache.",
    buckets: &[],
    labels: &[
        LabelDefinition { key: "model", prometheus_key: "model", input: "model", required: true, values: LabelValues::Bounded(64) },
    ],
    prometheus_name: "model_cache_hits_total",
    prometheus_suffixed_name: "model_cache_hits_total",
    interval: Interval::Slow,
    origin: "jobs",
    switch: None,
    recorder: Some("kpi"),
};

/// Models not found in the local cache.
///
/// `model_cache_misses_total`, counter in `{miss}`.
pub static MODEL_CACHE_MISSES_TOTAL: MetricDefinition = MetricDefinition {
    name: "model_cache_misses_total",
    instrument: Instrument::Counter,
    value: ValueType::Int,
    observable: false,
    unit: "{miss}",
    description: "Models not found in the local cache.",
    buckets: &[],
    labels: &[
        LabelDefinition { key: "model", prometheus_key: "model", input: "model", required: true, values: LabelValues::Bounded(64) },
    ],
    prometheus_name: "model_cache_misses_total",
    prometheus_suffixed_name: "model_cache_misses_total",
    interval: Interval::Slow,
    origin: "jobs",
    switch: None,
    recorder: Some("kpi"),
};

/// Attempts after the first.
///
/// `job_retries_total`, counter in `{retry}`.
pub static JOB_RETRIES_TOTAL: MetricDefinition = MetricDefinition {
    name: "job_retries_total",
    instrument: Instrument::Counter,
    value: ValueType::Int,
    observable: false,
    unit: "{retry}",
    description: "Attempts after the first.",
    buckets: &[],
    labels: &[
        LabelDefinition { key: "service", prometheus_key: "service", input: "service", required: true, values: LabelValues::Bounded(64) },
    ],
    prometheus_name: "job_retries_total",
    prometheus_suffixed_name: "job_retries_total",
    interval: Interval::Fast,
    origin: "jobs",
    switch: None,
    recorder: Some("job"),
};
