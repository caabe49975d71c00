//! The recorder of what an agent's memory holds.

use super::held::{Held, recorder};
use crate::metrics::IntoLabel;
use crate::metrics::generated::labels::{CompactionStrategy, MemoryTier, OrchestratorId};
use crate::metrics::generated::recorder_metrics::MemoryStoreMetrics;

recorder! {
    /// The process's recorder of memories.
    ///
    /// Feeds the gauges `wundr_memory_entries_total{tier,orchestrator_id}` and `wundr_memory_bytes{tier}`, and
    /// `wundr_memory_compaction_total{tier,strategy}`.
    ///
    /// ```
    /// use bellwether::metrics::{self, generated::labels::{CompactionStrategy, MemoryTier}};
    ///
    /// let memory = metrics::memory_store();
    /// memory.entries(MemoryTier::Semantic, "orch-1", 1_200);
    /// memory.bytes(MemoryTier::Semantic, 48 << 20);
    /// memory.compacted(MemoryTier::Episodic, CompactionStrategy::Summarize);
    /// ```
    memory_store, MemoryStoreMetrics => MemoryStores
}

/// The recorder of memories, from [`memory_store`].
///
/// ```
/// let memory = bellwether::metrics::memory_store();
/// # let _ = memory;
/// ```
#[derive(Debug, Clone)]
pub struct MemoryStores(Held<MemoryStoreMetrics>);

impl MemoryStores {
    fn new(families: Held<MemoryStoreMetrics>) -> Self {
        Self(families)
    }

    /// So many entries are held now.
    ///
    /// ```
    /// use bellwether::metrics::{self, generated::labels::MemoryTier};
    /// metrics::memory_store().entries(MemoryTier::Semantic, "orch-1", 1_200);
    /// ```
    pub fn entries(
        &self,
        tier: MemoryTier,
        orchestrator: impl IntoLabel<OrchestratorId>,
        count: i64,
    ) {
        let entries = &self.0.wundr_memory_entries_total;
        entries.set(count, (tier, orchestrator.into_label()));
    }

    /// So many bytes are held now.
    ///
    /// ```
    /// use bellwether::metrics::{self, generated::labels::MemoryTier};
    /// metrics::memory_store().bytes(MemoryTier::Scratchpad, 4_096);
    /// ```
    pub fn bytes(&self, tier: MemoryTier, count: i64) {
        self.0.wundr_memory_bytes.set(count, tier);
    }

    /// A tier was compacted.
    ///
    /// ```
    /// use bellwether::metrics::{self, generated::labels::{CompactionStrategy, MemoryTier}};
    /// metrics::memory_store().compacted(MemoryTier::Episodic, CompactionStrategy::Evict);
    /// ```
    pub fn compacted(&self, tier: MemoryTier, strategy: CompactionStrategy) {
        let compactions = &self.0.wundr_memory_compaction_total;
        compactions.add(1, (tier, strategy));
    }
}
