//! The series that updates end in: those of the recorders, made up front.

use std::sync::Arc;

use super::update::{Counted, Pending};
use crate::metrics::generated::bellwether::{
    BELLWETHER_BATCH_FLUSHES_TOTAL, BELLWETHER_BATCH_UPDATES_TOTAL,
};
use crate::metrics::generated::labels::{AgentType, ErrorType, OrchestratorId, ToolStatus};
use crate::metrics::generated::recorder_metrics::{
    BudgetMetrics, DelegationMetrics, ErrorMetrics, MessageMetrics, ModelRequestMetrics,
    NodeLoadMetrics, SessionMetrics, ToolCallMetrics,
};
use crate::metrics::{Counter, Metrics, OpenLabel};

pub(super) struct Families {
    sessions: Arc<SessionMetrics>,
    models: Arc<ModelRequestMetrics>,
    messages: Arc<MessageMetrics>,
    tools: Arc<ToolCallMetrics>,
    delegations: Arc<DelegationMetrics>,
    errors: Arc<ErrorMetrics>,
    pub(super) nodes: Arc<NodeLoadMetrics>,
    pub(super) budgets: Arc<BudgetMetrics>,
    batch_updates: Counter<(), u64>,
    batch_flushes: Counter<(), u64>,
    /// What the caller does not say about a tool's failure.
    unknown: ErrorType,
    timeout: ErrorType,
    abandoned: ErrorType,
}

impl Families {
    pub(super) fn new(metrics: &Metrics) -> Self {
        Self {
            sessions: metrics.recorder(),
            models: metrics.recorder(),
            messages: metrics.recorder(),
            tools: metrics.recorder(),
            delegations: metrics.recorder(),
            errors: metrics.recorder(),
            nodes: metrics.recorder(),
            budgets: metrics.recorder(),
            batch_updates: metrics.generated_counter(&BELLWETHER_BATCH_UPDATES_TOTAL),
            batch_flushes: metrics.generated_counter(&BELLWETHER_BATCH_FLUSHES_TOTAL),
            unknown: ErrorType::of("unknown"),
            timeout: ErrorType::of("timeout"),
            abandoned: ErrorType::of("abandoned"),
        }
    }

    #[inline]
    pub(super) fn count(&self, counted: Counted, by: u64) {
        match counted {
            Counted::SessionStart(orchestrator, kind) => {
                let active = &self.sessions.orchestrator_sessions_active;
                active.add(signed(by), (orchestrator, kind));
            }
            Counted::SessionEnd(orchestrator, kind) => {
                let active = &self.sessions.orchestrator_sessions_active;
                active.add(-signed(by), (orchestrator, kind));
            }
            Counted::Tokens(orchestrator, model) => {
                let tokens = &self.models.orchestrator_tokens_used_total;
                tokens.add(by, (orchestrator, model));
                // As the recorder counts them where nobody says what agent it was.
                let of_agents = &self.models.agent_tokens_used;
                of_agents.add(by, (AgentType::Other, model));
            }
            Counted::Tool(orchestrator, tool, status) => {
                let invocations = &self.tools.orchestrator_tool_invocations_total;
                invocations.add(by, (orchestrator, tool, status));
                self.tools.tool_calls_total.add(by, (tool, status));
                self.tools
                    .wundr_tool_execution_total
                    .add(by, (tool, status));
                let failure = match status {
                    ToolStatus::Success => {
                        self.tools.tool_call_success_total.add(by, tool);
                        return;
                    }
                    ToolStatus::Error => self.unknown,
                    ToolStatus::Timeout => self.timeout,
                    ToolStatus::Abandoned => self.abandoned,
                };
                self.tools.tool_call_failure_total.add(by, (tool, failure));
                self.tools.wundr_tool_errors_total.add(by, (tool, failure));
            }
            Counted::Delegation(from, to, status) => {
                let delegations = &self.delegations.orchestrator_federation_delegations_total;
                delegations.add(by, (from, to, status));
            }
            Counted::Error(orchestrator, kind) => {
                let errors = &self.errors.orchestrator_errors_total;
                errors.add(by, (orchestrator, kind));
            }
        }
    }

    #[inline]
    pub(super) fn latency(&self, orchestrator: OrchestratorId, seconds: f64) {
        let latency = &self.messages.orchestrator_message_latency_seconds;
        latency.record(seconds, orchestrator);
    }

    /// The measurement becomes an exemplar now, while its span is the current one; it is recorded when its batch is.
    #[inline]
    pub(super) fn latency_seen(&self, orchestrator: OrchestratorId, seconds: f64) {
        let latency = &self.messages.orchestrator_message_latency_seconds;
        latency.offer_exemplar(seconds, orchestrator);
    }

    /// Sessions' ends come last: nobody who reads in between sees more ends than starts.
    pub(super) fn merged(&self, taken: &[Pending]) {
        let is_end = |counted: &Counted| matches!(counted, Counted::SessionEnd(..));
        for ends in [false, true] {
            let counts = taken.iter().flat_map(|pending| &pending.counts);
            for ((_, counted), by) in counts.filter(|((_, counted), _)| is_end(counted) == ends) {
                self.count(*counted, *by);
            }
        }
        let latency = &self.messages.orchestrator_message_latency_seconds;
        for (_, orchestrator, seconds) in taken.iter().flat_map(|pending| &pending.latencies) {
            latency.record_alone(*seconds, *orchestrator);
        }
    }

    /// Counts a flush of the batch buffer.
    pub(super) fn flushed(&self, updates: usize) {
        self.batch_updates.add(updates as u64, ());
        self.batch_flushes.add(1, ());
    }
}

fn signed(count: u64) -> i64 {
    i64::try_from(count).unwrap_or(i64::MAX)
}
