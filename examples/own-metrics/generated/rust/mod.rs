//! Labels, metrics and recorders, generated from the metrics registry.
// Generated from the metrics registry. Change the registry and generate again.

#[rustfmt::skip]
pub mod rendering;
#[rustfmt::skip]
pub mod labels;
#[rustfmt::skip]
pub mod recorders;
#[rustfmt::skip]
pub mod recorder_metrics;
#[rustfmt::skip]
pub mod units;

use bellwether::metrics::MetricDefinition;

/// Every metric, in the order of the registry.
pub static ALL: &[&MetricDefinition] = &[
    &rendering::UPLOADS_IN_FLIGHT,
    &rendering::UPLOADS_TOTAL,
    &rendering::UPLOAD_DURATION_SECONDS,
    &rendering::UPLOAD_SIZE_BYTES,
    &rendering::RENDER_CACHE_BYTES,
    &rendering::WORKER_MEMORY_BYTES,
];
