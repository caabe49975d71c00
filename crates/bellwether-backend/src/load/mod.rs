//! A load of telemetry as a fleet would send it, made from numbers alone: the same numbers make the same items.
//!
//! Ten thousand series of a hundred metrics, one in twenty of them a histogram, each read every ten seconds; traces of ten spans with
//! fifteen attributes; log records of about 120 characters. [`send`] sends it over OTLP/gRPC and says how long it took until
//! everything was acknowledged, which for a backend of this crate means committed.
//!
//! ```no_run
//! use bellwether_backend::{Signal, load::{Load, Pace, send}};
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! let load = Load { begins: 1_760_000_000_000_000_000, seconds: 10_000, spans: 1_000_000, logs: 1_000_000 };
//! let sent = send("http://127.0.0.1:4317", Signal::Traces, &load, 0..1_000_000, Pace::default()).await?;
//! println!("{:.0} spans/s", sent.rate());
//! # Ok(()) }
//! ```

mod logs;
mod points;
mod sender;
mod spans;

pub use sender::{LoadError, Pace, Sent, send};
pub use spans::trace_id;

use crate::otlp::collector::logs::v1::ExportLogsServiceRequest;
use crate::otlp::collector::metrics::v1::ExportMetricsServiceRequest;
use crate::otlp::collector::trace::v1::ExportTraceServiceRequest;
use crate::otlp::common::v1::{AnyValue, InstrumentationScope, KeyValue, any_value::Value};
use crate::otlp::resource::v1::Resource;

/// Series that are read at each tick.
pub const SERIES: u64 = 10_000;
/// Seconds between two ticks.
pub const TICK_SECONDS: u64 = 10;
/// Spans of a trace.
pub const SPANS_PER_TRACE: u64 = 10;
/// The first of the hundred metrics that is a histogram: `load.duration.95`; those before it are counters, `load.requests.0` and so on.
pub const FIRST_HISTOGRAM: u64 = 95;

/// What is sent, and over which time it is spread.
///
/// ```
/// use bellwether_backend::load::Load;
/// let load = Load { begins: 0, seconds: 100, spans: 1_000, logs: 1_000 };
/// assert_eq!(load.spans(0, 10).resource_spans[0].scope_spans[0].spans.len(), 10);
/// assert_eq!(load.spans(0, 10), load.spans(0, 10));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Load {
    /// When the first of each began, nanoseconds since 1970.
    pub begins: u64,
    /// Seconds over which so many spans and so many log records are spread. Those with higher numbers come later.
    pub seconds: u64,
    /// Spans in that time.
    pub spans: u64,
    /// Log records in that time.
    pub logs: u64,
}

impl Load {
    /// The points with the numbers `first` and following: series by series, tick by tick.
    pub fn points(&self, first: u64, count: u64) -> ExportMetricsServiceRequest {
        points::request(self.begins, first, count)
    }

    /// The spans with the numbers `first` and following, of one service.
    pub fn spans(&self, first: u64, count: u64) -> ExportTraceServiceRequest {
        spans::request(
            self.begins,
            self.seconds * 1_000_000_000 / self.spans.max(1),
            first,
            count,
        )
    }

    /// The log records with the numbers `first` and following, of one service.
    pub fn logs(&self, first: u64, count: u64) -> ExportLogsServiceRequest {
        logs::request(
            self.begins,
            self.seconds * 1_000_000_000 / self.logs.max(1),
            first,
            count,
        )
    }
}

fn text(key: &str, value: String) -> KeyValue {
    KeyValue {
        key: key.to_owned(),
        value: Some(AnyValue {
            value: Some(Value::StringValue(value)),
        }),
        key_strindex: 0,
    }
}

fn whole(key: &str, value: u64) -> KeyValue {
    KeyValue {
        key: key.to_owned(),
        value: Some(AnyValue {
            value: Some(Value::IntValue(value.cast_signed())),
        }),
        key_strindex: 0,
    }
}

fn resource(service: u64) -> Resource {
    let attributes = vec![
        text("service.name", format!("service-{service}")),
        text("service.instance.id", format!("instance-{service}")),
        text("host.name", "laptop".to_owned()),
        text("telemetry.sdk.language", "rust".to_owned()),
    ];
    Resource {
        attributes,
        ..Resource::default()
    }
}

fn scope() -> InstrumentationScope {
    InstrumentationScope {
        name: "load".to_owned(),
        ..InstrumentationScope::default()
    }
}

/// A well-mixed number that depends on `seed` alone.
fn mixed(seed: u64) -> u64 {
    let mut x = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^ (x >> 31)
}
