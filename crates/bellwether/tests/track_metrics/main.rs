//! `#[track_metrics]` on every kind of function, with a real provider behind the recorder.

#![cfg(feature = "sdk")]
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::unused_async,
    clippy::unnecessary_wraps,
    clippy::trivially_copy_pass_by_ref,
    clippy::needless_pass_by_value,
    clippy::multiple_bound_locations,
    clippy::ptr_arg,
    clippy::iter_nth,
    clippy::map_identity,
    clippy::manual_async_fn,
    clippy::semicolon_if_nothing_returned,
    reason = "a test may panic; the functions are there for their signatures"
)]

mod allocations;
mod exported;
mod hygiene;
mod impl_blocks;
mod kinds;
mod labels;
mod nodes;
mod outcomes;
mod spans;
