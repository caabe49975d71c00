//! Alerts: what one watches, when it fires, and how it reads in Prometheus.
//!
//! An [`Alert`] is written once, beside its metric in a registry or in a [`RuleFile`] of a user, and everything follows
//! from it: the engine inside a service asks [`Alert::matches`] and [`Alert::still_matches`], [`promql`] is the same
//! question to Prometheus, and [`rules_yaml`] the file for its rule manager.
//!
//! ```text
//! registry/*.yaml ──┐                ┌──► engine inside the service
//!                   ├──► Alert ──────┼──► rules for Prometheus
//! user's rule file ─┘                └──► tables and thresholds of documents and boards
//! ```

mod check;
mod condition;
mod measure;
mod model;
mod promql;
mod read;
mod rule_file;
mod rules_yaml;
mod template;
mod watched;

pub(crate) use check::check;
pub use condition::Condition;
pub use measure::{Aggregate, Aggregation, Grouping, Matcher, Measure, OverTime};
pub use model::{Action, Alert, NoData, OnError};
pub(crate) use promql::duration;
pub use promql::promql;
pub(crate) use read::alert as read_alert;
pub use rule_file::{HeaderSource, RuleFile, Silence, Webhook};
pub use rules_yaml::{RuleGroup, rules_yaml, rules_yaml_with};
pub(crate) use rules_yaml::{quoted, scalar};
pub use template::render_template;
pub use watched::{ALERT_METRIC_PREFIX, Watched};
