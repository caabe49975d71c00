//! The record both sinks are given.

use std::borrow::Cow;
use std::time::SystemTime;

use super::fields::Fields;
use super::ids::Ids;
use super::level::Level;

/// The attribute that says how many were dropped beyond the limit. The SDK's record has no place for the number, so it
/// travels under the name the OpenTelemetry specification gives it for formats that have none.
pub(super) const DROPPED_ATTRIBUTES: &str = "otel.dropped_attributes_count";

/// One log record.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct LogEntry {
    pub(super) time: SystemTime,
    pub(super) level: Level,
    /// A name the event was given in the code, not that of its source line.
    pub(super) event_name: Option<&'static str>,
    pub(super) message: String,
    pub(super) component: Cow<'static, str>,
    pub(super) ids: Ids,
    pub(super) fields: Fields,
    pub(super) dropped_attributes: u32,
}
