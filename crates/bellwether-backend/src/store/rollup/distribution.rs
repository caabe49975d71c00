//! The buckets of histograms, so that they can be added and subtracted.
//!
//! Explicit buckets add up where their bounds are the same. Exponential ones always do: the finer gives up resolution until the scales meet,
//! and again while there are more buckets than anybody needs.

use std::collections::BTreeMap;

use prost::Message as _;

use crate::otlp::metrics::v1::exponential_histogram_data_point::Buckets;
use crate::otlp::metrics::v1::{ExponentialHistogramDataPoint, HistogramDataPoint};

/// Buckets from lowest to highest, of either sign, beyond which resolution is halved: the SDKs' own default is 160.
const WIDEST: i64 = 320;

/// Counts by bucket.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Distribution {
    Explicit { bounds: Vec<f64>, counts: Vec<u64> },
    Exponential(Exponential),
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Exponential {
    pub(crate) scale: i32,
    pub(crate) zero: u64,
    pub(crate) zero_threshold: f64,
    pub(crate) positive: BTreeMap<i32, u64>,
    pub(crate) negative: BTreeMap<i32, u64>,
}

impl Distribution {
    /// The buckets of a data point: `kind` 3 is a histogram, 4 an exponential one, and no other has any.
    pub(crate) fn decode(kind: i64, point: &[u8]) -> Option<Self> {
        match kind {
            3 => {
                let point = HistogramDataPoint::decode(point).ok()?;
                (!point.bucket_counts.is_empty()).then_some(Self::Explicit {
                    bounds: point.explicit_bounds,
                    counts: point.bucket_counts,
                })
            }
            4 => {
                let point = ExponentialHistogramDataPoint::decode(point).ok()?;
                let mut whole = Exponential {
                    scale: point.scale,
                    zero: point.zero_count,
                    zero_threshold: point.zero_threshold,
                    positive: sparse(point.positive),
                    negative: sparse(point.negative),
                };
                whole.narrow();
                Some(Self::Exponential(whole))
            }
            _ => None,
        }
    }

    /// The buckets as a data point that holds nothing else.
    pub(super) fn encode(&self) -> Vec<u8> {
        match self {
            Self::Explicit { bounds, counts } => HistogramDataPoint {
                bucket_counts: counts.clone(),
                explicit_bounds: bounds.clone(),
                ..HistogramDataPoint::default()
            }
            .encode_to_vec(),
            Self::Exponential(whole) => ExponentialHistogramDataPoint {
                scale: whole.scale,
                zero_count: whole.zero,
                zero_threshold: whole.zero_threshold,
                positive: dense(&whole.positive),
                negative: dense(&whole.negative),
                ..ExponentialHistogramDataPoint::default()
            }
            .encode_to_vec(),
        }
    }

    /// Adds `other`. `false`: the two do not fit together, and nothing was added.
    pub(crate) fn add(&mut self, other: &Self) -> bool {
        match (self, other) {
            (
                Self::Explicit { bounds, counts },
                Self::Explicit {
                    bounds: others,
                    counts: add,
                },
            ) if bounds == others && counts.len() == add.len() => {
                counts
                    .iter_mut()
                    .zip(add)
                    .for_each(|(count, add)| *count = count.wrapping_add(*add));
                true
            }
            (Self::Exponential(whole), Self::Exponential(other)) => {
                whole.add(other);
                true
            }
            _ => false,
        }
    }

    /// Whether [`since`](Self::since) has an answer, without making it.
    pub(crate) fn has_grown_since(&self, earlier: &Self) -> bool {
        match (self, earlier) {
            (
                Self::Explicit { bounds, counts },
                Self::Explicit {
                    bounds: others,
                    counts: before,
                },
            ) => {
                bounds == others
                    && counts.len() == before.len()
                    && counts.iter().zip(before).all(|(now, before)| now >= before)
            }
            _ => self.since(earlier).is_some(),
        }
    }

    /// What came since `earlier`. None: a bucket fell, or the two do not fit together: it began anew.
    pub(crate) fn since(&self, earlier: &Self) -> Option<Self> {
        match (self, earlier) {
            (
                Self::Explicit { bounds, counts },
                Self::Explicit {
                    bounds: others,
                    counts: before,
                },
            ) if bounds == others && counts.len() == before.len() => {
                let counts = counts
                    .iter()
                    .zip(before)
                    .map(|(now, before)| now.checked_sub(*before))
                    .collect::<Option<_>>()?;
                Some(Self::Explicit {
                    bounds: bounds.clone(),
                    counts,
                })
            }
            (Self::Exponential(now), Self::Exponential(before)) => {
                now.since(before).map(Self::Exponential)
            }
            _ => None,
        }
    }
}

impl Exponential {
    fn add(&mut self, other: &Self) {
        let mut other = other.clone();
        self.meet(&mut other);
        self.zero = self.zero.wrapping_add(other.zero);
        self.zero_threshold = self.zero_threshold.max(other.zero_threshold);
        for (mine, add) in [
            (&mut self.positive, other.positive),
            (&mut self.negative, other.negative),
        ] {
            for (bucket, count) in add {
                let held = mine.entry(bucket).or_default();
                *held = held.wrapping_add(count);
            }
            mine.retain(|_, count| *count > 0);
        }
        self.narrow();
    }

