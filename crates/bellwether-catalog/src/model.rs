//! What a registry says, after reading: attributes, metrics, spans and events, each with its place.

use crate::alert::Alert;
use crate::error::Location;
use crate::prometheus;

/// A registry that was read and checked. Entries stand in the order of files (by name) and lines.
///
/// ```
/// let text = "file_format: definition/2\nmetrics: []\n";
/// let registry = bellwether_catalog::load_sources(&[("a.yaml", text)])?;
/// assert!(registry.metrics.is_empty());
/// # Ok::<(), bellwether_catalog::Error>(())
/// ```
#[derive(Debug, Clone, Default)]
pub struct Registry {
    /// Identity and version, from `manifest.yaml`; empty without one.
    pub schema_url: String,
    /// Attributes, of labels and of spans and events.
    pub attributes: Vec<Attribute>,
    /// Metrics.
    pub metrics: Vec<Metric>,
    /// Spans.
    pub spans: Vec<Span>,
    /// Events.
    pub events: Vec<Event>,
}

impl Registry {
    /// The metric of this name. Linear in the number of metrics.
    ///
    /// ```
    /// assert!(bellwether_catalog::Registry::default().metric("jobs_active").is_none());
    /// ```
    pub fn metric(&self, name: &str) -> Option<&Metric> {
        self.metrics.iter().find(|metric| metric.name == name)
    }

    /// The attribute of this key. Linear in the number of attributes.
    ///
    /// ```
    /// assert!(bellwether_catalog::Registry::default().attribute("status").is_none());
    /// ```
    pub fn attribute(&self, key: &str) -> Option<&Attribute> {
        self.attributes
            .iter()
            .find(|attribute| attribute.key == key)
    }

    /// The values a reference allows: a set of the attribute, all its members, or open within a bound.
    ///
    /// ```
    /// # use bellwether_catalog::{load, Values};
    /// let registry = load(concat!(env!("CARGO_MANIFEST_DIR"), "/registry"))?;
    /// let metric = registry.metric("orchestrator_sessions_active").unwrap();
    /// let Some(Values::Closed(set)) = registry.values(&metric.attributes[1]) else { panic!() };
    /// assert_eq!(set.name, "SessionType");
    /// # Ok::<(), bellwether_catalog::Error>(())
    /// ```
    pub fn values(&self, reference: &AttributeRef) -> Option<Values> {
        let attribute = self.attribute(&reference.key)?;
        if let Some(name) = &reference.set {
            return attribute
                .sets
                .iter()
                .find(|set| set.name == *name)
                .cloned()
                .map(Values::Closed);
        }
        if let Some(bound) = attribute.bound {
            return Some(Values::Open(bound));
        }
        let name = attribute.enum_name.clone()?;
        let members = attribute
            .members
            .iter()
            .map(|member| member.value.clone())
            .collect();
        Some(Values::Closed(ValueSet {
            name,
            members,
            location: attribute.location.clone(),
        }))
    }
}

/// An attribute: a label of metrics, or a field of spans and events.
#[derive(Debug, Clone)]
pub struct Attribute {
    /// Key on the wire.
    pub key: String,
    /// Type in Weaver's words; `string` for an enum of strings.
    pub kind: String,
    /// Description.
    pub brief: String,
    /// More about it; may be empty.
    pub note: String,
    /// Stability in Weaver's words.
    pub stability: String,
    /// Known values, if it has any.
    pub members: Vec<Member>,
    /// Rust enum of all members, for a closed attribute.
    pub enum_name: Option<String>,
    /// Closed subsets of the members that a metric may pick.
    pub sets: Vec<ValueSet>,
    /// How many values an open label may take.
    pub bound: Option<Bound>,
    /// Recorder argument that fills it.
    pub input: String,
    /// Where it is defined.
    pub location: Location,
}

/// A known value of an attribute.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Name in code.
    pub id: String,
    /// Value on the wire.
    pub value: String,
    /// Description; may be empty.
    pub brief: String,
    /// Where it is defined.
    pub location: Location,
}

/// A closed set of values, which becomes a Rust enum.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ValueSet {
    /// Name of the Rust enum.
    pub name: String,
    /// Values on the wire, in the order of their index.
    pub members: Vec<String>,
    /// Where it is defined.
    pub location: Location,
}

/// How many values an open label may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bound {
    /// At most so many; further ones become `_other`.
    Limit(u32),
    /// Those that are alive; series leave with them.
    Live,
}

/// What a label may hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Values {
    /// One of a closed set.
    Closed(ValueSet),
    /// Any, within a bound.
    Open(Bound),
}

