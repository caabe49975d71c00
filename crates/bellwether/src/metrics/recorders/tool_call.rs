//! The recorder of tool calls: one call feeds the orchestrator, agent, `wundr` and GenAI families.
//!
//! What a tool call is to each family:
//!
//! | | counted by | time by | failures by |
//! |---|---|---|---|
//! | orchestrator | orchestrator, tool, status | | |
//! | agent | tool, status | tool | tool, error type |
//! | wundr | tool, status | tool, status | tool, error type |
//! | GenAI | | tool, kind of tool, agent, error type | |
//!
//! A call that is abandoned is a failure of the error type `abandoned`, so that successes and failures are all calls.

use std::time::Duration;

use super::held::{Held, recorder};
use super::stopwatch::Stopwatch;
use crate::metrics::generated::labels::{
    ErrorType, GenAiAgentName, GenAiToolType, OrchestratorId, Tool, ToolStatus,
};
use crate::metrics::generated::recorder_metrics::ToolCallMetrics;
use crate::metrics::{Cause, IntoLabel, OpenLabel};

recorder! {
    /// The process's recorder of tool calls.
    ///
    /// Feeds `orchestrator_tool_invocations_total{orchestrator_id,tool_name,status}`, `tool_calls_total{tool,status}`,
    /// `tool_call_duration_seconds{tool}`, `tool_call_success_total{tool}`, `tool_call_failure_total{tool,error_type}`,
    /// `wundr_tool_execution_total{tool_name,status}`, `wundr_tool_execution_duration_seconds{tool_name,status}`,
    /// `wundr_tool_errors_total{tool_name,error_type}`, `wundr_tool_queue_depth` and `gen_ai.execute_tool.duration`.
    /// Status is `success`, `error`, `timeout` or `abandoned`. At most 128 tools have series of their own.
    ///
    /// ```
    /// use bellwether::metrics;
    ///
    /// let tools = metrics::tool_call().orchestrator("orch-1"); // keep it: the name is looked up once
    /// let call = tools.start("Read");
    /// match std::fs::read("/no/such/file") {
    ///     Ok(_) => call.success(),
    ///     Err(error) => call.error(&error),
    /// }
    /// ```
    tool_call, ToolCallMetrics => ToolCalls
}

/// The recorder of tool calls, from [`tool_call`], with what its calls have in common.
///
/// ```
/// use bellwether::metrics::{self, generated::labels::GenAiToolType};
///
/// let tools = metrics::tool_call()
///     .orchestrator("orch-1")
///     .agent("reviewer")
///     .tool_type(GenAiToolType::Function);
/// tools.start("Grep").success();
/// ```
#[derive(Debug, Clone)]
pub struct ToolCalls {
    families: Held<ToolCallMetrics>,
    common: Common,
}

#[derive(Debug, Clone, Copy, Default)]
struct Common {
    orchestrator: Option<OrchestratorId>,
    agent: Option<GenAiAgentName>,
    tool_type: Option<GenAiToolType>,
}

impl ToolCalls {
    fn new(families: Held<ToolCallMetrics>) -> Self {
        Self {
            families,
            common: Common::default(),
        }
    }

    /// Orchestrator that the calls are made for; `unknown` where it is not set.
    ///
    /// ```
    /// let tools = bellwether::metrics::tool_call().orchestrator("orch-1");
    /// # let _ = tools;
    /// ```
    #[must_use]
    pub fn orchestrator(mut self, id: impl IntoLabel<OrchestratorId>) -> Self {
        self.common.orchestrator = Some(id.into_label());
        self
    }

    /// Name of the agent that calls, one of few: `gen_ai.agent.name`.
    ///
    /// ```
    /// let tools = bellwether::metrics::tool_call().agent("reviewer");
    /// # let _ = tools;
    /// ```
    #[must_use]
    pub fn agent(mut self, name: impl IntoLabel<GenAiAgentName>) -> Self {
        self.common.agent = Some(name.into_label());
        self
    }

    /// What the tools are: `gen_ai.tool.type`.
    ///
    /// ```
    /// use bellwether::metrics::{self, generated::labels::GenAiToolType};
    /// let tools = metrics::tool_call().tool_type(GenAiToolType::Datastore);
    /// # let _ = tools;
    /// ```
    #[must_use]
    pub fn tool_type(mut self, tool_type: GenAiToolType) -> Self {
        self.common.tool_type = Some(tool_type);
        self
    }

    /// A call waits for its turn: one more in `wundr_tool_queue_depth`, until it starts or the guard is dropped.
    ///
    /// ```
    /// let waiting = bellwether::metrics::tool_call().queue("Bash");
    /// waiting.start().success();
    /// ```
    #[must_use = "a call that is dropped at once no longer waits"]
    pub fn queue(&self, tool: impl IntoLabel<Tool>) -> QueuedToolCall {
        self.families.wundr_tool_queue_depth.add(1, ());
        QueuedToolCall {
            tools: self.clone(),
            tool: tool.into_label(),
        }
    }

