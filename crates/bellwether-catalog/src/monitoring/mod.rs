//! Rules of a Prometheus server: recordings, objectives and the alerts that no service can decide by itself.
//!
//! An [`Alert`](crate::Alert) of the registry is one that a service evaluates about itself. What takes several services,
//! weeks of history, or the absence of a service stands here, as definitions of its own:
//!
//! ```text
//! recording/*.yaml ──► recorded series ──────────────┐
//! slos/*.yaml ───────► sloth's recordings and alerts ├──► dashboards/prometheus/*.yaml  (Prometheus)
//! alerts/*.yaml ─────► alerts, with their runbooks ──┘    dashboards/dash0/rules/*.yaml (Dash0)
//!                           └───────────────────────────► docs/runbooks/*.md
//! ```
//!
//! A threshold is written once, in the definition; [`Monitoring::threshold`] and [`Monitoring::thresholds_of_slo`] hand it
//! to whoever draws it. `slos/*.yaml` become the rules that [sloth](https://sloth.dev) would make of them, under its names,
//! so that boards made for it work.

mod check;
mod dash0;
mod definition;
#[cfg(feature = "boards")] // what parses expressions comes with it
mod expression;
mod files;
mod links;
mod outputs;
mod read;
mod rule;
mod runbook;
mod slo;
mod slo_tests;
#[cfg(test)]
mod tests;
mod threshold;
mod write;

pub use definition::{
    AlertDefinition, AlertGroup, Monitoring, Notes, RecordingGroup, ServerAlert, Slo, SloKind,
};
pub use links::Links;
pub use rule::{PrometheusGroup, PrometheusRule};
pub use slo::{SLO_WINDOWS, SloWindow, slo_groups, sloth_spec};
pub use threshold::Threshold;
pub use write::groups_yaml;
