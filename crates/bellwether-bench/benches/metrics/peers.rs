//! Providers and labels that several comparisons share.

use std::sync::Arc;

use bellwether::metrics::Metrics;
use bellwether::metrics::generated::labels::{AgentType, ExecutionStatus, Phase};
use opentelemetry::KeyValue;
use opentelemetry::metrics::{Meter, MeterProvider};
use opentelemetry_sdk::metrics::reader::MetricReader;
use opentelemetry_sdk::metrics::{ManualReader, SdkMeterProvider};

/// A reader that both a provider and a benchmark hold.
#[derive(Debug, Clone)]
pub(crate) struct Shared(pub(crate) Arc<ManualReader>);

impl MetricReader for Shared {
    fn register_pipeline(&self, pipeline: std::sync::Weak<opentelemetry_sdk::metrics::Pipeline>) {
        self.0.register_pipeline(pipeline);
    }
    fn collect(
        &self,
        metrics: &mut opentelemetry_sdk::metrics::data::ResourceMetrics,
    ) -> opentelemetry_sdk::error::OTelSdkResult {
        self.0.collect(metrics)
    }
    fn force_flush(&self) -> opentelemetry_sdk::error::OTelSdkResult {
        Ok(())
    }
    fn shutdown_with_timeout(
        &self,
        within: std::time::Duration,
    ) -> opentelemetry_sdk::error::OTelSdkResult {
        self.0.shutdown_with_timeout(within)
    }
    fn temporality(
        &self,
        kind: opentelemetry_sdk::metrics::InstrumentKind,
    ) -> opentelemetry_sdk::metrics::Temporality {
        self.0.temporality(kind)
    }
}

pub(crate) struct Provider {
    pub(crate) provider: SdkMeterProvider,
}

impl Provider {
    pub(crate) fn new() -> Self {
        let reader = Shared(Arc::new(ManualReader::default()));
        Self {
            provider: SdkMeterProvider::builder().with_reader(reader).build(),
        }
    }

    pub(crate) fn meter(&self) -> Meter {
        self.provider.meter("bench")
    }

    pub(crate) fn metrics(&self) -> Metrics {
        Metrics::new(&self.meter())
    }
}

pub(crate) const LABELS: (AgentType, Phase, ExecutionStatus) =
    (AgentType::Coder, Phase::Code, ExecutionStatus::Success);

pub(crate) const KEYS: [&str; 3] = ["agent_type", "phase", "status"];
pub(crate) const VALUES: [&str; 3] = ["coder", "code", "success"];

pub(crate) fn attributes() -> [KeyValue; 3] {
    [
        KeyValue::new("agent_type", "coder"),
        KeyValue::new("phase", "code"),
        KeyValue::new("status", "success"),
    ]
}
