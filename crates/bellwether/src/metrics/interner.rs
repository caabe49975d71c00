//! Open labels with a bound: each of the first `limit` values gets a small index, later ones share `_other`.
//!
//! The hash is quick and seeded by the process, and a table is small: values chosen to collide cost a few probes more.
//! Values live in a hash table of fixed size, at most half full, that is only ever added to. A look-up hashes,
//! probes, and takes no lock; a value that is new takes a lock while there is room. Once the table is full no
//! value takes it any more, so a stream of new values costs a probe and a counter, and memory stays as it is.
//!
//! Values are never given back, so they are leaked: at most `limit` of at most 256 bytes. Each measurement that went
//! to `_other` counts in `bellwether_label_overflow_total{label}`.

use std::hash::BuildHasher;
use std::sync::Arc;

use foldhash::fast::RandomState;

use super::overflow::Overflow;
use super::sync::{AtomicUsize, Mutex, OnceLock, Ordering, PoisonError};

/// What stands for values beyond a bound.
pub(crate) const OTHER: &str = "_other";

/// Longer values are `_other`: a bound on the number of values is no bound on memory otherwise.
pub(crate) const MAX_VALUE_BYTES: usize = 256;

/// A value of an open label and its index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Interned {
    /// At most the interner's limit, which is the index of `_other`.
    pub(crate) index: usize,
    /// The value, or `_other`.
    pub(crate) value: &'static str,
}

#[derive(Debug)]
struct Entry {
    hash: u64,
    index: usize,
    value: &'static str,
}

#[derive(Debug)]
pub(crate) struct Interner<S = RandomState> {
    slots: Box<[OnceLock<Entry>]>,
    limit: usize,
    /// Values in the table; written under `writers`, after the slot.
    used: AtomicUsize,
    writers: Mutex<()>,
    hasher: S,
    overflow: Arc<Overflow>,
}

impl Interner {
    /// An empty table for a label with this key and bound.
    pub(crate) fn new(key: &'static str, limit: usize) -> Self {
        Self::with_hasher(key, limit, RandomState::default())
    }
}

impl<S: BuildHasher> Interner<S> {
    pub(crate) fn with_hasher(key: &'static str, limit: usize, hasher: S) -> Self {
        let slots = (limit.max(1) * 2).next_power_of_two();
        Self {
            slots: (0..slots).map(|_| OnceLock::new()).collect(),
            limit,
            used: AtomicUsize::new(0),
            writers: Mutex::new(()),
            hasher,
            overflow: Overflow::new(key),
        }
    }

    /// The value with its index, or `_other`. Allocates for a value that is new and has room.
    pub(crate) fn intern(&self, value: &str) -> Interned {
        let hash = self.hasher.hash_one(value);
        // Before the look-up: a table that was full already holds all it ever will, so a miss is final.
        let full = self.used.load(Ordering::Acquire) >= self.limit;
        if let Some(known) = self.find(hash, value) {
            return known;
        }
        if !full
            && value.len() <= MAX_VALUE_BYTES
            && let Some(new) = self.insert(hash, value)
        {
            return new;
        }
        self.overflow.count();
        Interned {
            index: self.limit,
            value: OTHER,
        }
    }

    fn probe(&self, hash: u64) -> impl Iterator<Item = &OnceLock<Entry>> {
        let mask = self.slots.len() - 1;
        let start = hash as usize & mask;
        (0..self.slots.len()).map(move |step| &self.slots[(start + step) & mask])
    }

    fn find(&self, hash: u64, value: &str) -> Option<Interned> {
        self.probe(hash)
            .map_while(OnceLock::get)
            .find(|entry| entry.hash == hash && *entry.value == *value)
            .map(|entry| Interned {
                index: entry.index,
                value: entry.value,
            })
    }

    #[cold]
    fn insert(&self, hash: u64, value: &str) -> Option<Interned> {
        let _writer = self.writers.lock().unwrap_or_else(PoisonError::into_inner);
        // Another writer may have been first, with this value or with the last free place.
        if let Some(known) = self.find(hash, value) {
            return Some(known);
        }
        let index = self.used.load(Ordering::Relaxed);
        if index >= self.limit {
            return None;
        }
        let slot = self.probe(hash).find(|slot| slot.get().is_none())?;
        let entry = slot.get_or_init(|| Entry {
            hash,
            index,
            value: Box::leak(value.into()),
        });
        self.used.store(index + 1, Ordering::Release);
        Some(Interned {
            index,
            value: entry.value,
        })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;
    use std::sync::Barrier;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(64))]
        #[test]
        fn the_first_values_keep_their_index_and_the_rest_is_other(
            values in proptest::collection::vec("[a-e]{0,3}", 0..200), limit in 1_usize..40,
        ) {
            let interner = Interner::new("tool", limit);
            let mut model: HashMap<String, usize> = HashMap::new();
            let mut overflow = 0;
            for value in &values {
                let room = model.len() < limit;
                let next = model.len();
                let expected = match model.get(value) {
                    Some(index) => (*index, value.as_str()),
                    None if room => {
                        model.insert(value.clone(), next);
                        (next, value.as_str())
                    }
                    None => {
                        overflow += 1;
                        (limit, OTHER)
                    }
                };
                let interned = interner.intern(value);
                prop_assert_eq!((interned.index, interned.value), expected);
            }
            prop_assert_eq!(interner.overflow.counted(), overflow);
        }
    }

    #[test]
    fn a_long_value_is_other() {
        let interner = Interner::new("tool", 4);
        assert_eq!(interner.intern(&"x".repeat(MAX_VALUE_BYTES)).index, 0);
        assert_eq!(
            interner.intern(&"x".repeat(MAX_VALUE_BYTES + 1)).value,
            OTHER
        );
    }

    #[test]
    fn threads_agree_on_every_index_and_lose_no_value() {
        const LIMIT: usize = 64;
        for _ in 0..50 {
            let interner = Interner::new("tool", LIMIT);
            let start = Barrier::new(8);
            let seen: Vec<Vec<usize>> = std::thread::scope(|scope| {
                let threads: Vec<_> = (0..8)
                    .map(|thread| {
                        let (interner, start) = (&interner, &start);
                        scope.spawn(move || {
                            start.wait();
                            let mut seen = vec![0; LIMIT];
                            for step in 0..LIMIT {
                                let number = (step + thread * 8) % LIMIT;
                                seen[number] = interner.intern(&format!("v{number}")).index;
                            }
                            seen
                        })
                    })
                    .collect();
                threads
                    .into_iter()
                    .map(|thread| thread.join().unwrap())
                    .collect()
            });
            let mut indices = seen[0].clone();
            assert!(seen.iter().all(|other| *other == indices));
            indices.sort_unstable();
            assert_eq!(indices, (0..LIMIT).collect::<Vec<_>>());
            assert_eq!(interner.overflow.counted(), 0);
        }
    }
}
