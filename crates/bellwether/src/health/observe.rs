//! Health as a metric.

use opentelemetry::KeyValue;
use opentelemetry::metrics::Meter;

use super::registry::HealthRegistry;
use crate::metrics::generated::bellwether::BELLWETHER_HEALTH_STATUS;

/// Registers `bellwether_health_status{component}`. The callback runs under the SDK's collection lock, so it tells what is
/// known and starts checks for the next collection.
pub(crate) fn observe(meter: &Meter, health: &HealthRegistry) {
    let weak = health.downgrade();
    let _ = meter
        .f64_observable_gauge(BELLWETHER_HEALTH_STATUS.name)
        .with_unit(BELLWETHER_HEALTH_STATUS.unit)
        .with_description(BELLWETHER_HEALTH_STATUS.description)
        .with_callback(move |observer| {
            let Some(health) = weak.upgrade() else { return };
            for (component, status) in health.last_statuses() {
                observer.observe(status.value(), &[KeyValue::new("component", component)]);
            }
        })
        .build();
}
