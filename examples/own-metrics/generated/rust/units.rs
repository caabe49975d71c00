//! Units of work, a guard a recorder: from its start to its end.
// Generated from the metrics registry. Change the registry and generate again.
#![allow(clippy::struct_field_names, reason = "fields are named after labels")]

use std::sync::Arc;
use std::time::Instant;

use super::labels;
use super::recorder_metrics;
use bellwether::metrics::IntoLabel;

impl recorder_metrics::UploadMetrics {
    /// Starts a unit of work of the recorder `upload`. Dropped before it is finished it is `abandoned`.
    #[must_use = "what is dropped at once has ended"]
    pub fn start(self: &Arc<Self>, tier: labels::Tier, region: impl IntoLabel<labels::Region>) -> Upload {
        let unit = Upload {
            families: Arc::clone(self),
            started: Instant::now(),
            tier,
            region: region.into_label(),
            status: labels::UploadStatus::Abandoned,
        };
        unit.families.uploads_in_flight.add(1, unit.tier);
        unit
    }
}

/// A unit of work of the recorder `upload`, from `start` to its drop.
#[derive(Debug)]
pub struct Upload {
    families: Arc<recorder_metrics::UploadMetrics>,
    started: Instant,
    tier: labels::Tier,
    region: labels::Region,
    status: labels::UploadStatus,
}

impl Upload {
    /// Size of an upload.
    ///
    /// `upload_size_bytes`, histogram in `By`.
    pub fn upload_size_bytes(&self, value: u64) {
        self.families.upload_size_bytes.record(value, self.tier);
    }
    /// Ends it so.
    pub fn finish(mut self, status: labels::UploadStatus) {
        self.status = status;
    }
}

impl Drop for Upload {
    fn drop(&mut self) {
        self.families.uploads_in_flight.add(-1, self.tier);
        self.families.uploads_total.add(1, (self.tier, self.region, self.status));
        self.families.upload_duration_seconds.record(self.started.elapsed().as_secs_f64(), (self.tier, self.status));
    }
}
