//! An update, and updates merged: equal ones of one minute add up, latencies are kept as they are.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};

use super::batch::Merged;
use super::history::Minute;
use crate::metrics::generated::labels::{
    DelegationStatus, ErrorType, FromOrchestrator, Model, OrchestratorId, SessionType,
    ToOrchestrator, Tool, ToolStatus,
};

/// Something that is counted, with its labels.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Counted {
    SessionStart(OrchestratorId, SessionType),
    SessionEnd(OrchestratorId, SessionType),
    Tokens(OrchestratorId, Model),
    Tool(OrchestratorId, Tool, ToolStatus),
    Delegation(FromOrchestrator, ToOrchestrator, DelegationStatus),
    Error(OrchestratorId, ErrorType),
}

/// What happened.
#[derive(Debug, Clone, Copy)]
pub(super) enum What {
    Counted(Counted, u64),
    /// In seconds.
    Latency(OrchestratorId, f64),
}

/// What happened, and in which minute.
#[derive(Debug, Clone, Copy)]
pub(super) struct Update {
    pub(super) minute: Minute,
    pub(super) what: What,
}

/// Updates of one shard.
#[derive(Debug, Default)]
pub(super) struct Pending {
    pub(super) counts: HashMap<(Minute, Counted), u64, BuildHasherDefault<Spread>>,
    /// Each as it is: a histogram cannot take back what a sum has lost.
    pub(super) latencies: Vec<(Minute, OrchestratorId, f64)>,
    updates: usize,
}

impl Merged for Pending {
    type Update = Update;

    #[inline]
    fn merge(&mut self, update: Update) {
        self.updates += 1;
        let Update { minute, what } = update;
        match what {
            What::Counted(counted, by) => {
                let count = self.counts.entry((minute, counted)).or_default();
                *count = count.wrapping_add(by);
            }
            What::Latency(orchestrator, seconds) => {
                self.latencies.push((minute, orchestrator, seconds));
            }
        }
    }

    fn updates(&self) -> usize {
        self.updates
    }

    fn clear(&mut self) {
        self.counts.clear();
        self.latencies.clear();
        self.updates = 0;
    }
}

/// A hash of small numbers. Labels are numbers of this process's making, so nobody can choose them to collide.
#[derive(Debug, Default)]
pub(super) struct Spread(u64);

impl Hasher for Spread {
    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.write_u64(u64::from(*byte));
        }
    }

    #[inline]
    fn write_u64(&mut self, number: u64) {
        self.0 = (self.0.rotate_left(5) ^ number).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }

    #[inline]
    fn write_u32(&mut self, number: u32) {
        self.write_u64(u64::from(number));
    }

    #[inline]
    fn write_usize(&mut self, number: usize) {
        self.write_u64(number as u64);
    }

    #[inline]
    #[allow(clippy::cast_sign_loss, reason = "bits of an enum's number")]
    fn write_isize(&mut self, number: isize) {
        self.write_u64(number as u64);
    }

    /// The product's high bits are the mixed ones, and the table looks at both ends.
    #[inline]
    fn finish(&self) -> u64 {
        self.0.rotate_left(26)
    }
}
