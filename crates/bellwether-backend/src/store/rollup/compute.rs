//! What one window of one metric comes to, from its raw points.

use std::collections::{BTreeMap, HashMap};

use rusqlite::{Connection, OptionalExtension as _};

use super::distribution::Distribution;
use super::{HOUR, LOOK_BACK, MINUTE, SECOND, TEN_SECONDS, WINDOW};
use crate::store::partition::{self, Signal};

/// What a metric is, as far as adding up goes.
#[derive(Debug, Clone, Copy)]
struct Shape {
    kind: i64,
    is_delta: bool,
    /// Whether there is an increase: a counter's, a histogram's.
    grows: bool,
}

/// A row of the table of rollups, without its metric.
#[derive(Debug, Clone)]
pub(super) struct Row {
    pub(super) level: i64,
    pub(super) bucket: i64,
    pub(super) series: i64,
    pub(super) sums: Sums,
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

/// The last point of a series.
struct Previous {
    value: f64,
    count: i64,
    distribution: Option<Distribution>,
}

struct Point {
    /// Nanoseconds.
    ts: i64,
    start: Option<i64>,
    value: Option<f64>,
    count: Option<i64>,
    distribution: Option<Distribution>,
}

/// The rows of ten seconds and a minute for the window that begins at `window`, in seconds.
pub(super) fn window(conn: &Connection, metric: i64, window: i64) -> rusqlite::Result<Vec<Row>> {
    let Some(shape) = shape(conn, metric)? else {
        return Ok(Vec::new());
    };
    let from = window.saturating_mul(SECOND);
    let to = window.saturating_add(WINDOW).saturating_mul(SECOND);
    let earlier = from.saturating_sub(LOOK_BACK * SECOND);
    let mut previous: HashMap<i64, Previous> = HashMap::new();
    let mut minutes: BTreeMap<(i64, i64), Sums> = BTreeMap::new();
    let mut tens: BTreeMap<(i64, i64), Sums> = BTreeMap::new();
    let mut points = 0;
    let Some(sql) = points_sql(conn, earlier, to)? else {
        return Ok(Vec::new());
    };
    let mut statement = conn.prepare(&sql)?;
    let mut rows = statement.query((metric, earlier, to))?;
    while let Some(row) = rows.next()? {
        let series: i64 = row.get(1)?;
        let point = read(row, shape.kind)?;
        let sums = measure(shape, &point, previous.get(&series), earlier);
        let ts = point.ts;
        if let (Some(value), true) = (point.value, shape.grows && !shape.is_delta) {
            previous.insert(
                series,
                Previous {
                    value,
                    count: point.count.unwrap_or(0),
                    distribution: point.distribution,
                },
            );
        }
        if ts < from {
            continue;
        }
        points += 1;
        let seconds = ts.div_euclid(SECOND);
        minutes
            .entry((seconds.div_euclid(MINUTE) * MINUTE, series))
            .or_default()
            .add(&sums);
        tens.entry((seconds.div_euclid(TEN_SECONDS) * TEN_SECONDS, series))
            .or_default()
            .add(&sums);
    }
    // Ten seconds are worth their space only where they say it in less than the points do.
    let keeps_tens = tens.len() * 2 <= points;
    let row = |level| {
        move |((bucket, series), sums)| Row {
            level,
            bucket,
            series,
            sums,
        }
    };
    let minutes = minutes.into_iter().map(row(MINUTE));
    if !keeps_tens {
        return Ok(minutes.collect());
    }
    Ok(minutes
        .chain(tens.into_iter().map(row(TEN_SECONDS)))
        .collect())
}

/// The rows of the hour that begins at `hour`, from those of its minutes.
pub(super) fn hour(conn: &Connection, metric: i64, hour: i64) -> rusqlite::Result<Vec<Row>> {
    let Some(shape) = shape(conn, metric)? else {
        return Ok(Vec::new());
    };
    let mut statement = conn.prepare_cached(
        "SELECT series, points, sum, min, max, last, increase, observations, histogram FROM rollup
         WHERE metric = ?1 AND level = ?2 AND bucket >= ?3 AND bucket < ?4 ORDER BY bucket",
    )?;
    let mut rows = statement.query((metric, MINUTE, hour, hour + HOUR))?;
    let mut whole: BTreeMap<i64, Sums> = BTreeMap::new();
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
        whole.entry(row.get(0)?).or_default().add(&minute);
    }
    Ok(whole
        .into_iter()
        .map(|(series, sums)| Row {
            level: HOUR,
            bucket: hour,
            series,
            sums,
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
            })
        })
        .optional()
}

/// The points of a metric in every partition that meets the range, in the order of time.
fn points_sql(conn: &Connection, from: i64, to: i64) -> rusqlite::Result<Option<String>> {
    let arms: Vec<String> = partition::list(conn)?
        .into_iter()
        .filter(|partition| partition.signal == Signal::Metrics)
        .filter(|partition| partition.range.is_some_and(|(lowest, highest)| lowest < to && highest >= from))
        .map(|partition| {
            format!(
                "SELECT ts, series, value, count, age, rest FROM points_{} WHERE metric = ?1 AND ts >= ?2 AND ts < ?3 AND copy = 0",
                partition.id
            )
        })
        .collect();
    Ok((!arms.is_empty()).then(|| format!("{} ORDER BY 1", arms.join(" UNION ALL "))))
}

fn read(row: &rusqlite::Row<'_>, kind: i64) -> rusqlite::Result<Point> {
    use rusqlite::types::ValueRef;
    let ts: i64 = row.get(0)?;
    let value = match row.get_ref(2)? {
        ValueRef::Integer(number) => Some(number as f64),
        ValueRef::Real(number) => Some(number),
        _ => None,
    };
    let age: Option<i64> = row.get(4)?;
    let distribution = match kind {
        3 | 4 => row
            .get_ref(5)?
            .as_blob()
            .ok()
            .and_then(|point| Distribution::decode(kind, point)),
        _ => None,
    };
    Ok(Point {
        ts,
        start: age.map(|age| ts.wrapping_sub(age)),
        value,
        count: row.get(3)?,
        distribution,
    })
}

/// What one point brings to its bucket.
fn measure(shape: Shape, point: &Point, previous: Option<&Previous>, earlier: i64) -> Sums {
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
        sums.distribution.clone_from(&point.distribution);
        return sums;
    }
    let fell =
        |previous: &Previous| value < previous.value || point.count.unwrap_or(0) < previous.count;
    let began_now = point.start.is_some_and(|start| start >= earlier);
    match previous {
        Some(previous) if !fell(previous) => {
            sums.increase = Some(value - previous.value);
            sums.observations = point.count.map(|count| count - previous.count);
            sums.distribution = match (&point.distribution, &previous.distribution) {
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
            sums.distribution = point.distribution.as_ref().and_then(|now| now.since(now));
        }
    }
    sums
}

fn whole(sums: &mut Sums, value: f64, point: &Point) {
    sums.increase = Some(value);
    sums.observations = point.count;
    sums.distribution.clone_from(&point.distribution);
}
