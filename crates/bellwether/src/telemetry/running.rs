//! The three pipelines of one running [`Telemetry`](super::Telemetry).

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use opentelemetry::metrics::MeterProvider;
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::{OTelSdkError, OTelSdkResult};
use opentelemetry_sdk::metrics::SdkMeterProvider;
use opentelemetry_sdk::trace::SdkTracerProvider;
use tracing::Dispatch;
use tracing_subscriber::layer::SubscriberExt;

use super::deadline::Work;
use super::self_metrics;
#[cfg(feature = "endpoint")]
use super::serving;
#[cfg(feature = "alerts")]
use crate::alerts::setup::{Prepared, Surroundings};
use crate::config::{Environment, Settings};
use crate::error::Error;
use crate::export::{
    self, Delivery, DeliveryReport, ExportRuntime, FileCounts, MetricExports, SignalDelivery,
};
use crate::logs::{self, LogPipeline};
use crate::metrics::collect::Flush;
use crate::metrics::generated::labels::{LossCause, Signal};
use crate::metrics::{Collector, GuardedMeters, Metrics, Selection};
use crate::trace::{self, SpanStatistics, TraceContext};

/// Everything that is started, with the means to end it.
pub(super) struct Running {
    pub(super) settings: Settings,
    pub(super) tracers: SdkTracerProvider,
    pub(super) traces: TraceContext,
    /// `None` where nothing is exported; before the provider, which it collects from when it is dropped.
    exports: Option<Arc<MetricExports>>,
    pub(super) meters: SdkMeterProvider,
    pub(super) guarded_meters: GuardedMeters,
    pub(super) collector: Collector,
    /// The recorders' series on it.
    pub(super) metrics: Metrics,
    pub(super) dispatch: Dispatch,
    pub(super) resource: Resource,
    logs: LogPipeline,
    counts: Arc<Counts>,
    #[cfg(feature = "resources")]
    pub(super) observers: Arc<super::observers::Observers>,
    #[cfg(feature = "alerts")]
    pub(super) alerts: Option<crate::alerts::Alerts>,
    #[cfg(feature = "endpoint")]
    pub(super) health: crate::health::HealthRegistry,
    #[cfg(feature = "endpoint")]
    pub(super) server: Option<Arc<crate::endpoint::Server>>,
    ended: AtomicBool,
    /// Last, so that it outlives the exporters that depend on it.
    _runtime: ExportRuntime,
}

/// What the pipelines count, shared with the self-metrics.
pub(super) struct Counts {
    spans: SpanStatistics,
    logs: LogPipeline,
    traces: Delivery,
    metrics: Delivery,
    log_records: Delivery,
    pub(super) metric_files: FileCounts,
}

impl Counts {
    pub(super) fn report(&self) -> DeliveryReport {
        let spans = self.spans.counts();
        let sampled = spans
            .ended
            .saturating_sub(spans.not_sampled + spans.unexported);
        DeliveryReport {
            traces: self.traces.read(sampled, spans.queue_full),
            metrics: self.metrics.read(0, 0),
            logs: self.logs(),
            log_lines_dropped: self.logs.dropped().dropped(),
        }
    }

    /// What was lost, by signal and cause.
    pub(super) fn losses(&self) -> Vec<(Signal, LossCause, u64)> {
        let report = self.report();
        let signals = [
            (Signal::Traces, &self.traces, report.traces),
            (Signal::Metrics, &self.metrics, report.metrics),
            (Signal::Logs, &self.log_records, report.logs),
        ];
        let mut losses = Vec::new();
        for (signal, delivery, counts) in signals {
            losses.extend(
                delivery
                    .causes()
                    .map(|(cause, items)| (signal, cause, items)),
            );
            if counts.dropped > 0 {
                losses.push((signal, LossCause::QueueFull, counts.dropped));
            }
        }
        losses
    }

    fn logs(&self) -> SignalDelivery {
        let dropped = self.logs.records_dropped();
        self.log_records.read(self.logs.submitted(), dropped)
    }

    /// Says also what was given up meanwhile: a shutdown of the SDK is content with having tried.
    fn sending(
        &self,
        signal: &str,
        of: fn(&DeliveryReport) -> SignalDelivery,
        send: impl FnOnce() -> Result<(), String>,
    ) -> Result<(), String> {
        let failed_before = of(&self.report()).failed;
        let result = send();
        let given_up = of(&self.report()).failed.saturating_sub(failed_before);
        if result.is_ok() && given_up > 0 {
            return Err(format!("{signal}: {given_up} were given up"));
        }
        result
    }

