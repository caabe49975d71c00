//! Quantiles of stored histograms.
//!
//! Explicit buckets: linear inside the bucket, from zero where the first bound is above it, and the highest bound for what lies beyond,
//! as `histogram_quantile` of Prometheus does it. Exponential buckets: on the logarithmic scale inside the bucket.

use std::collections::BTreeMap;

use crate::store::Distribution;

/// The value below which a share `q` lies; none where nothing was observed.
pub(super) fn quantile(of: &Distribution, q: f64) -> Option<f64> {
    let buckets = match of {
        Distribution::Explicit { bounds, counts } => return explicit(bounds, counts, q),
        Distribution::Exponential(of) => {
            // 2^(2^-scale): the ratio of a bucket's bounds.
            let power = |index: i64| (index as f64 * (-f64::from(of.scale)).exp2()).exp2();
            let negative = of.negative.iter().rev().map(|(index, count)| {
                let index = i64::from(*index);
                (-power(index + 1), -power(index), *count)
            });
            let zero = (-of.zero_threshold, of.zero_threshold, of.zero);
            let positive = of.positive.iter().map(|(index, count)| {
                let index = i64::from(*index);
                (power(index), power(index + 1), *count)
            });
            negative
                .chain(std::iter::once(zero))
                .chain(positive)
                .collect::<Vec<_>>()
        }
    };
    let total: u64 = buckets.iter().map(|(_, _, count)| count).sum();
    let rank = q.clamp(0.0, 1.0) * total as f64;
    let mut below = 0.0;
    let mut last = None;
    for (low, high, count) in buckets.into_iter().filter(|(_, _, count)| *count > 0) {
        let share = ((rank - below) / count as f64).clamp(0.0, 1.0);
        let value = if low > 0.0 {
            low * (high / low).powf(share)
        } else if high < 0.0 {
            -(-low * (high / low).powf(share))
        } else {
            low + (high - low) * share
        };
        below += count as f64;
        if rank <= below {
            return Some(value);
        }
        last = Some(high);
    }
    last
}

fn explicit(bounds: &[f64], counts: &[u64], q: f64) -> Option<f64> {
    let total: u64 = counts.iter().sum();
    if total == 0 {
        return None;
    }
    let rank = q.clamp(0.0, 1.0) * total as f64;
    let mut below = 0.0;
    for (at, count) in counts.iter().enumerate().filter(|(_, count)| **count > 0) {
        let held = *count as f64;
        if rank > below + held {
            below += held;
            continue;
        }
        let Some(high) = bounds.get(at) else {
            break;
        };
        let low = match at.checked_sub(1).and_then(|at| bounds.get(at)) {
            Some(low) => *low,
            None if *high > 0.0 => 0.0,
            None => return Some(*high),
        };
        return Some(low + (high - low) * ((rank - below) / held));
    }
    bounds.last().copied()
}

/// How many observations are at most so large, by rising bounds: what lies beyond the last of them is in no bucket here. Exponential
/// buckets are put together until each bound is a power of two, so that bounds stay where they are while a histogram adapts.
pub(super) fn cumulative(of: &Distribution) -> Vec<(f64, u64)> {
    let mut below = 0_u64;
    let mut add = |(bound, count): (f64, u64)| {
        below = below.saturating_add(count);
        (bound, below)
    };
    match of {
        Distribution::Explicit { bounds, counts } => {
            let pairs = bounds.iter().copied().zip(counts.iter().copied());
            pairs.map(&mut add).collect()
        }
        Distribution::Exponential(of) => {
            let mut by_bound: BTreeMap<i64, u64> = BTreeMap::new();
            let step = (-f64::from(of.scale)).exp2();
            // Negative: the bound nearest to zero, as a power below it; sorted from the largest power down.
            let mut negative: BTreeMap<std::cmp::Reverse<i64>, u64> = BTreeMap::new();
            for (index, count) in &of.negative {
                let power = (f64::from(*index) * step).floor() as i64;
                *negative.entry(std::cmp::Reverse(power)).or_default() += count;
            }
            for (index, count) in &of.positive {
                let power = ((f64::from(*index) + 1.0) * step).ceil() as i64;
                *by_bound.entry(power).or_default() += count;
            }
            let negative = negative
                .into_iter()
                .map(|(power, count)| (-(power.0 as f64).exp2(), count));
            let zero = (of.zero > 0).then_some((of.zero_threshold, of.zero));
            let positive = by_bound
                .into_iter()
                .map(|(power, count)| ((power as f64).exp2(), count));
            negative.chain(zero).chain(positive).map(&mut add).collect()
        }
    }
}

#[cfg(test)]
#[allow(clippy::cast_sign_loss)]
mod tests {
    use super::*;
    use crate::otlp::metrics::v1::{
        ExponentialHistogramDataPoint, exponential_histogram_data_point::Buckets,
    };
    use proptest::prelude::*;
    use prost::Message as _;

    #[test]
    fn explicit_buckets_are_read_as_prometheus_reads_them() {
        let of = Distribution::Explicit {
            bounds: vec![1.0, 2.0, 4.0],
            counts: vec![10, 10, 0, 5],
        };
        assert_eq!(quantile(&of, 0.2), Some(0.5));
        assert_eq!(quantile(&of, 0.6), Some(1.5));
        assert_eq!(quantile(&of, 0.99), Some(4.0));
    }

    proptest! {
        #[test]
        fn exponential_quantiles_are_within_a_bucket(mut values in prop::collection::vec(0.001..1e6_f64, 1..200), q in 0.0..=1.0_f64) {
            let scale = 3;
            let index = |v: f64| (v.log2() * 8.0).ceil() as i32 - 1;
            let lowest = values.iter().map(|v| index(*v)).min().unwrap();
            let mut counts = vec![0; (values.iter().map(|v| index(*v)).max().unwrap() - lowest + 1) as usize];
            for v in &values {
                counts[(index(*v) - lowest) as usize] += 1;
            }
            let point = ExponentialHistogramDataPoint { scale, positive: Some(Buckets { offset: lowest, bucket_counts: counts }), ..Default::default() };
            let of = Distribution::decode(4, &point.encode_to_vec()).unwrap();
            values.sort_by(f64::total_cmp);
            let rank = (q * values.len() as f64).ceil().max(1.0) as usize - 1;
            let found = quantile(&of, q).unwrap();
            let width = 0.125_f64.exp2() * 1.0001;
            prop_assert!(found / values[rank] <= width && values[rank] / found <= width, "{} for {}", found, values[rank]);
        }
    }
}
