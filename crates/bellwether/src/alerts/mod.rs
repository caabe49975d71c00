//! Alerts inside the service: the rules of the catalog and of a user's file, evaluated on the service's own metrics.
//!
//! [`Engine`] is a state machine over points and time. It computes what Prometheus would: rates with its extrapolation,
//! quantiles with its interpolation, `for` and `keep_firing_for` as its rule manager has them. So a rule that is exported
//! gives the same verdicts on the same samples.
//!
//! ```text
//!          every ALERTING_EVALUATION_INTERVAL, on a thread of its own
//! Collector ──► Collection ──► Engine ──► notices ─┬─► bounded queue ──► thread: logs, events, listeners
//!                                │                 └─► bounded queue a webhook ──► export runtime: POST
//!                                └─► states ──► metrics bellwether_alert_*
//! ```
//!
//! `Telemetry` starts it unless `ALERTING_ENABLED` is false, and hands out [`Alerts`]. `docs/alerts.md` in the repository
//! is the page for users.

mod actions;
mod clock;
mod collected;
mod engine;
mod health;
mod labels;
mod notice;
mod points;
mod running;
pub(crate) mod setup;
mod webhook;

pub use bellwether_catalog::{Action, Alert, Condition, Measure};
pub use clock::{Clock, MonotonicClock};
pub use engine::{Engine, InstanceStatus, MAX_SERIES_PER_RULE, Outcome, RuleStatus, Transition};
pub use labels::LabelSet;
pub use notice::{Notice, NoticeKind, Resolution, State};
pub use points::{Point, PointValue, Points};
pub use running::Alerts;

/// The examples of `docs/alerts.md`.
#[cfg(doctest)]
#[doc = include_str!("../../../../docs/alerts.md")]
mod page {}

#[cfg(test)]
mod tests;
