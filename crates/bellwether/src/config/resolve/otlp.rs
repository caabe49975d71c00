//! The OTLP exporter of one signal.
//!
//! Order of decisions: where to (which also says whether Dash0 is spoken to directly), then by which protocol,
//! then the URL that follows from both, then headers, then the rest, which depends on nothing.

use std::time::Duration;

use super::{dash0, time};
use crate::config::endpoint::{Endpoint, Scope};
use crate::config::error::ConfigError;
use crate::config::overrides::Overrides;
use crate::config::reader::{Reader, invalid};
use crate::config::secret::Secret;
use crate::config::setting::{Origin, Setting};
use crate::config::settings::{Compression, OtlpSettings, Protocol};
use crate::config::{pairs, parse, tls_files};

/// The variables of one signal.
pub(in crate::config) struct OtlpNames {
    pub(super) path: &'static str,
    endpoint: &'static str,
    protocol: &'static str,
    headers: &'static str,
    timeout: &'static str,
    compression: &'static str,
    insecure: &'static str,
    pub(in crate::config) certificate: &'static str,
    pub(in crate::config) client_certificate: &'static str,
    pub(in crate::config) client_key: &'static str,
    /// Dash0's own endpoint for this signal, where there is one.
    pub(super) dash0_endpoint: Option<&'static str>,
}

impl OtlpNames {
    pub(super) const TRACES: Self = Self {
        path: "/v1/traces",
        endpoint: "OTEL_EXPORTER_OTLP_TRACES_ENDPOINT",
        protocol: "OTEL_EXPORTER_OTLP_TRACES_PROTOCOL",
        headers: "OTEL_EXPORTER_OTLP_TRACES_HEADERS",
        timeout: "OTEL_EXPORTER_OTLP_TRACES_TIMEOUT",
        compression: "OTEL_EXPORTER_OTLP_TRACES_COMPRESSION",
        insecure: "OTEL_EXPORTER_OTLP_TRACES_INSECURE",
        certificate: "OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE",
        client_certificate: "OTEL_EXPORTER_OTLP_TRACES_CLIENT_CERTIFICATE",
        client_key: "OTEL_EXPORTER_OTLP_TRACES_CLIENT_KEY",
        dash0_endpoint: None,
    };
    pub(super) const METRICS: Self = Self {
        path: "/v1/metrics",
        endpoint: "OTEL_EXPORTER_OTLP_METRICS_ENDPOINT",
        protocol: "OTEL_EXPORTER_OTLP_METRICS_PROTOCOL",
        headers: "OTEL_EXPORTER_OTLP_METRICS_HEADERS",
        timeout: "OTEL_EXPORTER_OTLP_METRICS_TIMEOUT",
        compression: "OTEL_EXPORTER_OTLP_METRICS_COMPRESSION",
        insecure: "OTEL_EXPORTER_OTLP_METRICS_INSECURE",
        certificate: "OTEL_EXPORTER_OTLP_METRICS_CERTIFICATE",
        client_certificate: "OTEL_EXPORTER_OTLP_METRICS_CLIENT_CERTIFICATE",
        client_key: "OTEL_EXPORTER_OTLP_METRICS_CLIENT_KEY",
        dash0_endpoint: Some("DASH0_METRICS_ENDPOINT"),
    };
    pub(super) const LOGS: Self = Self {
        path: "/v1/logs",
        endpoint: "OTEL_EXPORTER_OTLP_LOGS_ENDPOINT",
        protocol: "OTEL_EXPORTER_OTLP_LOGS_PROTOCOL",
        headers: "OTEL_EXPORTER_OTLP_LOGS_HEADERS",
        timeout: "OTEL_EXPORTER_OTLP_LOGS_TIMEOUT",
        compression: "OTEL_EXPORTER_OTLP_LOGS_COMPRESSION",
        insecure: "OTEL_EXPORTER_OTLP_LOGS_INSECURE",
        certificate: "OTEL_EXPORTER_OTLP_LOGS_CERTIFICATE",
        client_certificate: "OTEL_EXPORTER_OTLP_LOGS_CLIENT_CERTIFICATE",
        client_key: "OTEL_EXPORTER_OTLP_LOGS_CLIENT_KEY",
        dash0_endpoint: None,
    };
    /// The variables of all signals. Only those of the files are asked for by name.
    const GENERAL_ENDPOINT: &'static str = "OTEL_EXPORTER_OTLP_ENDPOINT";
    /// Every OpenTelemetry endpoint: one of them set, and Dash0 isn't spoken to directly.
    pub(super) const ENDPOINTS: [&'static str; 4] = [
        Self::GENERAL_ENDPOINT,
        Self::TRACES.endpoint,
        Self::METRICS.endpoint,
        Self::LOGS.endpoint,
    ];
}

/// An endpoint as it was written, and by whom.
pub(super) struct Source {
    pub(super) endpoint: Endpoint,
    pub(super) scope: Scope,
    pub(super) origin: Origin,
    /// For errors: the variable or builder field, and its value.
    pub(super) name: &'static str,
    pub(super) text: String,
    /// What the endpoint speaks, where its variable says so.
    pub(super) protocol: Option<Protocol>,
    pub(super) is_dash0: bool,
}

/// Deadline of the specification.
const TIMEOUT: Duration = Duration::from_secs(10);

