//! One collection of all metrics, from which every exporter renders.
//!
//! A reader of the SDK costs the hot path: each measurement is aggregated once a reader. So a process has one, the
//! [`Collector`], and it is cumulative. What it reads becomes an OTLP message, the [`Collection`], because the SDK's own
//! data points cannot be made or changed from outside and the message can:
//!
//! ```text
//! instruments ─► SDK aggregation ─► Collector ─► Collection ─┬► OTLP (totals, or changes made of them)
//!                                   ▲  ▲  ▲                  ├► /metrics
//!               exemplars ──────────┘  │  │                  ├► JSON files
//!               series that ended ─────┘  │                  └► console
//!               counts above i64::MAX ────┘
//! ```
//!
//! A callback of an observable instrument runs while the SDK holds the lock of its pipeline. One that panics would
//! poison that lock, and no metric would ever be read again; [`GuardedMeters`] catches the panic before it gets there.

mod collection;
mod collector;
mod convert;
mod exemplars;
mod guard;
mod series;

pub use collection::Collection;
pub(crate) use collector::Flush;
pub use collector::{CollectError, Collector};
pub use guard::GuardedMeters;
pub use series::SeriesFilter;

#[cfg(test)]
mod tests;
