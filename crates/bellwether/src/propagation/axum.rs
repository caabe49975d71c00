//! HTTP servers: a tower layer that gives each request a SERVER span.
//!
//! The layer reads the caller's context from the headers, makes a `tracing` span named `METHOD route` as its child,
//! runs the handler inside it and writes the trace id into the response as `X-Trace-Id`. The route is axum's
//! `MatchedPath`, which is known to layers added with `Router::layer`; under plain tower, or outside the router, the
//! name is the method alone, since a raw path would make a name for each id in it. The query is never recorded.
//!
//! The span ends when the handler has returned the head of its response. A body that streams on is not part of it: a
//! stream of events may last for hours, and its span would be seen only then. A stream that should be seen gets a span
//! of its own, as a child. (If a child span of the request is still open, `tracing` keeps the request's span open too.)
//!
//! With the SDK each request is also counted and timed: `http_requests_total` and `http_request_duration_seconds` by method,
//! route template and status code ([`http_request`](crate::metrics::http_request)), which `ENABLE_API_METRICS=false` switches
//! off. A request without a route, as one that no route takes, has the route `unmatched`; one that panics or is dropped has the
//! status code `abandoned`.
//!
//! Status 5xx is an error, 4xx is not. A panic in the handler is recorded and goes on. A request that is dropped, as
//! when the client hangs up, ends its span without a status code. Page: `docs/context/axum.md`.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{self, Poll};

use http::{HeaderName, HeaderValue, Method, Request, Response, Version, header};
use pin_project_lite::pin_project;
use tower_layer::Layer;
use tower_service::Service;
use tracing::Span;
use tracing::field::{Empty, display};

use super::counted::{Counted, Counting};
use super::failure::record_error;
use super::serve::Serving;

/// `X-Trace-Id` on responses.
const X_TRACE_ID: HeaderName = HeaderName::from_static(super::field::X_TRACE_ID);

/// Gives every request a SERVER span that continues the caller's trace, and every response an `X-Trace-Id`.
///
/// Cost: one span and a few allocations for each request; nothing but a comparison for ignored paths.
///
/// ```
/// use bellwether::propagation::axum::ServerLayer;
///
/// let layer = ServerLayer::new().ignore_path("/health").record_user_agent(true);
/// let app: axum::Router = axum::Router::new().layer(layer);
/// ```
#[derive(Debug, Clone, Default)]
pub struct ServerLayer {
    options: Arc<Options>,
}

#[derive(Debug, Clone, Default)]
struct Options {
    ignored: Vec<String>,
    user_agent: bool,
    counting: Counting,
}

impl ServerLayer {
    /// A layer that traces every path and keeps no user agent.
    pub fn new() -> Self {
        Self::default()
    }

    /// Counts requests in these metrics instead of the process's.
    ///
    /// ```
    /// use bellwether::{metrics::Metrics, propagation::axum::ServerLayer};
    /// let layer = ServerLayer::new().metrics(Metrics::global());
    /// # let _ = layer;
    /// ```
    #[cfg(feature = "sdk")]
    pub fn metrics(mut self, metrics: &crate::metrics::Metrics) -> Self {
        Arc::make_mut(&mut self.options).counting = Counting::on(metrics);
        self
    }

    /// Lets requests for exactly this path through without a span and uncounted, such as health checks.
    pub fn ignore_path(mut self, path: impl Into<String>) -> Self {
        Arc::make_mut(&mut self.options).ignored.push(path.into());
        self
    }

    /// Whether `user_agent.original` is recorded. Default false: it can tell people apart.
    pub fn record_user_agent(mut self, record: bool) -> Self {
        Arc::make_mut(&mut self.options).user_agent = record;
        self
    }
}

impl<S> Layer<S> for ServerLayer {
    type Service = ServerService<S>;

    fn layer(&self, inner: S) -> Self::Service {
        ServerService {
            inner,
            options: Arc::clone(&self.options),
        }
    }
}

/// The service that [`ServerLayer`] makes.
///
/// ```
/// use bellwether::propagation::axum::{ServerLayer, ServerService};
/// use tower_layer::Layer;
///
/// let traced: ServerService<axum::Router> = ServerLayer::new().layer(axum::Router::new());
/// ```
#[derive(Debug, Clone)]
pub struct ServerService<S> {
    inner: S,
    options: Arc<Options>,
}

impl<S, B, R> Service<Request<B>> for ServerService<S>
where
    S: Service<Request<B>, Response = Response<R>>,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = ResponseFuture<S::Future>;

    fn poll_ready(&mut self, cx: &mut task::Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        if self
            .options
            .ignored
            .iter()
            .any(|path| path == request.uri().path())
        {
            return ResponseFuture {
                inner: self.inner.call(request),
                serving: None,
                counted: Counted::default(),
            };
        }
        let counted = self
            .options
            .counting
            .start(request.method(), route(&request));
        let serving = Serving::new(
            request_span(&request, &self.options),
            super::http::extract(request.headers()),
        );
        let inner = serving.span.in_scope(|| self.inner.call(request));
        ResponseFuture {
            inner,
            serving: Some(serving),
            counted,
        }
    }
}

