//! One empty OTLP request, and what its answer says.
//!
//! An `Export*ServiceRequest` without content is zero bytes of protobuf, so an empty body is a valid request that
//! adds nothing at the other end, and it goes through everything a real one would: name, connection, TLS, proxy,
//! authentication, path. Over gRPC the message is framed (flag byte, four bytes of length: gRPC over HTTP/2,
//! "Length-Prefixed-Message") and the answer's code stands in `grpc-status`, which a server that refuses sends with
//! the headers.

use std::error::Error as _;
use std::io::ErrorKind;
use std::time::Duration;

use bellwether::config::{OtlpSettings, Protocol};
use reqwest::header::{CONTENT_TYPE, DATE, HeaderMap};
use reqwest::{Certificate, Client, Identity, redirect};

/// The longest the whole request may take; less than a check has.
const TIMEOUT: Duration = Duration::from_secs(5);
const CONNECT_TIMEOUT: Duration = Duration::from_secs(3);
/// An empty message: not compressed, length 0.
const EMPTY_GRPC_MESSAGE: &[u8] = &[0, 0, 0, 0, 0];

/// A signal, as the OTLP specification spells it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Signal {
    /// For people.
    pub(super) name: &'static str,
    /// The gRPC method.
    method: &'static str,
}

pub(super) const TRACES: Signal = Signal {
    name: "traces",
    method: "/opentelemetry.proto.collector.trace.v1.TraceService/Export",
};
pub(super) const METRICS: Signal = Signal {
    name: "metrics",
    method: "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export",
};
pub(super) const LOGS: Signal = Signal {
    name: "logs",
    method: "/opentelemetry.proto.collector.logs.v1.LogsService/Export",
};

/// What came back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Answer {
    /// What it means for an exporter.
    pub(super) verdict: Verdict,
    /// The `Date` header.
    pub(super) date: Option<String>,
}

/// What an answer, or its absence, means for an exporter.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Taken.
    Accepted,
    /// The credentials are missing or wrong: HTTP 401, gRPC 16.
    Unauthenticated,
    /// The credentials are known and do not allow it: HTTP 403, gRPC 7.
    Forbidden,
    /// Not now, try again: HTTP 429, 502, 503, 504, gRPC 8, 14.
    Busy(String),
    /// Somebody answers, but not for this path or method: HTTP 404, 405, gRPC 12.
    NoSuchPath(String),
    /// Any other answer.
    Unexpected(String),
}

/// Why there is no answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Trouble {
    /// The host is there and nobody listens.
    Refused,
    /// Nothing comes back.
    TimedOut,
    /// The name means nothing.
    UnknownHost,
    /// The certificate, or what was to be read for it.
    Tls(String),
    /// Somebody listens and speaks another protocol.
    OtherProtocol,
    /// The rest.
    Other(String),
}

/// Sends one empty request.
pub(super) async fn probe(otlp: &OtlpSettings, signal: Signal) -> Result<Answer, Trouble> {
    let client = client(otlp)?;
    let (url, content_type, body) = match *otlp.protocol {
        Protocol::Grpc => {
            let url = format!("{}{}", otlp.endpoint.trim_end_matches('/'), signal.method);
            (url, "application/grpc", EMPTY_GRPC_MESSAGE)
        }
        _ => (otlp.endpoint.to_string(), "application/x-protobuf", &[][..]),
    };
    let mut request = client
        .post(url)
        .header(CONTENT_TYPE, content_type)
        .header("te", "trailers")
        .body(body);
    for (name, value) in otlp.headers.iter() {
        request = request.header(name, value.expose());
    }
    let response = request.send().await.map_err(|error| trouble(&error))?;
    let verdict = match *otlp.protocol {
        Protocol::Grpc => grpc_verdict(response.status().as_u16(), response.headers())?,
        _ => http_verdict(response.status().as_u16()),
    };
    let date = response
        .headers()
        .get(DATE)
        .and_then(|date| date.to_str().ok());
    Ok(Answer {
        verdict,
        date: date.map(ToOwned::to_owned),
    })
}

