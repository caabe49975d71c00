//! Health of the service: components, their checks, and what they make together.
//!
//! ```text
//! /health ─┐                                             ┌► thread: check, at most HEALTH_CHECK_TIMEOUT
//! /ready  ─┼► HealthRegistry ─► a component, a Flight ───┤
//! metrics ─┘        │           one run at a time,       └► kept for a second ─► all who ask
//!                   ▼           panics contained
//!               roll-up: critical and optional components ─► HealthReport ─► JSON, 200 or 503
//! ```
//!
//! A check is asked for, not scheduled: a service that nobody asks checks nothing. The metric
//! `bellwether_health_status{component}` asks too, once a collection.
//!
//! A component whose check changes its mind four times in ten checks flaps, and is degraded where it would be healthy.
//! Bellwether's own delivery is a component, `bellwether`, and optional.
//!
//! `docs/endpoint.md` in the repository is the page for users.

mod component;
mod delivery;
mod flight;
mod observe;
mod registry;
mod report;
mod runtime;
mod status;
mod vitals;

pub use component::ComponentHealth;
pub(crate) use delivery::DeliveryCheck;
pub(crate) use observe::observe;
pub use registry::HealthRegistry;
pub use report::HealthReport;
pub use status::{CheckResult, Criticality, Status};
pub use vitals::Vitals;

/// The name of Bellwether's own component.
pub(crate) const OWN: &str = "bellwether";

#[cfg(test)]
mod tests;
