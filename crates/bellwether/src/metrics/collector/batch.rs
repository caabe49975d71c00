//! A buffer of updates that merges them, and gives them up all at once.
//!
//! ```text
//! writer ──► its shard: lock, merge, unlock ──┐ full ─────────────────────────────┐
//! interval, flush(), a collection ────────────┴──► flush: lock all shards, take all, unlock, apply
//! ```
//!
//! Three rules make it exact:
//!
//! * A flush takes every shard at one moment, holding all their locks. So what it takes is a cut through time: with an
//!   update it takes all that happened before that update, whichever thread made it.
//! * One flush at a time, and the next begins after the last has been applied. So when a flush returns, every update
//!   made before it began has been applied, also those that another thread had just taken.
//! * Closing takes what is there and shuts the shards in the same moment. So an update is either taken by the close
//!   or handed back to its writer.

use std::mem;

use crate::metrics::sync::{Mutex, MutexGuard, PoisonError};

/// What a shard holds.
pub(crate) trait Merged: Default {
    type Update;

    fn merge(&mut self, update: Self::Update);

    /// Updates merged since it was last cleared.
    fn updates(&self) -> usize;

    /// Forgets them and keeps the memory.
    fn clear(&mut self);
}

pub(crate) struct Batch<M> {
    /// As many as a power of two.
    shards: Box<[Apart<Mutex<Shard<M>>>]>,
    /// Held through a flush. What was cleared last is what shards get next, so memory is used again.
    flushing: Mutex<Vec<M>>,
    max: usize,
}

/// In cache lines of its own: processors fetch them in pairs.
#[repr(align(128))]
struct Apart<T>(T);

struct Shard<M> {
    merged: M,
    closed: bool,
}

impl<M: Merged> Batch<M> {
    /// Flushed when a shard has merged `max` updates.
    pub(crate) fn new(shards: usize, max: usize) -> Self {
        let shard = |_| {
            Apart(Mutex::new(Shard {
                merged: M::default(),
                closed: false,
            }))
        };
        let shards = shards.next_power_of_two();
        Self {
            shards: (0..shards).map(shard).collect(),
            flushing: Mutex::new((0..shards).map(|_| M::default()).collect()),
            max,
        }
    }

    /// Merges an update into a shard, and flushes where that is full.
    ///
    /// # Errors
    /// The update, where the buffer is closed.
    #[inline]
    pub(crate) fn push(
        &self,
        shard: usize,
        update: M::Update,
        apply: impl FnOnce(&[M]),
    ) -> Result<(), M::Update> {
        let Some(Apart(shard)) = self.shards.get(shard & (self.shards.len() - 1)) else {
            return Err(update);
        };
        let mut held = lock(shard);
        if held.closed {
            return Err(update);
        }
        held.merged.merge(update);
        let full = held.merged.updates() >= self.max;
        drop(held);
        if full {
            self.flush(apply);
        }
        Ok(())
    }

    /// Takes what is held and applies it; returns when that and all taken before has been applied.
    pub(crate) fn flush(&self, apply: impl FnOnce(&[M])) {
        self.take(false, apply);
    }

    /// Flushes for the last time: updates are handed back from then on.
    pub(crate) fn close(&self, apply: impl FnOnce(&[M])) {
        self.take(true, apply);
    }

    fn take(&self, close: bool, apply: impl FnOnce(&[M])) {
        let mut taken = lock(&self.flushing);
        let shards = self.shards.iter();
        let mut held: Vec<MutexGuard<'_, Shard<M>>> =
            shards.map(|Apart(shard)| lock(shard)).collect();
        for (shard, taken) in held.iter_mut().zip(taken.iter_mut()) {
            mem::swap(&mut shard.merged, taken);
            shard.closed |= close;
        }
        drop(held);
        if taken.iter().all(|merged| merged.updates() == 0) {
            return;
        }
        apply(&taken);
        taken.iter_mut().for_each(M::clear);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