fn client(otlp: &OtlpSettings) -> Result<Client, Trouble> {
    // A redirected POST becomes a GET; exporters do not follow either.
    let mut builder = Client::builder()
        .timeout(TIMEOUT)
        .connect_timeout(CONNECT_TIMEOUT)
        .redirect(redirect::Policy::none());
    if *otlp.protocol == Protocol::Grpc {
        // gRPC channels know no proxy variables.
        builder = builder.http2_prior_knowledge().no_proxy();
    }
    if let Some(path) = otlp.certificate.get() {
        let bundle = Certificate::from_pem_bundle(&read(path)?).map_err(|error| tls(&error))?;
        builder = builder.tls_certs_merge(bundle);
    }
    if let (Some(certificate), Some(key)) = (otlp.client_certificate.get(), otlp.client_key.get()) {
        let mut pem = read(certificate)?;
        pem.extend(read(key)?);
        builder = builder.identity(Identity::from_pem(&pem).map_err(|error| tls(&error))?);
    }
    builder.build().map_err(|error| tls(&error))
}

fn read(path: &std::path::Path) -> Result<Vec<u8>, Trouble> {
    std::fs::read(path).map_err(|error| Trouble::Tls(format!("{}: {error}", path.display())))
}

fn tls(error: &reqwest::Error) -> Trouble {
    Trouble::Tls(innermost(error))
}

fn http_verdict(status: u16) -> Verdict {
    let answer = format!("HTTP {status}");
    match status {
        200..=299 => Verdict::Accepted,
        401 => Verdict::Unauthenticated,
        403 => Verdict::Forbidden,
        404 | 405 => Verdict::NoSuchPath(answer),
        429 | 502 | 503 | 504 => Verdict::Busy(answer),
        _ => Verdict::Unexpected(answer),
    }
}

fn grpc_verdict(status: u16, headers: &HeaderMap) -> Result<Verdict, Trouble> {
    if status != 200 {
        return Ok(http_verdict(status));
    }
    let is_grpc = headers
        .get(CONTENT_TYPE)
        .is_some_and(|kind| kind.as_bytes().starts_with(b"application/grpc"));
    if !is_grpc {
        return Err(Trouble::OtherProtocol);
    }
    let code = headers
        .get("grpc-status")
        .and_then(|code| code.to_str().ok());
    Ok(match code {
        None | Some("0") => Verdict::Accepted,
        Some("16") => Verdict::Unauthenticated,
        Some("7") => Verdict::Forbidden,
        Some("12") => Verdict::NoSuchPath("gRPC code 12, unimplemented".to_owned()),
        Some(code @ ("8" | "14")) => Verdict::Busy(format!("gRPC code {code}")),
        Some(code) => Verdict::Unexpected(format!("gRPC code {code}")),
    })
}

fn trouble(error: &reqwest::Error) -> Trouble {
    let chain = chain(error);
    let io = io_kind(error);
    let mentions = |words: &[&str]| words.iter().any(|word| chain.contains(word));
    if error.is_timeout() || io == Some(ErrorKind::TimedOut) {
        return Trouble::TimedOut;
    }
    if io == Some(ErrorKind::ConnectionRefused) {
        return Trouble::Refused;
    }
    if mentions(&["failed to lookup address", "dns error"]) {
        return Trouble::UnknownHost;
    }
    // A plain-text answer to a TLS hello is a wrong protocol; rustls calls it so.
    if mentions(&["InvalidContentType", "corrupt message"]) {
        return Trouble::OtherProtocol;
    }
    if mentions(&[
        "certificate",
        "tls",
        "TLS",
        "UnknownIssuer",
        "HandshakeFailure",
    ]) {
        return Trouble::Tls(innermost(error));
    }
    let is_garbled = mentions(&[
        "invalid HTTP",
        "http2 error",
        "frame with invalid size",
        "connection closed before",
    ]);
    let is_cut = matches!(
        io,
        Some(ErrorKind::ConnectionReset | ErrorKind::UnexpectedEof | ErrorKind::BrokenPipe)
    );
    if is_garbled || is_cut {
        return Trouble::OtherProtocol;
    }
    Trouble::Other(innermost(error))
}

/// Every message from the outermost error to the cause.
fn chain(error: &reqwest::Error) -> String {
    let mut text = String::new();
    let mut next = error.source();
    while let Some(cause) = next {
        text.push_str(&cause.to_string());
        text.push('\n');
        next = cause.source();
    }
    text
}

fn innermost(error: &reqwest::Error) -> String {
    let mut cause: &dyn std::error::Error = error;
    while let Some(next) = cause.source() {
        cause = next;
    }
    cause.to_string()
}

fn io_kind(error: &reqwest::Error) -> Option<ErrorKind> {
    let mut next = error.source();
    let mut kind = None;
    while let Some(cause) = next {
        if let Some(io) = cause.downcast_ref::<std::io::Error>() {
            kind = Some(io.kind());
        }
        next = cause.source();
    }
    kind
}
