//! HTTP headers: the carrier that the HTTP and gRPC boundaries share.
//!
//! HTTP allows a header several times. For `tracestate` and `baggage` that is one list in several lines; two
//! `traceparent` headers are none. A value that is not ASCII makes its field malformed, not absent.
//! Page: `docs/context/http.md`.

use http::{HeaderMap, HeaderName, HeaderValue};
use opentelemetry::Context;
use opentelemetry::propagation::{Extractor, Injector};

use super::{field, span};

/// Writes a context into HTTP headers. What an earlier context left there is replaced as a whole, so that a copied
/// header map never sends an old `tracestate` with a new `traceparent`; without a valid span it stays, as in a proxy.
///
/// Cost: an allocation for each header.
///
/// ```
/// let mut headers = http::HeaderMap::new();
/// bellwether::propagation::http::inject(&bellwether::propagation::current(), &mut headers);
/// assert!(headers.is_empty(), "no span here");
/// ```
pub fn inject(context: &Context, headers: &mut HeaderMap) {
    if span::is_valid(context) {
        for name in field::PROPAGATED {
            headers.remove(name);
        }
    }
    super::inject(context, &mut Write(headers));
}

/// Reads the context that HTTP headers bring. Several `tracestate` or `baggage` headers are one list each.
///
/// ```
/// # bellwether::propagation::install(&[bellwether::propagation::Format::TraceContext]);
/// let mut headers = http::HeaderMap::new();
/// let value = http::HeaderValue::from_static("00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01");
/// headers.insert("traceparent", value);
/// let context = bellwether::propagation::http::extract(&headers);
/// let id = bellwether::propagation::trace_id::of(&context);
/// assert_eq!(id.as_deref(), Some("4bf92f3577b34da6a3ce929d0e0e4736"));
/// ```
pub fn extract(headers: &HeaderMap) -> Context {
    super::extract(&Read(headers))
}

struct Write<'a>(&'a mut HeaderMap);

impl Injector for Write<'_> {
    fn set(&mut self, key: &str, value: String) {
        // Other propagators than ours may be installed, and write what HTTP does not take: that is left out.
        if let (Ok(name), Ok(value)) = (HeaderName::try_from(key), HeaderValue::try_from(value)) {
            self.0.insert(name, value);
        }
    }
}

struct Read<'a>(&'a HeaderMap);

impl Extractor for Read<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key).map(text)
    }

    fn keys(&self) -> Vec<&str> {
        self.0.keys().map(HeaderName::as_str).collect()
    }

    fn get_all(&self, key: &str) -> Option<Vec<&str>> {
        let values: Vec<&str> = self.0.get_all(key).iter().map(text).collect();
        (!values.is_empty()).then_some(values)
    }
}

fn text(value: &HeaderValue) -> &str {
    value.to_str().unwrap_or(field::UNREADABLE)
}
