//! Attribute rules of the OpenTelemetry specification that the Rust SDK leaves out.
//!
//! The SDK appends attributes to a list. The specification wants a map: setting a key again replaces its value, and only
//! distinct keys count against the limit. So the SDK is given room beyond the limit ([`REWRITE_ROOM`]), and when the span
//! ends the list becomes a map here: the last value of each key, at the place where the key first stood; then the count
//! limit; then the value-length limit, in Unicode scalar values, for strings and for each string of an array.

use std::collections::HashMap;

use opentelemetry::{Array, KeyValue, StringValue, Value};
use opentelemetry_sdk::trace::{SpanData, SpanLimits};

use crate::config::SpanLimitSettings;

/// How many attributes beyond the limit the SDK holds until the span ends, so that a key set again and again (a progress,
/// a state) still ends with its last value. Bounds memory: a span never holds more than limit plus this many.
const REWRITE_ROOM: u32 = 1024;

/// Up to this many attributes a scan beats a hash map.
const SCANNED_ATTRIBUTES: usize = 24;

/// The limits in force, in the units they are applied in.
#[derive(Debug, Clone, Copy)]
pub(super) struct AttributeLimits {
    span: usize,
    event: usize,
    link: usize,
    value_length: Option<usize>,
}

/// What applying the limits to one span took away.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Removed {
    pub(super) attributes: u64,
    pub(super) events: u64,
    pub(super) links: u64,
    pub(super) truncated: u64,
}

impl AttributeLimits {
    pub(super) fn new(settings: &SpanLimitSettings) -> Self {
        let size = |limit: u32| usize::try_from(limit).unwrap_or(usize::MAX);
        Self {
            span: size(*settings.attributes),
            event: size(*settings.attributes_per_event),
            link: size(*settings.attributes_per_link),
            value_length: *settings.value_length,
        }
    }

    /// Makes a finished span conform.
    pub(super) fn apply(&self, span: &mut SpanData) -> Removed {
        let mut truncated = 0;
        let mut conform = |attributes: &mut Vec<KeyValue>, dropped: &mut u32, limit: usize| {
            replace_duplicates(attributes);
            let excess = attributes.len().saturating_sub(limit);
            attributes.truncate(limit);
            *dropped = dropped.saturating_add(u32::try_from(excess).unwrap_or(u32::MAX));
            if let Some(length) = self.value_length {
                truncated += truncate_values(attributes, length);
            }
            u64::from(*dropped)
        };

        let mut attributes = conform(
            &mut span.attributes,
            &mut span.dropped_attributes_count,
            self.span,
        );
        for event in &mut span.events.events {
            attributes += conform(
                &mut event.attributes,
                &mut event.dropped_attributes_count,
                self.event,
            );
        }
        for link in &mut span.links.links {
            attributes += conform(
                &mut link.attributes,
                &mut link.dropped_attributes_count,
                self.link,
            );
        }
        Removed {
            attributes,
            events: u64::from(span.events.dropped_count),
            links: u64::from(span.links.dropped_count),
            truncated,
        }
    }
}

/// The limits the SDK itself enforces while a span is open.
pub(super) fn sdk_limits(settings: &SpanLimitSettings) -> SpanLimits {
    // Every field is set, so the variables the SDK reads for its defaults have no say.
    SpanLimits {
        max_attributes_per_span: settings.attributes.saturating_add(REWRITE_ROOM),
        max_attributes_per_event: settings.attributes_per_event.saturating_add(REWRITE_ROOM),
        max_attributes_per_link: settings.attributes_per_link.saturating_add(REWRITE_ROOM),
        max_events_per_span: *settings.events,
        max_links_per_span: *settings.links,
    }
}

/// Keeps the last value of each key, where the key first stood.
fn replace_duplicates(attributes: &mut Vec<KeyValue>) {
    let mut kept = 0;
    if attributes.len() <= SCANNED_ATTRIBUTES {
        for next in 0..attributes.len() {
            let key = attributes[next].key.as_str();
            let earlier = attributes[..kept]
                .iter()
                .position(|other| other.key.as_str() == key);
            move_into_place(attributes, next, earlier, &mut kept);
        }
    } else {
        for (next, earlier) in earlier_places(attributes).into_iter().enumerate() {
            move_into_place(attributes, next, earlier, &mut kept);
        }
    }
    attributes.truncate(kept);
}

/// What is swapped to the back is either replaced already or replaced by this call: never a value to keep.
fn move_into_place(
    attributes: &mut [KeyValue],
    next: usize,
    earlier: Option<usize>,
    kept: &mut usize,
) {
    attributes.swap(earlier.unwrap_or(*kept), next);
    if earlier.is_none() {
        *kept += 1;
    }
}

/// For each attribute the place that its key already has among the distinct keys before it.
fn earlier_places(attributes: &[KeyValue]) -> Vec<Option<usize>> {
    let mut places = HashMap::with_capacity(attributes.len());
    attributes
        .iter()
        .map(|attribute| {
            let new_place = places.len();
            match places.entry(attribute.key.as_str()) {
                std::collections::hash_map::Entry::Occupied(entry) => Some(*entry.get()),
                std::collections::hash_map::Entry::Vacant(entry) => {
                    entry.insert(new_place);
                    None
                }
            }
        })
        .collect()
}

/// Cuts strings to `length` characters; returns how many values were cut.
fn truncate_values(attributes: &mut [KeyValue], length: usize) -> u64 {
    let cut = |value: &mut StringValue| match truncated(value.as_str(), length) {
        Some(shorter) => {
            *value = StringValue::from(shorter);
            1
        }
        None => 0,
    };
    attributes
        .iter_mut()
        .map(|attribute| match &mut attribute.value {
            Value::String(text) => cut(text),
            Value::Array(Array::String(texts)) => texts.iter_mut().map(cut).sum(),
            _ => 0,
        })
        .sum()
}

/// The first `length` characters of `text`, or `None` if it has no more than that.
fn truncated(text: &str, length: usize) -> Option<String> {
    if text.len() <= length {
        return None;
    }
    let (end, _) = text.char_indices().nth(length)?;
    Some(text[..end].to_owned())
}

#[cfg(test)]
#[path = "tests/limits.rs"]
mod tests;
