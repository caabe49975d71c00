//! What is recorded of one run: a span, the job metrics, two log lines.
//!
//! Metric names, labels and buckets are those of the job-queue monitoring contract. Units are annotations where the
//! thing counted has none: the unit `1` would append `_ratio` to a gauge's name on the way into Prometheus.
//!
//! The span is current while the log lines are written, and for nothing else; the program gets its context through
//! the environment.

use std::ffi::OsString;
use std::process::Command;
use std::time::Instant;

use bellwether::propagation::process;
use opentelemetry::metrics::{Counter, Histogram, UpDownCounter};
use opentelemetry::trace::{SpanKind, Status, TraceContextExt, Tracer};
use opentelemetry::{Context, KeyValue, StringValue, Value, global};

use super::ending::Ending;
use super::session::Session;

/// Instrumentation scope.
const SCOPE: &str = "bellwether-exec";
/// Buckets of `job_duration_seconds`, in seconds: up to ten minutes.
const DURATION_BUCKETS: [f64; 10] = [0.1, 0.5, 1.0, 2.0, 5.0, 10.0, 30.0, 60.0, 300.0, 600.0];

/// What is known of a job before it runs.
#[derive(Debug)]
pub(super) struct Description<'a> {
    /// Name of the span; label `service` of the metrics.
    pub(super) name: &'a str,
    /// Label `priority`.
    pub(super) priority: &'a str,
    /// The program as it was typed.
    pub(super) program: String,
    /// Its arguments, where they may be recorded.
    pub(super) arguments: Option<&'a [OsString]>,
}

/// A run that is recorded, or not, where there is no telemetry.
pub(super) struct Job(Option<Record>);

struct Record {
    /// Holds the span.
    context: Context,
    begin: Instant,
    /// `service`, `priority`, `worker_id`.
    labels: Vec<KeyValue>,
    instruments: Option<Instruments>,
}

struct Instruments {
    active: UpDownCounter<i64>,
    processed: Counter<u64>,
    duration: Histogram<f64>,
    errors: Counter<u64>,
}

impl Job {
    /// Begins the span, in the trace that our own environment names, and counts the job as started.
    pub(super) fn start(session: &Session, description: &Description<'_>) -> Self {
        if !session.is_running() {
            return Self(None);
        }
        let parent = process::extract_from_env();
        let tracer = global::tracer(SCOPE);
        let span = tracer
            .span_builder(description.name.to_owned())
            .with_kind(SpanKind::Internal)
            .with_attributes(span_attributes(description))
            .start_with_context(&tracer, &parent);
        let record = Record {
            context: parent.with_span(span),
            begin: Instant::now(),
            labels: vec![
                KeyValue::new("service", description.name.to_owned()),
                KeyValue::new("priority", description.priority.to_owned()),
                KeyValue::new("worker_id", session.worker_id()),
            ],
            instruments: session.counts_jobs().then(Instruments::new),
        };
        if let Some(instruments) = &record.instruments {
            instruments.active.add(1, &record.labels);
            instruments
                .processed
                .add(1, &record.labels_and("status", "started"));
        }
        Self(Some(record))
    }

    /// Puts our span's context into the program's environment. Without a span of ours the one that is there stays.
    pub(super) fn prepare(&self, command: &mut Command) {
        if let Self(Some(record)) = self {
            process::inject(&record.context, command);
        }
    }

    /// The program runs.
    pub(super) fn started(&self, process_id: u32) {
        let Self(Some(record)) = self else { return };
        let span = record.context.span();
        span.set_attribute(KeyValue::new("process.pid", i64::from(process_id)));
        let _current = record.context.clone().attach();
        tracing::info!(target: SCOPE, { process.pid = process_id }, "job started");
    }

    /// The program has ended, or never ran.
    pub(super) fn end(self, ending: &Ending) {
        let Self(Some(record)) = self else { return };
        let seconds = record.begin.elapsed().as_secs_f64();
        record.log_end(ending, seconds);
        record.measure_end(ending, seconds);
        record.end_span(ending);
    }
}

impl Record {
    fn labels_and(&self, key: &'static str, value: impl Into<Value>) -> Vec<KeyValue> {
        let mut labels = self.labels.clone();
        labels.push(KeyValue::new(key, value));
        labels
    }

    fn log_end(&self, ending: &Ending, seconds: f64) {
        let _current = self.context.clone().attach();
        let end = ending.describe();
        if ending.is_success() {
            tracing::info!(target: SCOPE, { duration = seconds }, "job completed");
        } else {
            let class = ending.error_type();
            tracing::error!(target: SCOPE, { duration = seconds, error.type = class }, "job failed: {end}");
        }
    }

    fn measure_end(&self, ending: &Ending, seconds: f64) {
        let Some(instruments) = &self.instruments else {
            return;
        };
        instruments.active.add(-1, &self.labels);
        if ending.is_success() {
            instruments
                .processed
                .add(1, &self.labels_and("status", "completed"));
            instruments.duration.record(seconds, &self.labels);
            return;
        }
        let failed = self.labels_and("status", "failed");
        instruments.processed.add(1, &failed);
        instruments.duration.record(seconds, &failed);
        let mut labels = self.labels_and("error_type", ending.error_type());
        labels.push(KeyValue::new("error_name", ending.error_name()));
        instruments.errors.add(1, &labels);
    }

    fn end_span(&self, ending: &Ending) {
        let span = self.context.span();
        let how = match ending {
            Ending::Code(code) => Some(KeyValue::new("process.exit.code", i64::from(*code))),
            Ending::Signal(_) => Some(KeyValue::new("process.exit.signal", ending.error_name())),
            Ending::NotStarted { .. } | Ending::Lost(_) => None,
        };
        span.set_attributes(how);
        if ending.is_success() {
            span.set_status(Status::Ok);
        } else {
            span.set_attribute(KeyValue::new("error.type", ending.error_type()));
            span.set_status(Status::error(ending.describe()));
        }
        span.end();
    }
}

impl Instruments {
    fn new() -> Self {
        let meter = global::meter(SCOPE);
        Self {
            active: meter
                .i64_up_down_counter("jobs_active")
                .with_description("Number of currently active jobs")
                .with_unit("{job}")
                .build(),
            processed: meter
                .u64_counter("jobs_processed_total")
                .with_description("Total number of jobs processed")
                .with_unit("{job}")
                .build(),
            duration: meter
                .f64_histogram("job_duration_seconds")
                .with_description("Job processing duration in seconds")
                .with_unit("s")
                .with_boundaries(DURATION_BUCKETS.to_vec())
                .build(),
            errors: meter
                .u64_counter("errors_total")
                .with_description("Total number of errors encountered")
                .with_unit("{error}")
                .build(),
        }
    }
}

fn span_attributes(description: &Description<'_>) -> Vec<KeyValue> {
    let mut attributes = vec![KeyValue::new(
        "process.command",
        description.program.clone(),
    )];
    if let Some(arguments) = description.arguments {
        let texts = arguments
            .iter()
            .map(|argument| StringValue::from(argument.to_string_lossy().into_owned()));
        let list = Value::Array(texts.collect::<Vec<_>>().into());
        attributes.push(KeyValue::new("process.command_args", list));
    }
    attributes
}
