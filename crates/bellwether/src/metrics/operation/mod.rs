//! Executions of operations: how many, how long, how they ended, how many run now.
//!
//! ```text
//! #[track_metrics] ─► call site ─┐                            ┌► instruments
//!                                ├► execution ─► outcome ─────┤
//! Operations::start ─────────────┘  (guard)                   └► snapshot of the operation, where it is configured
//! ```
//!
//! An execution is a guard: it counts in flight from its start to its end, and one that is dropped without a word
//! about its end, by a panic or a cancelled future, is `abandoned`. A call site keeps the bound instruments of
//! its operation, so an execution costs two readings of the clock, three atomic adds and one histogram.

mod error_type;
mod labels;
mod outcome;

#[cfg(feature = "sdk")]
mod call_site;
#[cfg(not(feature = "sdk"))]
mod disabled;
#[cfg(feature = "sdk")]
mod execution;
#[cfg(feature = "sdk")]
mod recorder;
#[cfg(feature = "sdk")]
mod recording;

pub(crate) use outcome::ErrorType as Failed;
#[cfg(feature = "sdk")]
pub use recorder::{OperationGuard, Operations, operations};

/// What `#[track_metrics]` expands to calls of. No part of the public interface.
#[doc(hidden)]
pub mod track {
    #[cfg(feature = "sdk")]
    pub use super::call_site::CallSite;
    #[cfg(not(feature = "sdk"))]
    pub use super::disabled::{CallSite, Execution, Span};
    #[cfg(feature = "sdk")]
    pub use super::execution::Execution;
    pub use super::labels::{Key, Keyed, SiteLabels, closed, values_of, within_budget};
    pub use super::outcome::{Outcome, OutcomeOfResult, OutcomeOfValue, Returned, call, holds};
    pub use crate::trace::field::{attribute, debug, display, field};
    #[cfg(feature = "sdk")]
    pub use crate::trace::operation::Span;
}
