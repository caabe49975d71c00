//! Metrics: from a name, labels and a range to series.

use std::cell::Cell;
use std::collections::BTreeMap;
use std::ops::Range;
use std::str::FromStr;
use std::time::Duration;

use serde::Serialize;
use serde_json::{Map, Value};

use super::arithmetic::{Sample, Summary, stretch_of, summarize};
use super::labels::{LabelFilter, label_text};
use super::quantile::{cumulative, quantile};
use super::readings::{Reads, Source, Wanted, read};
use super::{ALWAYS, Bounded, Limits};
use crate::store::{Change, Distribution};
use crate::{Store, StoreError};

/// What becomes of the points of a group in a stretch of time.
///
/// Counters count by their growth and histograms by what they observed, resets taken out; gauges by their readings.
///
/// ```
/// use bellwether_backend::query::Aggregation;
/// assert_eq!("p95".parse::<Aggregation>().unwrap(), Aggregation::Quantile(0.95));
/// assert!("median".parse::<Aggregation>().unwrap_err().to_string().contains("expected"));
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Aggregation {
    /// Gauges: the readings added up. Counters: how much they grew. Histograms: the sum of what was observed.
    Sum,
    /// Gauges and counters: the mean of readings or growths. Histograms: the mean observation.
    Avg,
    /// The least. Histograms: the lower end of the lowest bucket that holds something.
    Min,
    /// The most. Histograms: the upper end of the highest bucket that holds something.
    Max,
    /// Histograms and summaries: observations. Others: readings.
    Count,
    /// The newest reading of each series, added up. Histograms: the mean of what the newest reading added.
    Last,
    /// Growth, or observations, a second. Needs a counter, a histogram or a summary.
    Rate,
    /// The value below which this share lies: of a histogram's observations, or of readings.
    Quantile(f64),
}

/// A text that is no aggregation.
///
/// ```
/// use bellwether_backend::query::Aggregation;
/// assert!("p200".parse::<Aggregation>().is_err());
/// ```
#[derive(Debug, thiserror::Error)]
#[error(
    "aggregation {0:?}: expected sum, avg, min, max, count, last, rate, or a percentile such as p95 or p99.9"
)]
pub struct AggregationError(String);

impl FromStr for Aggregation {
    type Err = AggregationError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let percent = |text: &str| text.strip_prefix('p')?.parse::<f64>().ok();
        Ok(match text {
            "sum" => Self::Sum,
            "avg" => Self::Avg,
            "min" => Self::Min,
            "max" => Self::Max,
            "count" => Self::Count,
            "last" => Self::Last,
            "rate" => Self::Rate,
            other => match percent(other) {
                Some(percent) if (0.0..=100.0).contains(&percent) => {
                    Self::Quantile(percent / 100.0)
                }
                _ => return Err(AggregationError(text.to_owned())),
            },
        })
    }
}

/// What kind of metric.
///
/// ```
/// assert_eq!(bellwether_backend::query::Kind::Histogram.to_string(), "histogram");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A value that rises and falls, sums that may fall included.
    Gauge,
    /// A sum that only grows.
    Counter,
    /// A distribution, explicit or exponential.
    Histogram,
    /// A sum and a count, with quantiles made by the sender.
    Summary,
}

impl Kind {
    pub(super) fn of(number: i64, is_monotonic: bool) -> Self {
        match number {
            2 if is_monotonic => Self::Counter,
            1 | 2 => Self::Gauge,
            3 | 4 => Self::Histogram,
            _ => Self::Summary,
        }
    }
}

impl std::fmt::Display for Kind {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Gauge => "gauge",
            Self::Counter => "counter",
            Self::Histogram => "histogram",
            Self::Summary => "summary",
        })
    }
}

