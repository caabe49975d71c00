//! An alert that fires and ceases again and again is told once, and once more when that ends.
//!
//! The state is what it is: only notices are held back. With the fourth firing within half an hour the notice says that
//! the alert flaps; from then on nothing is told until it has kept still for ten minutes. If it does not fire then, the
//! end is told.

use std::collections::VecDeque;

use crate::alerts::notice::Notice;

const FIRINGS: usize = 4;
const WITHIN: i64 = 30 * 60 * 1_000;
const QUIET: i64 = 10 * 60 * 1_000;

/// What one label set of one alert did lately.
#[derive(Debug, Default)]
pub(super) struct Flapping {
    firings: VecDeque<i64>,
    is_held: bool,
    last_change: i64,
    held_back: Option<Notice>,
}

/// What to do with a firing.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Told {
    /// Tell it.
    Plain,
    /// Tell it, and that it is the last for a while.
    AsFlapping,
    /// It has been told.
    Not,
}

impl Flapping {
    pub(super) fn fired(&mut self, at: i64) -> Told {
        self.last_change = at;
        self.held_back = None;
        if self.is_held {
            return Told::Not;
        }
        self.firings.push_back(at);
        while self
            .firings
            .front()
            .is_some_and(|first| *first <= at - WITHIN)
        {
            self.firings.pop_front();
        }
        if self.firings.len() < FIRINGS {
            return Told::Plain;
        }
        self.is_held = true;
        Told::AsFlapping
    }

    /// The notice, unless it is to be told later.
    pub(super) fn resolved(&mut self, at: i64, notice: Notice) -> Option<Notice> {
        self.last_change = at;
        if !self.is_held {
            return Some(notice);
        }
        self.held_back = Some(notice);
        None
    }

    /// At every evaluation: what is told now that it has kept still.
    pub(super) fn settled(&mut self, at: i64) -> Option<Notice> {
        if !self.is_held || at - self.last_change < QUIET {
            return None;
        }
        self.is_held = false;
        self.firings.clear();
        self.held_back.take()
    }

    /// Whether nothing is known that could matter later.
    pub(super) fn is_over(&self, at: i64) -> bool {
        !self.is_held && self.last_change <= at - WITHIN
    }
}
