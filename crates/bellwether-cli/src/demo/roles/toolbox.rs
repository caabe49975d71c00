//! The toolbox: a server of the Model Context Protocol whose tools look into an index of the directory's words.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse as _, Response};
use axum::routing::post;
use axum::{Json, Router};
use bellwether::health::{CheckResult, Criticality};
use bellwether::metrics::generated::labels::McpTransport;
use bellwether::metrics::recorders::{Mcp, McpSession};
use bellwether::{metrics, track_metrics};
use serde_json::{Value, json};
use tracing::Instrument as _;

use super::Server;
use crate::demo::lifeline::Lifeline;
use crate::demo::mcp::index::Index;
use crate::demo::mcp::{self, INVALID_PARAMS, NO_SUCH_METHOD, SESSION, VERSION};
use crate::demo::telemetry::Running;
use crate::exit::Failure;

/// Sessions that are held open. Whoever does not end theirs loses it to later ones.
const MOST_SESSIONS: usize = 256;

struct Toolbox {
    index: Index,
    recorder: Mcp,
    sessions: Mutex<BTreeMap<u64, McpSession>>,
    next_session: AtomicU64,
}

/// Builds the index and serves tools until the lifeline is cut.
pub(super) async fn run(
    dir: PathBuf,
    index: PathBuf,
    telemetry: &Running,
    lifeline: Lifeline,
) -> Result<(), Failure> {
    let index = Index::at(index);
    let building = index.clone();
    let words = tokio::task::spawn_blocking(move || build(&building, &dir))
        .await
        .map_err(|error| Failure::new(format!("cannot build the index: {error}")))?
        .map_err(|error| Failure::new(format!("cannot build the index: {error}")))?;
    tracing::info!(words, "index built");
    let toolbox = Arc::new(Toolbox {
        index: index.clone(),
        recorder: metrics::mcp_server()
            .protocol(VERSION)
            .transport(McpTransport::Tcp),
        sessions: Mutex::default(),
        next_session: AtomicU64::new(1),
    });
    telemetry.check("index", Criticality::Critical, move || {
        match index.most_frequent(1) {
            Ok(_) => CheckResult::healthy(),
            Err(error) => CheckResult::unhealthy(error.to_string()),
        }
    })?;
    let router = Router::new()
        .route("/mcp", post(message).delete(end))
        .with_state(toolbox);
    Server::bind().await?.serve(router, lifeline).await
}

/// No trace is open when the toolbox starts, and it is none of a session's.
#[track_metrics("build index", span = false)]
fn build(index: &Index, dir: &std::path::Path) -> std::io::Result<usize> {
    index.build(dir)
}

#[track_metrics("read index", span = false)]
fn look_up(index: &Index, query: &str) -> std::io::Result<u64> {
    index.look_up(query)
}

async fn end(State(toolbox): State<Arc<Toolbox>>, headers: HeaderMap) -> StatusCode {
    match session_of(&headers).and_then(|id| toolbox.sessions().remove(&id)) {
        Some(session) => {
            session.end();
            StatusCode::NO_CONTENT
        }
        None => StatusCode::NOT_FOUND,
    }
}

async fn message(
    State(toolbox): State<Arc<Toolbox>>,
    headers: HeaderMap,
    Json(request): Json<mcp::Request>,
) -> Response {
    // A notification wants no answer.
    let Some(id) = request.id else {
        return StatusCode::ACCEPTED.into_response();
    };
    if request.method == "initialize" {
        let session = toolbox.open().to_string();
        let answer = toolbox.answer(id, request).await;
        return ([(SESSION, session)], Json(answer)).into_response();
    }
    let is_known = session_of(&headers).is_some_and(|id| toolbox.sessions().contains_key(&id));
    if !is_known {
        return StatusCode::NOT_FOUND.into_response();
    }
    Json(toolbox.answer(id, request).await).into_response()
}

fn session_of(headers: &HeaderMap) -> Option<u64> {
    headers.get(SESSION)?.to_str().ok()?.parse().ok()
}

impl Toolbox {
    fn sessions(&self) -> std::sync::MutexGuard<'_, BTreeMap<u64, McpSession>> {
        self.sessions.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn open(&self) -> u64 {
        let id = self.next_session.fetch_add(1, Ordering::Relaxed);
        let mut sessions = self.sessions();
        sessions.insert(id, self.recorder.session());
        if sessions.len() > MOST_SESSIONS {
            sessions.pop_first();
        }
        id
    }

