//! What the agents remember, in three tiers.
//!
//! | tier | holds | when it is full |
//! |---|---|---|
//! | scratchpad | notes on files that were just read | the oldest half is evicted |
//! | episodic | a summary of each area that was looked into | those of one area are merged |
//! | semantic | words, with how often they were met | the rare ones are given up |
//!
//! A search has a cache. What is written to a tier makes cached answers about it stale.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use bellwether::metrics;
use bellwether::metrics::generated::labels::{CompactionStrategy, MemoryTier};

use super::model::tokens;

const MOST_NOTES: usize = 24;
const MOST_EPISODES: usize = 8;
const MOST_WORDS: usize = 600;
/// Answers that are cached.
const MOST_CACHED: usize = 64;
/// The most that one search finds.
const MOST_FOUND: usize = 3;

/// The memory of one orchestrator's agents.
#[derive(Debug, Default)]
pub(super) struct Memory {
    orchestrator_id: String,
    scratchpad: VecDeque<String>,
    episodes: Vec<Episode>,
    words: BTreeMap<String, u32>,
    /// How often each tier was written to.
    generations: [u64; 3],
    cached: BTreeMap<(usize, String), (u64, Vec<String>)>,
}

#[derive(Debug)]
struct Episode {
    area: String,
    summary: String,
}

/// The tiers in the order of [`Memory::generations`].
const TIERS: [MemoryTier; 3] = [
    MemoryTier::Scratchpad,
    MemoryTier::Episodic,
    MemoryTier::Semantic,
];
const SCRATCHPAD: usize = 0;
const EPISODIC: usize = 1;
const SEMANTIC: usize = 2;

impl Memory {
    pub(super) fn new(orchestrator_id: &str) -> Self {
        Self {
            orchestrator_id: orchestrator_id.to_owned(),
            ..Self::default()
        }
    }

    /// Notes what a file says, and its words other than the common ones.
    pub(super) fn note(&mut self, file: &str, excerpt: &str, common: &BTreeSet<String>) {
        self.scratchpad.push_back(format!("{file}: {excerpt}"));
        if self.scratchpad.len() > MOST_NOTES {
            self.scratchpad.drain(..MOST_NOTES / 2);
            compacted(SCRATCHPAD, CompactionStrategy::Evict);
        }
        for word in tokens::words(excerpt).filter(|word| !common.contains(word)) {
            *self.words.entry(word).or_default() += 1;
        }
        if self.words.len() > MOST_WORDS {
            // What is common stays, in room for as much again.
            let mut rare = 0;
            while self.words.len() > MOST_WORDS / 2 {
                rare += 1;
                self.words.retain(|_, met| *met > rare);
            }
            compacted(SEMANTIC, CompactionStrategy::Summarize);
        }
        self.written(SCRATCHPAD);
        self.written(SEMANTIC);
    }

    /// Remembers what came of an area.
    pub(super) fn remember(&mut self, area: &str, summary: &str) {
        self.episodes.push(Episode {
            area: area.to_owned(),
            summary: summary.to_owned(),
        });
        if self.episodes.len() > MOST_EPISODES {
            self.merge();
            compacted(EPISODIC, CompactionStrategy::Merge);
        }
        self.written(EPISODIC);
    }

    /// One episode for each area, its summaries behind each other and cut; the oldest areas leave.
    fn merge(&mut self) {
        let mut merged: Vec<Episode> = Vec::new();
        for episode in self.episodes.drain(..) {
            match merged.iter_mut().find(|known| known.area == episode.area) {
                Some(known) => {
                    let both = format!("{} {}", episode.summary, known.summary);
                    tokens::first(&both, 60).clone_into(&mut known.summary);
                }
                None => merged.push(episode),
            }
        }
        let leaving = merged.len().saturating_sub(MOST_EPISODES / 2);
        merged.drain(..leaving);
        self.episodes = merged;
    }

    /// What all tiers know about something.
    pub(super) fn search(&mut self, query: &str) -> Vec<String> {
        let query = query.trim().to_lowercase();
        (0..TIERS.len())
            .flat_map(|tier| self.search_tier(tier, &query))
            .collect()
    }