/// A question about one metric.
///
/// ```
/// let all_points = bellwether_backend::query::MetricQuery::new("task_queue_size");
/// assert!(all_points.aggregation.is_none());
/// ```
#[derive(Debug, Clone)]
pub struct MetricQuery {
    /// Its name, exactly.
    pub metric: String,
    /// All of these must hold of a series; `service` is the service's name unless the series has a label of that name.
    pub labels: Vec<LabelFilter>,
    /// From and to (exclusive), in nanoseconds since 1970.
    pub range: Range<i64>,
    /// None: the readings as they are stored, a histogram's as the mean of what it has observed.
    pub aggregation: Option<Aggregation>,
    /// One value a stretch of this length; none: one for the whole range.
    pub interval: Option<Duration>,
    /// Labels that keep series apart; none: all together. Without an aggregation each series stands for itself.
    pub by: Vec<String>,
    /// Whether rollups may answer where they say the same as the points: `true`, unless somebody wants to see that they do.
    pub rollups: bool,
    /// Bounds.
    pub limits: Limits,
}

impl MetricQuery {
    /// All points of a metric, of all time; at most a million readings, where a rollup counts as one.
    pub fn new(metric: impl Into<String>) -> Self {
        Self {
            metric: metric.into(),
            labels: Vec::new(),
            range: ALWAYS,
            aggregation: None,
            interval: None,
            by: Vec::new(),
            rollups: true,
            limits: Limits {
                rows: 1_000_000,
                ..Limits::default()
            },
        }
    }
}

/// What came of it.
///
/// ```
/// # use bellwether_backend::query::MetricAnswer;
/// fn is_empty(answer: &MetricAnswer) -> bool { answer.series.is_empty() }
/// ```
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MetricAnswer {
    /// What kind of metric; none where there is none of this name.
    pub kind: Option<Kind>,
    /// UCUM unit.
    pub unit: String,
    /// Series, in the order of their labels.
    pub series: Vec<MetricSeries>,
    /// There were more readings than the limit; the newest are missing.
    pub is_cut: bool,
    /// Observations that no percentile and no extreme counts: their buckets have other bounds than the first ones of their stretch.
    pub left_out: u64,
    /// What it was read from.
    pub read: Reads,
}

/// Statistics of one metric, and what they leave out.
///
/// ```
/// # use bellwether_backend::query::MetricStats;
/// fn is_whole(stats: &MetricStats) -> bool { !stats.is_cut && stats.left_out == 0 }
/// ```
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MetricStats {
    /// The statistics.
    #[serde(flatten)]
    pub summary: Summary,
    /// There were more readings than the limit; the newest are missing.
    pub is_cut: bool,
    /// Observations that the percentiles and extremes do not count: their buckets have other bounds than the first ones.
    pub left_out: u64,
}

/// A series, or a group of them.
///
/// ```
/// # use bellwether_backend::query::MetricSeries;
/// fn newest(series: &MetricSeries) -> Option<f64> { series.samples.last().map(|sample| sample.value) }
/// ```
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct MetricSeries {
    /// Its labels; of a group those that it is grouped by.
    pub labels: Map<String, Value>,
    /// By time. An aggregate's time is the start of its stretch; without an interval that of the earliest reading.
    pub samples: Vec<Sample>,
}

/// The newest reading of a series.
///
/// ```
/// # use bellwether_backend::query::Total;
/// fn mean(total: &Total) -> Option<f64> { total.count.map(|count| total.value / count as f64) }
/// ```
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Total {
    /// Its labels.
    pub labels: Map<String, Value>,
    /// Nanoseconds since 1970.
    pub time: i64,
    /// The value as it was sent; of a histogram or summary its sum.
    pub value: f64,
    /// Observations of a histogram or summary.
    pub count: Option<i64>,
    /// Of a histogram: how many observations are at most so large, by rising bounds. Bounds of exponential buckets are rounded up to
    /// powers of two.
    pub buckets: Vec<(f64, u64)>,
    /// `service.instance.id` of the process that it is of.
    pub instance: Option<String>,
}

