//! OTLP over HTTP: a client whose connections live on the export runtime.
//!
//! The SDK's threads are not runtime threads, and reqwest needs one. So a request is handed to the export
//! runtime and its answer awaited over a channel, which works from any thread.
//!
//! The SDK adds `OTEL_EXPORTER_OTLP_HEADERS` of the process to whatever it is given, and lets it win: over code, and also
//! where the process's variables were not to be asked. It also decodes the values it is given once more. So it is given
//! none, and the client puts the headers of the settings in the place of what the SDK has made of them.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::header::{CONTENT_ENCODING, CONTENT_TYPE, RETRY_AFTER, USER_AGENT};
use http::{HeaderMap, HeaderName, HeaderValue};
use opentelemetry_http::{HttpClient, HttpError, Request, Response, ResponseBodyTooLarge};
use opentelemetry_otlp::{RetryPolicy, WithExportConfig, WithHttpConfig};
use rustls::RootCertStore;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::runtime::Handle;

use super::connect::retry_policy;
use super::runtime::ExportRuntime;
use super::send::{self, Refusal, Retry};
use super::tls::TlsFiles;
use crate::config::{Compression, ConfigError, OtlpSettings};
use crate::error::Error;

/// An answer to an export is a few bytes; more than this is not one (OTLP: limit what is read).
const MAX_RESPONSE_BYTES: usize = 4 * 1024 * 1024;

/// What every HTTP exporter of one signal is built from.
pub(super) struct Connection {
    client: RuntimeClient,
    endpoint: String,
    compression: Compression,
    timeout: Duration,
    retry: RetryPolicy,
}

impl Connection {
    /// Prepares a client. Nothing is connected before the first export.
    pub(super) fn prepare(settings: &OtlpSettings, runtime: &ExportRuntime) -> Result<Self, Error> {
        let handle = runtime.handle().cloned().ok_or(Error::ShutDown)?;
        let mut builder = reqwest::Client::builder()
            // An export that is sent somewhere else would take its token along.
            .redirect(reqwest::redirect::Policy::none())
            .timeout(*settings.timeout)
            .pool_idle_timeout(Duration::from_secs(60))
            .tcp_keepalive(Duration::from_secs(30))
            .tls_backend_preconfigured(tls(&TlsFiles::read(settings)?)?);
        if is_loopback(settings.endpoint.get()) {
            builder = builder.no_proxy();
        }
        let client = builder
            .build()
            .map_err(|error| Error::Exporter(error.to_string()))?;
        let headers = headers(settings)?;
        Ok(Self {
            client: RuntimeClient {
                client,
                headers,
                handle,
            },
            endpoint: settings.endpoint.get().clone(),
            compression: *settings.compression,
            timeout: *settings.timeout,
            retry: retry_policy(*settings.timeout),
        })
    }

    /// Applies the connection to an exporter builder of any signal.
    pub(super) fn apply<B: WithHttpConfig + WithExportConfig>(self, builder: B) -> B {
        let builder = builder
            .with_http_client(self.client)
            // Not left to cargo features: another crate in the tree may have switched JSON on.
            .with_protocol(opentelemetry_otlp::Protocol::HttpBinary)
            .with_endpoint(self.endpoint)
            .with_timeout(self.timeout)
            .with_retry_policy(self.retry);
        match self.compression {
            Compression::None => builder,
            Compression::Gzip => builder.with_compression(opentelemetry_otlp::Compression::Gzip),
            Compression::Zstd => builder.with_compression(opentelemetry_otlp::Compression::Zstd),
        }
    }
}

/// Values are secret: only a name may be told, and no one prints them on the way.
fn headers(settings: &OtlpSettings) -> Result<HeaderMap, ConfigError> {
    let mut map = HeaderMap::new();
    for (name, value) in settings.headers.iter() {
        let refused =
            || ConfigError::invalid("headers", name.clone(), "a header that HTTP can carry");
        let key = HeaderName::from_bytes(name.as_bytes()).map_err(|_| refused())?;
        let mut value = HeaderValue::try_from(value.expose()).map_err(|_| refused())?;
        value.set_sensitive(true);
        map.insert(key, value);
    }
    Ok(map)
}

