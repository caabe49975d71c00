//! The recorder of sessions: how many are open, how long they last, how often their agents go round.

use super::held::{Held, recorder};
use super::stopwatch::Stopwatch;
use crate::metrics::IntoLabel;
use crate::metrics::generated::labels::{OrchestratorId, SessionType};
use crate::metrics::generated::recorder_metrics::SessionMetrics;

recorder! {
    /// The process's recorder of sessions.
    ///
    /// Feeds `orchestrator_sessions_active{orchestrator_id,session_type}`,
    /// `wundr_session_duration_seconds{orchestrator_id,session_type}` in seconds and
    /// `wundr_session_iterations_total{orchestrator_id}`. At most 100 orchestrators have series of their own.
    ///
    /// ```
    /// use bellwether::metrics::{self, generated::labels::SessionType};
    ///
    /// let session = metrics::session().start("orch-1", SessionType::ClaudeCode);
    /// session.iteration();
    /// session.end();
    /// ```
    session, SessionMetrics => Sessions
}

/// The recorder of sessions, from [`session`].
///
/// ```
/// let sessions = bellwether::metrics::session();
/// # let _ = sessions.clone();
/// ```
#[derive(Debug, Clone)]
pub struct Sessions(Held<SessionMetrics>);

impl Sessions {
    fn new(families: Held<SessionMetrics>) -> Self {
        Self(families)
    }

    /// A session begins: one more is active until the guard is gone. A look-up and an atomic add.
    ///
    /// ```
    /// use bellwether::metrics::{self, generated::labels::SessionType};
    /// let session = metrics::session().start("orch-1", SessionType::ClaudeFlow);
    /// drop(session); // an end as any other: sessions have no outcome
    /// ```
    #[must_use = "a session that is dropped at once is over"]
    pub fn start(
        &self,
        orchestrator: impl IntoLabel<OrchestratorId>,
        session_type: SessionType,
    ) -> Session {
        let labels = (orchestrator.into_label(), session_type);
        self.0.orchestrator_sessions_active.add(1, labels);
        Session {
            families: self.0.clone(),
            labels,
            stopwatch: Stopwatch::start(),
        }
    }
}

/// A session that is open, from [`Sessions::start`].
///
/// ```
/// use bellwether::metrics::{self, generated::labels::SessionType};
/// let session = metrics::session().start("orch-1", SessionType::ClaudeCode);
/// # drop(session);
/// ```
#[derive(Debug)]
pub struct Session {
    families: Held<SessionMetrics>,
    labels: (OrchestratorId, SessionType),
    stopwatch: Stopwatch,
}

impl Session {
    /// The agent's loop goes round once more.
    ///
    /// ```
    /// # use bellwether::metrics::{self, generated::labels::SessionType};
    /// # let session = metrics::session().start("orch-1", SessionType::ClaudeCode);
    /// session.iteration();
    /// ```
    pub fn iteration(&self) {
        let iterations = &self.families.wundr_session_iterations_total;
        iterations.add(1, self.labels.0);
    }

    /// It is over, as when the guard is dropped.
    ///
    /// ```
    /// # use bellwether::metrics::{self, generated::labels::SessionType};
    /// metrics::session().start("orch-1", SessionType::ClaudeCode).end();
    /// ```
    pub fn end(self) {}
}

impl Drop for Session {
    fn drop(&mut self) {
        let families = &self.families;
        families.orchestrator_sessions_active.add(-1, self.labels);
        families
            .wundr_session_duration_seconds
            .record(self.stopwatch.seconds(), self.labels);
    }
}
