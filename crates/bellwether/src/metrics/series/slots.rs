//! From labels to a slot, and from a slot to its attributes.
//!
//! Closed labels are an index into an array. With open labels the index has too wide a range, and a look-up
//! turns it into the number of the series; when a metric has all the series it may have, further sets are folded:
//! their open labels become `_other`, their closed ones stay, and the metric's name counts as a label that
//! overflowed.

use std::marker::PhantomData;
use std::sync::{Arc, OnceLock};

use opentelemetry::KeyValue;

use super::chunked::Chunked;
use super::sparse::Sparse;
use crate::metrics::label::Labels;
use crate::metrics::overflow::Overflow;

/// Most series of a metric: the SDK's default cardinality limit of a stream, less the one it folds the rest into.
///
/// ```
/// assert_eq!(bellwether::metrics::MAX_SERIES, 2_000);
/// ```
pub const MAX_SERIES: usize = 2_000;

pub(super) struct Slots<L> {
    keys: Box<[&'static str]>,
    /// Attributes that each series has besides its labels.
    fixed: Box<[KeyValue]>,
    attributes: Chunked<OnceLock<Box<[KeyValue]>>>,
    open: Option<(Sparse, Arc<Overflow>)>,
    labels: PhantomData<fn(L)>,
}

impl<L: Labels> Slots<L> {
    /// Whether the index is the slot.
    pub(super) const DENSE: bool = L::COUNT <= MAX_SERIES as u64;
    /// Slots for sets as they come; the rest are for folded ones.
    const UNFOLDED: usize = MAX_SERIES.saturating_sub(L::FOLDED_COUNT as usize);

    pub(super) fn new(metric: &'static str, keys: Box<[&'static str]>, fixed: &[KeyValue]) -> Self {
        const {
            assert!(
                L::FOLDED_COUNT <= MAX_SERIES as u64,
                "the product of these closed labels is over 2,000 series: leave a label out, or split the metric"
            );
            assert!(
                L::COUNT < u64::MAX,
                "these labels have more sets than can be numbered: leave a label out"
            );
        }
        Self {
            keys,
            fixed: fixed.into(),
            attributes: Chunked::new(Self::len()),
            open: (!Self::DENSE).then(|| (Sparse::new(), Overflow::new(metric))),
            labels: PhantomData,
        }
    }

    /// Number of slots there may be.
    pub(super) const fn len() -> usize {
        if Self::DENSE {
            L::COUNT as usize
        } else {
            MAX_SERIES
        }
    }

    /// The slot of these labels, with the labels that it has: theirs, or folded ones.
    #[inline]
    pub(super) fn slot(&self, labels: L) -> Option<(usize, L)> {
        let index = labels.index();
        debug_assert!(index < L::COUNT, "an index beyond the label's count");
        if Self::DENSE {
            return Some((index as usize, labels));
        }
        let (sparse, overflow) = self.open.as_ref()?;
        if let Some(slot) = sparse.find(index) {
            return Some((slot, labels));
        }
        if let Some(slot) = sparse.insert(index, Self::UNFOLDED) {
            return Some((slot, labels));
        }
        overflow.count();
        let folded = labels.folded();
        let slot = sparse.insert(folded.index(), MAX_SERIES)?;
        Some((slot, folded))
    }

    /// Makes the slot a series, once its value is there: an array of attributes, and a read of it afterwards.
    #[inline]
    pub(super) fn show(&self, slot: usize, labels: L) {
        if let Some(attributes) = self.attributes.get(slot) {
            attributes.get_or_init(|| self.attributes_of(labels));
        }
    }

    #[cold]
    pub(super) fn attributes_of(&self, labels: L) -> Box<[KeyValue]> {
        let mut attributes = self.fixed.to_vec();
        attributes.extend(labels.attributes(&self.keys));
        attributes.into()
    }

    /// Every series there is.
    pub(super) fn each(&self, mut see: impl FnMut(usize, &[KeyValue])) {
        for (slot, attributes) in self.attributes.iter() {
            if let Some(attributes) = attributes.get() {
                see(slot, attributes);
            }
        }
    }
}
