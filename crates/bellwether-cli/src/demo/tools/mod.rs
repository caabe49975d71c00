//! What an agent can do: [`read`](read()), [`search`](search()), [`count`](count()) and [`program`].
//!
//! The tools do what they say, on real files, and fail as such tools do: a file is missing, is not text, is too big,
//! may not be read; a program is missing, ends with a code other than 0, outlives its limit. [`call`] puts one use of a
//! tool into the telemetry: a span, a call of the recorder of tools, and on failure the error's type and a log record.

mod files;
pub(super) mod program;

use std::fmt;
use std::future::Future;

use bellwether::metrics::recorders::ToolCalls;
use tokio::sync::Semaphore;
use tracing::Instrument as _;

use super::mcp::client::McpError;

pub(super) use files::{count, read, search};

/// Why a tool failed.
#[derive(Debug, thiserror::Error)]
pub(super) enum ToolError {
    /// The file system said no.
    #[error("{path}: {error}")]
    File {
        /// The file, relative to the directory.
        path: String,
        /// What it said.
        error: std::io::Error,
    },
    /// The file holds something else than text.
    #[error("{path}: not UTF-8 at byte {at}")]
    NotText {
        /// The file, relative to the directory.
        path: String,
        /// Where the first bad byte is.
        at: usize,
    },
    /// More than an agent takes in at once.
    #[error("{path}: {size} bytes, more than {limit}")]
    TooBig {
        /// The file, relative to the directory.
        path: String,
        /// Its size in bytes.
        size: u64,
        /// The bound in bytes.
        limit: u64,
    },
    /// The program could not be started.
    #[error("{program}: {error}")]
    NotStarted {
        /// The program.
        program: String,
        /// Why.
        error: std::io::Error,
    },
    /// The program ended with a code that says so, or by a signal.
    #[error("{program} ended with {status}")]
    Failed {
        /// The program.
        program: String,
        /// How it ended.
        status: std::process::ExitStatus,
    },
    /// The program took too long and was ended.
    #[error("{program} was still running after {limit_ms} ms")]
    Timeout {
        /// The program.
        program: String,
        /// How long it was allowed to run.
        limit_ms: u64,
    },
    /// A tool of the toolbox.
    #[error(transparent)]
    Toolbox(#[from] McpError),
}

impl ToolError {
    /// The error's class, few enough to be a label.
    pub(super) fn kind(&self) -> &'static str {
        use std::io::ErrorKind;
        match self {
            Self::File { error, .. } | Self::NotStarted { error, .. } => match error.kind() {
                ErrorKind::NotFound => "not_found",
                ErrorKind::PermissionDenied => "permission_denied",
                ErrorKind::IsADirectory => "is_a_directory",
                _ => "io",
            },
            Self::NotText { .. } => "not_utf8",
            Self::TooBig { .. } => "too_big",
            Self::Failed { .. } => "exit_code",
            Self::Timeout { .. } => "timeout",
            Self::Toolbox(error) => error.kind(),
        }
    }

    /// Whether it ran out of time, which is told from other failures.
    pub(super) fn is_timeout(&self) -> bool {
        matches!(self, Self::Timeout { .. })
    }
}

/// Tools that a process uses at a time; others wait.
static HANDS: Semaphore = Semaphore::const_new(2);

/// One use of a tool on `target`, with its span, metrics and, when it fails, its log record.
pub(super) async fn call<T>(
    tool: &'static str,
    target: impl fmt::Display,
    calls: &ToolCalls,
    work: impl Future<Output = Result<T, ToolError>>,
) -> Result<T, ToolError> {
    let span = tracing::info_span!(
        "tool",
        otel.name = format!("tool {tool}"),
        otel.status_code = tracing::field::Empty,
        otel.status_description = tracing::field::Empty,
        error.type = tracing::field::Empty,
        tool.name = tool,
        tool.target = %target,
    );
    async {
        // A process has so many hands.
        let queued = calls.queue(tool);
        let hand = HANDS.acquire().await;
        let call = queued.start();
        let result = work.await;
        drop(hand);
        match &result {
            Ok(_) => call.success(),
            Err(error) => {
                if error.is_timeout() {
                    call.timeout();
                } else {
                    call.error(error.kind());
                }
                let span = tracing::Span::current();
                span.record("otel.status_code", "error");
                span.record("otel.status_description", error.to_string());
                span.record("error.type", error.kind());
                tracing::warn!(tool, error_type = error.kind(), "{error}");
            }
        }
        result
    }
    .instrument(span)
    .await
}
