//! The HTTP endpoint, and checks of health.

use std::net::{IpAddr, Ipv4Addr};
use std::time::Duration;

use super::time;
use crate::config::error::ConfigError;
use crate::config::overrides::Overrides;
use crate::config::parse;
use crate::config::reader::{Reader, check_code};
use crate::config::setting::{Origin, Setting};
use crate::config::settings::{EndpointSettings, HealthSettings};

/// As the monitoring contract has it.
const PORT: u16 = 9090;
/// As the monitoring contract has it.
const CHECK_TIMEOUT: Duration = Duration::from_secs(5);
/// This machine only: metrics and health tell much about a service.
const HOST: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);

pub(super) fn resolve(
    reader: Reader<'_>,
    code: &Overrides,
) -> Result<EndpointSettings, ConfigError> {
    check_code("metrics_path", code.metrics_path.as_ref(), |path| {
        parse::endpoint_path(path).map(drop)
    })?;
    let port = reader.setting(
        code.metrics_port,
        &["METRICS_PORT"],
        parse::listen_port,
        PORT,
    )?;
    // A port that nobody chose is no reason to listen: two services on one machine would fight for it.
    let enabled = match code.metrics_endpoint {
        Some(enabled) => Setting::new(enabled, Origin::Code),
        None => Setting::new(port.origin() != Origin::Default, port.origin()),
    };
    Ok(EndpointSettings {
        enabled,
        host: reader.setting(
            code.metrics_host,
            &["BELLWETHER_METRICS_HOST"],
            parse::listen_host,
            HOST,
        )?,
        port,
        path: reader.setting(
            code.metrics_path.clone(),
            &["BELLWETHER_METRICS_PATH"],
            parse::endpoint_path,
            "/metrics".to_owned(),
        )?,
    })
}

pub(super) fn health(reader: Reader<'_>, code: &Overrides) -> Result<HealthSettings, ConfigError> {
    Ok(HealthSettings {
        enabled: reader.setting(
            code.health_checks,
            &["HEALTH_CHECK_ENABLED"],
            parse::boolean,
            true,
        )?,
        timeout: time(
            reader,
            "health_check_timeout",
            code.health_check_timeout,
            &["HEALTH_CHECK_TIMEOUT"],
            parse::milliseconds,
            CHECK_TIMEOUT,
        )?,
    })
}