pin_project! {
    /// The response of a [`ServerService`]. The span ends when the response's head is there; see the module.
    ///
    /// ```
    /// use bellwether::propagation::axum::{ResponseFuture, ServerService};
    ///
    /// type Traced<S> = <ServerService<S> as tower_service::Service<http::Request<axum::body::Body>>>::Future;
    /// fn same(future: Traced<axum::Router>) -> ResponseFuture<axum::routing::future::RouteFuture<std::convert::Infallible>> {
    ///     future
    /// }
    /// ```
    #[derive(Debug)]
    pub struct ResponseFuture<F> {
        #[pin]
        inner: F,
        serving: Option<Serving>,
        counted: Counted,
    }
}

impl<F, R, E> Future for ResponseFuture<F>
where
    F: Future<Output = Result<Response<R>, E>>,
{
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut task::Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let Some(serving) = this.serving.as_ref() else {
            return this.inner.poll(cx);
        };
        let Poll::Ready(mut result) = serving.poll(this.inner, cx) else {
            return Poll::Pending;
        };
        match &mut result {
            Ok(response) => {
                // In the span, which a slow request's exemplar names.
                let _entered = serving.span.enter();
                this.counted.answered(response.status());
                finish(serving, response);
            }
            Err(_) => record_error(&serving.span, "_OTHER", None),
        }
        *this.serving = None;
        Poll::Ready(result)
    }
}

fn finish<R>(serving: &Serving, response: &mut Response<R>) {
    let status = response.status();
    serving
        .span
        .record("http.response.status_code", i64::from(status.as_u16()));
    // A 4xx is the client's fault and no error of the server (HTTP semantic conventions).
    if status.is_server_error() {
        record_error(&serving.span, status.as_str(), None);
    }
    if let Some(id) = serving
        .trace_id()
        .and_then(|id| HeaderValue::try_from(id).ok())
    {
        response.headers_mut().insert(X_TRACE_ID, id);
    }
}

/// Template of the route that takes the request.
fn route<B>(request: &Request<B>) -> Option<&str> {
    let matched = request.extensions().get::<axum::extract::MatchedPath>();
    matched.map(axum::extract::MatchedPath::as_str)
}

fn request_span<B>(request: &Request<B>, options: &Options) -> Span {
    let method = known_method(request.method());
    let route = route(request);
    // Without a route the path would make a name for each id in it.
    let short = if method == "_OTHER" { "HTTP" } else { method };
    let name = route.map_or_else(|| short.to_owned(), |route| format!("{short} {route}"));
    let span = tracing::info_span!(
        parent: None,
        "request",
        otel.name = name,
        otel.kind = "server",
        otel.status_code = Empty,
        otel.status_description = Empty,
        http.request.method = method,
        http.request.method_original = Empty,
        http.route = route,
        http.response.status_code = Empty,
        url.path = request.uri().path(),
        url.scheme = request.uri().scheme_str().unwrap_or("http"),
        server.address = Empty,
        server.port = Empty,
        network.protocol.version = protocol_version(request.version()),
        user_agent.original = Empty,
        "error.type" = Empty,
    );
    if span.is_disabled() {
        return span;
    }
    if method == "_OTHER" {
        span.record("http.request.method_original", display(request.method()));
    }
    if let Some(authority) = authority(request) {
        span.record("server.address", authority.host());
        if let Some(port) = authority.port_u16() {
            span.record("server.port", i64::from(port));
        }
    }
    let agent = request
        .headers()
        .get(header::USER_AGENT)
        .and_then(|agent| agent.to_str().ok());
    if let (true, Some(agent)) = (options.user_agent, agent) {
        span.record("user_agent.original", agent);
    }
    span
}

/// The server's name as the client wrote it: in the request line (HTTP/2, proxies), or in `Host`.
fn authority<B>(request: &Request<B>) -> Option<http::uri::Authority> {
    if let Some(authority) = request.uri().authority() {
        return Some(authority.clone());
    }
    request
        .headers()
        .get(header::HOST)?
        .to_str()
        .ok()?
        .parse()
        .ok()
}

/// The method if it is one of the standards', else `_OTHER`: anybody can make up methods, and they end up in names.
pub(super) fn known_method(method: &Method) -> &str {
    match method.as_str() {
        known @ ("GET" | "POST" | "PUT" | "DELETE" | "PATCH" | "HEAD" | "OPTIONS" | "TRACE"
        | "CONNECT") => known,
        _ => "_OTHER",
    }
}

fn protocol_version(version: Version) -> Option<&'static str> {
    match version {
        Version::HTTP_10 => Some("1.0"),
        Version::HTTP_11 => Some("1.1"),
        Version::HTTP_2 => Some("2"),
        Version::HTTP_3 => Some("3"),
        _ => None,
    }
}
