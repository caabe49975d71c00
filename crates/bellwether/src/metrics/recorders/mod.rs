//! Recorders: typed units of work. One call feeds every metric of the catalog that names the same thing.
//!
//! A recorder comes from a function of [`metrics`](crate::metrics) for the process, or from a method of the same name of
//! other [`Metrics`](super::Metrics). Work that lasts is a guard: it says how it ended, or is `abandoned` when it is dropped.
//! The functions of the process cost two atomic loads; a guard is a reference, a few labels and an instant, and recording
//! allocates for the first of a series only.

mod digits;
mod held;
mod job;
mod model_request;
mod session;
mod stopwatch;
mod tool_call;

pub use job::{Job, JobWorker, Jobs, jobs};
pub use model_request::{ModelRequest, ModelRequests, model_request};
pub use session::{Session, Sessions, session};
pub use stopwatch::{Timer, timer};
pub use tool_call::{QueuedToolCall, ToolCall, ToolCalls, tool_call};
