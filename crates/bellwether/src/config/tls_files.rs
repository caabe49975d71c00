//! Checks the files that TLS settings name, at start-up: a wrong path would else show as an export that never
//! succeeds.

use std::path::{Path, PathBuf};

use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use super::error::ConfigError;
use super::reader::invalid;
use super::setting::{Origin, Setting};
use super::settings::OtlpSettings;

/// Reads each file that is set. Costs a read of up to three small files.
pub(super) fn check(
    otlp: &OtlpSettings,
    names: &super::resolve::OtlpNames,
) -> Result<(), ConfigError> {
    check_certificate(&otlp.certificate, names.certificate)?;
    check_certificate(&otlp.client_certificate, names.client_certificate)?;
    if let Some(path) = otlp.client_key.get() {
        PrivateKeyDer::from_pem_file(path).map_err(|_| {
            let expected = "a readable file with a PEM private key";
            invalid(
                written_in(&otlp.client_key, names.client_key),
                &shown(path),
                expected,
            )
        })?;
    }
    match (otlp.client_certificate.get(), otlp.client_key.get()) {
        (Some(_), None) => Err(invalid(
            names.client_key,
            "",
            format!("a PEM file with the key of {}", names.client_certificate),
        )),
        (None, Some(_)) => Err(invalid(
            names.client_certificate,
            "",
            format!("a PEM file with the certificate of {}", names.client_key),
        )),
        _ => Ok(()),
    }
}

fn check_certificate(
    setting: &Setting<Option<PathBuf>>,
    variable: &'static str,
) -> Result<(), ConfigError> {
    let Some(path) = setting.get() else {
        return Ok(());
    };
    let certificates = CertificateDer::pem_file_iter(path)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .unwrap_or_default();
    if certificates.is_empty() {
        let expected = "a readable file with at least one PEM certificate";
        return Err(invalid(
            written_in(setting, variable),
            &shown(path),
            expected,
        ));
    }
    Ok(())
}

/// The variable a path was read from; for a path from code, the variable that would have set it.
fn written_in(setting: &Setting<Option<PathBuf>>, variable: &'static str) -> &'static str {
    match setting.origin() {
        Origin::Environment(name) => name,
        Origin::Code | Origin::Default => variable,
    }
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}
