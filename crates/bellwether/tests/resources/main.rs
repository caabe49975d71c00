//! Resource metrics against what the machine says by other means: `/proc`, `df`, `prlimit`, a runtime that is blocked on
//! purpose, and a stand-in for the GPU driver.

#![allow(
    clippy::unwrap_used,
    clippy::float_cmp,
    clippy::print_stdout,
    reason = "a test may panic and print"
)]
#![cfg(all(feature = "resources", target_os = "linux"))]

mod collect;
mod disk;
#[cfg(feature = "gpu")]
mod gpu;
mod process;
mod runtime;
mod telemetry;
