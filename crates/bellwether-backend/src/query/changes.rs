//! From readings of one series to what changed.
//!
//! A cumulative point says what happened since a start that may lie hours back. A question is about a range, so each reading becomes the
//! change since the one before it; a start that moved, or a value that fell, is a counter that began anew. Delta points are changes already.

use super::arithmetic::growth;
use crate::store::Distribution;

/// A point as the table has it.
#[derive(Debug, Clone)]
pub(super) struct Reading {
    pub(super) time: i64,
    pub(super) value: Option<f64>,
    pub(super) count: Option<i64>,
    pub(super) start: Option<i64>,
    pub(super) buckets: Option<Distribution>,
}

/// What one reading adds.
#[derive(Debug, Clone)]
pub(super) struct Change {
    pub(super) time: i64,
    /// A gauge's value, a counter's growth, the growth of a histogram's sum.
    pub(super) value: f64,
    /// The value as it stands in the point.
    pub(super) reading: f64,
    /// How many observations a histogram or summary made.
    pub(super) observations: u64,
    pub(super) buckets: Option<Distribution>,
}

/// Readings as they are: gauges, and deltas of any kind.
pub(super) fn plain(readings: Vec<Reading>) -> Vec<Change> {
    let changes = readings.into_iter().filter_map(|reading| {
        let value = reading.value.or(reading.count.map(|_| 0.0))?;
        Some(Change {
            time: reading.time,
            value,
            reading: value,
            observations: reading.count.unwrap_or(0).max(0).cast_unsigned(),
            buckets: reading.buckets,
        })
    });
    changes.collect()
}

/// What grew between cumulative readings, of those at `from` or later; those before are what growth is measured against.
///
/// The first reading of all counts whole only where its series began at `from` or later: of an older one nobody knows how much of it
/// belongs here.
pub(super) fn grown(readings: Vec<Reading>, from: i64) -> Vec<Change> {
    let mut changes = Vec::with_capacity(readings.len());
    let mut before: Option<Reading> = None;
    for now in readings {
        let value = now.value.unwrap_or(0.0);
        let change = match &before {
            Some(before) if began_anew(before, &now) => Some(whole(&now)),
            Some(before) => Some(Change {
                time: now.time,
                value: growth(before.value.unwrap_or(0.0), value),
                reading: value,
                observations: now
                    .count
                    .zip(before.count)
                    .map_or(0, |(now, before)| (now - before).max(0).cast_unsigned()),
                buckets: now
                    .buckets
                    .as_ref()
                    .zip(before.buckets.as_ref())
                    .and_then(|(now, before)| now.since(before)),
            }),
            None if now.start.is_some_and(|start| start >= from) => Some(whole(&now)),
            // Kept without growth: it still is the last that was read.
            None => Some(Change {
                value: 0.0,
                observations: 0,
                buckets: None,
                ..whole(&now)
            }),
        };
        changes.extend(change.filter(|change| change.time >= from));
        before = Some(now);
    }
    changes
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
        time: now.time,
        value: now.value.unwrap_or(0.0),
        reading: now.value.unwrap_or(0.0),
        observations: now.count.unwrap_or(0).max(0).cast_unsigned(),
        buckets: now.buckets.clone(),
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

    fn values(changes: &[Change]) -> Vec<f64> {
        changes.iter().map(|change| change.value).collect()
    }

    #[test]
    fn growth_is_measured_against_what_came_before_the_range() {
        let readings = vec![
            reading(5, 10.0, 0),
            reading(15, 14.0, 0),
            reading(25, 20.0, 0),
        ];
        assert_eq!(values(&grown(readings, 10)), [4.0, 6.0]);
    }

    #[test]
    fn the_first_reading_counts_whole_only_when_it_began_inside() {
        assert_eq!(values(&grown(vec![reading(15, 7.0, 0)], 10)), [0.0]);
        assert_eq!(values(&grown(vec![reading(15, 7.0, 12)], 10)), [7.0]);
    }

    #[test]
    fn a_start_that_moved_is_a_reset_even_when_the_value_is_higher() {
        let readings = vec![reading(5, 10.0, 0), reading(15, 14.0, 6)];
        assert_eq!(values(&grown(readings, 0)), [10.0, 14.0]);
        let readings = vec![reading(5, 10.0, 0), reading(15, 4.0, 0)];
        assert_eq!(values(&grown(readings, 0)), [10.0, 4.0]);
    }
}
