//! The calls of the collector.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use super::builder::MetricsCollectorBuilder;
use super::core::Core;
use super::flusher::Flusher;
use super::update::{Counted, What};
use crate::metrics::buffers::Buffer;
use crate::metrics::generated::labels::{
    BudgetPeriod, DelegationStatus, ErrorType, FromOrchestrator, Model, NodeId, OrchestratorId,
    SessionType, ToOrchestrator, Tool, ToolStatus,
};
use crate::metrics::recorders::Timer;
use crate::metrics::{IntoLabel, Label, timer};

/// One handle for what an orchestrator daemon records: counts and gauges by name, a history to ask, and batching.
///
/// It feeds the series of the typed recorders, so both may be used in a process; use one of them for one call. Labels
/// are typed: an open one takes a string or its own type, which is the faster where the same value comes again. A clone is
/// the same collector; the last one to go closes it.
///
/// ```
/// use std::time::Duration;
/// use bellwether::metrics::{MetricsCollector, generated::labels::{SessionType, ToolStatus}};
///
/// let collector = MetricsCollector::builder().build()?;
/// collector.record_session_start("orch-1", SessionType::ClaudeCode);
/// collector.record_token_usage("orch-1", "claude-sonnet-3.5", 1_500);
/// collector.record_tool_invocation("orch-1", "file_read", ToolStatus::Success);
/// collector.record_message_latency("orch-1", Duration::from_millis(150));
/// collector.record_session_end("orch-1", SessionType::ClaudeCode);
///
/// let stats = collector.get_aggregated_stats("orch-1", None);
/// assert_eq!((stats.total_sessions, stats.total_tokens), (1, 1_500));
/// assert!((stats.avg_latency - 150.0).abs() < 1e-9);
/// collector.close();
/// # Ok::<(), bellwether::Error>(())
/// ```
#[derive(Clone)]
pub struct MetricsCollector(pub(super) Arc<Shared>);

pub(super) struct Shared {
    pub(super) core: Arc<Core>,
    flusher: Mutex<Option<Flusher>>,
    debug: bool,
}

impl fmt::Debug for MetricsCollector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MetricsCollector")
            .field("batching", &self.0.core.batch.is_some())
            .field("debug", &self.0.debug)
            .finish_non_exhaustive()
    }
}

/// An event, where the option `debug` is on.
macro_rules! say {
    ($collector:expr, $message:literal $(, $key:ident = $value:expr)*) => {
        if $collector.0.debug {
            tracing::debug!(target: "bellwether::metrics_collector", $($key = $value,)* $message);
        }
    };
}

impl MetricsCollector {
    /// Options with their defaults.
    ///
    /// ```
    /// let collector = bellwether::metrics::MetricsCollector::builder().max_batch_size(500).build()?;
    /// # let _ = collector;
    /// # Ok::<(), bellwether::Error>(())
    /// ```
    pub fn builder() -> MetricsCollectorBuilder {
        MetricsCollectorBuilder::new()
    }

    pub(super) fn new(core: Arc<Core>, flusher: Option<Flusher>, debug: bool) -> Self {
        Self(Arc::new(Shared {
            core,
            flusher: Mutex::new(flusher),
            debug,
        }))
    }

    /// A session began: `orchestrator_sessions_active` up by one.
    ///
    /// ```
    /// # use bellwether::metrics::{MetricsCollector, generated::labels::SessionType};
    /// # let collector = MetricsCollector::builder().build()?;
    /// collector.record_session_start("orch-1", SessionType::ClaudeCode);
    /// # Ok::<(), bellwether::Error>(())
    /// ```
    pub fn record_session_start(
        &self,
        orchestrator: impl IntoLabel<OrchestratorId>,
        session_type: SessionType,
    ) {
        let orchestrator = orchestrator.into_label();
        self.count(Counted::SessionStart(orchestrator, session_type), 1);
        say!(
            self,
            "session started",
            orchestrator_id = orchestrator.as_str(),
            session_type = session_type.as_str()
        );
    }

    /// A session ended: `orchestrator_sessions_active` down by one.
    ///
    /// ```
    /// # use bellwether::metrics::{MetricsCollector, generated::labels::SessionType};
    /// # let collector = MetricsCollector::builder().build()?;
    /// collector.record_session_end("orch-1", SessionType::ClaudeCode);
    /// # Ok::<(), bellwether::Error>(())
    /// ```
    pub fn record_session_end(
        &self,
        orchestrator: impl IntoLabel<OrchestratorId>,
        session_type: SessionType,
    ) {
        let orchestrator = orchestrator.into_label();
        self.count(Counted::SessionEnd(orchestrator, session_type), 1);
        say!(
            self,
            "session ended",
            orchestrator_id = orchestrator.as_str(),
            session_type = session_type.as_str()
        );
    }

