//! Exemplars join the points that they belong to.
//!
//! A source names a series by metric and attributes. Attributes have no order, so both sides are sorted once and
//! compared as a whole; a hash of the metric's name comes first, so a metric without exemplars costs one look-up.

use std::collections::HashMap;
use std::time::{SystemTime, UNIX_EPOCH};

use opentelemetry_proto::tonic::common::v1::KeyValue;
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::metrics::v1::{Exemplar as ProtoExemplar, Metric, exemplar};

use crate::metrics::{Exemplar, SeriesExemplars};

/// The series of each metric that have exemplars.
pub(super) struct Exemplars(HashMap<&'static str, Vec<Series>>);

struct Series {
    /// Sorted by key.
    attributes: Vec<KeyValue>,
    exemplars: Vec<ProtoExemplar>,
}

impl Exemplars {
    pub(super) fn new(series: impl IntoIterator<Item = SeriesExemplars>) -> Self {
        let mut by_metric: HashMap<_, Vec<Series>> = HashMap::new();
        for one in series {
            if one.exemplars.is_empty() {
                continue;
            }
            let mut attributes: Vec<KeyValue> = one.attributes.iter().map(Into::into).collect();
            attributes.sort_by(|a, b| a.key.cmp(&b.key));
            by_metric.entry(one.metric).or_default().push(Series {
                attributes,
                exemplars: one.exemplars.iter().map(message).collect(),
            });
        }
        Self(by_metric)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds them to the points of histograms and sums.
    pub(super) fn join(&self, metric: &mut Metric) {
        let Some(series) = self.0.get(metric.name.as_str()) else {
            return;
        };
        macro_rules! join {
            ($points:expr) => {
                for point in &mut $points {
                    for one in series.iter().filter(|one| one.is_of(&point.attributes)) {
                        point.exemplars.extend_from_slice(&one.exemplars);
                    }
                }
            };
        }
        match &mut metric.data {
            Some(Data::Histogram(data)) => join!(data.data_points),
            Some(Data::ExponentialHistogram(data)) => join!(data.data_points),
            Some(Data::Sum(data)) => join!(data.data_points),
            Some(Data::Gauge(_) | Data::Summary(_)) | None => {}
        }
    }
}

impl Series {
    fn is_of(&self, attributes: &[KeyValue]) -> bool {
        if self.attributes.len() != attributes.len() {
            return false;
        }
        let has = |attribute: &KeyValue| {
            let found = self
                .attributes
                .binary_search_by(|own| own.key.cmp(&attribute.key));
            found.is_ok_and(|at| self.attributes[at].value == attribute.value)
        };
        attributes.iter().all(has)
    }
}

fn message(exemplar: &Exemplar) -> ProtoExemplar {
    ProtoExemplar {
        filtered_attributes: Vec::new(),
        time_unix_nano: nanoseconds(exemplar.time),
        span_id: exemplar.span_id.to_bytes().to_vec(),
        trace_id: exemplar.trace_id.to_bytes().to_vec(),
        value: Some(exemplar::Value::AsDouble(exemplar.value)),
    }
}

fn nanoseconds(time: SystemTime) -> u64 {
    let since = time.duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_nanos()).unwrap_or(u64::MAX)
}
