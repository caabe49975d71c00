//! Differences of buckets.

use opentelemetry_proto::tonic::metrics::v1::exponential_histogram_data_point::Buckets;

/// `None` where the buckets are not of one series, or one has gone down.
pub(super) fn difference(now: &[u64], earlier: &[u64]) -> Option<Vec<u64>> {
    if now.len() != earlier.len() {
        return None;
    }
    let pairs = now.iter().zip(earlier);
    pairs
        .map(|(now, earlier)| now.checked_sub(*earlier))
        .collect()
}

/// As [`difference`], where the later buckets may reach further on both sides.
pub(super) fn exponential_difference(now: &Buckets, earlier: &Buckets) -> Option<Buckets> {
    let mut counts = now.bucket_counts.clone();
    for (at, count) in earlier.bucket_counts.iter().enumerate() {
        if *count == 0 {
            continue;
        }
        let index = i64::from(earlier.offset) + i64::try_from(at).ok()?;
        let at = usize::try_from(index - i64::from(now.offset)).ok()?;
        let now = counts.get_mut(at)?;
        *now = now.checked_sub(*count)?;
    }
    Some(Buckets {
        offset: now.offset,
        bucket_counts: counts,
    })
}

/// The buckets at a scale smaller by this much: 2^`by` neighbours become one.
pub(super) fn downscaled(buckets: &Buckets, by: u32) -> Buckets {
    if by == 0 || buckets.bucket_counts.is_empty() {
        return buckets.clone();
    }
    // A shift by 31 leaves -1 or 0, which is where everything is at the least scale.
    let by = by.min(31);
    let offset = buckets.offset >> by;
    let mut counts: Vec<u64> = Vec::new();
    for (index, count) in (i64::from(buckets.offset)..).zip(&buckets.bucket_counts) {
        let at = usize::try_from((index >> by) - i64::from(offset)).unwrap_or(0);
        if counts.len() <= at {
            counts.resize(at + 1, 0);
        }
        counts[at] += count;
    }
    Buckets {
        offset,
        bucket_counts: counts,
    }
}
