//! The body of a traced response: it holds the span until the trailers have told how the call ended.

use std::pin::Pin;
use std::task::{Context, Poll};

use http_body::{Body, Frame, SizeHint};
use pin_project_lite::pin_project;
use tracing::Span;

use super::outcome::Side;
use crate::propagation::failure::record_error;

pin_project! {
    /// A response body that ends the span of its call with its trailers, or when it is dropped.
    ///
    /// ```
    /// use bellwether::propagation::tonic::TracedBody;
    ///
    /// fn is_a_body<B: http_body::Body>() {}
    /// is_a_body::<TracedBody<tonic::body::Body>>();
    /// ```
    #[derive(Debug)]
    pub struct TracedBody<B> {
        #[pin]
        inner: B,
        call: Option<(Span, Side)>,
    }
}

impl<B> TracedBody<B> {
    pub(super) fn new(inner: B, call: Option<(Span, Side)>) -> Self {
        Self { inner, call }
    }
}

impl<B: Body> Body for TracedBody<B> {
    type Data = B::Data;
    type Error = B::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Self::Data>, Self::Error>>> {
        let this = self.project();
        let Some((span, side)) = this.call.as_ref() else {
            return this.inner.poll_frame(cx);
        };
        let polled = span.in_scope(|| this.inner.poll_frame(cx));
        let ended = match &polled {
            Poll::Ready(Some(Ok(frame))) => frame
                .trailers_ref()
                .is_some_and(|trailers| side.record(span, trailers)),
            Poll::Ready(Some(Err(_))) => {
                record_error(span, "_OTHER", None);
                true
            }
            Poll::Ready(None) => true,
            Poll::Pending => false,
        };
        if ended {
            *this.call = None;
        }
        polled
    }

    fn is_end_stream(&self) -> bool {
        self.inner.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.inner.size_hint()
    }
}
