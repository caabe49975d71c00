//! Families of series, a struct a recorder: what one call feeds.
// Generated from the metrics registry. Change the registry and generate again.
#![allow(clippy::type_complexity, reason = "the labels of a metric are its type")]

use super::labels;
use bellwether::metrics::{Counter, Gauge, Histogram, Metrics, RecorderMetrics, UpDownCounter};

/// Series of the recorder `render_cache`.
#[derive(Debug, Clone)]
pub struct RenderCacheMetrics {
    /// Rendered images that are kept.
    ///
    /// `render_cache_bytes`, gauge in `By`.
    pub render_cache_bytes: Gauge<labels::Region, i64>,
}

impl RecorderMetrics for RenderCacheMetrics {
    fn new(metrics: &Metrics) -> Self {
        Self {
            render_cache_bytes: metrics.generated_gauge(&super::rendering::RENDER_CACHE_BYTES),
        }
    }
}

/// Series of the recorder `render_worker`.
#[derive(Debug, Clone)]
pub struct RenderWorkerMetrics {
}

impl RecorderMetrics for RenderWorkerMetrics {
    fn new(_: &Metrics) -> Self {
        Self {
        }
    }
}

impl RenderWorkerMetrics {
    /// Memory a worker holds.
    ///
    /// `worker_memory_bytes`, gauge in `By`, for these ids, as long as what is given lives.
    pub fn worker_memory_bytes(metrics: &Metrics, worker_id: &str) -> Gauge<(), i64> {
        metrics.generated_live_gauge(&super::rendering::WORKER_MEMORY_BYTES, &[("worker_id", worker_id)])
    }
}

/// Series of the recorder `upload`.
#[derive(Debug, Clone)]
pub struct UploadMetrics {
    /// Uploads that are being rendered.
    ///
    /// `uploads_in_flight`, updowncounter in `{upload}`.
    pub uploads_in_flight: UpDownCounter<labels::Tier, i64>,
    /// Uploads that ended.
    ///
    /// `uploads_total`, counter in `{upload}`.
    pub uploads_total: Counter<(labels::Tier, labels::Region, labels::UploadStatus), u64>,
    /// Time from the upload to its end.
    ///
    /// `upload_duration_seconds`, histogram in `s`.
    pub upload_duration_seconds: Histogram<(labels::Tier, labels::UploadStatus), f64>,
    /// Size of an upload.
    ///
    /// `upload_size_bytes`, histogram in `By`.
    pub upload_size_bytes: Histogram<labels::Tier, u64>,
}

impl RecorderMetrics for UploadMetrics {
    fn new(metrics: &Metrics) -> Self {
        Self {
            uploads_in_flight: metrics.generated_up_down_counter(&super::rendering::UPLOADS_IN_FLIGHT),
            uploads_total: metrics.generated_counter(&super::rendering::UPLOADS_TOTAL),
            upload_duration_seconds: metrics.generated_histogram(&super::rendering::UPLOAD_DURATION_SECONDS),
            upload_size_bytes: metrics.generated_histogram(&super::rendering::UPLOAD_SIZE_BYTES),
        }
    }
}
