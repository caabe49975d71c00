//! The envelope that a snapshot is published in.
//!
//! The contract names it and leaves its fields to the implementation. These are chosen here:
//!
//! | field | holds |
//! |---|---|
//! | `envelope_version` | `1.0` |
//! | `event_id` | a UUID of version 7, new for each envelope |
//! | `event_type` | `node.metrics.snapshot` |
//! | `correlation_id` | a UUID, the same for all envelopes of one run of a node |
//! | `timestamp` | RFC 3339 in UTC |
//! | `service_name` | that of the configuration |
//! | `sequence` | 1 for the first of a run; a gap is a snapshot that was lost |
//! | `payload` | the snapshot: `uptime_seconds`, `operations` by name, `resources`, `business` |

use std::time::SystemTime;

use serde_json::{Map, Value, json};
use uuid::Uuid;

/// A snapshot on its way to a sink, as a line of JSON.
///
/// | field | holds |
/// |---|---|
/// | `envelope_version` | `1.0` |
/// | `event_id` | a UUID of version 7, new for each envelope |
/// | `event_type` | `node.metrics.snapshot` |
/// | `correlation_id` | a UUID, the same for all envelopes of one run of a node |
/// | `timestamp` | RFC 3339 in UTC |
/// | `service_name` | that of the configuration |
/// | `sequence` | 1 for the first of a run; a gap is a snapshot that was lost |
/// | `payload` | `uptime_seconds`, `operations` by name, `resources`, `business` |
///
/// ```
/// use bellwether::metrics::node::{OnexEnvelopeV1, SinkError, SnapshotSink};
///
/// struct Memory(Vec<String>);
/// impl SnapshotSink for Memory {
///     fn publish(&mut self, envelope: &OnexEnvelopeV1) -> Result<(), SinkError> {
///         self.0.push(envelope.json().to_owned());
///         Ok(())
///     }
/// }
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OnexEnvelopeV1 {
    json: String,
    sequence: u64,
}

impl OnexEnvelopeV1 {
    /// Its `envelope_version`.
    pub const VERSION: &'static str = "1.0";
    /// Its `event_type`.
    pub const EVENT_TYPE: &'static str = "node.metrics.snapshot";

    pub(super) fn new(
        service_name: &str,
        correlation_id: Uuid,
        sequence: u64,
        payload: &Map<String, Value>,
    ) -> Self {
        let now = jiff::Timestamp::try_from(SystemTime::now()).unwrap_or(jiff::Timestamp::MAX);
        let envelope = json!({
            "envelope_version": Self::VERSION,
            "event_id": Uuid::now_v7().to_string(),
            "event_type": Self::EVENT_TYPE,
            "correlation_id": correlation_id.to_string(),
            "timestamp": now.to_string(),
            "service_name": service_name,
            "sequence": sequence,
            "payload": payload,
        });
        Self {
            json: envelope.to_string(),
            sequence,
        }
    }

    /// The envelope as one line, without its end.
    pub fn json(&self) -> &str {
        &self.json
    }

    /// Its number in this run.
    pub fn sequence(&self) -> u64 {
        self.sequence
    }
}
