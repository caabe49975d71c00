//! The work, and what is told of it.

use std::sync::Arc;

use bellwether::metrics::{Gauge, Metrics, OpenLabel};

use crate::metrics::labels::{Region, Tier, UploadStatus};
use crate::metrics::recorder_metrics::{RenderCacheMetrics, RenderWorkerMetrics, UploadMetrics};

/// First bytes of a PNG file (<https://www.w3.org/TR/png-3/#5PNG-file-signature>).
const PNG: [u8; 8] = *b"\x89PNG\r\n\x1a\n";

/// Renders the uploads of one region. It keeps the recorders, which are looked up once.
///
/// ```
/// use bellwether::metrics::Metrics;
/// use own_metrics::{Renderer, metrics::labels::Tier};
///
/// let mut renderer = Renderer::new(Metrics::global(), "eu-west-1");
/// assert_eq!(renderer.render(Tier::Free, b"not an image"), None);
/// ```
#[derive(Debug)]
pub struct Renderer {
    region: Region,
    uploads: Arc<UploadMetrics>,
    cache: Arc<RenderCacheMetrics>,
    cached_bytes: i64,
}

impl Renderer {
    /// A renderer that records on these metrics.
    pub fn new(metrics: &Metrics, region: &str) -> Self {
        Self {
            region: Region::of(region),
            uploads: metrics.recorder(),
            cache: metrics.recorder(),
            cached_bytes: 0,
        }
    }

    /// Renders an upload; nothing where it is no image. Every way out is counted and timed.
    pub fn render(&mut self, tier: Tier, image: &[u8]) -> Option<Vec<u8>> {
        let upload = self.uploads.start(tier, self.region);
        upload.upload_size_bytes(image.len() as u64);
        let Some(pixels) = image.strip_prefix(&PNG) else {
            upload.finish(UploadStatus::Refused);
            return None;
        };
        let rendered: Vec<u8> = pixels.iter().rev().copied().collect();
        self.cached_bytes += i64::try_from(rendered.len()).unwrap_or(i64::MAX);
        let cache = &self.cache.render_cache_bytes;
        cache.set(self.cached_bytes, self.region);
        upload.finish(UploadStatus::Rendered);
        Some(rendered)
    }
}

/// A worker with a series of its own for as long as it lives.
///
/// ```
/// use bellwether::metrics::Metrics;
/// let worker = own_metrics::Worker::new(Metrics::global(), "worker-1");
/// worker.holds(48 << 20);
/// ```
#[derive(Debug)]
pub struct Worker {
    memory: Gauge<(), i64>,
}

impl Worker {
    /// A worker of this name.
    pub fn new(metrics: &Metrics, id: &str) -> Self {
        Self {
            memory: RenderWorkerMetrics::worker_memory_bytes(metrics, id),
        }
    }

    /// So many bytes are held now.
    pub fn holds(&self, bytes: i64) {
        self.memory.set(bytes, ());
    }
}
