//! The sources of the tables and buffers that threads share, compiled a second time with Loom's locks and atomics.
//!
//! Loom runs a test over and over, until every order of its threads' steps has been seen, and every value that a load may
//! give by the memory model. The sources are those of the crate, by path:
//! they name their locks through `crate::metrics::sync`, and here that is Loom's.
//!
//! The crate is this lib rather than the tests, since tests would take the sources' own unit tests along.

#![allow(dead_code, reason = "not everything in the sources is asked for")]

mod buffer;
mod interner;
mod metrics;
mod table;

pub use buffer::{closing, cut, exact, visible};
pub use interner::{last_place, never_other, same_index};
pub use table::{last_slot, same_slot};

/// Every order of up to three threads' steps, with as many preemptions as there can be.
fn model(body: impl Fn() + Sync + Send + 'static) {
    loom::model::Builder::new().check(body);
}
