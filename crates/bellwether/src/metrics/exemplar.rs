//! What links a measurement to its trace, and where exporters ask for it.
//!
//! The SDK has places for exemplars in its data but never fills them. A histogram here keeps one exemplar a
//! bucket, of a measurement that was made in a sampled span, and an exporter joins them to the points of a
//! collection by metric and attributes.

use std::time::SystemTime;

use opentelemetry::KeyValue;
use opentelemetry::trace::{SpanId, TraceId};

/// A measurement and the sampled span it was made in.
///
/// ```
/// use std::time::SystemTime;
/// use bellwether::metrics::Exemplar;
/// use bellwether::opentelemetry::trace::{SpanId, TraceId};
///
/// let slow = Exemplar {
///     value: 12.5,
///     time: SystemTime::now(),
///     trace_id: TraceId::from(1_u128),
///     span_id: SpanId::from(2_u64),
/// };
/// assert!(slow.value > 10.0);
/// ```
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Exemplar {
    /// The measurement, in the metric's unit.
    pub value: f64,
    /// When it was made.
    pub time: SystemTime,
    /// Trace of the span.
    pub trace_id: TraceId,
    /// The span.
    pub span_id: SpanId,
}

/// Exemplars of one series.
///
/// ```
/// use bellwether::metrics::SeriesExemplars;
/// let none = SeriesExemplars { metric: "job_duration_seconds", attributes: vec![], exemplars: vec![] };
/// assert!(none.exemplars.is_empty());
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct SeriesExemplars {
    /// Name of the instrument.
    pub metric: &'static str,
    /// The series' attributes, in any order.
    pub attributes: Vec<KeyValue>,
    /// At most one a bucket, the latest.
    pub exemplars: Vec<Exemplar>,
}

/// Something that keeps exemplars until exporters ask for them.
///
/// ```
/// use bellwether::metrics::{ExemplarSource, SeriesExemplars};
/// use std::time::SystemTime;
///
/// struct None;
/// impl ExemplarSource for None {
///     fn exemplars(&self, _: Option<SystemTime>) -> Vec<SeriesExemplars> { Vec::new() }
/// }
/// assert!(None.exemplars(Option::None).is_empty());
/// ```
pub trait ExemplarSource: Send + Sync {
    /// Those kept now; with `since`, only those made after it. Asking takes nothing away.
    fn exemplars(&self, since: Option<SystemTime>) -> Vec<SeriesExemplars>;
}
