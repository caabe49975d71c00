//! What the processes of the demo say to each other.
//!
//! Two kinds of messages. *Work* travels between the roles: [`Delegation`] by HTTP and by WebSocket, [`Job`] through
//! the queue. *Reports* travel from each role to the `bellwether demo` that started it, one JSON object a line on
//! standard output; anything else a role prints is kept as its log.

use std::io::Write;
use std::path::PathBuf;

use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

/// A part of the work, given from one agent to another.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Delegation {
    pub(super) session_id: String,
    pub(super) orchestrator_id: String,
    /// The directory everything happens in.
    pub(super) dir: PathBuf,
    /// What is looked into, relative to `dir`.
    pub(super) area: String,
    /// Files of that area, relative to `dir`.
    pub(super) files: Vec<PathBuf>,
    /// What to look for.
    pub(super) query: String,
    /// Where the job queue answers HTTP.
    pub(super) queue: String,
    /// Whether the agent may ask a model, which costs.
    pub(super) with_model: bool,
}

/// What came of a delegation.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Findings {
    pub(super) files: u64,
    pub(super) lines: u64,
    pub(super) bytes: u64,
    pub(super) matches: u64,
    pub(super) tool_failures: u64,
    /// Jobs that were queued on the way.
    pub(super) jobs: Vec<String>,
    /// What models were asked for it.
    pub(super) models: ModelUse,
    /// Why the agent did not get done what it could have, as an error type.
    pub(super) failure: Option<String>,
}

/// What was asked of models.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ModelUse {
    /// Questions that were answered.
    pub(super) answers: u64,
    /// Questions that were given up.
    pub(super) failures: u64,
    /// Tries beyond the first.
    pub(super) retries: u64,
    pub(super) prompt_tokens: u64,
    pub(super) completion_tokens: u64,
    /// Of the prompt's tokens, those that the provider had in its cache.
    pub(super) cached_tokens: u64,
    pub(super) dollars: f64,
}

impl ModelUse {
    /// Takes in what somebody else asked.
    pub(super) fn add(&mut self, other: Self) {
        self.answers += other.answers;
        self.failures += other.failures;
        self.retries += other.retries;
        self.prompt_tokens += other.prompt_tokens;
        self.completion_tokens += other.completion_tokens;
        self.cached_tokens += other.cached_tokens;
        self.dollars += other.dollars;
    }
}

impl Findings {
    /// Takes in what somebody else found.
    pub(super) fn add(&mut self, other: Self) {
        self.files += other.files;
        self.lines += other.lines;
        self.bytes += other.bytes;
        self.matches += other.matches;
        self.tool_failures += other.tool_failures;
        self.jobs.extend(other.jobs);
        self.models.add(other.models);
        self.failure = self.failure.take().or(other.failure);
    }
}

/// A message on the WebSocket. The trace context lies beside the payload: `traceparent`, `tracestate`, `baggage` and
/// `x-trace-id` are fields of the message.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Message<T> {
    /// Ties the answer to the question.
    pub(super) id: String,
    #[serde(rename = "type")]
    pub(super) kind: String,
    pub(super) payload: T,
    /// Everything else, trace context among it.
    #[serde(flatten)]
    pub(super) fields: Map<String, Value>,
}

/// A program to run, as it lies in the queue.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Job {
    pub(super) id: String,
    pub(super) session_id: String,
    pub(super) orchestrator_id: String,
    pub(super) dir: PathBuf,
    /// The program and its arguments.
    pub(super) command: Vec<String>,
    pub(super) limit_ms: u64,
    pub(super) priority: String,
    /// When it was queued, milliseconds since 1970.
    pub(super) queued_ms: u64,
    /// After so many milliseconds in the queue nobody wants the result any more.
    pub(super) expires_ms: u64,
    /// Trace context of whoever queued it.
    #[serde(flatten)]
    pub(super) fields: Map<String, Value>,
}

/// What came of a job.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct JobResult {
    pub(super) id: String,
    /// `completed`, `failed`, `timeout` or `expired`.
    pub(super) status: String,
    pub(super) exit_code: Option<i32>,
    pub(super) output_bytes: u64,
    /// Task processes that it took.
    pub(super) attempts: u64,
}

/// What one process handed to the SDK and what became of it, by signal.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Sent {
    pub(super) spans: Signal,
    pub(super) metric_points: Signal,
    pub(super) log_records: Signal,
}

/// One signal of one process.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Signal {
    /// Acknowledged by the Collector.
    pub(super) delivered: u64,
    /// Given up or never taken into a queue.
    pub(super) lost: u64,
}

impl Sent {
    /// Takes in the counts of another process.
    pub(super) fn add(&mut self, other: Self) {
        for (mine, theirs) in [
            (&mut self.spans, other.spans),
            (&mut self.metric_points, other.metric_points),
            (&mut self.log_records, other.log_records),
        ] {
            mine.delivered += theirs.delivered;
            mine.lost += theirs.lost;
        }
    }
}

/// A line from a role to the demo that started it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(tag = "bellwether_demo", rename_all = "snake_case")]
pub(super) enum Report {
    /// The role answers there.
    Ready { address: String },
    /// Something happened that a watcher wants to see.
    Progress { text: String },
    /// A session is over.
    Session(Session),
    /// No further session will begin.
    Finished,
    /// Last words: what this process sent.
    Delivery { service: String, sent: Sent },
    /// A task process ended: what came of it (to the worker).
    Task {
        status: String,
        exit_code: Option<i32>,
        output_bytes: u64,
    },
}

/// One session, as its orchestrator saw it.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Session {
    pub(super) id: String,
    pub(super) trace_id: String,
    /// Task processes that ran for it.
    pub(super) tasks: u64,
    pub(super) models: ModelUse,
    pub(super) summary: String,
}

impl Report {
    /// Writes the report to whoever started this process. If nobody reads any more, nobody misses it.
    pub(super) fn send(&self) {
        let Ok(mut line) = serde_json::to_string(self) else {
            return;
        };
        line.push('\n');
        let mut stdout = std::io::stdout().lock();
        let _ = stdout.write_all(line.as_bytes());
        let _ = stdout.flush();
    }

    /// A progress line.
    pub(super) fn progress(text: impl Into<String>) {
        Self::Progress { text: text.into() }.send();
    }
}
