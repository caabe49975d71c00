//! The `baggage` field of W3C Baggage.
//!
//! Name–value pairs that the application itself sends along, such as the session a request belongs to:
//!
//! ```text
//! baggage: session.id=42,user=Am%C3%A9lie;visible=yes
//!          └ key      │  └ key │          └ property, kept as it came
//!                     └ value  └ value, percent-encoded UTF-8
//! ```
//!
//! Members stand for themselves, so one that breaks the grammar is dropped and the others are kept. Octets that do not
//! decode as UTF-8 become U+FFFD (§3.3.1.2). A key that comes twice has the value that came last. Properties are
//! opaque here: they are checked and passed on in their encoded form as the entry's metadata.
//!
//! Bounds are the specification's own, for all header lines together: 64 members and 8192 bytes. What lies beyond is
//! not read; what does not fit is not written, always by whole members. Members are written in the order of their
//! keys, so that equal baggage is equal bytes.
//!
//! Baggage goes to every service that is called, also to those of others: nothing secret belongs in it.

use opentelemetry::Context;
use opentelemetry::baggage::{Baggage, BaggageExt, BaggageMetadata};
use opentelemetry::propagation::text_map_propagator::FieldIter;
use opentelemetry::propagation::{Extractor, Injector, TextMapPropagator};
use percent_encoding::{AsciiSet, CONTROLS, percent_decode_str, utf8_percent_encode};

use super::field;

/// Most members of a list (W3C Baggage §3.3.2).
pub const MAX_MEMBERS: usize = 64;
/// Longest list in bytes (W3C Baggage §3.3.2).
pub const MAX_LENGTH: usize = 8192;

/// What is percent-encoded in a value: what the grammar forbids, the percent sign, and `=`, which the grammar allows
/// but some readers (the Rust SDK's among them) cut at.
const ENCODED: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b',')
    .add(b';')
    .add(b'\\')
    .add(b'%')
    .add(b'=');

/// Reads the lines of a `baggage` field, in the order in which they came. Never fails: see the module.
///
/// Cost: linear in the length up to [`MAX_LENGTH`]; what lies beyond is not looked at.
///
/// ```
/// use bellwether::propagation::baggage;
///
/// let baggage = baggage::parse(&["session.id=42, user=Am%C3%A9lie;visible=yes", "formula=a=b, bad member"]);
/// assert_eq!(baggage.get("user").map(|value| value.as_str()), Some("Amélie"));
/// assert_eq!(baggage.get("formula").map(|value| value.as_str()), Some("a=b"));
/// assert_eq!(baggage.len(), 3);
/// ```
pub fn parse<L: AsRef<str>>(lines: &[L]) -> Baggage {
    let mut baggage = Baggage::new();
    let mut length = 0;
    let mut members = 0;
    for line in lines {
        let mut rest = Some(line.as_ref());
        while let Some(text) = rest {
            if length >= MAX_LENGTH {
                return baggage;
            }
            // Look for the comma only as far as a member may still reach.
            let left = MAX_LENGTH - length;
            let window = &text.as_bytes()[..text.len().min(left + 1)];
            let end = match window.iter().position(|byte| *byte == b',') {
                Some(comma) => comma,
                None if text.len() <= left => text.len(),
                None => return baggage,
            };
            length += end + 1;
            // A comma is ASCII, so both cuts are at character boundaries.
            let member = text[..end].trim_matches([' ', '\t']);
            rest = text.get(end + 1..);
            if member.is_empty() {
                continue;
            }
            members += 1;
            if members > MAX_MEMBERS {
                return baggage;
            }
            if let Some((key, value, properties)) = parse_member(member) {
                baggage.insert_with_metadata(key, value, properties);
            }
        }
    }
    baggage
}

