//! The agent that is talked to by WebSocket.
//!
//! Each message is a unit of work with its own trace context: one connection carries many traces, so what the opening
//! handshake said would be wrong for all but one. The agent picks the programs that tell more about the area and puts
//! them into the job queue, trace context in the payload.

use std::path::Path;
use std::sync::Arc;
use std::time::{SystemTime, UNIX_EPOCH};

use axum::Router;
use axum::extract::State;
use axum::extract::ws::{Message as Frame, WebSocket, WebSocketUpgrade};
use axum::response::Response;
use axum::routing::any;
use bellwether::metrics;
use bellwether::metrics::generated::labels::{AgentType, AuthMethod, Phase};
use serde_json::Map;
use tracing::Instrument as _;

use super::Server;
use crate::demo::boundary;
use crate::demo::lifeline::Lifeline;
use crate::demo::tools;
use crate::demo::wire::{Delegation, Findings, Job, Message};
use crate::exit::Failure;

/// How long a program may run.
const LIMIT_MS: u64 = 5_000;
/// How long a file is followed: `tail -f` never ends by itself.
const FOLLOW_MS: u64 = 300;

/// This agent's name in metrics.
const NAME: &str = "inspector";

struct SessionAgent {
    client: reqwest::Client,
}

/// Serves WebSocket connections until the lifeline is cut.
pub(super) async fn run(lifeline: Lifeline) -> Result<(), Failure> {
    let agent = Arc::new(SessionAgent {
        client: boundary::client()?,
    });
    let router = Router::new()
        .route("/session", any(upgrade))
        .with_state(agent);
    Server::bind().await?.serve(router, lifeline).await
}

async fn upgrade(State(agent): State<Arc<SessionAgent>>, upgrade: WebSocketUpgrade) -> Response {
    upgrade.on_upgrade(move |socket| talk(agent, socket))
}

async fn talk(agent: Arc<SessionAgent>, mut socket: WebSocket) {
    let connection = metrics::websocket().connect(AuthMethod::None);
    while let Some(Ok(frame)) = socket.recv().await {
        let Frame::Text(text) = frame else {
            continue;
        };
        let question: Message<Delegation> = match serde_json::from_str(&text) {
            Ok(question) => question,
            Err(error) => {
                connection.error("message");
                tracing::warn!("unreadable message: {error}");
                continue;
            }
        };
        connection.received(&question.kind, text.len() as u64);
        let answer = inspect(&agent, question).await;
        let Ok(text) = serde_json::to_string(&answer) else {
            continue;
        };
        let bytes = text.len() as u64;
        if socket.send(Frame::text(text)).await.is_err() {
            connection.error("send");
            break;
        }
        connection.sent(&answer.kind, bytes);
    }
}

async fn inspect(agent: &SessionAgent, question: Message<Delegation>) -> Message<Findings> {
    let delegation = &question.payload;
    let span = tracing::info_span!(
        "inspect",
        otel.name = format!("inspect {}", delegation.area),
        otel.kind = "server",
        otel.status_code = tracing::field::Empty,
        session.id = %delegation.session_id,
        orchestrator.id = %delegation.orchestrator_id,
        network.protocol.name = "websocket",
    );
    boundary::continue_message(&span, &question.fields);
    let mut fields = Map::new();
    let found = async {
        let agents = metrics::agent_execution().agent(NAME);
        let execution = agents.start(AgentType::Planner, Phase::Plan);
        let found = choose_jobs(agent, delegation).await;
        execution.success();
        boundary::write_message(&mut fields);
        found
    }
    .instrument(span)
    .await;
    Message {
        id: question.id,
        kind: "inspected".to_owned(),
        payload: found,
        fields,
    }
}

/// Looks at the area's first file and queues the programs that fit.
async fn choose_jobs(agent: &SessionAgent, delegation: &Delegation) -> Findings {
    let mut found = Findings::default();
    let Some(first) = delegation.files.first() else {
        return found;
    };
    let calls = metrics::tool_call().agent(NAME);
    let calls = calls.orchestrator(&delegation.orchestrator_id);
    let counted = tools::count(&delegation.dir, first);
    let is_there = tools::call("count", first.display(), &calls, counted)
        .await
        .is_ok();
    if !is_there {
        found.tool_failures += 1;
    }
    for (number, (command, limit_ms)) in programs(delegation, first, is_there)
        .into_iter()
        .enumerate()
    {
        let job = Job {
            id: format!("{}:{}:{number}", delegation.session_id, delegation.area),
            session_id: delegation.session_id.clone(),
            orchestrator_id: delegation.orchestrator_id.clone(),
            dir: delegation.dir.clone(),
            command,
            limit_ms,
            priority: "normal".to_owned(),
            queued_ms: now_ms(),
            fields: Map::new(),
        };
        if let Some(id) = enqueue(agent, &delegation.queue, job).await {
            found.jobs.push(id);
        }
    }
    tracing::info!(jobs = found.jobs.len(), area = %delegation.area, "area inspected");
    found
}

/// Which programs, with which limit. `tail -f` is the mistake that agents do make: it never ends.
fn programs(delegation: &Delegation, first: &Path, is_there: bool) -> Vec<(Vec<String>, u64)> {
    let words = |words: &[&str]| {
        words
            .iter()
            .map(|word| (*word).to_owned())
            .collect::<Vec<_>>()
    };
    // `./` keeps a name that begins with `-` from being an option.
    let name = format!("./{}", first.display());
    let mut all_files = words(&["wc", "-lwc"]);
    all_files.extend(
        delegation
            .files
            .iter()
            .map(|f| format!("./{}", f.display())),
    );
    let mut programs = vec![(all_files, LIMIT_MS)];
    if delegation.area == "usual files" {
        programs.push((words(&["git", "log", "--oneline", "-n", "20"]), LIMIT_MS));
        if is_there {
            programs.push((words(&["tail", "-f", &name]), FOLLOW_MS));
        }
    } else {
        programs.push((words(&["sort", "-u", &name]), LIMIT_MS));
        programs.push((words(&["grep", "-c", &delegation.query, &name]), LIMIT_MS));
    }
    programs
}

/// Puts a job into the queue. The span around it is the parent of the worker's.
async fn enqueue(agent: &SessionAgent, queue: &str, mut job: Job) -> Option<String> {
    let span = tracing::info_span!(
        "enqueue",
        otel.name = "send jobs",
        otel.kind = "producer",
        otel.status_code = tracing::field::Empty,
        messaging.system = "bellwether_demo",
        messaging.destination.name = "jobs",
        messaging.operation.type = "send",
        messaging.message.id = %job.id,
    );
    async {
        boundary::write_job(&mut job.fields);
        let request = agent.client.post(format!("http://{queue}/jobs")).json(&job);
        match boundary::send(request).await {
            Ok(_) => Some(job.id),
            Err(error) => {
                tracing::Span::current().record("otel.status_code", "error");
                let errors = metrics::error().orchestrator(&job.orchestrator_id);
                errors.record(NAME, &error);
                tracing::error!("job not queued: {error}");
                None
            }
        }
    }
    .instrument(span)
    .await
}

/// Milliseconds since 1970.
fn now_ms() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .map_or(0, |since| {
            u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
        })
}
