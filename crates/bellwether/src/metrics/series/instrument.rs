//! One metric of the SDK and the tables whose series it tells.
//!
//! Most metrics have one table. A metric with a label of live ids has one for each set of ids in use, with those
//! as fixed attributes. When its last holder is gone a gauge's series leave at once; those of a sum become plain values
//! that are told for a while longer, so that no exporter misses the last of them, and as long as the same ids live again.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::time::{Duration, Instant};

use opentelemetry::KeyValue;
use opentelemetry::metrics::AsyncInstrument;

use super::number::Number;
use super::slots::MAX_SERIES;
use crate::metrics::buffers::Buffers;
use crate::metrics::live::Lease;

/// How values of one series from several tables become one, and what an end means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Counters and up-down counters: values add up, and an ended series is told for a while.
    Sum,
    /// Gauges: the latest table wins, and an ended series leaves at once.
    Value,
}

/// Series that an instrument tells at collection.
pub(crate) trait Observed<T>: Send + Sync {
    fn each(&self, see: &mut dyn FnMut(&[KeyValue], T));
}

/// What keeps a table in its instrument, and its ids alive. Dropped by the last clone of a family.
pub(crate) struct Holder {
    _leases: Vec<Lease>,
}

impl Holder {
    pub(crate) fn new(leases: Vec<Lease>) -> Arc<Self> {
        Arc::new(Self { _leases: leases })
    }
}

struct Entry<T> {
    table: Arc<dyn Observed<T>>,
    holder: Weak<Holder>,
}

/// Last values of ended series, and when they ended.
type Ended<T> = HashMap<Vec<KeyValue>, (T, Instant)>;

struct Told<T> {
    tables: Vec<Entry<T>>,
    ended: Ended<T>,
    /// Tables at which the ended ones among them are looked for.
    sweep_at: usize,
}

/// Fewer tables than this are not worth a look before the next collection.
const SWEEP: usize = 64;

pub(crate) struct Instrument<T> {
    kind: Kind,
    /// How long an ended series of a sum is still told.
    grace: Duration,
    told: Mutex<Told<T>>,
    buffers: Arc<Buffers>,
}

impl<T: Number> Instrument<T> {
    pub(crate) fn new(kind: Kind, grace: Duration, buffers: Arc<Buffers>) -> Arc<Self> {
        Arc::new(Self {
            kind,
            grace,
            told: Mutex::new(Told {
                tables: Vec::new(),
                ended: HashMap::new(),
                sweep_at: SWEEP,
            }),
            buffers,
        })
    }

    /// Tells a table's series for as long as the holder lives.
    pub(crate) fn attach(&self, table: Arc<dyn Observed<T>>, holder: Arc<Holder>) -> Arc<Holder> {
        let mut told = self.told();
        if told.tables.len() >= told.sweep_at {
            self.retire(&mut told);
            told.sweep_at = (told.tables.len() * 2).max(SWEEP);
        }
        told.tables.push(Entry {
            table,
            holder: Arc::downgrade(&holder),
        });
        holder
    }

    /// The callback. Takes no lock that is held while an instrument is made: the SDK holds its own here.
    pub(crate) fn observe(&self, observer: &dyn AsyncInstrument<T>) {
        self.buffers.flush();
        let mut told = self.told();
        self.retire(&mut told);
        if let ([only], true) = (told.tables.as_slice(), told.ended.is_empty()) {
            only.table
                .each(&mut |attributes, value| observer.observe(value, attributes));
            return;
        }
        for (attributes, value) in self.merged(&mut told) {
            observer.observe(value, &attributes);
        }
    }

    fn merged(&self, told: &mut Told<T>) -> HashMap<Vec<KeyValue>, T> {
        let mut merged: HashMap<Vec<KeyValue>, T> = HashMap::new();
        for entry in &told.tables {
            entry.table.each(&mut |attributes, value| {
                let Some(known) = merged.get_mut(attributes) else {
                    merged.insert(attributes.to_vec(), value);
                    return;
                };
                *known = match self.kind {
                    Kind::Sum => known.plus(value),
                    Kind::Value => value,
                };
            });
        }
        told.ended.retain(|attributes, (value, at)| {
            if let Some(alive) = merged.get_mut(attributes) {
                *alive = alive.plus(*value);
                return true;
            }
            let is_told = at.elapsed() < self.grace;
            if is_told {
                merged.insert(attributes.clone(), *value);
            }
            is_told
        });
        merged
    }

    /// Tables without a holder go; what sums they had is kept as values.
    fn retire(&self, told: &mut Told<T>) {
        let Told { tables, ended, .. } = told;
        let now = Instant::now();
        tables.retain(|entry| {
            if entry.holder.strong_count() > 0 {
                return true;
            }
            if self.kind == Kind::Sum {
                keep_last(entry.table.as_ref(), ended, now);
            }
            false
        });
    }

    fn told(&self) -> std::sync::MutexGuard<'_, Told<T>> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// As many as a metric may have series: what ends beyond that within the grace is no longer told.
fn keep_last<T: Number>(table: &dyn Observed<T>, ended: &mut Ended<T>, now: Instant) {
    table.each(&mut |attributes, value| {
        if let Some((known, at)) = ended.get_mut(attributes) {
            *known = known.plus(value);
            *at = now;
            return;
        }
        if ended.len() < MAX_SERIES {
            ended.insert(attributes.to_vec(), (value, now));
        }
    });
}
