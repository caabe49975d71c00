//! Labels that hold ids of what is alive: bounded by how many live at once, and given back when they end.
//!
//! A lease holds an id. Leases of one id share it, and the last that is dropped frees its place. Beyond the
//! bound an id is `_other` for as long as its lease lasts. Leases are taken once a session or worker, so a lock
//! is enough.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use opentelemetry::metrics::Meter;

use super::interner::{MAX_VALUE_BYTES, OTHER, Overflow};

pub(crate) struct LiveValues {
    /// Leases of each id.
    leases: Mutex<HashMap<Arc<str>, usize>>,
    limit: usize,
    overflow: Overflow,
}

/// Holds an id, until dropped.
pub(crate) struct Lease {
    /// `None` is `_other`.
    value: Option<Arc<str>>,
    owner: Arc<LiveValues>,
}

impl LiveValues {
    pub(crate) fn new(meter: &Meter, key: &'static str, limit: usize) -> Arc<Self> {
        Arc::new(Self {
            leases: Mutex::new(HashMap::new()),
            limit,
            overflow: Overflow::new(meter, key),
        })
    }

    pub(crate) fn lease(self: &Arc<Self>, value: &str) -> Lease {
        let held = self.hold(value);
        if held.is_none() {
            self.overflow.count();
        }
        Lease {
            value: held,
            owner: Arc::clone(self),
        }
    }

    fn hold(&self, value: &str) -> Option<Arc<str>> {
        if value.len() > MAX_VALUE_BYTES {
            return None;
        }
        let mut leases = self.leases.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((held, count)) = leases.get_key_value(value) {
            let (held, count) = (Arc::clone(held), count + 1);
            leases.insert(Arc::clone(&held), count);
            return Some(held);
        }
        if leases.len() >= self.limit {
            return None;
        }
        let held: Arc<str> = value.into();
        leases.insert(Arc::clone(&held), 1);
        Some(held)
    }
}

impl Lease {
    /// The id, or `_other`.
    pub(crate) fn value(&self) -> &str {
        self.value.as_deref().unwrap_or(OTHER)
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        let Some(value) = &self.value else { return };
        let mut leases = self
            .owner
            .leases
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let Some(count) = leases.get_mut(value) else {
            return;
        };
        *count -= 1;
        if *count == 0 {
            leases.remove(value);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::metrics::testing::Exported;

    #[test]
    fn the_last_lease_frees_the_place() {
        let exported = Exported::new();
        let live = LiveValues::new(&exported.meter(), "session_id", 1);
        let first = live.lease("a");
        let second = live.lease("a");
        assert_eq!((first.value(), second.value()), ("a", "a"));
        drop(first);
        let beyond = live.lease("b");
        assert_eq!(beyond.value(), OTHER, "a still lives");
        drop(second);
        assert_eq!(live.lease("b").value(), "b");
        assert_eq!(beyond.value(), OTHER, "a lease keeps its value");
        let counted = exported.sum(
            "bellwether_label_overflow_total",
            &[("label", "session_id")],
        );
        assert_eq!(counted, Some(1));
    }

    proptest! {
        #[test]
        fn any_order_of_ends_leaves_nothing(ids in proptest::collection::vec(0_u8..12, 0..100), keep in 1_usize..20) {
            let live = LiveValues::new(&Exported::new().meter(), "agent_id", 8);
            let mut held = std::collections::VecDeque::new();
            for id in ids {
                held.push_back(live.lease(&id.to_string()));
                if held.len() > keep {
                    held.pop_front();
                }
                prop_assert!(live.leases.lock().unwrap().len() <= 8.min(keep + 1));
            }
            held.clear();
            prop_assert!(live.leases.lock().unwrap().is_empty());
        }
    }
}
