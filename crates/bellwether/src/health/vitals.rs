//! A few figures of the process, read off its own metrics.

use opentelemetry_proto::tonic::metrics::v1::metric::Data;
use opentelemetry_proto::tonic::metrics::v1::number_data_point::Value;
use opentelemetry_proto::tonic::metrics::v1::{Metric, NumberDataPoint};

use crate::metrics::Collection;
use crate::metrics::generated::agent::TASK_QUEUE_SIZE;
use crate::metrics::generated::operations::PROCESS_CPU_USAGE_PERCENT;
use crate::metrics::generated::orchestrator::ORCHESTRATOR_SESSIONS_ACTIVE;
use crate::metrics::generated::process::PROCESS_RESIDENT_MEMORY_BYTES;
use crate::metrics::generated::wundr_queue::WUNDR_QUEUE_DEPTH;

/// Figures beside the components. `None` where no metric says it: nothing recorded it, or metrics are off.
///
/// ```
/// let vitals = bellwether::health::Vitals::default();
/// assert_eq!(vitals.active_sessions, None);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Default)]
#[non_exhaustive]
pub struct Vitals {
    /// `orchestrator_sessions_active`, all series together.
    pub active_sessions: Option<f64>,
    /// `wundr_queue_depth` and `task_queue_size`, all series together.
    pub queued_tasks: Option<f64>,
    /// `process_resident_memory_bytes`.
    pub memory_bytes: Option<f64>,
    /// `process_cpu_usage_percent`: 100 is one core.
    pub cpu_percent: Option<f64>,
}

impl Vitals {
    pub(super) fn of(collection: &Collection) -> Self {
        let sum = |names: &[&str]| {
            let named = collection
                .metrics()
                .filter(|metric| names.contains(&metric.name.as_str()));
            named
                .flat_map(points)
                .filter_map(number)
                .reduce(|a, b| a + b)
        };
        Self {
            active_sessions: sum(&[ORCHESTRATOR_SESSIONS_ACTIVE.name]),
            queued_tasks: sum(&[WUNDR_QUEUE_DEPTH.name, TASK_QUEUE_SIZE.name]),
            memory_bytes: sum(&[PROCESS_RESIDENT_MEMORY_BYTES.name]),
            cpu_percent: sum(&[PROCESS_CPU_USAGE_PERCENT.name]),
        }
    }
}

fn points(metric: &Metric) -> &[NumberDataPoint] {
    match &metric.data {
        Some(Data::Gauge(data)) => &data.data_points,
        Some(Data::Sum(data)) => &data.data_points,
        _ => &[],
    }
}

fn number(point: &NumberDataPoint) -> Option<f64> {
    match point.value? {
        Value::AsDouble(value) => Some(value),
        Value::AsInt(value) => Some(value as f64),
    }
}