    /// Tokens of a model were used: `orchestrator_tokens_used_total`, and `agent_tokens_used` of the type `other`. The
    /// [recorder of model requests](crate::metrics::model_request) also knows agents, prompts and completions, and feeds the
    /// metrics that tell them apart.
    ///
    /// ```
    /// # use bellwether::metrics::MetricsCollector;
    /// # let collector = MetricsCollector::builder().build()?;
    /// collector.record_token_usage("orch-1", "claude-sonnet-3.5", 1_500);
    /// # Ok::<(), bellwether::Error>(())
    /// ```
    pub fn record_token_usage(
        &self,
        orchestrator: impl IntoLabel<OrchestratorId>,
        model: impl IntoLabel<Model>,
        tokens: u64,
    ) {
        let (orchestrator, model) = (orchestrator.into_label(), model.into_label());
        self.count(Counted::Tokens(orchestrator, model), tokens);
        say!(
            self,
            "tokens used",
            orchestrator_id = orchestrator.as_str(),
            model = model.as_str(),
            tokens = tokens
        );
    }

    /// A message was processed in this time: `orchestrator_message_latency_seconds`. In a sampled span it may become an
    /// exemplar, batched or not.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use bellwether::metrics::MetricsCollector;
    /// # let collector = MetricsCollector::builder().build()?;
    /// collector.record_message_latency("orch-1", Duration::from_millis(150));
    /// # Ok::<(), bellwether::Error>(())
    /// ```
    pub fn record_message_latency(
        &self,
        orchestrator: impl IntoLabel<OrchestratorId>,
        latency: Duration,
    ) {
        let (orchestrator, seconds) = (orchestrator.into_label(), latency.as_secs_f64());
        self.0.core.record(What::Latency(orchestrator, seconds));
        say!(
            self,
            "message processed",
            orchestrator_id = orchestrator.as_str(),
            latency_seconds = seconds
        );
    }

    /// [`record_message_latency`](Self::record_message_latency) in milliseconds, as a clock elsewhere gave them. What is
    /// no time (negative, NaN, more than [`Duration`] holds) is left out.
    ///
    /// ```
    /// # use bellwether::metrics::MetricsCollector;
    /// # let collector = MetricsCollector::builder().build()?;
    /// collector.record_message_latency_ms("orch-1", 150.0);
    /// # Ok::<(), bellwether::Error>(())
    /// ```
    pub fn record_message_latency_ms(
        &self,
        orchestrator: impl IntoLabel<OrchestratorId>,
        milliseconds: f64,
    ) {
        if let Ok(latency) = Duration::try_from_secs_f64(milliseconds / 1_000.0) {
            self.record_message_latency(orchestrator, latency);
        }
    }

    /// A tool was called: `orchestrator_tool_invocations_total`, and what counts the same of tools: `tool_calls_total`,
    /// `tool_call_success_total` or `tool_call_failure_total`, `wundr_tool_execution_total`, `wundr_tool_errors_total`. The
    /// error type of a failure is `timeout`, `abandoned` or `unknown`; the [recorder of tool
    /// calls](crate::metrics::tool_call) is told it, and times the call.
    ///
    /// ```
    /// # use bellwether::metrics::{MetricsCollector, generated::labels::ToolStatus};
    /// # let collector = MetricsCollector::builder().build()?;
    /// collector.record_tool_invocation("orch-1", "file_read", ToolStatus::Success);
    /// collector.record_tool_invocation("orch-1", "api_call", ToolStatus::Error);
    /// # Ok::<(), bellwether::Error>(())
    /// ```
    pub fn record_tool_invocation(
        &self,
        orchestrator: impl IntoLabel<OrchestratorId>,
        tool: impl IntoLabel<Tool>,
        status: ToolStatus,
    ) {
        let (orchestrator, tool) = (orchestrator.into_label(), tool.into_label());
        self.count(Counted::Tool(orchestrator, tool, status), 1);
        say!(
            self,
            "tool invoked",
            orchestrator_id = orchestrator.as_str(),
            tool_name = tool.as_str(),
            status = status.as_str()
        );
    }

    /// An orchestrator delegated to another: `orchestrator_federation_delegations_total`.
    ///
    /// ```
    /// # use bellwether::metrics::{MetricsCollector, generated::labels::DelegationStatus};
    /// # let collector = MetricsCollector::builder().build()?;
    /// collector.record_delegation("orch-1", "orch-2", DelegationStatus::Success);
    /// # Ok::<(), bellwether::Error>(())
    /// ```
    pub fn record_delegation(
        &self,
        from: impl IntoLabel<FromOrchestrator>,
        to: impl IntoLabel<ToOrchestrator>,
        status: DelegationStatus,
    ) {
        let (from, to) = (from.into_label(), to.into_label());
        self.count(Counted::Delegation(from, to, status), 1);
        say!(
            self,
            "delegated",
            from_orchestrator = from.as_str(),
            to_orchestrator = to.as_str(),
            status = status.as_str()
        );
    }

