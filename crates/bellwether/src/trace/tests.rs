//! Behaviour of the whole module, on a real provider with an exporter in memory.

pub(super) mod fixture;
mod nesting;
mod provider;
mod sampling;
