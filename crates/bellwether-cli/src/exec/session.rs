//! Telemetry of one run, from its start to the last flush.
//!
//! Nothing here fails: without telemetry the run goes on. Standard error belongs to the program, so no log lines are
//! written there whatever the environment says; the records leave as OTLP only.

use std::time::Duration;

use bellwether::Telemetry;
use bellwether::config::LogStream;

use crate::terminal::Terminal;

/// `service.name` where the environment gives none.
const SERVICE: &str = "bellwether-exec";
/// The longest the end may be held up.
const FLUSH: Duration = Duration::from_secs(2);

/// Telemetry, or none where it could not be started or is switched off.
pub(super) struct Session(Option<Telemetry>);

impl Session {
    /// Starts what the environment asks for. What it asks for wrongly is one warning.
    pub(super) fn start(terminal: &Terminal) -> Self {
        let started = Telemetry::builder(SERVICE)
            .log_stream(LogStream::Off)
            // The process of interest is the command, not the one that waits for it.
            .resource_metrics(false)
            .shutdown_timeout(FLUSH)
            .from_env()
            .and_then(bellwether::TelemetryBuilder::start);
        match started {
            Ok(telemetry) => Self(Some(telemetry).filter(Telemetry::is_enabled)),
            Err(error) => {
                terminal.warning(&format!("no telemetry for this run: {error}"));
                Self(None)
            }
        }
    }

    /// Whether anything is recorded.
    pub(super) const fn is_running(&self) -> bool {
        self.0.is_some()
    }

    /// Whether job metrics are wanted: `ENABLE_JOB_METRICS`.
    pub(super) fn counts_jobs(&self) -> bool {
        self.0
            .as_ref()
            .is_some_and(|telemetry| *telemetry.settings().sources.job)
    }

    /// Label `worker_id`.
    pub(super) fn worker_id(&self) -> String {
        self.0
            .as_ref()
            .and_then(|telemetry| telemetry.settings().identity.worker_id.get().clone())
            .unwrap_or_else(|| "unknown".to_owned())
    }

    /// Sends what there is. What can't be sent in time is given up, with one warning.
    pub(super) fn finish(self, terminal: &Terminal) {
        let Self(Some(telemetry)) = self else { return };
        if let Err(error) = telemetry.shutdown_blocking(FLUSH) {
            terminal.warning(&error.to_string());
        }
        // Dropping it would try, and wait, once more; the process ends here anyway.
        std::mem::forget(telemetry);
    }
}