    fn since(&self, before: &Self) -> Option<Self> {
        let (mut now, mut before) = (self.clone(), before.clone());
        now.meet(&mut before);
        now.zero = now.zero.checked_sub(before.zero)?;
        for (mine, sub) in [
            (&mut now.positive, before.positive),
            (&mut now.negative, before.negative),
        ] {
            for (bucket, count) in sub {
                let held = mine.get_mut(&bucket)?;
                *held = held.checked_sub(count)?;
            }
            mine.retain(|_, count| *count > 0);
        }
        Some(now)
    }

    /// Brings both to the coarser of the two scales.
    fn meet(&mut self, other: &mut Self) {
        let scale = self.scale.min(other.scale);
        self.coarsen(scale);
        other.coarsen(scale);
    }

    fn coarsen(&mut self, scale: i32) {
        // A shift by 31 leaves two buckets, whatever there was.
        let by = self.scale.saturating_sub(scale).clamp(0, 31);
        self.scale = scale;
        if by == 0 {
            return;
        }
        for buckets in [&mut self.positive, &mut self.negative] {
            let finer = std::mem::take(buckets);
            for (bucket, count) in finer {
                let held: &mut u64 = buckets.entry(bucket >> by).or_default();
                *held = held.wrapping_add(count);
            }
        }
    }

    fn narrow(&mut self) {
        let width = |buckets: &BTreeMap<i32, u64>| match (
            buckets.keys().next(),
            buckets.keys().next_back(),
        ) {
            (Some(first), Some(last)) => i64::from(*last) - i64::from(*first) + 1,
            _ => 0,
        };
        while width(&self.positive).max(width(&self.negative)) > WIDEST {
            self.coarsen(self.scale.saturating_sub(1));
        }
    }
}

fn sparse(buckets: Option<Buckets>) -> BTreeMap<i32, u64> {
    let Some(Buckets {
        offset,
        bucket_counts,
    }) = buckets
    else {
        return BTreeMap::new();
    };
    (0_i32..)
        .zip(bucket_counts)
        .filter(|(_, count)| *count > 0)
        .map(|(at, count)| (offset.saturating_add(at), count))
        .collect()
}

fn dense(buckets: &BTreeMap<i32, u64>) -> Option<Buckets> {
    let (first, last) = (*buckets.keys().next()?, *buckets.keys().next_back()?);
    let bucket_counts = (first..=last)
        .map(|bucket| buckets.get(&bucket).copied().unwrap_or(0))
        .collect();
    Some(Buckets {
        offset: first,
        bucket_counts,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arbitrary;
    use proptest::prelude::*;

    fn total(distribution: &Distribution) -> u64 {
        match distribution {
            Distribution::Explicit { counts, .. } => {
                counts.iter().fold(0, |sum, count| sum.wrapping_add(*count))
            }
            Distribution::Exponential(whole) => whole
                .positive
                .values()
                .chain(whole.negative.values())
                .fold(whole.zero, |sum, count| sum.wrapping_add(*count)),
        }
    }

    fn exponential() -> impl Strategy<Value = Distribution> {
        let buckets = || {
            prop::option::of(
                (-500..500_i32, prop::collection::vec(0..1000_u64, 0..20)).prop_map(
                    |(offset, bucket_counts)| Buckets {
                        offset,
                        bucket_counts,
                    },
                ),
            )
        };
        (-10..20_i32, 0..1000_u64, buckets(), buckets()).prop_map(
            |(scale, zero_count, positive, negative)| {
                let point = ExponentialHistogramDataPoint {
                    scale,
                    zero_count,
                    positive,
                    negative,
                    ..ExponentialHistogramDataPoint::default()
                };
                Distribution::decode(4, &point.encode_to_vec()).unwrap()
            },
        )
    }

    proptest! {
        #[test]
        fn adding_loses_no_observation_and_is_undone_by_since(a in exponential(), b in exponential()) {
            let mut sum = a.clone();
            prop_assert!(sum.add(&b));
            prop_assert_eq!(total(&sum), total(&a) + total(&b));
            prop_assert!(sum.has_grown_since(&a));
            let back = sum.since(&a).unwrap();
            prop_assert_eq!(total(&back), total(&b));
            let mut other = b.clone();
            prop_assert!(other.add(&a));
            prop_assert_eq!(sum, other);
        }

        #[test]
        fn any_point_is_taken(point in arbitrary::exponential()) {
            let point = point.encode_to_vec();
            let mut whole = Distribution::decode(4, &point).unwrap();
            let copy = whole.clone();
            whole.add(&copy);
            let again = Distribution::decode(4, &whole.encode());
            // As text, in which a threshold that is no number is equal to itself.
            prop_assert_eq!(format!("{again:?}"), format!("{:?}", Some(whole)));
        }
    }
}
