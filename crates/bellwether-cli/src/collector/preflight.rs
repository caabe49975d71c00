//! What the Collector would only notice after its start, or never.
//!
//! It turns an unset variable into an empty string: `Authorization: Bearer ` is a valid header to it, and Dash0's
//! answer, 401, is an error that it does not try again, so what was queued is gone. Hence the look at the variables of
//! the chosen layers before. YAML cannot choose between two names either; what may be written in two ways comes out
//! here under the one name that the layer reads.

use std::collections::BTreeMap;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;

use super::error::Error;
use super::layers::{Layer, Layers};

/// Variables by name.
pub(crate) type Variables = BTreeMap<String, String>;

/// Dash0's own name first, then the one of the machine contract.
const TOKENS: [&str; 2] = ["DASH0_AUTH_TOKEN", "DASH0_API_TOKEN"];
const GRPC_HOSTNAME: &str = "DASH0_ENDPOINT_OTLP_GRPC_HOSTNAME";
const GRPC_PORT: &str = "DASH0_ENDPOINT_OTLP_GRPC_PORT";
const ENDPOINT: &str = "DASH0_OTLP_ENDPOINT";
const DEFAULT_GRPC_PORT: u16 = 4317;

/// Checks what the layers read and gives the variables to set on top of those of the environment.
pub(crate) fn check(layers: &Layers, environment: &Variables) -> Result<Variables, Error> {
    let mut set = Variables::new();
    identity(environment)?;
    if layers.contains(Layer::Dash0) {
        dash0(environment, &mut set)?;
    }
    if layers.contains(Layer::GrafanaCloud) {
        grafana_cloud(environment, &mut set)?;
    }
    Ok(set)
}

/// Variables that pass [`check`] for any set of layers, for looking at configurations without using them.
pub(super) fn placeholders() -> Variables {
    let names = [
        "DASH0_AUTH_TOKEN",
        "GRAFANA_CLOUD_INSTANCE_ID",
        "GRAFANA_CLOUD_API_KEY",
    ];
    names
        .map(|name| (name.to_owned(), "placeholder".to_owned()))
        .into()
}

fn non_empty<'a>(environment: &'a Variables, name: &str) -> Option<&'a str> {
    environment
        .get(name)
        .map(|value| value.trim())
        .filter(|value| !value.is_empty())
}

/// These two become text within a statement of the base layer.
fn identity(environment: &Variables) -> Result<(), Error> {
    for variable in ["MACHINE_ID", "RAILWAY_ENVIRONMENT"] {
        let Some(value) = environment.get(variable) else {
            continue;
        };
        if value
            .chars()
            .any(|c| c.is_control() || matches!(c, '"' | '\\' | '$'))
        {
            return Err(Error::Variable {
                layer: "base",
                variable,
                value: format!("{value:?}"),
                expected: "text without quotation marks, backslashes, dollar signs and control characters",
            });
        }
    }
    Ok(())
}

fn dash0(environment: &Variables, set: &mut Variables) -> Result<(), Error> {
    let layer = Layer::Dash0.name();
    let Some(token) = TOKENS.iter().find_map(|name| non_empty(environment, name)) else {
        return Err(Error::Variable {
            layer,
            variable: TOKENS[0],
            value: "unset or empty, and so is DASH0_API_TOKEN".to_owned(),
            expected: "an ingesting token of Dash0 in one of the two; without one Dash0 refuses everything for good",
        });
    };
    if !token.bytes().all(|b| b.is_ascii_graphic() && b != b'$') {
        return Err(Error::Variable {
            layer,
            variable: TOKENS[0],
            value: "not a token (it is not shown)".to_owned(),
            expected: "the token alone, in it or in DASH0_API_TOKEN: visible ASCII characters without spaces, dollar signs and Bearer",
        });
    }
    set.insert(TOKENS[0].to_owned(), token.to_owned());

    let (variable, text) = if let Some(host) = non_empty(environment, GRPC_HOSTNAME) {
        (GRPC_HOSTNAME, host)
    } else if let Some(endpoint) = non_empty(environment, ENDPOINT) {
        (ENDPOINT, endpoint)
    } else {
        return Ok(());
    };
    let (host, port) = grpc_address(text).map_err(|expected| Error::Variable {
        layer,
        variable,
        value: format!("{text:?}"),
        expected,
    })?;
    set.insert(GRPC_HOSTNAME.to_owned(), host);
    let named_port = non_empty(environment, GRPC_PORT);
    if named_port.is_none() || port.is_some() {
        set.insert(
            GRPC_PORT.to_owned(),
            port.unwrap_or(DEFAULT_GRPC_PORT).to_string(),
        );
    }
    Ok(())
}

