//! The samples a rule needs, and no more: a ring a series, so many series a rule.

use std::collections::{BTreeMap, VecDeque};
use std::sync::Arc;

use bellwether_catalog::{Matcher, prometheus::label_name};

use super::functions::{Sample, contiguous};
use crate::alerts::labels::LabelSet;
use crate::alerts::points::{Point, PointValue};

/// The newest sample counts for this long, as in Prometheus.
const LOOKBACK: i64 = 5 * 60 * 1_000;
/// Most samples of one series.
const MAX_SAMPLES: usize = 4_096;

/// An upper bound with its samples.
pub(super) type Bucket = (f64, Vec<Sample>);

/// The series of one metric that one rule watches.
#[derive(Debug)]
pub(super) struct Watch {
    pub(super) metric: String,
    /// Label names are those of Prometheus.
    selector: Vec<Matcher>,
    /// Milliseconds; 0 where the newest sample is enough.
    window: i64,
    max_series: usize,
    series: BTreeMap<LabelSet, Series>,
    /// Points of series beyond the bound.
    overflow: u64,
}

#[derive(Debug)]
struct Series {
    /// Whether the last collection had it.
    is_present: bool,
    /// When the last collection that had it was.
    seen: i64,
    data: Data,
}

#[derive(Debug)]
enum Data {
    Numbers(VecDeque<Sample>),
    /// A ring a bucket, of cumulative counts; the last bound is infinite.
    Buckets {
        bounds: Arc<[f64]>,
        rings: Vec<VecDeque<Sample>>,
    },
}

impl Watch {
    pub(super) fn new(metric: &str, selector: &[Matcher], window: u32, max_series: usize) -> Self {
        let in_prometheus = |matcher: &Matcher| Matcher {
            label: label_name(&matcher.label),
            ..matcher.clone()
        };
        Self {
            metric: metric.to_owned(),
            selector: selector.iter().map(in_prometheus).collect(),
            window: i64::from(window) * 1_000,
            max_series,
            series: BTreeMap::new(),
            overflow: 0,
        }
    }

    /// Before the points of a collection.
    pub(super) fn begin(&mut self) {
        for series in self.series.values_mut() {
            series.is_present = false;
        }
    }

    /// One point of the collection.
    pub(super) fn add(&mut self, at: i64, labels: &LabelSet, point: &Point<'_>) {
        if let PointValue::Histogram { bounds, counts } = &point.value
            && counts.len() != bounds.len() + 1
        {
            return;
        }
        let is_selected =
            |matcher: &Matcher| matcher.matches(labels.get(&matcher.label).unwrap_or_default());
        if !self.selector.iter().all(is_selected) {
            return;
        }
        if !self.series.contains_key(labels) && self.series.len() >= self.max_series {
            self.overflow += 1;
            return;
        }
        let series = self
            .series
            .entry(labels.clone())
            .or_insert_with(|| Series::new(&point.value));
        // A second point of the same series in one collection counts for nothing.
        if series.is_present {
            return;
        }
        series.is_present = true;
        // Two collections within a millisecond: the later one is right.
        if series.seen >= at {
            series.take_back(at);
        }
        series.seen = at;
        series.push(at, &point.value);
    }

    /// After the points of a collection: forgets what no window reaches any more.
    pub(super) fn end(&mut self, at: i64) {
        let reach = self.window.max(LOOKBACK);
        let (from, keeps_one) = (at - self.window, self.window == 0);
        self.series.retain(|_, series| {
            series.forget(from, keeps_one);
            series.is_present || series.seen > at - reach
        });
    }

    /// Milliseconds.
    pub(super) const fn window(&self) -> i64 {
        self.window
    }

    pub(super) const fn overflow(&self) -> u64 {
        self.overflow
    }

    /// The newest value of each series that has one: an instant vector.
    pub(super) fn newest(&self, at: i64) -> Vec<(&LabelSet, f64)> {
        let newest = |series: &Series| {
            if !series.is_present || series.seen <= at - LOOKBACK {
                return None;
            }
            let ring = match &series.data {
                Data::Numbers(ring) => ring,
                Data::Buckets { rings, .. } => rings.last()?,
            };
            Some(ring.back()?.value)
        };
        self.series
            .iter()
            .filter_map(|(labels, series)| Some((labels, newest(series)?)))
            .collect()
    }

