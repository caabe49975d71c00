//! The recorder of agents' lives: spawned, running, ended or failed.

use super::held::{Held, recorder};
use super::stopwatch::Stopwatch;
use crate::metrics::generated::labels::{ErrorType, ExitReason, OrchestratorId, SessionType};
use crate::metrics::generated::recorder_metrics::AgentLifecycleMetrics;
use crate::metrics::{Cause, IntoLabel};

recorder! {
    /// The process's recorder of agents' lives.
    ///
    /// Feeds `wundr_agent_spawned_total`, `wundr_agent_running` and `wundr_agent_duration_seconds` by
    /// `{orchestrator_id,session_type}`, `wundr_agent_completed_total` by `exit_reason` and `wundr_agent_failed_total` by
    /// `error_type` besides.
    ///
    /// ```
    /// use bellwether::metrics::{self, generated::labels::SessionType};
    ///
    /// let agent = metrics::agent_lifecycle().spawn("orch-1", SessionType::ClaudeFlow);
    /// agent.completed();
    /// ```
    agent_lifecycle, AgentLifecycleMetrics => AgentLifecycles
}

/// The recorder of agents' lives, from [`agent_lifecycle`].
///
/// ```
/// let lives = bellwether::metrics::agent_lifecycle();
/// # let _ = lives;
/// ```
#[derive(Debug, Clone)]
pub struct AgentLifecycles(Held<AgentLifecycleMetrics>);

impl AgentLifecycles {
    fn new(families: Held<AgentLifecycleMetrics>) -> Self {
        Self(families)
    }

    /// An agent is spawned: one more runs until the guard is gone.
    ///
    /// ```
    /// use bellwether::metrics::{self, generated::labels::SessionType};
    /// let agent = metrics::agent_lifecycle().spawn("orch-1", SessionType::ClaudeCode);
    /// drop(agent); // exit_reason="abandoned"
    /// ```
    #[must_use = "an agent that is dropped at once is abandoned"]
    pub fn spawn(
        &self,
        orchestrator: impl IntoLabel<OrchestratorId>,
        session_type: SessionType,
    ) -> LivingAgent {
        let labels = (orchestrator.into_label(), session_type);
        self.0.wundr_agent_spawned_total.add(1, labels);
        self.0.wundr_agent_running.add(1, labels);
        LivingAgent {
            families: self.0.clone(),
            labels,
            stopwatch: Stopwatch::start(),
            ended: false,
        }
    }
}

/// An agent that runs, from [`AgentLifecycles::spawn`]. Dropped without a word it ended as `abandoned`.
///
/// ```
/// use bellwether::metrics::{self, generated::labels::SessionType};
/// metrics::agent_lifecycle().spawn("orch-1", SessionType::ClaudeCode).completed();
/// ```
#[derive(Debug)]
pub struct LivingAgent {
    families: Held<AgentLifecycleMetrics>,
    labels: (OrchestratorId, SessionType),
    stopwatch: Stopwatch,
    ended: bool,
}

impl LivingAgent {
    /// It ended when its work was done: `exit_reason="completed"`.
    ///
    /// ```
    /// use bellwether::metrics::{self, generated::labels::SessionType};
    /// metrics::agent_lifecycle().spawn("orch-1", SessionType::ClaudeCode).completed();
    /// ```
    pub fn completed(self) {
        self.exited(ExitReason::Completed);
    }

    /// It ended for this reason, without failing.
    ///
    /// ```
    /// use bellwether::metrics::{self, generated::labels::{ExitReason, SessionType}};
    /// metrics::agent_lifecycle().spawn("orch-1", SessionType::ClaudeCode).exited(ExitReason::Cancelled);
    /// ```
    pub fn exited(mut self, reason: ExitReason) {
        self.end(Ok(reason));
    }

    /// It failed: `wundr_agent_failed_total`.
    ///
    /// ```
    /// use bellwether::metrics::{self, generated::labels::SessionType};
    /// metrics::agent_lifecycle().spawn("orch-1", SessionType::ClaudeCode).failed("out_of_budget");
    /// ```
    pub fn failed(mut self, cause: impl Cause) {
        self.end(Err(cause.error_type()));
    }

    fn end(&mut self, end: Result<ExitReason, ErrorType>) {
        if std::mem::replace(&mut self.ended, true) {
            return;
        }
        let (families, (orchestrator, session_type)) = (&self.families, self.labels);
        families.wundr_agent_running.add(-1, self.labels);
        match end {
            Ok(reason) => families
                .wundr_agent_completed_total
                .add(1, (orchestrator, session_type, reason)),
            Err(error) => families
                .wundr_agent_failed_total
                .add(1, (orchestrator, session_type, error)),
        }
        families
            .wundr_agent_duration_seconds
            .record(self.stopwatch.seconds(), self.labels);
    }
}

impl Drop for LivingAgent {
    fn drop(&mut self) {
        self.end(Ok(ExitReason::Abandoned));
    }
}
