//! The orchestrator: plans, delegates, holds the job queue, and sums a session up.
//!
//! A session is one trace. Its root span holds the plan, one delegation to the agent for each area (side by side, by
//! HTTP), and the wait for the jobs that the session agent queued on the way.

use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use bellwether::health::{CheckResult, Criticality};
use bellwether::logs::Logger;
use bellwether::metrics::MetricsCollector;
use bellwether::metrics::generated::labels::{ErrorSeverity, ExitReason, SessionType};
use bellwether::{metrics, track_metrics};
use futures_util::future::join_all;
use tokio::task::JoinSet;
use tracing::Instrument as _;

use super::{Server, jobs};
use crate::demo::boundary;
use crate::demo::budget::{Budget, Left};
use crate::demo::lifeline::Lifeline;
use crate::demo::node_load;
use crate::demo::plan::{Area, Plan};
use crate::demo::queue::Queue;
use crate::demo::settings::SettingsFile;
use crate::demo::telemetry::Running;
use crate::demo::wire::{Delegation, Findings, Report, Session};
use crate::exit::Failure;

/// The longest a session waits for its jobs.
const JOBS_LIMIT: Duration = Duration::from_secs(30);
/// The most sessions at a time, where they have a pace.
const AT_ONCE: usize = 8;

/// How often the orchestrator looks after what changes by itself.
const WATCH: Duration = Duration::from_millis(500);

/// How the session's agents work together: several, each on its own area.
const SESSION_TYPE: SessionType = SessionType::ClaudeFlow;

/// The component in `error_total`.
pub(super) const COMPONENT: &str = "orchestrator";

/// The name of this orchestrator in metrics.
const ID: &str = "orchestrator-1";

/// What the sessions are about.
pub(super) struct Work {
    client: reqwest::Client,
    /// Where the agent answers.
    agent: String,
    dir: PathBuf,
    settings: SettingsFile,
    /// 0 is without end.
    rounds: u32,
    duration: Duration,
    /// Between the beginnings of two sessions; zero is one after the other.
    pace: Duration,
}

impl Work {
    /// Nothing is begun yet.
    pub(super) fn new(
        dir: PathBuf,
        agent: String,
        settings: SettingsFile,
        rounds: u32,
        duration: Duration,
        pace: Duration,
    ) -> Result<Self, Failure> {
        Ok(Self {
            client: boundary::client()?,
            agent,
            dir,
            settings,
            rounds,
            duration,
            pace,
        })
    }
}

impl Work {
    /// Waits for the time, or for the end if that comes before.
    async fn until(&self, due: tokio::time::Instant) {
        const LOOK: Duration = Duration::from_millis(200);
        while self.settings.now().is_open {
            let left = due.saturating_duration_since(tokio::time::Instant::now());
            if left.is_zero() {
                return;
            }
            tokio::time::sleep(left.min(LOOK)).await;
        }
    }
}

/// What all sessions share.
struct Orchestrator {
    work: Work,
    queue: Queue,
    /// Where the queue answers.
    address: String,
    budget: Mutex<Budget>,
    /// The collector of orchestrators, which gathers updates and hands them on together.
    collector: MetricsCollector,
}

/// Serves the queue and runs the sessions; ends when the lifeline is cut.
pub(super) async fn run(
    work: Work,
    telemetry: &Running,
    lifeline: Lifeline,
) -> Result<(), Failure> {
    let queue = Queue::default();
    let router = jobs::router(queue.clone());
    let server = Server::bind().await?;
    let orchestrator = Arc::new(Orchestrator {
        work,
        queue,
        address: server.address.to_string(),
        budget: Mutex::new(Budget::new(ID, Instant::now())),
        collector: MetricsCollector::builder()
            .enable_batching(true)
            .batch_flush_interval(WATCH)
            .build()
            .map_err(|error| Failure::new(error.to_string()))?,
    });
    let looked_at = Arc::clone(&orchestrator);
    telemetry.check("budget", Criticality::Optional, move || {
        match looked_at.budget_left() {
            Left::Enough => CheckResult::healthy(),
            Left::Little => CheckResult::degraded("four fifths of the day's budget are spent"),
            Left::Nothing => CheckResult::unhealthy("the day's budget is spent"),
        }
    })?;
    let watch = tokio::spawn(watch(Arc::clone(&orchestrator)));
    let sessions = tokio::spawn(sessions(orchestrator));
    let result = server.serve(router, lifeline).await;
    sessions.abort();
    watch.abort();
    result
}

/// Looks after what changes by itself: jobs that expire, the load of this machine, the budget's day.
async fn watch(orchestrator: Arc<Orchestrator>) {
    let node = node_load::name();
    loop {
        let expired = orchestrator.queue.expire();
        if expired > 0 {
            let errors = metrics::error().orchestrator(ID);
            errors
                .severity(ErrorSeverity::Warning)
                .record(COMPONENT, "job_expired");
            tracing::warn!(expired, "jobs expired: no worker took them in time");
        }
        orchestrator.budget_left();
        if let Some(load) = node_load::now() {
            orchestrator.collector.update_node_load(&node, load);
        }
        tokio::time::sleep(WATCH).await;
    }
}

