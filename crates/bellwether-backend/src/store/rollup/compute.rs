//! What one window of one metric comes to, from its raw points.

use std::collections::BTreeMap;

use rusqlite::{Connection, OptionalExtension as _};

use super::distribution::Distribution;
use super::edges::Edges;
use super::{HOUR, LOOK_BACK, MINUTE, SECOND, TEN_SECONDS, WINDOW};
use crate::store::growth::{Reading, is_cumulative};
use crate::store::partition::{self, Signal};

/// What a metric is, as far as adding up goes.
#[derive(Debug, Clone, Copy)]
struct Shape {
    kind: i64,
    is_delta: bool,
    /// Whether there is an increase: a counter's, a histogram's.
    grows: bool,
    /// Whether a question takes differences of its points.
    is_cumulative: bool,
}

/// A row of the table of rollups, without its metric.
#[derive(Debug, Clone)]
pub(super) struct Row {
    pub(super) level: i64,
    pub(super) bucket: i64,
    pub(super) series: i64,
    pub(super) sums: Sums,
    /// Of a minute and an hour; none where no point says anything.
    pub(super) edges: Option<Edges>,
}

/// What a bucket comes to.
#[derive(Debug, Clone, Default)]
pub(super) struct Sums {
    pub(super) points: i64,
    /// Sum, min, max, last of the value.
    pub(super) value: Option<(f64, f64, f64, f64)>,
    pub(super) increase: Option<f64>,
    pub(super) observations: Option<i64>,
    pub(super) distribution: Option<Distribution>,
}

impl Sums {
    /// Adds what came later.
    fn add(&mut self, later: &Self) {
        let first = self.points == 0;
        self.points += later.points;
        self.value = match (self.value, later.value) {
            (Some((sum, min, max, _)), Some((sum2, min2, max2, last))) => {
                Some((sum + sum2, min.min(min2), max.max(max2), last))
            }
            (one, other) => other.or(one),
        };
        self.increase = either(self.increase, later.increase, |a, b| a + b);
        self.observations = either(self.observations, later.observations, i64::wrapping_add);
        self.distribution = match (self.distribution.take(), &later.distribution) {
            (Some(mut mine), Some(other)) => mine.add(other).then_some(mine),
            // Buckets that did not fit together stay away: half of them would be a lie.
            (None, Some(other)) if first => Some(other.clone()),
            (None, _) => None,
            (mine, None) => mine,
        };
    }
}

fn either<T: Copy>(one: Option<T>, other: Option<T>, both: impl Fn(T, T) -> T) -> Option<T> {
    match (one, other) {
        (Some(one), Some(other)) => Some(both(one, other)),
        (one, other) => one.or(other),
    }
}

/// The rows of ten seconds and a minute for the window that begins at `window`, in seconds.
pub(super) fn window(conn: &Connection, metric: i64, window: i64) -> rusqlite::Result<Vec<Row>> {
    let Some(shape) = shape(conn, metric)? else {
        return Ok(Vec::new());
    };
    let from = window.saturating_mul(SECOND);
    let to = window.saturating_add(WINDOW).saturating_mul(SECOND);
    let earlier = from.saturating_sub(LOOK_BACK * SECOND);
    let mut minutes = BTreeMap::new();
    let mut tens = BTreeMap::new();
    let mut points = 0;
    for (series, readings) in readings(conn, metric, shape.kind, earlier, to)? {
        let mut previous: Option<&Reading> = None;
        let measured: Vec<(&Reading, Sums)> = readings
            .iter()
            .map(|point| {
                let sums = measure(shape, point, previous, earlier);
                if point.value.is_some() && shape.grows && !shape.is_delta {
                    previous = Some(point);
                }
                (point, sums)
            })
            .filter(|(point, _)| point.time >= from)
            .collect();
        points += measured.len();
        for held in by_bucket(&measured, MINUTE) {
            let inside: Vec<&Reading> = held.iter().map(|(point, _)| *point).collect();
            let edges = Edges::of(&inside, shape.is_cumulative);
            minutes.insert((bucket_of(held[0].0, MINUTE), series), (added(held), edges));
        }
        for held in by_bucket(&measured, TEN_SECONDS) {
            tens.insert((bucket_of(held[0].0, TEN_SECONDS), series), added(held));
        }
    }
    // Ten seconds are worth their space only where they say it in less than the points do.
    if tens.len() * 2 > points {
        tens.clear();
    }
    let minutes = minutes
        .into_iter()
        .map(|((bucket, series), (sums, edges))| Row {
            level: MINUTE,
            bucket,
            series,
            sums,
            edges,
        });
    let tens = tens.into_iter().map(|((bucket, series), sums)| Row {
        level: TEN_SECONDS,
        bucket,
        series,
        sums,
        edges: None,
    });
    Ok(minutes.chain(tens).collect())
}

