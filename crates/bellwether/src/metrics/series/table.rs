//! Counters, up-down counters and gauges over labels.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use opentelemetry::KeyValue;

use super::chunked::Chunked;
use super::instrument::{Holder, Observed};
use super::number::Number;
use super::slots::Slots;
use super::stripes;
use crate::metrics::label::Labels;

/// Cells of a stripe begin this many apart or a multiple of it: two cache lines, since processors fetch pairs.
const APART: usize = 128 / size_of::<AtomicU64>();

/// One atomic a stripe and slot. Where labels are few all of them are one array; otherwise they come in pieces. Which of the
/// two is known when the labels are, so that neither asks for the other.
struct Cells {
    dense: Box<[AtomicU64]>,
    apart: usize,
    sparse: Box<[Chunked<AtomicU64>]>,
    /// Stripes less one: their number is a power of two.
    mask: usize,
}

impl Cells {
    fn new<L: Labels>(stripes: usize) -> Self {
        let slots = Slots::<L>::len();
        let apart = slots.next_multiple_of(APART);
        let (dense, sparse) = if Slots::<L>::DENSE {
            (apart * stripes, 0)
        } else {
            (0, stripes)
        };
        Self {
            dense: (0..dense).map(|_| AtomicU64::new(0)).collect(),
            apart,
            sparse: (0..sparse).map(|_| Chunked::new(slots)).collect(),
            mask: stripes - 1,
        }
    }

    #[inline]
    fn get<L: Labels>(&self, stripe: usize, slot: usize) -> Option<&AtomicU64> {
        let stripe = stripe & self.mask;
        if Slots::<L>::DENSE {
            return self.dense.get(stripe * self.apart + slot);
        }
        self.sparse.get(stripe)?.get(slot)
    }
}

pub(crate) struct Table<L, T> {
    slots: Slots<L>,
    cells: Cells,
    number: std::marker::PhantomData<fn(T)>,
}

impl<L: Labels, T: Number> Table<L, T> {
    pub(crate) fn new(
        metric: &'static str,
        keys: Box<[&'static str]>,
        fixed: &[KeyValue],
        stripes: usize,
    ) -> Arc<Self> {
        Arc::new(Self {
            slots: Slots::new(metric, keys, fixed),
            cells: Cells::new::<L>(stripes),
            number: std::marker::PhantomData,
        })
    }

    /// Stripes of a sum. A gauge has one.
    pub(crate) fn sum_stripes() -> usize {
        stripes::count()
    }

    /// A cell begins as the bits of zero, so whoever finds zero may be the first: only then is the series shown, and adding to
    /// one that counts already is nothing but the addition.
    #[inline]
    pub(super) fn add(&self, value: T, labels: L) {
        let Some((slot, labels)) = self.slots.slot(labels) else {
            return;
        };
        let Some(cell) = self.cells.get::<L>(stripes::thread(), slot) else {
            return;
        };
        if T::add(cell, value) == 0 {
            self.slots.show(slot, labels);
        }
    }

    #[inline]
    pub(super) fn set(&self, value: T, labels: L) {
        let Some((slot, labels)) = self.slots.slot(labels) else {
            return;
        };
        if let Some(cell) = self.cells.get::<L>(0, slot) {
            cell.store(value.into_bits(), Ordering::Relaxed);
            self.slots.show(slot, labels);
        }
    }
}

impl<L: Labels, T: Number> Observed<T> for Table<L, T> {
    fn each(&self, see: &mut dyn FnMut(&[KeyValue], T)) {
        self.slots.each(|slot, attributes| {
            let cells =
                (0..=self.cells.mask).filter_map(|stripe| self.cells.get::<L>(stripe, slot));
            let values = cells.map(|cell| T::of_bits(cell.load(Ordering::Relaxed)));
            if let Some(value) = values.reduce(T::plus) {
                see(attributes, value);
            }
        });
    }
}

/// A table and what keeps it told; nothing where the metric is off.
pub(super) struct Held<L, T> {
    pub(super) table: Option<Arc<Table<L, T>>>,
    #[allow(dead_code, reason = "held, not used")]
    holder: Option<Arc<Holder>>,
}

impl<L, T> Clone for Held<L, T> {
    fn clone(&self) -> Self {
        Self {
            table: self.table.clone(),
            holder: self.holder.clone(),
        }
    }
}

impl<L, T> fmt::Debug for Held<L, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.table.is_some() { "on" } else { "off" })
    }
}

macro_rules! family {
    ($(#[$doc:meta])* $name:ident<$number:ty>) => {
        $(#[$doc])*
        pub struct $name<L, T = $number>(Held<L, T>);

        impl<L, T> Clone for $name<L, T> {
            fn clone(&self) -> Self {
                Self(self.0.clone())
            }
        }

        impl<L, T> fmt::Debug for $name<L, T> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_tuple(stringify!($name)).field(&self.0).finish()
            }
        }

        impl<L, T> $name<L, T> {
            pub(crate) fn on(table: Arc<Table<L, T>>, holder: Arc<Holder>) -> Self {
                Self(Held {
                    table: Some(table),
                    holder: Some(holder),
                })
            }

            /// One that records nothing: its metric is switched off.
            pub(crate) fn off() -> Self {
                Self(Held {
                    table: None,
                    holder: None,
                })
            }

            /// Whether it records: its metric is switched on, and telemetry had started when it was made.
            pub fn is_on(&self) -> bool {
                self.0.table.is_some()
            }
        }
    };
}

family! {
    /// A counter over labels; from [`Metrics::counter`](crate::metrics::Metrics::counter). A clone is the same counter.
    ///
    /// ```
    /// use bellwether::metrics::{Counter, Metrics, generated::{http, labels::Route}};
    /// # let metrics = Metrics::global();
    /// # fn serve(requests: &Counter<(bellwether::metrics::generated::labels::HttpMethod, Route, bellwether::metrics::generated::labels::StatusCode)>) {}
    /// ```
    Counter<u64>
}

family! {
    /// An up-down counter over labels; from [`Metrics::up_down_counter`](crate::metrics::Metrics::up_down_counter). A clone is
    /// the same one.
    UpDownCounter<i64>
}

family! {
    /// A gauge over labels; from [`Metrics::gauge`](crate::metrics::Metrics::gauge). A clone is the same gauge.
    Gauge<f64>
}

impl<L: Labels, T: Number> Counter<L, T> {
    /// Adds to the series of these labels: an index, or a look-up where labels are open, and an atomic add that no
    /// other thread's adds disturb. Allocates for the first of a series only.
    #[inline]
    pub fn add(&self, value: T, labels: L) {
        if let Some(table) = &self.0.table {
            table.add(value, labels);
        }
    }
}

impl<L: Labels, T: Number> UpDownCounter<L, T> {
    /// Adds a difference to the series of these labels, at the cost of [`Counter::add`].
    #[inline]
    pub fn add(&self, difference: T, labels: L) {
        if let Some(table) = &self.0.table {
            table.add(difference, labels);
        }
    }
}

impl<L: Labels, T: Number> Gauge<L, T> {
    /// Sets the series of these labels: an index or look-up, and a store.
    #[inline]
    pub fn set(&self, value: T, labels: L) {
        if let Some(table) = &self.0.table {
            table.set(value, labels);
        }
    }
}
