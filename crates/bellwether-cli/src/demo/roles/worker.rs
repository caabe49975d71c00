//! The worker: takes jobs from the queue and runs each as a process of its own.
//!
//! The process is a [`task`](super::task), told through its environment which trace it belongs to. The worker holds its
//! lifeline, gives it the program's time limit and a little more, and reports what came of it.

use std::process::Stdio;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use bellwether::metrics;
use bellwether::metrics::JobWorker;
use tokio::io::{AsyncBufReadExt as _, BufReader};
use tokio::process::Command;
use tracing::Instrument as _;

use crate::demo::boundary;
use crate::demo::lifeline::Lifeline;
use crate::demo::wire::{Job, JobResult, Report};
use crate::exit::Failure;

/// How many jobs run at a time.
const SLOTS: usize = 2;
/// What a task may take beyond its program's limit: its own start, and sending its telemetry.
const GRACE: Duration = Duration::from_secs(10);
/// The pause after the queue could not be reached.
const PAUSE: Duration = Duration::from_millis(200);

/// Works until the lifeline is cut.
pub(super) async fn run(queue: String, lifeline: Lifeline) -> Result<(), Failure> {
    Report::Ready {
        address: String::new(),
    }
    .send();
    let free = Arc::new(AtomicI64::new(0));
    let asked = Arc::clone(&free);
    let available = metrics::worker().observe(move || asked.load(Ordering::Relaxed));
    available.keep();
    let jobs = Slots {
        worker: metrics::jobs().this_worker(),
        free,
    };
    let client = boundary::client()?;
    let slots = futures_util::future::join_all((0..SLOTS).map(|_| work(&queue, &client, &jobs)));
    tokio::select! {
        _ = slots => {}
        () = lifeline.cut() => {}
    }
    Ok(())
}

/// What the slots share: who they are in metrics, and how many of them wait for a job.
struct Slots {
    worker: JobWorker,
    free: Arc<AtomicI64>,
}

/// Takes one job after the other.
async fn work(queue: &str, client: &reqwest::Client, jobs: &Slots) {
    jobs.free.fetch_add(1, Ordering::Relaxed);
    loop {
        let taken = client
            .post(format!("http://{queue}/jobs/take"))
            .send()
            .await
            .and_then(reqwest::Response::error_for_status);
        let job = match taken {
            Ok(answer) if answer.status() == reqwest::StatusCode::NO_CONTENT => continue,
            Ok(answer) => answer.json::<Job>().await,
            Err(error) => Err(error),
        };
        match job {
            Ok(job) => {
                jobs.free.fetch_sub(1, Ordering::Relaxed);
                process(queue, client, &jobs.worker, job).await;
                jobs.free.fetch_add(1, Ordering::Relaxed);
            }
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

async fn process(queue: &str, client: &reqwest::Client, worker: &JobWorker, job: Job) {
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
        let running = worker.start(&program, &job.priority);
        let running = running.waited(waited(job.queued_ms));
        let result = run_task(&job).await;
        let elapsed = began.elapsed();
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
        let request = client
            .post(format!("http://{queue}/jobs/done"))
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

/// Starts the task process and listens to it.
async fn run_task(job: &Job) -> JobResult {
    let failed = || JobResult {
        id: job.id.clone(),
        status: "failed".to_owned(),
        exit_code: None,
        output_bytes: 0,
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
