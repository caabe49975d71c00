//! From a metric to the changes of each of its series: out of rollups where they say the same as the points, else out of the points.
//!
//! Both come in pieces in the order of time. A piece is measured against the last reading of the one before, whichever of the two that
//! was, so that an answer does not depend on where rollups end and points begin.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::ops::Range;

use rusqlite::{CachedStatement, Connection};
use serde::Serialize;
use serde_json::{Map, Value};

use super::labels::{label_text, parse_labels};
use super::metrics::{Kind, MetricQuery};
use crate::store::{
    self, Change, Distribution, Edges, Reading, Segment, Values, cover, grown, is_cumulative, plain,
};
use crate::{Partition, Signal, meeting};

/// How far before a range the reading is looked for that growth is measured against: ten minutes.
const LOOK_BACK: i64 = 600_000_000_000;
const SECOND: i64 = 1_000_000_000;
const HOUR: i64 = 3_600;
const MINUTE: i64 = 60;

/// How many rows an answer was made of, by what they were.
///
/// ```
/// let nothing = bellwether_backend::query::Reads::default();
/// assert_eq!(nothing.points + nothing.minutes + nothing.hours, 0);
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Reads {
    /// Points as they were sent.
    pub points: u64,
    /// Rollups of a series and a minute.
    pub minutes: u64,
    /// Rollups of a series and an hour.
    pub hours: u64,
}

/// What is wanted of the readings.
#[derive(Clone, Copy)]
pub(super) struct Wanted {
    /// A histogram's buckets.
    pub(super) buckets: bool,
    /// Seconds that are put together anyway, from a multiple of them to the next.
    pub(super) width: u64,
    /// Whether a rollup says what is asked of metrics of a kind.
    pub(super) rollups: fn(Kind) -> bool,
}

impl Wanted {
    /// The widest bucket that lies wholly in one stretch.
    fn widest(&self, query: &MetricQuery, kind: Kind) -> i64 {
        let fits =
            |level: i64| self.width == u64::MAX || self.width.is_multiple_of(level.unsigned_abs());
        let levels = [HOUR, MINUTE].into_iter();
        let is_allowed = query.rollups && (self.rollups)(kind);
        levels
            .filter(|level| is_allowed && fits(*level))
            .max()
            .unwrap_or(0)
    }
}

/// A series and what changed in it.
pub(super) struct Source {
    pub(super) labels: Map<String, Value>,
    /// `service.instance.id` of the process that it is of.
    pub(super) instance: Option<String>,
    /// The newest reading; of deltas the sum of all.
    pub(super) newest: Option<Reading>,
    pub(super) changes: Vec<Change>,
}

pub(super) struct Read {
    pub(super) kind: Option<Kind>,
    pub(super) unit: String,
    pub(super) sources: Vec<Source>,
    pub(super) is_cut: bool,
    pub(super) reads: Reads,
}

/// A metric of the table: one of those that share a name.
struct Metric {
    id: i64,
    kind: Kind,
    is_cumulative: bool,
    /// What its buckets are, where they are wanted.
    buckets: Option<i64>,
    widest: i64,
}

/// Of a series, while it is collected.
struct Collected {
    labels: Map<String, Value>,
    instance: Option<String>,
    /// What the next piece is measured against.
    before: Option<Reading>,
    /// Of those at the start of the range or later.
    changes: Vec<Change>,
    /// Points of the segment that is being read.
    points: Vec<Reading>,
}

impl Collected {
    fn add(&mut self, change: Option<Change>, last: Reading, from: i64) {
        self.changes
            .extend(change.filter(|change| change.time >= from));
        self.before = Some(last);
    }
}

/// What is left of the limit.
struct Budget {
    left: usize,
    is_cut: bool,
    reads: Reads,
}

impl Budget {
    /// `false`: there is none left.
    fn spend(&mut self) -> bool {
        self.is_cut = self.left == 0;
        self.left = self.left.saturating_sub(1);
        !self.is_cut
    }
}