    /// As [`sending`](Self::sending). The pipeline may fail over its lines alone, which are no delivery.
    fn sending_logs(&self, send: impl FnOnce() -> bool) -> Result<(), String> {
        self.sending(
            "logs",
            |report| report.logs,
            || {
                if send() || self.logs().waiting == 0 {
                    return Ok(());
                }
                Err("logs: not all were sent".to_owned())
            },
        )
    }

    fn sending_traces(&self, send: impl FnOnce() -> OTelSdkResult) -> Result<(), String> {
        self.sending("traces", |report| report.traces, || said("traces", send()))
    }

    fn sending_metrics(&self, send: impl FnOnce() -> OTelSdkResult) -> Result<(), String> {
        self.sending(
            "metrics",
            |report| report.metrics,
            || said("metrics", send()),
        )
    }
}

impl Running {
    /// Builds all of it. Nothing global is touched.
    pub(super) fn build(
        settings: Settings,
        resource: Resource,
        environment: &dyn Environment,
    ) -> Result<Self, Error> {
        #[cfg(feature = "alerts")]
        let alerts = prepare_alerts(&settings, environment)?;
        #[cfg(not(feature = "alerts"))]
        let _ = environment;
        #[cfg(feature = "endpoint")]
        let listener = serving::bind(&settings)?;
        let runtime = ExportRuntime::start()?;
        let (traces, metrics, log_records) = (
            Delivery::default(),
            Delivery::default(),
            Delivery::default(),
        );

        let collector = Collector::new();
        let metric_files = FileCounts::default();
        let sinks = export::metric_sinks(
            &settings.metrics,
            &runtime,
            &metrics,
            &metric_files,
            &collector,
            &settings.identity.service_name,
        )?;
        let span_exporter = export::traces(&settings.traces, &runtime, &traces)?;
        let log_exporter = export::logs(&settings.logs, &runtime, &log_records)?;

        let meters = meter_provider(&settings, &resource, &collector);
        let guarded_meters = GuardedMeters::new(meters.clone());
        let logs = logs::pipeline(&settings.logs, resource.clone(), log_exporter)?;
        let (tracer_provider, statistics, by_hand) = trace::provider(
            &settings.traces,
            resource.clone(),
            span_exporter,
            Some(logs.span_processor()),
        );

        let counts = Arc::new(Counts {
            spans: statistics,
            logs: logs.clone(),
            traces,
            metrics,
            log_records,
            metric_files,
        });
        self_metrics::register(&guarded_meters, &counts);
        let exports = if sinks.is_empty() {
            None
        } else {
            let (interval, timeout) = (*settings.metrics.interval, *settings.metrics.timeout);
            Some(MetricExports::start(&collector, sinks, interval, timeout)?)
        };
        let metrics = recorded(&guarded_meters, &settings);
        collector.add_exemplars(metrics.asked());
        collector.add_filter(metrics.asked());
        #[cfg(feature = "resources")]
        let observers = Arc::new(super::observers::Observers::start(
            &settings,
            guarded_meters.meter("bellwether"),
            metrics.selection(),
        ));
        #[cfg(feature = "endpoint")]
        let (health, server) =
            serving::start(listener, &settings, &collector, &guarded_meters, &counts)?;
        let subscriber = tracing_subscriber::registry()
            .with(trace::layer(&tracer_provider, trace::DEFAULT_SPAN_LEVEL))
            .with(logs.layer());
        let dispatch = Dispatch::new(subscriber);
        #[cfg(feature = "alerts")]
        let alerts = match (alerts, runtime.handle()) {
            (Some(prepared), Some(handle)) => Some(prepared.start(Surroundings {
                collector: &collector,
                meter: &guarded_meters.meter("bellwether"),
                dispatch: dispatch.clone(),
                events: logs.provider().clone(),
                runtime: handle,
                service: settings.identity.service_name.get(),
            })?),
            _ => None,
        };
        Ok(Self {
            settings,
            tracers: tracer_provider,
            traces: by_hand,
            exports,
            meters,
            guarded_meters,
            collector,
            metrics,
            dispatch,
            resource,
            logs,
            counts,
            #[cfg(feature = "resources")]
            observers,
            #[cfg(feature = "alerts")]
            alerts,
            #[cfg(feature = "endpoint")]
            health,
            #[cfg(feature = "endpoint")]
            server,
            ended: AtomicBool::new(false),
            _runtime: runtime,
        })
    }

    pub(super) fn report(&self) -> DeliveryReport {
        self.counts.report()
    }

    pub(super) fn has_ended(&self) -> bool {
        self.ended.load(Ordering::Acquire)
    }