/// Host and port of Dash0's OTLP/gRPC from an address with or without scheme, port and the path of a signal.
///
/// Dash0's addresses for OTLP/HTTP have the same host; the layer speaks gRPC, so the path goes.
fn grpc_address(text: &str) -> Result<(String, Option<u16>), &'static str> {
    let (scheme, rest) = text
        .split_once("://")
        .map_or((None, text), |(s, rest)| (Some(s), rest));
    if scheme.is_some_and(|scheme| !scheme.eq_ignore_ascii_case("https")) {
        return Err("https:// or no scheme: the token would cross the network in clear text");
    }
    let (authority, path) = rest.split_once('/').unwrap_or((rest, ""));
    if !matches!(
        path.trim_end_matches('/'),
        "" | "v1/traces" | "v1/metrics" | "v1/logs"
    ) {
        return Err("an address without a path");
    }
    let (host, port) = match authority.rsplit_once(':') {
        Some((host, port)) => {
            let port = port.parse::<u16>().ok().filter(|port| *port != 0);
            (host, Some(port.ok_or("a port from 1 to 65535")?))
        }
        None => (authority, None),
    };
    if matches!(port, Some(443 | 4318)) {
        return Err("the port of OTLP/gRPC, 4317 at Dash0, or none");
    }
    let is_name = !host.is_empty()
        && host
            .bytes()
            .all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_'));
    if !is_name {
        return Err("a host name such as ingress.eu-west-1.aws.dash0.com");
    }
    Ok((host.to_owned(), port))
}

