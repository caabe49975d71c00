//! Certificates from PEM files, as the `OTEL_EXPORTER_OTLP_*CERTIFICATE` variables name them.

use std::fs;
use std::path::Path;

use crate::config::{ConfigError, OtlpSettings};

/// PEM bytes of the files one endpoint is configured with.
#[derive(Debug, Default)]
pub(super) struct TlsFiles {
    /// Authorities that sign the server; the system's where this is `None`.
    pub(super) authorities: Option<Vec<u8>>,
    /// Certificate chain and key of this client.
    pub(super) identity: Option<(Vec<u8>, Vec<u8>)>,
}

impl TlsFiles {
    pub(super) fn read(settings: &OtlpSettings) -> Result<Self, ConfigError> {
        let authorities = settings
            .certificate
            .get()
            .as_deref()
            .map(|path| read("certificate", path))
            .transpose()?;
        let certificate = settings.client_certificate.get().as_deref();
        let key = settings.client_key.get().as_deref();
        let identity = match (certificate, key) {
            (Some(certificate), Some(key)) => Some((
                read("client certificate", certificate)?,
                read("client key", key)?,
            )),
            (None, None) => None,
            (Some(path), None) | (None, Some(path)) => {
                return Err(ConfigError::invalid(
                    "client certificate and client key",
                    path.display().to_string(),
                    "both or neither",
                ));
            }
        };
        Ok(Self {
            authorities,
            identity,
        })
    }
}

fn read(what: &str, path: &Path) -> Result<Vec<u8>, ConfigError> {
    fs::read(path).map_err(|error| {
        ConfigError::invalid(
            what,
            path.display().to_string(),
            format!("a readable PEM file ({error})"),
        )
    })
}
