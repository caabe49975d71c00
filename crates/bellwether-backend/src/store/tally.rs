//! Aggregates of spans added up, thousands at a time: the buckets of their sketches go into one dense array, without a map or a list for
//! each.

use super::sketch::Sketch;

/// Spans of one group and stretch.
#[derive(Debug, Clone)]
pub(crate) struct Tally {
    pub(crate) count: u64,
    pub(crate) errors: u64,
    /// Nanoseconds.
    pub(crate) sum: f64,
    pub(crate) min: i64,
    pub(crate) max: i64,
    /// From the first bucket to the end of the last, in seconds.
    pub(crate) begins: i64,
    pub(crate) ends: i64,
    zero: u64,
    /// The number of the first of `counts`.
    lowest: i32,
    counts: Vec<u64>,
}

impl Tally {
    pub(crate) fn new(begins: i64) -> Self {
        Self {
            count: 0,
            errors: 0,
            sum: 0.0,
            min: i64::MAX,
            max: i64::MIN,
            begins,
            ends: begins,
            zero: 0,
            lowest: 0,
            counts: Vec::new(),
        }
    }

    /// Adds an aggregate: its end in seconds, whether its spans failed, how many, sum, min and max, and the stored form of its sketch.
    pub(crate) fn add(
        &mut self,
        ends: i64,
        is_error: bool,
        count: u64,
        (sum, min, max): (f64, i64, i64),
        sketch: &[u8],
    ) {
        self.count += count;
        self.errors += if is_error { count } else { 0 };
        self.sum += sum;
        self.min = self.min.min(min);
        self.max = self.max.max(max);
        self.ends = self.ends.max(ends);
        let (mut zero, mut lowest, mut counts) =
            (self.zero, self.lowest, std::mem::take(&mut self.counts));
        Sketch::read(sketch, |bucket, held| match bucket {
            None => zero = zero.saturating_add(held),
            Some(bucket) => {
                if counts.is_empty() {
                    lowest = bucket;
                }
                if bucket < lowest {
                    let more = lowest.abs_diff(bucket) as usize;
                    counts.splice(0..0, std::iter::repeat_n(0, more));
                    lowest = bucket;
                }
                let at = bucket.abs_diff(lowest) as usize;
                if at >= counts.len() {
                    counts.resize(at + 1, 0);
                }
                counts[at] = counts[at].saturating_add(held);
            }
        });
        (self.zero, self.lowest, self.counts) = (zero, lowest, counts);
    }

    /// As [`Sketch::quantile`] has it.
    pub(crate) fn quantile(&self, q: f64) -> Option<f64> {
        Sketch::quantile_of(
            self.zero,
            (self.lowest..).zip(self.counts.iter().copied()),
            q,
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn a_tally_is_the_merged_sketch(parts in prop::collection::vec(prop::collection::vec(-1.0..1e12_f64, 0..40), 1..8), q in 0.0..=1.0_f64) {
            let mut tally = Tally::new(0);
            let mut whole = Sketch::default();
            for part in &parts {
                let mut sketch = Sketch::default();
                for value in part {
                    sketch.add(*value);
                }
                tally.add(10, false, part.len() as u64, (0.0, 0, 0), &sketch.to_bytes());
                whole.merge(&sketch);
            }
            prop_assert_eq!(tally.quantile(q), whole.quantile(q));
            prop_assert_eq!(tally.count, whole.count());
        }
    }
}