    async fn answer(&self, id: u64, request: mcp::Request) -> mcp::Response {
        let tool = request.params["name"].as_str().map(str::to_owned);
        let tool = tool.filter(|_| request.method == "tools/call");
        let method = known_method(&request.method);
        let name = match &tool {
            Some(tool) => format!("{method} {tool}"),
            None => method.to_owned(),
        };
        let span = tracing::info_span!(
            "mcp request",
            otel.name = name,
            otel.status_code = tracing::field::Empty,
            error.type = tracing::field::Empty,
            mcp.method.name = method,
            mcp.protocol.version = VERSION,
            jsonrpc.request.id = id,
            gen_ai.tool.name = tool.as_deref(),
            network.transport = "tcp",
        );
        async {
            let mut operation = self.recorder.start(method);
            if let Some(tool) = &tool {
                operation = operation.tool(tool);
            }
            let result = self.handle(&request).await;
            let span = tracing::Span::current();
            let error_type = match &result {
                Err(_) => Some("rpc"),
                Ok(result) if result["isError"] == true => Some("tool_error"),
                Ok(_) => None,
            };
            if let Err(failed) = &result {
                operation = operation.status(&failed.code.to_string());
            }
            match error_type {
                None => operation.success(),
                Some(error_type) => {
                    span.record("otel.status_code", "error");
                    span.record("error.type", error_type);
                    tracing::error!(method, error_type, "request failed");
                    operation.error(error_type);
                }
            }
            let (result, error) = match result {
                Ok(result) => (Some(result), None),
                Err(failed) => (None, Some(failed)),
            };
            mcp::Response {
                jsonrpc: "2.0".to_owned(),
                id,
                result,
                error,
            }
        }
        .instrument(span)
        .await
    }

    async fn handle(&self, request: &mcp::Request) -> Result<Value, mcp::Failed> {
        match request.method.as_str() {
            "initialize" => Ok(json!({
                "protocolVersion": VERSION,
                "capabilities": {"tools": {}},
                "serverInfo": {"name": "toolbox", "version": env!("CARGO_PKG_VERSION")},
            })),
            "ping" => Ok(json!({})),
            "tools/list" => Ok(json!({"tools": [
                {
                    "name": "lookup",
                    "description": "How often words that contain the query occur",
                    "inputSchema": {
                        "type": "object",
                        "properties": {"query": {"type": "string"}},
                        "required": ["query"],
                    },
                },
                {
                    "name": "vocabulary",
                    "description": "The words that occur most",
                    "inputSchema": {"type": "object"},
                },
            ]})),
            "tools/call" => self.call(&request.params).await,
            other => Err(mcp::Failed {
                code: NO_SUCH_METHOD,
                message: format!("method not found: {other}"),
            }),
        }
    }

    /// A tool that fails is a result that says so; a call that is none is an error of the protocol.
    async fn call(&self, params: &Value) -> Result<Value, mcp::Failed> {
        let invalid = |message: &str| mcp::Failed {
            code: INVALID_PARAMS,
            message: message.to_owned(),
        };
        let index = self.index.clone();
        let query = params["arguments"]["query"].as_str().map(str::to_owned);
        // File work blocks.
        let work: Box<dyn FnOnce() -> std::io::Result<String> + Send> =
            match (params["name"].as_str(), query) {
                (Some("lookup"), Some(query)) => {
                    Box::new(move || look_up(&index, &query).map(|count| count.to_string()))
                }
                (Some("lookup"), None) => return Err(invalid("lookup: expected a query")),
                (Some("vocabulary"), _) => {
                    Box::new(move || index.most_frequent(10).map(|words| words.join(" ")))
                }
                _ => return Err(invalid("unknown tool")),
            };
        let (text, is_error) = match tokio::task::spawn_blocking(work).await {
            Ok(Ok(text)) => (text, false),
            Ok(Err(error)) => (format!("the index cannot be read: {error}"), true),
            Err(error) => (error.to_string(), true),
        };
        Ok(json!({"content": [{"type": "text", "text": text}], "isError": is_error}))
    }
}

/// The method as a label: those there are, or that it is another.
fn known_method(method: &str) -> &'static str {
    const METHODS: [&str; 4] = ["initialize", "ping", "tools/list", "tools/call"];
    METHODS
        .into_iter()
        .find(|known| *known == method)
        .unwrap_or("other")
}
