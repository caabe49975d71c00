//! OTLP over gRPC: one lazy channel for each endpoint.
//!
//! The SDK adds `OTEL_EXPORTER_OTLP_HEADERS` of the process to whatever it is given, and lets it win: over code, and also
//! where the process's variables were not to be asked. So the metadata of each request is replaced by that of the
//! settings, which have read the variable already if it was theirs to read.

use std::time::Duration;

use opentelemetry_otlp::{RetryPolicy, WithExportConfig, WithTonicConfig};
use tonic::metadata::{MetadataKey, MetadataMap, MetadataValue};
use tonic::transport::{Certificate, Channel, ClientTlsConfig, Endpoint, Identity};

use super::connect::retry_policy;
use super::runtime::ExportRuntime;
use super::tls::TlsFiles;
use crate::config::{Compression, ConfigError, OtlpSettings};
use crate::error::Error;

/// The SDK names itself here.
const USER_AGENT: &str = "user-agent";

/// What every gRPC exporter of one signal is built from.
pub(super) struct Connection {
    channel: Channel,
    metadata: MetadataMap,
    compression: Option<opentelemetry_otlp::Compression>,
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
            compression: match settings.compression.get() {
                Compression::None => None,
                Compression::Gzip => Some(opentelemetry_otlp::Compression::Gzip),
                Compression::Zstd => Some(opentelemetry_otlp::Compression::Zstd),
            },
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
            Some(compression) => builder.with_compression(compression),
            None => builder,
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
