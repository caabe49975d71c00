//! From a definition to an instrument of the SDK: name, unit, description and buckets come from the catalog.
//!
//! Kind and number type are checked once, where the instrument is made. Bind only after the meter provider is
//! set: an instrument of the no-op provider stays a no-op.

use opentelemetry::metrics::{Counter, Histogram, Meter, UpDownCounter};

use super::{Instrument, MetricDefinition, ValueType};

/// A definition that does not fit what it is used for. Raised at start-up, never while recording.
///
/// ```
/// use bellwether::metrics::{DenseCounter, generated::{jobs, labels::JobStatus}};
/// # use bellwether::opentelemetry::global;
/// let meter = global::meter("docs");
/// let error = DenseCounter::<JobStatus>::new(&meter, &jobs::JOBS_ACTIVE).unwrap_err();
/// assert_eq!(error.to_string(), "jobs_active is an UpDownCounter of Int, expected a Counter of Int");
/// ```
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum DefinitionMismatch {
    /// Another instrument or number type.
    #[error("{metric} is {} {found:?} of {found_value:?}, expected {} {expected:?} of {expected_value:?}", article(*found), article(*expected))]
    Instrument {
        /// Metric.
        metric: &'static str,
        /// Instrument the definition names.
        found: Instrument,
        /// Its number type.
        found_value: ValueType,
        /// Instrument that was asked for.
        expected: Instrument,
        /// Its number type.
        expected_value: ValueType,
    },
    /// Other labels.
    #[error("{metric} has the labels {defined:?}, expected {given:?}")]
    Labels {
        /// Metric.
        metric: &'static str,
        /// Keys in the definition.
        defined: Vec<&'static str>,
        /// Keys of the labels that were given.
        given: Vec<&'static str>,
    },
}

fn article(instrument: Instrument) -> &'static str {
    if instrument == Instrument::UpDownCounter {
        "an"
    } else {
        "a"
    }
}

/// Whether the definition is of this instrument and number type. For `const` assertions too.
pub(crate) const fn fits(
    definition: &MetricDefinition,
    instrument: Instrument,
    value: ValueType,
) -> bool {
    definition.instrument as u8 == instrument as u8
        && definition.value as u8 == value as u8
        && !definition.observable
}

/// Whether instrument, number type and exactly these labels are those of the definition.
pub(crate) fn check(
    definition: &'static MetricDefinition,
    expected: Instrument,
    expected_value: ValueType,
    keys: &[&'static str],
) -> Result<(), DefinitionMismatch> {
    if !fits(definition, expected, expected_value) {
        return Err(DefinitionMismatch::Instrument {
            metric: definition.name,
            found: definition.instrument,
            found_value: definition.value,
            expected,
            expected_value,
        });
    }
    let sorted = |mut keys: Vec<&'static str>| {
        keys.sort_unstable();
        keys
    };
    let defined: Vec<&'static str> = definition.labels.iter().map(|label| label.key).collect();
    if sorted(defined.clone()) != sorted(keys.to_vec()) {
        return Err(DefinitionMismatch::Labels {
            metric: definition.name,
            defined,
            given: keys.to_vec(),
        });
    }
    Ok(())
}

/// A counter of whole numbers.
pub(crate) fn counter(meter: &Meter, definition: &'static MetricDefinition) -> Counter<u64> {
    meter
        .u64_counter(definition.name)
        .with_unit(definition.unit)
        .with_description(definition.description)
        .build()
}

/// An up-down counter of whole numbers.
pub(crate) fn up_down_counter(
    meter: &Meter,
    definition: &'static MetricDefinition,
) -> UpDownCounter<i64> {
    meter
        .i64_up_down_counter(definition.name)
        .with_unit(definition.unit)
        .with_description(definition.description)
        .build()
}

/// A number type a histogram takes.
pub(crate) trait HistogramNumber: Sized {
    /// It, as definitions name it.
    const VALUE: ValueType;
    /// A histogram with the definition's buckets.
    fn histogram(meter: &Meter, definition: &'static MetricDefinition) -> Histogram<Self>;
}

impl HistogramNumber for f64 {
    const VALUE: ValueType = ValueType::Double;

    fn histogram(meter: &Meter, definition: &'static MetricDefinition) -> Histogram<Self> {
        meter
            .f64_histogram(definition.name)
            .with_unit(definition.unit)
            .with_description(definition.description)
            .with_boundaries(definition.buckets.to_vec())
            .build()
    }
}

impl HistogramNumber for u64 {
    const VALUE: ValueType = ValueType::Int;

    fn histogram(meter: &Meter, definition: &'static MetricDefinition) -> Histogram<Self> {
        meter
            .u64_histogram(definition.name)
            .with_unit(definition.unit)
            .with_description(definition.description)
            .with_boundaries(definition.buckets.to_vec())
            .build()
    }
}