/// `is_sent`: whether anything will go to this endpoint, so that its token and files must be there.
pub(super) fn resolve(
    reader: Reader<'_>,
    code: &Overrides,
    names: &OtlpNames,
    is_sent: bool,
) -> Result<OtlpSettings, ConfigError> {
    let source = source(reader, code, names)?;
    let protocol = protocol(reader, code, names, source.as_ref())?;
    let endpoint = endpoint(reader, names, source.as_ref(), *protocol)?;
    let mut headers = headers(reader, code, names)?;
    if source.as_ref().is_some_and(|source| source.is_dash0) {
        dash0::add_headers(reader, &mut headers, is_sent)?;
    }
    let (code_certificate, code_key) = code.client_identity.clone().unzip();
    let settings = OtlpSettings {
        protocol,
        endpoint,
        headers,
        timeout: time(
            reader,
            "timeout",
            code.timeout,
            &[names.timeout, "OTEL_EXPORTER_OTLP_TIMEOUT"],
            parse::milliseconds,
            TIMEOUT,
        )?,
        compression: reader.setting(
            code.compression,
            &[names.compression, "OTEL_EXPORTER_OTLP_COMPRESSION"],
            parse::compression,
            Compression::None,
        )?,
        certificate: reader.optional(
            code.certificate.clone(),
            &[names.certificate, "OTEL_EXPORTER_OTLP_CERTIFICATE"],
            parse::path,
        )?,
        client_certificate: reader.optional(
            code_certificate,
            &[
                names.client_certificate,
                "OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE",
            ],
            parse::path,
        )?,
        client_key: reader.optional(
            code_key,
            &[names.client_key, "OTEL_EXPORTER_OTLP_CLIENT_KEY"],
            parse::path,
        )?,
    };
    if is_sent {
        tls_files::check(&settings, names)?;
    }
    Ok(settings)
}

fn source(
    reader: Reader<'_>,
    code: &Overrides,
    names: &OtlpNames,
) -> Result<Option<Source>, ConfigError> {
    let (name, text, scope, origin) = if let Some(text) = &code.endpoint {
        (
            "endpoint",
            text.trim().to_owned(),
            Scope::Base,
            Origin::Code,
        )
    } else if let Some(text) = reader.text(names.endpoint)? {
        (
            names.endpoint,
            text,
            Scope::Signal,
            Origin::Environment(names.endpoint),
        )
    } else if let Some(text) = reader.text(OtlpNames::GENERAL_ENDPOINT)? {
        let name = OtlpNames::GENERAL_ENDPOINT;
        (name, text, Scope::Base, Origin::Environment(name))
    } else {
        return dash0::source(reader, names);
    };
    let endpoint = Endpoint::parse(&text).map_err(|expected| invalid(name, &text, expected))?;
    Ok(Some(Source {
        endpoint,
        scope,
        origin,
        name,
        text,
        protocol: None,
        is_dash0: false,
    }))
}

/// `http/protobuf` unless something speaks for gRPC: the specification's default, but port 4317 is gRPC's
/// registered port, and HTTP sent there fails with an error that nobody understands.
fn protocol(
    reader: Reader<'_>,
    code: &Overrides,
    names: &OtlpNames,
    source: Option<&Source>,
) -> Result<Setting<Protocol>, ConfigError> {
    if let Some(protocol) = code.protocol {
        return Ok(Setting::new(protocol, Origin::Code));
    }
    if let Some(source) = source
        && let Some(protocol) = source.protocol
    {
        return Ok(Setting::new(protocol, source.origin));
    }
    let variables = [names.protocol, "OTEL_EXPORTER_OTLP_PROTOCOL"];
    if let Some(protocol) = reader.first(&variables, parse::protocol)? {
        return Ok(protocol);
    }
    if let Some(source) = source
        && source.endpoint.port == Some(4317)
    {
        return Ok(Setting::new(Protocol::Grpc, source.origin));
    }
    let only_grpc_is_built = cfg!(feature = "grpc") && !cfg!(feature = "http");
    let default = if only_grpc_is_built {
        Protocol::Grpc
    } else {
        Protocol::HttpProtobuf
    };
    Ok(Setting::default_value(default))
}

fn endpoint(
    reader: Reader<'_>,
    names: &OtlpNames,
    source: Option<&Source>,
    protocol: Protocol,
) -> Result<Setting<String>, ConfigError> {
    let Some(source) = source else {
        let url = match protocol {
            Protocol::Grpc => "http://127.0.0.1:4317".to_owned(),
            Protocol::HttpProtobuf => format!("http://127.0.0.1:4318{}", names.path),
        };
        return Ok(Setting::default_value(url));
    };
    let insecure_names = [names.insecure, "OTEL_EXPORTER_OTLP_INSECURE"];
    let insecure =
        !source.is_dash0 && *reader.setting(None, &insecure_names, parse::boolean, false)?;
    let url = source
        .endpoint
        .url(protocol, source.scope, names.path, insecure)
        .map_err(|expected| invalid(source.name, &source.text, expected))?;
    Ok(Setting::new(url, source.origin))
}

/// The variable of the signal replaces that of all signals (OTLP exporter specification); builder calls add to
/// either, and win by name.
fn headers(
    reader: Reader<'_>,
    code: &Overrides,
    names: &OtlpNames,
) -> Result<Setting<Vec<(String, Secret)>>, ConfigError> {
    let variables = [names.headers, "OTEL_EXPORTER_OTLP_HEADERS"];
    let from_environment = reader.setting(None, &variables, pairs::headers, Vec::new())?;
    if code.headers.is_empty() {
        return Ok(from_environment);
    }
    let mut headers = from_environment.into_value();
    for (name, value) in &code.headers {
        let (name, value) = pairs::header(name, value.expose())
            .map_err(|expected| invalid("headers", "[redacted]", expected))?;
        pairs::replace(&mut headers, name, value);
    }
    Ok(Setting::new(headers, Origin::Code))
}