async fn sessions(orchestrator: Arc<Orchestrator>) {
    let work = &orchestrator.work;
    let dir = work.dir.clone();
    let Ok(plan) = tokio::task::spawn_blocking(move || plan_of(&dir)).await else {
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
    let plan = Arc::new(plan);
    // The one who started the demo.
    metrics::kpi().active_users(1);
    let began = Instant::now();
    let is_endless = work.rounds == 0;
    let rounds = if is_endless { u32::MAX } else { work.rounds };
    let at_once = if work.pace.is_zero() { 1 } else { AT_ONCE };
    let mut running = JoinSet::new();
    for number in 0..rounds {
        if !is_endless && began.elapsed() >= work.duration {
            Report::progress(format!(
                "orchestrator   {} s are over: no further session",
                work.duration.as_secs()
            ));
            break;
        }
        if !work.settings.now().is_open {
            break;
        }
        let due = tokio::time::Instant::now() + work.pace;
        let (orchestrator, plan) = (Arc::clone(&orchestrator), Arc::clone(&plan));
        running.spawn(async move { session(&orchestrator, &plan, number).await });
        while running.len() >= at_once && running.join_next().await.is_some() {}
        if number + 1 < rounds {
            work.until(due).await;
        }
    }
    while running.join_next().await.is_some() {}
    metrics::kpi().active_users(0);
    Report::Finished.send();
}

/// It is no part of a session, so it is in no trace.
#[track_metrics("plan", span = false)]
fn plan_of(dir: &Path) -> Plan {
    Plan::of(dir)
}

impl Orchestrator {
    fn budget(&self) -> std::sync::MutexGuard<'_, Budget> {
        self.budget.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn budget_left(&self) -> Left {
        let allowed = self.work.settings.now().budget_dollars;
        self.budget().left(allowed, Instant::now())
    }

    /// Gives the areas to agents, side by side, as many with a model as the budget allows.
    async fn delegate_all(&self, session_id: &str, areas: Vec<Area>, query: &str) -> Vec<Findings> {
        let with_model = match self.budget_left() {
            Left::Enough => usize::MAX,
            Left::Little => 1,
            Left::Nothing => 0,
        };
        let mut delegations = Vec::new();
        for (number, area) in areas.into_iter().enumerate() {
            let is_affordable = number < with_model;
            // What needs no model is looked into in any case: it is the first area, the usual files.
            if number > 0 && !is_affordable {
                metrics::delegation().start(ID, "agent").rejected();
                tracing::warn!(
                    area = area.name,
                    "not delegated: the budget does not allow it"
                );
                continue;
            }
            delegations.push(Delegation {
                session_id: session_id.to_owned(),
                orchestrator_id: ID.to_owned(),
                dir: self.work.dir.clone(),
                area: area.name,
                files: area.files,
                query: query.to_owned(),
                queue: self.address.clone(),
                with_model: is_affordable,
            });
        }
        let answers = delegations.into_iter().map(|d| delegate(&self.work, d));
        let found: Vec<_> = join_all(answers).await.into_iter().flatten().collect();
        let dollars = found.iter().map(|findings| findings.models.dollars).sum();
        self.budget().spend(dollars);
        self.budget_left();
        found
    }
}

async fn session(orchestrator: &Orchestrator, plan: &Plan, number: u32) {
    let session_id = format!("session-{}-{}", std::process::id(), number + 1);
    let span = tracing::info_span!(
        parent: None,
        "orchestrate session",
        otel.status_code = tracing::field::Empty,
        session.id = %session_id,
        orchestrator.id = ID,
    );
    async {
        let began = Instant::now();
        let logger = Logger::new("Orchestrator")
            .session(session_id.clone())
            .orchestrator(ID);
        let session = metrics::session().start(ID, SESSION_TYPE);
        let workflow = metrics::workflow().start("survey");
        let areas = plan.session(number);
        let query = Plan::query(number);
        logger.info_with("session planned", |event| {
            event
                .field("areas", areas.len() as u64)
                .field("query", query)
        });
        let mut found = Findings::default();
        for answer in orchestrator.delegate_all(&session_id, areas, query).await {
            session.iteration();
            found.add(answer);
        }
        let results = orchestrator
            .queue
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
        orchestrator.collector.record_message_latency(ID, elapsed);
        session.end();
        match &found.failure {
            Some(error_type) => workflow.error(error_type.as_str()),
            None => workflow.success(),
        }
        let kpis = metrics::kpi();
        kpis.items("survey files", found.files);
        kpis.billable("survey", 1);
        kpis.set("files_per_session", found.files as f64);
        kpis.add("lines_surveyed", found.lines as f64);
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
            tasks: results.iter().map(|result| result.attempts).sum(),
            models: found.models,
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
                    match &found.failure {
                        // It did what it could without what it was missing.
                        Some(error_type) => agent.failed(error_type.as_str()),
                        None if !delegation.with_model => agent.exited(ExitReason::Stopped),
                        None => agent.completed(),
                    }
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