pub(super) fn read(
    conn: &Connection,
    query: &MetricQuery,
    wanted: Wanted,
) -> rusqlite::Result<Read> {
    // One state throughout: a window may be rolled up meanwhile.
    let state = conn.unchecked_transaction()?;
    let mut kinds = state.prepare_cached(
        "SELECT id, type, coalesce(monotonic, 0), coalesce(temporality, 0), unit FROM metric WHERE name = ?1 ORDER BY id",
    )?;
    let mut found = kinds.query([&query.metric])?;
    let mut read = Read {
        kind: None,
        unit: String::new(),
        sources: Vec::new(),
        is_cut: false,
        reads: Reads::default(),
    };
    let mut budget = Budget {
        left: query.limits.rows,
        is_cut: false,
        reads: Reads::default(),
    };
    while let Some(row) = found.next()? {
        let (id, number): (i64, i64) = (row.get(0)?, row.get(1)?);
        let kind = Kind::of(number, row.get(2)?);
        // One name, several kinds: the first decides, values of another cannot be put together with it.
        if read.kind.is_some_and(|known| known != kind) {
            continue;
        }
        read.kind = Some(kind);
        read.unit = row.get(4)?;
        let metric = Metric {
            id,
            kind,
            is_cumulative: is_cumulative(number, row.get(3)?, row.get(2)?),
            buckets: (wanted.buckets && kind == Kind::Histogram).then_some(number),
            widest: wanted.widest(query, kind),
        };
        let series = collect(&state, query, &metric, &mut budget)?;
        read.sources.extend(
            series
                .into_iter()
                .map(|collected| source(collected, &metric)),
        );
    }
    read.is_cut = budget.is_cut;
    read.reads = budget.reads;
    Ok(read)
}

fn source(collected: Collected, metric: &Metric) -> Source {
    let newest = if metric.is_cumulative || metric.kind == Kind::Gauge {
        collected.before
    } else {
        added_up(metric.kind, &collected.changes)
    };
    Source {
        labels: collected.labels,
        instance: collected.instance,
        newest,
        changes: collected.changes,
    }
}

/// The deltas of a series as one total; its time is that of the newest.
fn added_up(kind: Kind, changes: &[Change]) -> Option<Reading> {
    let mut total = Reading {
        time: changes.last()?.until,
        value: Some(changes.iter().map(|change| change.value).sum()),
        count: (kind == Kind::Histogram).then(|| {
            let observations = changes.iter().map(|change| change.observations);
            observations.fold(0, u64::saturating_add).cast_signed()
        }),
        start: None,
        buckets: None,
    };
    for buckets in changes.iter().filter_map(|change| change.buckets.as_ref()) {
        match &mut total.buckets {
            // Other bounds from here on: what comes is counted, in no bucket.
            Some(held) => {
                let _ = held.add(buckets);
            }
            none => *none = Some(buckets.clone()),
        }
    }
    Some(total)
}

fn collect(
    conn: &Connection,
    query: &MetricQuery,
    metric: &Metric,
    budget: &mut Budget,
) -> rusqlite::Result<Vec<Collected>> {
    let mut segments = Vec::new();
    if metric.is_cumulative {
        let earlier = query.range.start.saturating_sub(LOOK_BACK)..query.range.start;
        segments.extend(cover(conn, metric.id, earlier, metric.widest)?);
    }
    segments.extend(cover(conn, metric.id, query.range.clone(), metric.widest)?);
    let partitions = meeting(conn, Signal::Metrics, &(i64::MIN..i64::MAX))?;
    let mut series = Series {
        labels: conn.prepare_cached(
            "SELECT s.attributes, r.service, r.attributes FROM series s JOIN resource r ON r.id = s.resource WHERE s.id = ?1",
        )?,
        query,
        known: BTreeMap::new(),
    };
    for segment in segments {
        match segment.source {
            store::Source::Points => {
                points(conn, &partitions, metric, &segment, &mut series, budget)?;
            }
            store::Source::Rollup(level) => {
                rollups(conn, metric, &segment, level, &mut series, budget)?;
            }
        }
        if budget.is_cut {
            break;
        }
    }
    Ok(series.known.into_values().flatten().collect())
}

/// The series that are met; none for those that the labels leave out.
struct Series<'a> {
    labels: CachedStatement<'a>,
    query: &'a MetricQuery,
    known: BTreeMap<i64, Option<Collected>>,
}

