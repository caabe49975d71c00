//! Gauges that are asked for their value when metrics are collected.

use std::fmt;
use std::sync::Arc;

use opentelemetry::KeyValue;

use crate::metrics::{Holder, MetricDefinition, Metrics, Observed};

/// Has a value asked for at each collection, as long as it lives. [`keep`](Self::keep) it for as long as the process.
///
/// ```
/// use std::sync::{Arc, atomic::{AtomicI64, Ordering}};
///
/// let free = Arc::new(AtomicI64::new(4));
/// let asked = Arc::clone(&free);
/// let observed = bellwether::metrics::worker().observe(move || asked.load(Ordering::Relaxed));
/// drop(observed); // the gauge has no value any more
/// ```
#[must_use = "nothing is asked any more once it is dropped"]
pub struct Observation(Option<Arc<Holder>>);

impl Observation {
    /// One of a gauge with at most one label. `ask` must not call this crate, and what it takes collections take.
    pub(super) fn new(
        metrics: &Metrics,
        definition: &'static MetricDefinition,
        label: Option<KeyValue>,
        ask: impl Fn() -> i64 + Send + Sync + 'static,
    ) -> Self {
        let asked = Asked {
            attributes: label.into_iter().collect(),
            ask: Box::new(ask),
        };
        Self(metrics.observed_gauge(definition, Arc::new(asked)))
    }

    /// Asks for as long as the process lives.
    ///
    /// ```
    /// bellwether::metrics::worker().observe(|| 4).keep();
    /// ```
    pub fn keep(self) {
        std::mem::forget(self.0);
    }
}

impl fmt::Debug for Observation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let state = if self.0.is_some() { "on" } else { "off" };
        f.debug_tuple("Observation").field(&state).finish()
    }
}

struct Asked {
    attributes: Vec<KeyValue>,
    ask: Box<dyn Fn() -> i64 + Send + Sync>,
}

impl Observed<i64> for Asked {
    fn each(&self, see: &mut dyn FnMut(&[KeyValue], i64)) {
        see(&self.attributes, (self.ask)());
    }
}