    fn search_tier(&mut self, tier: usize, query: &str) -> Vec<String> {
        let search = metrics::memory_search().start(TIERS[tier], &self.orchestrator_id);
        let key = (tier, query.to_owned());
        let generation = self.generations[tier];
        if let Some((cached_at, found)) = self.cached.get(&key)
            && *cached_at == generation
        {
            search.cache_hit();
            return found.clone();
        }
        search.cache_miss();
        let found = self.look_up(tier, query);
        if self.cached.len() >= MOST_CACHED {
            let generations = self.generations;
            self.cached
                .retain(|(tier, _), (cached_at, _)| *cached_at == generations[*tier]);
        }
        if self.cached.len() < MOST_CACHED {
            self.cached.insert(key, (generation, found.clone()));
        }
        search.done();
        found
    }

    fn look_up(&self, tier: usize, query: &str) -> Vec<String> {
        let says = |text: &&String| text.to_lowercase().contains(query);
        match tier {
            SCRATCHPAD => {
                let notes = self.scratchpad.iter().rev().filter(says);
                notes.take(MOST_FOUND).cloned().collect()
            }
            EPISODIC => {
                let summaries = self.episodes.iter().rev().map(|episode| &episode.summary);
                summaries.filter(says).take(MOST_FOUND).cloned().collect()
            }
            _ => {
                let words = self.words.iter().filter(|(word, _)| word.contains(query));
                let facts = words.map(|(word, met)| format!("`{word}` was met {met} times"));
                facts.take(MOST_FOUND).collect()
            }
        }
    }

    fn written(&mut self, tier: usize) {
        self.generations[tier] += 1;
        let (entries, bytes) = match tier {
            SCRATCHPAD => (
                self.scratchpad.len(),
                self.scratchpad.iter().map(String::len).sum::<usize>(),
            ),
            EPISODIC => (
                self.episodes.len(),
                self.episodes
                    .iter()
                    .map(|e| e.area.len() + e.summary.len())
                    .sum(),
            ),
            _ => (
                self.words.len(),
                self.words
                    .keys()
                    .map(|word| word.len() + size_of::<u32>())
                    .sum(),
            ),
        };
        let store = metrics::memory_store();
        let count = |number: usize| i64::try_from(number).unwrap_or(i64::MAX);
        store.entries(TIERS[tier], &self.orchestrator_id, count(entries));
        store.bytes(TIERS[tier], count(bytes));
    }
}

fn compacted(tier: usize, strategy: CompactionStrategy) {
    metrics::memory_store().compacted(TIERS[tier], strategy);
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{MOST_EPISODES, MOST_NOTES, MOST_WORDS, Memory};

    #[test]
    fn tiers_stay_within_their_bounds() {
        let mut memory = Memory::new("o");
        for n in 0..2_000 {
            memory.note("file", &format!("unheard{n} of words"), &BTreeSet::new());
            memory.remember(&format!("area {}", n % 13), "what came of it");
            assert!(memory.scratchpad.len() <= MOST_NOTES);
            assert!(memory.episodes.len() <= MOST_EPISODES);
            assert!(memory.words.len() <= MOST_WORDS);
        }
        assert!(memory.words.contains_key("words"), "what is common stays");
    }

    #[test]
    fn what_is_written_makes_the_cache_stale() {
        let mut memory = Memory::new("o");
        let common = BTreeSet::from(["occurs".to_owned()]);
        memory.note("a.rs", "an error occurs", &common);
        assert!(!memory.words.contains_key("occurs"));
        let found = memory.search("error ");
        assert_eq!(found, ["a.rs: an error occurs", "`error` was met 1 times"]);
        assert_eq!(memory.search("error"), found);
        memory.remember("src", "errors are handled");
        assert_eq!(memory.search("error").len(), 3);
        memory.note("b.rs", "another error", &common);
        let found = memory.search("error");
        assert_eq!(found[0], "b.rs: another error", "the latest first");
        assert!(found.contains(&"`error` was met 2 times".to_owned()));
    }
}
