//! Jobs in a queue: context travels in the job's JSON payload, under `_telemetry`.
//!
//! The producer makes a PRODUCER span and puts its context into the payload. The consumer, maybe much later and for
//! several jobs at once, makes a CONSUMER span that is either linked to the producer's span or a child of it: see
//! [`Relation`]. Names and attributes are those of the messaging semantic conventions. Page: `docs/context/queue.md`.

use opentelemetry::Context;
use opentelemetry::baggage::{BaggageExt, KeyValueMetadata};
use serde_json::{Map, Value};
use tracing::Span;
use tracing::field::Empty;

use super::{json, span};

/// The member of a job's payload that holds its context, so that it neither collides with the job's own data nor has
/// to be picked apart from it.
pub const FIELD: &str = "_telemetry";

/// How the span of the consumer hangs together with that of the producer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Relation {
    /// A trace of its own with a link back: right for batches and for jobs that run long after they were queued, and
    /// what the messaging conventions ask for by default.
    #[default]
    Link,
    /// A child in the producer's trace: right where one span handles exactly one job.
    Parent,
}

/// Writes a context into the payload of a job, under [`FIELD`]. Without a valid span and baggage nothing is written.
///
/// Cost: an allocation for each field.
///
/// ```
/// use bellwether::propagation::{current, queue};
///
/// let mut payload = serde_json::Map::from_iter([("file".to_owned(), "README.md".into())]);
/// queue::inject(&current(), &mut payload);
/// ```
pub fn inject(context: &Context, payload: &mut Map<String, Value>) {
    let mut fields = Map::new();
    super::inject(context, &mut json::Write(&mut fields));
    if !fields.is_empty() {
        payload.insert(FIELD.to_owned(), Value::Object(fields));
    }
}

/// Reads the context that a job brings: from [`FIELD`] or, where that is missing, from `traceparent`, `tracestate` and
/// `baggage` in the payload itself, as producers in other languages often write them.
///
/// ```
/// use bellwether::propagation::{queue, trace_id};
///
/// # bellwether::propagation::install(&[bellwether::propagation::Format::TraceContext]);
/// let line = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
/// let job = serde_json::json!({ "file": "README.md", "_telemetry": { "traceparent": line } });
/// let context = job.as_object().map(queue::extract).unwrap_or_default();
/// assert_eq!(trace_id::of(&context).as_deref(), Some("4bf92f3577b34da6a3ce929d0e0e4736"));
/// ```
pub fn extract(payload: &Map<String, Value>) -> Context {
    let fields = payload
        .get(FIELD)
        .and_then(Value::as_object)
        .unwrap_or(payload);
    super::extract(&json::Read(fields))
}

/// A queue, as the spans about it name it.
///
/// ```
/// use bellwether::propagation::queue::{Queue, Relation};
///
/// let queue = Queue::new("redis", "thumbnails");
/// let job = bellwether::propagation::queue::extract(&serde_json::Map::new());
/// let span = queue.process_span(&job, Relation::Link);
/// span.record("messaging.message.id", "42");
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Queue {
    system: String,
    destination: String,
}

impl Queue {
    /// A queue by its system (`messaging.system`: `kafka`, `redis`, `in_memory`, …) and its name
    /// (`messaging.destination.name`), which should be one of few.
    pub fn new(system: impl Into<String>, destination: impl Into<String>) -> Self {
        Self {
            system: system.into(),
            destination: destination.into(),
        }
    }

    /// A PRODUCER span `send <queue>` about putting one job in. Inject the context of this span into the job.
    ///
    /// `messaging.message.id` may be recorded on it.
    pub fn send_span(&self) -> Span {
        tracing::info_span!(
            "send",
            otel.name = format!("send {}", self.destination),
            otel.kind = "producer",
            otel.status_code = Empty,
            otel.status_description = Empty,
            messaging.system = self.system,
            messaging.destination.name = self.destination,
            messaging.operation.name = "send",
            "messaging.operation.type" = "send",
            messaging.message.id = Empty,
            "error.type" = Empty,
        )
    }

    /// A CONSUMER span `process <queue>` about one job. The job's baggage is in force inside it either way.
    ///
    /// `messaging.message.id` may be recorded on it.
    pub fn process_span(&self, job: &Context, relation: Relation) -> Span {
        let span = self.consumer_span(None);
        match relation {
            Relation::Parent => span::set_parent(&span, job),
            Relation::Link => {
                span::set_parent(&span, &with_baggage_of(job, &span::current()));
                span::link(&span, job);
            }
        }
        span
    }

    /// A CONSUMER span `process <queue>` about several jobs at once, with a link to each job that brings a context.
    pub fn process_batch_span<'a>(&self, jobs: impl IntoIterator<Item = &'a Context>) -> Span {
        let jobs: Vec<&Context> = jobs.into_iter().collect();
        let span = self.consumer_span(i64::try_from(jobs.len()).ok());
        for job in jobs {
            span::link(&span, job);
        }
        span
    }

    fn consumer_span(&self, batch: Option<i64>) -> Span {
        tracing::info_span!(
            "process",
            otel.name = format!("process {}", self.destination),
            otel.kind = "consumer",
            otel.status_code = Empty,
            otel.status_description = Empty,
            messaging.system = self.system,
            messaging.destination.name = self.destination,
            messaging.operation.name = "process",
            "messaging.operation.type" = "process",
            messaging.batch.message_count = batch,
            messaging.message.id = Empty,
            "error.type" = Empty,
        )
    }
}

fn with_baggage_of(job: &Context, context: &Context) -> Context {
    let baggage = job.baggage().iter();
    context.with_baggage(baggage.map(|(key, (value, metadata))| {
        KeyValueMetadata::new(key.clone(), value.clone(), metadata.clone())
    }))
}
