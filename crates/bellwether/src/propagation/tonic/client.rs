//! The client's side: a CLIENT span for each call, which the server's spans become children of.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{self, Poll};

use http::{Request, Response};
use pin_project_lite::pin_project;
use tower_layer::Layer;
use tower_service::Service;
use tracing::Span;

use super::body::TracedBody;
use super::outcome::{Side, call_span};
use crate::propagation::failure::record_error;
use crate::propagation::{http::inject, span};

/// Gives every call a CLIENT span and sends its context along.
///
/// A channel learns its address only below this layer, so [`to`](Self::to) tells it to the spans.
///
/// Cost: one span and a few allocations for each call.
///
/// ```
/// use bellwether::propagation::tonic::{ClientLayer, ClientService};
/// use tower_layer::Layer;
///
/// # fn connected(channel: tonic::transport::Channel) {
/// let channel: ClientService<tonic::transport::Channel> = ClientLayer::new().to("agent.local", 4317).layer(channel);
/// # }
/// ```
#[derive(Debug, Clone, Default)]
pub struct ClientLayer {
    server: Option<(Arc<str>, u16)>,
}

impl ClientLayer {
    /// The layer, for a `tonic::transport::Channel` or any client service.
    pub fn new() -> Self {
        Self::default()
    }

    /// Where the calls go: `server.address` and `server.port` of their spans.
    pub fn to(mut self, address: &str, port: u16) -> Self {
        self.server = Some((Arc::from(address), port));
        self
    }
}

impl<S> Layer<S> for ClientLayer {
    type Service = ClientService<S>;

    fn layer(&self, inner: S) -> Self::Service {
        ClientService {
            inner,
            server: self.server.clone(),
        }
    }
}

/// The service that [`ClientLayer`] makes; generated clients take it in place of a channel.
///
/// ```
/// use bellwether::propagation::tonic::{ClientLayer, ClientService};
/// use tower_layer::Layer;
///
/// let traced: ClientService<()> = ClientLayer::new().layer(());
/// ```
#[derive(Debug, Clone)]
pub struct ClientService<S> {
    inner: S,
    server: Option<(Arc<str>, u16)>,
}

impl<S, B, R> Service<Request<B>> for ClientService<S>
where
    S: Service<Request<B>, Response = Response<R>>,
{
    type Response = Response<TracedBody<R>>;
    type Error = S::Error;
    type Future = ClientFuture<S::Future>;

    fn poll_ready(&mut self, cx: &mut task::Context<'_>) -> Poll<Result<(), Self::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<B>) -> Self::Future {
        let span = call_span!("client", request);
        if let Some((address, port)) = &self.server {
            span.record("server.address", &**address);
            span.record("server.port", i64::from(*port));
        }
        let own = span::context_of(&span);
        // Without a span of ours (no subscriber, filtered out) the caller's context is passed on.
        let context = if span::is_valid(&own) {
            own
        } else {
            span::current()
        };
        inject(&context, request.headers_mut());
        let inner = span.in_scope(|| self.inner.call(request));
        ClientFuture { inner, span }
    }
}

pin_project! {
    /// The response of a [`ClientService`].
    ///
    /// ```
    /// use bellwether::propagation::tonic::ClientFuture;
    ///
    /// fn wait_for<F>(call: ClientFuture<F>) where ClientFuture<F>: Future {}
    /// ```
    #[derive(Debug)]
    pub struct ClientFuture<F> {
        #[pin]
        inner: F,
        span: Span,
    }
}

impl<F, R, E> Future for ClientFuture<F>
where
    F: Future<Output = Result<Response<R>, E>>,
{
    type Output = Result<Response<TracedBody<R>>, E>;

    fn poll(self: Pin<&mut Self>, cx: &mut task::Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let Poll::Ready(result) = this.span.in_scope(|| this.inner.poll(cx)) else {
            return Poll::Pending;
        };
        let span = std::mem::replace(this.span, Span::none());
        Poll::Ready(match result {
            Ok(response) => {
                let ended = Side::Client.record(&span, response.headers());
                let call = (!ended).then_some((span, Side::Client));
                Ok(response.map(|body| TracedBody::new(body, call)))
            }
            Err(error) => {
                record_error(&span, "_OTHER", None);
                Err(error)
            }
        })
    }
}
