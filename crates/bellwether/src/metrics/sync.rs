//! The locks and cells that tables and buffers are made of, named in one place.
//!
//! The sources that use them are compiled a second time against Loom's, in `testing/models`, which runs every order their
//! steps may take.

#[cfg(feature = "sdk")]
pub(crate) use std::sync::MutexGuard;
pub(crate) use std::sync::atomic::{AtomicUsize, Ordering};
pub(crate) use std::sync::{Mutex, OnceLock, PoisonError};
