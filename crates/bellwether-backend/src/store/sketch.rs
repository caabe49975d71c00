//! A mergeable histogram of durations: base-2 exponential buckets at one fixed scale.
//!
//! Bucket `i` holds values in `(2^(i/16), 2^((i+1)/16)]`, so a quantile is off by at most 2.2 %. One scale means that any two merge by
//! adding counts, over time, over services, over anything. Only buckets that hold something are kept: a typical one takes 20 to 60 bytes.

use std::cmp::Ordering;

/// Buckets a doubling.
const PER_DOUBLING: f64 = 16.0;

/// A mergeable histogram. Quantiles are off by at most 2.2 %.
///
/// ```
/// use bellwether_backend::Sketch;
/// let mut sketch = Sketch::default();
/// (1..=1000).for_each(|ms| sketch.add(f64::from(ms)));
/// let p95 = sketch.quantile(0.95).unwrap();
/// assert!((p95 / 950.0 - 1.0).abs() < 0.022);
/// let copy = Sketch::from_bytes(&sketch.to_bytes()).unwrap();
/// assert_eq!(copy, sketch);
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sketch {
    /// Values at or below zero.
    zero: u64,
    /// Those that hold something, lowest first.
    buckets: Vec<(i32, u64)>,
}

impl Sketch {
    /// Counts one value. Values at or below zero, and those that are no number, count as zero.
    pub fn add(&mut self, value: f64) {
        self.add_many(value, 1);
    }

    /// Counts `count` values that are alike.
    pub fn add_many(&mut self, value: f64, count: u64) {
        if value > 0.0 && value.is_finite() {
            let bucket = bucket(value);
            match self.buckets.binary_search_by_key(&bucket, |held| held.0) {
                Ok(at) => self.buckets[at].1 += count,
                Err(at) => self.buckets.insert(at, (bucket, count)),
            }
        } else {
            self.zero += count;
        }
    }

    /// Adds everything that `other` counted.
    pub fn merge(&mut self, other: &Self) {
        self.zero = self.zero.saturating_add(other.zero);
        let mut merged = Vec::with_capacity(self.buckets.len() + other.buckets.len());
        let (mut mine, mut others) = (self.buckets.as_slice(), other.buckets.as_slice());
        while let (Some((a, mine_left)), Some((b, others_left))) =
            (mine.split_first(), others.split_first())
        {
            match a.0.cmp(&b.0) {
                Ordering::Less => {
                    merged.push(*a);
                    mine = mine_left;
                }
                Ordering::Greater => {
                    merged.push(*b);
                    others = others_left;
                }
                Ordering::Equal => {
                    merged.push((a.0, a.1.saturating_add(b.1)));
                    (mine, others) = (mine_left, others_left);
                }
            }
        }
        merged.extend_from_slice(mine);
        merged.extend_from_slice(others);
        self.buckets = merged;
    }

    /// How many values were counted.
    pub fn count(&self) -> u64 {
        self.buckets
            .iter()
            .fold(self.zero, |sum, (_, count)| sum.saturating_add(*count))
    }

    /// The value below which a share `q` (0 to 1) lies; none when nothing was counted.
    pub fn quantile(&self, q: f64) -> Option<f64> {
        Self::quantile_of(self.zero, self.buckets.iter().copied(), q)
    }

    /// The same of counts by bucket, lowest first, and of those at or below zero.
    pub(super) fn quantile_of(
        zero: u64,
        buckets: impl Iterator<Item = (i32, u64)> + Clone,
        q: f64,
    ) -> Option<f64> {
        let count = buckets
            .clone()
            .fold(zero, |sum, (_, held)| sum.saturating_add(held));
        if count == 0 {
            return None;
        }
        let rank = (q.clamp(0.0, 1.0) * (count - 1) as f64).floor();
        let mut seen = zero;
        if rank < seen as f64 {
            return Some(0.0);
        }
        let mut last = None;
        for (bucket, held) in buckets.filter(|(_, held)| *held > 0) {
            seen = seen.saturating_add(held);
            last = Some(middle(bucket));
            if rank < seen as f64 {
                break;
            }
        }
        last
    }

