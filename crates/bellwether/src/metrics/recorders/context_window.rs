//! The recorder of context windows: how full they are, by agent and session while these live, and by type of agent.

use std::sync::Arc;

use crate::metrics::generated::labels::AgentType;
use crate::metrics::generated::recorder_metrics::ContextWindowMetrics;
use crate::metrics::{Gauge, Metrics};

/// The process's recorder of context windows.
///
/// Feeds the gauges `context_window_utilization{agent_id,session_id}` in percent, `context_window_size_tokens{agent_id}` and
/// `context_window_used_tokens{agent_id}`, whose series leave with the handle, and the histogram
/// `agent_context_window_utilization_percent{agent_type}`. At most 256 agents and 256 sessions have series at a time.
///
/// ```
/// use bellwether::metrics::{self, generated::labels::AgentType};
///
/// let window = metrics::context_window().open("coder-123", "session-123", AgentType::Coder);
/// window.set(75_000, 200_000);
/// drop(window); // the agent's series leave
/// ```
pub fn context_window() -> ContextWindows {
    Metrics::global().context_window()
}

impl Metrics {
    /// The recorder [`context_window`] on these metrics.
    ///
    /// ```
    /// let windows = bellwether::metrics::Metrics::global().context_window();
    /// # let _ = windows;
    /// ```
    pub fn context_window(&self) -> ContextWindows {
        ContextWindows(self.clone())
    }
}

/// The recorder of context windows, from [`context_window`].
///
/// ```
/// let windows = bellwether::metrics::context_window();
/// # let _ = windows;
/// ```
#[derive(Debug, Clone)]
pub struct ContextWindows(Metrics);

impl ContextWindows {
    /// The window of an agent in a session. Keep it as long as the agent lives. Allocates.
    ///
    /// ```
    /// use bellwether::{ids::{AgentId, SessionId}, metrics::{self, generated::labels::AgentType}};
    ///
    /// let (agent, session) = (AgentId::new("coder-123"), SessionId::new("session-123"));
    /// let window = metrics::context_window().open(&agent, &session, AgentType::Coder);
    /// window.set(75_000, 200_000);
    /// ```
    #[must_use = "the series of a window that is dropped at once leave again"]
    pub fn open(
        &self,
        agent: impl AsRef<str>,
        session: impl AsRef<str>,
        agent_type: AgentType,
    ) -> ContextWindow {
        let (metrics, agent, session) = (&self.0, agent.as_ref(), session.as_ref());
        ContextWindow {
            utilization: ContextWindowMetrics::context_window_utilization(metrics, agent, session),
            size: ContextWindowMetrics::context_window_size_tokens(metrics, agent),
            used: ContextWindowMetrics::context_window_used_tokens(metrics, agent),
            shared: metrics.recorder(),
            agent_type,
        }
    }
}

/// The context window of one agent in one session, from [`ContextWindows::open`].
///
/// ```
/// use bellwether::metrics::{self, generated::labels::AgentType};
/// let window = metrics::context_window().open("coder-123", "session-123", AgentType::Coder);
/// window.set(10_000, 200_000);
/// ```
#[derive(Debug)]
pub struct ContextWindow {
    utilization: Gauge<(), f64>,
    size: Gauge<(), i64>,
    used: Gauge<(), i64>,
    shared: Arc<ContextWindowMetrics>,
    agent_type: AgentType,
}

impl ContextWindow {
    /// So many tokens are used of so many. Of a window of no size only the tokens are told.
    ///
    /// ```
    /// # use bellwether::metrics::{self, generated::labels::AgentType};
    /// # let window = metrics::context_window().open("coder-123", "session-123", AgentType::Coder);
    /// window.set(75_000, 200_000); // 37.5 %
    /// ```
    pub fn set(&self, used: u64, size: u64) {
        let tokens = |count: u64| i64::try_from(count).unwrap_or(i64::MAX);
        self.used.set(tokens(used), ());
        self.size.set(tokens(size), ());
        if size == 0 {
            return;
        }
        let percent = used as f64 / size as f64 * 100.0;
        self.utilization.set(percent, ());
        let by_type = &self.shared.agent_context_window_utilization_percent;
        by_type.record(percent, self.agent_type);
    }
}