    /// A call begins. A look-up of the tool; nothing is recorded before its end.
    ///
    /// ```
    /// let call = bellwether::metrics::tool_call().start("Read");
    /// drop(call); // counts as abandoned
    /// ```
    #[must_use = "a call that is dropped at once is abandoned"]
    pub fn start(&self, tool: impl IntoLabel<Tool>) -> ToolCall {
        ToolCall {
            families: self.families.clone(),
            common: self.common,
            tool: tool.into_label(),
            stopwatch: Stopwatch::start(),
            ended: false,
        }
    }
}

/// A call that waits, from [`ToolCalls::queue`].
///
/// ```
/// let waiting = bellwether::metrics::tool_call().queue("Bash");
/// drop(waiting); // it is not called at all
/// ```
#[derive(Debug)]
pub struct QueuedToolCall {
    tools: ToolCalls,
    tool: Tool,
}

impl QueuedToolCall {
    /// It has its turn.
    ///
    /// ```
    /// bellwether::metrics::tool_call().queue("Bash").start().success();
    /// ```
    pub fn start(self) -> ToolCall {
        self.tools.start(self.tool)
    }
}

impl Drop for QueuedToolCall {
    fn drop(&mut self) {
        self.tools.families.wundr_tool_queue_depth.add(-1, ());
    }
}

/// A call that is made, from [`ToolCalls::start`]. Dropped without a word about its end it is `abandoned`.
///
/// ```
/// let call = bellwether::metrics::tool_call().start("Read");
/// call.success();
/// ```
#[derive(Debug)]
pub struct ToolCall {
    families: Held<ToolCallMetrics>,
    common: Common,
    tool: Tool,
    stopwatch: Stopwatch,
    ended: bool,
}

impl ToolCall {
    /// It took this long, by somebody else's clock.
    ///
    /// ```
    /// use std::time::Duration;
    /// bellwether::metrics::tool_call().start("Read").took(Duration::from_millis(250)).success();
    /// ```
    #[must_use = "its end is still to be said"]
    pub fn took(mut self, time: Duration) -> Self {
        self.stopwatch.took(time);
        self
    }

    /// It did what was asked: `status="success"`.
    ///
    /// ```
    /// bellwether::metrics::tool_call().start("Read").success();
    /// ```
    pub fn success(mut self) {
        self.end(ToolStatus::Success, None);
    }

    /// It failed: `status="error"`, or `status="timeout"` for an error of the class `timeout`.
    ///
    /// ```
    /// let error = std::fs::read("/no/such/file").unwrap_err();
    /// bellwether::metrics::tool_call().start("Read").error(&error);
    /// bellwether::metrics::tool_call().start("Bash").error("exit_code");
    /// ```
    pub fn error(mut self, cause: impl Cause) {
        let status = if cause.is_timeout() {
            ToolStatus::Timeout
        } else {
            ToolStatus::Error
        };
        self.end(status, Some(cause.error_type()));
    }

    /// It ran out of time: `status="timeout"` and `error_type="timeout"`.
    ///
    /// ```
    /// bellwether::metrics::tool_call().start("Bash").timeout();
    /// ```
    pub fn timeout(mut self) {
        self.end(ToolStatus::Timeout, Some(ErrorType::of("timeout")));
    }

    fn end(&mut self, status: ToolStatus, error: Option<ErrorType>) {
        if std::mem::replace(&mut self.ended, true) {
            return;
        }
        let (families, tool, seconds) = (&self.families, self.tool, self.stopwatch.seconds());
        let Common {
            orchestrator,
            agent,
            tool_type,
        } = self.common;

        let orchestrator = orchestrator.unwrap_or_else(|| OrchestratorId::of(""));
        families
            .orchestrator_tool_invocations_total
            .add(1, (orchestrator, tool, status));
        families.tool_calls_total.add(1, (tool, status));
        families.tool_call_duration_seconds.record(seconds, tool);
        families.wundr_tool_execution_total.add(1, (tool, status));
        families
            .wundr_tool_execution_duration_seconds
            .record(seconds, (tool, status));
        families
            .gen_ai_execute_tool_duration
            .record(seconds, (tool, tool_type, agent, error));
        match error {
            None => families.tool_call_success_total.add(1, tool),
            Some(error) => {
                families.tool_call_failure_total.add(1, (tool, error));
                families.wundr_tool_errors_total.add(1, (tool, error));
            }
        }
    }
}

impl Drop for ToolCall {
    fn drop(&mut self) {
        if !self.ended {
            self.end(ToolStatus::Abandoned, Some(ErrorType::of("abandoned")));
        }
    }
}
