//! Why a request is refused, and what that is on the wire.
//!
//! A sender decides by the code whether to come again, so each cause has exactly one: retryable only what may go well later
//! (HTTP 503, gRPC `UNAVAILABLE`, both with a delay), permanent what never will. HTTP 500 is not retried by OTLP senders and would lose
//! data; it is never answered.

use std::sync::Arc;
use std::time::Duration;

use prost::Message;

use crate::counts::Refusal;
use crate::store::StoreError;

/// Bytes of text in an error answer.
const LONGEST_MESSAGE: usize = 1_024;

/// What went wrong with one request.
#[derive(Debug, thiserror::Error)]
pub(super) enum Failure {
    #[error("{0}")]
    Malformed(String),
    #[error(
        "content type {0:?} is not supported; expected application/x-protobuf or application/json"
    )]
    ContentType(String),
    #[error("method {0} takes no telemetry; expected POST")]
    Method(http::Method),
    #[error("encoding {0:?} is not supported; expected gzip, zstd, deflate or identity")]
    Encoding(String),
    #[error("the request is larger than {limit} bytes{}", if *.decompressed { " after decompression" } else { "" })]
    TooLarge { limit: usize, decompressed: bool },
    #[error("too many requests wait to be stored; come again in {} s", .0.as_secs())]
    Overloaded(Duration),
    #[error("the request did not arrive in time")]
    TooSlow,
    #[error("the connection ended within the request")]
    Cut,
    #[error("{0}")]
    Store(Arc<StoreError>),
}

impl Failure {
    pub(super) fn refusal(&self) -> Refusal {
        match self {
            Self::Malformed(_)
            | Self::ContentType(_)
            | Self::Method(_)
            | Self::Encoding(_)
            | Self::Cut => Refusal::Malformed,
            Self::TooLarge { .. } => Refusal::TooLarge,
            Self::Overloaded(_) | Self::TooSlow => Refusal::Overloaded,
            Self::Store(_) => Refusal::Store,
        }
    }

    /// How long the sender should wait; none: it must not come again.
    pub(super) fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Overloaded(delay) => Some(*delay),
            Self::TooSlow => Some(Duration::from_secs(1)),
            Self::Store(error) => Some(Duration::from_secs(match **error {
                // Somebody has to make room first.
                StoreError::Full { .. } | StoreError::ReadOnly { .. } => 30,
                _ => 1,
            })),
            _ => None,
        }
    }

    pub(super) fn http(&self) -> http::StatusCode {
        use http::StatusCode;
        match self {
            Self::Malformed(_) | Self::Cut => StatusCode::BAD_REQUEST,
            Self::Method(_) => StatusCode::METHOD_NOT_ALLOWED,
            Self::ContentType(_) | Self::Encoding(_) => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Self::Overloaded(_) | Self::TooSlow | Self::Store(_) => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    pub(super) fn grpc(&self) -> Code {
        match self {
            Self::Malformed(_) | Self::Cut | Self::ContentType(_) => Code::InvalidArgument,
            Self::Encoding(_) | Self::Method(_) => Code::Unimplemented,
            Self::TooLarge { .. } => Code::ResourceExhausted,
            Self::Overloaded(_) | Self::TooSlow | Self::Store(_) => Code::Unavailable,
        }
    }

    /// What is said, bounded: it may hold a part of the request, and an answer of the size of a request helps nobody.
    pub(super) fn message(&self) -> String {
        let mut message = self.to_string();
        if message.len() > LONGEST_MESSAGE {
            let end = (0..=LONGEST_MESSAGE)
                .rev()
                .find(|at| message.is_char_boundary(*at));
            message.truncate(end.unwrap_or(0));
            message.push('…');
        }
        message
    }

    /// The message that stands in every error answer, with a delay where there is one.
    pub(super) fn status(&self) -> Status {
        let details = self.retry_after().map(|delay| Any {
            type_url: "type.googleapis.com/google.rpc.RetryInfo".to_owned(),
            value: RetryInfo {
                retry_delay: Some(prost_types::Duration {
                    seconds: delay.as_secs().cast_signed(),
                    nanos: delay.subsec_nanos().cast_signed(),
                }),
            }
            .encode_to_vec(),
        });
        Status {
            code: self.grpc() as i32,
            message: self.message(),
            details: details.into_iter().collect(),
        }
    }
}

/// The gRPC codes answered here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Code {
    InvalidArgument = 3,
    ResourceExhausted = 8,
    Unimplemented = 12,
    Unavailable = 14,
}

/// `google.rpc.Status`.
#[derive(Clone, PartialEq, Message)]
pub(super) struct Status {
    #[prost(int32, tag = "1")]
    pub(super) code: i32,
    #[prost(string, tag = "2")]
    pub(super) message: String,
    #[prost(message, repeated, tag = "3")]
    pub(super) details: Vec<Any>,
}

/// `google.protobuf.Any`.
#[derive(Clone, PartialEq, Message)]
pub(super) struct Any {
    #[prost(string, tag = "1")]
    pub(super) type_url: String,
    #[prost(bytes = "vec", tag = "2")]
    pub(super) value: Vec<u8>,
}

/// `google.rpc.RetryInfo`.
#[derive(Clone, PartialEq, Message)]
pub(super) struct RetryInfo {
    #[prost(message, optional, tag = "1")]
    pub(super) retry_delay: Option<prost_types::Duration>,
}
