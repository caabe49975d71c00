//! One job: a short-lived process that continues the trace of whoever started it and runs one program.
//!
//! The trace context comes from the environment (`TRACEPARENT` and its kin) and goes on to the program the same way,
//! so a program that speaks OpenTelemetry joins the trace too.

use std::path::PathBuf;
use std::time::Duration;

use bellwether::metrics;
use tokio::process::Command;
use tracing::Instrument as _;

use crate::demo::boundary;
use crate::demo::lifeline::Lifeline;
use crate::demo::tools::{self, ToolError};
use crate::demo::wire::Report;
use crate::exit::Failure;

/// Runs the program and reports what came of it.
pub(super) async fn run(
    limit_ms: u64,
    dir: PathBuf,
    command: Vec<String>,
    lifeline: Lifeline,
) -> Result<(), Failure> {
    let Some((name, arguments)) = command.split_first() else {
        return Err(Failure::new("no program to run"));
    };
    let span = tracing::info_span!(
        "run program",
        otel.name = format!("run {name}"),
        otel.status_code = tracing::field::Empty,
        otel.status_description = tracing::field::Empty,
        process.executable.name = name,
        process.args_count = command.len(),
        process.exit.code = tracing::field::Empty,
    );
    boundary::continue_environment(&span);
    let calls = metrics::tool_call();
    let result = async {
        // Arguments may hold anything; how many there are is enough.
        tracing::info!(
            program = name,
            arguments = arguments.len(),
            "program starts"
        );
        let work = async {
            let mut program = Command::new(name);
            program.args(arguments);
            boundary::write_environment(&mut program);
            tools::program::run(program, name, &dir, Duration::from_millis(limit_ms)).await
        };
        let result = tools::call("run", name, &calls, Box::pin(work)).await;
        let span = tracing::Span::current();
        match &result {
            Ok(_) => _ = span.record("process.exit.code", 0),
            Err(error) => {
                span.record("otel.status_code", "error");
                span.record("otel.status_description", error.to_string());
                if let Some(code) = exit_code(error) {
                    span.record("process.exit.code", code);
                }
            }
        }
        result
    }
    .instrument(span);
    let result = tokio::select! {
        result = result => result,
        // The program is killed with the future that waits for it.
        () = lifeline.cut() => return Ok(()),
    };
    let report = match result {
        Ok(output_bytes) => Report::Task {
            status: "completed".to_owned(),
            exit_code: Some(0),
            output_bytes,
        },
        Err(error) => Report::Task {
            status: if error.is_timeout() {
                "timeout"
            } else {
                "failed"
            }
            .to_owned(),
            exit_code: exit_code(&error),
            output_bytes: 0,
        },
    };
    report.send();
    Ok(())
}

/// The code that the program ended with, if it did by itself.
fn exit_code(error: &ToolError) -> Option<i32> {
    match error {
        ToolError::Failed { status, .. } => status.code(),
        _ => None,
    }
}
