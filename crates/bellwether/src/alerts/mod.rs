//! Alerts inside the service: the rules of the catalog and of a user's file, evaluated on the service's own metrics.
//!
//! [`Engine`] is a state machine over points and time. It computes what Prometheus would: rates with its extrapolation,
//! quantiles with its interpolation, `for` and `keep_firing_for` as its rule manager has them. So a rule that is exported
//! gives the same verdicts on the same samples.

mod engine;
mod labels;
mod notice;
mod points;

pub use bellwether_catalog::{Action, Alert, Condition, Measure};
pub use engine::{Engine, InstanceStatus, MAX_SERIES_PER_RULE, Outcome, RuleStatus, Transition};
pub use labels::LabelSet;
pub use notice::{Notice, NoticeKind, Resolution, State};
pub use points::{Point, PointValue, Points};

#[cfg(test)]
mod tests;
