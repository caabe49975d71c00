//! Macros of the bellwether crate.
