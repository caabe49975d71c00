//! Series that have ended leave the collections.
//!
//! The SDK keeps a series for life once it is cumulative. A session that is over, or a worker that is gone, would be
//! exported until the process ends; whoever knows that it ended says so here.

use opentelemetry_proto::tonic::common::v1::KeyValue;
use opentelemetry_proto::tonic::metrics::v1::Metric;
use opentelemetry_proto::tonic::metrics::v1::metric::Data;

/// Says which series still live.
///
/// ```
/// use bellwether::metrics::SeriesFilter;
/// use bellwether::opentelemetry_proto::tonic::common::v1::KeyValue;
///
/// /// Keeps all but those of a worker.
/// struct Without(&'static str);
/// impl SeriesFilter for Without {
///     fn keep(&self, _metric: &str, attributes: &[KeyValue]) -> bool {
///         !attributes.iter().any(|attribute| attribute.key == self.0)
///     }
/// }
/// assert!(Without("worker_id").keep("jobs_active", &[]));
/// ```
pub trait SeriesFilter: Send + Sync {
    /// Whether the series of this metric with these attributes, in any order, is still exported. Called once a point and
    /// collection, so a metric that is not the filter's own should be told by its name.
    fn keep(&self, metric: &str, attributes: &[KeyValue]) -> bool;
}

/// Removes the points that the filter does not keep. True where some are left.
pub(super) fn retain(metric: &mut Metric, filter: &dyn SeriesFilter) -> bool {
    let name = metric.name.as_str();
    macro_rules! retain {
        ($points:expr) => {{
            $points.retain(|point| filter.keep(name, &point.attributes));
            !$points.is_empty()
        }};
    }
    match &mut metric.data {
        Some(Data::Gauge(data)) => retain!(data.data_points),
        Some(Data::Sum(data)) => retain!(data.data_points),
        Some(Data::Histogram(data)) => retain!(data.data_points),
        Some(Data::ExponentialHistogram(data)) => retain!(data.data_points),
        Some(Data::Summary(data)) => retain!(data.data_points),
        None => false,
    }
}
