//! Notices to receivers over HTTP.
//!
//! ```text
//! notices of one alert ──► bounded queue ──► body (Alertmanager v4) ──► POST ──► 2xx done
//!                          full: counted                              │  └─► 5xx, 429, no answer: again, a few times
//!                                                                     └────► anything else: given up, counted
//! ```

mod body;
mod deliver;
mod guard;
mod target;

pub(crate) use deliver::Webhook;
pub(crate) use target::{Limits, Target};
