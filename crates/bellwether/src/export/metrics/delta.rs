//! Totals made into changes, for a backend that wants deltas.
//!
//! The collector is cumulative. A delta is the difference to what the endpoint has acknowledged last, so an export that
//! fails loses nothing: the next one covers its time as well. The preference is that of the specification:
//!
//! | | `delta` | `lowmemory` |
//! |---|---|---|
//! | counter, histogram | delta | delta |
//! | observable counter | delta | cumulative |
//! | up-down counters, gauges | as they are | as they are |
//!
//! A delta's start is the time of the last acknowledged total, or the series' own start. A series that did not change
//! has no point. The least and greatest of a histogram are of its whole life, so only a first delta has them; exemplars
//! are those of the delta's time.

mod buckets;
mod number;

use std::collections::{HashMap, HashSet};

use opentelemetry_proto::tonic::common::v1::{InstrumentationScope, KeyValue};
use opentelemetry_proto::tonic::metrics::v1::exponential_histogram_data_point::Buckets;
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::metrics::v1::number_data_point::Value;
use opentelemetry_proto::tonic::metrics::v1::{
    AggregationTemporality, Exemplar, ExponentialHistogramDataPoint, HistogramDataPoint, Metric,
    NumberDataPoint,
};
use prost::Message;

use crate::metrics::Collection;

/// Acknowledgements after which a series that is not there any more is forgotten: an hour at the default interval.
const FORGET_AFTER: u64 = 900;

/// The totals that the endpoint knows.
#[derive(Debug)]
pub(crate) struct Deltas {
    observable_too: bool,
    known: HashMap<Vec<u8>, Known>,
    acknowledgements: u64,
}

#[derive(Debug)]
struct Known {
    total: Total,
    /// Start of the series: another one is another series.
    start: u64,
    time: u64,
    seen: u64,
}

#[derive(Debug, Clone)]
enum Total {
    Number(Value),
    Histogram {
        count: u64,
        sum: f64,
        buckets: Vec<u64>,
    },
    Exponential {
        count: u64,
        sum: f64,
        scale: i32,
        zero_count: u64,
        positive: Buckets,
        negative: Buckets,
    },
}

/// What will be known once an export is acknowledged.
#[derive(Debug, Default)]
pub(crate) struct Baseline(Vec<(Vec<u8>, Known)>);

/// A point that has a difference to an earlier one.
trait Point: Sized {
    fn attributes(&self) -> &[KeyValue];
    fn times(&mut self) -> (&mut u64, u64);
    fn exemplars(&mut self) -> &mut Vec<Exemplar>;
    fn total(&self) -> Total;
    /// Becomes the difference. False where nothing has changed; `None` where the earlier total is not of this series.
    fn subtract(&mut self, earlier: &Total) -> Option<bool>;
}

impl Deltas {
    /// The preference `delta`.
    pub(crate) fn of_all_sums() -> Self {
        Self::new(true)
    }

    /// The preference `lowmemory`.
    pub(crate) fn of_synchronous_sums() -> Self {
        Self::new(false)
    }

    fn new(observable_too: bool) -> Self {
        Self {
            observable_too,
            known: HashMap::new(),
            acknowledgements: 0,
        }
    }

    /// The changes since the last acknowledgement. `observable` holds scope and name of the observable counters.
    pub(crate) fn changes(
        &self,
        collection: &Collection,
        observable: &HashSet<(String, String)>,
    ) -> (Collection, Baseline) {
        let mut request = collection.request().clone();
        let mut baseline = Baseline::default();
        let scopes = request
            .resource_metrics
            .iter_mut()
            .flat_map(|resource| &mut resource.scope_metrics);
        for scope in scopes {
            let series = SeriesKey::of_scope(scope.scope.as_ref());
            let name = scope.scope.as_ref().map_or("", |scope| scope.name.as_str());
            scope.metrics.retain_mut(|metric| {
                let is_observable = !self.observable_too
                    && observable.contains(&(name.to_owned(), metric.name.clone()));
                self.change(metric, &series, is_observable, &mut baseline)
            });
        }
        for resource in &mut request.resource_metrics {
            resource
                .scope_metrics
                .retain(|scope| !scope.metrics.is_empty());
        }
        request
            .resource_metrics
            .retain(|resource| !resource.scope_metrics.is_empty());
        (Collection::from(request), baseline)
    }

    /// The endpoint has what `changes` said.
    pub(crate) fn acknowledge(&mut self, baseline: Baseline) {
        self.acknowledgements += 1;
        for (key, mut known) in baseline.0 {
            known.seen = self.acknowledgements;
            self.known.insert(key, known);
        }
        if self.acknowledgements.is_multiple_of(FORGET_AFTER / 10) {
            let oldest = self.acknowledgements.saturating_sub(FORGET_AFTER);
            self.known.retain(|_, known| known.seen >= oldest);
        }
    }

    /// True where the metric has points left.
    fn change(
        &self,
        metric: &mut Metric,
        scope: &SeriesKey,
        is_observable: bool,
        baseline: &mut Baseline,
    ) -> bool {
        let series = scope.of_metric(metric);
        let delta = AggregationTemporality::Delta.into();
        macro_rules! changes {
            ($data:expr) => {{
                $data.aggregation_temporality = delta;
                $data
                    .data_points
                    .retain_mut(|point| self.subtract(point, &series, baseline));
                !$data.data_points.is_empty()
            }};
        }
        match &mut metric.data {
            Some(Data::Sum(sum)) if sum.is_monotonic && !is_observable => changes!(sum),
            Some(Data::Histogram(histogram)) => changes!(histogram),
            Some(Data::ExponentialHistogram(histogram)) => changes!(histogram),
            Some(Data::Sum(_) | Data::Gauge(_) | Data::Summary(_)) => true,
            None => false,
        }
    }

