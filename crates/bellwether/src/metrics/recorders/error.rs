//! The recorder of errors: how many, how bad, and how many a second.
//!
//! `error_rate` is told when metrics are collected: errors per second over the last minute, zero again a minute after the
//! last one.

use std::fmt;
use std::sync::Arc;

use super::held::{Held, recorder};
use crate::metrics::generated::agent::ERROR_RATE;
use crate::metrics::generated::labels::{Component, ErrorSeverity, ErrorType, OrchestratorId};
use crate::metrics::generated::recorder_metrics::ErrorMetrics;
use crate::metrics::{Cause, Holder, IntoLabel, Metrics, OpenLabel, Rate, RecorderMetrics};

recorder! {
    /// The process's recorder of errors.
    ///
    /// Feeds `error_total{component,error_type,severity}`, `error_rate{component,error_type}` in errors per second over the
    /// last minute, and `orchestrator_errors_total{orchestrator_id,error_type}`. An error that a guard ends with needs no
    /// record of its own: it is in that recorder's metrics.
    ///
    /// ```
    /// use bellwether::metrics;
    ///
    /// let errors = metrics::error().orchestrator("orch-1");
    /// if let Err(error) = "x".parse::<u8>() {
    ///     errors.record("planner", &error); // error_type="ParseIntError"
    /// }
    /// errors.record("planner", "memory_limit_exceeded");
    /// ```
    error, Families => Errors
}

struct Families {
    series: ErrorMetrics,
    rate: Option<Arc<Rate<(Component, ErrorType)>>>,
    _told: Option<Arc<Holder>>,
}

impl RecorderMetrics for Families {
    fn new(metrics: &Metrics) -> Self {
        let rate = Arc::new(Rate::new(&ERROR_RATE));
        let told = metrics.observed_gauge(&ERROR_RATE, Arc::clone(&rate) as _);
        Self {
            series: ErrorMetrics::new(metrics),
            rate: told.is_some().then_some(rate),
            _told: told,
        }
    }
}

impl fmt::Debug for Families {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.series.fmt(f)
    }
}

/// The recorder of errors, from [`error`], with what its errors have in common.
///
/// ```
/// use bellwether::metrics::{self, generated::labels::ErrorSeverity};
/// let warnings = metrics::error().severity(ErrorSeverity::Warning);
/// warnings.record("cache", "stale");
/// ```
#[derive(Debug, Clone)]
pub struct Errors {
    families: Held<Families>,
    orchestrator: Option<OrchestratorId>,
    severity: ErrorSeverity,
}

impl Errors {
    fn new(families: Held<Families>) -> Self {
        Self {
            families,
            orchestrator: None,
            severity: ErrorSeverity::Error,
        }
    }

    /// Orchestrator the errors happen to; `unknown` where it is not set.
    ///
    /// ```
    /// let errors = bellwether::metrics::error().orchestrator("orch-1");
    /// # let _ = errors;
    /// ```
    #[must_use]
    pub fn orchestrator(mut self, id: impl IntoLabel<OrchestratorId>) -> Self {
        self.orchestrator = Some(id.into_label());
        self
    }

    /// How bad they are; `error` where it is not set.
    ///
    /// ```
    /// use bellwether::metrics::{self, generated::labels::ErrorSeverity};
    /// metrics::error().severity(ErrorSeverity::Critical).record("store", "corrupt");
    /// ```
    #[must_use]
    pub fn severity(mut self, severity: ErrorSeverity) -> Self {
        self.severity = severity;
        self
    }

    /// An error in this part of the service.
    ///
    /// ```
    /// let error = std::fs::read("/no/such/file").unwrap_err();
    /// bellwether::metrics::error().record("loader", &error);
    /// ```
    pub fn record(&self, component: impl IntoLabel<Component>, cause: impl Cause) {
        let (component, error_type) = (component.into_label(), cause.error_type());
        let orchestrator = self.orchestrator;
        let orchestrator = orchestrator.unwrap_or_else(|| OrchestratorId::of(""));
        let Families { series, rate, .. } = &*self.families;
        series
            .error_total
            .add(1, (component, error_type, self.severity));
        series
            .orchestrator_errors_total
            .add(1, (orchestrator, error_type));
        if let Some(rate) = rate {
            rate.add(1, (component, error_type));
        }
    }
}
