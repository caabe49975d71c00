//! gRPC: layers for clients and servers, an interceptor, and metadata as a carrier.
//!
//! gRPC calls are HTTP/2 requests and metadata are their headers, so the layers read and write headers and work with
//! any generated service. A call ends with its trailers, where its status is; the spans therefore live as long as the
//! response's body, which for streaming calls is the whole stream. Page: `docs/context/grpc.md`.

mod body;
mod client;
mod outcome;
mod server;

use ::tonic::metadata::{MetadataKey, MetadataMap, MetadataValue};
use ::tonic::service::Interceptor;
use ::tonic::{Request, Status};
use opentelemetry::Context;
use opentelemetry::propagation::{Extractor, Injector};

pub use body::TracedBody;
pub use client::{ClientFuture, ClientLayer, ClientService};
pub use server::{ServerFuture, ServerLayer, ServerService};

use super::{field, span};

/// Writes a context into the metadata of a call. What an earlier context left there is replaced as a whole.
///
/// Cost: an allocation for each entry.
///
/// ```
/// let mut metadata = tonic::metadata::MetadataMap::new();
/// bellwether::propagation::tonic::inject(&bellwether::propagation::current(), &mut metadata);
/// assert!(metadata.is_empty(), "no span here");
/// ```
pub fn inject(context: &Context, metadata: &mut MetadataMap) {
    if span::is_valid(context) {
        for name in field::PROPAGATED {
            metadata.remove(name);
        }
    }
    super::inject(context, &mut Write(metadata));
}

/// Reads the context that the metadata of a call brings.
///
/// ```
/// let context = bellwether::propagation::tonic::extract(&tonic::metadata::MetadataMap::new());
/// assert_eq!(bellwether::propagation::trace_id::of(&context), None);
/// ```
pub fn extract(metadata: &MetadataMap) -> Context {
    super::extract(&Read(metadata))
}

/// Sends the current context along with every call of a client, without a span of its own. For spans about calls,
/// see [`ClientLayer`]; do not use both.
///
/// ```
/// use bellwether::propagation::tonic::TraceContext;
/// use tonic::service::Interceptor;
///
/// let request = TraceContext.call(tonic::Request::new(()))?;
/// # let _ = request;
/// # Ok::<(), tonic::Status>(())
/// ```
#[derive(Debug, Clone, Copy, Default)]
pub struct TraceContext;

impl Interceptor for TraceContext {
    fn call(&mut self, mut request: Request<()>) -> Result<Request<()>, Status> {
        inject(&span::current(), request.metadata_mut());
        Ok(request)
    }
}

struct Write<'a>(&'a mut MetadataMap);

impl Injector for Write<'_> {
    fn set(&mut self, key: &str, value: String) {
        if let (Ok(key), Ok(value)) = (
            MetadataKey::from_bytes(key.as_bytes()),
            MetadataValue::try_from(value),
        ) {
            self.0.insert(key, value);
        }
    }
}

struct Read<'a>(&'a MetadataMap);

impl Extractor for Read<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key).map(text)
    }

    fn keys(&self) -> Vec<&str> {
        self.0
            .as_ref()
            .keys()
            .map(http::HeaderName::as_str)
            .collect()
    }

    fn get_all(&self, key: &str) -> Option<Vec<&str>> {
        let values: Vec<&str> = self.0.get_all(key).iter().map(text).collect();
        (!values.is_empty()).then_some(values)
    }
}

fn text(value: &MetadataValue<::tonic::metadata::Ascii>) -> &str {
    value.to_str().unwrap_or(field::UNREADABLE)
}
