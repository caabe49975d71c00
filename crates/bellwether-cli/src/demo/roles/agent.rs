//! The agent that takes delegations by HTTP.
//!
//! It reads, searches and counts the files of its area, and passes the area on to the session agent by WebSocket for
//! what takes programs. One connection, opened for the first delegation and again when it broke; questions take turns
//! on it.

use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use axum::{Json, Router};
use bellwether::metrics;
use bellwether::metrics::generated::labels::{AgentType, Phase};
use bellwether::metrics::recorders::ToolCalls;
use futures_util::{SinkExt as _, StreamExt as _};
use serde_json::{Map, Value};
use tokio::net::TcpStream;
use tokio::sync::Mutex;
use tokio_tungstenite::tungstenite;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};
use tracing::Instrument as _;

use super::Server;
use crate::demo::boundary;
use crate::demo::lifeline::Lifeline;
use crate::demo::tools;
use crate::demo::wire::{Delegation, Findings, Message, Report};
use crate::exit::Failure;

/// The longest an answer of the session agent may take.
const ANSWER_LIMIT: Duration = Duration::from_secs(20);

/// This agent's name in metrics.
const NAME: &str = "explorer";

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

struct Agent {
    /// Where the session agent answers.
    peer: String,
    socket: Mutex<Option<Socket>>,
}

/// Serves delegations until the lifeline is cut.
pub(super) async fn run(session_agent: String, lifeline: Lifeline) -> Result<(), Failure> {
    let agent = Arc::new(Agent {
        peer: session_agent,
        socket: Mutex::new(None),
    });
    let router = Router::new()
        .route("/delegations", post(delegated))
        .with_state(agent);
    Server::bind().await?.serve(router, lifeline).await
}

async fn delegated(
    State(agent): State<Arc<Agent>>,
    Json(delegation): Json<Delegation>,
) -> Result<Json<Findings>, StatusCode> {
    let span = tracing::info_span!(
        "explore",
        otel.name = format!("explore {}", delegation.area),
        session.id = %delegation.session_id,
        orchestrator.id = %delegation.orchestrator_id,
        area = %delegation.area,
        otel.status_code = tracing::field::Empty,
        context.bytes = tracing::field::Empty,
    );
    async {
        let agents = metrics::agent_execution().agent(NAME);
        let execution = agents.start(AgentType::Researcher, Phase::Explore);
        let mut found = look_into(&delegation).await;
        // What the agent has taken in so far: the bytes of the files that it read.
        tracing::Span::current().record("context.bytes", found.bytes);
        match pass_on(&agent, &delegation).await {
            Ok(more) => {
                execution.success();
                found.add(more);
                tracing::info!(
                    files = found.files,
                    matches = found.matches,
                    "area explored"
                );
                Ok(Json(found))
            }
            Err(error) => {
                tracing::Span::current().record("otel.status_code", "error");
                let errors = metrics::error().orchestrator(&delegation.orchestrator_id);
                errors.record(NAME, error.kind());
                match error {
                    PassOnError::Late => execution.timeout(),
                    _ => execution.error(error.kind()),
                }
                tracing::error!("the session agent did not answer: {error}");
                Err(StatusCode::BAD_GATEWAY)
            }
        }
    }
    .instrument(span)
    .await
}

/// The tool calls of a delegation.
fn calls(delegation: &Delegation) -> ToolCalls {
    let calls = metrics::tool_call().agent(NAME);
    calls.orchestrator(&delegation.orchestrator_id)
}

/// Reads what can be read. Each failure is the tool's own, recorded where it happens.
async fn look_into(delegation: &Delegation) -> Findings {
    let calls = calls(delegation);
    let mut found = Findings::default();
    for file in &delegation.files {
        let shown = file.display().to_string();
        let text = tools::call("read", &shown, &calls, tools::read(&delegation.dir, file));
        let text = match text.await {
            Ok(text) => text,
            Err(error) => {
                found.tool_failures += 1;
                Report::progress(format!("agent          read failed: {error}"));
                continue;
            }
        };
        found.files += 1;
        found.bytes += text.len() as u64;
        let matches = tools::search(&delegation.dir, file, &delegation.query);
        match tools::call("search", &shown, &calls, matches).await {
            Ok(matches) => found.matches += matches,
            Err(_) => found.tool_failures += 1,
        }
        let counted = tools::count(&delegation.dir, file);
        match tools::call("count", &shown, &calls, counted).await {
            Ok((lines, _)) => found.lines += lines,
            Err(_) => found.tool_failures += 1,
        }
    }
    found
}

/// What can go wrong on the WebSocket.
#[derive(Debug, thiserror::Error)]
enum PassOnError {
    #[error(transparent)]
    Socket(#[from] tungstenite::Error),
    #[error("unreadable message: {0}")]
    Message(#[from] serde_json::Error),
    #[error("the connection was closed")]
    Closed,
    #[error("no answer within {} s", ANSWER_LIMIT.as_secs())]
    Late,
}

impl PassOnError {
    /// The error's class, few enough to be a label.
    const fn kind(&self) -> &'static str {
        match self {
            Self::Socket(_) => "websocket",
            Self::Message(_) => "message",
            Self::Closed => "closed",
            Self::Late => "timeout",
        }
    }
}

/// Asks the session agent and waits for its answer.
async fn pass_on(agent: &Agent, delegation: &Delegation) -> Result<Findings, PassOnError> {
    let span = tracing::info_span!(
        "send message",
        otel.name = "websocket inspect",
        otel.kind = "client",
        otel.status_code = tracing::field::Empty,
        network.protocol.name = "websocket",
    );
    async {
        // Taken inside the span: it is the parent of what the session agent does.
        let mut fields = Map::<String, Value>::new();
        boundary::write_message(&mut fields);
        let mut slot = agent.socket.lock().await;
        let asked = tokio::time::timeout(
            ANSWER_LIMIT,
            ask(&mut slot, &agent.peer, delegation, fields),
        )
        .await;
        let answer = asked.unwrap_or(Err(PassOnError::Late));
        if answer.is_err() {
            // Half a conversation may be left on it.
            *slot = None;
            tracing::Span::current().record("otel.status_code", "error");
        }
        answer
    }
    .instrument(span)
    .await
}

async fn ask(
    slot: &mut Option<Socket>,
    address: &str,
    delegation: &Delegation,
    fields: Map<String, Value>,
) -> Result<Findings, PassOnError> {
    let socket = if let Some(socket) = slot {
        socket
    } else {
        let (socket, _) =
            tokio_tungstenite::connect_async(format!("ws://{address}/session")).await?;
        slot.insert(socket)
    };
    let question = Message {
        id: format!("{}:{}", delegation.session_id, delegation.area),
        kind: "inspect".to_owned(),
        payload: delegation,
        fields,
    };
    let text = serde_json::to_string(&question)?;
    socket.send(tungstenite::Message::text(text)).await?;
    while let Some(message) = socket.next().await {
        let tungstenite::Message::Text(text) = message? else {
            continue;
        };
        let answer: Message<Findings> = serde_json::from_str(&text)?;
        if answer.id == question.id {
            return Ok(answer.payload);
        }
    }
    Err(PassOnError::Closed)
}
