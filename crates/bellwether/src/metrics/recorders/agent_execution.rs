//! The recorder of agent executions: one piece of an agent's work, by type of agent and phase.

use std::time::Duration;

use super::held::{Held, recorder};
use super::stopwatch::Stopwatch;
use crate::metrics::generated::labels::{
    AgentType, ErrorType, ExecutionStatus, GenAiAgentName, Model, Phase,
};
use crate::metrics::generated::recorder_metrics::AgentExecutionMetrics;
use crate::metrics::{Cause, IntoLabel, OpenLabel};

recorder! {
    /// The process's recorder of agent executions.
    ///
    /// Feeds `agent_execution_total{agent_type,phase,status}`, `agent_execution_duration_seconds{agent_type,phase}` and
    /// `gen_ai.invoke_agent.duration`. Status is `success`, `error`, `timeout` or `abandoned`. Tokens are those of the
    /// requests that the agent makes: [`model_request`](crate::metrics::model_request).
    ///
    /// ```
    /// use bellwether::metrics::{self, generated::labels::{AgentType, Phase}};
    ///
    /// let execution = metrics::agent_execution().start(AgentType::Coder, Phase::Code);
    /// execution.success();
    /// ```
    agent_execution, AgentExecutionMetrics => AgentExecutions
}

/// The recorder of agent executions, from [`agent_execution`], with what its executions have in common.
///
/// ```
/// let coders = bellwether::metrics::agent_execution().agent("coder").model("claude-sonnet");
/// # let _ = coders;
/// ```
#[derive(Debug, Clone)]
pub struct AgentExecutions {
    families: Held<AgentExecutionMetrics>,
    agent: Option<GenAiAgentName>,
    model: Option<Model>,
}

impl AgentExecutions {
    fn new(families: Held<AgentExecutionMetrics>) -> Self {
        Self {
            families,
            agent: None,
            model: None,
        }
    }

    /// Name of the agent, one of few: `gen_ai.agent.name`.
    ///
    /// ```
    /// let coders = bellwether::metrics::agent_execution().agent("coder");
    /// # let _ = coders;
    /// ```
    #[must_use]
    pub fn agent(mut self, name: impl IntoLabel<GenAiAgentName>) -> Self {
        self.agent = Some(name.into_label());
        self
    }

    /// Model it works with: `gen_ai.request.model`.
    ///
    /// ```
    /// let coders = bellwether::metrics::agent_execution().model("claude-sonnet");
    /// # let _ = coders;
    /// ```
    #[must_use]
    pub fn model(mut self, model: impl IntoLabel<Model>) -> Self {
        self.model = Some(model.into_label());
        self
    }

    /// An execution begins; it counts at its end.
    ///
    /// ```
    /// use bellwether::metrics::{self, generated::labels::{AgentType, Phase}};
    /// let execution = metrics::agent_execution().start(AgentType::Planner, Phase::Plan);
    /// drop(execution); // counts as abandoned
    /// ```
    #[must_use = "an execution that is dropped at once is abandoned"]
    pub fn start(&self, agent_type: AgentType, phase: Phase) -> AgentExecution {
        AgentExecution {
            recorder: self.clone(),
            kind: (agent_type, phase),
            stopwatch: Stopwatch::start(),
            ended: false,
        }
    }
}

/// An execution that has not ended, from [`AgentExecutions::start`]. Dropped without a word it is `abandoned`.
///
/// ```
/// use bellwether::metrics::{self, generated::labels::{AgentType, Phase}};
/// metrics::agent_execution().start(AgentType::Tester, Phase::Test).success();
/// ```
#[derive(Debug)]
pub struct AgentExecution {
    recorder: AgentExecutions,
    kind: (AgentType, Phase),
    stopwatch: Stopwatch,
    ended: bool,
}

impl AgentExecution {
    /// It took this long, by somebody else's clock.
    ///
    /// ```
    /// use std::time::Duration;
    /// use bellwether::metrics::{self, generated::labels::{AgentType, Phase}};
    /// let execution = metrics::agent_execution().start(AgentType::Coder, Phase::Code);
    /// execution.took(Duration::from_secs(5)).success();
    /// ```
    #[must_use = "its end is still to be said"]
    pub fn took(mut self, time: Duration) -> Self {
        self.stopwatch.took(time);
        self
    }

    /// It did what was asked: `status="success"`.
    ///
    /// ```
    /// use bellwether::metrics::{self, generated::labels::{AgentType, Phase}};
    /// metrics::agent_execution().start(AgentType::Coder, Phase::Code).success();
    /// ```
    pub fn success(mut self) {
        self.end(ExecutionStatus::Success, None);
    }

    /// It failed: `status="error"`, or `status="timeout"` for an error of the class `timeout`.
    ///
    /// ```
    /// use bellwether::metrics::{self, generated::labels::{AgentType, Phase}};
    /// metrics::agent_execution().start(AgentType::Coder, Phase::Fix).error("tests_failed");
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
    /// use bellwether::metrics::{self, generated::labels::{AgentType, Phase}};
    /// metrics::agent_execution().start(AgentType::Coder, Phase::Fix).timeout();
    /// ```
    pub fn timeout(mut self) {
        self.end(ExecutionStatus::Timeout, Some(ErrorType::of("timeout")));
    }

    fn end(&mut self, status: ExecutionStatus, error: Option<ErrorType>) {
        if std::mem::replace(&mut self.ended, true) {
            return;
        }
        let AgentExecutions {
            families,
            agent,
            model,
        } = &self.recorder;
        let ((agent_type, phase), seconds) = (self.kind, self.stopwatch.seconds());
        families
            .agent_execution_total
            .add(1, (agent_type, phase, status));
        families
            .agent_execution_duration_seconds
            .record(seconds, self.kind);
        families
            .gen_ai_invoke_agent_duration
            .record(seconds, (*agent, *model, error));
    }
}

impl Drop for AgentExecution {
    fn drop(&mut self) {
        if !self.ended {
            let error = ErrorType::of("abandoned");
            self.end(ExecutionStatus::Abandoned, Some(error));
        }
    }
}
