//! Behaviour of the whole module, on a real provider with an exporter in memory.

pub(super) mod fixture;
mod helpers;
mod lifetime;
mod nesting;
mod provider;
mod sampling;