fn bucket_of(point: &Reading, level: i64) -> i64 {
    point.time.div_euclid(SECOND).div_euclid(level) * level
}

fn by_bucket<'a, 'b>(
    measured: &'b [(&'a Reading, Sums)],
    level: i64,
) -> impl Iterator<Item = &'b [(&'a Reading, Sums)]> {
    measured.chunk_by(move |(a, _), (b, _)| bucket_of(a, level) == bucket_of(b, level))
}

fn added(held: &[(&Reading, Sums)]) -> Sums {
    let mut whole = Sums::default();
    for (_, sums) in held {
        whole.add(sums);
    }
    whole
}

/// The rows of the hour that begins at `hour`, from those of its minutes.
pub(super) fn hour(conn: &Connection, metric: i64, hour: i64) -> rusqlite::Result<Vec<Row>> {
    let Some(shape) = shape(conn, metric)? else {
        return Ok(Vec::new());
    };
    let mut statement = conn.prepare_cached(
        "SELECT series, points, sum, min, max, last, increase, observations, histogram, edges, bucket FROM rollup
         WHERE metric = ?1 AND level = ?2 AND bucket >= ?3 AND bucket < ?4 ORDER BY bucket",
    )?;
    let mut rows = statement.query((metric, MINUTE, hour, hour + HOUR))?;
    let mut whole: BTreeMap<i64, (Sums, Option<Edges>)> = BTreeMap::new();
    while let Some(row) = rows.next()? {
        let sum: Option<f64> = row.get(2)?;
        let value = match sum {
            Some(sum) => Some((sum, row.get(3)?, row.get(4)?, row.get(5)?)),
            None => None,
        };
        let histogram: Option<Vec<u8>> = row.get(8)?;
        let minute = Sums {
            points: row.get(1)?,
            value,
            increase: row.get(6)?,
            observations: row.get(7)?,
            distribution: histogram.and_then(|point| Distribution::decode(shape.kind, &point)),
        };
        let bucket: i64 = row.get(10)?;
        let later = row.get_ref(9)?.as_blob_or_null()?.and_then(|bytes| {
            Edges::decode(bytes, bucket.saturating_mul(SECOND), Some(shape.kind))
        });
        let (sums, edges) = whole.entry(row.get(0)?).or_default();
        sums.add(&minute);
        *edges = match (edges.take(), later) {
            (Some(edges), Some(later)) => Some(edges.followed_by(later, shape.is_cumulative)),
            (edges, later) => edges.or(later),
        };
    }
    Ok(whole
        .into_iter()
        .map(|(series, (sums, edges))| Row {
            level: HOUR,
            bucket: hour,
            series,
            sums,
            edges,
        })
        .collect())
}

fn shape(conn: &Connection, metric: i64) -> rusqlite::Result<Option<Shape>> {
    conn.prepare_cached("SELECT type, temporality, monotonic FROM metric WHERE id = ?1")?
        .query_row([metric], |row| {
            let (kind, temporality, monotonic): (i64, i64, bool) =
                (row.get(0)?, row.get(1)?, row.get(2)?);
            let is_delta = temporality == 1;
            // A summary counts since its start, like a cumulative histogram.
            let grows = match kind {
                2 => monotonic || is_delta,
                3..=5 => true,
                _ => false,
            };
            Ok(Shape {
                kind,
                is_delta: is_delta && kind != 5,
                grows,
                is_cumulative: is_cumulative(kind, temporality, monotonic),
            })
        })
        .optional()
}

