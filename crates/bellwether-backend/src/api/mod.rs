//! The HTTP API: the questions of [`query`](crate::query) as JSON under `/api/v1/`, beside OTLP/HTTP.
//!
//! ```text
//! request ─► is it for this machine, has it the token ─► parameters ─► query on a blocking thread ─► JSON
//! ```
//!
//! Everything is a GET but SQL and clearing. A client that goes away takes its question with it: the database is interrupted. A browser's page of another origin gets nothing: no CORS header is ever sent, and a `Host` that
//! is no loopback name is refused, which is what a rebound DNS name would carry.

mod agents;
mod clear;
mod parameters;
mod questions;
mod red;
mod sql;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use axum::extract::rejection::JsonRejection;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use axum::routing::{any, get, post};
use axum::{Json, Router};
use serde_json::json;

use crate::store::StoreWriter;
use crate::{Store, StoreError};

/// Who may ask: whoever reaches the port, or whoever has a token.
///
/// ```
/// use bellwether_backend::api::Access;
/// assert!(!format!("{:?}", Access::with_token("secret")).contains("secret"));
/// ```
#[derive(Clone, Default)]
pub struct Access {
    token: Option<String>,
}

impl Access {
    /// Every request needs `Authorization: Bearer TOKEN`.
    ///
    /// ```
    /// let access = bellwether_backend::api::Access::with_token("secret");
    /// # drop(access);
    /// ```
    pub fn with_token(token: impl Into<String>) -> Self {
        Self {
            token: Some(token.into()),
        }
    }
}

impl std::fmt::Debug for Access {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Access")
            .field("has_token", &self.token.is_some())
            .finish()
    }
}

/// The routes, over `store`.
pub(crate) fn router(store: Store, writer: Arc<StoreWriter>, access: Access) -> Router {
    let clear = move |store: State<Store>, body: Result<Json<clear::Body>, JsonRejection>| {
        clear::clear(store, Arc::clone(&writer), body)
    };
    Router::new()
        .route("/api/v1/status", get(clear::status))
        .route("/api/v1/map", get(agents::map))
        .route("/api/v1/agents", get(agents::agents))
        .route("/api/v1/clear", post(clear))
        .route("/api/v1/metrics", get(questions::list))
        .route("/api/v1/metrics/{name}", get(questions::values))
        .route("/api/v1/metrics/{name}/stats", get(questions::stats))
        .route("/api/v1/traces", get(questions::traces))
        .route("/api/v1/traces/{id}", get(questions::trace))
        .route("/api/v1/red", get(red::red))
        .route("/api/v1/logs", get(questions::logs))
        .route("/api/v1/sql", post(sql::run))
        .route("/api/{*other}", any(unknown))
        .layer(middleware::from_fn_with_state(access, admit))
        .with_state(store)
}

async fn admit(State(access): State<Access>, request: Request, next: Next) -> Response {
    // HTTP/2 has the host in the address instead.
    let authority = request
        .uri()
        .authority()
        .map(axum::http::uri::Authority::as_str);
    if !names_this_machine(request.headers()) || !authority.is_none_or(is_this_machine) {
        return Problem::new(
            StatusCode::FORBIDDEN,
            "host: expected localhost, 127.0.0.1 or [::1]",
        )
        .into_response();
    }
    if let Some(token) = &access.token
        && !carries(request.headers(), token)
    {
        return Problem::new(
            StatusCode::UNAUTHORIZED,
            "authorization: expected Bearer and the token",
        )
        .into_response();
    }
    next.run(request).await
}

/// HTTP/1.1 requires `Host`; one without it comes from no browser.
fn names_this_machine(headers: &HeaderMap) -> bool {
    let Some(host) = headers.get(header::HOST) else {
        return true;
    };
    is_this_machine(host.to_str().unwrap_or_default())
}

fn is_this_machine(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    matches!(name, "localhost" | "127.0.0.1" | "[::1]")
}

/// Compares without telling by its time how much was right.
fn carries(headers: &HeaderMap, token: &str) -> bool {
    let given = headers
        .get(header::AUTHORIZATION)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.strip_prefix("Bearer "))
        .unwrap_or_default();
    let differing = given
        .bytes()
        .zip(token.bytes())
        .fold(0, |sum, (a, b)| sum | (a ^ b));
    given.len() == token.len() && differing == 0
}

/// What is answered instead.
struct Problem {
    code: StatusCode,
    message: String,
}

impl Problem {
    fn new(code: StatusCode, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
        }
    }

    fn wrong(message: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, message)
    }
}

impl From<StoreError> for Problem {
    fn from(error: StoreError) -> Self {
        let code = match error {
            StoreError::Interrupted => StatusCode::REQUEST_TIMEOUT,
            _ => StatusCode::INTERNAL_SERVER_ERROR,
        };
        Self::new(code, error.to_string())
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        (self.code, Json(json!({"error": self.message}))).into_response()
    }
}

/// A path that asks nothing, or a version that is not spoken.
async fn unknown() -> Problem {
    Problem::new(
        StatusCode::NOT_FOUND,
        "no such path; expected one under /api/v1/: status, metrics, traces, red, logs, map, agents, sql, clear",
    )
}

/// Runs a question where it may block. When nobody waits for the answer any more, since the client has gone, it is interrupted.
async fn ask<T: Send + 'static>(
    store: &Store,
    question: impl FnOnce(&Store) -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    let gone = Gone::default();
    let store = store.cancelled_by(Arc::clone(&gone.0));
    tokio::task::spawn_blocking(move || question(&store))
        .await
        .unwrap_or_else(|_| {
            Err(Problem::new(
                StatusCode::INTERNAL_SERVER_ERROR,
                "the question failed",
            ))
        })
}

/// Set when it is dropped, which is when the answer is there or nobody wants it.
#[derive(Default)]
struct Gone(Arc<AtomicBool>);

impl Drop for Gone {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Release);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_this_machine_are_taken() {
        let named = |host: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::HOST, host.parse().unwrap());
            names_this_machine(&headers)
        };
        assert!(
            named("127.0.0.1:4318") && named("localhost") && named("[::1]:80") && named("[::1]")
        );
        assert!(
            !named("attacker.example:4318") && !named("localhost.attacker.example") && !named("")
        );
    }

    #[test]
    fn a_token_has_to_be_the_same() {
        let with = |value: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::AUTHORIZATION, value.parse().unwrap());
            carries(&headers, "secret")
        };
        assert!(with("Bearer secret"));
        assert!(
            !with("Bearer secre")
                && !with("Bearer secreT")
                && !with("secret")
                && !with("Bearer secrets")
        );
    }
}
