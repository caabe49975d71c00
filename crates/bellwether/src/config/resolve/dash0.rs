//! Straight to Dash0, without a Collector in between.
//!
//! Only where an endpoint is named by one of Dash0's variables and no OpenTelemetry endpoint is set at all, for
//! any signal: a service that is told of a Collector often shares an environment file with it, and the Dash0
//! variables in there are the Collector's.
//!
//! The token becomes `Authorization: Bearer`, the dataset `Dash0-Dataset`. Both go only to an endpoint that came
//! from here, and a header that `OTEL_EXPORTER_OTLP_HEADERS` or code sets stays as it is.

use super::otlp::{OtlpNames, Source};
use crate::config::endpoint::{Endpoint, Scope};
use crate::config::error::ConfigError;
use crate::config::parse;
use crate::config::reader::{Reader, invalid};
use crate::config::secret::Secret;
use crate::config::setting::{Origin, Setting};
use crate::config::settings::Protocol;

const ENDPOINT: &str = "DASH0_OTLP_ENDPOINT";
const GRPC_HOSTNAME: &str = "DASH0_ENDPOINT_OTLP_GRPC_HOSTNAME";
const GRPC_PORT: &str = "DASH0_ENDPOINT_OTLP_GRPC_PORT";
/// Dash0's own name first.
const TOKENS: [&str; 2] = ["DASH0_AUTH_TOKEN", "DASH0_API_TOKEN"];
const DATASET: &str = "DASH0_DATASET";

/// The endpoint of one signal, if Dash0 is to be spoken to directly.
pub(super) fn source(reader: Reader<'_>, names: &OtlpNames) -> Result<Option<Source>, ConfigError> {
    for name in OtlpNames::ENDPOINTS {
        if reader.text(name)?.is_some() {
            return Ok(None);
        }
    }
    if let Some(name) = names.dash0_endpoint
        && let Some(text) = reader.text(name)?
    {
        return written(name, text, Scope::Signal, None).map(Some);
    }
    if let Some(text) = reader.text(ENDPOINT)? {
        return written(ENDPOINT, text, Scope::Base, None).map(Some);
    }
    let Some(host) = reader.text(GRPC_HOSTNAME)? else {
        return Ok(None);
    };
    let is_host =
        Endpoint::parse(&host).is_ok_and(|host| host.scheme.is_none() && host.port.is_none());
    if !is_host || host.contains('/') {
        let expected = "a host name without scheme, port and path";
        return Err(invalid(GRPC_HOSTNAME, &host, expected));
    }
    let port = reader.setting(None, &[GRPC_PORT], port, 4317)?;
    let text = format!("https://{host}:{}", *port);
    written(GRPC_HOSTNAME, text, Scope::Base, Some(Protocol::Grpc)).map(Some)
}

/// Adds token and dataset.
pub(super) fn add_headers(
    reader: Reader<'_>,
    headers: &mut Setting<Vec<(String, Secret)>>,
    is_sent: bool,
) -> Result<(), ConfigError> {
    let mut origin = headers.origin();
    let mut all = headers.get().clone();
    let has = |all: &[(String, Secret)], name| all.iter().any(|(known, _)| known == name);
    if !has(&all, "authorization") {
        match reader.first(&TOKENS, bearer)? {
            Some(token) => {
                origin = strongest(origin, token.origin());
                all.push(("authorization".to_owned(), token.into_value()));
            }
            None if is_sent => {
                let expected = "an ingesting token of Dash0 (or DASH0_API_TOKEN), since a Dash0 endpoint is set";
                return Err(invalid(TOKENS[0], "", expected));
            }
            None => {}
        }
    }
    if !has(&all, "dash0-dataset")
        && let Some(dataset) = reader.first(&[DATASET], dataset)?
    {
        origin = strongest(origin, dataset.origin());
        all.push(("dash0-dataset".to_owned(), dataset.into_value()));
    }
    *headers = Setting::new(all, origin);
    Ok(())
}

fn written(
    name: &'static str,
    text: String,
    scope: Scope,
    protocol: Option<Protocol>,
) -> Result<Source, ConfigError> {
    let endpoint = Endpoint::parse(&text).map_err(|expected| invalid(name, &text, expected))?;
    if endpoint.scheme == Some("http") && !endpoint.is_loopback() {
        let expected = "an https URL: the token would cross the network in clear text";
        return Err(invalid(name, &text, expected));
    }
    Ok(Source {
        endpoint,
        scope,
        origin: Origin::Environment(name),
        name,
        text,
        protocol,
        is_dash0: true,
    })
}

/// Headers have one origin: the first that gave any.
fn strongest(known: Origin, new: Origin) -> Origin {
    match known {
        Origin::Default => new,
        Origin::Code | Origin::Environment(_) => known,
    }
}

fn bearer(token: &str) -> Result<Secret, crate::config::reader::Expected> {
    // A token with a space or a line break in it, or with its own `Bearer`, was pasted wrongly.
    if token.bytes().all(|b| b.is_ascii_graphic()) {
        return Ok(Secret::new(format!("Bearer {token}")));
    }
    Err("the token alone: visible ASCII characters without spaces and without Bearer".into())
}

fn dataset(name: &str) -> Result<Secret, crate::config::reader::Expected> {
    if name.bytes().all(|b| b.is_ascii_graphic()) {
        return Ok(Secret::new(name));
    }
    Err("the name of a dataset: visible ASCII characters without spaces".into())
}

fn port(value: &str) -> Result<u16, crate::config::reader::Expected> {
    let expected = "a port from 1 to 65535";
    let number = parse::count_limit(value).map_err(|_| expected)?;
    match u16::try_from(number) {
        Ok(port) if port > 0 => Ok(port),
        _ => Err(expected.into()),
    }
}
