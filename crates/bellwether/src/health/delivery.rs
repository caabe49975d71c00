//! Bellwether's own delivery as a component: whether what is recorded arrives.

use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::status::CheckResult;
use crate::export::{DeliveryReport, SignalDelivery};

/// How long a loss is told.
const TOLD_FOR: Duration = Duration::from_secs(60);

/// Degraded for a minute after something was lost. Never worse: the service works without its telemetry.
#[derive(Default)]
pub(crate) struct DeliveryCheck(Mutex<Seen>);

#[derive(Default)]
struct Seen {
    lost: u64,
    at: Option<Instant>,
}

impl DeliveryCheck {
    pub(crate) fn check(&self, report: &DeliveryReport) -> CheckResult {
        let signals = [
            ("traces", report.traces),
            ("metrics", report.metrics),
            ("logs", report.logs),
        ];
        let lost: u64 = signals.iter().map(|(_, counts)| lost(counts)).sum();
        let recently = {
            let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            if lost > seen.lost {
                seen.at = Some(Instant::now());
            }
            seen.lost = lost;
            seen.at.is_some_and(|at| at.elapsed() < TOLD_FOR)
        };
        let found = if recently {
            CheckResult::degraded(format!(
                "telemetry was lost in the last minute; {lost} items since the start"
            ))
        } else {
            CheckResult::healthy()
        };
        signals.into_iter().fold(found, |found, (signal, counts)| {
            let SignalDelivery {
                sent,
                failed,
                dropped,
                waiting,
                ..
            } = counts;
            let counts = serde_json::json!({
                "sent": sent, "failed": failed, "dropped": dropped, "waiting": waiting
            });
            found.with(signal, counts)
        })
    }
}

fn lost(counts: &SignalDelivery) -> u64 {
    counts.failed + counts.dropped
}