/// Writes baggage as one line; `None` where it is empty.
///
/// Cost: sorts the members and allocates for each.
///
/// ```
/// use bellwether::propagation::baggage;
///
/// let line = baggage::format(&baggage::parse(&["b=2;kept, a=1 "]));
/// assert_eq!(line.as_deref(), Some("a=1,b=2;kept"));
/// ```
pub fn format(baggage: &Baggage) -> Option<String> {
    let mut members: Vec<String> = baggage
        .iter()
        .filter(|(key, _)| is_token(key.as_str()))
        .map(|(key, (value, metadata))| {
            let mut member = format!("{key}={}", utf8_percent_encode(value.as_str(), ENCODED));
            if let Some(properties) = properties(metadata.as_str()) {
                member.push(';');
                member.push_str(&properties);
            }
            member
        })
        .collect();
    members.sort_unstable();
    let mut line = String::new();
    for member in members.iter().take(MAX_MEMBERS) {
        let comma = usize::from(!line.is_empty());
        if line.len() + comma + member.len() > MAX_LENGTH {
            continue;
        }
        if comma == 1 {
            line.push(',');
        }
        line.push_str(member);
    }
    (!line.is_empty()).then_some(line)
}

/// Key, decoded value and properties of a member in the grammar.
fn parse_member(member: &str) -> Option<(String, String, BaggageMetadata)> {
    let (pair, rest) = match member.split_once(';') {
        Some((pair, rest)) => (pair, Some(rest)),
        None => (member, None),
    };
    let (key, value) = pair.split_once('=')?;
    let (key, value) = (trim(key), trim(value));
    if !is_token(key) || !is_value(value) {
        return None;
    }
    let metadata = match rest {
        Some(rest) => properties(rest)?,
        None => String::new(),
    };
    let value = percent_decode_str(value).decode_utf8_lossy().into_owned();
    Some((key.to_owned(), value, BaggageMetadata::from(metadata)))
}

/// The properties after the first `;`, without white space around their parts; `None` where there is none or one is
/// not in the grammar.
fn properties(text: &str) -> Option<String> {
    let mut properties = Vec::new();
    for property in text.split(';') {
        let property = match property.split_once('=') {
            Some((key, value)) if is_token(trim(key)) && is_value(trim(value)) => {
                format!("{}={}", trim(key), trim(value))
            }
            None if is_token(trim(property)) => trim(property).to_owned(),
            _ => return None,
        };
        properties.push(property);
    }
    Some(properties.join(";"))
}

fn trim(text: &str) -> &str {
    text.trim_matches([' ', '\t'])
}

/// RFC 7230 `token`.
fn is_token(text: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    !text.is_empty() && text.bytes().all(allowed)
}

/// `baggage-octet`s: visible ASCII without `"`, `,`, `;` and `\`. May be empty.
fn is_value(text: &str) -> bool {
    text.bytes()
        .all(|byte| matches!(byte, 0x21..=0x7e) && !matches!(byte, b'"' | b',' | b';' | b'\\'))
}

/// Carries the baggage of a context in the `baggage` field. See the module for what is read and written.
///
/// ```
/// use bellwether::propagation::BaggagePropagator;
/// use opentelemetry::baggage::BaggageExt;
/// use opentelemetry::propagation::TextMapPropagator;
/// use opentelemetry::{Context, KeyValue};
/// use std::collections::HashMap;
///
/// let mut headers = HashMap::new();
/// let context = Context::new().with_baggage([KeyValue::new("session.id", "42")]);
/// BaggagePropagator::default().inject_context(&context, &mut headers);
/// assert_eq!(headers["baggage"], "session.id=42");
/// ```
#[derive(Debug, Clone)]
pub struct BaggagePropagator {
    fields: [String; 1],
}

impl Default for BaggagePropagator {
    fn default() -> Self {
        Self {
            fields: [field::BAGGAGE.to_owned()],
        }
    }
}

impl TextMapPropagator for BaggagePropagator {
    fn inject_context(&self, context: &Context, injector: &mut dyn Injector) {
        if let Some(line) = format(context.baggage()) {
            injector.set(field::BAGGAGE, line);
        }
    }

    fn extract_with_context(&self, context: &Context, extractor: &dyn Extractor) -> Context {
        let Some(lines) = extractor.get_all(field::BAGGAGE) else {
            return context.clone();
        };
        let baggage = parse(&lines);
        if baggage.is_empty() {
            return context.clone();
        }
        context.with_baggage(baggage)
    }

    fn fields(&self) -> FieldIter<'_> {
        FieldIter::new(&self.fields)
    }
}

#[cfg(test)]
#[path = "tests/baggage.rs"]
mod tests;