    /// The buckets that hold something, lowest first: lower bound (exclusive), upper bound (inclusive), count.
    pub fn buckets(&self) -> impl Iterator<Item = (f64, f64, u64)> + '_ {
        let zero = (self.zero > 0).then_some((0.0, 0.0, self.zero));
        zero.into_iter().chain(
            self.buckets
                .iter()
                .map(|(bucket, count)| (lower(*bucket), lower(bucket + 1), *count)),
        )
    }

    /// The form it is stored in: the zero count, then distance to the previous bucket and count, each a variable-length integer.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(8 + 3 * self.buckets.len());
        push(&mut out, self.zero);
        let mut previous = 0;
        for (bucket, count) in &self.buckets {
            let distance = i64::from(*bucket) - previous;
            push(
                &mut out,
                (distance.cast_unsigned() << 1) ^ (distance >> 63).cast_unsigned(),
            );
            push(&mut out, *count);
            previous = i64::from(*bucket);
        }
        out
    }

    /// Reads the stored form. None: these bytes are not one.
    pub fn from_bytes(bytes: &[u8]) -> Option<Self> {
        let mut sketch = Self::default();
        Self::read(bytes, |bucket, count| match bucket {
            None => sketch.zero = count,
            Some(bucket) => sketch.buckets.push((bucket, count)),
        })?;
        Some(sketch)
    }

    /// Gives what the stored form holds to `each`: the count at or below zero, then bucket after bucket, lowest first. None: these bytes are
    /// not one, and what was given until then is all that could be read.
    pub(super) fn read(mut bytes: &[u8], mut each: impl FnMut(Option<i32>, u64)) -> Option<()> {
        if bytes.is_empty() {
            return Some(());
        }
        each(None, pull(&mut bytes)?);
        let mut bucket = 0_i64;
        let mut last = None;
        while !bytes.is_empty() {
            let zigzag = pull(&mut bytes)?;
            let distance = (zigzag >> 1).cast_signed() ^ -(zigzag & 1).cast_signed();
            bucket = bucket.checked_add(distance)?;
            let (bucket, count) = (i32::try_from(bucket).ok()?, pull(&mut bytes)?);
            // Buckets are in order, each once: anything else is not ours. No number that a computer knows is beyond 2^1024.
            if last.is_some_and(|last| last >= bucket) || bucket.unsigned_abs() > 32_768 {
                return None;
            }
            last = Some(bucket);
            each(Some(bucket), count);
        }
        Some(())
    }
}

fn bucket(value: f64) -> i32 {
    (value.log2() * PER_DOUBLING).ceil() as i32 - 1
}

fn lower(bucket: i32) -> f64 {
    (f64::from(bucket) / PER_DOUBLING).exp2()
}

fn middle(bucket: i32) -> f64 {
    ((f64::from(bucket) + 0.5) / PER_DOUBLING).exp2()
}

fn push(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push(value as u8 | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

fn pull(bytes: &mut &[u8]) -> Option<u64> {
    let mut value = 0;
    for shift in (0..64).step_by(7) {
        let (first, rest) = bytes.split_first()?;
        *bytes = rest;
        value |= u64::from(first & 0x7f) << shift;
        if first & 0x80 == 0 {
            return Some(value);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn add_all(sketch: &mut Sketch, values: &[f64]) {
        for value in values {
            sketch.add(*value);
        }
    }

    proptest! {
        #[test]
        fn stored_form_reads_back(values in prop::collection::vec(prop::num::f64::ANY, 0..200)) {
            let mut sketch = Sketch::default();
            add_all(&mut sketch, &values);
            prop_assert_eq!(Sketch::from_bytes(&sketch.to_bytes()), Some(sketch));
        }

        #[test]
        fn merged_is_the_same_as_counted_together(a in prop::collection::vec(0.0..1e12_f64, 0..99), b in prop::collection::vec(0.0..1e12_f64, 0..99)) {
            let of = |values: &[f64]| values.iter().fold(Sketch::default(), |mut sketch, value| { sketch.add(*value); sketch });
            let mut merged = of(&a);
            merged.merge(&of(&b));
            prop_assert_eq!(merged, of(&[a, b].concat()));
        }

        #[test]
        fn quantiles_are_within_the_stated_error(mut values in prop::collection::vec(1e-3..1e12_f64, 1..300), q in 0.0..=1.0_f64) {
            let mut sketch = Sketch::default();
            add_all(&mut sketch, &values);
            values.sort_by(f64::total_cmp);
            let rank = (q * (values.len() - 1) as f64).floor();
            let exact = *values.iter().enumerate().find(|(at, _)| *at as f64 >= rank).unwrap().1;
            let found = sketch.quantile(q).unwrap();
            prop_assert!((found / exact - 1.0).abs() < 0.0222, "{} for {}", found, exact);
        }

        #[test]
        fn any_bytes_are_refused_or_read(bytes in prop::collection::vec(any::<u8>(), 0..64)) {
            let _ = Sketch::from_bytes(&bytes);
        }
    }
}
