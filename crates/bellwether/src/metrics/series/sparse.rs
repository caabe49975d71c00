//! Slots of sets of labels that are too many for an array: a table that is only ever added to.
//!
//! Levels of 64, 128, … places come as they are needed. A key lies within eight places of where its hash points,
//! in the first level that has one free there; so a look-up that meets a free place has its answer, takes no
//! lock, and touches one level as long as there are few series.

use crate::metrics::sync::{Mutex, OnceLock, PoisonError};

/// Places of the first level.
const FIRST: usize = 64;
/// Places of a level that a key may take.
const WINDOW: usize = 8;
/// 64 + 128 + … + 16,384 places for at most 2,000 keys.
const LEVELS: usize = 9;

struct Entry {
    key: u64,
    slot: usize,
}

type Level = Box<[OnceLock<Entry>]>;

pub(super) struct Sparse {
    levels: [OnceLock<Level>; LEVELS],
    /// Slots given out.
    used: Mutex<usize>,
}

impl Sparse {
    pub(super) fn new() -> Self {
        Self {
            levels: std::array::from_fn(|_| OnceLock::new()),
            used: Mutex::new(0),
        }
    }

    #[inline]
    pub(super) fn find(&self, key: u64) -> Option<usize> {
        let hash = spread(key);
        for level in self.levels.iter().map_while(OnceLock::get) {
            for place in window(level, hash) {
                let entry = place.get()?;
                if entry.key == key {
                    return Some(entry.slot);
                }
            }
        }
        None
    }

    /// The key's slot, or the next free one where fewer than `limit` are given out.
    #[cold]
    pub(super) fn insert(&self, key: u64, limit: usize) -> Option<usize> {
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        // Another thread may have been first.
        if let Some(slot) = self.find(key) {
            return Some(slot);
        }
        if *used >= limit {
            return None;
        }
        let hash = spread(key);
        for (number, level) in self.levels.iter().enumerate() {
            let level =
                level.get_or_init(|| (0..FIRST << number).map(|_| OnceLock::new()).collect());
            if let Some(place) = window(level, hash).find(|place| place.get().is_none()) {
                let slot = *used;
                *used += 1;
                place.get_or_init(|| Entry { key, slot });
                return Some(slot);
            }
        }
        None
    }
}

/// Neighbouring indices fall far apart (the multiplier is 2^64 divided by the golden ratio).
#[inline]
fn spread(key: u64) -> usize {
    let product = key.wrapping_mul(0x9e37_79b9_7f4a_7c15);
    (product ^ (product >> 32)) as usize
}

#[inline]
fn window(level: &Level, hash: usize) -> impl Iterator<Item = &OnceLock<Entry>> {
    let mask = level.len() - 1;
    (0..WINDOW).filter_map(move |step| level.get((hash + step) & mask))
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn keys_keep_their_slots_and_each_slot_has_one_key(
            keys in proptest::collection::vec(prop_oneof![0_u64..4_000, any::<u64>()], 0..3_000), limit in 0_usize..2_000,
        ) {
            let sparse = Sparse::new();
            let mut model: HashMap<u64, usize> = HashMap::new();
            for key in keys {
                let room = model.len() < limit;
                let next = model.len();
                let expected = match model.get(&key) {
                    Some(slot) => Some(*slot),
                    None if room => {
                        model.insert(key, next);
                        Some(next)
                    }
                    None => None,
                };
                prop_assert_eq!(sparse.find(key).or_else(|| sparse.insert(key, limit)), expected);
            }
        }
    }

    #[test]
    fn two_thousand_neighbours_fit() {
        let sparse = Sparse::new();
        for key in 0..2_000 {
            assert_eq!(sparse.insert(key * 64, 2_000), Some(key as usize));
        }
        assert_eq!(sparse.insert(1, 2_000), None);
    }

    #[test]
    fn threads_agree() {
        let sparse = Sparse::new();
        let slots: Vec<Vec<Option<usize>>> = std::thread::scope(|scope| {
            let threads: Vec<_> = (0..8_u64)
                .map(|thread| {
                    let sparse = &sparse;
                    scope.spawn(move || {
                        let mut slots = vec![None; 500];
                        for step in 0..500_u64 {
                            let key = (step + thread * 60) % 500;
                            slots[key as usize] =
                                sparse.find(key).or_else(|| sparse.insert(key, 2_000));
                        }
                        slots
                    })
                })
                .collect();
            threads
                .into_iter()
                .map(|thread| thread.join().unwrap())
                .collect()
        });
        assert!(slots.iter().all(|other| *other == slots[0]));
        let mut sorted: Vec<usize> = slots[0].iter().copied().flatten().collect();
        sorted.sort_unstable();
        assert_eq!(sorted, (0..500).collect::<Vec<_>>());
    }
}
