//! The catalog of Bellwether: every metric, span, event and attribute, defined once.
//!
//! A *registry* is a directory of YAML files in OpenTelemetry Weaver's `definition/2` format; what
//! Weaver has no field for (buckets, bounds of labels, names in Prometheus, recorders, alerts)
//! stands under `annotations: bellwether:`. [`load`] reads a registry, each value keeping the line
//! it came from, and checks it against the rules of [`Rule`]; all problems are reported together.
//! [`generate`] turns a sound registry into Rust, Markdown and JSON. The output depends on the
//! registry alone, so it is committed and a test compares it byte for byte.
//!
//! ```
//! use bellwether_catalog::{load, Options};
//!
//! let registry = load(concat!(env!("CARGO_MANIFEST_DIR"), "/registry"))?;
//! assert!(registry.metric("jobs_active").is_some());
//! let outputs = bellwether_catalog::render(&registry, &Options::default());
//! assert!(outputs.iter().any(|output| output.path == "catalog.json"));
//! # Ok::<(), bellwether_catalog::Error>(())
//! ```

mod alert;
#[cfg(feature = "boards")]
pub mod boards;
mod builtin;
mod error;
mod generate;
mod model;
mod monitoring;
pub mod prometheus;
mod read;
mod rules;
mod yaml;

pub use alert::{
    ALERT_METRIC_PREFIX, Action, Aggregate, Aggregation, Alert, Condition, Grouping, HeaderSource,
    Matcher, Measure, NoData, OnError, OverTime, RuleFile, RuleGroup, Silence, Watched, Webhook,
    promql, render_template, rules_yaml, rules_yaml_with,
};
pub use builtin::builtin;
pub use error::{Error, Location, Problem, Rule};
pub use generate::{Options, Output, generate, render};
pub use model::{
    Attribute, AttributeRef, Bound, Event, Instrument, Member, Metric, Registry, Span, ValueSet,
    ValueType, Values,
};
pub use monitoring::{
    AlertDefinition, AlertGroup, Links, Monitoring, Notes, PrometheusGroup, PrometheusRule,
    RecordingGroup, SLO_WINDOWS, ServerAlert, Slo, SloKind, SloWindow, Threshold, groups_yaml,
    slo_groups, sloth_spec,
};
pub use read::{load, load_sources};
