//! How a call ended, as gRPC says it: `grpc-status` in the trailers, or in the head where there is no body.

use http::HeaderMap;
use tonic::Code;
use tracing::Span;

use crate::propagation::failure::record_error;

/// Which end of the call a span is about. It decides what counts as an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Side {
    Client,
    Server,
}

impl Side {
    /// Records the status in these headers or trailers; false where they bring none.
    pub(super) fn record(self, span: &Span, fields: &HeaderMap) -> bool {
        let Some(status) = fields.get("grpc-status") else {
            return false;
        };
        let code = Code::from_bytes(status.as_bytes());
        let name = name_of(code);
        span.record("rpc.response.status_code", name);
        if self.is_error(code) {
            record_error(span, name, None);
        }
        true
    }

    /// To the client everything but `OK` is one; to the server, what it did not do right (RPC semantic conventions).
    fn is_error(self, code: Code) -> bool {
        match self {
            Side::Client => code != Code::Ok,
            Side::Server => matches!(
                code,
                Code::Unknown
                    | Code::DeadlineExceeded
                    | Code::Unimplemented
                    | Code::Internal
                    | Code::Unavailable
                    | Code::DataLoss
            ),
        }
    }
}

/// The name of a status code as the gRPC specification writes it.
fn name_of(code: Code) -> &'static str {
    match code {
        Code::Ok => "OK",
        Code::Cancelled => "CANCELLED",
        Code::Unknown => "UNKNOWN",
        Code::InvalidArgument => "INVALID_ARGUMENT",
        Code::DeadlineExceeded => "DEADLINE_EXCEEDED",
        Code::NotFound => "NOT_FOUND",
        Code::AlreadyExists => "ALREADY_EXISTS",
        Code::PermissionDenied => "PERMISSION_DENIED",
        Code::ResourceExhausted => "RESOURCE_EXHAUSTED",
        Code::FailedPrecondition => "FAILED_PRECONDITION",
        Code::Aborted => "ABORTED",
        Code::OutOfRange => "OUT_OF_RANGE",
        Code::Unimplemented => "UNIMPLEMENTED",
        Code::Internal => "INTERNAL",
        Code::Unavailable => "UNAVAILABLE",
        Code::DataLoss => "DATA_LOSS",
        Code::Unauthenticated => "UNAUTHENTICATED",
    }
}

/// The span of one call, below the current context where no parent is named. The path of a gRPC request is `/package.Service/Method`.
macro_rules! call_span {
    ($kind:literal, $request:expr $(, parent: $parent:expr)?) => {{
        let method = $request.uri().path().trim_start_matches('/');
        tracing::info_span!(
            $(parent: $parent,)?
            "call",
            otel.name = method,
            otel.kind = $kind,
            otel.status_code = tracing::field::Empty,
            otel.status_description = tracing::field::Empty,
            rpc.system.name = "grpc",
            rpc.method = method,
            rpc.response.status_code = tracing::field::Empty,
            server.address = $request.uri().host(),
            server.port = $request.uri().port_u16().map(i64::from),
            "error.type" = tracing::field::Empty,
        )
    }};
}
pub(super) use call_span;
