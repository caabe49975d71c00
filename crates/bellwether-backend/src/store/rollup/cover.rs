//! Which part of a range rollups can answer for, and which part the points must.
//!
//! A range is laid out in segments, each to be read from one place: whole hours from rollups of an hour, whole minutes from those of a
//! minute, the rest from the points: what is younger than the last sealed window, what a late point has put on the list again, and the pieces of
//! minutes at either end.

use std::ops::Range;

use rusqlite::{Connection, OptionalExtension as _};

use super::{HOUR, MINUTE, SECOND, WINDOW, sealed_until};

/// Where a segment is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Source {
    Points,
    /// Buckets of so many seconds.
    Rollup(i64),
}

/// A piece of a range, in nanoseconds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Segment {
    pub(crate) source: Source,
    pub(crate) range: Range<i64>,
}

/// Lays `range` of a metric out; `widest` is the widest bucket that may be used, in seconds.
pub(crate) fn cover(
    conn: &Connection,
    metric: i64,
    range: Range<i64>,
    widest: i64,
) -> rusqlite::Result<Vec<Segment>> {
    let mut segments = Vec::new();
    let mut left = vec![range];
    if widest >= MINUTE
        && let Some(until) = sealed_until(conn, metric)?
    {
        let minute_holes = holes(conn, metric, MINUTE, WINDOW)?;
        for level in [HOUR, MINUTE] {
            // Before the first bucket that is kept nothing is known of what the points there come to.
            let Some(first) = first_bucket(conn, metric, level)?.filter(|_| level <= widest) else {
                continue;
            };
            let mut known = ranges_without(first..until, &minute_holes);
            if level == HOUR {
                let hour_holes = holes(conn, metric, HOUR, HOUR)?;
                known = known
                    .into_iter()
                    .flat_map(|range| ranges_without(aligned(&range, HOUR), &hour_holes))
                    .collect();
            }
            left = take(&left, &known, level, &mut segments);
        }
    }
    segments.extend(left.into_iter().map(|range| Segment {
        source: Source::Points,
        range,
    }));
    segments.retain(|segment| !segment.range.is_empty());
    segments.sort_by_key(|segment| segment.range.start);
    Ok(segments)
}

/// Moves what whole buckets of `known` (in seconds) cover out of `left` (in nanoseconds); answers with the rest.
fn take(
    left: &[Range<i64>],
    known: &[Range<i64>],
    level: i64,
    segments: &mut Vec<Segment>,
) -> Vec<Range<i64>> {
    let mut rest = Vec::new();
    for range in left {
        let mut at = range.start;
        for known in known {
            // Rounded towards the inside of the range.
            let inside = range.start.div_euclid(SECOND)
                + i64::from(range.start.rem_euclid(SECOND) != 0)
                ..range.end.div_euclid(SECOND);
            let both = known.start.max(inside.start)..known.end.min(inside.end);
            let both = aligned(&both, level);
            if both.is_empty() {
                continue;
            }
            let taken = both.start.saturating_mul(SECOND)..both.end.saturating_mul(SECOND);
            rest.push(at..taken.start);
            at = taken.end;
            segments.push(Segment {
                source: Source::Rollup(level),
                range: taken,
            });
        }
        rest.push(at..range.end);
    }
    rest.retain(|range| !range.is_empty());
    rest
}

/// The whole buckets inside.
fn aligned(range: &Range<i64>, level: i64) -> Range<i64> {
    let up = |at: i64| at.div_euclid(level) + i64::from(at.rem_euclid(level) != 0);
    let (first, last) = (up(range.start), range.end.div_euclid(level));
    first.saturating_mul(level)..last.max(first).saturating_mul(level)
}

/// `range` without `holes`, which are in order.
fn ranges_without(range: Range<i64>, holes: &[Range<i64>]) -> Vec<Range<i64>> {
    let mut pieces = Vec::new();
    let mut at = range.start;
    for hole in holes {
        if hole.end <= at || hole.start >= range.end {
            continue;
        }
        pieces.push(at..hole.start);
        at = hole.end;
    }
    pieces.push(at..range.end);
    pieces.retain(|piece| !piece.is_empty());
    pieces
}

/// Windows that are still to do, in order.
fn holes(
    conn: &Connection,
    metric: i64,
    level: i64,
    width: i64,
) -> rusqlite::Result<Vec<Range<i64>>> {
    conn.prepare_cached(
        "SELECT window FROM rollup_todo WHERE metric = ?1 AND level = ?2 ORDER BY window",
    )?
    .query_map((metric, level), |row| {
        let window: i64 = row.get(0)?;
        Ok(window..window.saturating_add(width))
    })?
    .collect()
}

fn first_bucket(conn: &Connection, metric: i64, level: i64) -> rusqlite::Result<Option<i64>> {
    conn.prepare_cached(
        "SELECT bucket FROM rollup WHERE metric = ?1 AND level = ?2 ORDER BY bucket LIMIT 1",
    )?
    .query_row((metric, level), |row| row.get(0))
    .optional()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn whole_buckets_are_taken_and_the_ends_are_left() {
        let mut segments = Vec::new();
        let range = 30 * SECOND + 5..400 * SECOND;
        let rest = take(
            std::slice::from_ref(&range),
            &[0..240, 300..500],
            MINUTE,
            &mut segments,
        );
        let taken: Vec<Range<i64>> = segments.into_iter().map(|s| s.range).collect();
        let seconds = |from: i64, to: i64| from * SECOND..to * SECOND;
        assert_eq!(taken, [seconds(60, 240), seconds(300, 360)]);
        assert_eq!(
            rest,
            [
                range.start..60 * SECOND,
                seconds(240, 300),
                seconds(360, 400)
            ]
        );
    }

    proptest! {
        #[test]
        fn every_moment_is_in_one_piece(start in -9_000..9_000_i64, length in 0..20_000_i64, odd in 0..SECOND, holes in prop::collection::vec(0..40_i64, 0..6)) {
            let range = start * SECOND + odd..(start + length) * SECOND;
            let mut windows: Vec<i64> = holes.iter().map(|at| at * WINDOW).collect();
            windows.sort_unstable();
            windows.dedup();
            let holes: Vec<Range<i64>> = windows.iter().map(|at| *at..at + WINDOW).collect();
            let known = ranges_without(-3_000..9_600, &holes);
            let mut segments = Vec::new();
            let rest = take(std::slice::from_ref(&range), &known, MINUTE, &mut segments);
            let mut all: Vec<Range<i64>> = segments.iter().map(|s| s.range.clone()).chain(rest).collect();
            all.sort_by_key(|piece| piece.start);
            let mut at = range.start;
            for piece in &all {
                prop_assert_eq!(piece.start, at);
                at = piece.end;
            }
            prop_assert!(all.is_empty() && range.is_empty() || at == range.end);
            for segment in segments {
                prop_assert!(holes.iter().all(|hole| segment.range.end <= hole.start * SECOND || segment.range.start >= hole.end * SECOND));
            }
        }
    }
}
