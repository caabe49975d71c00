//! What each path answers.

use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::middleware::{self, Next};
use axum::response::Response;
use axum::routing::get;
use http::header::{CACHE_CONTROL, CONTENT_ENCODING, CONTENT_TYPE, HeaderName, HeaderValue, VARY};
use http::{HeaderMap, StatusCode};
use tokio::time::timeout;

use super::accept;
use super::scrape::Scrapes;
use crate::health::{HealthRegistry, HealthReport, Status};
use crate::metrics::Collector;

/// Deadline of an answer with metrics: Prometheus gives up after ten seconds.
const SCRAPE_TIMEOUT: Duration = Duration::from_secs(10);

const X_TRACE_ID: HeaderName = HeaderName::from_static("x-trace-id");

/// The four paths, for any state.
pub(crate) fn router<S>(
    path: &str,
    health: &HealthRegistry,
    collector: Option<Collector>,
) -> Router<S>
where
    S: Clone + Send + Sync + 'static,
{
    let scrapes = Arc::new(Scrapes::new(collector));
    let (all, ready) = (health.clone(), health.clone());
    Router::new()
        .route(
            path,
            get(move |headers: HeaderMap| async move { metrics(&scrapes, &headers).await }),
        )
        .route(
            "/health",
            get(move || async move { of_report(&all.report().await) }),
        )
        .route(
            "/ready",
            get(move || async move { of_report(&ready.readiness().await) }),
        )
        .route(
            "/live",
            get(|| async { json(StatusCode::OK, r#"{"status":"healthy"}"#) }),
        )
        .layer(middleware::from_fn(headers))
}

async fn metrics(scrapes: &Scrapes, headers: &HeaderMap) -> Response {
    let (format, gzip) = (accept::format(headers), accept::gzip(headers));
    let body = match timeout(SCRAPE_TIMEOUT, scrapes.body(format, gzip)).await {
        Ok(Ok(body)) => body,
        Ok(Err(words)) => return unavailable(words),
        Err(_) => return unavailable("metrics took longer than 10s to read".to_owned()),
    };
    let mut response = Response::new(Body::from(body));
    let set = response.headers_mut();
    set.insert(
        CONTENT_TYPE,
        HeaderValue::from_static(format.content_type()),
    );
    set.insert(VARY, HeaderValue::from_static("accept, accept-encoding"));
    if gzip {
        set.insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    response
}

fn unavailable(words: String) -> Response {
    let mut response = Response::new(Body::from(words + "\n"));
    *response.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
    let text = HeaderValue::from_static("text/plain; charset=utf-8");
    response.headers_mut().insert(CONTENT_TYPE, text);
    response
}

/// Degraded is 200: a service that still works should get work.
fn of_report(report: &HealthReport) -> Response {
    let status = match report.status {
        Status::Healthy | Status::Degraded => StatusCode::OK,
        Status::Unhealthy => StatusCode::SERVICE_UNAVAILABLE,
    };
    json(status, report.to_json().to_string())
}

fn json(status: StatusCode, body: impl Into<Body>) -> Response {
    let mut response = Response::new(body.into());
    *response.status_mut() = status;
    let json = HeaderValue::from_static("application/json");
    response.headers_mut().insert(CONTENT_TYPE, json);
    response
}

/// What every answer has.
async fn headers(request: Request, next: Next) -> Result<Response, Infallible> {
    let trace_id = HeaderValue::try_from(accept::trace_id(request.headers()));
    let mut response = next.run(request).await;
    let set = response.headers_mut();
    set.insert(CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Ok(trace_id) = trace_id {
        set.insert(X_TRACE_ID, trace_id);
    }
    Ok(response)
}
