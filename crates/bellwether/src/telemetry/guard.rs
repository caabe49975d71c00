//! The guard that a service holds for as long as it runs.

use std::time::Duration;

use opentelemetry::metrics::{Meter, MeterProvider};
use opentelemetry::trace::TracerProvider;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::metrics::SdkMeterProvider;
use opentelemetry_sdk::trace::{SdkTracer, SdkTracerProvider};
use tracing::Dispatch;

use super::builder::TelemetryBuilder;
use super::deadline;
use super::running::Running;
use crate::config::{Description, Settings};
use crate::error::Error;
use crate::export::DeliveryReport;
use crate::metrics::{CollectError, Collection, Collector, Metrics};
use crate::trace::TraceContext;

/// Running telemetry. Keep it until the end of `main`: dropping it sends what is left and ends the exporters.
///
/// ```no_run
/// use std::time::Duration;
/// use bellwether::Telemetry;
///
/// #[tokio::main]
/// async fn main() -> Result<(), bellwether::Error> {
///     let telemetry = Telemetry::builder("orchestrator").from_env()?.start()?;
///     tracing::info_span!("plan").in_scope(|| tracing::info!(sessionId = "s-1", "planned"));
///     telemetry.shutdown(Duration::from_secs(5)).await
/// }
/// ```
///
/// No method panics, and none blocks longer than the time it is given.
pub struct Telemetry {
    settings: Settings,
    running: Option<Running>,
    #[cfg(feature = "endpoint")]
    health: crate::health::HealthRegistry,
}

impl std::fmt::Debug for Telemetry {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let service = self.settings.identity.service_name.get();
        f.debug_struct("Telemetry")
            .field("service", service)
            .field("enabled", &self.is_enabled())
            .finish_non_exhaustive()
    }
}

impl Telemetry {
    pub(super) fn new(settings: Settings, running: Option<Running>) -> Self {
        #[cfg(feature = "endpoint")]
        let health = running.as_ref().map_or_else(
            || super::serving::registry(&settings),
            |running| running.health.clone(),
        );
        Self {
            settings,
            running,
            #[cfg(feature = "endpoint")]
            health,
        }
    }

    /// Starts to describe the telemetry of a service.
    ///
    /// ```
    /// use bellwether::Telemetry;
    /// let builder = Telemetry::builder("orchestrator").service_version("1.4.0");
    /// ```
    pub fn builder(service_name: impl Into<String>) -> TelemetryBuilder {
        TelemetryBuilder::new(service_name.into())
    }

    /// Whether anything is recorded at all (`OTEL_SDK_DISABLED`).
    pub fn is_enabled(&self) -> bool {
        self.running.is_some()
    }

    /// What records on this telemetry's meters; silent where it is disabled. Unless detached it is also
    /// [`Metrics::global`].
    ///
    /// ```
    /// use bellwether::Telemetry;
    /// let telemetry = Telemetry::builder("worker").disabled(true).start()?;
    /// telemetry.metrics().jobs().worker("w-1").start("render", "high").completed();
    /// # Ok::<(), bellwether::Error>(())
    /// ```
    pub fn metrics(&self) -> Metrics {
        let running = self.running.as_ref();
        running.map_or_else(Metrics::silent, |running| running.metrics.clone())
    }

    /// What is in force, and where each value came from. Secrets are redacted.
    ///
    /// ```
    /// use bellwether::Telemetry;
    /// let telemetry = Telemetry::builder("orchestrator").disabled(true).start()?;
    /// println!("{}", telemetry.describe());
    /// # Ok::<(), bellwether::Error>(())
    /// ```
    pub fn describe(&self) -> Description {
        self.settings.describe()
    }

    /// The settings in force.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The resource on every signal; empty when disabled.
    pub fn resource(&self) -> Resource {
        self.running.as_ref().map_or_else(
            || Resource::builder_empty().build(),
            |running| running.resource.clone(),
        )
    }

    /// What became of everything recorded so far. Reads a few atomics.
    pub fn delivery(&self) -> DeliveryReport {
        self.running
            .as_ref()
            .map(Running::report)
            .unwrap_or_default()
    }

    /// The alerts that are evaluated; `None` when disabled.
    #[cfg(feature = "alerts")]
    pub fn alerts(&self) -> Option<&crate::alerts::Alerts> {
        self.running.as_ref()?.alerts.as_ref()
    }

