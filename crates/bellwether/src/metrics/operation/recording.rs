//! The series of one operation at one call site: the only place that knows what records.

use std::ops::Deref;
use std::sync::Arc;
use std::time::Duration;

use opentelemetry::KeyValue;

use super::super::generated::labels::{ErrorType, Operation, OperationStatus};
use super::super::generated::operations::{OPERATION_DURATION_SECONDS, OPERATION_EXECUTIONS_TOTAL};
use super::super::generated::recorder_metrics::OperationMetrics;
use super::super::handle::Metrics;
use super::super::label::Label;
use super::super::making::Fixed;
use super::super::node::Trackers;
use super::super::open_label::OpenLabel;
use super::super::{Counter, Histogram, MetricDefinition};
use super::labels::SiteLabels;
use super::outcome;

/// What a call site's executions go to.
pub(crate) struct Recording<L: SiteLabels> {
    operation: Operation,
    shared: Arc<OperationMetrics>,
    trackers: Arc<Trackers>,
    executions: Counter<L::Set, u64>,
    duration: Histogram<L::Set, f64>,
}

/// A recording that the call site keeps, or one for this execution.
pub(crate) enum Held<L: SiteLabels> {
    Site(&'static Recording<L>),
    Own(Recording<L>),
}

impl<L: SiteLabels> Deref for Held<L> {
    type Target = Recording<L>;

    #[inline]
    fn deref(&self) -> &Recording<L> {
        match self {
            Self::Site(recording) => recording,
            Self::Own(recording) => recording,
        }
    }
}

/// The catalog's metrics with a call site's own labels. Made once a site and kept: definitions are static.
pub(crate) struct Definitions {
    executions: &'static MetricDefinition,
    duration: &'static MetricDefinition,
}

impl Definitions {
    pub(crate) fn of<L: SiteLabels>() -> Self {
        let with_own = |definition: &'static MetricDefinition| {
            let own = L::own();
            if own.is_empty() {
                return definition;
            }
            let labels = definition.labels.iter().copied().chain(own);
            let labels: &'static _ = Box::leak(labels.collect());
            Box::leak(Box::new(MetricDefinition {
                labels,
                ..*definition
            }))
        };
        Self {
            executions: with_own(&OPERATION_EXECUTIONS_TOTAL),
            duration: with_own(&OPERATION_DURATION_SECONDS),
        }
    }
}

impl<L: SiteLabels> Recording<L> {
    pub(crate) fn new(metrics: &Metrics, operation: Operation, definitions: &Definitions) -> Self {
        let shared = metrics.recorder::<OperationMetrics>();
        let trackers = metrics.recorder::<Trackers>();
        // Without labels of its own the site is in the families that all operations share, by the same names.
        let fixed = || {
            let mut fixed = Fixed::default();
            fixed
                .attributes
                .push(KeyValue::new(Operation::KEY, operation.as_str()));
            fixed
        };
        if L::own().is_empty() {
            return Self {
                operation,
                executions: metrics.generated_counter(definitions.executions),
                duration: metrics.generated_histogram(definitions.duration),
                shared,
                trackers,
            };
        }
        Self {
            operation,
            executions: metrics.counter_with(definitions.executions, fixed()),
            duration: metrics.histogram_with(definitions.duration, fixed()),
            shared,
            trackers,
        }
    }

    #[inline]
    pub(crate) fn begin(&self) {
        self.shared.operations_in_flight.add(1, self.operation);
    }

    #[inline]
    pub(crate) fn end(
        &self,
        labels: L,
        status: OperationStatus,
        error: Option<outcome::ErrorType>,
        elapsed: Duration,
    ) {
        self.shared.operations_in_flight.add(-1, self.operation);
        let set = labels.set(self.operation, status);
        self.executions.add(1, set);
        self.duration.record(elapsed.as_secs_f64(), set);
        let error_type = error.map(|error| error.with_name(ErrorType::of));
        if let Some(error_type) = error_type {
            let labels = (self.operation, error_type);
            self.shared.operation_errors_total.add(1, labels);
        }
        if let Some(tracker) = self.trackers.of(self.operation) {
            tracker.record(status, error_type, elapsed);
        }
    }
}
