//! The worker: takes jobs from the queue and runs each as a process of its own.
//!
//! The process is a [`task`](super::task), told through its environment which trace it belongs to. The worker holds its
//! lifeline, gives it the program's time limit and a little more, and reports what came of it.

use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use bellwether::metrics::JobWorker;
use bellwether::metrics::node::{FileSink, MetricsConfiguration, NodeMetrics};
use bellwether::{metrics, track_metrics};
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::Command;
use tracing::Instrument as _;

use crate::demo::boundary;
use crate::demo::lifeline::Lifeline;
use crate::demo::machine::Machine;
use crate::demo::settings::SettingsFile;
use crate::demo::wire::{Job, JobResult, Report};
use crate::exit::Failure;

/// How many jobs run at a time.
const SLOTS: usize = 2;
/// What a task may take beyond its program's limit: its own start, and sending its telemetry.
const GRACE: Duration = Duration::from_secs(10);
/// The most a file of snapshots holds.
const SNAPSHOT_BYTES: u64 = 1024 * 1024;
/// The pause after the queue could not be reached, or there is no slot.
const PAUSE: Duration = Duration::from_millis(200);

/// Works until the lifeline is cut.
pub(super) async fn run(
    queue: String,
    settings: PathBuf,
    lifeline: Lifeline,
) -> Result<(), Failure> {
    Report::Ready {
        address: String::new(),
    }
    .send();
    let snapshots = snapshots(&settings)?;
    let free = Arc::new(AtomicI64::new(0));
    let asked = Arc::clone(&free);
    let available = metrics::worker().observe(move || asked.load(Ordering::Relaxed));
    available.keep();
    let slots = Slots {
        queue,
        client: boundary::client()?,
        settings: SettingsFile::at(settings),
        worker: metrics::jobs().this_worker(),
        free,
        machine: Machine::new(SLOTS),
    };
    let work = futures_util::future::join_all((0..SLOTS).map(|slot| work(slot, &slots)));
    tokio::select! {
        _ = work => {}
        () = lifeline.cut() => {}
    }
    // Its last snapshot is published by a thread of its own.
    drop(snapshots);
    Ok(())
}

/// Snapshots of the worker's operations, in a file beside the settings.
fn snapshots(settings: &Path) -> Result<NodeMetrics, Failure> {
    let path = settings.with_file_name("snapshots.jsonl");
    let sink = FileSink::new(&path, SNAPSHOT_BYTES, 2)
        .map_err(|error| Failure::new(format!("cannot write `{}`: {error}", path.display())))?;
    NodeMetrics::builder(MetricsConfiguration {
        operations: vec!["run task".to_owned()],
        service_name: "worker".to_owned(),
        publish_interval_ops: 5,
        ..MetricsConfiguration::default()
    })
    .sink(sink)
    .start()
    .map_err(|error| Failure::new(error.to_string()))
}

/// What the slots share.
struct Slots {
    /// Where the queue answers.
    queue: String,
    client: reqwest::Client,
    settings: SettingsFile,
    /// Who they are in metrics.
    worker: JobWorker,
    /// How many of them wait for a job.
    free: Arc<AtomicI64>,
    machine: Machine,
}

/// Takes one job after the other, as long as the settings give the worker that many slots.
async fn work(slot: usize, slots: &Slots) {
    loop {
        if slot >= slots.settings.now().worker_slots {
            tokio::time::sleep(PAUSE).await;
            continue;
        }
        slots.free.fetch_add(1, Ordering::Relaxed);
        let taken = slots
            .client
            .post(format!("http://{}/jobs/take", slots.queue))
            .send()
            .await
            .and_then(reqwest::Response::error_for_status);
        let job = match taken {
            Ok(answer) if answer.status() == reqwest::StatusCode::NO_CONTENT => Ok(None),
            Ok(answer) => answer.json::<Job>().await.map(Some),
            Err(error) => Err(error),
        };
        slots.free.fetch_sub(1, Ordering::Relaxed);
        match job {
            Ok(Some(job)) => process(slots, job).await,
            Ok(None) => {}
            Err(error) => {
                tracing::debug!("no job: {error}");
                tokio::time::sleep(PAUSE).await;
            }
        }
    }
}

