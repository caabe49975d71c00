//! OTLP over gRPC: one lazy channel for each endpoint.
//!
//! The SDK adds `OTEL_EXPORTER_OTLP_HEADERS` of the process to whatever it is given, and lets it win: over code, and also
//! where the process's variables were not to be asked. So the metadata of each request is replaced by that of the
//! settings, which have read the variable already if it was theirs to read.

use std::time::Duration;

use bytes::Bytes;
use http::uri::PathAndQuery;
use opentelemetry_otlp::{RetryPolicy, WithExportConfig, WithTonicConfig};
use tonic::codec::CompressionEncoding;
use tonic::metadata::{MetadataKey, MetadataMap, MetadataValue};
use tonic::transport::{Certificate, Channel, ClientTlsConfig, Endpoint, Identity};
use tonic::{Code, Status};
use tonic_types::StatusExt;

use super::connect::retry_policy;
use super::runtime::ExportRuntime;
use super::send::{self, Refusal, Retry};
use super::tls::TlsFiles;
use crate::config::{Compression, ConfigError, OtlpSettings};
use crate::error::Error;

/// The SDK names itself here.
const USER_AGENT: &str = "user-agent";

/// What every gRPC exporter of one signal is built from.
pub(super) struct Connection {
    channel: Channel,
    metadata: MetadataMap,
    compression: Compression,
    timeout: Duration,
    retry: RetryPolicy,
}

impl Connection {
    /// Prepares a channel. Nothing is connected before the first export.
    pub(super) fn prepare(settings: &OtlpSettings, runtime: &ExportRuntime) -> Result<Self, Error> {
        let url = settings.endpoint.get();
        let invalid = |error: tonic::transport::Error| {
            ConfigError::invalid(
                "endpoint",
                url.clone(),
                format!("a gRPC endpoint such as http://127.0.0.1:4317 ({error})"),
            )
        };
        let mut endpoint = Endpoint::from_shared(url.clone())
            .map_err(invalid)?
            .connect_timeout(*settings.timeout)
            .timeout(*settings.timeout)
            // A dead peer is noticed although nothing is written to it.
            .http2_keep_alive_interval(Duration::from_secs(30))
            .keep_alive_timeout(Duration::from_secs(10));
        if url.starts_with("https://") {
            endpoint = endpoint
                .tls_config(tls(&TlsFiles::read(settings)?))
                .map_err(invalid)?;
        }
        let _inside = runtime.handle().map(tokio::runtime::Handle::enter);
        Ok(Self {
            channel: endpoint.connect_lazy(),
            metadata: metadata(settings)?,
            compression: *settings.compression,
            timeout: *settings.timeout,
            retry: retry_policy(*settings.timeout),
        })
    }

    /// Applies the connection to an exporter builder of any signal.
    pub(super) fn apply<B: WithTonicConfig + WithExportConfig>(self, builder: B) -> B {
        let metadata = self.metadata;
        let only_ours = move |mut request: tonic::Request<()>| {
            let sdk = request.metadata_mut();
            let mut ours = metadata.clone();
            if let (None, Some(name)) = (ours.get(USER_AGENT), sdk.get(USER_AGENT)) {
                ours.insert(USER_AGENT, name.clone());
            }
            *sdk = ours;
            Ok(request)
        };
        let builder = builder
            .with_channel(self.channel)
            .with_interceptor(only_ours)
            .with_timeout(self.timeout)
            .with_retry_policy(self.retry);
        match self.compression {
            Compression::None => builder,
            Compression::Gzip => builder.with_compression(opentelemetry_otlp::Compression::Gzip),
            Compression::Zstd => builder.with_compression(opentelemetry_otlp::Compression::Zstd),
        }
    }
}

fn tls(files: &TlsFiles) -> ClientTlsConfig {
    let mut config = ClientTlsConfig::new();
    config = match &files.authorities {
        Some(pem) => config.ca_certificate(Certificate::from_pem(pem)),
        None => config.with_native_roots(),
    };
    match &files.identity {
        Some((certificate, key)) => config.identity(Identity::from_pem(certificate, key)),
        None => config,
    }
}

