//! Where trace context crosses from one process of the demo to the next. One place, so that each crossing is seen at
//! a glance: HTTP, WebSocket message, job payload, environment.

use axum::Router;
use bellwether::propagation::axum::ServerLayer;
use bellwether::propagation::reqwest::RequestBuilderExt as _;
use bellwether::propagation::{self, process, queue, trace_id, websocket};
use serde_json::{Map, Value};
use tracing::Span;

use crate::exit::Failure;

/// The client for every request between the processes. They are on this machine, so no proxy may get in between.
pub(super) fn client() -> Result<reqwest::Client, Failure> {
    reqwest::Client::builder()
        .no_proxy()
        .build()
        .map_err(|error| Failure::new(format!("cannot make an HTTP client: {error}")))
}

/// A router whose requests get a server span that continues the caller's trace. Two paths get none: asking for a job
/// waits most of the time, and a WebSocket lasts longer than any trace whose messages it carries.
pub(super) fn traced(router: Router) -> Router {
    let layer = ServerLayer::new()
        .ignore_path("/jobs/take")
        .ignore_path("/session");
    router.layer(layer)
}

/// Sends a request in a client span, trace context in its headers. A status other than success is an error.
pub(super) async fn send(
    request: reqwest::RequestBuilder,
) -> Result<reqwest::Response, reqwest::Error> {
    request.send_traced().await?.error_for_status()
}

/// The same where the caller makes something of every status.
pub(super) async fn send_any(
    request: reqwest::RequestBuilder,
) -> Result<reqwest::Response, reqwest::Error> {
    request.send_traced().await
}

/// Writes the current context beside a WebSocket message's payload.
pub(super) fn write_message(fields: &mut Map<String, Value>) {
    websocket::inject(&propagation::current(), fields);
}

/// Makes `span` a child of what a WebSocket message brings.
pub(super) fn continue_message(span: &Span, fields: &Map<String, Value>) {
    propagation::set_parent(span, &websocket::extract(fields));
}

/// Writes the current context into a job's payload.
pub(super) fn write_job(fields: &mut Map<String, Value>) {
    queue::inject(&propagation::current(), fields);
}

/// Makes `span` a child of whoever queued the job: one span handles exactly one job, soon.
pub(super) fn continue_job(span: &Span, fields: &Map<String, Value>) {
    propagation::set_parent(span, &queue::extract(fields));
}

/// Writes the current context into the environment of a process.
pub(super) fn write_environment(command: &mut tokio::process::Command) {
    process::inject(&propagation::current(), command.as_std_mut());
}

/// Makes `span` a child of what this process was started with.
pub(super) fn continue_environment(span: &Span) {
    propagation::set_parent(span, &process::extract_from_env());
}

/// The current trace's id; empty without a trace.
pub(super) fn current_trace_id() -> String {
    trace_id::of(&propagation::current()).unwrap_or_default()
}
