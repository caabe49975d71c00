//! A role's telemetry: started once, ended with its own count of what it delivered.

use std::time::Duration;

use bellwether::Telemetry;
use bellwether::health::{CheckResult, Criticality};

use super::wire::{Sent, Signal};
use crate::exit::Failure;

/// How long a role takes at most to send what is left. Shorter than what the demo waits for its roles.
const SHUTDOWN: Duration = Duration::from_secs(5);

/// Running telemetry of this process.
pub(super) struct Running(Telemetry);

impl Running {
    /// Starts traces, metrics and logs from the environment.
    pub(super) fn start(service: &'static str) -> Result<Self, Failure> {
        Telemetry::builder(service)
            .from_env()
            .and_then(bellwether::TelemetryBuilder::start)
            .map(Self)
            .map_err(|error| Failure::new(error.to_string()))
    }

    /// Adds a component to the health of this process.
    pub(super) fn check(
        &self,
        component: &str,
        criticality: Criticality,
        check: impl Fn() -> CheckResult + Send + Sync + 'static,
    ) -> Result<(), Failure> {
        let check = move || std::future::ready(check());
        self.0
            .health()
            .register(component, criticality, check)
            .map_err(|error| Failure::new(error.to_string()))
    }

    /// Sends what is left and answers what was delivered. A failure is in the counts, which is all there is to say.
    pub(super) async fn finish(self) -> Sent {
        let _ = self.0.shutdown(SHUTDOWN).await;
        let report = self.0.delivery();
        let signal = |counts: bellwether::SignalDelivery| Signal {
            delivered: counts.sent,
            lost: counts.failed + counts.dropped,
        };
        Sent {
            spans: signal(report.traces),
            metric_points: signal(report.metrics),
            log_records: signal(report.logs),
        }
    }
}
