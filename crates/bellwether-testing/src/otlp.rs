//! What a plain OpenTelemetry SDK puts on the wire, in hand instead of sent.
//!
//! The SDK stamps its points with the time of collection. A test that needs an hour of history in a second collects
//! after each step of its traffic, dates the request back with [`date`] and sends it: totals keep growing along
//! the stamped times, as those of a process that ran that long would have.

use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use opentelemetry_proto::tonic::collector::metrics::v1::ExportMetricsServiceRequest;
use opentelemetry_proto::tonic::metrics::v1::Metric;
use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::metrics::data::ResourceMetrics;
use opentelemetry_sdk::metrics::exporter::PushMetricExporter;
use opentelemetry_sdk::metrics::{PeriodicReader, SdkMeterProvider, Temporality};

/// A meter provider whose measurements are collected by hand, as running totals.
///
/// ```
/// use bellwether_testing::otlp::Measurements;
/// use opentelemetry::metrics::MeterProvider;
///
/// let measurements = Measurements::of_service("api");
/// measurements.provider().meter("docs").u64_counter("jobs_total").build().add(2, &[]);
/// let request = measurements.collect();
/// assert_eq!(bellwether_testing::otlp::metrics(&request)[0].name, "jobs_total");
/// ```
#[derive(Debug)]
pub struct Measurements {
    provider: SdkMeterProvider,
    latest: Latest,
}

#[derive(Debug, Clone, Default)]
struct Latest(Arc<Mutex<Option<ExportMetricsServiceRequest>>>);

impl Measurements {
    /// For a service of this name, and with no other resource attribute.
    ///
    /// ```
    /// let measurements = bellwether_testing::otlp::Measurements::of_service("api");
    /// ```
    pub fn of_service(name: &str) -> Self {
        let latest = Latest::default();
        let resource = Resource::builder_empty().with_service_name(name.to_owned());
        // Nobody waits for the reader's own rounds.
        let reader =
            PeriodicReader::builder(latest.clone()).with_interval(Duration::from_secs(86_400));
        let provider = SdkMeterProvider::builder()
            .with_resource(resource.build())
            .with_reader(reader.build());
        Self {
            provider: provider.build(),
            latest,
        }
    }

    /// Where meters come from.
    ///
    /// ```
    /// use opentelemetry::metrics::MeterProvider;
    /// let measurements = bellwether_testing::otlp::Measurements::of_service("api");
    /// let meter = measurements.provider().meter("docs");
    /// ```
    pub fn provider(&self) -> &SdkMeterProvider {
        &self.provider
    }

    /// Everything measured so far, as the request that an exporter sends. Empty without a measurement.
    ///
    /// ```
    /// let measurements = bellwether_testing::otlp::Measurements::of_service("api");
    /// assert!(bellwether_testing::otlp::metrics(&measurements.collect()).is_empty());
    /// ```
    pub fn collect(&self) -> ExportMetricsServiceRequest {
        self.latest.0.lock().unwrap().take();
        self.provider.force_flush().unwrap();
        let collected = self.latest.0.lock().unwrap().take();
        collected.unwrap_or_default()
    }
}

impl PushMetricExporter for Latest {
    async fn export(&self, metrics: &ResourceMetrics) -> OTelSdkResult {
        *self.0.lock().unwrap() = Some(metrics.into());
        Ok(())
    }

    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }

    fn shutdown_with_timeout(&self, _timeout: Duration) -> OTelSdkResult {
        Ok(())
    }

    fn temporality(&self) -> Temporality {
        Temporality::Cumulative
    }
}

/// The metrics of all scopes of a request.
///
/// ```
/// use bellwether_testing::otlp::{Measurements, metrics};
/// let request = Measurements::of_service("api").collect();
/// assert_eq!(metrics(&request).len(), 0);
/// ```
pub fn metrics(request: &ExportMetricsServiceRequest) -> Vec<&Metric> {
    let resources = request.resource_metrics.iter();
    resources
        .flat_map(|resource| &resource.scope_metrics)
        .flat_map(|scope| &scope.metrics)
        .collect()
}

/// Gives every point these times: since when it counts, and when it was collected.
///
/// ```
/// use std::time::{Duration, SystemTime};
/// use bellwether_testing::otlp::{Measurements, date};
/// let mut request = Measurements::of_service("api").collect();
/// let now = SystemTime::now();
/// date(&mut request, now - Duration::from_secs(3600), now - Duration::from_secs(60));
/// ```
pub fn date(request: &mut ExportMetricsServiceRequest, start: SystemTime, collected: SystemTime) {
    let (start, collected) = (nanoseconds(start), nanoseconds(collected));
    let resources = request.resource_metrics.iter_mut();
    let scopes = resources.flat_map(|resource| &mut resource.scope_metrics);
    for metric in scopes.flat_map(|scope| &mut scope.metrics) {
        match &mut metric.data {
            Some(Data::Gauge(gauge)) => {
                for point in &mut gauge.data_points {
                    (point.start_time_unix_nano, point.time_unix_nano) = (start, collected);
                }
            }
            Some(Data::Sum(sum)) => {
                for point in &mut sum.data_points {
                    (point.start_time_unix_nano, point.time_unix_nano) = (start, collected);
                }
            }
            Some(Data::Histogram(histogram)) => {
                for point in &mut histogram.data_points {
                    (point.start_time_unix_nano, point.time_unix_nano) = (start, collected);
                }
            }
            other => assert!(other.is_none(), "{} cannot be dated", metric.name),
        }
    }
}

fn nanoseconds(time: SystemTime) -> u64 {
    let since = time.duration_since(UNIX_EPOCH).unwrap().as_nanos();
    u64::try_from(since).unwrap()
}
