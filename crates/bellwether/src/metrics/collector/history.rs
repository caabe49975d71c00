//! What happened lately, minute by minute and orchestrator by orchestrator, in bounded memory.
//!
//! An orchestrator has a ring of minutes; a minute's place is its number modulo the ring's length. The place says
//! which minute it holds, so what is there from the last round is seen as such, and made new. Rings come with an
//! orchestrator's first update, and their memory an hour at a time.
//!
//! Orchestrators are those of the label `orchestrator_id`: at most a hundred, and `_other`.

use std::ops::RangeInclusive;
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};
use std::time::{Duration, SystemTime};

use super::update::{Counted, What};
use crate::metrics::generated::labels::{
    FromOrchestrator, OrchestratorId, ToOrchestrator, ToolStatus,
};
use crate::metrics::{Label, OpenLabel};

/// Minutes since 1970.
pub(super) type Minute = u32;

/// Minutes that are allocated at a time.
const PIECE: usize = 60;

/// The minute of a time; the first where that is before 1970.
pub(super) fn minute(time: SystemTime) -> Minute {
    let since = time.duration_since(SystemTime::UNIX_EPOCH);
    let minutes = since.map_or(0, |since| since.as_secs() / 60);
    Minute::try_from(minutes).unwrap_or(Minute::MAX)
}

/// When a minute begins.
pub(super) fn begin(minute: Minute) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(u64::from(minute) * 60)
}

/// Counts of a minute, or of several.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(super) struct Totals {
    pub(super) tokens: u64,
    /// Sum of latencies in seconds.
    pub(super) latency: f64,
    pub(super) sessions: u32,
    pub(super) messages: u32,
    pub(super) errors: u32,
    pub(super) tools_ok: u32,
    pub(super) tools_failed: u32,
    pub(super) delegations: u32,
    /// Which minute; of several no one.
    minute: Minute,
}

const _: () = assert!(size_of::<Totals>() == 48, "the memory that pages state");

#[derive(Debug)]
struct Ring {
    orchestrator: OrchestratorId,
    pieces: Box<[Option<Box<[Totals]>>]>,
}

#[derive(Debug)]
pub(super) struct History {
    /// Pieces of a ring.
    hours: usize,
    /// By the orchestrator's index.
    rings: Box<[OnceLock<Mutex<Ring>>]>,
}

impl History {
    /// Of this many hours, the running minute among them.
    pub(super) fn new(hours: usize) -> Self {
        Self {
            hours,
            rings: (0..OrchestratorId::COUNT)
                .map(|_| OnceLock::new())
                .collect(),
        }
    }

    /// Adds what happened to its orchestrator's minute.
    pub(super) fn add(&self, minute: Minute, what: What) {
        match what {
            What::Latency(orchestrator, seconds) => self.update(minute, orchestrator, |totals| {
                totals.messages = totals.messages.saturating_add(1);
                totals.latency += seconds;
            }),
            What::Counted(counted, by) => self.count(minute, counted, by),
        }
    }

    fn count(&self, minute: Minute, counted: Counted, by: u64) {
        let few = u32::try_from(by).unwrap_or(u32::MAX);
        let add = |to: &mut u32| *to = to.saturating_add(few);
        match counted {
            Counted::SessionStart(orchestrator, _) => {
                self.update(minute, orchestrator, |totals| add(&mut totals.sessions));
            }
            Counted::SessionEnd(..) => {}
            Counted::Tokens(orchestrator, _) => self.update(minute, orchestrator, |totals| {
                totals.tokens = totals.tokens.saturating_add(by);
            }),
            Counted::Tool(orchestrator, _, status) => self.update(minute, orchestrator, |totals| {
                let is_ok = status == ToolStatus::Success;
                add(if is_ok {
                    &mut totals.tools_ok
                } else {
                    &mut totals.tools_failed
                });
            }),
            Counted::Delegation(from, to, _) => {
                let (from, to) = (giver(from), taker(to));
                self.update(minute, from, |totals| add(&mut totals.delegations));
                if from != to {
                    self.update(minute, to, |totals| add(&mut totals.delegations));
                }
            }
            Counted::Error(orchestrator, _) => {
                self.update(minute, orchestrator, |totals| add(&mut totals.errors));
            }
        }
    }