/// Answers `query`. What is older than about five minutes is read from rollups of a minute and an hour where they say the same as the points:
/// for all aggregations but a percentile of readings, extremes of growths and the last mean of a histogram, and where the interval is in whole
/// minutes. The rest is read from the points, each of which costs about half a microsecond.
///
/// ```no_run
/// use bellwether_backend::query::{MetricQuery, metrics};
/// # fn main() -> Result<(), bellwether_backend::StoreError> {
/// let store = bellwether_backend::Store::open_read_only("telemetry.db")?;
/// let answer = metrics(&store, &MetricQuery::new("tool_calls_total"))?;
/// # let _ = answer; Ok(()) }
/// ```
pub fn metrics(store: &Store, query: &MetricQuery) -> Result<MetricAnswer, StoreError> {
    let wanted = wanted(query);
    let read = store.read(query.limits.time, |conn| read(conn, query, wanted))?;
    let mut groups: BTreeMap<String, (Map<String, Value>, Vec<Source>)> = BTreeMap::new();
    for source in read.sources {
        let labels = match query.aggregation {
            None => source.labels.clone(),
            Some(_) => chosen(&source.labels, &query.by),
        };
        let key = Value::Object(labels.clone()).to_string();
        groups
            .entry(key)
            .or_insert_with(|| (labels, Vec::new()))
            .1
            .push(source);
    }
    let kind = read.kind.unwrap_or(Kind::Gauge);
    let left_out = Cell::new(0);
    let series = groups.into_values().map(|(labels, sources)| MetricSeries {
        labels,
        samples: match query.aggregation {
            None => raw(kind, &sources),
            Some(aggregation) => aggregated(kind, aggregation, query, &sources, &left_out),
        },
    });
    Ok(MetricAnswer {
        kind: read.kind,
        unit: read.unit,
        series: series.filter(|series| !series.samples.is_empty()).collect(),
        is_cut: read.is_cut,
        left_out: left_out.get(),
        read: read.reads,
    })
}

/// What an answer needs of the readings.
fn wanted(query: &MetricQuery) -> Wanted {
    let width = match query.interval {
        None => u64::MAX,
        Some(interval) if interval.subsec_nanos() == 0 => interval.as_secs(),
        Some(_) => 1,
    };
    let (buckets, rollups): (bool, fn(Kind) -> bool) = match query.aggregation {
        None => (false, |_| false),
        Some(Aggregation::Sum | Aggregation::Avg | Aggregation::Count | Aggregation::Rate) => {
            (false, |_| true)
        }
        Some(Aggregation::Min | Aggregation::Max) => (true, |kind| kind != Kind::Counter),
        Some(Aggregation::Quantile(_)) => (true, is_distribution),
        Some(Aggregation::Last) => (false, |kind| !is_distribution(kind)),
    };
    Wanted {
        buckets,
        width,
        rollups,
    }
}

fn is_distribution(kind: Kind) -> bool {
    matches!(kind, Kind::Histogram | Kind::Summary)
}

/// Count, mean, extremes and percentiles of everything that matches: of a histogram's observations, else of readings. None: nothing
/// matches. Percentiles and extremes of a histogram are those of its buckets, as far as the buckets have the same bounds.
///
/// ```no_run
/// use bellwether_backend::query::{MetricQuery, stats};
/// # fn main() -> Result<(), bellwether_backend::StoreError> {
/// let store = bellwether_backend::Store::open_read_only("telemetry.db")?;
/// if let Some(stats) = stats(&store, &MetricQuery::new("agent_execution_duration_seconds"))? {
///     println!("avg {}, p95 {}, p99 {}", stats.summary.avg, stats.summary.p95, stats.summary.p99);
/// }
/// # Ok(()) }
/// ```
pub fn stats(store: &Store, query: &MetricQuery) -> Result<Option<MetricStats>, StoreError> {
    let wanted = Wanted {
        buckets: true,
        width: u64::MAX,
        rollups: is_distribution,
    };
    let read = store.read(query.limits.time, |conn| read(conn, query, wanted))?;
    let changes: Vec<&Change> = read.sources.iter().flat_map(|s| &s.changes).collect();
    if !matches!(read.kind, Some(Kind::Histogram | Kind::Summary)) {
        let values: Vec<f64> = changes.iter().map(|change| change.reading).collect();
        return Ok(summarize(&values).map(|summary| MetricStats {
            summary,
            is_cut: read.is_cut,
            left_out: 0,
        }));
    }
    let count: u64 = changes.iter().map(|change| change.observations).sum();
    let sum: f64 = changes.iter().map(|change| change.value).sum();
    if count == 0 {
        return Ok(None);
    }
    let avg = sum / count as f64;
    let (buckets, left_out) = merged(&changes);
    let at = |q| {
        buckets
            .as_ref()
            .and_then(|of| quantile(of, q))
            .unwrap_or(avg)
    };
    Ok(Some(MetricStats {
        summary: Summary {
            count,
            sum,
            min: at(0.0),
            max: at(1.0),
            avg,
            p50: at(0.50),
            p95: at(0.95),
            p99: at(0.99),
        },
        is_cut: read.is_cut,
        left_out,
    }))
}

