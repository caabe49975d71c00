//! What the receiver counts of itself, so that "sent = stored" can be shown.

use std::sync::atomic::{AtomicU64, Ordering};

use crate::store::Signal;

/// Why a request was refused as a whole.
///
/// ```
/// assert_eq!(bellwether_backend::Refusal::Overloaded.as_str(), "overloaded");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Refusal {
    /// Not what its headers say: bad protobuf, JSON, compression, type.
    Malformed,
    /// Larger than the limit, before or after decompression.
    TooLarge,
    /// Too much waits to be stored already. The sender comes again.
    Overloaded,
    /// The store could not commit. The sender comes again.
    Store,
}

impl Refusal {
    /// All of them.
    pub const ALL: [Self; 4] = [
        Self::Malformed,
        Self::TooLarge,
        Self::Overloaded,
        Self::Store,
    ];

    /// The name it has in reports.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Malformed => "malformed",
            Self::TooLarge => "too_large",
            Self::Overloaded => "overloaded",
            Self::Store => "store",
        }
    }
}

#[derive(Debug, Default)]
struct Signals([AtomicU64; 3]);

impl Signals {
    fn add(&self, signal: Signal, count: u64) {
        self.0[signal.index()].fetch_add(count, Ordering::Relaxed);
    }
    fn get(&self, signal: Signal) -> u64 {
        self.0[signal.index()].load(Ordering::Relaxed)
    }
}

/// Counters since the start of the server. Received = stored + duplicates + rejected + failed.
#[derive(Debug, Default)]
pub(crate) struct Counters {
    received: Signals,
    stored: Signals,
    duplicates: Signals,
    rejected: Signals,
    failed: Signals,
    refused: [AtomicU64; 4],
}

impl Counters {
    pub(crate) fn received(&self, signal: Signal, items: u64) {
        self.received.add(signal, items);
    }
    pub(crate) fn stored(&self, signal: Signal, stored: u64, duplicates: u64) {
        self.stored.add(signal, stored);
        self.duplicates.add(signal, duplicates);
    }
    pub(crate) fn rejected(&self, signal: Signal, items: u64) {
        self.rejected.add(signal, items);
    }
    pub(crate) fn failed(&self, signal: Signal, items: u64) {
        self.failed.add(signal, items);
    }
    pub(crate) fn refused(&self, refusal: Refusal) {
        self.refused[refusal as usize].fetch_add(1, Ordering::Relaxed);
    }

    pub(crate) fn counts(&self, signal: Signal) -> Counts {
        Counts {
            received: self.received.get(signal),
            stored: self.stored.get(signal),
            duplicates: self.duplicates.get(signal),
            rejected: self.rejected.get(signal),
            failed: self.failed.get(signal),
        }
    }

    pub(crate) fn refusals(&self, refusal: Refusal) -> u64 {
        self.refused[refusal as usize].load(Ordering::Relaxed)
    }
}

/// Items of one signal since the start of the server: `received` = `stored` + `duplicates` + `rejected` + `failed`, once nothing is on
/// its way.
///
/// ```
/// let counts = bellwether_backend::Counts::default();
/// assert_eq!(counts.received, counts.stored + counts.duplicates + counts.rejected + counts.failed);
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Items in requests that could be read.
    pub received: u64,
    /// Items committed.
    pub stored: u64,
    /// Points and spans that were there already, alike in everything.
    pub duplicates: u64,
    /// Items that can never be stored, such as a span without an id. Their sender was told in a partial success.
    pub rejected: u64,
    /// Items whose commit failed. Their sender was told to come again.
    pub failed: u64,
}
