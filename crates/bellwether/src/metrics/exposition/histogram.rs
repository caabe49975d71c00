//! Buckets as Prometheus counts them: each holds all that is at most its bound.

use opentelemetry_proto::tonic::metrics::v1::exponential_histogram_data_point::Buckets;
use opentelemetry_proto::tonic::metrics::v1::{
    Exemplar, ExponentialHistogramDataPoint, HistogramDataPoint,
};

/// Bounds and cumulative counts; the last bound is infinite.
pub(super) struct Cumulative(pub(super) Vec<(f64, u64)>);

impl Cumulative {
    pub(super) fn explicit(point: &HistogramDataPoint) -> Self {
        let bounds = point.explicit_bounds.iter().copied();
        let mut total = 0_u64;
        let mut buckets: Vec<(f64, u64)> = bounds
            .zip(&point.bucket_counts)
            .map(|(bound, count)| {
                total = total.saturating_add(*count);
                (bound, total)
            })
            .collect();
        buckets.push((f64::INFINITY, point.count));
        Self(buckets)
    }

    /// Powers of two as bounds, from the least that is needed to the greatest.
    pub(super) fn exponential(point: &ExponentialHistogramDataPoint) -> Self {
        let mut counts: Vec<(f64, u64)> = Vec::new();
        let mut add = |bound: f64, count: u64| {
            if count > 0 {
                counts.push((bound, count));
            }
        };
        if let Some(negative) = &point.negative {
            for (index, count) in indexed(negative).rev() {
                // (-2^(upper), -2^(lower)]: the bound nearer to zero.
                add(-power(index, point.scale, Side::Lower), count);
            }
        }
        add(point.zero_threshold, point.zero_count);
        if let Some(positive) = &point.positive {
            for (index, count) in indexed(positive) {
                add(power(index, point.scale, Side::Upper), count);
            }
        }
        let mut total = 0_u64;
        let mut buckets: Vec<(f64, u64)> = Vec::new();
        for same in counts.chunk_by(|(a, _), (b, _)| a.total_cmp(b).is_eq()) {
            let count = same.iter().map(|(_, count)| *count);
            total = total.saturating_add(count.sum());
            if same[0].0.is_finite() {
                buckets.push((same[0].0, total));
            }
        }
        buckets.push((f64::INFINITY, point.count));
        Self(buckets)
    }

    /// Whether a measurement may have been negative: OpenMetrics has no sum then.
    pub(super) fn has_negative(&self) -> bool {
        self.0.first().is_some_and(|(bound, _)| *bound < 0.0)
    }
}

#[derive(Clone, Copy)]
enum Side {
    Lower,
    Upper,
}

/// The power of two that bounds this bucket. At a scale above 0 several buckets share one.
fn power(index: i64, scale: i32, side: Side) -> f64 {
    // A bucket is (2^(index / 2^scale), 2^((index + 1) / 2^scale)].
    let exponent = if scale >= 0 {
        let scale = u32::try_from(scale).unwrap_or(0).min(62);
        match side {
            Side::Lower => index >> scale,
            Side::Upper => (index >> scale) + 1,
        }
    } else {
        let factor = 1_i64 << scale.unsigned_abs().min(30);
        match side {
            Side::Lower => index.saturating_mul(factor),
            Side::Upper => (index + 1).saturating_mul(factor),
        }
    };
    let exponent = exponent.clamp(-1074, 1024);
    2_f64.powi(i32::try_from(exponent).unwrap_or(0))
}

fn indexed(buckets: &Buckets) -> impl DoubleEndedIterator<Item = (i64, u64)> {
    let counts = buckets.bucket_counts.iter().enumerate();
    counts.map(|(at, count)| {
        let at = i64::try_from(at).unwrap_or(i64::MAX);
        (i64::from(buckets.offset).saturating_add(at), *count)
    })
}

/// The latest exemplar of each bucket.
pub(super) fn exemplars<'a>(
    buckets: &Cumulative,
    exemplars: &'a [Exemplar],
) -> Vec<Option<&'a Exemplar>> {
    let mut latest: Vec<Option<&Exemplar>> = vec![None; buckets.0.len()];
    for exemplar in exemplars {
        let Some(value) = super::write::exemplar_value(exemplar) else {
            continue;
        };
        let at = buckets.0.partition_point(|(bound, _)| *bound < value);
        let Some(place) = latest.get_mut(at) else {
            continue;
        };
        if place.is_none_or(|other| other.time_unix_nano <= exemplar.time_unix_nano) {
            *place = Some(exemplar);
        }
    }
    latest
}
