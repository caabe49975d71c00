//! What one collection read.

use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::metrics::v1::{Metric, ScopeMetrics};

/// All metrics of the process at one time, as OTLP has them: resource, scopes, metrics, points, exemplars. Cumulative.
///
/// From [`Telemetry::collect_metrics`](crate::Telemetry::collect_metrics) or a [`Collector`](super::Collector).
///
/// ```
/// use bellwether::metrics::Collection;
/// use bellwether::opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
///
/// let collection = Collection::from(ExportMetricsServiceRequest::default());
/// assert_eq!(collection.points(), 0);
/// assert!(collection.metrics().next().is_none());
/// ```
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Collection {
    request: ExportMetricsServiceRequest,
}

impl Collection {
    /// The message, as an OTLP exporter sends it.
    ///
    /// ```
    /// let collection = bellwether::metrics::Collection::default();
    /// assert!(collection.request().resource_metrics.is_empty());
    /// ```
    pub fn request(&self) -> &ExportMetricsServiceRequest {
        &self.request
    }

    /// The message itself.
    ///
    /// ```
    /// let collection = bellwether::metrics::Collection::default();
    /// assert!(collection.into_request().resource_metrics.is_empty());
    /// ```
    pub fn into_request(self) -> ExportMetricsServiceRequest {
        self.request
    }

    /// The metrics of each scope.
    ///
    /// ```
    /// let collection = bellwether::metrics::Collection::default();
    /// assert_eq!(collection.scopes().count(), 0);
    /// ```
    pub fn scopes(&self) -> impl Iterator<Item = &ScopeMetrics> {
        let resources = self.request.resource_metrics.iter();
        resources.flat_map(|resource| &resource.scope_metrics)
    }

    /// Every metric of every scope.
    ///
    /// ```
    /// let collection = bellwether::metrics::Collection::default();
    /// assert!(!collection.metrics().any(|metric| metric.name == "jobs_active"));
    /// ```
    pub fn metrics(&self) -> impl Iterator<Item = &Metric> {
        self.scopes().flat_map(|scope| &scope.metrics)
    }

    /// Data points: the unit in which the Collector counts metrics.
    ///
    /// ```
    /// assert_eq!(bellwether::metrics::Collection::default().points(), 0);
    /// ```
    pub fn points(&self) -> usize {
        self.metrics().map(points).sum()
    }
}

/// A message from elsewhere, such as a file or a test.
impl From<ExportMetricsServiceRequest> for Collection {
    fn from(request: ExportMetricsServiceRequest) -> Self {
        Self { request }
    }
}

fn points(metric: &Metric) -> usize {
    match &metric.data {
        Some(Data::Gauge(data)) => data.data_points.len(),
        Some(Data::Sum(data)) => data.data_points.len(),
        Some(Data::Histogram(data)) => data.data_points.len(),
        Some(Data::ExponentialHistogram(data)) => data.data_points.len(),
        Some(Data::Summary(data)) => data.data_points.len(),
        None => 0,
    }
}
