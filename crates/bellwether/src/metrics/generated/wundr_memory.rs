//! Metrics of the family `wundr_memory`.
// Generated from the metrics registry. Change the registry and generate again.

use super::labels;
use crate::metrics::{Instrument, Interval, LabelDefinition, LabelValues, MetricDefinition, ValueType};

/// Entries held now. A gauge in spite of its name, which is the contract.
///
/// `wundr_memory_entries_total`, gauge in `{entry}`.
pub static WUNDR_MEMORY_ENTRIES_TOTAL: MetricDefinition = MetricDefinition {
    name: "wundr_memory_entries_total",
    instrument: Instrument::Gauge,
    value: ValueType::Int,
    observable: false,
    unit: "{entry}",
    description: "Entries held now.",
    buckets: &[],
    labels: &[
        LabelDefinition { key: "tier", prometheus_key: "tier", input: "tier", required: true, values: LabelValues::Closed(labels::MemoryTier::VALUES) },
        LabelDefinition { key: "orchestrator_id", prometheus_key: "orchestrator_id", input: "orchestrator_id", required: true, values: LabelValues::Bounded(100) },
    ],
    prometheus_name: "wundr_memory_entries_total",
    prometheus_suffixed_name: "wundr_memory_entries_total",
    interval: Interval::Fast,
    origin: "wundr",
    switch: None,
    recorder: Some("memory_store"),
};

/// Searches.
///
/// `wundr_memory_searches_total`, counter in `{search}`.
pub static WUNDR_MEMORY_SEARCHES_TOTAL: MetricDefinition = MetricDefinition {
    name: "wundr_memory_searches_total",
    instrument: Instrument::Counter,
    value: ValueType::Int,
    observable: false,
    unit: "{search}",
    description: "Searches.",
    buckets: &[],
    labels: &[
        LabelDefinition { key: "tier", prometheus_key: "tier", input: "tier", required: true, values: LabelValues::Closed(labels::MemoryTier::VALUES) },
        LabelDefinition { key: "orchestrator_id", prometheus_key: "orchestrator_id", input: "orchestrator_id", required: true, values: LabelValues::Bounded(100) },
    ],
    prometheus_name: "wundr_memory_searches_total",
    prometheus_suffixed_name: "wundr_memory_searches_total",
    interval: Interval::Fast,
    origin: "wundr",
    switch: None,
    recorder: Some("memory_search"),
};

/// Time a search takes.
///
/// `wundr_memory_search_latency_seconds`, histogram in `s`.
pub static WUNDR_MEMORY_SEARCH_LATENCY_SECONDS: MetricDefinition = MetricDefinition {
    name: "wundr_memory_search_latency_seconds",
    instrument: Instrument::Histogram,
    value: ValueType::Double,
    observable: false,
    unit: "s",
    description: "Time a search takes.",
    buckets: &[0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5],
    labels: &[
        LabelDefinition { key: "tier", prometheus_key: "tier", input: "tier", required: true, values: LabelValues::Closed(labels::MemoryTier::VALUES) },
    ],
    prometheus_name: "wundr_memory_search_latency_seconds",
    prometheus_suffixed_name: "wundr_memory_search_latency_seconds",
    interval: Interval::Fast,
    origin: "wundr",
    switch: None,
    recorder: Some("memory_search"),
};

/// Searches answered by the cache.
///
/// `wundr_memory_cache_hits_total`, counter in `{hit}`.
pub static WUNDR_MEMORY_CACHE_HITS_TOTAL: MetricDefinition = MetricDefinition {
    name: "wundr_memory_cache_hits_total",
    instrument: Instrument::Counter,
    value: ValueType::Int,
    observable: false,
    unit: "{hit}",
    description: "Searches answered by the cache.",
    buckets: &[],
    labels: &[
        LabelDefinition { key: "tier", prometheus_key: "tier", input: "tier", required: true, values: LabelValues::Closed(labels::MemoryTier::VALUES) },
    ],
    prometheus_name: "wundr_memory_cache_hits_total",
    prometheus_suffixed_name: "wundr_memory_cache_hits_total",
    interval: Interval::Fast,
    origin: "wundr",
    switch: None,
    recorder: Some("memory_search"),
};

/// Searches the cache could not answer.
///
/// `wundr_memory_cache_misses_total`, counter in `{miss}`.
pub static WUNDR_MEMORY_CACHE_MISSES_TOTAL: MetricDefinition = MetricDefinition {
    name: "wundr_memory_cache_misses_total",
    instrument: Instrument::Counter,
    value: ValueType::Int,
    observable: false,
    unit: "{miss}",
    description: "Searches the cache could not answer.",
    buckets: &[],
    labels: &[
        LabelDefinition { key: "tier", prometheus_key: "tier", input: "tier", required: true, values: LabelValues::Closed(labels::MemoryTier::VALUES) },
    ],
    prometheus_name: "wundr_memory_cache_misses_total",
    prometheus_suffixed_name: "wundr_memory_cache_misses_total",
    interval: Interval::Fast,
    origin: "wundr",
    switch: None,
    recorder: Some("memory_search"),
};

/// Compactions.
///
/// `wundr_memory_compaction_total`, counter in `{compaction}`.
pub static WUNDR_MEMORY_COMPACTION_TOTAL: MetricDefinition = MetricDefinition {
    name: "wundr_memory_compaction_total",
    instrument: Instrument::Counter,
    value: ValueType::Int,
    observable: false,
    unit: "{compaction}",
    description: "Compactions.",
    buckets: &[],
    labels: &[
        LabelDefinition { key: "tier", prometheus_key: "tier", input: "tier", required: true, values: LabelValues::Closed(labels::MemoryTier::VALUES) },
        LabelDefinition { key: "strategy", prometheus_key: "strategy", input: "strategy", required: true, values: LabelValues::Closed(labels::CompactionStrategy::VALUES) },
    ],
    prometheus_name: "wundr_memory_compaction_total",
    prometheus_suffixed_name: "wundr_memory_compaction_total",
    interval: Interval::Fast,
    origin: "wundr",
    switch: None,
    recorder: Some("memory_store"),
};

/// Bytes held now.
///
/// `wundr_memory_bytes`, gauge in `By`.
pub static WUNDR_MEMORY_BYTES: MetricDefinition = MetricDefinition {
    name: "wundr_memory_bytes",
    instrument: Instrument::Gauge,
    value: ValueType::Int,
    observable: false,
    unit: "By",
    description: "Bytes held now.",
    buckets: &[],
    labels: &[
        LabelDefinition { key: "tier", prometheus_key: "tier", input: "tier", required: true, values: LabelValues::Closed(labels::MemoryTier::VALUES) },
    ],
    prometheus_name: "wundr_memory_bytes",
    prometheus_suffixed_name: "wundr_memory_bytes",
    interval: Interval::Fast,
    origin: "wundr",
    switch: None,
    recorder: Some("memory_store"),
};
