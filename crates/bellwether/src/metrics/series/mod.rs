//! The series of a metric: where its labels lead, and what stands there.
//!
//! ```text
//! labels ──► slot (an index; a look-up where labels are open) ──► atomics, one a stripe of threads ──► callback ──► SDK
//!                                                            └──► bound histogram of the SDK, exemplars by bucket
//! ```
//!
//! Counters, up-down counters and gauges are read by the SDK through a callback, so that threads never share a
//! cache line while they count and a series that has ended is simply not told any more. The SDK keeps the data
//! model, temporality and export; histograms are its own, bound once a series.

mod chunked;
mod exemplars;
mod histogram;
mod instrument;
mod number;
mod rate;
mod slots;
mod sparse;
mod stripes;
mod table;

pub use histogram::{Histogram, HistogramNumber};
pub use number::{CounterNumber, GaugeNumber, Number, UpDownNumber};
pub use slots::MAX_SERIES;
pub use table::{Counter, Gauge, UpDownCounter};

pub(crate) use exemplars::KeepsExemplars;
pub(crate) use histogram::Series;
pub(crate) use instrument::{Holder, Instrument, Kind, Observed};
pub(crate) use number::Callback;
pub(crate) use rate::Rate;
pub(crate) use stripes::{count as stripe_count, thread as thread_number};
pub(crate) use table::Table;
