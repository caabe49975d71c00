//! The table from labels to slots, whose own words are for its neighbours alone.

#[path = "../../../../crates/bellwether/src/metrics/series/sparse.rs"]
mod sparse;

pub(crate) struct Table(sparse::Sparse);

impl Table {
    pub(crate) fn new() -> Self {
        Self(sparse::Sparse::new())
    }

    /// As a series is looked up.
    pub(crate) fn slot(&self, key: u64, limit: usize) -> Option<usize> {
        self.0.find(key).or_else(|| self.0.insert(key, limit))
    }
}
