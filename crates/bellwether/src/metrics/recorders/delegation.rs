//! The recorder of delegations from one orchestrator to another.

use super::held::{Held, recorder};
use crate::metrics::IntoLabel;
use crate::metrics::generated::labels::{DelegationStatus, FromOrchestrator, ToOrchestrator};
use crate::metrics::generated::recorder_metrics::DelegationMetrics;

recorder! {
    /// The process's recorder of delegations.
    ///
    /// Feeds `orchestrator_federation_delegations_total{from_orchestrator,to_orchestrator,status}`. Status is `success`,
    /// `error`, `rejected` or `abandoned`.
    ///
    /// ```
    /// let delegation = bellwether::metrics::delegation().start("orch-1", "orch-2");
    /// delegation.success();
    /// ```
    delegation, DelegationMetrics => Delegations
}

/// The recorder of delegations, from [`delegation`].
///
/// ```
/// let delegations = bellwether::metrics::delegation();
/// # let _ = delegations;
/// ```
#[derive(Debug, Clone)]
pub struct Delegations(Held<DelegationMetrics>);

impl Delegations {
    fn new(families: Held<DelegationMetrics>) -> Self {
        Self(families)
    }

    /// Work is handed over; it counts when the other side has answered.
    ///
    /// ```
    /// let delegation = bellwether::metrics::delegation().start("orch-1", "orch-2");
    /// drop(delegation); // counts as abandoned
    /// ```
    #[must_use = "a delegation that is dropped at once is abandoned"]
    pub fn start(
        &self,
        from: impl IntoLabel<FromOrchestrator>,
        to: impl IntoLabel<ToOrchestrator>,
    ) -> Delegation {
        Delegation {
            families: self.0.clone(),
            between: (from.into_label(), to.into_label()),
            ended: false,
        }
    }
}

/// A delegation without an answer yet, from [`Delegations::start`]. Dropped without a word it is `abandoned`.
///
/// ```
/// bellwether::metrics::delegation().start("orch-1", "orch-2").rejected();
/// ```
#[derive(Debug)]
pub struct Delegation {
    families: Held<DelegationMetrics>,
    between: (FromOrchestrator, ToOrchestrator),
    ended: bool,
}

impl Delegation {
    /// The other side did it: `status="success"`.
    ///
    /// ```
    /// bellwether::metrics::delegation().start("orch-1", "orch-2").success();
    /// ```
    pub fn success(mut self) {
        self.end(DelegationStatus::Success);
    }

    /// It failed: `status="error"`.
    ///
    /// ```
    /// bellwether::metrics::delegation().start("orch-1", "orch-2").error();
    /// ```
    pub fn error(mut self) {
        self.end(DelegationStatus::Error);
    }

    /// The other side refused: `status="rejected"`.
    ///
    /// ```
    /// bellwether::metrics::delegation().start("orch-1", "orch-2").rejected();
    /// ```
    pub fn rejected(mut self) {
        self.end(DelegationStatus::Rejected);
    }

    fn end(&mut self, status: DelegationStatus) {
        if std::mem::replace(&mut self.ended, true) {
            return;
        }
        let (from, to) = self.between;
        let delegations = &self.families.orchestrator_federation_delegations_total;
        delegations.add(1, (from, to, status));
    }
}

impl Drop for Delegation {
    fn drop(&mut self) {
        self.end(DelegationStatus::Abandoned);
    }
}