fn grafana_cloud(environment: &Variables, set: &mut Variables) -> Result<(), Error> {
    const BASIC: &str = "GRAFANA_CLOUD_BASIC_AUTH";
    if non_empty(environment, BASIC).is_some() {
        return Ok(());
    }
    let layer = Layer::GrafanaCloud.name();
    let part = |variable: &'static str, expected| {
        non_empty(environment, variable).ok_or(Error::Variable {
            layer,
            variable,
            value: "unset or empty, and so is GRAFANA_CLOUD_BASIC_AUTH".to_owned(),
            expected,
        })
    };
    let instance = part("GRAFANA_CLOUD_INSTANCE_ID", "the instance ID of the stack")?;
    let key = part(
        "GRAFANA_CLOUD_API_KEY",
        "an access policy token that may write",
    )?;
    set.insert(
        BASIC.to_owned(),
        BASE64_STANDARD.encode(format!("{instance}:{key}")),
    );
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{Variables, check, grpc_address};
    use crate::collector::layers::Layers;

    fn variables(pairs: &[(&str, &str)]) -> Variables {
        pairs
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect()
    }

    fn dash0(pairs: &[(&str, &str)]) -> Result<Variables, String> {
        let layers = Layers::parse(&["dash0"]).unwrap();
        check(&layers, &variables(pairs)).map_err(|error| error.to_string())
    }

    #[test]
    fn dash0_without_a_token_is_refused_and_both_names_are_said() {
        for pairs in [
            &[][..],
            &[("DASH0_AUTH_TOKEN", "  "), ("DASH0_API_TOKEN", "")],
        ] {
            let message = dash0(pairs).unwrap_err();
            assert!(message.contains("DASH0_AUTH_TOKEN"), "{message}");
            assert!(message.contains("DASH0_API_TOKEN"), "{message}");
        }
    }

    #[test]
    fn a_broken_token_is_refused_and_not_shown() {
        let message = dash0(&[("DASH0_API_TOKEN", "Bearer hunter2")]).unwrap_err();
        assert!(!message.contains("hunter2"), "{message}");
    }

    #[test]
    fn both_spellings_end_under_one_name() {
        let set = dash0(&[
            ("DASH0_API_TOKEN", "t"),
            ("DASH0_OTLP_ENDPOINT", "https://h.dash0.com"),
        ])
        .unwrap();
        assert_eq!(set["DASH0_AUTH_TOKEN"], "t");
        assert_eq!(set["DASH0_ENDPOINT_OTLP_GRPC_HOSTNAME"], "h.dash0.com");
        assert_eq!(set["DASH0_ENDPOINT_OTLP_GRPC_PORT"], "4317");
    }

    #[test]
    fn dash0s_own_names_win() {
        let set = dash0(&[
            ("DASH0_AUTH_TOKEN", "own"),
            ("DASH0_API_TOKEN", "other"),
            ("DASH0_ENDPOINT_OTLP_GRPC_HOSTNAME", "own.dash0.com"),
            ("DASH0_ENDPOINT_OTLP_GRPC_PORT", "4444"),
            ("DASH0_OTLP_ENDPOINT", "https://other.dash0.com"),
        ])
        .unwrap();
        assert_eq!(set["DASH0_AUTH_TOKEN"], "own");
        assert_eq!(set["DASH0_ENDPOINT_OTLP_GRPC_HOSTNAME"], "own.dash0.com");
        // Left as it is in the environment.
        assert!(!set.contains_key("DASH0_ENDPOINT_OTLP_GRPC_PORT"));
    }

    #[test]
    fn addresses_are_brought_to_host_and_port() {
        let host = || "h.dash0.com".to_owned();
        let good = [
            ("h.dash0.com", None),
            ("h.dash0.com:4317", Some(4317)),
            ("https://h.dash0.com", None),
            ("HTTPS://h.dash0.com:5000/", Some(5000)),
            ("https://h.dash0.com/v1/metrics", None),
        ];
        for (text, port) in good {
            assert_eq!(grpc_address(text), Ok((host(), port)), "{text}");
        }
        let bad = [
            "http://h.dash0.com",
            "https://h.dash0.com/api",
            "h.dash0.com:0",
            "h.dash0.com:99999",
            "h.dash0.com:4318",
            "https://",
            "a b",
        ];
        for text in bad {
            assert!(grpc_address(text).is_err(), "{text}");
        }
    }

    #[test]
    fn what_would_break_a_statement_is_refused() {
        let layers = Layers::parse(&["local"]).unwrap();
        for value in ["a\"b", "a\\b", "a\nb", "${env:HOME}"] {
            let message = check(&layers, &variables(&[("MACHINE_ID", value)]))
                .unwrap_err()
                .to_string();
            assert!(message.contains("MACHINE_ID"), "{message}");
        }
        assert!(check(&layers, &variables(&[("MACHINE_ID", "gpu-7/a")])).is_ok());
    }

    #[test]
    fn grafana_clouds_header_is_made() {
        let layers = Layers::parse(&["grafana-cloud"]).unwrap();
        assert!(check(&layers, &Variables::new()).is_err());
        let pairs = [
            ("GRAFANA_CLOUD_INSTANCE_ID", "12"),
            ("GRAFANA_CLOUD_API_KEY", "glc_x"),
        ];
        let set = check(&layers, &variables(&pairs)).unwrap();
        assert_eq!(set["GRAFANA_CLOUD_BASIC_AUTH"], "MTI6Z2xjX3g=");
    }
}
