//! From readings of one series to what changed.
//!
//! A cumulative point says what happened since a start that may lie hours back. A question is about a range, so each reading becomes the
//! change since the one before it; a start that moved, or a value that fell, is a counter that began anew. Delta points are changes already.
//!
//! Changes add up: where nothing began anew between two readings ([`is_smooth`]) the later less the earlier is all that happened in
//! between, however many readings there were. Rollups rest on that.

use super::rollup::distribution::Distribution;

/// A point as the table has it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Reading {
    pub(crate) time: i64,
    pub(crate) value: Option<f64>,
    pub(crate) count: Option<i64>,
    pub(crate) start: Option<i64>,
    pub(crate) buckets: Option<Distribution>,
}

/// What one reading adds, or several that follow each other.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Change {
    /// When the first was read, and the last.
    pub(crate) time: i64,
    pub(crate) until: i64,
    pub(crate) readings: u64,
    /// A gauge's values, a counter's growth, the growth of a histogram's sum.
    pub(crate) value: f64,
    /// Least and most of `value` in one reading. Of several readings of what grows: not known.
    pub(crate) extremes: Option<(f64, f64)>,
    /// The value as it stands in the last point.
    pub(crate) reading: f64,
    /// How many observations a histogram or summary made.
    pub(crate) observations: u64,
    pub(crate) buckets: Option<Distribution>,
    /// Those of the observations that are not in the buckets, since theirs had other bounds.
    pub(crate) unfit: u64,
}

/// Whether a point counts since a start, so that what happened is the difference of two. `kind`, `temporality` and `monotonic` are those of
/// the table of metrics: sums that may fall are read like gauges, summaries have no temporality and count since their start.
pub(crate) fn is_cumulative(kind: i64, temporality: i64, monotonic: bool) -> bool {
    match kind {
        2 => temporality == 2 && monotonic,
        3 | 4 => temporality == 2,
        5 => true,
        _ => false,
    }
}

/// A reading as it is: of a gauge, or a delta of any kind. None: it says nothing.
pub(crate) fn plain(reading: Reading) -> Option<Change> {
    let value = reading.value.or(reading.count.map(|_| 0.0))?;
    Some(Change {
        time: reading.time,
        until: reading.time,
        readings: 1,
        value,
        extremes: Some((value, value)),
        reading: value,
        observations: reading.count.unwrap_or(0).max(0).cast_unsigned(),
        buckets: reading.buckets,
        unfit: 0,
    })
}

/// What grew up to a cumulative reading, in a range that begins at `from`.
///
/// The first reading of all counts whole only where its series began at `from` or later: of an older one nobody knows how much of it
/// belongs here.
pub(crate) fn grown(before: Option<&Reading>, now: &Reading, from: i64) -> Change {
    let Some(before) = before else {
        return if now.start.is_some_and(|start| start >= from) {
            whole(now)
        } else {
            // Kept without growth: it still is the last that was read.
            Change {
                value: 0.0,
                extremes: Some((0.0, 0.0)),
                observations: 0,
                ..without_buckets(now)
            }
        };
    };
    if began_anew(before, now) {
        return whole(now);
    }
    let value = growth(before.value.unwrap_or(0.0), now.value.unwrap_or(0.0));
    Change {
        value,
        extremes: Some((value, value)),
        observations: now
            .count
            .zip(before.count)
            .map_or(0, |(now, before)| (now - before).max(0).cast_unsigned()),
        buckets: now
            .buckets
            .as_ref()
            .zip(before.buckets.as_ref())
            .and_then(|(now, before)| now.since(before)),
        ..without_buckets(now)
    }
}

/// Growth of a counter between two readings; one that fell began anew.
pub(crate) fn growth(before: f64, after: f64) -> f64 {
    if after >= before {
        after - before
    } else {
        after
    }
}

/// Whether what grew between the two is their difference in every respect, so that such differences telescope.
pub(crate) fn is_smooth(before: &Reading, now: &Reading) -> bool {
    let buckets_grew = match (&before.buckets, &now.buckets) {
        (None, None) => true,
        (Some(before), Some(now)) => now.has_grown_since(before),
        _ => false,
    };
    buckets_grew
        && !began_anew(before, now)
        && now.value.unwrap_or(0.0) >= before.value.unwrap_or(0.0)
        && now.count.is_some() == before.count.is_some()
}

fn began_anew(before: &Reading, now: &Reading) -> bool {
    let moved = now
        .start
        .zip(before.start)
        .is_some_and(|(now, earlier)| now > earlier && now >= before.time);
    let fell = match (now.count, before.count) {
        (Some(now), Some(before)) => now < before,
        _ => now.value < before.value,
    };
    moved || fell
}

fn whole(now: &Reading) -> Change {
    Change {
        buckets: now.buckets.clone(),
        ..without_buckets(now)
    }
}

fn without_buckets(now: &Reading) -> Change {
    let value = now.value.unwrap_or(0.0);
    Change {
        time: now.time,
        until: now.time,
        readings: 1,
        value,
        extremes: Some((value, value)),
        reading: value,
        observations: now.count.unwrap_or(0).max(0).cast_unsigned(),
        buckets: None,
        unfit: 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn reading(time: i64, value: f64, start: i64) -> Reading {
        Reading {
            time,
            value: Some(value),
            count: None,
            start: Some(start),
            buckets: None,
        }
    }

    fn values(readings: &[Reading], from: i64) -> Vec<f64> {
        let mut before = None;
        let mut values = Vec::new();
        for now in readings {
            let change = grown(before, now, from);
            values.extend((change.time >= from).then_some(change.value));
            before = Some(now);
        }
        values
    }

    #[test]
    fn growth_is_measured_against_what_came_before_the_range() {
        let readings = [
            reading(5, 10.0, 0),
            reading(15, 14.0, 0),
            reading(25, 20.0, 0),
        ];
        assert_eq!(values(&readings, 10), [4.0, 6.0]);
    }

    #[test]
    fn the_first_reading_counts_whole_only_when_it_began_inside() {
        assert_eq!(values(&[reading(15, 7.0, 0)], 10), [0.0]);
        assert_eq!(values(&[reading(15, 7.0, 12)], 10), [7.0]);
    }

    #[test]
    fn a_start_that_moved_is_a_reset_even_when_the_value_is_higher() {
        let readings = [reading(5, 10.0, 0), reading(15, 14.0, 6)];
        assert_eq!(values(&readings, 0), [10.0, 14.0]);
        let readings = [reading(5, 10.0, 0), reading(15, 4.0, 0)];
        assert_eq!(values(&readings, 0), [10.0, 4.0]);
    }
}
