//! OTLP in its JSON form, read and written without loss.
//!
//! The serde support of `opentelemetry-proto` answers `Ok` and drops the values of metrics, so this module has its own reader:
//! one table of fields a message (`fields`), codecs for the scalars in which OTLP/JSON differs from plain serde (`scalar`),
//! and a writer (`write`) of exactly what the specification asks for.
//!
//! The reader is lenient where a sender may err without doubt about its meaning, and never silently:
//!
//! | in the text | read as |
//! |---|---|
//! | `traceId`, or `trace_id` | the same field; the specification names only the first |
//! | ids as hexadecimal of either case | bytes; anything else makes an id of a wrong length, so that one item is rejected and not the request |
//! | 64-bit integers as text or as number | the number |
//! | enumerations as number, as name, as number in text | the number; an unknown name is an error |
//! | doubles as number, `"NaN"`, `"Infinity"`, `"-Infinity"`, or as text | the number |
//! | `null`, or nothing | the default of the field |
//! | unknown fields | ignored |
//!
//! ```
//! use bellwether_backend::json;
//! use bellwether_backend::otlp::collector::logs::v1::ExportLogsServiceRequest;
//!
//! let text = br#"{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"timeUnixNano":"12","body":{}}]}]}]}"#;
//! let request: ExportLogsServiceRequest = json::from_slice(text)?;
//! assert_eq!(request.resource_logs[0].scope_logs[0].log_records[0].time_unix_nano, 12);
//! assert!(json::to_string(&request).contains(r#""timeUnixNano":"12""#));
//! # Ok::<(), json::Error>(())
//! ```

mod fields;
mod read;
mod scalar;
mod write;

pub use read::Message;
pub use write::Write;

/// Why a text is not the OTLP/JSON that was asked for: where, and what was expected.
#[derive(Debug, thiserror::Error)]
#[error("not OTLP/JSON: {0}")]
pub struct Error(#[from] serde_json::Error);

/// Reads one message.
///
/// ```
/// use bellwether_backend::{json, otlp::trace::v1::TracesData};
/// let data: TracesData = json::from_slice(b"{}")?;
/// assert!(data.resource_spans.is_empty());
/// # Ok::<(), json::Error>(())
/// ```
pub fn from_slice<M: Message>(text: &[u8]) -> Result<M, Error> {
    let mut deserializer = serde_json::Deserializer::from_slice(text);
    let message = read::message(&mut deserializer)?;
    deserializer.end()?;
    Ok(message)
}

/// Writes one message as the specification asks: lowerCamelCase, hexadecimal ids, 64-bit integers as text, enumerations as numbers,
/// defaults left out.
///
/// ```
/// use bellwether_backend::{json, otlp::trace::v1::TracesData};
/// assert_eq!(json::to_string(&TracesData::default()), "{}");
/// ```
pub fn to_string<M: Write>(message: &M) -> String {
    message.to_value().to_string()
}
