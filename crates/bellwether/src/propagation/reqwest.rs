//! HTTP clients: an extension of reqwest's request builder.
//!
//! `with_trace_context` sends the current context along; `send_traced` makes a CLIENT span for the request first, so
//! that time on the network is seen apart from time in the server. The recorded URL has no credentials, query or fragment. Page: `docs/context/reqwest.md`.

use std::future::Future;

use http::{HeaderMap, Method};
use reqwest::{RequestBuilder, Response, Url};
use tracing::field::Empty;
use tracing::{Instrument, Span};

use super::failure::record_error;
use super::span;

/// What this crate adds to a request that is being built.
pub trait RequestBuilderExt: sealed::Sealed + Sized {
    /// Sends the current context along. No span is made: the receiver's spans become children of the current one.
    ///
    /// The builder lets nobody take headers away: a `tracestate` or `baggage` that was set by hand before is replaced
    /// only if the current context has one too. [`send_traced`](Self::send_traced) replaces them in any case.
    ///
    /// Cost: an allocation for each header.
    ///
    /// ```no_run
    /// use bellwether::propagation::reqwest::RequestBuilderExt;
    ///
    /// # async fn call(client: reqwest::Client) -> Result<(), reqwest::Error> {
    /// client.get("http://localhost:8080/plan").with_trace_context().send().await?;
    /// # Ok(())
    /// # }
    /// ```
    fn with_trace_context(self) -> Self;

    /// Sends the request inside a CLIENT span of its own, which the receiver's spans become children of. It ends when
    /// the response's head is there or the request has failed; redirects are part of it.
    ///
    /// # Errors
    ///
    /// Those of [`RequestBuilder::send`].
    ///
    /// ```no_run
    /// use bellwether::propagation::reqwest::RequestBuilderExt;
    ///
    /// # async fn call(client: reqwest::Client) -> Result<(), reqwest::Error> {
    /// let response = client.post("http://localhost:8080/run").body("{}").send_traced().await?;
    /// # Ok(())
    /// # }
    /// ```
    fn send_traced(self) -> impl Future<Output = reqwest::Result<Response>> + Send;
}

impl RequestBuilderExt for RequestBuilder {
    fn with_trace_context(self) -> Self {
        let mut headers = HeaderMap::new();
        super::http::inject(&span::current(), &mut headers);
        self.headers(headers)
    }

    async fn send_traced(self) -> reqwest::Result<Response> {
        let (client, request) = self.build_split();
        let mut request = request?;
        let span = request_span(request.method(), request.url());
        let own = span::context_of(&span);
        // Without a span of ours (no subscriber, filtered out) the caller's context is passed on.
        let context = if span::is_valid(&own) {
            own
        } else {
            span::current()
        };
        super::http::inject(&context, request.headers_mut());
        let result = client.execute(request).instrument(span.clone()).await;
        match &result {
            Ok(response) => {
                let status = response.status();
                span.record("http.response.status_code", i64::from(status.as_u16()));
                // To a client a 4xx is an error too (HTTP semantic conventions).
                if status.is_client_error() || status.is_server_error() {
                    record_error(&span, status.as_str(), None);
                }
            }
            Err(error) => record_error(&span, error_type(error), None),
        }
        result
    }
}

fn request_span(method: &Method, url: &Url) -> Span {
    tracing::info_span!(
        "request",
        otel.name = method.as_str(),
        otel.kind = "client",
        otel.status_code = Empty,
        otel.status_description = Empty,
        http.request.method = method.as_str(),
        http.response.status_code = Empty,
        url.full = without_secrets(url),
        server.address = url.host_str(),
        server.port = url.port_or_known_default().map(i64::from),
        "error.type" = Empty,
    )
}

/// The URL without user name, password, query and fragment: each of them may hold a key.
fn without_secrets(url: &Url) -> String {
    let mut url = url.clone();
    // Both fail for URLs that cannot have credentials, which then have none.
    let _ = url.set_username("");
    let _ = url.set_password(None);
    url.set_query(None);
    url.set_fragment(None);
    url.into()
}

fn error_type(error: &reqwest::Error) -> &'static str {
    if error.is_timeout() {
        "timeout"
    } else if error.is_connect() {
        "connect"
    } else if error.is_redirect() {
        "redirect"
    } else if error.is_body() || error.is_decode() {
        "body"
    } else {
        "_OTHER"
    }
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for reqwest::RequestBuilder {}
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_in_a_url_are_left_out() {
        for url in [
            "http://me:key@host:1/a?key=key#key",
            "http://:key@host:1/a",
            "http://key@host:1/a?",
        ] {
            assert_eq!(without_secrets(&url.parse().unwrap()), "http://host:1/a");
        }
    }
}
