//! What the batches of the three signals share.

use std::collections::BTreeMap;
use std::ops::Range;

use super::attributes;
use crate::otlp::common::v1::KeyValue;

/// Items of a request that are not stored, by reason.
///
/// ```
/// let rejected = bellwether_backend::Rejected::default();
/// assert_eq!(rejected.count(), 0);
/// assert_eq!(rejected.to_string(), "");
/// ```
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Rejected(BTreeMap<&'static str, u64>);

impl Rejected {
    pub(super) fn add(&mut self, reason: &'static str) {
        *self.0.entry(reason).or_default() += 1;
    }

    /// How many items were rejected.
    pub fn count(&self) -> u64 {
        self.0.values().sum()
    }
}

impl std::fmt::Display for Rejected {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (index, (reason, count)) in self.0.iter().enumerate() {
            let separator = if index == 0 { "" } else { "; " };
            write!(f, "{separator}{count} rejected: {reason}")?;
        }
        Ok(())
    }
}

/// Lowest and highest time of what was inserted.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Bounds(pub(super) Option<(i64, i64)>);

impl Bounds {
    pub(super) fn cover(&mut self, time: i64) {
        self.0 = Some(self.0.map_or((time, time), |(lowest, highest)| {
            (lowest.min(time), highest.max(time))
        }));
    }
}

/// Appends attributes to the text of a batch and says where they stand; none at all stand nowhere. Attributes that the text says
/// exactly are taken out of the message, so that what is left of it is what the text does not say.
pub(super) fn stated(text: &mut String, attributes: &mut Vec<KeyValue>) -> Range<usize> {
    let start = text.len();
    if !attributes.is_empty() && attributes::write(text, attributes) {
        *attributes = Vec::new();
    }
    start..text.len()
}
