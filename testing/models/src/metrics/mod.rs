//! The crate's sources, where they are found in the crate.

#[path = "../../../../crates/bellwether/src/metrics/collector/batch.rs"]
pub(crate) mod batch;
#[path = "../../../../crates/bellwether/src/metrics/interner.rs"]
pub(crate) mod interner;
pub(crate) mod overflow;
pub(crate) mod series;
pub(crate) mod sync;
