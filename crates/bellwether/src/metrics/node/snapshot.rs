//! What a node did, as plain data.

use serde_json::{Map, Value, json};

/// Everything a node did since its start.
///
/// ```
/// use bellwether::metrics::node::NodeSnapshot;
/// fn failing(snapshot: &NodeSnapshot) -> Vec<&str> {
///     let failing = snapshot.operations.iter().filter(|operation| operation.failure_rate > Some(0.05));
///     failing.map(|operation| operation.operation.as_str()).collect()
/// }
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct NodeSnapshot {
    /// Seconds since the start.
    pub uptime_seconds: f64,
    /// In the order of the configuration.
    pub operations: Vec<OperationSnapshot>,
    /// `None` where they are not enabled.
    pub resources: Option<ResourceSnapshot>,
    /// `None` where they are not enabled.
    pub business: Option<BusinessSnapshot>,
}

/// One operation. Counts are since the start; percentiles are of the latest executions.
#[derive(Debug, Clone, PartialEq)]
pub struct OperationSnapshot {
    /// Its name.
    pub operation: String,
    /// Executions that ended.
    pub count: u64,
    /// Of those, with success.
    pub success: u64,
    /// With an error.
    pub error: u64,
    /// By a panic, or as a future that was dropped.
    pub abandoned: u64,
    /// Share with success, 0 to 1. `None` of none.
    pub success_rate: Option<f64>,
    /// Share of the others.
    pub failure_rate: Option<f64>,
    /// Errors by type, sorted.
    pub errors: Vec<(String, u64)>,
    /// Those of the configuration. Empty of none.
    pub duration_ms: Vec<Percentile>,
}

/// A percentile of durations, at most 1 % above the true one.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Percentile {
    /// 1 to 100.
    pub percentile: u8,
    /// Milliseconds.
    pub milliseconds: f64,
}

/// The process and what it says of itself, at most 30 seconds old. `None` is what could not be read or nobody tells; memory
/// and CPU need the feature `resources`.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct ResourceSnapshot {
    /// Resident memory, in units of 1,048,576 bytes.
    pub memory_rss_mb: Option<f64>,
    /// Since the reading before; 100 is one core.
    pub cpu_percent: Option<f64>,
    /// From the callback.
    pub active_connections: Option<u64>,
    /// From the callback.
    pub queue_depth: Option<u64>,
}

/// Counters and KPIs of the service, sorted by name.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct BusinessSnapshot {
    /// Items processed, by operation.
    pub items_processed: Vec<(String, u64)>,
    /// Items a second since the snapshot before, by operation.
    pub throughput_per_second: Vec<(String, f64)>,
    /// Counted up.
    pub counters: Vec<(String, f64)>,
    /// Set.
    pub kpis: Vec<(String, f64)>,
}

impl NodeSnapshot {
    pub(super) fn to_json(&self) -> Map<String, Value> {
        let mut object = Map::new();
        object.insert("uptime_seconds".to_owned(), json!(self.uptime_seconds));
        let operations = self.operations.iter();
        let operations =
            operations.map(|operation| (operation.operation.clone(), operation.to_json()));
        object.insert("operations".to_owned(), Value::Object(operations.collect()));
        if let Some(resources) = &self.resources {
            object.insert("resources".to_owned(), resources.to_json());
        }
        if let Some(business) = &self.business {
            object.insert("business".to_owned(), business.to_json());
        }
        object
    }
}

impl OperationSnapshot {
    fn to_json(&self) -> Value {
        let percentiles = self.duration_ms.iter();
        let percentiles =
            percentiles.map(|each| (format!("p{}", each.percentile), json!(each.milliseconds)));
        json!({
            "count": self.count,
            "success": self.success,
            "error": self.error,
            "abandoned": self.abandoned,
            "success_rate": self.success_rate,
            "failure_rate": self.failure_rate,
            "errors": object(&self.errors),
            "duration_ms": Value::Object(percentiles.collect()),
        })
    }
}

impl ResourceSnapshot {
    fn to_json(self) -> Value {
        json!({
            "memory_rss_mb": self.memory_rss_mb,
            "cpu_percent": self.cpu_percent,
            "active_connections": self.active_connections,
            "queue_depth": self.queue_depth,
        })
    }
}

impl BusinessSnapshot {
    fn to_json(&self) -> Value {
        json!({
            "items_processed": object(&self.items_processed),
            "throughput_per_second": object(&self.throughput_per_second),
            "counters": object(&self.counters),
            "kpis": object(&self.kpis),
        })
    }
}

fn object<T: Copy + Into<Value>>(pairs: &[(String, T)]) -> Value {
    let pairs = pairs
        .iter()
        .map(|(name, value)| (name.clone(), (*value).into()));
    Value::Object(pairs.collect())
}
