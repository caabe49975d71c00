//! The collector by its own lights: what is in the history, when, and how the buffer and its thread end. What is
//! exported is tested from outside.

#![allow(
    clippy::unwrap_used,
    clippy::float_cmp,
    reason = "a test may panic; sums of halves are exact"
)]

mod buffer;
mod future;
mod history;

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use opentelemetry::metrics::MeterProvider;
use opentelemetry_sdk::metrics::SdkMeterProvider;

use super::MetricsCollector;
use super::builder::MetricsCollectorBuilder;
use super::history::Totals;
use crate::metrics::Metrics;

/// A time that stands until it is moved.
#[derive(Clone)]
struct Hand(Arc<AtomicU64>);

impl Hand {
    /// Noon of some day.
    fn new() -> Self {
        Self(Arc::new(AtomicU64::new(20_000 * 86_400 + 43_200)))
    }

    fn now(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(self.0.load(Ordering::Relaxed))
    }

    fn set(&self, seconds: u64) {
        self.0.store(seconds, Ordering::Relaxed);
    }

    fn seconds(&self) -> u64 {
        self.0.load(Ordering::Relaxed)
    }
}

/// Batching, on a meter of no reader.
fn built(builder: MetricsCollectorBuilder) -> (MetricsCollector, Hand) {
    let hand = Hand::new();
    let metrics = Metrics::new(&SdkMeterProvider::builder().build().meter("test"));
    let told = hand.clone();
    let builder = builder.clock(move || told.now());
    (builder.build_on(&metrics).unwrap(), hand)
}

/// What has got through to the history: asking for stats would flush.
fn through(collector: &MetricsCollector, orchestrator: &str) -> Totals {
    let history = collector.0.core.history.as_ref().unwrap();
    history.sum(orchestrator, &(0..=u32::MAX))
}

fn wait_until(what: impl Fn() -> bool) {
    let end = std::time::Instant::now() + Duration::from_secs(30);
    while !what() {
        assert!(std::time::Instant::now() < end, "it never came to be");
        std::thread::sleep(Duration::from_millis(2));
    }
}