/// The newest reading of each series that matches, as it was sent; of deltas their sum.
///
/// ```no_run
/// use bellwether_backend::query::{MetricQuery, totals};
/// # fn main() -> Result<(), bellwether_backend::StoreError> {
/// let store = bellwether_backend::Store::open_read_only("telemetry.db")?;
/// for total in totals(&store, &MetricQuery::new("tool_calls_total"))?.rows {
///     println!("{}", total.value);
/// }
/// # Ok(()) }
/// ```
pub fn totals(store: &Store, query: &MetricQuery) -> Result<Bounded<Total>, StoreError> {
    let wanted = Wanted {
        buckets: true,
        width: u64::MAX,
        rollups: |_| true,
    };
    let read = store.read(query.limits.time, |conn| read(conn, query, wanted))?;
    let rows = read.sources.into_iter().filter_map(|source| {
        let newest = source.newest?;
        Some(Total {
            labels: source.labels,
            time: newest.time,
            value: newest.value.unwrap_or(0.0),
            count: newest.count,
            buckets: newest.buckets.as_ref().map(cumulative).unwrap_or_default(),
            instance: source.instance,
        })
    });
    Ok(Bounded {
        rows: rows.collect(),
        is_cut: read.is_cut,
    })
}

fn chosen(labels: &Map<String, Value>, by: &[String]) -> Map<String, Value> {
    by.iter()
        .map(|name| {
            let text = labels.get(name).map(label_text).unwrap_or_default();
            (name.clone(), Value::String(text))
        })
        .collect()
}

fn raw(kind: Kind, sources: &[Source]) -> Vec<Sample> {
    let mut samples: Vec<Sample> = sources
        .iter()
        .flat_map(|source| &source.changes)
        .filter_map(|change| {
            let value = match kind {
                Kind::Gauge | Kind::Counter => change.reading,
                Kind::Histogram | Kind::Summary => mean(change)?,
            };
            Some(Sample {
                time: change.time,
                value,
            })
        })
        .collect();
    samples.sort_by_key(|sample| sample.time);
    samples
}

fn mean(change: &Change) -> Option<f64> {
    (change.observations > 0).then(|| change.value / change.observations as f64)
}

fn aggregated(
    kind: Kind,
    aggregation: Aggregation,
    query: &MetricQuery,
    sources: &[Source],
    left_out: &Cell<u64>,
) -> Vec<Sample> {
    let interval = query.interval.map(|interval| {
        i64::try_from(interval.as_nanos())
            .unwrap_or(i64::MAX)
            .max(1)
    });
    let mut stretches: BTreeMap<i64, Vec<(usize, &Change)>> = BTreeMap::new();
    for (at, source) in sources.iter().enumerate() {
        for change in &source.changes {
            let start = interval.map_or(0, |interval| stretch_of(change.time, interval));
            stretches.entry(start).or_default().push((at, change));
        }
    }
    stretches
        .into_iter()
        .filter_map(|(start, held)| {
            let first = held.iter().map(|(_, change)| change.time).min()?;
            let last = held.iter().map(|(_, change)| change.until).max()?;
            let seconds = interval.unwrap_or_else(|| span(query, first, last)) as f64 / 1e9;
            Some(Sample {
                time: interval.map_or(first, |_| start),
                value: one(kind, aggregation, &held, seconds, left_out)?,
            })
        })
        .collect()
}

