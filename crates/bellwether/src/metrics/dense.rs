//! One bound instrument a set of closed labels, in an array by the set's index.
//!
//! Recording is an index and an atomic operation: no attribute is hashed or compared and nothing is allocated.
//! A cell is bound by its first measurement, which allocates, so a set that never occurs exports nothing.
//!
//! An array over more than [`MAX_SERIES`] sets does not compile. The SDK folds what is above its own
//! cardinality limit into one series (2,000 by default), and a bound cell would stay there for life.

use std::fmt;
use std::marker::PhantomData;
use std::sync::OnceLock;

use opentelemetry::KeyValue;
use opentelemetry::metrics::{
    BoundCounter, BoundHistogram, BoundUpDownCounter, Counter, Histogram, Meter, UpDownCounter,
};

use super::instruments::{self, DefinitionMismatch, HistogramNumber};
use super::label::Labels;
use super::{Instrument, MetricDefinition, ValueType};

/// Most series that a dense array may have: the SDK's default cardinality limit of a stream.
///
/// ```
/// assert_eq!(bellwether::metrics::MAX_SERIES, 2_000);
/// ```
pub const MAX_SERIES: usize = 2_000;

struct Cells<L, B> {
    slots: Box<[OnceLock<B>]>,
    /// Attributes that each cell has besides its labels.
    fixed: Box<[KeyValue]>,
    labels: PhantomData<fn(L)>,
}

impl<L: Labels, B> Cells<L, B> {
    fn new(fixed: &[KeyValue]) -> Self {
        const {
            assert!(
                L::COUNT <= MAX_SERIES,
                "the product of these closed labels is over 2,000 series: leave a label out, or split the metric"
            );
        }
        Self {
            slots: (0..L::COUNT).map(|_| OnceLock::new()).collect(),
            fixed: fixed.into(),
            labels: PhantomData,
        }
    }

    /// The cell, bound if this is its first use. `None` for an index that breaks the contract of `Label`.
    #[inline]
    fn cell(&self, labels: L, bind: impl FnOnce(&[KeyValue]) -> B) -> Option<&B> {
        let cell = self.slots.get(labels.index())?;
        Some(cell.get_or_init(|| bind(&self.attributes(labels))))
    }

    #[cold]
    fn attributes(&self, labels: L) -> Vec<KeyValue> {
        let mut attributes = self.fixed.to_vec();
        attributes.extend(labels.attributes());
        attributes
    }
}

impl<L, B> fmt::Debug for Cells<L, B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bound = self.slots.iter().filter(|cell| cell.get().is_some());
        write!(f, "{} of {} bound", bound.count(), self.slots.len())
    }
}

/// A counter over closed labels.
///
/// ```
/// use bellwether::metrics::{DenseCounter, generated::{jobs, labels::{JobErrorType, JobStatus}}};
/// # use bellwether::metrics::{Instrument, Interval, LabelDefinition, LabelValues, MetricDefinition, ValueType};
/// # static UPLOADS_TOTAL: MetricDefinition = MetricDefinition {
/// #     name: "uploads_total", instrument: Instrument::Counter, value: ValueType::Int, observable: false, unit: "{upload}",
/// #     description: "", buckets: &[], prometheus_name: "uploads_total", prometheus_suffixed_name: "uploads_total",
/// #     labels: &[LabelDefinition { key: "status", prometheus_key: "status", input: "status", required: true, values: LabelValues::Closed(JobStatus::VALUES) }],
/// #     interval: Interval::Fast, switch: None, recorder: None,
/// # };
/// let meter = bellwether::opentelemetry::global::meter("docs");
/// let uploads = DenseCounter::<JobStatus>::new(&meter, &UPLOADS_TOTAL)?;
/// uploads.add(1, JobStatus::Completed);
/// # Ok::<(), bellwether::metrics::DefinitionMismatch>(())
/// ```
///
/// A product of labels over [`MAX_SERIES`] does not compile:
///
/// ```compile_fail,E0080
/// use bellwether::metrics::{DenseCounter, generated::{jobs, labels::{AgentType, JobErrorType, JobStatus, Phase}}};
/// let meter = bellwether::opentelemetry::global::meter("docs");
/// let counter = DenseCounter::<(AgentType, Phase, (JobErrorType), AgentType)>::new(&meter, &jobs::JOBS_PROCESSED_TOTAL);
/// ```
#[derive(Debug)]
pub struct DenseCounter<L> {
    counter: Counter<u64>,
    cells: Cells<L, BoundCounter<u64>>,
}

