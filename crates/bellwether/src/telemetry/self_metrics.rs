//! Bellwether's metrics about itself: what was sent, given up and dropped.

use std::sync::atomic::Ordering;
use std::sync::{Arc, Weak};

use opentelemetry::KeyValue;
use opentelemetry::metrics::{AsyncInstrument, Meter, MeterProvider};

use super::running::Counts;
use crate::export::SignalDelivery;
use crate::metrics::generated::bellwether::{
    BELLWETHER_CALLBACK_PANICS_TOTAL, BELLWETHER_DROPPED_TOTAL, BELLWETHER_EXPORT_ITEMS_TOTAL,
    BELLWETHER_LOG_LINES_DROPPED_TOTAL, BELLWETHER_PUBLISH_FAILED_TOTAL,
    BELLWETHER_PUBLISHED_TOTAL,
};
use crate::metrics::generated::labels::{ExportOutcome, LossCause, PublishSink, Signal};
use crate::metrics::{GuardedMeters, MetricDefinition};

/// Registers `bellwether_export_items_total{signal, outcome}`, `bellwether_dropped_total{signal, cause}`,
/// `bellwether_log_lines_dropped_total` and `bellwether_callback_panics_total`, and those of metric files.
///
/// The callbacks only read atomics: they run under the SDK's collection lock.
pub(super) fn register(meters: &GuardedMeters, counts: &Arc<Counts>) {
    let meter = meters.meter("bellwether");
    // Weak: the provider keeps its callbacks for life, and the counts hold the log pipeline.
    let weak: Weak<Counts> = Arc::downgrade(counts);
    let (lines, losses) = (Weak::clone(&weak), Weak::clone(&weak));
    counter(&meter, &BELLWETHER_EXPORT_ITEMS_TOTAL, move |observer| {
        if let Some(counts) = weak.upgrade() {
            observe_deliveries(&counts, observer);
        }
    });
    counter(
        &meter,
        &BELLWETHER_LOG_LINES_DROPPED_TOTAL,
        move |observer| {
            if let Some(counts) = lines.upgrade() {
                observer.observe(counts.report().log_lines_dropped, &[]);
            }
        },
    );
    counter(&meter, &BELLWETHER_DROPPED_TOTAL, move |observer| {
        let Some(counts) = losses.upgrade() else {
            return;
        };
        for (signal, cause, items) in counts.losses() {
            let signal = KeyValue::new(Signal::KEY, signal.as_str());
            let cause = KeyValue::new(LossCause::KEY, cause.as_str());
            observer.observe(items, &[signal, cause]);
        }
    });
    register_files(&meter, counts);
    let panics = meters.panic_count();
    counter(&meter, &BELLWETHER_CALLBACK_PANICS_TOTAL, move |observer| {
        observer.observe(panics.load(Ordering::Relaxed), &[]);
    });
}

/// A counter as the catalog defines it, told by this callback.
fn counter(
    meter: &Meter,
    definition: &'static MetricDefinition,
    observe: impl Fn(&dyn AsyncInstrument<u64>) + Send + Sync + 'static,
) {
    let _ = meter
        .u64_observable_counter(definition.name)
        .with_unit(definition.unit)
        .with_description(definition.description)
        .with_callback(observe)
        .build();
}

fn observe_deliveries(counts: &Counts, observer: &dyn AsyncInstrument<u64>) {
    let report = counts.report();
    for (signal, delivery) in [
        (Signal::Traces, report.traces),
        (Signal::Metrics, report.metrics),
        (Signal::Logs, report.logs),
    ] {
        let SignalDelivery {
            sent,
            failed,
            dropped,
            ..
        } = delivery;
        for (outcome, items) in [
            (ExportOutcome::Sent, sent),
            (ExportOutcome::Failed, failed),
            (ExportOutcome::Dropped, dropped),
        ] {
            let signal = KeyValue::new(Signal::KEY, signal.as_str());
            let outcome = KeyValue::new(ExportOutcome::KEY, outcome.as_str());
            observer.observe(items, &[signal, outcome]);
        }
    }
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
        counter(meter, definition, move |observer| {
            let counts = files.read();
            if counts != (0, 0) {
                observer.observe(of(counts), &sink);
            }
        });
    }
}