    fn update(&self, minute: Minute, orchestrator: OrchestratorId, add: impl FnOnce(&mut Totals)) {
        let Some(ring) = self.rings.get(Label::index(orchestrator)) else {
            return;
        };
        let ring = ring.get_or_init(|| {
            Mutex::new(Ring {
                orchestrator,
                pieces: (0..self.hours).map(|_| None).collect(),
            })
        });
        lock(ring).update(minute, add);
    }

    /// Sums of these minutes, as far as they are kept.
    pub(super) fn sum(&self, orchestrator: &str, minutes: &RangeInclusive<Minute>) -> Totals {
        let rings = self.rings.iter().filter_map(OnceLock::get);
        let ring = rings
            .map(lock)
            .find(|ring| ring.orchestrator.as_str() == orchestrator);
        ring.map_or_else(Totals::default, |ring| ring.sum(minutes))
    }

    /// The first minute that is still kept in this one.
    pub(super) fn oldest(&self, now: Minute) -> Minute {
        let kept = u32::try_from(self.hours * PIECE).unwrap_or(u32::MAX);
        now.saturating_sub(kept - 1)
    }

    #[cfg(test)]
    pub(super) fn bytes(&self) -> usize {
        let rings = self.rings.iter().filter_map(OnceLock::get).map(lock);
        let of_rings = rings.map(|ring| {
            let pieces = ring.pieces.iter().flatten();
            let buckets: usize = pieces.map(|piece| size_of_val(&**piece)).sum();
            buckets + size_of_val(&*ring.pieces)
        });
        of_rings.sum::<usize>() + size_of_val(&*self.rings)
    }
}

impl Ring {
    fn update(&mut self, minute: Minute, add: impl FnOnce(&mut Totals)) {
        let place = minute as usize % (self.pieces.len() * PIECE);
        let Some(piece) = self.pieces.get_mut(place / PIECE) else {
            return;
        };
        let piece = piece.get_or_insert_with(|| vec![Totals::default(); PIECE].into());
        let Some(bucket) = piece.get_mut(place % PIECE) else {
            return;
        };
        // A clock that was set back may name a minute that a later one has taken the place of.
        if bucket.minute > minute {
            return;
        }
        if bucket.minute < minute {
            *bucket = Totals {
                minute,
                ..Totals::default()
            };
        }
        add(bucket);
    }

    fn sum(&self, minutes: &RangeInclusive<Minute>) -> Totals {
        let buckets = self.pieces.iter().flatten().flat_map(|piece| piece.iter());
        let asked = buckets.filter(|bucket| minutes.contains(&bucket.minute));
        asked.fold(Totals::default(), Totals::plus)
    }
}

impl Totals {
    fn plus(self, other: &Self) -> Self {
        Self {
            tokens: self.tokens.saturating_add(other.tokens),
            latency: self.latency + other.latency,
            sessions: self.sessions.saturating_add(other.sessions),
            messages: self.messages.saturating_add(other.messages),
            errors: self.errors.saturating_add(other.errors),
            tools_ok: self.tools_ok.saturating_add(other.tools_ok),
            tools_failed: self.tools_failed.saturating_add(other.tools_failed),
            delegations: self.delegations.saturating_add(other.delegations),
            minute: 0,
        }
    }
}

fn giver(from: FromOrchestrator) -> OrchestratorId {
    if from == FromOrchestrator::OTHER {
        return OrchestratorId::OTHER;
    }
    OrchestratorId::of(from.as_str())
}

fn taker(to: ToOrchestrator) -> OrchestratorId {
    if to == ToOrchestrator::OTHER {
        return OrchestratorId::OTHER;
    }
    OrchestratorId::of(to.as_str())
}

fn lock(ring: &Mutex<Ring>) -> MutexGuard<'_, Ring> {
    ring.lock().unwrap_or_else(PoisonError::into_inner)
}
