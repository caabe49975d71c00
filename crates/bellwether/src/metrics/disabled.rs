//! Metrics without the SDK: the same calls, no series, nothing recorded.
//!
//! Recorders are the same code with and without it; what they record into has no size here, so a call leaves a look-up of
//! its labels at most.

#![allow(clippy::unused_self, reason = "the surface of the real ones")]

use std::marker::PhantomData;
use std::sync::Arc;

use opentelemetry::KeyValue;

use super::MetricDefinition;

static SILENT: Metrics = Metrics(());

/// Records nothing.
///
/// ```
/// let metrics = bellwether::metrics::Metrics::global();
/// assert!(!metrics.is_on());
/// metrics.tool_call().start("Read").success();
/// ```
#[derive(Debug, Clone)]
pub struct Metrics(());

/// The families of one recorder.
pub trait RecorderMetrics: Send + Sync + 'static {
    /// Makes each family.
    fn new(metrics: &Metrics) -> Self;
}

macro_rules! family {
    ($(#[$doc:meta])* $name:ident<$number:ty>, $record:ident, $generated:ident, $live:ident) => {
        $(#[$doc])*
        #[derive(Debug)]
        pub struct $name<L, T = $number>(PhantomData<fn(L, T)>);

        impl<L, T> Clone for $name<L, T> {
            fn clone(&self) -> Self {
                Self(PhantomData)
            }
        }

        impl<L, T> $name<L, T> {
            /// Nothing.
            #[inline]
            pub fn $record(&self, _: T, _: L) {}

            /// Whether it records: never.
            pub fn is_on(&self) -> bool {
                false
            }
        }

        impl Metrics {
            #[doc(hidden)]
            pub fn $generated<L, T>(&self, _: &'static MetricDefinition) -> $name<L, T> {
                $name(PhantomData)
            }

            #[doc(hidden)]
            pub fn $live<L, T>(&self, _: &'static MetricDefinition, _: &[(&'static str, &str)]) -> $name<L, T> {
                $name(PhantomData)
            }
        }
    };
}

family! {
    /// A counter that counts nothing.
    Counter<u64>, add, generated_counter, generated_live_counter
}

family! {
    /// An up-down counter that counts nothing.
    UpDownCounter<i64>, add, generated_up_down_counter, generated_live_up_down_counter
}

family! {
    /// A gauge that keeps nothing.
    Gauge<f64>, set, generated_gauge, generated_live_gauge
}

family! {
    /// A histogram that keeps nothing.
    Histogram<f64>, record, generated_histogram, generated_live_histogram
}

impl Metrics {
    /// The process's, which record nothing either.
    pub fn global() -> &'static Self {
        &SILENT
    }

    /// Whether it records: never.
    pub fn is_on(&self) -> bool {
        false
    }

    /// The families of a generated recorder.
    pub fn recorder<R: RecorderMetrics>(&self) -> Arc<R> {
        Arc::new(R::new(self))
    }

    pub(super) fn worker_id(&self) -> &'static str {
        ""
    }

    /// Nobody asks.
    #[allow(clippy::unused_self, reason = "the surface of the real one")]
    pub(crate) fn observed_gauge<T>(
        &self,
        _: &'static MetricDefinition,
        _: Arc<dyn Observed<T>>,
    ) -> Option<Arc<Holder>> {
        None
    }
}

/// There is none.
pub(crate) enum Holder {}

/// What would be told at collection.
#[allow(dead_code, reason = "nobody asks")]
pub(crate) trait Observed<T>: Send + Sync {
    fn each(&self, see: &mut dyn FnMut(&[KeyValue], T));
}

/// A rate of nothing.
pub(crate) struct Rate<L>(PhantomData<fn(L)>);

impl<L> Rate<L> {
    pub(crate) fn new(_: &'static MetricDefinition) -> Self {
        Self(PhantomData)
    }

    pub(crate) fn add(&self, _: u64, _: L) {}
}

impl<L> Observed<f64> for Rate<L> {
    fn each(&self, _: &mut dyn FnMut(&[KeyValue], f64)) {}
}
