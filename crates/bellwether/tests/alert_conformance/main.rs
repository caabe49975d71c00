//! The engine and Prometheus see the same samples and come to the same verdicts, at every evaluation.
//!
//! A world is a rule file and some series. The engine runs over it and its states become what `promtool test rules`
//! must find in `ALERTS`, with the rules that are exported. Without promtool (see `bellwether_testing`) these tests say
//! that they are left out.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    reason = "a test that cannot be set up has failed"
)]

mod defaults;
mod promtool;
mod random;
mod world;
