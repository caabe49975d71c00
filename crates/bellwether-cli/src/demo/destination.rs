//! Where the fleet sends to if not to a Collector of the demo's own: `--to`.
//!
//! The other variables of OTLP (headers, certificates, compression) are then in force as they are for any service.

use super::arguments::Arguments;
use crate::exit::Failure;

/// An endpoint that takes OTLP.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Destination {
    endpoint: String,
}

/// The variable of OpenTelemetry.
const VARIABLE: &str = "OTEL_EXPORTER_OTLP_ENDPOINT";

impl Destination {
    /// What `--to` says; without a value, what the environment says. `None` without `--to`.
    pub(super) fn of(arguments: &Arguments) -> Result<Option<Self>, Failure> {
        let Some(given) = &arguments.to else {
            return Ok(None);
        };
        let endpoint = if given.is_empty() {
            std::env::var(VARIABLE).unwrap_or_default()
        } else {
            given.clone()
        };
        Self::at(endpoint).map(Some)
    }

    fn at(endpoint: String) -> Result<Self, Failure> {
        let is_url = ["http://", "https://"]
            .iter()
            .any(|scheme| endpoint.len() > scheme.len() && endpoint.starts_with(scheme));
        if is_url {
            return Ok(Self { endpoint });
        }
        Err(Failure::new(format!(
            "--to `{endpoint}`: expected a URL such as `http://127.0.0.1:4317`, or none and {VARIABLE} set"
        )))
    }

    /// The URL.
    pub(super) fn endpoint(&self) -> &str {
        &self.endpoint
    }

    /// The protocol, where the environment does not say: gRPC at its usual port, else HTTP.
    pub(super) fn protocol(&self) -> &'static str {
        if self.endpoint.trim_end_matches('/').ends_with(":4317") {
            "grpc"
        } else {
            "http/protobuf"
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Destination;

    #[test]
    fn an_endpoint_is_a_url_and_its_port_tells_the_protocol() {
        let at = |endpoint: &str| Destination::at(endpoint.to_owned());
        assert_eq!(at("http://collector:4317").unwrap().protocol(), "grpc");
        assert_eq!(at("http://collector:4317/").unwrap().protocol(), "grpc");
        let http = at("https://ingress.example/otlp").unwrap();
        assert_eq!(http.protocol(), "http/protobuf");
        for bad in ["", "collector:4317", "http://"] {
            let error = at(bad).unwrap_err().to_string();
            assert!(error.contains("--to") && error.contains("expected a URL"));
        }
    }
}