fn is_loopback(url: &str) -> bool {
    let Ok(url) = reqwest::Url::parse(url) else {
        return false;
    };
    let host = url.host_str().unwrap_or_default().trim_matches(['[', ']']);
    host == "localhost"
        || host
            .parse::<IpAddr>()
            .is_ok_and(|address| address.is_loopback())
}

/// TLS of a client that trusts the system's authorities, for what is no OTLP endpoint.
#[cfg(feature = "alerts")]
pub(crate) fn default_tls() -> Result<rustls::ClientConfig, Error> {
    tls(&TlsFiles::default())
}

fn tls(files: &TlsFiles) -> Result<rustls::ClientConfig, Error> {
    let mut roots = RootCertStore::empty();
    match &files.authorities {
        Some(pem) => {
            let refused = |error: String| {
                ConfigError::invalid(
                    "certificate",
                    "(file)",
                    format!("PEM certificates ({error})"),
                )
            };
            for certificate in CertificateDer::pem_slice_iter(pem) {
                let certificate = certificate.map_err(|error| refused(error.to_string()))?;
                roots
                    .add(certificate)
                    .map_err(|error| refused(error.to_string()))?;
            }
        }
        None => {
            // A system without authorities can still speak plain HTTP; with TLS each export will say what is missing.
            roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        }
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| Error::Exporter(error.to_string()))?
        .with_root_certificates(roots);
    let Some((certificate, key)) = &files.identity else {
        return Ok(builder.with_no_client_auth());
    };
    let refused = |error: String| {
        ConfigError::invalid(
            "client certificate and client key",
            "(files)",
            format!("a PEM certificate and its key ({error})"),
        )
    };
    let chain = CertificateDer::pem_slice_iter(certificate)
        .collect::<Result<Vec<_>, _>>()
        .map_err(|error| refused(error.to_string()))?;
    let key = PrivateKeyDer::from_pem_slice(key).map_err(|error| refused(error.to_string()))?;
    Ok(builder
        .with_client_auth_cert(chain, key)
        .map_err(|error| refused(error.to_string()))?)
}

/// Sends each request from the export runtime.
#[derive(Debug)]
struct RuntimeClient {
    client: reqwest::Client,
    headers: HeaderMap,
    handle: Handle,
}

#[async_trait::async_trait]
impl HttpClient for RuntimeClient {
    async fn send_bytes(&self, mut request: Request<Bytes>) -> Result<Response<Bytes>, HttpError> {
        let client = self.client.clone();
        let mut headers = self.headers.clone();
        for sdk_header in [CONTENT_TYPE, CONTENT_ENCODING, USER_AGENT] {
            if let Some(value) = request.headers().get(&sdk_header) {
                headers.entry(sdk_header).or_insert_with(|| value.clone());
            }
        }
        *request.headers_mut() = headers;
        let (answer, answered) = futures_channel::oneshot::channel();
        self.handle.spawn(async move {
            let _ = answer.send(send(client, request).await);
        });
        answered
            .await
            .unwrap_or_else(|_| Err("the export runtime has ended".into()))
    }
}

async fn send(
    client: reqwest::Client,
    request: Request<Bytes>,
) -> Result<Response<Bytes>, HttpError> {
    // The URL may hold a token in its query: keep it out of the error.
    let mut response = client
        .execute(request.try_into()?)
        .await
        .map_err(reqwest::Error::without_url)?;
    let headers = std::mem::take(response.headers_mut());
    let status = response.status();
    let mut body = Vec::new();
    while let Some(chunk) = response
        .chunk()
        .await
        .map_err(reqwest::Error::without_url)?
    {
        if body.len() + chunk.len() > MAX_RESPONSE_BYTES {
            return Err(ResponseBodyTooLarge::new().into());
        }
        body.extend_from_slice(&chunk);
    }
    let mut answer = Response::builder().status(status).body(Bytes::from(body))?;
    *answer.headers_mut() = headers;
    Ok(answer)
}

/// Sends encoded requests of one signal.
#[derive(Debug)]
pub(super) struct Sender {
    client: reqwest::Client,
    headers: HeaderMap,
    endpoint: String,
    compression: Compression,
}

