//! Health and the HTTP endpoint of a running telemetry.

use std::net::TcpListener;
use std::sync::Arc;
use std::time::Duration;

use opentelemetry::metrics::MeterProvider;

use super::running::Counts;
use crate::config::Settings;
use crate::endpoint::{self, Server};
use crate::error::Error;
use crate::health::{self, CheckResult, Criticality, DeliveryCheck, HealthRegistry};
use crate::metrics::{Collector, GuardedMeters};

/// The longest that answers under way hold up the end.
const DRAIN: Duration = Duration::from_secs(5);

/// Listens where the endpoint is asked for: before anything is started, so that a port that is taken costs nothing.
pub(super) fn bind(settings: &Settings) -> Result<Option<TcpListener>, Error> {
    if !*settings.endpoint.enabled {
        return Ok(None);
    }
    Ok(Some(endpoint::bind(&settings.endpoint)?))
}

/// Watches health, and serves where it listens.
pub(super) fn start(
    listener: Option<TcpListener>,
    settings: &Settings,
    collector: &Collector,
    meters: &GuardedMeters,
    counts: &Arc<Counts>,
) -> Result<(HealthRegistry, Option<Arc<Server>>), Error> {
    let health = watch_health(settings, collector, meters, counts)?;
    let Some(listener) = listener else {
        return Ok((health, None));
    };
    let collector = settings.metrics.enabled.then(|| collector.clone());
    let router = endpoint::router(&settings.endpoint.path, &health, collector);
    let server = Server::start(listener, router)?;
    Ok((health, Some(Arc::new(server))))
}

/// Health as the settings have it, without a component.
pub(super) fn registry(settings: &Settings) -> HealthRegistry {
    HealthRegistry::with(
        *settings.health.enabled,
        *settings.health.timeout,
        settings.identity.service_version.get().as_deref(),
    )
}

/// Health with its metric, its figures, and Bellwether's own component.
fn watch_health(
    settings: &Settings,
    collector: &Collector,
    meters: &GuardedMeters,
    counts: &Arc<Counts>,
) -> Result<HealthRegistry, Error> {
    let registry = registry(settings);
    if *settings.metrics.enabled {
        registry.read_vitals_from(collector);
        health::observe(&meters.meter("bellwether"), &registry);
    }
    let weak = Arc::downgrade(counts);
    let delivery = Arc::new(DeliveryCheck::default());
    registry.add(health::OWN.to_owned(), Criticality::Optional, move || {
        let found = weak.upgrade().map_or_else(
            || CheckResult::unhealthy("telemetry has been shut down"),
            |counts| delivery.check(&counts.report()),
        );
        std::future::ready(found)
    })?;
    Ok(registry)
}

/// Half the time at most: a client that reads slowly must not make the end of telemetry late.
pub(super) fn end_server(server: Option<&Server>, within: Duration) {
    if let Some(server) = server {
        server.end((within / 2).min(DRAIN));
    }
}
