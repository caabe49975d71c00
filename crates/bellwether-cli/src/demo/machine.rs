//! What jobs cost, and how much of the machine's time went into those that completed.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use bellwether::metrics;

/// Dollars for an hour of one slot. Nobody pays them.
const DOLLARS_AN_HOUR: f64 = 0.36;

/// The machine behind a worker's slots.
#[derive(Debug)]
pub(super) struct Machine {
    slots: u32,
    began: Instant,
    /// Time that went into completed jobs, by service.
    completed: Mutex<BTreeMap<String, Duration>>,
}

impl Machine {
    pub(super) fn new(slots: usize) -> Self {
        Self {
            slots: u32::try_from(slots).unwrap_or(u32::MAX),
            began: Instant::now(),
            completed: Mutex::default(),
        }
    }

    /// A job of this service took so long.
    pub(super) fn took(&self, service: &str, time: Duration, is_completed: bool) {
        let kpis = metrics::kpi();
        kpis.job_cost(service, time.as_secs_f64() / 3_600.0 * DOLLARS_AN_HOUR);
        if !is_completed {
            return;
        }
        kpis.billable(service, 1);
        let mut completed = self
            .completed
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let total = completed.entry(service.to_owned()).or_default();
        *total += time;
        kpis.efficiency(service, percent(*total, self.began.elapsed() * self.slots));
    }
}

fn percent(part: Duration, whole: Duration) -> f64 {
    if whole.is_zero() {
        return 0.0;
    }
    (part.as_secs_f64() / whole.as_secs_f64() * 100.0).min(100.0)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::percent;

    #[test]
    fn efficiency_is_a_share() {
        let second = Duration::from_secs(1);
        assert!((percent(second, second * 4) - 25.0).abs() < 1e-9);
        assert!((percent(second, Duration::ZERO)).abs() < 1e-9);
    }
}
