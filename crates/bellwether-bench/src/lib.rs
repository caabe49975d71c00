//! How the benchmarks measure: peers in one process, in turn, round after round.
//!
//! A case is timed in batches of some milliseconds. The cases of a group take turns, so that a machine that slows down
//! slows all of them; the median over the rounds is told with the least, and ratios are of medians of one run.
//! Allocations are counted by the bench's allocator around one batch.
//!
//! ```
//! use bellwether_bench::{Case, measure};
//! let cases = vec![Case::new("add", || { std::hint::black_box(1 + 1); })];
//! let results = measure(cases, 3);
//! assert_eq!(results[0].name, "add");
//! ```

mod allocations;
mod measure;
mod table;

pub use allocations::{Counting, allocated_bytes, allocations};
pub use measure::{Case, Outcome, measure, measure_threads};
pub use table::{machine, nanoseconds, ratio, table};