impl Series<'_> {
    fn find(&mut self, id: i64) -> rusqlite::Result<Option<&mut Collected>> {
        let place = match self.known.entry(id) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(place) => {
                let (attributes, service, resource): (String, String, String) = self
                    .labels
                    .query_row([id], |row| Ok((row.get(0)?, row.get(1)?, row.get(2)?)))?;
                let mut labels = parse_labels(Some(&attributes));
                labels
                    .entry("service")
                    .or_insert_with(|| Value::String(service));
                let is_wanted = self
                    .query
                    .labels
                    .iter()
                    .all(|filter| filter.matches(&labels));
                place.insert(is_wanted.then(|| {
                    Collected {
                        labels,
                        instance: parse_labels(Some(&resource))
                            .get("service.instance.id")
                            .map(label_text),
                        before: None,
                        changes: Vec::new(),
                        points: Vec::new(),
                    }
                }))
            }
        };
        Ok(place.as_mut())
    }
}

fn points(
    conn: &Connection,
    partitions: &[Partition],
    metric: &Metric,
    segment: &Segment,
    series: &mut Series<'_>,
    budget: &mut Budget,
) -> rusqlite::Result<()> {
    let Range { start, end } = segment.range;
    let meeting: Vec<&Partition> = partitions
        .iter()
        .filter(|partition| {
            partition
                .range
                .is_some_and(|(lowest, highest)| lowest < end && highest >= start)
        })
        .collect();
    for partition in meeting {
        let mut points = conn.prepare_cached(&format!(
            "SELECT ts, series, value, count, age, {} FROM points_{} WHERE metric = ?1 AND ts >= ?2 AND ts < ?3 ORDER BY ts",
            if metric.buckets.is_some() { "rest" } else { "NULL" },
            partition.id
        ))?;
        let mut rows = points.query((metric.id, start, end))?;
        while let Some(row) = rows.next()? {
            let Some(collected) = series.find(row.get(1)?)? else {
                continue;
            };
            if !budget.spend() {
                break;
            }
            budget.reads.points += 1;
            let time: i64 = row.get(0)?;
            let buckets = match metric.buckets {
                Some(kind) => row
                    .get_ref(5)?
                    .as_blob_or_null()?
                    .and_then(|rest| Distribution::decode(kind, rest)),
                None => None,
            };
            collected.points.push(Reading {
                time,
                value: row.get::<_, Option<f64>>(2)?,
                count: row.get(3)?,
                start: row
                    .get::<_, Option<i64>>(4)?
                    .map(|age| time.saturating_sub(age)),
                buckets,
            });
        }
    }
    let from = series.query.range.start;
    for collected in series.known.values_mut().flatten() {
        let mut points = std::mem::take(&mut collected.points);
        // Partitions hold what arrived on a day: times of one may lie among those of another.
        points.sort_by_key(|point| point.time);
        collected.changes.reserve(points.len());
        for point in points {
            let change = if metric.is_cumulative {
                Some(grown(collected.before.as_ref(), &point, from))
            } else {
                plain(point.clone())
            };
            collected.add(change, point, from);
        }
    }
    Ok(())
}

fn rollups(
    conn: &Connection,
    metric: &Metric,
    segment: &Segment,
    level: i64,
    series: &mut Series<'_>,
    budget: &mut Budget,
) -> rusqlite::Result<()> {
    let mut rollups = conn.prepare_cached(
        "SELECT bucket, series, edges, sum, min, max FROM rollup WHERE metric = ?1 AND level = ?2 AND bucket >= ?3 AND bucket < ?4 ORDER BY bucket",
    )?;
    let start = series.query.range.start;
    let (from, to) = (segment.range.start / SECOND, segment.range.end / SECOND);
    let mut rows = rollups.query((metric.id, level, from, to))?;
    while let Some(row) = rows.next()? {
        let Some(collected) = series.find(row.get(1)?)? else {
            continue;
        };
        if !budget.spend() {
            return Ok(());
        }
        let count = match level {
            HOUR => &mut budget.reads.hours,
            _ => &mut budget.reads.minutes,
        };
        *count += 1;
        let bucket = row.get::<_, i64>(0)?.saturating_mul(SECOND);
        // Without edges no point in it says anything.
        let Some(edges) = row
            .get_ref(2)?
            .as_blob_or_null()?
            .and_then(|edges| Edges::decode(edges, bucket, metric.buckets))
        else {
            continue;
        };
        let sum: Option<f64> = row.get(3)?;
        let values = match sum {
            Some(sum) if !metric.is_cumulative => Some(Values {
                sum,
                min: row.get(4)?,
                max: row.get(5)?,
            }),
            _ => None,
        };
        let before = collected.before.as_ref();
        let change = edges.change(before, start, metric.is_cumulative, values);
        collected.add(Some(change), edges.into_last(), start);
    }
    Ok(())
}
