//! Recorders: typed units of work. One call feeds every metric of the catalog that names the same thing.
//!
//! A recorder comes from a function here for the process's own [`Metrics`](super::Metrics), or from a method of the same
//! name. Work that lasts is a guard: it says how it ended, or is `abandoned` when it is dropped.

mod job;

pub use job::{Job, JobWorker, Jobs, jobs};