/// Why a job failed, as the worker sees it.
#[derive(Debug, thiserror::Error)]
enum JobError {
    #[error("the program did not do what it was asked")]
    Failed,
    #[error("the program was still running at its limit")]
    Timeout(#[source] std::io::Error),
}

async fn process(slots: &Slots, job: Job) {
    let program = job.command.first().cloned().unwrap_or_default();
    let span = tracing::info_span!(
        parent: None,
        "process job",
        otel.name = format!("process jobs {program}"),
        otel.kind = "consumer",
        otel.status_code = tracing::field::Empty,
        otel.status_description = tracing::field::Empty,
        messaging.system = "bellwether_demo",
        messaging.destination.name = "jobs",
        messaging.operation.type = "process",
        messaging.message.id = %job.id,
        session.id = %job.session_id,
        orchestrator.id = %job.orchestrator_id,
        job.status = tracing::field::Empty,
    );
    boundary::continue_job(&span, &job.fields);
    async {
        let began = Instant::now();
        let running = slots.worker.start(&program, &job.priority);
        let running = running.waited(waited(job.queued_ms));
        let mut result = run_task(&job)
            .await
            .unwrap_or_else(|unfinished| unfinished.0);
        if result.status == "timeout" {
            // Once more: what hangs is often a neighbour's doing.
            metrics::jobs().retried(program.as_str());
            result = run_task(&job)
                .await
                .unwrap_or_else(|unfinished| unfinished.0);
            result.attempts = 2;
        }
        let elapsed = began.elapsed();
        slots
            .machine
            .took(&program, elapsed, result.status == "completed");
        match result.status.as_str() {
            "completed" => {
                running.output_size(result.output_bytes);
                running.completed();
            }
            "timeout" => {
                let error = JobError::Timeout(std::io::ErrorKind::TimedOut.into());
                running.failed_as(&error, "Timeout");
            }
            _ => running.failed_as(&JobError::Failed, "ExitCode"),
        }
        let span = tracing::Span::current();
        span.record("job.status", result.status.as_str());
        let shown = job.command.join(" ");
        let shown = shown.chars().take(60).collect::<String>();
        if result.status == "completed" {
            tracing::info!(
                duration = u64::try_from(elapsed.as_millis()).unwrap_or(u64::MAX),
                output_bytes = result.output_bytes,
                "job completed: {program}"
            );
        } else {
            span.record("otel.status_code", "error");
            span.record("otel.status_description", result.status.as_str());
            tracing::error!(
                status = result.status,
                exit_code = result.exit_code,
                "job {}: {program}",
                result.status
            );
        }
        Report::progress(format!(
            "worker         {}: {shown} ({} ms)",
            result.status,
            elapsed.as_millis()
        ));
        let request = slots
            .client
            .post(format!("http://{}/jobs/done", slots.queue))
            .json(&result);
        if let Err(error) = boundary::send(request).await {
            let errors = metrics::error().orchestrator(&job.orchestrator_id);
            errors.record("worker", "result_not_reported");
            tracing::error!("result not reported: {error}");
        }
    }
    .instrument(span)
    .await;
}

/// How long a job lay in the queue. Both clocks are this machine's.
fn waited(queued_ms: u64) -> Duration {
    SystemTime::now()
        .duration_since(UNIX_EPOCH + Duration::from_millis(queued_ms))
        .unwrap_or_default()
}

/// A task whose program did not complete.
#[derive(Debug, thiserror::Error)]
#[error("the task ended: {}", .0.status)]
struct Unfinished(JobResult);

/// Starts the task process and listens to it.
#[track_metrics("run task", span = false)]
async fn run_task(job: &Job) -> Result<JobResult, Unfinished> {
    let result = listen_to_task(job).await;
    if result.status == "completed" {
        Ok(result)
    } else {
        Err(Unfinished(result))
    }
}

async fn listen_to_task(job: &Job) -> JobResult {
    let failed = || JobResult {
        id: job.id.clone(),
        status: "failed".to_owned(),
        exit_code: None,
        output_bytes: 0,
        attempts: 1,
    };
    let Ok(this_program) = std::env::current_exe() else {
        return failed();
    };
    let mut command = Command::new(this_program);
    command
        .args([
            "demo-role",
            "task",
            "--limit-ms",
            &job.limit_ms.to_string(),
            "--dir",
        ])
        .arg(&job.dir)
        .arg("--")
        .args(&job.command)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .kill_on_drop(true);
    boundary::write_environment(&mut command);
    let mut child = match command.spawn() {
        Ok(child) => child,
        Err(error) => {
            tracing::error!("task not started: {error}");
            return failed();
        }
    };
    // Dropping it cuts the lifeline.
    let _lifeline = child.stdin.take();
    let mut result = failed();
    let listen = async {
        if let Some(stdout) = child.stdout.take() {
            let mut lines = BufReader::new(stdout).lines();
            while let Ok(Some(line)) = lines.next_line().await {
                match serde_json::from_str(&line) {
                    Ok(Report::Task {
                        status,
                        exit_code,
                        output_bytes,
                    }) => {
                        result.status = status;
                        result.exit_code = exit_code;
                        result.output_bytes = output_bytes;
                    }
                    // The task's delivery counts go on to the demo.
                    Ok(report) => report.send(),
                    Err(_) => {}
                }
            }
        }
        child.wait().await
    };
    let limit = Duration::from_millis(job.limit_ms) + GRACE;
    if tokio::time::timeout(limit, listen).await.is_err() {
        tracing::error!("the task itself did not end");
        "timeout".clone_into(&mut result.status);
    }
    result
}
