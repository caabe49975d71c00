//! The orchestrator: plans, delegates, holds the job queue, and sums a session up.
//!
//! A session is one trace. Its root span holds the plan, one delegation to the agent for each area (side by side, by
//! HTTP), and the wait for the jobs that the session agent queued on the way.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use axum::{Json, Router};
use bellwether::logs::Logger;
use bellwether::metrics;
use bellwether::metrics::generated::labels::SessionType;
use futures_util::future::join_all;
use tracing::Instrument as _;

use super::Server;
use crate::demo::boundary;
use crate::demo::lifeline::Lifeline;
use crate::demo::plan::Plan;
use crate::demo::queue::Queue;
use crate::demo::wire::{Delegation, Findings, Job, JobResult, Report, Session};
use crate::exit::Failure;

/// The longest a session waits for its jobs.
const JOBS_LIMIT: Duration = Duration::from_secs(30);
/// The pause between two sessions that are to come until Ctrl-C.
const PAUSE: Duration = Duration::from_secs(2);

/// How the session's agents work together: several, each on its own area.
const SESSION_TYPE: SessionType = SessionType::ClaudeFlow;

/// The component in `error_total`.
const COMPONENT: &str = "orchestrator";

/// What the sessions are about.
struct Work {
    client: reqwest::Client,
    /// Where the agent answers.
    agent: String,
    /// Where this orchestrator's queue answers.
    queue: String,
    dir: PathBuf,
    /// 0 is without end.
    rounds: u32,
    duration: Duration,
}

/// Serves the queue and runs the sessions; ends when the lifeline is cut.
pub(super) async fn run(
    dir: PathBuf,
    agent: String,
    rounds: u32,
    duration: Duration,
    lifeline: Lifeline,
) -> Result<(), Failure> {
    let queue = Queue::default();
    let router = Router::new()
        .route("/jobs", post(put_job))
        .route("/jobs/take", post(take_job))
        .route("/jobs/done", post(job_done))
        .with_state(queue.clone());
    let server = Server::bind().await?;
    let work = Work {
        client: boundary::client()?,
        agent,
        queue: server.address.to_string(),
        dir,
        rounds,
        duration,
    };
    let sessions = tokio::spawn(sessions(queue, work));
    let result = server.serve(router, lifeline).await;
    sessions.abort();
    result
}

async fn put_job(State(queue): State<Queue>, Json(job): Json<Job>) -> StatusCode {
    let orchestrator_id = job.orchestrator_id.clone();
    match queue.put(job) {
        Ok(()) => StatusCode::ACCEPTED,
        Err(full) => {
            let errors = metrics::error().orchestrator(&orchestrator_id);
            errors.record(COMPONENT, "queue_full");
            tracing::error!("{full}");
            StatusCode::SERVICE_UNAVAILABLE
        }
    }
}

/// Not looked at by the layer, since it waits most of the time: counted here.
async fn take_job(State(queue): State<Queue>) -> Result<Json<Job>, StatusCode> {
    let request = metrics::http_request().start("POST", "/jobs/take");
    let job = queue.take().await.ok_or(StatusCode::NO_CONTENT);
    let answer = job.as_ref().err().copied().unwrap_or(StatusCode::OK);
    request.status(answer.as_u16());
    job.map(Json)
}

async fn job_done(State(queue): State<Queue>, Json(result): Json<JobResult>) -> StatusCode {
    queue.done(result);
    StatusCode::OK
}

async fn sessions(queue: Queue, work: Work) {
    let planned_dir = work.dir.clone();
    let Ok(plan) = tokio::task::spawn_blocking(move || Plan::of(&planned_dir)).await else {
        Report::Finished.send();
        return;
    };
    Report::progress(format!(
        "orchestrator   planned over {}: {} files",
        work.dir.display(),
        plan.files
    ));
    if plan.unnameable > 0 {
        Report::progress(format!(
            "orchestrator   {} files left out: their names are not UTF-8",
            plan.unnameable
        ));
    }
    let began = Instant::now();
    let is_endless = work.rounds == 0;
    let rounds = if is_endless { u32::MAX } else { work.rounds };
    for number in 0..rounds {
        if !is_endless && began.elapsed() >= work.duration {
            Report::progress(format!(
                "orchestrator   {} s are over: no further session",
                work.duration.as_secs()
            ));
            break;
        }
        session(&queue, &work, &plan, number).await;
        if is_endless {
            tokio::time::sleep(PAUSE).await;
        }
    }
    Report::Finished.send();
}