fn metadata(settings: &OtlpSettings) -> Result<MetadataMap, ConfigError> {
    let mut map = MetadataMap::new();
    for (name, value) in settings.headers.iter() {
        // The value is secret; only its name may be told.
        let refused = || {
            ConfigError::invalid(
                "headers",
                name.clone(),
                "a header that gRPC metadata can carry",
            )
        };
        let key = MetadataKey::from_bytes(name.as_bytes()).map_err(|_| refused())?;
        let mut value = MetadataValue::try_from(value.expose()).map_err(|_| refused())?;
        value.set_sensitive(true);
        map.insert(key, value);
    }
    Ok(map)
}

/// Sends encoded requests of one signal.
#[derive(Debug)]
pub(super) struct Sender {
    client: tonic::client::Grpc<Channel>,
    metadata: MetadataMap,
    method: PathAndQuery,
}

impl Connection {
    /// A sender to this method, such as `/opentelemetry.proto.collector.metrics.v1.MetricsService/Export`.
    pub(super) fn sender(self, method: &'static str) -> Sender {
        let mut client = tonic::client::Grpc::new(self.channel);
        let encoding = match self.compression {
            Compression::None => None,
            Compression::Gzip => Some(CompressionEncoding::Gzip),
            Compression::Zstd => Some(CompressionEncoding::Zstd),
        };
        if let Some(encoding) = encoding {
            client = client.send_compressed(encoding).accept_compressed(encoding);
        }
        let mut metadata = self.metadata;
        if metadata.get(USER_AGENT).is_none() {
            metadata.insert(USER_AGENT, MetadataValue::from_static(send::USER_AGENT));
        }
        Sender {
            client,
            metadata,
            method: PathAndQuery::from_static(method),
        }
    }
}

impl Sender {
    pub(super) async fn attempt(&self, body: Bytes, within: Duration) -> Result<Bytes, Refusal> {
        let mut client = self.client.clone();
        client.ready().await.map_err(|error| Refusal {
            retry: Retry::Later,
            message: send::describe(&error),
        })?;
        let mut request = tonic::Request::new(body);
        *request.metadata_mut() = self.metadata.clone();
        // The server may stop working on what nobody waits for.
        request.set_timeout(within);
        let answer = client.unary(request, self.method.clone(), send::Raw).await;
        answer
            .map(tonic::Response::into_inner)
            .map_err(|status| Refusal {
                retry: retry(&status),
                message: message(&status),
            })
    }
}

/// The codes that OTLP names as worth another try.
fn retry(status: &Status) -> Retry {
    let info = status.get_details_retry_info();
    let after = info.and_then(|info| info.retry_delay);
    let after = after.map(|after| Retry::After(after.min(send::LONGEST_WAIT)));
    match status.code() {
        Code::Unavailable
        | Code::Cancelled
        | Code::DeadlineExceeded
        | Code::Aborted
        | Code::OutOfRange
        | Code::DataLoss => after.unwrap_or(Retry::Later),
        // Only a server that says when it will have recovered means "later".
        Code::ResourceExhausted => after.unwrap_or(Retry::Never),
        _ => Retry::Never,
    }
}

/// The server's own words may hold what was sent; the code does not.
fn message(status: &Status) -> String {
    match std::error::Error::source(status) {
        Some(source) => format!("gRPC {:?} ({})", status.code(), send::describe(source)),
        None => format!("gRPC {:?}", status.code()),
    }
}

#[cfg(test)]
mod tests {
    use tonic_types::ErrorDetails;

    use super::*;

    #[test]
    fn codes_are_retried_as_the_protocol_says() {
        let later = [
            Code::Cancelled,
            Code::DeadlineExceeded,
            Code::Aborted,
            Code::OutOfRange,
            Code::Unavailable,
            Code::DataLoss,
        ];
        for code in (0..=16).map(Code::from_i32) {
            let expected = if later.contains(&code) {
                Retry::Later
            } else {
                Retry::Never
            };
            assert_eq!(retry(&Status::new(code, "")), expected, "{code:?}");
        }
    }

    #[test]
    fn a_server_that_says_when_is_believed_within_reason() {
        let asks = |code, seconds| {
            let details = ErrorDetails::with_retry_info(Some(Duration::from_secs(seconds)));
            retry(&Status::with_error_details(code, "", details))
        };
        let after = |seconds| Retry::After(Duration::from_secs(seconds));
        assert_eq!(asks(Code::ResourceExhausted, 7), after(7));
        assert_eq!(asks(Code::Unavailable, 7), after(7));
        assert_eq!(asks(Code::Unavailable, 1_000_000), after(300));
        assert_eq!(asks(Code::InvalidArgument, 7), Retry::Never);
    }
}
