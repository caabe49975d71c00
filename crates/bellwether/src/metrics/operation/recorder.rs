//! The recorder of operations that are no function: begun and ended by hand.

use super::super::generated::labels::Operation;
use super::super::handle::Metrics;
use super::super::open_label::IntoLabel;
use super::execution::Execution;
use super::outcome::{ErrorType, Outcome};
use super::recording::{Definitions, Held, Recording};

/// The process's recorder of operations. Silent before telemetry starts.
///
/// It records `operation_executions_total{operation,status}`, `operation_duration_seconds{operation,status}`,
/// `operation_errors_total{operation,error_type}` and `operations_in_flight{operation}`. At most 128 operations and 64
/// types of error have series of their own; later ones are `_other`. For a whole function
/// [`track_metrics`](crate::track_metrics) does the same.
///
/// ```
/// let planning = bellwether::metrics::operations().start("planning");
/// match "12".parse::<u8>() {
///     Ok(_) => planning.ok(),
///     Err(error) => planning.error(&error),
/// }
/// ```
pub fn operations() -> Operations {
    Metrics::global().operations()
}

impl Metrics {
    /// The recorder of operations on these metrics; see [`operations`].
    ///
    /// ```
    /// bellwether::metrics::Metrics::global().operations().start("planning").ok();
    /// ```
    pub fn operations(&self) -> Operations {
        Operations(self.clone())
    }
}

/// The recorder of operations, from [`operations`] or [`Metrics::operations`]. A clone is the same recorder.
///
/// ```
/// let operations = bellwether::metrics::operations();
/// let same = operations.clone();
/// # let _ = same;
/// ```
#[derive(Debug, Clone)]
pub struct Operations(Metrics);

impl Operations {
    /// Begins an execution. End it with [`ok`](OperationGuard::ok) or [`error`](OperationGuard::error).
    ///
    /// Cost: a look-up of the name and three of the metrics under locks, then that of an execution of a tracked function.
    /// Where that is too much, track a function: its call site looks up once.
    ///
    /// ```
    /// let operations = bellwether::metrics::operations();
    /// drop(operations.start("planning")); // counts as abandoned
    /// ```
    pub fn start(&self, operation: impl IntoLabel<Operation>) -> OperationGuard {
        if !self.0.is_on() {
            return OperationGuard(Execution::silent(()));
        }
        let definitions = Definitions::of::<()>();
        let recording = Recording::new(&self.0, operation.into_label(), &definitions);
        OperationGuard(Execution::start(Held::Own(recording), ()))
    }
}

/// An execution that has not ended, made by [`Operations::start`]. Dropped without a word, it is `abandoned`.
///
/// ```
/// bellwether::metrics::operations().start("planning").ok();
/// ```
#[derive(Debug)]
#[must_use = "an execution that is dropped at once is abandoned"]
pub struct OperationGuard(Execution<()>);

impl OperationGuard {
    /// It did what was asked: `status="success"`.
    ///
    /// ```
    /// bellwether::metrics::operations().start("planning").ok();
    /// ```
    pub fn ok(self) {
        self.0.end(Outcome::Success);
    }

    /// It failed: `status="error"`, and `operation_errors_total` by the error's type, as in `PlanError` or `io::Error`. The
    /// error's text is not read.
    ///
    /// ```
    /// let error = std::fs::read("/no/such/file").unwrap_err();
    /// bellwether::metrics::operations().start("planning").error(&error); // error_type="io::Error"
    /// ```
    pub fn error<E>(self, _: &E) {
        let error = ErrorType::Type(std::any::type_name::<E>());
        self.0.end(Outcome::Error(error));
    }
}
