//! The recorder of messages: how long one takes to process.

use std::time::Duration;

use super::held::{Held, recorder};
use super::stopwatch::Stopwatch;
use crate::metrics::IntoLabel;
use crate::metrics::generated::labels::OrchestratorId;
use crate::metrics::generated::recorder_metrics::MessageMetrics;

recorder! {
    /// The process's recorder of messages.
    ///
    /// Feeds `orchestrator_message_latency_seconds{orchestrator_id}`.
    ///
    /// ```
    /// use std::time::Duration;
    /// use bellwether::metrics;
    ///
    /// let processing = metrics::message().start("orch-1");
    /// processing.done();
    /// metrics::message().latency("orch-1", Duration::from_millis(150)); // measured elsewhere
    /// ```
    message, MessageMetrics => Messages
}

/// The recorder of messages, from [`message`].
///
/// ```
/// let messages = bellwether::metrics::message();
/// # let _ = messages;
/// ```
#[derive(Debug, Clone)]
pub struct Messages(Held<MessageMetrics>);

impl Messages {
    fn new(families: Held<MessageMetrics>) -> Self {
        Self(families)
    }

    /// A message is processed until the guard is gone.
    ///
    /// ```
    /// let processing = bellwether::metrics::message().start("orch-1");
    /// processing.done();
    /// ```
    #[must_use = "a message is processed until this is dropped"]
    pub fn start(&self, orchestrator: impl IntoLabel<OrchestratorId>) -> Message {
        Message {
            families: self.0.clone(),
            orchestrator: orchestrator.into_label(),
            stopwatch: Stopwatch::start(),
        }
    }

    /// A message took this long.
    ///
    /// ```
    /// use std::time::Duration;
    /// bellwether::metrics::message().latency("orch-1", Duration::from_millis(150));
    /// ```
    pub fn latency(&self, orchestrator: impl IntoLabel<OrchestratorId>, time: Duration) {
        let latencies = &self.0.orchestrator_message_latency_seconds;
        latencies.record(time.as_secs_f64(), orchestrator.into_label());
    }
}

/// A message that is processed, from [`Messages::start`].
///
/// ```
/// bellwether::metrics::message().start("orch-1").done();
/// ```
#[derive(Debug)]
pub struct Message {
    families: Held<MessageMetrics>,
    orchestrator: OrchestratorId,
    stopwatch: Stopwatch,
}

impl Message {
    /// It is processed, as when the guard is dropped.
    ///
    /// ```
    /// bellwether::metrics::message().start("orch-1").done();
    /// ```
    pub fn done(self) {}
}

impl Drop for Message {
    fn drop(&mut self) {
        let latencies = &self.families.orchestrator_message_latency_seconds;
        latencies.record(self.stopwatch.seconds(), self.orchestrator);
    }
}
