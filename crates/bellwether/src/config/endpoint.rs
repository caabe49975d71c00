//! OTLP endpoints: from what was written to the URL that requests go to.
//!
//! The rules are those of the OTLP exporter specification:
//!
//! - A base (`OTEL_EXPORTER_OTLP_ENDPOINT`) gets the path of the signal appended over HTTP: `/v1/traces`,
//!   `/v1/metrics`, `/v1/logs`. An endpoint of one signal is taken as it is; without a path its path is `/`.
//! - gRPC knows no paths: scheme, host and port. An endpoint without a scheme is `https`, unless
//!   `OTEL_EXPORTER_OTLP_INSECURE` is true. Where there is a scheme, it decides and the variable says nothing.
//! - HTTP needs the scheme.
//!
//! User names, passwords and query strings are refused: endpoints are printed, and secrets belong into headers.

use std::net::{IpAddr, Ipv6Addr};

use super::reader::Expected;
use super::settings::Protocol;

/// Whether a text is the base for all signals or the endpoint of one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scope {
    /// The path of the signal is to be appended.
    Base,
    /// To be used as it is.
    Signal,
}

/// An endpoint taken apart.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Endpoint {
    /// `http` or `https`, where it was written.
    pub(crate) scheme: Option<&'static str>,
    host: String,
    pub(crate) port: Option<u16>,
    /// With its leading slash, or empty.
    path: String,
}

impl Endpoint {
    /// Takes `[scheme://]host[:port][/path]` apart.
    pub(crate) fn parse(text: &str) -> Result<Self, Expected> {
        let is_plain =
            text.bytes().all(|b| b.is_ascii_graphic()) && !text.contains(['?', '#', '\\']);
        if !is_plain {
            return Err(expected("without spaces, query or fragment"));
        }
        let (scheme, rest) = match text.split_once("://") {
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("http") => (Some("http"), rest),
            Some((scheme, rest)) if scheme.eq_ignore_ascii_case("https") => (Some("https"), rest),
            Some(_) => return Err(expected("with the scheme http or https")),
            None => (None, text),
        };
        let path_start = rest.find('/').unwrap_or(rest.len());
        let (authority, path) = rest.split_at(path_start);
        if authority.contains('@') {
            return Err(expected(
                "without user name and password (put credentials into the headers)",
            ));
        }
        let (host, port) = split_port(authority)?;
        Ok(Self {
            scheme,
            host: host.to_owned(),
            port,
            path: path.to_owned(),
        })
    }

    /// Whether the host is this machine.
    pub(crate) fn is_loopback(&self) -> bool {
        let address = self.host.trim_start_matches('[').trim_end_matches(']');
        self.host.eq_ignore_ascii_case("localhost")
            || address.parse::<IpAddr>().is_ok_and(|ip| ip.is_loopback())
    }

    /// The URL for requests of one signal, whose own path is `signal_path`.
    pub(crate) fn url(
        &self,
        protocol: Protocol,
        scope: Scope,
        signal_path: &str,
        insecure: bool,
    ) -> Result<String, Expected> {
        match protocol {
            Protocol::Grpc => self.grpc_url(insecure),
            Protocol::HttpProtobuf => self.http_url(scope, signal_path),
        }
    }

    fn grpc_url(&self, insecure: bool) -> Result<String, Expected> {
        if !self.path.trim_matches('/').is_empty() {
            return Err(expected("without a path, since the protocol is gRPC"));
        }
        let implied = if insecure { "http" } else { "https" };
        let scheme = self.scheme.unwrap_or(implied);
        Ok(format!("{scheme}://{}", self.authority()))
    }

    fn http_url(&self, scope: Scope, signal_path: &str) -> Result<String, Expected> {
        let Some(scheme) = self.scheme else {
            return Err(expected(
                "that begins with http:// or https://, since the protocol is http/protobuf",
            ));
        };
        let path = match scope {
            Scope::Base => format!("{}{signal_path}", self.path.trim_end_matches('/')),
            Scope::Signal if self.path.is_empty() => "/".to_owned(),
            Scope::Signal => self.path.clone(),
        };
        Ok(format!("{scheme}://{}{path}", self.authority()))
    }

    fn authority(&self) -> String {
        match self.port {
            Some(port) => format!("{}:{port}", self.host),
            None => self.host.clone(),
        }
    }
}

fn split_port(authority: &str) -> Result<(&str, Option<u16>), Expected> {
    let host_end = if authority.starts_with('[') {
        authority.find(']').map_or(0, |bracket| bracket + 1)
    } else {
        authority.find(':').unwrap_or(authority.len())
    };
    let (host, port) = authority.split_at(host_end);
    if !is_host(host) {
        return Err(expected("with a host name or address"));
    }
    if port.is_empty() {
        return Ok((host, None));
    }
    let digits = port.strip_prefix(':').unwrap_or_default();
    let number = digits
        .bytes()
        .all(|b| b.is_ascii_digit())
        .then(|| digits.parse().ok());
    match number.flatten() {
        Some(number) if number > 0 => Ok((host, Some(number))),
        _ => Err(expected("with a port from 1 to 65535")),
    }
}

fn is_host(host: &str) -> bool {
    if let Some(address) = host
        .strip_prefix('[')
        .and_then(|rest| rest.strip_suffix(']'))
    {
        return address.parse::<Ipv6Addr>().is_ok();
    }
    !host.is_empty()
        && host
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_'))
}

fn expected(detail: &str) -> Expected {
    format!("a URL such as http://127.0.0.1:4318, {detail}").into()
}
