//! The `traceparent` field of W3C Trace Context.
//!
//! One fixed-width line names a trace and the span that is the parent of whatever the receiver does next:
//!
//! ```text
//! 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01
//! │  │                                │                └ flags: bit 0 sampled, bit 1 random trace id
//! │  │                                └ parent span id, 16 hex digits, not all zero
//! │  └ trace id, 32 hex digits, not all zero
//! └ version; `ff` is forbidden
//! ```
//!
//! The reader is strict because a lenient one splits traces: an id that one service accepts and the next refuses ends
//! the trace between them. Hex is lowercase only; version `00` is exactly 55 bytes; a later version may be longer, but
//! then a dash follows the flags, and only what version `00` also has is read from it. What this crate writes is
//! always version `00`.

use opentelemetry::trace::{SpanContext, SpanId, TraceFlags, TraceId, TraceState};

/// Length of a version `00` field in bytes (W3C Trace Context §3.2.2).
pub const LENGTH: usize = 55;

/// Longest field that is looked at, in bytes. Later versions may append fields; nothing real comes near this.
pub const MAX_LENGTH: usize = 1024;

/// Flag bit 0: the caller may have recorded the trace (W3C Trace Context §3.2.2.5.1).
const SAMPLED: u8 = 0b01;
/// Flag bit 1: the right half of the trace id is random (W3C Trace Context Level 2 §3.2.2.5.2).
const RANDOM: u8 = 0b10;

/// Why a `traceparent` was refused. The value itself is not repeated: it comes from outside.
///
/// ```
/// use bellwether::propagation::traceparent::{parse, Malformed};
///
/// assert_eq!(parse("00-abc"), Err(Malformed::Length(6)));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Malformed {
    /// Not 55 bytes (version `00`), or shorter than 55 or longer than [`MAX_LENGTH`] (later versions).
    #[error("traceparent is {0} bytes long, expected 55")]
    Length(usize),
    /// Not two lowercase hex digits, or the forbidden `ff`.
    #[error("traceparent version is not two lowercase hex digits below ff")]
    Version,
    /// A dash is missing between two fields, or after the flags of a longer, later version.
    #[error("traceparent fields are not separated by dashes at their fixed places")]
    Separator,
    /// Not 32 lowercase hex digits, or all zero.
    #[error("traceparent trace id is not 32 lowercase hex digits with one that is not zero")]
    TraceId,
    /// Not 16 lowercase hex digits, or all zero.
    #[error("traceparent parent id is not 16 lowercase hex digits with one that is not zero")]
    ParentId,
    /// Not two lowercase hex digits.
    #[error("traceparent flags are not two lowercase hex digits")]
    Flags,
}

/// Reads a `traceparent`, with optional spaces and tabs around it, into a remote span context without `tracestate`.
///
/// Flags: *sampled* is kept, *random* is kept from version `00`, all others are zeroed.
///
/// Cost: constant, no allocation.
///
/// # Errors
///
/// [`Malformed`]; the receiver then starts a new trace (W3C Trace Context §3.2.2, §4).
///
/// ```
/// use bellwether::propagation::traceparent;
///
/// let parent = traceparent::parse("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01")?;
/// assert!(parent.is_remote() && parent.is_sampled());
/// assert!(traceparent::parse("00-4BF92F3577B34DA6A3CE929D0E0E4736-00F067AA0BA902B7-01").is_err());
/// # Ok::<(), traceparent::Malformed>(())
/// ```
pub fn parse(value: &str) -> Result<SpanContext, Malformed> {
    if value.len() > MAX_LENGTH {
        return Err(Malformed::Length(value.len()));
    }
    let field = value.trim_matches([' ', '\t']).as_bytes();
    if field.len() < LENGTH {
        return Err(Malformed::Length(field.len()));
    }
    let version = hex(&field[0..2]).ok_or(Malformed::Version)?;
    if version == 0xff {
        return Err(Malformed::Version);
    }
    if version == 0 && field.len() != LENGTH {
        return Err(Malformed::Length(field.len()));
    }
    let separated = field[2] == b'-' && field[35] == b'-' && field[52] == b'-';
    let ends_or_goes_on = field.len() == LENGTH || field[LENGTH] == b'-';
    if !separated || !ends_or_goes_on {
        return Err(Malformed::Separator);
    }
    let trace_id = hex(&field[3..35])
        .filter(|id| *id != 0)
        .ok_or(Malformed::TraceId)?;
    let parent_id = hex(&field[36..52])
        .filter(|id| *id != 0)
        .ok_or(Malformed::ParentId)?;
    let flags = hex(&field[53..55]).ok_or(Malformed::Flags)?;
    // Of a version not known here, only the sampled bit has a meaning that can be relied on (§4 "Versioning").
    let known = if version == 0 {
        SAMPLED | RANDOM
    } else {
        SAMPLED
    };
    Ok(SpanContext::new(
        TraceId::from(trace_id),
        SpanId::from(parent_id as u64),
        TraceFlags::new(flags as u8 & known),
        true,
        TraceState::NONE,
    ))
}

/// Writes a span context as a version `00` `traceparent`; `None` where the context is not valid (a zero id).
///
/// Flags other than *sampled* and *random* are written as zero.
///
/// Cost: one allocation of 55 bytes.
///
/// ```
/// use bellwether::propagation::traceparent;
/// use opentelemetry::trace::SpanContext;
///
/// let line = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
/// assert_eq!(traceparent::format(&traceparent::parse(line)?).as_deref(), Some(line));
/// assert_eq!(traceparent::format(&SpanContext::empty_context()), None);
/// # Ok::<(), traceparent::Malformed>(())
/// ```
pub fn format(context: &SpanContext) -> Option<String> {
    if !context.is_valid() {
        return None;
    }
    let flags = context.trace_flags().to_u8() & (SAMPLED | RANDOM);
    Some(format!(
        "00-{:032x}-{:016x}-{flags:02x}",
        context.trace_id(),
        context.span_id()
    ))
}

/// At most 32 lowercase hex digits as a number; `None` for anything else.
fn hex(digits: &[u8]) -> Option<u128> {
    digits.iter().try_fold(0_u128, |number, digit| {
        let value = match digit {
            b'0'..=b'9' => digit - b'0',
            b'a'..=b'f' => digit - b'a' + 10,
            _ => return None,
        };
        Some(number << 4 | u128::from(value))
    })
}

#[cfg(test)]
#[path = "tests/traceparent.rs"]
mod tests;
