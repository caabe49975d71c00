//! The recorder of what the business counts: items, users, money, models, and figures of its own.

use std::fmt;
use std::sync::Arc;

use super::held::{Held, recorder};
use crate::metrics::generated::business::BUSINESS_THROUGHPUT_ITEMS_PER_SECOND;
use crate::metrics::generated::labels::{Kpi, Model, Operation, Service};
use crate::metrics::generated::recorder_metrics::KpiMetrics;
use crate::metrics::{Holder, IntoLabel, Metrics, Rate, RecorderMetrics};

recorder! {
    /// The process's recorder of business figures.
    ///
    /// Feeds `business_items_processed_total` and `business_throughput_items_per_second` by `operation`,
    /// `business_kpi_value` and `business_kpi_total` by `kpi`, `business_active_users`,
    /// `business_billable_operations_total{operation}`, `business_job_cost_dollars` and
    /// `business_resource_efficiency_percent` by `service`, and `model_downloads_total`, `model_cache_hits_total` and
    /// `model_cache_misses_total` by `model`. They are meant to be collected every five minutes. Values that are not numbers
    /// are left out.
    ///
    /// ```
    /// use bellwether::metrics;
    ///
    /// let kpis = metrics::kpi();
    /// kpis.items("render", 24);
    /// kpis.set("backlog_days", 1.5);
    /// kpis.add("revenue_dollars", 12.0);
    /// kpis.active_users(310); // how many, never who
    /// ```
    kpi, Families => Kpis
}

struct Families {
    series: KpiMetrics,
    throughput: Option<Arc<Rate<Operation>>>,
    _told: Option<Arc<Holder>>,
}

impl RecorderMetrics for Families {
    fn new(metrics: &Metrics) -> Self {
        let definition = &BUSINESS_THROUGHPUT_ITEMS_PER_SECOND;
        let throughput = Arc::new(Rate::new(definition));
        let told = metrics.observed_gauge(definition, Arc::clone(&throughput) as _);
        Self {
            series: KpiMetrics::new(metrics),
            throughput: told.is_some().then_some(throughput),
            _told: told,
        }
    }
}

impl fmt::Debug for Families {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.series.fmt(f)
    }
}

/// The recorder of business figures, from [`kpi`].
///
/// ```
/// let kpis = bellwether::metrics::kpi();
/// kpis.items("render", 1);
/// ```
#[derive(Debug, Clone)]
pub struct Kpis(Held<Families>);

impl Kpis {
    fn new(families: Held<Families>) -> Self {
        Self(families)
    }

    /// So many items were processed: counted, and per second over the last minute.
    ///
    /// ```
    /// bellwether::metrics::kpi().items("render", 24);
    /// ```
    pub fn items(&self, operation: impl IntoLabel<Operation>, count: u64) {
        let operation = operation.into_label();
        let Families {
            series, throughput, ..
        } = &*self.0;
        series.business_items_processed_total.add(count, operation);
        if let Some(throughput) = throughput {
            throughput.add(count, operation);
        }
    }

    /// A figure that is set: `business_kpi_value`.
    ///
    /// ```
    /// bellwether::metrics::kpi().set("backlog_days", 1.5);
    /// ```
    pub fn set(&self, kpi: impl IntoLabel<Kpi>, value: f64) {
        if value.is_finite() {
            let values = &self.0.series.business_kpi_value;
            values.set(value, kpi.into_label());
        }
    }

    /// A figure that is counted up: `business_kpi_total`. What is below zero is left out.
    ///
    /// ```
    /// bellwether::metrics::kpi().add("revenue_dollars", 12.0);
    /// ```
    pub fn add(&self, kpi: impl IntoLabel<Kpi>, value: f64) {
        if value.is_finite() && value >= 0.0 {
            let totals = &self.0.series.business_kpi_total;
            totals.add(value, kpi.into_label());
        }
    }

    /// So many users are active now.
    ///
    /// ```
    /// bellwether::metrics::kpi().active_users(310);
    /// ```
    pub fn active_users(&self, count: i64) {
        self.0.series.business_active_users.set(count, ());
    }

    /// Operations that can be billed.
    ///
    /// ```
    /// bellwether::metrics::kpi().billable("render", 1);
    /// ```
    pub fn billable(&self, operation: impl IntoLabel<Operation>, count: u64) {
        let billable = &self.0.series.business_billable_operations_total;
        billable.add(count, operation.into_label());
    }

    /// What one job cost, in dollars.
    ///
    /// ```
    /// bellwether::metrics::kpi().job_cost("render", 0.12);
    /// ```
    pub fn job_cost(&self, service: impl IntoLabel<Service>, dollars: f64) {
        if dollars.is_finite() && dollars >= 0.0 {
            let costs = &self.0.series.business_job_cost_dollars;
            costs.record(dollars, service.into_label());
        }
    }

    /// Share of the machine time that went into completed jobs, 0 to 100.
    ///
    /// ```
    /// bellwether::metrics::kpi().efficiency("render", 82.5);
    /// ```
    pub fn efficiency(&self, service: impl IntoLabel<Service>, percent: f64) {
        if percent.is_finite() {
            let efficiency = &self.0.series.business_resource_efficiency_percent;
            efficiency.set(percent, service.into_label());
        }
    }

    /// A model was downloaded.
    ///
    /// ```
    /// bellwether::metrics::kpi().model_downloaded("llama-3-8b");
    /// ```
    pub fn model_downloaded(&self, model: impl IntoLabel<Model>) {
        let downloads = &self.0.series.model_downloads_total;
        downloads.add(1, model.into_label());
    }

    /// A model was in the local cache.
    ///
    /// ```
    /// bellwether::metrics::kpi().model_cache_hit("llama-3-8b");
    /// ```
    pub fn model_cache_hit(&self, model: impl IntoLabel<Model>) {
        let hits = &self.0.series.model_cache_hits_total;
        hits.add(1, model.into_label());
    }

    /// A model was not in the local cache.
    ///
    /// ```
    /// bellwether::metrics::kpi().model_cache_miss("llama-3-8b");
    /// ```
    pub fn model_cache_miss(&self, model: impl IntoLabel<Model>) {
        let misses = &self.0.series.model_cache_misses_total;
        misses.add(1, model.into_label());
    }
}
