//! Histograms over labels: a bound histogram of the SDK a series, with exemplars beside it.

use std::fmt;
use std::sync::{Arc, OnceLock};
use std::time::SystemTime;

use opentelemetry::KeyValue;
use opentelemetry::metrics::{BoundHistogram, Meter};

use super::chunked::Chunked;
use super::exemplars::{KeepsExemplars, Reservoir};
use super::instrument::Holder;
use super::number::Number;
use super::slots::Slots;
use crate::metrics::MetricDefinition;
use crate::metrics::exemplar::SeriesExemplars;
use crate::metrics::label::Labels;

/// A number a histogram takes: `f64` or `u64`.
pub trait HistogramNumber: Number {
    #[doc(hidden)]
    fn histogram(
        meter: &Meter,
        definition: &'static MetricDefinition,
    ) -> opentelemetry::metrics::Histogram<Self>;
    #[doc(hidden)]
    fn as_f64(self) -> f64;
}

macro_rules! number {
    ($type:ty, $make:ident, $as_f64:expr) => {
        impl HistogramNumber for $type {
            fn histogram(
                meter: &Meter,
                definition: &'static MetricDefinition,
            ) -> opentelemetry::metrics::Histogram<Self> {
                meter
                    .$make(definition.name)
                    .with_unit(definition.unit)
                    .with_description(definition.description)
                    .with_boundaries(definition.buckets.to_vec())
                    .build()
            }

            #[inline]
            fn as_f64(self) -> f64 {
                $as_f64(self)
            }
        }
    };
}

number!(f64, f64_histogram, |value| value);
number!(u64, u64_histogram, |value| value as f64);

struct Cell<T>(OnceLock<Box<(BoundHistogram<T>, Reservoir)>>);

impl<T> Default for Cell<T> {
    fn default() -> Self {
        Self(OnceLock::new())
    }
}

pub(crate) struct Series<L, T> {
    definition: &'static MetricDefinition,
    histogram: opentelemetry::metrics::Histogram<T>,
    slots: Slots<L>,
    cells: Chunked<Cell<T>>,
}

impl<L: Labels, T: HistogramNumber> Series<L, T> {
    pub(crate) fn new(
        histogram: opentelemetry::metrics::Histogram<T>,
        definition: &'static MetricDefinition,
        keys: Box<[&'static str]>,
        fixed: &[KeyValue],
    ) -> Arc<Self> {
        Arc::new(Self {
            definition,
            histogram,
            slots: Slots::new(definition.name, keys, fixed),
            cells: Chunked::new(Slots::<L>::len()),
        })
    }

    #[inline]
    fn with(&self, labels: L, use_it: impl FnOnce(&BoundHistogram<T>, &Reservoir)) {
        let Some((slot, labels)) = self.slots.slot(labels) else {
            return;
        };
        let Some(cell) = self.cells.get(slot) else {
            return;
        };
        let cell = cell.0.get_or_init(|| Box::new(self.bind(slot, labels)));
        let (bound, exemplars) = &**cell;
        use_it(bound, exemplars);
    }

    #[inline]
    fn record(&self, value: T, labels: L) {
        self.with(labels, |bound, exemplars| {
            bound.record(value);
            exemplars.offer(value.as_f64(), self.definition.buckets);
        });
    }

    #[cold]
    fn bind(&self, slot: usize, labels: L) -> (BoundHistogram<T>, Reservoir) {
        let bound = self.histogram.bind(&self.slots.attributes_of(labels));
        self.slots.show(slot, labels);
        (bound, Reservoir::new())
    }
}

impl<L: Labels, T: HistogramNumber> KeepsExemplars for Series<L, T> {
    fn exemplars(&self, since: Option<SystemTime>) -> Vec<SeriesExemplars> {
        let mut series = Vec::new();
        self.slots.each(|slot, attributes| {
            let cell = self.cells.get(slot).and_then(|cell| cell.0.get());
            let Some((_, reservoir)) = cell.map(|cell| &**cell) else {
                return;
            };
            let exemplars = reservoir.kept(since);
            if !exemplars.is_empty() {
                series.push(SeriesExemplars {
                    metric: self.definition.name,
                    attributes: attributes.to_vec(),
                    exemplars,
                });
            }
        });
        series
    }
}

/// A histogram over labels; from [`Metrics::histogram`](crate::metrics::Metrics::histogram). A clone is the same histogram.
pub struct Histogram<L, T = f64>(Option<On<L, T>>);

struct On<L, T> {
    series: Arc<Series<L, T>>,
    holder: Arc<Holder>,
}

impl<L, T> Clone for On<L, T> {
    fn clone(&self) -> Self {
        Self {
            series: Arc::clone(&self.series),
            holder: Arc::clone(&self.holder),
        }
    }
}

impl<L, T> Clone for Histogram<L, T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<L, T> fmt::Debug for Histogram<L, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = if self.is_on() { "on" } else { "off" };
        f.debug_tuple("Histogram").field(&state).finish()
    }
}

impl<L, T> Histogram<L, T> {
    pub(crate) fn on(series: Arc<Series<L, T>>, holder: Arc<Holder>) -> Self {
        Self(Some(On { series, holder }))
    }

    /// One that records nothing: its metric is switched off.
    pub(crate) fn off() -> Self {
        Self(None)
    }

    /// Whether it records: its metric is switched on, and telemetry had started when it was made.
    pub fn is_on(&self) -> bool {
        self.0.is_some()
    }
}

impl<L: Labels, T: HistogramNumber> Histogram<L, T> {
    /// Records into the series of these labels: an index or look-up and a bound histogram of the SDK. In a sampled
    /// span the first measurement of a bucket since the last collection becomes its exemplar. Allocates for the
    /// first of a series only.
    #[inline]
    pub fn record(&self, value: T, labels: L) {
        if let Some(On { series, .. }) = &self.0 {
            series.record(value, labels);
        }
    }

    /// The exemplar of a measurement that is recorded later, by [`record_alone`](Self::record_alone): a buffer is flushed
    /// in another span, or none.
    #[inline]
    pub(crate) fn offer_exemplar(&self, value: T, labels: L) {
        if let Some(On { series, .. }) = &self.0 {
            let bounds = series.definition.buckets;
            series.with(labels, |_, exemplars| {
                exemplars.offer(value.as_f64(), bounds);
            });
        }
    }

    /// A measurement whose exemplar was offered when it was made.
    pub(crate) fn record_alone(&self, value: T, labels: L) {
        if let Some(On { series, .. }) = &self.0 {
            series.with(labels, |bound, _| bound.record(value));
        }
    }
}
