//! A Prometheus of a test's own, and its tools.
//!
//! ```no_run
//! use bellwether_testing::prometheus::{Prometheus, Settings, Translation};
//!
//! # async fn example() {
//! let settings = Settings::default().otlp(Translation::UnderscoreEscapingWithSuffixes);
//! let Some(prometheus) = Prometheus::start(&settings).await else { return };
//! // … send OTLP to prometheus.otlp_endpoint() …
//! let up = prometheus.eventually("jobs", "sum(jobs_active)", |found| !found.is_empty()).await;
//! # }
//! ```
//!
//! The programs are those that `BELLWETHER_PROMETHEUS`, `BELLWETHER_PROMTOOL` and `BELLWETHER_AMTOOL` name, else they
//! are built from `testing/prometheus` ([`crate::go_tools`]; minutes, once). Where that cannot be, because there is
//! no Go, [`Program::path`] says so and answers `None`; with `CI` set it fails instead.

mod answer;
mod program;
mod server;
mod settings;

pub use answer::{Labels, Sample, Series};
pub use program::{Program, TOOLS};
pub use server::Prometheus;
pub use settings::{Settings, Translation};
