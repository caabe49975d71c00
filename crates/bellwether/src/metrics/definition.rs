//! What the catalog says about a metric, as plain data.
//!
//! The catalog's generator writes one static [`MetricDefinition`] a metric and one [`RecorderDefinition`] a
//! recorder; instruments, views, exporters and tests read them, so a name or a bucket is written once.
//! Nothing here records.

/// Instruments of the OpenTelemetry metrics API.
///
/// ```
/// use bellwether::metrics::{generated::jobs, Instrument};
/// assert_eq!(jobs::JOBS_ACTIVE.instrument, Instrument::UpDownCounter);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Instrument {
    /// Only goes up.
    Counter,
    /// Goes up and down by differences; a gauge to Prometheus.
    UpDownCounter,
    /// Is set.
    Gauge,
    /// Distribution over buckets.
    Histogram,
}

/// Number type of the measurements.
///
/// ```
/// use bellwether::metrics::{generated::jobs, ValueType};
/// assert_eq!(jobs::JOB_DURATION_SECONDS.value, ValueType::Double);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ValueType {
    /// Whole numbers.
    Int,
    /// Floating point.
    Double,
}

/// Classes of collection intervals: 5, 30 and 300 seconds.
///
/// ```
/// use bellwether::metrics::Interval;
/// assert_eq!(Interval::Slow.seconds(), 300);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Interval {
    /// 5 s: what work does right now.
    Fast,
    /// 30 s: use of resources.
    Medium,
    /// 300 s: business KPIs.
    Slow,
}

impl Interval {
    /// The interval in seconds.
    ///
    /// ```
    /// assert_eq!(bellwether::metrics::Interval::Fast.seconds(), 5);
    /// ```
    pub const fn seconds(self) -> u64 {
        match self {
            Self::Fast => 5,
            Self::Medium => 30,
            Self::Slow => 300,
        }
    }
}

/// What a label may hold.
///
/// ```
/// use bellwether::metrics::{generated::{jobs, labels::JobStatus}, LabelValues};
/// assert_eq!(jobs::JOBS_PROCESSED_TOTAL.labels[3].values, LabelValues::Closed(JobStatus::VALUES));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LabelValues {
    /// One of these, by the index of the label's enum.
    Closed(&'static [&'static str]),
    /// Any; beyond this many, `_other`.
    Bounded(u32),
    /// Ids of what is alive; a series leaves with its id.
    Live,
}

/// A label of a metric.
///
/// ```
/// use bellwether::metrics::generated::gen_ai;
/// assert_eq!(gen_ai::GEN_AI_CLIENT_TOKEN_USAGE.labels[2].prometheus_key, "gen_ai_token_type");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct LabelDefinition {
    /// Key on the wire.
    pub key: &'static str,
    /// Key in Prometheus.
    pub prometheus_key: &'static str,
    /// Input of the recorder that fills it.
    pub input: &'static str,
    /// Whether it is always set.
    pub required: bool,
    /// What it may hold.
    pub values: LabelValues,
}

/// A metric.
///
/// ```
/// use bellwether::metrics::generated::agent::AGENT_TOKENS_USED;
/// assert_eq!(AGENT_TOKENS_USED.unit, "{token}");
/// assert_eq!(AGENT_TOKENS_USED.prometheus_suffixed_name, "agent_tokens_used_total");
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct MetricDefinition {
    /// Name of the instrument.
    pub name: &'static str,
    /// Instrument.
    pub instrument: Instrument,
    /// Number type.
    pub value: ValueType,
    /// Read by a callback at collection instead of recorded.
    pub observable: bool,
    /// UCUM unit.
    pub unit: &'static str,
    /// Description.
    pub description: &'static str,
    /// Upper bounds of histogram buckets in the metric's unit; empty for the others.
    pub buckets: &'static [f64],
    /// Labels.
    pub labels: &'static [LabelDefinition],
    /// Name on `/metrics`, and in Prometheus over OTLP without suffix translation.
    pub prometheus_name: &'static str,
    /// Name in Prometheus over OTLP with suffix translation.
    pub prometheus_suffixed_name: &'static str,
    /// Class of collection interval.
    pub interval: Interval,
    /// Group of names it belongs to, as the registry has it.
    pub origin: &'static str,
    /// Switch that must be on for it to be emitted; `None` is always on.
    pub switch: Option<&'static str>,
    /// Recorder that feeds it; `None` where the SDK itself does.
    pub recorder: Option<&'static str>,
}

/// An input of a recorder.
///
/// ```
/// use bellwether::metrics::generated::recorders;
/// assert!(recorders::TOOL_CALL.inputs.iter().any(|input| input.name == "tool"));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RecorderInput {
    /// Name of the input; labels name it in [`LabelDefinition::input`].
    pub name: &'static str,
    /// What it may hold.
    pub values: LabelValues,
}

/// A recorder: one call feeds each of its metrics that is switched on.
///
/// ```
/// use bellwether::metrics::generated::recorders;
/// assert!(recorders::TOOL_CALL.metrics.iter().any(|metric| metric.name == "tool_calls_total"));
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct RecorderDefinition {
    /// Name.
    pub name: &'static str,
    /// Inputs: the labels of all its metrics, each once.
    pub inputs: &'static [RecorderInput],
    /// Metrics it feeds.
    pub metrics: &'static [&'static MetricDefinition],
}
