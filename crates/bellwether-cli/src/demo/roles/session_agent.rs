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
/// How long a job may wait. Later nobody waits for its result.
const EXPIRES_MS: u64 = 5_000;
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
    // Whoever asks about a session hears of it until it asks about the next.
    let mut subscribed = None;
    while let Some(frame) = socket.recv().await {
        let text = match frame {
            Ok(Frame::Text(text)) => text,
            Ok(_) => continue,
            Err(error) => {
                // An agent that renews its connection does not say good-bye, as many clients do not.
                connection.error("reset");
                tracing::debug!("the connection broke off: {error}");
                break;
            }
        };
        let question: Message<Delegation> = match serde_json::from_str(&text) {
            Ok(question) => question,
            Err(error) => {
                connection.error("message");
                tracing::warn!("unreadable message: {error}");
                continue;
            }
        };
        let span = span_of(&question);
        span.in_scope(|| connection.received(&question.kind, text.len() as u64));
        let session = question.payload.session_id.clone();
        if subscribed
            .as_ref()
            .is_none_or(|(known, _)| *known != session)
        {
            subscribed = Some((session, connection.subscribe()));
        }
        let answer = inspect(&agent, question).instrument(span.clone()).await;
        let Ok(text) = serde_json::to_string(&answer) else {
            continue;
        };
        let bytes = text.len() as u64;
        if socket.send(Frame::text(text)).await.is_err() {
            connection.error("send");
            break;
        }
        // In the message's span still, so that its size leads to its trace.
        span.in_scope(|| connection.sent(&answer.kind, bytes));
    }
}

/// The span of a message, as part of the trace that came with it.
fn span_of(question: &Message<Delegation>) -> tracing::Span {
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
    span
}

/// In the span of the message.
async fn inspect(agent: &SessionAgent, question: Message<Delegation>) -> Message<Findings> {
    let agents = metrics::agent_execution().agent(NAME);
    let execution = agents.start(AgentType::Planner, Phase::Plan);
    let found = choose_jobs(agent, &question.payload).await;
    execution.success();
    let mut fields = Map::new();
    boundary::write_message(&mut fields);
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
    for (
        number,
        Program {
            command,
            limit_ms,
            priority,
        },
    ) in programs(delegation, first, is_there)
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
            priority: priority.to_owned(),
            queued_ms: now_ms(),
            expires_ms: EXPIRES_MS,
            fields: Map::new(),
        };
        if let Some(id) = enqueue(agent, &delegation.queue, job).await {
            found.jobs.push(id);
        }
    }
    tracing::info!(jobs = found.jobs.len(), area = %delegation.area, "area inspected");
    found
}

/// A program that tells more about an area.
struct Program {
    command: Vec<String>,
    limit_ms: u64,
    priority: &'static str,
}

/// Which programs. `tail -f` is the mistake that agents do make: it never ends.
fn programs(delegation: &Delegation, first: &Path, is_there: bool) -> Vec<Program> {
    let program = |words: &[&str], limit_ms, priority| Program {
        command: words.iter().map(|word| (*word).to_owned()).collect(),
        limit_ms,
        priority,
    };
    // `./` keeps a name that begins with `-` from being an option.
    let name = format!("./{}", first.display());
    let files: Vec<_> = delegation
        .files
        .iter()
        .map(|file| format!("./{}", file.display()))
        .collect();
    let mut all_files = vec!["wc", "-lwc"];
    all_files.extend(files.iter().map(String::as_str));
    let mut programs = vec![program(&all_files, LIMIT_MS, "high")];
    if delegation.area == "usual files" {
        let history = ["git", "log", "--oneline", "-n", "20"];
        programs.push(program(&history, LIMIT_MS, "low"));
        if is_there {
            programs.push(program(&["tail", "-f", &name], FOLLOW_MS, "normal"));
        }
    } else {
        programs.push(program(&["sort", "-u", &name], LIMIT_MS, "normal"));
        let search = ["grep", "-c", &delegation.query, &name];
        programs.push(program(&search, LIMIT_MS, "normal"));
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