/// The points of a metric from one time to another, in nanoseconds: of each series in the order of time.
fn readings(
    conn: &Connection,
    metric: i64,
    kind: i64,
    from: i64,
    to: i64,
) -> rusqlite::Result<BTreeMap<i64, Vec<Reading>>> {
    let mut series: BTreeMap<i64, Vec<Reading>> = BTreeMap::new();
    for partition in partition::meeting(conn, Signal::Metrics, &(from..to))? {
        let mut points = conn.prepare_cached(&format!(
            "SELECT ts, series, value, count, age, rest FROM points_{} WHERE metric = ?1 AND ts >= ?2 AND ts < ?3 ORDER BY ts",
            partition.id
        ))?;
        let mut rows = points.query((metric, from, to))?;
        while let Some(row) = rows.next()? {
            series
                .entry(row.get(1)?)
                .or_default()
                .push(read(row, kind)?);
        }
    }
    // Partitions hold what arrived on a day: times of one may lie among those of another.
    for readings in series.values_mut() {
        readings.sort_by_key(|reading| reading.time);
    }
    Ok(series)
}

fn read(row: &rusqlite::Row<'_>, kind: i64) -> rusqlite::Result<Reading> {
    use rusqlite::types::ValueRef;
    let time: i64 = row.get(0)?;
    let value = match row.get_ref(2)? {
        ValueRef::Integer(number) => Some(number as f64),
        ValueRef::Real(number) => Some(number),
        _ => None,
    };
    let age: Option<i64> = row.get(4)?;
    let buckets = match kind {
        3 | 4 => row
            .get_ref(5)?
            .as_blob()
            .ok()
            .and_then(|point| Distribution::decode(kind, point)),
        _ => None,
    };
    Ok(Reading {
        time,
        start: age.map(|age| time.wrapping_sub(age)),
        value,
        count: row.get(3)?,
        buckets,
    })
}

/// What one point brings to its bucket.
fn measure(shape: Shape, point: &Reading, previous: Option<&Reading>, earlier: i64) -> Sums {
    let mut sums = Sums {
        points: 1,
        value: point.value.map(|value| (value, value, value, value)),
        ..Sums::default()
    };
    let Some(value) = point.value.filter(|_| shape.grows) else {
        return sums;
    };
    if shape.is_delta {
        sums.increase = Some(value);
        sums.observations = point.count;
        sums.distribution.clone_from(&point.buckets);
        return sums;
    }
    let fell = |previous: &Reading| {
        value < previous.value.unwrap_or(0.0)
            || point.count.unwrap_or(0) < previous.count.unwrap_or(0)
    };
    let began_now = point.start.is_some_and(|start| start >= earlier);
    match previous {
        Some(previous) if !fell(previous) => {
            sums.increase = Some(value - previous.value.unwrap_or(0.0));
            sums.observations = point.count.map(|count| count - previous.count.unwrap_or(0));
            sums.distribution = match (&point.buckets, &previous.buckets) {
                (Some(now), Some(before)) => now.since(before),
                _ => None,
            };
        }
        // It began anew, or for the first time not long ago: all it says came since.
        Some(_) => whole(&mut sums, value, point),
        None if began_now => whole(&mut sums, value, point),
        // The first that is seen of a series that is old: what came before is not known to be of this window.
        None => {
            sums.increase = Some(0.0);
            sums.observations = point.count.map(|_| 0);
            sums.distribution = point.buckets.as_ref().and_then(|now| now.since(now));
        }
    }
    sums
}

fn whole(sums: &mut Sums, value: f64, point: &Reading) {
    sums.increase = Some(value);
    sums.observations = point.count;
    sums.distribution.clone_from(&point.buckets);
}
