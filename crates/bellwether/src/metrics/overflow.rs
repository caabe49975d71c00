//! Counts of what became `_other`, by label.
//!
//! A count is an atomic in a list of the process, read when `bellwether_label_overflow_total{label}` is
//! collected: tables of labels need no meter, and a label that never overflows exports nothing.

#![cfg_attr(not(feature = "sdk"), allow(dead_code, reason = "read at collection"))]

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};

static ALL: Mutex<Vec<Weak<Overflow>>> = Mutex::new(Vec::new());

/// Measurements that one label, or one metric's table of series, had no room for.
#[derive(Debug)]
pub(crate) struct Overflow {
    label: &'static str,
    count: AtomicU64,
}

impl Overflow {
    pub(crate) fn new(label: &'static str) -> Arc<Self> {
        let overflow = Arc::new(Self {
            label,
            count: AtomicU64::new(0),
        });
        let mut all = ALL.lock().unwrap_or_else(PoisonError::into_inner);
        all.retain(|known| known.strong_count() > 0);
        all.push(Arc::downgrade(&overflow));
        overflow
    }

    #[cold]
    pub(crate) fn count(&self) {
        self.count.fetch_add(1, Ordering::Relaxed);
    }

    #[cfg(test)]
    pub(crate) fn counted(&self) -> u64 {
        self.count.load(Ordering::Relaxed)
    }
}

/// Counts that are not zero, by label.
pub(crate) fn counts() -> BTreeMap<&'static str, u64> {
    let mut counts = BTreeMap::new();
    let all = ALL.lock().unwrap_or_else(PoisonError::into_inner);
    for overflow in all.iter().filter_map(Weak::upgrade) {
        let count = overflow.count.load(Ordering::Relaxed);
        if count > 0 {
            *counts.entry(overflow.label).or_default() += count;
        }
    }
    counts
}
