//! The three pipelines of one running [`Telemetry`](super::Telemetry).

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::{OTelSdkError, OTelSdkResult};
use opentelemetry_sdk::metrics::{PeriodicReader, SdkMeterProvider};
use opentelemetry_sdk::trace::SdkTracerProvider;
use tracing::Dispatch;
use tracing_subscriber::layer::SubscriberExt;

use super::deadline::Work;
use super::self_metrics;
use crate::config::Settings;
use crate::error::Error;
use crate::export::{self, Delivery, DeliveryReport, ExportRuntime};
use crate::logs::{self, LogPipeline};
use crate::trace::{self, SpanStatistics, TraceContext};

/// Everything that is started, with the means to end it.
pub(super) struct Running {
    pub(super) settings: Settings,
    pub(super) tracers: SdkTracerProvider,
    pub(super) traces: TraceContext,
    pub(super) meters: SdkMeterProvider,
    pub(super) dispatch: Dispatch,
    pub(super) resource: Resource,
    logs: LogPipeline,
    counts: Arc<Counts>,
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
}

impl Counts {
    pub(super) fn report(&self) -> DeliveryReport {
        DeliveryReport {
            traces: self.traces.read(self.spans.counts().queue_full),
            metrics: self.metrics.read(0),
            logs: self.log_records.read(0),
            log_lines_dropped: self.logs.dropped().dropped(),
        }
    }

    /// Log records that were submitted but neither sent nor given up: waiting, or dropped by a full queue.
    fn unsettled_logs(&self) -> u64 {
        let records = self.log_records.read(0);
        self.logs
            .submitted()
            .saturating_sub(records.sent + records.failed)
    }
}

impl Running {
    /// Builds all of it. Nothing global is touched.
    pub(super) fn build(settings: Settings, resource: Resource) -> Result<Self, Error> {
        let runtime = ExportRuntime::start()?;
        let (traces, metrics, log_records) = (
            Delivery::default(),
            Delivery::default(),
            Delivery::default(),
        );

        let metric_exporter = export::metrics(&settings.metrics, &runtime, &metrics)?;
        let span_exporter = export::traces(&settings.traces, &runtime, &traces)?;
        let log_exporter = export::logs(&settings.logs, &runtime, &log_records)?;

        let mut meters = SdkMeterProvider::builder().with_resource(resource.clone());
        if let Some(exporter) = metric_exporter {
            let reader = PeriodicReader::builder(exporter)
                .with_interval(*settings.metrics.interval)
                .build();
            meters = meters.with_reader(reader);
        }
        let meters = meters.build();
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
        });
        self_metrics::register(&meters, &counts);
        let subscriber = tracing_subscriber::registry()
            .with(trace::layer(&tracer_provider, trace::DEFAULT_SPAN_LEVEL))
            .with(logs.layer());
        Ok(Self {
            settings,
            tracers: tracer_provider,
            traces: by_hand,
            meters,
            dispatch: Dispatch::new(subscriber),
            resource,
            logs,
            counts,
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

    /// What a flush consists of: each signal on its own, so that one that hangs does not hold up the others.
    pub(super) fn flush_work(&self, within: Duration) -> Vec<Work> {
        let (tracers, meters, logs) =
            (self.tracers.clone(), self.meters.clone(), self.logs.clone());
        let counts = Arc::clone(&self.counts);
        vec![
            Box::new(move || said("traces", tracers.force_flush())),
            Box::new(move || said("metrics", meters.force_flush())),
            Box::new(move || {
                let flushed = logs.flush(within);
                if flushed || counts.unsettled_logs() == 0 {
                    Ok(())
                } else {
                    Err("logs: not all were sent".to_owned())
                }
            }),
        ]
    }

    /// What a shutdown consists of; none the second time.
    pub(super) fn shutdown_work(&self, within: Duration) -> Vec<Work> {
        if self.ended.swap(true, Ordering::AcqRel) {
            return Vec::new();
        }
        let (tracers, meters, logs) =
            (self.tracers.clone(), self.meters.clone(), self.logs.clone());
        let counts = Arc::clone(&self.counts);
        let by_hand = self.traces.clone();
        vec![
            Box::new(move || {
                // Once the provider is shut down, what is still open would be lost.
                by_hand.end_live_spans();
                said("traces", tracers.shutdown_with_timeout(within))
            }),
            Box::new(move || said("metrics", meters.shutdown_with_timeout(within))),
            Box::new(move || {
                let shut = logs.shutdown(within);
                if shut || counts.unsettled_logs() == 0 {
                    Ok(())
                } else {
                    Err("logs: not all were sent".to_owned())
                }
            }),
        ]
    }
}

fn said(signal: &str, result: OTelSdkResult) -> Result<(), String> {
    match result {
        Ok(()) | Err(OTelSdkError::AlreadyShutdown) => Ok(()),
        Err(error) => Err(format!("{signal}: {error}")),
    }
}