    /// The components of the service, to add to. They are checked also where telemetry is disabled.
    ///
    /// ```
    /// use bellwether::Telemetry;
    /// use bellwether::health::{CheckResult, Criticality};
    ///
    /// let telemetry = Telemetry::builder("orchestrator").disabled(true).start()?;
    /// telemetry.health().register("redis", Criticality::Optional, || async { CheckResult::healthy() })?;
    /// # Ok::<(), bellwether::Error>(())
    /// ```
    #[cfg(feature = "endpoint")]
    pub fn health(&self) -> &crate::health::HealthRegistry {
        &self.health
    }

    /// `/metrics`, `/health`, `/ready` and `/live`, to mount in the service's own axum app. Works also where telemetry is
    /// disabled: there are no metrics then.
    ///
    /// ```
    /// use bellwether::Telemetry;
    ///
    /// let telemetry = Telemetry::builder("orchestrator").disabled(true).start()?;
    /// let app: axum::Router = axum::Router::new().merge(telemetry.router());
    /// # Ok::<(), bellwether::Error>(())
    /// ```
    #[cfg(feature = "endpoint")]
    pub fn router<S: Clone + Send + Sync + 'static>(&self) -> axum::Router<S> {
        let collector = self.metric_collector().cloned();
        crate::endpoint::router(&self.settings.endpoint.path, &self.health, collector)
    }

    /// Where `/metrics` and health are served; `None` where they are not. Says which port it is that `METRICS_PORT=0` chose.
    ///
    /// ```
    /// use bellwether::Telemetry;
    /// use bellwether::config::Exporter;
    ///
    /// let telemetry = Telemetry::builder("orchestrator")
    ///     .traces_exporter(Exporter::None).metrics_exporter(Exporter::None).logs_exporter(Exporter::None)
    ///     .metrics_port(0).detached().start()?;
    /// assert!(telemetry.metrics_address().expect("it listens").ip().is_loopback());
    /// # Ok::<(), bellwether::Error>(())
    /// ```
    #[cfg(feature = "endpoint")]
    pub fn metrics_address(&self) -> Option<std::net::SocketAddr> {
        let running = self.running.as_ref()?;
        running.server.as_ref().map(|server| server.address())
    }

    /// A meter for instruments of one's own. `opentelemetry::global::meter` gives the same once started.
    ///
    /// A callback of an observable instrument that panics is caught and counted
    /// (`bellwether_callback_panics_total`): its instrument has no value that time.
    pub fn meter(&self, name: &'static str) -> Meter {
        match &self.running {
            Some(running) => running.guarded_meters.meter(name),
            None => opentelemetry::metrics::noop::NoopMeterProvider::new().meter(name),
        }
    }

    /// A tracer for plain OpenTelemetry spans; `None` when disabled.
    pub fn tracer(&self, name: &'static str) -> Option<SdkTracer> {
        self.running
            .as_ref()
            .map(|running| running.tracers.tracer(name))
    }

    /// Spans begun and ended by hand, on this telemetry; makes none when disabled. `TraceContext::global()` gives the same
    /// once started and not detached.
    ///
    /// ```
    /// use bellwether::Telemetry;
    /// use bellwether::trace::SpanKind;
    /// let telemetry = Telemetry::builder("orchestrator").disabled(true).start()?;
    /// let session = telemetry.traces().start_trace("session", SpanKind::Server);
    /// # Ok::<(), bellwether::Error>(())
    /// ```
    pub fn traces(&self) -> TraceContext {
        self.running
            .as_ref()
            .map(|running| running.traces.clone())
            .unwrap_or_default()
    }

    /// The provider of spans; `None` when disabled.
    pub fn tracer_provider(&self) -> Option<&SdkTracerProvider> {
        self.running.as_ref().map(|running| &running.tracers)
    }

    /// The provider of metrics; `None` when disabled. A callback that is registered here, and not at a
    /// [`meter`](Self::meter), ends all metrics when it panics.
    pub fn meter_provider(&self) -> Option<&SdkMeterProvider> {
        self.running.as_ref().map(|running| &running.meters)
    }

    /// Reads all metrics now: cumulative, with exemplars, as they would be exported. Empty when metrics are off.
    ///
    /// Works from any thread, at any time, also where nothing is exported (`OTEL_METRICS_EXPORTER=none`), and takes
    /// nothing away from exports. Runs the callbacks of observable instruments.
    ///
    /// # Errors
    /// Telemetry has been shut down, or a callback that was registered at the [provider](Self::meter_provider) has
    /// panicked.
    ///
    /// ```
    /// use bellwether::Telemetry;
    /// use bellwether::config::Exporter;
    ///
    /// let telemetry = Telemetry::builder("orchestrator").metrics_exporter(Exporter::None).detached().start()?;
    /// telemetry.meter("docs").u64_counter("uploads_total").build().add(1, &[]);
    /// let collection = telemetry.collect_metrics().expect("telemetry runs");
    /// assert!(collection.metrics().any(|metric| metric.name == "uploads_total"));
    /// # Ok::<(), bellwether::Error>(())
    /// ```
    pub fn collect_metrics(&self) -> Result<Collection, CollectError> {
        match &self.running {
            Some(running) if *self.settings.metrics.enabled => running.collector.collect_now(),
            _ => Ok(Collection::default()),
        }
    }

    /// The reader of the process's metrics, for exemplars and filters of one's own; `None` when metrics are off.
    ///
    /// ```
    /// let telemetry = bellwether::Telemetry::builder("orchestrator").disabled(true).start()?;
    /// assert!(telemetry.metric_collector().is_none());
    /// # Ok::<(), bellwether::Error>(())
    /// ```
    pub fn metric_collector(&self) -> Option<&Collector> {
        let running = self.running.as_ref()?;
        self.settings.metrics.enabled.then_some(&running.collector)
    }

    /// The `tracing` subscriber, for `tracing::dispatcher::with_default` where telemetry is
    /// [detached](TelemetryBuilder::detached). A subscriber of nothing when disabled.
    pub fn dispatch(&self) -> Dispatch {
        self.running
            .as_ref()
            .map_or_else(Dispatch::none, |running| running.dispatch.clone())
    }

    /// Observes a tokio runtime: lag, workers, tasks, queue; see [`resources::runtime`](crate::resources::runtime).
    ///
    /// The runtime that [`start`](super::TelemetryBuilder::start) is called on is observed already, and one that is
    /// observed is not observed twice. Does nothing where `METRICS_COLLECT_DEFAULT` is false, and beyond 16 runtimes. The label
    /// `runtime` is the runtime's name, else `main`; a name that is taken gets a number.
    ///
    /// ```
    /// use bellwether::Telemetry;
    ///
    /// let telemetry = Telemetry::builder("worker").disabled(true).start()?;
    /// let runtime = tokio::runtime::Runtime::new().expect("threads");
    /// telemetry.observe_runtime(runtime.handle());
    /// # Ok::<(), bellwether::Error>(())
    /// ```
    #[cfg(feature = "resources")]
    pub fn observe_runtime(&self, runtime: &tokio::runtime::Handle) {
        if let Some(running) = self.live() {
            running.observers.observe_runtime(runtime);
        }
    }

    /// Sends what is queued. Fails when that takes longer than `within`, or something was given up.
    ///
    /// Works on any executor and may be dropped at any time.
    pub async fn flush(&self, within: Duration) -> Result<(), Error> {
        match self.live() {
            Some(running) => deadline::run_async(running.flush_work(within), within).await,
            None => Ok(()),
        }
    }

    /// As [`flush`](Self::flush), blocking the thread. Safe to call on a runtime's thread.
    pub fn flush_blocking(&self, within: Duration) -> Result<(), Error> {
        match self.live() {
            Some(running) => deadline::run(running.flush_work(within), within),
            None => Ok(()),
        }
    }

    /// Sends what is queued and ends the exporters. The second call does nothing. Recording goes on being harmless.
    pub async fn shutdown(&self, within: Duration) -> Result<(), Error> {
        match self.live() {
            Some(running) => deadline::run_async(running.shutdown_work(within), within).await,
            None => Ok(()),
        }
    }

    /// As [`shutdown`](Self::shutdown), blocking the thread. Safe to call on a runtime's thread.
    pub fn shutdown_blocking(&self, within: Duration) -> Result<(), Error> {
        match self.live() {
            Some(running) => deadline::run(running.shutdown_work(within), within),
            None => Ok(()),
        }
    }

    fn live(&self) -> Option<&Running> {
        self.running.as_ref().filter(|running| !running.has_ended())
    }
}

impl Drop for Telemetry {
    fn drop(&mut self) {
        // Nobody is left to tell; the counts have gone out with the last metrics.
        let _ = self.shutdown_blocking(*self.settings.shutdown_timeout);
    }
}