/// An attribute as a signal refers to it.
#[derive(Debug, Clone)]
pub struct AttributeRef {
    /// Key of the attribute.
    pub key: String,
    /// Whether it is always set.
    pub required: bool,
    /// The closed set this signal picks.
    pub set: Option<String>,
    /// Where the reference stands.
    pub location: Location,
}

/// Instruments of the OpenTelemetry metrics API.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Instrument {
    /// Only goes up.
    Counter,
    /// Goes up and down by differences.
    UpDownCounter,
    /// Is set.
    Gauge,
    /// Distribution over buckets.
    Histogram,
}

impl Instrument {
    /// The word the registry uses.
    ///
    /// ```
    /// assert_eq!(bellwether_catalog::Instrument::UpDownCounter.as_str(), "updowncounter");
    /// ```
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::UpDownCounter => "updowncounter",
            Self::Gauge => "gauge",
            Self::Histogram => "histogram",
        }
    }

    /// The type Prometheus shows: an up-down counter is a gauge there.
    ///
    /// ```
    /// assert_eq!(bellwether_catalog::Instrument::UpDownCounter.prometheus_type(), "gauge");
    /// ```
    pub const fn prometheus_type(self) -> &'static str {
        match self {
            Self::Counter => "counter",
            Self::UpDownCounter | Self::Gauge => "gauge",
            Self::Histogram => "histogram",
        }
    }
}

/// Number type of the measurements.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ValueType {
    /// Whole numbers.
    Int,
    /// Floating point.
    Double,
}

impl ValueType {
    /// The word the registry uses.
    ///
    /// ```
    /// assert_eq!(bellwether_catalog::ValueType::Double.as_str(), "double");
    /// ```
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Int => "int",
            Self::Double => "double",
        }
    }
}

/// A metric.
#[derive(Debug, Clone)]
pub struct Metric {
    /// Name of the instrument.
    pub name: String,
    /// Instrument.
    pub instrument: Instrument,
    /// UCUM unit.
    pub unit: String,
    /// Description.
    pub brief: String,
    /// More about it; may be empty.
    pub note: String,
    /// Stability in Weaver's words.
    pub stability: String,
    /// Labels, in the order of their index.
    pub attributes: Vec<AttributeRef>,
    /// Name in Prometheus with suffix translation, as declared.
    pub prometheus: String,
    /// Name in Prometheus without suffix translation, as declared; the other one where not said.
    pub prometheus_without_suffixes: String,
    /// Contract it comes from.
    pub origin: String,
    /// Collection interval class in seconds: 5, 30 or 300.
    pub interval: u32,
    /// Recorder that feeds it; several metrics may share one.
    pub recorder: Option<String>,
    /// Switch that must be on for it to be emitted.
    pub switch: Option<String>,
    /// Number type.
    pub value: ValueType,
    /// Read by a callback at collection instead of recorded.
    pub observable: bool,
    /// Upper bounds of histogram buckets, in the metric's unit.
    pub buckets: Vec<f64>,
    /// Alerts on it.
    pub alerts: Vec<Alert>,
    /// Where it is defined.
    pub location: Location,
}

impl Metric {
    /// What Prometheus calls it, with or without suffix translation.
    ///
    /// ```
    /// # let registry = bellwether_catalog::load(concat!(env!("CARGO_MANIFEST_DIR"), "/registry"))?;
    /// let metric = registry.metric("agent_tokens_used").unwrap();
    /// assert_eq!(metric.translated(true), "agent_tokens_used_total");
    /// assert_eq!(metric.translated(false), "agent_tokens_used");
    /// # Ok::<(), bellwether_catalog::Error>(())
    /// ```
    pub fn translated(&self, suffixes: bool) -> String {
        prometheus::metric_name(&self.name, &self.unit, self.instrument, suffixes)
    }
}

/// A span.
#[derive(Debug, Clone)]
pub struct Span {
    /// Type that identifies the definition.
    pub name: String,
    /// Span kind in OpenTelemetry's words.
    pub kind: String,
    /// How the span's name is formed.
    pub name_format: String,
    /// Description.
    pub brief: String,
    /// Stability in Weaver's words.
    pub stability: String,
    /// Attributes.
    pub attributes: Vec<AttributeRef>,
    /// Contract it comes from.
    pub origin: String,
    /// Switch that must be on.
    pub switch: Option<String>,
    /// Where it is defined.
    pub location: Location,
}

/// An event.
#[derive(Debug, Clone)]
pub struct Event {
    /// Event name.
    pub name: String,
    /// Description.
    pub brief: String,
    /// Stability in Weaver's words.
    pub stability: String,
    /// Attributes.
    pub attributes: Vec<AttributeRef>,
    /// Contract it comes from.
    pub origin: String,
    /// Switch that must be on.
    pub switch: Option<String>,
    /// Where it is defined.
    pub location: Location,
}