impl Connection {
    pub(super) fn sender(self) -> Sender {
        let mut headers = self.client.headers;
        headers.insert(
            CONTENT_TYPE,
            HeaderValue::from_static("application/x-protobuf"),
        );
        headers
            .entry(USER_AGENT)
            .or_insert(HeaderValue::from_static(send::USER_AGENT));
        let encoding = match self.compression {
            Compression::None => None,
            Compression::Gzip => Some("gzip"),
            Compression::Zstd => Some("zstd"),
        };
        match encoding {
            Some(encoding) => {
                headers.insert(CONTENT_ENCODING, HeaderValue::from_static(encoding));
            }
            None => {
                headers.remove(CONTENT_ENCODING);
            }
        }
        Sender {
            client: self.client.client,
            headers,
            endpoint: self.endpoint,
            compression: self.compression,
        }
    }
}

impl Sender {
    pub(super) fn compress(&self, message: Vec<u8>) -> std::io::Result<Bytes> {
        let compressed = match self.compression {
            Compression::None => message,
            Compression::Gzip => {
                let mut encoder =
                    flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
                std::io::Write::write_all(&mut encoder, &message)?;
                encoder.finish()?
            }
            Compression::Zstd => zstd::bulk::compress(&message, 0)?,
        };
        Ok(compressed.into())
    }

    pub(super) async fn attempt(&self, body: Bytes) -> Result<Bytes, Refusal> {
        let request = Request::post(&self.endpoint).body(body);
        let mut request = request.map_err(|error| Refusal {
            retry: Retry::Never,
            message: error.to_string(),
        })?;
        *request.headers_mut() = self.headers.clone();
        let answer = send(self.client.clone(), request).await;
        // There was no answer that could be read. The endpoint may be back before the deadline.
        let answer = answer.map_err(|error| Refusal {
            retry: Retry::Later,
            message: send::describe(error.as_ref()),
        })?;
        if answer.status().is_success() {
            return Ok(answer.into_body());
        }
        Err(Refusal {
            retry: retry(answer.status().as_u16(), answer.headers()),
            message: format!("HTTP {}", answer.status()),
        })
    }
}

/// The statuses that OTLP names as worth another try.
fn retry(status: u16, headers: &HeaderMap) -> Retry {
    match status {
        429 | 503 => {
            let after = headers
                .get(RETRY_AFTER)
                .and_then(|value| value.to_str().ok());
            let after = after.and_then(|value| retry_after(value, SystemTime::now()));
            after.map_or(Retry::Later, |after| {
                Retry::After(after.min(send::LONGEST_WAIT))
            })
        }
        502 | 504 => Retry::Later,
        _ => Retry::Never,
    }
}

/// Seconds, or a date.
fn retry_after(value: &str, now: SystemTime) -> Option<Duration> {
    let value = value.trim();
    if let Ok(seconds) = value.parse() {
        return Some(Duration::from_secs(seconds));
    }
    let date = httpdate::parse_http_date(value).ok()?;
    Some(date.duration_since(now).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use std::time::UNIX_EPOCH;

    use super::*;

    #[test]
    fn statuses_are_retried_as_the_protocol_says() {
        let none = HeaderMap::new();
        for status in 300..600 {
            let expected = match status {
                429 | 502 | 503 | 504 => Retry::Later,
                _ => Retry::Never,
            };
            assert_eq!(retry(status, &none), expected, "{status}");
        }
        let mut headers = HeaderMap::new();
        headers.insert(RETRY_AFTER, HeaderValue::from_static("7"));
        assert_eq!(retry(429, &headers), Retry::After(Duration::from_secs(7)));
        assert_eq!(retry(400, &headers), Retry::Never);
        headers.insert(RETRY_AFTER, HeaderValue::from_static("99999999"));
        assert_eq!(retry(503, &headers), Retry::After(send::LONGEST_WAIT));
    }

    #[test]
    fn retry_after_is_seconds_or_a_date() {
        let now = UNIX_EPOCH + Duration::from_secs(784_111_777 - 30);
        let seconds = |value| retry_after(value, now).map(|after| after.as_secs());
        assert_eq!(seconds(" 120 "), Some(120));
        assert_eq!(seconds("Sun, 06 Nov 1994 08:49:37 GMT"), Some(30));
        assert_eq!(seconds("Sun, 06 Nov 1994 08:49:00 GMT"), Some(0));
        assert_eq!(seconds("soon"), None);
        assert_eq!(seconds("-1"), None);
    }
}