    /// True where the point says something.
    fn subtract<P: Point>(
        &self,
        point: &mut P,
        series: &SeriesKey,
        baseline: &mut Baseline,
    ) -> bool {
        let key = series.of_point(point.attributes());
        let total = point.total();
        let (start, time) = point.times();
        let known = self.known.get(&key);
        let learned = Known {
            total,
            start: *start,
            time,
            seen: 0,
        };
        let earlier = known.filter(|known| known.start == *start && known.time <= time);
        let mut says_something = true;
        if let Some(earlier) = earlier {
            *start = earlier.time;
            // A total that has gone down was reset at some time since: what it is now is what was added.
            says_something = point.subtract(&earlier.total).unwrap_or(true);
            point
                .exemplars()
                .retain(|exemplar| exemplar.time_unix_nano > earlier.time);
        }
        baseline.0.push((key, learned));
        says_something
    }
}

/// Bytes that are the same for one series and differ for two.
struct SeriesKey(Vec<u8>);

impl SeriesKey {
    fn of_scope(scope: Option<&InstrumentationScope>) -> Self {
        let mut key = Vec::new();
        if let Some(scope) = scope {
            append(&mut key, scope.name.as_bytes());
            append(&mut key, scope.version.as_bytes());
            append_attributes(&mut key, &scope.attributes);
        }
        Self(key)
    }

    fn of_metric(&self, metric: &Metric) -> Self {
        let mut key = self.0.clone();
        append(&mut key, metric.name.as_bytes());
        append(&mut key, metric.unit.as_bytes());
        Self(key)
    }

    fn of_point(&self, attributes: &[KeyValue]) -> Vec<u8> {
        let mut key = self.0.clone();
        append_attributes(&mut key, attributes);
        key
    }
}

fn append(key: &mut Vec<u8>, bytes: &[u8]) {
    key.extend_from_slice(&bytes.len().to_le_bytes());
    key.extend_from_slice(bytes);
}

/// The SDK does not promise an order.
fn append_attributes(key: &mut Vec<u8>, attributes: &[KeyValue]) {
    let mut sorted: Vec<&KeyValue> = attributes.iter().collect();
    sorted.sort_by(|a, b| a.key.cmp(&b.key));
    for attribute in sorted {
        append(key, &attribute.encode_to_vec());
    }
}

macro_rules! point {
    ($point:ty) => {
        fn attributes(&self) -> &[KeyValue] {
            &self.attributes
        }

        fn times(&mut self) -> (&mut u64, u64) {
            (&mut self.start_time_unix_nano, self.time_unix_nano)
        }

        fn exemplars(&mut self) -> &mut Vec<Exemplar> {
            &mut self.exemplars
        }
    };
}

impl Point for NumberDataPoint {
    point!(NumberDataPoint);

    fn total(&self) -> Total {
        Total::Number(self.value.unwrap_or(Value::AsInt(0)))
    }

    fn subtract(&mut self, earlier: &Total) -> Option<bool> {
        let Total::Number(earlier) = earlier else {
            return None;
        };
        let change = number::difference(self.value?, *earlier)?;
        self.value = Some(change);
        Some(!number::is_zero(change))
    }
}

impl Point for HistogramDataPoint {
    point!(HistogramDataPoint);

    fn total(&self) -> Total {
        Total::Histogram {
            count: self.count,
            sum: self.sum.unwrap_or(0.0),
            buckets: self.bucket_counts.clone(),
        }
    }

    fn subtract(&mut self, earlier: &Total) -> Option<bool> {
        let Total::Histogram {
            count,
            sum,
            buckets,
        } = earlier
        else {
            return None;
        };
        let change = self.count.checked_sub(*count)?;
        self.bucket_counts = buckets::difference(&self.bucket_counts, buckets)?;
        self.count = change;
        self.sum = self.sum.map(|total| total - sum);
        (self.min, self.max) = (None, None);
        Some(change > 0)
    }
}

impl Point for ExponentialHistogramDataPoint {
    point!(ExponentialHistogramDataPoint);

    fn total(&self) -> Total {
        Total::Exponential {
            count: self.count,
            sum: self.sum.unwrap_or(0.0),
            scale: self.scale,
            zero_count: self.zero_count,
            positive: self.positive.clone().unwrap_or_default(),
            negative: self.negative.clone().unwrap_or_default(),
        }
    }

    fn subtract(&mut self, earlier: &Total) -> Option<bool> {
        let Total::Exponential {
            count,
            sum,
            scale,
            zero_count,
            positive,
            negative,
        } = earlier
        else {
            return None;
        };
        let change = self.count.checked_sub(*count)?;
        let zero_change = self.zero_count.checked_sub(*zero_count)?;
        // The scale only ever shrinks, when values spread.
        let shrunk = scale.checked_sub(self.scale)?;
        let shrunk = u32::try_from(shrunk).ok()?;
        let side = |now: &Option<Buckets>, earlier: &Buckets| {
            let now = now.clone().unwrap_or_default();
            buckets::exponential_difference(&now, &buckets::downscaled(earlier, shrunk))
        };
        let (positive, negative) = (
            side(&self.positive, positive)?,
            side(&self.negative, negative)?,
        );
        self.count = change;
        self.zero_count = zero_change;
        self.positive = Some(positive);
        self.negative = Some(negative);
        self.sum = self.sum.map(|total| total - sum);
        (self.min, self.max) = (None, None);
        Some(change > 0)
    }
}

#[cfg(test)]
mod tests;
