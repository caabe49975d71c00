//! Rate, errors and duration of operations, from the aggregates that are written as spans arrive: the cost depends on how many operations
//! and stretches there are, not on how many spans.
//!
//! A range is answered in whole buckets: of hours where an hour lies inside it and in one stretch, else of minutes, else of ten seconds. So an answer
//! is exact to ten seconds at either end, and its quantiles to 2.2 % ([`Sketch`](crate::Sketch)).

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;
use std::time::Duration;

use rusqlite::Connection;
use serde::Serialize;
use serde_json::{Map, Value};

use super::arithmetic::stretch_of;
use super::{ALWAYS, Limits};
use crate::store::Tally;
use crate::{Store, StoreError};

const SECOND: i64 = 1_000_000_000;
/// The widths of the buckets there are, in seconds.
const LEVELS: [i64; 3] = [3_600, 60, 10];

/// What keeps operations apart.
///
/// ```
/// assert_eq!("service".parse(), Ok(bellwether_backend::query::RedLabel::Service));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum RedLabel {
    /// The service's name.
    Service,
    /// The span's name.
    Name,
    /// server, client and so on.
    Kind,
}

impl std::str::FromStr for RedLabel {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        match text {
            "service" => Ok(Self::Service),
            "name" => Ok(Self::Name),
            "kind" => Ok(Self::Kind),
            other => Err(format!("{other:?}: expected service, name or kind")),
        }
    }
}

/// A question about operations.
///
/// ```
/// let question = bellwether_backend::query::RedQuery { service: Some("fleet".into()), ..Default::default() };
/// assert!(question.interval.is_none());
/// ```
#[derive(Debug, Clone)]
pub struct RedQuery {
    /// The service's name.
    pub service: Option<String>,
    /// The span's name; a beginning where it ends in `*`.
    pub name: Option<String>,
    /// internal, server, client, producer, consumer or unspecified.
    pub kind: Option<String>,
    /// When spans began, from and to, in nanoseconds since 1970; taken to the ten seconds around.
    pub range: Range<i64>,
    /// One value a stretch of this length, at least ten seconds; none: one for the whole range.
    pub interval: Option<Duration>,
    /// What keeps operations apart; none: all together.
    pub by: Vec<RedLabel>,
    /// Bounds; rows are aggregates that are looked at.
    pub limits: Limits,
}

impl Default for RedQuery {
    fn default() -> Self {
        Self {
            service: None,
            name: None,
            kind: None,
            range: ALWAYS,
            interval: None,
            by: Vec::new(),
            limits: Limits {
                rows: 2_000_000,
                ..Limits::default()
            },
        }
    }
}

/// Operations that belong together.
///
/// ```
/// # use bellwether_backend::query::RedSeries;
/// fn spans(series: &RedSeries) -> u64 { series.samples.iter().map(|sample| sample.count).sum() }
/// ```
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RedSeries {
    /// What they have in common.
    pub labels: Map<String, Value>,
    /// By time.
    pub samples: Vec<RedSample>,
}

/// The spans of a stretch.
///
/// ```
/// # use bellwether_backend::query::RedSample;
/// fn share_of_errors(sample: &RedSample) -> f64 { sample.errors as f64 / sample.count as f64 }
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct RedSample {
    /// The start of the stretch, nanoseconds since 1970; without an interval that of the first bucket.
    pub time: i64,
    /// Spans.
    pub count: u64,
    /// Those with status error.
    pub errors: u64,
    /// Spans a second.
    pub rate: f64,
    /// Durations, in seconds.
    pub avg: f64,
    /// The shortest.
    pub min: f64,
    /// The longest.
    pub max: f64,
    /// The median.
    pub p50: f64,
    /// The 95th percentile.
    pub p95: f64,
    /// The 99th percentile.
    pub p99: f64,
}