    /// The samples of each series within the window.
    pub(super) fn numbers(&self, at: i64) -> Vec<(&LabelSet, Vec<Sample>)> {
        let within = |ring: &VecDeque<Sample>| within(ring, at, self.window);
        self.series
            .iter()
            .filter_map(|(labels, series)| match &series.data {
                Data::Numbers(ring) => Some((labels, within(ring))),
                Data::Buckets { .. } => None,
            })
            .filter(|(_, samples)| !samples.is_empty())
            .collect()
    }

    /// The samples of each bucket of each series within the window, by upper bound.
    pub(super) fn buckets(&self, at: i64) -> Vec<(&LabelSet, Vec<Bucket>)> {
        let window = self.window;
        self.series
            .iter()
            .filter_map(|(labels, series)| match &series.data {
                Data::Buckets { bounds, rings } => {
                    let buckets = bounds
                        .iter()
                        .copied()
                        .chain([f64::INFINITY])
                        .zip(rings)
                        .map(|(bound, ring)| (bound, within(ring, at, window)));
                    Some((labels, buckets.collect()))
                }
                Data::Numbers(_) => None,
            })
            .collect()
    }
}

fn within(ring: &VecDeque<Sample>, at: i64, window: i64) -> Vec<Sample> {
    let mut samples = contiguous(ring);
    samples.retain(|sample| sample.at > at - window && sample.at <= at);
    samples
}

impl Series {
    fn new(value: &PointValue<'_>) -> Self {
        Self {
            is_present: false,
            seen: i64::MIN,
            data: Data::new(value),
        }
    }

    fn push(&mut self, at: i64, value: &PointValue<'_>) {
        if !self.data.fits(value) {
            // Another kind or other buckets: what was before says nothing about it.
            self.data = Data::new(value);
        }
        match (&mut self.data, value) {
            (Data::Numbers(ring), PointValue::Number(value)) => push(ring, at, *value),
            (Data::Buckets { rings, .. }, PointValue::Histogram { counts, .. }) => {
                let mut total = 0_u64;
                for (ring, count) in rings.iter_mut().zip(*counts) {
                    total = total.saturating_add(*count);
                    push(ring, at, total as f64);
                }
            }
            _ => {}
        }
    }

    fn rings(&mut self) -> &mut [VecDeque<Sample>] {
        match &mut self.data {
            Data::Numbers(ring) => std::slice::from_mut(ring),
            Data::Buckets { rings, .. } => rings,
        }
    }

    /// Removes samples that are not older than that.
    fn take_back(&mut self, at: i64) {
        for ring in self.rings() {
            while ring.back().is_some_and(|sample| sample.at >= at) {
                ring.pop_back();
            }
        }
    }

    fn forget(&mut self, from: i64, keeps_one: bool) {
        for ring in self.rings() {
            while ring.len() > usize::from(keeps_one)
                && ring.front().is_some_and(|sample| sample.at <= from)
            {
                ring.pop_front();
            }
        }
    }
}

impl Data {
    fn fits(&self, value: &PointValue<'_>) -> bool {
        match (self, value) {
            (Self::Numbers(_), PointValue::Number(_)) => true,
            (Self::Buckets { bounds, .. }, PointValue::Histogram { bounds: given, .. }) => {
                **bounds == **given
            }
            _ => false,
        }
    }

    fn new(value: &PointValue<'_>) -> Self {
        match value {
            PointValue::Number(_) => Self::Numbers(VecDeque::new()),
            PointValue::Histogram { bounds, .. } => Self::Buckets {
                bounds: Arc::from(*bounds),
                rings: vec![VecDeque::new(); bounds.len() + 1],
            },
        }
    }
}

fn push(ring: &mut VecDeque<Sample>, at: i64, value: f64) {
    if ring.len() >= MAX_SAMPLES {
        ring.pop_front();
    }
    ring.push_back(Sample { at, value });
}
