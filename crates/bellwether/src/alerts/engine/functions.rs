//! The arithmetic of Prometheus, operation by operation, so that an alert here and its rule there see the same number.
//!
//! Sources: `promql/functions.go`, `promql/quantile.go` and `util/kahansum` of Prometheus 3. A window holds samples
//! with `start < time <= end`.

use std::collections::VecDeque;

/// Buckets whose counts differ by less than this share are equal: floating point, not observations.
const SMALL_DELTA_TOLERANCE: f64 = 1e-12;

/// A value at a time, in milliseconds since 1970.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Sample {
    pub(super) at: i64,
    pub(super) value: f64,
}

/// How a difference over a window is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Difference {
    /// Of a counter, a second.
    Rate,
    /// Of a counter.
    Increase,
    /// Of a gauge.
    Delta,
}

/// `rate`, `increase` and `delta`: the difference of first and last sample, resets added, extrapolated to the window.
/// `None` where the window holds fewer than two samples.
pub(super) fn difference(
    samples: &[Sample],
    end: i64,
    window: i64,
    kind: Difference,
) -> Option<f64> {
    let [first, .., last] = samples else {
        return None;
    };
    let is_counter = kind != Difference::Delta;
    let mut result = last.value - first.value;
    if is_counter {
        for pair in samples.windows(2) {
            if pair[1].value < pair[0].value {
                result += pair[0].value;
            }
        }
    }
    let seconds = |milliseconds: i64| milliseconds as f64 / 1000.0;
    let mut to_start = seconds(first.at - (end - window));
    let mut to_end = seconds(end - last.at);
    let covered = seconds(last.at - first.at);
    let between = covered / (samples.len() - 1) as f64;
    let threshold = between * 1.1;
    if to_start >= threshold {
        to_start = between / 2.0;
    }
    if is_counter && result > 0.0 && first.value >= 0.0 {
        // A counter began at zero: not before it would have been there.
        let to_zero = covered * (first.value / result);
        if to_zero < to_start {
            to_start = to_zero;
        }
    }
    if to_end >= threshold {
        to_end = between / 2.0;
    }
    let mut factor = 1.0;
    if covered != 0.0 {
        factor = (covered + to_start + to_end) / covered;
    }
    if kind == Difference::Rate {
        factor /= seconds(window);
    }
    Some(result * factor)
}

/// A sum that loses nothing to rounding: Kahan's, with Neumaier's improvement.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct KahanSum {
    sum: f64,
    compensation: f64,
    count: u64,
}

impl KahanSum {
    pub(super) fn add(&mut self, value: f64) {
        self.count += 1;
        let total = self.sum + value;
        if total.is_infinite() {
            self.compensation = 0.0;
        } else if self.sum.abs() >= value.abs() {
            self.compensation += (self.sum - total) + value;
        } else {
            self.compensation += (value - total) + self.sum;
        }
        self.sum = total;
    }

    pub(super) fn sum(self) -> f64 {
        self.sum + self.compensation
    }

    pub(super) fn mean(self) -> f64 {
        let count = self.count as f64;
        self.sum / count + self.compensation / count
    }

    pub(super) fn of(values: impl Iterator<Item = f64>) -> Self {
        let mut sum = Self::default();
        values.for_each(|value| sum.add(value));
        sum
    }
}

/// The least or greatest, beside which NaN counts for nothing.
pub(super) fn extreme(
    values: impl Iterator<Item = f64>,
    is_better: fn(f64, f64) -> bool,
) -> Option<f64> {
    values.reduce(|best, value| {
        if is_better(value, best) || best.is_nan() {
            value
        } else {
            best
        }
    })
}

pub(super) fn is_greater(one: f64, other: f64) -> bool {
    one > other
}

pub(super) fn is_less(one: f64, other: f64) -> bool {
    one < other
}

/// `histogram_quantile` of classic buckets: pairs of upper bound and cumulative count, the last bound infinite.
#[allow(clippy::float_cmp)] // as Prometheus compares
pub(super) fn quantile(quantile: f64, mut buckets: Vec<(f64, f64)>) -> f64 {
    make_monotonic(&mut buckets);
    let [.., (before_last, _), (infinite, observations)] = buckets.as_slice() else {
        return f64::NAN;
    };
    if *infinite != f64::INFINITY || *observations == 0.0 || observations.is_nan() {
        return f64::NAN;
    }
    let mut rank = quantile * observations;
    let last = buckets.len() - 1;
    let index = buckets[..last].partition_point(|(_, count)| *count < rank);
    if index == last {
        return *before_last;
    }
    let (end, mut count) = buckets[index];
    if index == 0 && end <= 0.0 {
        return end;
    }
    let mut start = 0.0;
    if index > 0 {
        let (bound_before, count_before) = buckets[index - 1];
        start = bound_before;
        count -= count_before;
        rank -= count_before;
    }
    start + (end - start) * (rank / count)
}

#[allow(clippy::float_cmp)] // as Prometheus compares
fn make_monotonic(buckets: &mut [(f64, f64)]) {
    let Some(((_, first), rest)) = buckets.split_first_mut() else {
        return;
    };
    let mut previous = *first;
    for (_, count) in rest {
        if *count == previous {
            continue;
        }
        if almost_equal(previous, *count) || *count < previous {
            *count = previous;
            continue;
        }
        previous = *count;
    }
}

#[allow(clippy::float_cmp)] // as Prometheus compares
fn almost_equal(one: f64, other: f64) -> bool {
    if one == other {
        return true;
    }
    let sum = one.abs() + other.abs();
    let difference = (one - other).abs();
    if one == 0.0 || other == 0.0 || sum < f64::MIN_POSITIVE {
        return difference < SMALL_DELTA_TOLERANCE * f64::MIN_POSITIVE;
    }
    difference / sum.min(f64::MAX) < SMALL_DELTA_TOLERANCE
}

/// Samples of a ring as one slice.
pub(super) fn contiguous(ring: &VecDeque<Sample>) -> Vec<Sample> {
    ring.iter().copied().collect()
}
