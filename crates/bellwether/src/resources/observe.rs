//! From a definition to an observable instrument.
//!
//! The callback runs under a lock of the SDK, at each export. What it is given may only look into memory.

use opentelemetry::KeyValue;
use opentelemetry::metrics::Meter;

use crate::metrics::{Instrument, MetricDefinition, Selection, ValueType};

/// A value, as a source has it. It leaves as the number that the definition says.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Number {
    Int(u64),
    Double(f64),
}

impl Number {
    fn as_f64(self) -> f64 {
        match self {
            Self::Int(value) => value as f64,
            Self::Double(value) => value,
        }
    }

    #[allow(
        clippy::cast_sign_loss,
        reason = "a cast from float to integer saturates, and no value here is below zero"
    )]
    fn as_u64(self) -> u64 {
        match self {
            Self::Int(value) => value,
            Self::Double(value) => value as u64,
        }
    }

    fn as_i64(self) -> i64 {
        i64::try_from(self.as_u64()).unwrap_or(i64::MAX)
    }
}

impl From<u64> for Number {
    fn from(value: u64) -> Self {
        Self::Int(value)
    }
}

impl From<f64> for Number {
    fn from(value: f64) -> Self {
        Self::Double(value)
    }
}

/// Takes the points of one collection.
pub(crate) type Points<'a> = dyn FnMut(Number, &[KeyValue]) + 'a;

/// Makes the instrument, if it is on. `read` is called at each collection and gives its points; what it leaves out
/// is gone.
pub(crate) fn observe(
    (meter, selection): (&Meter, Selection),
    definition: &'static MetricDefinition,
    read: impl Fn(&mut Points<'_>) + Send + Sync + 'static,
) {
    if !selection.has(definition) {
        return;
    }
    macro_rules! instrument {
        ($constructor:ident, $number:ident) => {{
            let _ = meter
                .$constructor(definition.name)
                .with_unit(definition.unit)
                .with_description(definition.description)
                .with_callback(move |observer| {
                    read(&mut |value, attributes| observer.observe(value.$number(), attributes));
                })
                .build();
        }};
    }
    match (definition.instrument, definition.value) {
        (Instrument::Counter, ValueType::Int) => instrument!(u64_observable_counter, as_u64),
        (Instrument::Counter, ValueType::Double) => instrument!(f64_observable_counter, as_f64),
        (Instrument::UpDownCounter, ValueType::Int) => {
            instrument!(i64_observable_up_down_counter, as_i64);
        }
        (Instrument::UpDownCounter, ValueType::Double) => {
            instrument!(f64_observable_up_down_counter, as_f64);
        }
        (Instrument::Gauge, ValueType::Int) => instrument!(u64_observable_gauge, as_u64),
        (Instrument::Gauge, ValueType::Double) => instrument!(f64_observable_gauge, as_f64),
        // There are no observable histograms; the catalog's rules refuse them.
        (Instrument::Histogram, _) => {}
    }
}
