//! Recorders: one call feeds every metric of a recorder that is switched on.
// Generated from the metrics registry. Change the registry and generate again.

use super::labels;
use bellwether::metrics::{LabelValues, RecorderDefinition, RecorderInput};

/// Metrics that one call of the recorder `render_cache` feeds.
pub static RENDER_CACHE: RecorderDefinition = RecorderDefinition {
    name: "render_cache",
    inputs: &[
        RecorderInput { name: "region", values: LabelValues::Bounded(8) },
    ],
    metrics: &[
        &super::rendering::RENDER_CACHE_BYTES,
    ],
};

/// Metrics that one call of the recorder `render_worker` feeds.
pub static RENDER_WORKER: RecorderDefinition = RecorderDefinition {
    name: "render_worker",
    inputs: &[
        RecorderInput { name: "worker_id", values: LabelValues::Live },
    ],
    metrics: &[
        &super::rendering::WORKER_MEMORY_BYTES,
    ],
};

/// Metrics that one call of the recorder `upload` feeds.
pub static UPLOAD: RecorderDefinition = RecorderDefinition {
    name: "upload",
    inputs: &[
        RecorderInput { name: "tier", values: LabelValues::Closed(labels::Tier::VALUES) },
        RecorderInput { name: "region", values: LabelValues::Bounded(8) },
        RecorderInput { name: "status", values: LabelValues::Closed(labels::UploadStatus::VALUES) },
    ],
    metrics: &[
        &super::rendering::UPLOADS_IN_FLIGHT,
        &super::rendering::UPLOADS_TOTAL,
        &super::rendering::UPLOAD_DURATION_SECONDS,
        &super::rendering::UPLOAD_SIZE_BYTES,
    ],
};

/// Every recorder, by name.
pub static ALL: &[&RecorderDefinition] = &[&RENDER_CACHE, &RENDER_WORKER, &UPLOAD];