/// What came of it.
///
/// ```
/// # use bellwether_backend::query::RedAnswer;
/// fn is_empty(answer: &RedAnswer) -> bool { answer.series.is_empty() }
/// ```
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct RedAnswer {
    /// Series, in the order of their labels.
    pub series: Vec<RedSeries>,
    /// There were more aggregates than the limit; the newest are missing.
    pub is_cut: bool,
    /// How many aggregates it was made of.
    pub read: u64,
}

/// Rate, errors and duration of the operations that match.
///
/// ```no_run
/// use bellwether_backend::query::{RedQuery, red};
/// # fn main() -> Result<(), bellwether_backend::StoreError> {
/// let store = bellwether_backend::Store::open_read_only("telemetry.db")?;
/// for series in red(&store, &RedQuery::default())?.series {
///     println!("{:?}: {} spans", series.labels, series.samples[0].count);
/// }
/// # Ok(()) }
/// ```
pub fn red(store: &Store, query: &RedQuery) -> Result<RedAnswer, StoreError> {
    store.read(query.limits.time, |conn| select(conn, query))
}

/// The group of each operation, and the labels of each group.
type Operations = (HashMap<i64, usize>, Vec<Map<String, Value>>);

/// A group of operations in one stretch.
type Cells = BTreeMap<(usize, i64), Tally>;

fn select(conn: &Connection, query: &RedQuery) -> rusqlite::Result<RedAnswer> {
    let state = conn.unchecked_transaction()?;
    let (groups, labels) = operations(&state, query)?;
    let interval = query.interval.map(|interval| {
        i64::try_from(interval.as_secs())
            .unwrap_or(i64::MAX)
            .max(10)
    });
    let mut cells = Cells::new();
    let mut answer = RedAnswer {
        series: Vec::new(),
        is_cut: false,
        read: 0,
    };
    let mut rows_left = query.limits.rows;
    for (level, range) in pieces(&state, &query.range, interval)? {
        let mut statement = state.prepare_cached(
            "SELECT bucket, operation, status, count, sum, min, max, sketch FROM red WHERE level = ?1 AND bucket >= ?2 AND bucket < ?3",
        )?;
        let mut rows = statement.query((level, range.start, range.end))?;
        while let Some(row) = rows.next()? {
            let Some(group) = groups.get(&row.get::<_, i64>(1)?) else {
                continue;
            };
            if rows_left == 0 {
                answer.is_cut = true;
                break;
            }
            rows_left -= 1;
            answer.read += 1;
            let bucket: i64 = row.get(0)?;
            let stretch = interval.map_or(0, |interval| stretch_of(bucket, interval));
            cells
                .entry((*group, stretch))
                .or_insert_with(|| Tally::new(bucket))
                .add(
                    bucket + level,
                    row.get::<_, Option<i32>>(2)? == Some(2),
                    row.get::<_, i64>(3)?.max(0).cast_unsigned(),
                    (row.get(4)?, row.get(5)?, row.get(6)?),
                    row.get_ref(7)?.as_blob()?,
                );
        }
    }
    let mut series: BTreeMap<usize, Vec<RedSample>> = BTreeMap::new();
    for ((group, stretch), tally) in cells {
        let begins = if interval.is_some() {
            stretch
        } else {
            tally.begins
        };
        let seconds = interval.unwrap_or(tally.ends - tally.begins);
        series
            .entry(group)
            .or_default()
            .push(sample(begins, seconds, &tally));
    }
    let mut series: Vec<RedSeries> = series
        .into_iter()
        .map(|(group, samples)| RedSeries {
            labels: labels[group].clone(),
            samples,
        })
        .collect();
    series.sort_by_cached_key(|series| Value::Object(series.labels.clone()).to_string());
    answer.series = series;
    Ok(answer)
}

