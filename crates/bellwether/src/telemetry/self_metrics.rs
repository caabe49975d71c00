//! Bellwether's metrics about itself: what was sent, given up and dropped.

use std::sync::atomic::Ordering;
use std::sync::{Arc, Weak};

use opentelemetry::KeyValue;
use opentelemetry::metrics::{Meter, MeterProvider};

use super::running::Counts;
use crate::export::{DeliveryReport, SignalDelivery};
use crate::metrics::GuardedMeters;
use crate::metrics::generated::bellwether::{
    BELLWETHER_DROPPED_TOTAL, BELLWETHER_PUBLISH_FAILED_TOTAL, BELLWETHER_PUBLISHED_TOTAL,
};
use crate::metrics::generated::labels::{LossCause, PublishSink, Signal};

/// Registers `bellwether_export_items_total{signal, outcome}` (outcome `sent`, `failed` or `dropped`),
/// `bellwether_dropped_total{signal, cause}`, `bellwether_log_lines_dropped_total` and
/// `bellwether_callback_panics_total`.
///
/// The callbacks only read atomics: they run under the SDK's collection lock.
pub(super) fn register(meters: &GuardedMeters, counts: &Arc<Counts>) {
    let meter = meters.meter("bellwether");
    // Weak: the provider keeps its callbacks for life, and the counts hold the log pipeline.
    let weak: Weak<Counts> = Arc::downgrade(counts);
    let (lines, losses) = (Weak::clone(&weak), Weak::clone(&weak));
    let _ = meter
        .u64_observable_counter("bellwether_export_items_total")
        .with_description("spans, metric points and log records by what became of them on the way to the endpoint")
        .with_callback(move |observer| {
            let Some(counts) = weak.upgrade() else { return };
            let report: DeliveryReport = counts.report();
            for (signal, delivery) in [("traces", report.traces), ("metrics", report.metrics), ("logs", report.logs)] {
                let SignalDelivery { sent, failed, dropped, .. } = delivery;
                for (outcome, items) in [("sent", sent), ("failed", failed), ("dropped", dropped)] {
                    observer.observe(items, &[KeyValue::new("signal", signal), KeyValue::new("outcome", outcome)]);
                }
            }
        })
        .build();
    let _ = meter
        .u64_observable_counter("bellwether_log_lines_dropped_total")
        .with_description("log lines that the stream did not take in time")
        .with_callback(move |observer| {
            if let Some(counts) = lines.upgrade() {
                observer.observe(counts.report().log_lines_dropped, &[]);
            }
        })
        .build();
    let _ = meter
        .u64_observable_counter(BELLWETHER_DROPPED_TOTAL.name)
        .with_unit(BELLWETHER_DROPPED_TOTAL.unit)
        .with_description(BELLWETHER_DROPPED_TOTAL.description)
        .with_callback(move |observer| {
            let Some(counts) = losses.upgrade() else {
                return;
            };
            for (signal, cause, items) in counts.losses() {
                let signal = KeyValue::new(Signal::KEY, signal.as_str());
                observer.observe(
                    items,
                    &[signal, KeyValue::new(LossCause::KEY, cause.as_str())],
                );
            }
        })
        .build();
    register_files(&meter, counts);
    let panics = meters.panic_count();
    let _ = meter
        .u64_observable_counter("bellwether_callback_panics_total")
        .with_unit("{panic}")
        .with_description("calls of callbacks of observable instruments that ended in a panic")
        .with_callback(move |observer| observer.observe(panics.load(Ordering::Relaxed), &[]))
        .build();
}

/// `bellwether_published_total{sink="file"}` and `bellwether_publish_failed_total{sink="file"}`; no series before there is
/// a file.
fn register_files(meter: &Meter, counts: &Arc<Counts>) {
    for (definition, of) in [
        (
            &BELLWETHER_PUBLISHED_TOTAL,
            (|(written, _)| written) as fn((u64, u64)) -> u64,
        ),
        (&BELLWETHER_PUBLISH_FAILED_TOTAL, |(_, failed)| failed),
    ] {
        let files = counts.metric_files.clone();
        let sink = [KeyValue::new(PublishSink::KEY, PublishSink::File.as_str())];
        let _ = meter
            .u64_observable_counter(definition.name)
            .with_unit(definition.unit)
            .with_description(definition.description)
            .with_callback(move |observer| {
                let counts = files.read();
                if counts != (0, 0) {
                    observer.observe(of(counts), &sink);
                }
            })
            .build();
    }
}
