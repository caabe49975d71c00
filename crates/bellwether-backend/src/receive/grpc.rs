//! OTLP over gRPC: three unary calls.
//!
//! A unary call is one length-prefixed message each way over HTTP/2, with the outcome in trailers. It is spoken here and not through a
//! generated server, because a generated one reads and decodes before anybody can ask how much is on its way, and answers a message
//! that is too large with `OUT_OF_RANGE`, which OTLP senders repeat for ever.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::Request;
use base64::Engine as _;
use bytes::{BufMut as _, Bytes, BytesMut};
use futures_util::future::ready;
use http::header::CONTENT_TYPE;
use http::{HeaderMap, HeaderName, HeaderValue, Response};
use http_body_util::{BodyExt as _, Full};
use prost::Message as _;

use super::body::{self, Encoding};
use super::failure::Failure;
use super::intake::{Format, Intake};
use crate::store::Signal;

const GRPC: HeaderValue = HeaderValue::from_static("application/grpc");
const GRPC_STATUS: HeaderName = HeaderName::from_static("grpc-status");
const GRPC_MESSAGE: HeaderName = HeaderName::from_static("grpc-message");
const GRPC_DETAILS: HeaderName = HeaderName::from_static("grpc-status-details-bin");
const GRPC_ENCODING: &str = "grpc-encoding";
const GRPC_ACCEPT_ENCODING: HeaderName = HeaderName::from_static("grpc-accept-encoding");

/// Bytes before a message: whether it is packed, and its length.
const PREFIX: usize = 5;

/// What is escaped in `grpc-message`: everything outside printable ASCII, and the sign of an escape.
const MESSAGE: &percent_encoding::AsciiSet = &percent_encoding::CONTROLS.add(b'%');

pub(super) async fn export(
    intake: Arc<Intake>,
    signal: Signal,
    request: Request,
) -> Response<Body> {
    match take(&intake, signal, request).await {
        Ok(message) => {
            let mut framed = BytesMut::with_capacity(PREFIX + message.len());
            framed.put_u8(0);
            framed.put_u32(message.len() as u32);
            framed.extend_from_slice(&message);
            let mut trailers = HeaderMap::new();
            trailers.insert(GRPC_STATUS, HeaderValue::from_static("0"));
            let body = Full::new(framed.freeze()).with_trailers(ready(Some(Ok(trailers))));
            answer(Body::new(body))
        }
        Err(failure) => {
            intake.counters.refused(failure.refusal());
            tracing::debug!(target: "bellwether_backend", %signal, %failure, "a request was refused");
            refuse(&failure)
        }
    }
}

async fn take(intake: &Intake, signal: Signal, request: Request) -> Result<Vec<u8>, Failure> {
    let content_type = request
        .headers()
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    if !is_grpc(content_type) {
        return Err(Failure::ContentType(content_type.to_owned()));
    }
    let named = request
        .headers()
        .get(GRPC_ENCODING)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default();
    let encoding = Encoding::from_name(named)?;
    let (framed, mut admitted) = body::read(
        request.into_body(),
        None,
        intake.limit + PREFIX,
        &intake.admission,
    )
    .await
    .map_err(|failure| match failure {
        Failure::TooLarge { decompressed, .. } => Failure::TooLarge {
            limit: intake.limit,
            decompressed,
        },
        other => other,
    })?;
    let (is_packed, message) = unframe(&framed, intake.limit)?;
    let whole = body::unpack(
        message,
        if is_packed {
            encoding
        } else {
            Encoding::Identity
        },
        intake.limit,
    )?;
    admitted.grow(whole.len()).await?;
    intake.export(signal, Format::Protobuf, &whole).await
}

pub(super) fn is_grpc(content_type: &str) -> bool {
    content_type == "application/grpc"
        || content_type.starts_with("application/grpc+proto")
        || content_type.starts_with("application/grpc;")
}

fn unframe(framed: &Bytes, limit: usize) -> Result<(bool, Bytes), Failure> {
    let Some((prefix, rest)) = framed.split_first_chunk::<PREFIX>() else {
        return Err(Failure::Malformed("the call holds no message".to_owned()));
    };
    let length = u32::from_be_bytes([prefix[1], prefix[2], prefix[3], prefix[4]]) as usize;
    if length > limit {
        return Err(Failure::TooLarge {
            limit,
            decompressed: false,
        });
    }
    if length != rest.len() {
        return Err(Failure::Malformed(format!(
            "the message announces {length} bytes and has {}",
            rest.len()
        )));
    }
    match prefix[0] {
        0 | 1 => Ok((prefix[0] == 1, framed.slice(PREFIX..))),
        other => Err(Failure::Malformed(format!(
            "the message begins with {other}, expected 0 or 1"
        ))),
    }
}

fn answer(body: Body) -> Response<Body> {
    let mut response = Response::new(body);
    response.headers_mut().insert(CONTENT_TYPE, GRPC);
    response.headers_mut().insert(
        GRPC_ACCEPT_ENCODING,
        HeaderValue::from_static("identity,gzip,zstd,deflate"),
    );
    response
}

/// An answer of trailers only.
fn refuse(failure: &Failure) -> Response<Body> {
    let status = failure.status();
    let mut response = answer(Body::empty());
    let headers = response.headers_mut();
    headers.insert(GRPC_STATUS, status.code.into());
    let message = percent_encoding::utf8_percent_encode(&status.message, MESSAGE).to_string();
    if let Ok(message) = HeaderValue::try_from(message) {
        headers.insert(GRPC_MESSAGE, message);
    }
    if !status.details.is_empty() {
        let details =
            base64::engine::general_purpose::STANDARD_NO_PAD.encode(status.encode_to_vec());
        if let Ok(details) = HeaderValue::try_from(details) {
            headers.insert(GRPC_DETAILS, details);
        }
    }
    response
}
