//! The server's side: a SERVER span for each call, as a child of the caller's span.

use std::future::Future;
use std::pin::Pin;
use std::task::{self, Poll};

use http::{Request, Response};
use pin_project_lite::pin_project;
use tower_layer::Layer;
use tower_service::Service;

use super::body::TracedBody;
use super::outcome::{Side, call_span};
use crate::propagation::failure::record_error;
use crate::propagation::http::extract;
use crate::propagation::serve::Serving;

/// Gives every call a SERVER span that continues the caller's trace and ends with the status in the trailers.
///
/// Cost: one span and a few allocations for each call.
///
/// ```
/// use bellwether::propagation::tonic::ServerLayer;
///
/// let server = tonic::transport::Server::builder().layer(ServerLayer::new());
/// ```
#[derive(Debug, Clone, Copy, Default)]
pub struct ServerLayer {}

impl ServerLayer {
    /// The layer, for `tonic::transport::Server::layer` or any tower stack.
    pub fn new() -> Self {
        Self::default()
    }
}

impl<S> Layer<S> for ServerLayer {
    type Service = ServerService<S>;

    fn layer(&self, inner: S) -> Self::Service {
        ServerService { inner }
    }
}

/// The service that [`ServerLayer`] makes.
///
/// ```
/// use bellwether::propagation::tonic::{ServerLayer, ServerService};
/// use tower_layer::Layer;
///
/// let traced: ServerService<()> = ServerLayer::new().layer(());
/// ```
#[derive(Debug, Clone)]
pub struct ServerService<S> {
    inner: S,
}

impl<S, B, R> Service<Request<B>> for ServerService<S>
where
    S: Service<Request<B>, Response = Response<R>>,
{
    type Response = Response<TracedBody<R>>;
    type Error = S::Error;
    type Future = ServerFuture<S::Future>;

    fn poll_ready(&mut self, cx: &mut task::Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let serving = Serving::new(
            call_span!("server", request, parent: None),
            extract(request.headers()),
        );
        let inner = serving.span.in_scope(|| self.inner.call(request));
        ServerFuture { inner, serving }
    }
}

pin_project! {
    /// The response of a [`ServerService`].
    ///
    /// ```
    /// use bellwether::propagation::tonic::ServerFuture;
    ///
    /// fn wait_for<F>(call: ServerFuture<F>) where ServerFuture<F>: Future {}
    /// ```
    #[derive(Debug)]
    pub struct ServerFuture<F> {
        #[pin]
        inner: F,
        serving: Serving,
    }
}

impl<F, R, E> Future for ServerFuture<F>
where
    F: Future<Output = Result<Response<R>, E>>,
{
    type Output = Result<Response<TracedBody<R>>, E>;

    fn poll(self: Pin<&mut Self>, cx: &mut task::Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let Poll::Ready(result) = this.serving.poll(this.inner, cx) else {
            return Poll::Pending;
        };
        let span = std::mem::replace(&mut this.serving.span, tracing::Span::none());
        Poll::Ready(match result {
            Ok(response) => {
                // A call that failed at once has its status in the head and no trailers.
                let ended = Side::Server.record(&span, response.headers());
                let call = (!ended).then_some((span, Side::Server));
                Ok(response.map(|body| TracedBody::new(body, call)))
            }
            Err(error) => {
                record_error(&span, "_OTHER", None);
                Err(error)
            }
        })
    }
}
