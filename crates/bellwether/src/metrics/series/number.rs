//! Number types, as bits in an atomic.

use std::sync::atomic::{AtomicU64, Ordering};

use opentelemetry::metrics::{AsyncInstrument, Meter};

use crate::metrics::{MetricDefinition, ValueType};

/// A number that metrics are made of: `u64`, `i64` or `f64`.
///
/// ```
/// fn is_number<T: bellwether::metrics::Number>(_: T) {}
/// is_number(1.5_f64);
/// ```
pub trait Number: sealed::Bits + Copy + Send + Sync + PartialOrd + 'static {
    /// It, as definitions name it.
    const VALUE: ValueType;
}

/// A number a counter takes: `u64` or `f64`.
pub trait CounterNumber: Number {
    #[doc(hidden)]
    fn counter(meter: &Meter, definition: &'static MetricDefinition, callback: Callback<Self>);
}

/// A number an up-down counter takes: `i64` or `f64`.
pub trait UpDownNumber: Number {
    #[doc(hidden)]
    fn up_down_counter(
        meter: &Meter,
        definition: &'static MetricDefinition,
        callback: Callback<Self>,
    );
}

/// A number a gauge takes: `u64`, `i64` or `f64`.
pub trait GaugeNumber: Number {
    #[doc(hidden)]
    fn gauge(meter: &Meter, definition: &'static MetricDefinition, callback: Callback<Self>);
}

#[doc(hidden)]
#[allow(unreachable_pub, reason = "in the signature of public traits")]
pub type Callback<T> = Box<dyn Fn(&dyn AsyncInstrument<T>) + Send + Sync>;

pub(super) mod sealed {
    use std::sync::atomic::AtomicU64;

    pub trait Bits: Sized {
        fn into_bits(self) -> u64;
        fn of_bits(bits: u64) -> Self;
        /// Adds, and tells the bits that were there.
        fn add(cell: &AtomicU64, value: Self) -> u64;
        fn plus(self, other: Self) -> Self;
    }
}

macro_rules! whole {
    ($type:ty) => {
        impl sealed::Bits for $type {
            #[inline]
            fn into_bits(self) -> u64 {
                self as u64
            }

            #[inline]
            fn of_bits(bits: u64) -> Self {
                bits as Self
            }

            #[inline]
            fn add(cell: &AtomicU64, value: Self) -> u64 {
                cell.fetch_add(value as u64, Ordering::Relaxed)
            }

            #[inline]
            fn plus(self, other: Self) -> Self {
                self.wrapping_add(other)
            }
        }

        impl Number for $type {
            const VALUE: ValueType = ValueType::Int;
        }
    };
}

whole!(u64);
#[allow(clippy::cast_sign_loss, clippy::cast_possible_wrap, reason = "bits")]
mod signed {
    use super::{AtomicU64, Number, Ordering, ValueType, sealed};
    whole!(i64);
}

impl sealed::Bits for f64 {
    fn into_bits(self) -> u64 {
        self.to_bits()
    }

    fn of_bits(bits: u64) -> Self {
        Self::from_bits(bits)
    }

    /// NaN and infinity are left out, as the SDK leaves them out: one would stay in the sum for good.
    fn add(cell: &AtomicU64, value: Self) -> u64 {
        if !value.is_finite() {
            return u64::MAX;
        }
        let plus = |bits| Some((Self::from_bits(bits) + value).to_bits());
        match cell.fetch_update(Ordering::Relaxed, Ordering::Relaxed, plus) {
            Ok(before) | Err(before) => before,
        }
    }

    fn plus(self, other: Self) -> Self {
        self + other
    }
}

impl Number for f64 {
    const VALUE: ValueType = ValueType::Double;
}

macro_rules! observable {
    ($trait:ident, $function:ident: $($type:ty => $make:ident),+) => {
        $(impl $trait for $type {
            fn $function(meter: &Meter, definition: &'static MetricDefinition, callback: Callback<Self>) {
                let _ = meter
                    .$make(definition.name)
                    .with_unit(definition.unit)
                    .with_description(definition.description)
                    .with_callback(move |observer| callback(observer))
                    .build();
            }
        })+
    };
}

observable!(CounterNumber, counter: u64 => u64_observable_counter, f64 => f64_observable_counter);
observable!(UpDownNumber, up_down_counter: i64 => i64_observable_up_down_counter, f64 => f64_observable_up_down_counter);
observable!(GaugeNumber, gauge: u64 => u64_observable_gauge, i64 => i64_observable_gauge, f64 => f64_observable_gauge);

#[cfg(test)]
mod tests {
    use super::sealed::Bits;
    use super::*;

    #[test]
    fn sums_are_exact_and_take_no_nan() {
        let cell = AtomicU64::new(0);
        <i64 as Bits>::add(&cell, 3);
        <i64 as Bits>::add(&cell, -5);
        assert_eq!(i64::of_bits(cell.load(Ordering::Relaxed)), -2);
        let cell = AtomicU64::new(0);
        for value in [0.5, f64::NAN, 0.25, f64::INFINITY] {
            <f64 as Bits>::add(&cell, value);
        }
        assert_eq!(
            f64::of_bits(cell.load(Ordering::Relaxed)).to_bits(),
            0.75_f64.to_bits()
        );
    }
}
