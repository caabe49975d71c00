//! How an agent calls tools of the toolbox: a session of the Model Context Protocol for each delegation.

use std::sync::atomic::{AtomicU64, Ordering};

use bellwether::metrics;
use bellwether::metrics::generated::labels::McpTransport;
use bellwether::metrics::recorders::{Mcp, McpSession};
use serde_json::{Value, json};
use tracing::Instrument as _;

use super::{Request, Response, SESSION, VERSION};
use crate::demo::boundary;

/// An open session.
#[derive(Debug)]
pub(crate) struct Session {
    client: reqwest::Client,
    url: String,
    id: String,
    requests: AtomicU64,
    recorder: Mcp,
    lasting: McpSession,
}

/// Why a call failed.
#[derive(Debug, thiserror::Error)]
pub(crate) enum McpError {
    #[error(transparent)]
    Http(#[from] reqwest::Error),
    #[error("{message} ({code})")]
    Rpc { code: i32, message: String },
    #[error("{0}")]
    Tool(String),
    #[error("the answer has neither a result nor an error")]
    Empty,
}

impl McpError {
    /// The error's class, few enough to be a label.
    pub(crate) const fn kind(&self) -> &'static str {
        match self {
            Self::Http(_) => "http",
            Self::Rpc { .. } => "rpc",
            Self::Tool(_) => "tool_error",
            Self::Empty => "empty",
        }
    }
}

impl Session {
    /// Opens a session with the toolbox at that address.
    pub(crate) async fn open(client: &reqwest::Client, address: &str) -> Result<Self, McpError> {
        let recorder = metrics::mcp_client()
            .protocol(VERSION)
            .transport(McpTransport::Tcp);
        let mut session = Self {
            client: client.clone(),
            url: format!("http://{address}/mcp"),
            id: String::new(),
            requests: AtomicU64::new(0),
            lasting: recorder.session(),
            recorder,
        };
        let about = json!({
            "protocolVersion": VERSION,
            "capabilities": {},
            "clientInfo": {"name": "explorer", "version": env!("CARGO_PKG_VERSION")},
        });
        let (id, _) = session.send("initialize", None, about).await?;
        session.id = id;
        Ok(session)
    }

    /// The names of the tools there are.
    pub(crate) async fn tools(&self) -> Result<Vec<String>, McpError> {
        let (_, list) = self.send("tools/list", None, json!({})).await?;
        let tools = list["tools"].as_array().into_iter().flatten();
        let names = tools.filter_map(|tool| tool["name"].as_str());
        Ok(names.map(str::to_owned).collect())
    }

    /// Calls a tool; answers its text.
    pub(crate) async fn call(&self, tool: &str, arguments: Value) -> Result<String, McpError> {
        let params = json!({"name": tool, "arguments": arguments});
        let (_, result) = self.send("tools/call", Some(tool), params).await?;
        let text = result["content"][0]["text"].as_str().unwrap_or_default();
        Ok(text.to_owned())
    }

    /// Ends the session. The server ends it by itself where it does not hear of it.
    pub(crate) async fn close(self) {
        let request = self.client.delete(&self.url).header(SESSION, &self.id);
        match boundary::send(request).await {
            Ok(_) => self.lasting.end(),
            Err(_) => self.lasting.error("http"),
        }
    }

    /// Sends a request; answers the session's id and the result.
    async fn send(
        &self,
        method: &str,
        tool: Option<&str>,
        params: Value,
    ) -> Result<(String, Value), McpError> {
        let name = tool.map_or_else(|| method.to_owned(), |tool| format!("{method} {tool}"));
        let span = tracing::info_span!(
            "mcp",
            otel.name = name,
            otel.kind = "client",
            otel.status_code = tracing::field::Empty,
            error.type = tracing::field::Empty,
            rpc.response.status_code = tracing::field::Empty,
            mcp.method.name = method,
            mcp.protocol.version = VERSION,
            gen_ai.tool.name = tool,
            network.transport = "tcp",
        );
        async {
            let mut operation = self.recorder.start(method);
            if let Some(tool) = tool {
                operation = operation.tool(tool);
            }
            let result = self.exchange(method, params).await;
            let span = tracing::Span::current();
            match &result {
                Ok(_) => operation.success(),
                Err(error) => {
                    span.record("otel.status_code", "error");
                    span.record("error.type", error.kind());
                    if let McpError::Rpc { code, .. } = error {
                        span.record("rpc.response.status_code", code);
                        operation = operation.status(&code.to_string());
                    }
                    operation.error(error.kind());
                }
            }
            result
        }
        .instrument(span)
        .await
    }

    async fn exchange(&self, method: &str, params: Value) -> Result<(String, Value), McpError> {
        let id = self.requests.fetch_add(1, Ordering::Relaxed);
        let body = Request {
            jsonrpc: "2.0".to_owned(),
            id: Some(id),
            method: method.to_owned(),
            params,
        };
        let request = self.client.post(&self.url).json(&body);
        let request = request.header(SESSION, &self.id);
        let response = boundary::send(request).await?;
        let header = response.headers().get(SESSION);
        let session = header.and_then(|id| id.to_str().ok()).unwrap_or_default();
        let session = session.to_owned();
        let answer: Response = response.json().await?;
        if let Some(error) = answer.error {
            return Err(McpError::Rpc {
                code: error.code,
                message: error.message,
            });
        }
        let result = answer.result.ok_or(McpError::Empty)?;
        if result["isError"] == true {
            let text = result["content"][0]["text"].as_str().unwrap_or_default();
            return Err(McpError::Tool(text.to_owned()));
        }
        Ok((session, result))
    }
}
