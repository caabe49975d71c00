//! Finished spans, kept a while so that a trace can be exported as JSON.
//!
//! Only traces begun or continued by [`TraceContext`](super::TraceContext) are kept, but all their spans are, whichever API
//! made them. The store is a ring: at most [`MAX_TRACES`] traces and about [`MAX_BYTES`] bytes, the oldest trace leaves first.
//! A service that uses only `tracing` macros pays one relaxed load a span.

use std::collections::{HashMap, VecDeque};
use std::mem::size_of;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, OnceLock, PoisonError};

use opentelemetry::trace::TraceId;
use opentelemetry::{Array, KeyValue, Value};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::trace::SpanData;

use super::json;
use super::statistics::{SpanStatistics, count};

/// Traces kept at most.
pub(super) const MAX_TRACES: usize = 256;

/// Bytes kept at most, as estimated from the lengths of names, keys and values.
pub(super) const MAX_BYTES: usize = 8 * 1024 * 1024;

#[derive(Debug)]
pub(super) struct FinishedTraces {
    max_traces: usize,
    max_bytes: usize,
    statistics: SpanStatistics,
    resource: OnceLock<Resource>,
    /// How many traces are in `kept`, readable without the lock.
    traces: AtomicUsize,
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    traces: HashMap<TraceId, Trace>,
    /// Oldest first.
    order: VecDeque<TraceId>,
    bytes: usize,
}

#[derive(Debug, Default)]
struct Trace {
    spans: Vec<SpanData>,
    bytes: usize,
}

impl FinishedTraces {
    pub(super) fn new(max_traces: usize, max_bytes: usize, statistics: SpanStatistics) -> Self {
        Self {
            max_traces,
            max_bytes,
            statistics,
            resource: OnceLock::new(),
            traces: AtomicUsize::new(0),
            kept: Mutex::default(),
        }
    }

    /// The resource that JSON exports carry; the first one given stays.
    pub(super) fn set_resource(&self, resource: &Resource) {
        self.resource.get_or_init(|| resource.clone());
    }

    /// Keeps the spans of this trace from now on.
    pub(super) fn watch(&self, trace: TraceId) {
        let mut kept = self.lock();
        if kept.traces.contains_key(&trace) {
            return;
        }
        while kept.traces.len() >= self.max_traces.max(1) && self.forget_oldest(&mut kept) {}
        kept.traces.insert(trace, Trace::default());
        kept.order.push_back(trace);
        self.traces.store(kept.traces.len(), Ordering::Relaxed);
    }

    /// Keeps a copy of a finished span if its trace is watched.
    pub(super) fn keep(&self, span: &SpanData) {
        if self.traces.load(Ordering::Relaxed) == 0 {
            return;
        }
        let trace_id = span.span_context.trace_id();
        let mut kept = self.lock();
        if !kept.traces.contains_key(&trace_id) {
            return;
        }
        let bytes = size(span);
        while kept.bytes + bytes > self.max_bytes && kept.order.front() != Some(&trace_id) {
            if !self.forget_oldest(&mut kept) {
                break;
            }
        }
        if kept.bytes + bytes > self.max_bytes {
            count(&self.statistics.counters().kept_dropped, 1);
            return;
        }
        kept.bytes += bytes;
        if let Some(trace) = kept.traces.get_mut(&trace_id) {
            trace.bytes += bytes;
            trace.spans.push(span.clone());
        }
    }

    /// The kept spans of a trace as OTLP/JSON, by start time; no spans if the trace is not kept.
    pub(super) fn export(&self, trace: TraceId) -> serde_json::Value {
        let mut spans = self
            .lock()
            .traces
            .get(&trace)
            .map(|trace| trace.spans.clone())
            .unwrap_or_default();
        spans.sort_by_key(|span| span.start_time);
        json::request(self.resource.get(), &spans)
    }

    fn forget_oldest(&self, kept: &mut Kept) -> bool {
        let Some(oldest) = kept.order.pop_front() else {
            return false;
        };
        if let Some(trace) = kept.traces.remove(&oldest) {
            kept.bytes -= trace.bytes;
            count(
                &self.statistics.counters().kept_dropped,
                trace.spans.len() as u64,
            );
        }
        self.traces.store(kept.traces.len(), Ordering::Relaxed);
        true
    }

    fn lock(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What a span takes in memory, near enough.
fn size(span: &SpanData) -> usize {
    let of_attributes =
        |attributes: &[KeyValue]| attributes.iter().map(attribute_size).sum::<usize>();
    let events: usize = span
        .events
        .iter()
        .map(|event| size_of_val(event) + event.name.len() + of_attributes(&event.attributes))
        .sum();
    let links: usize = span
        .links
        .iter()
        .map(|link| size_of_val(link) + of_attributes(&link.attributes))
        .sum();
    let status = match &span.status {
        opentelemetry::trace::Status::Error { description } => description.len(),
        _ => 0,
    };
    size_of::<SpanData>()
        + span.name.len()
        + status
        + of_attributes(&span.attributes)
        + events
        + links
}

fn attribute_size(attribute: &KeyValue) -> usize {
    let value = match &attribute.value {
        Value::String(text) => text.as_str().len(),
        Value::Array(Array::String(texts)) => texts
            .iter()
            .map(|text| size_of_val(text) + text.as_str().len())
            .sum(),
        Value::Array(Array::Bool(values)) => values.len(),
        Value::Array(Array::I64(values)) => size_of_val(values.as_slice()),
        Value::Array(Array::F64(values)) => size_of_val(values.as_slice()),
        _ => 0,
    };
    size_of::<KeyValue>() + attribute.key.as_str().len() + value
}

#[cfg(test)]
#[path = "tests/finished.rs"]
mod tests;
