//! Boards: what a person looks at, written once and printed for Grafana and for Perses.
//!
//! A board is a short YAML file that says which questions it answers: rows of panels, each with its queries, its unit,
//! what it means and what to do when it is bad. [`Boards::load`] reads all of a directory and keeps the line of every
//! value. What is the same on every board is not written: data sources, the variables that pick a service and an
//! environment, annotations, links between boards. Numbers of thresholds are not written either: a panel names an
//! alert, and the line it draws is the one that the alert fires at.
//!
//! ```text
//! boards/*.yaml ──► Boards ──┬──► grafana/NAME.json      classic dashboards
//!    registry ────────┘      └──► dash0/dashboards/NAME.yaml  Perses dashboards
//! ```
//!
//! The output depends on the definitions and the registry alone, so it is committed, and a test compares it byte for byte.
//!
//! ```
//! use bellwether_catalog::boards::Boards;
//!
//! let registry = bellwether_catalog::load(concat!(env!("CARGO_MANIFEST_DIR"), "/registry"))?;
//! let boards = Boards::load(concat!(env!("CARGO_MANIFEST_DIR"), "/boards"))?;
//! let monitoring = bellwether_catalog::Monitoring::builtin(&registry)?;
//! let outputs = boards.render(&registry, &monitoring)?;
//! assert!(outputs.iter().any(|output| output.path == "grafana/tools.json"));
//! # Ok::<(), bellwether_catalog::Error>(())
//! ```

mod check;
mod grafana;
mod layout;
mod links;
mod model;
mod perses;
pub(crate) mod promql;
mod read;
mod standard;
mod threshold;
mod units;

pub use check::{Check, Finding};
pub use model::{
    Board, Boards, Colour, Kind, LimitOf, Link, LinkTarget, Panel, Query, Row, Source, Variable,
    VariableKind,
};
pub use threshold::Limit;
pub use units::{Unit, unit};
