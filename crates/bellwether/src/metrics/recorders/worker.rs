//! The recorder of workers: how many are free.

use std::sync::Arc;

use super::observation::Observation;
use crate::metrics::Metrics;
use crate::metrics::generated::jobs::WORKERS_AVAILABLE;
use crate::metrics::generated::recorder_metrics::WorkerMetrics;

/// The process's recorder of workers.
///
/// Feeds the gauge `workers_available` of the job-queue contract.
///
/// ```
/// use bellwether::metrics;
///
/// metrics::worker().available(3); // when it changes
/// let _observed = metrics::worker().observe(|| 3); // or asked when metrics are collected
/// ```
pub fn worker() -> Workers {
    Metrics::global().worker()
}

impl Metrics {
    /// The recorder [`worker`] on these metrics.
    ///
    /// ```
    /// bellwether::metrics::Metrics::global().worker().available(3);
    /// ```
    pub fn worker(&self) -> Workers {
        Workers {
            metrics: self.clone(),
            families: self.recorder(),
        }
    }
}

/// The recorder of workers, from [`worker`].
///
/// ```
/// let workers = bellwether::metrics::worker();
/// workers.available(0);
/// ```
#[derive(Debug, Clone)]
pub struct Workers {
    metrics: Metrics,
    families: Arc<WorkerMetrics>,
}

impl Workers {
    /// So many workers are free.
    ///
    /// ```
    /// bellwether::metrics::worker().available(3);
    /// ```
    pub fn available(&self, count: i64) {
        self.families.workers_available.set(count, ());
    }

    /// Asks at each collection how many workers are free. The answer should be at hand: a collection waits for it.
    ///
    /// ```
    /// bellwether::metrics::worker().observe(|| 3).keep();
    /// ```
    pub fn observe(&self, ask: impl Fn() -> i64 + Send + Sync + 'static) -> Observation {
        Observation::new(&self.metrics, &WORKERS_AVAILABLE, None, ask)
    }
}