fn sample(begins: i64, seconds: i64, tally: &Tally) -> RedSample {
    let nanos = 1e9;
    let quantile = |q| {
        let found = tally.quantile(q).unwrap_or(0.0) / nanos;
        found.clamp(tally.min as f64 / nanos, tally.max as f64 / nanos)
    };
    RedSample {
        time: begins.saturating_mul(SECOND),
        count: tally.count,
        errors: tally.errors,
        rate: tally.count as f64 / seconds.max(1) as f64,
        avg: tally.sum / tally.count.max(1) as f64 / nanos,
        min: tally.min as f64 / nanos,
        max: tally.max as f64 / nanos,
        p50: quantile(0.50),
        p95: quantile(0.95),
        p99: quantile(0.99),
    }
}

/// The group of each operation that is asked for, and the labels of each group.
fn operations(conn: &Connection, query: &RedQuery) -> rusqlite::Result<Operations> {
    let mut statement = conn.prepare_cached("SELECT id, service, name, kind FROM operation")?;
    let mut rows = statement.query([])?;
    let (mut groups, mut labels) = (HashMap::new(), Vec::new());
    let mut known: HashMap<String, usize> = HashMap::new();
    while let Some(row) = rows.next()? {
        let (id, service, name): (i64, String, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
        let kind = super::spans::kind_name(row.get(3)?);
        let is_named = query.name.as_deref().is_none_or(|asked| {
            asked
                .strip_suffix('*')
                .map_or(asked == name, |beginning| name.starts_with(beginning))
        });
        let is_of_service = query
            .service
            .as_deref()
            .is_none_or(|asked| asked == service);
        if !is_named || !is_of_service || query.kind.as_deref().is_some_and(|asked| asked != kind) {
            continue;
        }
        let mut of = Map::new();
        for label in &query.by {
            let (label, value) = match label {
                RedLabel::Service => ("service", service.clone()),
                RedLabel::Name => ("name", name.clone()),
                RedLabel::Kind => ("kind", kind.to_owned()),
            };
            of.insert(label.to_owned(), Value::String(value));
        }
        let key = Value::Object(of.clone()).to_string();
        let group = *known.entry(key).or_insert_with(|| {
            labels.push(of);
            labels.len() - 1
        });
        groups.insert(id, group);
    }
    Ok((groups, labels))
}

/// Lays a range out in buckets, widest first: level and seconds.
fn pieces(
    conn: &Connection,
    range: &Range<i64>,
    interval: Option<i64>,
) -> rusqlite::Result<Vec<(i64, Range<i64>)>> {
    // The minutes are kept longest.
    let ends: (Option<i64>, Option<i64>) = conn.query_row(
        "SELECT (SELECT bucket FROM red WHERE level = 60 ORDER BY bucket LIMIT 1), (SELECT bucket FROM red WHERE level = 60 ORDER BY bucket DESC LIMIT 1)",
        [],
        |row| Ok((row.get(0)?, row.get(1)?)),
    )?;
    let (Some(first), Some(last)) = ends else {
        return Ok(Vec::new());
    };
    // To the ten seconds around, and no further than there is anything.
    let down = |at: i64, level: i64| at.div_euclid(level) * level;
    let up = |at: i64, level: i64| down(at.saturating_add(level - 1), level);
    let asked = range.start.div_euclid(SECOND)
        ..range.end.div_euclid(SECOND) + i64::from(range.end.rem_euclid(SECOND) != 0);
    let whole = down(asked.start.max(first), 10)..up(asked.end.min(last + 60), 10);
    let mut left = vec![whole];
    let mut pieces = Vec::new();
    for level in LEVELS {
        if level != 10 && interval.is_some_and(|interval| interval % level != 0) {
            continue;
        }
        let mut rest = Vec::new();
        for range in left {
            let inside = up(range.start, level)..down(range.end, level);
            if inside.is_empty() {
                rest.push(range);
                continue;
            }
            rest.extend([range.start..inside.start, inside.end..range.end]);
            pieces.push((level, inside));
        }
        rest.retain(|range| !range.is_empty());
        left = rest;
    }
    pieces.sort_by_key(|(_, range)| range.start);
    Ok(pieces)
}
