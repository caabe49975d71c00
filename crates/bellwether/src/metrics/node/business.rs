//! Counters and KPIs of the service.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Instant;

use super::snapshot::BusinessSnapshot;
use crate::metrics::generated::labels::{Kpi, Operation};
use crate::metrics::generated::recorder_metrics::KpiMetrics;
use crate::metrics::label::Label;
use crate::metrics::{IntoLabel, Metrics};

/// Business figures, from [`NodeMetrics::business`](super::NodeMetrics::business). A clone is the same.
///
/// They are metrics, `business_items_processed_total`, `business_throughput_items_per_second`, `business_kpi_total` and
/// `business_kpi_value`, and part of each snapshot. At most 64 KPIs have a name, later ones are `_other`.
///
/// ```
/// use bellwether::metrics::node::Business;
/// fn booked(business: &Business, items: u64, revenue: f64) {
///     business.items_processed("booking", items);
///     business.increment("revenue", revenue);
///     business.set("open_bookings", 12.0);
/// }
/// ```
#[derive(Clone)]
pub struct Business(Arc<Shared>);

struct Shared {
    series: Arc<KpiMetrics>,
    figures: Mutex<Figures>,
}

/// Bounded by the labels' bounds.
struct Figures {
    items: BTreeMap<&'static str, Items>,
    counters: BTreeMap<&'static str, f64>,
    kpis: BTreeMap<&'static str, f64>,
    read: Instant,
}

struct Items {
    operation: Operation,
    total: u64,
    at_reading: u64,
}

impl Business {
    pub(super) fn new(metrics: &Metrics) -> Self {
        Self(Arc::new(Shared {
            series: metrics.recorder::<KpiMetrics>(),
            figures: Mutex::new(Figures {
                items: BTreeMap::new(),
                counters: BTreeMap::new(),
                kpis: BTreeMap::new(),
                read: Instant::now(),
            }),
        }))
    }

    /// Counts items, from which the throughput between snapshots follows.
    pub fn items_processed(&self, operation: impl IntoLabel<Operation>, items: u64) {
        let operation = operation.into_label();
        self.0
            .series
            .business_items_processed_total
            .add(items, operation);
        let mut figures = self.figures();
        let known = figures
            .items
            .entry(Label::as_str(operation))
            .or_insert(Items {
                operation,
                total: 0,
                at_reading: 0,
            });
        known.total = known.total.saturating_add(items);
    }

    /// Counts a KPI up. What is negative or no number is left out.
    pub fn increment(&self, kpi: impl IntoLabel<Kpi>, by: f64) {
        if !by.is_finite() || by < 0.0 {
            return;
        }
        let kpi = kpi.into_label();
        self.0.series.business_kpi_total.add(by, kpi);
        *self
            .figures()
            .counters
            .entry(Label::as_str(kpi))
            .or_insert(0.0) += by;
    }

    /// Sets a KPI. What is no number is left out.
    pub fn set(&self, kpi: impl IntoLabel<Kpi>, value: f64) {
        if !value.is_finite() {
            return;
        }
        let kpi = kpi.into_label();
        self.0.series.business_kpi_value.set(value, kpi);
        self.figures().kpis.insert(Label::as_str(kpi), value);
    }

    /// `closes` begins the next span of time for throughput.
    pub(super) fn snapshot(&self, closes: bool) -> BusinessSnapshot {
        let mut figures = self.figures();
        let seconds = figures.read.elapsed().as_secs_f64();
        let owned = |(name, value): (&&'static str, &f64)| ((*name).to_owned(), *value);
        let mut snapshot = BusinessSnapshot {
            counters: figures.counters.iter().map(owned).collect(),
            kpis: figures.kpis.iter().map(owned).collect(),
            ..BusinessSnapshot::default()
        };
        for (name, items) in &mut figures.items {
            let since = items.total - items.at_reading;
            let throughput = if seconds > 0.0 {
                since as f64 / seconds
            } else {
                0.0
            };
            if closes {
                items.at_reading = items.total;
                self.0
                    .series
                    .business_throughput_items_per_second
                    .set(throughput, items.operation);
            }
            snapshot
                .items_processed
                .push(((*name).to_owned(), items.total));
            snapshot
                .throughput_per_second
                .push(((*name).to_owned(), throughput));
        }
        if closes {
            figures.read = Instant::now();
        }
        snapshot
    }

    fn figures(&self) -> MutexGuard<'_, Figures> {
        self.0
            .figures
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Business {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Business").finish_non_exhaustive()
    }
}
