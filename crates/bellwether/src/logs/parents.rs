//! Whose child each live span is.
//!
//! A record names the parent of its span, but neither the OpenTelemetry context nor a started span gives that id away. So a
//! span processor notes it when a span starts and forgets it when the span ends. It works for plain OpenTelemetry spans and
//! `tracing` spans alike, also for a parent given late by `set_parent`. Unsampled spans do not reach processors; records
//! inside them have no parent id.
//!
//! A span that never ends would stay here for ever, so the number of spans is bounded; beyond it records have no
//! parent id.

use std::collections::HashMap;
use std::hash::{BuildHasherDefault, Hasher};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use opentelemetry::Context;
use opentelemetry::trace::{Span as _, SpanId, TraceContextExt};
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{Span, SpanData, SpanProcessor};

/// Span ids are random in their low bits: those choose the shard.
const SHARDS: usize = 16;
/// Live spans known in one shard: 65,536 in all, at 16 bytes and some a span.
const SPANS_PER_SHARD: usize = 4_096;

/// Span ids are random already.
#[derive(Default)]
struct SpanIdHasher(u64);

impl Hasher for SpanIdHasher {
    fn finish(&self) -> u64 {
        self.0
    }

    fn write(&mut self, bytes: &[u8]) {
        for byte in bytes {
            self.0 = self.0.rotate_left(8) ^ u64::from(*byte);
        }
    }

    fn write_u64(&mut self, id: u64) {
        self.0 = id;
    }
}

type Shard = HashMap<u64, SpanId, BuildHasherDefault<SpanIdHasher>>;

/// The parents of the spans that are live. Clones share.
#[derive(Clone, Default)]
pub(crate) struct ParentSpans {
    shards: Arc<[Mutex<Shard>; SHARDS]>,
}

impl std::fmt::Debug for ParentSpans {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("ParentSpans").finish_non_exhaustive()
    }
}

impl ParentSpans {
    fn with_shard<T>(&self, id: SpanId, visit: impl FnOnce(&mut Shard, u64) -> T) -> T {
        let key = u64::from_be_bytes(id.to_bytes());
        let shard = &self.shards[key as usize % SHARDS];
        // A map of plain ids is sound after any panic.
        visit(
            &mut shard.lock().unwrap_or_else(PoisonError::into_inner),
            key,
        )
    }

    /// The parent of a live span.
    pub(crate) fn parent_of(&self, id: SpanId) -> Option<SpanId> {
        self.with_shard(id, |shard, key| shard.get(&key).copied())
    }
}

impl ParentSpans {
    /// Notes a span that starts under this context. For a processor that already is there: a second one makes the SDK
    /// copy each span at its end.
    pub(crate) fn started(&self, span: SpanId, parent: &Context) {
        if !parent.has_active_span() {
            return;
        }
        let parent = parent.span().span_context().span_id();
        if parent == SpanId::INVALID {
            return;
        }
        self.with_shard(span, |shard, key| {
            if shard.len() < SPANS_PER_SHARD {
                shard.insert(key, parent);
            }
        });
    }

    /// Forgets a span that ended.
    pub(crate) fn ended(&self, span: SpanId) {
        self.with_shard(span, |shard, key| shard.remove(&key));
    }
}

impl SpanProcessor for ParentSpans {
    fn on_start(&self, span: &mut Span, parent: &Context) {
        self.started(span.span_context().span_id(), parent);
    }

    fn on_end(&self, span: SpanData) {
        self.ended(span.span_context.span_id());
    }

    fn force_flush(&self) -> OTelSdkResult {
        Ok(())
    }

    fn shutdown_with_timeout(&self, _: Duration) -> OTelSdkResult {
        Ok(())
    }
}