impl<L: Labels> DenseCounter<L> {
    /// A counter of the definition, whose labels are exactly `L`.
    ///
    /// # Errors
    /// [`DefinitionMismatch`] where the definition is of another kind, number type or other labels.
    ///
    /// ```
    /// use bellwether::metrics::{DenseCounter, generated::{jobs, labels::JobStatus}};
    /// let meter = bellwether::opentelemetry::global::meter("docs");
    /// let error = DenseCounter::<JobStatus>::new(&meter, &jobs::JOBS_PROCESSED_TOTAL).unwrap_err();
    /// assert!(error.to_string().contains("worker_id"), "{error}");
    /// ```
    pub fn new(
        meter: &Meter,
        definition: &'static MetricDefinition,
    ) -> Result<Self, DefinitionMismatch> {
        instruments::check(definition, Instrument::Counter, ValueType::Int, L::KEYS)?;
        Ok(Self::with_fixed(
            instruments::counter(meter, definition),
            &[],
        ))
    }

    pub(crate) fn with_fixed(counter: Counter<u64>, fixed: &[KeyValue]) -> Self {
        Self {
            counter,
            cells: Cells::new(fixed),
        }
    }

    /// Adds to the series of these labels: an index and an atomic add, no allocation once the series exists.
    ///
    /// See [`DenseCounter`] for an example.
    #[inline]
    pub fn add(&self, value: u64, labels: L) {
        match self.cells.cell(labels, |set| self.counter.bind(set)) {
            Some(bound) => bound.add(value),
            None => self.counter.add(value, &self.cells.attributes(labels)),
        }
    }
}

/// An up-down counter over closed labels.
///
/// ```
/// use bellwether::metrics::{DenseUpDownCounter, generated::{jobs, labels::JobStatus}};
/// let meter = bellwether::opentelemetry::global::meter("docs");
/// let error = DenseUpDownCounter::<JobStatus>::new(&meter, &jobs::JOBS_PROCESSED_TOTAL).unwrap_err();
/// assert!(error.to_string().ends_with("expected an UpDownCounter of Int"), "{error}");
/// ```
#[derive(Debug)]
pub struct DenseUpDownCounter<L> {
    counter: UpDownCounter<i64>,
    cells: Cells<L, BoundUpDownCounter<i64>>,
}

impl<L: Labels> DenseUpDownCounter<L> {
    /// An up-down counter of the definition, whose labels are exactly `L`.
    ///
    /// # Errors
    /// [`DefinitionMismatch`] where the definition is of another kind, number type or other labels; see
    /// [`DenseUpDownCounter`] for an example.
    pub fn new(
        meter: &Meter,
        definition: &'static MetricDefinition,
    ) -> Result<Self, DefinitionMismatch> {
        instruments::check(
            definition,
            Instrument::UpDownCounter,
            ValueType::Int,
            L::KEYS,
        )?;
        Ok(Self {
            counter: instruments::up_down_counter(meter, definition),
            cells: Cells::new(&[]),
        })
    }

    /// Adds a difference to the series of these labels, at the cost of [`DenseCounter::add`].
    #[inline]
    pub fn add(&self, difference: i64, labels: L) {
        match self.cells.cell(labels, |set| self.counter.bind(set)) {
            Some(bound) => bound.add(difference),
            None => self.counter.add(difference, &self.cells.attributes(labels)),
        }
    }
}

/// A histogram over closed labels; `T` is `f64` or `u64`, as the definition says.
///
/// ```
/// use bellwether::metrics::{DenseHistogram, generated::{jobs, labels::JobStatus}};
/// let meter = bellwether::opentelemetry::global::meter("docs");
/// let error = DenseHistogram::<JobStatus, u64>::new(&meter, &jobs::JOB_DURATION_SECONDS).unwrap_err();
/// assert!(error.to_string().ends_with("expected a Histogram of Int"), "{error}");
/// ```
#[derive(Debug)]
pub struct DenseHistogram<L, T = f64> {
    histogram: Histogram<T>,
    cells: Cells<L, BoundHistogram<T>>,
}

#[allow(
    private_bounds,
    reason = "the number types are f64 and u64, those of the API"
)]
impl<L: Labels, T: HistogramNumber> DenseHistogram<L, T> {
    /// A histogram of the definition, with its buckets, whose labels are exactly `L`.
    ///
    /// # Errors
    /// [`DefinitionMismatch`] where the definition is of another kind, number type or other labels; see
    /// [`DenseHistogram`] for an example.
    pub fn new(
        meter: &Meter,
        definition: &'static MetricDefinition,
    ) -> Result<Self, DefinitionMismatch> {
        instruments::check(definition, Instrument::Histogram, T::VALUE, L::KEYS)?;
        Ok(Self::with_fixed(T::histogram(meter, definition), &[]))
    }

    pub(crate) fn with_fixed(histogram: Histogram<T>, fixed: &[KeyValue]) -> Self {
        Self {
            histogram,
            cells: Cells::new(fixed),
        }
    }

    /// Records into the series of these labels: an index and the SDK's lock on the buckets, no allocation once
    /// the series exists.
    #[inline]
    pub fn record(&self, value: T, labels: L) {
        match self.cells.cell(labels, |set| self.histogram.bind(set)) {
            Some(bound) => bound.record(value),
            None => self.histogram.record(value, &self.cells.attributes(labels)),
        }
    }
}
