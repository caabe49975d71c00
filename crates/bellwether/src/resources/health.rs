//! What resource metrics say about themselves: whether a source is stuck, and how often a read failed.

use std::sync::{Arc, Weak};

use opentelemetry::KeyValue;
use opentelemetry::metrics::Meter;

use super::observe::{Number, observe};
use super::observer::{Part, SourceState};
use crate::metrics::Selection;
use crate::metrics::generated::bellwether_resources::{
    BELLWETHER_RESOURCE_FAILURES_TOTAL, BELLWETHER_RESOURCE_STUCK,
};
use crate::metrics::generated::labels::ResourceSource;

/// Registers both metrics for a source. One that is absent says nothing.
pub(crate) fn register(meter: &Meter, source: ResourceSource, parts: &[Arc<dyn Part>]) {
    // Bellwether's own metrics are always on.
    let own = (meter, Selection::all());
    let parts: Arc<[Weak<dyn Part>]> = parts.iter().map(Arc::downgrade).collect();
    let label = KeyValue::new(ResourceSource::KEY, source.as_str());
    let (for_failures, failures_label) = (Arc::clone(&parts), label.clone());
    observe(own, &BELLWETHER_RESOURCE_STUCK, move |points| {
        let Some(state) = here(&parts).map(|part| part.state()).max() else {
            return;
        };
        let stuck = u64::from(state == SourceState::Stuck);
        points(Number::Int(stuck), std::slice::from_ref(&label));
    });
    observe(own, &BELLWETHER_RESOURCE_FAILURES_TOTAL, move |points| {
        let mut here = here(&for_failures).peekable();
        if here.peek().is_none() {
            return;
        }
        let failures = here.map(|part| part.failures()).sum();
        points(Number::Int(failures), std::slice::from_ref(&failures_label));
    });
}

fn here(parts: &[Weak<dyn Part>]) -> impl Iterator<Item = Arc<dyn Part>> {
    parts
        .iter()
        .filter_map(Weak::upgrade)
        .filter(|part| part.state() != SourceState::Absent)
}