async fn session(queue: &Queue, work: &Work, plan: &Plan, number: u32) {
    let session_id = format!("session-{}-{}", std::process::id(), number + 1);
    let orchestrator_id = format!("orchestrator-{}", std::process::id());
    let span = tracing::info_span!(
        parent: None,
        "orchestrate session",
        otel.status_code = tracing::field::Empty,
        session.id = %session_id,
        orchestrator.id = %orchestrator_id,
    );
    async {
        let began = Instant::now();
        let logger = Logger::new("Orchestrator")
            .session(session_id.clone())
            .orchestrator(orchestrator_id.clone());
        let session = metrics::session().start(&orchestrator_id, SESSION_TYPE);
        let message = metrics::message().start(&orchestrator_id);
        let areas = plan.session(number);
        let query = Plan::query(number);
        logger.info_with("session planned", |event| {
            event
                .field("areas", areas.len() as u64)
                .field("query", query)
        });
        let delegations = areas
            .into_iter()
            .map(|area| Delegation {
                session_id: session_id.clone(),
                orchestrator_id: orchestrator_id.clone(),
                dir: work.dir.clone(),
                area: area.name,
                files: area.files,
                query: query.to_owned(),
                queue: work.queue.clone(),
            })
            .map(|delegation| delegate(work, delegation));
        let mut found = Findings::default();
        for answer in join_all(delegations).await.into_iter().flatten() {
            session.iteration();
            found.add(answer);
        }
        let results = queue
            .results(&found.jobs, JOBS_LIMIT)
            .instrument(tracing::info_span!("await jobs", jobs = found.jobs.len()))
            .await;
        let completed = results.iter().filter(|r| r.status == "completed").count();
        let missing = found.jobs.len() - results.len();
        if missing > 0 {
            tracing::Span::current().record("otel.status_code", "error");
            logger.error(format_args!("{missing} jobs without a result"));
        }
        let elapsed = began.elapsed();
        message.done();
        session.end();
        metrics::kpi().items("survey files", found.files);
        let summary = format!(
            "{} files, {} lines, {} with `{}`; {} of {} jobs completed, {} tool failures; {} ms",
            found.files,
            found.lines,
            found.matches,
            query.trim(),
            completed,
            found.jobs.len(),
            found.tool_failures,
            elapsed.as_millis()
        );
        logger.info_with(format_args!("session complete: {summary}"), |event| {
            event.duration(elapsed)
        });
        Report::Session(Session {
            id: session_id.clone(),
            trace_id: boundary::current_trace_id(),
            jobs: found.jobs.len() as u64,
            summary,
        })
        .send();
    }
    .instrument(span)
    .await;
}

/// Gives one area to the agent. A failure is recorded here and costs its own area only.
async fn delegate(work: &Work, delegation: Delegation) -> Option<Findings> {
    let area = delegation.area.clone();
    let span = tracing::info_span!(
        "delegate",
        otel.name = format!("delegate {area}"),
        otel.status_code = tracing::field::Empty,
        area = %area,
    );
    async {
        let orchestrator_id = &delegation.orchestrator_id;
        let handed_over = metrics::delegation().start(orchestrator_id, "agent");
        let agent = metrics::agent_lifecycle().spawn(orchestrator_id, SESSION_TYPE);
        let request = work
            .client
            .post(format!("http://{}/delegations", work.agent))
            .json(&delegation);
        let answer = boundary::send(request).await;
        match answer {
            Ok(answer) => match answer.json::<Findings>().await {
                Ok(found) => {
                    handed_over.success();
                    agent.completed();
                    Report::progress(format!(
                        "orchestrator   {area}: {} files, {} lines, {} jobs queued",
                        found.files,
                        found.lines,
                        found.jobs.len()
                    ));
                    return Some(found);
                }
                Err(error) => tracing::error!("the agent's answer is unreadable: {error}"),
            },
            Err(error) => tracing::error!("the agent did not take the delegation: {error}"),
        }
        tracing::Span::current().record("otel.status_code", "error");
        handed_over.error();
        agent.failed("delegation");
        let errors = metrics::error().orchestrator(orchestrator_id);
        errors.record(COMPONENT, "delegation");
        None
    }
    .instrument(span)
    .await
}