    /// An error happened: `orchestrator_errors_total`. Its type is a name of a bounded set, never a message.
    /// The [recorder of errors](crate::metrics::error) also knows component and severity, and feeds `error_total` and
    /// `error_rate`.
    ///
    /// ```
    /// # use bellwether::metrics::MetricsCollector;
    /// # let collector = MetricsCollector::builder().build()?;
    /// collector.record_error("orch-1", "memory_limit_exceeded");
    /// # Ok::<(), bellwether::Error>(())
    /// ```
    pub fn record_error(
        &self,
        orchestrator: impl IntoLabel<OrchestratorId>,
        error_type: impl IntoLabel<ErrorType>,
    ) {
        let (orchestrator, error_type) = (orchestrator.into_label(), error_type.into_label());
        self.count(Counted::Error(orchestrator, error_type), 1);
        say!(
            self,
            "error",
            orchestrator_id = orchestrator.as_str(),
            error_type = error_type.as_str()
        );
    }

    /// Load of a node, 0 to 1: `orchestrator_node_load`. A gauge is never held back: to set one is one store, and of
    /// several the last must win. NaN and infinity are left out.
    ///
    /// ```
    /// # use bellwether::metrics::MetricsCollector;
    /// # let collector = MetricsCollector::builder().build()?;
    /// collector.update_node_load("node-1", 0.65);
    /// # Ok::<(), bellwether::Error>(())
    /// ```
    pub fn update_node_load(&self, node: impl IntoLabel<NodeId>, load: f64) {
        let node = node.into_label();
        if load.is_finite() {
            let loads = &self.0.core.families.nodes.orchestrator_node_load;
            loads.set(load, node);
        }
        say!(self, "node load", node_id = node.as_str(), load = load);
    }

    /// Share of a budget that is spent, 0 to 100: `orchestrator_budget_utilization_percent`. As
    /// [`update_node_load`](Self::update_node_load), never held back.
    ///
    /// ```
    /// # use bellwether::metrics::{MetricsCollector, generated::labels::BudgetPeriod};
    /// # let collector = MetricsCollector::builder().build()?;
    /// collector.update_budget_utilization("orch-1", BudgetPeriod::Daily, 75.5);
    /// # Ok::<(), bellwether::Error>(())
    /// ```
    pub fn update_budget_utilization(
        &self,
        orchestrator: impl IntoLabel<OrchestratorId>,
        period: BudgetPeriod,
        percent: f64,
    ) {
        let orchestrator = orchestrator.into_label();
        if percent.is_finite() {
            let budgets = &self.0.core.families.budgets;
            let utilization = &budgets.orchestrator_budget_utilization_percent;
            utilization.set(percent, (orchestrator, period));
        }
        say!(
            self,
            "budget",
            orchestrator_id = orchestrator.as_str(),
            period = period.as_str(),
            percent = percent
        );
    }

    /// A timer that runs from now. It holds nothing: one that is never read costs nothing either.
    ///
    /// ```
    /// # use bellwether::metrics::MetricsCollector;
    /// # let collector = MetricsCollector::builder().build()?;
    /// let timer = collector.start_timer();
    /// collector.record_message_latency("orch-1", timer.elapsed());
    /// # Ok::<(), bellwether::Error>(())
    /// ```
    pub fn start_timer(&self) -> Timer {
        timer()
    }

    /// Merges what waits in the buffer into the series; when it returns, every update made before it is there. A
    /// collection does the same, so no export needs it.
    ///
    /// ```
    /// # use bellwether::metrics::MetricsCollector;
    /// # let collector = MetricsCollector::builder().build()?;
    /// collector.record_error("orch-1", "timeout");
    /// collector.flush();
    /// # Ok::<(), bellwether::Error>(())
    /// ```
    pub fn flush(&self) {
        self.0.core.flush();
        say!(self, "flushed");
    }

    /// Flushes, and ends the thread of the interval. Nothing is lost afterwards: updates of this collector and its clones
    /// go straight through. Closing again does nothing, and so does dropping it then.
    ///
    /// ```
    /// # use bellwether::metrics::MetricsCollector;
    /// # let collector = MetricsCollector::builder().build()?;
    /// collector.close();
    /// collector.record_error("orch-1", "late"); // counts
    /// collector.close();
    /// # Ok::<(), bellwether::Error>(())
    /// ```
    pub fn close(&self) {
        self.0.close();
        say!(self, "closed");
    }

    fn count(&self, counted: Counted, by: u64) {
        self.0.core.record(What::Counted(counted, by));
    }
}

impl Shared {
    fn close(&self) {
        self.core.close();
        let flusher = self.flusher.lock();
        let flusher = flusher.unwrap_or_else(PoisonError::into_inner).take();
        if let Some(flusher) = flusher {
            flusher.stop();
        }
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        self.close();
    }
}
