//! The agent that takes delegations by HTTP.
//!
//! It reads, searches and counts the files of its area, sums them up with a model if it may ask one, and passes the
//! area on to the session agent for what takes programs.
//!
//! | part | is |
//! |---|---|
//! | [`explorer`] | the turns with the model, and the toolbox |
//! | [`pass_on`] | the WebSocket to the session agent |

mod explorer;
mod pass_on;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::State;
use axum::http::StatusCode;
use axum::routing::post;
use axum::{Json, Router};
use bellwether::health::{CheckResult, Criticality};
use bellwether::metrics;
use bellwether::metrics::generated::labels::{AgentType, Phase};
use bellwether::metrics::recorders::ToolCalls;
use tracing::Instrument as _;

use super::Server;
use crate::demo::boundary;
use crate::demo::lifeline::Lifeline;
use crate::demo::memory::Memory;
use crate::demo::model::client::Models;
use crate::demo::model::tokens;
use crate::demo::telemetry::Running;
use crate::demo::tools;
use crate::demo::wire::{Delegation, Findings, Report};
use crate::exit::Failure;
use explorer::Explorer;
use pass_on::{PassOnError, Peer};

/// This agent's name in metrics.
const NAME: &str = "explorer";
/// Tokens of a file that go into the conversation.
const EXCERPT: u64 = 40;

struct Agent {
    peer: Peer,
    models: Models,
    client: reqwest::Client,
    /// Where the toolbox answers.
    toolbox: String,
    /// Those that are not at work.
    explorers: Mutex<(usize, Vec<Explorer>)>,
    /// By orchestrator.
    memories: Mutex<BTreeMap<String, Memory>>,
}

/// Serves delegations until the lifeline is cut.
pub(super) async fn run(
    session_agent: String,
    model: String,
    toolbox: String,
    telemetry: &Running,
    lifeline: Lifeline,
) -> Result<(), Failure> {
    let agent = Arc::new(Agent {
        peer: Peer::at(session_agent),
        models: Models::at(model)?,
        client: boundary::client()?,
        toolbox,
        explorers: Mutex::default(),
        memories: Mutex::default(),
    });
    let looked_at = Arc::clone(&agent);
    telemetry.check("models", Criticality::Optional, move || {
        if looked_at.models.is_answering() {
            CheckResult::healthy()
        } else {
            CheckResult::unhealthy("the latest question was not answered")
        }
    })?;
    let router = Router::new()
        .route("/delegations", post(delegated))
        .with_state(agent);
    Server::bind().await?.serve(router, lifeline).await
}

impl Agent {
    /// An explorer that is free, or a new one.
    fn explorer(&self) -> Explorer {
        let mut explorers = lock(&self.explorers);
        explorers.1.pop().unwrap_or_else(|| {
            explorers.0 += 1;
            Explorer::new(explorers.0)
        })
    }

    fn free(&self, explorer: Explorer) {
        lock(&self.explorers).1.push(explorer);
    }

    /// What is known about what is searched for.
    fn recall(&self, delegation: &Delegation) -> Vec<String> {
        self.with_memory(delegation, |memory| memory.search(&delegation.query))
    }

    /// Keeps what came of an area.
    fn remember(&self, delegation: &Delegation, summary: &str) {
        self.with_memory(delegation, |memory| {
            memory.remember(&delegation.area, summary);
        });
    }

    fn with_memory<T>(&self, delegation: &Delegation, work: impl FnOnce(&mut Memory) -> T) -> T {
        let id = &delegation.orchestrator_id;
        let mut memories = lock(&self.memories);
        work(
            memories
                .entry(id.clone())
                .or_insert_with(|| Memory::new(id)),
        )
    }
}

fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    // Nothing in here panics half-way, so a poisoned lock guards a whole state.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
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
        let (mut found, notes) = look_into(&agent, &delegation).await;
        // What the agent has taken in so far: the bytes of the files that it read.
        tracing::Span::current().record("context.bytes", found.bytes);
        if delegation.with_model {
            let mut explorer = agent.explorer();
            explorer
                .write_up(&agent, &delegation, &notes, &mut found)
                .await;
            agent.free(explorer);
        }
        let handed_on = metrics::delegation().start("agent", "session-agent");
        match agent.peer.pass_on(&delegation).await {
            Ok(more) => {
                handed_on.success();
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
                handed_on.error();
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

/// Reads what can be read, and notes how each file begins. Each failure is the tool's own, recorded where it happens.
async fn look_into(agent: &Agent, delegation: &Delegation) -> (Findings, Vec<String>) {
    let calls = calls(delegation);
    let mut found = Findings::default();
    let mut notes = Vec::new();
    let common = agent.models.common_words().await;
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
        let excerpt = tokens::first(beginning(&text), EXCERPT);
        agent.with_memory(delegation, |memory| memory.note(&shown, excerpt, &common));
        notes.push(format!("{shown}: {excerpt}"));
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
    (found, notes)
}

/// Enough of a text to take an excerpt from.
fn beginning(text: &str) -> &str {
    const BYTES: usize = 600;
    let end = text.len().min(BYTES);
    let end = (0..=end).rev().find(|at| text.is_char_boundary(*at));
    &text[..end.unwrap_or_default()]
}
