//! The recorder of searches in an agent's memory.

use super::held::{Held, recorder};
use super::stopwatch::Stopwatch;
use crate::metrics::IntoLabel;
use crate::metrics::generated::labels::{MemoryTier, OrchestratorId};
use crate::metrics::generated::recorder_metrics::MemorySearchMetrics;

recorder! {
    /// The process's recorder of memory searches.
    ///
    /// Feeds `wundr_memory_searches_total{tier,orchestrator_id}`, `wundr_memory_search_latency_seconds{tier}`,
    /// `wundr_memory_cache_hits_total{tier}` and `wundr_memory_cache_misses_total{tier}`.
    ///
    /// ```
    /// use bellwether::metrics::{self, generated::labels::MemoryTier};
    ///
    /// let search = metrics::memory_search().start(MemoryTier::Semantic, "orch-1");
    /// search.cache_miss();
    /// search.done();
    /// ```
    memory_search, MemorySearchMetrics => MemorySearches
}

/// The recorder of memory searches, from [`memory_search`].
///
/// ```
/// let searches = bellwether::metrics::memory_search();
/// # let _ = searches;
/// ```
#[derive(Debug, Clone)]
pub struct MemorySearches(Held<MemorySearchMetrics>);

impl MemorySearches {
    fn new(families: Held<MemorySearchMetrics>) -> Self {
        Self(families)
    }

    /// A search begins; it lasts until the guard is gone.
    ///
    /// ```
    /// use bellwether::metrics::{self, generated::labels::MemoryTier};
    /// metrics::memory_search().start(MemoryTier::Episodic, "orch-1").done();
    /// ```
    #[must_use = "a search lasts until this is dropped"]
    pub fn start(
        &self,
        tier: MemoryTier,
        orchestrator: impl IntoLabel<OrchestratorId>,
    ) -> MemorySearch {
        MemorySearch {
            families: self.0.clone(),
            tier,
            orchestrator: orchestrator.into_label(),
            stopwatch: Stopwatch::start(),
        }
    }
}

/// A search, from [`MemorySearches::start`].
///
/// ```
/// use bellwether::metrics::{self, generated::labels::MemoryTier};
/// let search = metrics::memory_search().start(MemoryTier::Scratchpad, "orch-1");
/// search.cache_hit();
/// ```
#[derive(Debug)]
pub struct MemorySearch {
    families: Held<MemorySearchMetrics>,
    tier: MemoryTier,
    orchestrator: OrchestratorId,
    stopwatch: Stopwatch,
}

impl MemorySearch {
    /// The cache had the answer. Call it once.
    ///
    /// ```
    /// use bellwether::metrics::{self, generated::labels::MemoryTier};
    /// metrics::memory_search().start(MemoryTier::Semantic, "orch-1").cache_hit();
    /// ```
    pub fn cache_hit(&self) {
        let hits = &self.families.wundr_memory_cache_hits_total;
        hits.add(1, self.tier);
    }

    /// The cache had no answer. Call it once.
    ///
    /// ```
    /// use bellwether::metrics::{self, generated::labels::MemoryTier};
    /// metrics::memory_search().start(MemoryTier::Semantic, "orch-1").cache_miss();
    /// ```
    pub fn cache_miss(&self) {
        let misses = &self.families.wundr_memory_cache_misses_total;
        misses.add(1, self.tier);
    }

    /// It is over, as when the guard is dropped.
    ///
    /// ```
    /// use bellwether::metrics::{self, generated::labels::MemoryTier};
    /// metrics::memory_search().start(MemoryTier::Semantic, "orch-1").done();
    /// ```
    pub fn done(self) {}
}

impl Drop for MemorySearch {
    fn drop(&mut self) {
        let families = &self.families;
        families
            .wundr_memory_searches_total
            .add(1, (self.tier, self.orchestrator));
        families
            .wundr_memory_search_latency_seconds
            .record(self.stopwatch.seconds(), self.tier);
    }
}
