//! How the whole service is: its components rolled up, and the answer as JSON.

use std::time::{Duration, SystemTime};

use serde_json::{Map, Value, json};

use super::component::ComponentHealth;
use super::status::{Criticality, Status};
use super::vitals::Vitals;

/// All components at one time.
///
/// Unhealthy where a critical component is unhealthy; degraded where any other component is, or one is degraded.
///
/// ```
/// use bellwether::health::{HealthRegistry, Status};
///
/// # tokio::runtime::Runtime::new().expect("threads").block_on(async {
/// let report = HealthRegistry::new().report().await;
/// assert_eq!(report.status, Status::Healthy);
/// assert_eq!(report.to_json()["status"], "healthy");
/// # });
/// ```
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct HealthReport {
    /// The roll-up.
    pub status: Status,
    /// `service.version`, or `unknown`.
    pub version: String,
    /// Since telemetry started.
    pub uptime: Duration,
    /// When the answer was made.
    pub timestamp: SystemTime,
    /// The components, in the order in which they were registered.
    pub components: Vec<ComponentHealth>,
    /// Figures about the process.
    pub vitals: Vitals,
}

pub(super) fn roll_up(components: &[ComponentHealth]) -> Status {
    let weighed =
        components.iter().map(
            |component| match (component.criticality, component.status) {
                (Criticality::Optional, Status::Unhealthy) => Status::Degraded,
                (_, status) => status,
            },
        );
    weighed.max().unwrap_or(Status::Healthy)
}

impl HealthReport {
    /// A component by its name.
    ///
    /// ```
    /// # tokio::runtime::Runtime::new().expect("threads").block_on(async {
    /// let report = bellwether::health::HealthRegistry::new().report().await;
    /// assert!(report.component("redis").is_none());
    /// # });
    /// ```
    pub fn component(&self, name: &str) -> Option<&ComponentHealth> {
        self.components
            .iter()
            .find(|component| component.name == name)
    }

    /// The answer of `/health`, as orchestrators give it: `status`, `version`, `uptime` (seconds), `timestamp`,
    /// `components` by name and `metrics`. Latencies are milliseconds, times ISO 8601; what a check did not say is left
    /// out, and a figure that is not known is `null`.
    ///
    /// ```
    /// # tokio::runtime::Runtime::new().expect("threads").block_on(async {
    /// let answer = bellwether::health::HealthRegistry::new().report().await.to_json();
    /// assert!(answer["metrics"]["activeSessions"].is_null());
    /// # });
    /// ```
    pub fn to_json(&self) -> Value {
        let components: Map<String, Value> = self
            .components
            .iter()
            .map(|component| (component.name.clone(), of_component(component)))
            .collect();
        let uptime = rounded(self.uptime.as_secs_f64());
        json!({
            "status": self.status.as_str(),
            "version": self.version,
            "uptime": uptime,
            "timestamp": iso(self.timestamp),
            "components": components,
            "metrics": {
                "activeSessions": self.vitals.active_sessions,
                "queuedTasks": self.vitals.queued_tasks,
                "memoryUsageMB": self.vitals.memory_bytes.map(|bytes| rounded(bytes / (1024.0 * 1024.0))),
                "cpuUsagePercent": self.vitals.cpu_percent.map(rounded),
                "uptimeSeconds": uptime,
            },
        })
    }
}

fn of_component(component: &ComponentHealth) -> Value {
    let mut object = Map::new();
    object.insert("name".to_owned(), component.name.clone().into());
    object.insert("status".to_owned(), component.status.as_str().into());
    if let Some(latency) = component.latency {
        let latency = rounded(latency.as_secs_f64() * 1000.0);
        object.insert("latency".to_owned(), latency.into());
    }
    if let Some(message) = &component.message {
        object.insert("message".to_owned(), message.clone().into());
    }
    object.insert("lastCheck".to_owned(), iso(component.last_check).into());
    if !component.metadata.is_empty() {
        object.insert("metadata".to_owned(), component.metadata.clone().into());
    }
    object.into()
}

/// To three places: microseconds of a latency, milliseconds of an uptime.
fn rounded(value: f64) -> f64 {
    (value * 1000.0).round() / 1000.0
}

/// `2026-03-01T12:00:00.123Z`; empty where the clock is beyond what has a date.
fn iso(time: SystemTime) -> String {
    jiff::Timestamp::try_from(time)
        .map(|time| format!("{time:.3}"))
        .unwrap_or_default()
}
