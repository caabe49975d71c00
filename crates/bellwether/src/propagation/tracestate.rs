//! The `tracestate` field of W3C Trace Context.
//!
//! A list of `vendor=opaque` members, newest first, that rides along with `traceparent` so that each tracing system on
//! the way finds what it left there. It may come as several header lines, which are one list in their order.
//!
//! A list that breaks the grammar is dropped whole and `traceparent` stays valid (§3.3): half a list may have lost the
//! one member that gives the others their sense. Empty members are allowed and left out. When a key comes twice the
//! first one stays, since the list is newest first.
//!
//! Two bounds are this crate's own: lists over [`MAX_LENGTH`] bytes are dropped on the way in, so that a hostile header
//! costs nothing, and shortened on the way out as §3.3.1.5 asks, by whole members: those over 128 bytes first, then
//! from the end. One limit is the API's: its `TraceState` refuses some keys with `@` that Level 2 of the specification
//! allows (two of them, or a long system part); such members are left out and the others kept.

use opentelemetry::trace::TraceState;

/// Longest list in bytes that is read or written, all header lines together. The specification asks for at least 512.
pub const MAX_LENGTH: usize = 8192;
/// Most members of a list (W3C Trace Context §3.3.1.1).
pub const MAX_MEMBERS: usize = 32;
/// Longest key or value in bytes (W3C Trace Context §3.3.1.3).
const MAX_PART: usize = 256;
/// Members longer than this go first when a list must be shortened (W3C Trace Context §3.3.1.5).
const LONG_MEMBER: usize = 128;

/// Why a `tracestate` was dropped. The value itself is not repeated: it comes from outside.
///
/// ```
/// use bellwether::propagation::tracestate::{parse, Malformed};
///
/// assert_eq!(parse(&["vendor"]), Err(Malformed::Member));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Malformed {
    /// All lines together are longer than [`MAX_LENGTH`].
    #[error("tracestate is {0} bytes long, expected at most 8192")]
    Length(usize),
    /// More than [`MAX_MEMBERS`] members.
    #[error("tracestate has more than 32 members")]
    Members,
    /// A member that is not `key=value` in the specification's alphabet.
    #[error("tracestate member is not key=value")]
    Member,
}

/// Reads the lines of a `tracestate`, in the order in which they came.
///
/// Cost: linear in the length, which is bounded by [`MAX_LENGTH`]; allocates for each member.
///
/// # Errors
///
/// [`Malformed`]; the receiver then goes on with `traceparent` alone.
///
/// ```
/// use bellwether::propagation::tracestate;
///
/// let state = tracestate::parse(&["rojo=00f067aa0ba902b7", "congo=t61rcWkgMzE , "])?;
/// assert_eq!(state.header(), "rojo=00f067aa0ba902b7,congo=t61rcWkgMzE");
/// # Ok::<(), tracestate::Malformed>(())
/// ```
pub fn parse<L: AsRef<str>>(lines: &[L]) -> Result<TraceState, Malformed> {
    let commas = lines.len().saturating_sub(1);
    let length = lines.iter().map(|line| line.as_ref().len()).sum::<usize>() + commas;
    if length > MAX_LENGTH {
        return Err(Malformed::Length(length));
    }
    let mut members: Vec<(&str, &str)> = Vec::new();
    let mut count = 0;
    for member in lines.iter().flat_map(|line| line.as_ref().split(',')) {
        let member = member.trim_matches([' ', '\t']);
        if member.is_empty() {
            continue;
        }
        count += 1;
        if count > MAX_MEMBERS {
            return Err(Malformed::Members);
        }
        let (key, value) = member.split_once('=').ok_or(Malformed::Member)?;
        if !is_key(key) || !is_value(value) {
            return Err(Malformed::Member);
        }
        if !members.iter().any(|(seen, _)| *seen == key) {
            members.push((key, value));
        }
    }
    members.retain(|member| TraceState::from_key_value([*member]).is_ok());
    TraceState::from_key_value(members).map_err(|_| Malformed::Member)
}

/// Writes a trace state as one line; `None` where nothing is left to write, since an empty field should not be sent.
///
/// Members that break the grammar (the API lets control characters into values) are left out: they would otherwise
/// break the receiver's whole list, or the header.
///
/// Cost: one allocation for each member and one for the line.
///
/// ```
/// use bellwether::propagation::tracestate;
/// use opentelemetry::trace::TraceState;
///
/// assert_eq!(tracestate::format(&TraceState::NONE), None);
/// let state = tracestate::parse(&["a=1,b=2"])?;
/// assert_eq!(tracestate::format(&state).as_deref(), Some("a=1,b=2"));
/// # Ok::<(), tracestate::Malformed>(())
/// ```
pub fn format(state: &TraceState) -> Option<String> {
    let mut members: Vec<String> = state
        .into_iter()
        .filter(|(key, value)| is_key(key) && is_value(value))
        .map(|(key, value)| format!("{key}={value}"))
        .collect();
    let length = |members: &[String]| {
        members
            .iter()
            .map(|member| member.len() + 1)
            .sum::<usize>()
            .saturating_sub(1)
    };
    if length(&members) > MAX_LENGTH {
        members.retain(|member| member.len() <= LONG_MEMBER);
    }
    while length(&members) > MAX_LENGTH {
        members.pop();
    }
    (!members.is_empty()).then(|| members.join(","))
}

/// Level 2 grammar: a lowercase letter or digit, then up to 255 of those or `_-*/@`.
fn is_key(key: &str) -> bool {
    let bytes = key.as_bytes();
    let starts = bytes
        .first()
        .is_some_and(|first| first.is_ascii_lowercase() || first.is_ascii_digit());
    let goes_on = |byte: &u8| {
        byte.is_ascii_lowercase()
            || byte.is_ascii_digit()
            || matches!(byte, b'_' | b'-' | b'*' | b'/' | b'@')
    };
    starts && bytes.len() <= MAX_PART && bytes.iter().all(goes_on)
}

/// 1 to 256 printable ASCII characters without comma and equals sign, the last one not a space.
fn is_value(value: &str) -> bool {
    let bytes = value.as_bytes();
    let ends = bytes.last().is_some_and(|last| *last != b' ');
    let printable = |byte: &u8| matches!(byte, 0x20..=0x7e) && !matches!(byte, b',' | b'=');
    ends && bytes.len() <= MAX_PART && bytes.iter().all(printable)
}

#[cfg(test)]
#[path = "tests/tracestate.rs"]
mod tests;