/// How long the asked range is; where it is open, how long the readings reach.
fn span(query: &MetricQuery, first: i64, last: i64) -> i64 {
    let start = if query.range.start == i64::MIN {
        first
    } else {
        query.range.start
    };
    let end = if query.range.end == i64::MAX {
        last
    } else {
        query.range.end
    };
    end.saturating_sub(start).max(1_000_000_000)
}

fn one(
    kind: Kind,
    aggregation: Aggregation,
    held: &[(usize, &Change)],
    seconds: f64,
    left_out: &Cell<u64>,
) -> Option<f64> {
    let changes: Vec<&Change> = held.iter().map(|(_, change)| *change).collect();
    let is_distribution = matches!(kind, Kind::Histogram | Kind::Summary);
    let sum = || changes.iter().map(|change| change.value).sum::<f64>();
    let observations = || {
        changes
            .iter()
            .map(|change| change.observations)
            .sum::<u64>() as f64
    };
    let readings = || changes.iter().map(|change| change.readings).sum::<u64>() as f64;
    let extremes = || changes.iter().filter_map(|change| change.extremes);
    let of_buckets = |q| {
        let (whole, unfit) = merged(&changes);
        left_out.set(left_out.get() + unfit);
        whole.and_then(|of| quantile(&of, q))
    };
    match aggregation {
        Aggregation::Sum => Some(sum()),
        Aggregation::Count if is_distribution => Some(observations()),
        Aggregation::Count => Some(readings()),
        Aggregation::Rate if kind == Kind::Gauge => None,
        Aggregation::Rate if is_distribution => Some(observations() / seconds),
        Aggregation::Rate => Some(sum() / seconds),
        Aggregation::Avg if is_distribution => {
            (observations() > 0.0).then(|| sum() / observations())
        }
        Aggregation::Avg => Some(sum() / readings()),
        Aggregation::Min if is_distribution => of_buckets(0.0),
        Aggregation::Max if is_distribution => of_buckets(1.0),
        Aggregation::Min => extremes().map(|(least, _)| least).min_by(f64::total_cmp),
        Aggregation::Max => extremes().map(|(_, most)| most).max_by(f64::total_cmp),
        Aggregation::Quantile(q) if is_distribution => of_buckets(q),
        Aggregation::Quantile(q) => {
            let mut sorted: Vec<f64> = changes
                .iter()
                .map(|change| change.value)
                .filter(|value| value.is_finite())
                .collect();
            sorted.sort_by(f64::total_cmp);
            super::percentile(&sorted, q)
        }
        Aggregation::Last => {
            let mut newest: BTreeMap<usize, &Change> = BTreeMap::new();
            for (series, change) in held {
                if !is_distribution || change.observations > 0 {
                    newest.insert(*series, change);
                }
            }
            if is_distribution {
                return newest.into_values().max_by_key(|c| c.time).and_then(mean);
            }
            (!newest.is_empty()).then(|| newest.values().map(|change| change.reading).sum())
        }
    }
}

/// All buckets together, and the observations of those whose bounds are not the first ones: bounds that differ cannot be added up.
fn merged(changes: &[&Change]) -> (Option<Distribution>, u64) {
    let mut whole: Option<Distribution> = None;
    let mut left_out = 0;
    for change in changes {
        left_out += change.unfit;
        let Some(buckets) = &change.buckets else {
            continue;
        };
        let Some(whole) = &mut whole else {
            whole = Some(buckets.clone());
            continue;
        };
        if !whole.add(buckets) {
            left_out += change.observations.saturating_sub(change.unfit);
        }
    }
    (whole, left_out)
}
