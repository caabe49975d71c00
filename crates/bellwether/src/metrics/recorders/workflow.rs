//! The recorder of workflows, under the GenAI conventions.

use super::held::{Held, recorder};
use super::stopwatch::Stopwatch;
use crate::metrics::generated::labels::{ErrorType, GenAiWorkflowName};
use crate::metrics::generated::recorder_metrics::WorkflowMetrics;
use crate::metrics::{Cause, IntoLabel, OpenLabel};

recorder! {
    /// The process's recorder of workflows.
    ///
    /// Feeds `gen_ai.workflow.duration{gen_ai.workflow.name,error.type}`. At most 64 workflows have series of their own.
    ///
    /// ```
    /// bellwether::metrics::workflow().start("triage").success();
    /// ```
    workflow, WorkflowMetrics => Workflows
}

/// The recorder of workflows, from [`workflow`].
///
/// ```
/// let workflows = bellwether::metrics::workflow();
/// # let _ = workflows;
/// ```
#[derive(Debug, Clone)]
pub struct Workflows(Held<WorkflowMetrics>);

impl Workflows {
    fn new(families: Held<WorkflowMetrics>) -> Self {
        Self(families)
    }

    /// A workflow begins.
    ///
    /// ```
    /// let workflow = bellwether::metrics::workflow().start("triage");
    /// drop(workflow); // error.type="abandoned"
    /// ```
    #[must_use = "a workflow that is dropped at once is abandoned"]
    pub fn start(&self, name: impl IntoLabel<GenAiWorkflowName>) -> Workflow {
        Workflow {
            families: self.0.clone(),
            name: name.into_label(),
            stopwatch: Stopwatch::start(),
            ended: false,
        }
    }
}

/// A workflow that has not ended, from [`Workflows::start`]. Dropped without a word it failed of `abandoned`.
///
/// ```
/// bellwether::metrics::workflow().start("triage").success();
/// ```
#[derive(Debug)]
pub struct Workflow {
    families: Held<WorkflowMetrics>,
    name: GenAiWorkflowName,
    stopwatch: Stopwatch,
    ended: bool,
}

impl Workflow {
    /// It came to its end.
    ///
    /// ```
    /// bellwether::metrics::workflow().start("triage").success();
    /// ```
    pub fn success(mut self) {
        self.end(None);
    }

    /// It failed of this.
    ///
    /// ```
    /// bellwether::metrics::workflow().start("triage").error("no_route");
    /// ```
    pub fn error(mut self, cause: impl Cause) {
        self.end(Some(cause.error_type()));
    }

    fn end(&mut self, error: Option<ErrorType>) {
        if std::mem::replace(&mut self.ended, true) {
            return;
        }
        let durations = &self.families.gen_ai_workflow_duration;
        durations.record(self.stopwatch.seconds(), (self.name, error));
    }
}

impl Drop for Workflow {
    fn drop(&mut self) {
        if !self.ended {
            self.end(Some(ErrorType::of("abandoned")));
        }
    }
}
