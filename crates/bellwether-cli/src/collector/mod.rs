//! `bellwether collector`: the OpenTelemetry Collector that belongs to Bellwether, built, checked and run.
//!
//! | module | |
//! |---|---|
//! | [`layers`] | which configuration files there are, and which sets of them make sense |
//! | [`preflight`] | what the variables of a set must hold, and under which names the layers read them |
//! | [`distribution`] | the binary: found or built |
//! | [`process`] | a running Collector: start, readiness, end |
//! | [`self_metrics`] | what it says about what passed through it |
//!
//! Other subcommands use [`Collector`] directly:
//!
//! ```ignore
//! let found = collector::obtain(&mut |progress| terminal.status(&progress.to_string())).await?;
//! let collector = Collector::start(&Plan {
//!     binary: found.path,
//!     layers: Layers::parse(&["local"])?,
//!     files: Vec::new(),
//!     folder: ".bellwether/demo".into(),
//!     ports: Ports::Free,
//!     variables: Variables::new(),
//! })
//! .await?;
//! let accepted = collector.self_metrics().await?.otlp().accepted;
//! collector.stop(Duration::from_secs(10)).await?;
//! ```

mod command;
mod distribution;
mod error;
mod layers;
pub(crate) mod preflight;
mod process;
mod self_metrics;

pub(crate) use command::{Arguments, reporter, run};

pub(crate) use self::{
    distribution::{Origin, Progress, VARIABLE, find, obtain},
    error::Error,
    layers::{Layer, Layers},
    preflight::Variables,
    process::{Collector, Plan, Ports},
    self_metrics::{Items, SelfMetrics},
};

/// Where the layer `backend` sends to: `host:port`.
pub(crate) const BACKEND_ENDPOINT: &str = "BELLWETHER_BACKEND_ENDPOINT";

/// The variables of this process that are text.
pub(crate) fn environment() -> Variables {
    crate::variables::of_this_process()
        .into_iter()
        .filter_map(|(name, value)| Some((name, value.into_string().ok()?)))
        .collect()
}
