//! Where a webhook sends to, checked at start-up.

use std::net::IpAddr;
use std::time::Duration;

use bellwether_catalog::{HeaderSource, Webhook as Definition};
use reqwest::header::{HeaderMap, HeaderName, HeaderValue};
use reqwest::{Client, Url};

use super::guard::{Guard, GuardedResolver, Network};
use crate::config::{ConfigError, Environment, Secret};

/// A webhook with everything it needs. Neither URL nor headers are ever printed: both may hold a token.
#[derive(Debug, Clone)]
pub(crate) struct Target {
    pub(super) name: String,
    pub(super) url: Secret,
    pub(super) headers: HeaderMap,
    pub(super) timeout: Duration,
    pub(super) attempts: u32,
    pub(super) sends_resolved: bool,
    pub(super) max_alerts: usize,
    pub(super) guard: Guard,
    /// The address, where the URL has one in place of a name.
    address: Option<IpAddr>,
}

impl Target {
    /// From a rule file: secrets are read from where it says.
    pub(crate) fn read(
        definition: &Definition,
        environment: &dyn Environment,
    ) -> Result<Self, ConfigError> {
        let field = format!("webhook `{}`", definition.name);
        let url = read(&definition.url, environment, &format!("{field}, url"))?;
        let mut headers = Vec::new();
        for (name, source) in &definition.headers {
            let place = format!("{field}, header `{name}`");
            headers.push((name.clone(), read(source, environment, &place)?));
        }
        Self::new(
            &field,
            definition.name.clone(),
            url,
            &headers,
            &definition.allow,
            Limits {
                timeout: Duration::from_secs(definition.timeout.into()),
                attempts: definition.attempts,
                sends_resolved: definition.send_resolved,
                max_alerts: definition.max_alerts as usize,
            },
        )
    }

    pub(crate) fn new(
        field: &str,
        name: String,
        url: Secret,
        headers: &[(String, Secret)],
        allow: &[String],
        limits: Limits,
    ) -> Result<Self, ConfigError> {
        let refused =
            |expected: &str| ConfigError::invalid(field, "[redacted]", expected.to_owned());
        let parsed = Url::parse(url.expose())
            .map_err(|_| refused("a URL such as https://pager.example/hook"))?;
        let is_plain = match parsed.scheme() {
            "https" => false,
            "http" => true,
            _ => {
                return Err(refused(
                    "a URL with https (or http, in a network of `allow`)",
                ));
            }
        };
        if !parsed.username().is_empty() || parsed.password().is_some() {
            return Err(refused("a URL without user and password: use a header"));
        }
        let host = parsed.host_str().unwrap_or_default();
        let address: Option<IpAddr> = host.trim_matches(['[', ']']).parse().ok();
        let mut networks = Vec::new();
        for text in allow {
            networks.push(Network::parse(text).ok_or_else(|| {
                let expected = "a network such as 10.0.0.0/8";
                ConfigError::invalid(format!("{field}, allow"), text.clone(), expected)
            })?);
        }
        let target = Self {
            name,
            headers: header_map(field, headers)?,
            url,
            timeout: limits.timeout,
            attempts: limits.attempts,
            sends_resolved: limits.sends_resolved,
            max_alerts: limits.max_alerts,
            guard: Guard::new(networks, is_plain),
            address,
        };
        target.check_address().map_err(|why| {
            refused(&format!(
                "a receiver on the public internet, or in a network of `allow`: {why}"
            ))
        })?;
        Ok(target)
    }

    /// Whether the address in the URL, if there is one, may be reached.
    pub(super) fn check_address(&self) -> Result<(), String> {
        let checked = self.address.map(|address| self.guard.check(address));
        checked.unwrap_or(Ok(())).map_err(|why| why.to_string())
    }

    /// A client that reaches what the guard lets it, follows nothing and asks no proxy: one would look names up itself.
    pub(crate) fn client(&self, tls: rustls::ClientConfig) -> Result<Client, String> {
        Client::builder()
            .redirect(reqwest::redirect::Policy::none())
            .no_proxy()
            .dns_resolver(GuardedResolver(self.guard.clone()))
            .pool_max_idle_per_host(1)
            .pool_idle_timeout(Duration::from_secs(60))
            .tls_backend_preconfigured(tls)
            .build()
            .map_err(|error| error.to_string())
    }
}

/// How it is sent.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Limits {
    pub(crate) timeout: Duration,
    pub(crate) attempts: u32,
    pub(crate) sends_resolved: bool,
    pub(crate) max_alerts: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            timeout: Duration::from_secs(10),
            attempts: 5,
            sends_resolved: true,
            max_alerts: 100,
        }
    }
}

fn header_map(field: &str, headers: &[(String, Secret)]) -> Result<HeaderMap, ConfigError> {
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        let refused = || {
            let expected = "a header that HTTP can carry";
            ConfigError::invalid(format!("{field}, headers"), name.clone(), expected)
        };
        let key = HeaderName::from_bytes(name.as_bytes()).map_err(|_| refused())?;
        let mut value = HeaderValue::try_from(value.expose()).map_err(|_| refused())?;
        value.set_sensitive(true);
        map.insert(key, value);
    }
    Ok(map)
}

fn read(
    source: &HeaderSource,
    environment: &dyn Environment,
    place: &str,
) -> Result<Secret, ConfigError> {
    match source {
        HeaderSource::Literal(text) => Ok(Secret::new(text.clone())),
        HeaderSource::Environment { name, prefix } => {
            let value = environment.get(name).and_then(|raw| raw.into_string().ok());
            let value = value.filter(|value| !value.trim().is_empty());
            let missing = || {
                let expected = "an environment variable that is set";
                ConfigError::invalid(place, name.clone(), expected)
            };
            let value = value.ok_or_else(missing)?;
            Ok(Secret::new(format!("{prefix}{}", value.trim())))
        }
        HeaderSource::File { path, prefix } => {
            let value = std::fs::read_to_string(path).map_err(|error| {
                ConfigError::invalid(place, path.clone(), format!("a readable file ({error})"))
            })?;
            Ok(Secret::new(format!("{prefix}{}", value.trim())))
        }
    }
}
