//! The recorder of tasks: how many wait, how long they take, how they end.

use std::time::Duration;

use super::held::{Held, recorder};
use super::stopwatch::Stopwatch;
use crate::metrics::generated::labels::{ErrorType, ExecutionStatus, TaskPriority, TaskType};
use crate::metrics::generated::recorder_metrics::TaskMetrics;
use crate::metrics::{Cause, IntoLabel, OpenLabel};

recorder! {
    /// The process's recorder of tasks.
    ///
    /// Feeds `task_queue_size{priority}`, `task_duration_seconds{task_type,status}`, `task_success_total{task_type}` and
    /// `task_failure_total{task_type,error_type}`. Status is `success`, `error`, `timeout` or `abandoned`. At most 64 types of
    /// tasks have series of their own.
    ///
    /// ```
    /// use bellwether::metrics::{self, generated::labels::TaskPriority};
    ///
    /// let waiting = metrics::task().queue(TaskPriority::High);
    /// let task = waiting.start("summarise");
    /// task.success();
    /// ```
    task, TaskMetrics => Tasks
}

/// The recorder of tasks, from [`task`].
///
/// ```
/// let tasks = bellwether::metrics::task();
/// # let _ = tasks;
/// ```
#[derive(Debug, Clone)]
pub struct Tasks(Held<TaskMetrics>);

impl Tasks {
    fn new(families: Held<TaskMetrics>) -> Self {
        Self(families)
    }

    /// A task waits until it starts or the guard is dropped.
    ///
    /// ```
    /// use bellwether::metrics::{self, generated::labels::TaskPriority};
    /// let waiting = metrics::task().queue(TaskPriority::Low);
    /// drop(waiting); // given up
    /// ```
    #[must_use = "a task that is dropped at once no longer waits"]
    pub fn queue(&self, priority: TaskPriority) -> QueuedTask {
        self.0.task_queue_size.add(1, priority);
        QueuedTask {
            tasks: self.clone(),
            priority,
        }
    }

    /// A task that did not wait begins.
    ///
    /// ```
    /// bellwether::metrics::task().start("summarise").success();
    /// ```
    #[must_use = "a task that is dropped at once is abandoned"]
    pub fn start(&self, task_type: impl IntoLabel<TaskType>) -> Task {
        Task {
            families: self.0.clone(),
            kind: task_type.into_label(),
            stopwatch: Stopwatch::start(),
            ended: false,
        }
    }
}

/// A task that waits, from [`Tasks::queue`].
///
/// ```
/// use bellwether::metrics::{self, generated::labels::TaskPriority};
/// metrics::task().queue(TaskPriority::Normal).start("index").success();
/// ```
#[derive(Debug)]
pub struct QueuedTask {
    tasks: Tasks,
    priority: TaskPriority,
}

impl QueuedTask {
    /// It has its turn.
    ///
    /// ```
    /// use bellwether::metrics::{self, generated::labels::TaskPriority};
    /// metrics::task().queue(TaskPriority::Normal).start("index").success();
    /// ```
    pub fn start(self, task_type: impl IntoLabel<TaskType>) -> Task {
        self.tasks.start(task_type)
    }
}

impl Drop for QueuedTask {
    fn drop(&mut self) {
        self.tasks.0.task_queue_size.add(-1, self.priority);
    }
}

/// A task that is being done, from [`Tasks::start`]. Dropped without a word it is `abandoned`, a failure of that type.
///
/// ```
/// bellwether::metrics::task().start("summarise").success();
/// ```
#[derive(Debug)]
pub struct Task {
    families: Held<TaskMetrics>,
    kind: TaskType,
    stopwatch: Stopwatch,
    ended: bool,
}

impl Task {
    /// It took this long, by somebody else's clock.
    ///
    /// ```
    /// use std::time::Duration;
    /// bellwether::metrics::task().start("summarise").took(Duration::from_secs(3)).success();
    /// ```
    #[must_use = "its end is still to be said"]
    pub fn took(mut self, time: Duration) -> Self {
        self.stopwatch.took(time);
        self
    }

    /// It is done: `status="success"`.
    ///
    /// ```
    /// bellwether::metrics::task().start("summarise").success();
    /// ```
    pub fn success(mut self) {
        self.end(ExecutionStatus::Success, None);
    }

    /// It failed: `status="error"`, or `status="timeout"` for an error of the class `timeout`.
    ///
    /// ```
    /// bellwether::metrics::task().start("summarise").error("too_long");
    /// ```
    pub fn error(mut self, cause: impl Cause) {
        let status = if cause.is_timeout() {
            ExecutionStatus::Timeout
        } else {
            ExecutionStatus::Error
        };
        self.end(status, Some(cause.error_type()));
    }

    /// It ran out of time: `status="timeout"`.
    ///
    /// ```
    /// bellwether::metrics::task().start("summarise").timeout();
    /// ```
    pub fn timeout(mut self) {
        self.end(ExecutionStatus::Timeout, Some(ErrorType::of("timeout")));
    }

    fn end(&mut self, status: ExecutionStatus, error: Option<ErrorType>) {
        if std::mem::replace(&mut self.ended, true) {
            return;
        }
        let (families, task_type) = (&self.families, self.kind);
        families
            .task_duration_seconds
            .record(self.stopwatch.seconds(), (task_type, status));
        match error {
            None => families.task_success_total.add(1, task_type),
            Some(error) => families.task_failure_total.add(1, (task_type, error)),
        }
    }
}

impl Drop for Task {
    fn drop(&mut self) {
        if !self.ended {
            let error = ErrorType::of("abandoned");
            self.end(ExecutionStatus::Abandoned, Some(error));
        }
    }
}
