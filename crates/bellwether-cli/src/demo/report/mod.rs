//! What `bellwether demo` prints at the end, part by part. Each is text from data; nothing in here waits or asks.

mod delivery;
mod host;
mod logs;
mod models;
mod next;
mod tree;

pub(super) use delivery::{Arrival, Delivered};
pub(super) use host::{calls, host, red};
pub(super) use logs::logs;
pub(super) use models::models;
pub(super) use next::next;
pub(super) use tree::{is_complete, tree};

/// A duration in nanoseconds, as a person reads it.
fn shown(nanos: u64) -> String {
    let millis = nanos as f64 / 1e6;
    if millis >= 1_000.0 {
        format!("{:.2} s", millis / 1_000.0)
    } else if millis >= 10.0 {
        format!("{millis:.0} ms")
    } else {
        format!("{millis:.1} ms")
    }
}

/// Text of at most `width` characters.
fn short(text: &str, width: usize) -> String {
    let line = text.lines().next().unwrap_or_default();
    if line.chars().count() <= width {
        return line.to_owned();
    }
    let kept: String = line.chars().take(width.saturating_sub(1)).collect();
    format!("{kept}…")
}
