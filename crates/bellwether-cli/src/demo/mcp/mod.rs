//! The Model Context Protocol, as much of it as tools need: `initialize`, `tools/list`, `tools/call`, `ping`, by its
//! HTTP transport (one `POST` a message, `DELETE` ends the session), version 2025-06-18.
//!
//! [`index`] is what the tools look into, [`client`] how agents call them. The server is a
//! [role](super::roles) of its own.

pub(super) mod client;
pub(super) mod index;

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// The version both sides speak.
pub(super) const VERSION: &str = "2025-06-18";
/// The header with the session's id.
pub(super) const SESSION: &str = "mcp-session-id";
/// JSON-RPC: the method does not exist.
pub(super) const NO_SUCH_METHOD: i32 = -32_601;
/// JSON-RPC: the arguments are not what the method takes.
pub(super) const INVALID_PARAMS: i32 = -32_602;

/// A request or, without an id, a notification.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Request {
    pub(super) jsonrpc: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) id: Option<u64>,
    pub(super) method: String,
    #[serde(default)]
    pub(super) params: Value,
}

/// An answer: a result or an error.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Response {
    pub(super) jsonrpc: String,
    pub(super) id: u64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) result: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) error: Option<Failed>,
}

/// What an answer says of a request that could not be handled.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Failed {
    pub(super) code: i32,
    pub(super) message: String,
}