    fn counts_thrice(&self) -> [Arc<Counts>; 3] {
        std::array::from_fn(|_| Arc::clone(&self.counts))
    }

    /// What a flush consists of: each signal on its own, so that one that hangs does not hold up the others.
    pub(super) fn flush_work(&self, within: Duration) -> Vec<Work> {
        let (tracers, logs) = (self.tracers.clone(), self.logs.clone());
        let exports = self.exports.clone();
        let [for_traces, for_metrics, for_logs] = self.counts_thrice();
        vec![
            Box::new(move || for_traces.sending_traces(|| tracers.force_flush())),
            Box::new(move || {
                for_metrics
                    .sending_metrics(|| exports.map_or(Ok(()), |exports| exports.flush(within)))
            }),
            Box::new(move || for_logs.sending_logs(|| logs.flush(within))),
        ]
    }

    /// What a shutdown consists of; none the second time.
    pub(super) fn shutdown_work(&self, within: Duration) -> Vec<Work> {
        if self.ended.swap(true, Ordering::AcqRel) {
            return Vec::new();
        }
        let (tracers, meters, logs) =
            (self.tracers.clone(), self.meters.clone(), self.logs.clone());
        let [for_traces, for_metrics, for_logs] = self.counts_thrice();
        let exports = self.exports.clone();
        let by_hand = self.traces.clone();
        #[cfg(feature = "resources")]
        let observers = Arc::clone(&self.observers);
        #[cfg(feature = "alerts")]
        let alerts = self.alerts.clone();
        #[cfg(feature = "endpoint")]
        let (server, for_metrics_end) = (self.server.clone(), self.server.clone());
        #[cfg(feature = "endpoint")]
        let health = self.health.clone();
        #[cfg(feature = "endpoint")]
        health.begin_end();
        vec![
            #[cfg(feature = "endpoint")]
            Box::new(move || {
                serving::end_server(server.as_deref(), within);
                health.end();
                Ok(())
            }),
            #[cfg(feature = "alerts")]
            Box::new(move || alerts.map_or(Ok(()), |alerts| alerts.end(within))),
            Box::new(move || {
                // Once the provider is shut down, what is still open would be lost.
                by_hand.end_live_spans();
                for_traces.sending_traces(|| tracers.shutdown_with_timeout(within))
            }),
            Box::new(move || {
                for_metrics.sending_metrics(|| {
                    let ended = exports.map_or(Ok(()), |exports| exports.end(within));
                    // Answers under way still need the metrics.
                    #[cfg(feature = "endpoint")]
                    serving::end_server(for_metrics_end.as_deref(), within);
                    // What is left of it has nothing to send.
                    let _ = meters.shutdown_with_timeout(within);
                    #[cfg(feature = "resources")]
                    observers.end();
                    ended
                })
            }),
            Box::new(move || for_logs.sending_logs(|| logs.shutdown(within))),
        ]
    }
}

/// Rules and receivers, where alerts are on and there are metrics to look at.
#[cfg(feature = "alerts")]
fn prepare_alerts(
    settings: &Settings,
    environment: &dyn Environment,
) -> Result<Option<Prepared>, Error> {
    if !*settings.alerting.enabled || !*settings.metrics.enabled {
        return Ok(None);
    }
    Prepared::read(&settings.alerting, environment).map(Some)
}

/// What recorders record into.
fn recorded(meters: &GuardedMeters, settings: &Settings) -> Metrics {
    let metrics = Metrics::with_selection(&meters.meter("bellwether"), selection(settings));
    if let Some(id) = settings.identity.worker_id.as_ref() {
        metrics.tell_worker_id(id.clone());
    }
    metrics
}

/// The provider, with the one reader.
fn meter_provider(
    settings: &Settings,
    resource: &Resource,
    collector: &Collector,
) -> SdkMeterProvider {
    let mut meters = SdkMeterProvider::builder().with_resource(resource.clone());
    if *settings.metrics.enabled {
        // Read also where nothing is sent: metrics may be asked for.
        meters = meters
            .with_reader(collector.clone())
            .with_view(collector.view());
    }
    meters.build()
}

/// Which metrics recorders feed.
fn selection(settings: &Settings) -> Selection {
    let mut selection = Selection::only(settings.metrics.families.iter().copied());
    if !*settings.sources.job {
        selection = selection.without_jobs();
    }
    if !*settings.sources.api {
        selection = selection.without_requests();
    }
    selection
}

fn said(signal: &str, result: OTelSdkResult) -> Result<(), String> {
    match result {
        Ok(()) | Err(OTelSdkError::AlreadyShutdown) => Ok(()),
        Err(error) => Err(format!("{signal}: {error}")),
    }
}
