//! Metrics that nobody in the fleet sends: of the host, and rates, errors and durations that the Collector computes
//! from the spans.

use std::collections::BTreeMap;

use super::shown;
use crate::demo::forwarded::{Forwarded, Point};

/// The newest values of the host. A line for each part that came; what did not is said.
pub(crate) fn host(forwarded: &Forwarded) -> String {
    let sum_where = |metric: &str, key: &str, value: &str| {
        let mut points = forwarded
            .points(metric)
            .filter(|p| p.attributes.get(key).is_some_and(|v| v == value))
            .peekable();
        points.peek()?;
        Some(points.map(|p| p.value).sum::<f64>())
    };
    let cpu = {
        let of_state = |is_idle: bool| -> Vec<f64> {
            forwarded
                .points("system.cpu.utilization")
                .filter(|p| {
                    (p.attributes.get("state").map(String::as_str) == Some("idle")) == is_idle
                })
                .map(|p| p.value)
                .collect()
        };
        let idle = of_state(true);
        let busy: f64 = of_state(false).iter().sum();
        // One series for each logical processor, or one for all of them.
        (!idle.is_empty()).then(|| format!("{:.0} % busy", 100.0 * busy / idle.len() as f64))
    };
    let memory = sum_where("system.memory.usage", "state", "used").map(|used| {
        let share = sum_where("system.memory.utilization", "state", "used")
            .map_or_else(String::new, |share| format!(" ({:.0} %)", 100.0 * share));
        format!("{} used{share}", bytes(used))
    });
    let both = |metric: &str, one: &str, other: &str| {
        let a = sum_where(metric, "direction", one)?;
        let b = sum_where(metric, "direction", other)?;
        Some(format!(
            "{} {one}, {} {other} since boot",
            bytes(a),
            bytes(b)
        ))
    };
    let rows = [
        ("cpu", "system.cpu.utilization", cpu),
        ("memory", "system.memory.usage", memory),
        (
            "disk",
            "system.disk.io",
            both("system.disk.io", "read", "write"),
        ),
        (
            "network",
            "system.network.io",
            both("system.network.io", "receive", "transmit"),
        ),
    ];
    rows.iter()
        .map(|(part, metric, value)| {
            let value = value.as_deref().unwrap_or("not seen yet");
            format!("  {part:<9}{metric:<26}{value}")
        })
        .collect::<Vec<_>>()
        .join("\n")
}

/// One service, as the Collector's connectors see it.
#[derive(Default)]
struct Red {
    calls: f64,
    errors: f64,
    seconds: f64,
    timed: u64,
    error_logs: f64,
}

/// Rate, errors, duration by service from `traces.span.metrics`, error records from `error_log_count`.
pub(crate) fn red(forwarded: &Forwarded) -> String {
    let mut by_service: BTreeMap<&str, Red> = BTreeMap::new();
    for point in forwarded.points("traces.span.metrics.calls") {
        let red = by_service.entry(service(point)).or_default();
        red.calls += point.value;
        let code = point.attributes.get("status.code");
        if code.is_some_and(|code| code.contains("ERROR")) {
            red.errors += point.value;
        }
    }
    for point in forwarded.points("traces.span.metrics.duration") {
        let red = by_service.entry(service(point)).or_default();
        red.seconds += point.value;
        red.timed += point.count;
    }
    for point in forwarded.points("error_log_count") {
        by_service.entry(service(point)).or_default().error_logs += point.value;
    }
    if by_service.is_empty() {
        return "  not seen yet".to_owned();
    }
    let mut lines = vec![format!(
        "  {:<16}{:>8}{:>8}{:>16}{:>15}",
        "service", "spans", "errors", "mean duration", "error records"
    )];
    for (service, red) in by_service {
        #[allow(clippy::cast_sign_loss)] // durations
        let mean = (red.seconds / red.timed.max(1) as f64 * 1e9) as u64;
        lines.push(format!(
            "  {service:<16}{:>8}{:>8}{:>16}{:>15}",
            red.calls,
            red.errors,
            shown(mean),
            red.error_logs
        ));
    }
    lines.join("\n")
}

/// How many spans the Collector has counted.
pub(crate) fn calls(forwarded: &Forwarded) -> f64 {
    let points = forwarded.points("traces.span.metrics.calls");
    points.map(|point| point.value).sum()
}

/// The connector names the service on the point; the resource may name it too.
fn service(point: &Point) -> &str {
    point
        .attributes
        .get("service.name")
        .map_or(point.service.as_str(), String::as_str)
}

fn bytes(value: f64) -> String {
    const UNITS: [&str; 5] = ["B", "KiB", "MiB", "GiB", "TiB"];
    let mut value = value;
    let mut unit = 0;
    while value >= 1024.0 && unit + 1 < UNITS.len() {
        value /= 1024.0;
        unit += 1;
    }
    format!("{value:.1} {}", UNITS[unit])
}

#[cfg(test)]
mod tests {
    use super::bytes;

    #[test]
    fn bytes_are_readable() {
        assert_eq!(bytes(0.0), "0.0 B");
        assert_eq!(bytes(1536.0), "1.5 KiB");
        assert_eq!(bytes(1e30).split(' ').next_back(), Some("TiB"));
    }
}
