//! Labels that hold ids of what is alive: bounded by how many live at once, and given back when they end.
//!
//! A lease holds an id. Leases of one id share it, and the last that is dropped frees its place. Beyond the
//! bound an id is `_other` for as long as its lease lasts. Leases are taken once a session or worker, so a lock
//! is enough.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use super::interner::{MAX_VALUE_BYTES, OTHER};
use super::overflow::Overflow;

/// Ended ids that are remembered; the SDK remembers no more series than this of a metric.
const MOST_ENDED: usize = 2_000;

pub(crate) struct LiveValues {
    /// Leases of each id.
    leases: Mutex<HashMap<Arc<str>, usize>>,
    /// Ids that ended a while ago at most, with the time.
    ended: Mutex<HashMap<Arc<str>, Instant>>,
    limit: usize,
    overflow: Arc<Overflow>,
}

/// Holds an id, until dropped.
pub(crate) struct Lease {
    /// `None` is `_other`.
    value: Option<Arc<str>>,
    owner: Arc<LiveValues>,
}

impl LiveValues {
    pub(crate) fn new(key: &'static str, limit: usize) -> Arc<Self> {
        Arc::new(Self {
            leases: Mutex::new(HashMap::new()),
            ended: Mutex::new(HashMap::new()),
            limit,
            overflow: Overflow::new(key),
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

    /// Whether the id lives, or ended less than this ago.
    pub(crate) fn tells(&self, value: &str, grace: Duration) -> bool {
        let lives = lock(&self.leases).contains_key(value);
        if lives || value == OTHER {
            return true;
        }
        let mut ended = lock(&self.ended);
        ended.retain(|_, at| at.elapsed() < grace);
        ended.contains_key(value)
    }

    fn hold(&self, value: &str) -> Option<Arc<str>> {
        if value.len() > MAX_VALUE_BYTES {
            return None;
        }
        let mut leases = lock(&self.leases);
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
        let mut leases = lock(&self.owner.leases);
        let Some(count) = leases.get_mut(value) else {
            return;
        };
        *count -= 1;
        if *count > 0 {
            return;
        }
        leases.remove(value);
        drop(leases);
        let mut ended = lock(&self.owner.ended);
        if ended.len() < MOST_ENDED {
            ended.insert(Arc::clone(value), Instant::now());
        }
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn the_last_lease_frees_the_place() {
        let live = LiveValues::new("session_id", 1);
        let first = live.lease("a");
        let second = live.lease("a");
        assert_eq!((first.value(), second.value()), ("a", "a"));
        drop(first);
        let beyond = live.lease("b");
        assert_eq!(beyond.value(), OTHER, "a still lives");
        drop(second);
        assert_eq!(live.lease("b").value(), "b");
        assert_eq!(beyond.value(), OTHER, "a lease keeps its value");
        assert_eq!(live.overflow.counted(), 1);
    }

    proptest! {
        #[test]
        fn any_order_of_ends_leaves_nothing(ids in proptest::collection::vec(0_u8..12, 0..100), keep in 1_usize..20) {
            let live = LiveValues::new("agent_id", 8);
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
